"""Which prices go first, when they are judged right or wrong, what waits meanwhile, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.canaries import CLOSED, PASSED, RUNNING, STOPPED, Bird, Canary, Probe
from channelkit.model.changes import CHANGES
from channelkit.plan.canary import Judgement, band, choose_first, invert, judge, was_seen
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.guards import Guarded, Limits, guard
from channelkit.plan.listings import ASKED
from channelkit.plan.settle import OVERTAKEN
from tests.decision_tables import Row, table

SENT_AT = 1_000_000


def price(sku: str, after: int = 1100, before: int | None = 1000) -> Row:
    return {"seller_sku": sku, "field": "price", "before": before, "after": after, "because": "It differs."}


def prices(count: int) -> pa.Table:
    """Return prices of which each rises more than the one before; the first ones fall."""
    return table(CHANGES, [price(f"S{place:03}", 900 + 5 * place) for place in range(count)])


def chosen(going: pa.Table, share: str, buyable: Sequence[str] | None = None) -> list[str]:
    able = going["seller_sku"].to_pylist() if buyable is None else list(buyable)
    return sorted(choose_first(going, Decimal(share), pa.array(able, pa.string())).first["seller_sku"].to_pylist())


def test_one_percent_goes_first_from_the_deepest_fall_to_the_highest_rise() -> None:
    assert chosen(prices(200), "0.01") == ["S000", "S199"]
    assert chosen(prices(201), "0.01") == ["S000", "S100", "S200"]
    assert chosen(prices(7), "0.01") == ["S000"]
    assert len(chosen(prices(7), "1")) == 7


def test_what_can_be_bought_goes_first_as_far_as_there_is_any() -> None:
    able = ["S003", "S005", "S007", "S008"]
    assert chosen(prices(20), "0.1", able) == ["S003", "S008"]
    assert len(chosen(prices(20), "0.5", able)) == 10
    assert set(able) < set(chosen(prices(20), "0.5", able))
    assert chosen(prices(20), "0.05", []) == ["S000"]


def test_all_prices_of_a_listing_go_together_and_nothing_else_does() -> None:
    sale = {"seller_sku": "S000", "field": "sale", "before_text": "", "after_text": '{"price":9}', "because": "x"}
    stock = {"seller_sku": "S000", "field": "quantity", "before": 5, "after": 4, "because": "x"}
    going = table(CHANGES, [stock, sale, price("S000", 900), price("S001")])
    choice = choose_first(going, Decimal("0.5"), pa.array(["S000", "S001"]))
    assert sorted(choice.first["field"].to_pylist()) == ["price", "sale"]
    assert choice.rest["seller_sku"].to_pylist() == ["S001"]


@given(st.integers(1, 60), st.integers(1, 100), st.data())
def test_at_least_one_and_never_fewer_than_the_share_goes_first(count: int, percent: int, data: st.DataObject) -> None:
    going = prices(count)
    able = data.draw(st.lists(st.sampled_from(going["seller_sku"].to_pylist()), unique=True))
    choice = choose_first(going, Decimal(percent) / 100, pa.array(able, pa.string()))
    assert choice.first.num_rows == max(1, -(-count * percent // 100))
    both = [*choice.first["seller_sku"].to_pylist(), *choice.rest["seller_sku"].to_pylist()]
    assert sorted(both) == going["seller_sku"].to_pylist()


BIRDS = {
    "A": Bird(True, {"price": Probe(1, 1000, 1100)}),
    "B": Bird(True, {"price": Probe(2, 2000, 1900), "sale": Probe(3, "", '{"price":1500}')}),
}
CANARY = Canary(4, "us", RUNNING, "0.01", BIRDS, "", SENT_AT - 5, "Ann")


def test_what_went_first_is_known_by_its_numbers_in_the_journal() -> None:
    sale = {"seller_sku": "B", "field": "sale", "before_text": "", "after_text": '{"price":1500}', "because": "x"}
    planned = table(CHANGES, [price("A"), price("B", 1900, 2000), sale])
    planned = planned.append_column("id", pa.array([1, 2, 3], pa.int64()))
    assert band(planned, pa.array(["A", "B"])) == BIRDS
    assert not band(planned, pa.array(["A"]))["B"].buyable


def became(
    *states: str | tuple[str, str],
    seen: Mapping[str, Row] | None = None,
    canary: Canary = CANARY,
    at: int = SENT_AT + 9,
) -> Judgement:
    """Judge after the changes came to these states; what Amazon shows is as it was sent, unless told otherwise."""
    rows = []
    for number, state in enumerate(states, 1):
        name, note = (state, "") if isinstance(state, str) else state
        rows.append({"id": number, "state": name, "sent_at": None if name == "planned" else SENT_AT, "note": note})
    listings = [
        {
            "seller_sku": sku,
            "price": bird.fields["price"].after,
            "quantity": 5,
            "fulfillment_channel": "DEFAULT",
            "buyable": True,
            "observed_at": at,
            **(seen or {}).get(sku, {}),
        }
        for sku, bird in canary.birds.items()
    ]
    return judge(canary, pa.Table.from_pylist(rows), pa.Table.from_pylist(listings))


def test_it_has_passed_once_all_of_it_was_read_back_as_it_was_sent() -> None:
    assert became("accepted", "confirmed", "confirmed") == Judgement(RUNNING)
    assert became("planned", "sent", "confirmed") == Judgement(RUNNING)
    assert became("confirmed", "confirmed", "confirmed") == Judgement(PASSED)


@pytest.mark.parametrize(
    ("states", "seen", "words"),
    [
        (("accepted", ("refused", "Price too low."), "sent"), {}, "Amazon refused 1 of 3 changes: Price too low."),
        (("confirmed", ("expired", "It shows 20.00."), "sent"), {}, "Amazon did not show 1 of 3 changes in time."),
        (("accepted",) * 3, {"A": {"buyable": False}}, "1 of 2 listings can no longer be bought, A among them."),
        (
            ("confirmed",) * 3,
            {"B": {"price": 2100}},
            "Amazon shows a price that nobody sent of 1 of 2 listings, B among them.",
        ),
        (("dropped",) * 3, {}, "Nothing of it arrived on Amazon."),
    ],
    ids=["refused", "not shown", "suppressed", "another price", "never left"],
)
def test_it_is_stopped_by_the_first_thing_that_is_wrong(
    states: Sequence[Any], seen: Mapping[str, Row], words: str
) -> None:
    assert became(*states, seen=seen) == Judgement(STOPPED, words)


@pytest.mark.parametrize(
    "seen",
    [{"quantity": 0, "buyable": False}, {"fulfillment_channel": "AMAZON_NA", "quantity": None, "buyable": False}],
    ids=["sold out", "amazon's stock"],
)
def test_what_ran_out_of_stock_meanwhile_stops_nothing(seen: Row) -> None:
    assert became("confirmed", "confirmed", "confirmed", seen={"A": seen}) == Judgement(PASSED)


def test_a_reading_from_before_it_was_sent_stops_nothing() -> None:
    old = {"A": {"price": 777, "buyable": False}}
    assert became("accepted", "accepted", "accepted", seen=old, at=SENT_AT - 1) == Judgement(RUNNING)


def test_what_could_not_be_bought_before_stops_nothing() -> None:
    canary = replace(CANARY, birds={"A": Bird(False, {"price": Probe(1, 1000, 1100)})})
    assert became("confirmed", seen={"A": {"buyable": False}}, canary=canary) == Judgement(PASSED)


def test_what_a_person_overtook_is_left_out() -> None:
    seen = {"A": {"price": 1234}}
    assert became(("expired", OVERTAKEN), "confirmed", "confirmed", seen=seen) == Judgement(PASSED)


def guarded(canary: Canary | None, *changes: Row, asked: str = "", listings: int = 1000) -> Guarded:
    named = pa.Table.from_pylist([{"seller_sku": asked, "field": "price"}] * bool(asked), schema=ASKED)
    return guard(table(CHANGES, changes), listings, Limits(smallest_sweep=2), asked=named, canary=canary)


STOCK = {"seller_sku": "A", "field": "quantity", "before": 5, "after": 4, "because": "x"}


def test_other_prices_wait_while_it_is_under_way_and_everything_else_goes() -> None:
    found = guarded(CANARY, price("A"), price("C"), STOCK)
    assert found.going["field"].to_pylist() == ["quantity"]
    assert (
        found.held["note"].to_pylist()
        == ["It waits until Amazon shows the prices that went first as they were sent."] * 2
    )


def test_they_go_on_waiting_after_it_was_stopped_until_a_person_has_seen_to_it() -> None:
    stopped = replace(CANARY, state=STOPPED, note="Amazon refused it.")
    assert guarded(stopped, price("C")).held["note"].to_pylist() == [
        "It waits for a person: the canary was stopped. Amazon refused it."
    ]
    for state in (CLOSED, PASSED):
        assert guarded(replace(CANARY, state=state), price("C")).going.num_rows == 1


def test_a_price_that_a_person_asked_for_by_name_waits_for_no_canary() -> None:
    assert guarded(CANARY, price("C"), asked="C").going.num_rows == 1


def test_the_reason_why_a_price_is_held_itself_is_told_first_or_last_but_it_is_held() -> None:
    assert guarded(CANARY, price("C", 0)).held["note"].to_pylist() == ["A price must be above zero."]


def test_once_it_has_passed_just_the_prices_that_a_person_saw_go_however_many() -> None:
    rest = [price("C"), price("D"), price("E")]
    passed = replace(CANARY, state=PASSED, rest=fingerprint(table(CHANGES, rest)))
    assert guarded(passed, *rest, STOCK, listings=4).stopped == ""
    assert guarded(passed, *rest, price("F"), listings=4).stopped
    assert guarded(passed, price("C", 1200), *rest[1:], listings=4).stopped
    assert guarded(None, *rest, listings=4).stopped
    assert not was_seen(replace(passed, rest=""), table(CHANGES, []))


def test_the_way_back_is_to_what_stood_there() -> None:
    expected = pa.table({"seller_sku": ["A", "B"], "price": [1100, 2000], "sale": ['{"price":1500}', None]})
    back = invert(CANARY, expected).to_pylist()
    assert [(row["seller_sku"], row["field"], row["before"], row["after"]) for row in back] == [
        ("A", "price", 1100, 1000),
        ("B", "sale", None, None),
    ]
    assert back[1]["after_text"] == ""
    assert "stopped" in back[0]["because"]


def test_there_is_no_way_back_from_what_had_no_price_or_is_gone() -> None:
    canary = replace(CANARY, birds={"A": Bird(True, {"price": Probe(1, None, 1100)}), "B": BIRDS["B"]})
    assert invert(canary, pa.table({"seller_sku": ["A"], "price": [1100]})).num_rows == 0
