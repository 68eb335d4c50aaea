"""Two sellers who undercut each other: recognised by what was sent; the price falls seldom and climbs back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES, OPEN_CHANGES
from channelkit.model.tables import LISTINGS, TABS
from channelkit.plan.expected import expect
from channelkit.plan.offers import plan_offers
from channelkit.plan.oscillation import (
    DAY,
    HOUR,
    SENT_PRICES,
    TARGETS,
    WINDOW,
    Damped,
    Rivalry,
    damp,
    due,
    find_rallies,
)
from channelkit.pricing.terms import Damping
from tests.decision_tables import LISTING, NOW, Row, table

ACTIVE: Row = {
    "listed": True,
    "sku": "A",
    "product_sku": "P",
    "tab": "Active",
    "status": "Active",
    "reason": "It is on sale.",
    "stale": False,
}


def sent(*moves: tuple[int, int, float], sku: str = "A") -> list[Row]:
    """Return moves: from, to, and how many hours ago."""
    return [
        {"seller_sku": sku, "before": before, "after": after, "at": NOW - int(hours * HOUR)}
        for before, after, hours in moves
    ]


def war(count: int = 5, hours: float = 6.0, start: int = 2000, sku: str = "A") -> list[Row]:
    """Return so many falls by a cent, evenly over the last hours; the last one half an hour ago."""
    steps = [hours - (hours - 0.5) * step / max(count - 1, 1) for step in range(count)]
    return sent(*((start - step, start - step - 1, ago) for step, ago in enumerate(steps)), sku=sku)


def known(rows: Sequence[Row]) -> pa.Table:
    return pa.Table.from_pylist([dict(row) for row in rows], schema=SENT_PRICES)


def rallying(rows: Sequence[Row], **damping: Any) -> list[str]:
    found: list[str] = find_rallies(known(rows), NOW, Damping(**damping))["seller_sku"].to_pylist()
    return found


def damped(
    rows: Sequence[Row],
    wanted: int,
    stands: int = 1995,
    *,
    target: int | None = None,
    by_rivals: bool = True,
    decided: Row | None = None,
    now: int = NOW,
    largest_jump: float = 0.5,
    **damping: Any,
) -> Damped:
    tabs = table(TABS, [{**ACTIVE, "wanted_price": wanted, **(decided or {})}])
    expected = expect(table(LISTINGS, [{**LISTING, "price": stands}]), table(OPEN_CHANGES, []), now)
    targets = [] if target is None else [{"seller_sku": "A", "price": target}]
    rivalry = Rivalry(
        find_rallies(known(rows), now, Damping(**damping)),
        pa.array(["A"] * by_rivals, pa.string()),
        pa.Table.from_pylist(targets, schema=TARGETS),
        largest_jump,
        Damping(**damping),
    )
    return damp(plan_offers(tabs, expected), tabs, expected, rivalry, now)


def prices(found: Damped) -> list[int]:
    return [row["after"] for row in found.changes.to_pylist() if row["field"] == "price"]


@pytest.mark.parametrize(("count", "hours", "is_war"), [(4, 6, True), (3, 6, False), (4, 24.5, True), (4, 25, False)])
def test_four_falls_within_a_day_are_a_war(count: int, hours: float, is_war: bool) -> None:
    assert rallying(war(count, hours)) == ["A"] * is_war


def test_nothing_is_a_war_where_wars_are_not_damped() -> None:
    assert rallying(war(20), falls=0) == []
    assert rallying(war(2), falls=2) == ["A"] and rallying(war(5), falls=6) == []


def test_falls_of_several_listings_are_not_added_up_and_rises_are_none() -> None:
    assert rallying([*war(3, sku="A"), *war(3, sku="B")]) == []
    assert rallying(sent(*((1000 + step, 1001 + step, 6 - step) for step in range(6)))) == []
    assert rallying([*war(4, sku="B"), *war(5, sku="A")]) == ["A", "B"]
    assert rallying([]) == []


def test_a_war_stays_known_while_its_falls_are_within_the_days_that_are_looked_at() -> None:
    old = sent(*((1000 - step, 999 - step, 60 - step) for step in range(4)))
    [found] = find_rallies(known(old), NOW).to_pylist()
    assert (found["falls"], found["highest"], found["rose_at"]) == (4, None, None)


def test_a_small_fall_in_a_war_waits_and_says_why() -> None:
    found = damped(war(), 1994)
    assert prices(found) == []
    [told] = found.waiting.to_pylist()
    assert told["seller_sku"] == "A"
    assert told["because"].startswith("Its price stays for some hours: it was lowered 5 times")


def test_after_its_rest_the_price_falls_again() -> None:
    assert prices(damped(war(), 1994, now=NOW + 3 * HOUR)) == [1994]
    assert prices(damped(war(), 1994, now=NOW + 2 * HOUR)) == []


def test_a_rise_always_goes() -> None:
    """A floor that rose, or a rival who is gone, must not wait."""
    assert prices(damped(war(), 2100)) == [2100]


def test_a_larger_fall_goes_at_once() -> None:
    """It is somebody's new price, not another cent."""
    assert prices(damped(war(), 1800)) == [1800]


def test_no_other_price_and_no_quantity_waits() -> None:
    assert prices(damped(war(), 1994, by_rivals=False)) == [1994]
    assert prices(damped(war(3), 1994)) == [1994]
    found = damped(war(), 1994, decided={"wanted_quantity": 0})
    assert [row["field"] for row in found.changes.to_pylist()] == ["quantity"]


FOUGHT = war(5, 20)


