"""Prices and stock of a dashboard: the featured offer's share, how long stock lasts, and what was sold out."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report.bar_charts import classify_cover, draw_cover
from channelkit.report.dashboard_scope import Scope
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.section import Section
from channelkit.report.standing_findings import find_cover, find_prices, find_stock_outs
from channelkit.report.trend_charts import draw_prices, draw_stock_outs
from channelkit.report.trend_findings import say_parts, say_series, signed, when
from channelkit.report.wording import count, duration, money
from channelkit.trends.sales import percent_more
from channelkit.trends.stock import name_dearest, name_shortest

SHOWN = 15
"""Rows that a table shows."""

KEPT = 1_000
"""Listings whose stock lasts shortest that are told one by one, of as many as there may be."""


def prices_section(scope: Scope) -> Section:
    """Return how often our offer was the featured one, and how prices stood, by day and store."""
    source = "the middle price of all listings, and of those that were compared the share whose offer was featured"
    found = scope.own(scope.readings.prices)
    known = found.filter(pc.or_(pc.is_valid(found["median_price"]), pc.greater(found["compared"], 0)))
    if not known.num_rows:
        return scope.nothing(
            "prices", "No price of a listing was read yet.", source, "Read both sides first: channelkit pull.", found
        )
    share: dict[str, list[int]] = {}
    for row in known.to_pylist():
        if row["compared"]:
            held = share.setdefault(row["day"], [0, 0])
            held[0] += row["featured"]
            held[1] += row["compared"]
    moved = pc.sum(found["moved"]).as_py() or 0
    first, last = (share[min(share)], share[max(share)]) if share else ([0, 0], [0, 0])
    percents = {day: round(100 * ours / compared) for day, (ours, compared) in share.items()}
    words = say_series(
        "Line chart of the share of featured offers by day",
        percents,
        {day: f"{each} %" for day, each in percents.items()},
    )
    if not share:
        words = "Line chart of the middle price by day and store; whose offer is featured is not known."
    next_step = "" if share else "Whose offer is featured is known once prices of others are read: channelkit pull."
    return Section(
        "prices",
        find_prices((first[0], first[1]), (last[0], last[1]), moved, when(scope.period)),
        scope.about(source),
        found,
        partial(draw_prices, known),
        words,
        (_price_grid(scope, known),),
        next_step or "Look at rivals' prices: channelkit competition",
    )


def cover_section(scope: Scope) -> Section:
    """Return for how many days the stock of listings lasts."""
    source = "units that can be sold, at the pace of the last 30 days; without what Amazon fulfils"
    paced = scope.own(scope.readings.pace)
    found = name_shortest(scope.database, paced, KEPT, scope.now_ms)
    if not found.num_rows:
        return scope.nothing(
            "stock-cover",
            "No listing of the merchant's own stock is known.",
            source,
            "Read both sides first: channelkit pull.",
            found,
        )
    classes = classify_cover(paced)
    total = sum(classes.values())
    cut = f" Told one by one: the {KEPT:,} that last shortest." if total > KEPT else ""
    return Section(
        "stock-cover",
        find_cover(classes),
        scope.about(source) + cut,
        found,
        partial(draw_cover, paced),
        say_parts("Bar chart of listings by days of cover", classes),
        (_cover_grid(found, total),),
        "Restock in Commerce what stands first; the next cycle offers it again.",
    )


def stock_outs_section(scope: Scope) -> Section:
    """Return how many listings were sold out at the end of each day, and about what that cost."""
    source = "listings that offered no unit; what was lost is an estimate from the sales of the 30 days before"
    by_day, found = scope.own(scope.readings.outs_by_day), scope.own(scope.readings.outs)
    if not by_day.num_rows:
        return scope.nothing(
            "stock-outs",
            "No listing of the merchant's own stock is known.",
            source,
            "Read both sides first: channelkit pull.",
            by_day,
        )
    counted: dict[str, int] = defaultdict(int)
    for row in by_day.to_pylist():
        counted[row["day"]] += row["out"]
    sums = found.group_by("store").aggregate([("lost", "sum")])
    lost = dict(zip(sums["store"].to_pylist(), sums["lost_sum"].to_pylist(), strict=True))
    total = scope.total({store: amount for store, amount in lost.items() if amount})
    first, last = min(counted), max(counted)
    words = money(total.amount, total.currency) if total.amount else ""
    return Section(
        "stock-outs",
        find_stock_outs(counted[first], counted[last], (first, last), words),
        f"{scope.about(source)} {scope.money_note(total)}".strip(),
        by_day,
        partial(draw_stock_outs, by_day),
        say_series("Bar chart of listings that were sold out, by day", counted),
        (_out_grid(scope, found),),
    )


def _price_grid(scope: Scope, known: pa.Table) -> Grid:
    told = []
    for store in scope.stores:
        mine = [row for row in known.to_pylist() if row["store"] == store]
        prices = [row["median_price"] for row in mine if row["median_price"] is not None]
        shares = [round(100 * row["featured"] / row["compared"]) for row in mine if row["compared"]]
        change = percent_more(prices[-1], prices[0]) if prices else None
        currency = scope.sites[store].currency
        told.append(
            {
                "store": store,
                "first": money(prices[0], currency) if prices else "–",
                "last": money(prices[-1], currency) if prices else "–",
                "change": signed(change),
                "moved": count(sum(row["moved"] for row in mine)),
                "before": f"{shares[0]} %" if shares else "–",
                "after": f"{shares[-1]} %" if shares else "–",
            }
        )
    headings = (
        *(Column("Store", "store", "key"), Column("Middle price at first", "first", "number")),
        *(Column("At last", "last", "number"), Column("Change", "change", "number")),
        *(Column("Prices that moved", "moved", "number"), Column("Featured at first", "before", "number")),
        Column("At last", "after", "number"),
    )
    return Grid("Prices and featured offers by store", headings, told, len(told))


def _cover_grid(found: pa.Table, total: int) -> Grid:
    told = [
        {
            "sku": row["seller_sku"],
            "store": row["store"],
            "title": row["title"] or "–",
            "quantity": count(row["quantity"]),
            "sold": count(row["sold"]),
            "days": "nothing sold" if row["days"] is None else f"{row['days']:.0f}",
        }
        for row in found.slice(0, SHOWN).to_pylist()
    ]
    headings = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("In stock", "quantity", "number"), Column("Sold in 30 days", "sold", "number")),
        Column("Lasts, days", "days", "number"),
    )
    return Grid("Stock that lasts shortest", headings, told, total)


def _out_grid(scope: Scope, found: pa.Table) -> Grid:
    told = [
        {
            "sku": row["seller_sku"],
            "store": row["store"],
            "title": row["title"] or "–",
            "began": short_moment(row["began"]),
            "lasted": duration(((row["ended"] or scope.now_ms) - row["began"]) / 1000)
            + ("" if row["ended"] else " so far"),
            "lost": money(row["lost"], row["currency"]) if row["lost"] else "–",
        }
        for row in _dearest(scope, found)
    ]
    headings = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("Since (UTC)", "began", "time"), Column("Lasted", "lasted")),
        Column("Sales lost, about", "lost", "number"),
    )
    empty = f"Nothing was sold out {when(scope.period)}."
    return Grid("What was sold out, the dearest first", headings, told, found.num_rows, empty)


def _dearest(scope: Scope, found: pa.Table) -> list[dict[str, Any]]:
    """Return the dearest of all stores, in one currency where there are rates; each store's come dearest first."""
    its = (found.filter(pc.equal(found["store"], store)).slice(0, SHOWN) for store in scope.stores)
    dearest = pa.concat_tables([found.slice(0, 0), *its])
    rows = name_dearest(scope.database, dearest, dearest.num_rows).to_pylist()
    return sorted(rows, key=lambda row: -(scope.convert(row["lost"], row["currency"]) or 0))[:SHOWN]
