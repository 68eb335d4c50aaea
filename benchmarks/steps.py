"""What is measured, one step to a process: ``python -m benchmarks.steps NAME FOLDER COUNT`` prints its figures as JSON.

Each step reads what earlier ones left in the folder, prepares, and measures the work alone. Peak memory is that of the
whole process, preparation included.
"""

from __future__ import annotations

import csv as lines
import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from benchmarks.inputs import HEADER, make_products, make_stock, write_report
from channelkit.amazon.listings_report import ListingsReport, parse_report
from channelkit.database import journal, listings, products, reference, stock, tabs
from channelkit.database.connection import Database, open_database
from channelkit.facts import Store, load_facts
from channelkit.listings.rules.admission import admits
from channelkit.listings.rules.attributes import RuleAttribute
from channelkit.listings.rules.tree import Condition, Group, codes_of
from channelkit.listings.terms import Terms
from channelkit.model.marketplaces import marketplace
from channelkit.plan.guards import Limits
from channelkit.pricing.terms import PriceTerms
from channelkit.rules.preview import preview_rule
from channelkit.rules.sets import PARTS
from channelkit.verdict import judge

NOON = 1_790_000_000_000
HOUR = 3_600_000
US = marketplace("US")
ENCODING = "text/tab-separated-values; charset=UTF-8"
TERMS = Terms(store="us", currency="USD", digits=2, price_currency="USD")
STORE = Store(
    name="us",
    marketplace=US,
    website="base",
    website_id=1,
    store_view="",
    terms=TERMS,
    prices=PriceTerms("USD", 2),
    limits=Limits(),
    read_only_because="",
    report_hours=24,
    sweep_calls=25,
)

RULE_ATTRIBUTES = {
    code: RuleAttribute(code, code, kind)
    for code, kind in (
        *(("brand", "select"), ("features", "multiselect"), ("category_ids", "category"), ("launch", "date")),
        *(("weight", "weight"), ("price", "price"), ("name", "text"), ("sku", "text")),
    )
}
RULE = Group(
    children=(
        *(Condition("price", ">=", "5.5"), Condition("price", "<", "199"), Condition("name", "{}", "thing")),
        *(Condition("name", "!{}", "broken"), Condition("weight", "<=", "995"), Condition("sku", "!{}", "X-")),
        Group(
            all=False,
            children=(
                *(Condition("brand", "()", "Brand 1, Brand 2, Brand 3"), Condition("brand", "!=", "Brand 7")),
                *(Condition("features", "()", "Light,Fast"), Condition("features", "!{}", "Wet")),
                *(Condition("category_ids", "==", "9"), Condition("category_ids", "!()", "8,11")),
            ),
        ),
        Group(
            match=False,
            children=(
                *(Condition("launch", ">=", "2026-04-01"), Condition("launch", "<=", "2026-02-01")),
                *(Condition("brand", "<=>"), Condition("weight", "==", "1.50")),
            ),
        ),
        Group(
            all=False,
            match=False,
            children=(
                *(Condition("name", "==", "x"), Condition("price", ">", "100")),
                *(Condition("sku", "()", "SKU-1,SKU-2"), Condition("features", "()", ("Red, dark",))),
            ),
        ),
    )
)
"""Twenty conditions of every kind, in four groups; it excludes one product in a hundred."""

Figures = dict[str, float]


