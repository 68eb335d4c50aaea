"""Figures by day: whatever happened, a day is told as it ended, by the marketplace's own clocks."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from channelkit.database import daily, history, reference
from channelkit.database.connection import Database, open_database
from channelkit.database.trend_schema import daily_moves, daily_tabs
from channelkit.model.days import DAY, begin_of, day_of, days_between, end_of, named, number_of, shift
from channelkit.report.past import as_of
from tests.trend_rows import AUTUMN, HOUR, LA, UK, Row, add_products, add_store, decide, decision, offer, report, search

Figures = dict[str, dict[tuple[str, ...], tuple[int, ...]]]


def told(database: Database, store: str = "us") -> Figures:
    """Return what is told of each day: listings, sold out, units, priced and prices by tab, status, brand, category."""
    with database.read() as connection:
        found = connection.execute(sa.select(daily_tabs).where(daily_tabs.c.store == store)).mappings().all()
    days: Figures = {}
    for row in found:
        group = tuple(row[name] for name in ("tab", "status", "brand", "category"))
        figures = tuple(row[name] for name in ("listings", "sold_out", "units", "priced", "prices"))
        days.setdefault(row["day"], {})[group] = figures
    return days


def moved(database: Database) -> dict[tuple[str, str, str, str], int]:
    with database.read() as connection:
        found = connection.execute(sa.select(daily_moves)).mappings().all()
    return {(row["day"], row["from_tab"], row["to_tab"], row["status"]): row["listings"] for row in found}


def counted(database: Database, day: str) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Return a day's figures as `as_of` has every listing at its end."""
    sums: dict[tuple[str, ...], Counter[int]] = {}
    for row in as_of(database, "us", end_of(day, LA) - 1).to_pylist():
        if row["tab"] is None:
            continue
        price, quantity = row["price"], row["quantity"]
        figures = (1, int(quantity == 0), quantity or 0, int(price is not None), price or 0)
        sums.setdefault((row["tab"], row["status"], "", ""), Counter()).update(dict(enumerate(figures)))
    return {group: tuple(figures[place] for place in range(5)) for group, figures in sums.items()}


SKUS = st.sampled_from(["A", "B", "C c"])
OFFERS = st.builds(
    offer, SKUS, st.sampled_from([None, 1, 2]), st.sampled_from([None, 0, 7]), st.sampled_from([None, "B1", "B2"])
)
DECISIONS = st.builds(
    decision,
    SKUS,
    st.sampled_from(["Active", "Inactive", "Ended"]),
    listed=st.booleans(),
    status=st.sampled_from(["Active", "Gone"]),
    product_sku=st.sampled_from([None, "P1", "P2"]),
)


def unique(rows: Sequence[Row], *names: str) -> list[Row]:
    return list({tuple(row[name] for name in names): row for row in rows}.values())


STEPS = st.lists(
    st.tuples(
        st.integers(1, 40),
        st.one_of(
            st.tuples(st.just("report"), st.lists(OFFERS, max_size=3).map(lambda rows: unique(rows, "seller_sku"))),
            st.tuples(st.just("search"), st.lists(OFFERS, max_size=3).map(lambda rows: unique(rows, "seller_sku"))),
            st.tuples(
                st.just("decide"), st.lists(DECISIONS, max_size=4).map(lambda rows: unique(rows, "listed", "sku"))
            ),
            st.tuples(st.sampled_from(["file", "roll up"]), st.just([])),
        ),
    ),
    min_size=2,
    max_size=9,
)
KEEPING = {"report": report, "search": search, "decide": decide}


