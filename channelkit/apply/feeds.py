"""Bulk submissions: many changes handed in together.

A submission is written down, and its changes are ``sent``, before it is handed in. A process that dies before it learnt
Amazon's name for it leaves it ``asked``; `channelkit.apply.feed_answers` finds it again, and follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.amazon.client import Amazon
from channelkit.amazon.feeds import (
    MOST_BYTES,
    MOST_MESSAGES,
    Message,
    create_feed,
    offer_message,
    pack_messages,
    patch_message,
    upload_feed,
)
from channelkit.amazon.listings import look_up
from channelkit.amazon.offers import write_patches
from channelkit.apply.listing_calls import ListingCall, changed_terms, offer_of, read_calls, read_terms
from channelkit.apply.offers import AT_ONCE, Applied
from channelkit.clock import Clock, milliseconds
from channelkit.database import failures, feeds, journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import AuthError, RefusedError, RemoteError, TemporaryError
from channelkit.model.changes import PUBLISH
from channelkit.model.columns import one
from channelkit.model.marketplaces import Marketplace

PAUSE = 3_600_000
"""Milliseconds without submissions after one that Amazon gave up; meanwhile changes go one by one."""

MOST_NEW = 5_000
"""New listings that one cycle looks up; twenty to a call, five calls a second."""

OPEN_AT_ONCE = 5
"""Submissions of a store under way at a time: Amazon works on one after the other."""


@dataclass(frozen=True)
class FeedSender:
    """What sending in bulk needs; the arguments are those of `channelkit.apply.offers.Sender`.

    Arguments:
        most, most_bytes: messages in a submission, and bytes that it stays below.
    """

    database: Database
    amazon: Amazon
    marketplace: Marketplace
    store: str
    run: str
    lease: Lease
    clock: Clock
    progress: Callable[[str], None]
    most: int = MOST_MESSAGES
    most_bytes: int = MOST_BYTES

    def busy(self) -> pa.Array:
        """Return the seller SKUs that are in a submission which is under way."""
        with self.database.read() as connection:
            return feeds.load_busy(connection, self.store)

    def takes_more(self) -> bool:
        """Tell whether something may be handed in now."""
        with self.database.read() as connection:
            under_way = len(feeds.list_open(connection, self.store))
            return under_way < OPEN_AT_ONCE and not feeds.failed_since(connection, self.store, self._now() - PAUSE)

    def submit(self, changes: pa.Table) -> Applied:
        """Hand changes in together, as many submissions as they need and Amazon takes now.

        New listings are taken as looked up: nothing stands under their seller SKUs.

        Arguments:
            changes: as for `channelkit.apply.offers.Sender.send`; patches and new listings only.

        Raises:
            LeaseError: another run may have begun; what was not handed in stays planned and is dropped later.
            AuthError: a person must act; the rest is dropped.
        """
        applied, calls = Applied(), list(read_calls(changes))
        written = list(self._written(calls, applied))
        place = 0
        for packed in pack_messages(
            self.amazon.seller_id, (message for _, message in written), self.most, self.most_bytes
        ):
            rest = [call for call, _ in written[place:]]
            self.progress(f"{self.store}: handing in {packed.count:,} changes of {len(written):,} together")
            try:
                goes_on = self._hand_in(rest[: packed.count], packed.content, applied)
            except AuthError as error:
                self.drop(_ids(rest), error.what, applied)
                self._record(error)
                raise
            place += packed.count
            if not goes_on:
                self.drop(_ids(rest[packed.count :]), "Amazon takes no more submissions now", applied)
                break
        return applied

    def sift(self, changes: pa.Table, applied: Applied) -> tuple[pa.Table, pa.Table]:
        """Return what can be handed in together, and new listings that are there already and go one by one.

        A new listing in a submission would take the place of whatever is there, so each is looked up before. How many
        can be in one cycle is limited; what is left, or cannot be looked up, is dropped.

        Raises:
            AuthError: a person must act.
        """
        is_new = one(pc.equal(changes["field"], PUBLISH))
        new, others = changes.filter(is_new), changes.filter(pc.invert(is_new))
        if not new.num_rows:
            return others, new
        chosen, left = new.slice(0, MOST_NEW), new.slice(MOST_NEW)
        self.drop(left["id"].to_pylist(), "so many new listings at once cannot be looked up", applied)
        self.progress(f"{self.store}: looking up {chosen.num_rows:,} new listings")
        try:
            found = look_up(self.amazon, self.marketplace, chosen["seller_sku"].to_pylist())
        except (RefusedError, TemporaryError) as error:
            self._failed(chosen["id"].to_pylist(), error, applied)
            return others, new.slice(0, 0)
        is_clear = pc.is_in(chosen["seller_sku"], value_set=pa.array(found.asked, pa.string()))
        is_there = pc.is_in(chosen["seller_sku"], value_set=one(found.rows["seller_sku"]))
        is_free = pc.and_not(is_clear, is_there)
        return pa.concat_tables([others, chosen.filter(is_free)]), chosen.filter(pc.invert(is_free))

    def drop(self, ids: Sequence[int], why: str, applied: Applied) -> None:
        """Write down that changes were not sent, and why."""
        self._write_dropped(ids, why)
        applied.dropped += len(ids)

    def postpone(self, changes: pa.Table, applied: Applied) -> None:
        """Write down that changes were not sent, because their listings are in a submission that is under way."""
        self._write_dropped(changes["id"].to_pylist(), "the listing is in a bulk submission that is under way")
        applied.waiting += changes.num_rows

    def _write_dropped(self, ids: Sequence[int], why: str) -> None:
        note = f"Not sent: {why.rstrip('.')}. The next cycle plans anew."
        with self.database.write() as connection:
            for start in range(0, len(ids), AT_ONCE):
                journal.mark_answered(connection, ids[start : start + AT_ONCE], "dropped", self._now(), note=note)

    def _written(self, calls: Sequence[ListingCall], applied: Applied) -> Iterator[tuple[ListingCall, Message]]:
        """Yield each call with its message; what cannot be written is refused by itself."""
        for call in calls:
            try:
                message = self._write(call)
            except RefusedError as error:
                self._refuse(call, error, applied)
            else:
                yield call, message

    def _write(self, call: ListingCall) -> Message:
        if call.kind == PUBLISH:
            offer = offer_of(call, read_terms(call), self.marketplace)
            return offer_message(min(call.ids), call.seller_sku, self.marketplace, offer)
        patches = write_patches(self.marketplace, **changed_terms(call, self.marketplace))
        return patch_message(min(call.ids), call.seller_sku, call.product_type, patches)

    def _refuse(self, call: ListingCall, error: RefusedError, applied: Applied) -> None:
        with self.database.write() as connection:
            journal.mark_sent(connection, call.ids, self._now())
            journal.mark_answered(connection, call.ids, "refused", self._now(), code=error.code, note=error.what)
        applied.refused += len(call.ids)
        self._record(error)

    def _hand_in(self, calls: Sequence[ListingCall], content: bytes, applied: Applied) -> bool:
        """Hand one document in; return whether another may follow."""
        ids = _ids(calls)
        try:
            document_id = upload_feed(self.amazon, content)
        except (RefusedError, TemporaryError) as error:
            self._failed(ids, error, applied)
            return False
        stopped = self._leave(document_id, len(calls), ids)
        if stopped:
            self.drop(ids, stopped, applied)
            return False
        try:
            feed_id = create_feed(self.amazon, self.marketplace, document_id)
        except TemporaryError as error:
            if error.is_unread:
                # Turned away unread, so it is certain that nothing was handed in.
                self._never(document_id, feeds.LOST, error)
                self._failed(ids, error, applied)
            else:
                applied.unanswered += len(ids)
                applied.errors.append(error)
                self._record(error)
            return False
        except (RefusedError, AuthError) as error:
            self._never(document_id, feeds.FAILED, error)
            if isinstance(error, AuthError):
                raise
            self._failed(ids, error, applied)
            return False
        with self.database.write() as connection:
            feeds.name_feed(connection, document_id, feed_id)
        applied.submitted += len(ids)
        return True

    def _leave(self, document_id: str, messages: int, ids: Sequence[int]) -> str:
        """Write down that a submission leaves now; return why it must not, or an empty text."""
        with self.database.write() as connection:
            self.lease.check(connection)
            stopped = stores.why_stopped(connection, self.store)
            if not stopped:
                feeds.ask_feed(connection, document_id, store=self.store, messages=messages, ids=ids, at=self._now())
        return stopped

    def _never(self, document_id: str, state: str, error: RemoteError) -> None:
        with self.database.write() as connection:
            feeds.close_feed(connection, document_id, state, self._now(), f"It was not handed in: {error.what}")

    def _failed(self, ids: Sequence[int], error: RemoteError, applied: Applied) -> None:
        applied.errors.append(error)
        self.drop(ids, error.what, applied)
        self._record(error)

    def _record(self, error: RemoteError) -> None:
        with self.database.write() as connection:
            failures.record_failure(connection, error, store=self.store, run=self.run, at=self._now())

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _ids(calls: Sequence[ListingCall]) -> list[int]:
    return [number for call in calls for number in call.ids]
