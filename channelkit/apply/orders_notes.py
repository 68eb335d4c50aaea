"""What is written down while orders' changes are sent: each step in one small transaction, on disk before the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from channelkit.clock import Clock, milliseconds
from channelkit.database import failures, order_journal, stores
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import ChannelkitError, PlanError, RefusedError, RemoteError
from channelkit.model.orders import OrderChange

APART = 600_000
"""Milliseconds between the first and the last look that find nothing, before a change is sent again."""


@dataclass
class OrderApplied:
    """What became of orders' changes, counted.

    Arguments:
        unanswered: they left, and nobody knows yet.
        left: they did not leave; the next cycle sends them.
        stopped: why nothing more may be sent; empty where sending went on to the end.
        errors: an `channelkit.errors.AuthError` among them says that a person must act.
    """

    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    left: int = 0
    stopped: str = ""
    errors: list[ChannelkitError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.refused or self.unanswered or self.left)

    def __add__(self, later: OrderApplied) -> OrderApplied:
        """Return what became of this and of what was sent after it."""
        counts = (self.accepted + later.accepted, self.refused + later.refused, self.unanswered + later.unanswered)
        return OrderApplied(*counts, later.left, later.stopped or self.stopped, [*self.errors, *later.errors])


@dataclass
class Notes:
    """Writes down what becomes of changes, and counts it."""

    database: Database
    store: str
    run: str
    lease: Lease
    clock: Clock
    applied: OrderApplied = field(default_factory=OrderApplied)

    def now(self) -> int:
        """Return the time in milliseconds since 1970."""
        return milliseconds(self.clock.now())

    def leave(self, changes: Sequence[OrderChange], *, again: bool = False) -> bool:
        """Write down that changes leave now; False where they must not: the store may not send, or another run did.

        Raises:
            LeaseError: another run may have begun.
        """
        try:
            with self.database.write() as connection:
                self.lease.check(connection)
                stopped = stores.why_stopped(connection, self.store)
                if not stopped:
                    order_journal.mark_sent(connection, [each.id for each in changes], self.now(), again=again)
        except PlanError as error:
            self.record(error)
            self.applied.left += len(changes)
            return False
        if stopped:
            self.applied.stopped = stopped
            self.applied.left += len(changes)
        return not stopped

    def accept(self, change: OrderChange, number: str, note: str) -> None:
        """Write down that the other side took a change, or has it already."""
        with self.database.write() as connection:
            order_journal.mark_accepted(connection, [change.id], self.now(), submission_id=number, note=note)
        self.applied.accepted += 1

    def refuse(self, change: OrderChange, error: RefusedError | PlanError) -> None:
        """Write down that a change was refused, by the other side or before it left."""
        code, request_id = (error.code, error.request_id) if isinstance(error, RemoteError) else ("blocked", "")
        with self.database.write() as connection:
            order_journal.mark_refused(
                connection, [change.id], self.now(), code=code, note=error.what, request_id=request_id
            )
        self.record(error)
        self.applied.refused += 1

    def give_back(self, changes: Sequence[OrderChange], why: str) -> None:
        """Write down that changes were turned away unread: they certainly did not arrive, and are planned as before."""
        with self.database.write() as connection:
            order_journal.mark_unsent(connection, [each.id for each in changes], note=why)
        self.applied.left += len(changes)

    def wait(self, changes: Sequence[OrderChange], why: str, submission_id: str = "") -> None:
        """Write down that nobody knows yet what became of changes."""
        with self.database.write() as connection:
            ids = [each.id for each in changes]
            order_journal.mark_unanswered(connection, ids, note=why, submission_id=submission_id)
        self.applied.unanswered += len(changes)

    def missed(self, change: OrderChange) -> bool:
        """Write down that a look did not find a change, and tell whether it was looked for long enough."""
        with self.database.write() as connection:
            first = order_journal.note_look(connection, change, self.now())
        return self.now() - first >= APART

    def record(self, error: ChannelkitError) -> None:
        """Keep an error for people."""
        self.applied.errors.append(error)
        with self.database.write() as connection:
            failures.record_failure(connection, error, store=self.store, run=self.run, at=self.now())
