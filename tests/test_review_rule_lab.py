"""The rules notebook in a real JupyterLab and a real Chromium: what is typed and clicked is the rule in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.settings.reader import read_settings
from tests.conftest import RunSandbox
from tests.lab_fixtures import Lab, RunLab, copy_notebook, run_all

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "05_rules.ipynb"


@pytest.fixture
def kit(run_sandbox: RunSandbox, tmp_path: Path) -> Any:
    """Return a kit on a sandbox that was read once, in the folder where the notebook lies."""
    running = run_sandbox(speed=30.0, quiet=True)
    with Kit(read_settings(write_settings(tmp_path, running.ready), {})) as kit:
        kit.pull(["us"], wait=True)
        yield kit


def figure(editor: Locator, title: str) -> int:
    """Return one of the figures beside the rule, once they are of the rule as it stands."""
    expect(editor.locator(".ck-figures")).to_have_attribute("data-fresh", "true")
    return int(editor.locator(".ck-card").filter(has_text=title).locator("b").inner_text().replace(",", ""))


def add_by_key(page: Page, group: Locator, code: str) -> None:
    """Choose an attribute without a mouse: only Enter means it."""
    chooser = group.get_by_label("Attribute of a new condition").last
    lines = group.locator(".ck-line").count()
    chooser.focus()
    chooser.select_option(code)
    expect(group.locator(".ck-line")).to_have_count(lines + 1)


def test_a_rule_written_by_key_and_mouse_is_looked_at_and_put_in_force(
    kit: Kit, tmp_path: Path, run_lab: RunLab
) -> None:
    """LR-01, LR-02, LR-03, LR-04: nothing typed is lost, nothing is done before it was seen."""
    lab: Lab = run_lab(tmp_path)
    page = lab.open(copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna"))
    run_all(page)
    editor = page.locator(".ck-rule")
    editor.locator(".ck-group").first.wait_for()
    cells = page.locator(".jp-Cell").count()
    assert figure(editor, "Ineligible") == 0

    add_by_key(page, editor, "price")
    value = editor.get_by_label("Value of Price")
    expect(value).to_be_focused()
    # Enter in a field is the field's own, neither JupyterLab's nor a form's.
    page.keyboard.type("20")
    page.keyboard.press("Shift+Enter")
    editor.get_by_label("How Price compares").select_option(">=")
    expect(editor.locator(".ck-sentence")).to_have_text("A product is eligible if Price is at least 20.")
    left_out = figure(editor, "Ineligible")
    assert left_out == kit.stores["us"].rules.preview({"children": [line("price", ">=", "20")]}).counts["ineligible"]

    editor.get_by_role("button", name="Add a group").first.click()
    group = editor.locator(".ck-group .ck-group")
    expect(group.get_by_label("Attribute of a new condition")).to_be_focused()
    group.get_by_label("All or any of the conditions").select_option("any")
    add_by_key(page, group, "category_ids")
    editor.get_by_label("How Category compares").select_option("()")
    chips = editor.get_by_label("Add a value of Category")
    known = kit.stores["us"].rules.suggest("category_ids", "", 3)[1:]
    for _, words in known:
        chips.fill(words)
        page.keyboard.press("Enter")
        expect(editor.locator(".ck-chip").filter(has_text=words)).to_be_visible()
    add_by_key(page, group, "name")
    name = editor.get_by_label("Value of Product Name")
    # While the kernel answers to each letter, nothing that is being typed is drawn anew.
    name.press_sequentially("half typed", delay=90)
    expect(name).to_have_value("half typed")
    editor.get_by_label("How Product Name compares").select_option("!{}")
    expect(name).to_have_value("half typed")

    editor.get_by_role("button", name="Preview what it would do").click()
    expect(editor.get_by_role("tab", name="Ineligible")).to_have_attribute("aria-selected", "true")
    expect(editor.locator(".ck-preview table")).to_contain_text("goes off sale")
    expect(editor.locator(".ck-preview .ck-stake")).to_contain_text("USD on offer now")
    editor.get_by_label("Name of this version").fill("half a name")
    page.keyboard.press("Escape")
    expect(name).to_be_visible()
    expect(name).to_have_value("half typed")
    expect(editor.locator(".ck-chip")).to_have_count(2)
    assert kit.stores["us"].rules.current().id == 0

    editor.get_by_role("button", name="Preview what it would do").click()
    expect(editor.get_by_label("Name of this version")).to_have_value("half a name")
    editor.get_by_label("Name of this version").fill("Over 20")
    editor.get_by_role("button", name="Put this rule in force").click()
    if editor.locator(".ck-sure").is_visible():
        expect(editor.locator(".ck-trouble")).to_contain_text("would be taken off sale")
        editor.locator(".ck-sure input").check()
        editor.get_by_role("button", name="Put this rule in force").click()
    expect(editor.locator(".ck-said")).to_contain_text("In force: Over 20, version 1.")
    kept = kit.stores["us"].rules.current()
    assert (kept.name, kept.made_by) == ("Over 20", "anna")
    assert kept.document["children"][0] == line("price", ">=", "20")
    assert kept.document["children"][1]["children"] == [
        line("category_ids", "()", [number for number, _ in known]),
        line("name", "!{}", "half typed"),
    ]

    editor.get_by_label("Remove Price").click()
    expect(editor.locator(".ck-line")).to_have_count(2)
    editor.get_by_role("button", name="Undo the last edit").click()
    expect(editor.locator(".ck-line")).to_have_count(3)
    editor.get_by_label("Value of Price").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(editor.locator(".ck-line").last).to_contain_text("Price")
    expect(editor.get_by_label("Value of Price")).to_be_focused()
    assert page.locator(".jp-Cell").count() == cells
    assert lab.asked_elsewhere == [] and lab.complaints == []


def line(attribute: str, op: str, value: str | list[str]) -> dict[str, Any]:
    return {"attribute": attribute, "op": op, "value": value}


def test_plain_fields_put_a_rule_in_force_too(kit: Kit, tmp_path: Path, run_lab: RunLab) -> None:
    """LR-04: where the browser's own script cannot run."""
    lab: Lab = run_lab(tmp_path)
    name = copy_notebook(NOTEBOOK, tmp_path, store="us", by="anna")
    text = (tmp_path / name).read_text(encoding="utf-8")
    (tmp_path / name).write_text(text.replace("rules.editor(by)", "rules.editor(by, plain=True)"), encoding="utf-8")
    page = lab.open(name)
    run_all(page)
    look = page.get_by_role("button", name="Preview what it would do")
    look.wait_for()
    # A notebook keeps only what is in view.
    look.scroll_into_view_if_needed()
    output = page.locator(".jp-OutputArea-child").filter(has_text="of these conditions are")
    output.locator("select").filter(has_text="Attribute").first.select_option(label="Price")
    output.get_by_role("button", name="Add a condition").click()
    output.locator("select").filter(has_text="is at least").select_option(label="is at least")
    output.locator("input[placeholder=value]").fill("20")
    page.keyboard.press("Enter")
    expect(output).to_contain_text("A product is eligible if Price is at least 20.")
    look.click()
    expect(output).to_contain_text("goes off sale")
    output.get_by_label("Name:").fill("Over 20")
    page.keyboard.press("Enter")
    if output.get_by_label("Yes, all these listings").is_visible():
        output.get_by_label("Yes, all these listings").check()
    output.get_by_role("button", name="Put this rule in force").click()
    expect(output).to_contain_text("In force: Over 20")
    assert kit.stores["us"].rules.current().name == "Over 20"
    assert lab.asked_elsewhere == [] and lab.complaints == []
