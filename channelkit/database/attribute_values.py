"""What Amazon's catalog was last seen to say of each item, attribute by attribute."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import attribute_values
from channelkit.model.attributes import VALUES


def store_values(connection: Connection, marketplace_id: str, asins: Sequence[str], found: pa.Table, *, at: int) -> int:
    """Keep what Amazon says of some items in place of what it said before, and return how many values there are.

    An attribute that Amazon no longer tells goes away. An item of which it tells nothing at all keeps what was known:
    Amazon leaves out of its answer what it cannot show just now.

    Arguments:
        asins: the items that were asked for.
        found: ``asin, amazon_attribute, value``; the value is a JSON list of texts.
        at: when it was read, in milliseconds since 1970.
    """
    told = pc.unique(found["asin"]).to_pylist()
    known = [asin for asin in dict.fromkeys(asins) if asin in set(told)]
    gone = attribute_values.delete().where(
        attribute_values.c.marketplace_id == marketplace_id, attribute_values.c.asin == sa.bindparam("item")
    )
    if known:
        connection.execute(gone, [{"item": asin} for asin in known])
    count = found.num_rows
    whole = found.select(["asin", "amazon_attribute", "value"])
    whole = whole.append_column("marketplace_id", pa.repeat(pa.scalar(marketplace_id, pa.string()), count))
    whole = whole.append_column("observed_at", pa.repeat(pa.scalar(at, pa.int64()), count))
    rows.upsert(connection, attribute_values, whole.select(list(VALUES.names)).cast(VALUES.schema()))
    return int(count)


def load_values(connection: Connection, marketplace_ids: Sequence[str] | None = None) -> pa.Table:
    """Return all values, or those of some marketplaces, by marketplace, item and attribute."""
    query = sa.select(*(attribute_values.c[name] for name in VALUES.names))
    if marketplace_ids is not None:
        query = query.where(attribute_values.c.marketplace_id.in_(marketplace_ids))
    order = (attribute_values.c[name] for name in VALUES.key)
    return rows.read(connection, query.order_by(*order), VALUES.schema())
