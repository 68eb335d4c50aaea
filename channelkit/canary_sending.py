"""Sending prices that a person chose: a few first, or what brings back what stood there before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal, InvalidOperation

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.apply import Applied
from channelkit.cycle import Cycle
from channelkit.database import journal, listings
from channelkit.database.canaries import load_canary, start_canary
from channelkit.database.lease import Lease
from channelkit.errors import PlanError, UsageError
from channelkit.model.columns import mask, one
from channelkit.outcome import Decision, Outcome
from channelkit.parts import Parts
from channelkit.plan.canary import band, choose_first
from channelkit.plan.fingerprint import fingerprint
from channelkit.price_past import APPROVED
from channelkit.runner import hold_store

Start = Callable[[Connection, pa.Table], None]


def send_first(parts: Parts, store: str, seen: str, share: str | Decimal, by: str) -> Applied:
    """Send a share of a plan's prices, and let all others wait until Amazon shows these as they were sent.

    Arguments:
        seen: fingerprint of the plan that the person saw.
        share: of the listings whose price changes, such as ``1%`` or ``0.01``; one listing at the least.
        by: who does it; kept with it.

    Raises:
        PlanError: the facts have moved, the store sends nothing, or another canary is not over; nothing was sent.
        UsageError: it is no share, or no price would change.
        LeaseError: another run works on the store.
    """
    part, by = read_share(share), by or parts.person
    with hold_store(parts, store, "apply") as (cycle, lease, outcome):
        decision = cycle.decide()
        if decision.fingerprint != seen:
            raise PlanError(
                f"The facts of store {store!r} have moved since this plan was made; nothing was sent.",
                "Make a new plan, look at it, and send a part of that.",
            )
        if cycle.store.read_only_because:
            raise PlanError("Nothing was sent.", cycle.store.read_only_because)
        with parts.database.read() as connection:
            before = load_canary(connection, store)
            found = listings.load(connection, store, ("seller_sku", "buyable"))
        if before is not None and before.holds:
            raise PlanError(
                f"Canary {before.id} of store {store!r} is {before.state}; nothing was sent.",
                "See how it stands with: channelkit canary show",
            )
        buyable = one(found["seller_sku"]).filter(pa.array(mask(found["buyable"]), pa.bool_()))
        choice = choose_first(decision.guarded.going, part, buyable)
        if not choice.first.num_rows:
            raise UsageError("No price would change, so none can go first.", "Look at the plan with: channelkit plan")

        def start(connection: Connection, planned: pa.Table) -> None:
            birds, rest = band(planned, buyable), fingerprint(choice.rest)
            start_canary(
                connection, store=store, share=f"{part.normalize():f}", birds=birds, rest=rest, at=parts.now(), by=by
            )

        outcome.decision = going_only(decision, choice.first)
        return send_chosen(cycle, lease, outcome, by, start)


def going_only(decision: Decision, going: pa.Table) -> Decision:
    """Return a decision of which nothing goes but these changes."""
    return replace(decision, guarded=replace(decision.guarded, going=going, leaving=going))


def send_chosen(cycle: Cycle, lease: Lease, outcome: Outcome, by: str, start: Start | None = None) -> Applied:
    """Send what goes of an outcome's decision, because a person has approved just that.

    Arguments:
        lease: the store's.
        by: who did.
        start: is called in the transaction that plans the changes, with these as the journal numbered them.
    """
    decision = outcome.decision
    if decision is None:
        raise UsageError("Nothing was decided.", "Decide first, then send.")
    going, outcome.verdict = decision.guarded.going, APPROVED
    with cycle.database.write() as connection:
        lease.check(connection)
        planned = journal.record_plan(
            connection,
            store=cycle.store.name,
            run=cycle.run,
            fingerprint=fingerprint(going),
            going=going,
            held=decision.guarded.held.slice(0, 0),
            listings=decision.listings,
            verdict=APPROVED,
            note="prices that go first" if start else "back to what stood there",
            at=int(cycle.clock.now() * 1000),
            ordered_by=by,
            only=going["seller_sku"].to_pylist(),
        )
        if start is not None:
            start(connection, planned)
    # What a person has approved goes as a whole.
    outcome.applied = cycle.sender.send(planned, decision, lease, seconds=float("inf"))
    return outcome.applied


def read_share(told: str | Decimal) -> Decimal:
    """Return a share that a person named.

    Raises:
        UsageError: it is no share.

    >>> read_share("1%"), read_share("0.25")
    (Decimal('0.01'), Decimal('0.25'))
    """
    text = str(told).strip()
    try:
        share = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        share = Decimal(0)
    if text.endswith("%"):
        share /= 100
    if not share.is_finite() or not 0 < share <= 1:
        raise UsageError(f"{text!r} is no share of the prices.", "Write it as 1% or as 0.01; at most 100%.")
    return share
