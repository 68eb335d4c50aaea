"""Who may call: OAuth 1.0a signed by oauthlib, bearer tokens, missing ACL resources, and the cloud service's tokens."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256
from oauthlib.oauth1 import Client as OAuthClient

from tests.shop_fixtures import CREDENTIALS, RunShop, Shop, criteria


def oauth(shop: Shop, **options: Any) -> OAuthClient:
    given: dict[str, Any] = {
        "client_secret": CREDENTIALS.consumer_secret,
        "resource_owner_key": CREDENTIALS.access_token,
        "resource_owner_secret": CREDENTIALS.access_token_secret,
        "signature_method": SIGNATURE_HMAC_SHA256,
        "timestamp": str(int(shop.clock.now())),
    }
    return OAuthClient(options.pop("key", CREDENTIALS.consumer_key), **(given | options))


def signed(
    shop: Shop,
    route: str,
    query: dict[str, Any] | None = None,
    *,
    method: str = "GET",
    json: Any = None,
    sent: str = "",
    **options: Any,
) -> requests.Response:
    url = f"{shop.url}/rest/all/V1/{route}"
    if query:
        url += "?" + urlencode(query, quote_via=quote)
    url, headers, _body = oauth(shop, **options).sign(url, method)
    return requests.request(method, sent or url, headers=headers, json=json, timeout=10)


@pytest.fixture
def shop(run_shop: RunShop) -> Shop:
    return run_shop(bearer=False)


def test_a_signature_by_oauthlib_opens_every_operation(shop: Shop) -> None:
    query = criteria("name like %at% | sku eq A,B", "price gteq 1", size=3, sort="entity_id ASC")
    assert signed(shop, "products", query).status_code == 200
    assert signed(shop, "store/websites").status_code == 200
    price = {"prices": [{"price": 31, "store_id": 0, "sku": "pan/24"}]}
    assert signed(shop, "products/base-prices", method="POST", json=price).json() == []


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        ({"client_secret": "wrong"}, 401, "The signature is invalid. Verify and try again."),
        ({"resource_owner_secret": "wrong"}, 401, "The signature is invalid. Verify and try again."),
        ({"key": "nobody"}, 401, "A consumer having the specified key does not exist"),
        ({"resource_owner_key": "nobody"}, 401, "Specified token does not exist"),
        ({"signature_method": SIGNATURE_HMAC_SHA1}, 401, "Signature method %1 is not supported"),
        ({"timestamp": "0"}, 400, "Incorrect timestamp value in the oauth_timestamp parameter"),
        ({"timestamp": "soon"}, 400, "Incorrect timestamp value in the oauth_timestamp parameter"),
        ({"resource_owner_key": None}, 400, "%fieldName is required. Enter and try again."),
    ],
)
def test_what_is_signed_wrongly_is_refused_in_magentos_words(
    shop: Shop, options: dict[str, Any], status: int, message: str
) -> None:
    answer = signed(shop, "store/websites", **options)
    assert (answer.status_code, answer.json()["message"]) == (status, message)


def test_a_request_from_the_future_is_refused(shop: Shop) -> None:
    assert signed(shop, "store/websites", timestamp=str(int(shop.clock.now()) + 590)).status_code == 200
    assert signed(shop, "store/websites", timestamp=str(int(shop.clock.now()) + 660)).status_code == 400


def test_a_nonce_serves_once(shop: Shop) -> None:
    assert signed(shop, "store/websites", nonce="once").status_code == 200
    again = signed(shop, "store/websites", nonce="once")
    assert again.status_code == 401
    assert "nonce is already being used" in again.json()["message"]


def test_another_query_than_the_signed_one_is_refused(shop: Shop) -> None:
    answer = signed(shop, "products", {"searchCriteria[pageSize]": 1}, sent=f"{shop.url}/rest/all/V1/products?x=1")
    assert answer.status_code == 401


def test_a_plus_for_a_space_and_bare_brackets_break_the_signature(shop: Shop) -> None:
    query = {"searchCriteria[filter_groups][0][filters][0][field]": "name"}
    query |= {"searchCriteria[filter_groups][0][filters][0][value]": "Old lamp"}
    base = f"{shop.url}/rest/all/V1/products?"
    assert signed(shop, "products", query).json()["total_count"] == 1
    assert signed(shop, "products", query, sent=base + urlencode(query)).status_code == 401
    # Python's own client, since requests encodes brackets on the way.
    bare = urlencode(query, quote_via=quote, safe="[]")
    _url, headers, _body = oauth(shop).sign(base + urlencode(query, quote_via=quote))
    connection = HTTPConnection(shop.url.removeprefix("http://"), timeout=10)
    connection.request("GET", f"/rest/all/V1/products?{bare}", headers=headers)
    assert connection.getresponse().status == 401
    connection.close()


def test_a_slash_in_a_path_breaks_a_signature_and_not_a_bearer_token(shop: Shop, run_shop: RunShop) -> None:
    assert signed(shop, "products/pan%2F24").status_code == 401
    assert run_shop(bearer=True).get("products/pan%2F24")["sku"] == "pan/24"


def test_bearer_tokens_fail_unless_the_merchant_allows_them(shop: Shop) -> None:
    answer = shop.call("GET", "store/websites")
    assert answer.status_code == 401
    assert answer.json() == {
        "message": "The consumer isn't authorized to access %resources.",
        "parameters": {"resources": "Magento_Backend::store"},
    }


def test_a_missing_acl_resource_is_401_as_a_bad_token_is(run_shop: RunShop) -> None:
    shop = run_shop(missing_resources=frozenset({"Magento_InventorySalesApi::stock"}))
    assert shop.call("GET", "products", params=criteria()).status_code == 200
    answer = shop.call("GET", "inventory/get-product-salable-quantity/KETTLE/2")
    assert answer.status_code == 401
    assert answer.json()["parameters"] == {"resources": "Magento_InventorySalesApi::stock"}


def test_nobody_calls_without_authorization(shop: Shop) -> None:
    assert requests.get(f"{shop.url}/rest/all/V1/store/websites", timeout=10).status_code == 401


def test_the_cloud_service_has_other_addresses_tokens_and_a_store_header(run_shop: RunShop) -> None:
    shop = run_shop(flavour="accs")
    form = {
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "grant_type": "client_credentials",
        "scope": "openid,AdobeID,commerce.accs",
    }
    answer = requests.post(f"{shop.url}/ims/token/v3", data=form, timeout=10).json()
    assert answer["token_type"] == "bearer"
    headers = {
        "Authorization": f"Bearer {answer['access_token']}",
        "x-api-key": CREDENTIALS.client_id,
        "x-gw-ims-org-id": CREDENTIALS.organization,
    }

    def name(store: str | None) -> str:
        given = headers | ({"Store": store} if store else {})
        found = requests.get(f"{shop.url}/tenant/V1/products/KETTLE", headers=given, timeout=10)
        assert found.status_code == 200, found.text
        return str(found.json()["name"])

    assert [name("all"), name("de_de"), name(None)] == ["Kettle", "Wasserkocher", "Kettle"]
    assert requests.get(f"{shop.url}/rest/all/V1/products/KETTLE", headers=headers, timeout=10).status_code == 404
    shop.faults.add("token_expired")
    expired = requests.get(f"{shop.url}/V1/products/KETTLE", headers=headers, timeout=10)
    assert (expired.status_code, expired.json()["message"]) == (401, "Oauth token is not valid")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "openid"}, "invalid_scope"),
    ],
)
def test_adobe_gives_no_token_for_a_wrong_form(run_shop: RunShop, change: dict[str, str], error: str) -> None:
    form = {
        "client_id": CREDENTIALS.client_id,
        "client_secret": CREDENTIALS.client_secret,
        "grant_type": "client_credentials",
        "scope": "commerce.accs",
    }
    answer = requests.post(f"{run_shop(flavour='accs').url}/ims/token/v3", data=form | change, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
