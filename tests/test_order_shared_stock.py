"""Two stores of different seller accounts that sell from one stock: what one sells the other offers no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.stores import DE, US, US_SOURCE
from channelkit.sandbox.world import World
from tests.order_practice import OrderPractice, order_practice

ORDERS = {"us": {"reserve_pending": True, "ship_source": US_SOURCE}}


def share_stock(world: World) -> None:
    """Let both websites sell from one stock, and Germany offer as many as America, so that no guard stops it."""
    shop, amazon = world.commerce, world.amazon
    shop.inventory.assign(DE.website, shop.inventory.stock_of(US.website).id)
    american = amazon.shelf(US.seller_id, US.marketplace_id).listings
    for sku in list(amazon.shelf(DE.seller_id, DE.marketplace_id).listings):
        if sku in american:
            amazon.set_quantity(DE.seller_id, sku, american[sku].quantity, world.now())


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    folder = tmp_path_factory.mktemp("shared")
    with order_practice(openapi_folder, folder, orders=ORDERS, prepare=share_stock) as practice:
        practice.cycles(3)
        yield practice


def pick(practice: OrderPractice) -> tuple[str, int]:
    """Return a seller SKU that both stores sell as many of the same product under, and how many; new to each test."""
    frames = [practice.kit.stores[store].listings("Active") for store in ("us", "de")]
    columns = ("sku", "product_sku", "quantity")
    american, german = (
        set(frame[frame["fulfillment_channel"] == "DEFAULT"][list(columns)].itertuples(index=False, name=None))
        for frame in frames
    )
    for sku, product, quantity in sorted(american & german):
        managed = practice.shop.catalog.get(product).manage_stock
        if sku not in practice.had and managed and quantity == practice.salable("us", sku) > 5:
            practice.had.add(sku)
            return str(sku), int(quantity)
    raise AssertionError("Both stores sell nothing from the one stock.")


def sent(practice: OrderPractice, store: str, sku: str) -> int | None:
    """Return the quantity that a store last told Amazon."""
    told = [
        change["after"]
        for change in practice.changes()
        if (change["store"], change["seller_sku"], change["field"]) == (store, sku, "quantity")
        and change["sent_at"] is not None
    ]
    return told[-1] if told else None


@pytest.mark.parametrize(("seller", "other"), [("us", "de"), ("de", "us")])
def test_or_05_an_order_at_one_account_lowers_the_others_quantity_in_the_same_cycle(
    practice: OrderPractice, seller: str, other: str
) -> None:
    """OR-05, pains 1 and 6: one stock, two seller accounts, in two regions."""
    sku, units = pick(practice)
    assert practice.shown(seller, sku) == practice.shown(other, sku) == units
    practice.order(seller, sku, units=2)
    practice.cycles()
    assert practice.held(seller, sku) == practice.held(other, sku) == 2
    assert sent(practice, other, sku) == units - 2
    practice.cycles(2)
    assert practice.shown(seller, sku) == practice.shown(other, sku) == units - 2


def test_or_05_units_that_one_account_reserves_are_not_offered_by_the_other(practice: OrderPractice) -> None:
    """OR-05: a pending order counts where the store that got it reserves for it."""
    sku, units = pick(practice)
    order = practice.order("us", sku, units=3, pending_for=NEVER)
    practice.cycles()
    assert sent(practice, "de", sku) == units - 3
    practice.sales.cancel_order(order.order_id, by="AMAZON", reason="PAYMENT_FAILED")
    practice.cycles(3)
    assert practice.shown("us", sku) == practice.shown("de", sku) == units


def test_or_05_the_ledger_of_one_stock_explains_the_orders_of_both_accounts(practice: OrderPractice) -> None:
    """OR-05, OR-12: shipped at one, cancelled at the other, and Commerce's count is explained to the unit."""
    sku, units = pick(practice)
    product = practice.product_of("us", sku)
    american, german = practice.order("us", sku, units=2), practice.order("de", sku, units=1)
    practice.cycles(2)
    practice.shop.ship_in_shop(practice.copy(american.order_id).number, number="1ZSHARED")
    practice.sales.cancel_order(german.order_id, by="BUYER", reason="BUYER_CANCELLED")
    practice.cycles(3)
    for store in ("us", "de"):
        ledger = practice.kit.stores[store].orders.ledger(check=True)
        assert list(ledger[ledger["product_sku"] == product]["residual"]) == [0]
        assert practice.shown(store, sku) == units - 2
