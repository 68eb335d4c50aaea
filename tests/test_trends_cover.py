"""How long stock lasts at the pace of the last 30 days (RP-05)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelkit.database import stock as stocks
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import listings, stock, tabs
from channelkit.model.days import DAY
from channelkit.model.tables import STOCK
from channelkit.trends.cover import COVER, PACE, name_shortest, read_pace
from tests.database_fixtures import table_of
from tests.test_trends_tabs import tuples
from tests.trend_rows import AUTUMN, HOUR, add_sale, add_store, decide, decision, offer, report

NOW = AUTUMN + HOUR


def stock_of(sku: str, salable: int, *, managed: bool = True) -> dict[str, Any]:
    return {"website": "base", "sku": f"P-{sku}", "salable": salable, "in_stock": salable > 0, "managed": managed}


def fill(database: Database, shown: Mapping[str, int | None], *known: dict[str, Any]) -> None:
    """Keep listings with the quantities that Amazon shows, each linked to its product, and Commerce's stock."""
    with database.write() as connection:
        report(connection, AUTUMN, *(offer(sku, 1000, quantity) for sku, quantity in shown.items()))
        decide(connection, AUTUMN, *(decision(sku, product_sku=f"P-{sku}") for sku in shown))
        stocks.store_stock(connection, table_of(STOCK, list(known), STOCK.names[:5]), at=AUTUMN, run="r")


def shortest(database: Database, most: int = 100) -> pa.Table:
    return name_shortest(database, read_pace(database, ["us"], NOW), most, NOW)


def test_cover_is_what_is_left_at_the_pace_of_thirty_days(database: Database) -> None:
    """What sold nothing has no end; what Amazon fulfils is left out; Commerce's stock counts where it is known."""
    add_store(database)
    shown = dict.fromkeys("ABC", 10) | {"FBA": None}
    fill(database, shown, stock_of("A", 60), stock_of("B", 60, managed=False))
    for number, sku in enumerate("AAB"):
        add_sale(database, number, sku, AUTUMN - number * DAY, ordered=3, cancelled=1)
    add_sale(database, 9, "C", AUTUMN - 31 * DAY)
    found = shortest(database)
    assert found.schema == COVER
    assert tuples(found, "seller_sku", "product_sku", "quantity", "sold", "days") == [
        ("B", "P-B", 10, 2, 150.0),
        ("A", "P-A", 60, 4, 450.0),
        ("C", "P-C", 10, 0, None),
    ]


def test_of_what_has_stock_and_sold_nothing_it_is_told_how_much_there_is(database: Database) -> None:
    add_store(database)
    fill(database, {"A": 5, "B": 5, "C": 0, "D": 5, "E": 5}, stock_of("D", 0))
    add_sale(database, 1, "A", AUTUMN, ordered=3)
    found = read_pace(database, ["us", "unknown"], NOW)
    assert found.schema == PACE
    order = [("seller_sku", "ascending")]
    assert tuples(found.sort_by(order), "seller_sku", "quantity", "sold", "days", "listings") == [
        ("A", 5, 3, 50.0, 1),
        ("C", 0, 0, None, 1),
        ("D", 0, 0, None, 1),
        (None, None, 0, None, 2),
    ]


def test_what_sold_nothing_is_told_one_by_one_as_far_as_there_is_room(database: Database) -> None:
    add_store(database)
    fill(database, dict.fromkeys("ABCDE", 5) | {"F": 0})
    add_sale(database, 1, "D", AUTUMN, ordered=3)
    add_sale(database, 2, "B", AUTUMN, ordered=6)
    assert [shortest(database, most)["seller_sku"].to_pylist() for most in (1, 2, 3, 4, 9)] == [
        ["B"],
        ["B", "D"],
        ["B", "D", "A"],
        ["B", "D", "A", "C"],
        ["B", "D", "A", "C", "E", "F"],
    ]


@pytest.mark.parametrize("count", [0, 3])
def test_a_store_that_was_not_read_yet_tells_nothing(database: Database, count: int) -> None:
    add_store(database)
    fill(database, {f"FBA{number}": None for number in range(count)})
    assert read_pace(database, ["us"], NOW).num_rows == 0
    assert shortest(database).num_rows == 0


LISTED = st.tuples(
    st.sampled_from([None, 0, 1, 7]),
    st.sampled_from([None, -2, 0, 3]),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 4), st.booleans()), max_size=3),
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(LISTED, max_size=6))
def test_every_listing_is_told_as_a_plain_walk_tells_it(database: Database, told: list[Any]) -> None:
    with database.write() as connection:
        for table in (listings, tabs, stock, orders, order_lines):
            connection.execute(table.delete())
    add_store(database)
    names = [f"S{number}" for number in range(len(told))]
    known = [
        stock_of(name, salable, managed=managed)
        for name, (_, salable, managed, _) in zip(names, told, strict=True)
        if salable is not None
    ]
    fill(database, {name: each[0] for name, each in zip(names, told, strict=True)}, *known)
    expected = {}
    for place, (name, (shown, salable, managed, sales)) in enumerate(zip(names, told, strict=True)):
        sold = 0
        for number, (days, units, is_cancelled) in enumerate(sales):
            cancelled = units if is_cancelled else 0
            add_sale(database, 10 * place + number, name, AUTUMN - days * DAY, ordered=units, cancelled=cancelled)
            sold += (units - cancelled) if days * DAY + HOUR <= 30 * DAY else 0
        if shown is not None:
            left = salable if salable is not None and managed else shown
            expected[name] = (left, sold, max(left, 0) * 30 / sold if sold else None)
    paced = read_pace(database, ["us"], NOW)
    assert (pc.sum(paced["listings"]).as_py() or 0) == len(expected)
    found = name_shortest(database, paced, 99, NOW)
    assert {row[0]: row[1:] for row in tuples(found, "seller_sku", "quantity", "sold", "days")} == expected
    lasting = [row if row is not None else float("inf") for row in found["days"].to_pylist()]
    assert lasting == sorted(lasting)
