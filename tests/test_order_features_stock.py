"""What orders do to the stock that is offered: pending ones, stores that share it, part shipments, cancellations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.stores import US
from channelkit.sandbox.world import World
from tests.order_practice import OrderPractice, order_practice

CANADA = """
[stores.ca]
account = "us"
marketplace = "CA"
website = "ca"
store_view = "ca_en"
"""
ORDERS: dict[str, dict[str, Any]] = {
    "us": {"reserve_pending": True, "ship_source": "reno"},
    "de": {"ship_source": "leipzig"},
}


def sell_in_canada(world: World) -> None:
    """Sell what is sold in the United States in Canada, too: another website, the same stock, other seller SKUs."""
    shop, amazon = world.commerce, world.amazon
    shop.add_website("ca", "Canada", base_currency="CAD")
    shop.add_store_view("ca", "ca_en", "English", locale="en_CA", timezone="America/Toronto")
    shop.inventory.assign("ca", shop.inventory.stock_of(US.website).id)
    american_id, canadian_id = (shop.stores.website(code).id for code in (US.website, "ca"))
    for product in shop.catalog.walk():
        if american_id in product.website_ids:
            product.website_ids = (*product.website_ids, canadian_id)
    canadian = amazon.shelf(US.seller_id, "A2EUQ1WTGCTBG2")
    for listing in amazon.shelf(US.seller_id, US.marketplace_id).listings.values():
        if listing.by_amazon or listing.sku in canadian.listings or listing.item is None:
            continue
        words: dict[str, Any] = {
            "price": listing.price,
            "quantity": listing.quantity,
            "created": listing.created / 1000,
        }
        amazon.add_listing(
            canadian, listing.sku, listing.item, condition=listing.condition, product_id=listing.product_id, **words
        )


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    folder = tmp_path_factory.mktemp("orders")
    with order_practice(openapi_folder, folder, more=CANADA, orders=ORDERS, prepare=sell_in_canada) as practice:
        yield practice


def test_or_05_pending_orders_hold_stock_only_where_they_are_to(practice: OrderPractice) -> None:
    """OR-05, pain 22: reserved early and made later, once Amazon shows it as paid."""
    american, german = practice.order("us", pending_for=NEVER), practice.order("de", pending_for=NEVER)
    practice.cycles()
    assert practice.held("us", american.lines[0].sku) == 2
    assert practice.held("de", german.lines[0].sku) == 0
    for store, order in (("us", american), ("de", german)):
        assert practice.stage(store, order.order_id) == ("waiting", "") and not practice.copies(order.order_id)
        practice.sales.authorise(order.order_id)
    practice.cycles()
    for store, order in (("us", american), ("de", german)):
        assert practice.held(store, order.lines[0].sku) == 2
        assert practice.copy(order.order_id).state == "processing"


def test_or_05_units_of_a_pending_order_that_is_never_paid_are_for_sale_again(practice: OrderPractice) -> None:
    """OR-05, pain 12."""
    sku = practice.pick("us")
    salable = practice.salable("us", sku)
    order = practice.order("us", sku, pending_for=NEVER)
    practice.cycles()
    assert practice.held("us", sku) == 2
    practice.sales.cancel_order(order.order_id, by="AMAZON", reason="PAYMENT_FAILED")
    practice.cycles(3)
    assert practice.held("us", sku) == 0 and practice.salable("us", sku) == salable
    assert practice.shown("us", sku) == salable and not practice.copies(order.order_id)


def test_or_05_what_one_store_sold_is_not_offered_by_the_other_store_of_the_same_stock(
    practice: OrderPractice,
) -> None:
    """OR-05, pains 1 and 6: held units are off both marketplaces; the storefront's own orders count beside them."""
    sku = practice.pick("us")
    salable = practice.salable("us", sku)
    practice.order("us", sku)
    practice.cycles(3)
    assert practice.held("us", sku) == practice.held("ca", sku) == 2
    assert practice.shown("us", sku) == practice.shown("ca", sku) == salable - 2
    practice.order("ca", sku, units=1)
    practice.shop.place_storefront_order("us", [(practice.product_of("us", sku), 1)])
    practice.cycles(3)
    assert practice.shown("us", sku) == practice.shown("ca", sku) == salable - 4


