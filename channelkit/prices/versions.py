"""Versions of a store's price rules as people see them, and the grid of the rules that hold (PR-01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from channelkit.database.price_rules import KeptPrices
from channelkit.listings.rules.attributes import Attributes
from channelkit.pricing.rules import PriceRule, in_order
from channelkit.pricing.text import describe_rule, parse_rules, to_document
from channelkit.report.wording import counted, moment

if TYPE_CHECKING:
    import pandas as pd

STANDARD, INTELLIGENT = "Standard", "Intelligent"
COLUMNS = ("id", "name", "type", "active", "priority", "discard", "first_day", "last_day", "words")


@dataclass(frozen=True)
class PriceVersion:
    """One version of all price rules of a store.

    Arguments:
        id: its number; 0 where none was ever put in force.
        name: what it changed.
        rules: in the order in which they are applied.
        words: each rule in a sentence, in the same order.
        made_at: milliseconds since 1970; None where none was ever put in force.
        restores: the earlier version that it brought back.
    """

    id: int
    store: str
    name: str
    rules: tuple[PriceRule, ...]
    words: tuple[str, ...]
    made_at: int | None
    made_by: str
    restores: int | None

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The rules as plain values."""
        return to_document(self.rules)

    @property
    def made(self) -> str:
        """When it was put in force, in words."""
        return moment(self.made_at) if self.made_at is not None else ""

    def __repr__(self) -> str:
        if not self.id:
            return f"{self.store}: no price rules were put in force yet; prices are as their source has them."
        again = f", which brings back version {self.restores}" if self.restores else ""
        head = f"{self.store}: {self.name}, version {self.id}{again}, by {self.made_by}, {self.made}"
        lines = [f"  {place(rule)} {rule.name}: {words}" for rule, words in zip(self.rules, self.words, strict=True)]
        return "\n".join([head, *(lines or ["  No rules: prices are as their source has them."])])

    def _repr_html_(self) -> str:
        return rules_html(self)

    def summary(self) -> dict[str, Any]:
        """Return it as plain values for another program."""
        return {
            "id": self.id,
            "store": self.store,
            "name": self.name,
            "rules": self.documents,
            "words": list(self.words),
            "made_at": self.made,
            "made_by": self.made_by,
            "restores": self.restores,
        }


def show_version(kept: KeptPrices, attributes: Attributes, currency: str) -> PriceVersion:
    """Return a kept version with its rules in words."""
    rules = in_order(parse_rules(list(kept.rules)))
    return PriceVersion(
        id=kept.id,
        store=kept.store,
        name=kept.name,
        rules=rules,
        words=tuple(describe_rule(rule, attributes, currency) for rule in rules),
        made_at=kept.made_at,
        made_by=kept.made_by,
        restores=kept.restores,
    )


def no_version(store: str) -> PriceVersion:
    """Return what holds while no price rules were put in force."""
    return PriceVersion(0, store, "", (), (), None, "", None)


def type_words(rule: PriceRule) -> str:
    """Return what kind of rule it is, as the grid of rules says it."""
    return INTELLIGENT if rule.is_intelligent else STANDARD


def place(rule: PriceRule) -> str:
    """Return the place of a rule in the order, and whether it takes part.

    >>> place(PriceRule("a", "A", priority=2)), place(PriceRule("b", "B", active=False))
    ('2.', '– (off)')
    """
    number = "–" if rule.priority is None else f"{rule.priority}."
    return number if rule.active else f"{number} (off)"


def rules_frame(version: PriceVersion) -> pd.DataFrame:
    """Return the rules as analysts see them, in the order in which they are applied."""
    import pandas as pd  # noqa: PLC0415 - half a second

    rows = [
        {
            **{name: getattr(rule, name) for name in ("id", "name", "active", "priority", "discard")},
            **{name: getattr(rule, name) for name in ("first_day", "last_day")},
            "type": type_words(rule),
            "words": words,
        }
        for rule, words in zip(version.rules, version.words, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"priority": "Int64"})


def versions_frame(versions: Sequence[PriceVersion]) -> pd.DataFrame:
    """Return versions as analysts see them, the one that holds first."""
    import pandas as pd  # noqa: PLC0415 - half a second

    rows = [
        {
            **{name: getattr(version, name) for name in ("id", "name", "made_by", "restores")},
            "made_at": pd.Timestamp(version.made_at, unit="ms", tz="UTC"),
            "rules": len(version.rules),
            "active": sum(rule.active for rule in version.rules),
        }
        for version in versions
    ]
    names = ["id", "name", "made_at", "made_by", "rules", "active", "restores"]
    return pd.DataFrame(rows, columns=names).astype({"restores": "Int64"})


def rules_html(version: PriceVersion) -> str:
    """Return the rules as a table, in the order in which they are applied; what comes from outside is escaped."""
    if not version.rules:
        return f"<p>{escape(repr(version))}</p>"
    left = "text-align:left;vertical-align:top;white-space:normal"
    titles = ("Name", "Type", "Is Active", "Priority", "Stop Further Processing", "From", "To", "In words")
    head = "".join(f'<th scope="col" style="{left}">{title}</th>' for title in titles)
    rows = "".join(
        "<tr>" + "".join(f'<td style="{left}">{escape(cell)}</td>' for cell in (*cells(rule), words)) + "</tr>"
        for rule, words in zip(version.rules, version.words, strict=True)
    )
    told = f"{version.name}, version {version.id}, by {version.made_by}, {version.made}" if version.id else ""
    return (
        f"<p><strong>{escape(version.store)}</strong>: {counted(len(version.rules), 'price rule')}. {escape(told)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def cells(rule: PriceRule) -> list[str]:
    """Return what the grid of rules shows of one (PR-01)."""
    days = ["" if day is None else day.isoformat() for day in (rule.first_day, rule.last_day)]
    priority = "" if rule.priority is None else str(rule.priority)
    flags = ["Yes" if flag else "No" for flag in (rule.active, rule.discard)]
    return [rule.name, type_words(rule), flags[0], priority, flags[1], *days]
