"""Who is erased does not come back; what was bought and paid stays, and what is left elsewhere is told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders, people, people_log
from channelkit.errors import UsageError
from channelkit.model.orders import Order
from channelkit.people.desk import PeopleDesk
from tests.people_book import ADA, BEN, NOON, copy, keep, open_vault


def test_an_erased_person_is_gone_and_the_orders_amounts_and_units_stay(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1")
    keep(vault, "111-2", store="de")
    keep(vault, "111-3", BEN)
    copy(vault, "111-1", "000000012")
    desk = PeopleDesk(vault, "anna")
    erased = desk.erase(ADA.email)
    assert list(erased.orders) == ["111-2", "111-1"] and "000000012" in str(erased) and "Amazon keeps" in str(erased)
    assert vault.read("us", "111-1", "anna", "a look") is None and vault.read("us", "111-3", "anna", "a look") == BEN
    with database.read() as connection:
        kept = connection.execute(sa.select(orders.c.order_id, orders.c.pseudonym, orders.c.total)).all()
        units = connection.execute(sa.select(sa.func.sum(order_lines.c.ordered))).scalar_one()
        bodies = connection.execute(sa.select(people.c.body).where(people.c.pseudonym == "")).scalars().all()
        told = connection.execute(sa.select(people_log.c.by_whom).where(people_log.c.deed == "erased")).scalars().all()
    assert {row.order_id for row in kept if not row.pseudonym} == {"111-1", "111-2"}
    assert all(row.total == 1999 for row in kept) and units == 3
    assert bodies == [b"", b""] and told == ["anna", "anna"]


def test_a_later_reading_does_not_bring_an_erased_person_back(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1")
    desk = PeopleDesk(vault, "anna")
    desk.erase("111-1")
    with database.write() as connection:
        assert vault.keep(connection, "us", Order("111-1", "M", "SHIPPED", NOON, NOON, person=ADA), NOON) == ""
    assert vault.read("us", "111-1", "anna", "a look") is None
    with pytest.raises(UsageError, match="Nobody"):
        desk.find(ADA.email)


def test_whose_order_is_still_to_be_sent_is_erased_only_on_purpose(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1", status="UNSHIPPED")
    desk = PeopleDesk(vault, "anna")
    with pytest.raises(UsageError, match=r"111-1.*--although-open"):
        desk.erase("111-1")
    assert vault.read("us", "111-1", "anna", "a look") == ADA
    assert list(desk.erase("111-1", although_open=True).orders) == ["111-1"]


def test_an_open_order_that_commerce_has_needs_no_more_address_here(database: Database) -> None:
    vault = open_vault(database)
    keep(vault, "111-1", status="UNSHIPPED")
    copy(vault, "111-1", "000000012")
    assert list(PeopleDesk(vault, "anna").erase("111-1").orders) == ["111-1"]
