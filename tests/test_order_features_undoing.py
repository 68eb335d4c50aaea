"""Cancellations and returns: only what is unshipped is cancelled, on both sides; what comes back is refunded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channelkit.database.stands import load_stands
from channelkit.errors import UsageError
from channelkit.model.orders import CANCEL
from channelkit.order_book import OrderBook
from channelkit.sandbox.amazon.orders import Order
from channelkit.sandbox.amazon.sales import NEVER
from tests.order_practice import OrderPractice, minor, order_practice

ORDERS: dict[str, dict[str, Any]] = {
    "us": {"returns_hours": 1},
    "de": {"returns_hours": 1, "cancel_call": True, "cancelled_as": "complete"},
}


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    with order_practice(openapi_folder, tmp_path_factory.mktemp("orders"), orders=ORDERS) as practice:
        yield practice


def book(practice: OrderPractice, store: str) -> OrderBook:
    return practice.kit.stores[store].orders


@pytest.mark.parametrize("store", ["us", "de"])
def test_or_12_an_unshipped_order_is_cancelled_on_both_sides_with_a_reason(practice: OrderPractice, store: str) -> None:
    """OR-12: by a feed in one store, by a call in the other; the copy ends as the store has it."""
    sku = practice.pick(store)
    salable = practice.salable(store, sku)
    order = practice.order(store, sku)
    practice.cycles()
    plan = book(practice, store).cancel(order.order_id, "NoInventory", by="Bo")
    assert practice.sales.get(order.order_id).status == "UNSHIPPED", "a plan does nothing"
    plan.apply()
    practice.cycles(4)
    sold = practice.sales.get(order.order_id)
    assert sold.status == "CANCELLED" and {line.cancelled_by for line in sold.lines} == {"MERCHANT"}
    copy = practice.copy(order.order_id)
    assert copy.state == "canceled"
    assert copy.fields["status"] == ("complete" if store == "de" else "canceled")
    cancelled = next(change for change in practice.deeds(store, order.order_id) if change.kind == CANCEL)
    assert (cancelled.state, cancelled.ordered_by) == ("confirmed", "Bo")
    assert practice.stage(store, order.order_id) == ("cancelled", "")
    practice.cycles(3)
    assert practice.salable(store, sku) - practice.held(store, sku) == salable == practice.shown(store, sku)


def test_or_12_nothing_but_unshipped_orders_can_be_cancelled_and_each_says_why(practice: OrderPractice) -> None:
    """OR-12: pending and part-shipped orders are Seller Central's; a reason is demanded."""
    pending, part, shipped, gone = (
        practice.order("us", pending_for=NEVER),
        *(practice.order("us") for _ in range(3)),
    )
    practice.sales.ship_order(part.order_id, units={part.lines[0].item_id: 1})
    practice.sales.ship_order(shipped.order_id)
    practice.sales.cancel_order(gone.order_id)
    practice.cycles(2)
    with pytest.raises(UsageError, match="no reason"):
        book(practice, "us").cancel(part.order_id, "Because")
    plan = book(practice, "us").cancel([each.order_id for each in (pending, part, shipped, gone)], "NoInventory")
    words = " ".join(plan.refused.values())
    assert set(plan.refused) == {each.order_id for each in (pending, part, shipped, gone)} and not plan.changes
    for said in ("not paid yet", "part of it has shipped", "returned and not cancelled", "cancelled already"):
        assert said in words


def test_or_12_what_the_buyer_cancelled_on_amazon_is_cancelled_in_commerce(practice: OrderPractice) -> None:
    """OR-12: before its copy was made, nothing is made; after, it is cancelled and its units are for sale again."""
    late, early = practice.order("us"), practice.order("us")
    practice.sales.cancel_order(early.order_id, by="BUYER", reason="BUYER_CANCELLED")
    practice.cycles()
    assert not practice.copies(early.order_id) and practice.stage("us", early.order_id)[0] == "cancelled"
    practice.sales.request_cancellation(late.order_id)
    practice.cycles()
    stand = practice.stand("us", late.order_id)
    assert stand is not None and stand.blocker == "cancellation_wanted" and "orders cancel" in stand.next_step
    practice.sales.cancel_order(late.order_id, by="BUYER", reason="BUYER_CANCELLED")
    practice.cycles(2)
    assert practice.copy(late.order_id).state == "canceled"
    assert practice.stage("us", late.order_id) == ("cancelled", "")


