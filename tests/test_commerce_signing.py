"""Signing in to Commerce: tokens that end are renewed once, secrets are looked up anew and never shown."""

from __future__ import annotations

import pytest

from channelkit.commerce.stores import read_websites
from channelkit.errors import AuthError
from tests.commerce_kit import connect
from tests.shop_fixtures import CREDENTIALS, RunShop, Shop


def _calls(shop: Shop, secret: str = "client secret") -> list[str]:
    """Read the websites twice, the token ending in between, and return their codes."""
    commerce = connect(shop, flavour="accs", auth="ims", client_id=CREDENTIALS.client_id, client_secret=lambda: secret)
    read_websites(commerce)
    shop.faults.add("token_expired", "GetV1StoreWebsites")
    return [website.code for website in read_websites(commerce)]


def test_a_token_that_has_ended_is_asked_for_once_more(run_shop: RunShop) -> None:
    assert _calls(run_shop(flavour="accs")) == ["us", "eu"]


def test_a_token_that_keeps_ending_is_an_error_and_no_endless_loop(run_shop: RunShop) -> None:
    shop = run_shop(flavour="accs")
    shop.faults.add("token_expired", "GetV1StoreWebsites", count=None)
    commerce = connect(shop, flavour="accs", auth="ims", client_id=CREDENTIALS.client_id)
    with pytest.raises(AuthError):
        read_websites(commerce)
    assert commerce.transport.calls == 2


def test_a_missing_permission_is_not_taken_for_a_token_that_has_ended(run_shop: RunShop) -> None:
    shop = run_shop(flavour="accs", missing_resources=frozenset({"Magento_Backend::store"}))
    commerce = connect(shop, flavour="accs", auth="ims", client_id=CREDENTIALS.client_id)
    with pytest.raises(AuthError, match="Magento_Backend::store"):
        read_websites(commerce)
    assert commerce.transport.calls == 1


def test_a_wrong_client_secret_is_an_error_that_does_not_show_it(run_shop: RunShop) -> None:
    with pytest.raises(AuthError) as raised:
        _calls(run_shop(flavour="accs"), secret="hunter2-hunter2")
    assert "hunter2" not in str(raised.value) + repr(raised.value)


def test_a_rotated_secret_is_found_without_opening_commerce_again(run_shop: RunShop) -> None:
    secrets = iter(["the old one", CREDENTIALS.consumer_secret])
    commerce = connect(run_shop(), consumer_secret=lambda: next(secrets))
    with pytest.raises(AuthError):
        read_websites(commerce)
    assert read_websites(commerce)


def test_a_signature_keeps_the_time_of_a_clock_that_runs_fast(run_shop: RunShop) -> None:
    assert read_websites(connect(run_shop(speed=600.0)))
