"""Feeds of the sandbox's Amazon: documents put and handed in, the queue, and an answer for each message."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests

from tests.amazon_caller import AmazonCaller, quantity_patch
from tests.conftest import RunSandbox

FEEDS = "/feeds/2021-06-30"
JSON = "application/json; charset=UTF-8"
WAIT = 300.0

Message = dict[str, Any]


@pytest.fixture
def caller(run_sandbox: RunSandbox) -> AmazonCaller:
    return AmazonCaller(run_sandbox(speed=0, products=50, quiet=True, throttling=False))


def new_document(caller: AmazonCaller) -> dict[str, str]:
    found: dict[str, str] = caller.call("POST", f"{FEEDS}/documents", body={"contentType": JSON}).json()
    return found


def put(url: str, content: bytes, content_type: str = JSON, **headers: str) -> requests.Response:
    return requests.put(url, data=content, headers={"Content-Type": content_type, **headers}, timeout=10)


def body_of(caller: AmazonCaller, document_id: str, feed_type: str = "JSON_LISTINGS_FEED") -> Message:
    places = [caller.store["marketplace_id"]]
    return {"feedType": feed_type, "marketplaceIds": places, "inputFeedDocumentId": document_id}


def hand_in(caller: AmazonCaller, content: bytes, feed_type: str = "JSON_LISTINGS_FEED") -> str:
    made = new_document(caller)
    assert put(made["url"], content).status_code == 200
    answer = caller.call("POST", f"{FEEDS}/feeds", body=body_of(caller, made["feedDocumentId"], feed_type))
    assert answer.status_code == 202, answer.text
    return str(answer.json()["feedId"])


def document(caller: AmazonCaller, *messages: Message, **header: str) -> bytes:
    head = {"sellerId": caller.store["seller_id"], "version": "2.0", **header}
    return json.dumps({"header": head, "messages": list(messages)}).encode()


def patch(number: int, sku: str, quantity: object) -> Message:
    patches = [quantity_patch(quantity)]
    return {"messageId": number, "sku": sku, "operationType": "PATCH", "productType": "PRODUCT", "patches": patches}


def look(caller: AmazonCaller, feed_id: str) -> dict[str, str]:
    found: dict[str, str] = caller.call("GET", f"{FEEDS}/feeds/{feed_id}").json()
    return found


def result(caller: AmazonCaller, feed_id: str) -> dict[str, Any]:
    """Let the feed come to its end and return what Amazon says of it."""
    caller.running.world.clock.skip(WAIT)
    found = caller.call("GET", f"{FEEDS}/documents/{look(caller, feed_id)['resultFeedDocumentId']}").json()
    content = requests.get(found["url"], timeout=10).content
    report: dict[str, Any] = json.loads(gzip.decompress(content) if "compressionAlgorithm" in found else content)
    return report


def pass_time(caller: AmazonCaller) -> None:
    """Let whatever was accepted take effect."""
    caller.running.world.clock.skip(1_000)
    caller.sign_in()
    caller.search()


def offered(caller: AmazonCaller, count: int = 1) -> list[str]:
    listings = caller.shelf.listings.values()
    return [each.sku for each in listings if not each.by_amazon and each.quantity > 3][:count]


def test_a_feed_stands_in_the_queue_then_is_worked_on_then_done_and_then_takes_effect(caller: AmazonCaller) -> None:
    (sku,), clock = offered(caller), caller.running.world.clock
    feed_id, seen = hand_in(caller, document(caller, patch(1, sku, 2))), []
    for seconds in (0, 60, 240):
        clock.skip(seconds)
        seen.append(look(caller, feed_id)["processingStatus"])
    assert seen == ["IN_QUEUE", "IN_PROGRESS", "DONE"]
    clock.skip(60)
    look(caller, feed_id)
    assert caller.shelf.listings[sku].quantity == 2


def test_each_message_is_judged_as_a_call_of_its_own_would_be(caller: AmazonCaller) -> None:
    fine, wrong = offered(caller, 2)
    feed_id = hand_in(caller, document(caller, patch(7, fine, 2), patch(8, wrong, -1), patch(9, "NOT/THERE", 1)))
    report = result(caller, feed_id)
    assert [(issue["messageId"], issue["sku"], issue["code"]) for issue in report["issues"]] == [
        (8, wrong, "99300"),
        (9, "NOT/THERE", "13013"),
    ]
    assert report["issues"][0]["attributeName"] == "fulfillment_availability"
    counts = {name: report["summary"][name] for name in ("messagesProcessed", "messagesAccepted", "messagesInvalid")}
    assert counts == {"messagesProcessed": 3, "messagesAccepted": 1, "messagesInvalid": 2}


def test_a_listing_is_made_updated_in_part_and_ended_by_feeds(caller: AmazonCaller) -> None:
    items = caller.running.world.amazon.items.by_asin.values()
    asin = next(each.asin for each in items if not each.parent and not caller.shelf.with_asin(each.asin))
    place = caller.store["marketplace_id"]
    money = {"currency": "USD", "our_price": [{"schedule": [{"value_with_tax": 19.9}]}]}
    stock = {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 3}]}
    attributes = {
        "merchant_suggested_asin": [{"value": asin, "marketplace_id": place}],
        "condition_type": [{"value": "new_new", "marketplace_id": place}],
        "purchasable_offer": [{"marketplace_id": place, **money}],
        **stock,
    }
    what = {"sku": "MADE", "productType": "PRODUCT"}
    update = {**what, "operationType": "UPDATE", "requirements": "LISTING_OFFER_ONLY", "attributes": attributes}
    few = {"fulfillment_availability": [{"fulfillment_channel_code": "DEFAULT", "quantity": 1}]}
    partial = {**what, "operationType": "PARTIAL_UPDATE", "attributes": few}
    for message, expected in ((update, 3), (partial, 1)):
        assert not result(caller, hand_in(caller, document(caller, {"messageId": 1, **message})))["issues"]
        pass_time(caller)
        assert caller.shelf.listings["MADE"].quantity == expected
    end = {"messageId": 1, "sku": "MADE", "operationType": "DELETE"}
    assert not result(caller, hand_in(caller, document(caller, end)))["issues"]
    pass_time(caller)
    assert "MADE" not in caller.shelf.listings


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"operationType": "MOVE"}, "MOVE"),
        ({"messageId": 0}, "messageId"),
        ({"sku": ""}, "sku"),
        ({"requirements": "LISTING"}, "PATCH takes"),
        ({"more": 1}, "form"),
        ({"patches": [{"op": "merge", "path": "/price", "value": [{}]}]}, "top-level"),
    ],
    ids=["operation", "number", "sku", "field", "unknown", "path"],
)
def test_a_message_that_has_not_the_form_of_one_is_refused_alone(
    caller: AmazonCaller, changed: Message, words: str
) -> None:
    wrong, fine = offered(caller, 2)
    report = result(caller, hand_in(caller, document(caller, patch(1, wrong, 1) | changed, patch(2, fine, 1))))
    assert len(report["issues"]) == 1 and words in report["issues"][0]["message"]
    assert report["summary"]["messagesAccepted"] == 1


def test_a_number_that_comes_twice_is_refused_the_second_time(caller: AmazonCaller) -> None:
    first, second = offered(caller, 2)
    report = result(caller, hand_in(caller, document(caller, patch(1, first, 1), patch(1, second, 1))))
    assert [issue["sku"] for issue in report["issues"]] == [second]


def test_a_document_that_is_none_ends_the_feed_fatally_with_a_reason_for_the_whole(caller: AmazonCaller) -> None:
    fine = patch(1, offered(caller)[0], 1)
    for content in (
        b"{",
        document(caller),
        document(caller, fine, version="1.0"),
        document(caller, fine, sellerId="X"),
    ):
        feed_id = hand_in(caller, content)
        report = result(caller, feed_id)
        assert look(caller, feed_id)["processingStatus"] == "FATAL"
        assert "messageId" not in report["issues"][0] and report["summary"]["messagesProcessed"] == 0


def test_feeds_of_former_types_end_fatally(caller: AmazonCaller) -> None:
    feed_id = hand_in(caller, document(caller, patch(1, offered(caller)[0], 1)), "POST_INVENTORY_AVAILABILITY_DATA")
    assert "no longer" in result(caller, feed_id)["issues"][0]["message"]


def test_a_document_is_taken_only_with_the_content_type_that_was_declared_and_without_credentials(
    caller: AmazonCaller,
) -> None:
    url = new_document(caller)["url"]
    assert put(url, b"{}", "application/json").status_code == 403
    refused = put(url, b"{}", **{"x-amz-access-token": caller.token})
    assert (refused.status_code, b"<Code>InvalidArgument</Code>" in refused.content) == (400, True)
    assert put(url.replace("Signature=", "Signature=0"), b"{}").status_code == 403
    caller.running.world.clock.skip(301)
    assert put(url, b"{}").status_code == 403


def test_five_feeds_in_five_minutes_are_taken_and_a_sixth_is_not(caller: AmazonCaller) -> None:
    content = document(caller, patch(1, offered(caller)[0], 1))
    for _ in range(5):
        hand_in(caller, content)
    made = new_document(caller)
    answer = caller.call("POST", f"{FEEDS}/feeds", body=body_of(caller, made["feedDocumentId"]))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (429, "QuotaExceeded")
    caller.running.world.clock.skip(301)
    hand_in(caller, content)


def test_feeds_are_listed_and_what_stands_in_the_queue_can_be_cancelled(caller: AmazonCaller) -> None:
    content = document(caller, patch(1, offered(caller)[0], 1))
    first, second = hand_in(caller, content), hand_in(caller, content)
    assert caller.call("DELETE", f"{FEEDS}/feeds/{second}").status_code == 200
    caller.running.world.clock.skip(WAIT)
    page = caller.call("GET", f"{FEEDS}/feeds", feedTypes="JSON_LISTINGS_FEED", pageSize=1).json()
    following = caller.call("GET", f"{FEEDS}/feeds", nextToken=page["nextToken"]).json()
    assert [(each["feedId"], each["processingStatus"]) for each in page["feeds"] + following["feeds"]] == [
        (second, "CANCELLED"),
        (first, "DONE"),
    ]
    assert caller.call("DELETE", f"{FEEDS}/feeds/{first}").status_code == 400
    assert caller.call("GET", f"{FEEDS}/feeds").status_code == 400


def test_nobody_sees_another_sellers_feeds(caller: AmazonCaller) -> None:
    feed_id = hand_in(caller, document(caller, patch(1, offered(caller)[0], 1)))
    caller.running.world.clock.skip(WAIT)
    other = AmazonCaller(caller.running, "de")
    assert other.call("GET", f"{FEEDS}/feeds/{feed_id}").status_code == 404
    result_id = look(caller, feed_id)["resultFeedDocumentId"]
    assert other.call("GET", f"{FEEDS}/documents/{result_id}").status_code == 404


def test_what_amazon_says_of_a_feed_has_the_official_form(caller: AmazonCaller, openapi: Path) -> None:
    fine, wrong = offered(caller, 2)
    told = [
        result(caller, hand_in(caller, document(caller, patch(1, fine, 1), patch(2, wrong, -1)))),
        result(caller, hand_in(caller, b"{")),
    ]
    path = openapi / "amazon" / "feeds" / "listings-feed-processing-report-schema-v2.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    for report in told:
        jsonschema.validate(report, schema)
