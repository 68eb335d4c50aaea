"""Deciding about orders: what is done, what waits, and that deciding twice changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.model.decisions import BY_AMAZON
from channelkit.model.orders import Order, OrderChange, Stand
from channelkit.orders.book import Book, read_body
from channelkit.orders.decide import OrderDecision, decide
from tests.order_cases import (
    CREATED,
    ID,
    NOW,
    TERMS,
    book,
    closed,
    copy,
    goods,
    line,
    order,
    shipment,
    standing,
    written,
)

DAY = 86_400_000


def kinds(decision: OrderDecision) -> list[str]:
    return [change.kind for change in decision.changes]


def only(decision: OrderDecision) -> Stand:
    (stand,) = decision.stands
    return stand


def made(state: str = "confirmed", **changes: object) -> OrderChange:
    known = {"id": 1, "state": state, "body": '{"total":2160}', "caused_at": CREATED}
    return OrderChange(ID, "create", **(known | changes))  # type: ignore[arg-type]


def again(facts: Book, decision: OrderDecision) -> Book:
    """The same facts, once what was decided has been written down."""
    journal = [change for changes in facts.changes.values() for change in changes]
    journal = written(decision.changes, closed(journal, decision.closed))
    groups: dict[str, list[OrderChange]] = {}
    for change in journal:
        groups.setdefault(change.order_id, []).append(change)
    stands = {stand.order_id: stand for stand in standing(facts.stands.values(), decision.stands)}
    return replace(facts, changes=groups, stands=stands)


def test_an_unshipped_order_gets_a_copy_and_deciding_twice_changes_nothing() -> None:
    facts = book(order())
    first = decide(facts, TERMS, NOW)
    assert (kinds(first), only(first).stage, first.closed) == (["create"], "planned", ())
    assert first.changes[0].caused_at == CREATED
    assert read_body(first.changes[0]) == {"total": 2160, "currency": "USD", "units": 2, "complete": False}
    second = decide(again(facts, first), TERMS, NOW + 300_000)
    assert [(c.kind, c.body, c.because, c.id) for c in second.changes] == [
        (c.kind, c.body, c.because, 1) for c in first.changes
    ]
    assert (second.closed, only(second)) == ((), only(first))


def test_or_04_the_matrix_is_what_is_decided() -> None:
    """OR-04, OR-11: creation by status, seen through the decision."""
    expected = {
        "PENDING_AVAILABILITY": ([], "waiting"),
        "PENDING": ([], "waiting"),
        "UNSHIPPED": (["create"], "planned"),
        "PARTIALLY_SHIPPED": (["create"], "planned"),
        "SHIPPED": (["create"], "planned"),
        "CANCELLED": ([], "cancelled"),
    }
    for status, (changes, stage) in expected.items():
        decision = decide(book(order(status)), TERMS, NOW)
        assert (kinds(decision), only(decision).stage) == (changes, stage), status
        by_amazon = decide(book(order(status, fulfilled_by=BY_AMAZON)), TERMS, NOW)
        assert kinds(by_amazon) == (["create"] if status == "SHIPPED" else []), status


def test_or_11_amazons_own_orders_are_made_complete_without_address_stock_or_documents() -> None:
    """OR-11: imported only at Shipped, Complete, no deduction."""
    shipped = order("SHIPPED", line(fulfilled=2), fulfilled_by=BY_AMAZON, lacking=("name", "street"), country="")
    decision = decide(book(shipped, linked=[goods(salable=0)]), TERMS, NOW)
    assert kinds(decision) == ["create"]
    assert read_body(decision.changes[0])["complete"] is True
    assert decision.changes[0].caused_at == shipped.updated_at
    over = decide(book(shipped, copies=[copy(shipped, state="complete")], changes=[made()]), TERMS, NOW)
    assert (kinds(over), only(over).stage) == ([], "complete")


def test_or_01_import_off_shows_and_creates_nothing_and_earlier_orders_are_left_alone() -> None:
    """OR-01: view-only."""
    off = replace(TERMS, import_orders=False)
    assert (kinds(decide(book(order()), off, NOW)), only(decide(book(order()), off, NOW)).stage) == ([], "viewed")
    early = decide(book(order(created_at=1)), TERMS, NOW)
    assert (kinds(early), only(early).stage) == ([], "earlier")
    asked = decide(book(order(created_at=1)), replace(TERMS, windows=((0, 5),)), NOW)
    assert (kinds(asked), asked.changes[0].caused_at) == (["create"], NOW)


def test_or_01_what_was_sent_while_orders_were_only_shown_is_not_made_later() -> None:
    """OR-01: its units were taken off Commerce's stock by hand."""
    facts = replace(book(order("SHIPPED", line(fulfilled=2))), viewed=frozenset({ID}))
    sent = decide(facts, TERMS, NOW)
    assert (kinds(sent), only(sent).stage) == ([], "complete")
    assert only(sent).note == "It is not made in Commerce: it was sent while orders were only shown."
    part = replace(book(order("PARTIALLY_SHIPPED", line(fulfilled=1))), viewed=frozenset({ID}))
    assert (kinds(decide(part, TERMS, NOW)), only(decide(part, TERMS, NOW)).stage) == ([], "viewed")


