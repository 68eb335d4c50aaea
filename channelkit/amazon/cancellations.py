"""Cancelling what was not shipped: many items with one feed of acknowledgements, or a whole order with one call.

That a feed is done says little of its items: its report names those that could not be cancelled, and a later reading
of the orders shows what took effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.documents import fetch_document
from channelkit.amazon.feeds import DONE, FoundFeed, read_feed_state
from channelkit.amazon.operations import (
    CANCEL_ORDER,
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
)
from channelkit.clock import milliseconds
from channelkit.errors import DocumentError, UsageError
from channelkit.model.marketplaces import Marketplace

FEED_TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
CONTENT_TYPE = "text/xml; charset=UTF-8"

REASONS: Mapping[str, str] = {
    "NoInventory": "NO_INVENTORY",
    "BuyerCanceled": "BUYER_CANCELLED",
    "ShippingAddressUndeliverable": "SHIPPING_ADDRESS_UNDELIVERABLE",
    "CustomerExchange": "CUSTOMER_EXCHANGE",
    "PricingError": "PRICING_ERROR",
}
"""Why an order is cancelled, as the feed has it, and as the call has it."""

MORE_REASONS = (
    *("GeneralAdjustment", "CarrierCreditDecision", "RiskAssessmentInformationNotValid"),
    *("CarrierCoverageFailure", "CustomerReturn", "MerchandiseNotReceived"),
)
"""Reasons that the feed alone knows."""

Line = tuple[str, str, str]
"""Order id, order item id, reason."""


@dataclass(frozen=True)
class Outcome:
    """What Amazon says of one item that was to be cancelled.

    Arguments:
        order_id, item_id: empty where Amazon says it of the feed as a whole.
    """

    order_id: str
    item_id: str
    ok: bool
    code: str = ""
    words: str = ""


def submit_cancellation(amazon: Amazon, marketplace: Marketplace, lines: Sequence[Line]) -> str:
    """Hand in a feed that cancels items, all units of each, and return the feed's id.

    It is not repeatable: whoever lost the answer looks with `find_cancellations`.

    Arguments:
        lines: order id, order item id and reason (of `REASONS` or `MORE_REASONS`).

    Raises:
        TemporaryError: it may have been handed in nevertheless.
    """
    body = amazon.transport.call(CREATE_FEED_DOCUMENT, body={"contentType": CONTENT_TYPE}).body
    document_id = str(field_of(body, "feedDocumentId", CREATE_FEED_DOCUMENT.name))
    address = str(field_of(body, "url", CREATE_FEED_DOCUMENT.name))
    amazon.transport.upload(address, write_cancellation(amazon.seller_id, lines), CONTENT_TYPE)
    feed = {"feedType": FEED_TYPE, "marketplaceIds": [marketplace.id], "inputFeedDocumentId": document_id}
    return str(field_of(amazon.transport.call(CREATE_FEED, body=feed).body, "feedId", CREATE_FEED.name))


def find_cancellations(amazon: Amazon, marketplace: Marketplace, created_since: int) -> list[FoundFeed]:
    """Return the feeds of cancellations that were handed in for a marketplace since a moment, the earliest first.

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
        found = [
            FoundFeed(str(feed["feedId"]), milliseconds(datetime.fromisoformat(feed["createdTime"]).timestamp()))
            for feed in feeds
        ]
    return sorted(found, key=lambda feed: (feed.created_at, feed.feed_id))


def read_cancellation(amazon: Amazon, feed_id: str, lines: Sequence[Line] = ()) -> list[Outcome] | None:
    """Return what Amazon says of a feed of cancellations, or None while it works on it.

    Arguments:
        lines: what was handed in, in any order; without them only complaints are told.

    Returns:
        an outcome for each of the lines, and for whatever else Amazon complains of.

    Raises:
        DocumentError: the report cannot be read; a later reading of the orders shows what took effect.
    """
    state = read_feed_state(amazon, feed_id)
    if not state.is_closed:
        return None
    content = fetch_document(amazon, state.result_id, GET_FEED_DOCUMENT).content if state.result_id else b""
    complaints = read_report(content, lines) if content else []
    if state.status != DONE:
        told = next((each.words for each in complaints if each.words), "")
        words = told or "Amazon gave the cancellation up as a whole."
        return [Outcome(order_id, item_id, False, state.status, words) for order_id, item_id, _ in lines] or [
            Outcome("", "", False, state.status, words)
        ]
    refused = {(each.order_id, each.item_id) for each in complaints}
    if ("", "") in refused:
        whole = next(each for each in complaints if not each.order_id)
        return [Outcome(order_id, item_id, False, whole.code, whole.words) for order_id, item_id, _ in lines] or [whole]
    fine = [
        Outcome(order_id, item_id, True)
        for order_id, item_id, _ in lines
        if not {(order_id, item_id), (order_id, "")} & refused
    ]
    return [*complaints, *fine]


