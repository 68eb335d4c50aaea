"""The clock that everything is handed: the wall's, or one that runs fast."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.clock import Clock, milliseconds

MOMENTS = st.floats(min_value=0, max_value=4e9)


def test_a_clock_that_nobody_has_set_shows_the_walls_time() -> None:
    before = time.time()
    shown = Clock().now()
    assert before <= shown <= time.time()


@given(wall=MOMENTS, later=st.floats(min_value=0, max_value=1e6), speed=st.floats(min_value=1, max_value=10_000))
def test_a_fast_clock_moves_on_by_its_speed(wall: float, later: float, speed: float) -> None:
    clock = Clock(speed, wall, 1_000.0)
    assert clock.at(wall) == 1_000.0
    assert clock.at(wall + later) == pytest.approx(1_000.0 + ((wall + later) - wall) * speed)


def test_waiting_on_a_fast_clock_takes_as_much_less_of_the_walls_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    Clock(speed=60).sleep(30)
    Clock(speed=60).sleep(0)
    Clock(speed=60).sleep(-1)
    assert slept == [0.5]


def test_tables_hold_whole_milliseconds() -> None:
    assert milliseconds(1_700_000_000.5) == 1_700_000_000_500
