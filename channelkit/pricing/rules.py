"""Price rules: for which products they hold, when, and what they do to the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from channelkit.listings.rules.tree import Group

Direction = Literal["increase", "decrease", "match"]
Unit = Literal["percent", "fixed"]
Source = Literal["featured", "lowest"]
ConditionPolicy = Literal["all", "matching", "variance"]

FEEDBACKS = (0, 80, 90, 95, 98)
"""Percent of positive ratings that a competitor may be asked for; 0 for all (PR-06)."""


@dataclass(frozen=True)
class Adjustment:
    """What is done to a price: raised or lowered by a share or an amount, or left as it is (PR-03, PR-08).

    Arguments:
        amount: percent, or units of the marketplace's currency; 0 where it matches.
    """

    direction: Direction = "match"
    unit: Unit = "percent"
    amount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Bound:
    """Below or above what no rule's price goes: what an attribute says, a share more or less (PR-09, PR-10).

    Arguments:
        attribute: code of a price attribute; what is empty there is the catalog's own price for a floor, and no bound
            for a ceiling.
        adjustment: by percent alone.
    """

    attribute: str = "price"
    adjustment: Adjustment = Adjustment()


@dataclass(frozen=True)
class Competitor:
    """Whose price an intelligent rule starts from (PR-04 to PR-07).

    Arguments:
        source: the featured offer, or the lowest of those that qualify.
        feedback: percent of positive ratings that a seller must have, one of `FEEDBACKS`; not asked of the featured.
        ratings: how many ratings a seller must have.
        conditions: all, the same first; only the same; or others less what the wear is worth.
        variances: for ``variance``, what a condition is worth in percent of new, by Amazon's word (``used_good``).
    """

    source: Source = "featured"
    feedback: int = 0
    ratings: int = 0
    conditions: ConditionPolicy = "all"
    variances: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class PriceRule:
    """One rule of a store (PR-01); rules are applied by ascending priority, those without one last, then by id.

    Arguments:
        id: names the rule within the store: lower-case letters, digits and dashes.
        active: it takes part at all.
        first_day, last_day: the days on which it holds, both included, in the marketplace's time zone.
        priority: 1 goes first; needed where ``discard`` is set.
        discard: no later rule changes the price of what this one holds for (PR-02).
        when: the products for which it holds, in the same trees as listing rules.
        adjustment: what is done, to the running price or else to the competitor's.
        competitor: whose price it starts from; None makes it a standard rule.
        floor, ceiling: of intelligent rules alone.
    """

    id: str
    name: str
    description: str = ""
    active: bool = True
    first_day: date | None = None
    last_day: date | None = None
    priority: int | None = None
    discard: bool = False
    when: Group = field(default_factory=Group)
    adjustment: Adjustment = Adjustment()
    competitor: Competitor | None = None
    floor: Bound | None = None
    ceiling: Bound | None = None

    @property
    def is_intelligent(self) -> bool:
        return self.competitor is not None


def bound_codes(rules: Sequence[PriceRule]) -> tuple[str, ...]:
    """Return the codes of the price attributes that rules are bounded by, each once.

    >>> bound_codes((PriceRule("a", "A", floor=Bound("cost"), ceiling=Bound("msrp")), PriceRule("b", "B")))
    ('cost', 'msrp')
    """
    bounds = (bound for rule in rules for bound in (rule.floor, rule.ceiling) if bound is not None)
    return tuple(dict.fromkeys(bound.attribute for bound in bounds))


def in_order(rules: Sequence[PriceRule]) -> tuple[PriceRule, ...]:
    """Return rules in the order in which they are applied (PR-02)."""
    return tuple(sorted(rules, key=lambda rule: (rule.priority is None, rule.priority or 0, rule.id)))


def hold_on(rules: Sequence[PriceRule], day: date) -> tuple[PriceRule, ...]:
    """Return the active rules of a day, in the order in which they are applied.

    Arguments:
        day: in the marketplace's time zone.
    """
    return tuple(
        rule
        for rule in in_order(rules)
        if rule.active
        and (rule.first_day is None or rule.first_day <= day)
        and (rule.last_day is None or day <= rule.last_day)
    )
