"""Bulk submissions on the wire: messages, documents within Amazon's limits, and what Amazon says of them."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from channelkit.amazon.feeds import (
    CONTENT_TYPE,
    FoundFeed,
    create_feed,
    fetch_result,
    find_feeds,
    offer_message,
    pack_messages,
    patch_message,
    read_feed_state,
    read_result,
    upload_feed,
)
from channelkit.amazon.offers import write_patches
from channelkit.amazon.publishing import Offer
from channelkit.errors import DocumentError, TemporaryError
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import Played, staged

US, JP = marketplace("US"), marketplace("JP")


def messages(count: int) -> list[dict[str, Any]]:
    patches = write_patches(US, price=Decimal("19.90"), quantity=3, notes="")
    return [patch_message(number, f"SKU „{number}“", "", patches) for number in range(1, count + 1)]


def issue(**told: Any) -> dict[str, Any]:
    return {"severity": "ERROR", "code": "99300", "message": "Not so.", **told}


def test_a_document_has_the_official_form(openapi: Path) -> None:
    schema = json.loads((openapi / "amazon" / "feeds" / "listings-feed-schema-v2.json").read_text(encoding="utf-8"))
    offer = Offer("B000000001", "new_new", Decimal(1980), 3, "merchant", handling=2, product_type="TOYS")
    (packed,) = pack_messages("A1", [*messages(3), offer_message(9, "N", JP, offer)])
    jsonschema.validate(json.loads(packed.content), schema)


def test_prices_are_written_with_their_exact_decimals_and_yen_with_none() -> None:
    yen = patch_message(2, "J", "TOYS", write_patches(JP, price=Decimal(1980)))
    (packed,) = pack_messages("A1", [*messages(1), yen])
    assert b'"value_with_tax":19.90}' in packed.content and b'"value_with_tax":1980}' in packed.content


def test_documents_keep_within_the_number_of_messages_and_of_bytes_and_lose_none() -> None:
    told = messages(50)
    for most, most_bytes in ((7, 10 << 20), (1_000, 4_096), (7, 2_048)):
        packed = list(pack_messages("A1", told, most, most_bytes))
        read = [message for each in packed for message in json.loads(each.content)["messages"]]
        assert [message["messageId"] for message in read] == list(range(1, 51))
        assert sum(each.count for each in packed) == 50
        assert all(each.count <= most and len(each.content) < most_bytes for each in packed)
    assert list(pack_messages("A1", [])) == []


def test_a_document_is_put_with_the_very_content_type_that_was_declared_and_without_credentials() -> None:
    amazon, stage = staged(
        Played(201, {"feedDocumentId": "D1", "url": "https://amazon.test/files/1?sign=2"}), Played(200)
    )
    assert upload_feed(amazon, b"{}") == "D1"
    assert stage.asked(0).body == {"contentType": CONTENT_TYPE}
    put = stage.requests[1]
    assert (put.method, put.body, put.headers["Content-Type"]) == ("PUT", b"{}", CONTENT_TYPE)
    assert not {"Authorization", "x-amz-access-token"} & set(put.headers)


def test_an_upload_is_tried_again_and_given_up_when_it_does_not_arrive() -> None:
    made = Played(201, {"feedDocumentId": "D1", "url": "https://amazon.test/files/1"})
    amazon, stage = staged(made, Played(503), Played(200))
    assert upload_feed(amazon, b"{}") == "D1" and len(stage.requests) == 3
    amazon, _ = staged(made, Played(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>"))
    with pytest.raises(TemporaryError, match="could not be handed in"):
        upload_feed(amazon, b"{}")


def test_handing_in_is_never_repeated_when_its_answer_is_lost() -> None:
    amazon, stage = staged(Played(500, {"errors": [{"code": "InternalFailure", "message": "Oh."}]}), Played(202))
    with pytest.raises(TemporaryError):
        create_feed(amazon, US, "D1")
    assert len(stage.requests) == 1
    body = {"feedType": "JSON_LISTINGS_FEED", "marketplaceIds": [US.id], "inputFeedDocumentId": "D1"}
    assert stage.asked(0).body == body


def test_feeds_that_were_handed_in_are_found_the_earliest_first() -> None:
    told = [
        {
            "feedId": "2",
            "feedType": "JSON_LISTINGS_FEED",
            "createdTime": "2026-09-21T14:13:21Z",
            "processingStatus": "DONE",
        },
        {
            "feedId": "1",
            "feedType": "JSON_LISTINGS_FEED",
            "createdTime": "2026-09-21T14:13:20Z",
            "processingStatus": "DONE",
        },
    ]
    amazon, stage = staged(Played(200, {"feeds": told}))
    assert find_feeds(amazon, US, 1_790_000_000_000) == [
        FoundFeed("1", 1_790_000_000_000),
        FoundFeed("2", 1_790_000_001_000),
    ]
    assert stage.asked(0).query["createdSince"] == "2026-09-21T14:13:20Z"


def test_a_state_is_read_and_one_that_nobody_knows_yet_is_not_taken_for_an_end() -> None:
    told = {"processingStatus": "DONE", "resultFeedDocumentId": "R1"}
    amazon, _ = staged(Played(200, told), Played(200, {"processingStatus": "PAUSED"}))
    done, odd = read_feed_state(amazon, "1"), read_feed_state(amazon, "1")
    assert (done.is_closed, done.result_id, odd.is_closed) == (True, "R1", False)


def test_complaints_are_matched_by_the_messages_number_and_warnings_are_none() -> None:
    issues = [
        issue(messageId=4, code="1", message="First."),
        issue(messageId=4, code="2", message="Second."),
        issue(messageId=5, severity="WARNING"),
        issue(message="All of it."),
    ]
    read = read_result(json.dumps({"issues": issues, "summary": {"messagesProcessed": 2}}).encode())
    assert {number: (each.code, each.words) for number, each in read.refused.items()} == {4: ("1", "First. Second.")}
    assert (read.words, read.processed) == ("All of it.", 2)


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"issues": [3]}', b'{"issues": [{"severity": "ERROR", "messageId": "x"}]}']
)
def test_an_answer_in_another_form_is_said_to_be_one(content: bytes) -> None:
    with pytest.raises(DocumentError, match="not in the form"):
        read_result(content)


def test_an_answer_is_read_packed_or_not() -> None:
    told = json.dumps({"issues": [issue(messageId=4)]}).encode()

    for content, more in ((told, {}), (gzip.compress(told), {"compressionAlgorithm": "GZIP"})):
        where = {"feedDocumentId": "R1", "url": "https://amazon.test/files/1", **more}
        amazon, stage = staged(Played(200, where), Played(200, content))
        assert list(fetch_result(amazon, "R1").refused) == [4]
        assert stage.asked(0).segments == ["feeds", "2021-06-30", "documents", "R1"]
