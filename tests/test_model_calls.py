"""What an answer's status means, and whether and when to try again: decided without a network or a clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.calls import ATTEMPTS, LONGEST_DELAY, Operation, Verdict, judge_status, retry_delay

READ = Operation("read", "GET", "/", rate=5)
CREATE = Operation("create", "POST", "/", rate=5, repeatable=False)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Verdict.TEMPORARY),
        (200, Verdict.FINE),
        (204, Verdict.FINE),
        (400, Verdict.REFUSED),
        (401, Verdict.FORBIDDEN),
        (403, Verdict.FORBIDDEN),
        (404, Verdict.REFUSED),
        (408, Verdict.TEMPORARY),
        (413, Verdict.REFUSED),
        (429, Verdict.THROTTLED),
        (500, Verdict.TEMPORARY),
        (503, Verdict.TEMPORARY),
        (599, Verdict.TEMPORARY),
    ],
)
def test_a_status_says_what_can_be_done(status: int | None, verdict: Verdict) -> None:
    assert judge_status(status) is verdict


@pytest.mark.parametrize("verdict", [Verdict.FINE, Verdict.REFUSED, Verdict.FORBIDDEN, Verdict.EXPIRED])
def test_what_would_fail_again_is_not_tried_again(verdict: Verdict) -> None:
    assert retry_delay(READ, verdict, 1, 1.0, 0.5) is None


def test_what_may_have_been_done_is_not_done_twice() -> None:
    assert retry_delay(CREATE, Verdict.TEMPORARY, 1, None, 0.5) is None


def test_what_was_turned_away_unread_may_be_sent_again() -> None:
    assert retry_delay(CREATE, Verdict.THROTTLED, 1, None, 0.5) is not None


@given(st.integers(ATTEMPTS, 1_000), st.floats(0, 1))
def test_trying_ends(attempt: int, jitter: float) -> None:
    assert retry_delay(READ, Verdict.TEMPORARY, attempt, None, jitter) is None


@given(st.integers(1, ATTEMPTS - 1), st.floats(0, 1))
def test_a_delay_is_above_nought_and_within_bounds(attempt: int, jitter: float) -> None:
    delay = retry_delay(READ, Verdict.TEMPORARY, attempt, None, jitter)
    assert delay is not None
    assert 0.5 <= delay <= LONGEST_DELAY


def test_delays_grow_and_do_not_fall_together() -> None:
    delays = [retry_delay(READ, Verdict.TEMPORARY, attempt, None, 0.5) or 0 for attempt in range(1, ATTEMPTS)]
    assert delays == sorted(set(delays))
    assert retry_delay(READ, Verdict.TEMPORARY, 1, None, 0.0) != retry_delay(READ, Verdict.TEMPORARY, 1, None, 1.0)


def test_a_used_up_quota_is_given_the_time_to_gain_one_call() -> None:
    slow = Operation("slow", "GET", "/", rate=0.05)
    assert retry_delay(slow, Verdict.THROTTLED, 1, None, 0.5) == 20.0
    assert (retry_delay(slow, Verdict.TEMPORARY, 1, None, 0.5) or 0) < 20.0


def test_what_the_answer_asks_for_is_kept_to() -> None:
    assert retry_delay(READ, Verdict.THROTTLED, 1, 7.5, 0.5) == 7.5
