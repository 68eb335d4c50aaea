"""Products, store views and stock, read from a Commerce that runs."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pytest

from channelkit.commerce.client import Commerce
from channelkit.commerce.inventory import read_salable
from channelkit.commerce.products import read_products, read_scopes
from channelkit.commerce.stores import read_store_configs, read_store_views, read_websites
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.tables import PRODUCTS
from channelkit.sandbox.commerce.state import CommerceState
from tests.commerce_kit import connect
from tests.shop_fixtures import RunShop, stock_shop

ATTRIBUTES = {"seller_sku": "sku", "asin": "asin", "upc": "", "ean": "", "isbn": "", "gtin": ""}


def products_of(commerce: Commerce, since: int | None = None, page_size: int = 3) -> pa.Table:
    return pa.concat_tables(read_products(commerce, ATTRIBUTES, since, page_size))


def test_every_product_is_read_once_whatever_the_page_size(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    for page_size in (1, 2, 3, 7, 100):
        found = products_of(commerce, page_size=page_size)
        assert found["sku"].to_pylist() == ["KETTLE", "pan/24", "A,B", "off", "ebook", "shirt-s", "shirt"]


def test_a_product_comes_with_exact_price_labels_and_websites(run_shop: RunShop) -> None:
    kettle = products_of(connect(run_shop())).to_pylist()[0]
    assert set(kettle) == set(PRODUCTS.names) - {"observed_at", "missing_since", "digest"}
    assert (kettle["price"], kettle["enabled"], kettle["type"]) == ("24.99", True, "simple")
    assert (kettle["seller_sku"], kettle["asin"], kettle["upc"]) == ("KETTLE", "B000000001", None)
    attributes = json.loads(kettle["attributes"])
    assert (attributes["color"], attributes["features"]) == ("Red", ["Light", "Fast"])
    assert kettle["websites"].startswith(",") and kettle["websites"].endswith(",")


def test_a_disabled_product_says_so(run_shop: RunShop) -> None:
    found = {row["sku"]: row["enabled"] for row in products_of(connect(run_shop())).to_pylist()}
    assert found["off"] is False and found["pan/24"] is True


def test_a_reading_of_changes_brings_what_changed_and_not_the_rest(run_shop: RunShop) -> None:
    shop = run_shop(speed=600.0)
    commerce = connect(shop)
    newest = max(products_of(commerce)["changed_at"].to_pylist())
    shop.clock.sleep(600)
    shop.state.set_price("pan/24", "31")
    changed = products_of(commerce, since=newest + 300_000)
    assert [(row["sku"], row["price"]) for row in changed.to_pylist()] == [("pan/24", "31")]


def test_a_shop_that_limits_its_pages_is_read_in_smaller_ones(run_shop: RunShop) -> None:
    def many(state: CommerceState) -> None:
        stock_shop(state)
        for number in range(350):
            state.add_product(f"N{number}", name=f"Number {number}", price="1", quantities={"default": 1})

    found = products_of(connect(run_shop(seed=many, largest_page=100)), page_size=300)
    assert found.num_rows == len(set(found["sku"].to_pylist())) == 357


def test_a_page_that_vanishes_stops_the_reading_instead_of_losing_products(run_shop: RunShop) -> None:
    shop = run_shop()
    shop.faults.add("lost_page", "GetV1Products", count=1)
    with pytest.raises(TemporaryError, match="repeats or is missing"):
        products_of(connect(shop))


def test_an_empty_shop_has_no_products(run_shop: RunShop) -> None:
    shop = run_shop(seed=lambda _state: None)
    assert list(read_products(connect(shop), ATTRIBUTES, None, 100)) == []


def test_a_store_view_has_names_and_prices_of_its_own(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    german = {row["sku"]: row for row in pa.concat_tables(read_scopes(commerce, "de_de", None, 3)).to_pylist()}
    assert (german["KETTLE"]["name"], german["KETTLE"]["price"]) == ("Wasserkocher", "22.5")
    assert german["KETTLE"]["store_view"] == "de_de"


def test_other_prices_of_a_store_view_are_read_where_they_are_asked_for(run_shop: RunShop) -> None:
    """LS-04: numbers without the noise of six decimals, days as they are, nothing as an empty text."""
    shop = run_shop()
    shop.state.set_value("KETTLE", "cost", Decimal("11.50"))
    shop.state.set_value("KETTLE", "cost", Decimal("10.25"), "de_de")
    shop.state.set_value("KETTLE", "special_from_date", "2026-12-01 00:00:00")
    asked = ["cost", "special_from_date", "never_made"]
    for view, cost in (("us_en", "11.5"), ("de_de", "10.25")):
        found = {
            row["sku"]: row for row in pa.concat_tables(read_scopes(connect(shop), view, None, 3, asked)).to_pylist()
        }
        told = {"cost": cost, "special_from_date": "2026-12-01 00:00:00", "never_made": ""}
        assert json.loads(found["KETTLE"]["prices"]) == told
        assert json.loads(found["ebook"]["prices"]) == dict.fromkeys(asked, "")
    (plain, *_) = read_scopes(connect(shop), "us_en", None, 3)
    assert plain["prices"].null_count == plain.num_rows


def test_websites_views_and_currencies_are_read_without_those_of_administrators(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    assert {website.code for website in read_websites(commerce)} >= {"us", "eu"}
    assert {view.code for view in read_store_views(commerce)} >= {"us_en", "de_de"}
    assert all(website.id for website in read_websites(commerce))
    currencies = {config.code: config.base_currency_code for config in read_store_configs(commerce)}
    assert (currencies["us_en"], currencies["de_de"]) == ("USD", "EUR")


def test_salable_quantities_come_for_every_sku_in_order_with_commas_and_slashes(run_shop: RunShop) -> None:
    skus = ["A,B", "pan/24", "KETTLE", "off"]
    found = read_salable(connect(run_shop()), "us", skus)
    assert found["sku"].to_pylist() == skus
    assert found["salable"].to_pylist()[:3] == [1, 10, 7]
    assert found["in_stock"].to_pylist()[:3] == [True, True, True]


def test_what_is_not_assigned_to_a_websites_stock_cannot_be_sold_there(run_shop: RunShop) -> None:
    found = read_salable(connect(run_shop()), "eu", ["KETTLE", "A,B"])
    assert list(zip(found["salable"].to_pylist(), found["in_stock"].to_pylist(), strict=True)) == [
        (2, True),
        (0, False),
    ]


def test_more_skus_than_an_address_can_hold_are_asked_for_in_parts(run_shop: RunShop) -> None:
    def many(state: CommerceState) -> None:
        stock_shop(state)
        for number in range(250):
            state.add_product(f"{'X' * 40}{number:04}", name="Long", price="1", quantities={"default": number + 1})

    skus = [f"{'X' * 40}{number:04}" for number in range(250)]
    found = read_salable(connect(run_shop(seed=many)), "us", skus)
    assert found["salable"].to_pylist() == list(range(1, 251))


def test_stock_that_nobody_asks_for_costs_no_call(run_shop: RunShop) -> None:
    commerce = connect(run_shop())
    assert read_salable(commerce, "us", []).num_rows == 0
    assert commerce.transport.calls == 0


def test_an_unknown_website_is_refused_in_commerces_words(run_shop: RunShop) -> None:
    with pytest.raises(RefusedError, match="commerce, GetV1Inventory"):
        read_salable(connect(run_shop()), "mars", ["KETTLE"])
