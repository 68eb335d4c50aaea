"""Products created from listings on the sandbox over HTTP: previewed, made, stocked, and linked at once (MA-08)."""

from __future__ import annotations

import pytest

from channelkit import ProductForm
from channelkit.attributes.new_products import plan_products
from channelkit.errors import UsageError
from channelkit.sandbox.commerce.stock import in_units
from tests.kit_fixtures import Practice, RunKit

FORM = ProductForm(enabled=True, websites=["us"])


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    practice = run_kit()
    practice.kit.pull()
    return practice


def unmatched(practice: Practice, store: str = "us") -> list[str]:
    """Return listings that no product matches, and that have a price."""
    frame = practice.kit.stores[store].listings("New Third Party")
    chosen = frame[frame["listed"] & frame["asin"].notna() & frame["price"].notna() & frame["product_sku"].isna()]
    return [str(sku) for sku in chosen["sku"]]


def test_a_product_is_made_of_a_listing_and_matched_at_once(practice: Practice) -> None:
    """MA-08: SKU is the ASIN; title, price and quantity are the listing's."""
    kit, commerce = practice.kit, practice.running.world.commerce
    sku = unmatched(practice)[0]
    listing = practice.listing("us", sku)
    assert listing.item is not None
    asin = listing.item.asin
    plan = plan_products(kit.parts, "us", [sku], FORM)
    row = plan.changes.iloc[0]
    assert row["sku"] == asin and row["name"] == listing.item.title and row["quantity"] == listing.quantity
    assert asin not in commerce.catalog, "a plan makes nothing"

    assert plan.apply(by="Ada").is_complete
    product = commerce.catalog.get(asin)
    assert product.value("price", 0) * 100 == listing.price and product.value("visibility", 0) == 1
    assert product.website_ids == (1,) and product.value("amazon_asin", 0) == asin
    assert in_units(dict(commerce.inventory.of(asin))["reno"][0]) == listing.quantity
    frame = kit.stores["us"].listings().set_index("sku")
    assert frame.loc[sku, "product_sku"] == asin and frame.loc[sku, "tab"] != "New Third Party"
    again = plan_products(kit.parts, "us", [sku], FORM)
    assert again.changes.empty and f"matched to {asin} already" in again.left["note"].iloc[0]


def test_many_share_one_form(practice: Practice) -> None:
    """MA-08."""
    kit, skus = practice.kit, unmatched(practice)
    form = ProductForm(enabled=False, websites=["us"], visibility="Catalog, Search", categories=[2], tax_class=2)
    plan = kit.stores["us"].matches.create_products(skus, form)
    assert plan.apply().is_complete and len(plan.changes) == len(skus) > 1
    for asin in plan.changes["sku"]:
        product = practice.running.world.commerce.catalog.get(asin)
        assert (product.value("status", 0), product.value("visibility", 0), product.category_ids) == (2, 4, (2,))


def test_a_product_that_is_there_already_is_offered_as_the_match(practice: Practice) -> None:
    """MA-08."""
    kit, sku = practice.kit, unmatched(practice)[0]
    item = practice.listing("us", sku).item
    assert item is not None
    practice.running.world.commerce.add_product(item.asin.lower(), name="Mine", price="5")
    plan = plan_products(kit.parts, "us", [sku], FORM)
    assert plan.changes.empty
    assert f"match it, store.matches.assign('{sku}', '{item.asin}')" in plan.left["note"].iloc[0]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        pytest.param(ProductForm(enabled=True, websites=["eu"]), "priced in USD, the websites in EUR", id="currency"),
        pytest.param(ProductForm(enabled=True, websites=["us", "eu"]), "EUR and USD", id="two-currencies"),
        pytest.param(ProductForm(enabled=True, websites=[]), "No website", id="no-website"),
        pytest.param(ProductForm(enabled=True, websites=["uk"]), "no website 'uk'", id="unknown-website"),
        pytest.param(ProductForm(enabled=True, websites=["us"], visibility="All"), "no visibility", id="visibility"),
        pytest.param(ProductForm(enabled=True, websites=["us"], attribute_set="X"), "no attribute set", id="set"),
    ],
)
def test_a_form_that_cannot_work_is_refused_in_words(practice: Practice, form: ProductForm, words: str) -> None:
    """MA-08: no price is converted."""
    with pytest.raises(UsageError, match=words):
        plan_products(practice.kit.parts, "us", unmatched(practice)[:1], form)


def test_undoing_leaves_a_created_product_and_says_what_to_do(practice: Practice) -> None:
    kit = practice.kit
    plan = plan_products(kit.parts, "us", unmatched(practice)[:1], FORM)
    plan.apply()
    undo = kit.attributes.undo(plan.fingerprint)
    assert undo.changes.empty and "not deleted here" in undo.left["note"].iloc[0]
