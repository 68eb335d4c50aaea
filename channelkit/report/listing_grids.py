"""Tables of listings: what is in which tab and why, what waits for a person, what moved and what was seen to change."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import counts
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.wording import count, shareable, shortened


def tab_grid(placed: pa.Table, store: str) -> Grid:
    """Return one store's tabs, with what is in them and in which statuses."""
    rows = []
    for tab in _names(placed["tab"], counts.TAB_NAMES):
        mine = placed.filter(pc.equal(placed["tab"], tab))
        on_amazon = _total(mine.filter(mine["listed"]))
        statuses = mine.group_by("status").aggregate([("rows", "sum")]).sort_by([("rows_sum", "descending")])
        words = [f"{shortened(row['status'])} ({row['rows_sum']:,})" for row in statuses.to_pylist()]
        shown = [*words[:6], *([f"and {len(words) - 6:,} more"] if len(words) > 6 else [])]
        rows.append(
            {
                "tab": tab or "in no tab",
                "listings": count(on_amazon),
                "products": count(_total(mine) - on_amazon),
                "statuses": ", ".join(shown) or "–",
            }
        )
    columns = (
        Column("Tab", "tab", "key"),
        Column("Listings", "listings", "number"),
        Column("Products", "products", "number"),
        Column("Statuses", "statuses"),
    )
    return Grid(f"Listings of {store}, and products that are not yet listed", columns, rows, len(rows))


def reason_grid(reasons: pa.Table, store: str, limit: int) -> Grid:
    """Return why one store's rows are where they are, most first; what is live and well needs no reason."""
    told = reasons.filter(pc.not_equal(reasons["status"], counts.LIVE))
    rows = []
    for row in told.slice(0, limit).to_pylist():
        example = "For example: " if row["varies"] else ""
        rows.append(
            {
                "rows": count(row["rows"]),
                "tab": row["tab"],
                "status": row["status"] or "–",
                "reason": example + (row["reason"] or "–"),
                "next_step": row["next_step"] or "Nothing to do.",
                "sku": row["sku"],
            }
        )
    columns = (
        Column("Rows", "rows", "number"),
        Column("Tab", "tab"),
        Column("Status", "status", "long"),
        Column("Why", "reason", "long"),
        Column("What to do", "next_step", "long"),
        Column("One of them", "sku", "key"),
    )
    more = f"channelkit listings --store {store}"
    return Grid(f"Why listings of {store} are not live", columns, rows, told.num_rows, "Every listing is live.", more)


def waiting_grid(found: pa.Table, store: str, total: int) -> Grid:
    """Return one store's listings and products that wait for a person."""
    rows = [
        {
            "sku": row["sku"],
            "title": row["title"] or "–",
            "tab": row["tab"] + (f": {row['status']}" if row["status"] and row["status"] != row["tab"] else ""),
            "reason": row["reason"] or "–",
            "next_step": row["next_step"] or "–",
            "since": short_moment(row["since"]),
        }
        for row in found.to_pylist()
    ]
    columns = (
        Column("SKU", "sku", "key"),
        Column("Title", "title", "long"),
        Column("Tab and status", "tab"),
        Column("Why", "reason", "long"),
        Column("What to do", "next_step", "long"),
        Column("Since (UTC)", "since", "time"),
    )
    more = f"channelkit listings --store {store}"
    return Grid(f"Waiting for a person in {store}, longest first", columns, rows, total, "Nothing waits here.", more)


def move_grid(moves: pa.Table, limit: int) -> Grid:
    """Return how many listings and products went from which tab to which."""
    rows = [
        {
            "store": row["store"],
            "before": row["before"] or "no tab",
            "after": row["after"] or "no tab",
            "rows": count(row["rows"]),
            "sku": row["sku"],
        }
        for row in moves.slice(0, limit).to_pylist()
    ]
    columns = (
        *(Column("Store", "store", "key"), Column("From tab", "before"), Column("To tab", "after")),
        *(Column("Listings and products", "rows", "number"), Column("For example", "sku", "key")),
    )
    return Grid("What moved from one tab to another", columns, rows, moves.num_rows, "Nothing moved to another tab.")


def sighting_grid(sightings: pa.Table, limit: int) -> Grid:
    """Return what was seen to change on either side, and by whom."""
    rows = [
        {
            "store": row["store"] or "–",
            "what": f"{row['subject']} {row['field'].replace('_', ' ')}",
            "because": shareable(row["because"] or "–"),
            "rows": count(row["rows"]),
        }
        for row in sightings.slice(0, limit).to_pylist()
    ]
    columns = (
        *(Column("What", "what", "key"), Column("Where", "store")),
        *(Column("Changed by", "because"), Column("Times", "rows", "number")),
    )
    empty = "Neither Amazon nor Commerce changed anything."
    return Grid("What was seen to change on Amazon and in Commerce", columns, rows, sightings.num_rows, empty)


def _names(column: pa.ChunkedArray, known: Sequence[str]) -> list[str]:
    found = column.unique().to_pylist()
    return [*known, *(name for name in found if name not in known)]


def _total(rows: pa.Table) -> int:
    return int(pc.sum(rows["rows"]).as_py() or 0)