def test_the_delay_of_an_order_that_was_pending_counts_from_when_it_was_paid() -> None:
    facts = book(order(), stands=[Stand(ID, "waiting", since=5)])
    assert decide(facts, TERMS, NOW).changes[0].caused_at == CREATED + 1_000


def test_or_06_a_blocked_order_goes_once_the_cause_is_gone_and_others_are_not_held_up() -> None:
    """OR-06: error note, retried next cycle, others unaffected."""
    other = order("UNSHIPPED", line(2), order_id="112")
    facts = book(order(), other, linked=[goods(1, enabled=False), goods(2)])
    decision = decide(facts, TERMS, NOW)
    assert [change.order_id for change in decision.changes] == ["112"]
    blocked = decision.stands[0]
    assert (blocked.stage, blocked.blocker, blocked.note) == (
        "blocked", "product_disabled", "Product product-1 is disabled.",
    )  # fmt: skip
    assert blocked.next_step == "Enable the product in Commerce."
    fixed = replace(again(facts, decision), goods={each.seller_sku: each for each in (goods(1), goods(2))})
    assert [change.order_id for change in decide(fixed, TERMS, NOW).changes] == [ID, "112"]


def test_a_planned_copy_is_dropped_with_words_when_the_order_is_blocked_or_cancelled_before_it_leaves() -> None:
    planned = made("planned")
    disabled = decide(book(order(), linked=[goods(enabled=False)], changes=[planned]), TERMS, NOW)
    assert [(c.state, c.note) for c in disabled.closed] == [
        ("dropped", "It is blocked: Product product-1 is disabled."),
    ]
    gone = decide(book(order("CANCELLED"), changes=[planned]), TERMS, NOW)
    assert [(c.state, c.note) for c in gone.closed] == [
        ("dropped", "The order was cancelled on Amazon before this left."),
    ]


def test_the_last_unit_goes_to_whoever_came_first_and_the_ledgers_own_units_are_not_counted_twice() -> None:
    first, second = order(), order(order_id="112", created_at=CREATED + 5)
    decision = decide(book(second, first, linked=[goods(salable=3)]), TERMS, NOW)
    assert [change.order_id for change in decision.changes] == [ID]
    assert decision.stands[1].blocker == "out_of_stock"
    held = decide(book(second, first, linked=[goods(salable=4)], held={"product-1": 4}), TERMS, NOW)
    assert len(held.changes) == 2
    others = decide(book(first, linked=[goods(salable=4)], held={"product-1": 5}), TERMS, NOW)
    assert only(others).blocker == "out_of_stock"


def test_an_unanswered_copy_is_looked_for_and_never_planned_anew() -> None:
    sent = made("sent", sent_at=NOW)
    decision = decide(book(order(), changes=[sent]), TERMS, NOW)
    assert decision.changes == (sent,)
    assert only(decision).note == "Commerce did not answer; it is looked for before it is sent again."
    cancelled = decide(book(order("CANCELLED"), changes=[sent]), TERMS, NOW)
    assert (kinds(cancelled), cancelled.closed, only(cancelled).stage) == ([], (), "planned")
    later = decide(book(order("CANCELLED"), changes=[sent]), TERMS, NOW + 3_600_000)
    assert [change.state for change in later.closed] == ["expired"]


@pytest.mark.parametrize("state", ["accepted", "confirmed"])
def test_what_commerce_took_is_never_made_again_even_if_no_reading_shows_it(state: str) -> None:
    decision = decide(book(order(), changes=[made(state, accepted_at=NOW, submission_id="7")]), TERMS, NOW + 9 * DAY)
    assert kinds(decision) == []
    assert only(decision).blocker == ("copy_missing" if state == "accepted" else "")


