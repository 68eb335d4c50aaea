"""The story of a store's orders in one cycle: decide where each stands, write down what is to be done, do it.

What both sides told was read before. An order's change is written down before it leaves, looked for before it is
repeated, and closed only by a later reading; one order that cannot go on holds up no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.apply.cancellations import follow_cancellations
from channelkit.apply.orders import OrderSender
from channelkit.apply.orders_notes import OrderApplied
from channelkit.clock import Clock, milliseconds
from channelkit.commerce.client import Commerce
from channelkit.database import order_journal, stands
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.database.live_orders import find_live, mark_decided
from channelkit.errors import ChannelkitError
from channelkit.model.orders import CANCEL, TO_AMAZON, OrderChange
from channelkit.order_facts import load_book
from channelkit.orders.book import Book
from channelkit.orders.decide import OrderDecision, decide
from channelkit.orders.terms import OrderTerms
from channelkit.outcome import OrderOutcome
from channelkit.people.vault import Vault
from channelkit.pull.sales import SalesReader

SENDING = 150.0
"""Seconds of a cycle that orders may take; what is left goes with the next one."""


ROUNDS = 3
"""How often a cycle decides: anew once Commerce shows what it did, since that may be what the next step waits for."""


@dataclass(frozen=True)
class OrderCycle:
    """Decides about one store's orders, and does what follows.

    Arguments:
        store_view: code of the store view whose products are sold.
        websites: codes of the websites that sell the same units as the store's.
        sales: reads what Commerce has of orders.
        read_only_because: why nothing is sent; empty where the store may send.
        run: the run that works.
    """

    database: Database
    amazon: Amazon
    commerce: Commerce
    terms: OrderTerms
    store_view: str
    websites: tuple[str, ...]
    sales: SalesReader
    vault: Vault
    read_only_because: str
    run: str
    clock: Clock
    progress: Callable[[str], None]

    def load(self, only: Sequence[str] | None = None) -> Book:
        """Return all that is known of the orders that something may have to be done about.

        Arguments:
            only: these orders of Amazon's alone, whatever stands with them.
        """
        with self.database.read() as connection:
            chosen = find_live(connection, self.terms.store, importing=self.terms.import_orders)
            if only is not None:
                chosen = sorted(set(only))
            return load_book(connection, self.terms, self.store_view, self.websites, chosen)

    def decide(self, book: Book) -> OrderDecision:
        """Decide about orders; nothing is written and nothing is sent."""
        return decide(book, self.terms, self._now())

    def record(self, decision: OrderDecision, read_at: int) -> list[OrderChange]:
        """Keep a decision, and return what of it is to be sent or looked for.

        Arguments:
            read_at: when the facts of the decision were read, in milliseconds since 1970.
        """
        now, store = self._now(), self.terms.store
        with self.database.write() as connection:
            order_journal.close(connection, decision.closed, now)
            planned = order_journal.record(connection, store, self.run, decision.changes, now)
            stands.store_stands(connection, store, decision.stands, now)
            mark_decided(connection, store, read_at)
        return planned

    def apply(self, planned: Sequence[OrderChange], book: Book, lease: Lease, seconds: float = SENDING) -> OrderApplied:
        """Do what the journal has planned, for some seconds at the most."""
        return self._sender(lease, seconds).send(planned, book)

    def run_once(self, lease: Lease, *, send: bool, is_fresh: bool) -> OrderOutcome:
        """Decide, write down, and do.

        Arguments:
            lease: the store's; held by the caller.
            send: do what is to be done, where nothing keeps the store from it.
            is_fresh: both sides were read anew in this run.
        """
        outcome = OrderOutcome()
        try:
            read_at = self._now()
            self._follow(lease)
            self._see_to(outcome, read_at, lease, send=send and is_fresh and not self.read_only_because)
            with self.database.write() as connection:
                outcome.purged = self.vault.purge(connection, self.terms.store)
        except ChannelkitError as error:
            # Prices and quantities have gone already, and go again whatever keeps orders.
            outcome.error = error
        return outcome

    def _see_to(self, outcome: OrderOutcome, read_at: int, lease: Lease, *, send: bool) -> None:
        """Decide and do, and look at once what Commerce made of it: only what was read back is done."""
        only: list[str] | None = None
        for _ in range(ROUNDS):
            book = self.load(only)
            decision = self.decide(book)
            outcome.decision = decision if only is None else laid_over(outcome.decision, decision)
            planned = self.record(decision, read_at)
            if not send or not planned:
                return
            applied = self.apply(planned, book, lease)
            outcome.applied = outcome.applied + applied
            only = self._taken_by_commerce(planned) if applied.accepted else []
            if not only or not self.sales.read().is_complete:
                return

    def _taken_by_commerce(self, planned: Sequence[OrderChange]) -> list[str]:
        sent = [change.order_id for change in planned if change.kind not in TO_AMAZON]
        with self.database.read() as connection:
            taken = order_journal.load(connection, self.terms.store, states=("accepted",), order_ids=sent)
        return sorted({change.order_id for change in taken if change.kind not in TO_AMAZON})

    def _follow(self, lease: Lease) -> None:
        """Ask what became of cancellations that were handed in together, while some are on their way."""
        with self.database.read() as connection:
            waiting = order_journal.load(connection, self.terms.store, states=("accepted",))
            chosen = [change.order_id for change in waiting if change.kind == CANCEL and change.submission_id]
        if chosen:
            follow_cancellations(self.amazon, self._sender(lease, SENDING).notes, self.load(chosen))

    def _sender(self, lease: Lease, seconds: float) -> OrderSender:
        return OrderSender(
            database=self.database,
            amazon=self.amazon,
            commerce=self.commerce,
            terms=self.terms,
            vault=self.vault,
            run=self.run,
            lease=lease,
            clock=self.clock,
            progress=self.progress,
            seconds=seconds,
        )

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def laid_over(before: OrderDecision, after: OrderDecision) -> OrderDecision:
    """Return a decision with what was decided later about some of its orders in place of what was decided first."""
    newer = {stand.order_id for stand in after.stands}
    stands = (*(stand for stand in before.stands if stand.order_id not in newer), *after.stands)
    return OrderDecision(stands, (*before.changes, *after.changes), (*before.closed, *after.closed))
