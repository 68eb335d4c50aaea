"""The rows that tests of the data look at, joined where they lie: only the columns that are asked for are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress, rows, stock_ledger
from channelkit.database.order_schema import copies, falls, order_lines, orders, stands
from channelkit.database.products import load_products, load_texts
from channelkit.database.schema import changes, listings, stock, tabs
from channelkit.model.changes import PRICE, QUANTITY
from channelkit.model.columns import one
from channelkit.model.orders import UNPAID
from channelkit.model.tables import SIGHTINGS_APART

OPEN = ("planned", "held", "sent", "accepted")
"""States of changes that nothing has come of yet."""

REFUSED_FOR = 24 * 3_600_000
"""Milliseconds for which a refused change is not planned anew, so that a difference is known and left."""

_FIELDS = {"price_known": PRICE, "quantity_known": QUANTITY}

Columns = Mapping[str, sa.ColumnElement[Any]]


def load_products_tested(connection: Connection, schema: pa.Schema, brand: str) -> pa.Table:
    """Return the products that Commerce has.

    Arguments:
        schema: the columns to read, by their names in ``channelkit.quality.tables.PRODUCTS``.
        brand: code of the attribute that holds the brand; empty where none does.
    """
    told = load_products(connection, [name for name in schema.names if name != "brand"])
    if "brand" not in schema.names:
        return told
    brands = pa.nulls(told.num_rows, pa.string())
    if brand:
        texts = load_texts(connection, [brand])
        brands = one(texts[brand]).take(pc.index_in(one(told["sku"]), value_set=one(texts["sku"])))
    return told.append_column("brand", brands).select(schema.names)


def load_stock_tested(connection: Connection, website: str, schema: pa.Schema) -> pa.Table:
    """Return a website's stock, these columns, in SKU order."""
    query = sa.select(*(stock.c[name] for name in schema.names)).where(stock.c.website == website)
    return rows.read(connection, query.order_by(stock.c.sku), schema)


def load_listings_tested(
    connection: Connection, store: str, schema: pa.Schema, *, website: str, currency: str, now: int
) -> pa.Table:
    """Return a store's listings but for those that are gone, with what belongs to them beside, in SKU order.

    Arguments:
        schema: the columns to read, by their names in ``channelkit.quality.tables.LISTINGS``.
        website: code of the website whose stock the store sells.
        currency: the marketplace's.
        now: milliseconds since 1970.
    """
    told: dict[str, sa.ColumnElement[Any]] = {
        **{name: tabs.c[name] for name in ("product_sku", "tab", "status", "stale", "wanted_price", "wanted_quantity")},
        **{name: stock.c[name] for name in ("salable", "managed")},
        "listing_status": listings.c.status,
        "store_currency": sa.literal(currency),
        "in_doubt": sa.literal(now, sa.BigInteger) - listings.c.missing_last,
    }
    if "unpaid" in schema.names:
        unpaid = _unpaid(store)
        told["unpaid"] = sa.func.coalesce(unpaid.c.units, 0)
    # What nothing of it was asked for is looked up later, for few rows.
    later = [name for name in schema.names if name in _FIELDS]
    read = pa.schema([schema.field(name) for name in schema.names if name not in later])
    needs_product = "salable" in schema.names and "product_sku" not in schema.names
    if needs_product:
        read = read.append(pa.field("product_sku", pa.string()))
    source = listings.outerjoin(
        tabs, sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    ).outerjoin(stock, sa.and_(stock.c.website == website, stock.c.sku == tabs.c.product_sku))
    if "unpaid" in schema.names:
        source = source.outerjoin(unpaid, unpaid.c.seller_sku == listings.c.seller_sku)
    is_gone = listings.c.missing_last - listings.c.missing_since >= SIGHTINGS_APART
    query = (
        sa.select(*(told[name] if name in told else listings.c[name] for name in read.names))
        .select_from(source)
        .where(listings.c.store == store, sa.not_(sa.func.coalesce(is_gone, sa.false())))
        .order_by(listings.c.seller_sku)
    )
    found = rows.read(connection, query, read)
    for name in later:
        known = _known(connection, store, _FIELDS[name], now)
        found = found.append_column(name, pc.is_in(found["seller_sku"], value_set=known))
    if "salable" in schema.names:
        found = _less_held(connection, website, found)
    return found.select(schema.names)


def load_changes_tested(connection: Connection, store: str, schema: pa.Schema, *, now: int) -> pa.Table:
    """Return a store's changes of which nothing has come yet, in the order in which they were planned."""
    told: Columns = {
        "fulfillment_channel": listings.c.fulfillment_channel,
        "age": sa.literal(now, sa.BigInteger) - changes.c.planned_at,
    }
    same = sa.and_(listings.c.store == changes.c.store, listings.c.seller_sku == changes.c.seller_sku)
    query = sa.select(*(told[name] if name in told else changes.c[name] for name in schema.names))
    query = query.select_from(changes.outerjoin(listings, same))
    query = query.where(changes.c.store == store, changes.c.state.in_(OPEN)).order_by(changes.c.id)
    return rows.read(connection, query, schema)