def test_or_05_scarce_goods_are_off_offer_while_their_quantity_is_corrected_and_come_back(
    practice: OrderPractice,
) -> None:
    """OR-05, pain 1: who orders while a number is on its way could not be told; from nothing it is raised safely."""
    sku = practice.pick("us")
    product = practice.product_of("us", sku)
    practice.shop.change_stock(product, 4 - practice.salable("us", sku), "reno")
    practice.cycles(3)
    practice.order("us", sku, units=2)
    practice.cycles(2)
    assert practice.shown("us", sku) == 2
    practice.shop.place_storefront_order("us", [(product, 1)])
    practice.cycles(1)
    practice.cycles(1, minutes=2)
    assert practice.shown("us", sku) == 0
    waiting = [sku for store in ("us", "ca") for sku in practice.kit.stores[store].plan().waiting["sku"]]
    assert waiting == [sku]
    practice.cycles(3)
    assert practice.shown("us", sku) == 1


def test_or_05_an_order_holds_all_of_its_units_also_when_a_part_had_left_before_it_came(
    practice: OrderPractice,
) -> None:
    """OR-05, OR-04: full-order quantity, and it comes even once the rest has left."""
    sku = practice.pick("de")
    salable = practice.salable("de", sku)
    order = practice.order("de", sku, units=3)
    practice.sales.ship_order(order.order_id, units={order.lines[0].item_id: 1}, tracking="EARLY-1")
    practice.cycles()
    assert practice.held("de", sku) == 3
    practice.cycles(2)
    assert practice.salable("de", sku) - practice.held("de", sku) == salable - 3
    practice.shop.ship_in_shop(practice.copy(order.order_id).number, number="LATER-2")
    practice.cycles(3)
    assert practice.copy(order.order_id).state == "complete"
    assert practice.salable("de", sku) - practice.held("de", sku) == salable - 3 == practice.shown("de", sku)


def test_pain_12_a_cancelled_orders_units_are_offered_again_once_and_the_ledger_explains_commerce(
    practice: OrderPractice,
) -> None:
    """OR-12, pain 12: whatever the end of an order, Commerce's own count is explained to the unit."""
    skus = [practice.pick("us") for _ in range(3)]
    salable = {sku: practice.salable("us", sku) for sku in skus}
    cancelled, shipped, _open = (practice.order("us", sku) for sku in skus)
    practice.cycles(2)
    practice.sales.cancel_order(cancelled.order_id, by="BUYER", reason="BUYER_CANCELLED")
    practice.shop.ship_in_shop(practice.copy(shipped.order_id).number, number="GONE-1")
    practice.cycles(3)
    assert practice.copy(cancelled.order_id).state == "canceled"
    left = {sku: practice.salable("us", sku) - practice.held("us", sku) for sku in skus}
    assert left == dict(zip(skus, (salable[skus[0]], salable[skus[1]] - 2, salable[skus[2]] - 2), strict=True))
    assert {sku: practice.shown("us", sku) for sku in skus} == left
    ledger = practice.kit.stores["us"].orders.ledger(check=True)
    mine = ledger[ledger["product_sku"].isin([practice.product_of("us", sku) for sku in skus])]
    assert list(mine["residual"]) == [0, 0, 0]
    practice.shop.create_compensations()
    practice.kit.stores["us"].orders.ledger(check=True)
    practice.cycles(2)
    assert {sku: practice.salable("us", sku) - practice.held("us", sku) for sku in skus} == left
    assert {sku: practice.shown("us", sku) for sku in skus} == left


def test_pain_05_an_order_that_amazon_fulfils_leaves_the_merchants_offer_of_the_same_product_alone(
    practice: OrderPractice,
) -> None:
    """OR-11, pain 5: FBA and merchant stock are not mixed."""
    sku = practice.pick("de")
    salable = practice.salable("de", sku)
    practice.order("de", sku, by_amazon=True)
    practice.cycles(3)
    assert practice.held("de", sku) == 0 and practice.balance("de", sku).get("received", 0) == 0
    assert practice.salable("de", sku) == salable
