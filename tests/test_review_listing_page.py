"""The workbench's page in a real Chromium: what is clicked and typed is what happens, and what is shown is harmless."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.desk_fixtures import ShowDesk
from tests.listing_desk import SmallDesk, large_desk

LEAST = 4.5
"""Contrast that small text has at the least (WCAG 2.2, 1.4.3)."""

PALE = """() => {
  const parse = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    if (!node) return [255, 255, 255, 1];
    const own = parse(getComputedStyle(node).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(node.parentElement));
  };
  const found = [];
  for (const node of document.querySelectorAll(".ck-desk, .ck-desk *")) {
    const texts = [...node.childNodes].filter((child) => child.nodeType === 3);
    const words = texts.map((child) => child.data).join("").trim();
    if (!words || !node.checkVisibility() || node.closest(":disabled, option, .ck-unseen")) continue;
    const under = ground(node), ink = over(parse(getComputedStyle(node).color), under);
    const [a, b] = [light(ink), light(under)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < %s) found.push(`${contrast.toFixed(2)} ${node.className} ${words.slice(0, 40)}`);
  }
  return found;
}"""
UNNAMED = """() => [...document.querySelectorAll(".ck-desk :is(button, input, select, img, [role=grid], [role=tab])")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.alt || node.closest("label")))
  .map((node) => node.outerHTML)"""


def row(page: Page, sku: str) -> str:
    return f'tbody tr[data-key$="{sku}"]'


def in_focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.dataset.key.slice(4) ?? ''"))


def test_tabs_are_opened_by_mouse_and_by_key(show_desk: ShowDesk) -> None:
    """TB-01, TB-06."""
    bench = show_desk(SmallDesk())
    page = bench.page
    expect(page.get_by_role("tab", selected=True)).to_have_text("Active62")
    page.locator('[data-tab="Incomplete"]').click()
    expect(page.get_by_role("grid")).to_contain_text("No condition is set for it.")
    page.locator('[data-tab="Incomplete"]').press("ArrowRight")
    expect(page.get_by_role("tab", selected=True)).to_have_text("New Third Party1")
    page.keyboard.press("End")
    expect(page.get_by_role("tab", selected=True)).to_be_focused()
    expect(page.locator("tbody tr")).to_have_count(1)
    bench.keep("workbench-ended")
    assert bench.complaints == [] and bench.asked_elsewhere == []


def test_rows_are_walked_selected_and_opened_by_key(show_desk: ShowDesk) -> None:
    """TB-08."""
    page = show_desk(SmallDesk()).page
    page.locator(row(page, "KET-001")).focus()
    page.keyboard.press(" ")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".ck-selection")).to_have_text("4 selected.")
    page.keyboard.press("End")
    assert in_focus(page) == "KET-050"
    page.keyboard.press("ArrowDown")
    expect(page.locator(".ck-words")).to_have_text("Rows 51 to 62 of 62.")
    assert in_focus(page) == "KET-051"
    page.keyboard.press("PageUp")
    expect(page.locator(".ck-words")).to_have_text("Rows 1 to 50 of 62.")
    page.keyboard.press("Home")
    page.keyboard.press("Control+a")
    expect(page.locator(".ck-selection")).to_have_text("50 selected.")
    page.keyboard.press("Enter")
    side = page.locator(".ck-side")
    expect(side).to_be_focused()
    expect(side).to_contain_text("KET-001")
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    assert in_focus(page) == "KET-001"
    page.keyboard.press("?")
    expect(page.locator(".ck-keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Filter", exact=True)).to_be_focused()


def test_keys_do_not_reach_jupyterlab(show_desk: ShowDesk) -> None:
    """JupyterLab takes Enter, Escape and letters for its own unless they are kept from it."""
    page = show_desk(SmallDesk()).page
    page.evaluate("window.stolen = []; document.addEventListener('keydown', (event) => stolen.push(event.key))")
    page.locator(row(page, "KET-001")).focus()
    for key in (" ", "Enter", "Escape", "a", "/", "x", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("window.stolen") == []
    assert page.locator(".ck-desk").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_a_range_is_selected_by_mouse(show_desk: ShowDesk) -> None:
    """WX-01: selection."""
    page = show_desk(SmallDesk()).page
    page.locator(row(page, "KET-002")).get_by_role("checkbox").click()
    page.locator(row(page, "KET-005")).click(modifiers=["Shift"])
    expect(page.locator(".ck-selection")).to_have_text("4 selected.")
    expect(page.locator('tbody tr[aria-selected="true"]')).to_have_count(4)


def test_columns_are_filtered_by_their_kind_and_chips_remove_them(show_desk: ShowDesk) -> None:
    """WX-01: filters."""
    bench = show_desk(SmallDesk())
    page = bench.page
    page.get_by_role("button", name="Filter by Landed Price").click()
    expect(page.get_by_label("Landed Price from")).to_be_focused()
    page.get_by_label("Landed Price from").fill("10")
    page.get_by_label("Landed Price to").fill("12")
    page.locator(".ck-filters").get_by_label("Condition").select_option("New (61)")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".ck-chip")).to_have_text(["Condition: New×", "Landed Price: 10 to 12×"])
    bench.keep("workbench-filtered")
    page.get_by_role("button", name="Remove filter Landed Price: 10 to 12").click()
    expect(page.locator(".ck-words")).to_contain_text("61 that match, 62 in all")
    page.get_by_label("Filter", exact=True).fill("price >")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("compares 'price' with nothing")
    expect(page.get_by_label("Filter", exact=True)).to_have_value("price >")


def test_what_is_typed_survives_whatever_is_drawn_meanwhile(show_desk: ShowDesk) -> None:
    """An edit is never lost to a redraw: neither in a form, nor in the filter."""
    desk = SmallDesk()
    bench = show_desk(desk)
    page = bench.page
    page.locator(row(page, "KET-001")).click()
    page.keyboard.press(" ")
    page.get_by_role("toolbar").get_by_role("button", name="Edit overrides").click()
    terms = page.locator(".ck-terms")
    terms.get_by_label("Notes: what to do").select_option("set")
    terms.get_by_label("Notes", exact=True).press_sequentially("Box da")
    desk.change("end", ["KET-009"], "ben", {})
    bench.model.look()
    terms.get_by_label("Notes", exact=True).press_sequentially("maged")
    expect(terms.get_by_label("Notes", exact=True)).to_have_value("Box damaged")
    expect(terms.get_by_label("Notes", exact=True)).to_be_focused()
    terms.get_by_label("Price: what to do").select_option("set")
    terms.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("alert")).to_contain_text("no value is given")
    expect(terms.get_by_label("Notes", exact=True)).to_have_value("Box damaged")
    terms.get_by_label("Price", exact=True).fill("8.50")
    terms.get_by_role("button", name="Show the plan").click()
    expect(page.locator(".ck-plan")).to_be_visible()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".ck-said")).to_contain_text("Done: override 1 row.")
    assert desk.done[-1][3] == {"price": "8.50", "notes": "Box damaged"}


def test_an_action_shows_its_plan_and_waits_for_a_word(show_desk: ShowDesk) -> None:
    """AC-02, AC-09."""
    desk = SmallDesk()
    bench = show_desk(desk)
    page = bench.page
    page.locator(row(page, "KET-001")).click()
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    actions = page.get_by_role("toolbar")
    single = actions.get_by_role("button", name="Edit assigned ASIN")
    expect(single).to_have_attribute("aria-disabled", "true")
    single.click(force=True)
    expect(page.locator(".ck-said")).to_contain_text("it is for one row at a time")
    actions.get_by_role("button", name="End listing").click()
    plan = page.locator(".ck-plan")
    expect(plan).to_be_focused()
    expect(plan).to_contain_text("KET-003")
    bench.keep("workbench-plan")
    page.keyboard.press("Escape")
    expect(plan).to_be_hidden()
    assert desk.done == []
    actions.get_by_role("button", name="End listing").click()
    plan.get_by_role("button", name="Check with Amazon first").click()
    expect(plan).to_contain_text("Amazon takes it.")
    plan.get_by_role("button", name="Confirm").click()
    expect(page.locator('[data-tab="Ended"] .ck-count')).to_have_text("4")
    assert [done[:3] for done in desk.done] == [("end", ("KET-001", "KET-002", "KET-003"), "anna")]
    page.get_by_role("button", name="Undo …").click()
    plan.get_by_role("button", name="Confirm, take it back").click()
    expect(page.locator('[data-tab="Ended"] .ck-count')).to_have_text("1")


def test_a_plan_that_was_stopped_is_confirmed_by_another_word(show_desk: ShowDesk) -> None:
    desk = SmallDesk()
    page = show_desk(desk).page
    page.get_by_role("button", name="Select all 62").click()
    page.get_by_role("toolbar").get_by_role("button", name="End listing").click()
    expect(page.get_by_role("button", name="Confirm")).to_be_disabled()
    page.get_by_label("I have looked at it: do it although it was stopped.").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator('[data-tab="Ended"] .ck-count')).to_have_text("63")


def test_a_plan_that_has_moved_shows_the_new_one(show_desk: ShowDesk) -> None:
    """Two people at work: the second one's confirmation of what was is not carried out."""
    desk = SmallDesk()
    page = show_desk(desk, by="ben").page
    page.locator(row(page, "KET-001")).click()
    page.keyboard.press(" ")
    page.get_by_role("toolbar").get_by_role("button", name="End listing").click()
    desk.change("end", ["KET-002"], "anna", {})
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert").first).to_contain_text("Below is the plan as it is now.")
    assert [done[2] for done in desk.done] == ["anna"]
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator('[data-tab="Ended"] .ck-count')).to_have_text("3")
    assert [done[2] for done in desk.done] == ["anna", "ben"]


