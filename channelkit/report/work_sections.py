"""The work of a dashboard: how long changes took, which orders wait to be shipped, how much of each quota was used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from channelkit.database import rows
from channelkit.database.order_schema import orders
from channelkit.model.days import day_of, shift
from channelkit.model.decisions import MERCHANT
from channelkit.report.bar_charts import LATE, draw_awaiting, draw_budget, draw_stages, percent
from channelkit.report.change_grids import delay_grid, target_grid
from channelkit.report.dashboard_scope import Scope
from channelkit.report.delays import (
    BIN_NAMES,
    BINS,
    STAGES,
    WHOLE,
    distribute,
    summarise_delays,
    summarise_targets,
)
from channelkit.report.grids import Column, Grid
from channelkit.report.order_excerpts import read_due
from channelkit.report.order_grids import due_grid
from channelkit.report.order_words import TO_SHIP
from channelkit.report.section import Section
from channelkit.report.standing_findings import find_awaiting, find_budget, find_delays
from channelkit.report.trend_findings import say_parts, when
from channelkit.report.wording import count, duration, moment
from channelkit.trends.budget import read_budget

SHOWN = 15
"""Rows that a table shows."""

AHEAD = 7
"""Days, today among them, that orders to ship are told by; what is due after them is due later."""

DAY_MS = 86_400_000

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

STEPS = dict(zip(STAGES, ("Wanted → sent", "Sent → accepted", "Accepted → seen on Amazon"), strict=True))

_DUE = pa.schema([("store", pa.string()), ("ship_by", pa.int64()), ("orders", pa.int64())])


def delays_section(scope: Scope) -> Section:
    """Return how long changes took from wanted to sent, accepted and seen, as distributions."""
    source = "prices, quantities and all else that was sent to Amazon, from the plan to the reading that showed it"
    found = scope.own(scope.readings.delays)
    if not found.num_rows:
        step = "Cycles send what differs: channelkit sync. Why a store sends nothing: channelkit doctor"
        return scope.nothing("delays", f"Nothing was sent to Amazon {when(scope.period)}.", source, step, found)
    spread, known, targets = distribute(found), summarise_delays(found), summarise_targets(found)
    for field, seconds in scope.promises.items():
        if field in targets:
            targets[field] = _against(found, field, seconds)
    titles = {
        stage: f"{STEPS[stage]}: half in {_time(known, stage, 'median')}, 95 of 100 in {_time(known, stage, 'p95')}"
        for stage in STAGES
        if known[stage]["count"]
    }
    whole = np.sort(found.filter(pc.equal(found["stage"], WHOLE))["seconds"].to_numpy()).tolist()
    parts = [
        f"{words}: " + ", ".join(f"{row['bin']} {row['rows']:,}" for row in spread.to_pylist() if _is(row, stage))
        for stage, words in titles.items()
    ]
    return Section(
        "delays",
        find_delays(whole, targets),
        scope.about(source),
        _spread_all(found),
        partial(draw_stages, spread, titles),
        f"Bar charts of delays. {'; '.join(parts)}.",
        (delay_grid(known, spread), target_grid(targets)),
        ""
        if all(each["within"] == each["count"] for each in targets.values())
        else "See what stuck: channelkit errors",
    )


def awaiting_section(scope: Scope) -> Section:
    """Return which orders wait to be shipped, by the day by which they have to be."""
    source = "orders that the merchant has to ship, by the marketplace's days"
    with scope.database.read() as connection:
        query = sa.select(orders.c.store, orders.c.ship_by, sa.func.count()).where(
            orders.c.store.in_(scope.stores),
            orders.c.status.in_(TO_SHIP),
            orders.c.fulfilled_by == MERCHANT,
            orders.c.ship_by.isnot(None),
        )
        query = query.group_by(orders.c.store, orders.c.ship_by).order_by(orders.c.ship_by, orders.c.store)
        found = rows.read(connection, query, _DUE)
        first = read_due(connection, scope.stores, SHOWN)
    counted = _by_due(scope, found)
    known = found.to_pylist()
    soon = sum(row["orders"] for row in known if scope.now_ms <= row["ship_by"] < scope.now_ms + DAY_MS)
    total, late = sum(counted.values()), counted.get(LATE, 0)
    drawn = pa.table({"due": list(counted), "orders": pa.array(list(counted.values()), pa.int64())})
    return Section(
        "awaiting",
        find_awaiting(total, late, soon),
        scope.about(source),
        found,
        partial(draw_awaiting, drawn) if total else None,
        say_parts("Bar chart of orders by the day to ship by", counted),
        (due_grid(first, total, scope.now_ms),),
        "Ship what stands first; the shipment goes to Amazon by itself: channelkit orders due" if total else "",
    )


def budget_section(scope: Scope) -> Section:
    """Return how much of each operation's quota was used."""
    source = "Amazon's quotas of all seller accounts together; those of Commerce are restraint of our own"
    found = read_budget(scope.database, scope.period.since_ms, scope.now_ms)
    called = found.filter(pc.greater(found["calls"], 0))
    if not called.num_rows:
        return scope.nothing("budget", "No call was counted yet.", source, "Read both sides: channelkit pull.", found)
    top = called.slice(0, 1).to_pylist()[0]
    shares = {row["operation"]: percent(row["calls"], row["allowed"]) for row in called.slice(0, SHOWN).to_pylist()}
    told = ", ".join(f"{name} {share}" for name, share in shares.items())
    close = top["calls"] > 0.8 * top["allowed"]
    return Section(
        "budget",
        find_budget(top["operation"], top["calls"], top["allowed"], moment(top["since"])),
        scope.about(source),
        found,
        partial(draw_budget, called),
        f"Bar chart of how much of each quota was used: {told}.",
        (_budget_grid(called),),
        "It is nearly used up: run cycles less often, or list fewer stores in each." if close else "",
    )


