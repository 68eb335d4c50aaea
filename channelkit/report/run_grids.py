"""Tables of runs and calls: what failed, which runs did not finish, what was asked of the other sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.wording import count, duration, file_name, shareable

RUN_MEANINGS = {
    "running": "at work now",
    "done": "did all of its work",
    "partial": "done, but something was held, refused or not read",
    "failed": "ended with an error",
    "busy": "another run was at work; did nothing",
    "died": "was ended from outside; the next run took over",
}


def failure_grid(failures: Sequence[Mapping[str, Any]], limit: int) -> Grid:
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
        *(Column("Where", "where", "long"), Column("Code", "code"), Column("Store", "store")),
        *(Column("Last (UTC)", "last", "time"), Column("Request id of the last", "request_id", "key")),
    )
    return Grid("Calls that failed, by kind", columns, rows, len(failures), "No call failed.")


def bad_run_grid(found: pa.Table, total: int) -> Grid:
    """Return the runs that did not finish, with the notebook that tells more."""
    rows = [
        {
            "started": short_moment(row["started_at"]),
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
    columns = (Column("Operation", "operation", "long"), Column("Calls", "calls", "number"))
    return Grid(
        "Calls to Amazon and Commerce since the beginning", columns, rows, len(ordered), "No call was made yet."
    )


def _lasted(row: Mapping[str, Any]) -> str:
    if row["finished_at"] is None:
        return "–"
    return duration(max(0.0, (row["finished_at"] - row["started_at"]) / 1000))
