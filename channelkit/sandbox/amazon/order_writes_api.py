"""What a merchant writes to an order: that a package left (Orders v0), and that the order is cancelled."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import msgspec

from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.orders import OPEN, UNSHIPPED, Order, Package
from channelkit.sandbox.amazon.refusal import Refusal, invalid
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.faults import Faults

WRITE_LAG = (30.0, 120.0)
"""After so many seconds, from and to, Amazon shows what it accepted."""
CANCEL_REASONS = (
    "NO_INVENTORY",
    "BUYER_CANCELLED",
    "SHIPPING_ADDRESS_UNDELIVERABLE",
    "CUSTOMER_EXCHANGE",
    "PRICING_ERROR",
)


class ConfirmedItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Units of an order item, as a confirmation names them."""

    orderItemId: str
    quantity: int
    transparencyCodes: list[str] = []


class PackageDetail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The package of a confirmation."""

    packageReferenceId: str
    carrierCode: str
    trackingNumber: str
    shipDate: str
    orderItems: list[ConfirmedItem]
    carrierName: str = ""
    shippingMethod: str = ""
    shipFromSupplySourceId: str = ""


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of confirmShipment."""

    marketplaceId: str
    packageDetail: PackageDetail
    codCollectionMethod: str = ""


class Cancellation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of cancelOrder."""

    cancelReasonCode: str


class OrderWritesApi:
    """Answers the calls that change an order; what they change is shown a little later."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._random = random.Random(f"writes:{state.seed}")

    def confirm(self, call: Call) -> Reply:
        """Answer confirmShipment."""
        body, order = call.decoded(Confirmation), self._order(call)
        detail = body.packageDetail
        if body.marketplaceId != order.marketplace_id:
            raise invalid(f"Order {order.order_id} was not placed in marketplace {body.marketplaceId}.")
        if not detail.packageReferenceId.isdecimal() or int(detail.packageReferenceId) < 1:
            raise invalid("'packageReferenceId' must be a positive whole number.")
        if not detail.carrierCode or (detail.carrierCode == "Other" and not detail.carrierName):
            raise invalid("'carrierCode' is required, and 'carrierName' where it is 'Other'.")
        if not detail.trackingNumber:
            raise invalid("'trackingNumber' is empty.")
        if order.by_amazon or not order.paid or not any(line.ordered > line.cancelled for line in order.lines):
            raise invalid(f"Order {order.order_id} is not one that the merchant can ship now.")
        units = _units(detail)
        left = self._state.sales.parcels.left(order.order_id, without=detail.packageReferenceId)
        for item_id, count in units.items():
            if item_id not in left:
                raise invalid(f"Order {order.order_id} has no item {item_id}.")
            if not 1 <= count <= left[item_id]:
                raise invalid(f"Of item {item_id}, {left[item_id]} units are to be shipped, not {count}.")
        package = Package(
            package_id=detail.packageReferenceId,
            carrier=detail.carrierName if detail.carrierCode == "Other" else detail.carrierCode,
            tracking=detail.trackingNumber,
            service=detail.shippingMethod,
            shipped_at=_moment(detail.shipDate),
            created_at=int(call.now * 1000),
            units=tuple(units.items()),
        )
        if not self._faults.strike(call.operation, "lost_write"):
            self._state.sales.parcels.confirm(order.order_id, package, self._shown_at(call))
        return Reply(204, None)

    def cancel(self, call: Call) -> Reply:
        """Answer cancelOrder: whole orders of which nothing was shipped."""
        body, order = call.decoded(Cancellation), self._order(call)
        if body.cancelReasonCode not in CANCEL_REASONS:
            raise invalid(f"'cancelReasonCode' must be one of {', '.join(CANCEL_REASONS)}.")
        if order.by_amazon or order.status != UNSHIPPED or self._state.sales.parcels.has_coming(order.order_id):
            raise invalid(f"Order {order.order_id} cannot be cancelled: it must be the merchant's, and not shipped.")

        def happen(at: float) -> None:
            if self._state.sales.get(order.order_id).status in OPEN:
                self._state.sales.cancel_order(order.order_id, at, reason=body.cancelReasonCode)

        if not self._faults.strike(call.operation, "lost_write"):
            self._state.later(self._shown_at(call), happen)
        return Reply(202, None)

    def _shown_at(self, call: Call) -> float:
        return call.now + self._random.uniform(*WRITE_LAG)

    def _order(self, call: Call) -> Order:
        order = self._state.sales.log.current.get(call.path["orderId"])
        if order is None or order.seller_id != call.account.seller_id:
            raise Refusal(404, "NotFound", f"Order {call.path['orderId']} not found.")
        return order


def _units(detail: PackageDetail) -> dict[str, int]:
    if not detail.orderItems:
        raise invalid("'orderItems' is empty.")
    units: dict[str, int] = {}
    for item in detail.orderItems:
        units[item.orderItemId] = units.get(item.orderItemId, 0) + item.quantity
    return units


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"'shipDate' is not an ISO 8601 date and time: {text!r}.") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
