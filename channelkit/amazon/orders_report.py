"""The report on orders by their last change (GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL).

Searches for orders are few (0.0056 a second); this report tells of all of them, though not all about them: enough to
keep their units from being sold again until each could be read.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from channelkit.amazon.report_text import to_utf8
from channelkit.clock import milliseconds
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.unread_orders import UnreadLine

ORDERS_REPORT = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"

_NEEDED = ("amazon-order-id", "purchase-date", "last-updated-date", "order-status", "sku", "quantity")


@dataclass(frozen=True)
class OrdersReport:
    """What a report says; ``problems`` are lines that could not be read, in sentences without anybody's data."""

    lines: tuple[UnreadLine, ...]
    problems: tuple[str, ...] = ()


def parse_orders(content: bytes, content_type: str, marketplace: Marketplace) -> OrdersReport:
    """Read a report's file; what Amazon fulfils is left out, and items of one seller SKU in an order are one line.

    Arguments:
        content: the file, unpacked.
        content_type: of its download; names the encoding.

    Raises:
        DocumentError: it lacks a column that must be there.
    """
    text = to_utf8(content, content_type, marketplace.country).content.decode("utf-8", "replace")
    rows = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = [name.strip().lower() for name in next(rows, [])]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise DocumentError(
            f"The report on orders has no column {missing[0]!r}.",
            "Orders are read by searching meanwhile. If it lasts, the account's report has a new header.",
        )
    found: dict[tuple[str, str], UnreadLine] = {}
    problems = []
    for number, cells in enumerate(rows, start=2):
        values = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        if not any(cells) or values.get("fulfillment-channel", "").lower() in ("amazon", "afn"):
            continue
        try:
            line = _read_line(values)
        except (KeyError, ValueError) as error:
            problems.append(f"Line {number} of the report on orders cannot be read: {error}.")
            continue
        key = (line.order_id, line.seller_sku)
        found[key] = replace(line, units=line.units + found[key].units) if key in found else line
    return OrdersReport(tuple(found.values()), tuple(problems))


def _read_line(values: Mapping[str, str]) -> UnreadLine:
    order_id, seller_sku, units = values["amazon-order-id"], values["sku"], values["quantity"]
    if not order_id or not seller_sku:
        raise ValueError("it names no order or no seller SKU")
    if not units.isdecimal():
        raise ValueError("its quantity is no whole number")
    is_cancelled = "cancelled" in (values["order-status"].lower(), values.get("item-status", "").lower())
    return UnreadLine(
        order_id=order_id,
        seller_sku=seller_sku,
        units=0 if is_cancelled else int(units),
        status=values["order-status"],
        created_at=_moment(values["purchase-date"]),
        updated_at=_moment(values["last-updated-date"]),
    )


def _moment(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("it has a time that is none") from error
    return milliseconds((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
