"""Sending what was decided about orders, one by one, each written down before it leaves.

What is planned is looked for before it is sent. A change whose answer was lost stays ``sent``: the next cycles look for
it, and only when two looks at least ten minutes apart find nothing is it sent again. One order that is refused, or of
which nothing is heard, never holds up another; a system that answers nobody is left alone until the next cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from channelkit.amazon.client import Amazon
from channelkit.apply.cancellations import FeedCanceller
from channelkit.apply.order_creation import Creator
from channelkit.apply.order_looks import Done, Looker
from channelkit.apply.orders_calls import Call, Caller
from channelkit.apply.orders_notes import Notes, OrderApplied
from channelkit.clock import Clock
from channelkit.commerce.client import Commerce
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import (
    AuthError,
    ChannelkitError,
    DocumentError,
    PlanError,
    RefusedError,
    SettingsError,
    TemporaryError,
    UsageError,
)
from channelkit.model.orders import CANCEL, TO_AMAZON, OrderChange
from channelkit.orders.book import Book
from channelkit.orders.terms import OrderTerms
from channelkit.people.vault import Vault

FAILURES_IN_A_ROW = 3
"""After so many calls without an answer the other side is down; the rest waits for the next cycle."""

SENDING = 120.0
"""Seconds that a cycle sends orders' changes for."""


@dataclass(frozen=True)
class OrderSender:
    """What sending needs.

    Arguments:
        lease: is checked in the transaction that says ``sent``; a run that lost its hold sends nothing more.
        seconds: for how long changes are sent; what is left then stays planned.
    """

    database: Database
    amazon: Amazon
    commerce: Commerce
    terms: OrderTerms
    vault: Vault
    run: str
    lease: Lease
    clock: Clock
    progress: Callable[[str], None]
    seconds: float = SENDING

    @property
    def notes(self) -> Notes:
        """What writes down what becomes of changes, with nothing counted yet."""
        return Notes(self.database, self.terms.store, self.run, self.lease, self.clock)

    def send(self, changes: Sequence[OrderChange], book: Book) -> OrderApplied:
        """Send changes in their order, cancellations first and together.

        Arguments:
            changes: as the journal gives them back: planned ones are sent, sent ones looked for, held ones left.
            book: the orders that they are of, and the goods these are of.

        Raises:
            LeaseError: another run may have begun; what was not sent stays planned.
        """
        return _Sending(self, book, self.notes).send(changes)


@dataclass
class _Sending:
    """One pass over the changes, and what is learnt on it.

    Arguments:
        silent: calls in a row that a system did not answer.
    """

    sender: OrderSender
    book: Book
    notes: Notes
    silent: dict[str, int] = field(default_factory=lambda: {"amazon": 0, "commerce": 0})

    def __post_init__(self) -> None:
        sender = self.sender
        self.looker = Looker(sender.amazon, sender.commerce, sender.terms)
        creator = Creator(sender.commerce, sender.terms, sender.vault, self.looker)
        self.caller = Caller(sender.amazon, sender.commerce, sender.terms, creator)

    def send(self, changes: Sequence[OrderChange]) -> OrderApplied:
        sender, applied = self.sender, self.notes.applied
        ends = sender.clock.now() + sender.seconds
        due = [change for change in changes if change.state in ("planned", "sent")]
        by_feed = [change for change in due if change.kind == CANCEL and not sender.terms.cancel_call]
        if by_feed:
            sender.progress(f"{sender.terms.store}: handing in {len(by_feed)} cancellations")
            FeedCanceller(sender.amazon, sender.terms, self.notes).send(by_feed, self.book)
        rest = [change for change in due if change not in by_feed]
        for place, change in enumerate(rest):
            if applied.stopped or sender.clock.now() >= ends:
                applied.left += len(rest) - place
                break
            if self.silent[_system(change)] >= FAILURES_IN_A_ROW:
                applied.left += 1
                continue
            sender.progress(f"{sender.terms.store}: orders, {place + 1} of {len(rest)}")
            self._send(change)
        return applied

    def _send(self, change: OrderChange) -> None:
        """See to one change, and write down whatever keeps it from being done."""
        again, applied = change.state == "sent", self.notes.applied
        try:
            there = self.looker.look(change, lost=again)
            if there is not None:
                self._accept(change, there)
                return
            if again and not self.notes.missed(change):
                applied.unanswered += 1
                return
            call = self.caller.prepare(change, self.book)
        except (RefusedError, PlanError, UsageError, KeyError, ValueError) as error:
            told = error if isinstance(error, RefusedError | PlanError) else _misshapen(change, error)
            if again:
                # It may have arrived, so nobody can say that it was refused.
                self.notes.record(told)
                applied.unanswered += 1
            else:
                self.notes.refuse(change, told)
        except (TemporaryError, AuthError, SettingsError, DocumentError) as error:
            self._fail(change, error)
            applied.unanswered += again
            applied.left += not again
        else:
            if self.notes.leave([change], again=again):
                self._call(change, call)

    def _call(self, change: OrderChange, call: Call) -> None:
        try:
            done = call()
        except (RefusedError, PlanError) as error:
            self.silent[_system(change)] = 0
            self.notes.refuse(change, error)
        except UsageError as error:
            self.notes.refuse(change, _misshapen(change, error))
        except AuthError as error:
            self._fail(change, error)
            self.notes.give_back([change], error.what)
        except TemporaryError as error:
            self._fail(change, error)
            if error.is_unread:
                self.notes.give_back([change], error.what)
            else:
                self._look_after(change, error)
        except (DocumentError, ValueError, TypeError):
            unread = DocumentError(
                f"What was answered to {change.kind!r} of order {change.order_id} could not be read.",
                "A later look tells what became of it.",
            )
            self._fail(change, unread)
            self._look_after(change, unread)
        else:
            self._accept(change, done)

    def _look_after(self, change: OrderChange, error: ChannelkitError) -> None:
        """Look at once for a change whose answer was lost; where it is not found it stays sent."""
        try:
            there = self.looker.look(change, lost=True)
        except (TemporaryError, RefusedError, AuthError, DocumentError):
            there = None
        else:
            if there is None:
                self.notes.missed(change)
        if there is None:
            self.notes.wait([change], error.what)
        else:
            self._accept(change, there)

    def _accept(self, change: OrderChange, done: Done) -> None:
        self.silent[_system(change)] = 0
        self.notes.accept(change, done.number, done.note)

    def _fail(self, change: OrderChange, error: ChannelkitError) -> None:
        if isinstance(error, AuthError):
            self.silent[error.system or _system(change)] = FAILURES_IN_A_ROW
        elif isinstance(error, TemporaryError):
            self.silent[error.system or _system(change)] += 1
        self.notes.record(error)


def _system(change: OrderChange) -> str:
    return "amazon" if change.kind in TO_AMAZON else "commerce"


def _misshapen(change: OrderChange, error: Exception) -> PlanError:
    words = str(error) if isinstance(error, UsageError) else f"it lacks {error}"
    return PlanError(f"{change.kind!r} of order {change.order_id} cannot be sent: {words}.")
