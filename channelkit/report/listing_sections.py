"""The listings of a dashboard: how many are in each tab over time, what went from tab to tab, and what that costs."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report.bar_charts import count_flows, draw_flows, draw_reasons
from channelkit.report.counts import LIVE, TAB_NAMES
from channelkit.report.dashboard_scope import Scope
from channelkit.report.grids import Column, Grid
from channelkit.report.section import Section
from channelkit.report.standing_findings import find_reasons
from channelkit.report.trend_charts import draw_tab_lines
from channelkit.report.trend_findings import find_flows, find_tabs, say_parts, say_series, when
from channelkit.report.wording import count, listed, money, shareable

SHOWN = 15
"""Rows that a table shows."""

PULL = "Read both sides first: channelkit pull. It sends nothing."


def tabs_section(scope: Scope) -> Section:
    """Return how many listings and products each tab held at the end of each day."""
    source = "listings and products at the end of each of the marketplace's days"
    found = scope.own(scope.readings.tabs)
    if not found.num_rows:
        return scope.nothing("tabs", "No listing was in any tab yet.", source, PULL, found)
    days: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in found.to_pylist():
        days[row["day"]][row["group"]] += row["listings"]
    first, last = min(days), max(days)
    live = {day: tabs.get(LIVE, 0) for day, tabs in days.items()}
    return Section(
        "tabs",
        find_tabs(days[first], days[last], first if first != last else ""),
        scope.about(source),
        found,
        partial(draw_tab_lines, found),
        say_series("Line chart of listings by tab and day; Active", live),
        (_tab_grid(days[first], days[last], (first, last)),),
        "See what needs a person: channelkit listings --tab Incomplete",
    )


def flows_section(scope: Scope) -> Section:
    """Return what entered each tab and what left it, and why."""
    source = "every move from tab to tab, seen by a cycle; to and fro counts twice"
    found = scope.own(scope.readings.flows)
    ordered = found.sort_by([("listings", "descending"), ("from_tab", "ascending"), ("to_tab", "ascending")])
    moves = [(row["from_tab"], row["to_tab"], row["status"], row["listings"]) for row in ordered.to_pylist()]
    entered, left = count_flows(found)
    told = {f"{tab} entered": number for tab, number in entered.items() if tab}
    told |= {f"{tab} left": number for tab, number in left.items() if tab}
    return Section(
        "flows",
        find_flows(moves, scope.period),
        scope.about(source),
        found,
        partial(draw_flows, found) if found.num_rows else None,
        say_parts("Bar chart of what entered and what left each tab", told),
        (_flow_grid(ordered, when(scope.period)),),
        "" if found.num_rows else "Moves are seen by cycles: channelkit sync. What stands now is told above.",
    )


def reasons_section(scope: Scope) -> Section:
    """Return why listings are not live, the costliest reason first."""
    source = "what these listings sold a day in the 30 days before they came to where they are"
    found = scope.own(scope.readings.reasons)
    found = found.filter(pc.invert(pc.is_in(found["tab"], pa.array([LIVE]))))
    if not found.num_rows:
        return scope.nothing("reasons", "Every listing is live.", source, "", found)
    drawn, lacking = _by_status(scope, found)
    top = drawn.slice(0, 1).to_pylist()[0]
    total = pc.sum(drawn["at_stake"]).as_py() or 0
    note = f" Not in the chart's amounts: {listed(lacking)}, for which Commerce has no rate." if lacking else ""
    title = find_reasons(top["status"], top["listings"], top["at_stake"], scope.currency, total)
    if lacking and not total:
        title = _find_costliest(found)
    parts = {row["status"]: row["listings"] for row in drawn.slice(0, 10).to_pylist()}
    return Section(
        "reasons",
        title,
        scope.about(source) + note,
        found,
        partial(draw_reasons, drawn, scope.currency),
        say_parts("Bar chart of reasons, the costliest first, with their listings", parts),
        (_reason_grid(found),),
        "Begin with the first row; its next step stands beside it.",
    )


def _find_costliest(found: pa.Table) -> str:
    """Return what costs most where amounts cannot be added up: of each currency the costliest."""
    told: dict[str, str] = {}
    for row in found.to_pylist():
        if row["at_stake"] and row["currency"] not in told:
            amount = money(row["at_stake"], row["currency"])
            told[row["currency"]] = f"{row['status'] or row['tab']} in {row['store']} (about {amount} a day)"
    return f"Most is at stake with {listed(list(told.values()))}."


def _by_status(scope: Scope, found: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return ``status, listings, at_stake`` in the currency of the totals, and the stores that lack a rate."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    lacking = set()
    for row in found.to_pylist():
        amount = scope.convert(row["at_stake"], row["currency"])
        if amount is None and row["at_stake"]:
            lacking.add(row["store"])
        held = sums[row["status"] or row["tab"]]
        held[0] += row["listings"]
        held[1] += amount or 0
    ordered = sorted(sums.items(), key=lambda pair: (-pair[1][1], -pair[1][0], pair[0]))
    names, listings = [name for name, _ in ordered], [held[0] for _, held in ordered]
    stakes = [held[1] for _, held in ordered]
    columns = {"listings": pa.array(listings, pa.int64()), "at_stake": pa.array(stakes, pa.int64())}
    return pa.table({"status": pa.array(names, pa.string())} | columns), sorted(lacking)


def _tab_grid(first: dict[str, int], last: dict[str, int], days: tuple[str, str]) -> Grid:
    names = [*TAB_NAMES, *sorted(({*first, *last}) - set(TAB_NAMES))]
    told = [
        {
            "tab": name or "in no tab",
            "first": count(first.get(name, 0)),
            "last": count(last.get(name, 0)),
            "change": f"{last.get(name, 0) - first.get(name, 0):+,}",
        }
        for name in names
        if first.get(name) or last.get(name)
    ]
    headings = (
        *(Column("Tab", "tab", "key"), Column(days[0], "first", "number"), Column(days[1], "last", "number")),
        Column("Change", "change", "number"),
    )
    return Grid("Listings and products by tab", headings, told, len(told))


def _flow_grid(ordered: pa.Table, words: str) -> Grid:
    told = [
        {
            "listings": count(row["listings"]),
            "from": row["from_tab"] or "new",
            "to": row["to_tab"] or "in no tab",
            "status": row["status"] or "–",
            "reason": shareable(row["reason"]) or "–",
            "store": row["store"],
        }
        for row in ordered.slice(0, SHOWN).to_pylist()
    ]
    headings = (
        *(Column("Listings", "listings", "number"), Column("From", "from"), Column("To", "to")),
        *(Column("Status there", "status"), Column("Why", "reason", "long"), Column("Store", "store")),
    )
    empty = f"Nothing went from tab to tab {words}."
    return Grid("What went from where to where, most first", headings, told, ordered.num_rows, empty)


def _reason_grid(found: pa.Table) -> Grid:
    told = [
        {
            "stake": money(row["at_stake"], row["currency"]) if row["at_stake"] else "–",
            "listings": count(row["listings"]),
            "status": row["status"] or row["tab"],
            "reason": shareable(row["reason"]) or "–",
            "next": shareable(row["next_step"]) or "–",
            "tab": row["tab"],
            "store": row["store"],
        }
        for row in found.slice(0, SHOWN).to_pylist()
    ]
    headings = (
        *(Column("At stake a day", "stake", "number"), Column("Listings", "listings", "number")),
        *(Column("Status", "status"), Column("Why", "reason", "long"), Column("What to do", "next", "long")),
        *(Column("Tab", "tab"), Column("Store", "store")),
    )
    return Grid("Why listings are not live, the costliest reason first", headings, told, found.num_rows)
