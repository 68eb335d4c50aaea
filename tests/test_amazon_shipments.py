"""Telling Amazon that a package left (OR-09): what is sent, and what it shows afterwards."""

from __future__ import annotations

import pytest

from channelkit.amazon.orders import get_order
from channelkit.amazon.shipments import confirm_shipment
from channelkit.errors import RefusedError
from channelkit.model.orders import Order
from tests.amazon_kit import Played, connect, staged
from tests.amazon_market import Market
from tests.conftest import RunSandbox


@pytest.fixture
def market(run_sandbox: RunSandbox) -> Market:
    return Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def confirm(market: Market, order: Order, units: int, *, package_id: int = 1, tracking: str = "1Z1") -> str:
    return confirm_shipment(
        connect(market.running),
        order_id=order.order_id,
        marketplace_id=order.marketplace_id,
        package_id=package_id,
        carrier=("UPS", "UPS"),
        method="Ground",
        tracking=tracking,
        shipped_at=int(market.running.world.clock.now() * 1000),
        units=[(order.lines[0].item_id, units)],
    )


def read(market: Market, order_id: str) -> Order:
    market.skip(130)
    return get_order(connect(market.running), order_id)


def test_packages_are_shown_with_their_units(market: Market) -> None:
    order = read(market, market.place().order_id)
    confirm(market, order, 1)
    assert read(market, order.order_id).status == "PARTIALLY_SHIPPED"
    confirm(market, order, 1, package_id=2, tracking="1Z2")
    after = read(market, order.order_id)
    assert (after.status, after.open_units) == ("SHIPPED", 0)
    assert [(parcel.package_id, parcel.tracking, parcel.units) for parcel in after.parcels] == [
        ("1", "1Z1", ((order.lines[0].item_id, 1),)),
        ("2", "1Z2", ((order.lines[0].item_id, 1),)),
    ]


def test_telling_a_package_twice_is_telling_it_once(market: Market) -> None:
    order = read(market, market.place().order_id)
    confirm(market, order, 2)
    confirm(market, order, 2, tracking="1Z9")
    assert [parcel.tracking for parcel in read(market, order.order_id).parcels] == ["1Z9"]


def test_more_units_than_are_to_be_sent_are_refused(market: Market) -> None:
    order = read(market, market.place().order_id)
    with pytest.raises(RefusedError):
        confirm(market, order, 3)


def test_a_carrier_without_a_code_goes_by_its_name_and_the_package_number_is_text() -> None:
    amazon, stage = staged(Played(204))
    confirm_shipment(
        amazon,
        order_id="902-1",
        marketplace_id="ATVPDKIKX0DER",
        package_id=7,
        carrier=("Other", "Kiwi Parcels"),
        method="",
        tracking="K1",
        shipped_at=1_790_000_000_999,
        units=[("601", 2)],
    )
    detail = stage.asked(0).body["packageDetail"]
    assert detail == {
        "packageReferenceId": "7",
        "carrierCode": "Other",
        "carrierName": "Kiwi Parcels",
        "trackingNumber": "K1",
        "shipDate": "2026-09-21T14:13:20Z",
        "orderItems": [{"orderItemId": "601", "quantity": 2}],
    }
