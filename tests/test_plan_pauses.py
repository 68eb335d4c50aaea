"""Scarce goods whose quantity is corrected: while a number is on its way nobody may buy what it overwrites (pain 1)."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from channelkit.model.changes import CHANGES
from channelkit.plan.pauses import FEW, HOUR, LAST, LATELY, pause
from channelkit.plan.raises import Past
from tests.test_plan_raises import MINUTE, NOW, READ_UNTIL, past, plan


def known(shows: int, *ordered: int, since: int = 0, at: int = NOW - MINUTE) -> Past:
    """Return a past in which MUG shows a quantity since a moment, and orders of these units came."""
    found = past(shows, known=[(units, at, True) for units in ordered])
    return replace(found, shown_since=pa.table({"seller_sku": ["MUG"], "changed_at": [since]}))


def sends(changes: pa.Table, known: Past) -> list[int]:
    found: list[int] = pause(changes, known, NOW)[0]["after"].to_pylist()
    return found


def waits(changes: pa.Table, known: Past) -> int:
    return int(pause(changes, known, NOW)[1].num_rows)


def test_what_is_left_of_what_sells_is_taken_off_offer_before_its_quantity_is_corrected() -> None:
    paused, _ = pause(plan(9, FEW), known(9, 1), NOW)
    assert paused["after"].to_pylist() == [0]
    assert "Nothing is offered for some minutes" in paused["because"][0].as_py()
    assert sends(plan(9, FEW + 1), known(9, 1)) == [FEW + 1]


def test_the_faster_it_sells_the_more_is_few() -> None:
    assert sends(plan(90, 40), known(90, 15, 5)) == [0]
    assert sends(plan(90, 41), known(90, 15, 5)) == [41]
    assert sends(plan(90, 40), known(90, 20, at=NOW - HOUR - 1)) == [40]


def test_of_what_did_not_sell_lately_only_the_last_units_are_scarce() -> None:
    assert sends(plan(9, LAST), known(9)) == [0]
    assert sends(plan(9, LAST + 1), known(9)) == [LAST + 1]
    assert sends(plan(9, LAST + 1), known(9, 1, at=NOW - LATELY - 1)) == [LAST + 1]


def test_it_is_offered_again_when_the_orders_of_the_time_before_were_read() -> None:
    assert sends(plan(0, 1), known(0, 1, since=READ_UNTIL - 1)) == [1]
    assert (sends(plan(0, 1), known(0, 1, since=READ_UNTIL)), waits(plan(0, 1), known(0, 1, since=READ_UNTIL))) == (
        [],
        1,
    )


def test_plenty_is_offered_again_without_waiting() -> None:
    assert sends(plan(0, 9), known(0, 1, since=READ_UNTIL)) == [9]


def test_what_already_is_on_its_way_to_nothing_is_not_sent_again() -> None:
    assert sends(plan(0, 1), known(4, 1)) == []


def test_a_number_that_is_sent_over_the_same_number_would_overwrite_an_order_just_as_well() -> None:
    """Amazon shows the last one while five are on their way; one more buyer, and the last one would be there again."""
    assert sends(plan(5, 1), known(1, 2)) == [0]


def test_stock_outs_prices_and_stores_that_do_not_pause_are_left_alone() -> None:
    assert sends(plan(4, 0), known(4, 1)) == [0]
    price = plan(400, 100).set_column(1, CHANGES.schema().field("field"), pa.array(["price"]))
    assert sends(price, known(4, 1)) == [100]
    assert sends(plan(4, 1), replace(known(4, 1), shown_since=None)) == [1]
    assert sends(plan(40, 20), known(40, 1)) == [20]


def test_where_orders_cannot_be_read_nothing_stays_off_offer_for_their_sake() -> None:
    """The account may not read orders any more: what was taken off offer comes back, and nothing else is taken off."""
    unread = replace(known(4, 1), orders_read_until=NOW - HOUR - 1)
    assert sends(plan(4, 1), unread) == [1]
    still = replace(known(0, 1, since=NOW - 2 * HOUR), orders_read_until=NOW - HOUR - 1)
    assert (sends(plan(0, 1), still), waits(plan(0, 1), still)) == ([1], 0)


def test_other_changes_of_a_plan_stay_as_they_are_and_in_their_order() -> None:
    changes = pa.concat_tables([plan(9, 8, "CUP"), plan(4, 1), plan(0, 5, "JUG")])
    paused, _ = pause(changes, known(4, 1), NOW)
    assert paused["seller_sku"].to_pylist() == ["CUP", "MUG", "JUG"]
    assert paused["after"].to_pylist() == [8, 0, 5]
