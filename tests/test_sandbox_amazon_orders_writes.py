"""What a merchant writes to the sandbox's orders: packages that left, and cancellations."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from channelkit.sandbox.amazon.orders import Charges, Order, OrderLine
from channelkit.sandbox.amazon.sales import NEVER
from tests.amazon_market import ORDERS, Market
from tests.conftest import RunSandbox


class Shipper(Market):
    """A caller that ships and cancels."""

    def confirm(self, order: Order, units: int = 2, **changes: Any) -> requests.Response:
        """Confirm a package with units of an order's first item; a change of None leaves a field out."""
        package = {
            "packageReferenceId": "1",
            "carrierCode": "UPS",
            "shippingMethod": "Ground",
            "trackingNumber": "1Z999",
            "shipDate": self.ago(60),
            "orderItems": [{"orderItemId": order.lines[0].item_id, "quantity": units}],
            **changes,
        }
        detail = {name: value for name, value in package.items() if value is not None}
        body = {"marketplaceId": order.marketplace_id, "packageDetail": detail}
        return self.call("POST", f"/orders/v0/orders/{order.order_id}/shipmentConfirmation", body=body)

    def cancel(self, order: Order, reason: str = "NO_INVENTORY") -> requests.Response:
        return self.call("PUT", f"{ORDERS}/{order.order_id}/cancellation", body={"cancelReasonCode": reason})

    def status(self, order: Order) -> str:
        return str(self.read(order.order_id)["fulfillment"]["fulfillmentStatus"])


@pytest.fixture
def shipper(run_sandbox: RunSandbox) -> Shipper:
    return Shipper(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_a_confirmed_package_is_shown_within_two_minutes(shipper: Shipper) -> None:
    order = shipper.place()
    assert shipper.confirm(order).status_code == 204
    shipper.skip(29)
    assert shipper.status(order) == "UNSHIPPED"
    shipper.skip(92)
    shown = shipper.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["lastUpdatedTime"] > shown["createdTime"]
    [package] = shown["packages"]
    assert package["trackingNumber"] == "1Z999"
    assert package["packageItems"] == [{"orderItemId": order.lines[0].item_id, "quantity": 2}]


def test_packages_one_after_the_other_ship_an_order_in_parts(shipper: Shipper) -> None:
    order = shipper.place()
    shipper.confirm(order, 1)
    assert shipper.confirm(order, 2, packageReferenceId="2").status_code == 400, "one unit is on its way already"
    shipper.skip(121)
    assert shipper.status(order) == "PARTIALLY_SHIPPED"
    assert shipper.confirm(order, 1, packageReferenceId="2").status_code == 204
    shipper.skip(121)
    shown = shipper.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert [package["packageReferenceId"] for package in shown["packages"]] == ["1", "2"]


def test_the_same_package_id_changes_that_package(shipper: Shipper) -> None:
    order = shipper.place()
    shipper.confirm(order)
    shipper.skip(121)
    assert shipper.confirm(order, carrierCode="Other", carrierName="Kiwi Parcels").status_code == 204
    shipper.skip(121)
    [package] = shipper.read(order.order_id)["packages"]
    assert package["carrier"] == "Kiwi Parcels"


def test_a_package_moves_and_arrives_by_itself(shipper: Shipper) -> None:
    order = shipper.place()
    shipper.confirm(order)
    shipper.skip(86_400)
    assert shipper.read(order.order_id)["packages"][0]["packageStatus"]["status"] == "IN_TRANSIT"
    shipper.skip(5 * 86_400)
    assert shipper.read(order.order_id)["packages"][0]["packageStatus"]["status"] == "DELIVERED"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"packageReferenceId": 1}, "not valid"),
        ({"packageReferenceId": "0"}, "positive whole number"),
        ({"packageReferenceId": "P1"}, "positive whole number"),
        ({"carrierCode": None}, "not valid"),
        ({"carrierCode": ""}, "'carrierCode' is required"),
        ({"carrierCode": "Other"}, "'carrierName'"),
        ({"trackingNumber": None}, "not valid"),
        ({"shipDate": "tomorrow"}, "ISO 8601"),
        ({"orderItems": []}, "'orderItems' is empty"),
        ({"orderItems": [{"orderItemId": "1", "quantity": 1}]}, "no item 1"),
        ({"units": 3}, "2 units are to be shipped, not 3"),
        ({"units": 0}, "not 0"),
    ],
    ids=lambda value: "" if isinstance(value, str) else ",".join(value),
)
def test_a_confirmation_that_is_wrong_is_refused(shipper: Shipper, changes: dict[str, Any], words: str) -> None:
    answer = shipper.confirm(shipper.place(), **changes)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


def test_only_the_merchants_paid_orders_can_be_shipped(shipper: Shipper) -> None:
    pending = shipper.place(pending_for=NEVER)
    amazons = shipper.place(OrderLine(shipper.sku(by_amazon=True), 2, Charges(900)))
    gone = shipper.place()
    shipper.sales.cancel_order(gone.order_id)
    for order in (pending, amazons, gone):
        assert "can ship now" in shipper.confirm(order).json()["errors"][0]["message"]
    answer = shipper.call("POST", f"/orders/v0/orders/{'1' * 3}-1-1/shipmentConfirmation", body={})
    assert answer.status_code == 400


def test_an_order_that_is_cancelled_in_the_meantime_stays_cancelled(shipper: Shipper) -> None:
    order = shipper.place(shipper.line(2), shipper.line(1))
    listing = shipper.shelf.listings[shipper.sku()]
    left = listing.quantity
    shipper.confirm(order)
    shipper.sales.cancel_order(order.order_id, by="BUYER")
    assert listing.quantity == left + 1, "what has left the warehouse does not come back"
    shipper.skip(121)
    assert shipper.status(order) == "SHIPPED"


def test_a_whole_order_is_cancelled_by_a_call(shipper: Shipper) -> None:
    order = shipper.place()
    listing = shipper.shelf.listings[shipper.sku()]
    left = listing.quantity
    assert shipper.cancel(order, "OUT_OF_STOCK").status_code == 400
    assert shipper.cancel(order).status_code == 202
    assert shipper.status(order) == "UNSHIPPED"
    shipper.skip(121)
    shown = shipper.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    executed = shown["orderItems"][0]["cancellation"]["cancellationExecution"]
    assert executed == {"cancelledBy": "MERCHANT", "cancelReason": "NO_INVENTORY"}
    assert listing.quantity == left + 2
    assert shipper.cancel(order).status_code == 400


def test_an_order_of_which_something_left_cannot_be_cancelled_by_a_call(shipper: Shipper) -> None:
    order = shipper.place()
    shipper.confirm(order, 1)
    assert shipper.cancel(order).status_code == 400
    pending = shipper.place(pending_for=NEVER)
    assert shipper.cancel(pending).status_code == 400


def test_a_confirmation_can_be_lost_on_the_way_there_or_back(shipper: Shipper) -> None:
    order = shipper.place()
    shipper.running.faults.add("lost_write", "confirmShipment")
    assert shipper.confirm(order).status_code == 204
    shipper.skip(121)
    assert shipper.status(order) == "UNSHIPPED"
    shipper.running.faults.add("lost_answer", "confirmShipment")
    with pytest.raises(requests.ConnectionError):
        shipper.confirm(order)
    shipper.skip(121)
    assert shipper.status(order) == "SHIPPED"
