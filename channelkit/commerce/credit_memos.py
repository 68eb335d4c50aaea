"""Credit memos: read, and written for what Amazon has paid back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_CREDIT_MEMOS, REFUND_ORDER
from channelkit.commerce.order_rows import PAGE, read_amount, read_pages, read_time, read_units
from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import CreditMemo

_FIELDS = "entity_id,order_id,created_at,updated_at,grand_total,order_currency_code,items[order_item_id,qty]"


class FoundMemo(NamedTuple):
    """A credit memo as Commerce shows it.

    Arguments:
        entity_id: Commerce's number of its order; the memo's own ``order_id``, which is Amazon's, is still empty.
        changed_at: milliseconds since 1970, by Commerce's clock.
    """

    entity_id: int
    changed_at: int
    memo: CreditMemo


def read_credit_memos(commerce: Commerce, since_ms: int | None, page_size: int = PAGE) -> Iterator[list[FoundMemo]]:
    """Yield, page by page, the credit memos of all orders that have changed.

    Arguments:
        since_ms: the newest ``changed_at`` that was seen; two minutes before it are read again. None reads all.

    Raises:
        TemporaryError: a page repeats or is missing, so the reading would not be complete.
    """
    for rows in read_pages(commerce, LIST_CREDIT_MEMOS, _FIELDS, since_ms, page_size=page_size):
        yield [_found(row) for row in rows]


def list_credit_memos(commerce: Commerce, entity_id: int) -> list[CreditMemo]:
    """Return the credit memos of one order of Commerce's; Amazon's number of it is not in them."""
    pages = read_pages(commerce, LIST_CREDIT_MEMOS, _FIELDS, None, Filter("order_id", str(entity_id)))
    return [_found(row).memo for rows in pages for row in rows]


def refund(
    commerce: Commerce,
    entity_id: int,
    units: Sequence[tuple[int, int]],
    *,
    restocked: Sequence[int] = (),
    shipping: Decimal = Decimal(0),
    more: Decimal = Decimal(0),
    less: Decimal = Decimal(0),
) -> int:
    """Write a credit memo for money that Amazon has paid back, and return its number; no money moves, nobody is told.

    Arguments:
        units: by item of the copy.
        restocked: items of the copy whose units go back on the shelf.
        shipping: how much of the shipping is given back, in the order's currency.
        more, less: what is given back beyond, or kept of, what the units come to.

    Raises:
        RefusedError: more units or money than are left.
        TemporaryError: it may have been written: look with `list_credit_memos` before it is sent again.
    """
    arguments: dict[str, Any] = {
        "shipping_amount": shipping,
        "adjustment_positive": more,
        "adjustment_negative": less,
        "extension_attributes": {"return_to_stock_items": list(restocked)},
    }
    items = [{"order_item_id": item_id, "qty": count} for item_id, count in units]
    body = {"items": items, "notify": False, "arguments": arguments}
    return int(commerce.call(REFUND_ORDER, path={"id": str(entity_id)}, body=body))


def _found(row: Mapping[str, Any]) -> FoundMemo:
    created = read_time(str(row["created_at"]))
    digits = currency_digits(str(row.get("order_currency_code") or ""))
    memo = CreditMemo(
        memo_id=int(row["entity_id"]),
        order_id="",
        created_at=created,
        total=read_amount(row.get("grand_total") or 0, digits),
        units=tuple((int(item["order_item_id"]), read_units(item["qty"])) for item in row.get("items") or ()),
    )
    changed = row.get("updated_at")
    return FoundMemo(int(row["order_id"]), read_time(str(changed)) if changed else created, memo)
