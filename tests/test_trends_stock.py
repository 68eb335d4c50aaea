"""Prices and stock over time: how prices moved, what ran out and about what that cost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from statistics import median_low
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from channelkit.database import daily, history
from channelkit.database.connection import Database, open_database
from channelkit.database.price_days import Span, read_price_days
from channelkit.model.days import DAY, day_of, days_between, end_of
from channelkit.report.past import as_of
from channelkit.trends import prices as by_day
from channelkit.trends.prices import PRICES, read_prices_by_day
from channelkit.trends.stock import (
    OUT_BY_DAY,
    STOCK_OUTS,
    read_stock_outs,
    read_stock_outs_by_day,
)
from tests.test_trends_tabs import tuples
from tests.trend_rows import AUTUMN, HOUR, LA, add_sale, add_store, decide, decision, offer, report, search

MORNING = AUTUMN + 5 * HOUR

OFFERS = st.builds(
    offer,
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from([None, 100, 200, 300, 400]),
    st.just(5),
    st.sampled_from([None, "B1"]),
)
READINGS = st.lists(
    st.tuples(
        st.integers(1, 30),
        st.sampled_from([report, search]),
        st.lists(OFFERS, min_size=1, max_size=3).map(
            lambda rows: list({row["seller_sku"]: row for row in rows}.values())
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, phases=[Phase.generate])
@given(READINGS)
def test_the_middle_price_of_a_day_is_that_of_all_listings_at_its_end(migrated_file: Path, readings: list[Any]) -> None:
    """RP-06: days follow from nothing but what changed, and are as the past has every listing."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(migrated_file, f"{name}/channelkit.db")
        database = open_database(f"sqlite:///{name}/channelkit.db", Path(name) / "history")
        add_store(database)
        at = AUTUMN
        for hours, read, rows in readings:
            at += hours * HOUR
            with database.write() as connection:
                read(connection, at, *rows)
        began, last = day_of(AUTUMN + readings[0][0] * HOUR, LA), day_of(at, LA)
        found = read_prices_by_day(database, ["us"], began, last)
        for row in found.to_pylist():
            prices = as_of(database, "us", end_of(row["day"], LA) - 1)["price"].drop_null().to_pylist()
            assert row["median_price"] == (median_low(prices) if prices else None), row["day"]
        assert found["day"].to_pylist() == days_between(began, last)
        database.close()


def test_prices_tell_how_many_moved_on_each_day(database: Database) -> None:
    add_store(database)
    for number, prices in enumerate([(100, 200), (150, 200), (170, 190), (170, 190)]):
        for hour in (5, 9):
            with database.write() as connection:
                offers = (offer(sku, price) for sku, price in zip("AB", prices, strict=True))
                report(connection, AUTUMN + number * DAY + hour * HOUR, *offers)
    found = read_prices_by_day(database, ["us"], "2026-10-30", "2026-11-02")
    assert found.schema == PRICES
    assert tuples(found, "day", "moved", "median_price", "compared", "currency") == [
        ("2026-10-30", 0, 100, 0, "USD"),
        ("2026-10-31", 1, 150, 0, "USD"),
        ("2026-11-01", 2, 170, 0, "USD"),
        ("2026-11-02", 0, 170, 0, "USD"),
    ]


