"""How each job stands: when it last ran, how that ended, when it is due, and whether it is late."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress
from channelkit.database.schema import runs
from channelkit.schedule import due
from channelkit.schedule.due import LastRun
from channelkit.schedule.job import Job

LOOKED = "schedule/{}"
"""Watermark of a job that only looks and has no run in the book."""

_SPARE = 5
"""Runs that are read beside those that may fail: one may still work, others may have found the store busy."""


@dataclass(frozen=True)
class Standing:
    """One job, and how it stands; ``due`` is the machine's own time.

    Arguments:
        last: its last run; None where it never ran.
        late_since, dead_since: milliseconds since 1970; None where it is not.
        installed: which schedulers of this machine have it.
    """

    job: Job
    last: LastRun | None
    due: datetime
    late_since: int | None
    dead_since: int | None
    installed: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        return self.late_since is None and self.dead_since is None

    def row(self) -> dict[str, Any]:
        """Return it as a flat row."""
        last = self.last
        return {
            "job": self.job.name,
            "installed": ", ".join(self.installed) or "nowhere here",
            "last_started": _moment(last.started_at) if last else None,
            "last_state": last.state if last else "never ran",
            "due": self.due.isoformat(timespec="seconds"),
            "is_late": self.late_since is not None,
            "is_dead": self.dead_since is not None,
        }

    def __str__(self) -> str:
        row = self.row()
        ran = f"last {row['last_state']}, begun {row['last_started']} UTC" if self.last else "never ran"
        told = "".join([", LATE" if row["is_late"] else "", ", DEAD" if row["is_dead"] else ""])
        return f"{row['job']}: installed {row['installed']}; {ran}{told}; due {self.due:%Y-%m-%d %H:%M %Z}."


def read_last_runs(connection: Connection, job: Job, count: int) -> list[LastRun]:
    """Return a job's last runs, the newest first."""
    name = job.notebook or job.name
    query = sa.select(runs.c.state, runs.c.started_at, runs.c.finished_at, runs.c.error).where(runs.c.job == name)
    found = [LastRun(*row) for row in connection.execute(query.order_by(runs.c.started_at.desc()).limit(count))]
    looked = progress.moved_at(connection, LOOKED.format(job.name))
    if looked is not None and (not found or looked > found[0].started_at):
        found.insert(0, LastRun("done", looked, looked))
    return found


def note_look(connection: Connection, name: str, *, at: int) -> None:
    """Write down that a job that only looks has looked, in milliseconds since 1970."""
    progress.move_watermark(connection, LOOKED.format(name), str(at), at=at)


def stand(
    connection: Connection,
    jobs: Sequence[Job],
    now: datetime,
    installed: Mapping[str, Collection[str]] | None = None,
    *,
    cycles: int = due.CYCLES,
) -> list[Standing]:
    """Return how each job stands.

    Arguments:
        now: in the machine's own time zone.
        installed: the jobs that each scheduler of this machine has.
        cycles: starts that a job may miss, or runs that may fail one after another.
    """
    found, now_ms = [], int(now.timestamp() * 1000)
    for job in jobs:
        last = read_last_runs(connection, job, cycles + _SPARE)
        found.append(
            Standing(
                job,
                last[0] if last else None,
                due.next_start(job, now),
                due.late_since(job, last, now_ms, cycles),
                due.dead_since(last, cycles),
                tuple(target for target, names in (installed or {}).items() if job.name in names),
            )
        )
    return found


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M:%S}"