@contextmanager
def timed(figures: Figures, name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - began


def prepare(folder: Path, count: int) -> Figures:
    """Write the two reports."""
    write_report(folder / "first.tsv", count)
    write_report(folder / "again.tsv", count, changed=True)
    return {"report_bytes": (folder / "first.tsv").stat().st_size}


def parse_bare(folder: Path, _count: int) -> Figures:
    """Read the report with Arrow's own reader: every column as text, quoting off."""
    figures, content = Figures(), (folder / "first.tsv").read_bytes()
    with timed(figures, "seconds"):
        csv.read_csv(
            pa.py_buffer(content),
            csv.ReadOptions(use_threads=True, block_size=16 << 20),
            csv.ParseOptions(delimiter="\t", quote_char=False),
            csv.ConvertOptions(column_types=dict.fromkeys(HEADER, pa.string())),
        )
    return figures


def parse(folder: Path, _count: int) -> Figures:
    """Read the report as a cycle does."""
    figures, content = Figures(), (folder / "first.tsv").read_bytes()
    with timed(figures, "seconds"):
        parse_report(content, ENCODING, US)
    return figures


def store_bare(folder: Path, _count: int) -> Figures:
    """Fill a table without types, keys or checks through Python's own reader and SQLite's bare driver."""
    figures, path = Figures(), folder / "bare.db"
    path.unlink(missing_ok=True)
    with timed(figures, "seconds"), (folder / "first.tsv").open(newline="", encoding="utf-8") as file:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute(f"create table listings ({', '.join(f'c{place}' for place in range(len(HEADER)))})")
        reader = lines.reader(file, delimiter="\t", quoting=lines.QUOTE_NONE)
        next(reader)
        connection.execute("begin")
        connection.executemany(f"insert into listings values ({', '.join('?' * len(HEADER))})", reader)
        connection.execute("commit")
        connection.close()
    return figures


def store_first(folder: Path, _count: int) -> Figures:
    """Keep a report in an empty database, in one transaction, with keys, digests and history."""
    for path in folder.glob("channelkit.db*"):
        path.unlink()
    return _store(folder, "first", NOON)


def store_again(folder: Path, _count: int) -> Figures:
    """Keep the next report, of which one listing in a hundred differs."""
    return _store(folder, "again", NOON + HOUR)


def store_products(folder: Path, count: int) -> Figures:
    """Keep a catalog and its stock, all at once."""
    database, figures, catalog = _open(folder), Figures(), make_products(count)
    amounts = make_stock(catalog)
    with timed(figures, "seconds"), database.write() as connection:
        products.store_products(connection, catalog, at=NOON, run="r")
        reference.store_reference(connection, "commerce", "currencies", '{"base": "USD", "rates": {}}', at=NOON)
    with timed(figures, "stock_seconds"), database.write() as connection:
        stock.store_stock(connection, amounts, at=NOON, run="r")
        known = [
            {"code": each.code, "label": each.label, "input": each.input, "promo": True, "options": {}}
            for each in RULE_ATTRIBUTES.values()
        ]
        reference.store_reference(connection, "commerce", "attributes", json.dumps(known), at=NOON)
    database.close()
    return figures


def decide(folder: Path, _count: int) -> Figures:
    """Match, classify and plan from facts in memory; loading them and keeping the outcome are measured beside it."""
    return _decide(folder, NOON + 2 * HOUR)


def decide_again(folder: Path, _count: int) -> Figures:
    """Decide once more, as every cycle but the first does: with the last decision at hand, and most of it the same."""
    return _decide(folder, NOON + 3 * HOUR)


def rule(folder: Path, _count: int) -> Figures:
    """Say of every product whether a rule of twenty conditions admits it: read what it looks at, and answer."""
    database, figures = _open(folder), Figures(mask_seconds=0.0, admitted=0)
    with timed(figures, "seconds"), database.read() as connection:
        for batch in products.iter_attributes(connection, codes_of(RULE)):
            with timed(figures, "batch_seconds"):
                admitted = admits(RULE, batch, RULE_ATTRIBUTES, US.time_zone)
            figures["mask_seconds"] += figures.pop("batch_seconds")
            figures["admitted"] += float(admitted.sum())
    database.close()
    return figures


def preview(folder: Path, _count: int) -> Figures:
    """Say what a rule would do to a store: the three sets, why, what is at stake, and the first page of each."""
    database, figures = _open(folder), Figures()
    with timed(figures, "seconds"):
        found = preview_rule(database, "us", RULE, RULE_ATTRIBUTES, US.time_zone)
        for part in PARTS:
            found.reasons(part)
            found.rows(part, 0, 25)
    database.close()
    return figures | {"ineligible": found.counts["ineligible"], "new": found.counts["new"]}


STEPS: dict[str, Callable[[Path, int], Figures]] = {
    step.__name__: step
    for step in (
        prepare,
        parse_bare,
        parse,
        store_bare,
        store_first,
        store_again,
        store_products,
        rule,
        decide,
        decide_again,
        preview,
    )
}


def _decide(folder: Path, now: int) -> Figures:
    database, figures = _open(folder), Figures()
    with timed(figures, "load_seconds"), database.read() as connection:
        facts = load_facts(connection, STORE, now, rule=RULE)
    with timed(figures, "seconds"):
        decision = judge(facts, STORE, now)
    guarded = decision.guarded
    with timed(figures, "record_seconds"), database.write() as connection:
        tally = tabs.store_tabs(connection, "us", decision.tabs, at=now, run="r")
        journal.record_plan(
            connection,
            store="us",
            run="r",
            fingerprint=decision.fingerprint,
            going=guarded.going,
            held=guarded.held,
            listings=decision.listings,
            verdict="stopped" if guarded.stopped else "clear",
            note=guarded.stopped,
            at=now,
        )
    database.close()
    planned = guarded.going.num_rows + guarded.held.num_rows
    return figures | {"rows": decision.tabs.num_rows, "written": tally.new + tally.changed, "changes": planned}


def _store(folder: Path, name: str, at: int) -> Figures:
    figures, report = Figures(), _parsed(folder / f"{name}.tsv")
    database = _open(folder)
    with timed(figures, "seconds"), database.write() as connection:
        tally = listings.store_report(connection, "us", report.rows, asked_at=at, run="r", complete=report.complete)
    database.close()
    return figures | {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged}


def _parsed(path: Path) -> ListingsReport:
    return parse_report(path.read_bytes(), ENCODING, US)


def _open(folder: Path) -> Database:
    return open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")


def peak_mb() -> float:
    """Return the most memory that this process has had, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main(name: str, folder: str, count: str) -> None:
    figures = STEPS[name](Path(folder), int(count))
    print(json.dumps(figures | {"peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
