"""What is missing about prices before a store goes live: attributes, currencies and rates, told in words."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from channelkit.onboarding.price_gaps import find_attribute_gaps, find_currency_gap, tell_rates
from channelkit.settings.price_section import PriceSettings
from channelkit.settings.sections import StoreSettings
from channelkit.trends.rates import Rates
from tests.kit_fixtures import Practice, RunKit, replace_settings

CURRENCIES = {"en": "USD", "de": "EUR"}
RATES = Rates("USD", {"CAD": Decimal("1.3700"), "EUR": Decimal("0.92")})
ATTRIBUTES = [
    *({"code": code, "input": "price"} for code in ("price", "msrp", "special_price")),
    {"code": "brand", "input": "select"},
    {"code": "special_from_date", "input": "date"},
]


def store(country: str = "US", view: str = "en", **prices: object) -> StoreSettings:
    return StoreSettings(marketplace=country, website="base", store_view=view, prices=PriceSettings(**prices))  # type: ignore[arg-type]


def test_attributes_that_commerce_lacks_or_that_hold_no_prices_are_named() -> None:
    """LS-04 to LS-06."""
    section = store(
        source="brand",
        minimum="map_price",
        list_price="msrp",
        sale="special_price",
        sale_from="special_from_date",
        sale_to="brand",
    )
    assert find_attribute_gaps(section, ATTRIBUTES) == {
        "source": "brand holds no prices in Commerce: it is entered as select",
        "minimum": "Commerce has no attribute map_price",
        "sale_to": "brand holds no days in Commerce: it is entered as select",
    }
    assert find_attribute_gaps(section, []) == {}, "nobody knows before Commerce was read"
    assert find_attribute_gaps(store(), ATTRIBUTES) == {}


@pytest.mark.parametrize(
    ("section", "gap"),
    [
        (store(), ""),
        (store("DE", "de"), ""),
        (store("US", "unknown"), ""),
        (store("CA"), "USD in Commerce, CAD on Amazon"),
        (store("CA", currency_conversion="commerce"), ""),
        (store("DE", "en", currency_conversion="commerce"), ""),
        (store("UK", currency_conversion="commerce"), "Commerce has no rate from USD to GBP"),
        (store("DE", "de", scope="global"), "USD in Commerce, EUR on Amazon"),
        (store("DE", "de", scope="websites", currency_conversion="commerce"), ""),
        (store("US", scope="websites"), "EUR in Commerce, USD on Amazon"),
    ],
    ids=["same", "view's own", "not known", "other", "rate", "rate of euro", "no rate", "global", "walk", "walk mixed"],
)
def test_ls_09_a_currency_without_a_rate_is_told(section: StoreSettings, gap: str) -> None:
    assert find_currency_gap(section, CURRENCIES, RATES) == gap


def test_the_rate_is_told_in_words() -> None:
    assert tell_rates(store("CA", currency_conversion="commerce"), RATES) == "1 USD = 1.37 CAD"
    assert tell_rates(store("CA"), RATES) == "" == tell_rates(store("UK", currency_conversion="commerce"), RATES)


def item(practice: Practice, task: str) -> tuple[str, str]:
    found = next(item for item in practice.kit.checklist().items if item.task == task)
    return found.state, found.words


def change(practice: Practice, **prices: object) -> None:
    settings = replace_settings(practice.kit.settings, prices=PriceSettings(**prices))  # type: ignore[arg-type]
    practice.kit.settings = practice.kit.parts.settings = settings


def test_ls_09_the_checklist_is_content_with_commerces_rate(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.add_store(
        "ca", website="us", email="a@example.com", label="Canada", marketplace="CA", store_view="us_en"
    )
    assert item(practice, "currency") == ("open", "Currencies differ (ca: USD in Commerce, CAD on Amazon).")
    change(practice, currency_conversion="commerce")
    state, words = item(practice, "currency")
    assert state == "checked" and "ca: 1 USD = 1.37 CAD" in words
    practice.running.world.commerce.settings.rates = {}
    state, words = item(practice, "currency")
    assert state == "open" and "ca: Commerce has no rate from USD to CAD" in words


def test_ls_07_the_checklist_tells_what_is_added_to_prices(run_kit: RunKit) -> None:
    practice = run_kit()
    practice.kit.add_store("uk", website="eu", email="a@example.com", label="UK", marketplace="UK")
    assert item(practice, "vat") == ("open", "No store adds it to prices.")
    change(practice, vat="20.00")
    assert item(practice, "vat") == ("open", "It is added to prices of us: 20.00 %; de: 20.00 %; uk: 20.00 %.")


def test_the_review_shows_each_setting_of_prices_and_what_it_lacks(run_kit: RunKit) -> None:
    """ON-08."""
    practice = run_kit(products=10)
    tiers = ((5, "5"), (10, "7.5"))
    change(practice, minimum="map", list_price="msrp", business=True, tiers=tiers, website_order=("us", "mars"))
    assert practice.kit.parts.commerce_reader(["us", "de"], "r").read().is_complete
    practice.kit.settings = practice.kit.parts.settings = msgspec.structs.replace(practice.kit.settings)
    rows = {row["name"]: row for row in practice.kit.review().rows() if row["chapter"] == "Store us"}
    assert (rows["prices.source"]["value"], rows["prices.source"]["note"]) == ("price", "default")
    assert rows["prices.minimum"]["gap"] == "Commerce has no attribute map" and not rows["prices.list_price"]["gap"]
    assert rows["prices.tiers"]["value"] == "5 % from 5, 7.5 % from 10"
    assert rows["prices.vat"]["value"] == "not set" and rows["prices.website_order"]["value"] == "us, mars"
    assert rows["prices.website_order"]["gap"] == "Commerce has no website mars"
    assert (rows["price rules"]["value"], rows["price rules"]["note"]) == ("none", "no rule changes a price")
