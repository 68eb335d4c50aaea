"""How a pair stands among the others of the same good: its place, and how far behind the next one is."""

from __future__ import annotations

import numpy as np

from channelkit.matching.candidates import Pairs
from channelkit.matching.wording import Floats, Ints

FAR = 10
"""Places behind this one are all the same."""


def stand_among_rivals(pairs: Pairs, score: Floats, name: str) -> dict[str, Floats]:
    """Return the place of each pair among the pairs of its left and of its right good, and the gap to the best other.

    Arguments:
        pairs: which goods.
        score: what they are compared by; more is better.
        name: of the score; stands in the names of the columns.

    >>> pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]))
    >>> found = stand_among_rivals(pairs, np.array([0.5, 0.75, 0.25], np.float32), "x")
    >>> found["x_left_place"].tolist(), found["x_left_gap"].tolist()
    ([2.0, 1.0, 1.0], [-0.25, 0.25, 0.25])
    """
    found = {}
    for side, goods in (("left", pairs.left), ("right", pairs.right)):
        place, gap = place_of(goods, score)
        found[f"{name}_{side}_place"] = np.minimum(place, FAR).astype(np.float32)
        found[f"{name}_{side}_gap"] = gap
    is_best = (found[f"{name}_left_place"] == 1) & (found[f"{name}_right_place"] == 1)
    found[f"{name}_mutual"] = is_best.astype(np.float32)
    return found


def place_of(goods: Ints, score: Floats) -> tuple[Ints, Floats]:
    """Return each row's place among the rows of the same good, from 1, and its gap to the best other row.

    Rows with the same score share the better place.
    """
    if not len(goods):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    order = np.lexsort((-score, goods))
    group, ranked = goods[order], score[order].astype(np.float32)
    begins = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    start = np.repeat(begins, np.diff(np.r_[begins, len(group)]))
    new = np.r_[True, (group[1:] != group[:-1]) | (ranked[1:] < ranked[:-1])]
    place = np.maximum.accumulate(np.where(new, np.arange(len(group)), 0)) - start + 1
    second = start + 1
    has_second = (second < len(group)) & (group[np.minimum(second, len(group) - 1)] == group)
    runner_up = np.where(has_second, ranked[np.minimum(second, len(group) - 1)], 0)
    best_other = np.where(np.arange(len(group)) == start, runner_up, ranked[start])
    back = np.empty(len(group), np.int64)
    back[order] = np.arange(len(group))
    return place[back], (ranked - best_other)[back].astype(np.float32)
