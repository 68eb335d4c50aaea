"""What a seller account takes part in: every marketplace, as Amazon tells it."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.amazon.sellers import Participation, read_participations
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox


def entry(country: str, *, participating: bool = True, suspended: bool = False) -> dict[str, Any]:
    place = marketplace(country)
    return {
        "marketplace": {
            "id": place.id,
            "countryCode": country,
            "defaultCurrencyCode": place.currency,
            "defaultLanguageCode": place.locale,
            "name": f"Amazon {country}",
            "domainName": "www.amazon.example",
        },
        "participation": {"isParticipating": participating, "hasSuspendedListings": suspended},
        "storeName": "Kettles and more",
    }


def test_each_marketplace_is_read_with_its_money_and_its_language() -> None:
    amazon, stage = staged(Played(200, {"payload": [entry("DE"), entry("JP")]}))
    found = read_participations(amazon)
    assert stage.asked(0).raw_path == "/sellers/v1/marketplaceParticipations"
    assert found == [
        Participation("A1PA6795UKMFR9", "DE", "EUR", "de_DE", "Amazon DE", participating=True, suspended=False),
        Participation("A1VC38T7YXB528", "JP", "JPY", "ja_JP", "Amazon JP", participating=True, suspended=False),
    ]


def test_a_marketplace_that_was_left_and_one_that_is_suspended_are_told_apart() -> None:
    amazon, _ = staged(Played(200, {"payload": [entry("FR", participating=False), entry("IT", suspended=True)]}))
    assert [(each.country, each.participating, each.suspended) for each in read_participations(amazon)] == [
        ("FR", False, False),
        ("IT", True, True),
    ]


def test_a_place_where_only_amazons_other_shops_sell_is_left_out() -> None:
    other = entry("DE")
    other["marketplace"] |= {"id": "ANOTHERSHOP", "name": "Non-Amazon DE"}
    amazon, _ = staged(Played(200, {"payload": [other, entry("DE")]}))
    assert [each.marketplace_id for each in read_participations(amazon)] == [marketplace("DE").id]


@pytest.mark.parametrize("lost", ["id", "countryCode", "defaultCurrencyCode"])
def test_a_marketplace_without_its_key_is_an_error_and_not_left_out(lost: str) -> None:
    broken = entry("DE")
    del broken["marketplace"][lost]
    amazon, _ = staged(Played(200, {"payload": [entry("FR"), broken]}))
    with pytest.raises(RefusedError, match=r"not in the form that Amazon documents.*What was known before stays"):
        read_participations(amazon)


@pytest.mark.parametrize("name", ["us", "de"])
def test_both_practice_accounts_sell_where_their_store_is(run_sandbox: RunSandbox, name: str) -> None:
    running = run_sandbox(speed=0, quiet=True)
    amazon = connect(running, name, clock=StoppedClock(epoch=running.world.clock.now()))
    store = next(each for each in running.ready["stores"] if each["name"] == name)
    assert store["marketplace_id"] in {each.marketplace_id for each in read_participations(amazon)}
