"""The report on returns as a file: a line for each item that a buyer sends back."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.order_documents import decimal_text
from channelkit.sandbox.amazon.orders import Order, Return
from channelkit.sandbox.amazon.report_words import charset

RETURNS = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
COLUMNS = (
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Label cost",
    "Currency code",
    "Return carrier",
    "Tracking ID",
    "Label to be paid by",
    "A-to-Z Claim",
    "Is prime",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "In policy",
    "Return type",
    "Resolution",
    "Invoice number",
    "Return delivery date",
    "Order Amount",
    "Order quantity",
    "SafeT Action reason",
    "SafeT claim id",
    "SafeT claim state",
    "SafeT claim creation time",
    "SafeT claim reimbursement amount",
    "Refunded Amount",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write_returns(returns: Iterable[Return], order_of: Callable[[str], Order], place: Marketplace) -> bytes:
    """Return the gzipped report on some returns; dates are the marketplace's own.

    Arguments:
        order_of: finds an order by its id.
    """
    lines = ["\t".join(COLUMNS)]
    for each in returns:
        values = _values(each, order_of(each.order_id), place)
        lines.append("\t".join(values.get(name, "") for name in COLUMNS))
    _, encoding = charset(place)
    return gzip.compress(("\r\n".join(lines) + "\r\n").encode(encoding, "replace"), mtime=0)


def _values(each: Return, order: Order, place: Marketplace) -> dict[str, str]:
    line = order.line(each.item_id)
    assert line is not None, f"return {each.rma} is of no item of order {each.order_id}"
    zone = ZoneInfo(place.time_zone)
    return {
        "Order ID": each.order_id,
        "Order date": _day(order.created, zone),
        "Return request date": _day(each.requested_at, zone),
        "Return request status": each.status,
        "Amazon RMA ID": each.rma,
        "Label type": "AmazonUnPaidLabel",
        "Label cost": decimal_text(0, place.digits),
        "Currency code": place.currency,
        "Label to be paid by": "Customer",
        "A-to-Z Claim": "N",
        "Is prime": "Y" if "PRIME" in order.programs else "N",
        "ASIN": line.asin,
        "Merchant SKU": line.sku,
        "Item Name": " ".join(line.title.split()),
        "Return quantity": str(each.units),
        "Return Reason": each.reason,
        "In policy": "Y",
        "Return type": "C-Returns",
        "Resolution": "StandardRefund",
        "Return delivery date": _day(each.received_at, zone) if each.received_at else "",
        "Order Amount": decimal_text(order.total, place.digits),
        "Order quantity": str(line.ordered),
        "Refunded Amount": decimal_text(each.refunded, place.digits),
    }


def _day(at: int, zone: ZoneInfo) -> str:
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
    return f"{local.day:02d}-{_MONTHS[local.month - 1]}-{local.year}"
