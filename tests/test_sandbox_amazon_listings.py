"""Listings on the sandbox's Amazon: found, patched as Amazon patches, and read back only after a while."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.sandbox.situations import ODD_SKUS
from tests.amazon_caller import AmazonCaller, quantity_patch
from tests.conftest import RunSandbox


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> AmazonCaller:
    return AmazonCaller(run_sandbox(speed=0, products=100, quiet=True, throttling=False))


def sold(caller: AmazonCaller) -> str:
    """Return the SKU of a listing that the merchant fulfils and that can be bought."""
    listings = caller.shelf.listings.values()
    return next(each.sku for each in listings if "BUYABLE" in each.status and not each.by_amazon and each.quantity > 3)


def first(listing: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = listing["attributes"][name][0]
    return found


@pytest.mark.parametrize("sku", ODD_SKUS)
def test_an_odd_sku_reaches_its_listing_by_path(caller: AmazonCaller, sku: str) -> None:
    if sku not in caller.shelf.listings:
        pytest.fail(f"The seeded catalog does not list {sku!r}.")
    assert caller.get(sku)["sku"] == sku


def test_a_listing_that_is_not_there_is_not_found(caller: AmazonCaller) -> None:
    answer = caller.call("GET", caller.items("NOBODY"), marketplaceIds=caller.store["marketplace_id"])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "NOT_FOUND")


def test_a_sku_of_one_dot_becomes_a_search_on_its_way(caller: AmazonCaller) -> None:
    answer = caller.call("GET", caller.items("."), marketplaceIds=caller.store["marketplace_id"])
    assert "numberOfResults" in answer.json()


def test_a_page_has_ten_listings_unless_asked_and_twenty_at_most(caller: AmazonCaller) -> None:
    assert len(caller.search()["items"]) == 10
    assert len(caller.search(pageSize=20)["items"]) == 20
    wrong = caller.call("GET", caller.items(), marketplaceIds=caller.store["marketplace_id"], pageSize=21)
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_every_listing_is_on_exactly_one_page(caller: AmazonCaller) -> None:
    page, found = caller.search(pageSize=20), []
    total = page["numberOfResults"]
    while True:
        found += [item["sku"] for item in page["items"]]
        token = page["pagination"].get("nextToken")
        if token is None:
            break
        page = caller.search(pageSize=20, pageToken=token)
    assert sorted(found) == sorted(caller.shelf.listings)
    assert total == len(found)


def test_no_more_than_a_thousand_results_can_be_paged(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=1500, quiet=True, throttling=False))
    page, count = caller.search(pageSize=20), 0
    assert page["numberOfResults"] == len(caller.shelf) > 1000
    while token := page["pagination"].get("nextToken"):
        count += len(page["items"])
        page = caller.search(pageSize=20, pageToken=token)
    assert count + len(page["items"]) == 1000


def test_listings_are_looked_up_by_sku_asin_and_code(caller: AmazonCaller) -> None:
    listing = next(
        each for each in caller.shelf.listings.values() if each.item and each.item.code and "," not in each.sku
    )
    assert listing.item is not None
    for kind, value in (("SKU", listing.sku), ("ASIN", listing.item.asin), ("GTIN", listing.item.code.zfill(14))):
        found = caller.search(identifiers=value, identifiersType=kind)
        assert listing.sku in [item["sku"] for item in found["items"]], kind


def test_at_most_twenty_identifiers_and_only_with_their_type(caller: AmazonCaller) -> None:
    place = caller.store["marketplace_id"]
    many = ",".join(f"S{number}" for number in range(21))
    for query in ({"identifiers": many, "identifiersType": "SKU"}, {"identifiers": "A"}, {"identifiersType": "SKU"}):
        assert caller.call("GET", caller.items(), marketplaceIds=place, **query).status_code == 400


def test_a_search_by_status_and_by_severity_finds_only_those(caller: AmazonCaller) -> None:
    assert all(item["summaries"][0]["status"] for item in caller.search(withStatus="BUYABLE")["items"])
    troubled = caller.search(withIssueSeverity="ERROR", includedData="issues", pageSize=20)
    assert troubled["numberOfResults"] > 0
    assert all(item["issues"] for item in troubled["items"])
    hidden = caller.search(withoutStatus="DISCOVERABLE", pageSize=20)
    assert all(item["summaries"][0]["status"] == [] for item in hidden["items"])


def test_listings_come_in_the_order_that_was_asked_for(caller: AmazonCaller) -> None:
    skus = [item["sku"] for item in caller.search(sortBy="sku", sortOrder="ASC", pageSize=20)["items"]]
    assert skus == sorted(skus)
    dates = [item["summaries"][0]["lastUpdatedDate"] for item in caller.search(pageSize=20)["items"]]
    assert dates == sorted(dates, reverse=True)
    born = [
        item["summaries"][0]["createdDate"] for item in caller.search(sortBy="createdDate", sortOrder="ASC")["items"]
    ]
    assert born == sorted(born)


def test_a_quantity_is_seen_sooner_than_a_price_and_neither_at_once(caller: AmazonCaller) -> None:
    sku, clock = sold(caller), caller.running.world.clock
    before = caller.get(sku)
    answer = caller.patch(sku, quantity_patch(3), caller.price_patch(17.49))
    assert (answer["status"], answer["issues"], answer["sku"]) == ("ACCEPTED", [], sku)
    assert caller.get(sku) == before
    clock.skip(60)
    assert caller.get(sku)["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "DEFAULT", "quantity": 3}]
    clock.skip(120)
    assert caller.get(sku)["offers"][0]["price"] == {"currencyCode": "USD", "amount": "17.49"}


def test_a_change_is_found_by_the_time_at_which_it_was_seen(caller: AmazonCaller) -> None:
    sku, clock = sold(caller), caller.running.world.clock
    since = "2026-01-01T00:00:00Z"
    caller.patch(sku, quantity_patch(3))
    clock.skip(300)
    seen = caller.get(sku)["summaries"][0]["lastUpdatedDate"]
    assert caller.search(lastUpdatedAfter=since, lastUpdatedBefore=seen)["items"][0]["sku"] == sku
    assert [item["sku"] for item in caller.search(lastUpdatedAfter=seen)["items"]] == [sku]
    clock.skip(300)
    caller.patch(sku, quantity_patch(4))
    clock.skip(300)
    again = caller.search(lastUpdatedAfter=seen)
    assert [item["sku"] for item in again["items"]] == [sku]
    assert caller.search(lastUpdatedAfter=again["items"][0]["summaries"][0]["lastUpdatedDate"])["numberOfResults"] == 1


def test_merge_keeps_and_replace_erases_what_is_not_named(caller: AmazonCaller) -> None:
    sku, clock = sold(caller), caller.running.world.clock
    days = {"start_at": "2026-01-01", "end_at": "2026-01-31"}
    rich = {"discounted_price": [{"schedule": [{"value_with_tax": 9.99, **days}]}]}
    caller.patch(
        sku, quantity_patch(5, "replace", lead_time_to_ship_max_days=4), caller.price_patch(20, "replace", **rich)
    )
    clock.skip(300)
    caller.patch(sku, quantity_patch(6), caller.price_patch(21))
    clock.skip(300)
    merged = caller.get(sku, "attributes")
    assert first(merged, "fulfillment_availability")["lead_time_to_ship_max_days"] == 4
    assert first(merged, "fulfillment_availability")["quantity"] == 6
    assert "discounted_price" in first(merged, "purchasable_offer")
    caller.patch(sku, quantity_patch(7, "replace"), caller.price_patch(22, "replace"))
    clock.skip(300)
    replaced = caller.get(sku, "attributes")
    assert first(replaced, "fulfillment_availability") == {"fulfillment_channel_code": "DEFAULT", "quantity": 7}
    assert "discounted_price" not in first(replaced, "purchasable_offer")


def test_delete_takes_an_attribute_away(caller: AmazonCaller) -> None:
    sku = sold(caller)
    caller.patch(sku, {"op": "delete", "path": "/attributes/purchasable_offer"})
    caller.running.world.clock.skip(300)
    listing = caller.get(sku)
    assert listing["offers"] == []
    assert listing["summaries"][0]["status"] == ["DISCOVERABLE"]


def test_a_quantity_of_zero_is_not_buyable_and_a_restock_is(caller: AmazonCaller) -> None:
    sku, clock = sold(caller), caller.running.world.clock
    caller.patch(sku, quantity_patch(0))
    clock.skip(300)
    assert caller.get(sku)["summaries"][0]["status"] == ["DISCOVERABLE"]
    caller.patch(sku, quantity_patch(2))
    clock.skip(300)
    assert caller.get(sku)["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]


def test_later_writes_to_an_attribute_never_lose_against_earlier_ones(caller: AmazonCaller) -> None:
    sku = sold(caller)
    for quantity in range(1, 20):
        caller.patch(sku, quantity_patch(quantity))
    caller.running.world.clock.skip(300)
    assert caller.get(sku)["fulfillmentAvailability"][0]["quantity"] == 19


def test_a_merchants_quantity_beside_amazons_adds_an_entry_and_switches_nothing(caller: AmazonCaller) -> None:
    sku = next(each.sku for each in caller.shelf.listings.values() if each.by_amazon)
    assert caller.get(sku)["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "AMAZON_NA"}]
    caller.patch(sku, quantity_patch(9))
    caller.running.world.clock.skip(300)
    channels = [entry["fulfillmentChannelCode"] for entry in caller.get(sku)["fulfillmentAvailability"]]
    assert channels == ["AMAZON_NA", "DEFAULT"]


def test_stock_is_one_for_a_sku_in_all_marketplaces_of_the_account_and_prices_are_not(caller: AmazonCaller) -> None:
    canada = caller.running.world.amazon.shelf(caller.store["seller_id"], "A2EUQ1WTGCTBG2")
    sku = next(each.sku for each in canada.listings.values() if not each.by_amazon and each.item)
    price = canada.listings[sku].price
    caller.patch(sku, quantity_patch(33), caller.price_patch(1234))
    caller.running.world.clock.skip(300)
    caller.get(sku)
    assert canada.listings[sku].quantity == 33
    assert canada.listings[sku].price == price


@pytest.mark.parametrize(
    ("patch", "category"),
    [
        (quantity_patch(-1), "INVALID_ATTRIBUTE"),
        (quantity_patch("7"), "INVALID_ATTRIBUTE"),
        ({**quantity_patch(1), "value": [{"quantity": 1}]}, "MISSING_ATTRIBUTE"),
    ],
)
def test_a_wrong_quantity_is_answered_200_and_invalid(
    caller: AmazonCaller, patch: dict[str, Any], category: str
) -> None:
    sku = sold(caller)
    before = caller.get(sku)
    answer = caller.patch(sku, patch)
    assert answer["status"] == "INVALID"
    assert answer["issues"][0]["categories"] == [category]
    caller.running.world.clock.skip(600)
    assert caller.get(sku) == before


@pytest.mark.parametrize("price", [0, -1, 19.999, "19.99"])
def test_a_wrong_price_is_answered_200_and_invalid(caller: AmazonCaller, price: object) -> None:
    answer = caller.patch(sold(caller), caller.price_patch(price))
    assert (answer["status"], answer["issues"][0]["categories"]) == ("INVALID", ["INVALID_PRICE"])


def test_a_price_for_another_place_or_currency_is_invalid(caller: AmazonCaller) -> None:
    sku = sold(caller)
    assert caller.patch(sku, caller.price_patch(5, currency="EUR"))["status"] == "INVALID"
    assert caller.patch(sku, caller.price_patch(5, marketplace_id="A1PA6795UKMFR9"))["status"] == "INVALID"
    assert caller.patch("NOBODY", quantity_patch(1))["status"] == "INVALID"


@pytest.mark.parametrize(
    "body",
    [
        {"productType": "PRODUCT", "patches": []},
        {"productType": "", "patches": [quantity_patch(1)]},
        {"productType": "PRODUCT", "patches": [quantity_patch(1, "change")]},
        {"productType": "PRODUCT", "patches": [{**quantity_patch(1), "path": "/attributes/a/b"}]},
        {"productType": "PRODUCT", "patches": [{"op": "merge", "path": "/attributes/x"}]},
        {"patches": [quantity_patch(1)]},
        ["PRODUCT"],
    ],
)
def test_a_patch_of_the_wrong_form_is_refused(caller: AmazonCaller, body: Any) -> None:
    answer = caller.call("PATCH", caller.items(sold(caller)), body=body, marketplaceIds=caller.store["marketplace_id"])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def test_a_preview_saves_nothing_and_has_its_own_words_and_quota(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=50, quiet=True))
    sku = sold(caller)
    valid = caller.patch(sku, quantity_patch(1), mode="VALIDATION_PREVIEW", includedData="identifiers,issues")
    assert valid["status"] == "VALID"
    assert valid["identifiers"][0]["asin"].startswith("B0")
    caller.running.world.clock.skip(2)
    assert caller.patch(sku, quantity_patch(-1), mode="VALIDATION_PREVIEW")["status"] == "INVALID"
    place = caller.store["marketplace_id"]
    body = {"productType": "PRODUCT", "patches": [quantity_patch(1)]}
    third = caller.call("PATCH", caller.items(sku), body=body, marketplaceIds=place, mode="VALIDATION_PREVIEW")
    assert third.status_code == 429
    caller.running.world.clock.skip(600)
    assert caller.get(sku)["fulfillmentAvailability"][0]["quantity"] > 1


def test_writes_can_be_refused_and_lost_on_demand(caller: AmazonCaller) -> None:
    sku, faults = sold(caller), caller.running.faults
    faults.add("rejected_write", "patchListingsItem")
    assert caller.patch(sku, quantity_patch(1))["status"] == "INVALID"
    faults.add("lost_write", "patchListingsItem")
    assert caller.patch(sku, quantity_patch(1))["status"] == "ACCEPTED"
    caller.running.world.clock.skip(600)
    assert caller.get(sku)["fulfillmentAvailability"][0]["quantity"] > 1


def test_pages_can_repeat_their_token_and_lose_their_items_on_demand(caller: AmazonCaller) -> None:
    token = caller.search()["pagination"]["nextToken"]
    caller.running.faults.add("repeated_token", "searchListingsItems")
    assert caller.search(pageToken=token)["pagination"]["nextToken"] == token
    caller.running.faults.add("lost_page", "searchListingsItems")
    lost = caller.search(pageToken=token)
    assert lost["items"] == []
    assert lost["pagination"]["nextToken"] not in {None, token}


def offer(caller: AmazonCaller, asin: str) -> dict[str, Any]:
    place = caller.store["marketplace_id"]
    attributes = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": place}],
        "condition_type": [{"value": "new_new", "marketplace_id": place}],
        "purchasable_offer": caller.price_patch(25)["value"],
        "fulfillment_availability": quantity_patch(4)["value"],
    }
    return {"productType": "PRODUCT", "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}


def test_an_offer_for_a_known_asin_becomes_a_listing_and_goes_again(caller: AmazonCaller) -> None:
    place, clock = caller.store["marketplace_id"], caller.running.world.clock
    asin = next(iter(caller.running.world.amazon.items.by_asin))
    answer = caller.call("PUT", caller.items("NEW/1"), body=offer(caller, asin), marketplaceIds=place)
    assert answer.json()["status"] == "ACCEPTED"
    assert caller.call("GET", caller.items("NEW/1"), marketplaceIds=place).status_code == 404
    clock.skip(900)
    listing = caller.get("NEW/1")
    assert listing["summaries"][0]["asin"] == asin
    assert listing["summaries"][0]["status"] == ["BUYABLE", "DISCOVERABLE"]
    assert listing["offers"][0]["price"]["amount"] == "25.00"
    assert caller.call("DELETE", caller.items("NEW/1"), marketplaceIds=place).json()["status"] == "ACCEPTED"
    clock.skip(300)
    assert caller.call("GET", caller.items("NEW/1"), marketplaceIds=place).status_code == 404


def test_an_offer_for_an_unknown_asin_or_without_a_price_is_invalid(caller: AmazonCaller) -> None:
    place = caller.store["marketplace_id"]
    unknown = caller.call("PUT", caller.items("NEW"), body=offer(caller, "B000000000"), marketplaceIds=place).json()
    assert unknown["issues"][0]["attributeNames"] == ["merchant_suggested_asin"]
    asin = next(iter(caller.running.world.amazon.items.by_asin))
    body = offer(caller, asin)
    del body["attributes"]["purchasable_offer"]
    lacking = caller.call("PUT", caller.items("NEW"), body=body, marketplaceIds=place).json()
    assert (lacking["status"], lacking["issues"][0]["categories"]) == ("INVALID", ["MISSING_ATTRIBUTE"])


def put(caller: AmazonCaller, sku: str, body: dict[str, Any], **query: Any) -> dict[str, Any]:
    place = caller.store["marketplace_id"]
    answer = caller.call("PUT", caller.items(sku), body=body, marketplaceIds=place, **query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_sku_cannot_become_another_item_while_its_listing_stands(caller: AmazonCaller) -> None:
    """AC-07: not even while Amazon does not show it yet."""
    first, second = [asin for asin, item in caller.running.world.amazon.items.by_asin.items() if not item.parent][:2]
    assert put(caller, "NEW", offer(caller, first))["status"] == "ACCEPTED"
    refused = put(caller, "NEW", offer(caller, second))
    assert (refused["status"], refused["issues"][0]["attributeNames"]) == ("INVALID", ["merchant_suggested_asin"])
    assert first in refused["issues"][0]["message"]
    caller.running.world.clock.skip(900)
    assert put(caller, "NEW", offer(caller, second))["status"] == "INVALID"
    assert caller.get("NEW")["summaries"][0]["asin"] == first


def test_the_parent_of_variations_cannot_be_offered(caller: AmazonCaller) -> None:
    parent = next(asin for asin, item in caller.running.world.amazon.items.by_asin.items() if item.parent)
    assert "parent of variations" in put(caller, "NEW", offer(caller, parent))["issues"][0]["message"]


@pytest.mark.parametrize(
    ("name", "entry", "words"),
    [
        ("condition_type", {"value": "used_to_be_fine"}, "not a valid value"),
        ("condition_type", {"value": None}, "needs a value"),
        ("condition_type", {"value": "used_good", "marketplace_id": "ELSEWHERE"}, "'marketplace_id' must be"),
        ("condition_note", {"value": "x" * 1_001}, "more than 1000 characters"),
        ("fulfillment_availability", {"fulfillment_channel_code": "AMAZON_EU"}, "Invalid enumerated value"),
        ("fulfillment_availability", {"fulfillment_channel_code": "AMAZON_NA", "quantity": 3}, "counts and ships"),
        (
            "fulfillment_availability",
            {"fulfillment_channel_code": "DEFAULT", "lead_time_to_ship_max_days": -1},
            "lead_time_to_ship_max_days",
        ),
    ],
)
def test_a_term_that_amazon_does_not_take_is_invalid(
    caller: AmazonCaller, name: str, entry: dict[str, Any], words: str
) -> None:
    here = {} if name == "fulfillment_availability" else {"marketplace_id": caller.store["marketplace_id"]}
    patch = {"op": "replace", "path": f"/attributes/{name}", "value": [{**here, **entry}]}
    answer = caller.patch(sold(caller), patch)
    assert answer["status"] == "INVALID"
    assert words in answer["issues"][0]["message"]


def test_a_condition_cannot_be_taken_away(caller: AmazonCaller) -> None:
    answer = caller.patch(sold(caller), {"op": "delete", "path": "/attributes/condition_type"})
    assert (answer["status"], answer["issues"][0]["categories"]) == ("INVALID", ["MISSING_ATTRIBUTE"])


def test_what_the_merchant_holds_is_not_in_amazons_warehouses(caller: AmazonCaller) -> None:
    """AC-08: after the switch nothing can be bought until Amazon has stock."""
    sku = sold(caller)
    entry = [{"fulfillment_channel_code": "AMAZON_NA"}]
    caller.patch(sku, {"op": "replace", "path": "/attributes/fulfillment_availability", "value": entry})
    caller.running.world.clock.skip(300)
    listing = caller.get(sku)
    assert listing["fulfillmentAvailability"] == [{"fulfillmentChannelCode": "AMAZON_NA"}]
    assert listing["summaries"][0]["status"] == ["DISCOVERABLE"]


def test_terms_and_pictures_are_shown_in_the_shapes_that_amazon_documents(caller: AmazonCaller) -> None:
    place = {"marketplace_id": caller.store["marketplace_id"]}
    sku = sold(caller)
    note = {"value": "A dent.", "language_tag": "en_US", **place}
    caller.patch(
        sku,
        {"op": "replace", "path": "/attributes/condition_type", "value": [{"value": "used_good", **place}]},
        {"op": "replace", "path": "/attributes/condition_note", "value": [note]},
    )
    caller.running.world.clock.skip(300)
    listing = caller.get(sku)
    assert first(listing, "condition_note") == note
    assert first(listing, "condition_type")["value"] == listing["summaries"][0]["conditionType"] == "used_good"
    picture = listing["summaries"][0]["mainImage"]
    asin = listing["summaries"][0]["asin"]
    assert picture["link"].endswith(f"/{asin}.png")
    item = caller.call(
        "GET", f"/catalog/2022-04-01/items/{asin}", includedData="images", **{"marketplaceIds": place["marketplace_id"]}
    )
    assert item.json()["images"][0]["images"] == [{"variant": "MAIN", **picture}]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.decimals(-99, 99, places=3).map(float)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["purchasable_offer", "fulfillment_availability", "condition_type", "condition_note", "item_name"]
)


def test_no_patch_however_wild_breaks_the_server_or_the_listing(run_sandbox: RunSandbox) -> None:
    caller = AmazonCaller(run_sandbox(speed=0, products=50, quiet=True, throttling=False))
    sku, place = sold(caller), caller.store["marketplace_id"]

    @settings(max_examples=150, deadline=None)
    @given(NAMES, st.sampled_from(["add", "replace", "merge", "delete"]), JSON, JSON, st.booleans())
    def hold(name: str, op: str, one: object, other: object, formed: bool) -> None:
        entry = {"marketplace_id": place, "our_price": one, "fulfillment_channel_code": "DEFAULT", "quantity": other}
        value = [entry] if formed else one
        body = {"productType": "PRODUCT", "patches": [{"op": op, "path": f"/attributes/{name}", "value": value}]}
        answer = caller.call("PATCH", caller.items(sku), body=body, marketplaceIds=place)
        assert answer.status_code in {200, 400}, answer.text
        caller.running.world.clock.skip(300)
        caller.sign_in()
        assert caller.get(sku)["sku"] == sku

    hold()


@pytest.mark.parametrize("query", [{"lastUpdatedAfter": "yesterday"}, {"pageToken": "WzFd"}, {"sortBy": "price"}])
def test_a_search_of_the_wrong_form_is_refused(caller: AmazonCaller, query: dict[str, str]) -> None:
    answer = caller.call("GET", caller.items(), marketplaceIds=caller.store["marketplace_id"], **query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")
    assert caller.call("GET", caller.items()).status_code == 400
