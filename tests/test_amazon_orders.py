"""Amazon's orders as the house's own: every part in its place, money exactly, and words we do not know as they are."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from channelkit.amazon.order_rows import read_order
from channelkit.amazon.orders import get_order, search_orders, search_query
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Address, Amounts, Line, Parcel, Person
from channelkit.sandbox.amazon.order_documents import PARTS, write_order
from channelkit.sandbox.amazon.orders import Charges, OrderLine
from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.stores import JAPAN_SELLER
from tests.amazon_kit import Played, connect, staged
from tests.amazon_market import BUYER, HOME, Market
from tests.conftest import RunSandbox

US = "ATVPDKIKX0DER"


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currencyCode": "USD"}


def document(**changes: Any) -> dict[str, Any]:
    """Return an order in the form of the definition, with the fewest parts that it may have."""
    item = {"orderItemId": "601", "quantityOrdered": 2, "product": {"sellerSku": "007"}}
    return {
        "orderId": "902-1",
        "createdTime": "2026-11-24T12:00:00Z",
        "lastUpdatedTime": "2026-11-24T12:05:00.5Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": US},
        "orderItems": [item],
        **changes,
    }


@pytest.fixture
def market(run_sandbox: RunSandbox) -> Market:
    return Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_an_order_is_read_with_all_its_parts(market: Market) -> None:
    placed = market.place(
        market.line(2, shipping=499, tax_item=165, tax_shipping=41, discount=200, gift_wrap=399),
        programs=["PRIME", "AMAZON_BUSINESS"],
    )
    market.sales.ship_order(placed.order_id, units={placed.lines[0].item_id: 1})
    market.sales.request_cancellation(placed.order_id, reason="Ordered by mistake")
    order = get_order(connect(market.running), placed.order_id)
    assert (order.status, order.fulfilled_by, order.currency, order.total) == (
        "PARTIALLY_SHIPPED",
        "merchant",
        "USD",
        2904,
    )
    assert (order.programs, order.wants_cancellation, order.country) == (("PRIME", "AMAZON_BUSINESS"), True, "US")
    assert order.cancel_reason == "Ordered by mistake"
    [line] = order.lines
    assert line.amounts == Amounts(2000, 499, 399, discount=200, tax=206, tax_shipping=41)
    assert (line.ordered, line.fulfilled, line.cancelled, line.open) == (2, 1, 0, 1)
    assert (order.ship_by or 0) < (order.deliver_by or 0)
    assert order.created_at == placed.created // 1000 * 1000 or order.created_at == placed.created
    [parcel] = order.parcels
    assert parcel.units == ((line.item_id, 1),)
    assert order.person is not None
    assert (order.person.name, order.person.email) == (BUYER.name, BUYER.email)
    assert order.person.address == Address(
        HOME.name, HOME.company, ("1 Elm Rd", "Apt 2"), "Reno", "NV", "89501", "US", HOME.phone
    )
    assert order.lacking == ()
    assert "Quill" not in repr(order)


def test_a_pending_order_has_no_money_and_nobody(market: Market) -> None:
    order = get_order(connect(market.running), market.place(pending_for=NEVER).order_id)
    assert (order.status, order.total, order.person, order.country) == ("PENDING", None, None, "")
    assert order.lacking == ("name", "street", "city", "postcode", "country", "phone", "email")
    assert [line.amounts for line in order.lines] == [Amounts()]


def test_yen_are_whole(market: Market) -> None:
    shelf = market.running.world.amazon.shelf(JAPAN_SELLER, "A1VC38T7YXB528")
    placed = market.sales.place(shelf, [OrderLine("X", 1, Charges(1980, tax_item=180))])
    now = market.running.world.clock.now()
    order = read_order(write_order(placed, marketplace("JP"), frozenset(PARTS), now))
    assert (order.currency, order.total, order.lines[0].amounts.tax) == ("JPY", 1980, 180)


def test_a_replacement_names_the_order_that_it_replaces(market: Market) -> None:
    first = market.place()
    again = market.place(market.line(1, item=0), replaces=first.order_id)
    order = get_order(connect(market.running), again.order_id)
    assert (order.replaces, order.total) == (first.order_id, 0)


def test_cancelled_units_are_what_is_neither_fulfilled_nor_waiting(market: Market) -> None:
    placed = market.place(market.line(3), market.line(1, item=500))
    market.sales.cancel_line(placed.order_id, placed.lines[0].item_id, 1)
    order = get_order(connect(market.running), placed.order_id)
    assert [(line.ordered, line.cancelled, line.open) for line in order.lines] == [(3, 1, 2), (1, 0, 1)]
    market.sales.cancel_order(placed.order_id)
    order = get_order(connect(market.running), placed.order_id)
    assert (order.status, order.open_units, order.person) == ("CANCELLED", 0, None)


def test_pages_follow_one_another(market: Market) -> None:
    made = [market.place(market.line(1)).order_id for _ in range(3)]
    market.skip(200)
    amazon = connect(market.running)
    query = [(name, "2" if name == "maxResultsPerPage" else value) for name, value in _since(market.ago(900))]
    first = search_orders(amazon, query)
    rest = search_orders(amazon, query, first.next_token)
    assert [order.order_id for order in first.orders + rest.orders] == made
    assert (first.read_until, rest.next_token) == (rest.read_until, "")
    assert first.read_until == market.ago(120)


def _since(moment: str) -> list[tuple[str, str]]:
    return search_query([US], updated_after=moment)


def test_a_bare_order_is_read_and_words_that_are_not_known_stay() -> None:
    order = read_order(document())
    assert (order.status, order.lines[0]) == ("", Line("601", "007", "", "", 2))
    assert (order.created_at, order.updated_at) == (1_795_521_600_000, 1_795_521_900_500)
    packages = [{"packageReferenceId": "1", "packageStatus": {"status": "ON_THE_MOON"}}]
    told = {"fulfillmentStatus": "INVOICE_UNCONFIRMED", "fulfilledBy": "AMAZON"}
    order = read_order(document(fulfillment=told, packages=packages))
    assert (order.status, order.fulfilled_by) == ("INVOICE_UNCONFIRMED", "amazon")
    assert order.parcels == (Parcel("1", "ON_THE_MOON"),)


def test_proceeds_of_a_kind_that_is_not_known_count_as_other_and_a_discount_is_above_zero() -> None:
    parts = [("ITEM", "10.00"), ("COD_FEE", "1.00"), ("DELIVERY_TIP", "0.50"), ("OTHER", "0.25"), ("DISCOUNT", "-2.00")]
    item = document()["orderItems"][0]
    item["proceeds"] = {"breakdowns": [{"type": kind, "subtotal": usd(amount)} for kind, amount in parts]}
    [line] = read_order(document(orderItems=[item])).lines
    assert line.amounts == Amounts(item=1000, cod=100, other=75, discount=200)


def test_a_package_that_names_an_item_twice_holds_the_sum() -> None:
    items = [{"orderItemId": "601", "quantity": 1}, {"orderItemId": "601", "quantity": 2}]
    order = read_order(document(packages=[{"packageReferenceId": "1", "packageItems": items}]))
    assert order.parcels[0].units == (("601", 3),)


def test_an_amount_with_more_decimals_than_its_currency_is_not_rounded() -> None:
    with pytest.raises(ValueError, match="decimals"):
        read_order(document(proceeds={"grandTotal": usd("1.005")}))


def test_an_order_that_cannot_be_read_is_named_and_the_rest_of_the_page_is_there() -> None:
    broken = document(orderId="902-2", orderItems=None)
    amazon, _ = staged(Played(200, {"orders": [document(), broken, document(orderId="902-3")]}))
    page = search_orders(amazon, _since("2026-11-24T00:00:00Z"))
    assert [order.order_id for order in page.orders] == ["902-1", "902-3"]
    assert (page.unreadable, page.next_token, page.read_until) == (("902-2",), "", "")


def test_an_answer_without_orders_is_no_empty_page() -> None:
    amazon, _ = staged(Played(200, {"lastUpdatedBefore": "2026-11-24T12:00:00Z"}))
    with pytest.raises(RefusedError):
        search_orders(amazon, _since("2026-11-24T00:00:00Z"))


def test_nothing_of_a_person_is_in_a_repr_or_in_the_error_of_an_order_that_cannot_be_read() -> None:
    address = {"name": "Zoë O'Quill", "addressLine1": "1 Elm Rd", "phone": "+1 775-555-0100", "countryCode": "US"}
    told = document(buyer={"buyerName": "Zoë O'Quill"}, recipient={"deliveryAddress": address})
    person = read_order(told).person
    assert person is not None
    assert [each.name for each in fields(Person) if each.repr] == []
    assert "Quill" not in repr(person)
    amazon, _ = staged(Played(200, {"order": told | {"orderItems": None}}))
    with pytest.raises(RefusedError) as caught:
        get_order(amazon, "902-1")
    assert "Quill" not in f"{caught.value!r} {caught.value.__cause__!r}"
