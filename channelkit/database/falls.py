"""Quantities that fell on Amazon by themselves, and what tells whether known orders explain them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import falls, order_lines, orders, stock_ledger
from channelkit.database.schema import changes
from channelkit.model.changes import CONFIRMED, OPEN, QUANTITY
from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import CANCELLED, UNPAID
from channelkit.model.stock_entries import RECEIVED

FALLS = pa.schema([("seller_sku", pa.string()), *((name, pa.int64()) for name in ("quantity", "seen_at", "units"))])
LAST_SENT = pa.schema([("seller_sku", pa.string()), ("after", pa.int64()), ("closed_at", pa.int64())])
KNOWN = pa.schema(
    [("seller_sku", pa.string()), ("units", pa.int64()), ("created_at", pa.int64()), ("held", pa.bool_())]
)
_SENT = pa.schema([("id", pa.int64()), *LAST_SENT])


def load_falls(connection: Connection, store: str) -> pa.Table:
    """Return the columns `FALLS` of the falls that were not explained when they were last looked at."""
    query = sa.select(*(falls.c[name] for name in FALLS.names)).where(falls.c.store == store)
    return rows.read(connection, query.order_by(falls.c.seller_sku), FALLS)


def store_falls(connection: Connection, store: str, found: pa.Table) -> None:
    """Keep these falls in place of those that were kept before.

    Arguments:
        found: ``seller_sku, quantity, seen_at, units``, as `channelkit.plan.raises.settle` gives them.
    """
    before = load_falls(connection, store)
    found = found.select(FALLS.names).sort_by("seller_sku")
    if found.equals(before):
        return
    gone = before.filter(pc.invert(pc.is_in(before["seller_sku"], value_set=found["seller_sku"])))
    for sku in gone["seller_sku"].to_pylist():
        connection.execute(falls.delete().where(falls.c.store == store, falls.c.seller_sku == sku))
    named = found.append_column("store", pa.repeat(pa.scalar(store, pa.string()), found.num_rows))
    rows.upsert(connection, falls, named)


def load_last_sent(connection: Connection, store: str, seller_skus: Sequence[str]) -> pa.Table:
    """Return ``seller_sku, after, closed_at``: what each quantity was last brought to, and when Amazon showed it.

    Of a change that is on its way nobody knows whether it shows yet: the smaller of what was and of what is to be
    counts, since it was sent.
    """
    shown = changes.c.state == CONFIRMED
    value = sa.case(
        (shown, changes.c.after), (changes.c.before < changes.c.after, changes.c.before), else_=changes.c.after
    )
    at = sa.case((shown, changes.c.closed_at), else_=changes.c.sent_at)
    query = sa.select(changes.c.id, changes.c.seller_sku, value, at).where(
        *(changes.c.store == store, changes.c.field == QUANTITY, changes.c.state.in_((CONFIRMED, *OPEN))),
        *(changes.c.after.isnot(None), at.isnot(None)),
    )
    found = rows.read_keys(connection, query, changes.c.seller_sku, seller_skus, _SENT)
    newest = found.group_by("seller_sku").aggregate([("id", "max")])
    chosen = found.filter(pc.is_in(found["id"], value_set=newest["id_max"].combine_chunks()))
    return chosen.select(LAST_SENT.names).combine_chunks()


def load_known(
    connection: Connection, seller_id: str, marketplace_ids: Sequence[str], seller_skus: Sequence[str], since: int = 0
) -> pa.Table:
    """Return ``seller_sku, units, created_at, held`` of the merchant's own orders that were read and not cancelled.

    ``held`` says that the units are off the salable stock, or that nothing is ever held for them; not so are those of
    orders that are not paid yet where the store does not reserve for them.

    A seller SKU's quantity is one for several marketplaces, so orders of all the account's stores there count.

    Arguments:
        marketplace_ids: where the quantity is the same one.
        since: leave out paid orders that were made before this moment, in milliseconds since 1970.
    """
    noted = sa.exists().where(
        *(stock_ledger.c.store == orders.c.store, stock_ledger.c.order_id == orders.c.order_id),
        *(stock_ledger.c.item_id == order_lines.c.item_id, stock_ledger.c.kind == RECEIVED),
    )
    is_held = sa.case((sa.and_(orders.c.status.in_(UNPAID), sa.not_(noted)), 0), else_=1)
    live = order_lines.c.ordered - order_lines.c.cancelled
    same = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    query = sa.select(order_lines.c.seller_sku, live, orders.c.created_at, is_held).select_from(
        order_lines.join(orders, same)
    )
    query = query.where(
        *(orders.c.seller_id == seller_id, orders.c.marketplace_id.in_(marketplace_ids), live > 0),
        *(orders.c.fulfilled_by == MERCHANT, orders.c.status != CANCELLED),
        sa.or_(orders.c.created_at >= since, orders.c.status.in_(UNPAID)),
    )
    return rows.read_keys(connection, query, order_lines.c.seller_sku, seller_skus, KNOWN)
