"""What a person should see to first, each with the page that leads to its cause."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import counts
from channelkit.report.cause import TONES, Cause
from channelkit.report.cause_facts import CauseFacts
from channelkit.report.cause_pages import (
    count_by_brand,
    find_brands,
    find_oversold,
    find_refused,
    find_stuck_feeds,
    tell_alerts,
)
from channelkit.report.group import slug
from channelkit.report.snapshot import Snapshot
from channelkit.report.wording import count, shareable


def find_causes(facts: Snapshot, more: CauseFacts, now_ms: int) -> list[Cause]:
    """Return what a person should see to, the most pressing first: what is bad, then what concerns many.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
    """
    found = [
        *find_refused(more, facts, now_ms),
        *find_oversold(more, now_ms),
        *find_stuck_feeds(more, now_ms),
        *_stopped(facts),
        *_late(facts),
        *tell_alerts(more, now_ms),
        *_held(facts),
        *find_brands(more),
        *_waiting(facts, more),
    ]
    return sorted(found, key=lambda cause: TONES.index(cause.tone))


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
    told = {(row["store"], row["status"]): row["rows"] for row in count_by_brand(more.stopped)}
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
