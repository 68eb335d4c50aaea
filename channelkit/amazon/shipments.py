"""Telling Amazon that a package left (confirmShipment, Orders v0): one package with each call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from channelkit.amazon.client import Amazon
from channelkit.amazon.operations import CONFIRM_SHIPMENT

OTHER = "Other"
"""The carrier code of those that Amazon has no code for; then the name counts."""


def confirm_shipment(
    amazon: Amazon,
    *,
    order_id: str,
    marketplace_id: str,
    package_id: int,
    carrier: tuple[str, str],
    method: str,
    tracking: str,
    shipped_at: int,
    units: Sequence[tuple[str, int]],
) -> str:
    """Tell Amazon that a package left, and return what its support asks for; a later reading shows the package.

    The same package number again changes that package, so that telling it twice is telling it once.

    Arguments:
        package_id: from 1; tells the packages of an order apart.
        carrier: Amazon's code, and the carrier's name where the code is ``Other``.
        method: how it travels, in words; may be empty.
        shipped_at: milliseconds since 1970.
        units: of each order item.

    Raises:
        RefusedError: Amazon does not take it, for instance more units than are to be sent.
        TemporaryError: it may have arrived nevertheless.
    """
    detail: dict[str, object] = {
        # Amazon wants a whole number above zero, written as text.
        "packageReferenceId": str(package_id),
        "carrierCode": carrier[0],
        "trackingNumber": tracking,
        "shipDate": datetime.fromtimestamp(shipped_at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "orderItems": [{"orderItemId": item_id, "quantity": count} for item_id, count in units],
    }
    if carrier[0] == OTHER:
        detail["carrierName"] = carrier[1]
    if method:
        detail["shippingMethod"] = method
    body = {"marketplaceId": marketplace_id, "packageDetail": detail}
    return amazon.transport.call(CONFIRM_SHIPMENT, {"order_id": order_id}, body=body).request_id
