"""All that a page tells, read at one moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.report import counts, excerpts, order_excerpts
from channelkit.report.freshness import Reading, read_freshness
from channelkit.report.summary import Summary, choose, describe_stores, measure, only, summarise_moment

SHOWN = 20
"""Rows that a table shows; more is not read, and the whole is a command away."""

SHOWN_WAITING = 12
"""Rows of the tables that each store has of its own."""


@dataclass(frozen=True)
class Snapshot:
    """All that the page tells, read at one moment."""

    summary: Summary
    placed: pa.Table
    reasons: pa.Table
    delays: pa.Table
    over_time: pa.Table
    step_ms: int
    waiting: Mapping[str, pa.Table]
    held: pa.Table
    unsent: pa.Table
    changes: pa.Table
    bad_runs: pa.Table
    plans: pa.Table
    freshness: Sequence[Reading]
    moves: pa.Table
    sightings: pa.Table
    order_delays: pa.Table
    blocked: pa.Table
    due: pa.Table


def read_snapshot(database: Database, now_ms: int, since_ms: int, stores: Sequence[str] | None = None) -> Snapshot:
    """Read all that the page tells.

    Raises:
        UsageError: there is no store of that name.
    """
    # While the one processor counts in the database, the other one reads the history.
    with ThreadPoolExecutor(1) as pool, database.read() as connection:
        names = choose(counts.store_names(connection), stores)
        websites = [store["website"] for store in describe_stores(connection, names).values()]
        moves = pool.submit(excerpts.read_moves, database, since_ms, names, SHOWN)
        sightings = pool.submit(excerpts.read_sightings, database, since_ms, [*names, *websites], SHOWN)
        measured = measure(connection, since_ms, names)
        over_time, step_ms = counts.count_over_time(connection, since_ms, names)
        found: dict[str, Any] = {
            "summary": summarise_moment(connection, now_ms, since_ms, names, measured),
            "placed": measured.placed,
            "reasons": only(counts.count_reasons(connection), names),
            "delays": measured.delays,
            "waiting": {name: excerpts.read_waiting(connection, name, SHOWN_WAITING) for name in names},
            "held": excerpts.read_held(connection, names, SHOWN),
            "unsent": excerpts.read_unsent(connection, names, SHOWN),
            "changes": excerpts.read_changes(connection, names, since_ms, SHOWN),
            "bad_runs": excerpts.read_bad_runs(connection, since_ms, SHOWN),
            "plans": only(counts.newest_plans(connection), names),
            "order_delays": measured.order_delays,
            "blocked": pa.concat_tables(
                [
                    order_excerpts.read_blocked(connection, names, SHOWN),
                    order_excerpts.read_unread(connection, names, SHOWN, now_ms),
                ]
            ),
            "due": order_excerpts.read_due(connection, names, SHOWN),
            "freshness": read_freshness(connection, names),
        }
        found |= {"moves": moves.result(), "sightings": sightings.result()}
    return Snapshot(**found, over_time=over_time, step_ms=step_ms)
