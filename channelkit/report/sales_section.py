"""The sales of a dashboard: what was sold by day, with what it is compared with (RP-05)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.days import days_between, shift
from channelkit.report.dashboard_readings import RECENT
from channelkit.report.dashboard_scope import Scope
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.order_words import status_words
from channelkit.report.period import Period
from channelkit.report.section import Section
from channelkit.report.trend_charts import draw_orders, draw_sales
from channelkit.report.trend_findings import find_sales, say_series, signed, when
from channelkit.report.wording import count, counted, listed, money
from channelkit.trends.sales import SALES, percent_more

SOURCE = "orders by the day on which they were placed, with tax and shipping; cancelled and failed ones are left out"

ROWS = SALES.insert(2, pa.field("stretch", pa.string()))
"""The numbers behind: of the period and of what it is compared with, which ``stretch`` tells apart."""


def sales_section(scope: Scope) -> Section:
    """Return what was sold by day, in one currency where rates allow it."""
    now, before = scope.own(scope.readings.sales), scope.own(scope.readings.sales_before)
    table = pa.concat_tables([_marked(now, "period"), _marked(before, "comparison")])
    amounts, earlier = _by_store(scope, now), _by_store(scope, before)
    total, then = scope.total(amounts), scope.total(earlier)
    has_before = scope.period.compare_ms is not None
    if not now.num_rows and not before.num_rows:
        return scope.nothing(
            "sales",
            find_sales(0, None, scope.currency, scope.period),
            SOURCE,
            "Every cycle reads orders: channelkit sync. Was every one read? channelkit orders complete",
            table,
        )
    unpriced = pc.sum(now["unpriced"]).as_py() or 0
    pending = f" {counted(unpriced, 'order')} of no known amount yet." if unpriced else ""
    about = f"{scope.about(SOURCE)} {scope.money_note(total)}{pending}".strip()
    grids = (_store_grid(scope, now, earlier if has_before else None), _recent_grid(scope))
    names = (_short(scope.period.words) or "sold", _short(scope.period.compare_words) or "before")
    # Orders can be added up whatever they were paid in.
    what = "amount" if total.amount is not None else "orders"
    drawn = _by_day(scope, now, before, what)
    series = {row["day"]: row["amount"] for row in drawn.to_pylist()}
    if total.amount is None:
        sold = listed([money(amount, scope.sites[store].currency) for store, amount in amounts.items() if amount])
        placed = counted(pc.sum(now["orders"]).as_py() or 0, "order")
        title = f"{placed} {when(scope.period)}{f': {sold}' if sold else ''}."
        draw = partial(draw_orders, drawn, names)
        return Section("sales", title, about, table, draw, say_series("Chart of orders by day", series), grids)
    told = {day: money(amount, total.currency) for day, amount in series.items()}
    return Section(
        "sales",
        find_sales(total.amount, (then.amount or 0) if has_before else None, total.currency, scope.period),
        about,
        table,
        partial(draw_sales, drawn, total.currency, names),
        say_series(f"Chart of sales by day in {total.currency}", series, told),
        grids,
    )


def _marked(found: pa.Table, stretch: str) -> pa.Table:
    return found.add_column(2, "stretch", pa.repeat(pa.scalar(stretch, pa.string()), found.num_rows)).cast(ROWS)


def _by_store(scope: Scope, found: pa.Table) -> dict[str, int]:
    amounts = dict.fromkeys(scope.stores, 0)
    for row in found.to_pylist():
        if row["currency"] == scope.sites[row["store"]].currency:
            amounts[row["store"]] += row["amount"]
    return amounts


def _by_day(scope: Scope, now: pa.Table, before: pa.Table, what: str) -> pa.Table:
    """Return ``day, amount, before`` of every day; days are matched by their place in their stretch.

    Arguments:
        what: amount, in the currency of the totals, or orders.
    """
    amounts: dict[str, int] = defaultdict(int)
    earlier: dict[str, int] = defaultdict(int)
    for row in now.to_pylist():
        amounts[row["day"]] += _value(scope, row, what)
    for row in before.to_pylist():
        period = scope.of(row["store"])
        distance = _distance(period)
        earlier[shift(row["day"], distance)] += _value(scope, row, what)
    periods = [scope.of(store) for store in scope.stores]
    since = min(period.since_day for period in periods)
    days = days_between(since, max(period.until_day for period in periods))
    has_before = scope.period.compare_ms is not None
    return pa.table(
        {
            "day": pa.array(days, pa.string()),
            "amount": pa.array([amounts.get(day, 0) for day in days], pa.int64()),
            "before": pa.array([earlier.get(day, 0) if has_before else None for day in days], pa.int64()),
        }
    )


def _value(scope: Scope, row: Mapping[str, Any], what: str) -> int:
    return row["orders"] if what == "orders" else scope.convert(row["amount"], row["currency"]) or 0


def _distance(period: Period) -> int:
    """Return how many days lie between a day and the one that it is compared with."""
    if period.compare_since_day is None:
        return 0
    return len(days_between(period.compare_since_day, period.since_day)) - 1


def _store_grid(scope: Scope, now: pa.Table, before: dict[str, int] | None) -> Grid:
    told = []
    for store in scope.stores:
        mine = [row for row in now.to_pylist() if row["store"] == store]
        currency = scope.sites[store].currency
        amount = sum(row["amount"] for row in mine if row["currency"] == currency)
        change = None if before is None else percent_more(amount, before[store])
        told.append(
            {
                "store": store,
                "orders": count(sum(row["orders"] for row in mine)),
                "units": count(sum(row["units"] for row in mine)),
                "amount": money(amount, currency),
                "before": "–" if before is None else money(before[store], currency),
                "change": signed(change),
            }
        )
    headings = (
        *(Column("Store", "store", "key"), Column("Orders", "orders", "number"), Column("Units", "units", "number")),
        Column("Sales", "amount", "number"),
        Column(scope.period.compare_words.capitalize() or "Before", "before", "number"),
        Column("Change", "change", "number"),
    )
    return Grid("Sales by store", headings, told, len(told), "No store was read yet.")


def _recent_grid(scope: Scope) -> Grid:
    found = scope.own(scope.readings.recent_orders)
    found = found.sort_by([("created_at", "descending"), ("order_id", "ascending")]).slice(0, RECENT)
    told = [
        {
            "order": row["order_id"],
            "store": row["store"],
            "placed": short_moment(row["created_at"]),
            "status": status_words(row["status"]),
            "units": count(row["units"]),
            "total": money(row["total"], row["currency"]),
        }
        for row in found.to_pylist()
    ]
    headings = (
        *(Column("Order", "order", "key"), Column("Store", "store"), Column("Placed (UTC)", "placed", "time")),
        *(Column("On Amazon", "status"), Column("Units", "units", "number"), Column("Total", "total", "number")),
    )
    return Grid("The newest orders", headings, told, len(told), "No order was read yet.")


def _short(words: str) -> str:
    return words.removeprefix("the ")
