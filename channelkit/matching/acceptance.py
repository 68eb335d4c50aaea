"""When may a pair be accepted without a person? Only where measured precision proves the target."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import numpy.typing as npt

from channelkit.matching.probability import Chances, Stage

SURE = 1.645
"""One-sided 95 %: the measured precision's lower bound is passed by chance once in twenty."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Standing:
    """How far matching by similarity may be trusted here, so far.

    Arguments:
        answers: how many answers it could use.
        confirmed: how many of them said yes.
        refused: how many said no.
        stage: what ranks: ``ranked`` by rule, ``learned`` from answers, ``averaged`` over two models.
        precision: share of right ones among answered pairs at or above the threshold; None where there are none.
        lower_bound: what that proves with 95 % confidence.
        target: what has to be proven before anything is accepted without a person.
        threshold: probability from which pairs are accepted, or would be.
        accepts: whether pairs are accepted without a person.
        words: all that in a sentence.
    """

    answers: int
    confirmed: int
    refused: int
    stage: Stage
    precision: float | None
    lower_bound: float | None
    target: float
    threshold: float | None
    accepts: bool
    words: str


def wilson(right: int, count: int, z: float = SURE) -> float:
    """Return the lower bound of a share, by Wilson's interval; with a negative ``z``, the upper one.

    >>> round(wilson(150, 150), 3), round(wilson(149, 150), 3)
    (0.982, 0.971)
    """
    if not count:
        return 0.0 if z > 0 else 1.0
    share = right / count
    middle, spread = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2)
    bound = (middle - spread) / (1 + z * z / count)
    # Rounding may carry a bound past the share itself, or past nothing and all.
    return min(max(bound, 0.0), share) if z > 0 else max(min(bound, 1.0), share)


def judge(chances: Chances, same: Mask, allowed: Mask, audits: Mask, *, target: float, stage: Stage) -> Standing:
    """Return from which probability on pairs may be accepted, if at all.

    Arguments:
        chances: probability of each answered pair, by models that did not see its listing's answers.
        same: the answers.
        allowed: whether the pair could be accepted at all: the best of its listing, nothing contradicts.
        audits: whether the pair had been accepted without a person, and was asked to check that.
        target: share of right ones that has to be proven.
        stage: what the chances come from; a rule proves nothing.
    """
    told = (int(same.size), int(same.sum()), int((~same).sum()), stage)
    if stage == "ranked":
        return Standing(*told, None, None, target, None, False, _ask_first(told[0]))
    threshold, right, count = _lowest(chances[allowed], same[allowed], target)
    if count == 0:
        return Standing(*told, None, None, target, None, False, _NO_SURE_PAIRS)
    bound = wilson(right, count)
    checked = int(audits.sum())
    if checked and wilson(int(same[audits].sum()), checked, -SURE) < target:
        words = _FAILED.format(wrong=checked - int(same[audits].sum()), checked=checked, target=target * 100)
        return Standing(*told, right / count, bound, target, threshold, False, words)
    accepts = bound >= target
    words = (_ACCEPTS if accepts else _NOT_YET).format(
        right=right,
        count=count,
        bound=bound * 100,
        target=target * 100,
        threshold=threshold,
        more=_more(right, count, target),
    )
    return Standing(*told, right / count, bound, target, threshold, accepts, words)


def _lowest(chances: Chances, same: Mask, target: float) -> tuple[float, int, int]:
    """Return the lowest threshold that proves the target, else the one that proves most; and what it was proven by."""
    likely = chances >= 0.5
    if not likely.any():
        return 0.5, 0, 0
    order = np.argsort(-chances[likely], kind="stable")
    ranked, right = chances[likely][order], np.cumsum(same[likely][order])
    # Pairs of one probability stand or fall together.
    ends = np.flatnonzero(np.r_[ranked[1:] < ranked[:-1], True])
    bounds = np.array([wilson(int(right[end]), int(end) + 1) for end in ends])
    proven = np.flatnonzero(bounds >= target)
    end = int(ends[proven[-1]] if proven.size else ends[int(np.argmax(bounds))])
    return float(ranked[end]), int(right[end]), end + 1


def _more(right: int, count: int, target: float) -> int:
    """Return how many more right answers would prove the target, if all were right."""
    more = 0
    while more < 100_000 and wilson(right + more, count + more) < target:
        more += max(1, ceil((count + more) / 50))
    return more


def _ask_first(answers: int) -> str:
    return (
        f"Not enough evidence: suggestions are ranked by rule, {answers} answers are too few to learn from, "
        "and nothing is accepted without you."
    )


_NO_SURE_PAIRS = (
    "Not enough evidence: none of the answered pairs was likely enough to be accepted, so that nothing is accepted "
    "without you."
)
_FAILED = (
    "Not enough evidence: of {checked} accepted pairs that were checked, {wrong} were wrong, which is less than the "
    "{target:.1f} % that have to be right; nothing more is accepted without you."
)
_NOT_YET = (
    "Not enough evidence: {right} of the {count} most likely answered pairs were right, which proves {bound:.1f} % of "
    "{target:.1f} %; about {more} more right ones are needed before anything is accepted without you."
)
_ACCEPTS = (
    "Pairs with a probability of {threshold:.2f} and more are accepted: {right} of {count} answered ones were right, "
    "which proves {bound:.1f} %, and {target:.1f} % were asked for."
)
