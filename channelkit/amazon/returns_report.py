"""The report on returns of what the merchant fulfils (GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE)."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from channelkit.amazon.report_text import to_utf8
from channelkit.amazon.report_values import read_prices
from channelkit.clock import milliseconds
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import Return

RETURNS_REPORT = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"

_NEEDED = ("orderid", "merchantsku", "returnquantity", "returnrequestdate")
_DATES = ("%d-%b-%Y", "%d-%b-%y", "%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True)
class ReturnsReport:
    """What a report says; ``problems`` are lines that could not be read, in sentences without anybody's data."""

    returns: tuple[Return, ...]
    problems: tuple[str, ...] = ()


def parse_returns(content: bytes, content_type: str, marketplace: Marketplace) -> ReturnsReport:
    """Read a report's file; two lines of one return and seller SKU are one return of all their units.

    Arguments:
        content: the file, unpacked.
        content_type: of its download; names the encoding.

    Raises:
        DocumentError: it lacks a column that must be there.
    """
    text = to_utf8(content, content_type, marketplace.country).content.decode("utf-8", "replace")
    rows = list(csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    header = [_plain(name) for name in rows[0]] if rows else []
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise DocumentError(
            f"The report on returns has no column {missing[0]!r}.",
            "What was known before stays. If it lasts, the account's report has a new header.",
        )
    found: dict[str, Return] = {}
    problems = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            continue
        try:
            back = _read_line(dict(zip(header, (cell.strip() for cell in cells), strict=False)), marketplace)
        except (KeyError, ValueError) as error:
            problems.append(f"Line {number} of the report on returns cannot be read: {error}.")
            continue
        known = found.get(back.return_id)
        if known is not None:
            back = replace(back, units=back.units + known.units, refunded=back.refunded + known.refunded)
        found[back.return_id] = back
    return ReturnsReport(tuple(found.values()), tuple(problems))


def _read_line(line: Mapping[str, str], marketplace: Marketplace) -> Return:
    order_id, seller_sku = line["orderid"], line["merchantsku"]
    if not order_id or not seller_sku:
        raise ValueError("it names no order or no seller SKU")
    units = line["returnquantity"]
    if not units.isdecimal():
        raise ValueError("its quantity is no whole number")
    asked, received = line["returnrequestdate"], line.get("returndeliverydate", "")
    return Return(
        return_id=f"{line.get('amazonrmaid') or order_id}/{seller_sku}",
        order_id=order_id,
        seller_sku=seller_sku,
        units=int(units),
        status=line.get("returnrequeststatus", ""),
        requested_at=_moment(asked, marketplace),
        received_at=_moment(received, marketplace) if received else None,
        refunded=_minor(line.get("refundedamount", ""), marketplace.digits),
        reason=line.get("returnreason", ""),
    )


def _moment(text: str, marketplace: Marketplace) -> int:
    """Return when a day of the report began, where the marketplace is."""
    for form in _DATES:
        try:
            day = datetime.strptime(text, form).replace(tzinfo=ZoneInfo(marketplace.time_zone))
        except ValueError:
            continue
        return milliseconds(day.timestamp())
    raise ValueError("it has a date that is none")


def _minor(text: str, digits: int) -> int:
    if not text:
        return 0
    [amount] = read_prices(pa.array([text], pa.string()), digits).numbers.to_pylist()
    if amount is None:
        raise ValueError("its refund is no amount")
    return int(amount)


def _plain(name: str) -> str:
    """Return a header's name without case, spaces and marks.

    >>> _plain(" Amazon RMA ID"), _plain("return-quantity")
    ('amazonrmaid', 'returnquantity')
    """
    return re.sub(r"[^a-z0-9]", "", name.lower())
