"""Tables for a page: a caption, headed columns, rows of words, and how many of all rows are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report import counts
from channelkit.report.delays import BIN_NAMES, STAGES
from channelkit.report.wording import count, duration, file_name, moment, shareable, value

Kind = Literal["text", "number", "key", "time", "long"]
Rows = Sequence[Mapping[str, Any]]

STATE_MEANINGS = {
    "planned": "decided, not yet sent",
    "held": "outside a guard; waits for a person",
    "sent": "left; no answer yet",
    "accepted": "Amazon took it; not yet seen there",
    "refused": "Amazon said no",
    "confirmed": "seen on Amazon by a later reading",
    "expired": "accepted, but not seen within 30 minutes",
    "dropped": "not sent; the next cycle plans anew",
}
RUN_MEANINGS = {
    "running": "at work now",
    "done": "did all of its work",
    "partial": "done, but something was held, refused or not read",
    "failed": "ended with an error",
    "busy": "another run was at work; did nothing",
    "died": "was ended from outside; the next run took over",
}


@dataclass(frozen=True)
class Column:
    """One column: its heading, the key of its cells, and how they are set."""

    heading: str
    key: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Grid:
    """A table for a page.

    Arguments:
        rows: one mapping of words for each row.
        total: how many rows there are; more than ``rows`` where only the first are shown.
        empty: what is said when there is no row.
        more: where to find the rest.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: list[dict[str, str]]
    total: int
    empty: str = "Nothing."
    more: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def is_cut(self) -> bool:
        return len(self.rows) < self.total


def tab_grid(placed: pa.Table, store: str) -> Grid:
    """Return one store's tabs, with what is in them and in which statuses."""
    rows = []
    for tab in _names(placed["tab"], counts.TAB_NAMES):
        mine = placed.filter(pc.equal(placed["tab"], tab))
        on_amazon = _total(mine.filter(mine["listed"]))
        statuses = mine.group_by("status").aggregate([("rows", "sum")]).sort_by([("rows_sum", "descending")])
        words = [f"{row['status']} {row['rows_sum']:,}" for row in statuses.to_pylist()]
        shown = [*words[:6], *([f"and {len(words) - 6:,} more"] if len(words) > 6 else [])]
        rows.append(
            {
                "tab": tab or "in no tab",
                "listings": count(on_amazon),
                "products": count(_total(mine) - on_amazon),
                "statuses": "; ".join(shown) or "–",
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
        varies = f" ({row['reasons']:,} different reasons; this is one)" if row["reasons"] > 1 else ""
        rows.append(
            {
                "rows": count(row["rows"]),
                "tab": row["tab"],
                "status": row["status"] or "–",
                "reason": (row["reason"] or "–") + varies,
                "next_step": row["next_step"] or "Nothing to do.",
                "sku": row["sku"],
            }
        )
    columns = (
        Column("Rows", "rows", "number"),
        Column("Tab", "tab"),
        Column("Status", "status"),
        Column("Why", "reason", "long"),
        Column("What to do", "next_step", "long"),
        Column("For example", "sku", "key"),
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
            "since": _short(row["since"]),
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


def held_grid(found: pa.Table, total: int, currencies: Mapping[str, str]) -> Grid:
    """Return the changes that are held now."""
    rows = [_change(row, currencies) | {"note": shareable(row["note"]) or "–"} for row in found.to_pylist()]
    columns = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("Field", "field"), Column("From", "before", "number"), Column("To", "after", "number")),
        *(Column("Because of", "because", "long"), Column("Why it is held", "note", "long")),
    )
    more = "channelkit plan"
    return Grid("Changes that are held", columns, rows, total, "No change is held.", more)


def change_grid(found: pa.Table, total: int, currencies: Mapping[str, str]) -> Grid:
    """Return the newest changes with their delay."""
    rows = []
    for row in found.to_pylist():
        delay = _delay(row)
        note = shareable(row["note"]) if row["state"] in ("refused", "expired", "dropped") else ""
        rows.append(
            _change(row, currencies)
            | {
                "moved": _short(row["moved_at"]),
                "state": f"{row['state']}: {note}" if note else row["state"],
                "delay": duration(delay),
            }
        )
    columns = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("Field", "field"), Column("From", "before", "number"), Column("To", "after", "number")),
        *(Column("Because of", "because", "long"), Column("State", "state")),
        *(Column("Planned to seen", "delay", "number"), Column("When (UTC)", "moved", "time")),
    )
    return Grid("The newest changes", columns, rows, total, "No change has been made in this time.")


def state_grid(states: Mapping[str, int]) -> Grid:
    """Return how many changes are in which state, and what each means."""
    rows = [
        {"state": state, "rows": count(number), "meaning": STATE_MEANINGS.get(state, "–")}
        for state, number in states.items()
    ]
    columns = (Column("State", "state", "key"), Column("Changes", "rows", "number"), Column("Means", "meaning"))
    return Grid("Changes by state", columns, rows, len(rows))


