"""Shipments: Commerce's reach Amazon with their tracking, Amazon's reach Commerce, and both sides come to an end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.sandbox.amazon.orders import Charges, OrderLine
from channelkit.sandbox.commerce.fulfilment import add_track
from tests.order_practice import OrderPractice, order_practice

ORDERS = {"us": {"carriers": {"Own van": "UPS", "sparrow": "Other"}, "ship_source": "reno"}, "de": {}}


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    with order_practice(openapi_folder, tmp_path_factory.mktemp("orders"), orders=ORDERS) as practice:
        yield practice


@pytest.mark.parametrize("store", ["us", "de"])
def test_or_10_a_shipment_with_tracking_ends_the_order_on_both_sides(practice: OrderPractice, store: str) -> None:
    """OR-10, OR-05: tracking on Amazon, Shipped there, Complete in Commerce; the stock is what it is to be."""
    sku = practice.pick(store)
    salable = practice.salable(store, sku)
    order = practice.order(store, sku)
    practice.cycles()
    copy = practice.copy(order.order_id)
    assert practice.sales.get(order.order_id).status == "UNSHIPPED"
    practice.shop.ship_in_shop(copy.number, carrier="ups", title="United Parcel Service", number="1Z 999-1")
    practice.cycles(3)
    sold = practice.sales.get(order.order_id)
    (package,) = sold.packages
    assert (sold.status, package.carrier, package.tracking) == ("SHIPPED", "UPS", "1Z 999-1")
    assert copy.state == copy.fields["status"] == "complete"
    assert practice.stage(store, order.order_id) == ("complete", "")
    assert set(practice.done(store, order.order_id).values()) == {"confirmed"}
    balance = practice.balance(store, sku)
    assert (balance["received"], balance["shipped"], balance["reserved"]) == (2, 2, 0)
    # Commerce takes two off the shelf and makes up for a reservation that it never had: two are held for that.
    assert practice.salable(store, sku) - practice.held(store, sku) == salable - 2
    assert practice.shown(store, sku) == salable - 2


def test_or_14_carriers_go_by_their_amazon_names_by_the_stores_own_map_or_as_other(practice: OrderPractice) -> None:
    """OR-14: carrier map with Other."""
    sent = {
        ("dhl", "DHL"): "DHL",
        ("custom", "Own van"): "UPS",
        ("sparrow", "Sparrow Post"): "Other",
        ("custom", "Bob's Bikes"): "Other",
    }
    placed = {track: practice.order("us") for track in sent}
    practice.cycles()
    for number, ((code, title), order) in enumerate(placed.items()):
        practice.shop.ship_in_shop(
            practice.copy(order.order_id).number, carrier=code, title=title, number=f"T-{number}"
        )
    practice.cycles(2)
    told = {track: practice.sales.get(order.order_id).packages[0] for track, order in placed.items()}
    bodies = {track: practice.deeds("us", order.order_id) for track, order in placed.items()}
    named = {
        track: next(change.body for change in changes if change.kind == "confirm_shipment")
        for track, changes in bodies.items()
    }
    assert {track: name for track, name in sent.items() if f'"{name}"' not in named[track]} == {}
    assert [package.tracking for package in told.values()] == ["T-0", "T-1", "T-2", "T-3"]
    assert told["custom", "Bob's Bikes"].carrier == "Bob's Bikes"


def test_or_14_two_parcels_go_one_after_the_other_and_each_line_keeps_its_units(practice: OrderPractice) -> None:
    """OR-14, OR-10: partial shipments are tracked; the order is open until the last unit has left."""
    lines = [OrderLine(practice.pick("us"), 2, Charges(2000)), OrderLine(practice.pick("us"), 1, Charges(999))]
    order = practice.place("us", lines)
    first, second = order.lines
    practice.cycles()
    copy = practice.copy(order.order_id)
    items = {item.fields["ext_order_item_id"]: item.number for item in copy.items}
    practice.shop.ship_in_shop(copy.number, {items[first.item_id]: 1}, number="PART-1")
    practice.cycles(2)
    sold = practice.sales.get(order.order_id)
    assert (sold.status, [package.units for package in sold.packages]) == (
        "PARTIALLY_SHIPPED",
        [((first.item_id, 1),)],
    )
    assert copy.state == "processing" and practice.stage("us", order.order_id) == ("created", "")
    practice.shop.ship_in_shop(copy.number, number="PART-2")
    practice.cycles(3)
    sold = practice.sales.get(order.order_id)
    assert sold.status == "SHIPPED" and [package.tracking for package in sold.packages] == ["PART-1", "PART-2"]
    assert dict(sold.packages[1].units) == {first.item_id: 1, second.item_id: 1}
    assert copy.state == "complete" and practice.stage("us", order.order_id) == ("complete", "")


def test_or_10_a_shipment_without_tracking_waits_for_its_number(practice: OrderPractice) -> None:
    """OR-10: what is missing is told; the number, once written down, goes to Amazon."""
    order = practice.order("us")
    practice.cycles()
    document = practice.shop.ship_in_shop(practice.copy(order.order_id).number)
    practice.cycles()
    stand = practice.stand("us", order.order_id)
    assert stand is not None and stand.blocker == "tracking_missing" and "tracking number" in stand.next_step
    assert practice.sales.get(order.order_id).status == "UNSHIPPED"
    practice.cycles(1, minutes=45)
    track = {"carrier_code": "ups", "title": "UPS", "track_number": "LATE-1"}
    add_track(practice.shop.shop(), document, track)
    practice.cycles(3)
    assert [package.tracking for package in practice.sales.get(order.order_id).packages] == ["LATE-1"]
    assert practice.stage("us", order.order_id) == ("complete", "")


def test_or_10_a_parcel_that_amazon_alone_knows_is_noted_in_commerce_and_not_told_back(
    practice: OrderPractice,
) -> None:
    """OR-10, OR-14: shipped in Seller Central; stock leaves the source that the settings name."""
    sku = practice.pick("us")
    salable = practice.salable("us", sku)
    order = practice.order("us", sku)
    practice.cycles()
    practice.sales.ship_order(order.order_id, tracking="1ZSELLER")
    practice.cycles(3)
    copy = practice.copy(order.order_id)
    (shipment,) = practice.shop.sales.documents_of(practice.shop.sales.shipments, copy)
    assert (shipment.source, shipment.tracks[0]["track_number"]) == ("reno", "1ZSELLER")
    assert copy.state == "complete" and practice.stage("us", order.order_id) == ("complete", "")
    assert len(practice.sales.get(order.order_id).packages) == 1
    assert practice.done("us", order.order_id) == {"create": "confirmed", "ship": "confirmed", "invoice": "confirmed"}
    assert practice.salable("us", sku) - practice.held("us", sku) == salable - 2
