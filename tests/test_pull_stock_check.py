"""The stock ledger against Commerce's own count."""

from __future__ import annotations

from decimal import Decimal

import pytest

from channelkit.database.connection import Database
from channelkit.orders.ledger_check import Count, tell_residual
from channelkit.pull.reading import Puller
from channelkit.pull.stock_check import EVERY, StockChecker
from tests.shop_fixtures import RunShop
from tests.test_pull_sales import Sales


@pytest.fixture
def sales(run_shop: RunShop, database: Database) -> Sales:
    shop = run_shop()
    shop.state.inventory.set("KETTLE", "default", Decimal(20))
    return Sales(shop, database)


def check(sales: Sales) -> int | None:
    """Return what nothing explains of the kettle."""
    puller = Puller(sales.database, sales.clock, "r1", sales.told.append)
    checker = StockChecker(puller, sales.commerce, ("us",), ("default", "reno"))
    (count,) = checker.check()
    assert not checker.is_due() and EVERY > 0
    return count.residual


def test_all_is_explained_from_the_order_to_its_shipment_and_beside_the_storefronts_own(sales: Sales) -> None:
    sales.keep()
    assert check(sales) == 0
    copy = sales.copy()
    sales.shop.state.place_storefront_order("us", [("KETTLE", 2)])
    sales.shop.state.ship_in_shop(copy.entity_id, {copy.lines[0].item_id: 1})
    sales.reader.read()
    assert check(sales) == 0


def test_what_the_merchants_compensation_made_up_for_is_held_no_more(sales: Sales) -> None:
    before = sales.offered()
    sales.keep()
    copy = sales.copy()
    sales.shop.state.ship_in_shop(copy.entity_id, {copy.lines[0].item_id: 1})
    sales.reader.read()
    sales.shop.state.create_compensations()
    assert sales.offered() == before - 6
    assert check(sales) == -3
    assert sales.offered() == before - 3 and sales.held() == 0
    assert check(sales) == 0
    sales.shop.state.ship_in_shop(copy.entity_id)
    sales.reader.read()
    assert sales.offered() == before - 3 and check(sales) == 0


def test_what_nothing_explains_is_told_and_left_alone(sales: Sales) -> None:
    sales.keep()
    order = sales.shop.state.place_storefront_order("us", [("KETTLE", 1)])
    order.fields["state"] = "complete"
    assert check(sales) == -1 and sales.held() == 3
    assert tell_residual(Count("MUG", 5, 6)) == "Commerce offers 1 fewer of MUG than its sources and orders explain."
    assert tell_residual(Count("MUG", None, 6)) == tell_residual(Count("MUG", 6, 6)) == ""
