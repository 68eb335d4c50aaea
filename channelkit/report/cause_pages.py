"""The causes that have a page of their own: refused credentials, oversold orders, stuck submissions, stopped brands."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.feeds import STUCK_AFTER
from channelkit.report.cause import Cause, ago, group_rows, to_table
from channelkit.report.cause_facts import CauseFacts
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.group import slug
from channelkit.report.section import Section
from channelkit.report.snapshot import Snapshot
from channelkit.report.wording import count, counted, duration, shareable

FEW = 3
"""Listings of one brand with the same trouble from which on the brand is told instead of each."""

SHOWN = 40
"""Rows that a cause's page shows."""

FOUND_HERE = frozenset({"refused", "oversold", "feed", "orders"})
"""Kinds of alerts that this file finds by itself."""


def find_refused(more: CauseFacts, facts: Snapshot, now_ms: int) -> list[Cause]:
    """Return whom Amazon or Commerce does not let in any more, and since when nothing was read there."""
    found = []
    for (store, system), rows in group_rows(more.refused, "store", "system"):
        last = max(row["last_at"] for row in rows)
        who, side = store or "all stores", system.capitalize() or "The other side"
        total = sum(row["rows"] for row in rows)
        ages = [
            f"{reading.what} {'was never read' if reading.at is None else ago(reading.at, now_ms)}"
            for reading in facts.freshness
            if (not store or reading.store == store) and reading.what.startswith(side)
        ]
        grid = Grid(
            "What was asked, and how it was refused",
            (
                *(Column("Asked for", "operation", "key"), Column("Times", "rows", "number")),
                *(Column("Code", "code"), Column("What happened", "message", "long")),
                *(Column("First (UTC)", "first", "time"), Column("Last (UTC)", "last", "time")),
                Column("Request id of the last", "request_id"),
            ),
            [
                {
                    "operation": row["operation"] or "–",
                    "rows": count(row["rows"]),
                    "code": " ".join(str(part) for part in (row["status"], row["code"]) if part) or "–",
                    "message": shareable(row["message"]) or "–",
                    "first": short_moment(row["first_at"]),
                    "last": short_moment(row["last_at"]),
                    "request_id": row["request_id"] or "–",
                }
                for row in rows
            ],
            len(rows),
        )
        fix = shareable(rows[0]["fix"]) or "Renew the credentials where the settings name them."
        told = f"{side} refuses the credentials of {who}."
        so_far = f" {'; '.join(ages)}." if ages else ""
        about = f"Last refused {ago(last, now_ms)}.{so_far} Until it is mended, nothing is read or sent there."
        key = slug(f"credentials {system} {store}")
        section = Section(key, told, about, to_table(rows), grids=(grid,), next_step=fix)
        step = f"{fix} Then see that all is well: `channelkit doctor`"
        found.append(
            Cause(key, store, count(total), f"{side} refuses the credentials of {who}", step, "bad", (section,))
        )
    return found


