"""One HTML page that a person can mail: everything in the one file, nothing fetched, nothing secret."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.report import charts, counts, excerpts, grids
from channelkit.report.delays import STAGES, distribute, measure_delays
from channelkit.report.freshness import Reading, read_freshness
from channelkit.report.headline import count_live, count_waiting, findings, headline
from channelkit.report.summary import Summary, choose, only, summarise_moment
from channelkit.report.wording import clock_time, count, counted, duration, moment, shareable

SHOWN = 20
"""Rows that a table shows; more is not read, and the whole is a command away."""

SHOWN_WAITING = 12
"""Rows of the tables that each store has of its own."""

TO_DO = 8
STAGE_COLOURS = dict(zip(STAGES, (charts.GREY, charts.BLUE, charts.GREEN), strict=True))


@dataclass(frozen=True)
class Chart:
    """A chart for the page: its HTML, what stands above it, and what it says to those who do not see it."""

    html: str
    title: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """All that the page tells, read at one moment."""

    summary: Summary
    placed: pa.Table
    reasons: pa.Table
    delays: pa.Table
    over_time: pa.Table
    step_ms: int
    waiting: Mapping[str, pa.Table]
    held: pa.Table
    changes: pa.Table
    bad_runs: pa.Table
    plans: pa.Table
    freshness: Sequence[Reading]
    moves: pa.Table
    sightings: pa.Table


def write_page(
    database: Database,
    path: Path,
    *,
    now_ms: int,
    since_ms: int,
    stores: Sequence[str] | None = None,
    title: str = "Amazon and Commerce",
) -> Path:
    """Write the page, whole or not at all, and return its path.

    Arguments:
        path: the HTML file; its folder is made.
        now_ms: the time now, in milliseconds since 1970.
        since_ms: changes, failures and runs are told from then on; tabs and held changes are as they are now.
        stores: only these stores, by name; all when None.
        title: stands above the page; the finding follows it.

    Raises:
        UsageError: there is no store of that name.
    """
    page = render(read_facts(database, now_ms, since_ms, stores), now_ms, since_ms, title)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)
    return path


def read_facts(database: Database, now_ms: int, since_ms: int, stores: Sequence[str] | None = None) -> Facts:
    """Read all that the page tells.

    Raises:
        UsageError: there is no store of that name.
    """
    with database.read() as connection:
        names = choose(counts.store_names(connection), stores)
        over_time, step_ms = counts.count_over_time(connection, since_ms, names)
        found: dict[str, Any] = {
            "summary": summarise_moment(connection, now_ms, since_ms, names),
            "placed": only(counts.count_tabs(connection), names),
            "reasons": only(counts.count_reasons(connection), names),
            "delays": only(measure_delays(connection, since_ms), names),
            "waiting": {name: excerpts.read_waiting(connection, name, SHOWN_WAITING) for name in names},
            "held": excerpts.read_held(connection, names, SHOWN),
            "changes": excerpts.read_changes(connection, names, since_ms, SHOWN),
            "bad_runs": excerpts.read_bad_runs(connection, since_ms, SHOWN),
            "plans": only(counts.newest_plans(connection), names),
            "freshness": read_freshness(connection, names),
        }
    moves = excerpts.read_moves(database, since_ms, names, SHOWN)
    sightings = excerpts.read_sightings(database, since_ms, SHOWN)
    return Facts(**found, over_time=over_time, step_ms=step_ms, moves=moves, sightings=sightings)


def render(facts: Facts, now_ms: int, since_ms: int, title: str) -> str:
    """Return the page as HTML."""
    import jinja2  # noqa: PLC0415 - only the page needs it
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - half a second

    # Everything is escaped but what is marked safe below: our own style, plotly's script, and plotly's own escaping.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("page.html")
    return template.render(view(facts, now_ms, since_ms, title), plotly=get_plotlyjs())


def view(facts: Facts, now_ms: int, since_ms: int, title: str) -> dict[str, Any]:
    """Return what the template shows, in words."""
    summary = facts.summary
    everything, stores = summary["all"], summary["stores"]
    currencies = {name: store["currency"] for name, store in stores.items()}
    since = f"since {moment(since_ms)}" if since_ms > 0 else "since the beginning"
    failures = sum(failure["count"] for failure in summary["failures"])
    moved = sum(number for state, number in everything["changes"].items() if state != "held")
    return {
        "title": title,
        "headline": headline(everything),
        "findings": findings(everything, summary["runs"], failures),
        "now": moment(now_ms),
        "now_there": [
            f"{clock_time(now_ms, store['time_zone'])} in {name}" for name, store in stores.items() if store["country"]
        ],
        "since": since,
        "freshness": [_freshness(reading, now_ms, stores) for reading in facts.freshness],
        "is_old": any(reading.is_old(now_ms) for reading in facts.freshness),
        "tiles": _tiles(everything, summary["runs"], failures),
        "to_do": _to_do(facts),
        "stores": [_store(name, facts) for name in stores],
        "held": grids.held_grid(facts.held, everything["held"], currencies),
        "stopped": [plan for plan in facts.plans.to_pylist() if plan["verdict"] == "stopped"],
        "over_time": _over_time(facts, since),
        "states": grids.state_grid(everything["changes"]),
        "changes": grids.change_grid(facts.changes, moved, currencies),
        "delays": _delays(facts),
        "delay_grid": grids.delay_grid(everything["delays"], distribute(facts.delays)),
        "moves": grids.move_grid(facts.moves, SHOWN),
        "sightings": grids.sighting_grid(facts.sightings, SHOWN),
        "failures": grids.failure_grid(summary["failures"], SHOWN),
        "bad_runs": grids.bad_run_grid(facts.bad_runs, _bad(summary["runs"])),
        "runs": grids.run_grid(summary["runs"]),
        "calls": grids.call_grid(summary["calls"]["operations"], SHOWN),
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
        "age": "never read" if reading.at is None else f"{duration(max(0, now_ms - reading.at) // 1000)} old",
        "stale": counted(reading.stale, "row") + " kept on old facts" if reading.stale else "",
        "is_old": reading.is_old(now_ms),
    }


def _tiles(figures: Mapping[str, Any], runs: Mapping[str, int], failures: int) -> list[dict[str, str]]:
    states = figures["changes"]
    under_way = sum(states.get(name, 0) for name in ("planned", "sent", "accepted"))
    bad = _bad(runs)
    tiles = (
        ("Live on Amazon", count_live(figures), f"of {counted(figures['listings'], 'listing')}", "good"),
        ("Need a person", count_waiting(figures), "Incomplete, New Third Party or Inactive", "warn"),
        ("Changes confirmed", states.get("confirmed", 0), f"seen on Amazon; {count(under_way)} on the way", "good"),
        ("Changes held", figures["held"], "outside a guard; not sent", "warn"),
        ("Calls that failed", failures, f"{counted(bad, 'run')} did not finish", "bad" if failures or bad else "calm"),
    )
    return [
        {"label": label, "value": count(number), "note": note, "tone": tone if number or tone == "bad" else "calm"}
        for label, number, note, tone in tiles
    ]


def _to_do(facts: Facts) -> list[dict[str, str]]:
    """Return what a person should do, the most pressing first."""
    found = [
        {
            "count": count(plan["changes"]),
            "what": f"The newest plan of {plan['store']} was stopped: {shareable(plan['note'])}",
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
                    "what": f"{'change is' if store['held'] == 1 else 'changes are'} held in {name}",
                    "next": "Look at them below. Mend what is wrong in Commerce; to send what is right, begin with",
                    "command": f"channelkit plan --store {name}",
                    "tone": "warn",
                }
            )
    waiting = facts.reasons.filter(pc.is_in(facts.reasons["tab"], pa.array(counts.WAITING)))
    for row in waiting.slice(0, TO_DO - len(found)).to_pylist():
        status = f", {row['status']}" if row["status"] and row["status"] != row["tab"] else ""
        found.append(
            {
                "count": count(row["rows"]),
                "what": f"{row['tab']}{status} in {row['store']}",
                "next": row["next_step"] or row["reason"] or "",
                "command": f'channelkit listings --store {row["store"]} --tab "{row["tab"]}"',
                "tone": "warn",
            }
        )
    return found


def _store(name: str, facts: Facts) -> dict[str, Any]:
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
            ("Listings on Amazon", count(about["listings"])),
            ("Products listed or listable", count(about["products"])),
            ("In no tab", count(about["in_no_tab"])),
            ("Changes held", count(about["held"])),
        ],
        "chart": _chart(
            lambda: charts.draw_tabs(placed),
            f"tabs-{list(facts.summary['stores']).index(name)}",
            "Listings and products by tab",
            f"Bar chart of {name} by tab: {', '.join(filled)}.",
        )
        if placed.num_rows
        else None,
        "tabs": grids.tab_grid(placed, name),
        "reasons": grids.reason_grid(facts.reasons.filter(pc.equal(facts.reasons["store"], name)), name, 12),
        "waiting": grids.waiting_grid(facts.waiting[name], name, waiting_total),
    }


def _over_time(facts: Facts, since: str) -> Chart | None:
    if not facts.over_time.num_rows:
        return None
    states = facts.over_time.group_by("state").aggregate([("rows", "sum")]).to_pylist()
    total = sum(row["rows_sum"] for row in states)
    words = ", ".join(f"{row['state']} {row['rows_sum']:,}" for row in states)
    return _chart(
        lambda: charts.draw_changes(facts.over_time, facts.step_ms),
        "over-time",
        f"{counted(total, 'change')} {since}",
        f"Bar chart of changes over time by state, {since}: {words}.",
        f"When each reached its state; one bar spans {duration(facts.step_ms / 1000)}, times are UTC.",
    )


def _delays(facts: Facts) -> list[Chart]:
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
        found.append(_chart(_drawer(mine, stage), f"delay-{number}", stage.capitalize(), words, finding))
    return found


def _drawer(rows: pa.Table, stage: str) -> Callable[[], charts.Figure]:
    return lambda: charts.draw_delays(rows, STAGE_COLOURS[stage])


def _chart(draw: Callable[[], charts.Figure], name: str, title: str, words: str, note: str = "") -> Chart:
    return Chart(charts.to_html(draw(), name), title, words, note)


def _bad(runs: Mapping[str, int]) -> int:
    return sum(runs.get(state, 0) for state in excerpts.BAD_RUNS)
