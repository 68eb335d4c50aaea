"""What Amazon's catalog has for products without a listing: what was asked, what it found, and what people chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import asins, catalog_items, catalog_searches
from channelkit.database.schema import arrow, products, reports, stores, tabs

WAITING = ("Incomplete", "Ready to List")
"""Tabs of products that could be listed if it is known as what; those that are not to be sold are not searched for."""

FORGOTTEN = ""
"""The digest of a search that a person asked for anew."""

ASKED = ("sku", "asin", "upc", "ean", "isbn", "gtin", "name", "attributes")
"""What a search is made of."""


class Turn(NamedTuple):
    """Which products a cycle looks at: those whose SKUs come after one and not after another; empty to the end."""

    after: str
    until: str


_READ = pa.schema([*((name, pa.string()) for name in ASKED), ("digest", pa.string())])


def to_search(connection: Connection, store: str, marketplace_id: str, turn: Turn, count: int) -> pa.Table:
    """Return products without a listing that were not searched for since Commerce last said something new of them.

    Which products have none, the store's last decision says; while no listings report was read, that is not known.

    Arguments:
        count: the most products to return, in SKU order.

    Returns:
        The columns `ASKED`, and ``digest`` of what was asked last.
    """
    searches = catalog_searches
    is_due = sa.or_(searches.c.at.is_(None), products.c.observed_at > searches.c.at)
    query = _unlisted(store, marketplace_id, tabs.c.sku > turn.after).where(is_due)
    if turn.until:
        query = query.where(tabs.c.sku <= turn.until)
    return rows.read(connection, query.order_by(tabs.c.sku).limit(count), _READ)


def to_search_anew(connection: Connection, store: str, marketplace_id: str, count: int) -> pa.Table:
    """Return products without a listing whose search a person asked for anew; see `to_search`."""
    where = (catalog_searches.c.marketplace_id == marketplace_id, catalog_searches.c.digest == FORGOTTEN)
    # Few are, and they are found quicker by themselves than among all that could be searched for.
    forgotten = connection.execute(sa.select(catalog_searches.c.product_sku).where(*where)).scalars().all()
    parts = [
        rows.read(connection, _unlisted(store, marketplace_id, tabs.c.sku.in_(some)).order_by(tabs.c.sku), _READ)
        for some in rows.in_parts(forgotten)
    ]
    return pa.concat_tables([_READ.empty_table(), *parts]).slice(0, count)


def find_turn(connection: Connection, store: str, after: str, count: int) -> Turn:
    """Return the next turn: so many products without a listing, whether they are to be searched for or not."""
    where = (tabs.c.store == store, tabs.c.listed == 0, tabs.c.sku > after)
    last = sa.select(tabs.c.sku).where(*where).order_by(tabs.c.sku).offset(count - 1).limit(1)
    return Turn(after, connection.execute(last).scalar() or "")


def _unlisted(store: str, marketplace_id: str, where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    searches = catalog_searches
    searched = sa.and_(searches.c.marketplace_id == marketplace_id, searches.c.product_sku == tabs.c.sku)
    report = sa.select(reports.c.report_id).where(reports.c.store == store, reports.c.state == "read")
    joined = tabs.join(products, products.c.sku == tabs.c.sku).join(searches, searched, isouter=True)
    query = sa.select(*(products.c[name] for name in ASKED), searches.c.digest).select_from(joined)
    is_waiting = (tabs.c.store == store, tabs.c.listed == 0, tabs.c.tab.in_(WAITING))
    return query.where(*is_waiting, products.c.missing_since.is_(None), report.exists(), where)


def store_found(connection: Connection, marketplace_id: str, searched: pa.Table, items: pa.Table, *, at: int) -> None:
    """Keep what searches found, in place of what was found for the same products before (MA-04).

    Arguments:
        searched: ``product_sku`` (unique), ``digest`` of what was asked.
        items: ``product_sku, asin, kind, found_by, title, brand, product_type, parent, parent_asin, children``; each
            ASIN once for each product.
        at: when it was asked, in milliseconds since 1970.
    """
    skus = searched["product_sku"].to_pylist()
    if not skus:
        return
    where = (catalog_items.c.marketplace_id == marketplace_id, catalog_items.c.product_sku == sa.bindparam("sku"))
    connection.execute(catalog_items.delete().where(*where), [{"sku": sku} for sku in skus])
    keep_items(connection, marketplace_id, items, at=at)
    counted = pc.value_counts(items["product_sku"].combine_chunks())
    place = pc.index_in(searched["product_sku"], value_set=counted.field("values"))
    found = pc.fill_null(counted.field("counts").take(place.combine_chunks()), 0)
    searched = searched.select(["product_sku", "digest"]).append_column("found", found)
    rows.upsert(connection, catalog_searches, _in(marketplace_id, searched.append_column("at", _same(at, searched))))


def keep_items(connection: Connection, marketplace_id: str, items: pa.Table, *, at: int) -> None:
    """Keep items beside those that are known already; see `store_found`."""
    children = pc.fill_null(items["children"], "[]")
    items = items.set_column(items.schema.get_field_index("children"), "children", children)
    rows.upsert(connection, catalog_items, _in(marketplace_id, items.append_column("observed_at", _same(at, items))))


def still_searched(connection: Connection, marketplace_id: str, skus: Sequence[str], *, at: int) -> None:
    """Keep that nothing else would be asked for these products than was asked before."""
    searches = catalog_searches
    where = (searches.c.marketplace_id == marketplace_id, searches.c.product_sku == sa.bindparam("sku"))
    if skus:
        connection.execute(searches.update().where(*where).values(at=at), [{"sku": sku} for sku in skus])


def forget_searches(connection: Connection, store: str, skus: Sequence[str] = ()) -> None:
    """Make the store's next cycle search for these products first, or for all of them, as if it never had (MA-06).

    What was found stays on offer until then.

    Arguments:
        skus: of Commerce's products; all when empty.
    """
    query = sa.select(stores.c.marketplace_id).where(stores.c.name == store)
    marketplace_id = connection.execute(query).scalar_one()
    if not skus:
        connection.execute(catalog_searches.delete().where(catalog_searches.c.marketplace_id == marketplace_id))
        return
    for sku in dict.fromkeys(skus):
        values = {"marketplace_id": marketplace_id, "product_sku": sku, "digest": FORGOTTEN, "at": 0, "found": 0}
        rows.put(connection, catalog_searches, values, keep=["found"])


def load_items(
    connection: Connection, marketplace_id: str, names: Sequence[str] = (), skus: Sequence[str] | None = None
) -> pa.Table:
    """Return the candidates of a marketplace, these columns or all, in the order of product and ASIN.

    Arguments:
        skus: only these products'.
    """
    chosen = list(names) or list(catalog_items.c.keys())
    query = sa.select(*(catalog_items.c[name] for name in chosen))
    query = query.where(catalog_items.c.marketplace_id == marketplace_id)
    query, schema = query.order_by(catalog_items.c.product_sku, catalog_items.c.asin), arrow(catalog_items, chosen)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, catalog_items.c.product_sku, skus, schema)


def list_typed(connection: Connection, marketplace_id: str, types: Sequence[str]) -> list[str]:
    """Return the SKUs of products that may be an item of one of these product types, in their order."""
    where = (catalog_items.c.marketplace_id == marketplace_id, catalog_items.c.product_type.in_(types))
    query = sa.select(catalog_items.c.product_sku).where(*where).distinct().order_by(catalog_items.c.product_sku)
    return list(connection.execute(query).scalars())


def load_asins(connection: Connection, store: str) -> pa.Table:
    """Return the ASINs that persons chose: ``product_sku, asin, by_whom, at``."""
    names = ["product_sku", "asin", "by_whom", "at"]
    query = sa.select(*(asins.c[name] for name in names)).where(asins.c.store == store).order_by(asins.c.product_sku)
    return rows.read(connection, query, arrow(asins, names))


def choose_asin(connection: Connection, store: str, product_sku: str, asin: str, by: str, *, at: int) -> None:
    """Keep the ASIN that a person chose for a product; it holds until a person takes it back (MA-04, MA-05).

    Arguments:
        by: the person's name.
        at: milliseconds since 1970.
    """
    values = {"store": store, "product_sku": product_sku, "asin": asin, "by_whom": by, "at": at}
    rows.put(connection, asins, values)


def withdraw_asin(connection: Connection, store: str, product_sku: str) -> bool:
    """Take back what a person chose, and return whether there was anything to take back."""
    where = (asins.c.store == store, asins.c.product_sku == product_sku)
    return connection.execute(asins.delete().where(*where)).rowcount > 0


def _in(marketplace_id: str, table: pa.Table) -> pa.Table:
    return table.append_column("marketplace_id", _same(marketplace_id, table))


def _same(value: object, table: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(value), table.num_rows)
