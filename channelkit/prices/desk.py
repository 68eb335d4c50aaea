"""A store's price rules as their editor needs them: what a form offers to choose from, beside the rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from channelkit.database.reference import load_catalog_reference
from channelkit.prices.prices import Prices
from channelkit.prices.reading import PriceRules
from channelkit.pricing.conditions import WORDS
from channelkit.report.wording import condition_words
from channelkit.rules.choices import Choice
from channelkit.rules.rules import Rules


@dataclass(frozen=True)
class PriceDesk(Prices):
    """The desk of one store's price rules; see `channelkit.review.price_source.PriceSource`."""

    def choices(self) -> list[Choice]:
        """Return what a rule's conditions may ask about: the same as a listing rule's (LR-02)."""
        return self._listing_rules.choices()

    def suggest(self, code: str, typed: str = "", count: int = 12) -> list[tuple[str, str]]:
        """Return values of an attribute that fit what is typed; see `channelkit.rules.rules.Rules.suggest`."""
        return self._listing_rules.suggest(code, typed, count)

    def price_attributes(self) -> list[tuple[str, str]]:
        """Return the price attributes that a bound may name, each with its label."""
        with self.parts.database.read() as connection:
            known = load_catalog_reference(connection)["attributes"]
        found = {str(row["code"]): str(row["label"] or row["code"]) for row in known if row["input"] == "price"}
        return [("price", found.pop("price", "Price")), *sorted(found.items(), key=lambda pair: pair[1].casefold())]

    def condition_choices(self) -> list[tuple[str, str]]:
        """Return Amazon's words for conditions that a variance may be given for, and how people call them."""
        return [(word, condition_words(word)) for word in WORDS]

    def findings(self, rules: PriceRules) -> list[Any]:
        """Return what is odd about rules, one by one."""
        return list(self.lint(rules))

    @cached_property
    def _listing_rules(self) -> Rules:
        return Rules(self.store, self.parts)
