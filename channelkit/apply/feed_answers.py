"""What becomes of bulk submissions: followed over the cycles, found again after a crash, and answered for.

What Amazon does not complain about is ``accepted``; a later reading, never that, confirms it. A submission whose answer
was lost is looked for among the feeds that Amazon has, and never handed in a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from channelkit.amazon.client import Amazon
from channelkit.amazon.feeds import CANCELLED, DONE, FeedResult, FeedState, fetch_result, find_feeds, read_feed_state
from channelkit.apply.listing_calls import read_calls
from channelkit.clock import Clock, milliseconds
from channelkit.database import failures, feeds, journal
from channelkit.database.connection import Database
from channelkit.database.feeds import Feed
from channelkit.errors import DocumentError, RefusedError, TemporaryError
from channelkit.model.marketplaces import Marketplace

MINUTE = 60_000
SKEW = MINUTE
"""Milliseconds by which the two clocks may differ."""

ARRIVES = 10 * MINUTE
"""Milliseconds after which a submission that Amazon does not list never arrived."""

PATIENCE = 24 * 60 * MINUTE
"""Milliseconds for which a submission is followed."""

UNREAD = 60 * MINUTE
"""Milliseconds after which a closed submission's answers that cannot be read are given up."""


@dataclass
class Followed:
    """What following the submissions brought.

    Arguments:
        under_way: submissions that Amazon still works on.
        closed: submissions that were closed, however they ended.
        accepted, refused, given_up: changes, by what became of them.
        errors: what could not be read, and submissions that ended badly.
    """

    under_way: int = 0
    closed: int = 0
    accepted: int = 0
    refused: int = 0
    given_up: int = 0
    errors: list[DocumentError] = field(default_factory=list)


@dataclass(frozen=True)
class FeedFollower:
    """What following needs; the arguments are those of `channelkit.apply.offers.Sender`."""

    database: Database
    amazon: Amazon
    marketplace: Marketplace
    store: str
    run: str
    clock: Clock
    progress: Callable[[str], None]

    def follow(self) -> Followed:
        """Look what has become of the submissions that are under way, and write it down.

        Raises:
            AuthError: a person must act.
        """
        followed = Followed()
        with self.database.read() as connection:
            under_way = feeds.list_open(connection, self.store)
        for feed in under_way:
            self.progress(f"{self.store}: looking after a bulk submission of {feed.messages:,}")
            try:
                self._follow(feed, followed)
            except (TemporaryError, RefusedError, DocumentError) as error:
                self._keep_waiting(feed, followed)
                # Not the error itself: whatever else was read can still be acted on.
                what = f"A bulk submission of store {self.store!r} could not be looked after: {error.what}"
                followed.errors.append(
                    DocumentError(what, "Its listings wait, but for stock-outs; the next cycle looks again.")
                )
                with self.database.write() as connection:
                    failures.record_failure(connection, error, store=self.store, run=self.run, at=self._now())
        return followed

    def _follow(self, feed: Feed, followed: Followed) -> None:
        now = self._now()
        if feed.state == feeds.ASKED:
            found = self._find(feed)
            if found is None:
                if now < feed.submitted_at + ARRIVES:
                    self._keep_waiting(feed, followed)
                else:
                    self._give_up(feed, feeds.LOST, "Amazon never listed it.", followed)
                return
            feed = found
        state = self._state(feed)
        if state is None or (not state.is_closed and now >= feed.submitted_at + PATIENCE):
            self._give_up(feed, feeds.LOST, "Amazon says nothing of it any more.", followed)
        elif not state.is_closed:
            self._keep_waiting(feed, followed)
        elif state.status == CANCELLED:
            self._give_up(feed, feeds.FAILED, "Amazon cancelled it before it began.", followed, state="dropped")
        else:
            self._close(feed, state, self._result(feed, state), followed)

    def _find(self, feed: Feed) -> Feed | None:
        """Return a submission whose answer was lost under the name that Amazon has given it, or None."""
        found = find_feeds(self.amazon, self.marketplace, feed.submitted_at - SKEW)
        with self.database.write() as connection:
            known = feeds.list_known(connection, [each.feed_id for each in found])
            named = next((each.feed_id for each in found if each.feed_id not in known), None)
            if named is None:
                return None
            feeds.name_feed(connection, feed.feed_id, named)
        return replace(feed, feed_id=named, state=feeds.SUBMITTED)

    def _state(self, feed: Feed) -> FeedState | None:
        try:
            return read_feed_state(self.amazon, feed.feed_id)
        except RefusedError as error:
            if error.status == 404:
                return None
            raise

    def _result(self, feed: Feed, state: FeedState) -> FeedResult:
        if not state.result_id:
            return FeedResult()
        try:
            return fetch_result(self.amazon, state.result_id)
        except (DocumentError, RefusedError, TemporaryError):
            if self._now() < feed.submitted_at + UNREAD:
                raise
            # Its listings must not wait for ever; a reading tells what took effect.
            return FeedResult(words="Its answers could not be read.")

    def _close(self, feed: Feed, state: FeedState, result: FeedResult, followed: Followed) -> None:
        """Write down Amazon's answers, message by message."""
        now, is_done = self._now(), state.status == DONE
        with self.database.write() as connection:
            refused = 0
            for call in read_calls(feeds.load_carried(connection, feed)):
                complaint = result.refused.get(min(call.ids))
                if complaint is not None:
                    why = {"code": complaint.code, "note": complaint.words, "submission_id": feed.feed_id}
                    refused += journal.mark_answered(connection, call.ids, "refused", now, **why)
            # Given up, it may have done some, none or all: only a reading tells, and gets the time for it.
            if is_done:
                followed.accepted += feeds.accept_carried(connection, feed, now)
            else:
                feeds.keep_waiting(connection, feed, now)
            feeds.expire_overtaken(connection, feed, now)
            note = _note(feed, state, result)
            feeds.close_feed(connection, feed.feed_id, feeds.DONE if is_done else feeds.FAILED, now, note)
        followed.refused += refused
        followed.closed += 1
        if not is_done:
            self._tell(feed, note, followed)

    def _give_up(self, feed: Feed, outcome: str, note: str, followed: Followed, state: str = "expired") -> None:
        now = self._now()
        with self.database.write() as connection:
            words = f"{note} The next plan compares anew."
            followed.given_up += feeds.end_carried(connection, feed, state, now, words)
            feeds.expire_overtaken(connection, feed, now)
            feeds.close_feed(connection, feed.feed_id, outcome, now, note)
        followed.closed += 1
        self._tell(feed, note, followed)

    def _tell(self, feed: Feed, note: str, followed: Followed) -> None:
        followed.errors.append(
            DocumentError(
                f"The bulk submission {feed.feed_id} of store {self.store!r} ended badly: {note}",
                "The next cycles read back what took effect and send the rest again.",
            )
        )

    def _keep_waiting(self, feed: Feed, followed: Followed) -> None:
        with self.database.write() as connection:
            feeds.keep_waiting(connection, feed, self._now())
        followed.under_way += 1

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _note(feed: Feed, state: FeedState, result: FeedResult) -> str:
    words = [] if state.status == DONE else ["Amazon gave it up."]
    if result.processed is not None and result.processed != feed.messages:
        words.append(f"Amazon processed {result.processed:,} of {feed.messages:,} messages.")
    return " ".join([*words, result.words]).strip()
