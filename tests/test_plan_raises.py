"""Raises that answer a fall of Amazon's own: an unread order never brings the old stock back."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES
from channelkit.plan.raises import FALLS, KNOWN, LAST_SENT, Past, Settled, settle

MINUTE = 60_000
NOW, READ_UNTIL = 100 * MINUTE, 98 * MINUTE


def plan(before: int, after: int, sku: str = "MUG") -> pa.Table:
    row = {"seller_sku": sku, "field": "quantity", "before": before, "after": after, "because": "Active. It differs."}
    return pa.Table.from_pylist([row | {"before_text": None, "after_text": None}], CHANGES.schema())


def past(
    shows: int,
    *,
    sent: tuple[int, int] | None = None,
    known: list[tuple[int, int, bool]] | None = None,
    seen: tuple[int, int, int] | None = None,
    read_until: int = READ_UNTIL,
    wanted: int | None = None,
) -> Past:
    """Return what is known of MUG: ``sent`` and ``seen`` quantities, ``known`` orders (units, created, held)."""
    before = None if wanted is None else pa.table({"seller_sku": ["MUG"], "wanted_quantity": [wanted]})
    return Past(
        pa.table({"seller_sku": ["MUG"], "quantity": [shows]}),
        _rows(LAST_SENT, [] if sent is None else [("MUG", *sent)]),
        _rows(KNOWN, [("MUG", *each) for each in known or []]),
        _rows(FALLS, [] if seen is None else [("MUG", *seen)]),
        read_until,
        before,
    )


def _rows(schema: pa.Schema, rows: list[tuple[object, ...]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def sends(settled: Settled) -> list[int]:
    found: list[int] = settled.changes["after"].to_pylist()
    return found


def falls(settled: Settled) -> list[tuple[int, int, int]]:
    return [(row["quantity"], row["seen_at"], row["units"]) for row in settled.falls.to_pylist()]


def test_a_quantity_that_an_unread_order_lowered_is_not_brought_back() -> None:
    settled = settle(plan(9, 10), past(9, sent=(10, 50)), NOW)
    assert sends(settled) == [] and falls(settled) == [(9, NOW, 1)]
    assert "fell by itself" in settled.waiting["because"][0].as_py()


def test_it_waits_on_while_orders_were_not_read_to_after_the_fall_was_first_seen() -> None:
    settled = settle(plan(9, 10), past(9, sent=(10, 50), seen=(9, READ_UNTIL, 1)), NOW)
    assert sends(settled) == [] and falls(settled) == [(9, READ_UNTIL, 1)]


def test_a_persons_edit_on_amazon_is_corrected_once_the_orders_of_its_time_are_known() -> None:
    settled = settle(plan(4, 10), past(4, sent=(10, 50), seen=(4, READ_UNTIL - 1, 6)), NOW)
    assert sends(settled) == [10] and falls(settled) == []


def test_a_further_fall_is_waited_for_by_its_own_size_so_that_a_busy_listing_is_not_kept_low_for_ever() -> None:
    settled = settle(plan(3, 10), past(3, sent=(10, 50), seen=(4, READ_UNTIL - 1, 6)), NOW)
    assert sends(settled) == [9] and falls(settled) == [(3, NOW, 1)]


def test_a_fall_that_known_orders_explain_is_no_obstacle() -> None:
    settled = settle(plan(8, 13), past(8, sent=(10, 50), known=[(2, 51, True)]), NOW)
    assert sends(settled) == [13] and falls(settled) == []


def test_orders_from_before_our_last_word_explain_nothing() -> None:
    assert sends(settle(plan(8, 10), past(8, sent=(10, 50), known=[(2, 50, True)]), NOW)) == []


def test_where_commerces_stock_rose_the_unexplained_fall_is_taken_off_what_is_sent() -> None:
    settled = settle(plan(9, 15), past(9, sent=(10, 50)), NOW)
    assert sends(settled) == [14] and falls(settled) == [(9, NOW, 1)]
    assert settled.changes["because"][0].as_py().endswith("by an order that was not read yet.")


def test_after_such_a_sending_nothing_is_raised_while_the_orders_are_still_unread() -> None:
    stuck = past(14, sent=(14, READ_UNTIL + 9), seen=(9, READ_UNTIL + 1, 1))
    settled = settle(plan(14, 15), stuck, NOW)
    assert sends(settled) == [] and falls(settled) == [(14, READ_UNTIL + 1, 1)]
    assert sends(settle(plan(14, 18), stuck, NOW)) == [17]


def test_a_falling_quantity_is_sent_at_once_and_less_what_may_be_sold() -> None:
    assert sends(settle(plan(9, 5), past(9, sent=(10, 50)), NOW)) == [4]
    assert sends(settle(plan(10, 0), past(10, sent=(10, 50)), NOW)) == [0]


def test_what_never_was_sent_is_compared_with_what_was_wanted_before() -> None:
    assert sends(settle(plan(9, 10), past(9, wanted=10), NOW)) == []
    assert sends(settle(plan(9, 12), past(9, wanted=9), NOW)) == [12]
    assert sends(settle(plan(9, 10), past(9), NOW)) == [10]


def watch(shows: int) -> pa.Table:
    return pa.table({"seller_sku": ["MUG"], "quantity": [shows]})


def test_a_sale_in_the_shop_that_an_unread_order_hides_is_sent_although_amazon_shows_what_is_wanted() -> None:
    """Three were there; one was bought on Amazon, unread yet, and one in the shop: two are shown, and one is left."""
    nothing = CHANGES.schema().empty_table()
    settled = settle(nothing, past(2, wanted=3), NOW, watch(2))
    assert sends(settled) == [1] and falls(settled) == [(2, NOW, 1)]
    assert sends(settle(nothing, past(2, sent=(3, 50)), NOW, watch(2))) == [1]
    assert sends(settle(nothing, past(2, sent=(3, 50), known=[(1, 60, True)]), NOW, watch(2))) == []


def test_a_fall_where_nothing_was_ever_sent_is_remembered_while_what_is_wanted_moves_on() -> None:
    settled = settle(plan(2, 1), past(2, wanted=2, seen=(2, READ_UNTIL, 1)), NOW)
    assert sends(settled) == [0] and falls(settled) == [(2, READ_UNTIL, 1)]


def test_units_of_unpaid_orders_that_nothing_holds_are_not_offered_again() -> None:
    """Amazon takes them off its quantity while the buyer's payment is under way."""
    unpaid = [(1, 60, False)]
    assert sends(settle(plan(9, 10), past(9, sent=(10, 50), known=unpaid), NOW)) == []
    assert sends(settle(plan(9, 15), past(9, sent=(10, 50), known=unpaid), NOW)) == [14]


