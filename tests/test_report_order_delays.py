"""How long orders take, against what is promised."""

from __future__ import annotations

from dataclasses import replace

from channelkit.database import order_journal as journal
from channelkit.database.connection import Database
from channelkit.model.orders import CONFIRM, CREATE, OrderChange
from channelkit.report.order_delays import distribute_order_delays, measure_order_delays, summarise_order_delays


def test_sy_05_an_order_counts_from_its_cause_to_the_reading_that_shows_it(database: Database) -> None:
    """SY-05: measured against budgets."""
    made = OrderChange("111", CREATE, caused_at=1_000)
    told = OrderChange("111", CONFIRM, key="7", caused_at=1_000)
    with database.write() as connection:
        first, second = journal.record(connection, "us", "r1", [made, told], 2_000)
        journal.mark_sent(connection, [first.id, second.id], 3_000)
        journal.close(connection, [replace(first, state="confirmed")], 61_000)
        journal.close(connection, [replace(second, state="expired")], 90_000)
    with database.read() as connection:
        delays = measure_order_delays(connection, 0)
        assert measure_order_delays(connection, 0, "elsewhere").num_rows == 0
    summary = summarise_order_delays(delays)
    assert summary["create"] == {"budget": 300, "count": 1, "within": 1, "median": 60.0, "p95": 60.0}
    assert summary["confirm_shipment"] == {"budget": 300, "count": 1, "within": 0, "median": None, "p95": None}
    assert summary["quantity"]["count"] == 0
    shown = {(row["kind"], row["bin"]) for row in distribute_order_delays(delays).to_pylist() if row["rows"]}
    assert shown == {("create", "1–5 min"), ("confirm_shipment", "over 30 min")}