def _spread_all(found: pa.Table) -> pa.Table:
    """Return ``store, field, stage, bin, changes``: of hundreds of thousands of delays, how many are in each class."""
    seconds = found["seconds"].to_numpy()
    place = pa.array(np.digitize(seconds, BINS), pa.int64())
    keys = ["store", "field", "stage"]
    counted = found.select(keys).append_column("place", place).group_by([*keys, "place"]).aggregate([([], "count_all")])
    counted = counted.sort_by([(name, "ascending") for name in (*keys, "place")])
    bins = pa.array(BIN_NAMES, pa.string()).take(counted["place"].combine_chunks())
    columns = {name: counted[name] for name in keys} | {"bin": bins, "changes": counted["count_all"]}
    return pa.table(columns)


def _time(known: Mapping[str, Mapping[str, float | int | None]], stage: str, which: str) -> str:
    return duration(known[stage][which])


def _against(found: pa.Table, field: str, seconds: int) -> dict[str, float | int]:
    mine = found.filter(pc.and_(pc.equal(found["field"], field), pc.equal(found["stage"], WHOLE)))["seconds"]
    within = pc.sum(pc.less_equal(mine, float(seconds))).as_py() or 0
    return {"target": seconds, "count": len(mine), "within": int(within)}


def _is(row: dict[str, object], stage: str) -> bool:
    return row["stage"] == stage and bool(row["rows"])


def _by_due(scope: Scope, found: pa.Table) -> dict[str, int]:
    """Return how many orders are late, and how many are due by which day, those without any among them."""
    zone = scope.zone
    today = day_of(scope.now_ms, zone)
    days = [shift(today, number) for number in range(AHEAD)]
    names = {day: _named(day) for day in days}
    names |= {days[0]: "today", days[1]: "tomorrow"}
    counted = dict.fromkeys((LATE, *names.values()), 0)
    later = 0
    for row in found.to_pylist():
        day = day_of(row["ship_by"], scope.sites[row["store"]].zone)
        if row["ship_by"] < scope.now_ms:
            counted[LATE] += row["orders"]
        elif day in names or day < days[0]:
            counted[names.get(day, "today")] += row["orders"]
        else:
            later += row["orders"]
    return counted | ({"later": later} if later else {})


def _named(day: str) -> str:
    there = date.fromisoformat(day)
    return f"{WEEKDAYS[there.weekday()]} {there.day}"


def _budget_grid(called: pa.Table) -> Grid:
    told = [
        {
            "operation": row["operation"],
            "system": row["system"].capitalize(),
            "calls": count(row["calls"]),
            "allowed": count(row["allowed"]),
            "share": percent(row["calls"], row["allowed"]),
            "rate": f"{row['rate']:g} a second, {row['burst']:g} at once",
            "left": f"{row['left']:.0f} of {row['burst']:g}",
        }
        for row in called.slice(0, SHOWN).to_pylist()
    ]
    headings = (
        *(Column("Operation", "operation", "long"), Column("Of", "system"), Column("Calls", "calls", "number")),
        *(Column("Allowed", "allowed", "number"), Column("Used", "share", "number"), Column("Quota", "rate")),
        Column("Left at once now", "left", "number"),
    )
    return Grid("Calls against quotas, the most used first", headings, told, called.num_rows)
