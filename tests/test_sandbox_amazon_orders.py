"""The sandbox's orders as the Orders API shows them: windows, pages, what lags, what is told when, and of whom."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from channelkit.sandbox.amazon.orders import Charges, OrderLine
from channelkit.sandbox.amazon.sales import NEVER
from channelkit.sandbox.stores import JAPAN_SELLER
from tests.amazon_caller import AmazonCaller
from tests.amazon_market import ALL_PARTS, BUYER, HOME, ORDERS, Market, ids
from tests.conftest import RunSandbox


@pytest.fixture
def market(run_sandbox: RunSandbox) -> Market:
    return Market(run_sandbox(speed=0, products=60, quiet=True, throttling=False))


def test_an_order_is_shown_with_its_money_its_people_and_its_windows(market: Market) -> None:
    order = market.place(market.line(2, shipping=499, tax_item=165, tax_shipping=41, discount=200, gift_wrap=399))
    shown = market.read(order.order_id)
    assert re.fullmatch(r"\d{3}-\d{7}-\d{7}", shown["orderId"])
    assert shown["proceeds"]["grandTotal"] == {"amount": "29.04", "currencyCode": "USD"}
    assert shown["buyer"]["buyerEmail"] == BUYER.email
    assert shown["buyer"]["buyerPurchaseOrderNumber"] == "PO-77"
    assert shown["recipient"]["deliveryAddress"]["stateOrRegion"] == "NV"
    assert shown["recipient"]["deliveryAddress"]["phone"] == HOME.phone
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert shown["fulfillment"]["shipByWindow"]["latestDateTime"] > shown["createdTime"]
    [item] = shown["orderItems"]
    amounts = {row["type"]: row["subtotal"]["amount"] for row in item["proceeds"]["breakdowns"]}
    assert amounts == {"ITEM": "20.00", "SHIPPING": "4.99", "GIFT_WRAP": "3.99", "TAX": "2.06", "DISCOUNT": "2.00"}
    assert item["product"]["price"]["unitPrice"]["amount"] == "10.00"
    assert item["product"]["sellerSku"] == market.sku()


def test_only_the_parts_that_were_asked_for_come(market: Market) -> None:
    order = market.place()
    bare = market.call("GET", f"{ORDERS}/{order.order_id}").json()["order"]
    assert set(bare) == {"orderId", "createdTime", "lastUpdatedTime", "salesChannel", "orderItems"}
    assert set(bare["orderItems"][0]) == {"orderItemId", "quantityOrdered", "product"}


def test_a_pending_order_has_no_money_no_buyer_and_no_address(market: Market) -> None:
    order = market.place(pending_for=300.0)
    shown = market.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "PENDING"
    assert not {"proceeds", "buyer", "recipient"} & set(shown)
    assert "price" not in shown["orderItems"][0]["product"]
    market.skip(301)
    assert market.read(order.order_id)["proceeds"]["grandTotal"]["amount"] == "20.00"


def test_yen_have_no_decimals(market: Market) -> None:
    shelf = market.running.world.amazon.shelf(JAPAN_SELLER, "A1VC38T7YXB528")
    order = market.sales.place(shelf, [OrderLine("X", 1, Charges(1980, tax_item=180))])
    assert (order.total, order.tax_included) == (1980, True)


def test_units_leave_the_shelf_when_an_order_is_placed_and_come_back_when_it_is_cancelled(market: Market) -> None:
    listing = market.shelf.listings[market.sku()]
    before = listing.quantity
    order = market.place(pending_for=NEVER)
    assert listing.quantity == before - 2
    market.sales.cancel_order(order.order_id, by="BUYER", reason="BUYER_CANCELLED")
    assert listing.quantity == before
    shown = market.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert shown["orderItems"][0]["cancellation"]["cancellationExecution"]["cancelledBy"] == "BUYER"


def test_what_changed_in_the_last_two_minutes_is_not_shown_yet(market: Market) -> None:
    order = market.place()
    assert ids(market.find()) == []
    market.skip(121)
    assert ids(market.find()) == [order.order_id]
    market.sales.ship_order(order.order_id)
    [shown] = market.find()["orders"]
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    market.skip(121)
    [shown] = market.find()["orders"]
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["packages"][0]["packageItems"][0]["quantity"] == 2


def test_the_answer_says_to_when_it_was_read(market: Market) -> None:
    market.place()
    assert market.find()["lastUpdatedBefore"] == market.ago(120)
    assert market.find(createdAfter=market.ago(900))["createdBefore"] == market.ago(120)
    assert market.find(lastUpdatedBefore=market.ago(600))["lastUpdatedBefore"] == market.ago(600)


def test_a_search_needs_exactly_one_kind_of_window_that_ends_two_minutes_ago(market: Market) -> None:
    hour = market.ago(3600)
    assert "Exactly one" in market.refused()
    assert "Exactly one" in market.refused(createdAfter=hour, lastUpdatedAfter=hour)
    assert "does not go with" in market.refused(createdAfter=hour, lastUpdatedBefore=market.ago(600))
    assert market.refused(lastUpdatedAfter=hour, lastUpdatedBefore=market.ago(100)) == "Invalid Input"
    assert market.refused(lastUpdatedAfter=hour, lastUpdatedBefore=market.ago(4000)) == "Invalid Input"
    assert "ISO 8601" in market.refused(lastUpdatedAfter="yesterday")
    assert "at most 50" in market.refused(lastUpdatedAfter=hour, marketplaceIds=["ATVPDKIKX0DER"] * 51)
    assert "from 1 to 100" in market.refused(lastUpdatedAfter=hour, maxResultsPerPage=101)
    assert "invalid value" in market.refused(lastUpdatedAfter=hour, fulfillmentStatuses="Unshipped")


def test_pages_follow_one_another_and_hold_every_order_once(market: Market) -> None:
    orders = [market.place(market.line(1)).order_id for _ in range(5)]
    market.skip(200)
    frozen, seen = market.ago(3600), []
    token: dict[str, str | None] = {}
    for _ in range(3):
        page = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=2, **token)
        seen += ids(page)
        token = {"paginationToken": page.get("pagination", {}).get("nextToken")}
    assert seen == orders
    assert token == {"paginationToken": None}


def test_a_token_belongs_to_its_parameters_and_lives_for_a_day(market: Market) -> None:
    for _ in range(3):
        market.place(market.line(1))
    market.skip(200)
    frozen = market.ago(3600)
    page = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=1)
    again = {"paginationToken": page["pagination"]["nextToken"], "includedData": ALL_PARTS}
    assert "other parameters" in market.refused(lastUpdatedAfter=market.ago(3601), **again)
    assert "other parameters" in market.refused(lastUpdatedAfter=frozen, fulfilledBy="MERCHANT", **again)
    rest = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=50, **again)
    assert len(rest["orders"]) == 2
    market.skip(86_401)
    assert "expired" in market.refused(lastUpdatedAfter=frozen, **again)


def test_an_order_that_changes_between_two_pages_leaves_the_window_and_nothing_else_does(market: Market) -> None:
    orders = [market.place(market.line(1)).order_id for _ in range(4)]
    market.skip(200)
    frozen = market.ago(3600)
    first = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=2)
    market.sales.request_cancellation(orders[0])
    market.skip(200)
    rest = market.find(lastUpdatedAfter=frozen, paginationToken=first["pagination"]["nextToken"])
    assert ids(first) + ids(rest) == orders
    assert ids(market.find(lastUpdatedAfter=first["lastUpdatedBefore"])) == [orders[0]]


def test_orders_are_found_by_marketplace_status_and_who_fulfils_them(market: Market) -> None:
    ours = market.place(market.line(1)).order_id
    amazons = market.place(OrderLine(market.sku(by_amazon=True), 1, Charges(900))).order_id
    pending = market.place(market.line(1), pending_for=NEVER).order_id
    market.skip(130)
    assert ids(market.find(fulfilledBy="AMAZON")) == [amazons]
    assert ids(market.find(fulfillmentStatuses=["PENDING"])) == [pending]
    assert ids(market.find(fulfilledBy="MERCHANT", fulfillmentStatuses=["UNSHIPPED", "SHIPPED"])) == [ours]
    assert ids(market.find(marketplaceIds="A2EUQ1WTGCTBG2")) == []
    assert (
        market.call("GET", ORDERS, lastUpdatedAfter=market.ago(60), marketplaceIds="A1PA6795UKMFR9").status_code == 403
    )


def test_amazon_ships_its_own_orders_and_tells_neither_packages_nor_phones(market: Market) -> None:
    order = market.place(OrderLine(market.sku(by_amazon=True), 1, Charges(900)))
    shown = market.read(order.order_id)
    assert "buyerEmail" not in shown["buyer"]
    assert "phone" not in shown["recipient"]["deliveryAddress"]
    market.skip(86_400)
    shown = market.read(order.order_id)
    assert shown["fulfillment"] | {"fulfillmentStatus": "SHIPPED", "fulfilledBy": "AMAZON"} == shown["fulfillment"]
    assert "packages" not in shown


def test_the_phone_goes_once_the_order_should_have_arrived(market: Market) -> None:
    order = market.place()
    market.sales.ship_order(order.order_id)
    assert "phone" in market.read(order.order_id)["recipient"]["deliveryAddress"]
    market.skip(9 * 86_400)
    shown = market.read(order.order_id)
    assert "phone" not in shown["recipient"]["deliveryAddress"]
    assert shown["packages"][0]["packageStatus"]["status"] == "DELIVERED"


def test_a_line_that_is_cancelled_takes_its_money_with_it(market: Market) -> None:
    order = market.place(market.line(2), market.line(1, item=500))
    other = order.lines[1].item_id
    market.sales.cancel_line(order.order_id, other)
    shown = market.read(order.order_id)
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert shown["proceeds"]["grandTotal"]["amount"] == "20.00"
    assert shown["orderItems"][1]["fulfillment"] == {"quantityFulfilled": 0, "quantityUnfulfilled": 0}


def test_a_replacement_names_the_order_that_it_replaces_and_costs_nothing(market: Market) -> None:
    first = market.place()
    again = market.place(market.line(1, item=0), replaces=first.order_id)
    shown = market.read(again.order_id)
    assert shown["associatedOrders"][0]["orderId"] == first.order_id
    assert shown["proceeds"]["grandTotal"]["amount"] == "0.00"


def test_pages_go_wrong_on_demand(market: Market) -> None:
    orders = [market.place(market.line(1)).order_id for _ in range(4)]
    market.skip(200)
    faults, frozen = market.running.faults, market.ago(3600)
    faults.add("short_page", "searchOrders")
    short = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=2)
    assert ids(short) == orders[:1]
    token = short["pagination"]["nextToken"]
    faults.add("repeated_token", "searchOrders")
    again = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=2, paginationToken=token)
    assert again["pagination"]["nextToken"] == token
    faults.add("lost_page", "searchOrders")
    lost = market.find(lastUpdatedAfter=frozen, maxResultsPerPage=2, paginationToken=token)
    assert lost["orders"] == []
    assert "nextToken" in lost["pagination"]


def test_another_sellers_order_is_not_there(market: Market) -> None:
    order = market.place()
    german = AmazonCaller(market.running, "de")
    assert german.call("GET", f"{ORDERS}/{order.order_id}").status_code == 404
    assert german.call("GET", ORDERS, lastUpdatedAfter=market.ago(60)).json()["orders"] == []


@pytest.mark.parametrize("name", ["us", "de"])
def test_the_money_of_every_order_of_a_living_world_adds_up(run_sandbox: RunSandbox, name: str) -> None:
    market = Market(run_sandbox(speed=0, products=300, throttling=False), name)
    market.skip(6 * 3600)
    frozen, orders = market.ago(7 * 3600), []
    token: dict[str, str] = {}
    while True:
        page = market.find(createdAfter=frozen, **token)
        orders += page["orders"]
        if "pagination" not in page:
            break
        token = {"paginationToken": page["pagination"]["nextToken"]}
    assert len({order["orderId"] for order in orders}) == len(orders) > 50
    signs = {"DISCOUNT": -1, "TAX": 1 if name == "us" else 0}
    for order in orders:
        assert ("proceeds" in order) == (order["fulfillment"]["fulfillmentStatus"] not in {"PENDING", "CANCELLED"})
        if "proceeds" in order:
            rows = order["proceeds"]["breakdowns"]
            total = sum(signs.get(row["type"], 1) * Decimal(row["subtotal"]["amount"]) for row in rows)
            assert total == Decimal(order["proceeds"]["grandTotal"]["amount"])
            items = [Decimal(item["proceeds"]["proceedsTotal"]["amount"]) for item in order["orderItems"]]
            assert sum(items) == total
