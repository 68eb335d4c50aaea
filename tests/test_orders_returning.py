"""Returns: where each stands, and the refund that a person asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.errors import UsageError
from channelkit.model.orders import CreditMemo, OrderChange, Return
from channelkit.orders.book import read_body
from channelkit.orders.decide import decide
from channelkit.orders.returning import state_of, write_refund
from tests.order_cases import ID, NOW, TERMS, book, copy, line, order

BACK = Return("R1", ID, "SKU-1", 1, "Completed", NOW, received_at=NOW, refunded=1000, reason="UNWANTED")
SENT = order("SHIPPED", line(fulfilled=2))
COMPLETE = copy(SENT, state="complete", shipped=2, invoiced=2)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", "Received"),
        ("planned", "Refunding"),
        ("accepted", "Refunding"),
        ("confirmed", "Refunded"),
        ("refused", "Error"),
        ("expired", "Error"),
        ("dropped", "Received"),
    ],
)
def test_or_13_a_return_is_received_refunded_or_in_error(state: str, expected: str) -> None:
    """OR-13: the returns list's states."""
    changes = [OrderChange(ID, "refund", "R1", state=state)] if state else []
    assert state_of(BACK, changes) == expected
    assert state_of(replace(BACK, received_at=None), []) == "Requested"


def test_or_13_a_refund_is_written_to_the_minor_unit_goes_and_is_confirmed_by_the_credit_memo() -> None:
    """OR-13: credit memo synced."""
    facts = book(SENT, copies=[COMPLETE], returns=[BACK])
    asked = write_refund(facts.case(ID), BACK, restock=1, by="Ann", now=NOW)
    assert read_body(asked) == {
        "entity_id": 7,
        "units": [[71, 1]],
        "restock": [71],
        "shown": [[71, 1]],
        "total": 1000,
        "adjustment": -80,
    }
    planned = replace(asked, id=1)
    going = decide(replace(facts, changes={ID: [planned]}), TERMS, NOW)
    assert (going.changes, going.stands[0].stage) == ((planned,), "complete")
    accepted = replace(planned, state="accepted", accepted_at=NOW, submission_id="5")
    memo = CreditMemo(5, ID, NOW, 1000, ((71, 1),))
    over = decide(book(SENT, copies=[COMPLETE], credit_memos=[memo], changes=[accepted]), TERMS, NOW)
    assert [(c.kind, c.state) for c in over.closed] == [("refund", "confirmed")]


def test_without_amazons_amount_the_goods_and_their_tax_are_paid_back() -> None:
    body = read_body(
        write_refund(book(SENT, copies=[COMPLETE]).case(ID), replace(BACK, refunded=0), restock=0, by="Ann", now=NOW)
    )
    assert (body["total"], body["adjustment"], body["restock"]) == (1080, 0, [])


def test_a_refund_waits_for_the_invoice_and_is_dropped_when_commerce_refunded_meanwhile() -> None:
    facts = book(SENT, copies=[COMPLETE])
    planned = replace(write_refund(facts.case(ID), BACK, restock=0, by="Ann", now=NOW), id=1)
    unbilled = decide(book(SENT, copies=[copy(SENT, shipped=2)], changes=[planned]), TERMS, NOW)
    assert ([c.kind for c in unbilled.changes], unbilled.closed) == (["invoice"], ())
    refunded = copy(SENT, state="closed", shipped=2, invoiced=2, refunded=2)
    late = decide(book(SENT, copies=[refunded], changes=[planned]), TERMS, NOW)
    assert (late.changes, [c.state for c in late.closed]) == ((), ["dropped"])


def test_what_cannot_be_refunded_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="no order"):
        write_refund(book(SENT).case(ID), BACK, restock=0, by="Ann", now=NOW)
    with pytest.raises(UsageError, match="all 1 units"):
        write_refund(book(SENT, copies=[COMPLETE]).case(ID), BACK, restock=2, by="Ann", now=NOW)
    with pytest.raises(UsageError, match="fewer than 3 units"):
        many = replace(BACK, units=3)
        write_refund(book(SENT, copies=[COMPLETE]).case(ID), many, restock=0, by="Ann", now=NOW)


def test_a_refused_refund_is_told_and_not_tried_again_by_itself() -> None:
    refused = OrderChange(ID, "refund", "R1", id=1, state="refused", note="Commerce: no.", ordered_by="Ann")
    decision = decide(book(SENT, copies=[COMPLETE], changes=[refused]), TERMS, NOW + 10**9)
    assert (decision.changes, decision.stands[0].blocker, decision.stands[0].note) == (
        (),
        "refused_once",
        "Commerce: no.",
    )
