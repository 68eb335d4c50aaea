"""What the practice shop says of prices beside the price: plausible, of a share of products, and always the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.suggested import suggest
from tests.shop_fixtures import RunShop, stock_shop


@given(st.integers(0, 10**7), st.integers(0, 1000), st.integers(790, 50_000))
def test_costs_lie_below_and_suggested_prices_above_the_price(number: int, seed: int, cents: int) -> None:
    found = suggest(number, seed, cents)
    assert found == suggest(number, seed, cents)
    assert found.cost is None or cents * 49 // 100 <= found.cost <= cents * 3 // 4
    assert found.list_price is None or cents < found.list_price <= cents * 4 // 3 + 99
    assert found.least is None or cents * 4 // 5 < found.least <= cents


def test_most_products_of_the_practice_shop_have_a_cost_and_some_the_rest() -> None:
    world = make_world(1, 300)
    priced = [product for product in world.commerce.catalog.walk() if product.values.get("price") is not None]
    shares = {
        code: sum(product.values.get(code) is not None for product in priced) / len(priced)
        for code in ("cost", "msrp", "map_price")
    }
    assert 0.6 < shares["cost"] < 0.8 and 0.3 < shares["msrp"] < 0.5 and 0.05 < shares["map_price"] < 0.2
    assert not [
        product.sku
        for product in world.commerce.catalog.walk()
        if product.values.get("price") is None and product.values.get("cost") is not None
    ]


def test_the_european_website_has_them_in_euros() -> None:
    commerce = make_world(1, 50).commerce
    view = commerce.stores.view("de_de").id
    product = next(each for each in commerce.catalog.walk() if each.scoped and "cost" in each.scoped.get(view, {}))
    dollars, euros = product.values["cost"], (product.scoped or {})[view]["cost"]
    assert isinstance(dollars, Decimal) and isinstance(euros, Decimal)
    assert euros == (dollars * 92 // 1) / 100


@pytest.mark.parametrize(("price_scope", "shown"), [("website", "20.25"), ("global", "22.50")])
def test_where_prices_hold_is_set_for_all_attributes_with_prices(
    price_scope: str, shown: str, run_shop: RunShop
) -> None:
    def seed(state: CommerceState) -> None:
        stock_shop(state)
        state.add_attribute("msrp", "Suggested price", "price")
        state.set_value("KETTLE", "msrp", Decimal("20.25"))
        state.set_value("KETTLE", "msrp", Decimal("22.50"), "de_de")

    assert CommerceSettings().price_scope == "website"
    shop = run_shop(seed=seed, price_scope=price_scope)
    document = shop.get("products/KETTLE", scope="us_en")
    told = {entry["attribute_code"]: entry["value"] for entry in document["custom_attributes"]}
    assert Decimal(told["msrp"]) == Decimal(shown)
