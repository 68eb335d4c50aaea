"""A small store's price rules as their editor works with them: real rules, a real database, a preview that is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from channelkit.database.connection import Database
from channelkit.database.price_rules import list_price_rules, newest_version, store_price_rules
from channelkit.errors import DatabaseError, UsageError
from channelkit.listings.rules.attributes import Attributes, rule_attributes
from channelkit.prices.versions import PriceVersion, show_version
from channelkit.pricing.text import describe_rule, parse_rules, to_document
from channelkit.rules.choices import Choice, fitting, make_choice
from tests.rule_book import ATTRIBUTES, CATEGORIES, SETS

NOW = 1_790_000_000_000
COUNTS = {"held": 1, "falls": 30, "rises": 2, "new": 0, "none": 1, "same": 100}
SALE = {"id": "sale", "name": "Sale <b>now</b>", "priority": 2, "adjustment": {"direction": "decrease", "amount": "10"}}
MATCH = {
    "id": "match",
    "name": "Match",
    "priority": 1,
    "competitor": {"source": "lowest", "feedback": 95, "conditions": "variance", "variances": {"used_good": "70"}},
    "floor": {"attribute": "cost", "direction": "increase", "percent": "3"},
    "when": {"children": [{"attribute": "price", "op": "<", "value": "50"}]},
}


class ToldPreview(SimpleNamespace):
    """A preview whose figures are made up; its rows tell what was asked for."""

    counts: Mapping[str, int] = COUNTS
    classes: Mapping[str, int] = {"falls by 5–10 %": 30, "rises by up to 1 %": 2, "stays": 101}
    words, stopped = "30 prices fall, 2 rise.", ""
    stake = "At stake: −3.00 EUR a month.\nMargin: not known."

    def guards(self) -> Sequence[tuple[str, int]]:
        return [("It is below cost <i>really</i>.", 1)]

    def notes(self) -> Sequence[tuple[str, int]]:
        return [("Commerce has none above zero.", 1)]

    def rows(self, part: str, first: int, size: int) -> Sequence[Mapping[str, str]]:
        count = max(0, min(size, COUNTS[part] - first))
        return [
            {"seller_sku": f"{part}-{first + place}", "name": "Mug <script>x</script>", "before": "10.00 EUR"}
            for place in range(count)
        ]


@dataclass
class PriceBook:
    """A store's price rules; what a model asks of them, and no more.

    Arguments:
        broken: nothing can be read or kept, as when the database is away.
    """

    database: Database
    broken: bool = False
    currency: str = "EUR"
    previewed: list[Any] = field(default_factory=list)

    @property
    def known(self) -> Attributes:
        return rule_attributes({"attributes": ATTRIBUTES, "attribute_sets": SETS, "categories": CATEGORIES})

    def choices(self) -> Sequence[Choice]:
        self._ask()
        return [make_choice(attribute) for attribute in self.known.values()]

    def suggest(self, code: str, typed: str = "", count: int = 12) -> Sequence[tuple[str, str]]:
        return fitting(list(make_choice(self.known[code]).options.items()), typed, count)

    def price_attributes(self) -> Sequence[tuple[str, str]]:
        return [("price", "Price"), ("cost", "Cost")]

    def condition_choices(self) -> Sequence[tuple[str, str]]:
        return [("new_new", "New"), ("used_good", "Used; Good")]

    def history(self) -> Sequence[PriceVersion]:
        with self.database.read() as connection:
            return [show_version(kept, self.known, "EUR") for kept in list_price_rules(connection, "de")]

    def documents(self, rules: Sequence[Mapping[str, Any]]) -> Sequence[dict[str, Any]]:
        return to_document(parse_rules(list(rules)))

    def describe(self, rules: Sequence[Mapping[str, Any]]) -> Sequence[str]:
        return [describe_rule(rule, self.known, "EUR") for rule in parse_rules(list(rules))]

    def findings(self, rules: Sequence[Mapping[str, Any]]) -> Sequence[Any]:
        return [SimpleNamespace(kind="never", words="Look <b>here</b>.")] if len(rules) > 1 else []

    def preview(self, rules: Sequence[Mapping[str, Any]]) -> ToldPreview:
        self._ask()
        self.previewed.append(list(rules))
        return ToldPreview()

    def commit(
        self, rules: Sequence[Mapping[str, Any]], name: str, by: str = "", *, based_on: int | None = None
    ) -> PriceVersion:
        self._ask()
        documents = to_document(parse_rules(list(rules)))
        with self.database.write() as connection:
            newest = newest_version(connection, "de")
            if based_on is not None and newest != based_on:
                raise UsageError(f"Version {newest} was put in force meanwhile.")
            kept = store_price_rules(connection, store="de", name=name, rules=documents, at=NOW, by=by)
        return show_version(kept, self.known, "EUR")

    def _ask(self) -> None:
        if self.broken:
            raise DatabaseError("The database cannot be reached.", "Try again.")
