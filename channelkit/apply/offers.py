"""Sending an approved plan of changes to Amazon, one listing after the other.

Each effect is written down beside it: a change is ``sent`` before its call leaves, and ``accepted`` or ``refused``
when the answer is there. A process that dies between the two leaves ``sent``, which says what is true: nobody knows.
A later reading, never an "accepted", confirms it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa

from channelkit.amazon.client import Amazon
from channelkit.amazon.submission import Submission
from channelkit.apply.listing_calls import Caller, ListingCall, read_calls
from channelkit.clock import Clock, milliseconds
from channelkit.database import failures, journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import AuthError, RefusedError, RemoteError, TemporaryError
from channelkit.model.marketplaces import Marketplace

FAILURES_IN_A_ROW = 3
"""After so many calls without an answer the other side is down; the rest waits for the next cycle."""

SENDING = 240.0
"""Seconds that a cycle sends for. A longer one would keep the next cycle's stock-outs waiting behind its prices."""

AT_ONCE = 5_000
"""Changes that one statement drops."""


STATES = ("accepted", "refused", "unanswered", "dropped", "submitted", "waiting")
"""What may have become of a change."""


@dataclass
class Applied:
    """What became of a plan's changes, counted by state.

    Arguments:
        submitted: handed in together; Amazon answers for them later.
        waiting: not sent now, because their listings are in what was handed in before.
    """

    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    dropped: int = 0
    submitted: int = 0
    waiting: int = 0
    errors: list[RemoteError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.refused or self.unanswered or self.dropped)

    def row(self) -> dict[str, int]:
        """Return the counts by state."""
        return {name: getattr(self, name) for name in STATES}

    def include(self, other: Applied) -> None:
        """Take in what became of others."""
        for name, count in other.row().items():
            setattr(self, name, getattr(self, name) + count)
        self.errors += other.errors

    def __str__(self) -> str:
        counts = [f"{count:,} {name}" for name, count in self.row().items() if count]
        return f"Changes sent: {', '.join(counts) or 'none'}. A later reading confirms what Amazon accepted."


@dataclass(frozen=True)
class Sender:
    """What sending needs.

    Arguments:
        lease: is checked in the transaction that says ``sent``; a run that lost its hold sends nothing more.
        seconds: for how long changes are sent; what is left then is planned anew by the next cycle.
    """

    database: Database
    amazon: Amazon
    marketplace: Marketplace
    store: str
    run: str
    lease: Lease
    clock: Clock
    progress: Callable[[str], None]
    seconds: float = SENDING

    def send(self, changes: pa.Table) -> Applied:
        """Send a plan's changes in their order, what is to change of one listing in one call.

        Before a listing is made, its seller SKU is looked up: one that is there already is not made a second time, and
        one that is another item's is refused.

        Arguments:
            changes: ``id, seller_sku, field, after, after_text, product_type`` of the journal's planned rows; ``after``
                in minor units, units or days.

        Raises:
            LeaseError: another run may have begun; what was not sent stays planned and is dropped by the next cycle.
            AuthError: a person must act; the rest of the plan is dropped.
        """
        applied, silent = Applied(), 0
        calls = list(read_calls(changes))
        ends = self.clock.now() + self.seconds

        def drop_from(place: int, why: str) -> None:
            self._drop([number for call in calls[place:] for number in call.ids], why, applied)

        for place, call in enumerate(calls):
            if silent >= FAILURES_IN_A_ROW:
                drop_from(place, "Amazon did not answer several calls in a row")
                break
            if self.clock.now() >= ends:
                drop_from(place, "this cycle's time for sending was used up")
                break
            self.progress(f"{self.store}: sending {place + 1} of {len(calls)}")
            is_sent = False
            try:
                there = self._caller.look(call)
                stopped = self._leave(call)
                if stopped:
                    drop_from(place, stopped)
                    break
                is_sent = True
                submission = self._caller.send(call, there)
            except RefusedError as error:
                if not is_sent:
                    self._leave(call)
                self._answered(call, "refused", error=error)
                applied.refused += len(call.ids)
                silent = 0
            except TemporaryError as error:
                silent += 1
                applied.errors.append(error)
                if not is_sent or error.is_unread:
                    # It never left, or was turned away unread, so it is certain that nothing happened.
                    self._drop(call.ids, error.what, applied)
                else:
                    applied.unanswered += len(call.ids)
                self._record(error)
            except AuthError as error:
                drop_from(place, error.what)
                self._record(error)
                raise
            else:
                self._answered(call, "accepted", submission=submission)
                applied.accepted += len(call.ids)
                silent = 0
        return applied

    @property
    def _caller(self) -> Caller:
        return Caller(self.amazon, self.marketplace)

    def _leave(self, call: ListingCall) -> str:
        """Write down that a call leaves now; return why it must not, or an empty text."""
        with self.database.write() as connection:
            self.lease.check(connection)
            stopped = stores.why_stopped(connection, self.store)
            if not stopped:
                journal.mark_sent(connection, call.ids, self._now())
        return stopped

    def _answered(
        self, call: ListingCall, state: str, submission: Submission | None = None, error: RefusedError | None = None
    ) -> None:
        with self.database.write() as connection:
            journal.mark_answered(
                connection,
                call.ids,
                state,
                self._now(),
                submission_id=submission.submission_id if submission else "",
                request_id=submission.request_id if submission else error.request_id if error else "",
                code=error.code if error else "",
                note=error.what if error else submission.note if submission else "",
            )
        if error is not None:
            self._record(error)

    def _drop(self, ids: list[int], why: str, applied: Applied) -> None:
        note = f"Not sent: {why.rstrip('.')}. The next cycle plans anew."
        with self.database.write() as connection:
            for start in range(0, len(ids), AT_ONCE):
                journal.mark_answered(connection, ids[start : start + AT_ONCE], "dropped", self._now(), note=note)
        applied.dropped += len(ids)

    def _record(self, error: RemoteError) -> None:
        with self.database.write() as connection:
            failures.record_failure(connection, error, store=self.store, run=self.run, at=self._now())

    def _now(self) -> int:
        return milliseconds(self.clock.now())