def test_or_12_a_cancellation_that_a_shipment_overtakes_is_not_sent(practice: OrderPractice) -> None:
    """OR-12: the warehouse was faster; Amazon is told of the parcel, and the person why nothing was cancelled."""
    order = practice.order("us")
    practice.cycles()
    book(practice, "us").cancel(order.order_id, "NoInventory", by="Bo").apply()
    practice.shop.ship_in_shop(practice.copy(order.order_id).number, number="FASTER-1")
    practice.cycles(3)
    sold = practice.sales.get(order.order_id)
    assert sold.status == "SHIPPED" and [package.tracking for package in sold.packages] == ["FASTER-1"]
    dropped = next(change for change in practice.deeds("us", order.order_id) if change.kind == CANCEL)
    assert dropped.state == "dropped" and "shipped meanwhile" in dropped.note
    assert practice.copy(order.order_id).state == "complete"


def ship(practice: OrderPractice, store: str) -> Order:
    order = practice.order(store)
    practice.cycles()
    practice.shop.ship_in_shop(practice.copy(order.order_id).number, number=f"OUT-{order.order_id}")
    practice.cycles(3)
    assert practice.stage(store, order.order_id) == ("complete", "")
    return practice.sales.get(order.order_id)


def read_returns(practice: OrderPractice) -> None:
    """Let the hour pass after which returns are read anew, and Amazon's report of them be made and read."""
    practice.cycles(1, minutes=62)
    practice.cycles(2, minutes=3)


def returned(practice: OrderPractice, store: str, order_id: str) -> dict[str, object]:
    frame = book(practice, store).returns()
    rows: list[dict[str, object]] = frame[frame["order_number"] == order_id].to_dict("records")
    return rows[0] if rows else {}


@pytest.mark.parametrize(("store", "restock"), [("us", 2), ("de", 0)])
def test_or_13_a_return_is_refunded_by_a_credit_memo_and_its_units_go_back_on_the_shelf(
    practice: OrderPractice, store: str, restock: int
) -> None:
    """OR-13: Requested, Received, Refunded; to the cent; into stock or not, as the person says."""
    order = ship(practice, store)
    sku = order.lines[0].sku
    salable, paid = practice.salable(store, sku), 3210
    practice.sales.return_line(
        order.order_id, order.lines[0].item_id, 2, refunded=paid, received_after=2 * 3600, reason="CR-DEFECTIVE"
    )
    read_returns(practice)
    assert returned(practice, store, order.order_id)["state"] == "Requested"
    read_returns(practice)
    back = returned(practice, store, order.order_id)
    assert (back["state"], back["units"], back["reason"]) == ("Received", 2, "CR-DEFECTIVE")
    plan = book(practice, store).refund(str(back["return_id"]), restock=restock, by="Bo")
    plan.apply()
    practice.cycles(2)
    copy = practice.copy(order.order_id)
    (memo,) = practice.shop.sales.documents_of(practice.shop.sales.credit_memos, copy)
    assert minor(memo.fields["grand_total"]) == paid
    assert [int(item["qty"]) for item in memo.items if item["qty"]] == [2]
    assert returned(practice, store, order.order_id)["state"] == "Refunded"
    assert practice.salable(store, sku) == salable + restock
    practice.cycles(2)
    assert practice.shown(store, sku) == practice.salable(store, sku) - practice.held(store, sku)


def test_or_13_a_refund_that_commerce_refuses_is_an_error_with_its_words(practice: OrderPractice) -> None:
    """OR-13: the list says Error, and what Commerce answered; nothing else is held up."""
    order = ship(practice, "us")
    practice.sales.return_line(order.order_id, order.lines[0].item_id, 2, refunded=990_000, received_after=600.0)
    read_returns(practice)
    back = returned(practice, "us", order.order_id)
    book(practice, "us").refund(str(back["return_id"]), by="Bo").apply()
    practice.cycles(2)
    after = returned(practice, "us", order.order_id)
    assert after["state"] == "Error" and after["order_notes"]
    with practice.kit.database.read() as connection:
        (stand,) = load_stands(connection, "us", order_ids=[order.order_id])
    assert (stand.stage, stand.blocker) == ("complete", "refused_once") and stand.next_step
