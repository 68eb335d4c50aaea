"""The matching notebook in a real JupyterLab and a real Chromium: what is pressed and clicked is in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from channelkit.database.answers import load_answers
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.conftest import RunSandbox
from tests.lab_fixtures import Lab, RunLab, copy_notebook, run_all

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "02_match.ipynb"


@pytest.fixture
def kit(run_sandbox: RunSandbox, tmp_path: Path) -> Any:
    """Return a kit on a sandbox that is quick enough for a person, in the folder where the notebook lies."""
    running = run_sandbox(products=150, quiet=True)
    with Kit(read_settings(write_settings(tmp_path, running.ready), {})) as kit:
        yield kit


def answers(kit: Kit) -> list[tuple[str, str, str, str]]:
    with kit.database.read() as connection:
        found = load_answers(connection, "us")
    return list(
        zip(*(found[name].to_pylist() for name in ("seller_sku", "product_sku", "answer", "by_whom")), strict=True)
    )


def asked(page: Page) -> tuple[str, str]:
    """Return which listing and product are next to each other."""
    codes = page.locator(".ck-review thead code").all_inner_texts()
    return codes[0], codes[1]


def said(page: Page, words: str) -> None:
    expect(page.locator(".ck-review .ck-said")).to_contain_text(words)
    # Told first, then the next questions are fetched.
    expect(page.locator(".ck-review")).to_have_attribute("aria-busy", "false")


def test_matching_by_key_and_by_mouse_reaches_the_database(kit: Kit, tmp_path: Path, run_lab: RunLab) -> None:
    """MA-04, MA-07, MA-09."""
    lab: Lab = run_lab(tmp_path)
    page = lab.open(copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna"))
    run_all(page)
    page.locator(".ck-review thead code").first.wait_for()
    page.locator(".ck-grid tbody tr").first.wait_for()
    cells = page.locator(".jp-Cell").count()

    page.locator(".ck-review h3").click()
    first = asked(page)
    page.keyboard.press("y")
    said(page, f"Kept: {first[0]} and {first[1]}, the same product.")
    assert answers(kit) == [(*first, "yes", "anna")]
    second = asked(page)
    assert second != first
    page.keyboard.press("n")
    said(page, "not the same")
    page.keyboard.press("u")
    said(page, "Taken back")
    assert asked(page) == second
    assert answers(kit) == [(*first, "yes", "anna")]
    page.locator(".ck-review .ck-no").click()
    said(page, "not the same")
    third = asked(page)
    page.locator(".ck-review").get_by_role("button", name="Skip").click()
    said(page, "skipped")
    assert answers(kit) == [(*first, "yes", "anna"), (*second, "no", "anna"), (*third, "skip", "anna")]

    page.keyboard.press("?")
    expect(page.locator(".ck-review .ck-keys")).to_be_visible()
    fourth = asked(page)
    page.keyboard.press("a")
    page.keyboard.type("no-such")
    page.keyboard.press("Enter")
    expect(page.locator(".ck-review .ck-trouble")).to_contain_text("knows no product 'no-such'")
    assert asked(page) == fourth and len(answers(kit)) == 3
    page.locator(".ck-review input").fill(first[1])
    page.keyboard.press("Enter")
    said(page, "assigned by hand")
    assert answers(kit)[-1] == (fourth[0], first[1], "yes", "anna")
    links = kit.stores["us"].matches.links().set_index("seller_sku")
    assert links.loc[fourth[0], "linked_by"] == "anna"

    assert page.locator(".jp-Cell").count() == cells
    assert lab.asked_elsewhere == [] and lab.complaints == []


def test_many_candidates_are_refused_together_and_taken_back(kit: Kit, tmp_path: Path, run_lab: RunLab) -> None:
    """MA-04, MA-07: the grid answers only what is selected, asks twice, and undoes it whole."""
    lab: Lab = run_lab(tmp_path)
    page = lab.open(copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna"), theme="dark")
    run_all(page)
    grid = page.locator(".ck-grid")
    grid.locator("tbody tr").first.wait_for()
    words, told = grid.locator(".ck-words"), grid.locator(".ck-said")

    grid.get_by_label("Filter", exact=True).fill("nothing = 1")
    page.keyboard.press("Enter")
    expect(grid.locator(".ck-trouble")).to_contain_text("The columns are")
    grid.get_by_label("Filter", exact=True).fill("probability < 0.6")
    page.keyboard.press("Enter")
    expect(words).to_contain_text("that match")
    keys = [
        tuple(line)
        for line in grid.locator("tbody tr").evaluate_all("rows => rows.map(r => JSON.parse(r.dataset.key))")
    ]
    grid.get_by_role("button", name="Select all that match").click()
    expect(words).to_contain_text(f"{len(keys)} selected")

    grid.locator("tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    expect(words).to_contain_text(f"{len(keys) - 1} selected")
    page.keyboard.press("n")
    expect(told).to_contain_text("again")
    assert answers(kit) == []
    page.keyboard.press("n")
    expect(told).to_contain_text(f"Kept: no to {len(keys) - 1} rows.")
    assert {(seller, product, answer) for seller, product, answer, _ in answers(kit)} == {
        (seller, product, "no") for seller, product in keys if (seller, product) != keys[1]
    }
    grid.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("Taken back")
    assert answers(kit) == []

    grid.locator("tbody td.ck-editable").first.dblclick()
    page.keyboard.type("half typ")
    grid.get_by_role("button", name="Amazon listing").click()
    expect(grid.locator("th.ck-at-listing_title")).to_have_attribute("aria-sort", "ascending")
    expect(grid.locator("td.ck-editable input")).to_have_value("half typ")
    grid.locator("td.ck-editable input").press("Escape")
    assert answers(kit) == []

    cell = grid.locator("tbody td.ck-editable").first
    seller_sku = grid.locator("tbody tr").first.locator(".ck-at-seller_sku").inner_text()
    cell.dblclick()
    page.keyboard.type(keys[1][1])
    page.keyboard.press("Enter")
    expect(told).to_contain_text("assigned by hand")
    assert answers(kit) == [(seller_sku, keys[1][1], "yes", "anna")]
    assert lab.asked_elsewhere == [] and lab.complaints == []


def test_the_plain_buttons_reach_the_database_too(kit: Kit, tmp_path: Path, run_lab: RunLab) -> None:
    lab: Lab = run_lab(tmp_path)
    name = copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna")
    text = (tmp_path / name).read_text(encoding="utf-8")
    plain = text.replace("chosen.review(by)", "chosen.review(by, plain=True)").replace("chosen.grid(by)", "1")
    (tmp_path / name).write_text(plain, encoding="utf-8")
    page = lab.open(name)
    run_all(page)
    output = page.locator(".jp-OutputArea").filter(has_text="Is this the same product?")
    output.get_by_role("button", name="Yes, the same").click()
    expect(output).to_contain_text("the same product.")
    output.get_by_label("Key:").press("n")
    expect(output).to_contain_text("not the same")
    assert [answer for _, _, answer, _ in answers(kit)] == ["yes", "no"]
    output.get_by_label("Key:").press("u")
    expect(output).to_contain_text("Taken back")
    assert [answer for _, _, answer, _ in answers(kit)] == ["yes"]
    assert lab.asked_elsewhere == [] and lab.complaints == []
