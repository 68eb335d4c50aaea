"""What older stores of the same account decided about seller SKUs that a store shares with them (RG-02)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.decisions import load_decisions
from channelkit.database.schema import listings, stores, tabs
from channelkit.model.columns import one
from channelkit.model.decisions import DECIDING, ELDERS, FULFILLMENT, HANDLING
from channelkit.model.tables import TABS

_DECIDED = ("sku", "store", "tab", "status", "reason", "wanted_quantity")


def list_elders(connection: Connection, store: str, account: str, marketplace_id: str = "") -> tuple[str, ...]:
    """Return the active stores of an account that were there before this one, the oldest first.

    An inactive store decides nothing: its stock is not synced, so that nobody would send what it decides.

    Arguments:
        account: the seller account, by its name in the settings; it covers one region.
        marketplace_id: only the stores of this marketplace; empty for those of the whole region.
    """
    mine = sa.select(stores.c.created_at).where(stores.c.name == store).scalar_subquery()
    is_older = sa.or_(stores.c.created_at < mine, sa.and_(stores.c.created_at == mine, stores.c.name < store))
    query = sa.select(stores.c.name).where(stores.c.account == account, stores.c.state == "active", is_older)
    if marketplace_id:
        query = query.where(stores.c.marketplace_id == marketplace_id)
    return tuple(connection.execute(query.order_by(stores.c.created_at, stores.c.name)).scalars())


def load_elders(
    connection: Connection, store: str, elders: Sequence[str], skus: Sequence[str] | None = None
) -> pa.Table:
    """Return what the oldest of these stores decided about each seller SKU that this store offers as well.

    Arguments:
        elders: names of stores, the oldest first.
        skus: only these seller SKUs.

    Returns:
        The columns `channelkit.model.decisions.ELDERS`.
    """
    parts = [ELDERS.empty_table()]
    for elder in elders:
        found = _shared(connection, store, elder, skus)
        known = pa.concat_tables(parts)["seller_sku"].combine_chunks()
        found = found.filter(pc.invert(pc.is_in(found["seller_sku"], value_set=known)))
        if found.num_rows:
            parts.append(_with_decisions(connection, elder, found.combine_chunks()))
    return pa.concat_tables(parts).combine_chunks()


def _shared(connection: Connection, store: str, elder: str, skus: Sequence[str] | None) -> pa.Table:
    both = sa.and_(listings.c.store == store, listings.c.seller_sku == tabs.c.sku)
    query = sa.select(*(tabs.c[name] for name in _DECIDED)).select_from(tabs.join(listings, both))
    query = query.where(tabs.c.store == elder, tabs.c.listed == 1, tabs.c.tab.in_(DECIDING))
    schema = TABS.schema(_DECIDED)
    if skus is None:
        found = rows.read(connection, query.order_by(tabs.c.sku), schema)
    else:
        found = rows.read_keys(connection, query, tabs.c.sku, skus, schema)
    return found.rename_columns(["seller_sku", *_DECIDED[1:]])


def _with_decisions(connection: Connection, elder: str, found: pa.Table) -> pa.Table:
    """Return what was decided with what a person of the older store decided about fulfilment and handling."""
    decided = load_decisions(connection, elder, kinds=(FULFILLMENT, HANDLING))
    for kind, name in ((FULFILLMENT, "wanted_fulfillment"), (HANDLING, "wanted_handling")):
        its = decided.filter(pc.equal(decided["kind"], kind))
        place = pc.index_in(one(found["seller_sku"]), value_set=one(its["seller_sku"]))
        found = found.append_column(name, one(its["value"]).take(place).cast(ELDERS.field(name).type))
    return found.select(ELDERS.names).cast(ELDERS)