def load_orders_tested(connection: Connection, store: str, schema: pa.Schema, *, now: int) -> pa.Table:
    """Return a store's orders with the sums of their lines, by their numbers."""
    line, whole = order_lines.c, sa.BigInteger
    net = line.item + line.shipping + line.gift_wrap + line.cod + line.other - line.discount
    summed = (
        sa.select(
            line.order_id,
            *(
                sa.cast(sa.func.sum(column), whole).label(name)
                for name, column in (("net", net), ("tax", line.tax), ("cancelled", line.cancelled))
            ),
            sa.func.count().label("lines"),
        )
        .where(line.store == store)
        .group_by(line.order_id)
        .subquery()
    )
    counted = sa.select(copies.c.order_id, sa.func.count().label("copies")).where(copies.c.store == store)
    counted_copies = counted.group_by(copies.c.order_id).subquery()
    told: Columns = {
        **{name: summed.c[name] for name in ("net", "tax")},
        **{name: sa.func.coalesce(summed.c[name], 0) for name in ("cancelled", "lines")},
        "order_status": orders.c.status,
        "stage": stands.c.stage,
        "copies": sa.func.coalesce(counted_copies.c.copies, 0),
        "age": sa.literal(now, whole) - sa.func.coalesce(stands.c.since, orders.c.first_seen_at),
    }
    source = (
        orders.outerjoin(summed, summed.c.order_id == orders.c.order_id)
        .outerjoin(counted_copies, counted_copies.c.order_id == orders.c.order_id)
        .outerjoin(stands, sa.and_(stands.c.store == orders.c.store, stands.c.order_id == orders.c.order_id))
    )
    query = sa.select(*(told[name] if name in told else orders.c[name] for name in schema.names))
    query = query.select_from(source).where(orders.c.store == store).order_by(orders.c.order_id)
    return rows.read(connection, query, schema)


def load_readings_tested(
    connection: Connection, marks: Mapping[str, tuple[str, int]], schema: pa.Schema, *, since: int, now: int
) -> pa.Table:
    """Return how long ago each of these readings was.

    Arguments:
        marks: what is read -> the watermark that tells of it, and how old it may be, in milliseconds.
        since: when there was first something to read, in milliseconds since 1970: what was never read is that old.
    """
    found = [
        {"what": what, "age": now - (progress.moved_at(connection, mark) or since), "promise": promise}
        for what, (mark, promise) in marks.items()
    ]
    return pa.Table.from_pylist(found, schema=schema)


def find_seller(connection: Connection, store: str) -> str:
    """Return Amazon's id of the seller whose orders a store has; empty while it has none."""
    query = sa.select(orders.c.seller_id).where(orders.c.store == store).limit(1)
    return connection.execute(query).scalar() or ""


def _unpaid(store: str) -> sa.Subquery:
    """Select the units of each seller SKU that orders have taken whose buyers have not paid yet."""
    same = sa.and_(orders.c.store == order_lines.c.store, orders.c.order_id == order_lines.c.order_id)
    units = sa.cast(sa.func.sum(order_lines.c.ordered - order_lines.c.cancelled), sa.BigInteger).label("units")
    query = sa.select(order_lines.c.seller_sku, units).select_from(order_lines.join(orders, same))
    query = query.where(order_lines.c.store == store, orders.c.status.in_(UNPAID))
    return query.group_by(order_lines.c.seller_sku).subquery()


def _known(connection: Connection, store: str, field: str, now: int) -> pa.Array:
    """Return the seller SKUs whose difference in this field is known: under way, refused lately, or waited for."""
    refused = sa.and_(changes.c.state == "refused", changes.c.closed_at > now - REFUSED_FOR)
    query = sa.select(changes.c.seller_sku).distinct()
    query = query.where(changes.c.store == store, changes.c.field == field)
    queries = [query.where(sa.or_(changes.c.state.in_(OPEN), refused))]
    if field == QUANTITY:
        # It fell by itself: nothing is raised before it is known whether an order took the units.
        queries.append(sa.select(falls.c.seller_sku).where(falls.c.store == store))
    schema = pa.schema([("seller_sku", pa.string())])
    return one(pa.concat_tables([rows.read(connection, each, schema) for each in queries])["seller_sku"])


def _less_held(connection: Connection, website: str, found: pa.Table) -> pa.Table:
    """Take off what Commerce can sell the units of orders that it does not know of."""
    held = stock_ledger.held_by_product(connection, website)
    if not held.num_rows:
        return found
    place = pc.index_in(one(found["product_sku"]), value_set=one(held["product_sku"]))
    units = pc.fill_null(one(held["held"]).take(place), 0)
    salable = pc.subtract(one(found["salable"]), units)
    return found.set_column(found.column_names.index("salable"), "salable", salable)
