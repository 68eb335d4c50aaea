"""Stock and prices: sources, reservations, what can be sold, and writes whose failures hide in a 200."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.state import CommerceState
from tests.shop_fixtures import RunShop, Shop, stock_shop

EXPORT = "inventory/export-stock-salable-qty/website/us"


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(speed=0)


def salable(shop: Shop, website: str = "us") -> dict[str, Any]:
    route = f"inventory/export-stock-salable-qty/website/{website}"
    return {item["sku"]: item["qty"] for item in shop.search(route, size=100)["items"]}


def test_salable_is_the_sum_of_the_websites_sources(shop: Shop) -> None:
    assert salable(shop)["KETTLE"] == 7
    assert salable(shop, "eu")["KETTLE"] == 2
    assert shop.state.salable("kettle", "us") == 7


def test_reservations_and_the_minimum_come_off(shop: Shop) -> None:
    shop.state.reserve("KETTLE", 2, "us")
    assert salable(shop)["KETTLE"] == 5
    shop.state.catalog.get("KETTLE").min_quantity = 4
    assert salable(shop)["KETTLE"] == 1
    shop.state.reserve("KETTLE", 3, "us")
    assert salable(shop)["KETTLE"] == 0
    index = {row["sku"]: row["qty"] for row in shop.get("inventory/dump-stock-index-data/website/us")}
    assert index["KETTLE"] == 7, "the index knows no reservations"


def test_the_exports_total_counts_its_page_and_strangers_to_the_stock_are_dropped(shop: Shop) -> None:
    first = shop.search(EXPORT, size=3, sort="entity_id ASC")
    assert (first["total_count"], len(first["items"])) == (3, 3)
    # shirt-s lies in Berlin only and shirt has no stock of its own, so this page is short without being the last.
    second = shop.search(EXPORT, size=4, page=2, sort="entity_id ASC")
    assert [item["sku"] for item in second["items"]] == ["ebook"]
    assert second["total_count"] == 1


def test_stock_that_is_not_managed_has_no_quantity_and_can_be_sold(shop: Shop) -> None:
    items = shop.search(EXPORT, "sku eq ebook")["items"]
    assert items == [{"sku": "ebook", "qty": None, "is_salable": True}]


def test_a_website_resolves_to_its_stock(shop: Shop) -> None:
    stock = shop.get("inventory/stock-resolver/website/eu")
    assert (stock["stock_id"], stock["name"]) == (3, "Europe")
    assert shop.call("GET", "inventory/stock-resolver/website/none").status_code == 404
    stocks = shop.get("inventory/stocks")["items"]
    assert [each["extension_attributes"]["sales_channels"] for each in stocks[:2]] == [
        [],
        [{"type": "website", "code": "us"}],
    ]
    assert [each["source_code"] for each in shop.get("inventory/sources")["items"]] == ["default", "reno", "berlin"]
    links = shop.search("inventory/stock-source-links", "stock_id eq 2")["items"]
    assert [each["source_code"] for each in links] == ["default", "reno"]


def test_single_questions_about_what_can_be_sold(shop: Shop) -> None:
    assert shop.get("inventory/get-product-salable-quantity/KETTLE/2") == 7
    enough = "inventory/is-product-salable-for-requested-qty/KETTLE/2"
    assert shop.get(f"{enough}/7") == {"salable": True, "errors": []}
    assert shop.get(f"{enough}/7.5")["errors"][0]["message"] == "The requested qty is not available"
    assert shop.get("inventory/is-product-salable/off/2") is True
    rows = shop.get("inventory/are-products-salable", {"skus[0]": "KETTLE", "skus[1]": "shirt-s", "stockId": 2})
    assert [row["salable"] for row in rows] == [True, False]


def test_composite_products_and_strangers_are_refused_one_by_one(shop: Shop) -> None:
    for sku in ("shirt", "shirt-s"):
        answer = shop.call("GET", f"inventory/get-product-salable-quantity/{sku}/2")
        assert answer.status_code == 400
    assert shop.call("GET", "inventory/get-product-salable-quantity/KETTLE/9").status_code == 404
    assert shop.call("GET", "inventory/get-product-salable-quantity/none/2").status_code == 404


def test_a_source_item_is_written_absolutely_and_leaves_updated_at(shop: Shop) -> None:
    before = shop.get("products/KETTLE")["updated_at"]
    shop.clock.skip(60)
    rows = [{"sku": "KETTLE", "source_code": "reno", "quantity": 9.5, "status": 1}]
    assert shop.call("POST", "inventory/source-items", json={"sourceItems": rows}).json() == []
    assert salable(shop)["KETTLE"] == 12.5
    assert shop.get("products/KETTLE")["updated_at"] == before
    found = shop.search("inventory/source-items", "sku in kettle,off", "source_code eq reno")
    assert found["items"] == rows
    assert shop.call("POST", "inventory/source-items-delete", json={"sourceItems": rows}).json() == []
    assert salable(shop)["KETTLE"] == 3


def test_a_source_item_out_of_stock_does_not_count_whatever_it_holds(shop: Shop) -> None:
    rows = [{"sku": "KETTLE", "source_code": "reno", "quantity": 4, "status": 0}]
    shop.call("POST", "inventory/source-items", json={"sourceItems": rows})
    assert salable(shop)["KETTLE"] == 3


def test_bad_source_items_are_refused_together_and_nothing_is_written(shop: Shop) -> None:
    rows = [
        {"sku": "KETTLE", "source_code": "reno", "quantity": 1, "status": 1},
        {"sku": " KETTLE", "source_code": "moon", "quantity": 1, "status": 1},
    ]
    answer = shop.call("POST", "inventory/source-items", json={"sourceItems": rows})
    assert answer.status_code == 400
    assert answer.json()["message"] == "Validation Failed"
    assert [each["parameters"] for each in answer.json()["errors"]] == [{"field": "sku"}, {"code": "moon"}]
    assert salable(shop)["KETTLE"] == 7


def test_input_limits_refuse_long_lists(run_shop: RunShop) -> None:
    shop = run_shop(input_limit=20)
    rows = [{"price": 1, "store_id": 0, "sku": "KETTLE"}] * 21
    answer = shop.call("POST", "products/base-prices", json={"prices": rows})
    assert answer.status_code == 400
    assert answer.json()["message"] == 'Maximum items of type "%type" is %max'
    assert answer.json()["parameters"]["max"] == 20


def test_base_prices_answer_200_with_the_rows_that_failed_and_save_the_others(shop: Shop) -> None:
    before = shop.get("products/KETTLE")["updated_at"]
    shop.clock.skip(60)
    rows = [
        {"price": 20.01, "store_id": 0, "sku": "KETTLE"},
        {"price": 19, "store_id": 2, "sku": "KETTLE"},
        {"price": 1, "store_id": 0, "sku": "none"},
        {"price": 1, "store_id": 0, "sku": "shirt"},
        {"price": -1, "store_id": 0, "sku": "off"},
        {"price": 1, "store_id": 77, "sku": "off"},
    ]
    answer = shop.call("POST", "products/base-prices", json={"prices": rows})
    assert answer.status_code == 200
    assert [row["parameters"] for row in answer.json()] == [
        ["SKU", "none"],
        ["SKU", "shirt"],
        ["Price", "-1"],
        ["Store", "77"],
    ]
    told = shop.call("POST", "products/base-prices-information", json={"skus": ["KETTLE"]}).json()
    assert [(row["store_id"], row["price"]) for row in told] == [(0, 20.01), (2, 19)]
    assert shop.get("products/KETTLE")["updated_at"] > before


def test_prices_of_unknown_skus_are_asked_for_in_vain(shop: Shop) -> None:
    answer = shop.call("POST", "products/base-prices-information", json={"skus": ["KETTLE", "none"]})
    assert (answer.status_code, answer.json()["parameters"]) == (404, {"sku": "none"})


def test_the_old_stock_item_reaches_the_default_source_only(shop: Shop) -> None:
    item = shop.get("stockItems/KETTLE") | {"qty": 1}
    body = {"product": {"sku": "KETTLE", "extension_attributes": {"stock_item": item}}}
    shop.call("PUT", "products/KETTLE", json=body)
    assert salable(shop)["KETTLE"] == 5
    assert salable(shop, "eu")["KETTLE"] == 2


@given(st.lists(st.tuples(st.sampled_from(["default", "reno", "berlin"]), st.integers(-9, 9)), max_size=20))
def test_salable_is_never_below_zero_and_follows_every_change(changes: list[tuple[str, int]]) -> None:
    state = CommerceState(SandboxClock(0, 0, 0))
    stock_shop(state)
    held = {"default": 3, "reno": 4, "berlin": 2}
    for source, delta in changes:
        state.change_stock("KETTLE", delta, source)
        held[source] = max(0, held[source] + delta)
    assert state.salable("KETTLE", "us") == Decimal(held["default"] + held["reno"])
    assert state.salable("KETTLE", "eu") == Decimal(held["berlin"])
