"""How long changes took from one state to the next."""

from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit.database.connection import Database
from channelkit.database.schema import changes
from channelkit.report.delays import STAGES, WHOLE, measure_delays

NOW = 1_796_000_000_000
HOUR = 3_600_000


def add_change(database: Database, sku: str, state: str, *moments: int | None, field: str = "price") -> None:
    """Write down a change: when it was planned, sent, accepted and closed, in seconds after now."""
    times = (None if seconds is None else NOW + 1000 * seconds for seconds in moments)
    row = dict(zip(("planned_at", "sent_at", "accepted_at", "closed_at"), times, strict=True))
    told = {"plan": "p", "run": "r", "store": "us", "seller_sku": sku, "field": field, "because": "", "state": state}
    with database.write() as connection:
        connection.execute(changes.insert().values(row | told | {"before": 1, "after": 2}))


def spans(found: pa.Table, field: str = "price") -> dict[str, list[float]]:
    told: dict[str, list[float]] = {stage: [] for stage in (*STAGES, WHOLE)}
    for row in found.to_pylist():
        if row["field"] == field:
            told[row["stage"]].append(row["seconds"])
    return {stage: sorted(seconds) for stage, seconds in told.items()}


def test_each_step_of_a_change_is_measured_as_soon_as_it_is_known(database: Database) -> None:
    add_change(database, "A", "planned", 0, None, None, None)
    add_change(database, "B", "sent", 0, 2, None, None)
    add_change(database, "C", "accepted", 0, 3, 10, None)
    add_change(database, "D", "confirmed", 0, 1, 5, 65)
    add_change(database, "E", "refused", 0, 4, None, 9)
    add_change(database, "F", "confirmed", 0, 6, 8, 20, field="quantity")
    with database.read() as connection:
        found = measure_delays(connection, NOW)
    assert set(found["store"].to_pylist()) == {"us"}
    assert spans(found) == dict(zip((*STAGES, WHOLE), ([1, 2, 3, 4], [4, 7], [60], [65]), strict=True))
    assert spans(found, "quantity") == dict(zip((*STAGES, WHOLE), ([6], [2], [12], [20]), strict=True))


def test_what_no_reading_showed_in_time_took_for_ever_and_clocks_that_differ_take_none(database: Database) -> None:
    add_change(database, "A", "expired", 0, 1, 2, 9000)
    add_change(database, "B", "confirmed", 5, 4, 7, 9)
    with database.read() as connection:
        found = spans(measure_delays(connection, NOW))
    assert found[WHOLE] == [4, pytest.approx(float("inf"))] and found["planned to sent"] == [0, 1]


def test_a_change_counts_in_the_span_in_which_it_last_moved(database: Database) -> None:
    add_change(database, "A", "sent", 0, 10, None, None)
    add_change(database, "B", "confirmed", 0, 10, 20, 30)
    with database.read() as connection:
        counted = [
            measure_delays(connection, NOW + 1000 * since, NOW + 1000 * until).num_rows
            for since, until in ((0, 10), (0, 11), (11, 31), (0, 31), (31, 99))
        ]
    assert counted == [0, 1, 4, 5, 0]
