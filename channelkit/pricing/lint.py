"""What is odd about price rules: what never acts, acts for nothing, contradicts itself, or depends on mere names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.lint import lint_rule
from channelkit.listings.rules.witnesses import Witnesses
from channelkit.model.days import day_of
from channelkit.pricing.arithmetic import factor_of
from channelkit.pricing.rules import PriceRule, in_order
from channelkit.pricing.terms import PriceTerms

PRIORITY, IDLE, ENDED, AMOUNT = "priority", "idle", "ended", "amount"
BOUNDS, UNBOUNDED, UNKNOWN = "bounds", "unbounded", "unknown"
UNREACHABLE, REPLACED, OVERLAP, RESTS = "unreachable", "replaced", "overlap", "rests"


@dataclass(frozen=True)
class Finding:
    """One thing that a person should look at.

    Arguments:
        kind: priority (discards without one), idle (does or asks nothing), ended, amount (nothing is left of a price),
            bounds (floor above ceiling), unbounded (no floor), unknown (attribute), unreachable (an earlier rule
            discards it), replaced (a later one undoes it), overlap (their order depends on their names), rests; and
            the kinds of `channelkit.listings.rules.lint.Finding` for conditions.
        rule: the id of the rule.
        path: the place of a condition: numbers of children from the root, joined by dots; empty for the whole rule.
        words: what is odd, and what to do.
    """

    kind: str
    rule: str
    path: str
    words: str


def lint_rules(
    rules: Sequence[PriceRule], attributes: Attributes, now: int, terms: PriceTerms | None = None
) -> list[Finding]:
    """Return what is odd about price rules, in the order in which they are applied.

    Arguments:
        attributes: what Commerce says of the attributes; empty where nothing is known.
        now: milliseconds since 1970.
        terms: the store's; None says only what the rules tell by themselves.

    >>> from channelkit.pricing.rules import Adjustment
    >>> print(lint_rules([PriceRule("a", "Nothing", adjustment=Adjustment())], {}, 0)[0].words)
    The price rule “Nothing” changes no price. Raise or lower it, or take the rule out.
    """
    ordered = in_order(rules)
    today = date.fromisoformat(day_of(now, terms.time_zone if terms else "UTC"))
    found = [finding for rule in ordered for finding in _alone(rule, attributes, today, terms)]
    standing = [rule for rule in ordered if rule.active and not _has_ended(rule, today)]
    witnesses = Witnesses(attributes)
    for earlier, later in combinations(standing, 2):
        found += _together(earlier, later, witnesses)
    places = [rule.id for rule in ordered]
    return sorted(found, key=lambda finding: places.index(finding.rule))


def _alone(rule: PriceRule, attributes: Attributes, today: date, terms: PriceTerms | None) -> Iterator[Finding]:
    """Yield what is odd about a rule by itself."""
    told = f"The price rule “{rule.name}”"
    adjustment, competitor = rule.adjustment, rule.competitor
    if rule.discard and rule.priority is None:
        words = f"{told} discards later rules and has no priority, so it comes last: give it one; 1 goes first."
        yield Finding(PRIORITY, rule.id, "", words)
    if _has_ended(rule, today):
        yield Finding(ENDED, rule.id, "", f"{told} ended on {rule.last_day}. Give it other days, or take it out.")
    if competitor is None and (adjustment.direction == "match" or not adjustment.amount):
        words = f"{told} changes no price. Raise or lower it, or take the rule out."
        # A rule that does nothing but keep others away is meant so.
        yield from () if rule.discard else (Finding(IDLE, rule.id, "", words),)
    if adjustment.unit == "percent" and factor_of(adjustment) <= 0:
        yield Finding(AMOUNT, rule.id, "", f"{told} leaves nothing of a price, which is never sent.")
    yield from _of_competitor(rule, told, terms)
    yield from _of_bounds(rule, told, attributes, terms)
    for finding in lint_rule(rule.when, attributes):
        yield Finding(finding.kind, rule.id, finding.path, f"{told}: {finding.words}")


def _of_competitor(rule: PriceRule, told: str, terms: PriceTerms | None) -> Iterator[Finding]:
    competitor = rule.competitor
    if competitor is None:
        return
    if rule.floor is None:
        words = f"{told} has no floor: it follows others down as far as they go. Give it one."
        yield Finding(UNBOUNDED, rule.id, "", words)
    if competitor.source == "featured" and (competitor.feedback or competitor.ratings):
        yield Finding(IDLE, rule.id, "", f"{told} asks for ratings, which are not asked of the featured offer.")
    if competitor.source == "featured" and competitor.conditions != "all":
        words = f"{told} has a condition policy; the featured offer is always that of its own condition."
        yield Finding(IDLE, rule.id, "", words)
    elif competitor.variances and competitor.conditions != "variance":
        yield Finding(IDLE, rule.id, "", f"{told} says what conditions are worth, and does not ask for it.")
    elif competitor.conditions == "variance" and not competitor.variances:
        words = f"{told} does not say what conditions are worth, so only the same condition counts."
        yield Finding(IDLE, rule.id, "", words)
    if terms is not None and terms.paused:
        yield Finding(RESTS, rule.id, "", f"{told} rests: {terms.paused}")


def _of_bounds(rule: PriceRule, told: str, attributes: Attributes, terms: PriceTerms | None) -> Iterator[Finding]:
    floor, ceiling = rule.floor, rule.ceiling
    both = (floor, ceiling) if floor and ceiling and floor.attribute == ceiling.attribute else None
    if both and factor_of(both[0].adjustment) > factor_of(both[1].adjustment):
        words = f"{told} has its floor above its ceiling: the floor holds. Exchange them."
        yield Finding(BOUNDS, rule.id, "", words)
    known = {*attributes, *(terms.codes if terms else ())}
    for code in dict.fromkeys(bound.attribute for bound in (floor, ceiling) if bound is not None):
        if code in attributes and attributes[code].input != "price":
            words = f"{told} is bounded by {attributes[code].label}, which is no price attribute."
            yield Finding(UNKNOWN, rule.id, "", words)
        elif attributes and terms is not None and code not in known:
            words = f"{told} is bounded by {code!r}, of which nothing is known: make sure that it is a price attribute."
            yield Finding(UNKNOWN, rule.id, "", words)


def _together(earlier: PriceRule, later: PriceRule, witnesses: Witnesses) -> Iterator[Finding]:
    """Yield what is odd about two rules that hold on one day."""
    if not _meet(earlier, later):
        return
    its_days_too = _covers(earlier, later)
    if earlier.discard and its_days_too and not witnesses.is_possible([(later.when, True), (earlier.when, False)]):
        words = f"The price rule “{later.name}” never acts: “{earlier.name}” comes first and lets no later rule follow."
        yield Finding(UNREACHABLE, later.id, "", words)
        return
    if earlier.discard:
        return
    is_inside = _covers(later, earlier) and not witnesses.is_possible([(earlier.when, True), (later.when, False)])
    if later.is_intelligent and is_inside:
        words = f"What the price rule “{earlier.name}” does is lost: “{later.name}” sets the price anew after it."
        yield Finding(REPLACED, earlier.id, "", words)
        return
    is_tied = earlier.priority == later.priority and _depends(earlier, later)
    if is_tied and witnesses.is_possible([(earlier.when, True), (later.when, True)]):
        words = (
            f"The price rules “{earlier.name}” and “{later.name}” have one priority and may hold for one product: "
            f"which of them comes first only depends on their ids. Give each a priority of its own."
        )
        yield Finding(OVERLAP, later.id, "", words)


def _depends(first: PriceRule, second: PriceRule) -> bool:
    """Tell whether it matters which of two rules comes first."""
    is_plain = not (first.is_intelligent or second.is_intelligent or first.discard or second.discard)
    return not (is_plain and first.adjustment.unit == second.adjustment.unit)


def _has_ended(rule: PriceRule, today: date) -> bool:
    return rule.last_day is not None and rule.last_day < today


def _meet(first: PriceRule, second: PriceRule) -> bool:
    """Tell whether there is a day on which both hold."""
    begin = max(first.first_day or date.min, second.first_day or date.min)
    return begin <= min(first.last_day or date.max, second.last_day or date.max)


def _covers(outer: PriceRule, inner: PriceRule) -> bool:
    """Tell whether one rule holds on all days of another."""
    begins = (outer.first_day or date.min) <= (inner.first_day or date.min)
    return begins and (outer.last_day or date.max) >= (inner.last_day or date.max)
