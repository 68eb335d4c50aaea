"""How one price comes about, step by step, by the very code that makes a million."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, one
from channelkit.pricing.price import price
from channelkit.pricing.recorder import Recorder, Step
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import Amounts, PriceFacts, PriceTerms

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
    facts, applies = _about(row, facts, applies)
    price(row, facts, rules, applies, terms, now=now, recorder=recorder)
    return tuple(recorder.steps)


def _about(row: pa.Table, facts: PriceFacts, applies: Sequence[Mask]) -> tuple[PriceFacts, list[Mask]]:
    """Return only what concerns these rows, so that one price is not worked out of a million."""
    skus = one(facts.skus)
    here = pc.is_in(skus, value_set=one(row["product_sku"]).drop_null())
    where = here.to_numpy(zero_copy_only=False)

    def only(column: pa.Array) -> pa.Array:
        return one(column).filter(here)

    found = PriceFacts(
        skus=only(skus),
        amounts={code: Amounts(only(each.values), only(each.currencies)) for code, each in facts.amounts.items()},
        dates={code: only(texts) for code, texts in facts.dates.items()},
        offers=facts.offers.filter(pc.is_in(facts.offers["asin"], value_set=one(row["asin"]).drop_null())),
        fees=facts.fees.filter(pc.is_in(facts.fees["seller_sku"], value_set=one(row["seller_sku"]))),
    )
    return found, [mask[where] for mask in applies]
