"""How much of it there is: packs and measures that a title states, in units that can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Amounts = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

KINDS = ("volume", "weight", "length", "memory", "power", "charge", "voltage")
"""Kinds of measure; their units are ml, g, mm, MB, W, mAh and V."""

_UNITS: dict[str, tuple[tuple[str, float], ...]] = {
    "ml": (("volume", 1.0),),
    "cl": (("volume", 10.0),),
    "dl": (("volume", 100.0),),
    "l|lit(?:er|re)s?|ltr": (("volume", 1000.0),),
    "fl ?oz|fluid ounces?": (("volume", 29.5735),),
    # An ounce alone may be one of volume or one of weight: the other side's unit decides.
    "oz|ounces?": (("volume", 29.5735), ("weight", 28.3495)),
    "gal(?:lons?)?": (("volume", 3785.41),),
    "mg": (("weight", 0.001),),
    "g|gr|grams?": (("weight", 1.0),),
    "kg|kilos?|kilograms?": (("weight", 1000.0),),
    "lbs?|pounds?": (("weight", 453.592),),
    "mm": (("length", 1.0),),
    "cm": (("length", 10.0),),
    "m|met(?:er|re)s?": (("length", 1000.0),),
    "in|inch|inches|\"|''|”|'": (("length", 25.4),),
    "ft|feet|foot": (("length", 304.8),),
    "mb": (("memory", 1.0),),
    "gb": (("memory", 1024.0),),
    "tb": (("memory", 1048576.0),),
    "w|watts?": (("power", 1.0),),
    "mah": (("charge", 1.0),),
    "v|volts?": (("voltage", 1.0),),
}
_MEASURE = re.compile(
    r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)[ -]?(" + "|".join(f"(?:{unit})" for unit in _UNITS) + r")(?![\w])"
)
_EXACT = [(re.compile(unit), meaning) for unit, meaning in _UNITS.items()]
_PACKS = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.])(\d{1,4}) ?x ?(?=\d+(?:[.,]\d+)? ?(?:ml|cl|l|g|kg|oz|fl|lb|mg)\b)",
        r"\b(?:pack|set|box|case|lot|bundle|bag|packet)s? of (\d{1,4})\b",
        r"(?<![\w.])(\d{1,4})[ -]?(?:pk|packs?|ct|count|pcs?|pieces?|stück|st|er[ -]?pack)\b",
    )
]
_HINT = r"\d"
KEPT = 3
"""How many amounts of a kind are kept for a row."""


@dataclass(frozen=True)
class Amounted:
    """What titles say of amounts.

    Arguments:
        packs: pieces in the pack, 0 where the title does not say.
        measures: rows by kinds by the first three amounts, in the kind's unit; nan where the title does not say.
    """

    packs: Amounts
    measures: Amounts


def read_amounts(titles: pa.Array) -> Amounted:
    """Return packs and measures of titles.

    Arguments:
        titles: text as it was written.

    >>> told = read_amounts(pa.array(["Water 12 x 500 ml", "Water, 16.9 fl oz (Pack of 6)", "Water"]))
    >>> told.packs.tolist(), told.measures[:, 0, 0].round().tolist()
    ([12.0, 6.0, 0.0], [500.0, 500.0, nan])
    """
    titles = pc.utf8_lower(titles)
    packs = np.zeros(len(titles))
    measures = np.full((len(titles), len(KINDS), KEPT), np.nan)
    rows = np.flatnonzero(pc.match_substring_regex(titles, _HINT).to_numpy(zero_copy_only=False))
    for row, title in zip(rows.tolist(), titles.take(pa.array(rows)).to_pylist(), strict=True):
        packs[row] = _pack(title)
        filled: dict[str, int] = {}
        for number, unit in _MEASURE.findall(title.replace(" x ", " × ")):
            for kind, factor in _meaning(unit):
                place = filled.get(kind, 0)
                if place < KEPT:
                    measures[row, KINDS.index(kind), place] = float(number.replace(",", ".")) * factor
                    filled[kind] = place + 1
    return Amounted(packs, measures)


def contradict(left: Amounts, right: Amounts, tolerance: float = 0.03) -> npt.NDArray[np.bool_]:
    """Tell, for each pair and kind, whether both sides state amounts and share none.

    Arguments:
        left: pairs by kinds by amounts; nan where nothing is stated.
        tolerance: how far two amounts may be apart and still be the same, as a share.
    """
    told = ~(np.isnan(left).all(2) | np.isnan(right).all(2))
    shared = np.zeros(told.shape, np.bool_)
    for one in range(left.shape[2]):
        for other in range(right.shape[2]):
            first, second = left[:, :, one], right[:, :, other]
            shared |= np.abs(first - second) <= tolerance * np.maximum(first, second)
    return told & ~shared


def _pack(title: str) -> int:
    for pattern in _PACKS:
        found = pattern.search(title)
        if found:
            return int(found[1])
    return 0


def _meaning(unit: str) -> tuple[tuple[str, float], ...]:
    return next((meaning for pattern, meaning in _EXACT if pattern.fullmatch(unit)), ())