@settings(max_examples=6, phases=[Phase.generate])
@given(steps=STEPS)
def test_a_day_is_told_as_every_listing_stood_at_its_end(migrated_file: Path, steps: list[Any]) -> None:
    """RP-05: whatever was kept, in files or waiting, and whenever days were told, each is as the past has it."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(migrated_file, f"{name}/channelkit.db")
        database = open_database(f"sqlite:///{name}/channelkit.db", Path(name) / "history")
        add_store(database)
        at, began = AUTUMN, None
        for hours, (kind, rows) in steps:
            at += hours * HOUR
            if kind == "file":
                history.flush(database, at=at, everything=True)
            elif kind == "roll up":
                daily.roll_up(database, at)
            else:
                began = began or (day_of(at, LA) if kind == "decide" and rows else None)
                with database.write() as connection:
                    KEEPING[kind](connection, at, *rows)
        daily.roll_up(database, at + 2 * DAY)
        found = told(database)
        for day in days_between(began, day_of(at, LA)) if began else []:
            assert found.get(day, {}) == counted(database, day), day
        assert set(found) <= set(days_between(began or "2026-10-30", shift(day_of(at + 2 * DAY, LA), -1)))
        assert daily.roll_up(database, at + 2 * DAY) == 0
        database.close()


def test_many_days_at_once_are_told_as_one_by_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does it matter how many changes are looked at together."""
    add_store(database)
    for number in range(6):
        with database.write() as connection:
            at = AUTUMN + number * DAY + 5 * HOUR
            report(connection, at, *(offer(f"S{each}", 100 * number, (each + number) % 3) for each in range(4)))
            decide(
                connection, at + HOUR, *(decision(f"S{each}", ("Active", "Ended")[each < number]) for each in range(5))
            )
        if number == 2:
            daily.roll_up(database, AUTUMN + 3 * DAY + 2 * HOUR)
    last = AUTUMN + 6 * DAY + 2 * HOUR
    assert daily.roll_up(database, last) == 4
    one_by_one = told(database)
    monkeypatch.setattr("channelkit.database.day_ends.TOGETHER", 4)
    with database.write() as connection:
        connection.execute(daily_tabs.delete())
        connection.exec_driver_sql("delete from watermarks")
    assert daily.roll_up(database, last) == 6
    assert told(database) == one_by_one
    assert one_by_one["2026-11-01"] == {
        ("Active", "Active", "", ""): (3, 0, 3, 2, 400),
        ("Ended", "Ended", "", ""): (2, 1, 2, 2, 400),
    }


def test_a_day_ends_when_the_marketplaces_clock_says_so(database: Database) -> None:
    """In Los Angeles it is still the day before when it is over in London; in autumn a day has 25 hours."""
    add_store(database)
    with database.write() as connection:
        decide(connection, end_of("2026-11-01", LA) - 1, decision("A"))
    with database.write() as connection:
        decide(connection, end_of("2026-11-01", LA), decision("A", "Inactive"))
    assert end_of("2026-11-01", LA) - begin_of("2026-11-01", LA) == 25 * HOUR
    daily.roll_up(database, end_of("2026-11-02", LA))
    assert {day: next(iter(groups))[0] for day, groups in told(database).items()} == {
        "2026-11-01": "Active",
        "2026-11-02": "Inactive",
    }


def test_nothing_is_told_of_a_day_that_is_not_over_or_of_a_store_without_a_past(database: Database) -> None:
    add_store(database)
    add_store(database, "uk", UK)
    assert daily.roll_up(database, AUTUMN) == 0
    with database.write() as connection:
        decide(connection, AUTUMN + HOUR, decision("A"))
    assert daily.roll_up(database, AUTUMN + 23 * HOUR) == 0
    assert (told(database), told(database, "uk")) == ({}, {})
    with database.read() as connection:
        assert daily.last_day(connection, "us") == ""


def test_what_was_read_late_of_a_day_is_told_some_hours_later(database: Database) -> None:
    add_store(database)
    with database.write() as connection:
        report(connection, AUTUMN + HOUR, offer("A", 1000, 5))
        decide(connection, AUTUMN + HOUR, decision("A"))
    midnight = AUTUMN + DAY
    assert daily.roll_up(database, midnight) == 1
    with database.write() as connection:
        report(connection, midnight - HOUR, offer("A", 2000, 5))
    assert [daily.roll_up(database, midnight + hours * HOUR) for hours in (1, 7, 8)] == [0, 1, 0]
    assert told(database) == {"2026-10-30": {("Active", "Active", "", ""): (1, 0, 5, 1, 2000)}}


