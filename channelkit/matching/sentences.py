"""What was found on a pair, as sentences for a person."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.amounts import KINDS, Amounts
from channelkit.matching.candidates import Pairs
from channelkit.matching.wording import Floats, Ints, Matrix, Side

Mask = npt.NDArray[np.bool_]

_IN_UNITS = {
    "volume": "ml",
    "weight": "g",
    "length": "mm",
    "memory": "MB",
    "power": "W",
    "charge": "mAh",
    "voltage": "V",
}


def tell(left: Side, right: Side, pairs: Pairs, columns: Mapping[str, Floats], gap: Floats) -> pa.Array:
    """Return what speaks for each pair, and how far behind the listing's next one is.

    Arguments:
        left, right: the wording of both sides.
        pairs: which goods.
        columns: evidence on these pairs, as `channelkit.matching.comparison.compare_pairs` returns it.
        gap: by how much each pair is more probable than the best other of its listing.
    """
    count = len(pairs)
    shared = columns["code_shared"] > 0
    code = _shared_code(left, right, pairs)
    said = [_where(shared, _join(count, "Model ", code, " is on both."))]
    told = ~np.isnan(columns["brand"])
    said.append(_where(told & (columns["brand"] >= 0.9), pa.repeat("The brand is the same.", count)))
    said.append(_where(told & (columns["brand"] < 0.7), pa.repeat("The brands are written differently.", count)))
    words, of = columns["shared_words"], np.minimum(columns["left_words"], columns["right_words"])
    said.append(_join(count, "Titles share ", _whole(words), " of ", _whole(of), " words."))
    differs = ~shared & (columns["code_conflict"] > 0)
    goes_on = differs & (columns["longest_partial"] > 0.999)
    said.append(_where(goes_on, pa.repeat("One model number is part of the other.", count)))
    said.append(_where(differs & ~goes_on, pa.repeat("Model numbers differ.", count)))
    said.append(_prices(columns["price_ratio"]))
    said.append(_where(gap >= 0.3, pa.repeat("The next candidate is far behind.", count)))
    said.append(_where((gap > 0) & (gap < 0.1), pa.repeat("Another candidate is close behind.", count)))
    said.append(_where(gap <= 0, pa.repeat("Another candidate is at least as likely.", count)))
    return _text(said)


def object_to(left: Side, right: Side, pairs: Pairs, vetoes: Mapping[str, Mask]) -> pa.Array:
    """Return the contradictions of each pair in words, empty where there is none.

    Arguments:
        vetoes: contradictions by kind, as `channelkit.matching.comparison.compare_pairs` found them.
    """
    count = len(pairs)
    one, other = pa.array(pairs.left), pa.array(pairs.right)
    mine, theirs = (pc.utf8_upper(side.longest.take(rows)) for side, rows in ((left, one), (right, other)))
    said = [_where(vetoes["model"], _join(count, "Model ", mine, " here, ", theirs, " there."))]
    packs = [_whole(side.packs[rows]) for side, rows in ((left, pairs.left), (right, pairs.right))]
    said.append(_where(vetoes["pack"], _join(count, "A pack of ", packs[0], " here, of ", packs[1], " there.")))
    kinds = vetoes["amounts"]
    for place, kind in enumerate(KINDS):
        amounts = [_amount(side.measures[rows, place]) for side, rows in ((left, pairs.left), (right, pairs.right))]
        unit = _IN_UNITS[kind]
        words = _join(count, amounts[0], f" {unit} here, ", amounts[1], f" {unit} there.")
        said.append(_where(kinds[:, place], words))
    return _text(said)


def _shared_code(left: Side, right: Side, pairs: Pairs) -> pa.Array:
    """Return the rarest code that is on both sides, as it would be printed."""
    shared = _either(left.codes[pairs.left], right.joined[pairs.right])
    shared = shared.maximum(_either(right.codes[pairs.right], left.joined[pairs.left])).tocsr()
    best = np.asarray(shared.argmax(1)).ravel() if shared.shape[1] else np.zeros(len(pairs), np.int64)
    if not len(left.spellings):
        return pa.repeat("", len(pairs))
    return pc.utf8_upper(left.spellings.take(pa.array(best)))


def _either(codes: Matrix, joined: Matrix) -> Matrix:
    return codes.multiply(joined).tocsr()


def _prices(ratio: Floats) -> pa.Array:
    share = np.nan_to_num(np.abs(np.expm1(ratio)) * 100)
    digits = pc.cast(pa.array(np.rint(share).astype(np.int64)), pa.string())
    near = np.abs(ratio) < 0.005
    words = pc.if_else(pa.array(ratio > 0), "higher", "lower")
    told = _join(len(ratio), "Its price is ", digits, " % ", words, ".")
    told = pc.if_else(pa.array(near), "The price is the same.", told)
    return _where(~np.isnan(ratio), told)


def _whole(numbers: npt.NDArray[np.floating]) -> pa.Array:
    return pc.cast(pa.array(np.asarray(numbers, np.int64)), pa.string())


def _amount(amounts: Amounts) -> pa.Array:
    """Return the first amount of each row as it would be printed: ``500``, ``473.2``."""
    rounded = np.where(np.isnan(amounts[:, 0]), 0, np.round(amounts[:, 0], 1))
    return pc.replace_substring_regex(pc.cast(pa.array(rounded), pa.string()), r"\.0$", "")


def _where(mask: npt.NDArray[np.bool_], words: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(mask), words, "")


def _text(sentences: list[pa.Array]) -> pa.Array:
    """Return the sentences of each row behind each other; empty ones leave no gap."""
    joined = pc.binary_join_element_wise(*sentences, " ")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, "  +", " "))


def _join(count: int, *parts: str | pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "") if count else pa.array([], pa.string())


def rows_of(pairs: Pairs, rows: Ints) -> Pairs:
    """Return some of the pairs."""
    return Pairs(pairs.left[rows], pairs.right[rows])
