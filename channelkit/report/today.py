"""What is told of the moment and of what led to it: tabs, changes, orders, what is held, what failed, and runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import change_grids, charts, counts, excerpts, listing_grids, run_grids
from channelkit.report.delays import STAGES, distribute
from channelkit.report.group import Group, below, slug, table_section
from channelkit.report.headline import headline
from channelkit.report.order_view import order_sections
from channelkit.report.section import Section
from channelkit.report.snapshot import SHOWN, Snapshot
from channelkit.report.wording import count, counted, duration, moment, shareable

STAGE_COLOURS = dict(zip(STAGES, (charts.GREY, charts.BLUE, charts.GREEN), strict=True))

RELEASE = (
    "Look: `channelkit plan --store NAME` names the plan's fingerprint. Mend what is wrong in Commerce; the next cycle "
    "plans anew. Send what is right: `channelkit apply --store NAME --release SKU --approve FINGERPRINT`"
)


def tell_today(facts: Snapshot, now_ms: int, since: str) -> tuple[Group, ...]:
    """Return all groups; the one of orders only where one was read.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        since: from when on changes, failures and runs are told, in words.
    """
    groups = (
        tell_tabs(facts),
        tell_changes(facts, since),
        tell_orders(facts, now_ms),
        tell_held(facts),
        tell_failures(facts, since),
        tell_runs(facts),
    )
    return tuple(group for group in groups if group is not None)


def tell_tabs(facts: Snapshot) -> Group:
    """Return what is in which tab, and why, for each store."""
    names = list(facts.summary["stores"])
    rows = (tuple(tabs_section(name, facts) for name in names),) if names else ()
    tables = [section for name in names for section in reason_sections(name, facts)]
    return Group(
        "stores",
        "What is in which tab, and why",
        "Stores",
        "Each listing on Amazon, and each product that could be one, is in exactly one tab." if names else "",
        (*rows, *below(tables)),
        "No store has been read yet.",
    )


def tabs_section(name: str, facts: Snapshot) -> Section:
    """Return how many listings and products of a store are in which tab."""
    about = facts.summary["stores"][name]
    placed = facts.placed.filter(pc.equal(facts.placed["store"], name))
    filled = ", ".join(f"{tab or 'in no tab'} {number:,}" for tab, number in about["tabs"].items())
    where = [f"Amazon {about['country']}", about["currency"], about["time_zone"]] if about["country"] else []
    website = [f"Commerce website {about['website']}"] if about["website"] else []
    numbers = [counted(about["listings"], "listing"), counted(about["products"], "product")]
    numbers += [f"{about['in_no_tab']:,} in no tab", f"{counted(about['held'], 'change')} held"]
    return Section(
        f"tabs-{slug(name)}",
        f"{name}: {headline(about)}",
        f"{' · '.join([*where, *website])}. {', '.join(numbers)}.".lstrip(". "),
        placed,
        (lambda: charts.draw_tabs(placed)) if placed.num_rows else None,
        f"Bar chart of {name} by tab: {filled}.",
        (listing_grids.tab_grid(placed, name),),
    )


def reason_sections(name: str, facts: Snapshot) -> tuple[Section, Section]:
    """Return why a store's rows are where they are, and which of them wait for a person."""
    reasons = facts.reasons.filter(pc.equal(facts.reasons["store"], name))
    total = sum(facts.summary["stores"][name]["tabs"].get(tab, 0) for tab in counts.WAITING)
    waiting = facts.waiting[name]
    return (
        table_section(f"reasons-{slug(name)}", listing_grids.reason_grid(reasons, name, 12), reasons),
        table_section(f"waiting-{slug(name)}", listing_grids.waiting_grid(waiting, name, total), waiting),
    )


def tell_changes(facts: Snapshot, since: str) -> Group:
    """Return what was sent to Amazon, what became of it, and what moved and was seen to change."""
    everything, stores = facts.summary["all"], facts.summary["stores"]
    currencies = {name: store["currency"] for name, store in stores.items()}
    sent = pc.sum(facts.over_time["rows"]).as_py() or 0
    rows: list[tuple[Section, ...]] = [(_over_time(facts, since),)]
    steps = _steps(facts)
    if steps:
        spread = distribute(facts.delays)
        times = table_section("steps", change_grids.delay_grid(everything["delays"], spread), spread)
        targets = table_section(
            "targets", change_grids.target_grid(everything["targets"]), _table(everything["targets"])
        )
        rows += [tuple(steps), (times,), (targets,)]
    changes = change_grids.change_grid(facts.changes, sent, currencies)
    if changes.rows:
        rows.append((table_section("newest-changes", changes, facts.changes),))
    moves = table_section("moves", listing_grids.move_grid(facts.moves, SHOWN), facts.moves)
    seen = table_section("sightings", listing_grids.sighting_grid(facts.sightings, SHOWN), facts.sightings)
    return Group(
        "changes",
        "What changed",
        "What changed",
        f"Prices and quantities that were sent to Amazon {since}, and what became of them. A change counts as done "
        "only when a later reading shows it on Amazon.",
        (*rows, (moves, seen)),
    )


