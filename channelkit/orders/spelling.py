"""Text that Commerce takes: without control characters and pictures, and a name in its two parts."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255
"""Characters of a column of Commerce's order addresses."""

NO_LAST_NAME = "-"
"""Stands where somebody has one name alone; Commerce asks for two."""

_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_PICTURES = {"So", "Sk"}
_NOT_IN_NAMES = re.compile(r"[^\w\s,.'’`&-]")
_LEADING = """af al av bin bint da das de degli dei del della den der di do dos du el ibn la las le los of san santa
st st. te ten ter tot van vom von zu zum zur y"""
_PARTICLES = frozenset(_LEADING.split())
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv", "esq", "esq.", "phd", "ph.d.", "md", "m.d."))
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def clean(text: str) -> str:
    """Return text without control characters and pictures, its letters whole, its blanks single.

    Letters, digits and marks of every script stay, and so do all signs of punctuation.

    >>> clean("  Caf\\u00e9\\u200b \\U0001f389\\n1 ")
    'Café 1'
    """
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(" " if _is_refused(character) else character for character in text).split())[
        :LONGEST
    ].strip()


def clean_name(text: str) -> str:
    """Return a name without the signs that Commerce does not take in one.

    >>> clean_name("J@ne <O'Hara> \\u2605 #7")
    "J ne O'Hara 7"
    >>> clean_name(" , ")
    ''
    """
    return " ".join(_NOT_IN_NAMES.sub(" ", clean(text)).replace("_", " ").split()).strip(" ,")


def split_name(name: str) -> tuple[str, str]:
    """Return a name as first and last name; words are neither lost nor made up.

    >>> split_name("Anna Maria Schmidt"), split_name("Ludwig van Beethoven"), split_name("Schmidt, Anna")
    (('Anna Maria', 'Schmidt'), ('Ludwig', 'van Beethoven'), ('Anna', 'Schmidt'))
    >>> split_name("Martin King Jr."), split_name("Cher"), split_name("山田 太郎")
    (('Martin', 'King Jr.'), ('Cher', '-'), ('太郎', '山田'))
    """
    name = clean_name(name)
    last, _, first = name.partition(",")
    first, last = first.strip(" ,"), last.strip()
    if first and last and first.lower() not in _SUFFIXES:
        return first, last
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return (words[0], NO_LAST_NAME) if words else ("", "")
    if _EAST_ASIAN.search(name):
        return " ".join(words[1:]), words[0]
    start = len(words) - 1
    if words[start].lower() in _SUFFIXES and start > 1:
        start -= 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return " ".join(words[:start]), " ".join(words[start:])


def _is_refused(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind in _REFUSED:
        return True
    # Marks that only choose how a picture looks, and Commerce's older tables hold no pictures.
    if "\ufe00" <= character <= "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return True
    return kind in _PICTURES and (character > "\uffff" or "\u2190" <= character <= "\u2bff")
