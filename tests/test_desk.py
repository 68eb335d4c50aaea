"""The workbench on a real store: what is confirmed in it is what Amazon and the database have then."""

from __future__ import annotations

import pytest

from channelkit.desk import StoreDesk
from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_screen import fallback_html, screen
from channelkit.review.table import APART
from tests.kit_fixtures import Practice, RunKit


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    practice = run_kit(products=50)
    practice.kit.pull(["us"])
    practice.kit.sync(["us"])
    practice.wait(20)
    practice.kit.sync(["us"])
    return practice


def open_grid(practice: Practice, by: str = "anna") -> ListingGrid:
    grid = ListingGrid(StoreDesk("us", practice.kit.parts), by)
    grid.open()
    assert grid.trouble == ""
    return grid


def confirm(grid: ListingGrid) -> None:
    assert grid.trouble == "" and grid.pending is not None
    grid.confirm(grid.pending.serial)
    assert grid.trouble == ""


def test_the_first_rows_are_the_first_of_all_rows(practice: Practice) -> None:
    """TB-01: every tab's count is that of the database, before all rows are read and after."""
    grid = open_grid(practice)
    counts, first = grid.counts, [screen(grid)["rows"]]
    grid.load()
    assert grid.trouble == "" and grid.counts == counts
    assert [screen(grid)["rows"]] == first
    tabs = practice.kit.tabs()["us"].to_dict()
    assert {tab: count for tab, count in grid.counts.items() if tab != "Overrides"} == tabs
    assert f"of {counts['Active']:,} shown." in fallback_html(grid)


def test_overrides_reach_amazon_and_their_tab_and_are_taken_back(practice: Practice) -> None:
    """AC-04, AC-05, TB-07."""
    grid = open_grid(practice)
    grid.load()
    grid.filter("status = Active and quantity >= 1 and price > 16 and price < 30")
    chosen = [row["sku"] for row in screen(grid)["rows"][:2]]
    for sku in chosen:
        grid.toggle(f"yes{APART}{sku}")
    price = practice.listing("us", chosen[0]).price
    grid.propose("override", 2, {"price": {"do": "set", "value": "21.5x"}})
    assert "'21.5x' is no number" in screen(grid)["trouble"] and screen(grid)["pending"] is None
    grid.propose("override", 2, {"price": {"do": "set", "value": "21.50"}, "handling": {"do": "set", "value": "3"}})
    assert chosen[0] in screen(grid)["pending"]["html"]
    confirm(grid)
    assert grid.counts["Overrides"] == 2
    grid.choose_tab("Overrides")
    cells = {row["sku"]: row["cells"] for row in screen(grid)["rows"]}
    assert {sku: (cell[-2], cell[-1]) for sku, cell in cells.items()} == dict.fromkeys(chosen, ("3", "21.50 USD"))
    practice.wait(30)
    practice.kit.sync(["us"])
    assert practice.listing("us", chosen[0]).price == 2150 != price
    grid.load()
    other = open_grid(practice, "ben")
    assert other.counts["Overrides"] == 2
    grid.undo()
    confirm(grid)
    practice.wait(30)
    practice.kit.sync(["us"])
    assert grid.counts["Overrides"] == 0 and practice.listing("us", chosen[0]).price == price


def test_two_people_see_each_others_decisions_and_lose_none(practice: Practice) -> None:
    """AC-02: what one has decided since the other looked is shown before anything else is done."""
    anna, ben = open_grid(practice, "anna"), open_grid(practice, "ben")
    for grid in (anna, ben):
        grid.load()
        grid.filter("status = Active and quantity >= 1")
    first, second = [row["sku"] for row in screen(anna)["rows"][:2]]
    ben.toggle(f"yes{APART}{first}")
    ben.propose("override", 1, {"price": {"do": "set", "value": "33.00"}})
    anna.toggle(f"yes{APART}{first}")
    anna.toggle(f"yes{APART}{second}")
    anna.propose("end", 2, {})
    confirm(anna)
    assert ben.pending is not None
    ben.confirm(ben.pending.serial)
    assert ben.trouble != ""
    ended = practice.kit.stores["us"].listings("Ended")
    assert {first, second} <= set(ended["sku"])
    ben.cancel()
    assert ben.look() and ben.counts["Ended"] == anna.counts["Ended"]


def test_a_row_tells_its_reason_and_its_past(practice: Practice) -> None:
    grid = open_grid(practice)
    grid.load()
    for tab in grid.tabs:
        grid.choose_tab(tab)
        for key in grid.rows.page_keys()[:1]:
            grid.open_row(key)
            opened = screen(grid)["opened"]
            assert opened["trouble"] == "" and opened["reason"] and "ck-card" in opened["explanation"]
            assert all(event["at"] and event["what"] for event in opened["timeline"])


def test_what_a_new_listing_lacks_is_supplied_and_a_product_is_assigned(practice: Practice) -> None:
    """AC-03, MA-07."""
    grid = open_grid(practice)
    grid.load()
    grid.choose_tab("New Third Party")
    key = grid.rows.page_keys()[0]
    grid.propose("assign_product", 1, {"product_sku": "NO-SUCH"}, key=key)
    assert grid.pending is not None
    grid.confirm(grid.pending.serial)
    assert "NO-SUCH" in grid.trouble and grid.pending is not None
    products = practice.kit.stores["us"].listings("Active")["product_sku"].dropna()
    grid.propose("assign_product", 1, {"product_sku": str(products.iloc[0])}, key=key)
    confirm(grid)
    grid.undo()
    assert "not taken back from here" in grid.trouble
    assert grid.counts["New Third Party"] < len(practice.kit.stores["us"].listings("New Third Party")) + 1


def test_views_are_kept_in_the_database(practice: Practice) -> None:
    """TB-08."""
    grid = open_grid(practice)
    grid.load()
    grid.filter("quantity >= 1")
    grid.save_view("Sellable")
    ben = open_grid(practice, "ben")
    ben.use_view("Sellable")
    assert ben.trouble == "" and ben.rows.condition == "quantity >= 1"
    ben.delete_view("Sellable")
    assert [view["name"] for view in screen(ben)["views"]] == ["Default"]
