"""The price of a listing that was sent last, from the journal."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.schema import changes
from channelkit.model.changes import PRICE


@dataclass(frozen=True)
class SentPrice:
    """A price that left.

    Arguments:
        price: in minor units.
        state: sent, accepted, refused, confirmed or expired.
        sent_at: milliseconds since 1970.
    """

    price: int
    state: str
    sent_at: int


def find_last_sent(connection: Connection, store: str, seller_sku: str) -> SentPrice | None:
    """Return the price of a listing that was sent last; None where none ever was."""
    query = sa.select(changes.c.after, changes.c.state, changes.c.sent_at).where(
        changes.c.store == store,
        changes.c.seller_sku == seller_sku,
        changes.c.field == PRICE,
        changes.c.sent_at.isnot(None),
        changes.c.after.isnot(None),
    )
    found = connection.execute(query.order_by(changes.c.sent_at.desc(), changes.c.id.desc()).limit(1)).first()
    return None if found is None else SentPrice(int(found.after), found.state, int(found.sent_at))
