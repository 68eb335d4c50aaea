"""The price and the quantity that a listing should have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.decision_tables import IN_STOCK, LISTING, PRODUCT, TERMS, Row, decide, decide_one, subjects_of


@pytest.mark.parametrize(
    ("salable", "largest", "shown"),
    [(80, 10, 10), (80, 12, 12), (150, 1, 1), (149, 1, 1), (0, 1, 0), (3, 10, 3), (10, 10, 10)],
)
def test_the_smaller_of_stock_and_largest_quantity_is_shown(salable: int, largest: int, shown: int) -> None:
    """LS-12."""
    found = decide_one(stock={"salable": salable}, terms=replace(TERMS, largest_quantity=largest))
    assert found["wanted_quantity"] == shown


def test_products_without_counted_stock_show_the_configured_number() -> None:
    """LS-12."""
    terms = replace(TERMS, unmanaged_quantity=7, largest_quantity=3)
    assert decide_one(stock={"managed": False}, terms=terms)["wanted_quantity"] == 7


@pytest.mark.parametrize("channel", ["AMAZON_NA", "AMAZON_EU", None, ""])
def test_only_what_the_merchant_fulfils_gets_a_quantity(channel: str | None) -> None:
    """LS-13."""
    assert decide_one({"fulfillment_channel": channel})["wanted_quantity"] is None


def test_the_store_views_own_price_is_wanted_before_the_products() -> None:
    """LS-04."""
    scopes: list[Row] = [{"sku": "A", "price": "8.500000"}]
    assert decide([LISTING], [PRODUCT], [IN_STOCK], scopes=scopes)[0]["wanted_price"] == 850
    assert decide([LISTING], [PRODUCT], [IN_STOCK])[0]["wanted_price"] == 1000


def test_a_store_view_that_disables_a_product_counts_for_its_store() -> None:
    scopes: list[Row] = [{"sku": "A", "enabled": False}]
    assert decide([LISTING], [PRODUCT], [IN_STOCK], scopes=scopes)[0]["status"] == "Product Disabled"


@pytest.mark.parametrize(("price", "minor"), [("9.995000", 1000), ("9.994999", 999), ("0.005", 1)])
def test_prices_are_rounded_half_up_to_the_currencys_minor_unit(price: str, minor: int) -> None:
    assert decide_one(None, {"price": price})["wanted_price"] == minor


def test_yen_have_no_decimals() -> None:
    """RG-03."""
    terms = replace(TERMS, currency="JPY", price_currency="JPY", digits=0)
    found = decide_one({"price": 1980, "currency": "JPY"}, {"price": "1980.500000"}, terms=terms)
    assert found["wanted_price"] == 1981
    assert "at 1980 JPY" in found["reason"]


@pytest.mark.parametrize("price", ["0", "0.000000", "-5", "0.004", None, "", "call us"])
def test_a_price_of_zero_or_less_is_never_wanted_and_that_is_said(price: str | None) -> None:
    found = decide_one(None, {"price": price})
    assert found["wanted_price"] is None
    assert "No price is sent: Commerce has none above zero." in found["reason"]


def test_prices_in_another_currency_are_not_sent_as_they_are_and_that_is_said() -> None:
    """RG-03."""
    found = decide_one(terms=replace(TERMS, price_currency="EUR"))
    assert (found["wanted_price"], found["wanted_quantity"]) == (None, 5)
    assert "Commerce's prices are in EUR, the marketplace's in USD, and nothing converts them." in found["reason"]


def test_a_currency_that_was_never_read_is_no_guess() -> None:
    found = decide_one(terms=replace(TERMS, price_currency=""))
    assert found["wanted_price"] is None
    assert "not known yet" in found["reason"]


def test_terms_are_found_for_every_subject_and_lose_none() -> None:
    found = subjects_of([LISTING], [PRODUCT, {**PRODUCT, "sku": "B"}], [IN_STOCK])
    assert found["sku"].to_pylist() == ["A", "B"]
    assert found["wanted_quantity"].to_pylist() == [5, None]
