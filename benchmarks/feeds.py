"""``python -m benchmarks.feeds [--count N] [--journal N] [--json FILE]``: a bulk submission, from a plan to its end.

What Amazon takes for its part is not in it: its document is written, written down, and answered for, over a journal of
many older changes.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.steps import NOON, US, peak_mb
from channelkit.amazon.feeds import Message, pack_messages, patch_message, read_result
from channelkit.amazon.offers import write_patches
from channelkit.apply.listing_calls import changed_terms, read_calls
from channelkit.database import feeds, journal
from channelkit.database.connection import Database, open_database
from channelkit.model.changes import CHANGES
from channelkit.plan.bulk import split

Figures = dict[str, float]

TARGET = 5.0
"""Seconds for 25,000 messages, from the plan to what is handed in."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds", description=__doc__)
    parser.add_argument("--count", type=int, default=25_000, help="listings, each with a price and a quantity")
    parser.add_argument("--journal", type=int, default=1_000_000, help="older changes in the journal")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures, flat")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="channelkit-bench-") as folder:
        found = measure(Path(folder), chosen.count, chosen.journal)
    for name, value in found.items():
        print(f"{name:<44}{value:>10,.2f}")
    print(f"\ntarget, from the plan to what is handed in: below {TARGET:.0f} s")
    if chosen.json:
        chosen.json.write_text(json.dumps({name: round(value, 4) for name, value in found.items()}, indent=2) + "\n")


def measure(folder: Path, count: int, older: int) -> Figures:
    """Measure each step of one bulk submission."""
    figures = Figures()
    database = open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")
    if older:
        _close_all(database, _record(database, make_changes(older // 2, "OLD")))
    planned = _record(database, make_changes(count, "SKU"))
    with timed(figures, "split the plan, s"):
        roads = split(planned, pa.array([], pa.string()))
    with timed(figures, "write the messages and the documents, s"):
        packed = list(pack_messages("A1SELLER", _messages(roads.by_feed)))
    figures["messages"] = sum(each.count for each in packed)
    figures["documents"] = len(packed)
    figures["largest document, MiB"] = max(len(each.content) for each in packed) / (1 << 20)
    ids = roads.by_feed["id"].to_pylist()
    with timed(figures, "write down that it leaves, s"), database.write() as connection:
        feeds.ask_feed(connection, "document", store="us", messages=count, ids=ids, at=NOON)
    with timed(figures, "write down its name, s"), database.write() as connection:
        feeds.name_feed(connection, "document", "feed")
    with timed(figures, "find the listings that are in it, s"), database.read() as connection:
        busy = feeds.load_busy(connection, "us")
    figures["listings that are in it"] = len(busy)
    with database.read() as connection:
        (feed,) = feeds.list_open(connection, "us")
    with timed(figures, "let it wait, in each cycle, s"), database.write() as connection:
        feeds.keep_waiting(connection, feed, NOON + 1)
    with timed(figures, "read the answers, s"):
        result = read_result(make_report(ids[:: 2 * 100]))
    with timed(figures, "match and write down the answers, s"), database.write() as connection:
        for call in read_calls(feeds.load_carried(connection, feed)):
            if min(call.ids) in result.refused:
                journal.mark_answered(connection, call.ids, "refused", NOON + 2, note="No.")
        figures["accepted changes"] = feeds.accept_carried(connection, feed, NOON + 2)
        feeds.expire_overtaken(connection, feed, NOON + 2)
        feeds.close_feed(connection, "feed", feeds.DONE, NOON + 2)
    database.close()
    return figures | {"peak memory, MB": peak_mb()}


@contextmanager
def timed(figures: Figures, name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    figures[name] = time.perf_counter() - started


def make_changes(listings: int, word: str) -> pa.Table:
    """Return a plan: for each listing another price and a larger quantity."""
    skus = pc.binary_join_element_wise(word, pa.array(np.arange(listings)).cast(pa.string()), "-")
    numbers = pa.array(np.arange(listings, dtype=np.int64) % 50 + 1)
    parts = []
    for field, before, after in (
        ("price", pc.add(numbers, 1_000), pc.add(numbers, 1_999)),
        ("quantity", pa.repeat(0, listings), numbers),
    ):
        columns = {
            "seller_sku": skus,
            "field": pa.repeat(field, listings),
            "before": before,
            "after": after,
            "because": pa.repeat("Its price in Commerce differs.", listings),
            "before_text": pa.nulls(listings, pa.string()),
            "after_text": pa.nulls(listings, pa.string()),
        }
        parts.append(pa.table(columns).select(CHANGES.schema().names).cast(CHANGES.schema()))
    return pa.concat_tables(parts).combine_chunks()


def make_report(refused: list[int]) -> bytes:
    """Return what Amazon says of a feed of which these messages were refused."""
    issues = [
        {"messageId": number, "sku": f"S{number}", "code": "99300", "severity": "ERROR", "message": "Not so."}
        for number in refused
    ]
    return msgspec.json.encode({"issues": issues, "summary": {"messagesProcessed": 25_000}})


def _messages(changes: pa.Table) -> Iterator[Message]:
    for call in read_calls(changes):
        patches = write_patches(US, **changed_terms(call, US))
        yield patch_message(min(call.ids), call.seller_sku, call.product_type, patches)


def _record(database: Database, going: pa.Table) -> pa.Table:
    held = going.slice(0, 0).append_column("note", pa.array([], pa.string()))
    with database.write() as connection:
        return journal.record_plan(
            connection,
            store="us",
            run="run",
            fingerprint="f",
            going=going,
            held=held,
            listings=going.num_rows,
            verdict="clear",
            note="",
            at=NOON - 1,
        )


def _close_all(database: Database, planned: pa.Table) -> None:
    ids = planned["id"].to_pylist()
    with database.write() as connection:
        for start in range(0, len(ids), feeds.AT_ONCE):
            journal.mark_answered(connection, ids[start : start + feeds.AT_ONCE], "dropped", NOON)


if __name__ == "__main__":
    main()
