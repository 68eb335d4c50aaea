"""Signing in to Commerce, and what its answers mean."""

from __future__ import annotations

import base64
import hmac
from urllib.parse import quote, unquote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from oauthlib.oauth1.rfc5849 import signature

from channelkit.commerce.criteria import Filter, any_sku, search_criteria
from channelkit.commerce.operations import LIST_PRODUCTS
from channelkit.commerce.refusals import explain, judge
from channelkit.commerce.signing import OAuth1
from channelkit.commerce.stores import read_websites
from channelkit.errors import AuthError, RefusedError, TemporaryError
from channelkit.model.calls import Answer, Verdict
from tests.commerce_kit import connect
from tests.shop_fixtures import CREDENTIALS, RunShop


def test_a_signed_call_is_let_in(run_shop: RunShop) -> None:
    assert read_websites(connect(run_shop(bearer=False)))


def test_a_wrong_secret_is_an_error_that_names_the_keys_and_shows_none(run_shop: RunShop) -> None:
    commerce = connect(run_shop(bearer=False), consumer_secret=lambda: "wrong-and-private")
    with pytest.raises(AuthError, match=r"Check the integration's keys under \[commerce\]") as caught:
        read_websites(commerce)
    assert "wrong-and-private" not in f"{caught.value!r} {caught.value} {commerce!r}"


def test_a_bearer_token_is_refused_where_the_shop_does_not_allow_it(run_shop: RunShop) -> None:
    with pytest.raises(AuthError, match="bearer tokens"):
        read_websites(connect(run_shop(bearer=False), auth="bearer"))


def test_a_bearer_token_is_let_in_where_the_shop_allows_it(run_shop: RunShop) -> None:
    assert read_websites(connect(run_shop(bearer=True), auth="bearer"))


def test_the_cloud_service_takes_a_token_of_adobes_identity_service(run_shop: RunShop) -> None:
    shop = run_shop(flavour="accs", bearer=False)
    commerce = connect(shop, flavour="accs", auth="ims", client_secret=lambda: CREDENTIALS.client_secret)
    assert {website.code for website in read_websites(commerce)} >= {"us", "eu"}


@pytest.mark.parametrize("kind", ["html_503", "server_error", "reset", "throttle", "not_json"])
def test_passing_bad_weather_is_sat_out(run_shop: RunShop, kind: str) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add(kind, "GetV1StoreWebsites", count=2)
    assert read_websites(connect(shop))


def test_weather_that_does_not_pass_is_a_temporary_error(run_shop: RunShop) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add("html_503", "GetV1StoreWebsites", count=None)
    with pytest.raises(TemporaryError, match="status 503"):
        read_websites(connect(shop))


def test_a_deadlock_behind_a_400_is_tried_again(run_shop: RunShop) -> None:
    shop = run_shop(speed=1000.0)
    shop.faults.add("deadlock", "GetV1StoreWebsites", count=1)
    assert read_websites(connect(shop))


def test_a_missing_permission_is_named_with_what_to_allow() -> None:
    body = {
        "message": "The consumer isn't authorized to access %resources.",
        "parameters": {"resources": "Magento_Catalog::products"},
    }
    judgement = judge(Answer(401, body))
    assert judgement.verdict is Verdict.FORBIDDEN and judgement.code == "MissingPermission"
    assert "Magento_Catalog::products" in judgement.message and "System > Integrations" in judgement.fix


def test_a_masked_error_tells_the_number_that_the_merchant_can_look_up() -> None:
    body = {"message": "Internal Error. Details are available in Magento log file. Report ID: webapi-65f0a1b2c3d4e"}
    judgement = judge(Answer(500, body))
    assert judgement.verdict is Verdict.TEMPORARY and "webapi-65f0a1b2c3d4e" in judgement.fix


def test_a_route_that_does_not_exist_points_at_the_shops_modules() -> None:
    judgement = judge(Answer(404, {"message": "Request does not match any route."}))
    assert judgement.verdict is Verdict.REFUSED and "modules" in judgement.fix


@pytest.mark.parametrize(
    ("envelope", "words"),
    [
        ({"message": "No %fieldName = %fieldValue", "parameters": {"fieldName": "sku", "fieldValue": "A%1"}},
         "No sku = A%1"),
        ({"message": "%1 and %2", "parameters": ["first", "second"]}, "first and second"),
        ({"message": "%1 of %3", "parameters": ["one"]}, "one of %3"),
        ({"message": "Several:", "errors": [{"message": "%field is wrong", "parameters": {"field": "price"}}]},
         "Several:; price is wrong"),
        ({"messages": {"error": [{"code": 500, "message": "Fatal error"}]}}, "Fatal error"),
        ("<html><h1>Service  Unavailable</h1></html>", "Service Unavailable"),
        ("", "no words"),
        (None, "no words"),
        ({"message": "Gone", "parameters": []}, "Gone"),
    ],
)  # fmt: skip
def test_an_envelope_is_told_with_its_parameters_filled_in(envelope: object, words: str) -> None:
    assert explain(envelope) == words


def test_only_a_page_size_that_is_too_large_is_read_as_a_limit(run_shop: RunShop) -> None:
    judgement = judge(Answer(400, {"message": "Maximum SearchCriteria pageSize is %max", "parameters": {"max": 300}}))
    assert (judgement.code, judgement.message) == ("PageTooLarge", "Maximum SearchCriteria pageSize is 300")
    with pytest.raises(RefusedError):
        connect(run_shop()).call(LIST_PRODUCTS, search_criteria([[Filter("nowhere", "1")]], page_size=1))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1), min_size=1))
def test_any_sku_finds_its_own_filter(skus: list[str]) -> None:
    found: set[str] = set()
    for chosen in any_sku(skus):
        found |= set(chosen.value.split(",")) if chosen.condition == "in" else {chosen.value}
    assert found == set(skus)


@given(st.text(st.characters(codec="utf-8"), max_size=30))
def test_a_signature_covers_the_address_exactly_as_it_is_sent(text: str) -> None:
    request = requests.Request("GET", f"https://shop.example/rest/all/V1/products?sku={quote(text, safe='')}").prepare()
    OAuth1("key", lambda: "secret", lambda: "token", lambda: "token secret", lambda: 1_790_000_000.0).sign(request)
    header = str(request.headers["Authorization"])
    parameters = signature.collect_parameters(
        uri_query=urlsplit(str(request.url)).query, headers={"Authorization": header}, exclude_oauth_signature=True
    )
    base = signature.signature_base_string(
        "GET", signature.base_string_uri(str(request.url)), signature.normalize_parameters(parameters)
    )
    signed = dict(part.split("=", 1) for part in header.removeprefix("OAuth ").split(", "))["oauth_signature"]
    digest = hmac.digest(b"secret&token%20secret", base.encode(), "sha256")
    expected = base64.b64encode(digest).decode()
    assert unquote(signed.strip('"')) == expected
    assert 'oauth_timestamp="1790000000"' in header
