"""Prices out of a real database: one explained, all previewed, all decided with their guards, and whom to ask next.

``python -m benchmarks.price_store [LISTINGS] [--json FILE]`` makes a store of so many listings in SQLite, with what
their prices are made from, and prints what each step costs; each runs in a process of its own.
``python -m benchmarks.price_store NAME FOLDER COUNT`` prints the figures of one step as JSON, in a folder that has the
store of `benchmarks.steps`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.price_inputs import choose_rules, keep_all, write_settings
from benchmarks.steps import HOUR, NOON, Figures, peak_mb, timed
from channelkit.cycle import read_price_rules, read_rule
from channelkit.database.competition_due import MANY, find_due
from channelkit.database.connection import open_database
from channelkit.database.fees import Costs, find_due_fees
from channelkit.facts import load_facts
from channelkit.kit import Kit
from channelkit.price_past import load_price_past
from channelkit.settings.reader import FILE, read_settings
from channelkit.verdict import complete, draft

LISTINGS = 1_000_000
NOW = NOON + 5 * HOUR
MONTH = 30 * 24 * HOUR
ASKED = 7
"""Listings that are explained one after the other; the slowest counts, and the first of the process."""

NEXT = 40
"""Items of two calls: so many are asked about next."""

STORE = ("prepare", "store_first", "store_products", "decide")
"""Steps of `benchmarks.steps` that make the store."""

TARGETS = {
    "explain_price_first_seconds": 1.0,
    "explain_price_seconds": 1.0,
    "preview_prices_seconds": 30.0,
    "preview_prices_peak_mb": 3_000.0,
    "decide_prices_guard_seconds": 1.5,
    "ask_next_offers_seconds": 1.0,
    "ask_next_chosen_seconds": 1.0,
    "ask_next_fees_seconds": 1.0,
}
"""For a million listings."""


def keep_prices(folder: Path, count: int) -> Figures:
    """Keep what prices are made from: not measured, the steps after it rest on it."""
    database = open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")
    keep_all(database, count, NOW)
    database.close()
    return {}


def explain_price(folder: Path, count: int) -> Figures:
    """Explain prices here and there, with and without competitors, as a card and as JSON."""
    taken, steps = list[float](), 0
    with _opened(folder) as kit:
        for number in range(ASKED):
            sku = f"SKU-{number * count // ASKED // 10 * 10:08d}"
            began = time.perf_counter()
            told = kit.stores["us"].explain_price(sku)
            if not told._repr_html_() or not json.dumps(told.to_dict()):
                raise AssertionError(sku)
            taken.append(time.perf_counter() - began)
            steps += len(told.steps)
    return {"seconds": max(taken[1:]), "median_seconds": median(taken), "first_seconds": taken[0], "steps": steps}


def preview_prices(folder: Path, _count: int) -> Figures:
    """Say what the twenty rules would do to every listing, why, what is at stake, and the first rows of each part."""
    figures = Figures()
    with _opened(folder) as kit, _measured(figures):
        found = kit.stores["us"].prices.preview(choose_rules())
        with timed(figures, "shown_seconds"):
            page = found._repr_html_()
            told = found.summary(25)
    return figures | {"rows": found.table.num_rows, "held": told["counts"]["held"], "page_kb": len(page) / 1024}


def decide_prices(folder: Path, _count: int) -> Figures:
    """Decide about everything with twenty price rules and all guards, as a cycle does."""
    figures = Figures()
    with _opened(folder) as kit, _measured(figures):
        store, now = kit.parts.cycle("us").store, kit.parts.now()
        with timed(figures, "load_seconds"), kit.parts.database.read() as connection:
            rules = read_price_rules(connection, "us")
            facts = load_facts(connection, store, now, rule=read_rule(connection, "us"), price_rules=rules)
        with timed(figures, "draft_seconds"):
            drafted = draft(facts, store, now)
        with timed(figures, "past_seconds"), kit.parts.database.read() as connection:
            prices = load_price_past(connection, "us", drafted.changes, now)
        busy = time.process_time()
        with timed(figures, "guard_seconds"):
            decision = complete(drafted, facts, store, None, prices, now=now)
        figures["guard_processor_seconds"] = time.process_time() - busy
    guarded = decision.guarded
    return figures | {"changes": guarded.going.num_rows + guarded.held.num_rows, "held": guarded.held.num_rows}


def ask_next(folder: Path, _count: int) -> Figures:
    """Find the listings of which it is most useful to ask next: others' offers, for all or some, and fees."""
    figures = Figures()
    with _opened(folder) as kit, kit.parts.database.read() as connection:
        since = NOW - MONTH
        some = [f"SKU-{number * 10:08d}" for number in range(MANY // 10)]
        with timed(figures, "offers_seconds"):
            offers = find_due(connection, "us", NOW, NEXT, since)
        with timed(figures, "chosen_seconds"):
            find_due(connection, "us", NOW, NEXT, since, first=some)
        with timed(figures, "fees_seconds"):
            fees = find_due_fees(connection, "us", NOW, NEXT, since, costs=Costs("cost", ["us"]))
    return figures | {"rows": offers.num_rows + fees.num_rows}


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    step.__name__: step for step in (keep_prices, explain_price, preview_prices, decide_prices, ask_next)
}


@contextmanager
def _opened(folder: Path) -> Iterator[Kit]:
    write_settings(folder, NOW)
    with Kit(read_settings(folder / FILE)) as kit:
        yield kit


@contextmanager
def _measured(figures: Figures) -> Iterator[None]:
    busy = time.process_time()
    with timed(figures, "seconds"):
        yield
    figures["processor_seconds"] = time.process_time() - busy


def measure(count: int) -> Figures:
    """Make a store, and return the figures of every step, each named after its step."""
    found = Figures()
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
        for module, steps in (("benchmarks.steps", STORE), ("benchmarks.price_store", tuple(STEPS))):
            for step in steps:
                print(step, file=sys.stderr, flush=True)
                figures = _run(module, step, folder, str(count))
                if module == "benchmarks.price_store":
                    found |= {f"{step}_{name}": value for name, value in figures.items()}
    return found


def _run(module: str, *arguments: str) -> Figures:
    done = subprocess.run([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{module} {' '.join(arguments)} ended with {done.returncode}.")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def run_step(name: str, folder: str, count: str) -> None:
    """Print the figures of one step."""
    figures = STEPS[name](Path(folder), int(count))
    print(json.dumps(figures | {"peak_mb": peak_mb()}))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.price_store", description=__doc__)
    parser.add_argument("listings", nargs="?", type=int, default=LISTINGS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    chosen = parser.parse_args()
    figures = {name: round(value, 4) for name, value in measure(chosen.listings).items()}
    for name, value in figures.items():
        print(f"{name:<40}{value:>16,.2f}" + (f"   target {TARGETS[name]:,.1f}" if name in TARGETS else ""))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    run_step(*sys.argv[1:]) if sys.argv[1:2] and sys.argv[1] in STEPS else main()
