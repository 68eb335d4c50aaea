"""When a job is due, and whether it is late or dead, from its runs alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channelkit.schedule.job import DAY, Job

CYCLES = 3
"""So many starts that a job misses, or so many runs that fail one after another, are told."""

BAD = ("failed", "died")


@dataclass(frozen=True)
class LastRun:
    """A run of a job: its state, and when it began and ended, in milliseconds since 1970."""

    state: str
    started_at: int
    finished_at: int | None = None
    error: str = ""


def next_start(job: Job, now: datetime) -> datetime:
    """Return when a job starts next, in the time zone of ``now``, the machine's own.

    >>> next_start(Job("sync", "", every=300), datetime(2026, 11, 30, 23, 57)).isoformat()
    '2026-12-01T00:00:00'
    >>> next_start(Job("report", "", at=(4, 20)), datetime(2026, 11, 30, 4, 20)).isoformat()
    '2026-12-01T04:20:00'
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if job.at is not None:
        today = midnight.replace(hour=job.at[0], minute=job.at[1])
        return today if today > now else today + timedelta(days=1)
    passed = int((now - midnight).total_seconds()) // job.period + 1
    return midnight + timedelta(seconds=min(passed * job.period, DAY))


def late_since(job: Job, runs: Sequence[LastRun], now_ms: int, cycles: int = CYCLES) -> int | None:
    """Return since when a job is late, in milliseconds since 1970; None where it is in time, or never ran.

    A run that still works is in time until its timeout is over.

    Arguments:
        runs: its last ones, the newest first.

    >>> late_since(Job("sync", "", every=300), [LastRun("done", 0)], 16 * 60_000)
    300000
    """
    if not runs:
        return None
    last = runs[0]
    if last.state == "running" and now_ms - last.started_at <= job.timeout * 1000:
        return None
    heard = max(last.started_at, last.finished_at or 0)
    return heard + job.period * 1000 if now_ms - heard > cycles * job.period * 1000 else None


def dead_since(runs: Sequence[LastRun], cycles: int = CYCLES) -> int | None:
    """Return since when every run failed, where at least so many did one after another; else None.

    Arguments:
        runs: the last ones, the newest first.
    """
    ended = [run for run in runs if run.state not in ("running", "busy")]
    bad = next((place for place, run in enumerate(ended) if run.state not in BAD), len(ended))
    return ended[bad - 1].started_at if bad >= cycles else None
