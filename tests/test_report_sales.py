"""What was probably sold, from the quantities that Amazon showed one after the other."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from channelkit.database import journal, listings
from channelkit.database.connection import Database
from channelkit.model.changes import CHANGES
from channelkit.model.tables import LISTINGS
from channelkit.report.sales import SALES, estimate_sales
from tests.database_fixtures import table_of

NOON = 1_790_000_000_000
MINUTE, DAY = 60_000, 86_400_000


def see(database: Database, at: int, quantity: int | None, price: int = 1000) -> None:
    offer = {"seller_sku": "A", "asin": "B1", "quantity": quantity, "price": price, "currency": "USD"}
    with database.write() as connection:
        report = table_of(LISTINGS, [offer], ("seller_sku", *listings.REPORTED))
        listings.store_report(connection, "us", report, asked_at=at, run="r")


def send(database: Database, at: int, before: int, after: int) -> None:
    change = {"seller_sku": "A", "field": "quantity", "before": before, "after": after, "because": "stock"}
    going = table_of(CHANGES, [change])
    held = going.slice(0, 0).append_column("note", pa.array([], pa.string()))
    with database.write() as connection:
        planned = journal.record_plan(
            connection,
            store="us",
            run="r",
            fingerprint="f",
            going=going,
            held=held,
            listings=1,
            verdict="clear",
            note="",
            at=at,
        )
        journal.mark_sent(connection, planned["id"].to_pylist(), at)


def sold(database: Database, since: int = 0) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in estimate_sales(database, "us", since).to_pylist()]


def test_falls_of_a_day_are_summed_at_the_price_of_their_time(database: Database) -> None:
    """LR-03: the what-if of rules rests on it."""
    for minute, (quantity, price) in enumerate([(10, 1000), (8, 1000), (9, 1000), (6, 1000), (6, 1500), (5, 1500)]):
        see(database, NOON + minute * MINUTE, quantity, price)
    see(database, NOON + DAY, 5, 2000)
    assert sold(database) == [(date(2026, 9, 21), "A", 6, 5 * 1000 + 1500)]
    assert sold(database, NOON + 4 * MINUTE) == [(date(2026, 9, 21), "A", 1, 1500)]
    assert estimate_sales(database, "us", NOON + 2 * DAY).equals(SALES.empty_table())


def test_what_a_change_of_ours_asked_for_was_not_sold(database: Database) -> None:
    see(database, NOON, 10)
    send(database, NOON + MINUTE, 10, 4)
    see(database, NOON + 5 * MINUTE, 4)
    assert sold(database) == []
    send(database, NOON + 6 * MINUTE, 4, 2)
    see(database, NOON + 9 * MINUTE, 1)
    assert sold(database) == [(date(2026, 9, 21), "A", 1, 1000)]


def test_a_fall_that_is_not_known_to_be_one_counts_for_nothing(database: Database) -> None:
    see(database, NOON, 10)
    see(database, NOON + MINUTE, None)
    see(database, NOON + 2 * MINUTE, 3)
    assert sold(database) == []
    assert estimate_sales(database, "de", 0).num_rows == 0
