"""Cancelling orders on Amazon by a feed: all of them handed in together, found again, and answered for later.

A feed whose number was lost is looked for among those that Amazon has; only when two looks at least ten minutes apart
find none is it handed in again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channelkit.amazon.cancellations import Line, find_cancellations, read_cancellation, submit_cancellation
from channelkit.amazon.client import Amazon
from channelkit.apply.orders_notes import Notes
from channelkit.database import order_journal
from channelkit.errors import AuthError, DocumentError, RefusedError, RemoteError, TemporaryError
from channelkit.model.orders import CANCEL, Order, OrderChange
from channelkit.orders.book import Book, read_body
from channelkit.orders.terms import OrderTerms

SKEW = 60_000
"""Milliseconds by which the two clocks may differ."""

HANDED_IN = "Handed in; Amazon works on it."


@dataclass(frozen=True)
class FeedCanceller:
    """Hands cancellations in."""

    amazon: Amazon
    terms: OrderTerms
    notes: Notes

    def send(self, changes: Sequence[OrderChange], book: Book) -> None:
        """Hand in what is planned, and look for what was handed in and not answered.

        Arguments:
            changes: cancellations, planned or sent.
            book: the orders that they are of.
        """
        new = [change for change in changes if change.state == "planned"]
        lost = self._find([change for change in changes if change.state == "sent" and not change.submission_id])
        known = sum(change.state == "sent" and bool(change.submission_id) for change in changes)
        self.notes.applied.unanswered += known
        for leaving, again in ((new, False), (lost, True)):
            ready = [change for change in leaving if change.order_id in book.orders]
            self.notes.applied.left += len(leaving) - len(ready)
            if self.notes.applied.stopped:
                self.notes.applied.left += len(ready)
            elif ready and self.notes.leave(ready, again=again):
                self._hand_in(ready, book)

    def _hand_in(self, changes: Sequence[OrderChange], book: Book) -> None:
        lines = [line for change in changes for line in lines_of(change, book.orders[change.order_id])]
        try:
            feed_id = submit_cancellation(self.amazon, self.terms.site, lines)
        except RefusedError as error:
            for change in changes:
                self.notes.refuse(change, error)
        except AuthError as error:
            self.notes.record(error)
            self.notes.give_back(changes, error.what)
        except TemporaryError as error:
            self.notes.record(error)
            if error.is_unread:
                self.notes.give_back(changes, error.what)
            else:
                self.notes.wait(changes, error.what)
        else:
            self.notes.wait(changes, HANDED_IN, feed_id)

    def _find(self, lost: Sequence[OrderChange]) -> list[OrderChange]:
        """Take up the feeds whose numbers were lost; return what was looked for long enough and is not there."""
        again: list[OrderChange] = []
        taken = self._taken() if lost else set()
        for sent_at in sorted({change.sent_at or 0 for change in lost}):
            together = [change for change in lost if (change.sent_at or 0) == sent_at]
            try:
                feeds = find_cancellations(self.amazon, self.terms.site, sent_at - SKEW)
            except (RemoteError, DocumentError) as error:
                self.notes.record(error)
                self.notes.applied.unanswered += len(together)
                continue
            free = [feed.feed_id for feed in feeds if feed.feed_id not in taken]
            if free:
                taken.add(free[0])
                self.notes.wait(together, HANDED_IN, free[0])
                continue
            over = [change for change in together if self.notes.missed(change)]
            self.notes.applied.unanswered += len(together) - len(over)
            again += over
        return again

    def _taken(self) -> set[str]:
        with self.notes.database.read() as connection:
            known = order_journal.load(connection, self.notes.store)
        return {change.submission_id for change in known if change.kind == CANCEL and change.submission_id}


def lines_of(change: OrderChange, order: Order) -> list[Line]:
    """Return the feed's lines that cancel an order: each of its items of which units are still to be sent."""
    reason = str(read_body(change)["reason"])
    return [(order.order_id, line.item_id, reason) for line in order.lines if line.open > 0]


def follow_cancellations(amazon: Amazon, notes: Notes, book: Book) -> None:
    """Ask what became of the feeds that were handed in, and write it down; a later reading confirms it.

    An order of which Amazon refuses one item is refused.

    Arguments:
        book: the orders that the cancellations are of.

    Raises:
        AuthError: a person must act.
    """
    with notes.database.read() as connection:
        sent = order_journal.load(connection, notes.store, states=["sent"])
    feeds: dict[str, list[OrderChange]] = {}
    for change in sent:
        if change.kind == CANCEL and change.submission_id:
            feeds.setdefault(change.submission_id, []).append(change)
    for feed_id, changes in feeds.items():
        known = [change for change in changes if change.order_id in book.orders]
        lines = [line for change in known for line in lines_of(change, book.orders[change.order_id])]
        try:
            outcomes = read_cancellation(amazon, feed_id, lines)
        except (RefusedError, TemporaryError, DocumentError) as error:
            notes.record(error)
            continue
        if outcomes is None:
            continue
        refused = {each.order_id: each for each in outcomes if not each.ok}
        for change in changes:
            complaint = refused.get(change.order_id) or refused.get("")
            if complaint is None:
                notes.accept(change, feed_id, "")
                continue
            words = complaint.words or "Amazon did not cancel it and gave no reason."
            notes.refuse(
                change,
                RefusedError(words, system="amazon", operation="cancellation", code=complaint.code),
            )
