"""What a page shows, in words: the finding, what to do, and every chart with its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import change_grids, charts, counts, excerpts, listing_grids, run_grids
from channelkit.report.chart import Chart, make_chart
from channelkit.report.delays import STAGES, distribute
from channelkit.report.freshness import Reading
from channelkit.report.headline import count_live, count_waiting, findings, headline
from channelkit.report.order_view import stuck_orders, view_orders
from channelkit.report.snapshot import SHOWN, Snapshot
from channelkit.report.summary import Summary
from channelkit.report.wording import clock_time, count, counted, duration, moment, shareable

TO_DO = 8
"""Things to do that a person can keep in mind."""

STAGE_COLOURS = dict(zip(STAGES, (charts.GREY, charts.BLUE, charts.GREEN), strict=True))


def view(facts: Snapshot, now_ms: int, since_ms: int, title: str) -> dict[str, Any]:
    """Return what the template shows, in words."""
    summary = facts.summary
    everything, stores = summary["all"], summary["stores"]
    currencies = {name: store["currency"] for name, store in stores.items()}
    since = f"since {moment(since_ms)}" if since_ms > 0 else "since the beginning"
    sent = pc.sum(facts.over_time["rows"]).as_py() or 0
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
        "to_do": _to_do(facts),
        "stores": [_store(name, facts) for name in stores],
        "held": change_grids.held_grid(facts.held, everything["held"], currencies),
        "unsent": change_grids.unsent_grid(
            facts.unsent, everything["changes"]["planned"], currencies, {n: s["verdict"] for n, s in stores.items()}
        ),
        "stopped": [plan for plan in facts.plans.to_pylist() if plan["verdict"] == "stopped"],
        "over_time": _over_time(facts, since),
        "states": change_grids.state_grid(everything["changes"]),
        "changes": change_grids.change_grid(facts.changes, sent, currencies),
        "delays": _delays(facts),
        "delay_grid": change_grids.delay_grid(everything["delays"], distribute(facts.delays)),
        "targets": change_grids.target_grid(everything["targets"]),
        "orders": view_orders(facts, now_ms),
        "moves": listing_grids.move_grid(facts.moves, SHOWN),
        "sightings": listing_grids.sighting_grid(facts.sightings, SHOWN),
        "failures": run_grids.failure_grid(summary["failures"], SHOWN),
        "bad_runs": run_grids.bad_run_grid(facts.bad_runs, _bad(summary["runs"])),
        "runs": run_grids.run_grid(summary["runs"]),
        "calls": run_grids.call_grid(summary["calls"]["operations"], SHOWN),
        "count": count,
        "shareable": shareable,
        "moment": moment,
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
    figures, bad = summary["all"], _bad(summary["runs"])
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


def _to_do(facts: Snapshot) -> list[dict[str, str]]:
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


def _store(name: str, facts: Snapshot) -> dict[str, Any]:
    about = facts.summary["stores"][name]
    placed = facts.placed.filter(pc.equal(facts.placed["store"], name))
    waiting_total = sum(about["tabs"].get(tab, 0) for tab in counts.WAITING)
    tabs = about["tabs"]
    filled = [f"{tab or 'in no tab'} {number:,}" for tab, number in tabs.items()]
    return {
        "name": name,
        "place": " · ".join(filter(None, [f"Amazon {about['country']}", about["currency"], about["time_zone"]]))
        + (f" · Commerce website {about['website']}" if about["website"] else ""),
        "headline": headline(about),
        "about": [
            ("Listings", count(about["listings"])),
            ("Products", count(about["products"])),
            ("In no tab", count(about["in_no_tab"])),
            ("Changes held", count(about["held"])),
        ],
        "chart": make_chart(
            lambda: charts.draw_tabs(placed),
            f"tabs-{list(facts.summary['stores']).index(name)}",
            "Listings and products by tab",
            f"Bar chart of {name} by tab: {', '.join(filled)}.",
        )
        if placed.num_rows
        else None,
        "tabs": listing_grids.tab_grid(placed, name),
        "reasons": listing_grids.reason_grid(facts.reasons.filter(pc.equal(facts.reasons["store"], name)), name, 12),
        "waiting": listing_grids.waiting_grid(facts.waiting[name], name, waiting_total),
    }


def _over_time(facts: Snapshot, since: str) -> Chart | None:
    if not facts.over_time.num_rows:
        return None
    states = facts.over_time.group_by("state").aggregate([("rows", "sum")]).to_pylist()
    total = sum(row["rows_sum"] for row in states)
    words = ", ".join(f"{row['state']} {row['rows_sum']:,}" for row in states)
    return make_chart(
        lambda: charts.draw_changes(facts.over_time, facts.step_ms),
        "over-time",
        f"{counted(total, 'change')} {since}",
        f"Bar chart of changes over time by state, {since}: {words}.",
        f"When each reached its state; one bar spans {duration(facts.step_ms / 1000)}, times are UTC.",
    )


def _delays(facts: Snapshot) -> list[Chart]:
    spread = distribute(facts.delays)
    found = []
    for number, stage in enumerate(STAGES):
        known = facts.summary["all"]["delays"][stage]
        if not known["count"]:
            continue
        mine = spread.filter(pc.equal(spread["stage"], stage))
        classes = ", ".join(f"{row['bin']} {row['rows']:,}" for row in mine.to_pylist() if row["rows"])
        finding = f"Half in {duration(known['median'])}, 95 of 100 in {duration(known['p95'])}."
        words = f"Bar chart of delays, {stage}. {finding} {classes}."
        found.append(make_chart(_drawer(mine, stage), f"delay-{number}", stage.capitalize(), words, finding))
    return found


def _drawer(rows: pa.Table, stage: str) -> Callable[[], charts.Figure]:
    return lambda: charts.draw_delays(rows, STAGE_COLOURS[stage])


def _bad(runs: Mapping[str, int]) -> int:
    return sum(runs.get(state, 0) for state in excerpts.BAD_RUNS)
