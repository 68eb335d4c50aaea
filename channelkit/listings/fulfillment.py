"""Who ships it, the merchant or Amazon, and within how many days (LS-02, LS-13)."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.sharing import follow
from channelkit.listings.wishes import column, wish
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import BY_AMAZON, FULFILLMENT, HANDLING, MERCHANT

BY_ATTRIBUTE = "attribute"
"""The setting that leaves it to an attribute of each product."""

_WORDS: tuple[tuple[str, Sequence[str]], ...] = (
    (BY_AMAZON, ("amazon", "fba", "afn")),
    (MERCHANT, ("merchant", "fbm", "mfn")),
)
_NOTHING, _NO_DAYS = pa.scalar(None, pa.string()), pa.scalar(None, pa.int64())


def read_choice(texts: pa.Array) -> pa.Array:
    """Return whom an attribute names, however it is written; null where it names nobody.

    >>> read_choice(pa.array(["Fulfilled By Amazon", "FBM", "fulfilled by merchant", "", None])).to_pylist()
    ['amazon', 'merchant', 'merchant', None, None]
    """
    encoded = one(texts).dictionary_encode()
    return pa.array([_who(text) for text in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def by_whom(channels: pa.Array) -> pa.Array:
    """Return who fulfils, in our word for each of Amazon's channels; null where it is not known.

    >>> by_whom(pa.array(["DEFAULT", "AMAZON_NA", "", None])).to_pylist()
    ['merchant', 'amazon', None, None]
    """
    merchant = pc.if_else(pc.equal(channels, "DEFAULT"), MERCHANT, _NOTHING)
    return pc.if_else(pc.fill_null(pc.starts_with(channels, "AMAZON"), False), BY_AMAZON, merchant)


def find_fulfillment(subjects: pa.Table, setting: str, on_amazon: Mask) -> pa.Array:
    """Return who should fulfil each; null leaves it as it is.

    A person's switch comes first, then the product's attribute. The setting is for what is listed anew: a listing that
    is on Amazon keeps its way, because a setting does not move goods. Where an older store decides, it decides.

    Arguments:
        setting: ``merchant``, ``amazon`` or ``attribute``.
        on_amazon: it is on Amazon now.
    """
    named = pa.nulls(subjects.num_rows, pa.string())
    if setting == BY_ATTRIBUTE:
        named = read_choice(column(subjects, "fulfillment_choice", pa.string()))
    chosen = pc.coalesce(wish(subjects, FULFILLMENT), named)
    chosen = follow(subjects, "wanted_fulfillment", chosen)
    was = by_whom(column(subjects, "fulfillment_channel", pa.string()))
    new = pc.coalesce(chosen, was, pa.scalar(BY_AMAZON if setting == BY_AMAZON else MERCHANT))
    return pc.if_else(pa.array(on_amazon), chosen, new)


def find_handling(subjects: pa.Table, setting: int, on_amazon: Mask, by_amazon: Mask) -> pa.Array:
    """Return within how many days each should be shipped; null leaves it as it is (LS-02).

    The setting is for what is listed anew, and for what had an override; otherwise Amazon's own value stays. What
    Amazon fulfils has no handling time of ours (AC-05).

    Arguments:
        setting: days.
        on_amazon: it is on Amazon now.
        by_amazon: Amazon fulfils it.
    """
    override = wish(subjects, HANDLING)
    is_dropped = mask(column(subjects, f"dropped_{HANDLING}", pa.bool_())) & mask(pc.is_null(override))
    was = column(subjects, "handling_days", pa.int64())
    anew = pc.fill_null(was, setting)
    settled = pc.if_else(pa.array(on_amazon), _NO_DAYS, anew)
    days = pc.coalesce(override, pc.if_else(pa.array(is_dropped), pa.scalar(setting, pa.int64()), settled))
    return pc.if_else(pa.array(by_amazon), _NO_DAYS, follow(subjects, "wanted_handling", days))


def _who(text: str) -> str | None:
    lowered = text.casefold()
    return next((who for who, words in _WORDS if any(word in lowered for word in words)), None)
