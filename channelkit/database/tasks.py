"""Tasks of setting up that a person has ticked: who, when, and what they noted."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import tasks

ALL = ""
"""In place of a store's name: the task concerns all of them."""


class Tick(NamedTuple):
    """One tick; ``done_at`` is in milliseconds since 1970."""

    task: str
    done_at: int
    done_by: str
    note: str


def tick_task(connection: Connection, task: str, *, by: str, note: str, at: int, store: str = ALL) -> None:
    """Keep that somebody did a task, in place of an earlier tick.

    Arguments:
        at: milliseconds since 1970.
    """
    rows.put(connection, tasks, {"task": task, "store": store, "done_at": at, "done_by": by, "note": note})


def untick_task(connection: Connection, task: str, store: str = ALL) -> bool:
    """Take a tick back, and return whether there was one."""
    done = connection.execute(tasks.delete().where(tasks.c.task == task, tasks.c.store == store))
    return bool(done.rowcount)


def load_ticks(connection: Connection, store: str = ALL) -> dict[str, Tick]:
    """Return the ticks by task."""
    query = sa.select(tasks.c.task, tasks.c.done_at, tasks.c.done_by, tasks.c.note).where(tasks.c.store == store)
    return {row.task: Tick(*row) for row in connection.execute(query)}
