"""Shipments: Commerce's that Amazon is told of, Amazon's that Commerce notes, and the invoice after them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channelkit.model.orders import OrderChange, Parcel, Shipment, Track
from channelkit.orders.book import read_body, write_body
from channelkit.orders.decide import decide
from channelkit.orders.shipping import units_of
from tests.order_cases import CREATED, ID, NOW, TERMS, book, copy, line, order, shipment


def test_or_10_a_shipment_is_told_with_its_carrier_number_and_units() -> None:
    """OR-10, OR-14: tracking sent with the mapped carrier."""
    mine = order()
    facts = book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), 2)])
    (change,) = decide(facts, TERMS, NOW).changes
    assert (change.kind, change.key) == ("confirm_shipment", "31")
    assert read_body(change) == {
        "package_id": 31,
        "carrier": ["UPS", "UPS"],
        "method": "United Parcel Service",
        "tracking": "1Z9",
        "shipped_at": NOW - 60_000,
        "units": [["item1", 2]],
    }


def test_or_14_part_shipments_are_told_one_by_one_and_never_more_than_amazon_waits_for() -> None:
    """OR-14: partial shipments tracked."""
    mine = order()
    two = [shipment(copy(mine), 1, number=31), shipment(copy(mine), 2, number=32, tracking="1Z10", at=NOW - 1)]
    decision = decide(book(mine, copies=[copy(mine)], shipments=two), TERMS, NOW)
    assert [(c.key, units_of(c)) for c in decision.changes] == [("31", {"item1": 1}), ("32", {"item1": 1})]
    first = replace(decision.changes[0], id=1, state="accepted", accepted_at=NOW)
    seen = order("PARTIALLY_SHIPPED", line(fulfilled=1))
    later = decide(book(seen, copies=[copy(mine)], shipments=two, changes=[first]), TERMS, NOW)
    assert [(c.key, c.state) for c in later.closed] == [("31", "confirmed")]
    assert [(c.key, units_of(c)) for c in later.changes] == [("32", {"item1": 1})]
    lagging = decide(book(mine, copies=[copy(mine)], shipments=two, changes=[first]), TERMS, NOW)
    assert [(c.key, units_of(c)) for c in lagging.changes] == [("32", {"item1": 1})]


def test_a_shipment_without_a_number_waits_for_it_with_words() -> None:
    mine = order()
    facts = book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), 2, tracking="")])
    decision = decide(facts, TERMS, NOW)
    assert (decision.changes, decision.stands[0].stage, decision.stands[0].blocker) == (
        (),
        "created",
        "tracking_missing",
    )


def test_a_parcel_does_not_leave_before_the_order_or_after_now() -> None:
    mine = order()
    for at, expected in ((1, CREATED), (NOW + 5, NOW)):
        facts = book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), at=at)])
        assert read_body(decide(facts, TERMS, NOW).changes[0])["shipped_at"] == expected


def test_of_several_numbers_the_first_goes_and_it_says_so() -> None:
    mine = order()
    tracks = (Track("ups", "UPS", " "), Track("ups", "UPS", "A"), Track("ups", "UPS", "B"))
    sent = replace(shipment(copy(mine), 2), tracks=tracks)
    (change,) = decide(book(mine, copies=[copy(mine)], shipments=[sent]), TERMS, NOW).changes
    assert read_body(change)["tracking"] == "A"
    assert "2 more tracking numbers stay in Commerce" in change.because


def test_items_without_amazons_number_are_matched_by_sku_or_told() -> None:
    mine = order()
    bare = copy(mine)
    bare = replace(bare, lines=(replace(bare.lines[0], ext_id=""),))
    assert units_of(decide(book(mine, copies=[bare], shipments=[shipment(bare)]), TERMS, NOW).changes[0]) == {
        "item1": 1
    }
    other = replace(bare, lines=(replace(bare.lines[0], sku="something else"),))
    decision = decide(book(mine, copies=[other], shipments=[shipment(other)]), TERMS, NOW)
    assert (decision.changes, decision.stands[0].blocker) == ((), "items_unknown")


def test_a_lost_answer_of_a_confirmation_is_looked_for() -> None:
    mine = order()
    sent = OrderChange(
        ID, "confirm_shipment", "31", write_body(units=[["item1", 2]], tracking="1Z9"), id=1, state="sent"
    )
    decision = decide(book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), 2)], changes=[sent]), TERMS, NOW)
    assert decision.changes == (sent,)


PARCEL = Parcel("p1", "SHIPPED", "UPS", "1Z77", "Ground", NOW - 9, (("item1", 2),))


def test_a_parcel_that_amazon_alone_knows_is_noted_in_commerce() -> None:
    seen = order("SHIPPED", line(fulfilled=2), parcels=(PARCEL,))
    decision = decide(book(seen, copies=[copy(seen)]), TERMS, NOW)
    noted, billed = decision.changes
    assert (noted.kind, noted.key, noted.caused_at, billed.kind) == ("ship", "p1", NOW - 9, "invoice")
    assert read_body(noted) == {
        "entity_id": 7,
        "source": "default",
        "units": [[71, 2]],
        "shown": [[71, 2]],
        "track": {"number": "1Z77", "carrier": "UPS", "title": "Ground"},
    }
    journal = [replace(noted, id=1, state="accepted", accepted_at=NOW, submission_id="31")]
    after = copy(seen, shipped=2)
    over = decide(book(seen, copies=[after], shipments=[shipment(after, 2)], changes=journal), TERMS, NOW)
    assert [(c.kind, c.state) for c in over.closed] == [("ship", "confirmed")]
    assert [c.kind for c in over.changes] == ["invoice"], "what Amazon knew first is not told back to it"


def test_fulfilled_units_without_parcels_are_noted_too() -> None:
    seen = order("PARTIALLY_SHIPPED", line(fulfilled=1))
    (noted,) = decide(book(seen, copies=[copy(seen)]), TERMS, NOW).changes
    assert (noted.kind, noted.key, read_body(noted)["units"]) == ("ship", "fulfilled-1", [[71, 1]])
    assert read_body(noted)["track"] == {}


def test_what_commerce_shipped_is_not_shipped_again() -> None:
    seen = order("SHIPPED", line(fulfilled=2), parcels=(PARCEL,))
    known = copy(seen, shipped=2, invoiced=2)
    assert decide(book(seen, copies=[known]), TERMS, NOW).changes == ()
    unread = copy(seen, invoiced=2)
    sent = Shipment(5, ID, NOW, (), ((71, 2),))
    assert decide(book(seen, copies=[unread], shipments=[sent]), TERMS, NOW).changes == ()


@pytest.mark.parametrize("ship_source", ["", "east"])
def test_of_several_sources_one_must_be_named(ship_source: str) -> None:
    seen = order("SHIPPED", line(fulfilled=2), parcels=(PARCEL,))
    terms = replace(TERMS, sources=("east", "west"), ship_source=ship_source)
    decision = decide(book(seen, copies=[copy(seen, invoiced=2)]), terms, NOW)
    assert [read_body(c)["source"] for c in decision.changes] == ([ship_source] if ship_source else [])
    assert decision.stands[0].blocker == ("" if ship_source else "source_unknown")


def test_a_shipment_that_a_person_asked_for_goes_and_is_then_told_to_amazon() -> None:
    mine = order()
    body = write_body(entity_id=7, source="default", units=[[71, 2]])
    asked = OrderChange(ID, "ship", "by-hand-1", body, ordered_by="Ann", id=1)
    assert decide(book(mine, copies=[copy(mine)], changes=[asked]), TERMS, NOW).changes == (asked,)
    late = decide(book(mine, copies=[copy(mine, shipped=1)], changes=[asked]), TERMS, NOW)
    assert [(c.state, c.note.split(":")[0]) for c in late.closed] == [
        ("dropped", "Commerce has fewer units to ship than that"),
    ]
    over = replace(asked, state="accepted", accepted_at=NOW, submission_id="31")
    after = copy(mine, shipped=2)
    told = decide(book(mine, copies=[after], shipments=[shipment(after, 2)], changes=[over]), TERMS, NOW)
    assert ([c.kind for c in told.closed], [c.kind for c in told.changes]) == (["ship"], ["confirm_shipment"])


def test_the_invoice_is_of_what_was_sent_and_the_rest_is_cancelled_after_it() -> None:
    seen = order("SHIPPED", line(ordered=3, fulfilled=2, cancelled=1))
    mine = copy(seen, shipped=2)
    (billed,) = decide(book(seen, copies=[mine]), TERMS, NOW).changes
    assert (billed.kind, read_body(billed)["units"]) == ("invoice", [[71, 2]])
    journal = [replace(billed, id=1, state="confirmed")]
    (rest,) = decide(book(seen, copies=[copy(seen, shipped=2, invoiced=2)], changes=journal), TERMS, NOW).changes
    assert (rest.kind, rest.key, read_body(rest)) == ("cancel_copy", "7-rest", {"entity_id": 7, "units": 1})
    journal += [replace(rest, id=2, state="accepted", accepted_at=NOW)]
    done = copy(seen, state="complete", shipped=2, invoiced=2, cancelled=1)
    over = decide(book(seen, copies=[done], changes=journal), TERMS, NOW)
    assert ([c.state for c in over.closed], over.changes, over.stands[0].stage) == (["confirmed"], (), "complete")


def test_a_refused_confirmation_is_told_in_amazons_words_and_tried_again() -> None:
    mine = order()
    refused = OrderChange(
        ID, "confirm_shipment", "31", id=1, state="refused", note="Amazon: bad carrier.", closed_at=NOW
    )
    facts = book(mine, copies=[copy(mine)], shipments=[shipment(copy(mine), 2)], changes=[refused])
    decision = decide(facts, TERMS, NOW)
    assert [(c.kind, c.id) for c in decision.changes] == [("confirm_shipment", 1)]
    assert (decision.stands[0].stage, decision.stands[0].note) == ("created", "Amazon: bad carrier.")
