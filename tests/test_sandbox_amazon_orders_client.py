"""Amazon's own client, amzn-sp-api, reads the sandbox's orders, ships them and counts them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from spapi import ApiException, SPAPIClient, SPAPIConfig
from spapi.api.orders_v0.orders_v0_api import OrdersV0Api
from spapi.api.orders_v2026_01_01.get_order_api import GetOrderApi
from spapi.api.orders_v2026_01_01.search_orders_api import SearchOrdersApi
from spapi.api.sales_v1.sales_api import SalesApi

from tests.amazon_market import ALL_PARTS, BUYER, HOME, Market
from tests.conftest import RunSandbox


@dataclass
class Official:
    """Amazon's client, pointed at a sandbox, and a market in it."""

    market: Market
    search: Any
    one: Any
    old: Any
    sales: Any


@pytest.fixture
def official(run_sandbox: RunSandbox) -> Iterator[Official]:
    running = run_sandbox(speed=0, products=60, quiet=True)
    store = running.ready["stores"][0]
    config = SPAPIConfig(store["client_id"], store["client_secret"], store["refresh_token"], region="NA")
    client = SPAPIClient(config, oauth_endpoint=running.ready["token_url"], endpoint=running.ready["amazon"]["na"])
    connection = client.api_client
    apis = [api(connection) for api in (SearchOrdersApi, GetOrderApi, OrdersV0Api, SalesApi)]
    yield Official(Market(running), *apis)
    connection.rest_client.pool_manager.clear()
    logging.getLogger().handlers.clear()


def test_it_searches_orders_page_by_page(official: Official) -> None:
    market = official.market
    made = [market.place(market.line(1)).order_id for _ in range(5)]
    market.skip(130)
    asked = {"last_updated_after": market.ago(3600), "max_results_per_page": 2, "included_data": ALL_PARTS}
    found: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = official.search.search_orders(
            **asked, marketplace_ids=[market.shelf.marketplace.id], fulfilled_by=["MERCHANT"], **token
        )
        found += [order.order_id for order in page.orders]
        if page.pagination is None:
            break
        token = {"pagination_token": page.pagination.next_token}
    assert found == made
    assert page.last_updated_before is not None


def test_it_reads_an_order_with_all_its_parts(official: Official) -> None:
    market = official.market
    order = market.place(market.line(2, shipping=499, tax_item=165, discount=200))
    market.sales.request_cancellation(order.order_id)
    market.sales.ship_order(order.order_id, units={order.lines[0].item_id: 1})
    shown = official.one.get_order(order.order_id, included_data=ALL_PARTS).order
    assert shown.buyer.buyer_email == BUYER.email
    assert shown.recipient.delivery_address.postal_code == HOME.postcode
    assert shown.proceeds.grand_total.amount == "24.64"
    assert shown.fulfillment.fulfillment_status == "PARTIALLY_SHIPPED"
    assert shown.packages[0].package_items[0].quantity == 1
    [item] = shown.order_items
    assert item.cancellation.cancellation_request.requester == "BUYER"
    assert (item.fulfillment.quantity_fulfilled, item.fulfillment.quantity_unfulfilled) == (1, 1)


def test_it_ships_an_order_and_counts_it(official: Official) -> None:
    market = official.market
    order = market.place()
    package = {
        "packageReferenceId": "1",
        "carrierCode": "DHL",
        "trackingNumber": "JD014600",
        "shipDate": market.ago(0),
        "orderItems": [{"orderItemId": order.lines[0].item_id, "quantity": 2}],
    }
    place = market.shelf.marketplace.id
    official.old.confirm_shipment(order.order_id, {"marketplaceId": place, "packageDetail": package})
    market.skip(121)
    shown = official.one.get_order(order.order_id, included_data=["FULFILLMENT"]).order
    assert shown.fulfillment.fulfillment_status == "SHIPPED"
    interval = f"{market.ago(3600)}--{market.ago(0)}"
    [counted] = official.sales.get_order_metrics([place], interval, "Total").payload
    assert (counted.order_count, counted.unit_count) == (1, 2)


def test_it_meets_the_quota_of_searches(official: Official) -> None:
    since = official.market.ago(3600)
    with pytest.raises(ApiException) as caught:
        for _ in range(21):
            official.search.search_orders(last_updated_after=since)
    assert caught.value.status == 429
