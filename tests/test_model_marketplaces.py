from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from channelkit.errors import UsageError
from channelkit.model.marketplaces import ENDPOINTS, MARKETPLACES, currency_digits, marketplace


def test_every_marketplace_is_found_by_id_and_by_country() -> None:
    for one in MARKETPLACES:
        assert marketplace(one.id) is one
        assert marketplace(one.country) is one
        assert marketplace(one.country.lower()) is one


def test_ids_and_countries_are_each_used_once() -> None:
    assert len({one.id for one in MARKETPLACES}) == len({one.country for one in MARKETPLACES}) == len(MARKETPLACES)


def test_the_united_kingdom_answers_to_both_of_its_codes() -> None:
    assert marketplace("GB") is marketplace("UK")


def test_every_marketplace_has_an_endpoint_a_currency_and_a_time_zone_that_exists() -> None:
    """RG-03."""
    for one in MARKETPLACES:
        assert one.region in ENDPOINTS
        assert len(one.currency) == 3
        assert one.currency.isupper()
        assert ZoneInfo(one.time_zone).key == one.time_zone
        assert one.locale.split("_")[0].islower()


def test_yen_have_no_decimals_and_euros_have_two() -> None:
    assert marketplace("JP").digits == currency_digits("JPY") == 0
    assert marketplace("DE").digits == 2


def test_an_unknown_marketplace_is_refused_with_the_countries_there_are() -> None:
    with pytest.raises(UsageError, match=r"no Amazon marketplace 'XX'.*US.*DE"):
        marketplace("XX")
