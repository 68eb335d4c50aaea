"""Which rows are about some of many keys: all keys go to the database at once, as one value."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection


def is_among(connection: Connection, column: sa.ColumnElement[str], keys: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column holds one of these texts, be they tens of thousands.

    A statement that names each of them has to be written, and taken apart, for some thousands at a time
    (`channelkit.database.rows.read_keys`): five times the work. Rows come in no order.
    """
    named = sorted(set(keys))
    if connection.dialect.name == "postgresql":
        return column == sa.func.any(sa.bindparam(None, named, postgresql.ARRAY(sa.Text)))
    each = sa.func.json_each(json.dumps(named)).table_valued("value")
    return column.in_(sa.select(each.c.value))