def cancel_order(amazon: Amazon, order_id: str, reason: str) -> str:
    """Cancel a whole order of which nothing was shipped, and return what Amazon's support asks for.

    Arguments:
        reason: one of `REASONS`.

    Raises:
        UsageError: the call does not know this reason.
        RefusedError: it cannot be cancelled.
        TemporaryError: it may have been cancelled nevertheless.
    """
    if reason not in REASONS:
        raise UsageError(
            f"Amazon's call for cancelling an order does not know the reason {reason!r}.",
            f"Use one of: {', '.join(REASONS)}.",
        )
    body = {"cancelReasonCode": REASONS[reason]}
    return amazon.transport.call(CANCEL_ORDER, {"order_id": order_id}, body=body).request_id


def write_cancellation(seller_id: str, lines: Iterable[Line]) -> bytes:
    """Return the feed's document: a message for each order, numbered from 1 in the order of their ids.

    >>> b"<CancelReason>NoInventory</CancelReason>" in write_cancellation("A1", [("902-1", "601", "NoInventory")])
    True
    """
    envelope = ElementTree.Element("AmazonEnvelope")
    header = ElementTree.SubElement(envelope, "Header")
    _put(header, DocumentVersion="1.01", MerchantIdentifier=seller_id)
    _put(envelope, MessageType="OrderAcknowledgement")
    for number, (order_id, items) in enumerate(_by_order(lines).items(), start=1):
        message = ElementTree.SubElement(envelope, "Message")
        _put(message, MessageID=str(number))
        order = ElementTree.SubElement(message, "OrderAcknowledgement")
        _put(order, AmazonOrderID=order_id, StatusCode="Failure")
        for item_id, reason in items:
            _put(ElementTree.SubElement(order, "Item"), AmazonOrderItemCode=item_id, CancelReason=reason)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(envelope)


def read_report(content: bytes, lines: Iterable[Line] = ()) -> list[Outcome]:
    """Return the complaints of a processing report; warnings are none.

    Arguments:
        lines: what was handed in; a complaint that names a message alone is then one of that message's order.

    Raises:
        DocumentError: it is not in the form that Amazon documents.
    """
    numbered = dict(enumerate(_by_order(lines).items(), start=1))
    outcomes = []
    for result in _results(content):
        if result.findtext("ResultCode", "").strip() != "Error":
            continue
        number = result.findtext("MessageID", "0").strip()
        code = result.findtext("ResultMessageCode", "").strip()
        words = " ".join(result.findtext("ResultDescription", "").split())
        order_id = result.findtext("AdditionalInfo/AmazonOrderID", "").strip()
        item_id = result.findtext("AdditionalInfo/AmazonOrderItemCode", "").strip()
        named = numbered.get(int(number)) if number.isdecimal() else None
        if not order_id and named is not None:
            order_id = named[0]
        items = [item for item, _ in named[1]] if named is not None and named[0] == order_id else []
        chosen = [item_id] if item_id else items or [""]
        outcomes += [Outcome(order_id, item, False, code, words) for item in chosen]
    return list({(each.order_id, each.item_id): each for each in outcomes}.values())


def _results(content: bytes) -> list[ElementTree.Element]:
    try:
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise ElementTree.ParseError("it declares entities")
        envelope = ElementTree.fromstring(content)  # noqa: S314 - without entities nothing in it can grow
    except ElementTree.ParseError as error:
        raise DocumentError(
            "Amazon's report on cancellations is not in the form that it documents.",
            "A later reading of the orders shows what was cancelled.",
        ) from error
    if envelope.find(".//ProcessingReport") is None:
        raise DocumentError(
            "Amazon's report on cancellations has no ProcessingReport in it.",
            "A later reading of the orders shows what was cancelled.",
        )
    return list(envelope.iter("Result"))


def _by_order(lines: Iterable[Line]) -> dict[str, list[tuple[str, str]]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for order_id, item_id, reason in sorted(set(lines)):
        grouped.setdefault(order_id, []).append((item_id, reason))
    return grouped


def _put(parent: ElementTree.Element, **texts: str) -> None:
    for name, text in texts.items():
        ElementTree.SubElement(parent, name).text = text
