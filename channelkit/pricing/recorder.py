"""Steps of one price, written down while it is made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

from channelkit.model.columns import Numbers
from channelkit.pricing.terms import PriceTerms

Kind: TypeAlias = Literal[
    "override",
    "source",
    "idle",
    "rule",
    "doubt",
    "competitor",
    "adjustment",
    "floor",
    "ceiling",
    "vat",
    "cost",
    "minimum",
    "price",
    "sent",
    "list_price",
    "business",
    "sale",
]


@dataclass(frozen=True)
class Step:
    """One step from the source of a price to what is sent.

    Arguments:
        kind: what kind of step it is: ``source``, ``rule``, ``floor``, ``vat``, … (``idle``: a rule did nothing).
        name: its title for a person.
        rule: the id of the rule that it is part of; empty for none.
        before, after: in minor units; None where there was, or is, no price.
        words: what was done and why, with the numbers.
    """

    kind: Kind
    name: str
    rule: str
    before: int | None
    after: int | None
    words: str


class Recorder:
    """Writes the steps of one row down, in order.

    Arguments:
        terms: those that the price is made with; its currency is that of the words.
    """

    def __init__(self, terms: PriceTerms) -> None:
        self.steps: list[Step] = []
        self._terms = terms

    def note(
        self,
        kind: Kind,
        name: str,
        words: str,
        *,
        before: Numbers | int | None = None,
        after: Numbers | int | None = None,
        rule: str = "",
    ) -> None:
        """Write a step down.

        Arguments:
            before, after: in minor units, or columns of the one row.
        """
        self.steps.append(Step(kind, name, rule, _whole(before), _whole(after), words))

    @property
    def currency(self) -> str:
        """That of the words."""
        return self._terms.currency

    def money(self, units: Numbers | int) -> str:
        """Return an amount in words.

        >>> Recorder(PriceTerms("EUR", 2)).money(-123456)
        '-1,234.56 EUR'
        """
        digits = self._terms.digits
        return f"{Decimal(_whole(units) or 0).scaleb(-digits):,.{digits}f} {self._terms.currency}"


def _whole(units: Numbers | int | None) -> int | None:
    return units if units is None or isinstance(units, int) else int(units[0])