@pytest.mark.parametrize("later", [2 * HOUR, 7 * HOUR])
def test_prices_of_days_that_are_told_are_those_that_the_history_tells(
    database: Database, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    """What is told for good is not read again; a day that was told early is."""
    add_store(database)
    with database.write() as connection:
        decide(connection, AUTUMN, decision("A"))
    for number, prices in enumerate([(100, 200), (150, None), (170, 190), (None, 190), (120, 210)]):
        for hour in (5, 9, 25):
            with database.write() as connection:
                offers = (offer(sku, price, asin=f"B{sku}") for sku, price in zip("AB", prices, strict=True))
                report(connection, AUTUMN + number * DAY + hour * HOUR, *offers, offer(f"N{number}", 80 + hour))
    before = read_prices_by_day(database, ["us"], "2026-10-30", "2026-11-04")
    assert daily.roll_up(database, end_of("2026-11-03", LA) + later) == 5
    read: list[str] = []

    def note(database: Database, span: Span) -> pa.Table:
        read.append(span.since)
        return read_price_days(database, span)

    monkeypatch.setattr(by_day, "read_price_days", note)
    for since in ("2026-10-30", "2026-11-01"):
        told = before.filter(pc.greater_equal(before["day"], since))
        assert read_prices_by_day(database, ["us"], since, "2026-11-04").equals(told)
    assert set(read) == {"2026-11-04" if later > daily.SETTLED else "2026-11-03"}
    earlier = read_prices_by_day(database, ["us"], "2026-10-28", "2026-11-04")
    assert earlier.filter(pc.greater_equal(earlier["day"], "2026-10-30")).equals(before)


def run_out(database: Database) -> None:
    """A is out for two days and back, B is out and ended, C is out since before, D is out still."""
    add_store(database)
    quantities = {0: (5, 5, 0, 5), 1: (0, 0, 0, 5), 3: (8, 0, 9, 0)}
    with database.write() as connection:
        report(connection, MORNING - 9 * DAY, offer("C", 1000, 7))
    for day, told in quantities.items():
        at = MORNING + day * DAY
        with database.write() as connection:
            report(connection, at, *(offer(sku, 1000, left) for sku, left in zip("ABCD", told, strict=True)))
            decide(connection, at, *(decision(sku, "Ended" if sku == "B" else "Active") for sku in "ABCD"))


def test_stock_outs_tell_from_when_to_when_and_about_what_they_cost(database: Database) -> None:
    """An estimate: a day's average of the 30 days before, at the price of then, for as long as it lasted."""
    run_out(database)
    for number in range(3):
        add_sale(database, number, "A", AUTUMN - number * DAY, ordered=5)
    with database.write() as connection:
        dearer = [offer(sku, 9900, left) for sku, left in zip("ABCD", (8, 0, 9, 0), strict=True)]
        report(connection, MORNING + 4 * DAY, *dearer)
    history.flush(database, MORNING + 4 * DAY, everything=True)
    found = read_stock_outs(database, ["us"], MORNING + DAY, MORNING + 5 * DAY)
    assert found.schema == STOCK_OUTS
    assert tuples(found, "seller_sku", "began", "ended", "lost", "currency") == [
        ("A", MORNING + DAY, MORNING + 3 * DAY, 1000, "USD"),
        ("C", MORNING, MORNING + 3 * DAY, 0, "USD"),
        ("D", MORNING + 3 * DAY, None, 0, "USD"),
    ]


def test_stock_outs_by_day_count_what_offers_nothing_at_its_end(database: Database) -> None:
    run_out(database)
    daily.roll_up(database, MORNING + 3 * DAY)
    found = read_stock_outs_by_day(database, ["us"], AUTUMN, MORNING + 3 * DAY)
    assert found.schema == OUT_BY_DAY
    assert tuples(found) == [
        ("us", "2026-10-30", 1),
        ("us", "2026-10-31", 2),
        ("us", "2026-11-01", 2),
        ("us", "2026-11-02", 1),
    ]


def test_a_day_on_which_nothing_is_sold_out_counts_none_and_one_before_anything_was_read_is_not_told(
    database: Database,
) -> None:
    add_store(database)
    assert read_stock_outs_by_day(database, ["us"], AUTUMN, MORNING).num_rows == 0
    for ended in ("", "A"):
        with database.write() as connection:
            report(connection, MORNING, offer("A", 1000, 0 if ended else 5), offer("B", 1000, 5))
            decide(connection, MORNING, *(decision(sku, "Ended" if sku == ended else "Active") for sku in "AB"))
        assert tuples(read_stock_outs_by_day(database, ["us"], MORNING, MORNING + HOUR)) == [("us", "2026-10-30", 0)]
