"""Which orders become orders in Commerce, whose they are there, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channelkit.sandbox.amazon.orders import Address, Charges, Order, OrderLine
from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.world import World
from tests.order_practice import BUYER, CHARGES, OrderPractice, minor, order_practice

DE_ORDERS = {
    "store_view": "de_amazon",
    "customers": "account",
    "number_source": "amazon",
    "prefix": "A-",
    "status": "amazon_new",
    "reserve_pending": True,
}
EARLY: dict[str, str] = {}
"""Orders that were placed before anything was connected, by store."""


def add_view(world: World) -> None:
    world.commerce.add_store_view("eu", "de_amazon", "Amazon", locale="de_DE", timezone="Europe/Berlin")


def order_early(practice: OrderPractice) -> None:
    at = practice.now - 2 * 86_400
    for store in ("us", "de"):
        sku = next(sku for sku, each in practice.shelf(store).listings.items() if each.quantity > 9)
        EARLY[store] = practice.order(store, sku, at=at).order_id


@pytest.fixture(scope="module")
def practice(openapi_folder: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OrderPractice]:
    folder = tmp_path_factory.mktemp("orders")
    with order_practice(
        openapi_folder, folder, orders={"de": DE_ORDERS}, prepare=add_view, begin=order_early
    ) as practice:
        yield practice


def test_or_02_a_guests_order_is_in_the_stores_own_view_under_commerces_number_and_costs_the_same(
    practice: OrderPractice,
) -> None:
    """OR-02, OR-03: the defaults; prices without tax, in dollars, equal to the cent."""
    order = practice.order("us")
    practice.cycles()
    fields = practice.copy(order.order_id).fields
    view = practice.shop.stores.view("us_en")
    assert (fields["store_id"], fields["customer_is_guest"]) == (view.id, 1) and not fields.get("customer_id")
    assert str(fields["increment_id"]).isdigit() and not practice.shop.sales.customers
    assert (fields["state"], fields["status"]) == ("processing", "processing")
    assert fields["order_currency_code"] == fields["base_currency_code"] == "USD"
    assert order.total == 4000 + 499 + 399 - 400 + 330 + 41
    assert minor(fields["grand_total"]) == minor(fields["base_grand_total"]) == order.total
    assert minor(fields["tax_amount"]) == 371 and minor(fields["shipping_amount"]) == 499
    parts = [minor(fields[name]) for name in ("subtotal", "shipping_amount", "tax_amount", "discount_amount")]
    assert sum(parts) == order.total


def test_or_02_an_account_is_made_once_and_has_amazons_number_in_the_view_that_was_chosen(
    practice: OrderPractice,
) -> None:
    """OR-02, OR-03: target store, account, Amazon's number with a prefix, a status of the merchant's own; euros."""
    first, second = practice.order("de"), practice.order("de", units=1, charges=Charges(item=1999, tax_item=319))
    practice.cycles()
    copies = [practice.copy(each.order_id).fields for each in (first, second)]
    assert [fields["increment_id"] for fields in copies] == [f"A-{each.order_id}" for each in (first, second)]
    assert {fields["store_id"] for fields in copies} == {practice.shop.stores.view("de_amazon").id}
    assert {(fields["state"], fields["status"]) for fields in copies} == {("processing", "amazon_new")}
    (customer,) = practice.shop.sales.customers.values()
    assert {fields["customer_id"] for fields in copies} == {customer["id"]} and customer["email"] == BUYER.email
    assert {fields["customer_is_guest"] for fields in copies} == {0}
    assert [fields["order_currency_code"] for fields in copies] == ["EUR", "EUR"]
    assert first.total == 4000 + 499 + 399 - 400 and first.tax_included
    assert [minor(fields["grand_total"]) for fields in copies] == [first.total, 1999]
    assert [minor(fields["tax_amount"]) for fields in copies] == [371, 319]


def test_or_01_orders_from_before_the_connection_are_left_alone_until_a_person_asks_for_them(
    practice: OrderPractice,
) -> None:
    """OR-01: never imported by themselves; a backfill is deliberate, and brings those of its days alone."""
    practice.cycles()
    assert not any(practice.copies(order_id) for order_id in EARLY.values())
    assert not practice.is_known("us", EARLY["us"]) and not practice.is_known("de", EARLY["de"])
    day = datetime.fromtimestamp(practice.now, UTC) - timedelta(days=3)
    until = day + timedelta(days=2)
    practice.kit.stores["us"].orders.backfill(day.date().isoformat(), until.date().isoformat(), by="Bo")
    practice.cycles(2)
    assert minor(practice.copy(EARLY["us"]).fields["grand_total"]) == practice.sales.get(EARLY["us"]).total
    assert not practice.copies(EARLY["de"])


def test_or_01_with_import_off_orders_are_shown_and_hold_stock_and_nothing_is_made(practice: OrderPractice) -> None:
    """OR-01: disabled is view-only; turned on again, what was only seen is made."""
    order = practice.order("us")
    sku = order.lines[0].sku
    off = practice.reopened(import_orders=False)
    with off:
        practice.wait(5)
        off.sync()
        assert order.order_id in set(off.stores["us"].orders.all()["order_number"])
    assert practice.stage("us", order.order_id) == ("viewed", "")
    assert not practice.copies(order.order_id) and not practice.deeds("us", order.order_id)
    assert practice.held("us", sku) == 2
    practice.cycles()
    assert practice.copy(order.order_id).state == "processing"


STATUSES = ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED")


def put(practice: OrderPractice, store: str, status: str, *, by_amazon: bool) -> Order:
    """Place an order and take it where it is to stand."""
    sales, words = practice.sales, dict[str, Any](by_amazon=by_amazon)
    if status in ("PENDING_AVAILABILITY", "UNFULFILLABLE"):
        return practice.order(store, status=status, **words)
    if status == "PENDING":
        return practice.order(store, pending_for=NEVER, **words)
    order = practice.order(store, **words)
    if status == "PARTIALLY_SHIPPED":
        return sales.ship_order(order.order_id, units={order.lines[0].item_id: 1})
    if status == "SHIPPED":
        return sales.ship_order(order.order_id)
    return sales.cancel_order(order.order_id) if status == "CANCELLED" else order


@pytest.mark.parametrize("store", ["us", "de"])
def test_or_04_the_matrix_says_which_orders_are_made_and_which_hold_stock(practice: OrderPractice, store: str) -> None:
    """OR-04, OR-05, OR-11: by status and by who fulfils; what is pending holds stock in the store that reserves it."""
    placed = {("FBM", status): put(practice, store, status, by_amazon=False) for status in STATUSES}
    placed |= {("FBA", status): put(practice, store, status, by_amazon=True) for status in (*STATUSES, "UNFULFILLABLE")}
    practice.cycles()
    made = {key for key, order in placed.items() if practice.copies(order.order_id)}
    assert made == {("FBM", "UNSHIPPED"), ("FBM", "PARTIALLY_SHIPPED"), ("FBM", "SHIPPED"), ("FBA", "SHIPPED")}
    holding = {key: practice.held(store, order.lines[0].sku) for key, order in placed.items()}
    wanted = {("FBM", status): 2 for status in ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED")}
    if store == "de":
        wanted |= {("FBM", "PENDING"): 2, ("FBM", "PENDING_AVAILABILITY"): 2}
    # All units of an order, also those that have left before it came.
    assert {key: units for key, units in holding.items() if units} == wanted
    assert {practice.stage(store, placed[key].order_id)[0] for key in placed if key[1] == "CANCELLED"} == {"cancelled"}


def test_or_11_what_amazon_fulfils_is_made_complete_and_moves_no_stock(practice: OrderPractice) -> None:
    """OR-11, OR-08: only once it is shipped; nothing is left to do on it; placeholders stand for what is not told."""
    sku = practice.pick("us")
    salable, units = practice.salable("us", sku), practice.on_shelves("us", sku)
    order = practice.order("us", sku, by_amazon=True, address=Address(country="US"))
    practice.cycles()
    assert not practice.copies(order.order_id)
    practice.sales.ship_order(order.order_id)
    practice.cycles(2)
    copy = practice.copy(order.order_id)
    assert (copy.state, copy.fields["status"]) == ("complete", "complete")
    assert minor(copy.fields["total_paid"]) == minor(copy.fields["grand_total"]) == order.total
    (item,) = copy.items
    assert {item.amount(f"qty_{name}") for name in ("ordered", "shipped", "invoiced")} == {2}
    documents = practice.shop.sales
    for kind in (documents.invoices, documents.shipments):
        assert not documents.documents_of(kind, copy)
    assert copy.shipping is not None and copy.shipping["street"] == ["Not given by Amazon"]
    assert practice.salable("us", sku) == salable
    assert practice.on_shelves("us", sku) == units
    assert practice.held("us", sku) == 0 and practice.stage("us", order.order_id) == ("complete", "")


def test_or_04_several_lines_with_tax_and_none_add_up_in_commerce_to_the_cent(practice: OrderPractice) -> None:
    """OR-04, OR-06: two goods, odd amounts that do not divide by their units, one of them free of tax."""
    lines = [
        OrderLine(practice.pick("us"), 3, Charges(item=1000, discount=1, tax_item=83, shipping=100)),
        OrderLine(practice.pick("us"), 1, Charges(item=CHARGES.item)),
    ]
    order = practice.place("us", lines)
    practice.cycles()
    copy = practice.copy(order.order_id)
    assert minor(copy.fields["grand_total"]) == order.total == 1000 - 1 + 83 + 100 + 4000
    assert [minor(item.amount("row_total")) for item in copy.items] == [1000, 4000]
    assert practice.stage("us", order.order_id) == ("created", "")