def test_a_refused_copy_is_tried_again_at_once_and_then_less_often() -> None:
    refused = made("refused", note="Commerce: no such region.", closed_at=NOW)
    facts = book(order(), changes=[refused])
    first = decide(facts, TERMS, NOW + 1)
    assert (kinds(first), only(first).blocker, only(first).note) == (["create"], "refused", "Commerce: no such region.")
    tried = decide(again(facts, first), TERMS, NOW + 1)
    assert (kinds(tried), only(tried), tried.closed) == (["create"], only(first), ())
    long_since = book(order(), changes=[refused], stands=[Stand(ID, "blocked", "refused", since=NOW - 800_000)])
    assert kinds(decide(long_since, TERMS, NOW + 199_999)) == []
    assert kinds(decide(long_since, TERMS, NOW + 200_000)) == ["create"]


def test_two_copies_block_with_both_numbers_and_a_shipment_of_either_still_goes_to_amazon() -> None:
    mine = order()
    twice = [copy(mine), copy(mine, entity_id=8)]
    decision = decide(book(mine, copies=twice, changes=[made()]), TERMS, NOW)
    assert (kinds(decision), only(decision).blocker, only(decision).stage) == ([], "doubled", "blocked")
    assert only(decision).note == "Commerce has it 2 times, as 000007 and 000008."
    sent = decide(book(mine, copies=twice, shipments=[shipment(twice[1])]), TERMS, NOW)
    assert kinds(sent) == ["confirm_shipment"]
    fixed = decide(book(mine, copies=[twice[0], copy(mine, entity_id=8, state="canceled")]), TERMS, NOW)
    assert (only(fixed).stage, only(fixed).blocker) == ("created", "")


def test_a_copy_with_another_total_is_told_and_not_confirmed() -> None:
    mine = order()
    decision = decide(
        book(mine, copies=[copy(mine, total=2100)], changes=[made("accepted", accepted_at=NOW)]), TERMS, NOW
    )
    assert (decision.closed, only(decision).blocker) == ((), "copy_differs")
    assert only(decision).note == "000007 has a total of 21.00; Amazon says 21.60."


def test_or_10_a_life_from_paid_to_complete() -> None:
    """OR-10: tracking sent, Amazon Shipped, Commerce Complete."""
    mine = order()
    facts = book(mine)
    facts = again(facts, decide(facts, TERMS, NOW))
    facts = replace(facts, copies={ID: [copy(mine)]}, changes={ID: [replace(facts.changes[ID][0], state="accepted")]})
    created = decide(facts, TERMS, NOW)
    assert ([c.state for c in created.closed], kinds(created), only(created).stage) == (["confirmed"], [], "created")

    facts = again(facts, created)
    shipped = copy(mine, shipped=2)
    facts = replace(facts, copies={ID: [shipped]}, shipments={ID: [shipment(shipped, 2)]})
    told = decide(facts, TERMS, NOW)
    assert kinds(told) == ["confirm_shipment"]
    assert read_body(told.changes[0])["units"] == [["item1", 2]]
    assert told.changes[0].caused_at == NOW - 60_000

    facts = again(facts, told)
    journal = [replace(c, state="accepted") if c.kind == "confirm_shipment" else c for c in facts.changes[ID]]
    seen = order("SHIPPED", line(fulfilled=2))
    facts = replace(facts, changes={ID: journal}, orders={ID: seen})
    over = decide(facts, TERMS, NOW)
    assert ([c.kind for c in over.closed], kinds(over), only(over).stage) == (
        ["confirm_shipment"], ["invoice"], "shipped",
    )  # fmt: skip
    assert read_body(over.changes[0]) == {"entity_id": 7, "units": [[71, 2]]}

    facts = again(facts, over)
    journal = [replace(c, state="sent") if c.kind == "invoice" else c for c in facts.changes[ID]]
    facts = replace(facts, changes={ID: journal}, copies={ID: [copy(mine, state="complete", shipped=2, invoiced=2)]})
    end = decide(facts, TERMS, NOW)
    assert ([c.kind for c in end.closed], kinds(end), only(end).stage) == (["invoice"], [], "complete")


