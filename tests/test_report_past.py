"""The past: how every listing stood at any moment, although the history keeps nothing but changes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from channelkit.database import history, listings, tabs
from channelkit.database.connection import Database, open_database
from channelkit.errors import UsageError
from channelkit.model.tables import LISTINGS, TABS
from channelkit.report.past import PAST, as_of, as_of_frame, read_moment
from tests.database_fixtures import table_of

NOON = 1_790_000_000_000
MINUTE, DAY = 60_000, 86_400_000
NAMES = [name for name in TABS.names if name != "digest"]

Row = Mapping[str, Any]
State = list[dict[str, Any]]


def offer(sku: str, price: int | None = 1000, quantity: int | None = 5, asin: str | None = "B000000001") -> Row:
    return {"seller_sku": sku, "price": price, "quantity": quantity, "asin": asin, "currency": "USD"}


def decision(sku: str, tab: str = "Active", *, listed: bool = True, **others: object) -> Row:
    return {"store": "us", "listed": listed, "sku": sku, "tab": tab, "status": tab, "stale": False, **others}


def report(connection: Connection, at: int, *rows: Row) -> None:
    told = table_of(LISTINGS, rows, ("seller_sku", *listings.REPORTED))
    listings.store_report(connection, "us", told, asked_at=at, run="r")


def search(connection: Connection, at: int, *rows: Row) -> None:
    told = table_of(LISTINGS, rows, ("seller_sku", *listings.SEARCHED))
    listings.store_search(connection, "us", told, [], at=at, run="r")


def decide(connection: Connection, at: int, *rows: Row) -> None:
    tabs.store_tabs(connection, "us", table_of(TABS, rows, NAMES), at=at, run="r")


def present(database: Database) -> State:
    """Return how every listing stands now, row by row, as `as_of` tells of the past."""
    with database.read() as connection:
        offered = {row["seller_sku"]: row for row in listings.load(connection, "us").to_pylist()}
        decided = {(row["listed"], row["sku"]): row for row in tabs.load_tabs(connection, "us").to_pylist()}
    keys = sorted({*((True, sku) for sku in offered), *decided}, key=lambda key: (not key[0], key[1]))
    rows = []
    for listed, sku in keys:
        of_listing = offered.get(sku, {}) if listed else {}
        known = {**decided.get((listed, sku), {}), **{name: of_listing.get(name) for name in _OF_LISTING}}
        rows.append({name: known.get(name) for name in PAST.names} | {"store": "us", "listed": listed, "sku": sku})
    return rows


_OF_LISTING = ("price", "quantity", "currency")

SKUS = st.sampled_from(["A", "B", "C c"])
OFFERS = st.builds(
    offer, SKUS, st.sampled_from([None, 1, 2]), st.sampled_from([None, 0, 7]), st.sampled_from([None, "B1", "B2"])
)
DECISIONS = st.builds(
    decision,
    SKUS,
    st.sampled_from(["Active", "Inactive", "Ended"]),
    listed=st.booleans(),
    product_sku=st.sampled_from([None, "P1", "P2"]),
    method=st.sampled_from(["asin", "manual"]),
)


def unique(rows: Sequence[Row], *names: str) -> list[Row]:
    return list({tuple(row[name] for name in names): row for row in rows}.values())


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), st.lists(OFFERS, max_size=3).map(lambda rows: unique(rows, "seller_sku"))),
        st.tuples(st.just("search"), st.lists(OFFERS, max_size=3).map(lambda rows: unique(rows, "seller_sku"))),
        st.tuples(st.just("decide"), st.lists(DECISIONS, max_size=4).map(lambda rows: unique(rows, "listed", "sku"))),
        st.tuples(st.just("file"), st.just([])),
    ),
    min_size=1,
    max_size=8,
)
KEEPING = {"report": report, "search": search, "decide": decide}


@settings(max_examples=12)
@given(steps=STEPS)
def test_every_past_state_comes_back_whatever_was_kept_since(migrated_file: Path, steps: list[Any]) -> None:
    """TB-09: whatever reports, searches and decisions were kept, in files or waiting, each moment is told as it was."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(migrated_file, f"{name}/channelkit.db")
        database = open_database(f"sqlite:///{name}/channelkit.db", Path(name) / "history")
        remembered: list[tuple[int, State]] = []
        for number, (kind, rows) in enumerate(steps):
            # Months apart, so that there are several folders.
            at = NOON + number * 20 * DAY
            if kind == "file":
                history.flush(database, at=at, everything=True)
            else:
                with database.write() as connection:
                    KEEPING[kind](connection, at, *rows)
            remembered.append((at, present(database)))
        for at, state in remembered:
            if state and any(known for moment, known in remembered if moment <= at):
                assert as_of(database, "us", at + DAY).to_pylist() == state
        database.close()


