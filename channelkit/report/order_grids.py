"""Tables of orders for a page: where they stand, which are blocked, which are due, how long everything took."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from channelkit.report.delays import BIN_NAMES
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.order_delays import kind_words
from channelkit.report.order_words import STAGES, status_words, time_left
from channelkit.report.wording import count, duration, shareable


def stage_grid(stages: Mapping[str, Mapping[str, int]]) -> Grid:
    """Return how many orders of each store stand where.

    Arguments:
        stages: for each store, how many stand in which stage.
    """
    rows = [
        {"stage": stage_words(stage), "all": count(sum(found.get(stage, 0) for found in stages.values()))}
        | {f"in_{store}": count(found.get(stage, 0)) for store, found in stages.items()}
        for stage in dict.fromkeys(name for found in stages.values() for name in found)
    ]
    of_stores = tuple(Column(store, f"in_{store}", "number") for store in stages) if len(stages) > 1 else ()
    columns = (Column("Where they stand", "stage", "key"), Column("Orders", "all", "number"), *of_stores)
    return Grid("Orders by where they stand", columns, rows, len(rows), "No order was read yet.")


def blocked_grid(found: pa.Table, total: int, now_ms: int) -> Grid:
    """Return the orders that cannot go on as they are: why, and what to do.

    Arguments:
        total: how many there are in all.
        now_ms: the time now, in milliseconds since 1970.
    """
    rows = [
        {
            "order": row["order_id"],
            "store": row["store"],
            "left": time_left(row["ship_by"], now_ms) or "–",
            "why": shareable(row["note"]) or row["blocker"],
            "next": shareable(row["next_step"]) or "–",
            "since": short_moment(row["since"]),
        }
        for row in found.to_pylist()
    ]
    columns = (
        *(Column("Order", "order", "key"), Column("Store", "store"), Column("To ship", "left")),
        *(Column("Why", "why", "long"), Column("What to do", "next", "long"), Column("Since (UTC)", "since", "time")),
    )
    more = "channelkit orders blocked --store NAME"
    return Grid("Blocked orders, the most urgent first", columns, rows, total, "No order is blocked.", more)


def due_grid(found: pa.Table, total: int, now_ms: int) -> Grid:
    """Return the orders of which the merchant has something to ship, those that are due first at the top.

    Arguments:
        total, now_ms: as for `blocked_grid`.
    """
    rows = [
        {
            "order": row["order_id"],
            "store": row["store"],
            "left": time_left(row["ship_by"], now_ms),
            "ship_by": short_moment(row["ship_by"]),
            "status": status_words(row["status"]),
            "stage": stage_words(row["stage"] or ""),
            "units": count(row["units"]),
        }
        for row in found.to_pylist()
    ]
    columns = (
        *(Column("Order", "order", "key"), Column("Store", "store"), Column("To ship", "left")),
        *(Column("Ship by (UTC)", "ship_by", "time"), Column("On Amazon", "status"), Column("With us", "stage")),
        Column("Units", "units", "number"),
    )
    more = "channelkit orders due --store NAME"
    return Grid(
        "Orders to ship, what is due first at the top", columns, rows, total, "Nothing has to be shipped.", more
    )


def order_delay_grid(delays: Mapping[str, Mapping[str, float | int | None]], spread: pa.Table) -> Grid:
    """Return how long each kind of change took, against what is promised, and how many took how long (SY-05).

    Arguments:
        delays, spread: as `channelkit.report.order_delays` summarises and distributes them.
    """
    rows = []
    for kind, known in delays.items():
        number, within, budget = int(known["count"] or 0), known["within"], known["budget"]
        classes = {row["bin"]: count(row["rows"]) for row in spread.to_pylist() if row["kind"] == kind}
        met = f"{within:,} of {number:,}" if number and budget is not None else "–"
        times = {name: duration(known[name]) for name in ("median", "p95")}
        promised = "–" if budget is None else duration(budget)
        rows.append(
            {"kind": kind_words(kind), "count": count(number), "budget": promised, "met": met} | times | classes
        )
    columns = (
        *(
            Column("What", "kind", "key"),
            Column("Done", "count", "number"),
            Column("Promised within", "budget", "number"),
        ),
        *(Column("Met", "met", "number"), Column("Half within", "median", "number")),
        Column("95 of 100 within", "p95", "number"),
        *(Column(name, name, "number") for name in BIN_NAMES),
    )
    return Grid(
        "How long orders, shipments, cancellations and quantities took to the other side", columns, rows, len(rows)
    )


def stage_words(stage: str) -> str:
    """Return where an order stands, in words.

    >>> stage_words("created"), stage_words("")
    ('In Commerce', 'Not decided yet')
    """
    return STAGES.get(stage, "Not decided yet")
