"""The logs that people read, as sections of a report: what was changed, what failed, what could be better."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.report.change_words import change_value
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.logs_charts import draw_errors, draw_states
from channelkit.report.order_words import DEEDS
from channelkit.report.period import Period
from channelkit.report.section import Section
from channelkit.report.trend_findings import when
from channelkit.report.wording import count, counted, duration, money, shareable
from channelkit.trends.change_log import Wanted, count_states, read_change_log
from channelkit.trends.error_groups import read_error_groups
from channelkit.trends.improvements import read_improvements

SHOWN = 40
"""Rows that a table of the report shows."""

KEPT = 1_000
"""The newest changes that the files beside a report have; all of them are a command away."""

ROUGHLY_AS_BEFORE = 1.2
"""How many times more or less often counts as more or less at all."""


def change_log_section(database: Database, stores: Sequence[str], period: Period) -> Section:
    """Return every change that was wanted in a period, what became of it, and which are late (RP-01, pain 4)."""
    wanted = Wanted(period.since_ms, period.until_ms + period.is_open)
    counts = count_states(database, stores, wanted, now_ms=period.until_ms)
    states = dict(zip(*(counts[name].to_pylist() for name in ("state", "changes")), strict=True))
    total, late = sum(states.values()), sum(counts["late"].to_pylist())
    rows = read_change_log(database, stores, replace(wanted, most=KEPT), now_ms=period.until_ms)
    confirmed, refused = states.get("confirmed", 0), states.get("refused", 0) + states.get("expired", 0)
    title = f"{counted(total, 'change')} {when(period)}: {confirmed:,} seen, {refused:,} refused or never seen"
    if late:
        title += f"; {counted(late, 'change has', 'changes have')} not been seen in time"
    if not rows.num_rows:
        title = f"Nothing was changed {when(period)}"
    told = [_tell_change(row) for row in rows.slice(0, SHOWN).to_pylist()]
    columns = (
        *(Column("Wanted (UTC)", "at", "time"), Column("Store", "store"), Column("SKU or order", "sku", "key")),
        *(Column("What", "field"), Column("From", "before"), Column("To", "after"), Column("State", "state")),
        *(Column("Sent", "sent", "number"), Column("Seen", "seen", "number"), Column("Why", "because", "long")),
        *(Column("By", "by"), Column("What became of it", "note", "long")),
    )
    grid = Grid("Changes, the newest first", columns, told, total, f"{title}.", "channelkit log")
    words = ", ".join(f"{state} {number:,}" for state, number in states.items())
    return Section(
        "change-log",
        f"{title}.",
        f"Listings, orders and Commerce's catalog, {period.about}. A change counts as done when a reading shows it.",
        rows,
        draw=(lambda: draw_states(states)) if states else None,
        words=f"Bar chart of changes by state: {words}." if states else "",
        grids=(grid,),
        next_step="Look at those that were not seen: channelkit log --state late" if late else "",
    )


def errors_section(database: Database, stores: Sequence[str], period: Period) -> Section:
    """Return what failed in a period, grouped, in words, with the next step of each (RP-02, pain 23)."""
    rows = read_groups(database, stores, period)
    groups = rows.to_pylist()
    still = sum(row["open"] > 0 for row in groups)
    title = f"{counted(len(groups), 'kind')} of errors {when(period)}, {still:,} of them not over"
    if not groups:
        title = f"Nothing failed {when(period)}"
    elif groups[0]["listings"]:
        worst = groups[0]
        title += f"; the gravest touches {counted(worst['listings'], 'listing')}"
        title += f" that sell {money(worst['at_stake'], worst['currency'])} a day" if worst["at_stake"] else ""
    columns = (
        *(Column("Store", "store"), Column("What", "what", "long"), Column("Times", "count", "number")),
        *(Column("What it means, in plain words", "meaning", "long"), Column("What to do", "fix", "long")),
        # What a person needs first stands where no screen cuts it off.
        *(Column("Not over", "open", "number"), Column("Listings", "listings", "number")),
        *(Column("Sell a day", "stake", "number"), Column("Trend", "trend"), Column("Half-life", "half", "number")),
        *(Column("First (UTC)", "first", "time"), Column("Last (UTC)", "last", "time")),
        *(Column("Next attempt", "next", "long"), Column("For example", "example", "long")),
        Column("Request id", "request", "key"),
    )
    told = [tell_error(row) for row in groups[:SHOWN]]
    grid = Grid("Errors by code, call and store", columns, told, len(groups), f"{title}.", "channelkit errors")
    top = [(_name(row), row["count"]) for row in sorted(groups, key=lambda row: -row["count"])[:10]]
    words = ", ".join(f"{name} {number:,}" for name, number in top)
    return Section(
        "errors",
        f"{title}.",
        f"Calls, changes, bulk submissions and what Amazon complains of, {period.about}. Half-life: the time within "
        "which half of what was affected was over it.",
        rows,
        draw=(lambda: draw_errors(top)) if top else None,
        words=f"Bar chart of errors by how often they came: {words}." if top else "",
        grids=(grid,),
        next_step=shareable(f"{groups[0]['meaning']} {groups[0]['fix']}") if groups else "",
    )


def read_groups(database: Database, stores: Sequence[str], period: Period) -> pa.Table:
    """Return the errors of a period as `channelkit.trends.error_groups.ERROR_GROUPS`, counted against the one before.

    What is the case now belongs to a period that reaches to now.
    """
    compare = None
    if period.compare_ms is not None:
        compare = (period.compare_ms, period.compare_until_ms or period.since_ms)
    # What happened at this very moment belongs to a period that reaches to now.
    until, now = period.until_ms + period.is_open, period.until_ms + (not period.is_open)
    return read_error_groups(database, stores, period.since_ms, until, now_ms=now, compare=compare)


def improvements_section(database: Database, stores: Sequence[str], period: Period) -> Section:
    """Return what Amazon suggests for listings that sell all the same, those that sell most first (RP-04)."""
    rows = read_improvements(database, stores, now_ms=period.until_ms)
    listings = len({(row["store"], row["seller_sku"]) for row in rows.select(["store", "seller_sku"]).to_pylist()})
    title = (
        f"Amazon suggests {counted(rows.num_rows, 'improvement')} of {counted(listings, 'listing')}; none blocks a sale"
    )
    if not rows.num_rows:
        title = "Amazon suggests no improvement"
    columns = (
        *(Column("Store", "store"), Column("Seller SKU", "seller_sku", "key"), Column("Title", "title", "long")),
        *(Column("Sells a day", "sold", "number"), Column("Code", "code"), Column("About", "attributes", "long")),
        *(Column("Amazon's words", "said", "long"), Column("What to do", "fix", "long")),
    )
    told = [
        {name: row[name] or "–" for name in ("store", "seller_sku", "title", "code", "attributes", "fix")}
        | {"said": shareable(row["said"] or "–"), "sold": money(row["sold_a_day"], row["currency"])}
        for row in rows.slice(0, SHOWN).to_pylist()
    ]
    grid = Grid("What Amazon suggests", columns, told, rows.num_rows, f"{title}.", "channelkit improvements")
    return Section(
        "improvements",
        f"{title}.",
        "Issues of severity WARNING and INFO, as they were last read, and mapped attributes that an item lacks and its "
        f"kind of item may have or usually has; sales of the 30 days to {period.until_day}.",
        rows,
        grids=(grid,),
        next_step="Begin at the top: these listings sell most." if rows.num_rows else "",
    )


def tell_error(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of `channelkit.trends.error_groups.ERROR_GROUPS` for a person."""
    examples = json.loads(row["examples"])
    return {
        "store": row["store"] or "all",
        "what": _name(row),
        "count": count(row["count"]),
        "trend": trend_words(row["count"], row["before"]),
        "first": short_moment(row["first_seen"]),
        "last": short_moment(row["last_seen"]),
        "half": "–" if row["half_life"] is None else duration(row["half_life"] / 1000),
        "open": f"{row['open']:,} of {row['affected']:,}",
        "listings": count(row["listings"]),
        "stake": money(row["at_stake"], row["currency"]),
        "meaning": shareable(row["meaning"]),
        "fix": shareable(row["fix"]),
        "next": row["next_attempt"],
        "example": ", ".join(map(str, examples[:3])) or "–",
        "request": row["request_id"] or "–",
    }


