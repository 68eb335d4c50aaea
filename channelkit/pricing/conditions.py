"""The conditions that offers have, in Amazon's words, and which others' are looked at where none is the same."""

from __future__ import annotations

from typing import Final

NEW: Final = "new_new"

_GRADES = ("like_new", "very_good", "good", "acceptable")

WORDS: Final = (
    *(NEW, "new_open_box", "new_oem", "refurbished_refurbished"),
    *(f"used_{grade}" for grade in _GRADES),
    *(f"collectible_{grade}" for grade in _GRADES),
    "club_club",
)
"""Amazon's words for a listing's condition, the best first."""

FAMILIES: Final = ("new", "used", "collectible", "refurbished", "club")

_SUBCONDITIONS = {
    **{"New": "new", "OpenBox": "open_box", "OEM": "oem", "Refurbished": "refurbished", "Club": "club"},
    **{"Mint": "like_new", "VeryGood": "very_good", "Good": "good", "Acceptable": "acceptable"},
}
_PLAIN = {"new": "new", "refurbished": "refurbished", "club": "club"}
"""How worn it is where nothing more is told of it: of what is used that is not known, and stays so."""


def offer_word(condition: str, subcondition: str) -> str:
    """Return the condition of an offer in the words of listings; the family alone where it says no more.

    Arguments:
        condition, subcondition: as in `channelkit.model.competition.Offer`.

    >>> offer_word("Used", "Mint"), offer_word("New", "OpenBox"), offer_word("Used", "Other")
    ('used_like_new', 'new_open_box', 'used')
    >>> offer_word("Refurbished", "RefurbishedWarranty"), offer_word("New", "")
    ('refurbished_refurbished', 'new_new')
    """
    family = condition.lower()
    word = f"{family}_{_SUBCONDITIONS.get(subcondition, '')}"
    if word in WORDS:
        return word
    return f"{family}_{_PLAIN[family]}" if family in _PLAIN else family


def family_of(word: str) -> str:
    """Return the family of a condition; what says nothing counts as new.

    >>> family_of("used_good"), family_of("")
    ('used', 'new')
    """
    return (word or NEW).partition("_")[0]


def ladder(word: str) -> tuple[tuple[str, ...], ...]:
    """Return where competitors are looked for, step by step: the cheapest of the first step that has any.

    The reference asks for the same condition, then New, Refurbished and downwards, which its own example P10
    contradicts. Ruling: the same condition; others of its family; New; Refurbished; Used from the best to the worst;
    Collectible, likewise. It satisfies P9, P10 and P16.

    >>> ladder("used_good")[1:3]
    (('used_like_new', 'used_very_good', 'used_acceptable', 'used'), ('new_new', 'new_open_box', 'new_oem'))
    """
    word = word or NEW
    family = tuple(each for each in (*WORDS, *FAMILIES) if family_of(each) == family_of(word) and each != word)
    new = tuple(each for each in WORDS if family_of(each) == "new")
    singles = ("refurbished_refurbished", *_of("used"), *_of("collectible"))
    steps: list[tuple[str, ...]] = [(word,), family]
    seen = {word, *family}
    for step in (new, *((each,) for each in singles)):
        left = tuple(each for each in step if each not in seen)
        if left:
            steps.append(left)
            seen.update(left)
    return tuple(step for step in steps if step)


def _of(family: str) -> tuple[str, ...]:
    """Return the conditions of a family from the best to the worst, last of all what says nothing of its wear."""
    return (*(word for word in WORDS if family_of(word) == family), family)
