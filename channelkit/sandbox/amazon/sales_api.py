"""Sales v1: how many orders and units a marketplace had, by the hour, the day or in all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.order_documents import decimal_text
from channelkit.sandbox.amazon.orders import CANCELLED, Order, OrderLine
from channelkit.sandbox.amazon.refusal import invalid
from channelkit.sandbox.amazon.state import AmazonState

GRANULARITIES = ("Hour", "Day", "Week", "Month", "Year", "Total")
ALIKE = ("Hour", "Day", "Total")
"""Granularities that this Amazon counts by."""
LONGEST_OF_HOURS = 30 * 86_400.0
NETWORKS = ("MFN", "AFN")
BUYERS = ("All", "B2B", "B2C")


@dataclass(frozen=True)
class Span:
    """A stretch of time with offsets; its end does not belong to it."""

    start: datetime
    end: datetime

    def text(self) -> str:
        return f"{_written(self.start)}--{_written(self.end)}"

    def holds(self, at: int) -> bool:
        """Tell whether a moment in milliseconds belongs to it."""
        return self.start.timestamp() * 1000 <= at < self.end.timestamp() * 1000


class SalesApi:
    """Answers the calls that count orders."""

    def __init__(self, state: AmazonState) -> None:
        self._state = state

    def metrics(self, call: Call) -> Reply:
        """Answer getOrderMetrics; an order that was cancelled as a whole does not count."""
        shelf = call.shelf(one=True)
        span = _interval(call.text("interval"))
        granularity = (call.values("granularity", GRANULARITIES) or [""])[0]
        if granularity not in ALIKE:
            raise invalid(f"'granularity' is required; this Amazon counts by {', '.join(ALIKE)}.")
        if granularity == "Hour" and call.now - span.start.timestamp() > LONGEST_OF_HOURS:
            raise invalid("By the hour, the interval reaches back 30 days at most.")
        suits = _filter(call)
        orders = [
            order
            for order in self._state.orders
            if order.seller_id == shelf.seller_id
            and order.marketplace_id == shelf.marketplace.id
            and order.status != CANCELLED
            and span.holds(order.created)
        ]
        spans = list(_parts(span, granularity, _zone(call, span, granularity)))
        payload = [_counted(each, orders, suits, shelf.marketplace) for each in spans]
        return Reply(200, {"payload": payload})


def _counted(
    span: Span, orders: Iterable[Order], suits: Callable[[Order, OrderLine], bool], place: Marketplace
) -> dict[str, Any]:
    found = [
        (order.order_id, line)
        for order in orders
        if span.holds(order.created)
        for line in order.lines
        if line.cancelled < line.ordered and suits(order, line)
    ]
    units = sum(line.ordered - line.cancelled for _, line in found)
    total = sum(line.charged.item for _, line in found)
    average = (2 * total + units) // (2 * units) if units else 0
    return {
        "interval": span.text(),
        "unitCount": units,
        "orderItemCount": len(found),
        "orderCount": len({order_id for order_id, _ in found}),
        "averageUnitPrice": _money(average, place),
        "totalSales": _money(total, place),
    }


def _filter(call: Call) -> Callable[[Order, OrderLine], bool]:
    network = (call.values("fulfillmentNetwork", NETWORKS) or [""])[0]
    buyers = (call.values("buyerType", BUYERS) or ["All"])[0]
    asin, sku = call.text("asin"), call.text("sku")
    if asin and sku:
        raise invalid("'asin' and 'sku' do not go together.")

    def suits(order: Order, line: OrderLine) -> bool:
        return (
            (not network or ("AFN" if order.by_amazon else "MFN") == network)
            and buyers in {"All", "B2B" if "AMAZON_BUSINESS" in order.programs else "B2C"}
            and (not asin or line.asin == asin)
            and (not sku or line.sku == sku)
        )

    return suits


def _interval(text: str | None) -> Span:
    try:
        start, end = (datetime.fromisoformat(part) for part in str(text).split("--"))
    except ValueError as error:
        raise invalid(f"'interval' must be two ISO 8601 times with '--' between them, not {text!r}.") from error
    if start.tzinfo is None or end.tzinfo is None or end <= start:
        raise invalid("'interval' must go from an earlier to a later time, both with Z or an offset.")
    return Span(start, end)


def _zone(call: Call, span: Span, granularity: str) -> ZoneInfo | None:
    name = call.text("granularityTimeZone")
    if name is None:
        if granularity == "Day":
            raise invalid("'granularityTimeZone' is required for granularities above Hour.")
        return None
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid(f"'granularityTimeZone' is no time zone: {name!r}.") from error
    if any(each.astimezone(zone).utcoffset() != each.utcoffset() for each in (span.start, span.end)):
        raise invalid("'granularityTimeZone' does not match the offsets of 'interval'.")
    return zone


def _parts(span: Span, granularity: str, zone: ZoneInfo | None) -> Iterable[Span]:
    """Yield the stretches of an interval; a day begins at midnight of the zone, whatever its clocks do."""
    if granularity == "Total":
        yield span
        return
    start = span.start.astimezone(zone) if zone else span.start
    end = span.end.astimezone(zone) if zone else span.end
    while start < end:
        if granularity == "Hour":
            following = start.replace(minute=0, second=0, microsecond=0)
            following = (following.astimezone(tz=span.start.tzinfo) + timedelta(hours=1)).astimezone(start.tzinfo)
        else:
            following = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        yield Span(start, min(following, end))
        start = following


def _written(at: datetime) -> str:
    text = at.isoformat(timespec="seconds")
    return text.replace("+00:00", "Z")


def _money(amount: int, place: Marketplace) -> dict[str, str]:
    return {"amount": decimal_text(amount, place.digits), "currencyCode": place.currency}