def delay_grid(delays: Mapping[str, Mapping[str, float | int | None]], spread: pa.Table) -> Grid:
    """Return count, median, 95th percentile and the classes of each stage of a change's way."""
    rows = []
    for stage in STAGES:
        known = delays[stage]
        classes = {row["bin"]: count(row["rows"]) for row in spread.to_pylist() if row["stage"] == stage}
        number = known["count"]
        rows.append(
            {
                "stage": stage,
                "count": count(None if number is None else int(number)),
                "median": duration(known["median"]),
                "p95": duration(known["p95"]),
            }
            | classes
        )
    columns = (
        *(Column("Step", "stage", "key"), Column("Changes", "count", "number")),
        *(Column("Half within", "median", "number"), Column("95 of 100 within", "p95", "number")),
        *(Column(name, name, "number") for name in BIN_NAMES),
    )
    return Grid("How long each step takes", columns, rows, len(rows))


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


def failure_grid(failures: Rows, limit: int) -> Grid:
    """Return communication errors by what they were.

    Arguments:
        failures: as in `channelkit.report.summary.summarise`.
    """
    rows = [
        {
            "count": count(row["count"]),
            "what": row["message"] or "–",
            "fix": row["fix"] or "–",
            "where": " ".join(filter(None, (row["system"].capitalize(), row["operation"]))) or "–",
            "code": " ".join(str(part) for part in (row["status"], row["code"]) if part not in (None, "")) or "–",
            "store": row["store"] or "all",
            "last": (row["last_at"] or "–")[:16].replace("T", " "),
            "request_id": row["request_id"] or "–",
        }
        for row in failures[:limit]
    ]
    columns = (
        *(
            Column("Times", "count", "number"),
            Column("What happened", "what", "long"),
            Column("What to do", "fix", "long"),
        ),
        *(Column("Where", "where"), Column("Code", "code"), Column("Store", "store")),
        *(Column("Last (UTC)", "last", "time"), Column("Request id of the last", "request_id", "key")),
    )
    return Grid("Calls that failed, by kind", columns, rows, len(failures), "No call failed.")


def bad_run_grid(found: pa.Table, total: int) -> Grid:
    """Return the runs that did not finish, with the notebook that tells more."""
    rows = [
        {
            "started": _short(row["started_at"]),
            "job": row["job"],
            "state": row["state"],
            "lasted": _lasted(row),
            "error": shareable(row["error"]) or RUN_MEANINGS.get(row["state"], "–"),
            "notebook": file_name(row["notebook"]) or "–",
            "id": row["id"],
        }
        for row in found.to_pylist()
    ]
    columns = (
        *(Column("Run", "id", "key"), Column("Started (UTC)", "started", "time"), Column("Job", "job")),
        *(Column("State", "state"), Column("Lasted", "lasted", "number")),
        *(Column("What happened", "error", "long"), Column("Notebook", "notebook", "key")),
    )
    return Grid("Runs that did not finish", columns, rows, total, "Every run finished.")


def run_grid(runs: Mapping[str, int]) -> Grid:
    """Return how many runs ended in which state, and what each means."""
    rows = [
        {"state": state, "rows": count(number), "meaning": RUN_MEANINGS.get(state, "–")}
        for state, number in runs.items()
    ]
    columns = (Column("State", "state", "key"), Column("Runs", "rows", "number"), Column("Means", "meaning"))
    return Grid("Runs by state", columns, rows, len(rows))


def call_grid(operations: Mapping[str, int], limit: int) -> Grid:
    """Return the calls that were made, by operation, most first."""
    ordered = sorted(operations.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [{"operation": name, "calls": count(number)} for name, number in ordered[:limit]]
    columns = (Column("Operation", "operation", "key"), Column("Calls", "calls", "number"))
    return Grid(
        "Calls to Amazon and Commerce since the beginning", columns, rows, len(ordered), "No call was made yet."
    )


def _change(row: Mapping[str, Any], currencies: Mapping[str, str]) -> dict[str, str]:
    currency = currencies.get(row["store"], "")
    return {
        "sku": row["seller_sku"],
        "store": row["store"],
        "title": row["title"] or "–",
        "field": row["field"],
        "before": value(row["before"], row["field"], currency),
        "after": value(row["after"], row["field"], currency),
        "because": shareable(row["because"]) or "–",
    }


def _delay(row: Mapping[str, Any]) -> float | None:
    if row["state"] != "confirmed" or row["closed_at"] is None:
        return None
    return max(0.0, float(row["closed_at"] - row["planned_at"]) / 1000)


def _lasted(row: Mapping[str, Any]) -> str:
    if row["finished_at"] is None:
        return "–"
    return duration(max(0.0, (row["finished_at"] - row["started_at"]) / 1000))


def _short(ms: int | None) -> str:
    return moment(ms).removesuffix(" UTC")


def _names(column: pa.ChunkedArray, known: Sequence[str]) -> list[str]:
    found = column.unique().to_pylist()
    return [*known, *(name for name in found if name not in known)]


def _total(rows: pa.Table) -> int:
    return int(pc.sum(rows["rows"]).as_py() or 0)
