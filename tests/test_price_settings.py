"""The settings of prices from one end to the other: what Commerce says, and what is wanted on Amazon because of it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pyarrow.compute as pc

from channelkit.model.columns import one
from channelkit.outcome import Decision
from channelkit.sandbox.commerce.catalog import Product
from channelkit.settings.price_section import PriceSettings
from tests.kit_fixtures import Practice, RunKit


def decide(practice: Practice, store: str, **prices: Any) -> Decision:
    """Read Commerce again with these settings, and decide about a store."""
    kit = practice.reopened(prices=PriceSettings(**prices))
    assert kit.parts.commerce_reader(["us", "de"], "r").read().is_complete
    return kit.parts.cycle(store).decide()


def wanted(decision: Decision) -> dict[str, int | None]:
    """Return the wanted price of the product of each listing that is on sale."""
    rows = decision.tabs.filter(pc.equal(one(decision.tabs["tab"]), "Active"))
    linked = rows.filter(pc.is_valid(rows["product_sku"]))
    return dict(zip(linked["product_sku"].to_pylist(), linked["wanted_price"].to_pylist(), strict=True))


def cents(amount: Any, factor: str = "1") -> int:
    """Return an amount times a factor in cents, rounded half up."""
    return int((Decimal(amount) * Decimal(factor) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def priced(practice: Practice, found: dict[str, int | None]) -> list[Product]:
    """Return the linked products that have a price in Commerce."""
    shop = practice.running.world.commerce
    return [shop.catalog.get(sku) for sku in found if shop.catalog.get(sku).values.get("price") is not None]


def test_what_the_settings_say_of_prices_is_what_is_wanted_on_amazon(run_kit: RunKit) -> None:
    """LS-04, LS-07: a source with gaps, and VAT; without settings prices stay Commerce's own."""
    practice = run_kit(products=30)
    practice.kit.pull(wait=True)
    plain = wanted(decide(practice, "us"))
    products = priced(practice, plain)
    assert len(products) > 10
    assert all(plain[product.sku] == cents(product.values["price"]) for product in products)
    assert [sku for sku, price in plain.items() if price is None], "a product without a price has none"
    suggested = wanted(decide(practice, "us", source="msrp", vat="10"))
    has = [product for product in products if product.values.get("msrp") is not None]
    assert has and len(has) < len(products)
    for product in products:
        source = product.values.get("msrp") or product.values["price"]
        assert suggested[product.sku] == cents(source, "1.1"), product.sku


def test_ls_09_prices_in_another_currency_are_converted_or_held_back_with_what_to_do(run_kit: RunKit) -> None:
    practice = run_kit(products=30)
    practice.kit.pull(wait=True)
    rate = str(practice.running.world.commerce.settings.rates["EUR"])
    converted = wanted(decide(practice, "de", scope="global", currency_conversion="commerce"))
    products = priced(practice, converted)
    assert products
    assert all(converted[product.sku] == cents(product.values["price"], rate) for product in products)
    kept_back = decide(practice, "de", scope="global")
    assert not [price for price in wanted(kept_back).values() if price is not None]
    told = pc.filter(one(kept_back.tabs["reason"]), pc.equal(one(kept_back.tabs["tab"]), "Active")).to_pylist()
    assert all("USD" in reason and "rate" in reason for reason in told), told[:1]
    assert not [row for row in kept_back.guarded.going.to_pylist() if row["field"] == "price"]
