"""What came of tests of the data, kept whenever it was not as before: since when, how bad, and whether it grows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress
from channelkit.database.trend_schema import quality_results


@dataclass(frozen=True)
class Kept:
    """What came of a test, from a moment on until another came of it.

    Arguments:
        at: when that was first so, in milliseconds since 1970.
        store: empty for what all stores share.
        test: its name.
        looked_at, failing: rows.
        examples: keys of some failing rows.
    """

    at: int
    store: str
    test: str
    looked_at: int
    failing: int
    examples: tuple[str, ...] = ()

    def is_like(self, other: Kept) -> bool:
        """Tell whether nothing else came of the test: how many rows there are changes every day and says nothing."""
        mine, others = ((each.failing, each.examples, each.looked_at == 0) for each in (self, other))
        return mine == others


def keep_results(connection: Connection, found: Iterable[Kept]) -> int:
    """Keep what is not as before, and return how many results that were; also that the tests were run.

    Arguments:
        found: at most one of each store and test, all of the same time.
    """
    found = list(found)
    before = load_newest(connection, sorted({each.store for each in found}))
    new = [
        each
        for each in found
        if (each.store, each.test) not in before or not each.is_like(before[each.store, each.test])
    ]
    if new:
        values = [vars(each) | {"examples": json.dumps(each.examples, ensure_ascii=False)} for each in new]
        connection.execute(quality_results.insert(), values)
    for store, at in {each.store: each.at for each in found}.items():
        progress.move_watermark(connection, _mark(store), str(at), at=at)
    return len(new)


def load_newest(connection: Connection, stores: Sequence[str]) -> dict[tuple[str, str], Kept]:
    """Return what last came of each test of these stores, by store and test."""
    table = quality_results
    newest = sa.select(sa.func.max(table.c.id)).where(table.c.store.in_(stores)).group_by(table.c.store, table.c.test)
    found = _read(connection, sa.select(*table.c).where(table.c.id.in_(newest)))
    return {(each.store, each.test): each for each in found}


def load_courses(connection: Connection, stores: Sequence[str]) -> Mapping[tuple[str, str], list[Kept]]:
    """Return all that ever came of each test of these stores, by store and test, the oldest first."""
    courses: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for each in _read(connection, sa.select(*quality_results.c).where(quality_results.c.store.in_(stores))):
        courses[each.store, each.test].append(each)
    return dict(courses)


def ran_at(connection: Connection, store: str) -> int | None:
    """Return when a store's tests were last run, in milliseconds since 1970; None where they never were.

    Arguments:
        store: empty for the tests of what all stores share.
    """
    return progress.moved_at(connection, _mark(store))


def _read(connection: Connection, query: sa.Select[tuple[object, ...]]) -> list[Kept]:
    rows = connection.execute(query.order_by(quality_results.c.at, quality_results.c.id))
    return [
        Kept(row.at, row.store, row.test, row.looked_at, row.failing, tuple(json.loads(row.examples))) for row in rows
    ]


def _mark(store: str) -> str:
    return f"quality/{store}"
