"""When pairs may be accepted without a person."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.matching.acceptance import Standing, judge, wilson


def standing(right: int, wrong: int, *, audits: tuple[int, int] = (0, 0), target: float = 0.98) -> Standing:
    """Judge so many right and wrong likely pairs, and as many unlikely ones that are not the same.

    Arguments:
        audits: how many of the right and of the wrong ones were accepted pairs that somebody checked.
    """
    chances = np.r_[np.full(right + wrong, 0.95), np.full(right + wrong, 0.05)]
    same = np.r_[np.ones(right, np.bool_), np.zeros(right + 2 * wrong, np.bool_)]
    audit = np.zeros(same.size, np.bool_)
    audit[: audits[0]] = True
    audit[right : right + audits[1]] = True
    return judge(chances, same, np.ones(same.size, np.bool_), audit, target=target, stage="averaged")


def test_nothing_is_accepted_before_enough_is_proven() -> None:
    told = standing(120, 0)
    assert not told.accepts
    assert told.precision == 1
    assert told.words.startswith("Not enough evidence: 120 of the 120 most likely answered pairs were right")
    assert "about 1" in told.words


def test_pairs_are_accepted_as_soon_as_the_target_is_proven() -> None:
    told = standing(150, 0)
    assert told.accepts
    assert told.threshold == pytest.approx(0.95)
    assert told.lower_bound is not None and told.lower_bound >= 0.98
    assert told.words.startswith("Pairs with a probability of 0.95 and more are accepted")


def test_some_wrong_ones_keep_it_shut_for_longer() -> None:
    assert not standing(150, 2).accepts


def test_a_lower_target_is_proven_sooner() -> None:
    assert standing(150, 2, target=0.95).accepts


def test_accepted_pairs_that_prove_wrong_when_checked_shut_it_again() -> None:
    told = standing(2000, 6, audits=(30, 6))
    assert not told.accepts
    assert "of 36 accepted pairs that were checked, 6 were wrong" in told.words


def test_a_rule_proves_nothing_however_right_it_was() -> None:
    sure = np.ones(500, np.bool_)
    told = judge(np.full(500, 0.99), sure, sure, ~sure, target=0.98, stage="ranked")
    assert not told.accepts
    assert told.precision is None
    assert told.words.startswith("Not enough evidence")


def test_what_is_contradicted_proves_nothing() -> None:
    sure = np.ones(500, np.bool_)
    told = judge(np.full(500, 0.99), sure, ~sure, ~sure, target=0.98, stage="averaged")
    assert not told.accepts
    assert told.precision is None


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_lower_bound_is_below_the_measured_share_and_the_upper_above(right: int, wrong: int) -> None:
    share = right / max(1, right + wrong)
    assert 0 <= wilson(right, right + wrong) <= share + 1e-9
    assert share - 1e-9 <= wilson(right, right + wrong, -1.645) <= 1 + 1e-9
