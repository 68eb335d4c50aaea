"""Crashes and the peak hour: killed cycles lose no order and double none, seeds replay, and the books can count."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.chaos.crashes import run_crashes
from benchmarks.chaos.demand import AMAZON, STOREFRONT, Event, Sizes, write_script
from benchmarks.chaos.on_hand import OnHand
from benchmarks.chaos.rivals import RivalsWorld, play_at_rivals_pace


def test_cycles_that_are_killed_lose_no_order_double_none_and_lose_no_unit(tmp_path: Path) -> None:
    """OR-02, OR-05: every order is in Commerce exactly once, and what is held is what ought to be."""
    chaos = run_crashes(3, 5, tmp_path, products=24)
    assert chaos.kills == 3 and chaos.reckoning.placed
    assert chaos.reckoning.is_clean, chaos.reckoning
    assert not chaos.errors


def test_a_seed_gives_the_same_hour_again() -> None:
    sizes, scarce, plenty = Sizes().scaled(0.02), ["a", "b"], ["c", "d", "e", "f"]
    script = write_script(3, sizes, scarce, plenty)
    assert script == write_script(3, sizes, scarce, plenty) != write_script(4, sizes, scarce, plenty)
    free = {"a": 2, "b": 3, "c": 20, "d": 20, "e": 20, "f": 20}
    first, second = (play_at_rivals_pace(script, free, 360.0, 3) for _ in range(2))
    assert (first.oversold, first.unavoidable, first.cases) == (second.oversold, second.unavoidable, second.cases)


def test_units_that_went_in_the_shop_just_before_are_unavoidable_and_each_explains_one() -> None:
    book = OnHand({"A": 3}, promise=360.0)
    book.sell_in_shop("A", 2, at=0.0)
    assert book.sell("A", 3, at=100.0) == 2
    assert (book.oversold, book.unavoidable) == (0, 2)
    assert book.sell("A", 1, at=120.0) == 1
    assert (book.oversold, book.unavoidable) == (1, 2), "the two units have explained two others already"


def test_units_that_went_in_the_shop_long_before_explain_nothing() -> None:
    book = OnHand({"A": 1}, promise=360.0)
    book.sell_in_shop("A", 1, at=0.0)
    book.sell("A", 1, at=361.0)
    assert (book.oversold, book.unavoidable) == (1, 0)


def test_stock_pushed_over_an_order_that_was_not_read_yet_is_sold_twice() -> None:
    """What the hour at the pace of others is about: an absolute number gives back what Amazon has sold."""
    script = [
        Event(590.0, AMAZON, "A", 1, marketplace="us"),
        Event(595.0, STOREFRONT, "A", 1),
        Event(700.0, AMAZON, "A", 1, marketplace="us"),
        Event(720.0, AMAZON, "A", 1, marketplace="us"),
    ]
    book = play_at_rivals_pace(script, {"A": 2}, 100.0, 1)
    assert book.units == 2 and (book.oversold, book.unavoidable) == (1, 0)


def test_rivals_keep_what_they_imported_off_the_shop() -> None:
    world = RivalsWorld(OnHand({"A": 1}, 360.0), random.Random(1))
    world.buy(Event(0.0, AMAZON, "A", 1), 0.0)
    world.take_orders_in(60.0)
    assert world.salable["A"] == 1, "Amazon does not show it yet"
    world.take_orders_in(130.0)
    assert world.salable["A"] == 0 and world.buy_in_shop("A", 1, 131.0) == 0
