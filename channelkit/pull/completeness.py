"""Were all orders read? Once a day, Amazon's own count of each day is held against ours, and ours against Commerce.

Where Amazon counts more, the day is searched by when its orders were placed, and what was missing is kept by the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.amazon.client import Amazon
from channelkit.amazon.order_metrics import Day, count_orders, find_day
from channelkit.amazon.orders import OrderPage, search_query
from channelkit.database.order_counts import DayCount, load_counts, store_count
from channelkit.database.order_schema import copies, orders, stands
from channelkit.database.progress import move_watermark, moved_at
from channelkit.errors import AuthError, DocumentError
from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.model.orders import CANCELLED
from channelkit.pull.order_keeping import OrderKeeper, StoreShare
from channelkit.pull.order_pages import Place, Walk, frozen
from channelkit.pull.reading import HOUR, Puller, Reading

SETTLED = HOUR
"""A day is counted when it has been over for this long."""

EVERY = 24 * HOUR
NAMED = 200


@dataclass(frozen=True)
class CompletenessCheck:
    """Holds the counts of one seller account's stores against each other.

    Arguments:
        days: how many days back a day is looked at that was not complete yet.
        budget_pages: pages of a search that one check asks for.
    """

    puller: Puller
    amazon: Amazon
    keeper: OrderKeeper
    days: int = 3
    budget_pages: int = 10

    def read(self, *, at_once: bool = False) -> Reading:
        """Count the days that are over and not known to be complete; what goes wrong is written down.

        Arguments:
            at_once: also where the last check was less than a day ago, and days that were complete.
        """
        reading, left = Reading(), [self.budget_pages]
        for marketplace_id, share in self.keeper.stores.items():
            name, now, site = f"orders-counted/{share.name}", self.puller.now(), marketplace(marketplace_id)
            with self.puller.database.read() as connection:
                last = moved_at(connection, name)
                complete = {count.day for count in load_counts(connection, share.name) if count.is_complete}
            if last is not None and now < last + EVERY and not at_once:
                continue
            try:
                for day in self._days(site, share, now):
                    if at_once or day.isoformat() not in complete:
                        step = partial(self._check, reading, site, share, day, left)
                        self.puller.attempt(reading, share.name, step)
            except AuthError:
                # It is written down; nothing else needs the counts.
                self.puller.progress(f"{share.name}: Amazon's count of orders may not be read")
            with self.puller.database.write() as connection:
                move_watermark(connection, name, str(now), at=now)
        return reading

    def _days(self, site: Marketplace, share: StoreShare, now: int) -> Iterator[date]:
        """Yield the days that are over, the earliest first, from the one in which the store was connected."""
        today = datetime.fromtimestamp(now / 1000, ZoneInfo(site.time_zone)).date()
        for back in range(self.days, 0, -1):
            day = find_day(site, today - timedelta(days=back))
            if day.end + SETTLED <= now and day.end > share.connected_at:
                yield today - timedelta(days=back)

    def _check(self, reading: Reading, site: Marketplace, share: StoreShare, day: date, left: list[int]) -> None:
        self.puller.progress(f"{share.name}: counting the orders of {day}")
        whole = find_day(site, day)
        # Of the day on which the store was connected, what came before is not ours; Amazon counts by whole seconds.
        since = -(-share.connected_at // 1000) * 1000
        span = Day(max(whole.start, since), whole.end)
        counted = count_orders(self.amazon, site, day, since=span.start).orders
        missing: dict[str, str] = {}
        if counted > self._count(share, site, span) and left[0] > 0:
            missing |= self._search(reading, share, site, span, left)
        ours = self._count(share, site, span)
        with self.puller.database.write() as connection:
            without = _without_copy(connection, share.name, site.id, span)
            told = dict(list((missing | without).items())[:NAMED])
            if counted > ours:
                told[""] = f"Amazon counts {counted - ours} more than it shows."
            result = DayCount(day.isoformat(), counted, ours, ours - len(without), told, self.puller.now())
            store_count(connection, share.name, result)
        if counted > ours:
            raise DocumentError(
                f"Amazon counts {counted} orders of store {share.name!r} on {day}, and {ours} were read.",
                "Pending orders are counted before they are shown. The next check looks again.",
            )

    def _search(
        self, reading: Reading, share: StoreShare, site: Marketplace, span: Day, left: list[int]
    ) -> dict[str, str]:
        """Keep the orders of a day that were not there, and return their ids with a reason."""
        found: dict[str, str] = {}

        def keep(page: OrderPage, _following: Place | None) -> None:
            with self.puller.database.write() as connection:
                known = _known(connection, share.name, site.id, span)
                tallies = self.keeper.keep(connection, page.orders, at=self.puller.now(), run=self.puller.run)
                for order_id in sorted(_known(connection, share.name, site.id, span) - known):
                    found[order_id] = "It had not been read; now it is."
            for kind, tally in tallies.items():
                reading.add(kind, tally)

        walk = Walk(self.amazon, left[0], keep)
        query = search_query([site.id], created_after=_written(span.start), created_before=_written(span.end))
        try:
            walk.go(Place(frozen(query)))
        finally:
            left[0] = walk.left
        return found

    def _count(self, share: StoreShare, site: Marketplace, span: Day) -> int:
        with self.puller.database.read() as connection:
            return len(_known(connection, share.name, site.id, span, counting=True))


def _known(connection: Connection, store: str, marketplace_id: str, span: Day, *, counting: bool = False) -> set[str]:
    """Return the orders that were created in a stretch of time, without the cancelled ones where they are counted."""
    query = sa.select(orders.c.order_id).where(*_of_day(store, marketplace_id, span))
    if counting:
        query = query.where(orders.c.status != CANCELLED)
    return set(connection.execute(query).scalars())


def _without_copy(connection: Connection, store: str, marketplace_id: str, span: Day) -> dict[str, str]:
    """Return the orders of a stretch of time that Commerce does not have, and why."""
    copied = sa.select(copies.c.order_id).where(copies.c.store == store)
    query = (
        sa.select(orders.c.order_id, orders.c.status, stands.c.stage, stands.c.note)
        .outerjoin(stands, sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id))
        .where(*_of_day(store, marketplace_id, span), orders.c.status != CANCELLED, orders.c.order_id.not_in(copied))
        .order_by(orders.c.order_id)
    )
    return {
        row.order_id: f"not in Commerce: {row.note or row.stage or row.status}" for row in connection.execute(query)
    }


def _of_day(store: str, marketplace_id: str, span: Day) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        orders.c.store == store,
        orders.c.marketplace_id == marketplace_id,
        orders.c.created_at >= span.start,
        orders.c.created_at < span.end,
    )


def _written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
