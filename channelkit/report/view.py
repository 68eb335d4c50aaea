"""What stands at the head of a page, in words: the finding, how old the facts are, figures, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import counts
from channelkit.report.freshness import Reading
from channelkit.report.headline import count_live, count_waiting, findings, headline
from channelkit.report.order_view import stuck_orders
from channelkit.report.snapshot import Snapshot
from channelkit.report.summary import Summary
from channelkit.report.today import count_bad
from channelkit.report.wording import clock_time, count, counted, duration, moment, shareable

NOTHING_READ = "Nothing has been imported yet. Run `channelkit pull`; it reads both sides and sends nothing."

TO_DO = 8
"""Things to do that a person can keep in mind."""


def view(facts: Snapshot, now_ms: int, since_ms: int, title: str) -> dict[str, Any]:
    """Return what the template shows, in words."""
    summary = facts.summary
    everything, stores = summary["all"], summary["stores"]
    since = f"since {moment(since_ms)}" if since_ms > 0 else "since the beginning"
    return {
        "title": title,
        "headline": headline(everything),
        "findings": findings(summary),
        "now": moment(now_ms),
        "now_there": [
            f"{clock_time(now_ms, store['time_zone'])} in {name}" for name, store in stores.items() if store["country"]
        ],
        "since": since,
        "freshness": [_freshness(reading, now_ms, stores) for reading in facts.freshness],
        "is_old": any(reading.is_old(now_ms) for reading in facts.freshness),
        "tiles": _tiles(summary),
        "to_do": to_do(facts),
        "nothing_to_do": "Nothing waits for a person." if stores else NOTHING_READ,
    }


def _freshness(reading: Reading, now_ms: int, stores: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    zone = stores[reading.store]["time_zone"] if reading.store else "UTC"
    return {
        "what": f"{reading.what} of {reading.store}" if reading.store else reading.what,
        "at": moment(reading.at),
        "there": clock_time(reading.at, zone) if reading.at is not None and zone != "UTC" else "",
        "age": "never read" if reading.at is None else f"{_age(now_ms - reading.at)} old",
        "stale": counted(reading.stale, "row") + " kept on old facts" if reading.stale else "",
        "is_old": reading.is_old(now_ms),
    }


def _age(ms: int) -> str:
    """Return an age without seconds where there are minutes."""
    seconds = max(0, ms) // 1000
    return duration(seconds if seconds < 60 else seconds - seconds % 60)


def _tiles(summary: Summary) -> list[dict[str, str]]:
    figures, bad = summary["all"], count_bad(summary["runs"])
    failures = sum(failure["count"] for failure in summary["failures"])
    states = figures["changes"]
    under_way = sum(states[name] for name in counts.ON_THE_WAY)
    tiles = (
        ("Live on Amazon", count_live(figures), f"of {counted(figures['listings'], 'listing')}", "good"),
        ("Need a person", count_waiting(figures), "Incomplete, New Third Party or Inactive", "warn"),
        ("Changes confirmed", states["confirmed"], f"seen on Amazon; {count(under_way)} on the way", "good"),
        ("Changes held", figures["held"], "outside a guard; not sent", "warn"),
        (
            "Calls that failed",
            failures,
            f"{counted(bad, 'run')} did not finish" if bad else "every run finished",
            "bad" if failures or bad else "calm",
        ),
    )
    return [
        {"label": label, "value": count(number), "note": note, "tone": tone if number or tone == "bad" else "calm"}
        for label, number, note, tone in tiles
    ]


def to_do(facts: Snapshot) -> list[dict[str, str]]:
    """Return what a person should do, the most pressing first."""
    found = [
        {
            "count": count(plan["changes"]),
            "what": f"{plan['store']} · The newest plan was stopped: {shareable(plan['note'])}",
            "next": "Look at it. If it is right, send it all the same.",
            "command": f"channelkit plan --store {plan['store']}; "
            f"channelkit apply --store {plan['store']} --although-stopped --approve {plan['fingerprint']}",
            "tone": "bad",
        }
        for plan in facts.plans.to_pylist()
        if plan["verdict"] == "stopped"
    ]
    for name, store in facts.summary["stores"].items():
        if store["held"]:
            found.append(
                {
                    "count": count(store["held"]),
                    "what": f"{name} · {'change is' if store['held'] == 1 else 'changes are'} held",
                    "next": "Look at them below. Mend what is wrong in Commerce; to send what is right, begin with",
                    "command": f"channelkit plan --store {name}",
                    "tone": "warn",
                }
            )
    found += stuck_orders(facts.summary["stores"])
    waiting = facts.reasons.filter(pc.is_in(facts.reasons["tab"], pa.array(counts.WAITING)))
    for row in waiting.slice(0, max(0, TO_DO - len(found))).to_pylist():
        status = f": {row['status']}" if row["status"] and row["status"] != row["tab"] else ""
        found.append(
            {
                "count": count(row["rows"]),
                "what": f"{row['store']} · {row['tab']}{status}",
                "next": row["next_step"] or row["reason"] or "",
                "command": f'channelkit listings --store {row["store"]} --tab "{row["tab"]}"',
                "tone": "warn",
            }
        )
    return found
