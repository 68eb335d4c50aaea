"""One listing, or one product that could be one: what the database has of it on both sides, found by its SKU."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.schema import listings, product_scopes, products, stock, stores, tabs
from channelkit.errors import UsageError
from channelkit.model.marketplaces import marketplace

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Subject:
    """What is known of a SKU in one store; a row that does not exist is None.

    Arguments:
        store: the Amazon store.
        sku: as the store's list of listings has it: the seller SKU of a listing, else the product's SKU.
        listed: it is a listing.
        seller_sku: the seller SKU that it has, or under which it would be listed.
        product_sku: the linked product, or the product itself.
        tab: what was decided about it last, columns of `channelkit.model.tables.TABS`.
        listing, product, scope, stock: the facts of both sides, columns of `channelkit.model.tables`.
        currency: the marketplace's currency.
        website: code of the website whose stock counts.
        others: seller SKUs of listings that are the same product.
    """

    store: str
    sku: str
    listed: bool
    seller_sku: str
    product_sku: str | None
    tab: Facts | None
    listing: Facts | None
    product: Facts | None
    scope: Facts | None
    stock: Facts | None
    currency: str
    website: str
    others: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What it is called: on Amazon, else in Commerce."""
        return (self.listing or {}).get("title") or (self.product or {}).get("name") or ""


def find_subject(database: Database, store: str, sku: str, store_view: str = "") -> Subject:
    """Return what is known of a SKU, read from one moment of the database and by its keys alone.

    Arguments:
        sku: a seller SKU, or the SKU of a product.
        store_view: code of the store view whose own values count.

    Raises:
        UsageError: neither side has it.
    """
    with database.read() as connection:
        listing = _row(connection, listings, store=store, seller_sku=sku)
        tab = _row(connection, tabs, store=store, listed=1, sku=sku)
        is_listed = listing is not None or tab is not None
        tab = tab or _row(connection, tabs, store=store, listed=0, sku=sku)
        product_sku: str | None = tab["product_sku"] if tab else None
        product_sku = product_sku or (None if is_listed else sku)
        product = _row(connection, products, sku=product_sku) if product_sku else None
        if not is_listed and product is None and tab is None:
            raise UsageError(
                f"Neither Amazon store {store!r} nor Commerce has the SKU {sku!r}.",
                "Seller SKUs are exact: capitals, spaces and leading zeros count. channelkit listings shows them all.",
            )
        known = _row(connection, stores, name=store) or {}
        website = known.get("website", "")
        return Subject(
            store=store,
            sku=sku,
            listed=is_listed,
            seller_sku=(tab or {}).get("seller_sku") or (product or {}).get("seller_sku") or sku,
            product_sku=product_sku,
            tab=tab,
            listing=listing,
            product=product,
            scope=_row(connection, product_scopes, store_view=store_view, sku=product_sku) if product_sku else None,
            stock=_row(connection, stock, website=website, sku=product_sku) if product_sku else None,
            currency=marketplace(known["marketplace_id"]).currency if known else "",
            website=website,
            others=_others(connection, store, sku, product_sku),
        )


def _others(connection: Connection, store: str, sku: str, product_sku: str | None) -> tuple[str, ...]:
    query = sa.select(tabs.c.sku).where(tabs.c.store == store, tabs.c.product_sku == product_sku, tabs.c.listed == 1)
    found = connection.execute(query.order_by(tabs.c.sku)).scalars() if product_sku else ()
    return tuple(other for other in found if other != sku)


def _row(connection: Connection, table: sa.Table, **where: object) -> dict[str, Any] | None:
    query = sa.select(table).where(*(table.c[name] == value for name, value in where.items()))
    row = connection.execute(query).mappings().first()
    return None if row is None else {str(name): value for name, value in row.items()}
