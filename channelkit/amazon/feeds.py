"""Bulk submissions (feeds): many listings' changes in one document, handed in, watched, and answered in another.

Only JSON_LISTINGS_FEED is left of the feeds that change listings. That one is DONE says nothing of its messages, and a
message without a complaint is not yet one that took effect: a later reading shows that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.documents import fetch_document
from channelkit.amazon.offers import ANY_PRODUCT
from channelkit.amazon.operations import CREATE_FEED, CREATE_FEED_DOCUMENT, GET_FEED, GET_FEED_DOCUMENT, GET_FEEDS
from channelkit.amazon.price_patches import Patch
from channelkit.amazon.publishing import Offer, write_offer
from channelkit.amazon.submission import ERROR
from channelkit.clock import milliseconds
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.wire import write_body

FEED_TYPE = "JSON_LISTINGS_FEED"
CONTENT_TYPE = "application/json; charset=UTF-8"
MOST_MESSAGES = 25_000
MOST_BYTES = 10 << 20
"""A feed stays below this (developer-docs, "Feeds API best practices")."""

DONE, FATAL, CANCELLED = "DONE", "FATAL", "CANCELLED"
_CLOSED = (DONE, FATAL, CANCELLED)

Message = dict[str, Any]


@dataclass(frozen=True)
class Packed:
    """A feed's document, and how many messages are in it."""

    content: bytes
    count: int


@dataclass(frozen=True)
class FoundFeed:
    """A feed that was handed in; ``created_at`` in milliseconds since 1970."""

    feed_id: str
    created_at: int


@dataclass(frozen=True)
class FeedState:
    """How far Amazon has come with a feed: IN_QUEUE, IN_PROGRESS, DONE, CANCELLED (never begun) or FATAL (given up).

    Arguments:
        result_id: the document with its answers; empty where there is none.
    """

    status: str
    result_id: str

    @property
    def is_closed(self) -> bool:
        return self.status in _CLOSED


@dataclass(frozen=True)
class Complaint:
    """Why Amazon does not take a message."""

    code: str
    words: str


@dataclass(frozen=True)
class FeedResult:
    """What Amazon says of a feed.

    Arguments:
        refused: its complaints, by the message's number.
        words: what it says of the feed as a whole.
        processed: how many messages it says it has processed; None where it does not say.
    """

    refused: Mapping[int, Complaint] = field(default_factory=dict)
    words: str = ""
    processed: int | None = None


def patch_message(number: int, seller_sku: str, product_type: str, patches: Sequence[Patch]) -> Message:
    """Return the message that patches a listing.

    Arguments:
        number: from 1 to 2³¹ - 1, once in each feed; Amazon's answer names it.
        product_type: Amazon's, or empty where it is not known.
        patches: what `channelkit.amazon.offers.write_patches` gave.
    """
    what = {"operationType": "PATCH", "productType": product_type or ANY_PRODUCT, "patches": list(patches)}
    return {"messageId": number, "sku": seller_sku, **what}


def offer_message(number: int, seller_sku: str, marketplace: Marketplace, offer: Offer) -> Message:
    """Return the message that offers an item under a seller SKU; it takes the place of all that was there.

    >>> from decimal import Decimal
    >>> from channelkit.model.marketplaces import marketplace
    >>> offer = Offer("B000000001", "new_new", Decimal("19.90"), 3, "merchant")
    >>> message = offer_message(7, "A", marketplace("US"), offer)
    >>> message["operationType"], message["requirements"]
    ('UPDATE', 'LISTING_OFFER_ONLY')
    """
    return {"messageId": number, "sku": seller_sku, "operationType": "UPDATE", **write_offer(marketplace, offer)}


def pack_messages(
    seller_id: str,
    messages: Iterable[Message],
    most: int = MOST_MESSAGES,
    most_bytes: int = MOST_BYTES,
) -> Iterator[Packed]:
    """Yield the documents that hold these messages in their order, each within Amazon's limits.

    >>> [packed.count for packed in pack_messages("A1", [{"messageId": number} for number in (1, 2, 3)], most=2)]
    [2, 1]
    """
    header = write_body({"sellerId": seller_id, "version": "2.0", "issueLocale": "en_US"})
    begin, end = b'{"header":' + header + b',"messages":[', b"]}"
    held: list[bytes] = []
    size = around = len(begin) + len(end)
    for message in messages:
        written = write_body(message)
        if held and (len(held) >= most or size + len(written) + 1 >= most_bytes):
            yield Packed(begin + b",".join(held) + end, len(held))
            held, size = [], around
        held.append(written)
        size += len(written) + 1
    if held:
        yield Packed(begin + b",".join(held) + end, len(held))


