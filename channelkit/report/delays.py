"""How long changes take from one state to the next, in seconds: the promise of "within minutes", measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import changes
from channelkit.model.changes import CONFIRMED, EXPIRED, FIELDS
from channelkit.report.counts import each_store, moved_at

STAGES = ("planned to sent", "sent to accepted", "accepted to confirmed")

WHOLE = "planned to confirmed"

TARGETS = {"price": 300, "quantity": 600}
"""Seconds within which a change ought to be seen on Amazon (SY-05: price 5 minutes, inventory 10)."""

BINS = (1, 5, 15, 60, 300, 900, 1800)
"""Upper ends, in seconds, of the classes that delays are shown in."""

BIN_NAMES = ("under 1 s", "1–5 s", "5–15 s", "15–60 s", "1–5 min", "5–15 min", "15–30 min", "over 30 min")

_TIMES = ("planned_at", "sent_at", "accepted_at", "closed_at")
_FIELDS = (*FIELDS, "")
_SEEN = (CONFIRMED, EXPIRED, "")
"""States in which it is known whether a reading showed a change, and all others."""


def measure_delays(connection: Connection, since_ms: int, until_ms: int | None = None) -> pa.Table:
    """Return ``store, field, stage, seconds``: each step of each change that moved since a moment, or until another.

    The stage `WHOLE` leads from the plan to the reading that showed the change; a change that no reading showed in
    time took for ever there.
    """
    stores = [*each_store(connection, changes.c.store), ""]
    columns = [_place(stores), *(sa.func.coalesce(changes.c[name], 0) for name in _TIMES)]
    query = sa.select(*columns)
    query = query.where(moved_at >= since_ms, changes.c.sent_at.isnot(None))
    if until_ms is not None:
        query = query.where(moved_at < until_ms)
    place, *times = rows.read_numbers(connection, query)
    # Nothing moved in 1970.
    planned, sent, accepted, closed = (np.where(moments == 0, np.nan, moments) for moments in times)
    seen = np.where(place % len(_SEEN) == _SEEN.index(CONFIRMED), closed, np.nan)
    whole = np.where(place % len(_SEEN) == _SEEN.index(EXPIRED), np.inf, seen - planned)
    place = place // len(_SEEN)
    its = {"store": (place // len(_FIELDS), stores), "field": (place % len(_FIELDS), _FIELDS)}
    named = {
        name: pa.array(texts, pa.string()).take(pa.array(number, pa.int64())) for name, (number, texts) in its.items()
    }
    found = pa.table(named)
    parts = []
    for stage, span in zip((*STAGES, WHOLE), (sent - planned, accepted - sent, seen - accepted, whole), strict=True):
        known = ~np.isnan(span)
        rest = found.filter(pa.array(known))
        rest = rest.append_column("stage", pa.repeat(stage, rest.num_rows))
        # Two machines' clocks may differ by a little; a delay below zero is none.
        parts.append(rest.append_column("seconds", pa.array(np.maximum(span[known], 0.0) / 1000)))
    return pa.concat_tables(parts)


def _place(stores: Sequence[str]) -> sa.ColumnElement[int]:
    """Return SQL for one small number that says store, field and state: of a million texts each costs its time.

    Arguments:
        stores: their names; what is not among the names of a column counts as the last of them.
    """
    store, field, state = (
        sa.case({name: number for number, name in enumerate(names)}, value=column, else_=len(names) - 1)
        for column, names in ((changes.c.store, stores), (changes.c.field, _FIELDS), (changes.c.state, _SEEN))
    )
    return (store * len(_FIELDS) + field) * len(_SEEN) + state


def summarise_targets(delays: pa.Table) -> dict[str, dict[str, float | int]]:
    """Return how often each field's target was met: ``target`` in seconds, ``count``, and how many ``within`` it.

    >>> rows = pa.table({"field": ["price"] * 3, "stage": [WHOLE] * 3, "seconds": [20.0, 301.0, float("inf")]})
    >>> summarise_targets(rows)["price"]
    {'target': 300, 'count': 3, 'within': 1}
    """
    seconds = np.asarray(delays["seconds"].to_numpy(), dtype=np.float64)
    is_whole = _is(delays["stage"], WHOLE)
    found: dict[str, dict[str, float | int]] = {}
    for name, target in TARGETS.items():
        mine = seconds[_is(delays["field"], name) & is_whole]
        found[name] = {"target": target, "count": len(mine), "within": int((mine <= target).sum())}
    return found


def summarise_delays(delays: pa.Table) -> dict[str, dict[str, float | int | None]]:
    """Return count, median and 95th percentile of each stage, in seconds.

    >>> rows = pa.table({"stage": ["sent to accepted"] * 3, "seconds": [1.0, 2.0, 9.0]})
    >>> summarise_delays(rows)["sent to accepted"]
    {'count': 3, 'median': 2.0, 'p95': 8.3}
    """
    found: dict[str, dict[str, float | int | None]] = {}
    for stage, seconds in _by_stage(delays):
        middle, late = (
            (round(float(value), 3) for value in np.percentile(seconds, (50, 95))) if len(seconds) else (None, None)
        )
        found[stage] = {"count": len(seconds), "median": middle, "p95": late}
    return found


def distribute(delays: pa.Table) -> pa.Table:
    """Return ``stage, bin, rows``: how many delays of each stage fall into each class.

    >>> rows = pa.table({"stage": ["sent to accepted"] * 3, "seconds": [0.2, 1.0, 9000.0]})
    >>> [row["rows"] for row in distribute(rows).to_pylist() if row["stage"] == "sent to accepted"]
    [1, 1, 0, 0, 0, 0, 0, 1]
    """
    stages: list[str] = []
    names: list[str] = []
    numbers: list[int] = []
    for stage, seconds in _by_stage(delays):
        stages += [stage] * len(BIN_NAMES)
        names += BIN_NAMES
        numbers += np.bincount(np.digitize(seconds, BINS), minlength=len(BIN_NAMES)).tolist()
    return pa.table({"stage": stages, "bin": names, "rows": pa.array(numbers, pa.int64())})


def _by_stage(delays: pa.Table) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.float64]]]]:
    seconds = np.asarray(delays["seconds"].to_numpy(), dtype=np.float64)
    return [(name, seconds[_is(delays["stage"], name)]) for name in STAGES]


def _is(column: pa.ChunkedArray, word: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(pc.equal(column, word).to_numpy(), dtype=np.bool_)
