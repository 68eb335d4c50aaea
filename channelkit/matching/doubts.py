"""What speaks against a link that rests on one number alone: of all numbers, one in ten has a check digit that fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.wording import simplify, split_words
from channelkit.model.columns import Mask, Numbers, mask, one
from channelkit.model.marketplaces import currency_digits

TENFOLD = 10.0
"""A price so many times another is that of another thing, of a whole pack, or a slip of the keyboard."""

SHORTEST = 3
"""Bytes that a word has at least, to be more than a number or an article."""

FEWEST = 2
"""Words that each title has at least, before having none in common says anything."""

_ARTICLES = pa.array(
    [
        *("the", "and", "for", "with", "from", "der", "die", "das", "und", "mit", "für"),
        *("von", "les", "des", "une", "pour", "avec", "los", "las", "del", "con", "para"),
    ]
)
_TOGETHER = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])"
"""Letters of languages that put no space between words."""


@dataclass(frozen=True)
class Doubts:
    """What was found about pairs of a listing and a product.

    Arguments:
        by_words: the titles have no word in common, and the brands differ, or there are words enough to tell.
        by_price: one price is at least ten times the other.
        agree: the titles have a word in common.
        reasons: what to say of the first two, for a person; empty where there is nothing.
    """

    by_words: Mask
    by_price: Mask
    agree: Mask
    reasons: pa.Array


def find_doubts(listings: pa.Table, products: pa.Table, currency: str = "") -> Doubts:
    """Return what contradicts each pair of a listing and the product beside it.

    Arguments:
        listings: any of ``title``, ``brand``, and ``price`` (minor units) with ``currency``.
        products: as many rows, with any of ``name``, ``brand`` and ``price`` (decimal).
        currency: of the products' prices; prices are never compared across currencies.

    >>> listings = pa.table({"title": ["Kettle, steel"] * 2, "price": [9900, 990], "currency": ["USD"] * 2})
    >>> products = pa.table({"name": ["Steel kettle", "Trail shoes, red"], "price": ["9.90", "9.90"]})
    >>> find_doubts(listings, products, "USD").reasons.to_pylist()
    ['one price is 10 times the other', 'the titles have no word in common']
    """
    titles, names = _text(listings, "title"), _text(products, "name")
    brands, makers = _text(listings, "brand"), _text(products, "brand")
    shares, are_enough = _share_words(_join(titles, " ", brands), _join(names, " ", makers))
    are_titled = _are_filled(titles) & _are_filled(names)
    are_branded = _are_filled(brands) & _are_filled(makers)
    differ = are_branded & mask(pc.not_equal(_glue(simplify(brands)), _glue(simplify(makers))))
    by_words = are_titled & ~shares & (differ | are_enough)
    ratio = _compare_prices(listings, products, currency)
    by_price = ratio >= TENFOLD
    times = pa.array(np.where(by_price, ratio, 0).astype(np.int64)).cast(pa.string())
    said = [
        _where(by_words, pa.repeat("the titles have no word in common", len(titles))),
        _where(by_words & differ, _join("the brand is ", brands, " there and ", makers, " here")),
        _where(by_price, _join("one price is ", times, " times the other")),
    ]
    return Doubts(by_words, by_price, are_titled & shares, pc.utf8_rtrim(_join(*said), ", "))


def _share_words(left: pa.Array, right: pa.Array) -> tuple[Mask, Mask]:
    """Return which pairs have a word in common, and which have enough words on both sides to tell.

    Most pairs share a word just as it is written; only the others are read with care.
    """
    shares, _ = _intersect(_split(pc.utf8_lower(left)), _split(pc.utf8_lower(right)), len(left))
    rest = np.flatnonzero(~shares)
    here, there = left.take(pa.array(rest)), right.take(pa.array(rest))
    share, counts = _intersect(_split(_spread(here)), _split(_spread(there)), len(rest))
    share |= _share_spellings(here, there, ~share & (counts > 0))
    are_enough = np.ones(len(left), np.bool_)
    shares[rest], are_enough[rest] = share, counts >= FEWEST
    return shares, are_enough


def _intersect(left: tuple[Numbers, pa.Array], right: tuple[Numbers, pa.Array], size: int) -> tuple[Mask, Numbers]:
    """Return which rows have a word on both sides, and how many words the side with fewer has."""
    encoded = pa.concat_arrays([left[1], right[1]]).dictionary_encode()
    span = max(1, len(encoded.dictionary))
    numbers = encoded.indices.to_numpy().astype(np.int64)
    here, there = left[0] * span + numbers[: len(left[0])], right[0] * span + numbers[len(left[0]) :]
    shares = np.zeros(size, np.bool_)
    shares[here[mask(pc.is_in(pa.array(here), value_set=pa.array(there)))] // span] = True
    return shares, np.minimum(*(np.bincount(rows, minlength=size) for rows, _ in (left, right)))


def _share_spellings(left: pa.Array, right: pa.Array, where: Mask) -> Mask:
    """Say which pairs have a word that stands inside the other's, as in "Edelstahlkanne" and "Kanne".

    Few pairs are left by then, so they are looked at one by one.
    """
    found = np.zeros(len(left), np.bool_)
    rows = pa.array(np.flatnonzero(where))
    texts = [simplify(side.take(rows)).to_pylist() for side in (left, right)]
    for row, one_side, other in zip(rows.to_pylist(), *texts, strict=True):
        found[row] = _is_inside(one_side, other) or _is_inside(other, one_side)
    return found


def _is_inside(words: str, text: str) -> bool:
    """Say whether a word of four letters or more stands somewhere in a text, spaces aside.

    >>> _is_inside("kanne blau", "edelstahlkanne"), _is_inside("kanne", "becher")
    (True, False)
    """
    glued = text.replace(" ", "")
    return any(len(word) > SHORTEST and word in glued for word in words.split())


def _spread(texts: pa.Array) -> pa.Array:
    return simplify(pc.replace_substring_regex(texts, _TOGETHER, r" \1 "))


def _split(texts: pa.Array) -> tuple[Numbers, pa.Array]:
    """Return the words that say something, and the row of each."""
    rows, words = split_words(texts)
    says = pc.and_(pc.greater_equal(pc.binary_length(words), SHORTEST), pc.utf8_is_alnum(words))
    says = mask(pc.and_not(says, pc.is_in(words, value_set=_ARTICLES)))
    return rows[says], words.filter(pa.array(says))


def _compare_prices(listings: pa.Table, products: pa.Table, currency: str) -> npt.NDArray[np.float64]:
    """Return how many times the higher price is the lower one; nan where that cannot be said."""
    count = listings.num_rows
    if not currency or not {"price", "currency"} <= set(listings.column_names) or "price" not in products.column_names:
        return np.full(count, np.nan)
    same = mask(pc.equal(one(listings["currency"]), currency))
    there = _positive(one(listings["price"]).cast(pa.float64())) / 10 ** currency_digits(currency)
    here = _positive(one(products["price"]).cast(pa.float64()))
    return np.where(same, np.maximum(here / there, there / here), np.nan)


def _positive(prices: pa.Array) -> npt.NDArray[np.float64]:
    values = prices.to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(values > 0, values, np.nan)


def _text(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.repeat("", table.num_rows)
    return pc.fill_null(one(table[name]), "")


def _are_filled(texts: pa.Array) -> Mask:
    return mask(pc.not_equal(texts, ""))


def _glue(texts: pa.Array) -> pa.Array:
    return pc.replace_substring(texts, " ", "")


def _where(flags: Mask, texts: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(flags), _join(texts, ", "), "")


def _join(*parts: str | pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")
