"""Whatever happens to an order: one copy, no unit told twice, no cancelling of what left."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.orders import STATUSES, OrderChange, Stand
from channelkit.orders.book import Book, write_body
from channelkit.orders.decide import OrderDecision, decide
from channelkit.orders.shipping import units_of
from tests.order_cases import ID, NOW, TERMS, book, closed, copy, goods, line, order, shipment, standing, written

CYCLE = 300_000
FACTS = st.fixed_dictionaries(
    {
        "status": st.sampled_from([*STATUSES, "SOMETHING_NEW"]),
        "by": st.sampled_from([MERCHANT, MERCHANT, MERCHANT, BY_AMAZON]),
        "fulfilled": st.integers(0, 3),
        "cancelled": st.integers(0, 3),
        "copies": st.integers(0, 2),
        "state": st.sampled_from(["processing", "complete", "canceled", "closed", "holded"]),
        "shipments": st.lists(st.tuples(st.integers(1, 3), st.booleans()), max_size=3),
        "enabled": st.booleans(),
        "answer": st.sampled_from(["planned", "sent", "accepted", "refused"]),
        "asked": st.sampled_from(["", "", "cancel", "ship"]),
        "wait": st.sampled_from([CYCLE, 4_000_000, 90_000_000]),
    }
)


def facts_of(step: dict[str, Any], journal: list[OrderChange], stands: list[Stand]) -> Book:
    fulfilled = int(step["fulfilled"])
    cancelled = min(int(step["cancelled"]), 3 - fulfilled)
    mine = order(
        str(step["status"]),
        line(ordered=3, fulfilled=fulfilled, cancelled=cancelled),
        fulfilled_by=str(step["by"]),
    )
    copies = [copy(mine, entity_id=7 + n, state=str(step["state"])) for n in range(int(step["copies"]))]
    sent = [
        shipment(copies[0], units, number=31 + n, tracking=f"T{n}" if tracked else "")
        for n, (units, tracked) in enumerate(step["shipments"])
        if copies
    ]
    linked = [goods(enabled=bool(step["enabled"]))]
    return book(mine, linked=linked, copies=copies, shipments=sent, changes=journal, stands=stands)


def answered(journal: list[OrderChange], going: tuple[OrderChange, ...], state: str, now: int) -> list[OrderChange]:
    """What the journal has once what goes was sent and answered so; what is looked for may be found."""
    what = {(c.order_id, c.kind, c.key) for c in going}
    moments: dict[str, Any] = {"sent_at": now, "accepted_at": now, "closed_at": now if state == "refused" else None}
    return [
        replace(c, state=state, **moments)
        if (c.order_id, c.kind, c.key) in what and c.state in ("planned", "sent")
        else c
        for c in journal
    ]


def check(facts: Book, decision: OrderDecision) -> None:
    """What holds for every decision, whatever the facts."""
    mine = facts.orders[ID]
    journal = facts.case(ID).changes
    whats = [(change.kind, change.key) for change in decision.changes]
    assert len(whats) == len(set(whats))
    assert len(decision.stands) == 1
    over = [change for change in journal if change.state in ("accepted", "confirmed")]
    assert not set(whats) & {(change.kind, change.key) for change in over}, "what was taken does not leave again"
    for change in decision.changes:
        if change.kind == "create":
            assert not facts.copies.get(ID)
            assert not any(c.kind == "create" and c.state in ("accepted", "confirmed") for c in journal)
        if change.kind == "cancel":
            assert change.ordered_by
            assert change.state == "sent" or (mine.status == "UNSHIPPED" and mine.fulfilled_by == MERCHANT)
        if change.kind == "confirm_shipment" and change.state != "sent":
            of = {str(each.shipment_id): sum(count for _, count in each.units) for each in facts.shipments[ID]}
            assert 0 < sum(units_of(change).values()) <= of[change.key]
    left = Counter({each.item_id: each.open for each in mine.lines})
    for change in decision.changes:
        if change.kind == "confirm_shipment" and change.state != "sent":
            left.subtract(units_of(change))
    assert all(count >= 0 for count in left.values()) or mine.status not in ("UNSHIPPED", "PARTIALLY_SHIPPED")
    assert {change.state for change in decision.closed} <= {"confirmed", "expired", "dropped"}
    numbers = [change.id for change in decision.closed]
    assert len(numbers) == len(set(numbers))
    assert not set(numbers) & {change.id for change in decision.changes if change.state == "sent"}


@given(st.lists(FACTS, min_size=1, max_size=6))
@settings(deadline=None, max_examples=150)
def test_in_every_life_what_was_taken_never_leaves_again_and_deciding_twice_changes_nothing(
    steps: list[dict[str, Any]],
) -> None:
    journal: list[OrderChange] = []
    stands: list[Stand] = []
    now, creations = NOW, 0
    for step in steps:
        now += int(step["wait"])
        if step["asked"]:
            body = write_body(reason="NoInventory") if step["asked"] == "cancel" else write_body(units=[[71, 1]])
            asked = OrderChange(ID, str(step["asked"]), "", body, ordered_by="Ann", caused_at=now)
            known = next((c for c in journal if (c.kind, c.key) == (asked.kind, "")), None)
            journal = written([asked], journal, now) if known is None or known.state != "sent" else journal
        facts = facts_of(step, journal, stands)
        decision = decide(facts, TERMS, now)
        check(facts, decision)
        journal = written(decision.changes, closed(journal, decision.closed, now), now)
        stands = standing(stands, decision.stands, now)

        again = decide(facts_of(step, journal, stands), TERMS, now)
        assert again.closed == ()
        assert written(again.changes, journal, now) == journal
        assert standing(stands, again.stands, now) == stands

        before = sum(c.kind == "create" and c.state in ("accepted", "confirmed") for c in journal)
        journal = answered(journal, decision.changes, str(step["answer"]), now)
        creations += sum(c.kind == "create" and c.state in ("accepted", "confirmed") for c in journal) - before
        assert creations <= 1, "an order gets at most one copy ever"
