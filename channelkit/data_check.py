"""Testing the data: the rows are read once for all tests that look at them, and what comes of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import quality, quality_rows
from channelkit.database.connection import Database
from channelkit.database.quality import Kept
from channelkit.database.stores import load_store
from channelkit.model.marketplaces import marketplace
from channelkit.model.stores import StoreRecord
from channelkit.quality.results import Point, Result, check, follow, in_order
from channelkit.quality.tables import CHANGES, LISTINGS, ORDERS, PRODUCTS, READINGS, SHARED, STOCK, TABLES
from channelkit.quality.tests import Test, with_extra

HOUR = 3_600_000

PROMISES = {"listings": 8 * HOUR, "products": 2 * HOUR, "stock": HOUR, "orders": HOUR}
"""Milliseconds that a reading may be old; those of facts are as decisions take them."""

DAILY = 20 * HOUR
"""Milliseconds between two times that cycles test the data: once a day, wherever in the day they begin."""


def run_quality(
    database: Database,
    now_ms: int,
    stores: Sequence[str],
    *,
    brand: str = "",
    extra: Iterable[Test] = (),
    keep: bool = True,
) -> list[Result]:
    """Test the data of these stores and what they share; return all results, what fails first.

    Stores that are inactive, and those that have no seller account yet, are left out.

    Arguments:
        now_ms: milliseconds since 1970.
        brand: code of the attribute that holds the brand; where it is empty, brands are not tested.
        extra: tests of your own, run beside those of channelkit.
        keep: keep what is not as before; otherwise only look.

    Raises:
        UsageError: a test of yours has the name of another, or its function failed.
    """
    tests = [test for test in with_extra(extra) if brand or "brand" not in test.columns]
    with database.read() as connection:
        known = _find_stores(connection, stores)
        found = list(_check(connection, tests, known, now_ms, brand))
    kept = [_kept(result, now_ms) for result in found]
    if keep:
        with database.write() as connection:
            quality.keep_results(connection, kept)
    return in_order(_followed(database, found, kept, now_ms))


def run_daily(database: Database, now_ms: int, stores: Sequence[str], *, brand: str = "") -> list[Result]:
    """Test the data of these stores if that was not done within a day; otherwise return nothing."""
    with database.read() as connection:
        due = [each.name for each in _find_stores(connection, stores) if _is_due(connection, each.name, now_ms)]
    return run_quality(database, now_ms, due, brand=brand) if due else []


def _is_due(connection: Connection, store: str, now_ms: int) -> bool:
    last = quality.ran_at(connection, store)
    return last is None or now_ms - last >= DAILY


def _find_stores(connection: Connection, names: Sequence[str]) -> list[StoreRecord]:
    found = [load_store(connection, name) for name in names]
    return [each for each in found if each is not None and each.state == "active" and each.account]


def _check(
    connection: Connection, tests: Sequence[Test], known: Sequence[StoreRecord], now: int, brand: str
) -> Iterator[Result]:
    for table in dict.fromkeys(test.table for test in tests):
        mine = [test for test in tests if test.table == table]
        schema = TABLES[table].schema(dict.fromkeys(name for test in mine for name in test.reads))
        if table in SHARED:
            rows = quality_rows.load_products_tested(connection, schema, brand)
            yield from (check(test, rows, "") for test in mine)
            continue
        for store in known:
            rows = _load(connection, table, store, schema, now)
            yield from (check(test, rows, store.name) for test in mine)


def _load(connection: Connection, table: str, store: StoreRecord, schema: pa.Schema, now: int) -> pa.Table:
    if table == STOCK.name:
        return quality_rows.load_stock_tested(connection, store.website, schema)
    if table == LISTINGS.name:
        currency = marketplace(store.marketplace_id).currency
        return quality_rows.load_listings_tested(
            connection, store.name, schema, website=store.website, currency=currency, now=now
        )
    if table == CHANGES.name:
        return quality_rows.load_changes_tested(connection, store.name, schema, now=now)
    if table == ORDERS.name:
        return quality_rows.load_orders_tested(connection, store.name, schema, now=now)
    assert table == READINGS.name, f"{PRODUCTS.name} are shared"
    marks = {"listings": f"listings/{store.name}", "products": "products", "stock": f"stock/{store.website}"}
    seller = quality_rows.find_seller(connection, store.name)
    if seller:
        marks["orders"] = f"orders/{seller}"
    promised = {what: (mark, PROMISES[what]) for what, mark in marks.items()}
    return quality_rows.load_readings_tested(connection, promised, schema, since=store.created_at, now=now)


def _kept(result: Result, now: int) -> Kept:
    return Kept(now, result.store, result.test.name, result.looked_at, result.failing, result.examples)


def _followed(database: Database, found: Sequence[Result], kept: Sequence[Kept], now: int) -> list[Result]:
    """Return results with how each test went until now, this time with it."""
    with database.read() as connection:
        courses = quality.load_courses(connection, sorted({result.store for result in found}))
    followed = []
    for result, last in zip(found, kept, strict=True):
        earlier = [*courses.get((result.store, result.test.name), ()), last]
        points = [Point(each.at, each.failing, each.looked_at) for each in earlier]
        followed.append(result.with_course(follow(points, now)))
    return followed