def test_a_raise_that_is_on_its_way_is_brought_down_at_once() -> None:
    assert sends(settle(plan(14, 12), past(9, sent=(9, 50)), NOW)) == [12]


def test_falls_of_other_listings_stay_until_their_orders_were_read() -> None:
    known = past(9)
    kept = _rows(FALLS, [("CUP", 3, READ_UNTIL, 2), ("POT", 3, READ_UNTIL - 1, 2)])
    for changes in (plan(9, 5), CHANGES.schema().empty_table()):
        settled = settle(changes, Past(known.shown, known.last_sent, known.known, kept, READ_UNTIL), NOW)
        assert settled.falls["seller_sku"].to_pylist() == ["CUP"]


def test_prices_pass_in_their_place() -> None:
    price = plan(9, 10).set_column(1, "field", pa.array(["price"]))
    both = pa.concat_tables([price, plan(9, 10), price])
    settled = settle(both, past(9, sent=(10, 50)), NOW)
    assert settled.changes["field"].to_pylist() == ["price", "price"]


def test_a_million_changes_cost_nothing_to_notice() -> None:
    count = 1_000_000
    skus = pa.array(np.arange(count)).cast(pa.string())
    text = pa.nulls(count, pa.string())
    columns = [skus, pa.repeat("quantity", count), pa.repeat(9, count), pa.repeat(10, count), skus, text, text]
    changes = pa.table(columns, schema=CHANGES.schema())
    nothing = past(9)
    shown = pa.table({"seller_sku": skus, "quantity": pa.repeat(9, count)})
    began = time.process_time()
    settle(changes, Past(shown, nothing.last_sent, nothing.known, nothing.falls, READ_UNTIL), NOW)
    assert time.process_time() - began < 5


@given(st.data())
def test_whatever_happens_amazon_never_offers_more_than_there_is(data: st.DataObject) -> None:
    """A world: stock that is known and sold elsewhere, orders read late or much later, edits, our cycles between."""
    stock = data.draw(st.integers(0, 20))
    orders: list[tuple[int, int]] = []
    shows, wanted, read_until = stock, stock, 0
    last: tuple[int, int] | None = None
    seen: tuple[int, int, int] | None = None
    for cycle in range(1, data.draw(st.integers(2, 8)) + 1):
        now = cycle * 5 * MINUTE
        for _ in range(data.draw(st.integers(0, 2))):
            units = data.draw(st.integers(1, 3))
            if units <= shows:
                shows -= units
                orders.append((units, now - data.draw(st.integers(1, 4 * MINUTE))))
        stock += data.draw(st.sampled_from([0, 0, 0, 5, -1, -2]))
        shows -= min(shows, data.draw(st.sampled_from([0, 0, 0, 2])))
        read_until = max(read_until, now - data.draw(st.sampled_from([2, 2, 2, 7, 12])) * MINUTE)
        known = [(units, at, True) for units, at in orders if at < read_until]
        desired = max(0, stock - sum(units for units, *_ in known))
        book = past(shows, sent=last, known=known, seen=seen, read_until=read_until, wanted=wanted)
        change = plan(shows, desired) if desired != shows else CHANGES.schema().empty_table()
        watched = watch(shows) if desired == shows < wanted else None
        settled = settle(change, book, now, watched)
        wanted = desired
        seen = next(iter(falls(settled)), None)
        for after in sends(settled):
            last, shows = (after, now), after
        assert shows <= max(0, stock - sum(units for units, _ in orders))