def find_oversold(more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return which orders want more than Commerce can sell, by store."""
    found = []
    for (store,), rows in group_rows(more.oversold, "store"):
        orders = list(dict.fromkeys(row["order_id"] for row in rows))
        grid = Grid(
            "What was sold, and what is there",
            (
                *(Column("Order", "order_id", "key"), Column("Seller SKU", "seller_sku", "key")),
                *(Column("Title", "title", "long"), Column("Ordered", "ordered", "number")),
                *(Column("Commerce can sell", "salable", "number"), Column("Amazon still offers", "offered", "number")),
                *(Column("Why it is blocked", "note", "long"), Column("Since (UTC)", "since", "time")),
            ),
            [
                {
                    "order_id": row["order_id"],
                    "seller_sku": row["seller_sku"],
                    "title": row["title"] or "–",
                    "ordered": count(row["ordered"]),
                    "salable": count(row["salable"]),
                    "offered": count(row["offered"]),
                    "note": shareable(row["note"] or "") or "–",
                    "since": short_moment(row["since"]),
                }
                for row in rows[:SHOWN]
            ],
            len(rows),
            more=f"channelkit orders blocked --store {store}",
        )
        noun = "order wants" if len(orders) == 1 else "orders want"
        oldest = min(row["since"] for row in rows)
        step = "Put stock into the website's sources in Commerce, or cancel the order on Amazon."
        section = Section(
            slug(f"oversold {store}"),
            f"{store}: {len(orders)} {noun} more than Commerce can sell, the first {ago(oldest, now_ms)}.",
            "What Amazon offers is taken down by the next cycle; what was sold waits for a person.",
            to_table(rows),
            grids=(grid,),
            next_step=step,
        )
        command = f" `channelkit orders blocked --store {store}`"
        what = f"{store} · {noun} more than Commerce can sell: oversold"
        key = slug(f"oversold {store}")
        found.append(
            Cause(key, store, count(len(orders)), what, step + command, "bad", (section,), "", rows[0]["seller_sku"])
        )
    return found


def find_stuck_feeds(more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return which bulk submissions Amazon has not answered for hours."""
    found = []
    for (store,), rows in group_rows(more.feeds, "store"):
        late = [row for row in rows if row["closed_at"] is None and now_ms - row["submitted_at"] > STUCK_AFTER]
        if not late:
            continue
        waiting, oldest = sum(row["messages"] for row in late), min(row["submitted_at"] for row in late)
        grid = Grid(
            "The newest bulk submissions, those that are not answered first",
            (
                *(Column("Submission", "feed_id", "key"), Column("State", "state")),
                *(Column("Handed in (UTC)", "at", "time"), Column("Lies for", "age", "number")),
                *(Column("Changes in it", "messages", "number"), Column("Note", "note", "long")),
            ),
            [
                {
                    "feed_id": row["feed_id"],
                    "state": row["state"],
                    "at": short_moment(row["submitted_at"]),
                    "age": duration(max(0, (row["closed_at"] or now_ms) - row["submitted_at"]) // 60_000 * 60),
                    "messages": count(row["messages"]),
                    "note": shareable(row["note"]) or "–",
                }
                for row in sorted(rows, key=lambda row: (row["closed_at"] is not None, row["submitted_at"]))[:SHOWN]
            ],
            len(rows),
        )
        noun = "submission lies" if len(late) == 1 else "submissions lie"
        step = (
            "Look in Seller Central under Catalog > Upload status. A submission that is lost is noticed by itself "
            "after a day, and its changes are planned anew; stock goes by single calls meanwhile."
        )
        key = slug(f"feed {store}")
        told = f"{store}: {len(late)} bulk {noun} with Amazon unanswered, the first {ago(oldest, now_ms)}."
        about = (
            f"{counted(waiting, 'change')} of {store} wait for Amazon's answer; nothing says yet that they are there."
        )
        section = Section(key, told, about, to_table(rows), grids=(grid,), next_step=step)
        what = f"{store} · a bulk submission is stuck: {counted(waiting, 'change')} without an answer"
        found.append(Cause(key, store, count(len(late)), what, step, "bad", (section,)))
    return found


def find_brands(more: CauseFacts) -> list[Cause]:
    """Return which brands have several listings that Amazon stopped in the same way."""
    found = []
    for (store, brand, status), rows in group_rows(more.stopped, "store", "brand", "status"):
        if not brand or len(rows) < FEW:
            continue
        grid = Grid(
            f"Listings of {brand} that are {status}",
            (
                *(Column("SKU", "sku", "key"), Column("ASIN", "asin"), Column("Title", "title", "long")),
                *(Column("Why", "reason", "long"), Column("What to do", "next_step", "long")),
                Column("Since (UTC)", "since", "time"),
            ),
            [
                {name: row[name] or "–" for name in ("sku", "asin", "title")}
                | {name: shareable(row[name] or "") or "–" for name in ("reason", "next_step")}
                | {"since": short_moment(row["since"])}
                for row in rows[:SHOWN]
            ],
            len(rows),
            more=f'channelkit listings --store {store} --tab "{rows[0]["tab"]}"',
        )
        reasons = pc.value_counts(pa.array([row["reason"] or "" for row in rows]))
        common = max(reasons.to_pylist(), key=lambda pair: pair["counts"])
        step = shareable(rows[0]["next_step"] or "") or "See Amazon's words beside each."
        key = slug(f"brand {store} {brand} {status}")
        section = Section(
            key,
            f"{store}: {counted(len(rows), 'listing')} of {brand}: {status}",
            f"{common['counts']:,} of them: {shareable(common['values'])}",
            to_table(rows),
            grids=(grid,),
            next_step=step,
        )
        what = f"{store} · {brand}: {status}"
        tone = "bad" if "suppressed" in status.lower() else "warn"
        found.append(Cause(key, store, count(len(rows)), what, step, tone, (section,), "", rows[0]["sku"]))
    return sorted(found, key=lambda cause: -int(cause.count.replace(",", "")))


def tell_alerts(more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return the troubles that were told of and are not over, but for those that are found here, with their cause."""
    return [
        Cause(
            f"alert-{row['id']}",
            row["store"],
            count(row["times"]),
            f"{row['store'] + ' · ' if row['store'] else ''}{shareable(row['words'])}",
            shareable(row["fix"]),
            "bad",
            (
                Section(
                    f"alert-{row['id']}",
                    shareable(row["words"]),
                    f"First seen {ago(row['first_at'], now_ms)}, last seen {ago(row['last_at'], now_ms)}, "
                    f"{counted(row['times'], 'time')}.",
                    to_table([row]),
                    next_step=shareable(row["fix"]),
                ),
            ),
        )
        for row in more.alerts.to_pylist()
        if row["kind"] not in FOUND_HERE
    ]


def count_by_brand(stopped: pa.Table) -> list[dict[str, Any]]:
    """Return how many listings of each store and status are told by their brands."""
    found: dict[tuple[str, str], int] = {}
    for (store, brand, status), rows in group_rows(stopped, "store", "brand", "status"):
        if brand and len(rows) >= FEW:
            found[store, status] = found.get((store, status), 0) + len(rows)
    return [{"store": store, "status": status, "rows": number} for (store, status), number in found.items()]
