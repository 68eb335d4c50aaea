"""The token bucket: how long to wait, whatever the clock does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.throttle import Bucket

rates = st.floats(0.005, 50)
bursts = st.integers(1, 50).map(float)


def test_a_full_bucket_lets_its_burst_through_at_once_and_then_one_each_interval() -> None:
    bucket = Bucket.full(rate=0.5, burst=3, now=100)
    waits = []
    for _ in range(6):
        bucket, wait = bucket.taken(now=100)
        waits.append(wait)
    assert waits == [0, 0, 0, 2, 4, 6]


@given(rates, bursts, st.lists(st.floats(0, 600), min_size=1, max_size=60))
def test_nobody_who_waits_as_told_calls_oftener_than_rate_and_burst_allow(
    rate: float, burst: float, pauses: list[float]
) -> None:
    bucket, now, calls = Bucket.full(rate, burst, 0.0), 0.0, []
    for pause in pauses:
        now += pause
        bucket, wait = bucket.taken(now)
        now += wait
        calls.append(now)
    for first, start in enumerate(calls):
        for last in range(first, len(calls)):
            allowed = burst + (calls[last] - start) * rate
            assert last - first + 1 <= allowed * (1 + 1e-9) + 1e-6


@given(rates, bursts, st.floats(0, 1e6))
def test_a_bucket_never_holds_more_than_its_burst(rate: float, burst: float, later: float) -> None:
    assert Bucket.full(rate, burst, 0.0).filled(later).tokens == burst


@given(rates, bursts, st.floats(0, 1e6))
def test_a_clock_that_goes_back_gains_nothing(rate: float, burst: float, back: float) -> None:
    bucket, _ = Bucket.full(rate, burst, 1e6).taken(1e6)
    assert bucket.filled(1e6 - back).tokens == bucket.tokens


def test_an_emptied_bucket_waits_for_a_whole_call() -> None:
    bucket = Bucket.full(rate=2, burst=10, now=0).emptied(now=0)
    assert bucket.taken(now=0)[1] == 0.5


def test_emptying_does_not_forgive_what_was_promised() -> None:
    bucket = Bucket(rate=1, burst=5, tokens=-3, filled_at=0)
    assert bucket.emptied(now=0).tokens == -3


def test_a_taught_rate_counts_from_then_on() -> None:
    bucket = Bucket(rate=1, burst=5, tokens=0, filled_at=0).taught(0.1)
    assert bucket.taken(now=0)[1] == pytest.approx(10)
