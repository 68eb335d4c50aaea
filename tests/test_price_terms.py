"""On what terms prices are made: settings and Commerce's rates in one, exact to the last digit."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.database import reference
from channelkit.database.connection import Database
from channelkit.database.price_rules import store_price_rules
from channelkit.model.marketplaces import marketplace
from channelkit.price_asking import Asking, find_asking
from channelkit.price_terms import find_rates, load_price_terms, make_price_terms
from channelkit.pricing.terms import Damping, PriceTerms
from channelkit.settings.price_section import PriceSettings
from channelkit.settings.sections import StoreSettings
from channelkit.trends.rates import Rates

US, CA, JP = (marketplace(country) for country in ("US", "CA", "JP"))
RATES = Rates("USD", {"CAD": Decimal("1.25"), "EUR": Decimal("0.8"), "JPY": Decimal("149.32")})
CONVERTED = PriceSettings(currency_conversion="commerce")


def test_settings_that_say_nothing_make_prices_commerces_own() -> None:
    """ON-07, LS-04."""
    terms = make_price_terms(PriceSettings(), US, RATES)
    assert terms == PriceTerms("USD", 2, "America/Los_Angeles")
    assert terms.codes == ("price",)


def test_every_setting_of_prices_comes_through_as_an_exact_number() -> None:
    """LS-04 to LS-10."""
    settings = PriceSettings(
        source="amazon_price",
        scope="websites",
        website_order=("eu", "us"),
        minimum="map_price",
        list_price="msrp",
        cost="cost",
        sale="special_price",
        sale_from="special_from_date",
        sale_to="special_to_date",
        vat="10.20",
        business=True,
        tiers=((5, "5"), (10, "7.5")),
        competition_hours=2,
        floor_at_cost="3",
        doubt_below=70,
        doubt_hours=2,
        war_falls=6,
        war_rest_hours=1,
        war_climb_hours=8,
        war_small_step=3,
    )
    terms = make_price_terms(settings, JP, RATES, paused="The account rests.")
    assert (terms.currency, terms.digits, terms.time_zone) == ("JPY", 0, "Asia/Tokyo")
    assert terms.codes == ("price", "amazon_price", "map_price", "msrp", "cost", "special_price")
    assert (terms.sale_from, terms.sale_to) == ("special_from_date", "special_to_date")
    assert (terms.vat, terms.floor_margin) == (Decimal("10.20"), Decimal(3)), "P26"
    assert terms.tiers == ((5, Decimal(5)), (10, Decimal("7.5"))) and terms.business
    assert terms.offers_for == 2 * 3_600_000 and terms.paused == "The account rests."
    assert (terms.doubt_below, terms.doubt_for) == (70, 2 * 3_600_000)
    assert terms.damping == Damping(6, 3_600_000, 8 * 3_600_000, 3)
    assert (terms.scope, terms.website_order, terms.rates) == ("websites", ("eu", "us"), {})


def test_ls_09_prices_are_converted_by_commerces_rate_where_the_settings_want_it() -> None:
    """P11: a rate of 1.25."""
    assert make_price_terms(CONVERTED, CA, RATES).rates["USD"] == Decimal("1.25")
    assert make_price_terms(CONVERTED, CA, RATES).rates["EUR"] == Decimal("1.5625")
    assert make_price_terms(CONVERTED, US, RATES).rates["EUR"] == Decimal("1.25")
    assert make_price_terms(PriceSettings(), CA, RATES).rates == {}


def test_ls_09_without_a_rate_for_the_marketplaces_currency_nothing_is_converted() -> None:
    assert make_price_terms(CONVERTED, marketplace("UK"), RATES).rates == {}
    assert make_price_terms(CONVERTED, CA, Rates()).rates == {}, "as Commerce as a Cloud Service tells none"


@given(
    st.dictionaries(
        st.sampled_from(["USD", "EUR", "CAD", "JPY", "GBP"]), st.decimals("0.0001", "100000", places=4), min_size=1
    ),
    st.sampled_from(["USD", "EUR", "CAD", "JPY", "GBP"]),
    st.sampled_from(["USD", "EUR", "CAD", "JPY", "GBP"]),
)
def test_a_rate_and_its_way_back_are_one_to_thirty_digits(rates: dict[str, Decimal], base: str, wanted: str) -> None:
    found = find_rates(Rates(base, rates), wanted)
    assert wanted not in found
    for name, rate in found.items():
        back = find_rates(Rates(base, rates), name)[wanted]
        assert abs(rate * back - 1) < Decimal("1e-30") and rate > 0


def test_rates_are_those_that_commerce_was_last_seen_to_have(database: Database) -> None:
    with database.write() as connection:
        assert load_price_terms(connection, CONVERTED, CA).rates == {}
        body = json.dumps({"base": "USD", "rates": {"CAD": "1.37", "USD": "1"}})
        reference.store_reference(connection, "commerce", "currencies", body, at=1)
        assert load_price_terms(connection, CONVERTED, CA).rates == {"USD": Decimal("1.37")}


def store(view: str, website: str = "base", **prices: object) -> StoreSettings:
    return StoreSettings(marketplace="US", website=website, store_view=view, prices=PriceSettings(**prices))  # type: ignore[arg-type]


@pytest.mark.parametrize("read", [["us"], ["us", "de"]], ids=["one store", "both"])
def test_stores_of_one_view_are_read_together_and_other_websites_only_for_whom_they_count(
    database: Database, read: list[str]
) -> None:
    """PR-11: what is asked of a view does not change with whose turn it is, or it would be read anew each time."""
    stores = {
        "us": store("en", cost="cost"),
        "ca": store("en", list_price="msrp", sale="special_price", sale_from="special_from_date"),
        "de": store("de", scope="websites", minimum="map_price"),
        "fr": store("fr", scope="global", cost="cost"),
        "it": store("it"),
    }
    bound = {"attribute": "floor_price"}
    rule = {"name": "Follow", "competitor": {"source": "lowest"}, "floor": bound, "adjustment": {"direction": "match"}}
    with database.write() as connection:
        store_price_rules(connection, store="us", name="First", rules=[rule], at=1, by="Ada")
        found = find_asking(connection, stores, read)
        assert find_asking(connection, {}, []) == Asking()
    assert found.by_view == {"en": ("cost", "floor_price", "msrp", "special_from_date", "special_price"), "it": ()}
    assert found.everywhere == (("map_price",) if "de" in read else None)
