"""The report's section on what others want: whose offer is featured, how much dearer ours is, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import stores as books
from channelkit.database.competition_days import SHARES, read_shares
from channelkit.database.connection import Database
from channelkit.model.marketplaces import marketplace
from channelkit.report.competition_chart import CLASSES, NOBODY, OURS, classify, draw_competition
from channelkit.report.competition_rows import NO, UNKNOWN, YES, add_margins, read_compared
from channelkit.report.grids import Column, Grid
from channelkit.report.margin_columns import FindMargins
from channelkit.report.period import Period
from channelkit.report.section import Section
from channelkit.report.trend_findings import when
from channelkit.report.wording import condition_words, count, counted, duration, moment, money, shortened

KEY = "competition"
SHOWN = 50
"""Listings that the table shows; the files of the section have them all."""

COLUMNS = (
    *(Column("Seller SKU", "sku", "key"), Column("ASIN", "asin", "key"), Column("Name", "title", "long")),
    *(Column("Store", "store"), Column("Condition", "condition")),
    *(Column("Ours, landed", "landed", "number"), Column("Margin", "margin", "number")),
    Column("Lowest, landed", "lowest", "number"),
    *(Column("Condition of the lowest", "lowest_condition"), Column("Featured, landed", "featured", "number")),
    *(Column("Condition of the featured", "featured_condition"), Column("Ours featured", "won")),
    *(Column("Who has it", "seller", "key"), Column("Ours is above it by", "difference", "number")),
    *(Column("Expected to win at", "expected", "number"), Column("Sold", "revenue", "number")),
    Column("Asked", "age"),
)

ORDER = [("won", "ascending"), ("revenue", "descending"), ("store", "ascending"), ("seller_sku", "ascending")]
"""Those that lose come first, the most sold ones before others."""

KEPT = 1_000
"""Listings that the files beside a report have; all of them are a command away: channelkit competition."""


def competition_section(
    database: Database, stores: Sequence[str], period: Period, *, margins: FindMargins | None = None
) -> Section:
    """Return the section: own landed price beside the lowest and the featured one, won and lost, with revenue (RP-03).

    Sellers are named by Amazon's ids alone. What is left of prices is shown where it is known of any listing shown.

    Arguments:
        stores: by name.
        period: what revenue is of, and what the share by day shows; answers are as old as they are at its end.
        margins: finds what is left of prices.
    """
    found = read_compared(database, stores, period.since_ms, period.until_ms)
    known = found.filter(pc.not_equal(found["won"], UNKNOWN))
    kept = add_margins(database, found.slice(0, KEPT), margins)
    if not known.num_rows:
        return _nothing(found.num_rows, kept, period)
    shown = add_margins(database, known.sort_by(ORDER).slice(0, SHOWN), margins)
    shares = _read_shares(database, stores, period)
    classes = _count_classes(known)
    won, lost = (known.filter(pc.equal(known["won"], word)) for word in (YES, NO))
    return Section(
        KEY,
        _finding(won, lost, period),
        _about(found, known, period),
        kept,
        partial(draw_competition, {name: number for name, (number, _) in classes.items()}, shares),
        _in_words(classes, shares),
        (_class_grid(classes, period), _listing_grid(shown, known.num_rows, period, many=len(stores) > 1)),
        _next_step(lost),
    )


def _nothing(count: int, kept: pa.Table, period: Period) -> Section:
    return Section(
        KEY,
        "It is not known what others want for the same items.",
        f"{counted(count, 'matched listing')} on sale; {period.about}.",
        kept,
        grids=(_grid([], 0, {"margin"}, "Amazon was not asked within a day."),),
        next_step="Every cycle asks about the next listings, the most useful first; see `competition_calls` in "
        "the settings.",
    )


def _read_shares(database: Database, stores: Sequence[str], period: Period) -> pa.Table:
    with database.read() as connection:
        sites = {row["name"]: row["marketplace_id"] for row in books.load_stores(connection).to_pylist()}
    days = {}
    for store in stores:
        if store in sites:
            zone = marketplace(sites[store]).time_zone
            days[store] = period.in_zone(zone, period.until_ms)
    parts = [read_shares(database, store, each.since_day, each.until_day, each.zone) for store, each in days.items()]
    return pa.concat_tables([SHARES.empty_table(), *parts])


def _count_classes(known: pa.Table) -> dict[str, tuple[int, dict[str, int]]]:
    """Return how many listings are in each class, and what they sold, by currency."""
    found: dict[str, tuple[int, dict[str, int]]] = {name: (0, {}) for name in CLASSES}
    for row, name in zip(known.to_pylist(), _classes(known), strict=True):
        number, sums = found[name]
        currency = row["currency"] or ""
        found[name] = number + 1, sums | {currency: sums.get(currency, 0) + row["revenue"]}
    return found


def _classes(known: pa.Table) -> list[str]:
    """Return the class of each listing."""
    featured = known["featured_landed"].cast(pa.float64()).to_numpy()
    difference = known["difference"].cast(pa.float64()).to_numpy()
    is_told = ~np.isnan(featured) & ~np.isnan(difference) & (featured > 0)
    names = classify(np.where(is_told, difference, 0.0) / np.where(is_told, featured, 1.0))
    return [
        OURS if won == YES else name if told else NOBODY
        for won, name, told in zip(known["won"].to_pylist(), names, is_told.tolist(), strict=True)
    ]


def _finding(won: pa.Table, lost: pa.Table, period: Period) -> str:
    total = won.num_rows + lost.num_rows
    told = f"Ours is the featured offer for {won.num_rows:,} of {counted(total, 'listing')}"
    sold = _sums(lost)
    if not lost.num_rows:
        return f"{told}."
    costs = f", and those that lose it sold {sold} {when(period) or 'in this time'}" if sold else ""
    return f"{told}{costs}."


def _about(found: pa.Table, known: pa.Table, period: Period) -> str:
    oldest = pc.min(known["asked_at"]).as_py()
    rest = found.num_rows - known.num_rows
    more = f"; of {counted(rest, 'more listing')} it is not known, or was not within a day" if rest else ""
    told = f"Amazon was asked about {counted(known.num_rows, 'matched listing')} on sale since {moment(oldest)}{more}"
    return f"{told}. Sold: {period.about}."


def _in_words(classes: dict[str, tuple[int, dict[str, int]]], shares: pa.Table) -> str:
    there = [f"{name} for {number:,}" for name, (number, _) in classes.items() if number]
    words = f"Listings by how far our landed price is from the featured one: {', '.join(there)}"
    days = shares["day"].to_pylist()
    if len(set(days)) < 2:
        return f"{words}."
    ends = [shares.filter(pc.equal(shares["day"], day)) for day in (min(days), max(days))]
    first, last = (
        round(100 * pc.sum(each["featured"]).as_py() / max(1, pc.sum(each["compared"]).as_py())) for each in ends
    )
    return f"{words}; ours was featured for {first} % of those known on {min(days)}, and for {last} % on {max(days)}."


def _next_step(lost: pa.Table) -> str:
    if not lost.num_rows:
        return ""
    reachable = lost.filter(pc.fill_null(pc.less_equal(lost["expected"], lost["price"]), False))
    if reachable.num_rows:
        some = counted(reachable.num_rows, "listing")
        return (
            f"For {some}, Amazon expects ours to be featured at a price that it names; look whether you can afford it."
        )
    return "Look at the listings that sell most first: at their price, and at how fast and by whom they are shipped."


def _class_grid(classes: dict[str, tuple[int, dict[str, int]]], period: Period) -> Grid:
    columns = (
        Column("Our landed price beside the featured one", "name", "long"),
        *(Column("Listings", "listings", "number"), Column(f"Sold {when(period) or 'in this time'}", "sold", "number")),
    )
    rows = [
        {"name": name, "listings": count(number), "sold": _amounts(sums) or "–"}
        for name, (number, sums) in classes.items()
    ]
    return Grid("Listings by how far they are from the featured price", columns, rows, len(rows))


def _listing_grid(shown: pa.Table, total: int, period: Period, *, many: bool) -> Grid:
    """Return the first listings in their `ORDER`."""
    rows = [_words(row, period.until_ms) for row in shown.to_pylist()]
    has_margins = shown["margin"].null_count < shown.num_rows
    unused = {*([] if many else ["store"]), *([] if has_margins else ["margin"])}
    return _grid(rows, total, unused, more="All of them: channelkit competition, or this section's file.")


def _grid(rows: list[dict[str, str]], total: int, unused: set[str], empty: str = "None.", *, more: str = "") -> Grid:
    columns = tuple(column for column in COLUMNS if column.key not in unused)
    return Grid("Listings beside the featured offer", columns, rows, total, empty, more)


def _words(row: dict[str, Any], now: int) -> dict[str, str]:
    def amount(name: str) -> str:
        return money(row[name], row["currency"] or "")

    return {
        "sku": row["seller_sku"],
        "asin": row["asin"] or "–",
        "title": shortened(row["title"] or "–"),
        "store": row["store"],
        "condition": condition_words(row["condition"]),
        "landed": amount("landed"),
        "margin": amount("margin"),
        "lowest": amount("lowest_landed"),
        "lowest_condition": row["lowest_condition"] or "–",
        "featured": amount("featured_landed"),
        "featured_condition": row["featured_condition"] or "–",
        "won": row["won"],
        "seller": "ours" if row["won"] == YES else row["featured_seller"] or "nobody",
        "difference": amount("difference"),
        "expected": amount("expected"),
        "revenue": amount("revenue"),
        "age": f"{duration((now - row['asked_at']) / 1000)} ago",
    }


def _sums(rows: pa.Table) -> str:
    sums: dict[str, int] = {}
    for currency, revenue in zip(rows["currency"].to_pylist(), rows["revenue"].to_pylist(), strict=True):
        sums[currency or ""] = sums.get(currency or "", 0) + revenue
    return _amounts(sums)


def _amounts(sums: dict[str, int]) -> str:
    return " and ".join(money(amount, currency) for currency, amount in sorted(sums.items()) if amount)
