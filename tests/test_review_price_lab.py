"""The pricing notebook in a real JupyterLab and a real Chromium: what is typed and clicked are the rules in force."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.conftest import RunSandbox
from tests.lab_fixtures import Lab, RunLab, copy_notebook, run_all

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "05_pricing.ipynb"


@pytest.fixture
def kit(run_sandbox: RunSandbox, tmp_path: Path) -> Any:
    """Return a kit on a sandbox that was read once, in the folder where the notebook lies."""
    running = run_sandbox(speed=30.0, quiet=True)
    with Kit(read_settings(write_settings(tmp_path, running.ready), {})) as kit:
        kit.pull(["us"], wait=True)
        yield kit


def cut_after_editor(name: str, folder: Path) -> str:
    """Take out of a notebook what comes after the editor: the kernel has nothing else to do while one types."""
    notebook = json.loads((folder / name).read_text(encoding="utf-8"))
    ids = [cell["id"] for cell in notebook["cells"]]
    notebook["cells"] = notebook["cells"][: ids.index("show-editor") + 1]
    (folder / name).write_text(json.dumps(notebook), encoding="utf-8")
    return name


def test_price_rules_written_by_key_and_mouse_are_looked_at_and_put_in_force(
    kit: Kit, tmp_path: Path, run_lab: RunLab
) -> None:
    """PR-01, PR-03, PR-09: nothing typed is lost, nothing is in force before it was seen."""
    lab: Lab = run_lab(tmp_path)
    page = lab.open(cut_after_editor(copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna"), tmp_path))
    run_all(page)
    editor = page.locator(".ck-prices")
    editor.get_by_text("No price rules yet").wait_for()
    prices = kit.stores["us"].prices

    editor.get_by_role("button", name="Add a standard rule").click()
    expect(editor.locator(".ck-not-yet")).to_contain_text("name")
    name = editor.get_by_label("Name", exact=True)
    # While the kernel answers to each letter, nothing that is being typed is drawn anew.
    name.press_sequentially("Winter sale", delay=90)
    expect(name).to_have_value("Winter sale")
    editor.get_by_label("Amount", exact=True).fill("10")
    chooser = editor.get_by_label("Attribute of a new condition").last
    chooser.focus()
    chooser.select_option("price")
    value = editor.get_by_label("Value of Price")
    expect(value).to_be_focused()
    page.keyboard.type("20")
    editor.get_by_label("How Price compares").select_option(">=")
    expect(editor.locator(".ck-form .ck-sentence")).to_have_text(
        "The price is lowered by 10 %, if Price is at least 20."
    )
    editor.get_by_role("button", name="Done").click()
    expect(editor.locator(".ck-rules tbody tr")).to_have_count(1)

    editor.get_by_role("button", name="Add an intelligent rule").click()
    editor.get_by_label("Name", exact=True).fill("One cent below")
    editor.get_by_label("Competitor's price").select_option("decrease")
    editor.get_by_label("Unit", exact=True).select_option("fixed")
    editor.get_by_label("Amount", exact=True).fill("0.01")
    editor.get_by_label("Priority", exact=True).fill("1")
    editor.get_by_label("Floor is").select_option("decrease")
    editor.get_by_label("Floor, percent").fill("20")
    expect(editor.locator(".ck-form .ck-sentence")).to_contain_text("0.01 USD below the featured offer")
    editor.get_by_role("button", name="Done").click()
    rows = editor.locator(".ck-rules tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("One cent below")
    editor.get_by_label("Apply Winter sale earlier").click()
    expect(rows.first).to_contain_text("Winter sale")
    editor.get_by_label("One cent below is active").uncheck()
    expect(editor.locator(".ck-rests")).to_have_count(1)
    editor.get_by_role("button", name="Undo the last change").click()
    expect(editor.locator(".ck-rests")).to_have_count(0)
    assert prices.current().id == 0

    editor.get_by_role("button", name="Preview what they would do").click()
    expect(editor.get_by_role("tab", name="Fall")).to_be_visible()
    editor.get_by_role("tab", name="Fall").click()
    expect(editor.locator(".ck-preview table")).to_contain_text("Winter sale")
    page.keyboard.press("Escape")
    expect(rows).to_have_count(2)
    editor.get_by_role("button", name="Preview what they would do").click()
    editor.get_by_label("Name of this version").fill("Winter")
    editor.get_by_role("button", name="Put these rules in force").click()
    if editor.locator(".ck-sure").is_visible():
        editor.locator(".ck-sure input").check()
        editor.get_by_role("button", name="Put these rules in force").click()
    expect(editor.locator(".ck-said")).to_contain_text("In force: Winter, version 1.")
    kept = prices.current()
    assert (kept.name, kept.made_by) == ("Winter", "anna")
    assert [(rule.id, rule.priority) for rule in kept.rules] == [("winter-sale", 1), ("one-cent-below", 2)]
    assert kept.documents[0]["when"]["children"] == [{"attribute": "price", "op": ">=", "value": "20"}]
    assert lab.asked_elsewhere == [] and lab.complaints == []
