"""What the practice shop says of prices beside the price: plausible, of a share of products, and always the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.sandbox.amazon.attributes import LIST_PRICE, read, shown, write
from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.seed import make_world
from channelkit.sandbox.stores import DE, US
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


def test_amazon_shows_most_suggested_prices_already_and_each_as_its_marketplace_writes_it() -> None:
    """So that the first plan of who names them is not too sweeping to leave by itself."""
    world = make_world(1, 300)
    for store, part, factor in ((US, "value", 100), (DE, "value_with_tax", 92)):
        shelf = world.amazon.shelf(store.seller_id, store.marketplace_id)
        shown = {sku: read(each, shelf.marketplace, LIST_PRICE) for sku, each in shelf.listings.items()}
        told = {sku: document[0][part] for sku, document in shown.items() if document}
        known = {each.sku: each.values["msrp"] for each in world.commerce.catalog.walk() if each.values.get("msrp")}
        both = known.keys() & shown.keys()
        assert 0.75 < len(both & told.keys()) / len(both) < 1
        assert all(told[sku] == known[sku] * factor // 1 / 100 for sku in both & told.keys())


def test_a_list_price_of_a_practice_listing_is_written_over_and_taken_away() -> None:
    world = make_world(1, 50)
    shelf = world.amazon.shelf(US.seller_id, US.marketplace_id)
    listing = next(each for each in shelf.listings.values() if each.list_price)
    document = [{**read(listing, shelf.marketplace, LIST_PRICE)[0], "value": Decimal("99.99")}]
    write(listing, shelf.marketplace, LIST_PRICE, document)
    assert read(listing, shelf.marketplace, LIST_PRICE) == document
    write(listing, shelf.marketplace, LIST_PRICE, [])
    assert read(listing, shelf.marketplace, LIST_PRICE) == [] and LIST_PRICE not in shown(listing, shelf.marketplace)


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
