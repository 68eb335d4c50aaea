"""Were all orders read? Amazon's own count of each day against ours, and ours against Commerce (pain 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_counts


@dataclass(frozen=True)
class DayCount:
    """One day of a store.

    Arguments:
        day: in the marketplace's time zone, as ``2026-11-24``.
        amazon: orders by Amazon's own count; those that were cancelled do not count.
        ours: orders that we have of that day; those that were cancelled do not count.
        copied: ours that Commerce has.
        missing: why, by the order's number; what cannot be named stands under ``""``.
        at: when it was counted, in milliseconds since 1970.
    """

    day: str
    amazon: int
    ours: int
    copied: int
    missing: Mapping[str, str] = field(default_factory=dict)
    at: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether we have all that Amazon counts."""
        return self.ours >= self.amazon


def store_count(connection: Connection, store: str, count: DayCount) -> None:
    """Keep the newest count of a day."""
    values = vars(count) | {"store": store, "missing": msgspec.json.encode(dict(count.missing)).decode()}
    rows.put(connection, order_counts, values)


def load_counts(connection: Connection, store: str, since: str = "") -> list[DayCount]:
    """Return a store's counts, the latest day first.

    Arguments:
        since: the first day, as ``2026-11-24``.
    """
    names = [each for each in DayCount.__dataclass_fields__ if each != "missing"]
    query = sa.select(*(order_counts.c[name] for name in (*names, "missing")))
    query = query.where(order_counts.c.store == store, order_counts.c.day >= since)
    return [
        DayCount(**{name: row[name] for name in names}, missing=msgspec.json.decode(row["missing"] or "{}"))
        for row in connection.execute(query.order_by(order_counts.c.day.desc())).mappings()
    ]