def trend_words(number: int, before: int | None) -> str:
    """Return how often something came, against the stretch before.

    >>> trend_words(5, 0), trend_words(30, 10), trend_words(10, 11), trend_words(1, 4), trend_words(3, None)
    ('new', 'more often (10 before)', 'as before (11)', 'less often (4 before)', '–')
    """
    if before is None:
        return "–"
    if not before:
        return "new"
    if number > before * ROUGHLY_AS_BEFORE:
        return f"more often ({before:,} before)"
    return f"less often ({before:,} before)" if number * ROUGHLY_AS_BEFORE < before else f"as before ({before:,})"


def _name(row: dict[str, Any]) -> str:
    code = row["code"] or row["status"]
    named = f" ({code})" if code else ""
    words = DEEDS.get(row["operation"], row["operation"]) if row["kind"] == "order change" else row["operation"]
    return f"{words or 'a reading'}{named}" if row["kind"] == "call" else f"{row['kind']}: {words}{named}"


def _tell_change(row: dict[str, Any]) -> dict[str, str]:
    ended = row["seen_at"] if row["seen_at"] is not None else None
    return {
        "at": short_moment(row["wanted_at"]),
        "store": row["store"],
        "sku": row["sku"],
        "field": DEEDS.get(row["field"], row["field"]) if row["subject"] == "order" else row["field"],
        "before": shareable(value_words(row, "before")),
        "after": shareable(value_words(row, "after")),
        "state": f"{row['state']}, late" if row["is_late"] else row["state"],
        "sent": "–" if row["sent_at"] is None else duration((row["sent_at"] - row["wanted_at"]) / 1000),
        "seen": "–" if ended is None else duration((ended - row["wanted_at"]) / 1000),
        "because": shareable(row["because"] or ""),
        "by": row["by"] or "channelkit",
        "note": shareable(row["note"] or "–"),
    }


def value_words(row: dict[str, Any], side: Any) -> str:
    """Return one side of a row of `channelkit.trends.change_log.CHANGE_LOG` in words."""
    if row["subject"] == "listing":
        return change_value(row, side, row["currency"] or "")
    return str(row[f"{side}_text"] or "–")