def tell_orders(facts: Snapshot, now_ms: int) -> Group | None:
    """Return where orders stand; None where none was ever read."""
    rows = order_sections(facts, now_ms)
    about = (
        "Amazon's orders and where each stands in Commerce. Orders are named by Amazon's numbers; who bought them is "
        "not told here."
    )
    return Group("orders", "Orders", "Orders", about, rows) if rows else None


def tell_held(facts: Snapshot) -> Group:
    """Return what is held, which plans were stopped, and what is planned and not sent."""
    everything, stores = facts.summary["all"], facts.summary["stores"]
    currencies = {name: store["currency"] for name, store in stores.items()}
    verdicts = {name: store["verdict"] for name, store in stores.items()}
    stopped = [_stopped(plan, facts.plans) for plan in facts.plans.to_pylist() if plan["verdict"] == "stopped"]
    held = change_grids.held_grid(facts.held, everything["held"], currencies)
    sections = [*stopped, table_section("held-changes", held, facts.held, RELEASE if held.rows else "")]
    unsent = change_grids.unsent_grid(facts.unsent, everything["changes"]["planned"], currencies, verdicts)
    if unsent.rows:
        sections.append(table_section("unsent", unsent, facts.unsent))
    return Group(
        "held",
        "What is held, and what to do",
        "What is held",
        "A change outside a guard is held while the rest goes; a plan that would change too much at once is stopped, "
        "but for its stock-outs. Nothing that is held has been sent.",
        below(sections),
    )


def tell_failures(facts: Snapshot, since: str) -> Group:
    """Return the calls that failed and the runs that did not finish."""
    failures, runs = facts.summary["failures"], facts.summary["runs"]
    calls = table_section("failed-calls", run_grids.failure_grid(failures, SHOWN), pa.Table.from_pylist(failures))
    bad = table_section("bad-runs", run_grids.bad_run_grid(facts.bad_runs, count_bad(runs)), facts.bad_runs)
    return Group(
        "failures",
        "What failed",
        "What failed",
        f"Calls to Amazon and Commerce that failed, and runs that did not finish, {since}. A temporary failure is "
        "tried again by the next run.",
        ((calls,), (bad,)),
    )


def tell_runs(facts: Snapshot) -> Group:
    """Return how many runs ended in which way, and which calls were made."""
    runs, calls = facts.summary["runs"], facts.summary["calls"]["operations"]
    by_state = table_section("run-states", run_grids.run_grid(runs), _counted(runs, "state", "runs"))
    by_name = table_section("calls", run_grids.call_grid(calls, SHOWN), _counted(calls, "operation", "calls"))
    return Group("runs", "Runs and calls", "Runs and calls", "", ((by_state, by_name),))


def count_bad(runs: dict[str, int]) -> int:
    """Return how many runs did not finish."""
    return sum(runs.get(state, 0) for state in excerpts.BAD_RUNS)


def _over_time(facts: Snapshot, since: str) -> Section:
    if not facts.over_time.num_rows:
        return Section("over-time", f"Nothing was sent to Amazon {since}.", "", facts.over_time)
    states = facts.over_time.group_by("state").aggregate([("rows", "sum")]).to_pylist()
    total = sum(row["rows_sum"] for row in states)
    words = ", ".join(f"{row['state']} {row['rows_sum']:,}" for row in states)
    return Section(
        "over-time",
        f"{counted(total, 'change')} {since}",
        f"When each reached its state; one bar spans {duration(facts.step_ms / 1000)}, times are UTC.",
        facts.over_time,
        lambda: charts.draw_changes(facts.over_time, facts.step_ms),
        f"Bar chart of changes over time by state, {since}: {words}.",
        (change_grids.state_grid(facts.summary["all"]["changes"]),),
    )


def _steps(facts: Snapshot) -> list[Section]:
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
        found.append(Section(f"delay-{number}", stage.capitalize(), finding, mine, _drawer(mine, stage), words))
    return found


def _drawer(rows: pa.Table, stage: str) -> Callable[[], charts.Figure]:
    return lambda: charts.draw_delays(rows, STAGE_COLOURS[stage])


def _stopped(plan: dict[str, Any], plans: pa.Table) -> Section:
    would = f"It would have made {count(plan['changes'])} changes to {count(plan['listings'])} listings."
    return Section(
        f"stopped-{slug(plan['store'])}",
        f"Stopped: the plan of {plan['store']} of {moment(plan['made_at'])}",
        f"{shareable(plan['note'])} {would}",
        plans.filter(pc.equal(plans["store"], plan["store"])),
    )


def _counted(numbers: dict[str, int], name: str, of: str) -> pa.Table:
    return pa.table({name: pa.array(list(numbers), pa.string()), of: pa.array(list(numbers.values()), pa.int64())})


def _table(named: dict[str, dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{"name": name} | values for name, values in named.items()])
