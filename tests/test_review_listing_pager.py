"""The workbench of plain buttons: the same model, the same abilities, no script in the browser."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from channelkit.review.listing_grid import ListingGrid
from channelkit.review.listing_pager import ListingPager
from channelkit.review.opening import open_listings
from channelkit.review.table import APART
from tests.listing_desk import SmallDesk


@pytest.fixture
def desk() -> SmallDesk:
    return SmallDesk()


@pytest.fixture
def pager(desk: SmallDesk, tmp_path: Path) -> ListingPager:
    pager = ListingPager(ListingGrid(desk, "anna"), tmp_path)
    pager.model.load()
    return pager


def keys(*skus: str) -> tuple[str, ...]:
    return tuple(f"yes{APART}{sku}" for sku in skus)


def test_tabs_filters_and_pages_are_those_of_the_other_view(pager: ListingPager) -> None:
    """TB-01, TB-06, TB-08."""
    assert "3 listings need you" in pager.banner.value and pager.tabs.value == "Active"
    assert len(pager.rows.options) == 50
    pager.on.click()
    assert len(pager.rows.options) == 12 and pager.on.disabled
    pager.size.value = 100
    assert len(pager.rows.options) == 62
    pager.filter.value = "kettle"
    pager.go.click()
    pager.column.value, pager.low.value, pager.high.value = "price", "10", "12"
    pager.narrow.click()
    assert [key for _, key in pager.rows.options] == list(keys("KET-010", "KET-011", "KET-012"))
    pager.column.value = "condition"
    pager.low.value = "used_good"
    pager.narrow.click()
    assert pager.rows.options == () and "Condition: Used; Good" in pager.words.value
    pager.wide.click()
    assert len(pager.rows.options) == 62
    pager.tabs.value = "Incomplete"
    assert [key for _, key in pager.rows.options] == [f"no{APART}LAMP"]
    assert "No condition is set for it." in pager.page.value


def test_an_action_is_shown_confirmed_and_taken_back(pager: ListingPager, desk: SmallDesk) -> None:
    """AC-02."""
    pager.rows.value = keys("KET-001", "KET-002", "KET-003")
    pager.tick.click()
    pager.action.value = "end"
    pager.propose.click()
    assert "KET-003" in pager.plan.value and desk.done == []
    pager.check.click()
    assert "Amazon takes it." in pager.plan.value
    pager.confirm.click()
    assert desk.done == [("end", ("KET-001", "KET-002", "KET-003"), "anna", {})]
    assert "Done: end 3 rows." in pager.said.value and pager.plan.value == ""
    pager.undo.click()
    pager.confirm.click()
    assert desk.done[-1][0] == "publish"


def test_overrides_are_asked_for_and_what_was_stopped_needs_a_tick(pager: ListingPager, desk: SmallDesk) -> None:
    """AC-04."""
    pager.rows.value = keys("KET-001")
    pager.tick.click()
    pager.action.value = "override"
    what, control = pager._fields["price"]
    what.value, control.value = "set", "8.50"
    pager.propose.click()
    pager.confirm.click()
    assert desk.done == [("override", ("KET-001",), "anna", {"price": "8.50"})]
    pager.all.click()
    pager.action.value = "end"
    pager.propose.click()
    pager.confirm.click()
    assert len(desk.done) == 1 and "stopped" in pager.said.value
    pager.sure.value = True
    pager.confirm.click()
    assert len(desk.done) == 2


def test_columns_views_and_files(pager: ListingPager, desk: SmallDesk, tmp_path: Path) -> None:
    """TB-08."""
    pager.columns.value = ("seller_sku", "price")
    pager.choose.click()
    pager.name.value = "Prices"
    pager.save.click()
    assert list(desk.saved) == ["Prices"]
    pager.csv.click()
    assert (tmp_path / "us-active.csv").read_bytes().count(b"\n") == 63
    pager.excel.click()
    assert (tmp_path / "us-active.xlsx").read_bytes().startswith(b"PK")
    pager.reset.click()
    pager.view.value = "Prices"
    pager.use.click()
    assert pager.model.columns == ["seller_sku", "price"]
    pager.delete.click()
    assert desk.saved == {}


def test_details_tell_why(pager: ListingPager) -> None:
    pager.details.click()
    assert "Choose one row" in pager.said.value
    pager.model.filter("lamp")
    pager.rows.value = keys("MUG-001")
    pager.details.click()
    assert "MUG-001" in pager.side.value and "channelkit price 12.00 19.99 anna" in pager.side.value
    assert "<script" not in pager.side.value and "<script" not in pager.page.value


@pytest.mark.parametrize("plain", [False, True])
def test_both_views_export_the_same_page(desk: SmallDesk, plain: bool) -> None:
    bundle = open_listings(desk, "anna", plain=plain)._repr_mimebundle_()
    html = (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"]
    assert "20 of 62 shown." in html and "<script" not in html and "&lt;script&gt;" not in html


def test_without_anywidget_there_are_plain_buttons(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    assert isinstance(open_listings(desk), ListingPager)
