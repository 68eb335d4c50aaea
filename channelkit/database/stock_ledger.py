"""The stock ledger: what orders do to stock, one entry after another, and the sums that people and plans go by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import stock_ledger
from channelkit.model.stock_entries import (
    AMAZON,
    CANCELLED_UNITS,
    COMPENSATED,
    RECEIVED,
    RESTOCKED,
    SHIPPED_UNITS,
    VIEWED,
    Entry,
)

HELD = pa.schema([("product_sku", pa.string()), ("held", pa.int64()), ("held_at", pa.int64())])
BALANCES = pa.schema(
    [("product_sku", pa.string())]
    + [(name, pa.int64()) for name in ("received", "shipped", "cancelled", "refunded", "compensated", "reserved")]
    + [("held", pa.int64())]
)
"""Units of each product: what came, what became of it, what of it is still to leave (``reserved``), and what is kept
off the salable stock (``held``). ``compensated`` is what Commerce itself made up for."""

UNLINKED = BALANCES.set(0, pa.field("seller_sku", pa.string()))
"""The same of a seller SKU without a product: nothing of it is kept off any stock."""

_kind, _units = stock_ledger.c.kind, stock_ledger.c.units
_gave_back = sa.and_(_kind == CANCELLED_UNITS, stock_ledger.c.source.like(f"{AMAZON}%"))
_by_commerce = sa.and_(_kind == COMPENSATED, stock_ledger.c.source.not_like(f"{VIEWED}%"))
_newest = sa.func.max(stock_ledger.c.at).label("held_at")
_is_back = sa.or_(_kind == COMPENSATED, _gave_back)


_FIELDS = tuple(Entry.__dataclass_fields__)


def add_entries(connection: Connection, store: str, website: str, entries: Iterable[Entry]) -> int:
    """Add entries, leave alone those that are there already, and return how many were added.

    Arguments:
        website: code of the website whose stock it is.
    """
    values = [
        {"store": store, "website": website} | {name: getattr(entry, name) for name in _FIELDS} for entry in entries
    ]
    added = 0
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for row in values:
        statement = insert(stock_ledger).values(row).on_conflict_do_nothing().returning(stock_ledger.c.id)
        added += len(connection.execute(statement).all())
    return added


def load_entries(connection: Connection, store: str, order_ids: Sequence[str]) -> dict[str, list[Entry]]:
    """Return the entries of these orders, by order, in the order in which they were made."""
    found: dict[str, list[Entry]] = defaultdict(list)
    wanted = sorted(set(order_ids))
    query = sa.select(*(stock_ledger.c[name] for name in _FIELDS)).where(stock_ledger.c.store == store)
    for part in rows.in_parts(wanted):
        chosen = stock_ledger.c.order_id.in_(part)
        for row in connection.execute(query.where(chosen).order_by(stock_ledger.c.id)):
            found[row.order_id].append(Entry(*row))
    return dict(found)


def find_unlinked(connection: Connection, store: str) -> list[str]:
    """Return the seller SKUs of entries that no product is known for."""
    query = sa.select(stock_ledger.c.seller_sku).distinct()
    query = query.where(stock_ledger.c.store == store, stock_ledger.c.product_sku == "")
    return sorted(connection.execute(query).scalars())


def link_entries(connection: Connection, store: str, products: Mapping[str, str]) -> int:
    """Name the product of entries that had none, and return how many got one.

    Arguments:
        products: seller SKU to the SKU of its product.
    """
    linked = 0
    for seller_sku, product_sku in products.items():
        statement = stock_ledger.update().where(
            stock_ledger.c.store == store, stock_ledger.c.seller_sku == seller_sku, stock_ledger.c.product_sku == ""
        )
        linked += connection.execute(statement.values(product_sku=product_sku)).rowcount
    return linked


def find_viewed(connection: Connection, store: str, order_ids: Sequence[str]) -> frozenset[str]:
    """Return those of these orders of which units left while orders were only shown."""
    found: set[str] = set()
    wanted = sorted(set(order_ids))
    query = sa.select(stock_ledger.c.order_id).where(
        *(stock_ledger.c.store == store, _kind == COMPENSATED, stock_ledger.c.source.like(f"{VIEWED}%"))
    )
    for part in rows.in_parts(wanted):
        chosen = stock_ledger.c.order_id.in_(part)
        found.update(connection.execute(query.where(chosen)).scalars())
    return frozenset(found)


def held_by_product(connection: Connection, *websites: str) -> pa.Table:
    """Return ``product_sku, held, held_at``: units to keep off the salable stock, of the products that have some.

    ``held_at`` is when the ledger last noted something of it, in milliseconds since 1970.

    Arguments:
        websites: codes of the websites that share one stock: an order of any of them takes from it.
    """
    kept = sa.func.sum(sa.case((_kind == RECEIVED, _units), (_is_back, -_units), else_=0))
    query = sa.select(stock_ledger.c.product_sku, sa.cast(kept, sa.BigInteger).label("held"), _newest)
    query = query.where(stock_ledger.c.website.in_(websites), stock_ledger.c.product_sku != "")
    query = query.group_by(stock_ledger.c.product_sku).having(kept != 0).order_by(stock_ledger.c.product_sku)
    return rows.read(connection, query, HELD)


def balances(connection: Connection, *websites: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the columns `BALANCES` of each product in the ledger, in SKU order.

    Arguments:
        websites: codes of the websites that share one stock.
        skus: only of these products.
    """

    query = sa.select(stock_ledger.c.product_sku, *_sums()).where(stock_ledger.c.website.in_(websites))
    query = query.group_by(stock_ledger.c.product_sku).order_by(stock_ledger.c.product_sku)
    if skus is None:
        return rows.read(connection, query, BALANCES)
    return rows.read_keys(connection, query, stock_ledger.c.product_sku, skus, BALANCES)


