"""Backfills: earlier orders that a person asked for, a window of thirty days at the most each."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import backfills
from channelkit.errors import UsageError

DAY = 86_400_000
LONGEST = 30 * DAY


@dataclass(frozen=True)
class Backfill:
    """One window that somebody asked for; moments are in milliseconds since 1970.

    Arguments:
        since, until: when its orders were created; the end does not belong to it.
        done_at: when all of it had been read; None while it has not.
    """

    id: int
    store: str
    since: int
    until: int
    by: str
    at: int
    done_at: int | None = None


def ask_backfill(connection: Connection, store: str, *, since: int, until: int, by: str, at: int) -> int:
    """Keep that a person wants earlier orders, and return the backfill's number.

    Arguments:
        since, until, at: milliseconds since 1970.
        by: the person.

    Raises:
        UsageError: the window is empty, longer than thirty days, or not over yet.
    """
    if not since < until <= since + LONGEST:
        raise UsageError(
            "A backfill reads a window of thirty days at the most, from an earlier to a later moment.",
            "Ask for several windows, one after the other.",
        )
    if until > at:
        raise UsageError("A backfill cannot end in the future.", "Orders that come are read by every cycle.")
    values = {"store": store, "since": since, "until": until, "by_whom": by, "at": at}
    made = connection.execute(backfills.insert().values(values).returning(backfills.c.id))
    return int(made.scalar_one())


def load_backfills(connection: Connection, store: str, *, open_only: bool = False) -> list[Backfill]:
    """Return a store's backfills in the order in which they were asked for.

    Arguments:
        open_only: only those that have not been read to the end.
    """
    query = sa.select(*backfills.c).where(backfills.c.store == store).order_by(backfills.c.id)
    if open_only:
        query = query.where(backfills.c.done_at.is_(None))
    return [Backfill(*row) for row in connection.execute(query)]


def load_windows(connection: Connection, store: str) -> list[tuple[int, int]]:
    """Return the windows whose orders are taken as if the store had been connected: start and end."""
    return [(each.since, each.until) for each in load_backfills(connection, store)]


def close_backfill(connection: Connection, number: int, *, at: int) -> None:
    """Keep that all of a backfill has been read.

    Arguments:
        at: milliseconds since 1970.
    """
    connection.execute(backfills.update().where(backfills.c.id == number).values(done_at=at))
