"""How one price comes about, step by step, by the very code that makes a million."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from channelkit.model.columns import Mask
from channelkit.pricing.price import price
from channelkit.pricing.recorder import Recorder, Step
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PriceFacts, PriceTerms

__all__ = ["Step", "trace"]


def trace(
    row: pa.Table,
    facts: PriceFacts,
    rules: Sequence[PriceRule],
    applies: Sequence[Mask],
    terms: PriceTerms,
    *,
    now: int,
) -> tuple[Step, ...]:
    """Return the steps of one row's price, from its source to what is sent.

    Arguments:
        row: exactly one, as `channelkit.pricing.price.price` takes them; all others as there, too.

    Raises:
        UsageError: there is not exactly one row.
    """
    recorder = Recorder(terms)
    price(row, facts, rules, applies, terms, now=now, recorder=recorder)
    return tuple(recorder.steps)
