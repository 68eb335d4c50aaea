"""Amounts of several currencies become one by Commerce's own rates, exactly, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.commerce.client import Commerce
from channelkit.commerce.currencies import Currencies, read_currencies
from channelkit.database.connection import Database
from channelkit.database.reference import store_reference
from channelkit.errors import RefusedError
from channelkit.trends.rates import KIND, Rates, Total, add_up, choose_currency, read_rates
from tests.kit_fixtures import RunKit

RATES = Rates("USD", {"EUR": Decimal("0.9215"), "JPY": Decimal("149.32")}, at=77)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (92_15, "EUR", 100_00),
        (1, "EUR", 1),
        (14_932, "JPY", 100_00),
        (1, "JPY", 1),
        (0, "JPY", 0),
        (-92_15, "EUR", -100_00),
    ],
)
def test_an_amount_is_converted_between_minor_units_and_rounded_half_up(
    amount: int, currency: str, expected: int
) -> None:
    assert RATES.convert(amount, currency) == expected


def test_a_total_says_of_when_its_rates_are_and_which_store_it_lacks() -> None:
    amounts = {"us": (100_00, "USD"), "de": (92_15, "EUR"), "uk": (500_00, "GBP")}
    assert add_up(amounts, RATES) == Total(200_00, "USD", 77, (("uk", "GBP"),))


def test_stores_of_one_currency_need_no_rates() -> None:
    assert add_up({"de": (100, "EUR"), "fr": (50, "EUR")}, Rates()) == Total(150, "EUR")
    assert choose_currency({"de": "EUR", "fr": "EUR"}, RATES) == "EUR"


def test_without_rates_several_currencies_have_no_total_and_every_store_is_named() -> None:
    found = add_up({"us": (100, "USD"), "de": (50, "EUR")}, Rates())
    assert found.amount is None and dict(found.left_out) == {"us": "USD", "de": "EUR"}


def test_a_store_whose_money_is_not_known_is_never_added() -> None:
    assert add_up({"us": (100, "USD"), "new": (50, "")}, RATES) == Total(100, "USD", None, (("new", ""),))


@given(st.integers(-(10**15), 10**15))
def test_the_base_currency_is_never_converted(amount: int) -> None:
    assert RATES.convert(amount, "USD") == amount


def test_rates_that_were_never_read_are_none(database: Database) -> None:
    with database.read() as connection:
        assert read_rates(connection) == Rates()


@pytest.mark.parametrize("body", ["[]", '{"base": "", "rates": {}}'])
def test_what_a_commerce_without_rates_leaves_behind_are_no_rates(database: Database, body: str) -> None:
    with database.write() as connection:
        store_reference(connection, "commerce", KIND, body, at=5)
    with database.read() as connection:
        assert read_rates(connection) == Rates()


def test_commerces_rates_are_read_with_the_rest_and_kept_with_their_time(run_kit: RunKit) -> None:
    practice = run_kit(products=10)
    practice.kit.pull()
    with practice.kit.database.read() as connection:
        rates = read_rates(connection)
    assert (rates.base, rates.rates["EUR"]) == ("USD", Decimal("0.9215"))
    assert rates.at is not None and 0 <= practice.kit.parts.now() - rates.at < 600_000


@dataclass
class Silent:
    """A Commerce that refuses to tell."""

    status: int

    def call(self, *_asked: object) -> object:
        raise RefusedError("Request does not match any route.", status=self.status)


def test_a_cloud_that_has_no_such_address_is_no_failure() -> None:
    assert read_currencies(cast(Commerce, Silent(404))) == Currencies()
    with pytest.raises(RefusedError):
        read_currencies(cast(Commerce, Silent(400)))