def test_or_12_cancelling_goes_from_a_persons_word_to_both_sides() -> None:
    """OR-12: only Unshipped, with reason, both sides updated."""
    mine = order()
    asked = OrderChange(ID, "cancel", body='{"reason":"NoInventory"}', ordered_by="Ann", id=2, caused_at=NOW)
    facts = book(mine, copies=[copy(mine)], changes=[made(), asked])
    decision = decide(facts, TERMS, NOW)
    assert (decision.changes, decision.closed, only(decision).stage) == ((asked,), (), "created")
    journal = [made(), replace(asked, state="accepted", accepted_at=NOW)]
    gone = order("CANCELLED", line(cancelled=2))
    seen = decide(book(gone, copies=[copy(mine)], changes=journal), TERMS, NOW)
    assert [(c.kind, c.state) for c in seen.closed] == [("cancel", "confirmed")]
    assert [(c.kind, c.key, read_body(c)) for c in seen.changes] == [
        ("cancel_copy", "7", {"entity_id": 7, "status": "canceled"}),
    ]
    over = decide(book(gone, copies=[copy(mine, state="canceled")], changes=journal), TERMS, NOW)
    assert (kinds(over), only(over).stage) == ([], "cancelled")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("PARTIALLY_SHIPPED", "A part of it has shipped meanwhile"),
        ("SHIPPED", "It has shipped meanwhile"),
        ("PENDING", "It is not paid yet"),
        ("CANCELLED", "It is cancelled already"),
    ],
)
def test_or_12_a_cancellation_of_what_moved_meanwhile_is_dropped_with_words(status: str, words: str) -> None:
    """OR-12: pending and shipped orders in Seller Central only."""
    asked = OrderChange(ID, "cancel", body='{"reason":"NoInventory"}', ordered_by="Ann", id=2)
    decision = decide(book(order(status), changes=[asked]), TERMS, NOW)
    assert "cancel" not in kinds(decision)
    assert [(c.id, c.state) for c in decision.closed] == [(2, "dropped")]
    assert decision.closed[0].note.startswith(words)


def test_a_cancellation_of_what_shipped_in_commerce_is_dropped_and_the_shipment_is_confirmed() -> None:
    mine = order()
    asked = OrderChange(ID, "cancel", body='{"reason":"NoInventory"}', ordered_by="Ann", id=2)
    shipped = copy(mine, shipped=2)
    facts = book(mine, copies=[shipped], shipments=[shipment(shipped, 2)], changes=[made(), asked])
    decision = decide(facts, TERMS, NOW)
    assert (kinds(decision), [c.state for c in decision.closed]) == (["confirm_shipment"], ["dropped"])


def test_nothing_is_created_or_confirmed_while_a_cancellation_is_on_its_way() -> None:
    asked = OrderChange(ID, "cancel", body="{}", ordered_by="Ann", id=2, state="accepted", accepted_at=NOW)
    assert kinds(decide(book(order(), changes=[asked]), TERMS, NOW)) == []
    mine = order()
    facts = book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), 2)], changes=[made(), asked])
    assert kinds(decide(facts, TERMS, NOW)) == []


def test_only_a_person_cancels_on_amazon() -> None:
    mine = order(wants_cancellation=True)
    wants = decide(book(mine, copies=[copy(mine)]), TERMS, NOW)
    assert (kinds(wants), only(wants).blocker, only(wants).stage) == ([], "cancellation_wanted", "created")
    alone = decide(book(mine, copies=[copy(mine, state="canceled")]), TERMS, NOW)
    assert (kinds(alone), only(alone).blocker) == ([], "cancelled_in_commerce")


def test_what_was_sent_and_then_cancelled_on_amazon_is_told_and_not_cancelled_in_commerce() -> None:
    gone = order("CANCELLED")
    decision = decide(book(gone, copies=[copy(gone, shipped=1)]), TERMS, NOW)
    assert (kinds(decision), only(decision).stage, only(decision).blocker) == ([], "cancelled", "shipped_cancelled")


def test_what_a_person_has_to_see_to_is_no_end() -> None:
    gone = order("CANCELLED")
    held = decide(book(gone, copies=[copy(gone, state="holded")]), TERMS, NOW)
    assert (kinds(held), only(held).stage, only(held).blocker) == ([], "blocked", "on_hold")


def test_an_unknown_status_is_shown_and_nothing_is_done() -> None:
    decision = decide(book(order("INVOICE_UNCONFIRMED")), TERMS, NOW)
    assert (kinds(decision), only(decision).stage, only(decision).blocker) == ([], "waiting", "unknown_status")


def test_replacements_without_payment_are_created() -> None:
    free = order("UNSHIPPED", line(amounts=type(line().amounts)()), total=0, replaces="111-9")
    assert kinds(decide(book(free), TERMS, NOW)) == ["create"]


def test_orders_are_taken_in_the_order_in_which_they_were_placed() -> None:
    orders: list[Order] = [order(order_id=str(n), created_at=CREATED + 100 - n) for n in range(5)]
    assert [c.order_id for c in decide(book(*orders, linked=[goods(salable=99)]), TERMS, NOW).changes] == list("43210")