def unlinked_balances(connection: Connection, *websites: str) -> pa.Table:
    """Return the columns `UNLINKED` of each seller SKU that no product is known for, in SKU order.

    Arguments:
        websites: codes of the websites that share one stock.
    """
    query = sa.select(stock_ledger.c.seller_sku, *_sums())
    query = query.where(stock_ledger.c.website.in_(websites), stock_ledger.c.product_sku == "")
    query = query.group_by(stock_ledger.c.seller_sku).order_by(stock_ledger.c.seller_sku)
    return rows.read(connection, query, UNLINKED)


def held_by_item(connection: Connection, *websites: str, skus: Sequence[str]) -> dict[str, list[Entry]]:
    """Return what is held of these products, by product: one row for each item of an order that holds any.

    Arguments:
        websites: codes of the websites that share one stock.

    Returns:
        rows of kind ``received`` whose ``units`` are those that are held.
    """
    kept = sa.func.sum(sa.case((_kind == RECEIVED, _units), (_is_back, -_units), else_=0))
    keys = [stock_ledger.c[name] for name in ("store", "website", "order_id", "item_id", "product_sku", "seller_sku")]
    found: dict[str, list[Entry]] = defaultdict(list)
    wanted = sorted(set(skus))
    for part in rows.in_parts(wanted):
        query = sa.select(*keys, kept.label("held"), sa.func.min(stock_ledger.c.at).label("since"))
        query = query.where(
            stock_ledger.c.website.in_(websites),
            stock_ledger.c.product_sku.in_(part),
        )
        for row in connection.execute(query.group_by(*keys).having(kept != 0).order_by(*keys)).mappings():
            its = (row["order_id"], row["item_id"], RECEIVED, "", int(row["held"]))
            found[row["product_sku"]].append(Entry(*its, row["product_sku"], row["seller_sku"], int(row["since"])))
    return dict(found)


def find_homes(connection: Connection, *websites: str) -> dict[str, tuple[str, str]]:
    """Return the store and the website of each order in the ledger of these websites."""
    query = sa.select(stock_ledger.c.order_id, stock_ledger.c.store, stock_ledger.c.website).distinct()
    found = connection.execute(query.where(stock_ledger.c.website.in_(websites)))
    return {order_id: (store, website) for order_id, store, website in found}


def _sums() -> list[sa.ColumnElement[Any]]:
    """Return the sums that `BALANCES` names."""

    def total(kind: str) -> sa.ColumnElement[Any]:
        return sa.func.sum(sa.case((_kind == kind, _units), else_=0))

    came, left, gone = total(RECEIVED), total(SHIPPED_UNITS), total(CANCELLED_UNITS)
    kept = sa.func.sum(sa.case((_kind == RECEIVED, _units), (_is_back, -_units), else_=0))
    made_up = sa.func.sum(sa.case((_by_commerce, _units), else_=0))
    sums = (came, left, gone, total(RESTOCKED), made_up, came - left - gone, kept)
    named = zip(sums, BALANCES.names[1:], strict=True)
    return [sa.cast(each, sa.BigInteger).label(name) for each, name in named]
