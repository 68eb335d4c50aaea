"""How quickly the past is told: figures by day, and every reader of trends, over millions of rows of history.

``python -m benchmarks.trends FOLDER ROWS`` makes a store's past in an empty folder, measures each reader in a process
of its own and prints its figures as JSON. What is there already is measured again.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.steps import Figures, peak_mb, timed
from channelkit.database import daily, history, reference, rows, stores
from channelkit.database.connection import Database, open_database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, products, stock, tabs
from channelkit.database.trend_schema import daily_moves, daily_tabs
from channelkit.model.days import DAY, begin_of, day_of, shift
from channelkit.model.tables import HISTORY
from channelkit.trends import flows, prices, reasons
from channelkit.trends import stock as stocks
from channelkit.trends import tabs as by_day

LA = "America/Los_Angeles"
DAYS = 75
NOW = begin_of("2026-11-30", LA) + DAY // 2
STORES = ["us"]
SINCE, TODAY = day_of(NOW - 30 * DAY, LA), day_of(NOW, LA)
PLACES = ("Active", "Inactive", "Ineligible", "Incomplete", "Ended")
SEED = 11

MIX = {"quantity": 0.55, "price": 0.2, "salable": 0.15, "tab": 0.1}
"""Of what a history is: what sells and what is repriced most of all."""


def make(folder: Path, count: int) -> Figures:
    """Write a history of so many rows over 75 days, and the facts it leads to: a listing for thirty rows."""
    database, figures, skus = _open(folder), Figures(), max(1_000, count * 3 // 100)
    draw, names = np.random.default_rng(SEED), _skus(skus)
    with timed(figures, "seconds"):
        _keep_facts(database, names, draw)
        _keep_sales(database, names, draw)
        each = count // DAYS
        for day in range(DAYS):
            changes = _changes(names, draw, NOW - (DAYS - day) * DAY, each)
            with database.write() as connection:
                history.append(connection, changes, NOW - (DAYS - day) * DAY)
            history.flush(database, at=NOW - (DAYS - day - 1) * DAY, everything=True)
    database.close()
    size = sum(path.stat().st_size for path in (folder / "history").rglob("*.parquet"))
    return figures | {"listings": skus, "rows": each * DAYS, "history_mb": size / (1 << 20)}


def roll_up(folder: Path, _count: int) -> Figures:
    """Tell all days at once, as in the first night; then the last one alone, as in every night."""
    database, figures = _open(folder), Figures()
    with database.write() as connection:
        for table in (daily_tabs, daily_moves):
            connection.execute(table.delete())
        connection.exec_driver_sql("delete from watermarks where name like 'daily/%'")
    with timed(figures, "all_seconds"):
        figures["days"] = daily.roll_up(database, NOW - DAY)
    with timed(figures, "seconds"):
        daily.roll_up(database, NOW)
    with database.read() as connection:
        figures["rows"] = float(connection.exec_driver_sql("select count(*) from daily_tabs").scalar_one())
    database.close()
    return figures


def prune(folder: Path, _count: int) -> Figures:
    """Take out what is older than 60 days."""
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        figures["rows"] = daily.prune(database, NOW, 60).get("history", 0)
    database.close()
    return figures


READERS: dict[str, Callable[[Database], pa.Table]] = {
    "tabs": lambda database: by_day.read_tabs_by_day(database, STORES, SINCE, TODAY),
    "brands": lambda database: by_day.read_tabs_by_day(database, STORES, SINCE, shift(TODAY, -1), "brand"),
    "flows": lambda database: flows.read_flows(database, STORES, NOW - 30 * DAY, NOW),
    "reasons": lambda database: reasons.read_reasons(database, STORES, NOW),
    "prices": lambda database: prices.read_prices_by_day(database, STORES, SINCE, TODAY),
    "cover": lambda database: stocks.read_cover(database, STORES, NOW),
    "stock_outs": lambda database: stocks.read_stock_outs(database, STORES, NOW - 30 * DAY, NOW),
    "stock_outs_by_day": lambda database: stocks.read_stock_outs_by_day(database, STORES, NOW - 30 * DAY, NOW),
}


def measure(name: str, folder: Path, count: int) -> Figures:
    if name in STEPS:
        return STEPS[name](folder, count)
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        found = READERS[name](database)
    database.close()
    return figures | {"rows": found.num_rows}


STEPS: dict[str, Callable[[Path, int], Figures]] = {"make": make, "roll_up": roll_up, "prune": prune}


def _changes(names: pa.Array, draw: np.random.Generator, at: int, count: int) -> pa.Table:
    """Return a day's changes; of each thing they need not fit each other, but of most they do."""
    parts = []
    for field, share in MIX.items():
        many = int(count * share) // (2 if field == "tab" else 1)
        place = np.sort(draw.choice(len(names), min(many, len(names)), replace=False))
        before, after = _values(field, place, at, draw)
        subject = {"tab": "tab", "salable": "stock"}.get(field, "listing")
        said = {"subject": pa.repeat(subject, len(place)), "before": before, "after": after}
        said |= {"because": pa.array(np.where(draw.random(len(place)) < 0.3, "channelkit: Quantity.", "Amazon"))}
        moments = pa.array(at + np.sort(draw.integers(0, DAY, len(place)))).cast(pa.timestamp("ms", "UTC"))
        said |= {"sku": names.take(pa.array(place)), "seen_at": moments, "run": pa.repeat(f"r{at}", len(place))}
        said |= {"store": pa.repeat("base" if subject == "stock" else "us", len(place))}
        for name in ("tab", "status") if field == "tab" else (field,):
            told = said | {"field": pa.repeat(name, len(place))}
            parts.append(pa.table({each: told[each] for each in HISTORY.names}, schema=HISTORY))
    return pa.concat_tables(parts)


