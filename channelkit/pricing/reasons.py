"""Why a row has no price, in a sentence that says what to do."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers
from channelkit.model.money import minor_text
from channelkit.pricing.arithmetic import LARGEST
from channelkit.pricing.running import Running
from channelkit.pricing.sources import Sources
from channelkit.pricing.terms import PriceTerms


def say_why(
    running: Running, sources: Sources, value: Numbers, *, is_overridden: Mask, is_never: Mask, terms: PriceTerms
) -> None:
    """Say of each row that gets no price why that is so; of what is no product of ours there is nothing to say.

    Arguments:
        value: what was made, in minor units.
        is_never: no price would pay for what it costs.
    """
    notes, base = running.notes, sources.base
    is_own = sources.is_linked & ~is_overridden
    is_empty = is_own & (base == 0)
    is_foreign = is_empty & (sources.is_foreign(terms.source) | sources.is_foreign("price"))
    notes.add(is_empty & ~is_foreign, "No price is sent: Commerce has none above zero.")
    rows = np.flatnonzero(is_foreign)
    if len(rows):
        notes.add_at(rows, _currency_words(sources.currencies(rows), terms))
    notes.add(running.is_kept, "The price stays as Amazon shows it.")
    is_made = is_own & (base > 0) & ~running.is_kept
    most = f"{LARGEST // 10**terms.digits:,} {terms.currency}"
    is_beyond = running.is_broken | (value > LARGEST)
    notes.add(
        is_made & is_beyond & ~is_never,
        f"No price is sent: it would be more than {most}. Look at the price source and the rules.",
    )
    notes.add(is_made & is_never, "No price is sent: Amazon would keep so much of any price that none pays its cost.")
    low = np.flatnonzero(is_made & ~is_beyond & ~is_never & (value <= 0))
    texts = minor_text(pa.array(value[low], pa.int64()), terms.digits)
    words = f" {terms.currency}. Mend the rules, or exempt it from them."
    notes.add_at(low, pc.binary_join_element_wise("No price is sent: the rules make it ", texts, words, ""))
    notes.add(
        sources.is_linked & is_overridden & (value <= 0), "No price is sent: the price override is not above zero."
    )
    notes.add(is_overridden & (value > LARGEST), f"No price is sent: the price override is more than {most}.")


def _currency_words(currencies: pa.Array, terms: PriceTerms) -> pa.Array:
    unknown = "No price is sent: the currency of Commerce's prices is not known yet."
    told = pc.binary_join_element_wise(
        "No price is sent: Commerce's prices are in ",
        pc.fill_null(currencies, ""),
        f", the marketplace's in {terms.currency}, and nothing converts them. Set currency_conversion, and a rate in "
        f"Commerce to {terms.currency}.",
        "",
    )
    return pc.if_else(pc.equal(pc.fill_null(currencies, ""), ""), unknown, told)
