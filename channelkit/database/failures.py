"""What Amazon or Commerce did not do: each failed call, with the words for a person and for their support."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress, rows
from channelkit.database.schema import arrow, failures
from channelkit.errors import ChannelkitError, RemoteError

REFUSING = (401, 403)
"""Statuses that say who asks may not."""

REFUSING_CODES = ("invalid_grant", "invalid_client", "unauthorized_client")
"""What the door of Amazon answers where a secret or a consent does not hold; its status is 400."""


def record_failure(connection: Connection, error: ChannelkitError, *, store: str, run: str, at: int) -> None:
    """Write an error down as it happened.

    Arguments:
        error: a `channelkit.errors.RemoteError`, or one that a document made on its way in.
        store: the store it concerns; empty for Commerce, which all stores share.
        at: milliseconds since 1970.
    """
    values = {"at": at, "run": run, "store": store, "message": error.what, "fix": error.fix}
    remote = error if isinstance(error, RemoteError) else RemoteError("")
    values |= {"system": remote.system, "operation": remote.operation, "status": remote.status}
    values |= {"code": remote.code, "request_id": remote.request_id}
    connection.execute(failures.insert().values(values))


def load_failures(connection: Connection, stores: Sequence[str] | None = None, since: int = 0) -> pa.Table:
    """Return errors since a moment, the newest first, of some stores or of all."""
    query = sa.select(*failures.c).where(failures.c.at >= since)
    if stores is not None:
        query = query.where(failures.c.store.in_(stores))
    return rows.read(connection, query.order_by(failures.c.at.desc(), failures.c.id.desc()), arrow(failures))


def let_in_at(connection: Connection, system: str, store: str) -> int | None:
    """Return when a side was last read without a fault, in milliseconds since 1970, or None if it never was.

    What was refused before that is refused no more; one call that lacks a role is an error, and no closed door.

    Arguments:
        system: amazon or commerce.
        store: whose account asks; Commerce is all stores'.
    """
    return progress.moved_at(connection, "products" if system == "commerce" else f"listings/{store}")
