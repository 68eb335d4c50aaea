"""Which offers, of which conditions, may be the competitor's that a rule asks for, and what ours is worth of them."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.arithmetic import ONE, share_of
from channelkit.pricing.conditions import NEW, ladder
from channelkit.pricing.offers import PLACES, Offers
from channelkit.pricing.rules import Competitor


def qualify(competitor: Competitor, offers: Offers) -> Mask:
    """Tell which offers of others may be the competitor's, their condition aside."""
    if competitor.source == "featured":
        return offers.featured & ~offers.ours
    qualifies = ~offers.ours
    if competitor.feedback:
        qualifies &= offers.feedback >= competitor.feedback
    if competitor.ratings:
        qualifies &= offers.ratings >= competitor.ratings
    return qualifies


def steps_of(competitor: Competitor, word: str) -> tuple[tuple[str, ...], ...]:
    """Return where a rule looks for competitors of a condition, step by step."""
    if competitor.conditions == "matching":
        return ((word,),)
    steps = ladder(word)
    if competitor.conditions == "all":
        return steps
    # Only conditions whose worth is known can be compared; ours needs one, too, unless they are the same.
    known = {NEW, *competitor.variances}
    rest = [tuple(each for each in step if each in known) for step in steps[1:]] if word in known else []
    return (steps[0], *(step for step in rest if step))


def worth_of(competitor: Competitor) -> Numbers:
    """Return what each condition is worth of each other: 100 - (theirs - ours) percent, in millionths (P16)."""
    shares = np.array([share_of(competitor.variances.get(word, Decimal(100))) for word in PLACES])
    worth: Numbers = np.maximum(ONE - (shares[None, :] - shares[:, None]), 0)
    return worth