def test_columns_and_views_are_chosen_saved_and_deleted(show_desk: ShowDesk) -> None:
    """WX-01: columns and saved views."""
    desk = SmallDesk()
    page = show_desk(desk).page
    page.get_by_role("button", name="Columns", exact=True).click()
    for label in ("Product SKU", "ASIN"):
        page.locator(".ck-columns").get_by_label(label).click()
    expect(page.get_by_role("columnheader", name="Product SKU")).to_be_visible()
    expect(page.locator("th", has_text="ASIN")).to_have_count(0)
    page.get_by_role("button", name="Views …").click()
    page.get_by_label("Save as").fill("Without ASIN")
    page.get_by_role("button", name="Save view").click()
    expect(page.locator(".ck-said")).to_contain_text("'Without ASIN' is kept")
    page.get_by_label("View", exact=True).select_option("Default")
    expect(page.locator("th", has_text="ASIN")).to_have_count(1)
    page.get_by_label("View", exact=True).select_option("Without ASIN")
    expect(page.locator("th", has_text="ASIN")).to_have_count(0)
    page.get_by_role("button", name="Views …").click()
    expect(page.get_by_role("button", name="Delete view Default")).to_have_count(0)
    page.get_by_role("button", name="Delete view Without ASIN").click()
    expect(page.locator(".ck-said")).to_contain_text("is deleted")
    assert desk.saved == {}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_displayed_is_downloaded(show_desk: ShowDesk, tmp_path: Path, kind: str) -> None:
    """WX-01: CSV and Excel."""
    page = show_desk(SmallDesk()).page
    page.get_by_label("Filter", exact=True).fill('"kettle 1"')
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(11)
    with page.expect_download() as waiting:
        page.get_by_label("Export what is displayed").select_option(kind)
    assert waiting.value.suggested_filename == f"us-active.{kind}"
    waiting.value.save_as(tmp_path / "file")
    data = (tmp_path / "file").read_bytes()
    if kind == "csv":
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert lines[0][:2] == ["Amazon Seller SKU", "ASIN"] and len(lines) == 12
        assert lines[1][0] == "KET-001" and lines[1][4] == "1.00"
    else:
        assert data.startswith(b"PK")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_can_be_read_and_every_control_has_a_name(
    show_desk: ShowDesk, theme: Literal["light", "dark"]
) -> None:
    bench = show_desk(SmallDesk(), theme=theme)
    page = bench.page
    page.locator(row(page, "KET-001")).click()
    page.keyboard.press(" ")
    page.keyboard.press("Enter")
    expect(page.locator(".ck-side")).to_be_visible()
    page.get_by_role("toolbar").get_by_role("button", name="End listing").click()
    expect(page.locator(".ck-plan")).to_be_visible()
    for panel in ("More filters", "Views …", "Columns", "Keys"):
        page.get_by_role("button", name=panel, exact=True).click()
        page.mouse.move(0, 0)
        assert page.evaluate(PALE % LEAST) == []
        assert page.evaluate(UNNAMED) == []
    page.get_by_role("button", name="Keys", exact=True).click()
    bench.keep(f"workbench-{theme}")
    assert bench.complaints == [] and bench.asked_elsewhere == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_margin_below_nought_has_a_sign_and_another_colour(
    show_desk: ShowDesk, theme: Literal["light", "dark"]
) -> None:
    """TB-06: who sees no colours reads the sign; who looks over a page of rows sees the colour."""
    page = show_desk(SmallDesk(), theme=theme).page
    page.get_by_role("tab", name="Inactive").click()
    lost, price = page.locator("td.ck-at-margin"), page.locator("td.ck-at-price")
    expect(lost).to_have_text("−1,234.50 USD")
    colours = [each.evaluate("node => getComputedStyle(node).color") for each in (lost, price)]
    assert colours[0] != colours[1]
    page.locator("tbody tr").first.get_by_role("checkbox").click()
    page.mouse.move(0, 0)
    assert page.evaluate(PALE % LEAST) == []