def test_a_price_that_did_not_rise_for_long_goes_back_to_where_the_day_began() -> None:
    found = damped(FOUGHT, 1994, target=2500, now=NOW + HOUR)
    [change] = found.changes.to_pylist()
    assert (change["field"], change["before"], change["after"]) == ("price", 1995, 2000)
    assert change["because"].startswith("Active. It was undercut again and again")
    assert found.waiting.num_rows == 0


@pytest.mark.parametrize(
    ("target", "wanted", "after"),
    [(1998, 1994, [1998]), (1990, 1994, []), (None, 1994, []), (2500, 1995, [2000]), (2500, 2200, [2200])],
)
def test_it_never_goes_above_what_it_would_be_without_others(target: int | None, wanted: int, after: list[int]) -> None:
    assert prices(damped(FOUGHT, wanted, target=target, now=NOW + HOUR)) == after


def test_it_does_not_jump_further_than_the_store_lets_a_price_rise_at_once() -> None:
    assert prices(damped(sent(*FOUGHT_DEEP), 989, 990, target=5000, now=NOW + HOUR, largest_jump=0.1)) == [1089]


FOUGHT_DEEP = [(2000, 1500, 20), (1500, 1200, 16), (1200, 1000, 10), (1000, 990, 0.5)]


@pytest.mark.parametrize(
    "decided",
    [{"tab": "Ineligible"}, {"stale": True}, {"product_sku": None}, {"listed": False}],
    ids=["not on sale", "old facts", "no product", "not listed"],
)
def test_only_what_is_on_sale_and_ours_goes_back(decided: Row) -> None:
    assert 2000 not in prices(damped(FOUGHT, 1994, target=2500, decided=decided, now=NOW + HOUR))


def test_after_it_went_back_up_it_stays_for_its_rest_however_far_others_are_below() -> None:
    climbed = [*FOUGHT, *sent((1995, 2500, 0.2))]
    assert prices(damped(climbed, 1400, 2500)) == []
    assert prices(damped(climbed, 1400, 2500, now=NOW + 3 * HOUR)) == [1400]


def test_it_goes_back_up_once_in_so_many_hours_and_never_where_that_is_off() -> None:
    climbed = [*FOUGHT, *sent((1995, 2000, 4), (2000, 1990, 1))]
    rallies = find_rallies(known(climbed), NOW)
    assert due(rallies, NOW).to_pylist() == []
    assert due(rallies, NOW + 8 * HOUR).to_pylist() == ["A"]
    assert due(rallies, NOW + 8 * HOUR, Damping(climb=0)).to_pylist() == []


def test_a_war_that_has_rested_for_a_day_is_over() -> None:
    assert prices(damped(FOUGHT, 1995, target=2500, now=NOW + DAY)) == []


@given(st.lists(st.tuples(st.integers(900, 1100), st.integers(900, 1100), st.floats(0.1, 71)), max_size=30))
def test_whatever_was_sent_the_number_of_falls_is_what_was_counted(moves: list[tuple[int, int, float]]) -> None:
    for found in find_rallies(known(sent(*moves)), NOW).to_pylist():
        assert found["falls"] == sum(after < before for before, after, _ in moves) >= 4


class Market:
    """A rival who is a cent below us, but not below a floor of its own, and a rule of ours that does the same.

    Arguments:
        follows: the rival goes up when we do; else it stays where it once was.
    """

    def __init__(self, floor: int, target: int, rival: int, *, follows: bool) -> None:
        self.floor, self.target, self.rival, self.follows = floor, target, rival, follows
        self.price = target
        self.sent: list[Row] = []

    def run(self, days: int) -> None:
        for hour in range(days * 24):
            now = NOW + hour * HOUR
            rival = max(self.price - 1, self.rival) if self.follows else self.rival
            for after in self._plan(min(max(rival - 1, self.floor), self.target), now):
                self.sent.append({"seller_sku": "A", "before": self.price, "after": after, "at": now})
                self.price = after

    def _plan(self, wanted: int, now: int) -> list[int]:
        row = {**ACTIVE, "seller_sku": "A", "wanted_price": wanted}
        differs = [
            {"seller_sku": "A", "field": "price", "before": self.price, "after": wanted, "because": "It differs."}
        ]
        rivalry = Rivalry(
            find_rallies(known([row for row in self.sent if row["at"] > now - WINDOW]), now),
            pa.array(["A"]),
            pa.table({"seller_sku": ["A"], "price": [self.target]}),
        )
        changes = pa.Table.from_pylist(differs * (wanted != self.price), schema=CHANGES.schema())
        expected = pa.table({"seller_sku": ["A"], "price": [self.price]})
        return prices(damp(changes, pa.Table.from_pylist([row]), expected, rivalry, now))

    def moves_of(self, day: int) -> int:
        return sum(day * DAY <= row["at"] - NOW < (day + 1) * DAY for row in self.sent)


def test_days_of_undercutting_end_in_a_few_moves_a_day_near_the_top_and_inside_the_bounds() -> None:
    market = Market(floor=1000, target=2000, rival=900, follows=True)
    market.run(4)
    assert all(1000 <= row["after"] <= 2000 for row in market.sent)
    assert all(market.moves_of(day) <= 12 for day in range(4))
    assert market.price > 1900


def test_against_a_rival_who_stays_below_our_floor_the_price_comes_to_rest_there() -> None:
    market = Market(floor=1990, target=2000, rival=900, follows=False)
    market.sent = war(8)
    market.run(6)
    assert all(1990 <= row["after"] <= 2000 for row in market.sent)
    assert market.price == 1990
    assert [market.moves_of(day) for day in (4, 5)] == [0, 0]
