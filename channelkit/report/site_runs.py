"""Runs and earlier reports, for a report's first page: each with a link where there is something to open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import runs
from channelkit.report.archive import Entry
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.rendering import Link
from channelkit.report.run_grids import RUN_MEANINGS
from channelkit.report.wording import duration, file_name, shareable

SHOWN = 20
"""Runs that the first page lists."""

_RUNS = pa.schema(
    [(name, pa.string()) for name in ("id", "job", "state", "notebook", "error")]
    + [(name, pa.int64()) for name in ("started_at", "finished_at")]
)


def read_runs(connection: Connection, since_ms: int) -> tuple[pa.Table, int]:
    """Return the newest runs since a moment, the newest first, and how many there were in all."""
    query = sa.select(*(runs.c[name] for name in _RUNS.names)).where(runs.c.started_at >= since_ms)
    total = sa.select(sa.func.count()).select_from(runs).where(runs.c.started_at >= since_ms)
    found = rows.read(connection, query.order_by(runs.c.started_at.desc(), runs.c.id).limit(SHOWN), _RUNS)
    return found, int(connection.execute(total).scalar_one())


def grids(
    found: tuple[pa.Table, int], folder: Path, notebooks: Path | None, earlier: Sequence[Entry]
) -> tuple[Grid, Grid]:
    """Return the tables of earlier reports and of runs.

    Arguments:
        found: the runs, and how many there were in all.
        folder: the report's.
        notebooks: the folder of executed notebooks; a run's page is linked where ``channelkit export`` has made it.
    """
    reports = [
        {
            "day": Link.to(f"{each.folder}/index.html", each.day),
            "made": each.made,
            "headline": each.headline,
            "asked": each.asked,
        }
        for each in earlier
    ]
    columns = (
        *(Column("Day", "day", "key"), Column("Found", "headline", "long")),
        *(Column("Of", "asked", "long"), Column("Made", "made", "time")),
    )
    nothing = "This is the first report in this folder; the one of each day is kept from now on."
    return (
        Grid("Earlier reports", columns, list(reports), len(reports), nothing),
        _run_grid(found, folder, notebooks),
    )


def _run_grid(found: tuple[pa.Table, int], folder: Path, notebooks: Path | None) -> Grid:
    told = [
        {
            "started": short_moment(row["started_at"]),
            "job": row["job"],
            "state": row["state"],
            "lasted": duration(max(0, row["finished_at"] - row["started_at"]) / 1000) if row["finished_at"] else "–",
            "words": shareable(row["error"]) or RUN_MEANINGS.get(row["state"], "–"),
            "notebook": _notebook(row["notebook"], folder, notebooks),
        }
        for row in found[0].to_pylist()
    ]
    columns = (
        *(Column("Started (UTC)", "started", "key"), Column("Job", "job"), Column("State", "state")),
        *(Column("Lasted", "lasted", "number"), Column("What happened", "words", "long")),
        Column("Notebook", "notebook"),
    )
    return Grid("Runs, the newest first", columns, told, found[1], "No run was made in this time.")


def _notebook(name: str, folder: Path, notebooks: Path | None) -> str:
    if not name:
        return "–"
    words = file_name(name)
    page = (notebooks / name).with_suffix(".html") if notebooks is not None else None
    if page is None or not page.is_file():
        return words
    # From here to there, without the folders of this machine.
    return Link.to(Path(os.path.relpath(page, folder)).as_posix(), words)
