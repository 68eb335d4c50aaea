"""The workbench's model: tabs and their counts, filters, selection, views, and actions that lose nobody's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.review.listing_columns import COLUMNS, SHOWN, TABS
from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_screen import fallback_html, screen
from channelkit.review.listing_widget import ListingWidget, obey
from channelkit.review.table import APART
from tests.listing_desk import SCHEMA, SmallDesk, large_desk, listing


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


@pytest.fixture
def grid(desk: SmallDesk) -> ListingGrid:
    grid = ListingGrid(desk, "anna")
    grid.open()
    grid.load()
    assert grid.trouble == ""
    return grid


def key(sku: str, on_amazon: str = "yes") -> str:
    return f"{on_amazon}{APART}{sku}"


def skus(grid: ListingGrid) -> list[str]:
    return [row["sku"] for row in screen(grid)["rows"]]


def select(grid: ListingGrid, *chosen: str) -> None:
    for sku in chosen:
        grid.toggle(key(sku))


def test_tabs_are_in_the_guides_order_and_active_opens(grid: ListingGrid) -> None:
    """TB-01: Ready to List is there only while what is ready waits for a person."""
    shown = screen(grid)
    assert [(tab["name"], tab["count"]) for tab in shown["tabs"]] == [
        *(("Incomplete", 1), ("New Third Party", 1), ("Inactive", 1), ("Active", 62), ("Overrides", 1)),
        *(("Ineligible", 1), ("Ended", 1)),
    ]
    assert shown["tab"] == "Active"
    waits = ListingGrid(SmallDesk(auto_list=False))
    waits.open()
    assert [tab["name"] for tab in screen(waits)["tabs"]] == list(TABS)


def test_the_banner_says_what_is_in_process_and_what_needs_a_person(grid: ListingGrid) -> None:
    """TB-06."""
    assert screen(grid)["banner"] == (
        "1 listing in process. 3 listings need you: 1 Incomplete, 1 New Third Party, 1 Inactive."
    )


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_the_guides_columns(desk: SmallDesk, tab: str) -> None:
    """TB-06."""
    desk.auto_list = False
    grid = ListingGrid(desk)
    grid.open()
    grid.choose_tab(tab)
    assert [column["name"] for column in screen(grid)["columns"]] == list(SHOWN[tab])
    labels = {column["name"]: column["label"] for column in screen(grid)["columns"]}
    assert labels.get("price") == {"New Third Party": "Listing Price", "Overrides": None}.get(tab, "Landed Price")


def test_a_margin_stands_beside_its_price_and_says_what_is_lost(grid: ListingGrid) -> None:
    """TB-06: with a sign, and marked for the view to colour; empty where it is not known."""
    (unknown,) = [row for row in screen(grid)["rows"] if row["sku"] == "KET-010"]
    assert grid.columns[4:6] == ["price", "margin"] and unknown["cells"][4:6] == ["10.00 USD", ""]
    assert unknown["below"] == []
    grid.choose_tab("Inactive")
    grid.choose_columns(["price", "margin", "margin_percent"])
    (lost,) = screen(grid)["rows"]
    assert lost["cells"] == ["19.99 USD", "−1,234.50 USD", "−61.7 %"]
    assert lost["below"] == ["margin", "margin_percent"]
    assert 'font-weight:600">−1,234.50 USD</td>' in fallback_html(grid)


def test_margins_are_sorted_filtered_and_kept_in_views_like_prices(grid: ListingGrid, desk: SmallDesk) -> None:
    """TB-08."""
    grid.sort("margin")
    assert skus(grid)[:2] == ["KET-001", "KET-002"]
    grid.narrow({"margin": {"low": "", "high": "0"}})
    assert skus(grid) == ["KET-001", "KET-002", "KET-003", "KET-004"]
    grid.filter("margin_percent < -5")
    assert skus(grid) == ["KET-001", "KET-002", "KET-003"]
    assert [chip["words"] for chip in screen(grid)["chips"]] == ["margin_percent < -5", "Margin: up to 0"]
    grid.save_view("Losses")
    other = ListingGrid(desk, "ben")
    other.open()
    other.load()
    other.use_view("Losses")
    assert skus(other) == ["KET-001", "KET-002", "KET-003"]


def test_a_view_that_names_margins_still_opens_where_no_cost_is_known(desk: SmallDesk) -> None:
    """The settings may have named a cost when it was saved."""
    grid = ListingGrid(desk)
    grid.open()
    grid.load()
    grid.narrow({"margin": {"low": "1", "high": ""}})
    grid.sort("margin")
    grid.save_view("Margins")
    desk.table = desk.listing_table().drop_columns(["margin", "margin_percent"])
    later = ListingGrid(desk)
    later.open()
    later.load()
    assert later.trouble == "" and "margin" not in later.columns and not screen(later)["has_own_columns"]
    later.use_view("Margins")
    assert later.trouble == "" and later.rows.matching == 62 and screen(later)["chips"] == []


def test_overrides_are_shown_across_tabs_with_words_for_what_is_not_set(desk: SmallDesk) -> None:
    """TB-07."""
    desk.rows.append(listing("HAND-001", "Inactive", overridden=True, handling_override=9))
    grid = ListingGrid(desk)
    grid.open()
    grid.load()
    grid.choose_tab("Overrides")
    shown = screen(grid)
    cells = {row["sku"]: row["cells"] for row in shown["rows"]}
    assert cells["MUG-002"][2] == "Used; Good" and cells["MUG-002"][-1] == "7.50 USD"
    assert cells["HAND-001"][2] == "Not Selected" and cells["HAND-001"][-2:] == ["9", "N/A"]


def test_a_price_that_is_not_known_yet_says_so_and_a_product_has_none(grid: ListingGrid) -> None:
    grid.filter("sku = MUG-001")
    assert "Update in progress" in screen(grid)["rows"][0]["cells"]
    grid.choose_tab("Incomplete")
    row = screen(grid)["rows"][0]
    assert "Update in progress" not in row["cells"] and row["cells"][1] == ""


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"price": {"low": "58", "high": ""}}, ["KET-058", "KET-059", "KET-060"]),
        ({"price": {"low": "2", "high": "3"}}, ["KET-002", "KET-003"]),
        ({"title": {"words": "KETTLE 6"}}, ["KET-006", "KET-060"]),
        ({"condition": {"values": ["used_good"]}}, ["MUG-001"]),
        ({"status": {"values": ["Relist in Progress"]}, "price": {"low": "1", "high": ""}}, []),
        ({"fulfillment": {"values": ["Amazon"]}, "since": {"low": "2026-01-01", "high": "2027-01-01"}}, ["MUG-002"]),
        ({"since": {"low": "", "high": "2026-01-01"}}, []),
        ({"quantity": {"low": "6", "high": ""}}, []),
    ],
    ids=str,
)
def test_filters_are_typed_by_column(grid: ListingGrid, said: Mapping[str, Any], found: list[str]) -> None:
    """TB-08."""
    grid.narrow(said)
    assert grid.trouble == ""
    assert skus(grid) == found
    assert len(screen(grid)["chips"]) == len(said)


def test_a_chip_takes_its_filter_away(grid: ListingGrid) -> None:
    """TB-08."""
    grid.narrow({"condition": {"values": ["new_new"]}, "price": {"low": "60", "high": ""}})
    grid.filter("kettle")
    assert [chip["words"] for chip in screen(grid)["chips"]] == ["kettle", "Condition: New", "Landed Price: from 60"]
    grid.widen("price")
    grid.widen("*")
    assert grid.rows.matching == 61 and [chip["name"] for chip in screen(grid)["chips"]] == ["condition"]


@pytest.mark.parametrize(
    "said",
    [
        {"price": {"low": "cheap", "high": ""}},
        {"price": {"low": "NaN", "high": ""}},
        {"since": {"low": "yesterday", "high": ""}},
        {"title": {"low": "1", "high": ""}},
        {"nothing": {"words": "x"}},
        {"title": {"words": 5}},
        {"title": {"words": "x" * 2000}},
    ],
    ids=["words", "nan", "day", "text", "column", "type", "length"],
)
def test_a_filter_that_makes_no_sense_is_said_and_changes_nothing(grid: ListingGrid, said: Mapping[str, Any]) -> None:
    grid.narrow({"price": {"low": "60", "high": ""}})
    grid.narrow(said)
    assert grid.trouble and skus(grid) == ["KET-060"]


def test_words_are_looked_for_where_people_look_for_them(grid: ListingGrid) -> None:
    grid.filter("alias")
    assert grid.rows.matching == 0, "each row allows to create an alias, and none is one"
    grid.filter("ket-007 or lamp")
    assert skus(grid) == ["KET-007", "MUG-001"]
    grid.filter("since >= 2026-01-01 and price < 3")
    assert skus(grid) == ["KET-001", "KET-002"]


@given(condition=st.text(max_size=60), low=st.text(max_size=12), words=st.text(max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_filter_is_obeyed_or_refused_in_words(condition: str, low: str, words: str) -> None:
    grid = ListingGrid(SmallDesk())
    grid.open()
    grid.filter(condition)
    grid.narrow({"price": {"low": low, "high": words}, "title": {"words": words}})
    screen(grid)
    assert grid.trouble or grid.rows.matching >= 0


def test_ranges_pages_and_all_that_match_are_selected(grid: ListingGrid) -> None:
    """TB-08."""
    grid.filter("kettle")
    grid.select_range(key("KET-004"), key("KET-002"))
    assert grid.rows.selected == {key("KET-002"), key("KET-003"), key("KET-004")}
    grid.select_page()
    assert len(grid.rows.selected) == 50
    grid.select_matching()
    assert len(grid.rows.selected) == 60
    grid.narrow({"price": {"low": "60", "high": ""}})
    assert screen(grid)["selection"] == "60 selected, 59 of them hidden by the filter."
    grid.clear()
    assert screen(grid)["selection"] == "No row selected."


def test_a_selection_lasts_over_sorting_and_reading_again_and_ends_with_the_tab(
    grid: ListingGrid, desk: SmallDesk
) -> None:
    select(grid, "KET-010", "KET-020")
    grid.sort("title")
    del desk.rows[19]
    grid.load()
    assert grid.rows.selected == {key("KET-010")}
    grid.choose_tab("Ended")
    assert grid.rows.selected == set()


def test_only_what_every_selected_row_allows_is_offered(grid: ListingGrid) -> None:
    """AC-09."""
    select(grid, "KET-001")
    assert {offer["name"] for offer in grid.offers() if not offer["reason"]} == {
        *("end", "override", "assign_asin", "alias", "switch_amazon"),
    }
    select(grid, "MUG-002")
    offers = {offer["name"]: offer["reason"] for offer in grid.offers()}
    assert offers["end"] == "" and "one row at a time" in offers["alias"]
    assert "1 of the 2 selected rows" in offers["switch_amazon"] and "1 of the 2" in offers["switch_merchant"]
    grid.propose("switch_amazon", 2, {})
    assert "not possible" in grid.trouble and grid.pending is None
    grid.propose("publish", 2, {})
    assert "none of the selected rows allows it" in grid.trouble


def test_a_plan_is_shown_then_confirmed_and_taken_back(grid: ListingGrid, desk: SmallDesk) -> None:
    """AC-02: nothing happens before it is confirmed; undo is a plan, too."""
    select(grid, "KET-001", "KET-002", "KET-003")
    grid.propose("end", 3, {})
    assert grid.pending is not None and desk.done == []
    grid.confirm(grid.pending.serial)
    assert desk.done == [("end", ("KET-001", "KET-002", "KET-003"), "anna", {})]
    assert grid.counts["Ended"] == 4 and grid.rows.selected == set() and grid.said.startswith("Done: end 3 rows.")
    grid.undo()
    assert grid.pending is not None and len(desk.done) == 1
    grid.confirm(grid.pending.serial)
    assert desk.done[-1][0] == "publish" and grid.counts["Ended"] == 1 and not grid.plans.can_undo


def test_somebody_elses_decision_is_never_lost(desk: SmallDesk) -> None:
    """A plan that has moved says so and shows what it would do now; only that can be confirmed."""
    anna, ben = ListingGrid(desk, "anna"), ListingGrid(desk, "ben")
    for grid, sku in ((anna, "KET-001"), (ben, "KET-002")):
        grid.open()
        grid.load()
        grid.toggle(key(sku))
        grid.propose("end", 1, {})
    assert anna.pending and ben.pending
    first = ben.pending.serial
    anna.confirm(anna.pending.serial)
    ben.confirm(first)
    assert [done[2] for done in desk.done] == ["anna"]
    assert "moved" in ben.trouble and "as it is now" in ben.trouble and ben.pending.serial != first
    ben.confirm(first)
    assert [done[2] for done in desk.done] == ["anna"] and "no longer the one" in ben.trouble
    ben.confirm(ben.pending.serial)
    assert [done[2] for done in desk.done] == ["anna", "ben"]
    assert ben.counts["Ended"] == 3


def test_what_changed_meanwhile_is_read_unless_a_plan_is_being_looked_at(desk: SmallDesk, grid: ListingGrid) -> None:
    assert not grid.look()
    select(grid, "KET-005")
    desk.change("end", ["KET-001"], "ben", {})
    grid.propose("end", 1, {})
    assert not grid.look() and grid.counts["Active"] == 62
    grid.cancel()
    assert grid.look() and "Active -1, Ended +1" in grid.said
    assert grid.rows.selected == {key("KET-005")}
    desk.is_busy = True
    assert not grid.look() and grid.trouble == ""


def test_a_plan_that_was_stopped_or_holds_something_needs_another_word(grid: ListingGrid, desk: SmallDesk) -> None:
    grid.select_matching()
    grid.propose("end", 62, {})
    assert grid.pending is not None
    grid.confirm(grid.pending.serial)
    assert "stopped" in grid.trouble and desk.done == []
    assert grid.pending is not None
    grid.confirm(grid.pending.serial, although_stopped=True)
    assert len(desk.done) == 1


def test_what_is_held_goes_only_with_another_word(grid: ListingGrid, desk: SmallDesk) -> None:
    for word, released in ((False, ()), (True, ("MUG-002",))):
        select(grid, "MUG-002")
        grid.propose("override", 1, {"price": {"do": "set", "value": "99"}})
        assert screen(grid)["pending"]["held"] == 1 and grid.pending is not None
        grid.confirm(grid.pending.serial, release_held=word)
        assert desk.released == released


@pytest.mark.parametrize(
    ("said", "terms"),
    [
        ({"price": {"do": "set", "value": " 9.99 "}}, {"price": "9.99"}),
        ({"price": {"do": "keep", "value": "9.99"}, "notes": {"do": "remove", "value": ""}}, {"notes": None}),
        (
            {"handling": {"do": "set", "value": "4"}, "condition": {"do": "set", "value": "used_good"}},
            {"handling": "4", "condition": "used_good"},
        ),
    ],
    ids=["set", "remove", "two"],
)
def test_overrides_are_kept_set_or_removed_in_bulk(
    grid: ListingGrid, desk: SmallDesk, said: Mapping[str, Any], terms: Mapping[str, Any]
) -> None:
    """AC-04, AC-05."""
    select(grid, "KET-001", "KET-002")
    grid.propose("override", 2, said)
    assert grid.pending is not None, grid.trouble
    grid.confirm(grid.pending.serial)
    assert desk.done == [("override", ("KET-001", "KET-002"), "anna", terms)]
    grid.undo()
    assert "Nothing can take that back" in grid.trouble and grid.pending is None


@pytest.mark.parametrize(
    ("action", "said", "words"),
    [
        ("override", {}, "nothing would change"),
        ("override", {"price": {"do": "set", "value": " "}}, "no value is given"),
        ("assign_asin", {"asin": " "}, "ASIN is missing"),
        ("alias", {"asin": "B000000001"}, "New seller SKU is missing"),
        ("fly", {}, "no action 'fly'"),
    ],
)
def test_what_is_missing_is_said_and_no_plan_is_made(
    grid: ListingGrid, action: str, said: Mapping[str, Any], words: str
) -> None:
    select(grid, "KET-001")
    grid.propose(action, 1, said)
    assert words in grid.trouble and grid.pending is None


@pytest.mark.parametrize("of", [0, 1, 3])
def test_a_plan_for_another_number_of_rows_is_not_made(grid: ListingGrid, of: int) -> None:
    select(grid, "KET-001", "KET-002")
    grid.propose("end", of, {})
    assert "no plan was made" in grid.trouble and grid.pending is None


def test_amazon_can_be_asked_first(grid: ListingGrid, desk: SmallDesk) -> None:
    select(grid, "KET-001")
    grid.propose("end", 1, {})
    assert grid.pending is not None
    grid.check(grid.pending.serial)
    assert "Amazon takes it" in screen(grid)["pending"]["checked"] and desk.done == []


def test_a_row_is_opened_with_its_reason_its_past_and_its_own_actions(grid: ListingGrid, desk: SmallDesk) -> None:
    grid.open_row(key("KET-002"))
    opened = screen(grid)["opened"]
    assert "KET-002" in opened["explanation"] and opened["timeline"][0]["after"] == "19.99"
    assert opened["timeline"][0]["at"] == "2026-11-18 11:06"
    grid.propose("end", 1, {}, key=key("KET-002"))
    assert grid.pending is not None
    grid.confirm(grid.pending.serial)
    assert desk.done[0][1] == ("KET-002",)
    assert screen(grid)["opened"]["tab"] == "Ended"
    desk.is_busy = True
    grid.open_row(key("KET-003"))
    assert "locked" in screen(grid)["opened"]["trouble"]
    grid.close_row()
    assert screen(grid)["opened"] is None


@pytest.mark.parametrize(("sku", "shown"), [("MUG-002", True), ("KET-001", False), ("BAD-001", False)])
def test_only_pictures_are_shown_as_pictures(grid: ListingGrid, sku: str, shown: bool) -> None:
    grid.open_row(key(sku))
    assert bool(screen(grid)["opened"]["picture"]) is shown


def test_columns_are_chosen_and_reset_by_tab(grid: ListingGrid) -> None:
    """TB-08."""
    grid.choose_columns(["title", "seller_sku", "reason", "no such"])
    assert grid.columns == ["seller_sku", "title", "reason"]
    grid.choose_tab("Ended")
    assert grid.columns == list(SHOWN["Ended"])
    grid.choose_tab("Active")
    assert grid.columns == ["seller_sku", "title", "reason"] and screen(grid)["has_own_columns"]
    grid.choose_columns([])
    assert grid.columns == list(SHOWN["Active"])


def test_a_view_is_saved_shared_and_looked_at_again(grid: ListingGrid, desk: SmallDesk) -> None:
    """TB-08."""
    grid.filter("kettle")
    grid.narrow({"price": {"low": "50", "high": ""}})
    grid.sort("price")
    grid.sort("price")
    grid.choose_columns(["seller_sku", "price"])
    grid.save_view("  Dear   kettles ")
    ben = ListingGrid(desk, "ben")
    ben.open()
    ben.load()
    ben.use_view("Dear kettles")
    assert skus(ben)[0] == "KET-060" and ben.rows.matching == 11 and ben.columns == ["seller_sku", "price"]
    ben.save_view("Dear kettles")
    assert "anna has saved a view" in ben.trouble
    ben.save_view("Dear kettles", replace=True)
    assert ben.trouble == "" and desk.saved["Dear kettles"].by == "ben"
    ben.use_view("Default")
    assert ben.tab == "Active" and ben.rows.matching == 62 and ben.columns == list(SHOWN["Active"])
    ben.delete_view("Dear kettles")
    assert desk.saved == {}
    grid.load()
    grid.use_view("Dear kettles")
    assert "no view 'Dear kettles' any more" in grid.trouble


@pytest.mark.parametrize("name", ["", "   ", "Default", "default", "x" * 61])
def test_the_default_view_is_neither_replaced_nor_deleted(grid: ListingGrid, desk: SmallDesk, name: str) -> None:
    """TB-08."""
    grid.save_view(name, replace=True)
    assert grid.trouble and desk.saved == {}
    grid.delete_view("Default")
    assert "cannot be deleted" in grid.trouble


@pytest.mark.parametrize(
    "body",
    [{}, {"tab": 5, "filters": 3, "columns": "x"}, {"tab": "Nowhere", "order": "nothing", "columns": [1, "gone"]}],
    ids=["empty", "types", "names"],
)
def test_a_view_from_another_version_shows_what_still_makes_sense(
    grid: ListingGrid, desk: SmallDesk, body: Mapping[str, Any]
) -> None:
    desk.save_view("Old", body, "anna")
    grid.load()
    grid.use_view("Old")
    assert grid.trouble == "" and grid.tab == "Active" and grid.rows.matching == 62


def test_what_cannot_be_read_is_said_and_tried_again(desk: SmallDesk) -> None:
    desk.is_busy = True
    grid = ListingGrid(desk)
    grid.open()
    assert screen(grid)["state"] == "failed" and "locked" in grid.trouble
    assert "locked" in fallback_html(grid)
    grid.filter("kettle")
    desk.is_busy = False
    grid.load()
    assert screen(grid)["state"] == "ready" and grid.counts["Active"] == 62


def test_an_empty_store_has_empty_tabs() -> None:
    grid = ListingGrid(SmallDesk(rows=[]))
    grid.open()
    grid.load()
    assert grid.trouble == "" and screen(grid)["words"] == "Nothing here."
    assert screen(grid)["banner"] == "No listing is in process. Nothing needs you."
    assert "Nothing here." in fallback_html(grid)


def test_of_a_hundred_thousand_rows_one_page_travels() -> None:
    grid = ListingGrid(large_desk(100_000))
    grid.load()
    grid.filter("kettle and price >= 4991")
    shown = screen(grid)
    assert shown["matching"] == 200 and len(shown["rows"]) == 50
    assert len(repr(shown)) < 60_000
    grid.filter("")
    grid.select_matching()
    grid.toggle(key("SKU-000007"))
    assert screen(grid)["selection"] == "99,999 selected."
    assert {offer["allowed"] for offer in screen(grid)["actions"]} == {99_999}
    grid.turn(99_990)
    assert len(screen(grid)["rows"]) == 50 and grid.rows.first == 99_950
    grid.resize(20)
    assert len(screen(grid)["rows"]) == 20 and grid.rows.first == 99_940


def test_an_exported_notebook_shows_every_tab_and_nothing_runs(desk: SmallDesk) -> None:
    bundle = ListingWidget(ListingGrid(desk, "anna"))._repr_mimebundle_()
    html = bundle[0]["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in bundle[0]
    assert "20 of 62 shown." in html and html.count("<details") == 7
    # What needs a person is open, beside the tab that is shown.
    assert html.count("<details open>") == 4
    assert "No condition is set for it." in html and "Choose a condition." in html
    for raw in ("<img", "<script", "http"):
        assert raw not in html


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "propose", "action": "end"},
        {"do": "confirm", "serial": "1"},
        {"do": "narrow", "filters": [1]},
        {"do": "toggle", "key": 5},
        {"do": "__class__"},
        {"do": ["end"]},
        {"do": "export", "kind": "exe"},
        {"do": "tab", "tab": "Nowhere"},
        {"do": "sort", "name": "nothing"},
        {"do": "resize", "size": 1_000_000},
    ],
    ids=str,
)
def test_a_message_that_makes_no_sense_does_nothing(
    grid: ListingGrid, desk: SmallDesk, message: dict[str, Any]
) -> None:
    assert obey(grid, message) is None
    assert desk.done == [] and grid.pending is None and grid.rows.selected == set() and grid.tab == "Active"


def test_every_column_can_be_shown_and_filtered(grid: ListingGrid) -> None:
    grid.choose_columns([column.name for column in COLUMNS])
    shown = screen(grid)
    assert len(shown["columns"]) == len(COLUMNS) and len(shown["fields"]) == len(COLUMNS)
    assert {column.name for column in COLUMNS} <= set(SCHEMA.names)
