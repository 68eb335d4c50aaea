"""Amazon's own count of orders (Sales v1): cheap, and held against what was read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.operations import COUNT_ORDERS
from channelkit.clock import milliseconds
from channelkit.model.marketplaces import Marketplace


class OrderCount(NamedTuple):
    """Orders and units that were not cancelled."""

    orders: int
    units: int


class Day(NamedTuple):
    """A day of a marketplace in milliseconds since 1970; its end does not belong to it."""

    start: int
    end: int


def find_day(marketplace: Marketplace, day: date) -> Day:
    """Return when a day begins and ends where the marketplace is; clocks that change make it 23 or 25 hours long.

    >>> from channelkit.model.marketplaces import marketplace
    >>> hours = lambda day: (day.end - day.start) // 3_600_000
    >>> [hours(find_day(marketplace("US"), date(2026, month, day))) for month, day in ((3, 8), (11, 1), (11, 2))]
    [23, 25, 24]
    """
    start, end = _span(marketplace, day)
    return Day(milliseconds(start.timestamp()), milliseconds(end.timestamp()))


def count_orders(amazon: Amazon, marketplace: Marketplace, day: date, *, since: int | None = None) -> OrderCount:
    """Return how many orders of a day Amazon counts.

    Arguments:
        day: of the marketplace.
        since: only the part of the day from this moment on, in milliseconds since 1970.

    Raises:
        RemoteError: Amazon did not answer, or refused.
    """
    start, end = _span(marketplace, day)
    if since is not None:
        start = max(start, datetime.fromtimestamp(since // 1000, start.tzinfo))
    query = [
        ("marketplaceIds", marketplace.id),
        ("interval", f"{start.isoformat(timespec='seconds')}--{end.isoformat(timespec='seconds')}"),
        # Both must have the offsets of the zone; a day whose clocks change has two.
        ("granularity", "Day"),
        ("granularityTimeZone", marketplace.time_zone),
    ]
    parts = field_of(amazon.transport.call(COUNT_ORDERS, query=query).body, "payload", COUNT_ORDERS.name)
    with documented(COUNT_ORDERS.name):
        orders = sum(int(part["orderCount"]) for part in parts)
        return OrderCount(orders, sum(int(part["unitCount"]) for part in parts))


def _span(marketplace: Marketplace, day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(marketplace.time_zone)
    following = day + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=zone), datetime(
        following.year, following.month, following.day, tzinfo=zone
    )