def test_a_screen_reader_is_told_what_there_is(show_desk: ShowDesk) -> None:
    page = show_desk(SmallDesk()).page
    grid = page.get_by_role("grid", name="Listings of us")
    assert grid.get_attribute("aria-rowcount") == "63" and grid.get_attribute("aria-multiselectable") == "true"
    page.get_by_role("columnheader", name="Landed Price").get_by_role("button", name="Landed Price", exact=True).click()
    expect(page.locator("th.ck-money").first).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("th.ck-money .ck-sort").first).to_be_focused()
    assert page.locator("tbody tr").first.get_attribute("aria-rowindex") == "2"
    for name in (".ck-banner", ".ck-words", ".ck-selection", ".ck-said"):
        assert page.locator(name).get_attribute("role") == "status"
    # One row can be reached by Tab, the others by arrows.
    assert page.locator('tbody tr[tabindex="0"]').count() == 1


def test_whatever_comes_from_outside_is_shown_and_never_run(show_desk: ShowDesk) -> None:
    bench = show_desk(SmallDesk())
    page = bench.page
    page.get_by_label("Filter", exact=True).fill("lamp")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("<script>alert(2)</script>")
    page.locator("tbody tr").dblclick()
    expect(page.locator(".ck-side")).to_contain_text("<img src=x onerror=alert(1)>")
    page.locator(".ck-side").get_by_role("button", name="End listing").click()
    expect(page.locator(".ck-plan")).to_be_visible()
    assert page.locator(".ck-desk script, .ck-html img, .ck-why img, .ck-desk iframe").count() == 0
    assert bench.complaints == [] and bench.asked_elsewhere == []


