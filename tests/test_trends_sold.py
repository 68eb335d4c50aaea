"""What each listing sold: by the days of orders, and by the listings of their lines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders, parcels
from channelkit.database.orders import store_orders
from channelkit.model.orders import STATUSES, Amounts, Line, Order
from channelkit.trends.sold import SOLD, load_sales, load_sales_of, sum_units
from tests.trend_rows import US, add_store

SKUS = ("A", "B")


def line(number: int, sku: str, ordered: int, cancelled: int, item: int, discount: int) -> Line:
    amounts = Amounts(item=item, discount=discount)
    return Line(str(number), sku, "B1", "A mug", ordered, cancelled=min(cancelled, ordered), amounts=amounts)


LINES = st.builds(
    line,
    st.integers(1, 3),
    st.sampled_from(SKUS),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 5_000),
    st.integers(0, 100),
)
ORDERS = st.builds(
    lambda number, status, updated, currency, lines: Order(
        f"902-{number:07d}-0000001",
        US,
        status,
        created_at=1_000 * number,
        updated_at=updated,
        currency=currency,
        lines=tuple({each.item_id: each for each in lines}.values()),
    ),
    st.integers(1, 4),
    st.sampled_from(STATUSES),
    st.integers(0, 9),
    st.sampled_from(["USD", "EUR", ""]),
    st.lists(LINES, max_size=3),
)


def sorted_rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values()) for row in table.to_pylist())


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(st.lists(ORDERS, max_size=3, unique_by=lambda order: order.order_id), max_size=4))
def test_whatever_becomes_of_orders_the_sales_of_listings_are_those_of_the_days(
    database: Database, told: list[list[Order]]
) -> None:
    """Each line says for itself when it was sold; that never differs from what its order says."""
    with database.write() as connection:
        for table in (orders, order_lines, parcels):
            connection.execute(table.delete())
    add_store(database)
    for at, found in enumerate(told):
        with database.write() as connection:
            store_orders(connection, "us", "s", found, at=10_000 + at)
    with database.read() as connection:
        for since, until in ((0, 9_000), (1_000, 3_000), (2_000, 2_001)):
            by_day = load_sales(connection, "us", since, until)
            assert by_day.schema == SOLD
            assert sorted_rows(load_sales_of(connection, "us", [*SKUS, "Z"], since, until)) == sorted_rows(by_day)
            only = [row for row in sorted_rows(by_day) if row[0] == "A"]
            assert sorted_rows(load_sales_of(connection, "us", ["A"], since, until)) == only
            sold = sum_units("us", since, until)
            query = sa.select(sold.c.seller_sku, sold.c.units).where(sold.c.seller_sku.isnot(None))
            schema = pa.schema([SOLD.field("seller_sku"), SOLD.field("units")])
            sums = {sku: sum(row[2] for row in sorted_rows(by_day) if row[0] == sku) for sku in SKUS}
            known = {row[0] for row in sorted_rows(by_day)}
            found_sums = dict(sorted_rows(rows.read(connection, query, schema)))
            assert found_sums == {sku: units for sku, units in sums.items() if sku in known}


def test_a_line_is_sold_for_what_is_left_of_its_price_in_the_currency_of_the_marketplace(database: Database) -> None:
    cases = [
        ("SHIPPED", "USD", line(1, "A", 3, 1, 3_000, 600), (1_000, 1_600)),
        ("UNSHIPPED", "EUR", line(1, "A", 3, 1, 3_000, 600), (1_000, None)),
        ("PENDING", "", line(1, "A", 2, 0, 0, 0), (1_000, None)),
        ("UNSHIPPED", "USD", line(1, "A", 0, 0, 500, 0), (1_000, None)),
        ("CANCELLED", "USD", line(1, "A", 3, 3, 3_000, 0), (None, None)),
        ("UNFULFILLABLE", "USD", line(1, "A", 3, 0, 3_000, 0), (None, None)),
    ]
    found = [
        Order(f"902-{number}", US, status, created_at=1_000, updated_at=1, currency=currency, lines=(sold,))
        for number, (status, currency, sold, _) in enumerate(cases)
    ]
    for currency in ("", "USD"):
        # A marketplace that nobody here knows yet has no currency of its own; its orders are kept all the same.
        found.append(replace(found[0], order_id=f"903-{currency}", marketplace_id="A0NEW", currency=currency))
        cases.append(("SHIPPED", currency, found[0].lines[0], (1_000, None)))
    with database.write() as connection:
        store_orders(connection, "us", "s", found, at=5_000)
    query = sa.select(order_lines.c.sold_at, order_lines.c.sold_for).order_by(order_lines.c.order_id)
    with database.read() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [expected for *_, expected in cases]