def _values(field: str, place: np.ndarray, at: int, draw: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Return what stood there and what stands there; both follow from the listing and the day."""
    day = (at // DAY) % len(PLACES)
    if field == "tab":
        texts = pa.array(PLACES)
        return texts.take(pa.array((place + day) % 5)), texts.take(pa.array((place + day + 1) % 5))
    if field == "price":
        return _text(999 + place % 20_000 + day), _text(999 + place % 20_000 + day + 1)
    # One in fifty runs out or comes back.
    left = np.where(draw.random(len(place)) < 0.01, 0, 1 + (place + day) % 40)
    return _text(left), _text(np.where((left > 0) & (draw.random(len(place)) < 0.01), 0, left + 1))


def _keep_facts(database: Database, names: pa.Array, draw: np.random.Generator) -> None:
    count, numbers = len(names), np.arange(len(names))
    tab = pa.array(PLACES).take(pa.array(draw.choice(len(PLACES), count, p=(0.7, 0.1, 0.1, 0.05, 0.05))))
    reason = pc.binary_join_element_wise("It is in ", tab, " for reason ", _text(numbers % 40), ".", "")
    title = pc.binary_join_element_wise("Stainless steel thing for home and travel number ", _text(numbers), "")
    brands = pc.binary_join_element_wise('{"manufacturer":"Brand ', _text(numbers % 300), "")
    attributes = pc.binary_join_element_wise(brands, '","category_ids":["', _text(2 + numbers % 150), '"]}', "")
    offered = {"seller_sku": names, "title": title, "price": pa.array(999 + numbers % 20_000)}
    offered |= {"asin": names, "quantity": pa.array(numbers % 40), "currency": pa.repeat("USD", count)}
    decided = {"sku": names, "product_sku": names, "tab": tab, "status": tab, "reason": reason}
    decided |= {"since": pa.array(NOW - draw.integers(0, 60, count) * DAY), "listed": pa.repeat(True, count)}
    decided |= {"next_step": reason, "evidence": title, "actions": title}
    known = [
        {"id": n, "path": f"Shop / Category {n % 12} / Shelf {n}", "name": "x", "parent": 1} for n in range(2, 160)
    ]
    with database.write() as connection:
        stores.register_store(
            connection, "us", account="a", marketplace_id="ATVPDKIKX0DER", website="base", at=NOW - 90 * DAY
        )
        reference.store_reference(connection, "commerce", "categories", json.dumps(known), at=NOW)
        for table, columns in ((listings, offered), (tabs, decided)):
            stored = pa.table(columns | {"store": pa.repeat("us", count)})
            rows.upsert(connection, table, stored, are_new=True)
        its = {"sku": names, "name": title, "entity_id": pa.array(numbers), "attributes": attributes}
        rows.upsert(connection, products, pa.table(its), are_new=True)
        salable = {"sku": names, "website": pa.repeat("base", count), "salable": pa.array(numbers % 90)}
        rows.upsert(connection, stock, pa.table(salable), are_new=True)


def _keep_sales(database: Database, names: pa.Array, draw: np.random.Generator) -> None:
    count = max(1_000, len(names) // 2)
    ids = pc.binary_join_element_wise("902-", pc.utf8_lpad(_text(np.arange(count)), 14, "0"), "")
    at = pa.array(np.sort(NOW - draw.integers(0, 90 * DAY, count)))
    words = {"seller_id": "s", "marketplace_id": "ATVPDKIKX0DER", "status": "SHIPPED", "fulfilled_by": "merchant"}
    same = {name: pa.repeat(word, count) for name, word in (words | {"store": "us"}).items()}
    order = {"order_id": ids, "currency": pa.repeat("USD", count), "units": pa.repeat(2, count)}
    order |= same | dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), at)
    sold = names.take(pa.array((draw.random(count) ** 2 * len(names)).astype(np.int64)))
    line = {"store": same["store"], "order_id": ids, "item_id": pa.repeat("1", count), "seller_sku": sold}
    line |= {name: pa.repeat(number, count) for name, number in (("ordered", 2), ("fulfilled", 2), ("cancelled", 0))}
    with database.write() as connection:
        rows.upsert(connection, orders, pa.table(order), are_new=True)
        rows.upsert(connection, order_lines, pa.table(line | {"item": pa.repeat(3_998, count)}), are_new=True)


def _skus(count: int) -> pa.Array:
    return pc.binary_join_element_wise("SKU-", pc.utf8_lpad(_text(np.arange(count)), 8, "0"), "")


def _text(numbers: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def _open(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")


def main(folder: str, count: str, *names: str) -> None:
    if len(names) == 1:
        found = measure(names[0], Path(folder), int(count))
        # Beside the clock's time, what the work itself took: others may be at work on the same machine.
        print(json.dumps(found | {"process_seconds": time.process_time(), "peak_mb": peak_mb()}))
        return
    is_new = not (Path(folder) / "history").exists()
    all_found = {}
    for name in (*(("make",) if is_new else ()), "roll_up", *READERS, "prune"):
        print(name, file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "benchmarks.trends", folder, count, name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        all_found[name] = {each: round(value, 3) for each, value in json.loads(done.stdout.splitlines()[-1]).items()}
    print(json.dumps(all_found, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
