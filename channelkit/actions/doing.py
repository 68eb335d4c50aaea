"""Carrying an action out: its decisions are kept first, then what they lead to is sent, then the listings are sorted.

A process that dies after the decisions were kept loses nothing: the next cycle plans from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.actions.effect import Effect, held_prices, weigh
from channelkit.actions.intent import Intent, decided
from channelkit.apply import Applied
from channelkit.asins import Asins
from channelkit.cycle import Cycle
from channelkit.database import answers, catalog_items, journal, tabs
from channelkit.database.decisions import keep_decisions
from channelkit.errors import PlanError, UsageError
from channelkit.model.changes import PRICE
from channelkit.parts import Parts
from channelkit.runner import hold_store, is_small

APPROVED = "approved by a person"


@dataclass(frozen=True)
class Done:
    """What became of an action.

    Arguments:
        kept: how many decisions were written down.
        applied: what became of its changes; None where nothing was to be sent, or the store sends nothing.
        waits: why nothing was sent now, or an empty text.
    """

    kept: int
    applied: Applied | None = None
    waits: str = ""

    @property
    def is_complete(self) -> bool:
        return self.applied is None or self.applied.is_complete

    def row(self) -> dict[str, object]:
        """Return it as plain values for another program."""
        return {"kept": self.kept, "sent": self.applied.row() if self.applied else None, "waits": self.waits}

    def __str__(self) -> str:
        sent = str(self.applied) if self.applied is not None else ""
        return f"Decisions kept: {self.kept:,}. {sent or self.waits or 'Nothing was to be sent.'}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(str(self))}</p>"


def carry_out(
    parts: Parts,
    store: str,
    intent: Intent,
    seen: Effect,
    *,
    release_held: Sequence[str] = (),
    although_stopped: bool = False,
) -> Done:
    """Keep an action's decisions, and send what follows from them if the store may send.

    Arguments:
        seen: what the person saw that it leads to.
        release_held: seller SKUs whose held changes go too.
        although_stopped: a guard stopped it, and the person overrules that.

    Raises:
        PlanError: the facts or the decisions have moved, or a guard stopped it; nothing was kept and nothing was sent.
        LeaseError: another run works on the store; nothing was kept.
        UsageError: nothing is held for one of the SKUs.
    """
    with hold_store(parts, store, "apply") as (cycle, lease, outcome):
        effect = weigh(cycle, intent)
        if effect.fingerprint != seen.fingerprint:
            raise PlanError(
                f"The facts or the decisions of store {store!r} have moved since this plan was made.",
                "Nothing was kept and nothing was sent. Make a new plan, look at it, and apply that.",
            )
        if effect.stopped and not although_stopped:
            raise PlanError(
                f"This plan for store {store!r} is stopped: {effect.stopped}",
                "Nothing was kept and nothing was sent. If all of it is meant, apply it although it is stopped.",
            )
        intent, going = _released(intent, effect, release_held)
        silent = cycle.store.read_only_because
        outcome.decision, outcome.note = effect.after, silent
        outcome.verdict = "read-only" if silent else APPROVED
        for choice in intent.choices:
            _choose(Asins(store, parts), choice.product_sku, choice.asin, intent.by)
        planned = None
        with parts.database.write() as connection:
            lease.check(connection)
            _keep(connection, cycle, intent, parts.now())
            if going.num_rows and not silent:
                planned = _record(connection, cycle, intent, effect, going)
        if intent.looks:
            cycle.lookalikes.refresh(asked=True)
        if planned is not None:
            # What a person has approved goes as a whole.
            outcome.applied = cycle.sender.send(planned, effect.after, lease, seconds=float("inf"))
        _sort(parts, cycle, intent)
        waits = f"Nothing was sent yet: {silent}" if silent and going.num_rows else ""
        return Done(len(intent.wishes), outcome.applied, waits)


def _released(intent: Intent, effect: Effect, skus: Sequence[str]) -> tuple[Intent, pa.Table]:
    """Return the action and its changes with what a person let go, and without the prices that stay held.

    Raises:
        UsageError: nothing is held for one of the SKUs.
    """
    unknown = sorted(set(skus) - set(effect.held["seller_sku"].to_pylist()))
    if unknown:
        raise UsageError(f"Nothing is held for {', '.join(unknown)}.", "plan.held lists what is; nothing was kept.")
    chosen = effect.held.filter(pc.is_in(effect.held["seller_sku"], pa.array(skus, pa.string())))
    going = pa.concat_tables([effect.due, chosen.select(effect.due.column_names)])
    return intent.without(set(held_prices(effect)) - set(skus), PRICE), going


def _keep(connection: Connection, cycle: Cycle, intent: Intent, at: int) -> None:
    """Write down all that a person decided; it holds whatever becomes of the sending."""
    store = cycle.store.name
    keep_decisions(connection, decided(store, intent.wishes, intent.by, at))
    for link in intent.links:
        answers.store_answer(
            connection,
            store=store,
            seller_sku=link.seller_sku,
            product_sku=link.product_sku,
            answer="yes",
            asked="manual",
            by=intent.by,
            at=at,
        )
    if intent.retries:
        catalog_items.forget_searches(connection, store, intent.retries)


def _record(connection: Connection, cycle: Cycle, intent: Intent, effect: Effect, going: pa.Table) -> pa.Table:
    """Return an action's changes as the journal numbered them, under the name of who ordered them."""
    return journal.record_plan(
        connection,
        store=cycle.store.name,
        run=cycle.run,
        fingerprint=effect.fingerprint,
        going=going,
        held=effect.held.slice(0, 0),
        listings=effect.after.listings,
        verdict=APPROVED,
        note=intent.verb,
        at=int(cycle.clock.now() * 1000),
        ordered_by=intent.by,
        only=going["seller_sku"].to_pylist(),
    )


def _sort(parts: Parts, cycle: Cycle, intent: Intent) -> None:
    """Sort listings anew: all of a small store, else those that the action was about."""
    if is_small(parts, cycle.store.name):
        cycle.keep(cycle.decide())
        return
    decision = cycle.decide(only=intent.skus)
    with parts.database.write() as connection:
        tabs.store_tabs(connection, cycle.store.name, decision.tabs, at=parts.now(), run=cycle.run, whole=False)


def _choose(asins: Asins, product_sku: str, asin: str | None, by: str) -> None:
    if asin is None:
        asins.withdraw(product_sku)
    else:
        asins.choose(product_sku, asin, by)
