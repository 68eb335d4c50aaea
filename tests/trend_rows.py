"""Listings, decisions and products as readings leave them in the database: what trends are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import Connection

from channelkit.database import listings, products, stores, tabs
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.model.days import begin_of
from channelkit.model.tables import LISTINGS, PRODUCTS, TABS
from tests.database_fixtures import table_of
from tests.order_rows import add

HOUR = 3_600_000
US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"
LA = "America/Los_Angeles"
AUTUMN = begin_of("2026-10-30", LA)
"""Two days before the clocks are put back."""

NAMES = [name for name in TABS.names if name != "digest"]

Row = Mapping[str, Any]


def offer(sku: str, price: int | None = 1000, quantity: int | None = 5, asin: str | None = "B000000001") -> Row:
    return {"seller_sku": sku, "price": price, "quantity": quantity, "asin": asin, "currency": "USD"}


def decision(sku: str, tab: str = "Active", *, listed: bool = True, **others: object) -> Row:
    return {"store": "us", "listed": listed, "sku": sku, "tab": tab, "status": tab, "stale": False, **others}


def add_store(database: Database, name: str = "us", marketplace: str = US) -> None:
    with database.write() as connection:
        stores.register_store(connection, name, account="a", marketplace_id=marketplace, website="base", at=1)


def report(connection: Connection, at: int, *rows: Row) -> None:
    told = table_of(LISTINGS, rows, ("seller_sku", *listings.REPORTED))
    listings.store_report(connection, "us", told, asked_at=at, run="r")


def search(connection: Connection, at: int, *rows: Row) -> None:
    told = table_of(LISTINGS, rows, ("seller_sku", *listings.SEARCHED))
    listings.store_search(connection, "us", told, [], at=at, run="r")


def decide(connection: Connection, at: int, *rows: Row) -> None:
    tabs.store_tabs(connection, "us", table_of(TABS, rows, NAMES), at=at, run="r")


def add_products(connection: Connection, at: int, **attributes: Mapping[str, Any]) -> None:
    rows = [
        {"sku": sku, "name": sku, "entity_id": number, "type": "simple", "attributes": json.dumps(its)}
        for number, (sku, its) in enumerate(attributes.items())
    ]
    products.store_products(connection, table_of(PRODUCTS, rows, products.READ), at=at, run="r")


def add_sale(database: Database, number: int, sku: str, at: int, *, status: str = "SHIPPED", **line: Any) -> None:
    """Add an order of one line; what is not told of the line is two units of one listing."""
    order_id = f"902-{number:07d}-0000001"
    its = {"store": "us", "order_id": order_id}
    row = {"seller_id": "s", "marketplace_id": US, "status": status, "fulfilled_by": "merchant", "created_at": at}
    row |= {"updated_at": at, "first_seen_at": at, "observed_at": at, "units": 2}
    currency = line.pop("currency", "USD")
    add(database, orders, its | row | {"currency": currency})
    told: dict[str, Any] = its | {"item_id": "1", "seller_sku": sku, "ordered": 2, "fulfilled": 2, "cancelled": 0}
    told |= {"item": 2000} | line
    if status not in {"CANCELLED", "UNFULFILLABLE"}:
        told["sold_at"] = at
        kept, paid = told["ordered"] - told["cancelled"], told["item"] - told.get("discount", 0)
        told["sold_for"] = paid * kept // told["ordered"] if currency == "USD" else None
    add(database, order_lines, told)
