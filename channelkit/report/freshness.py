"""How old the facts are: when each side was last read, and whether a listing kept its tab on old facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.schema import listings, products, reports, stores, tabs, watermarks

OLD = 60 * 60_000
"""Milliseconds after which a reading that ought to come every five minutes deserves a warning."""


@dataclass(frozen=True)
class Reading:
    """When something was last read.

    Arguments:
        store: the store whose facts they are; empty for Commerce, which all share.
        what: what was read, in words.
        at: milliseconds since 1970; None if it never was.
        stale: rows that were decided on facts older than promised.
    """

    store: str
    what: str
    at: int | None
    stale: int = 0

    def is_old(self, now_ms: int) -> bool:
        return self.at is None or now_ms - self.at > OLD or self.stale > 0


def read_freshness(connection: Connection, names: Sequence[str]) -> list[Reading]:
    """Return the last reading of each store's Amazon side and stock, and of Commerce's products."""
    moved = {name: int(at) for name, at in connection.execute(sa.select(watermarks.c.name, watermarks.c.moved_at))}
    reported = _newest(connection, reports.c.store, reports.c.asked_at, reports.c.state == "read")
    searched = _newest(connection, listings.c.store, listings.c.observed_at)
    stale = _stale(connection)
    websites = {row.name: row.website for row in connection.execute(sa.select(stores.c.name, stores.c.website))}
    found = []
    for name in names:
        amazon = _latest(moved.get(f"listings/{name}"), reported.get(name), searched.get(name))
        found.append(Reading(name, "Amazon's listings", amazon, stale.get(name, 0)))
        place = websites.get(name, "")
        # Rows of stock that stay the same are not written, so only the watermark tells of a reading.
        if f"stock/{place}" in moved:
            found.append(Reading(name, "Commerce's stock", moved[f"stock/{place}"]))
    seen = connection.execute(sa.select(sa.func.max(products.c.observed_at))).scalar()
    return [*found, Reading("", "Commerce's products", _latest(moved.get("products"), seen))]


def _newest(
    connection: Connection, key: sa.Column[str], at: sa.Column[int], *where: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = sa.select(key, sa.func.max(at)).where(*where).group_by(key)
    return {name: moment for name, moment in connection.execute(query) if moment is not None}


def _stale(connection: Connection) -> dict[str, int]:
    query = sa.select(tabs.c.store, sa.func.count()).where(tabs.c.stale == 1).group_by(tabs.c.store)
    return {name: int(number) for name, number in connection.execute(query)}


def _latest(*moments: int | None) -> int | None:
    return max((moment for moment in moments if moment is not None), default=None)
