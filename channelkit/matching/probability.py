"""How likely is a pair the same? By a rule at first, from answers as soon as there are some.

With fewer than 25 answers a fixed rule ranks. From 25 on a logistic regression learns from them, held near the rule by
a handful of rows that the rule has filled in; from 400 on it is averaged with gradient-boosted trees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from channelkit.matching.comparison import Compared
from channelkit.matching.rivals import stand_among_rivals
from channelkit.matching.wording import Floats, Ints

Stage = Literal["ranked", "learned", "averaged"]
Chances = npt.NDArray[np.float64]

LEARNS_FROM, AVERAGES_FROM = 25, 400
"""Answers from which a regression is fitted, and from which trees join it."""

FOLDS = 5
_PRIOR_ROWS, _PRIOR_WEIGHT = 400, 100.0
"""Rows that the rule fills in, and how many answers they weigh together."""

_FEWEST = 3
"""Answers of either kind, at the least, to learn from."""


@dataclass(frozen=True)
class Estimate:
    """How likely each pair is.

    Arguments:
        stage: what decided: the rule, the regression, or the average of regression and trees.
        everywhere: probability of each pair.
        unseen: probability of each answered pair, in the answers' order, from models that saw no answer on any pair
            of its listing; the rule's where nothing was learned.
    """

    stage: Stage
    everywhere: Chances
    unseen: Chances


def gather_features(compared: Compared) -> dict[str, Floats]:
    """Return all columns that pairs are judged by: the evidence, the rule's score, and the standing among rivals."""
    columns = dict(compared.columns)
    columns["likeness"] = _likeness(columns)
    columns["score"] = _score(columns)
    for name in ("alike", "words", "letters", "score"):
        columns |= stand_among_rivals(compared.pairs, columns[name], name)
    return columns


def rank(columns: Mapping[str, Floats]) -> Chances:
    """Return the rule's probability: alike in words and letters, sharing a part number, beaten by no other pair.

    It says half and more where a pair is to be suggested. It was set once, and is not measured on these catalogs.
    """
    # One product may have several listings, a listing has one product: being beaten there counts for more.
    beaten = 60 * np.minimum(columns["score_left_gap"], 0) + 15 * np.minimum(columns["score_right_gap"], 0)
    return _squash(6 * (columns["score"] - 0.3) + beaten)


def estimate(
    columns: Mapping[str, Floats], rows: Ints, same: npt.NDArray[np.bool_], groups: Ints, seed: int
) -> Estimate:
    """Return how likely each pair is, given answers.

    Arguments:
        columns: as `gather_features` returns them.
        rows: positions of answered pairs.
        same: their answers.
        groups: the listing of each pair; answers on one listing are never used to measure each other.
        seed: of what is drawn.
    """
    ruled = rank(columns)
    enough = rows.size >= LEARNS_FROM and min(same.sum(), (~same).sum()) >= _FEWEST
    if not enough:
        return Estimate("ranked", ruled, ruled[rows])
    stage: Stage = "averaged" if rows.size >= AVERAGES_FROM else "learned"
    raw = np.column_stack([columns[name] for name in columns]).astype(np.float64)
    table = _Table(raw, _fill(raw), ruled, _draw_prior(ruled, seed), stage, seed)
    unseen = np.empty(rows.size)
    for fold in _split(groups[rows], seed):
        known = ~fold
        if min(same[known].sum(), (~same[known]).sum()) < 1:
            unseen[fold] = ruled[rows[fold]]
        else:
            unseen[fold] = table.learn(rows[known], same[known], rows[fold])
    return Estimate(stage, table.learn(rows, same, np.arange(len(ruled))), unseen)


@dataclass(frozen=True)
class _Table:
    raw: npt.NDArray[np.float64]
    filled: npt.NDArray[np.float64]
    ruled: Chances
    prior: Ints
    stage: Stage
    seed: int

    def learn(self, rows: Ints, same: npt.NDArray[np.bool_], asked: Ints) -> Chances:
        """Fit on some answers and return the probability of other pairs."""
        from threadpoolctl import threadpool_limits  # noqa: PLC0415

        # Trees on two threads were eight times slower than on one.
        with threadpool_limits(1):
            chances = self._regress(rows, same)(asked)
            if self.stage == "averaged":
                chances = (chances + self._grow(rows, same)(asked)) / 2
        return np.asarray(chances, np.float64)

    def _regress(self, rows: Ints, same: npt.NDArray[np.bool_]) -> Any:
        from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

        prior, chance = self.filled[self.prior], self.ruled[self.prior]
        weight = _PRIOR_WEIGHT / max(1, self.prior.size)
        x = np.concatenate([self.filled[rows], prior, prior])
        y = np.concatenate([same, np.ones(len(prior)), np.zeros(len(prior))])
        weights = np.concatenate([np.ones(rows.size), weight * chance, weight * (1 - chance)])
        model = LogisticRegression(C=0.1, max_iter=1000).fit(x, y, sample_weight=weights)
        return lambda asked: model.predict_proba(self.filled[asked])[:, 1]

    def _grow(self, rows: Ints, same: npt.NDArray[np.bool_]) -> Any:
        from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415

        x = self.raw[rows]
        tells = np.array([np.unique(column[~np.isnan(column)]).size > 1 for column in x.T], np.bool_)
        models = [
            HistGradientBoostingClassifier(
                max_iter=200,
                learning_rate=0.04,
                max_leaf_nodes=31,
                min_samples_leaf=20,
                l2_regularization=1.0,
                max_features=0.5,
                random_state=self.seed + step,
            ).fit(x[:, tells], same)
            for step in range(2)
        ]
        return lambda asked: np.mean([each.predict_proba(self.raw[asked][:, tells])[:, 1] for each in models], axis=0)


def _likeness(columns: Mapping[str, Floats]) -> Floats:
    return np.asarray(columns["alike"] + 0.2 * (columns["code_shared"] > 0), np.float32)


def _score(columns: Mapping[str, Floats]) -> Floats:
    return np.asarray(
        columns["likeness"]
        - 0.05 * columns["code_conflict"]
        - 0.05 * columns["number_conflict"]
        - 0.15 * columns["code_sibling"]
        - 0.2 * (columns["amount_conflicts"] > 0)
        - 0.2 * columns["pack_conflict"],
        np.float32,
    )


def _squash(value: npt.NDArray[Any]) -> Chances:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -30, 30))), np.float64)


def _fill(raw: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Fill what is not known with the middle, note that it was not known, and bring all columns to one scale."""
    unknown = np.isnan(raw)
    known = ~unknown.all(0)
    middle = np.zeros(raw.shape[1])
    middle[known] = np.nanmedian(raw[:, known], axis=0)
    filled = np.column_stack([np.where(unknown, middle, raw), unknown[:, unknown.any(0)]])
    spread = filled.std(0)
    scaled: npt.NDArray[np.float64] = (filled - filled.mean(0)) / np.where(spread > 0, spread, 1)
    return scaled


def _draw_prior(ruled: Chances, seed: int) -> Ints:
    """Draw rows for the rule to fill in, half of them likely ones."""
    draw = np.random.default_rng(seed)
    halves = (np.flatnonzero(ruled >= 0.5), np.flatnonzero(ruled < 0.5))
    return np.concatenate([draw.permutation(half)[: _PRIOR_ROWS // 2] for half in halves])


def _split(groups: Ints, seed: int) -> list[npt.NDArray[np.bool_]]:
    """Return folds that never part a group."""
    names, member = np.unique(groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(np.arange(names.size) % FOLDS)[member]
    return [fold == number for number in range(FOLDS) if (fold == number).any()]
