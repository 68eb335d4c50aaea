"""What was out of stock, from when to when and about for how much: told by day or read anew, it is the same."""

from __future__ import annotations

import shutil
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from channelkit.database import daily, history
from channelkit.database.connection import Database, open_database
from channelkit.database.crossings import ask_crossings
from channelkit.database.schema import listings
from channelkit.database.trend_schema import daily_crossings
from channelkit.model.days import DAY, day_of, end_of, shift
from channelkit.model.tables import HISTORY
from channelkit.trends import spells
from channelkit.trends.stock import LOOK_BACK, read_stock_outs
from tests.trend_rows import AUTUMN, HOUR, LA, add_sale, add_store, decide, decision, offer, report, search

MORNING = AUTUMN + 5 * HOUR
LATE = 5
"""Hours for which a reading may be on its way."""

SKUS = ("A", "B", "C c")
OFFERS = st.builds(offer, st.sampled_from(SKUS), st.sampled_from([None, 0, 100, 350]), st.sampled_from([None, 0, 7]))
READ = st.tuples(
    st.sampled_from(["report", "search"]),
    st.lists(OFFERS, max_size=3).map(lambda rows: list({row["seller_sku"]: row for row in rows}.values())),
)
KEPT_LATE = st.tuples(st.just("late"), st.tuples(st.sampled_from(SKUS), st.booleans(), st.integers(0, LATE)))
DONE = st.tuples(st.sampled_from(["file", "roll up"]), st.none())
STEPS = st.lists(st.tuples(st.integers(1, 40), st.one_of(READ, READ, KEPT_LATE, DONE)), min_size=4, max_size=10)
SALES = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(-31 * 24, 14 * 24)), max_size=6)
KEEPING = {"report": report, "search": search}


def cross(database: Database, sku: str, is_out: bool, seen_at: int) -> None:
    """Keep that a listing ran out of stock, or had some again, seen at a moment that may be past."""
    words = {"subject": "listing", "store": "us", "sku": sku, "field": "quantity", "because": "Amazon", "run": "r"}
    words |= {"before": "70", "after": "0"} if is_out else {"before": "0", "after": "70"}
    columns = {name: pa.array([word]) for name, word in words.items()}
    columns["seen_at"] = pa.array([seen_at]).cast(pa.timestamp("ms", "UTC"))
    with database.write() as connection:
        history.append(connection, pa.table({name: columns[name] for name in HISTORY.names}), seen_at)


