"""Feeds that were handed in: their documents, the addresses these are put to, and a feed's life in the queue."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from channelkit.sandbox.amazon.refusal import Refusal
from channelkit.sandbox.clock import timestamp

LISTINGS_FEED = "JSON_LISTINGS_FEED"
ADDRESS_SECONDS = 300
"""How long an address is good."""

SUBMISSIONS, WINDOW = 5, 300.0
"""So many feeds of this type a seller may hand in within so many seconds (Amazon's usage plans)."""

FEEDS_KEPT = 100
"""The oldest documents go first, so that a sandbox can run for weeks."""


@dataclass(frozen=True)
class FeedPace:
    """How long a feed takes, in sandbox seconds: in the queue, and in progress however large it is."""

    queue: float = 60.0
    work: float = 240.0


@dataclass
class Input:
    """A document that a client made; ``content`` is None until it was put there."""

    document_id: str
    seller_id: str
    content_type: str
    signature: str
    until: float
    content: bytes | None = None


@dataclass
class Feed:
    """One feed; it becomes what ``ending`` says when its time has come."""

    feed_id: str
    seller_id: str
    feed_type: str
    marketplace_ids: tuple[str, ...]
    document_id: str
    created_at: float
    started_at: float
    ended_at: float
    ending: str = "DONE"
    result_id: str = ""
    cancelled: bool = False

    def status(self, now: float) -> str:
        """Return the processing status at a time."""
        if self.cancelled or (now >= self.started_at and self.ending == "CANCELLED"):
            return "CANCELLED"
        if now < self.started_at:
            return "IN_QUEUE"
        return self.ending if now >= self.ended_at else "IN_PROGRESS"

    def shown(self, now: float) -> dict[str, object]:
        """Return the feed as the API shows it."""
        status = self.status(now)
        shown: dict[str, object] = {
            "feedId": self.feed_id,
            "feedType": self.feed_type,
            "marketplaceIds": list(self.marketplace_ids),
            "createdTime": timestamp(self.created_at),
            "processingStatus": status,
        }
        if status in {"IN_PROGRESS", "DONE", "FATAL"}:
            shown["processingStartTime"] = timestamp(self.started_at)
        if status in {"DONE", "FATAL"}:
            shown["processingEndTime"] = timestamp(self.ended_at)
            if self.result_id:
                shown["resultFeedDocumentId"] = self.result_id
        return shown


@dataclass
class Feeds:
    """Every feed and every document that was handed in, of all sellers."""

    pace: FeedPace = field(default_factory=FeedPace)
    feeds: dict[str, Feed] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    _random: random.Random = field(default_factory=lambda: random.Random("feeds"))

    def new_input(self, seller_id: str, content_type: str, now: float) -> Input:
        """Return a document that waits for its content for five minutes."""
        document_id = f"amzn1.tortuga.4.na.{self._random.getrandbits(128):032x}"
        signature = f"{self._random.getrandbits(256):064x}"
        made = self.inputs[document_id] = Input(document_id, seller_id, content_type, signature, now + ADDRESS_SECONDS)
        while len(self.inputs) > FEEDS_KEPT:
            del self.inputs[next(iter(self.inputs))]
        return made

    def create(
        self,
        seller_id: str,
        feed_type: str,
        marketplace_ids: Sequence[str],
        document_id: str,
        now: float,
    ) -> Feed:
        """Put a feed in the queue, behind the seller's others of its type.

        Raises:
            Refusal: 429, the seller has handed in five in five minutes.
        """
        theirs = [feed for feed in self.feeds.values() if feed.seller_id == seller_id and feed.feed_type == feed_type]
        if sum(feed.created_at > now - WINDOW for feed in theirs) >= SUBMISSIONS:
            raise Refusal(429, "QuotaExceeded", f"You exceeded your quota of {feed_type} submissions.")
        free = max((feed.ended_at for feed in theirs if not feed.cancelled), default=0.0)
        started = max(now + self.pace.queue, free)
        feed = Feed(
            feed_id=str(60_000_000_000 + len(self.feeds) + 1),
            seller_id=seller_id,
            feed_type=feed_type,
            marketplace_ids=tuple(marketplace_ids),
            document_id=document_id,
            created_at=now,
            started_at=started,
            ended_at=started + self.pace.work,
        )
        self.feeds[feed.feed_id] = feed
        return feed

    def get(self, seller_id: str, feed_id: str) -> Feed:
        """Return a seller's feed.

        Raises:
            Refusal: 404, the seller has no such feed.
        """
        feed = self.feeds.get(feed_id)
        if feed is None or feed.seller_id != seller_id:
            raise Refusal(404, "NotFound", f"Feed {feed_id} not found.")
        return feed