def test_listings_and_products_that_have_gone_since_are_there_again(database: Database) -> None:
    with database.write() as connection:
        report(connection, NOON, offer("A"), offer("B", 500, 1))
        decide(connection, NOON, decision("A", product_sku="P"), decision("Q", "Ready to List", listed=False))
    with database.write() as connection:
        report(connection, NOON + MINUTE, offer("A", 900, 0))
        # It was published: what was decided about the product went, and a listing of the same SKU came.
        decide(connection, NOON + MINUTE, decision("Q", "Active", product_sku="Q"))
    history.flush(database, at=NOON + 2 * MINUTE, everything=True)
    with database.write() as connection:
        decide(connection, NOON + 3 * MINUTE, decision("A", "Ended", product_sku="P"), decision("Q", product_sku="Q"))
    then = as_of(database, "us", NOON).select(["sku", "listed", "tab", "product_sku", "price", "quantity"]).to_pylist()
    assert [tuple(row.values()) for row in then] == [
        ("A", True, "Active", "P", 1000, 5),
        ("B", True, None, None, 500, 1),
        ("Q", False, "Ready to List", None, None, None),
    ]
    later = as_of(database, "us", NOON + 2 * MINUTE).select(["sku", "listed", "tab", "price"]).to_pylist()
    assert [tuple(row.values()) for row in later] == [
        ("A", True, None, 900),
        ("B", True, None, 500),
        ("Q", True, "Active", None),
    ]


def test_a_listing_without_an_asin_is_there_before_it_gets_one(database: Database) -> None:
    with database.write() as connection:
        report(connection, NOON, offer("A", asin=None))
    with database.write() as connection:
        report(connection, NOON + DAY, offer("A", asin="B000000001"), offer("B"))
    assert as_of(database, "us", NOON + MINUTE)["sku"].to_pylist() == ["A"]


def test_what_came_under_the_name_of_what_went_is_another_row(database: Database) -> None:
    with database.write() as connection:
        decide(connection, NOON, decision("A", listed=False, method="asin"))
    with database.write() as connection:
        decide(connection, NOON + DAY)
    with database.write() as connection:
        decide(connection, NOON + 2 * DAY, decision("A", "Ended", listed=False, product_sku="P", method="manual"))
    with database.write() as connection:
        decide(connection, NOON + 3 * DAY, decision("A", "Ended", listed=False, product_sku="Q", method="manual"))
    history.flush(database, at=NOON + 4 * DAY, everything=True)
    told = [as_of(database, "us", NOON + day * DAY).to_pylist() for day in range(3)]
    columns = ("tab", "product_sku", "method")
    assert [[tuple(row[name] for name in columns) for row in rows] for rows in told] == [
        [("Active", None, "asin")],
        [],
        [("Ended", "P", "manual")],
    ]


def test_a_listing_that_lost_its_asin_for_a_while_was_there_all_the_time(database: Database) -> None:
    for day, asin in enumerate(["B000000001", None, "B000000001"]):
        with database.write() as connection:
            report(connection, NOON + day * DAY, offer("A", asin=asin), offer("B"))
    assert as_of(database, "us", NOON + DAY)["sku"].to_pylist() == ["A", "B"]


def test_what_an_earlier_database_left_in_the_folder_is_not_undone(migrated_file: Path, tmp_path: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "first.db")
    shutil.copy(migrated_file, tmp_path / "second.db")
    first = open_database(f"sqlite:///{tmp_path}/first.db", tmp_path / "history")
    for day in range(3):
        with first.write() as connection:
            report(connection, NOON + day * DAY, offer("A", price=day))
    history.flush(first, at=NOON + 3 * DAY, everything=True)
    second = open_database(f"sqlite:///{tmp_path}/second.db", tmp_path / "history")
    with second.write() as connection:
        report(connection, NOON + DAY, offer("A", price=70))
    assert as_of(second, "us", NOON + DAY)["price"].to_pylist() == [70]
    with pytest.raises(UsageError, match="begins at 2026-09-22"):
        as_of(second, "us", NOON)
    first.close()
    second.close()


def test_a_moment_before_anything_was_known_says_so(database: Database) -> None:
    with pytest.raises(UsageError, match="Nothing was known of Amazon store 'us' at 2026-09-21 14:13 UTC"):
        as_of(database, "us", NOON)
    with database.write() as connection:
        report(connection, NOON, offer("A"))
    with pytest.raises(UsageError, match="What is known begins at 2026-09-21 14:13 UTC"):
        as_of(database, "us", NOON - MINUTE)
    with pytest.raises(UsageError, match="'de'"):
        as_of(database, "de", NOON)


def test_analysts_get_exact_prices(database: Database) -> None:
    with database.write() as connection:
        report(connection, NOON, offer("A", 1999))
    frame = as_of_frame(database, "us", NOON + DAY)
    assert [str(price) for price in frame["price"]] == ["19.99"]


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        pytest.param("2026-09-21 14:13:20", NOON, id="text"),
        pytest.param("2026-09-21T16:13:20+02:00", NOON, id="text-with-a-zone"),
        pytest.param(datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC), NOON, id="datetime"),
        pytest.param(date(1970, 1, 2), DAY, id="day"),
    ],
)
def test_a_moment_may_be_written_in_many_ways(when: datetime | date | str, moment: int) -> None:
    assert read_moment(when) == moment


def test_what_is_no_moment_is_told_how_to_write_one() -> None:
    with pytest.raises(UsageError, match="2026-11-24 14:00"):
        read_moment("yesterday")
