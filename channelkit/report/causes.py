"""What a person should see to first, each with the page that leads to its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import counts
from channelkit.report.cause_facts import CauseFacts
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.group import slug
from channelkit.report.section import Section
from channelkit.report.snapshot import Snapshot
from channelkit.report.wording import count, counted, duration, shareable

STUCK = 60 * 60_000
"""Milliseconds after which a bulk submission that Amazon has not answered deserves a look; it may lie half an hour."""

FEW = 3
"""Listings of one brand with the same trouble from which on the brand is told instead of each."""

SHOWN = 40
"""Rows that a cause's page shows."""

FOUND_HERE = frozenset({"refused", "oversold", "feed", "orders"})
"""Kinds of alerts that this file finds by itself."""

TONES = ("bad", "warn", "calm")


@dataclass(frozen=True)
class Cause:
    """Something that waits for a person.

    Arguments:
        key: names its page.
        store: whose it is; empty where it concerns all.
        count: how many it concerns, in words.
        what: what is wrong, in a sentence.
        next_step: what to do; commands stand between backticks.
        tone: bad, warn or calm.
        sections: what is known of it, for its page; none where ``href`` leads elsewhere.
        href: where it is told; empty: its own page.
        about: a SKU whose story explains it.
        order: an order whose story explains it still better.
    """

    key: str
    store: str
    count: str
    what: str
    next_step: str
    tone: str = "warn"
    sections: tuple[Section, ...] = ()
    href: str = ""
    about: str = ""
    order: str = ""

    @property
    def subject(self) -> str:
        """What its story is told of."""
        return self.order or self.about


def find_causes(facts: Snapshot, more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return what a person should see to, the most pressing first: what is bad, then what concerns many.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    found = [
        *_refused_credentials(more, facts, now_ms),
        *_oversold(more, now_ms),
        *_stuck_feeds(more, now_ms),
        *_stopped(facts),
        *_late(facts),
        *_alerts(more, now_ms),
        *_held(facts),
        *_brands(more),
        *_waiting(facts, more),
    ]
    return sorted(found, key=lambda cause: TONES.index(cause.tone))


def _refused_credentials(more: CauseFacts, facts: Snapshot, now_ms: int) -> list[Cause]:
    """Return whom Amazon or Commerce does not let in any more, and since when nothing was read there."""
    found = []
    for (store, system), rows in _grouped(more.refused, "store", "system"):
        last = max(row["last_at"] for row in rows)
        who, side = store or "all stores", system.capitalize() or "The other side"
        total = sum(row["rows"] for row in rows)
        ages = [
            f"{reading.what} {'was never read' if reading.at is None else _ago(reading.at, now_ms)}"
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
        about = f"Last refused {_ago(last, now_ms)}.{so_far} Until it is mended, nothing is read or sent there."
        key = slug(f"credentials {system} {store}")
        section = Section(key, told, about, _rows(rows), grids=(grid,), next_step=fix)
        step = f"{fix} Then see that all is well: `channelkit doctor`"
        found.append(
            Cause(key, store, count(total), f"{side} refuses the credentials of {who}", step, "bad", (section,))
        )
    return found


def _oversold(more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return which orders want more than Commerce can sell, by store."""
    found = []
    for (store,), rows in _grouped(more.oversold, "store"):
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
            f"{store}: {len(orders)} {noun} more than Commerce can sell, the first {_ago(oldest, now_ms)}.",
            "What Amazon offers is taken down by the next cycle; what was sold waits for a person.",
            _rows(rows),
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


def _stuck_feeds(more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return which bulk submissions Amazon has not answered for an hour, or has given up."""
    found = []
    for (store,), rows in _grouped(more.feeds, "store"):
        late = [row for row in rows if row["closed_at"] is None and now_ms - row["submitted_at"] > STUCK]
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
        told = f"{store}: {len(late)} bulk {noun} with Amazon unanswered, the first {_ago(oldest, now_ms)}."
        about = (
            f"{counted(waiting, 'change')} of {store} wait for Amazon's answer; nothing says yet that they are there."
        )
        section = Section(key, told, about, _rows(rows), grids=(grid,), next_step=step)
        what = f"{store} · a bulk submission is stuck: {counted(waiting, 'change')} without an answer"
        found.append(Cause(key, store, count(len(late)), what, step, "bad", (section,)))
    return found


def _brands(more: CauseFacts) -> list[Cause]:
    """Return which brands have several listings that Amazon stopped in the same way."""
    found = []
    for (store, brand, status), rows in _grouped(more.stopped, "store", "brand", "status"):
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
            _rows(rows),
            grids=(grid,),
            next_step=step,
        )
        what = f"{store} · {brand}: {status}"
        tone = "bad" if "suppressed" in status.lower() else "warn"
        found.append(Cause(key, store, count(len(rows)), what, step, tone, (section,), "", rows[0]["sku"]))
    return sorted(found, key=lambda cause: -int(cause.count.replace(",", "")))


def _stopped(facts: Snapshot) -> list[Cause]:
    found = []
    for plan in facts.plans.to_pylist():
        if plan["verdict"] == "stopped":
            store = plan["store"]
            step = (
                f"Look at it: `channelkit plan --store {store}` If it is right, send it all the same: "
                f"`channelkit apply --store {store} --although-stopped --approve {plan['fingerprint']}`"
            )
            what = f"{store} · The newest plan was stopped: {shareable(plan['note'])}"
            href = f"changes.html#stopped-{slug(store)}"
            found.append(Cause(f"stopped-{slug(store)}", store, count(plan["changes"]), what, step, "bad", href=href))
    return found


def _late(facts: Snapshot) -> list[Cause]:
    found = []
    for store, told in facts.summary["stores"].items():
        late, blocked = told["orders"]["late"], told["orders"]["blocked"]
        if late:
            words = f"{store} · {'order is' if late == 1 else 'orders are'} late to ship"
            step = f"Ship what is due first: `channelkit orders due --store {store}`"
            found.append(Cause(f"late-{slug(store)}", store, count(late), words, step, "bad", href="orders.html#due"))
        if blocked:
            words = f"{store} · {'order is' if blocked == 1 else 'orders are'} blocked"
            step = "Do what stands beside each; it then goes by itself."
            href = "orders.html#blocked"
            found.append(Cause(f"blocked-{slug(store)}", store, count(blocked), words, step, href=href))
    return found


def _alerts(more: CauseFacts, now_ms: int) -> list[Cause]:
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
                    f"First seen {_ago(row['first_at'], now_ms)}, last seen {_ago(row['last_at'], now_ms)}, "
                    f"{counted(row['times'], 'time')}.",
                    _rows([row]),
                    next_step=shareable(row["fix"]),
                ),
            ),
        )
        for row in more.alerts.to_pylist()
        if row["kind"] not in FOUND_HERE
    ]


