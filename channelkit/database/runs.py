"""The book of runs: which job ran when, how it ended, and what it did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.lease import database_time
from channelkit.database.schema import arrow, leases, runs

GRACE = 2 * 60_000
"""Milliseconds that a run has to take its first lease before it can be taken for dead."""


EXIT_CODES = {"done": 0, "failed": 1, "partial": 3, "busy": 75}
"""State of a run to the exit code of the process that ran it."""

GOOD = ("done", "partial", "busy")
"""States of runs that did what they could."""


class Run(NamedTuple):
    """One run as the book has it."""

    id: str
    job: str
    state: str


def open_run(connection: Connection, job: str, *, at: int, notebook: str = "") -> str:
    """Write down that a run begins, and return its id, which also names it as the holder of leases.

    Arguments:
        job: what runs: sync, pull, apply.
        at: milliseconds since 1970.
        notebook: the executed notebook's file, where it runs in one.
    """
    moment = datetime.fromtimestamp(at / 1000, UTC)
    run = f"{moment:%Y%m%dT%H%M%SZ}-{uuid4().hex[:8]}"
    values = {"id": run, "job": job, "state": "running", "started_at": at, "notebook": notebook}
    connection.execute(runs.insert().values(values))
    return run


def close_run(
    connection: Connection, run: str, *, state: str, at: int, summary: str | None = None, error: str = ""
) -> None:
    """Write down how a run ended.

    Arguments:
        state: done, partial, failed, or busy where another run held everything.
        summary: JSON, what it read, decided and sent; None keeps what is there.
        error: why it failed, for a person.
    """
    values: dict[str, object] = {"state": state, "finished_at": at, "error": error}
    if summary is not None:
        values["summary"] = summary
    connection.execute(runs.update().where(runs.c.id == run).values(values))


def mark_died(connection: Connection, *, at: int) -> int:
    """Mark runs as died that say they run and hold no lease that lives, and return how many."""
    alive = sa.select(leases.c.holder).where(leases.c.expires_at > database_time(connection))
    where = (runs.c.state == "running", runs.c.started_at < at - GRACE, runs.c.id.not_in(alive))
    error = "The run ended without a word: it was killed, or its machine stopped."
    return connection.execute(runs.update().where(*where).values(state="died", finished_at=at, error=error)).rowcount


def find_run(connection: Connection, notebook: str) -> Run | None:
    """Return the newest run of an executed notebook, or None."""
    query = sa.select(runs.c.id, runs.c.job, runs.c.state).where(runs.c.notebook == notebook)
    row = connection.execute(query.order_by(runs.c.started_at.desc(), runs.c.id.desc()).limit(1)).first()
    return None if row is None else Run(*row)


def load_runs(connection: Connection, since: int = 0) -> pa.Table:
    """Return the runs that began since a moment, in milliseconds since 1970, the newest first."""
    query = sa.select(*runs.c).where(runs.c.started_at >= since)
    return rows.read(connection, query.order_by(runs.c.started_at.desc(), runs.c.id), arrow(runs))