def upload_feed(amazon: Amazon, content: bytes) -> str:
    """Put a feed's document where Amazon will read it, and return the document's id; nothing has begun by that."""
    body = amazon.transport.call(CREATE_FEED_DOCUMENT, body={"contentType": CONTENT_TYPE}).body
    document_id = str(field_of(body, "feedDocumentId", CREATE_FEED_DOCUMENT.name))
    amazon.transport.upload(str(field_of(body, "url", CREATE_FEED_DOCUMENT.name)), content, CONTENT_TYPE)
    return document_id


def create_feed(amazon: Amazon, marketplace: Marketplace, document_id: str) -> str:
    """Hand a document in, and return the feed's id.

    It is not repeatable: whoever lost the answer looks with `find_feeds`.

    Raises:
        TemporaryError: it may have been handed in nevertheless, unless the quota turned it away.
    """
    body = {"feedType": FEED_TYPE, "marketplaceIds": [marketplace.id], "inputFeedDocumentId": document_id}
    return str(field_of(amazon.transport.call(CREATE_FEED, body=body).body, "feedId", CREATE_FEED.name))


def find_feeds(amazon: Amazon, marketplace: Marketplace, created_since: int) -> list[FoundFeed]:
    """Return the feeds that were handed in for a marketplace since a moment, the earliest first.

    Arguments:
        created_since: milliseconds since 1970.
    """
    since = datetime.fromtimestamp(created_since / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = [
        *(("feedTypes", FEED_TYPE), ("marketplaceIds", marketplace.id)),
        *(("createdSince", since), ("pageSize", "100")),
    ]
    feeds = field_of(amazon.transport.call(GET_FEEDS, query=query).body, "feeds", GET_FEEDS.name)
    with documented(GET_FEEDS.name):
        found = [FoundFeed(str(feed["feedId"]), _milliseconds(feed["createdTime"])) for feed in feeds]
    return sorted(found, key=lambda feed: (feed.created_at, feed.feed_id))


def read_feed_state(amazon: Amazon, feed_id: str) -> FeedState:
    """Return how far a feed has come."""
    body = amazon.transport.call(GET_FEED, {"feed_id": feed_id}).body
    status = str(field_of(body, "processingStatus", GET_FEED.name))
    return FeedState(status, str(body.get("resultFeedDocumentId") or ""))


def fetch_result(amazon: Amazon, document_id: str) -> FeedResult:
    """Fetch what Amazon says of a feed's messages.

    Raises:
        DocumentError: it is cut short, or not in the form that Amazon documents.
        TemporaryError: it did not arrive completely.
    """
    return read_result(fetch_document(amazon, document_id, GET_FEED_DOCUMENT).content)


def read_result(content: bytes) -> FeedResult:
    """Read a processing report; warnings are not complaints.

    Raises:
        DocumentError: it is not in the form that Amazon documents.

    >>> told = b'{"issues": [{"messageId": 4, "severity": "ERROR", "code": "8541", "message": "No such item."}]}'
    >>> read_result(told).refused[4].words
    'No such item.'
    """
    try:
        report = msgspec.json.decode(content)
        errors = [issue for issue in report.get("issues") or [] if issue.get("severity") == ERROR]
        of_messages: dict[int, list[Mapping[str, Any]]] = {}
        for issue in errors:
            of_messages.setdefault(int(issue.get("messageId") or 0), []).append(issue)
        processed = (report.get("summary") or {}).get("messagesProcessed")
        whole = of_messages.pop(0, [])
        refused = {
            number: Complaint(str(told[0].get("code") or ""), _words(told)) for number, told in of_messages.items()
        }
        return FeedResult(refused, _words(whole), None if processed is None else int(processed))
    except (msgspec.DecodeError, AttributeError, TypeError, ValueError) as error:
        raise DocumentError(
            "Amazon's answer to a bulk submission is not in the form that it documents.",
            "A later reading shows what took effect.",
        ) from error


def _words(issues: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(dict.fromkeys(str(issue.get("message") or "") for issue in issues)).strip()


def _milliseconds(moment: str) -> int:
    return milliseconds(datetime.fromisoformat(moment).timestamp())