def _held(facts: Snapshot) -> list[Cause]:
    return [
        Cause(
            f"held-{slug(store)}",
            store,
            count(told["held"]),
            f"{store} · {'change is' if told['held'] == 1 else 'changes are'} held",
            f"Mend what is wrong in Commerce; to send what is right, begin with `channelkit plan --store {store}`",
            href="changes.html#held",
        )
        for store, told in facts.summary["stores"].items()
        if told["held"]
    ]


def _waiting(facts: Snapshot, more: CauseFacts) -> list[Cause]:
    """Return what waits in which tab for which reason, where no brand of it was told."""
    told = {(row["store"], row["status"]): row["rows"] for row in _by_brand(more.stopped)}
    found = []
    for row in facts.reasons.filter(pc.is_in(facts.reasons["tab"], pa.array(counts.WAITING))).to_pylist():
        if told.get((row["store"], row["status"]), 0) >= row["rows"]:
            continue
        store, tab = row["store"], row["tab"]
        status = f": {row['status']}" if row["status"] and row["status"] != tab else ""
        step = shareable(row["next_step"] or row["reason"] or "")
        command = f' `channelkit listings --store {store} --tab "{tab}"`'
        href = f"listings.html#reasons-{slug(store)}"
        key = slug(f"waiting {store} {tab} {row['status']}")
        found.append(Cause(key, store, count(row["rows"]), f"{store} · {tab}{status}", step + command, href=href))
    return found


def _by_brand(stopped: pa.Table) -> list[dict[str, Any]]:
    """Return how many listings of each store and status are told by their brands."""
    found: dict[tuple[str, str], int] = {}
    for (store, brand, status), rows in _grouped(stopped, "store", "brand", "status"):
        if brand and len(rows) >= FEW:
            found[store, status] = found.get((store, status), 0) + len(rows)
    return [{"store": store, "status": status, "rows": number} for (store, status), number in found.items()]


def _grouped(rows: pa.Table, *keys: str) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(tuple(row[key] or "" for key in keys), []).append(row)
    return list(found.items())


def _rows(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows])


def _ago(ms: int, now_ms: int) -> str:
    seconds = max(0, now_ms - ms) // 1000
    return f"{duration(seconds if seconds < 60 else seconds - seconds % 60)} ago"
