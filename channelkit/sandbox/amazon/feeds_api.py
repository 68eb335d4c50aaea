"""Feeds v2021-06-30: make a document, put it, hand it in, watch the feed, fetch what Amazon says of it."""

from __future__ import annotations

import gzip
from typing import Any

from channelkit.sandbox.amazon import acknowledgements
from channelkit.sandbox.amazon.acknowledgements import FLAT_FEED, XML_FEED
from channelkit.sandbox.amazon.call import Call, Reply
from channelkit.sandbox.amazon.downloads import Download, denied_file
from channelkit.sandbox.amazon.feed_work import read_document, work, write_report
from channelkit.sandbox.amazon.feeds import LISTINGS_FEED, Feed
from channelkit.sandbox.amazon.refusal import Refusal, denied, invalid
from channelkit.sandbox.amazon.request import Request
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.amazon.work_lists import list_works
from channelkit.sandbox.faults import Faults

FEED_TYPES = frozenset({LISTINGS_FEED, XML_FEED, FLAT_FEED})
PACKED_FROM = 2_000
"""Bytes from which on Amazon packs its reports on feeds."""


class FeedsApi:
    """Answers the calls on feeds."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def create_document(self, call: Call, address: str) -> Reply:
        """Answer createFeedDocument; ``address`` is where this server's documents are."""
        body: dict[str, Any] = call.decoded(dict)
        content_type = body.get("contentType")
        if set(body) != {"contentType"} or not isinstance(content_type, str) or not content_type:
            raise invalid("'contentType' is required, and nothing else is allowed.")
        made = self._state.feeds.new_input(call.account.seller_id, content_type, call.now)
        url = f"{address}/{made.document_id}?X-Amz-Expires=300&X-Amz-Signature={made.signature}"
        return Reply(201, {"feedDocumentId": made.document_id, "url": url})

    def put(self, request: Request) -> Download:
        """Answer the putting of a document to its address, as the store of files behind Amazon does."""
        made = self._state.feeds.inputs.get(request.segments[-1])
        if "authorization" in request.headers or "x-amz-access-token" in request.headers:
            return denied_file(400, "InvalidArgument", "Only one auth mechanism allowed")
        signature = (request.query.get("X-Amz-Signature") or [""])[-1]
        # The content type is part of what was signed.
        if made is None or made.signature != signature or request.headers.get("content-type") != made.content_type:
            return denied_file(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
        if request.now >= made.until:
            return denied_file(403, "AccessDenied", "Request has expired")
        made.content = request.body
        return Download(200, {}, b"")

    def create(self, call: Call) -> Reply:
        """Answer createFeed."""
        body: dict[str, Any] = call.decoded(dict)
        if set(body) - {"feedType", "marketplaceIds", "inputFeedDocumentId", "feedOptions"}:
            raise invalid("The request body has a field that createFeed does not know.")
        feed_type, document_id, places = (
            body.get(name) for name in ("feedType", "inputFeedDocumentId", "marketplaceIds")
        )
        made = self._state.feeds.inputs.get(document_id) if isinstance(document_id, str) else None
        if made is None or made.seller_id != call.account.seller_id:
            raise invalid(f"Invalid inputFeedDocumentId {document_id!r}.")
        if not isinstance(places, list) or not 1 <= len(places) <= 25 or not isinstance(feed_type, str):
            raise invalid("feedType and 1 to 25 marketplaceIds are required.")
        if set(places) - set(call.account.shelves):
            raise denied("The seller does not participate in one of these marketplaces.")
        feed = self._state.feeds.create(call.account.seller_id, feed_type, places, made.document_id, call.now)
        if self._faults.strike(call.operation, "feed_cancelled"):
            feed.ending = "CANCELLED"
        elif feed_type not in FEED_TYPES or self._faults.strike(call.operation, "feed_fatal"):
            feed.ending = "FATAL"
        self._state.later(feed.ended_at, lambda at: self._work(feed, at))
        return Reply(202, {"feedId": feed.feed_id})

    def _work(self, feed: Feed, at: float) -> None:
        if feed.status(at) == "CANCELLED":
            return
        if feed.feed_type in {XML_FEED, FLAT_FEED}:
            self._acknowledge(feed, at)
            return
        given_up = feed.ending == "FATAL"
        made = self._state.feeds.inputs.get(feed.document_id)
        document = read_document(made.content if made else None, feed.seller_id)
        if isinstance(document, str) or feed.feed_type != LISTINGS_FEED:
            feed.ending = "FATAL"
            words = document if isinstance(document, str) else f"Feed type {feed.feed_type} is no longer supported."
            self._report(feed, write_report(feed.seller_id, feed.feed_id, [], words), at)
            return
        # Given up in the middle: some of it was done all the same, and nothing says what.
        messages = document.messages[: (len(document.messages) + 1) // 2] if given_up else document.messages
        shelf = self._state.shelf(feed.seller_id, feed.marketplace_ids[0])
        told = list(work(self._state, shelf, messages, self._strikes))
        if given_up:
            words = "The feed was aborted because of an internal error."
            self._report(feed, write_report(feed.seller_id, feed.feed_id, [], words), at)
        else:
            self._report(feed, write_report(feed.seller_id, feed.feed_id, told), at)

    def _acknowledge(self, feed: Feed, at: float) -> None:
        made = self._state.feeds.inputs.get(feed.document_id)
        asked = acknowledgements.read_acknowledgements(feed.feed_type, made.content if made else None)
        words, given_up = "", feed.ending == "FATAL"
        if isinstance(asked, str):
            feed.ending, words, asked = "FATAL", asked, []
        elif given_up:
            words, asked = "The feed was aborted because of an internal error.", asked[: (len(asked) + 1) // 2]
        complaints = acknowledgements.work_on(self._state.sales, feed.seller_id, asked, at, self._strikes)
        # Of a feed that was given up nothing is told but that.
        told, complaints = ([], []) if words else (asked, complaints)
        ids = feed.seller_id, feed.feed_id
        content = acknowledgements.write_report(feed.feed_type, ids, told, complaints, words)
        kind = "text/xml; charset=UTF-8" if feed.feed_type == XML_FEED else "text/plain; charset=UTF-8"
        self._report(feed, content, at, kind)

    def _strikes(self, kind: str) -> bool:
        return bool(self._faults.strike("createFeed", kind))

    def _report(self, feed: Feed, content: bytes, at: float, kind: str = "application/json; charset=UTF-8") -> None:
        packed = gzip.compress(content, mtime=0)
        kept = self._state.reports.keep(packed, kind, at)
        kept.compressed = len(content) >= PACKED_FROM
        feed.result_id = kept.document_id

    def get(self, call: Call) -> Reply:
        """Answer getFeed."""
        return Reply(200, self._state.feeds.get(call.account.seller_id, call.path["feedId"]).shown(call.now))

    def cancel(self, call: Call) -> Reply:
        """Answer cancelFeed: only what still stands in the queue can be cancelled."""
        feed = self._state.feeds.get(call.account.seller_id, call.path["feedId"])
        if feed.status(call.now) != "IN_QUEUE":
            raise invalid("Only a feed in the queue can be cancelled.")
        feed.cancelled = True
        return Reply(200, None)

    def list(self, call: Call) -> Reply:
        """Answer getFeeds, the newest first."""
        works = reversed(self._state.feeds.feeds.values())
        return list_works(call, "feed", works, lambda feed: feed.feed_type)

    def document(self, call: Call, address: str) -> Reply:
        """Answer getFeedDocument; ``address`` is where this server's documents are."""
        document_id, reports = call.path["feedDocumentId"], self._state.reports
        if not any(
            feed.result_id == document_id and feed.seller_id == call.account.seller_id
            for feed in self._state.feeds.feeds.values()
        ):
            raise Refusal(404, "NotFound", f"Feed document {document_id} not found.")
        signature = reports.open_address(document_id, call.now)
        body: dict[str, Any] = {
            "feedDocumentId": document_id,
            "url": f"{address}/{document_id}?X-Amz-Expires=300&X-Amz-Signature={signature}",
        }
        if reports.documents[document_id].compressed:
            body["compressionAlgorithm"] = "GZIP"
        return Reply(200, body)
