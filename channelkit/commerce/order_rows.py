"""Orders, shipments and credit memos out of Commerce's answers, and their lists page by page.

Lists are read along their own numbers, so that no page repeats or skips one. Of people nothing is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import Filter, search_criteria
from channelkit.errors import DocumentError, RefusedError, TemporaryError
from channelkit.model.calls import Operation
from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import Copy, CopyLine

OVERLAP = 120_000
"""Milliseconds before the last change seen: times have whole seconds, and a slow save shows late."""

PAGE = 100

_LINE_FIELDS = (
    "item_id,ext_order_item_id,sku,qty_ordered,qty_shipped,qty_invoiced,qty_canceled,qty_refunded,parent_item_id"
)
_ADDRESS_FIELDS = "extension_attributes[shipping_assignments[shipping[address[entity_id]]]]"
COPY_FIELDS = (
    "entity_id,increment_id,ext_order_id,state,status,grand_total,order_currency_code,updated_at,store_id,"
    f"items[{_LINE_FIELDS}],{_ADDRESS_FIELDS}"
)


def read_pages(
    commerce: Commerce,
    operation: Operation,
    fields: str,
    since_ms: int | None,
    *conditions: Filter,
    page_size: int = PAGE,
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield the pages of a list in the order of its numbers, each page starting after the last number seen.

    Arguments:
        fields: of each row; its ``entity_id`` must be among them.
        since_ms: only what has changed since then, in Commerce's own time, with an overlap; None reads all.
        conditions: what must hold, each of them.

    Raises:
        TemporaryError: a page repeats or is missing, so the reading would not be complete.
    """
    last = 0
    while True:
        size = commerce.page_size.within(page_size)
        groups = [[Filter("entity_id", str(last), "gt")], *([each] for each in conditions)]
        if since_ms is not None:
            groups.append([Filter("updated_at", write_time(since_ms - OVERLAP), "gteq")])
        query = search_criteria(groups, page_size=size, order="entity_id", fields=f"items[{fields}],total_count")
        try:
            body = commerce.call(operation, query)
        except RefusedError as error:
            commerce.page_size.learn(error, size)
            continue
        items = items_of(body, operation)
        # What is left is counted anew for each page, since the page's own filter counts.
        left = int(body.get("total_count") or 0)
        if not items and not left:
            return
        newest = max((int(item["entity_id"]) for item in items), default=last)
        if newest <= last:
            raise TemporaryError(
                f"commerce, {operation.name}: a page after number {last} repeats or is missing.",
                "What was known before stays; the next cycle reads again.",
                system="commerce",
                operation=operation.name,
                code="BrokenPage",
            )
        yield items
        last = newest
        if len(items) >= left:
            return


def parse_copy(row: Mapping[str, Any]) -> Copy:
    """Return an order of Commerce's as the copy of an order of Amazon's.

    Raises:
        DocumentError: it lacks what every order has.
    """
    with_digits = currency_digits(str(row.get("order_currency_code") or ""))
    try:
        return Copy(
            order_id=str(row.get("ext_order_id") or ""),
            entity_id=int(row["entity_id"]),
            increment_id=str(row["increment_id"]),
            state=str(row.get("state") or ""),
            status=str(row.get("status") or ""),
            total=read_amount(row["grand_total"], with_digits),
            updated_at=read_time(str(row["updated_at"])),
            store_id=int(row.get("store_id") or 0),
            lines=tuple(_line(item) for item in row.get("items") or () if not item.get("parent_item_id")),
            address_id=_address_id(row),
        )
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise DocumentError(
            f"Commerce's order {row.get('entity_id', 'without a number')} lacks its number, total or time.",
            "A module has changed the answer; ask whoever runs the shop. What was known before stays.",
        ) from error


def read_amount(value: Any, digits: int) -> int:
    """Return an amount that PHP wrote, noise and all, in minor units.

    >>> read_amount(Decimal("26.599999999999998"), 2), read_amount("1980.0000", 0)
    (2660, 1980)
    """
    return int(Decimal(str(value)).scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def read_units(value: Any) -> int:
    """Return a number of units; Commerce writes ``2``, ``2.0`` or ``"2.0000"``.

    >>> read_units("2.0000"), read_units(None)
    (2, 0)
    """
    return int(Decimal(str(value or 0)))


def read_time(text: str) -> int:
    """Return Commerce's time, which is UTC, in milliseconds since 1970.

    >>> read_time("2026-11-30 06:00:00")
    1796018400000
    """
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp() * 1000)


def write_time(ms: int) -> str:
    """Return milliseconds since 1970 as Commerce writes times."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _line(item: Mapping[str, Any]) -> CopyLine:
    return CopyLine(
        item_id=int(item["item_id"]),
        ext_id=str(item.get("ext_order_item_id") or ""),
        sku=str(item.get("sku") or ""),
        ordered=read_units(item.get("qty_ordered")),
        shipped=read_units(item.get("qty_shipped")),
        invoiced=read_units(item.get("qty_invoiced")),
        cancelled=read_units(item.get("qty_canceled")),
        refunded=read_units(item.get("qty_refunded")),
    )


def _address_id(row: Mapping[str, Any]) -> int | None:
    # PHP writes an empty object as a list.
    extension = row.get("extension_attributes") or {}
    assignments = extension.get("shipping_assignments") if isinstance(extension, dict) else None
    shipping = (assignments[0].get("shipping") or {}) if assignments else {}
    address = shipping.get("address") if isinstance(shipping, dict) else None
    return int(address["entity_id"]) if address and address.get("entity_id") else None
