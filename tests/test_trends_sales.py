"""Sales are counted on the marketplace's days, in its money, without what was cancelled or failed (RP-05)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines
from channelkit.database.schema import stores
from channelkit.trends.sales import Figure, percent_more, read_sales_by_day, read_store_sales
from tests.order_rows import DAY, HOUR, NOON, add_order, add_store

FOREVER = 4_000_000_000_000


def moment(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def sales(database: Database, *names: str, since: int = 0, until: int = FOREVER) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_sales_by_day(database, names or ("us",), since, until).to_pylist()
    return found


def connect_long_ago(database: Database, store: str = "us") -> None:
    with database.write() as connection:
        connection.execute(sa.update(stores).where(stores.c.name == store).values(created_at=NOON - 400 * DAY))


def test_an_order_counts_on_the_day_on_which_it_was_placed_by_the_marketplaces_clock(database: Database) -> None:
    add_store(database)
    zone = "America/Los_Angeles"
    for number, when in enumerate(("2026-09-20 00:00", "2026-09-20 23:59", "2026-09-21 00:00")):
        add_order(database, f"902-{number}", created_at=moment(when, zone), total=1000 + number, units=2)
    found = sales(database)
    assert [(row["day"], row["orders"], row["units"], row["amount"], row["currency"]) for row in found] == [
        ("2026-09-20", 2, 4, 2001, "USD"),
        ("2026-09-21", 1, 2, 1002, "USD"),
    ]


def test_on_the_days_on_which_clocks_change_nothing_is_counted_twice_or_lost(database: Database) -> None:
    add_store(database, "de")
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 24, 0, 30, tzinfo=zone).astimezone(UTC)
    for hour in range(24 + 25 + 24):
        placed = first + timedelta(hours=hour)
        add_order(database, f"302-{hour}", "de", created_at=int(placed.timestamp() * 1000), total=100)
    assert [(row["day"], row["orders"]) for row in sales(database, "de")] == [
        ("2026-10-24", 24),
        ("2026-10-25", 25),
        ("2026-10-26", 24),
    ]


def test_canceled_and_error_are_left_out_and_so_are_cancelled_units(database: Database) -> None:
    add_store(database)
    add_order(database, "902-1", total=1000)
    add_order(database, "902-2", total=5000, status="CANCELLED")
    add_order(database, "902-3", total=7000, status="UNFULFILLABLE")
    add_order(database, "902-4", total=2000, status="PARTIALLY_SHIPPED", units=5)
    with database.write() as connection:
        chosen = order_lines.c.order_id.in_(("902-2", "902-4"))
        connection.execute(sa.update(order_lines).where(chosen).values(cancelled=2))
    (row,) = sales(database)
    assert (row["orders"], row["units"], row["amount"]) == (2, 2 + 5 - 2, 3000)


def test_an_order_whose_amount_amazon_does_not_tell_yet_is_counted_and_said(database: Database) -> None:
    add_store(database)
    add_order(database, "902-1", total=None, currency="", status="PENDING")
    add_order(database, "902-2", total=1000)
    (row,) = sales(database)
    assert (row["orders"], row["amount"], row["unpriced"], row["currency"]) == (2, 1000, 1, "USD")


def test_only_what_was_placed_within_the_bounds_counts_and_each_store_has_its_own_days(database: Database) -> None:
    add_store(database)
    add_store(database, "jp")
    late = moment("2026-09-20 20:00", "America/Los_Angeles")
    add_order(database, "902-1", created_at=late)
    add_order(database, "503-1", "jp", created_at=late, total=300)
    found = {row["store"]: (row["day"], row["amount"]) for row in sales(database, "us", "jp")}
    assert found == {"us": ("2026-09-20", 1999), "jp": ("2026-09-21", 300)}
    assert sales(database, since=late + 1) == [] and sales(database, until=late) == []
    assert len(sales(database, since=late, until=late + 1)) == 1
    assert sales(database, "unheard of") == []


def test_a_card_tells_of_7_days_30_days_and_lifetime_with_the_trend_rp_05(database: Database) -> None:
    add_store(database)
    connect_long_ago(database)
    placed = {1: 1000, 6: 500, 8: 800, 25: 700, 40: 1500, 300: 10_000}
    for days, total in placed.items():
        add_order(database, f"902-{days}", created_at=NOON - days * DAY, total=total)
    card = read_store_sales(database, ["us"], NOON)["us"]
    assert (card.week.amount, card.week.before, card.week.trend) == (1500, 800, 88)
    assert (card.month.amount, card.month.before, card.month.trend) == (3000, 1500, 100)
    assert (card.lifetime.amount, card.lifetime.orders, card.lifetime.before) == (14_500, 6, None)
    assert (card.site.currency, card.site.zone) == ("USD", "America/Los_Angeles")


def test_a_part_of_today_is_compared_with_the_same_part_of_a_week_ago(database: Database) -> None:
    add_store(database)
    connect_long_ago(database)
    add_order(database, "902-1", created_at=NOON - HOUR, total=100)
    add_order(database, "902-2", created_at=NOON - HOUR - 7 * DAY, total=70)
    add_order(database, "902-3", created_at=NOON + HOUR - 7 * DAY, total=9000)
    assert read_store_sales(database, ["us"], NOON)["us"].week.before == 70


def test_a_stretch_that_began_before_the_store_was_known_is_compared_with_nothing(database: Database) -> None:
    add_store(database)  # It is known since 30 days before.
    add_order(database, "902-1", created_at=NOON - 2 * DAY)
    card = read_store_sales(database, ["us"], NOON)["us"]
    assert card.month.before is None and card.month.trend is None
    assert card.week.before == 0 and card.week.trend is None


def test_a_store_that_sold_nothing_has_a_card_of_zeros(database: Database) -> None:
    add_store(database)
    card = read_store_sales(database, ["us"], NOON)["us"]
    assert card.lifetime == Figure() and card.began_ms is None


def test_a_trend_is_rounded_half_up() -> None:
    assert [percent_more(after, 200) for after in (201, 203, 199, 197, 0)] == [1, 2, 0, -1, -100]
