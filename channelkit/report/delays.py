"""How long changes take from one state to the next, in seconds: the promise of "within minutes", measured."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import changes
from channelkit.report.counts import moved_at

STAGES = ("planned to sent", "sent to accepted", "accepted to confirmed")

BINS = (1, 5, 15, 60, 300, 900, 1800)
"""Upper ends, in seconds, of the classes that delays are shown in."""

BIN_NAMES = ("under 1 s", "1–5 s", "5–15 s", "15–60 s", "1–5 min", "5–15 min", "15–30 min", "over 30 min")

_TIMES = ("planned_at", "sent_at", "accepted_at", "closed_at")


def measure_delays(connection: Connection, since_ms: int) -> pa.Table:
    """Return ``store, stage, seconds``: each step of each change that moved since a moment."""
    columns = [changes.c[name] for name in ("store", "state", *_TIMES)]
    query = sa.select(*columns).where(moved_at >= since_ms, changes.c.sent_at.isnot(None))
    schema = pa.schema([("store", pa.string()), ("state", pa.string()), *((name, pa.int64()) for name in _TIMES)])
    found = rows.read(connection, query, schema)
    planned, sent, accepted, closed = (_floats(found[name]) for name in _TIMES)
    is_confirmed = np.asarray(found["state"].to_pylist(), dtype=object) == "confirmed"
    spans = (sent - planned, accepted - sent, np.where(is_confirmed, closed - accepted, np.nan))
    stores = found["store"].combine_chunks()
    parts = []
    for stage, span in zip(STAGES, spans, strict=True):
        known = ~np.isnan(span)
        # Two machines' clocks may differ by a little; a delay below zero is none.
        seconds = pa.array(np.maximum(span[known], 0.0) / 1000)
        parts.append(
            pa.table(
                {"store": stores.filter(pa.array(known)), "stage": pa.repeat(stage, len(seconds)), "seconds": seconds}
            )
        )
    return pa.concat_tables(parts)


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
    stage = np.asarray(delays["stage"].to_pylist(), dtype=object)
    seconds = np.asarray(delays["seconds"].to_numpy(), dtype=np.float64)
    return [(name, seconds[stage == name]) for name in STAGES]


def _floats(column: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)
