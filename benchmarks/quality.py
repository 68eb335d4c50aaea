"""``python -m benchmarks.quality [--count N] [--json FILE]``: all tests of the data over a large store, and each alone.

The database holds as many listings, products, stock rows and decisions; one row in a hundred has something wrong.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.data_check import run_quality
from channelkit.database import progress, rows, schema, stores
from channelkit.database.connection import Database, open_database
from channelkit.model.check_digits import complete
from channelkit.model.tables import LISTINGS, PRODUCTS, STOCK, TABS, Table
from channelkit.quality.tables import TABLES
from channelkit.quality.tests import TESTS

NOW = 1_790_000_000_000
TARGET_SECONDS = 60.0
"""Once a day, beside cycles of five minutes."""

TARGET_MEGABYTES = 2_500.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000, help="listings, and products")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    chosen = parser.parse_args()
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
        database = open_database(f"sqlite:///{folder}/channelkit.db", Path(folder) / "history")
        fill(database, chosen.count)
        began, busy = time.perf_counter(), time.process_time()
        results = run_quality(database, NOW, ["us"], brand="maker")
        found["all seconds"] = round(time.perf_counter() - began, 2)
        found["all processor seconds"] = round(time.process_time() - busy, 2)
        found["failing tests"] = sum(not result.passes for result in results)
        began = time.perf_counter()
        run_quality(database, NOW + 1, ["us"])
        found["without brands seconds"] = round(time.perf_counter() - began, 2)
        database.close()
    found["peak megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    for name, table in make_tables(chosen.count).items():
        for test in TESTS.values():
            if test.table == name:
                began = time.perf_counter()
                test.find_failing(table.select(test.reads))
                found[f"{test.name} seconds"] = round(time.perf_counter() - began, 3)
    for name, figure in found.items():
        print(f"{name:<44}{figure:>12,}")
    print(f"\ntargets for a million: {TARGET_SECONDS:.0f} s and {TARGET_MEGABYTES:,.0f} MB")
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def make_tables(count: int) -> dict[str, pa.Table]:
    """Return listings, products and stock as tests look at them."""
    place = pa.array(np.arange(count))
    number = place.cast(pa.string())
    odd = pa.array(np.arange(count) % 100 == 0)

    def numbered(prefix: str) -> pa.Array:
        return pc.binary_join_element_wise(prefix, number, "-")

    def mostly(usual: object, now_and_then: object) -> pa.Array:
        return pc.if_else(odd, pa.scalar(now_and_then), pa.scalar(usual))

    codes = pc.utf8_lpad(pa.array(complete(600_000_000_000 + np.arange(count) * 10)).cast(pa.string()), 12, "0")
    title = pc.binary_join_element_wise("Acme stainless kettle, 1.7 l, cordless, matt black, model", number, " ")
    title = pc.if_else(odd, pc.binary_join_element_wise("CafÃ© &amp; T?sse", number, " "), title)
    listings = {
        "seller_sku": numbered("L"), "asin": pc.binary_join_element_wise("B", pc.utf8_lpad(number, 9, "0"), ""),
        "title": title, "price": mostly(1990, 0), "currency": pa.repeat("USD", count),
        "store_currency": pa.repeat("USD", count), "quantity": mostly(5, 9),
        "listing_status": pa.repeat("Active", count),
        "fulfillment_channel": pa.repeat("DEFAULT", count), "condition": pa.repeat("new_new", count),
        "product_sku": numbered("P"), "tab": pa.repeat("Active", count), "status": pa.repeat("Active", count),
        "stale": pa.repeat(False, count), "wanted_price": pa.repeat(1990, count), "wanted_quantity": mostly(5, 4),
        "salable": pa.repeat(7, count), "unpaid": pa.repeat(0, count), "managed": pa.repeat(True, count),
        "price_known": pa.repeat(False, count), "quantity_known": pa.repeat(False, count),
    }  # fmt: skip
    products = {
        "sku": numbered("P"), "name": title, "type": pa.repeat("simple", count), "enabled": pa.repeat(True, count),
        "upc": pc.if_else(odd, "036000291453", codes), "seller_sku": numbered("L"), "brand": pa.repeat("Acme", count),
    }  # fmt: skip
    stock = {"sku": numbered("P"), "salable": mostly(7, -1), "in_stock": pa.repeat(True, count)}
    told = {"listings": listings, "products": products, "stock": stock}
    return {name: _whole(TABLES[name], columns, count) for name, columns in told.items()}


def fill(database: Database, count: int) -> None:
    """Put these rows into the database, past the history."""
    made = make_tables(count)
    listings, products, stock = (made[name] for name in ("listings", "products", "stock"))

    def same(value: object) -> pa.Array:
        return pa.repeat(pa.scalar(value), count)

    offers = {name: listings[name] for name in LISTINGS.names if name in listings.column_names and name != "status"}
    offers |= {"store": same("us"), "status": listings["listing_status"], "observed_at": same(NOW)}
    decided = {name: listings[name] for name in TABS.names if name in listings.column_names}
    decided |= {"store": same("us"), "listed": same(True), "sku": listings["seller_sku"]}
    goods = {name: products[name] for name in PRODUCTS.names if name in products.column_names}
    goods |= {"entity_id": pa.array(np.arange(count)), "attributes": same('{"maker":"Acme"}')}
    counted = {name: stock[name] for name in STOCK.names if name in stock.column_names} | {"website": same("base")}
    with database.write() as connection:
        stores.register_store(connection, "us", account="acme", marketplace_id="ATVPDKIKX0DER", website="base", at=NOW)
        for declared, table, columns in (
            (LISTINGS, schema.listings, offers),
            (TABS, schema.tabs, decided),
            (PRODUCTS, schema.products, goods),
            (STOCK, schema.stock, counted),
        ):
            rows.upsert(connection, table, _whole(declared, columns, count), are_new=True)
        for name in ("listings/us", "products", "stock/base"):
            progress.move_watermark(connection, name, "1", at=NOW)


def _whole(declared: Table, columns: dict[str, pa.Array], count: int) -> pa.Table:
    """Return the declared columns; what is not told is not known."""
    fields = declared.schema()
    return pa.table(
        [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in fields],
        schema=fields,
    )


if __name__ == "__main__":
    main()
