"""The stores that this database has seen, and since when: the oldest one decides what several of them share."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import arrow, stores


def register_store(
    connection: Connection, name: str, *, account: str, marketplace_id: str, website: str, at: int
) -> None:
    """Keep what a store is; the first sight of it stays its age for ever.

    Arguments:
        name: its name in the settings.
        at: milliseconds since 1970.
    """
    values = {"account": account, "marketplace_id": marketplace_id, "website": website}
    known = connection.execute(sa.select(*(stores.c[key] for key in values)).where(stores.c.name == name)).first()
    if known is None:
        rows.put(connection, stores, {"name": name, "created_at": at} | values, keep=("created_at",))
    elif known._asdict() != values:
        connection.execute(stores.update().where(stores.c.name == name).values(values))


def load_stores(connection: Connection) -> pa.Table:
    """Return the stores, the oldest first."""
    query = sa.select(*stores.c).order_by(stores.c.created_at, stores.c.name)
    return rows.read(connection, query, arrow(stores))
