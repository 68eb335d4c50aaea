"""Small things that both sides say about themselves (websites, store views, currencies), kept as they were read."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import reference


class Reference(NamedTuple):
    """What was read: JSON, and when, in milliseconds since 1970."""

    body: str
    observed_at: int


def load_reference(connection: Connection, system: str, kind: str) -> Reference | None:
    """Return what was last read, or None where it never was.

    Arguments:
        system: amazon or commerce.
        kind: websites, store_views, …
    """
    query = sa.select(reference.c.body, reference.c.observed_at)
    row = connection.execute(query.where(reference.c.system == system, reference.c.kind == kind)).first()
    return None if row is None else Reference(*row)


def store_reference(connection: Connection, system: str, kind: str, body: str, *, at: int) -> None:
    """Keep what was read, in place of what was kept before.

    Arguments:
        body: JSON.
        at: milliseconds since 1970.
    """
    rows.put(connection, reference, {"system": system, "kind": kind, "body": body, "observed_at": at})
