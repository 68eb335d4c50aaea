"""Amazon's own client, amzn-sp-api, talks to the sandbox: every operation that both know, without a word about it."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from spapi import ApiException, SPAPIClient, SPAPIConfig
from spapi.api.catalogitems_v2022_04_01.catalog_api import CatalogApi
from spapi.api.feeds_v2021_06_30.feeds_api import FeedsApi
from spapi.api.listings_items_v2021_08_01.listings_api import ListingsApi
from spapi.api.reports_v2021_06_30.reports_api import ReportsApi
from spapi.api.sellers_v1.sellers_api import SellersApi

from channelkit.sandbox.server import Running
from channelkit.sandbox.situations import ODD_SKUS
from tests.amazon_caller import AmazonCaller, quantity_patch
from tests.conftest import RunSandbox

US = "ATVPDKIKX0DER"


@dataclass
class Official:
    """Amazon's client, pointed at a sandbox."""

    running: Running
    seller_id: str
    sellers: Any
    reports: Any
    listings: Any
    catalog: Any
    feeds: Any

    def skip(self, seconds: float) -> None:
        self.running.world.clock.skip(seconds)


@pytest.fixture
def official(run_sandbox: RunSandbox) -> Iterator[Official]:
    running = run_sandbox(speed=0, products=100, quiet=True)
    store = running.ready["stores"][0]
    config = SPAPIConfig(store["client_id"], store["client_secret"], store["refresh_token"], region="NA")
    client = SPAPIClient(config, oauth_endpoint=running.ready["token_url"], endpoint=running.ready["amazon"]["na"])
    connection = client.api_client
    yield Official(
        running,
        store["seller_id"],
        SellersApi(connection),
        ReportsApi(connection),
        ListingsApi(connection),
        CatalogApi(connection),
        FeedsApi(connection),
    )
    connection.rest_client.pool_manager.clear()
    logging.getLogger().handlers.clear()


def test_it_reads_participations_and_the_account(official: Official) -> None:
    rows = official.sellers.get_marketplace_participations().payload
    assert rows[0].marketplace.id == US
    assert rows[0].participation.is_participating is True
    assert official.sellers.get_account().payload.selling_plan == "PROFESSIONAL"


def test_it_takes_a_report_from_asking_to_reading(official: Official) -> None:
    body = {
        "reportType": "GET_MERCHANT_LISTINGS_ALL_DATA",
        "marketplaceIds": [US],
        "reportOptions": {"preferredReportDocumentLocale": "en_US"},
    }
    report_id = official.reports.create_report(body).report_id
    assert official.reports.get_report(report_id).processing_status == "IN_QUEUE"
    official.skip(60)
    report = official.reports.get_report(report_id)
    assert report.processing_status == "DONE"
    document = official.reports.get_report_document(report.report_document_id)
    assert document.compression_algorithm == "GZIP"
    text = gzip.decompress(requests.get(document.url, timeout=10).content).decode()
    assert "\tseller-sku\t" in text.splitlines()[0]


def test_it_lists_reports_in_pages_and_cancels_one(official: Official) -> None:
    body = {"reportType": "GET_MERCHANT_LISTINGS_ALL_DATA", "marketplaceIds": [US]}
    made = [official.reports.create_report(body).report_id for _ in range(3)]
    page = official.reports.get_reports(report_types=["GET_MERCHANT_LISTINGS_ALL_DATA"], page_size=2)
    rest = official.reports.get_reports(next_token=page.next_token)
    assert [each.report_id for each in [*page.reports, *rest.reports]] == made[::-1]
    official.reports.cancel_report(made[0])
    assert official.reports.get_report(made[0]).processing_status == "CANCELLED"


def test_it_hands_a_feed_in_watches_it_and_reads_what_became_of_it(official: Official) -> None:
    content_type = "application/json; charset=UTF-8"
    sku = ODD_SKUS[0]
    message = {"messageId": 1, "sku": sku, "operationType": "PATCH", "productType": "PRODUCT"}
    feed = {
        "header": {"sellerId": official.seller_id, "version": "2.0"},
        "messages": [message | {"patches": [quantity_patch(-1)]}],
    }
    made = official.feeds.create_feed_document({"contentType": content_type})
    assert requests.put(made.url, json.dumps(feed), headers={"Content-Type": content_type}, timeout=10).ok
    body = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US], "inputFeedDocumentId": made.feed_document_id}
    first, second = (official.feeds.create_feed(body).feed_id for _ in range(2))
    official.feeds.cancel_feed(second)
    official.skip(300)
    told = official.feeds.get_feeds(feed_types=["JSON_LISTINGS_FEED"]).feeds
    assert [(each.feed_id, each.processing_status) for each in told] == [(second, "CANCELLED"), (first, "DONE")]
    document = official.feeds.get_feed_document(official.feeds.get_feed(first).result_feed_document_id)
    report = requests.get(document.url, timeout=10).json()
    assert [(issue["messageId"], issue["sku"]) for issue in report["issues"]] == [(1, sku)]


