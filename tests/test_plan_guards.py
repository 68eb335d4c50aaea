"""An outlier is held for a person while the rest goes; a sweeping plan is stopped, and stock-outs still leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.guards import Guarded, Limits, far_jumps, guard
from channelkit.plan.listings import ASKED
from tests.decision_tables import Row, table


def change(sku: str = "A", field: str = "price", before: int | None = 1000, after: int = 1100) -> dict[str, Any]:
    return {"seller_sku": sku, "field": field, "before": before, "after": after, "because": "It differs."}


def guarded(
    *changes: Row,
    listings: int = 1000,
    limits: Limits | None = None,
    refused: Sequence[Row] | None = None,
    asked: Sequence[tuple[str, str]] = (),
) -> Guarded:
    known = (
        None if refused is None else table(CHANGES, refused).append_column("note", [[row["note"] for row in refused]])
    )
    named = pa.Table.from_pylist([{"seller_sku": sku, "field": field} for sku, field in asked], schema=ASKED)
    return guard(table(CHANGES, changes), listings, limits or Limits(), known, asked=named)


def skus(found: Any) -> list[str]:
    return [str(sku) for sku in found["seller_sku"].to_pylist()]


def test_an_outlier_is_held_while_the_rest_goes() -> None:
    found = guarded(change("A"), change("B", after=10_000), change("C", "quantity", 5, 0))
    assert (skus(found.going), skus(found.held)) == (["A", "C"], ["B"])
    assert found.held["note"].to_pylist() == ["The price would move by more than 50%."]
    assert found.leaving.equals(found.going)
    assert found.stopped == ""


@pytest.mark.parametrize(("after", "is_held"), [(1500, False), (1501, True), (500, False), (499, True), (100, True)])
def test_the_limit_itself_is_allowed_up_and_down(after: int, is_held: bool) -> None:
    assert bool(skus(guarded(change(after=after)).held)) == is_held


def test_a_limit_of_a_tenth_is_a_tenth_exactly() -> None:
    limits = Limits(largest_price_jump=0.1)
    assert skus(guarded(change(before=1000, after=1100), limits=limits).going) == ["A"]
    assert skus(guarded(change(before=1000, after=1101), limits=limits).held) == ["A"]


@pytest.mark.parametrize("before", [None, 0, -5])
def test_a_price_with_nothing_to_compare_it_to_is_held(before: int | None) -> None:
    assert skus(guarded(change(before=before)).held) == ["A"]


@pytest.mark.parametrize("after", [0, -1])
def test_a_price_of_zero_or_less_never_goes(after: int) -> None:
    found = guarded(change(before=1, after=after), limits=Limits(largest_price_jump=1))
    assert found.held["note"].to_pylist() == ["A price must be above zero."]


@given(
    st.one_of(st.none(), st.integers(-10, 10**9)), st.integers(10, 1000), st.sampled_from([0.01, 0.1, 0.3, 0.5, 1.0])
)
def test_no_price_ten_times_as_high_ever_goes(before: int | None, factor: int, largest: float) -> None:
    after = (before or 0) * factor
    assert not skus(guarded(change(before=before, after=after), limits=Limits(largest_price_jump=largest)).going)


def test_what_amazon_refused_unchanged_is_held_with_its_words() -> None:
    refused = [{**change("A"), "note": "Price below the minimum."}]
    found = guarded(change("A"), change("A", "quantity", 5, 1100), change("B"), refused=refused)
    assert found.held["note"].to_pylist() == [
        "Amazon refused the same change in the last 24 hours: Price below the minimum."
    ]
    assert found.going.num_rows == 2


def test_what_amazon_refused_goes_once_it_is_another_value() -> None:
    assert skus(guarded(change("A", after=1101), refused=[{**change("A"), "note": ""}]).going) == ["A"]


def many(count: int, field: str = "price", after: int = 1100) -> list[dict[str, Any]]:
    return [change(f"{field}-{number}", field, 1000, after) for number in range(count)]


def test_a_sweeping_plan_is_stopped_and_says_how_sweeping_it_is() -> None:
    found = guarded(*many(31), listings=100)
    assert found.stopped == "31 of 100 listings would change, more than the 30% that may change at once."
    assert (found.going.num_rows, found.leaving.num_rows) == (31, 0)
    assert guarded(*many(30), listings=100).stopped == ""


def test_stock_outs_leave_although_a_sweeping_price_list_is_stopped() -> None:
    found = guarded(*many(2, "quantity", 0), *many(40), *many(5, "quantity", 7), listings=100)
    assert found.stopped
    assert skus(found.leaving) == ["quantity-0", "quantity-1"]


def test_a_stock_that_suddenly_reads_empty_does_not_empty_the_shop() -> None:
    found = guarded(*many(90, "quantity", 0), listings=100)
    assert found.stopped
    assert found.leaving.num_rows == 0


def test_price_and_quantity_of_one_listing_are_one_listing() -> None:
    both = [change(str(number), field, 1000, 1100) for number in range(20) for field in ("price", "quantity")]
    assert guarded(*both, listings=100).stopped == ""


def test_what_is_held_does_not_make_a_plan_sweeping() -> None:
    found = guarded(*many(40, after=99_999), listings=100)
    assert (found.stopped, found.held.num_rows) == ("", 40)


def test_a_small_shop_is_not_stopped_for_a_handful() -> None:
    assert guarded(*many(9), listings=9).stopped == ""


def test_an_empty_plan_goes_and_stops_nothing() -> None:
    found = guarded()
    assert (found.going.num_rows, found.held.num_rows, found.stopped) == (0, 0, "")


def new(count: int, start: int = 0) -> list[dict[str, Any]]:
    return [change(f"new-{number:03}", "publish", 0, 1) for number in range(start, start + count)]


def ended(count: int) -> list[dict[str, Any]]:
    return [change(f"end-{number}", "end", 1, 0) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "listings", "goes"),
    [(10, 0, True), (11, 0, False), (11, 30, False), (30, 100, True), (31, 100, False)],
)
def test_many_new_listings_that_nobody_asked_for_wait_for_a_person(count: int, listings: int, goes: bool) -> None:
    found = guarded(*new(count), change("A"), listings=listings)
    assert found.held.num_rows == (0 if goes else count)
    assert set(found.held["note"].to_pylist()) <= {"So many new listings at once wait for a person."}
    assert skus(found.going)[-1] == "A" and not found.stopped


def test_new_listings_that_a_person_asked_for_go_and_do_not_count() -> None:
    asked = [(row["seller_sku"], "publish") for row in new(500)]
    found = guarded(*new(510), listings=10, asked=asked)
    assert (found.going.num_rows, found.held.num_rows, found.stopped) == (510, 0, "")
    assert guarded(*new(511), listings=10, asked=asked).going.num_rows == 500


def test_ending_many_listings_is_sweeping() -> None:
    found = guarded(*ended(31), *many(2, "quantity", 0), listings=100)
    assert found.stopped.startswith("33 of 100 listings would change")
    assert skus(found.leaving) == ["quantity-0", "quantity-1"]
    assert not guarded(*ended(30), listings=100).stopped


def test_a_price_that_a_person_asked_for_by_name_goes_however_far_but_never_to_zero() -> None:
    """AC-04."""
    far = [change("A", after=9_000), change("B", after=9_000), change("C", before=None), change("D", after=0)]
    found = guarded(*far, asked=[("A", "price"), ("C", "price"), ("D", "price"), ("B", "publish")])
    assert (skus(found.going), skus(found.held)) == (["A", "C"], ["B", "D"])
    assert far_jumps(table(CHANGES, far), Limits()).tolist() == [True] * 4
    assert far_jumps(table(CHANGES, [change("A"), *ended(1)]), Limits()).tolist() == [False] * 2


def test_a_new_listing_that_amazon_refused_goes_again_once_it_is_told_otherwise() -> None:
    refused = [{**new(1)[0], "after_text": '{"price": 900}', "note": "No."}]
    assert guarded({**new(1)[0], "after_text": '{"price": 900}'}, refused=refused).held.num_rows == 1
    assert guarded({**new(1)[0], "after_text": '{"price": 901}'}, refused=refused).going.num_rows == 1


def test_a_stock_out_that_came_before_the_listing_was_there_goes_again() -> None:
    stock_out = change("A", "quantity", 5, 0)
    known = table(CHANGES, [stock_out]).append_column("note", [["No such listing."]])
    known = known.append_column("code", [["NOT_FOUND"]])
    assert guard(table(CHANGES, [stock_out]), 100, Limits(), known).going.num_rows == 1


def test_the_fingerprint_covers_texts() -> None:
    told = [{**new(1)[0], "before_text": before, "after_text": after} for before in ("", "a") for after in ("", "b")]
    assert len({fingerprint(table(CHANGES, [row])) for row in told}) == 4


CHANGE_ROWS = st.lists(
    st.builds(
        change,
        st.text(max_size=4),
        st.sampled_from(["price", "quantity"]),
        st.one_of(st.none(), st.integers(0, 20)),
        st.integers(0, 20),
    ),
    unique_by=lambda row: (row["seller_sku"], row["field"]),
)


@given(CHANGE_ROWS, st.randoms(use_true_random=False))
def test_the_fingerprint_does_not_depend_on_order_or_reasons(rows: list[dict[str, Any]], random: Any) -> None:
    first = fingerprint(table(CHANGES, rows))
    random.shuffle(rows)
    assert fingerprint(table(CHANGES, [{**row, "because": "Otherwise."} for row in rows])) == first


@given(CHANGE_ROWS, CHANGE_ROWS)
def test_other_changes_have_another_fingerprint(rows: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[name] for name in ("seller_sku", "field", "before", "after"))

    is_same = {key(row) for row in rows} == {key(row) for row in others}
    assert (fingerprint(table(CHANGES, rows)) == fingerprint(table(CHANGES, others))) == is_same


@given(CHANGE_ROWS, st.integers(0, 30))
def test_nothing_is_lost_and_nothing_stands_twice(rows: list[dict[str, Any]], listings: int) -> None:
    found = guarded(*rows, listings=listings)
    assert found.going.num_rows + found.held.num_rows == len(rows)
    key = ["seller_sku", "field"]
    told = found.going.select(key).to_pylist() + found.held.select(key).to_pylist()
    assert sorted(map(repr, told)) == sorted(repr({name: row[name] for name in key}) for row in rows)
