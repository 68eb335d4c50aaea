"""Prices while rules are applied to them, one rule after the other, to whole columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.arithmetic import LARGEST, adjust, cap
from channelkit.pricing.description import adjustment_words
from channelkit.pricing.notes import Notes
from channelkit.pricing.recorder import Recorder
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PriceTerms


@dataclass
class Running:
    """The prices of all rows, and what has become of them so far.

    Arguments:
        value: in minor units.
        is_open: rules may change it still.
        is_kept: it stays as Amazon shows it.
        is_broken: it went beyond every price; no rule mends that.
        is_rivals: it comes from a competitor's, which has its tax in it.
        competitor: the landed price that it comes from; 0 for none.
        last: the place of the rule that changed it last; -1 for none.
        notes: what is said of rows.
    """

    value: Numbers
    is_open: Mask
    is_kept: Mask = field(init=False)
    is_broken: Mask = field(init=False)
    is_rivals: Mask = field(init=False)
    competitor: Numbers = field(init=False)
    last: Numbers = field(init=False)
    notes: Notes = field(init=False)

    def __post_init__(self) -> None:
        rows = len(self.value)
        self.is_kept, self.is_broken, self.is_rivals = (np.zeros(rows, np.bool_) for _ in range(3))
        self.competitor, self.last = np.zeros(rows, np.int64), np.full(rows, -1, np.int64)
        self.notes = Notes(rows)
        self.put(np.flatnonzero(self.value > LARGEST), self.value[self.value > LARGEST])

    def put(self, rows: Numbers, values: Numbers, rule: int = -1) -> None:
        """Set the prices of some rows.

        Arguments:
            rule: the place of the rule that does it; it counts where a price becomes another.
        """
        values = cap(values)
        if rule >= 0:
            self.last[rows] = np.where(values != self.value[rows], rule, self.last[rows])
        self.value[rows] = values
        beyond = np.abs(values) > LARGEST
        if beyond.any():
            self.is_broken[rows[beyond]] = True
            self.is_open[rows[beyond]] = False

    def close(self, rows: Numbers) -> None:
        """Let no later rule change some rows."""
        self.is_open[rows] = False

    def keep(self, rows: Numbers) -> None:
        """Leave the prices of some rows as Amazon shows them."""
        self.is_kept[rows] = True
        self.close(rows)


def apply_standard(  # noqa: PLR0917 - the parts of one rule
    running: Running, rule: PriceRule, place: int, rows: Numbers, terms: PriceTerms, recorder: Recorder | None = None
) -> None:
    """Raise or lower the running prices of some rows, by percent or by a fixed amount (PR-03).

    Arguments:
        place: which of the day's rules it is.
    """
    before = running.value[rows]
    running.put(rows, adjust(before, rule.adjustment, terms.digits), place)
    if recorder is not None:
        words = f"{recorder.money(before)} {adjustment_words(rule.adjustment, terms.currency)}."
        recorder.note("rule", rule.name, words, before=before, after=running.value[rows], rule=rule.id)