@pytest.mark.parametrize("sku", ODD_SKUS)
def test_it_reads_a_listing_with_an_odd_sku(official: Official, sku: str) -> None:
    included = [
        "summaries",
        "attributes",
        "issues",
        "offers",
        "fulfillmentAvailability",
        "relationships",
        "productTypes",
    ]
    listing = official.listings.get_listings_item(official.seller_id, sku, [US], included_data=included)
    assert listing.sku == sku
    assert listing.summaries[0].marketplace_id == US


def test_it_searches_and_pages_through_all_listings(official: Official) -> None:
    official.running.world.amazon.throttling = False
    found: list[str] = []
    token = None
    while True:
        more: dict[str, str] = {"page_token": token} if token else {}
        page = official.listings.search_listings_items(official.seller_id, [US], page_size=20, **more)
        found += [item.sku for item in page.items]
        token = page.pagination.next_token if page.pagination else None
        if not token:
            break
    shelf = official.running.world.amazon.shelf(official.seller_id, US)
    assert sorted(found) == sorted(shelf.listings)


def test_it_looks_up_listings_by_sku_and_by_time(official: Official) -> None:
    skus = ["00012345", "MUG BLUE 12oz"]
    found = official.listings.search_listings_items(
        official.seller_id, [US], identifiers=skus, identifiers_type="SKU", included_data=["summaries", "issues"]
    )
    assert {item.sku for item in found.items} == set(skus)
    recent = official.listings.search_listings_items(
        official.seller_id, [US], last_updated_after="2100-01-01T00:00:00Z", sort_by="lastUpdatedDate", sort_order="ASC"
    )
    assert recent.items == []


def test_it_patches_previews_puts_and_deletes(official: Official) -> None:
    caller = AmazonCaller(official.running)
    body = {"productType": "PRODUCT", "patches": [quantity_patch(2), caller.price_patch(12.5)]}
    preview = official.listings.patch_listings_item(
        official.seller_id, "KETTLE/1.7", [US], body, mode="VALIDATION_PREVIEW", included_data=["identifiers", "issues"]
    )
    assert (preview.status, preview.identifiers[0].marketplace_id) == ("VALID", US)
    answer = official.listings.patch_listings_item(official.seller_id, "KETTLE/1.7", [US], body)
    assert (answer.status, answer.sku) == ("ACCEPTED", "KETTLE/1.7")
    official.skip(300)
    included = ["offers", "fulfillmentAvailability", "summaries"]
    listing = official.listings.get_listings_item(official.seller_id, "KETTLE/1.7", [US], included_data=included)
    assert listing.offers[0].price.amount == "12.50"
    assert listing.fulfillment_availability[0].quantity == 2
    asin = listing.summaries[0].asin
    attributes = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": US}],
        "condition_type": [{"value": "new_new", "marketplace_id": US}],
        "purchasable_offer": caller.price_patch(25)["value"],
        "fulfillment_availability": quantity_patch(4)["value"],
    }
    offer = {"productType": "PRODUCT", "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}
    assert official.listings.put_listings_item(official.seller_id, "NEW,1", [US], offer).status == "ACCEPTED"
    official.skip(900)
    assert official.listings.get_listings_item(official.seller_id, "NEW,1", [US]).summaries[0].asin == asin
    assert official.listings.delete_listings_item(official.seller_id, "NEW,1", [US]).status == "ACCEPTED"
    official.skip(300)
    with pytest.raises(ApiException) as caught:
        official.listings.get_listings_item(official.seller_id, "NEW,1", [US])
    assert caught.value.status == 404


def test_it_sees_an_invalid_write_as_one(official: Official) -> None:
    body = {"productType": "PRODUCT", "patches": [quantity_patch(-1)]}
    answer = official.listings.patch_listings_item(official.seller_id, "00012345", [US], body)
    assert answer.status == "INVALID"
    assert answer.issues[0].severity == "ERROR"
    assert answer.issues[0].attribute_names == ["fulfillment_availability"]


def test_it_searches_the_catalog_by_code_and_word_and_reads_an_item(official: Official) -> None:
    item = next(each for each in official.running.world.amazon.items.by_asin.values() if len(each.code) == 12)
    found = official.catalog.search_catalog_items(
        [US],
        identifiers=[item.code],
        identifiers_type="UPC",
        included_data=["identifiers", "summaries", "productTypes"],
    )
    assert item.asin in [each.asin for each in found.items]
    assert found.items[0].identifiers[0].identifiers[0].identifier_type == "EAN"
    by_word = official.catalog.search_catalog_items([US], keywords=[item.model])
    assert item.asin in [each.asin for each in by_word.items]
    parts = ["attributes", "identifiers", "images", "productTypes", "relationships", "salesRanks", "summaries"]
    assert official.catalog.get_catalog_item(item.asin, [US], included_data=parts).summaries[0].item_name == item.title


def test_it_meets_the_quota_as_429(official: Official) -> None:
    with pytest.raises(ApiException) as caught:
        for _ in range(3):
            official.catalog.get_catalog_item("B000000000", [US])
    assert caught.value.status in {404, 429}
    official.running.faults.add("throttle", "getAccount")
    with pytest.raises(ApiException) as caught:
        official.sellers.get_account()
    assert caught.value.status == 429
