"""``python -m benchmarks.grid [--rows N] [--json FILE]``: how quick the workbench is in JupyterLab, in a real Chromium.

A database with so many listings, a notebook that opens the workbench, and a person: each figure is the time from a
key or a click until the browser has drawn the answer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from playwright.sync_api import Page, sync_playwright

from channelkit.database import reference, rows
from channelkit.database.price_schema import fees
from channelkit.database.schema import listings, products, tabs
from channelkit.demo import write_settings
from channelkit.desk import StoreDesk
from channelkit.kit import Kit
from channelkit.listings.actions import ACTIONS
from channelkit.review.listing_grid import ListingGrid
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.server import start
from channelkit.settings.reader import FILE, read_settings
from tests.browser_fixtures import find_browser, launch
from tests.lab_fixtures import start_lab

Figures = dict[str, float]

TARGETS = {"first_paint": 1.5, "filter": 0.3}
"""Seconds at 100,000 rows."""

CELLS = (
    """import channelkit
import channelkit.review.listing_widget
kit = channelkit.open()
kit.database
print("ready")""",
    'kit.stores["us"].workbench("bench")',
)
"""What is measured begins when the second one is run."""

REPEATS = 5

DRAWN = """turn => new Promise((done) => {
  const look = () => {
    const root = document.querySelector(".ck-desk");
    if (root && Number(root.dataset.turn) >= turn) requestAnimationFrame(() => requestAnimationFrame(done));
    else requestAnimationFrame(look);
  };
  look();
})"""


def fill(kit: Kit, count: int) -> None:
    """Write so many listings of the store ``us``, where they are, and what their margins are made of.

    Of every one Amazon was asked for its fees, and what each product costs stands in the attributes for all websites:
    the most that there can be to read.
    """
    numbers = np.arange(count)
    skus = pa.array([f"SKU-{number:07}" for number in numbers])
    asins = pa.array([f"B{number:09}" for number in numbers])
    at = pa.array(1_795_000_000_000 + numbers)
    price, quantity = pa.array(numbers % 5000 + 100), pa.array(numbers % 50)
    same = {"store": "us", "currency": "USD", "condition": "new_new", "fulfillment_channel": "DEFAULT"}
    found = {"seller_sku": skus, "asin": asins, "price": price, "quantity": quantity, "observed_at": at}
    found["title"] = pa.array([f"Acme kettle number {number}, stainless steel, 1.7 litre" for number in numbers])
    placed = {
        **{"sku": skus, "seller_sku": skus, "asin": asins, "product_sku": skus, "since": at, "digest": quantity},
        "reason": pa.array([f"Amazon offers it as Commerce has product SKU-{number:07}." for number in numbers]),
    }
    tab = {
        **{"store": "us", "tab": "Active", "status": "Active", "next_step": "", "method": "seller_sku"},
        **{"evidence": "The seller SKU is the product's SKU.", "actions": ", ".join(ACTIONS["Active"])},
    }
    flags = {"listed": True, "stale": False}
    cost = pc.binary_join_element_wise('{"brand":"Acme","cost":"', pa.array(numbers % 60).cast(pa.string()), '.5"}', "")
    known = {"sku": skus, "entity_id": pa.array(numbers + 1), "attributes": cost, "observed_at": at, "digest": quantity}
    product = {"name": "Kettle", "type": "simple", "price": "20.00", "websites": ",1,"}
    told = {"seller_sku": skus, "price": price, "referral": pc.divide(price, 7), "asked_at": at}
    asked = {"store": "us", "fulfillment": 0, "other": 0, "currency": "USD", "note": ""}
    with kit.database.write() as connection:
        connection.execute(tabs.delete())
        connection.execute(listings.delete())
        rows.insert(connection, listings, _table(found, same, count))
        rows.insert(connection, tabs, _table(placed, tab | flags, count))
        rows.insert(connection, products, _table(known, product | {"enabled": True}, count))
        rows.insert(connection, fees, _table(told, asked, count))
        reference.store_reference(connection, "commerce", "currencies", '{"base": "USD", "rates": {}}', at=0)


def read(kit: Kit) -> Figures:
    """Read what the workbench shows, as it does when it is opened, and return processor seconds."""
    figures: Figures = {}
    grid = ListingGrid(StoreDesk("us", kit.parts))
    for name, act in (("open_processor", grid.open), ("load_processor", grid.load)):
        begun = process_time()
        act()
        figures[name] = process_time() - begun
        if grid.trouble or grid.all["margin"].null_count:
            raise AssertionError(grid.trouble or "There are rows without a margin.")
    return figures


def measure(page: Page) -> Figures:
    """Run the cell that opens the workbench, then work in it, and return seconds."""
    figures: Figures = {}
    run = "() => { jupyterapp.commands.execute('notebook:run-cell-and-select-next'); }"
    page.evaluate(run)
    page.locator(".jp-OutputArea-output", has_text="ready").wait_for()
    begun = perf_counter()
    page.evaluate(run)
    page.locator(".ck-desk tbody tr").first.wait_for()
    figures["first_paint"] = perf_counter() - begun
    page.locator('.ck-desk[aria-busy="false"]').wait_for()
    figures["all_rows"] = perf_counter() - begun
    desk = page.locator(".ck-desk")

    def typed(condition: str) -> Callable[[], object]:
        field = desk.get_by_label("Filter", exact=True)
        field.fill(condition)
        return lambda: field.press("Enter")

    once = ("last_page", "select_all", "select_none")
    tasks: dict[str, Callable[[int], Callable[[], object]]] = {
        "filter": lambda turn: typed(f"price >= {20 + turn} and quantity < 9"),
        "filter_words": lambda turn: typed(f"kettle {turn}"),
        "no_filter": lambda _: typed(""),
        "sort": lambda _: desk.locator("th.ck-money .ck-sort").first.click,
        "last_page": lambda _: lambda: desk.get_by_label("Last page").click(),
        "select_all": lambda _: lambda: desk.get_by_role("button", name="Select all").click(),
        "select_none": lambda _: lambda: desk.get_by_role("button", name="Select none").click(),
    }
    for name, task in tasks.items():
        taken = []
        for turn in range(1 if name in once else REPEATS):
            act = task(turn)
            before = int(desk.get_attribute("data-turn") or 0)
            begun = perf_counter()
            act()
            page.evaluate(DRAWN, before + 1)
            taken.append(perf_counter() - begun)
        figures[name] = median(taken)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grid", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as name, ExitStack() as opened:
        folder = Path(name)
        running = start(make_world(1, 20, SandboxClock.starting_now(), quiet=True))
        opened.callback(running.stop)
        write_settings(folder, running.ready, with_costs=True)
        with Kit(read_settings(folder / FILE, {})) as kit:
            fill(kit, chosen.rows)
            figures = read(kit)
        _write_notebook(folder / "grid.ipynb")
        playwright = opened.enter_context(sync_playwright())
        program = find_browser(playwright)
        if program is None:
            raise SystemExit("No browser is found.")
        browser = launch(playwright, program)
        opened.callback(browser.close)
        home = folder / "jupyter"
        home.mkdir()
        page = start_lab(folder, home, browser, opened).open("grid.ipynb")
        figures |= measure(page)
    print(f"seconds at {chosen.rows:,} rows, from the click until it is drawn")
    for task, seconds in figures.items():
        aim = f"  target {TARGETS[task]:.1f} s" if task in TARGETS else ""
        print(f"  {task:<14}{seconds:>8.2f}{aim}")
    if chosen.json:
        found = {f"grid_{chosen.rows}_{task}": round(seconds, 4) for task, seconds in figures.items()}
        chosen.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _write_notebook(path: Path) -> None:
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "id": f"cell{at}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        for at, text in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}))


def _table(columns: dict[str, Any], same: dict[str, Any], count: int) -> pa.Table:
    return pa.table(columns | {name: pa.repeat(pa.scalar(value), count) for name, value in same.items()})


if __name__ == "__main__":
    main()