def test_listings_are_told_apart_by_brand_and_by_the_deepest_category(database: Database) -> None:
    add_store(database)
    paths = {"3": "Shop / Gear", "4": "Shop / Gear / Bags", "5": "Shop / Books"}
    known = [{"id": int(number), "path": path, "name": path, "parent": 1} for number, path in paths.items()]
    with database.write() as connection:
        reference.store_reference(connection, "commerce", "categories", json.dumps(known), at=1)
        add_products(
            connection,
            AUTUMN,
            P1={"manufacturer": "Acme", "category_ids": ["3", "4"]},
            P2={"manufacturer": "Bolt", "category_ids": ["5", "99"]},
            P3={},
        )
        linked = [decision(f"S{number}", product_sku=f"P{number}") for number in (1, 2, 3)]
        waiting = decision("P1", "Ready to List", listed=False)
        decide(connection, AUTUMN + HOUR, *linked, decision("S4", "New Third Party"), waiting)
    daily.roll_up(database, AUTUMN + DAY)
    assert {group: figures[0] for group, figures in told(database)["2026-10-30"].items()} == {
        ("Active", "Active", "Acme", "Gear / Bags"): 1,
        ("Active", "Active", "Bolt", "Books"): 1,
        ("Active", "Active", "", ""): 1,
        ("New Third Party", "New Third Party", "", ""): 1,
        ("Ready to List", "Ready to List", "Acme", "Gear / Bags"): 1,
    }


def test_the_smaller_brands_are_told_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channelkit.database.standing.BRANDS", 2)
    add_store(database)
    with database.write() as connection:
        brands = {f"P{number}": {"manufacturer": "AABBCD"[number]} for number in range(6)}
        add_products(connection, AUTUMN, **brands)
        decide(connection, AUTUMN + HOUR, *(decision(f"S{n}", product_sku=f"P{n}") for n in range(6)))
    daily.roll_up(database, AUTUMN + DAY)
    assert {group[2]: figures[0] for group, figures in told(database)["2026-10-30"].items()} == {
        "A": 2,
        "B": 2,
        "(others)": 2,
    }


def test_moves_are_told_by_day_with_the_status_that_they_came_to(database: Database) -> None:
    add_store(database)
    days = [AUTUMN + number * DAY + HOUR for number in range(3)]
    with database.write() as connection:
        add_products(connection, days[0], P={})
        decide(connection, days[0], decision("A", status="Fresh"), decision("P", "Ready to List", listed=False))
    with database.write() as connection:
        # A product that is published is one move, whatever its seller SKU.
        published = decision("SKU-P", product_sku="P", status="Published")
        decide(connection, days[1], decision("A", "Inactive", status="Suppressed"), published)
    with database.write() as connection:
        decide(connection, days[2], published)
    daily.roll_up(database, end_of("2026-11-01", LA))
    assert moved(database) == {
        ("2026-10-30", "", "Active", "Fresh"): 1,
        ("2026-10-30", "", "Ready to List", "Ready to List"): 1,
        ("2026-10-31", "Active", "Inactive", "Suppressed"): 1,
        ("2026-10-31", "Ready to List", "Active", "Published"): 1,
        ("2026-11-01", "Inactive", "", ""): 1,
    }


ZONES = st.sampled_from(["America/Los_Angeles", "Europe/London", "Africa/Cairo", "Asia/Kolkata", "Australia/Sydney"])


@given(ZONES, st.integers(begin_of("2015-01-01", "UTC"), begin_of("2036-01-01", "UTC")))
def test_every_moment_falls_on_exactly_one_day(zone: str, moment: int) -> None:
    """Days follow each other without a gap, also where clocks are changed, at night or at midnight."""
    day = day_of(moment, zone)
    assert begin_of(day, zone) <= moment < end_of(day, zone)
    assert end_of(day, zone) - begin_of(day, zone) in (23 * HOUR, DAY, 25 * HOUR)
    assert (named(number_of(day)), day_of(begin_of(day, zone) - 1, zone)) == (day, shift(day, -1))
