"""Invoices of orders that Amazon was paid for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import INVOICE_ORDER, LIST_INVOICES
from channelkit.commerce.order_rows import read_pages


def invoice(commerce: Commerce, entity_id: int, units: Sequence[tuple[int, int]] = ()) -> int:
    """Invoice an order, as paid, and return the invoice's number; nobody is told.

    Arguments:
        units: by item of the copy; none invoices all that is left.

    Raises:
        RefusedError: nothing is left to invoice, or less than that.
        TemporaryError: it may have been invoiced: look with `list_invoices` before it is sent again.
    """
    body: dict[str, Any] = {"capture": True, "notify": False}
    if units:
        body["items"] = [{"order_item_id": item_id, "qty": count} for item_id, count in units]
    return int(commerce.call(INVOICE_ORDER, path={"id": str(entity_id)}, body=body))


def list_invoices(commerce: Commerce, entity_id: int) -> list[int]:
    """Return the numbers of the invoices of one order of Commerce's."""
    pages = read_pages(commerce, LIST_INVOICES, "entity_id", None, Filter("order_id", str(entity_id)))
    return [int(row["entity_id"]) for rows in pages for row in rows]