def test_a_picture_has_words_and_its_absence_is_quiet(show_desk: ShowDesk) -> None:
    bench = show_desk(SmallDesk())
    page = bench.page
    page.get_by_label("Filter", exact=True).fill("sku = MUG-002")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.locator("tbody tr").dblclick()
    picture = page.get_by_role("img", name="Picture of Item MUG-002")
    expect(picture).to_be_visible()
    assert picture.get_attribute("loading") == "lazy"
    assert picture.evaluate("image => image.referrerPolicy") == "no-referrer"
    picture.evaluate("image => image.dispatchEvent(new Event('error'))")
    expect(page.locator(".ck-side .ck-no-picture")).to_have_text("No picture")
    assert bench.complaints == []


def test_empty_failed_and_busy_are_said(show_desk: ShowDesk) -> None:
    desk = SmallDesk(rows=[])
    page = show_desk(desk).page
    expect(page.locator(".ck-empty")).to_have_text("Nothing is in Active.")
    desk.is_busy = True
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("alert")).to_contain_text("The database is locked.")
    expect(page.locator(".ck-empty")).to_have_text("The listings could not be read.")
    desk.is_busy = False
    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("width", [760, 1400])
def test_a_hundred_thousand_rows_are_a_page_at_a_time(show_desk: ShowDesk, width: int) -> None:
    bench = show_desk(large_desk(100_000), width=width)
    page = bench.page
    expect(page.locator(".ck-words")).to_have_text("Rows 1 to 50 of 100,000.")
    page.get_by_label("Last page").click()
    expect(page.locator(".ck-words")).to_have_text("Rows 99,951 to 100,000 of 100,000.")
    page.get_by_role("button", name="Select all 100,000").click()
    expect(page.locator(".ck-selection")).to_have_text("100,000 selected.")
    bench.keep(f"workbench-large-{width}")
    box = page.locator(".ck-scroll").bounding_box()
    assert box is not None and box["height"] > 300
    # Nothing is wider than the page: what does not fit is scrolled within the grid.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert bench.complaints == []
