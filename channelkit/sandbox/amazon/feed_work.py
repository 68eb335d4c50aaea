"""Amazon's work on a JSON_LISTINGS_FEED: each message judged as a call of its own would be, and a report on all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from channelkit.sandbox.amazon import submissions
from channelkit.sandbox.amazon.listings import Issue, Shelf
from channelkit.sandbox.amazon.refusal import Refusal
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.amazon.submissions import Patch, PatchRequest, PutRequest

MOST_MESSAGES, LARGEST_ID = 25_000, 2**31 - 1
LARGEST = 10 << 20
"""Bytes of a feed's document."""

FAULTY = "The feed could not be processed: {}"

Strike = Callable[[str], bool]
Told = dict[str, Any]
Accept = Callable[[], None]


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message of a feed, as it stands in the document."""

    messageId: int
    sku: str
    operationType: str
    productType: str | None = None
    requirements: str | None = None
    attributes: dict[str, list[dict[str, Any]]] | None = None
    patches: list[Patch] | None = None


class Header(msgspec.Struct, frozen=True):
    """A feed's header."""

    sellerId: str
    version: str


class Document(msgspec.Struct, frozen=True):
    """A feed's document; its messages are read one by one."""

    header: Header
    messages: list[msgspec.Raw]


_read = msgspec.json.Decoder(Document).decode
_read_message = msgspec.json.Decoder(Message, float_hook=Decimal).decode

_FIELDS = {
    "UPDATE": {"productType", "requirements", "attributes"},
    "PARTIAL_UPDATE": {"productType", "attributes"},
    "PATCH": {"productType", "patches"},
    "DELETE": set[str](),
}
_REQUIRED = {
    "UPDATE": {"productType", "attributes"},
    "PARTIAL_UPDATE": {"productType", "attributes"},
    "PATCH": {"productType", "patches"},
    "DELETE": set[str](),
}


def read_document(content: bytes | None, seller_id: str) -> Document | str:
    """Return a feed's document, or why Amazon cannot work on it at all."""
    if content is None:
        return FAULTY.format("its document was never uploaded.")
    if len(content) >= LARGEST:
        return FAULTY.format("its document is larger than 10 MiB.")
    try:
        document = _read(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return FAULTY.format(f"{error}.")
    if document.header.sellerId != seller_id or document.header.version != "2.0":
        return FAULTY.format("its header names another seller or version.")
    if not 1 <= len(document.messages) <= MOST_MESSAGES:
        return FAULTY.format(f"it must have 1 to {MOST_MESSAGES} messages, not {len(document.messages)}.")
    return document


def work(state: AmazonState, shelf: Shelf, messages: Sequence[msgspec.Raw], strike: Strike) -> Iterator[list[Told]]:
    """Work on messages in their order, and yield what the report says of each.

    Arguments:
        strike: says whether a fault strikes the next message.
    """
    seen: set[int] = set()
    for raw in messages:
        try:
            message = _read_message(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield [_shape(f"A message does not have the form of one: {error}.")]
            continue
        words = _misshapen(message, seen)
        seen.add(message.messageId)
        if words:
            yield [_shape(words) | _whose(message)]
            continue
        try:
            issues, accept = _judge(state, shelf, message)
        except Refusal as refusal:
            issues, accept = [Issue("4000003", refusal.message)], None
        if strike("rejected_message"):
            issues = [*issues, Issue("99001", "Amazon refuses this value at the moment.")]
        if accept and not any(issue.severity == "ERROR" for issue in issues) and not strike("lost_write"):
            accept()
        yield [_shown(message, issue) for issue in issues]


def write_report(seller_id: str, feed_id: str, told: Sequence[Sequence[Told]], words: str = "") -> bytes:
    """Return the processing report on a feed.

    Arguments:
        told: the issues of each message that was processed.
        words: what is wrong with the feed as a whole.
    """
    issues = [issue for each in told for issue in each]
    invalid = sum(any(issue["severity"] == "ERROR" for issue in each) for each in told)
    if words:
        issues.append({"code": "4000000", "severity": "ERROR", "message": words})
    report = {
        "header": {"sellerId": seller_id, "version": "2.0", "feedId": feed_id},
        "issues": issues,
        "summary": {
            "errors": sum(issue["severity"] == "ERROR" for issue in issues),
            "warnings": sum(issue["severity"] == "WARNING" for issue in issues),
            "messagesProcessed": len(told),
            "messagesAccepted": len(told) - invalid,
            "messagesInvalid": invalid,
        },
    }
    return msgspec.json.encode(report)


def _judge(state: AmazonState, shelf: Shelf, message: Message) -> tuple[list[Issue], Accept | None]:
    """Return Amazon's complaints about a message, and what accepting it does."""
    sku, place = message.sku, shelf.marketplace
    if message.operationType == "UPDATE":
        if message.requirements != "LISTING_OFFER_ONLY":
            return [Issue("4000003", "This Amazon takes requirements LISTING_OFFER_ONLY.")], None
        offered = message.attributes or {}
        request = PutRequest(message.productType or "", offered, message.requirements)
        issues = submissions.judge_put(request, state.items, state.item_of(shelf, sku), place)
        item = submissions.suggested(request, state.items)
        if item is None:
            return issues, None
        known = item
        return issues, lambda: state.submit_listing(shelf, sku, known, offered)
    if not state.is_known(shelf, sku):
        return [submissions.unknown_sku(sku, place)], None
    if message.operationType == "DELETE":
        return [], lambda: state.submit_removal(shelf, sku)
    patches = message.patches or []
    if message.operationType == "PARTIAL_UPDATE":
        # "Equivalent to using PATCH with the replace op", says the feed's schema.
        patches = (
            [Patch("replace", f"{submissions.PREFIX}{name}", value) for name, value in message.attributes.items()]
            if message.attributes
            else []
        )
    submissions.check_patches(PatchRequest(message.productType or "", patches))
    return submissions.judge_patches(patches, place), lambda: state.submit_patches(shelf, sku, patches)


def _misshapen(message: Message, seen: set[int]) -> str:
    """Return what is wrong with a message's form by the feed's schema, or an empty text."""
    allowed = _FIELDS.get(message.operationType)
    if allowed is None:
        return f"There is no operationType {message.operationType!r}."
    if not 1 <= message.messageId <= LARGEST_ID or message.messageId in seen:
        return f"The messageId {message.messageId} is out of bounds or not unique."
    if not message.sku:
        return "The sku is empty."
    names = ("productType", "requirements", "attributes", "patches")
    given = {name for name in names if getattr(message, name) is not None}
    if given - allowed or _REQUIRED[message.operationType] - given:
        return (
            f"{message.operationType} takes {', '.join(sorted(allowed)) or 'nothing'}, not {', '.join(sorted(given))}."
        )
    return ""


def _shape(words: str) -> Told:
    return {"code": "4000001", "severity": "ERROR", "message": words}


def _whose(message: Message) -> Told:
    return {"messageId": message.messageId, "sku": message.sku} if message.messageId >= 1 and message.sku else {}


def _shown(message: Message, issue: Issue) -> Told:
    told = _whose(message) | {"code": issue.code, "severity": issue.severity, "message": issue.message}
    # In the singular here, in the plural where a listing is shown.
    return told | ({"attributeName": issue.attributes[0]} if issue.attributes else {})
