"""Orders as they are kept: the newest word counts, what is no longer told stays, and nobody's data is with them."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from channelkit.database import backfills, history, order_counts
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.orders import find_order, find_owners, load_orders, name_buyers, store_orders
from channelkit.database.returns import load_returns, store_returns
from channelkit.model.orders import Address, Amounts, Line, Order, Parcel, Person, Return

ID = "111-0000001-0000001"
US = "ATVPDKIKX0DER"
SOMEBODY = Person("Zoë O'Quill", "zoe@marketplace.amazon.com", address=Address("Zoë O'Quill", lines=("1 Elm Rd",)))
LINES = (
    Line("602", "B", "B000000002", "Blue", 1, amounts=Amounts(item=500)),
    Line("601", "007", "B000000001", "Red", 2, amounts=Amounts(item=2000, shipping=499, tax=206, tax_shipping=41)),
)
ORDER = Order(
    ID,
    US,
    "UNSHIPPED",
    created_at=1_000,
    updated_at=2_000,
    currency="USD",
    total=3205,
    lines=LINES,
    ship_by=9_000,
    deliver_by=19_000,
    service_level="STANDARD",
    programs=("PRIME", "AMAZON_BUSINESS"),
    country="US",
    lacking=("phone",),
    person=SOMEBODY,
)
IN_ORDER = replace(ORDER, lines=LINES[::-1], person=None)


def keep(database: Database, *found: Order, at: int = 5_000, products: dict[str, str] | None = None) -> Tally:
    with database.write() as connection:
        return store_orders(connection, "us", "A1", found, at=at, products=products)


def read(database: Database, **which: object) -> list[Order]:
    with database.read() as connection:
        return load_orders(connection, "us", **which)  # type: ignore[arg-type]


def test_an_order_comes_back_as_it_was_told_without_its_person(database: Database) -> None:
    assert keep(database, ORDER) == Tally(new=1)
    assert read(database) == [IN_ORDER]
    with database.read() as connection:
        found = find_order(connection, ID)
        assert found is not None
        assert (found.store, found.order) == ("us", IN_ORDER)
        assert find_order(connection, "111-9") is None
        assert find_owners(connection, "A1", [ID, "111-9"]) == {ID: "us"}


def test_the_same_again_changes_nothing_and_what_is_older_neither(database: Database) -> None:
    keep(database, ORDER)
    assert keep(database, ORDER, at=6_000) == Tally(unchanged=1)
    assert keep(database, replace(ORDER, status="PENDING", updated_at=1_999), at=7_000) == Tally(unchanged=1)
    with database.read() as connection:
        seen = connection.execute(sa.select(orders.c.first_seen_at, orders.c.observed_at)).one()
    assert tuple(seen) == (5_000, 5_000)


def test_what_changes_is_kept_and_its_status_is_in_the_history(database: Database) -> None:
    keep(database, ORDER)
    shipped = (replace(LINES[0], fulfilled=1), replace(LINES[1], fulfilled=2))
    parcel = Parcel("1", "SHIPPED", "UPS", "1Z", "Ground", 8_000, (("601", 2), ("602", 1)))
    told = replace(ORDER, status="SHIPPED", updated_at=8_500, lines=shipped, parcels=(parcel,))
    assert keep(database, told, at=9_000) == Tally(changed=1)
    assert read(database) == [replace(told, lines=shipped[::-1], person=None)]
    rows = history.query(database, "select sku, field, before, after, seen_at from history order by seen_at")
    assert [(row["field"], row["before"], row["after"]) for row in rows.to_pylist()] == [
        ("status", None, "UNSHIPPED"),
        ("status", "UNSHIPPED", "SHIPPED"),
    ]


def test_it_is_delivered_when_all_its_parcels_were_first_seen_so(database: Database) -> None:
    shipped = (replace(LINES[0], fulfilled=1), replace(LINES[1], fulfilled=2))
    parcel = Parcel("1", "DELIVERED", units=(("601", 2), ("602", 1)))
    keep(database, replace(ORDER, status="SHIPPED", lines=shipped, parcels=(parcel,)), at=9_000)
    keep(database, replace(ORDER, status="SHIPPED", lines=shipped, updated_at=3_000, parcels=(parcel,)), at=99_000)
    with database.read() as connection:
        assert connection.execute(sa.select(orders.c.delivered_at)).scalar() == 9_000


def test_what_amazon_tells_no_longer_stays_as_it_was_told(database: Database) -> None:
    keep(database, ORDER)
    gone = tuple(replace(line, cancelled=line.ordered, amounts=Amounts()) for line in LINES)
    silent = replace(ORDER, status="CANCELLED", updated_at=3_000, total=None, lines=gone, ship_by=None, person=None)
    keep(database, replace(silent, country="", lacking=("name", "street", "phone"), currency=""))
    [order] = read(database)
    assert (order.status, order.total, order.currency, order.ship_by) == ("CANCELLED", 3205, "USD", 9_000)
    assert (order.country, order.lacking) == ("US", ("phone",))
    assert [line.amounts.item for line in order.lines] == [2000, 500]
    assert order.open_units == 0


def test_a_line_keeps_the_product_that_it_was_first_linked_to(database: Database) -> None:
    keep(database, ORDER)
    keep(database, replace(ORDER, updated_at=3_000), products={"007": "p-7"})
    keep(database, replace(ORDER, updated_at=4_000), products={"007": "p-8", "B": "p-9"})
    with database.read() as connection:
        found = connection.execute(sa.select(order_lines.c.seller_sku, order_lines.c.product_sku)).all()
    assert {tuple(row) for row in found} == {("007", "p-7"), ("B", "p-9")}


def test_a_pseudonym_is_kept_beside_the_order_and_survives_the_next_reading(database: Database) -> None:
    keep(database, ORDER)
    with database.write() as connection:
        name_buyers(connection, "us", {ID: "buyer-1a2b3c4d"})
        name_buyers(connection, "us", {ID: ""})
    keep(database, replace(ORDER, updated_at=3_000, wants_cancellation=True))
    [order] = read(database)
    assert (order.pseudonym, order.wants_cancellation) == ("buyer-1a2b3c4d", True)


def test_nothing_of_a_person_is_in_the_orders_tables(database: Database) -> None:
    keep(database, ORDER)
    with database.read() as connection:
        for table in (orders, order_lines):
            text = repr(connection.execute(sa.select(*table.c)).all())
            assert not [word for word in ("Quill", "Elm", "zoe@") if word in text]


def test_orders_are_found_by_number_age_and_whether_they_are_open(database: Database) -> None:
    other = replace(ORDER, order_id="111-0000002-0000002", status="SHIPPED", created_at=500)
    keep(database, ORDER, other)
    assert [order.order_id for order in read(database)] == [other.order_id, ID]
    assert [order.order_id for order in read(database, order_ids=[ID, "111-9"])] == [ID]
    assert [order.order_id for order in read(database, since=1_000)] == [ID]
    assert [order.order_id for order in read(database, open_only=True)] == [ID]
    assert read(database, order_ids=[]) == []


def test_returns_are_kept_with_their_newest_word(database: Database) -> None:
    back = Return("R1/007", ID, "007", 1, "Approved", 1_000)
    done = replace(back, status="Completed", received_at=2_000, refunded=1000)
    with database.write() as connection:
        assert store_returns(connection, "us", [back], at=1) == Tally(new=1)
        assert store_returns(connection, "us", [back], at=2) == Tally(unchanged=1)
        assert store_returns(connection, "us", [done], at=3) == Tally(changed=1)
        assert load_returns(connection, "us") == load_returns(connection, "us", order_ids=[ID]) == [done]
        assert load_returns(connection, "us", order_ids=["111-9"]) == load_returns(connection, "de") == []


def test_a_backfill_is_kept_until_it_is_done_and_its_window_stays(database: Database) -> None:
    with database.write() as connection:
        number = backfills.ask_backfill(connection, "us", since=1_000, until=2_000, by="Ann", at=9_000)
        [asked] = backfills.load_backfills(connection, "us", open_only=True)
        assert (asked.id, asked.since, asked.until, asked.by, asked.done_at) == (number, 1_000, 2_000, "Ann", None)
        backfills.close_backfill(connection, number, at=9_500)
        assert backfills.load_backfills(connection, "us", open_only=True) == []
        assert backfills.load_windows(connection, "us") == [(1_000, 2_000)]


def test_a_days_count_is_kept_once(database: Database) -> None:
    count = order_counts.DayCount("2026-11-24", 3, 2, 1, {ID: "not in Commerce"}, 5_000)
    with database.write() as connection:
        order_counts.store_count(connection, "us", replace(count, ours=1))
        order_counts.store_count(connection, "us", count)
        assert order_counts.load_counts(connection, "us") == [count]
