"""Watermarks: how far each reading has come, so that the next one goes on from there."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import watermarks


def read_watermark(connection: Connection, name: str) -> str | None:
    """Return how far a reading has come, in its own words, or None where it never began.

    Arguments:
        name: what is read, and of whom: ``listings/us``.
    """
    value: str | None = connection.execute(sa.select(watermarks.c.value).where(watermarks.c.name == name)).scalar()
    return value


def moved_at(connection: Connection, name: str) -> int | None:
    """Return when a watermark was last moved, in milliseconds since 1970, or None where it never was."""
    at: int | None = connection.execute(sa.select(watermarks.c.moved_at).where(watermarks.c.name == name)).scalar()
    return at


def move_watermark(connection: Connection, name: str, value: str, *, at: int) -> None:
    """Write down how far a reading has come; do it in the transaction that keeps what it read.

    Arguments:
        at: when, in milliseconds since 1970.
    """
    rows.put(connection, watermarks, {"name": name, "value": value, "moved_at": at})
