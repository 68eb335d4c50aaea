"""Which listings should be there, what is told of them, in which order it leaves, and that planning comes to rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES, OPEN_CHANGES
from channelkit.model.decisions import DECISIONS, WANTED
from channelkit.model.offer_terms import write_business, write_sale
from channelkit.model.tables import LISTINGS, TABS
from channelkit.plan.expected import OVERLAID, expect
from channelkit.plan.listings import asked_of, plan_changes
from channelkit.plan.offers import in_order
from tests.decision_tables import LISTING, MINUTE, NOW, Row, table

LISTED: Row = {
    **{"listed": True, "sku": "A", "seller_sku": "A", "asin": "B000000001", "product_sku": "A", "tab": "Active"},
    **{"status": "Active", "reason": "A reason.", "stale": False, "wanted_price": 1000, "wanted_quantity": 5},
}
UNLISTED: Row = {**LISTED, "listed": False, "tab": "Ready to List", "status": "Ready to List"}
WANTS: Row = {"wanted_condition": "new_new", "wanted_fulfillment": "merchant"}
PUBLISHED: Row = {**UNLISTED, **WANTS, "wanted_listed": True}
GONE: Row = {**LISTING, "missing_since": NOW - 60 * MINUTE, "missing_last": NOW - MINUTE}
MISSED: Row = {**LISTING, "missing_since": NOW - MINUTE, "missing_last": NOW - MINUTE}


def decided(*rows: Row) -> pa.Table:
    names = [*TABS.names, *WANTED.names]
    schema = pa.schema([*TABS.schema(), *WANTED])
    return pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows], schema=schema)


def plan(row: Row, listing: Row | None = None, pending: Sequence[Row] = (), now: int = NOW) -> list[dict[str, Any]]:
    listings = [] if listing is None else [listing]
    expected = expect(table(LISTINGS, listings), table(OPEN_CHANGES, pending), now)
    changes = plan_changes(decided(row), expected)
    assert changes.schema == CHANGES.schema()
    rows: list[dict[str, Any]] = changes.to_pylist()
    return rows


def told(changes: Sequence[Row]) -> list[tuple[Any, ...]]:
    return [
        (row["field"], row["before_text"], row["after_text"])
        if row["after"] is None
        else (row["field"], row["before"], row["after"])
        for row in changes
    ]


def sent(change: Row, minutes: int = 1, number: int = 1) -> Row:
    return {**change, "id": number, "state": "accepted", "sent_at": NOW - minutes * MINUTE}


def test_a_product_that_is_asked_for_is_published_with_all_that_it_is_told_with() -> None:
    """AC-01."""
    row = {**PUBLISHED, "seller_sku": "MUG-1", "wanted_notes": "Boxed.", "wanted_handling": 2, "asked": True}
    (change,) = plan(row)
    assert (change["seller_sku"], change["field"], change["before"], change["after"]) == ("MUG-1", "publish", 0, 1)
    assert json.loads(change["after_text"]) == {
        **{"asin": "B000000001", "condition": "new_new", "notes": "Boxed.", "price": 1000, "quantity": 5},
        **{"handling": 2, "fulfillment": "merchant"},
    }
    assert change["because"] == "Ready to List. A person asked for it."
    assert plan(PUBLISHED)[0]["because"] == "Ready to List. The store lists by itself what can be listed."


def test_what_amazon_fulfils_is_published_without_quantity_and_handling() -> None:
    row = {**PUBLISHED, "wanted_fulfillment": "amazon", "wanted_handling": 2}
    quoted = json.loads(plan(row)[0]["after_text"])
    assert (quoted["quantity"], quoted["handling"], quoted["fulfillment"]) == (None, None, "amazon")


@pytest.mark.parametrize(
    "lacks",
    [
        {"wanted_price": 0},
        {"wanted_price": None},
        {"wanted_quantity": None},
        {"wanted_condition": None},
        {"asin": None},
        {"product_sku": None},
        {"stale": True},
        {"wanted_listed": None},
        {"wanted_listed": False},
    ],
    ids=lambda row: "-".join(f"{name}-{value}" for name, value in row.items()),
)
def test_nothing_is_published_unasked_or_half_known(lacks: Row) -> None:
    assert plan({**PUBLISHED, **lacks}) == []


def test_what_is_there_is_not_published_again_and_what_is_gone_for_certain_is() -> None:
    """One look that did not find it moves nothing."""
    row = {**LISTED, **WANTS, "wanted_listed": True}
    assert plan(row, LISTING) == []
    assert plan(row, MISSED) == []
    assert [change[0] for change in told(plan({**row, "tab": "Ended"}, GONE))] == ["publish"]


@pytest.mark.parametrize(("hours", "fields"), [(7, []), (8, ["publish"])])
def test_a_new_listing_is_waited_for_eight_hours(hours: int, fields: list[str]) -> None:
    way = sent(plan(PUBLISHED)[0], hours * 60)
    assert [row["field"] for row in plan(PUBLISHED, pending=[way])] == fields
    assert [row["field"] for row in plan({**PUBLISHED, "listed": True, "tab": "Ended"}, GONE, [way])] == fields


def test_a_new_listing_on_its_way_never_blocks_a_stock_out() -> None:
    """It may be live before anybody sees it: it must not be sold when there is none."""
    way = sent(plan(PUBLISHED)[0])
    sold_out = {**PUBLISHED, "wanted_quantity": None, "tab": "Ineligible", "status": "Out of Stock"}
    stock_out = plan(sold_out, pending=[way])
    assert told(stock_out) == [("quantity", 5, 0)]
    assert plan(sold_out, pending=[way, sent(stock_out[0], 0, 2)]) == []
    assert told(plan({**sold_out, "listed": True}, {**GONE, "quantity": 0}, [way])) == [("quantity", 5, 0)]


def test_a_change_on_its_way_never_blocks_a_newer_stock_out() -> None:
    rising = sent({**LISTED, "field": "quantity", "before": 1, "after": 5})
    assert told(plan({**LISTED, "wanted_quantity": 0}, {**LISTING, "quantity": 1}, [rising])) == [("quantity", 5, 0)]


ENDED: Row = {**LISTED, "tab": "Ended", "status": "Ending In Progress", "wanted_listed": False, "wanted_price": None}


def test_what_a_person_ended_is_ended_until_amazon_no_longer_shows_it() -> None:
    """AC-02."""
    (change,) = plan(ENDED, LISTING)
    assert told([change]) == [("end", 1, 0)]
    assert change["because"] == "Ended: Ending In Progress. A reason."
    assert plan(ENDED, LISTING, [sent(change, 29)]) == []
    assert told(plan(ENDED, LISTING, [sent(change, 30)])) == [("end", 1, 0)]
    assert plan(ENDED, MISSED) == []
    assert plan(ENDED, GONE) == []
    assert plan({**ENDED, "stale": True}, LISTING) == []


def test_another_asin_ends_the_listing_and_publishes_it_anew_once_it_is_gone() -> None:
    """AC-07."""
    moved = {**LISTED, **WANTS, "wanted_asin": "B000000002", "wanted_listed": True}
    (end,) = plan(moved, LISTING)
    assert (told([end]), "Another ASIN was assigned" in end["because"]) == ([("end", 1, 0)], True)
    assert plan(moved, LISTING, [sent(end)]) == []
    assert plan(moved, MISSED, [sent(end)]) == []
    (new,) = plan(moved, GONE)
    assert json.loads(new["after_text"])["asin"] == "B000000002"
    assert plan({**moved, "asin": "B000000002"}, {**LISTING, "asin": "B000000002"}) == []


def test_an_unknown_asin_is_no_other_asin() -> None:
    assert plan({**LISTED, "wanted_asin": "B000000002"}, {**LISTING, "asin": None}) == []


USED: Row = {**LISTING, "condition": "used_good", "condition_note": "Worn.", "handling_days": 2}


@pytest.mark.parametrize(
    ("wants", "changes"),
    [
        pytest.param({"wanted_condition": "used_good", "wanted_notes": "Worn.", "wanted_handling": 2}, [], id="same"),
        pytest.param(
            {"wanted_condition": "used_like_new"}, [("condition", "used_good", "used_like_new")], id="condition"
        ),
        pytest.param({"wanted_notes": ""}, [("notes", "Worn.", "")], id="notes"),
        pytest.param({"wanted_handling": 1}, [("handling", 2, 1)], id="handling"),
        pytest.param({"wanted_fulfillment": "amazon"}, [("fulfillment", "merchant", "amazon")], id="fulfillment"),
        pytest.param({"wanted_fulfillment": "merchant"}, [], id="already-merchant"),
        pytest.param({"wanted_condition": "used_acceptable", "tab": "Ended"}, [], id="not-managed"),
        pytest.param({"wanted_condition": "used_acceptable", "product_sku": None}, [], id="not-ours"),
    ],
)
def test_what_else_is_told_of_a_listing_is_planned_where_it_differs(wants: Row, changes: list[Any]) -> None:
    assert told(plan({**LISTED, **wants}, USED)) == changes


def test_overrides_of_what_amazon_fulfils_or_of_new_articles_go_nowhere() -> None:
    """AC-05."""
    by_amazon = {**USED, "fulfillment_channel": "AMAZON_NA", "quantity": None}
    wants = {"wanted_condition": "used_like_new", "wanted_handling": 1, "wanted_notes": "Fine."}
    assert [row[0] for row in told(plan({**LISTED, **wants}, by_amazon))] == ["notes"]
    assert plan({**LISTED, "wanted_notes": "Fine."}, {**USED, "condition": "new_new"}) == []


def test_handling_that_was_never_read_is_told_once() -> None:
    unread = {**USED, "handling_days": None}
    (change,) = plan({**LISTED, "wanted_handling": 1}, unread)
    assert told([change]) == [("handling", None, 1)]
    assert plan({**LISTED, "wanted_handling": 1}, unread, [sent(change)]) == []


BUSINESS, SALE = write_business(900, [(5, "5%")]), write_sale(800, "2026-12-01", "2026-12-24")
PRICED: Row = {**LISTING, "business": BUSINESS, "sale": "", "list_price": 1500}


@pytest.mark.parametrize(
    ("wants", "changes"),
    [
        pytest.param({}, [], id="nothing-wanted-is-left-alone"),
        pytest.param({"wanted_business": BUSINESS, "wanted_sale": "", "wanted_list_price": 1500}, [], id="same"),
        pytest.param({"wanted_business": ""}, [("business", BUSINESS, "")], id="no-business-price"),
        pytest.param({"wanted_sale": SALE}, [("sale", "", SALE)], id="sale"),
        pytest.param({"wanted_list_price": 1400}, [("list_price", 1500, 1400)], id="list-price"),
        pytest.param({"wanted_list_price": 0}, [("list_price", 1500, 0)], id="no-list-price"),
        pytest.param({"wanted_sale": SALE, "tab": "Ended"}, [], id="not-managed"),
        pytest.param({"wanted_sale": SALE, "stale": True}, [], id="stale"),
    ],
)
def test_business_prices_sales_and_list_prices_are_planned_where_they_differ(wants: Row, changes: list[Any]) -> None:
    """LS-06, LS-10."""
    assert told(plan({**LISTED, **wants}, PRICED)) == changes


def test_prices_that_were_never_read_may_be_the_ones_that_are_wanted() -> None:
    wants = {"wanted_business": BUSINESS, "wanted_sale": SALE, "wanted_list_price": 1400}
    assert plan({**LISTED, **wants}, LISTING) == []


def test_what_amazon_fulfils_has_a_business_price_and_a_sale_like_any_other() -> None:
    by_amazon = {**PRICED, "fulfillment_channel": "AMAZON_NA", "quantity": None}
    assert [row[0] for row in told(plan({**LISTED, "wanted_sale": SALE, "wanted_business": ""}, by_amazon))] == [
        "business",
        "sale",
    ]


def test_no_list_price_is_none_to_take_away() -> None:
    assert plan({**LISTED, "wanted_list_price": 0}, {**PRICED, "list_price": None}) == []
    (change,) = plan({**LISTED, "wanted_list_price": 0}, PRICED)
    assert plan({**LISTED, "wanted_list_price": 0}, PRICED, [sent(change)]) == []


def test_a_new_listing_is_told_with_its_product_tax_code_where_the_store_has_one() -> None:
    """LS-08."""
    (change,) = plan({**PUBLISHED, "wanted_tax_code": "A_GEN_STANDARD"})
    assert json.loads(change["after_text"])["tax_code"] == "A_GEN_STANDARD"
    assert "tax_code" not in json.loads(plan(PUBLISHED)[0]["after_text"])
    assert plan({**LISTED, "wanted_tax_code": "A_GEN_STANDARD"}, PRICED) == [], "one that is there keeps what it has"


def test_changes_leave_in_the_order_in_which_being_late_hurts() -> None:
    def change(field: str, before: int, after: int) -> Row:
        return {"seller_sku": "A", "field": field, "before": before, "after": after, "because": "."}

    wanted: list[Row] = [
        *(change("quantity", 5, 0), change("end", 1, 0), change("quantity", 5, 3), change("quantity", 3, 5)),
        *(change("price", 1, 2), change("handling", 1, 2), change("publish", 0, 1)),
    ]
    backwards: list[Row] = wanted[::-1]
    ordered = in_order(table(CHANGES, backwards)).select(["field", "before", "after"]).to_pylist()
    assert [tuple(row.values()) for row in ordered] == [(row["field"], row["before"], row["after"]) for row in wanted]


def test_a_person_asks_by_name_for_a_listing_or_its_price() -> None:
    said: list[Row] = [
        {"store": "us", "seller_sku": "P", "kind": "price", "value": "900"},
        {"store": "us", "seller_sku": "Q", "kind": "price", "value": None},
        {"store": "us", "seller_sku": "R", "kind": "handling", "value": "1"},
    ]
    found = asked_of(decided({**PUBLISHED, "asked": True}, {**PUBLISHED, "sku": "B"}), table(DECISIONS, said))
    assert [tuple(row.values()) for row in found.to_pylist()] == [("A", "publish"), ("P", "price")]


WISHES = st.fixed_dictionaries(
    {
        "tab": st.sampled_from(["Active", "Inactive", "Ineligible", "Ended", "Ready to List"]),
        "wanted_listed": st.sampled_from([None, True, False]),
        "wanted_price": st.sampled_from([None, 0, 900, 1000]),
        "wanted_quantity": st.sampled_from([None, 0, 3, 5]),
        "wanted_asin": st.sampled_from([None, "B000000001", "B000000002"]),
        "wanted_condition": st.sampled_from([None, "new_new", "used_good"]),
        "wanted_notes": st.sampled_from([None, "", "Worn."]),
        "wanted_handling": st.sampled_from([None, 1, 2]),
        "wanted_fulfillment": st.sampled_from([None, "merchant", "amazon"]),
        "wanted_business": st.sampled_from([None, "", BUSINESS]),
        "wanted_sale": st.sampled_from([None, "", SALE]),
        "wanted_list_price": st.sampled_from([None, 0, 1500]),
        "listed": st.booleans(),
    }
)
SHOWN = st.none() | st.fixed_dictionaries(
    {
        "price": st.sampled_from([None, 900, 1000]),
        "quantity": st.sampled_from([None, 0, 3, 5]),
        "condition": st.sampled_from([None, "new_new", "used_good"]),
        "condition_note": st.sampled_from([None, "Worn."]),
        "handling_days": st.sampled_from([None, 1]),
        "fulfillment_channel": st.sampled_from(["DEFAULT", "AMAZON_NA", None]),
        "business": st.sampled_from([None, "", BUSINESS]),
        "sale": st.sampled_from([None, "", SALE]),
        "list_price": st.sampled_from([None, 1400, 1500]),
        "missing_since": st.sampled_from([None, NOW - MINUTE, NOW - 60 * MINUTE]),
        "missing_last": st.just(NOW - MINUTE),
    }
)


@given(WISHES, SHOWN)
def test_what_is_on_its_way_is_not_planned_again(wishes: Row, shown: Row | None) -> None:
    """Planning again upon what the plan is expected to bring plans nothing that was planned already."""
    row, listing = {**LISTED, **wishes}, None if shown is None else {**LISTING, **shown}
    first = plan(row, listing)
    way = [sent(change, 0, number) for number, change in enumerate(first, 1)]
    planned = {(change["field"], change["after"], change["after_text"]) for change in first}
    again = {(change["field"], change["after"], change["after_text"]) for change in plan(row, listing, way, NOW + 1)}
    assert not planned & again


@given(WISHES, SHOWN)
def test_once_amazon_shows_what_was_sent_nothing_is_left_to_send(wishes: Row, shown: Row | None) -> None:
    row, listing = {**LISTED, **wishes}, None if shown is None else {**LISTING, **shown}
    if listing is None or row["tab"] == "Ended" or listing["missing_since"] is not None:
        return  # what is published or ended gets another row of the decision table first
    for _ in range(3):  # a higher price goes before the quantity that brings the listing back
        for change in plan(row, listing):
            if change["field"] == "end":
                return
            name = OVERLAID[change["field"]][0]
            if name == "fulfillment":
                channel = {"merchant": "DEFAULT", "amazon": "AMAZON_NA"}[change["after_text"]]
                listing = {**listing, "fulfillment_channel": channel}
            else:
                after = change["after_text"] if change["after"] is None else change["after"]
                listing = {**listing, name: after}
    assert plan(row, listing) == []