def told_plainly(database: Database, sales: list[tuple[str, int]], since: int, until: int) -> list[tuple[Any, ...]]:
    """Return listing, begin, end and loss of all that was out, change by change: days in turn, each as it was kept."""
    asked = "select sku, field, before, after, epoch_ms(seen_at) as ms from history where subject = 'listing'"
    changes = history.query(database, f"{asked} order by place").to_pylist()
    changes.sort(key=lambda row: day_of(row["ms"], LA))
    with database.read() as connection:
        now = connection.execute(sa.select(listings.c.seller_sku, listings.c.price)).all()
        prices: dict[str, int | None] = {sku: price for sku, price in now}  # noqa: C416 - rows are no pairs to mypy
    found = []
    for sku in SKUS:
        its = [row for row in changes if row["sku"] == sku]
        crossed = [row for row in its if row["field"] == "quantity" and "0" in (row["before"], row["after"])]
        crossed = [row for row in crossed if since - LOOK_BACK <= row["ms"] < until]
        for row, following in pairwise([*crossed, None]):
            if row is None or row["after"] != "0":
                continue
            began, ended = row["ms"], None if following is None else max(row["ms"], following["ms"])
            if (ended or until) <= since:
                continue
            later = [each for each in its if each["field"] == "price" and each["ms"] > began]
            before = min(later, key=lambda each: each["ms"])["before"] if later else prices[sku]
            units = sum(2 for sold, at in sales if sold == sku and began - 30 * DAY <= at < began)
            lasted = min(ended or until, until) - max(began, since)
            found.append((sku, began, ended, (2 * units * int(before or 0) * lasted + 30 * DAY) // (60 * DAY)))
    return found


def out_of(database: Database, since: int, until: int) -> list[tuple[Any, ...]]:
    found = read_stock_outs(database, ["us"], since, until)
    return [tuple(row[name] for name in ("seller_sku", "began", "ended", "lost")) for row in found.to_pylist()]


@settings(max_examples=6, phases=[Phase.generate])
@given(steps=STEPS, sales=SALES, hours=st.integers(-24, 200))
def test_spells_are_as_the_changes_one_by_one_have_them(
    migrated_file: Path, steps: list[Any], sales: list[tuple[str, int]], hours: int
) -> None:
    """RP-05: whichever days are told, in files or waiting, and however late a reading of a day is kept."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(migrated_file, f"{name}/channelkit.db")
        database = open_database(f"sqlite:///{name}/channelkit.db", Path(name) / "history")
        add_store(database)
        at = MORNING
        with database.write() as connection:
            report(connection, at - 9 * DAY, *(offer(sku, 200, 3) for sku in SKUS))
            decide(connection, at, *(decision(sku) for sku in SKUS))
        placed = [(sku, AUTUMN + hour * HOUR) for sku, hour in sales]
        for number, (sku, moment) in enumerate(placed):
            add_sale(database, number, sku, moment)
        for ahead, (kind, rows) in steps:
            at += ahead * HOUR
            if kind == "file":
                history.flush(database, at=at, everything=True)
            elif kind == "roll up":
                daily.roll_up(database, at)
            elif kind == "late":
                cross(database, rows[0], rows[1], at - rows[2] * HOUR)
            else:
                with database.write() as connection:
                    KEEPING[kind](connection, at, *rows)
        span = (AUTUMN + hours * HOUR, at + HOUR)
        plain = sorted(told_plainly(database, placed, *span), key=repr)
        assert sorted(out_of(database, *span), key=repr) == plain
        daily.roll_up(database, at + 2 * DAY)
        assert sorted(out_of(database, *span), key=repr) == plain
        database.close()


@pytest.mark.parametrize("later", [2 * HOUR, 7 * HOUR])
def test_days_that_are_told_for_good_are_not_read_again(
    database: Database, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    add_store(database)
    with database.write() as connection:
        report(connection, MORNING - 9 * DAY, offer("A", 200, 3))
        decide(connection, MORNING, decision("A"))
    for number, left in enumerate([0, 5, 0, 7]):
        with database.write() as connection:
            report(connection, MORNING + number * DAY, offer("A", 200, left))
    until = MORNING + 4 * DAY
    before = out_of(database, AUTUMN, until)
    assert daily.roll_up(database, end_of("2026-11-01", LA) + later) == 3
    read: list[str] = []

    def note(ask: Any, connection: Any, span: Any) -> pa.Table:
        read.append(span.since)
        return ask_crossings(ask, connection, span)

    monkeypatch.setattr(spells, "ask_crossings", note)
    assert out_of(database, AUTUMN, until) == before
    assert read == ["2026-11-02" if later > daily.SETTLED else "2026-11-01"]
    assert [row[1:3] for row in before] == [(MORNING, MORNING + DAY), (MORNING + 2 * DAY, MORNING + 3 * DAY)]


def test_a_span_that_is_told_needs_no_history(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add_store(database)
    with database.write() as connection:
        report(connection, MORNING, offer("A", 200, 3))
        decide(connection, MORNING, decision("A"))
    with database.write() as connection:
        report(connection, MORNING + HOUR, offer("A", 200, 0))
    daily.roll_up(database, MORNING + 9 * DAY)
    monkeypatch.setattr(history, "asking", None)
    assert out_of(database, AUTUMN, AUTUMN + 3 * DAY) == [("A", MORNING + HOUR, None, 0)]


def test_what_was_kept_late_of_a_day_comes_before_all_of_the_next(database: Database) -> None:
    """A reading of the day before may be kept when the new day has begun; on one day the later kept is the later."""
    add_store(database)
    midnight = AUTUMN + DAY
    with database.write() as connection:
        report(connection, MORNING, offer("A", 200, 3))
        decide(connection, MORNING, decision("A"))
    cross(database, "A", is_out=True, seen_at=midnight + HOUR)
    cross(database, "A", is_out=False, seen_at=midnight - HOUR)
    cross(database, "A", is_out=True, seen_at=midnight - 2 * HOUR)
    told = [("A", midnight - 2 * HOUR, midnight + HOUR, 0), ("A", midnight + HOUR, None, 0)]
    for moment in (midnight, midnight + 2 * HOUR, midnight + 7 * HOUR, midnight + 2 * DAY):
        daily.roll_up(database, moment)
        assert sorted(row[:3] for row in out_of(database, AUTUMN, midnight + 3 * HOUR)) == [row[:3] for row in told]


def test_what_ran_out_before_the_first_day_that_is_told_is_told_with_it(database: Database) -> None:
    """Days are told from the first decision on; listings were read before it."""
    add_store(database)
    for day, left in ((-9, 3), (-8, 0), (-3, 4), (-2, 0)):
        with database.write() as connection:
            report(connection, MORNING + day * DAY, offer("A", 200, left))
    with database.write() as connection:
        decide(connection, MORNING, decision("A"))
    daily.roll_up(database, MORNING + 5 * DAY)
    with database.read() as connection:
        days = connection.execute(sa.select(daily_crossings.c.day).distinct()).scalars().all()
    assert days == [day_of(AUTUMN, LA)]
    assert [row[1:3] for row in out_of(database, MORNING - 7 * DAY, MORNING)] == [
        (MORNING - 8 * DAY, MORNING - 3 * DAY),
        (MORNING - 2 * DAY, None),
    ]
    daily.roll_up(database, MORNING + 9 * DAY)
    assert len(out_of(database, MORNING - 7 * DAY, MORNING)) == 2
    assert daily.roll_up(database, end_of(shift(day_of(AUTUMN, LA), 8), LA)) == 0
