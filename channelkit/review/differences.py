"""Two texts about one thing, word by word: what both say, what only one says, and what must not differ.

Word order says little in a title, so words are compared by what they are, not by where they stand. Model numbers,
pack sizes and measures are compared as a whole and by what they mean: ``6-pack`` says what ``pack of 6`` says.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

Kind = Literal["same", "other", "strong"]
"""Said by both; said by one; said by one and telling: a model number, a pack size, a measure."""

_PACKED = r"pack|packs|pk|pck|count|ct|pcs|pc|pieces|piece|pairs|pair|set|sets|rolls|bottles|cans"
_UNITS = {
    "milliliter": "ml", "milliliters": "ml", "millilitre": "ml", "millilitres": "ml", "ml": "ml",
    "liter": "l", "liters": "l", "litre": "l", "litres": "l", "l": "l", "cl": "cl",
    "ounce": "oz", "ounces": "oz", "oz": "oz", "pound": "lb", "pounds": "lb", "lbs": "lb", "lb": "lb",
    "gram": "g", "grams": "g", "g": "g", "kilogram": "kg", "kilograms": "kg", "kg": "kg", "mg": "mg",
    "inch": "in", "inches": "in", "in": "in", '"': "in", "”": "in", "''": "in", "feet": "ft", "foot": "ft", "ft": "ft",
    "millimeter": "mm", "mm": "mm", "centimeter": "cm", "cm": "cm", "meter": "m", "m": "m",
    "watt": "w", "watts": "w", "w": "w", "volt": "v", "volts": "v", "v": "v", "mah": "mah", "ah": "ah",
    "megabyte": "mb", "mb": "mb", "gigabyte": "gb", "gb": "gb", "terabyte": "tb", "tb": "tb",
    "mhz": "mhz", "ghz": "ghz",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_WORD = re.compile(
    rf"(?P<pack>\b(?:pack|set|box|case|bundle|lot)[ ]of[ ](?P<of>\d+)\b|\b(?P<packs>\d+)[ -]?(?:{_PACKED})\b)"
    rf"|(?P<measure>(?<![\w.])(?P<amount>\d+(?:[.,]\d+)?)[ -]?(?P<unit>{_UNIT})(?!\w|[ -]1\b))"
    r"|(?P<word>\w+(?:[-./]\w+)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """A part of a text, and what is the case with it."""

    text: str
    kind: Kind


def compare(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces; put together again, the pieces are the texts.

    >>> left, right = compare("Acme Kettle KX-200, pack of 6", "ACME kettle kx200 steel 4-pack")
    >>> [piece.text for piece in left if piece.kind == "strong"], [p.text for p in right if p.kind == "strong"]
    (['pack of 6'], ['4-pack'])
    >>> [piece.text for piece in right if piece.kind == "other"]
    ['steel']
    """
    return _pieces(left, Counter(_keys(right))), _pieces(right, Counter(_keys(left)))


def is_same(left: str, right: str) -> bool:
    """Say whether two texts hold the same words, in whatever order and case.

    >>> is_same("Kettle, 1.7 liter", "1.7L kettle"), is_same("KX-200", "KX-300")
    (True, False)
    """
    return Counter(_keys(left)) == Counter(_keys(right))


def _pieces(text: str, others: Counter[str]) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for found in _WORD.finditer(text):
        key = _key(found)
        kind: Kind = "same"
        if others[key] > 0:
            others[key] -= 1
        else:
            kind = "strong" if any(map(str.isdigit, key)) else "other"
        if found.start() > end:
            pieces.append(Piece(text[end : found.start()], "same"))
        pieces.append(Piece(found.group(), kind))
        end = found.end()
    if end < len(text):
        pieces.append(Piece(text[end:], "same"))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return fewer pieces: neighbours that both sides say are one."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and piece.kind == joined[-1].kind == "same":
            joined[-1] = Piece(joined[-1].text + piece.text, "same")
        else:
            joined.append(piece)
    return joined


def _keys(text: str) -> list[str]:
    return [_key(found) for found in _WORD.finditer(text)]


def _key(found: re.Match[str]) -> str:
    """Return what a word means, so that two ways of writing it are one."""
    if found["pack"]:
        return f"pack {(found['of'] or found['packs']).lstrip('0')}"
    if found["measure"]:
        amount = found["amount"].replace(",", ".")
        return f"{amount.rstrip('0').rstrip('.') if '.' in amount else amount} {_UNITS[found['unit'].lower()]}"
    word = found["word"].casefold()
    # Model numbers are written with and without their hyphens; decimals and dates need theirs.
    return re.sub(r"[-/.]", "", word) if re.search(r"[^\W\d]", word) else word
