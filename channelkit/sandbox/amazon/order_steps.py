"""What an order is after something happened to it: pure steps from one version to what changes in the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from channelkit.sandbox.amazon.listings import Listing
from channelkit.sandbox.amazon.orders import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    SHIPPED,
    UNPAID,
    UNSHIPPED,
    Order,
    OrderLine,
    Package,
)

Changes = dict[str, Any]
"""Fields of an order and their next values."""


def complete_line(line: OrderLine, listing: Listing | None, item_id: str) -> OrderLine:
    """Return a line with what its listing tells of the item, where the line itself says nothing."""
    known = listing.item if listing else None
    return msgspec.structs.replace(
        line,
        item_id=line.item_id or item_id,
        asin=line.asin or (known.asin if known else ""),
        title=line.title or (listing.title if listing else "") or (known.title if known else ""),
        condition=line.condition or (listing.condition if listing else "11"),
        note=line.note or (listing.note if listing else ""),
    )


def cancel_units(order: Order, units: Mapping[str, int], *, by: str, reason: str) -> Changes:
    """Return what changes when units of some items are cancelled.

    Arguments:
        units: by order item.
    """
    lines = []
    for line in order.lines:
        gone = units.get(line.item_id, 0)
        changed = {"cancelled": line.cancelled + gone, "cancelled_by": by, "cancel_reason": reason} if gone else {}
        lines.append(msgspec.structs.replace(line, **changed))
    return _count(order, lines, order.packages)


def put_package(order: Order, package: Package) -> Changes:
    """Return what changes when a package is there, or one has other details: the order is shipped as far as they go."""
    known = next((each for each in order.packages if each.package_id == package.package_id), None)
    if known is not None:
        package = msgspec.structs.replace(package, status=known.status, created_at=known.created_at)
    return _count(order, order.lines, (*(each for each in order.packages if each is not known), package))


def move_package(order: Order, package_id: str, status: str) -> Changes:
    """Return what changes when a package is somewhere else."""
    moved = [
        msgspec.structs.replace(each, status=status) if each.package_id == package_id else each
        for each in order.packages
    ]
    return {"packages": tuple(moved)}


def ask_to_cancel(order: Order, reason: str) -> Changes:
    """Return what changes when the buyer asks to cancel what was not shipped."""
    return {
        "lines": tuple(msgspec.structs.replace(line, request=reason) if line.open else line for line in order.lines)
    }


def units_in(packages: Sequence[Package]) -> dict[str, int]:
    """Return the units of each order item in some packages."""
    units: dict[str, int] = {}
    for package in packages:
        for item_id, count in package.units:
            units[item_id] = units.get(item_id, 0) + count
    return units


def _count(order: Order, lines: Sequence[OrderLine], packages: tuple[Package, ...]) -> Changes:
    """Count what is shipped, and say where the order stands."""
    shipped = units_in(packages)
    counted = tuple(msgspec.structs.replace(line, fulfilled=shipped.get(line.item_id, 0)) for line in lines)
    left, gone = sum(line.open for line in counted), sum(line.fulfilled for line in counted)
    if left <= 0:
        status = SHIPPED if gone else CANCELLED
    elif order.status in UNPAID:
        status = order.status
    else:
        status = PARTIALLY_SHIPPED if gone else UNSHIPPED
    return {"lines": counted, "packages": packages, "status": status}
