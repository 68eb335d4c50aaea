"""Why the rule of a form cannot be kept as it is, in the words of the form and not in those of a file of rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from channelkit.review.price_fields import VARIANCE, Field

_REFUSED = re.compile(r"The price rule .* cannot be read: ([\w.]+) (.+)", re.DOTALL)
_QUOTES = re.compile(r', in quotes(: "[^"]*")?')
"""What only somebody who writes a file must know."""


@dataclass(frozen=True)
class Refusal:
    """What is wrong.

    Arguments:
        field: the name of the field that it is about; empty where it is about no single one.
        words: what is said of it.
    """

    field: str
    words: str


def refusal_of(told: str, fields: Sequence[Field]) -> Refusal:
    """Return what was said of a rule as its form says it.

    Arguments:
        told: what failed; empty where nothing did.
        fields: those of the form.

    >>> amount = Field("amount", "Amount", "number", "Price", "ten")
    >>> refusal_of("The price rule 'A' cannot be read: adjustment.amount is 'ten'. Write one, in quotes.", [amount])
    Refusal(field='amount', words="Amount is 'ten'. Write one.")
    """
    found = _REFUSED.fullmatch(told)
    if found is None:
        return Refusal("", told)
    path, what = found.groups()
    named = next((field for field in fields if field.name == _name(path)), None)
    if named is None:
        return Refusal("", told)
    if named.name == "name":
        return Refusal("name", "Give the rule a name.")
    return Refusal(named.name, f"{named.label} {_QUOTES.sub('', what)}")


def _name(path: str) -> str:
    """Return the field of a form that a place in a rule's document is written in."""
    *tables, name = path.split(".")
    match tables:
        case ["competitor", "variances"]:
            return f"{VARIANCE}{name}"
        case ["floor" | "ceiling" as bound]:
            return f"{bound}:{name}"
        case _:
            return name
