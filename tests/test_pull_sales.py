"""What Commerce has of Amazon's orders, read over HTTP, and what the ledger makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from channelkit.clock import Clock, milliseconds
from channelkit.commerce.inventory import read_salable
from channelkit.commerce.orders import create_order
from channelkit.database import copies, orders, stock_ledger
from channelkit.database.connection import Database
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Copy, Line, Order
from channelkit.orders.terms import OrderTerms
from channelkit.pull.reading import Puller
from channelkit.pull.sales import LedgerKeeper, SalesReader
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop, Shop

ORDER = "111-2222222-3333333"


@dataclass
class Sales:
    """A shop, a database, and the reader between them."""

    shop: Shop
    database: Database
    units: int = 3
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = Clock(self.shop.clock.speed, self.shop.clock.real_epoch, self.shop.clock.epoch)
        self.commerce = connect(self.shop)
        self.terms = OrderTerms("us", "A1", marketplace("US"), website="us")
        self.ledger = LedgerKeeper({"us": self.terms}, _find_products, self.now)
        puller = Puller(self.database, self.clock, "r1", self.told.append)
        self.reader = SalesReader(puller, self.commerce, self.ledger)

    def now(self) -> int:
        return milliseconds(self.clock.now())

    def keep(self, status: str = "UNSHIPPED", **line: Any) -> None:
        """Keep the order as Amazon tells it now."""
        lines = (Line("i1", "MUG-A", "B01", "Mug", ordered=self.units, **line),)
        order = Order(ORDER, self.terms.site.id, status, 1, self.now(), lines=lines)
        with self.database.write() as connection:
            orders.store_orders(connection, "us", "A1", [order], at=self.now())
            self.ledger.note(connection, "us", "us", None, order)

    def copy(self) -> Copy:
        """Make the order's copy in Commerce."""
        item = {"sku": "KETTLE", "product_type": "simple", "qty_ordered": self.units, "ext_order_item_id": "i1"}
        item |= {"price": 10, "base_price": 10, "row_total": 30, "base_row_total": 30, "name": "Kettle", "store_id": 1}
        total = dict.fromkeys(("grand_total", "base_grand_total", "subtotal", "base_subtotal", "total_due"), 30)
        entity = {"ext_order_id": ORDER, "store_id": 1, "customer_email": "x@example.com", "is_virtual": 0, **total}
        entity |= {"state": "processing", "status": "processing", "payment": {"method": "checkmo"}, "items": [item]}
        return create_order(self.commerce, {"entity": entity})

    def held(self) -> int:
        with self.database.read() as connection:
            return sum(stock_ledger.held_by_product(connection, "us")["held"].to_pylist())

    def offered(self) -> int:
        """Return what a plan would offer: what Commerce says, less what is held."""
        salable: int = read_salable(self.commerce, "us", ["KETTLE"])["salable"][0].as_py()
        return salable - self.held()


def _find_products(_connection: Connection, _store: str, seller_skus: Sequence[str]) -> dict[str, str]:
    return dict.fromkeys(seller_skus, "KETTLE")


@pytest.fixture
def sales(run_shop: RunShop, database: Database) -> Sales:
    shop = run_shop()
    shop.state.inventory.set("KETTLE", "default", Decimal(20))
    return Sales(shop, database)


def test_or_05_what_is_offered_is_right_from_the_order_to_its_shipment(sales: Sales) -> None:
    """OR-05: Commerce reserves nothing for a copy and makes up for it when it is shipped."""
    before = sales.offered()
    sales.keep()
    assert sales.offered() == before - 3
    copy = sales.copy()
    assert sales.reader.read().is_complete and sales.offered() == before - 3
    sales.shop.state.ship_in_shop(copy.entity_id, {copy.lines[0].item_id: 2}, number="1Z")
    assert sales.reader.read().is_complete and sales.offered() == before - 3
    sales.shop.state.ship_in_shop(copy.entity_id)
    sales.reader.read()
    sales.keep("SHIPPED", fulfilled=3)
    assert sales.offered() == before - 3
    with sales.database.read() as connection:
        assert [each.units[0][1] for each in copies.load_shipments(connection, "us", [ORDER])] == [2, 1]
        assert copies.load_shipments(connection, "us")[0].tracks[0].number == "1Z"
        assert stock_ledger.balances(connection, "us")["reserved"].to_pylist() == [0]


def test_or_12_what_is_cancelled_on_both_sides_is_on_offer_again_and_not_twice(sales: Sales) -> None:
    """OR-12: stock comes back once."""
    before = sales.offered()
    sales.keep()
    copy = sales.copy()
    sales.reader.read()
    sales.keep("CANCELLED", cancelled=3)
    assert sales.offered() == before - 3
    sales.shop.state.cancel_in_shop(copy.entity_id)
    sales.reader.read()
    assert sales.offered() == before


def test_or_13_a_return_that_is_put_back_is_on_offer_again(sales: Sales) -> None:
    """OR-13."""
    before = sales.offered()
    sales.keep()
    copy = sales.copy()
    sales.shop.state.invoice_in_shop(copy.entity_id)
    sales.shop.state.ship_in_shop(copy.entity_id)
    sales.shop.state.refund_in_shop(copy.entity_id, {copy.lines[0].item_id: 1})
    sales.reader.read()
    assert sales.offered() == before - 2
    with sales.database.read() as connection:
        assert stock_ledger.balances(connection, "us")["refunded"].to_pylist() == [1]
        assert len(copies.load_credit_memos(connection, "us", [ORDER])) == 1


def test_documents_of_a_copy_whose_order_was_not_known_are_caught_up_with(sales: Sales) -> None:
    copy = sales.copy()
    sales.shop.state.invoice_in_shop(copy.entity_id)
    sales.shop.state.ship_in_shop(copy.entity_id)
    sales.reader.read()
    sales.keep("SHIPPED", fulfilled=3)
    with sales.database.read() as connection:
        assert not copies.load_copies(connection, "us")
    sales.shop.state.refund_in_shop(copy.entity_id)
    sales.reader.read()
    with sales.database.read() as connection:
        assert len(copies.load_shipments(connection, "us")) == len(copies.load_credit_memos(connection, "us")) == 1


def test_the_storefronts_own_orders_are_none_of_ours(sales: Sales) -> None:
    order = sales.shop.state.place_storefront_order("us", [("KETTLE", 1)])
    sales.shop.state.ship_in_shop(order.number)
    assert sales.reader.read().is_complete
    with sales.database.read() as connection:
        assert not copies.load_shipments(connection, "us") and not copies.load_copies(connection, "us")
