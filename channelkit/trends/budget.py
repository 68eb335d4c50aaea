"""Calls that were made, against what the quotas allow: from the token buckets, and from what they held on earlier days.

A bucket counts calls since the beginning and knows of no day. So what each had counted is kept once a day; the
difference is what was called since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.reference import load_reference, store_reference
from channelkit.database.schema import buckets, stores

BUDGET = pa.schema(
    [
        *((name, pa.string()) for name in ("system", "operation")),
        *((name, pa.int64()) for name in ("calls", "allowed", "since")),
        *((name, pa.float64()) for name in ("rate", "burst", "left")),
    ]
)
"""What `read_budget` returns: of each operation the calls since a moment, how many the quota allowed in that time,
calls a second, calls at once, and how many may be made at once now; seller accounts, each with a quota, added up."""

KEPT_DAYS = 400
_KEPT = ("channelkit", "calls")
"""Where among the references the counts of earlier days are kept."""


class Owner(NamedTuple):
    """Who shares a quota: only what may be shown of it is, since a seller's id stays at home."""

    system: str
    operation: str

    @classmethod
    def of(cls, owner: str, operation: str) -> Owner:
        return cls(owner.partition("/")[0], operation)


def keep_calls(database: Database, now_ms: int) -> None:
    """Keep how many calls each bucket has counted, once for each day in UTC; call it as often as you like.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    day = _day(now_ms)
    with database.write() as connection:
        known = _load(connection)
        if day in known:
            return
        known[day] = {"at": now_ms, "calls": [[*key, count] for key, count in sorted(_count(connection).items())]}
        newest = {name: known[name] for name in sorted(known)[-KEPT_DAYS:]}
        store_reference(connection, *_KEPT, json.dumps(newest), at=now_ms)


def read_budget(database: Database, since_ms: int, now_ms: int) -> pa.Table:
    """Return how much of each quota was used, the most used first.

    Arguments:
        since_ms: calls are counted from then on, as far as the counts of that day were kept; else from the first day
            of which they were, else from the beginning. The column ``since`` says which.
        now_ms: the time now, in milliseconds since 1970.

    Returns:
        The columns of `BUDGET`.
    """
    with database.read() as connection:
        began = connection.execute(sa.select(sa.func.min(stores.c.created_at))).scalar()
        start, before = _counted_before(_load(connection), since_ms, int(began or now_ms))
        found: dict[Owner, dict[str, Any]] = {}
        for row in connection.execute(sa.select(buckets)):
            key = Owner.of(row.owner, row.operation)
            held = found.setdefault(key, {"calls": 0, "allowed": 0.0, "rate": 0.0, "burst": 0.0, "left": 0.0})
            held["calls"] += row.calls
            held["allowed"] += row.burst + row.rate * max(0, now_ms - start) / 1000
            held["rate"] += row.rate
            held["burst"] += row.burst
            gained = max(0.0, now_ms / 1000 - row.filled_at) * row.rate
            held["left"] += min(row.burst, row.tokens + gained)
    told = []
    for key, held in found.items():
        calls = max(0, held["calls"] - before.get(key, 0))
        figures = held | {"calls": calls, "allowed": int(held["allowed"]), "since": start, "left": max(0, held["left"])}
        told.append(key._asdict() | figures)
    told.sort(key=lambda row: (-row["calls"] / max(1, row["allowed"]), -row["calls"], row["operation"]))
    return pa.Table.from_pylist(told, schema=BUDGET)


def _counted_before(
    known: Mapping[str, Mapping[str, Any]], since_ms: int, began_ms: int
) -> tuple[int, dict[Owner, int]]:
    """Return from when on calls are counted, and what was counted until then."""
    moments = sorted((kept["at"], day) for day, kept in known.items())
    earlier = [each for each in moments if each[0] <= since_ms]
    if not earlier and (not moments or since_ms <= began_ms):
        return began_ms, {}
    at, day = earlier[-1] if earlier else moments[0]
    return at, {Owner(system, operation): count for system, operation, count in known[day]["calls"]}


def _count(connection: Connection) -> dict[Owner, int]:
    found: dict[Owner, int] = {}
    for row in connection.execute(sa.select(buckets.c.owner, buckets.c.operation, buckets.c.calls)):
        key = Owner.of(row.owner, row.operation)
        found[key] = found.get(key, 0) + row.calls
    return found


def _load(connection: Connection) -> dict[str, Any]:
    kept = load_reference(connection, *_KEPT)
    found: dict[str, Any] = json.loads(kept.body) if kept else {}
    return found


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
