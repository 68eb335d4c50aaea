"""What an error means in plain words, what to do about it, and what brings the next attempt (RP-02).

A code that is not among `channelkit.trends.error_codes` says that it is not known: nothing is guessed, and the other
side's own words stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from channelkit.trends.amazon_codes import Known
from channelkit.trends.error_codes import CATEGORIES, CODES, FAMILIES, SENTENCES, STATUSES

Kind = Literal["call", "listing change", "order change", "catalog change", "listing issue", "bulk submission"]
"""What went wrong: a call, a change that was refused or never seen, what Amazon complains of, a bulk submission."""

_UNKNOWN_FIX = {
    "amazon": "Read Amazon's own words beside it. If they do not help, open a case in Seller Central and name the "
    "request id.",
    "commerce": "Read Commerce's own words beside it, and ask whoever runs the shop to look into its logs.",
    "": "Read the words beside it. If they do not help, look at the run with: channelkit log",
}
_CALLS = {
    "cycle": "The next cycle tries again by itself.",
    "person": "None before somebody has acted; then the next cycle.",
    "value": "The next cycle, which reads and asks anew.",
}
_CHANGES = {
    "listing change": "By itself a day after the refusal; another value goes with the next cycle.",
    "order change": "By itself, at first at once and then less and less often, once an hour at the least.",
    "catalog change": "When somebody approves it anew; nothing is written into Commerce by itself.",
    "listing issue": "Amazon looks again whenever the listing changes; the next cycle reads what it says then.",
    "bulk submission": "The next cycles read back what took effect and send the rest again.",
}


_COMPARED = "The next cycle compares anew, and sends what is still missing."


@dataclass(frozen=True)
class Words:
    """An error in words.

    Arguments:
        meaning: what it means, in a sentence.
        fix: what to do, in a sentence; never empty.
        next_attempt: what brings the next attempt; never empty (pain 23).
        is_known: the code has an entry; otherwise ``meaning`` says that it is unknown.
        stops_store: while it lasts nothing of the store is read or sent.
    """

    meaning: str
    fix: str
    next_attempt: str
    is_known: bool
    stops_store: bool = False


def put_in_words(
    code: str,
    *,
    kind: Kind = "call",
    system: str = "",
    status: int | None = None,
    message: str = "",
    categories: Sequence[str] = (),
    fix: str = "",
) -> Words:
    """Return what an error means and what to do.

    The code is looked up first, then its family, then what the message says, then Amazon's categories of an issue; the
    HTTP status alone explains only what has no code of its own.

    Arguments:
        system: amazon, commerce, or empty for what never left the house.
        status: of the HTTP answer; None where there was none.
        message: the other side's words.
        categories: Amazon's, of a listing's issue.
        fix: what was advised when it happened; stands where nothing better is known, and where a person must act.

    >>> put_in_words("QuotaExceeded", system="amazon", status=429).meaning
    'Amazon was asked more often than it allows for this call.'
    >>> put_in_words("12345", kind="listing issue", system="amazon", message="Zork.").meaning
    'The code 12345 is not known to channelkit. Amazon says: Zork.'
    """
    known = _find(code, system, status, message, categories)
    if known is not None:
        # What was advised at that moment knew what the answer said beside its code.
        advised = fix if fix and kind == "call" and known.again == "person" else known.fix
        return Words(known.meaning, advised, _next(kind, known.again), True, kind == "call" and known.again == "person")
    said = f" {_SPEAKERS[system]}: {message.strip()}" if message.strip() else ""
    name = f"The code {code} is not known to channelkit." if code else "It has no code that says what it means."
    hint = STATUSES.get(status) if status is not None else None
    if hint is not None and code:
        name += f" Status {status}: {hint.meaning}"
    return Words(name + said, fix or (hint.fix if hint else _UNKNOWN_FIX[system]), _next(kind, "cycle"), False)


_SPEAKERS = {"amazon": "Amazon says", "commerce": "Commerce says", "": "It says"}


def _find(code: str, system: str, status: int | None, message: str, categories: Sequence[str]) -> Known | None:
    exact = CODES.get((system, code)) or CODES.get(("", code)) if code else None
    if exact is not None:
        return exact
    family = next((known for form, known in FAMILIES if code and re.fullmatch(form, code)), None)
    if family is not None:
        return family
    said = next((known for side, form, known in SENTENCES if side == system and re.search(form, message, re.I)), None)
    if said is not None:
        return said
    by_category = next((CATEGORIES[name] for name in categories if name in CATEGORIES), None)
    if by_category is not None or code:
        return by_category
    return STATUSES.get(status) if status is not None else None


def _next(kind: Kind, again: str) -> str:
    if kind == "call":
        return _CALLS[again]
    if again == "person":
        return _CALLS["person"]
    if again == "cycle" and kind.endswith("change"):
        return _COMPARED
    return _CHANGES[kind]
