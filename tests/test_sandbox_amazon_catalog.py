"""Amazon's catalog in the sandbox: items by identifier, by words and by ASIN."""

from __future__ import annotations

from typing import Any

import pytest

from channelkit.sandbox.amazon.items import Item, fourteen_digits
from tests.amazon_caller import AmazonCaller
from tests.conftest import RunSandbox

PATH = "/catalog/2022-04-01/items"


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> AmazonCaller:
    return AmazonCaller(run_sandbox(speed=0, products=100, quiet=True, throttling=False))


def search(caller: AmazonCaller, **query: Any) -> dict[str, Any]:
    answer = caller.call("GET", PATH, marketplaceIds=caller.store["marketplace_id"], **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def items(caller: AmazonCaller) -> list[Item]:
    return list(caller.running.world.amazon.items.by_asin.values())


@pytest.mark.parametrize("kind", ["EAN", "GTIN", "UPC", "ISBN"])
def test_an_item_is_found_by_each_of_its_codes(caller: AmazonCaller, kind: str) -> None:
    prefix = {"ISBN": "09783", "EAN": "040", "UPC": "00", "GTIN": "0"}[kind]
    item = next(each for each in items(caller) if fourteen_digits(each.code).startswith(prefix))
    code = fourteen_digits(item.code)[{"UPC": 2, "GTIN": 0}.get(kind, 1) :]
    found = search(caller, identifiers=code, identifiersType=kind, includedData="identifiers,summaries")
    assert item.asin in [each["asin"] for each in found["items"]]
    pairs = {
        (each["identifierType"], each["identifier"]) for each in found["items"][0]["identifiers"][0]["identifiers"]
    }
    assert (kind, code) in pairs


def test_one_code_may_belong_to_several_items(caller: AmazonCaller) -> None:
    code = items(caller)[0].code
    caller.running.world.amazon.items.add(Item("B0SECOND01", "The same thing once more", code=code))
    found = search(caller, identifiers=code.zfill(14), identifiersType="GTIN")
    assert found["numberOfResults"] == 2


def test_an_item_is_found_by_asin_and_by_the_sellers_sku(caller: AmazonCaller) -> None:
    listing = next(each for each in caller.shelf.listings.values() if each.item and "," not in each.sku)
    assert listing.item is not None
    by_sku = search(caller, identifiers=listing.sku, identifiersType="SKU", sellerId=caller.store["seller_id"])
    by_asin = search(caller, identifiers=[listing.item.asin, "B000000000"], identifiersType="ASIN")
    assert by_sku["items"] == by_asin["items"]
    assert by_asin["numberOfResults"] == 1


def test_items_are_found_by_words_in_pages(caller: AmazonCaller) -> None:
    brand = items(caller)[0].brand
    found = search(caller, keywords=brand.split(), pageSize=1, includedData="summaries")
    assert found["numberOfResults"] == sum(each.brand == brand for each in items(caller))
    assert found["items"][0]["summaries"][0]["brand"] == brand
    assert {"brandName": brand, "numberOfResults": found["numberOfResults"]} in found["refinements"]["brands"]
    second = search(caller, keywords=brand.split(), pageSize=1, pageToken=found["pagination"]["nextToken"])
    assert second["items"][0]["asin"] != found["items"][0]["asin"]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"identifiers": "1", "keywords": "a"},
        {"identifiers": "1"},
        {"identifiers": "1", "identifiersType": "SKU"},
        {"identifiers": ["1"] * 21, "identifiersType": "UPC"},
        {"keywords": "a", "pageSize": 21},
        {"keywords": "a", "includedData": "prices"},
        {"keywords": "a", "pageToken": "no token"},
    ],
)
def test_a_wrong_search_is_refused(caller: AmazonCaller, query: dict[str, Any]) -> None:
    answer = caller.call("GET", PATH, marketplaceIds=caller.store["marketplace_id"], **query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_one_item_is_read_with_all_its_parts(caller: AmazonCaller) -> None:
    item = items(caller)[0]
    parts = ["attributes", "classifications", "dimensions", "identifiers", "images", "productTypes", "relationships"]
    place = caller.store["marketplace_id"]
    path = f"{PATH}/{item.asin}"
    found = caller.call("GET", path, marketplaceIds=place, includedData=[*parts, "salesRanks", "summaries"]).json()
    assert found["attributes"]["item_name"][0]["value"] == item.title
    assert found["summaries"][0]["itemName"] == item.title
    assert set(parts) <= set(found)
    assert caller.call("GET", f"{PATH}/B000000000", marketplaceIds=place).status_code == 404


def test_a_family_of_variants_names_its_members(caller: AmazonCaller) -> None:
    parent = next(each for each in items(caller) if each.parent)
    wanted = {"marketplaceIds": caller.store["marketplace_id"], "includedData": ["relationships", "summaries"]}
    shown = caller.call("GET", f"{PATH}/{parent.asin}", **wanted).json()
    (family,) = shown["relationships"][0]["relationships"]
    assert shown["summaries"][0]["itemClassification"] == "VARIATION_PARENT" and len(family["childAsins"]) == 3
    child = caller.call("GET", f"{PATH}/{family['childAsins'][0]}", **wanted).json()
    assert child["relationships"][0]["relationships"][0]["parentAsins"] == [parent.asin]
    assert child["summaries"][0]["itemClassification"] == "BASE_PRODUCT"
