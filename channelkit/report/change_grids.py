"""Tables of changes: in which states, what was sent and when it was seen, what is held, what waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from channelkit.report.change_words import change_value
from channelkit.report.delays import BIN_NAMES, STAGES
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.wording import count, duration, shareable

STATE_MEANINGS = {
    "planned": "decided, not sent yet",
    "held": "outside a guard; waits for a person",
    "sent": "left; no answer yet",
    "accepted": "Amazon took it; not yet seen there",
    "refused": "Amazon said no",
    "confirmed": "seen on Amazon by a later reading",
    "expired": "accepted, but not seen within 30 minutes",
    "dropped": "not sent, or no longer wanted; the next cycle plans anew",
}


VERDICT_MEANINGS = {
    "stopped": "The plan was stopped for its size.",
    "read-only": "The store may only read as yet: channelkit plan says why.",
    "unread": "Facts could not be read anew, and nothing is sent on old ones.",
    "shown": "The plan was only to be shown.",
}
"""Why the changes of a plan stay at home."""

_PLAN = "channelkit plan"


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


def target_grid(targets: Mapping[str, Mapping[str, float | int]]) -> Grid:
    """Return how often a change was seen on Amazon within the target of its field."""
    rows = []
    for field, known in targets.items():
        number, within = int(known["count"]), int(known["within"])
        kept = f"{within:,} of {number:,} ({100 * within / number:.0f} %)" if number else "–"
        rows.append({"field": field, "target": duration(known["target"]), "kept": kept})
    columns = (
        *(Column("Field", "field", "key"), Column("Seen on Amazon within", "target", "number")),
        Column("Met", "kept", "number"),
    )
    return Grid("The target from plan to sight, and how often it was met", columns, rows, len(rows))


def change_grid(found: pa.Table, total: int, currencies: Mapping[str, str]) -> Grid:
    """Return the newest changes with their delay."""
    rows = []
    for row in found.to_pylist():
        delay = _delay(row)
        note = shareable(row["note"]) if row["state"] in ("refused", "expired", "dropped") else ""
        rows.append(
            _change(row, currencies)
            | {
                "moved": short_moment(row["moved_at"]),
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


def held_grid(found: pa.Table, total: int, currencies: Mapping[str, str]) -> Grid:
    """Return the changes that are held now."""
    rows = [_change(row, currencies) | {"note": shareable(row["note"]) or "–"} for row in found.to_pylist()]
    columns = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("Field", "field"), Column("From", "before", "number"), Column("To", "after", "number")),
        *(Column("Because of", "because", "long"), Column("Why it is held", "note", "long")),
    )
    return Grid("Changes that are held", columns, rows, total, "No change is held.", _PLAN)


def unsent_grid(found: pa.Table, total: int, currencies: Mapping[str, str], verdicts: Mapping[str, str]) -> Grid:
    """Return the changes that are planned and not sent.

    Arguments:
        verdicts: of each store's newest plan.
    """
    rows = [
        _change(row, currencies) | {"why": VERDICT_MEANINGS.get(verdicts[row["store"]], "It is about to be sent.")}
        for row in found.to_pylist()
    ]
    columns = (
        *(Column("SKU", "sku", "key"), Column("Store", "store"), Column("Title", "title", "long")),
        *(Column("Field", "field"), Column("From", "before", "number"), Column("To", "after", "number")),
        *(Column("Because of", "because", "long"), Column("Why it is not sent", "why", "long")),
    )
    return Grid("Changes that are planned and not sent", columns, rows, total, "No planned change waits.", _PLAN)


def _change(row: Mapping[str, Any], currencies: Mapping[str, str]) -> dict[str, str]:
    currency = currencies.get(row["store"], "")
    return {
        "sku": row["seller_sku"],
        "store": row["store"],
        "title": row["title"] or "–",
        "field": row["field"],
        "before": change_value(row, "before", currency),
        "after": change_value(row, "after", currency),
        "because": shareable(row["because"]) or "–",
    }


def _delay(row: Mapping[str, Any]) -> float | None:
    if row["state"] != "confirmed" or row["closed_at"] is None:
        return None
    return max(0.0, float(row["closed_at"] - row["planned_at"]) / 1000)
