"""Price rules read from plain documents; what cannot be read is refused by the name of rule and field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from channelkit.errors import UsageError
from channelkit.listings.rules.tree import Group, parse_rule
from channelkit.pricing.conditions import NEW, WORDS
from channelkit.pricing.fields import MOST_PERCENT, MOST_UNITS, Fields
from channelkit.pricing.rules import FEEDBACKS, Adjustment, Bound, Competitor, PriceRule

_RULE = (
    *("id", "name", "description", "active", "first_day", "last_day", "priority", "discard", "when"),
    *("adjustment", "competitor", "floor", "ceiling"),
)
_ADJUSTMENT = ("direction", "unit", "amount")
_COMPETITOR = ("source", "feedback", "ratings", "conditions", "variances")
_BOUND = ("attribute", "direction", "percent")
_DIRECTIONS = ("increase", "decrease", "match")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def parse_rules(document: Sequence[Any] | Mapping[str, Any]) -> tuple[PriceRule, ...]:
    """Read price rules from their plain document, in the order in which it has them.

    Arguments:
        document: a list of rules, or a table whose ``rules`` is one. Numbers that multiply or add to money are texts
            (or Decimal, or whole): a binary fraction is refused.

    Raises:
        UsageError: a rule cannot be read, or two have one id; names the rule and the field.

    >>> rules = parse_rules([{"name": "Sale", "adjustment": {"direction": "decrease", "amount": "10"}}])
    >>> rules[0].id, rules[0].adjustment
    ('sale', Adjustment(direction='decrease', unit='percent', amount=Decimal('10')))
    """
    if isinstance(document, Mapping):
        unknown = sorted(str(name) for name in document if name != "rules")
        if unknown:
            raise UsageError(f"Beside price rules there is {unknown[0]!r}.", "Write [[rules]] above each rule.")
        document = document.get("rules", ())
    if isinstance(document, str) or not isinstance(document, Sequence):
        raise UsageError("Price rules cannot be read: they are no list.", "Write [[rules]] above each rule.")
    rules = tuple(parse_price_rule(each, place) for place, each in enumerate(document, 1))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            raise UsageError(f"Two price rules have the id {rule.id!r}.", "Give each rule an id of its own.")
        seen.add(rule.id)
    return rules


def parse_price_rule(document: Any, place: int = 1) -> PriceRule:
    """Read one price rule from its plain document.

    Arguments:
        place: which one it is, counted from 1; names a rule in errors that has neither id nor name.

    Raises:
        UsageError: it cannot be read; names the rule and the field.
    """
    named = document if isinstance(document, Mapping) else {}
    called = next((str(named[name]) for name in ("id", "name") if named.get(name)), f"number {place}")
    fields = Fields(document, called, "", _RULE)
    name = fields.text("name")
    if not name:
        fields.refuse("name", "is not there", 'Write name = "…".')
    rule_id = fields.text("id") or name_rule(name)
    if _ID.fullmatch(rule_id) is None:
        fields.refuse("id", f"is {rule_id!r}", "Write lower-case letters, digits and dashes.")
    first_day, last_day = fields.day("first_day"), fields.day("last_day")
    if first_day and last_day and last_day < first_day:
        fields.refuse("last_day", f"is {last_day}, before its first day {first_day}", "Exchange the two days.")
    priority, discard = fields.whole("priority", 1), fields.flag("discard", False)
    if discard and priority is None:
        fields.refuse("priority", "is not there", "A rule that discards later ones needs one: 1 goes first.")
    competitor = _competitor(fields)
    floor, ceiling = (_bound(fields, bound) if fields.has(bound) else None for bound in ("floor", "ceiling"))
    if competitor is None and (floor or ceiling):
        fields.refuse(
            "floor" if floor else "ceiling",
            "bounds a rule that looks at no competitor",
            "Take it out, or write whose price the rule starts from: [rules.competitor].",
        )
    return PriceRule(
        id=rule_id,
        name=name,
        description=fields.text("description"),
        active=fields.flag("active", True),
        first_day=first_day,
        last_day=last_day,
        priority=priority,
        discard=discard,
        when=_when(fields),
        adjustment=_adjustment(fields),
        competitor=competitor,
        floor=floor,
        ceiling=ceiling,
    )


def name_rule(name: str) -> str:
    """Return the id that a rule has by its name.

    >>> name_rule("Summer sale: 10 % off!"), name_rule("…")
    ('summer-sale-10-off', 'rule')
    """
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "rule"


def _when(fields: Fields) -> Group:
    document = fields.table.get("when")
    if document is None:
        return Group()
    try:
        return parse_rule(document)
    except UsageError as error:
        raise UsageError(f"The price rule {fields.rule!r} cannot be read: when: {error.what}", error.fix) from None


def _adjustment(fields: Fields) -> Adjustment:
    if not fields.has("adjustment"):
        return Adjustment()
    table = Fields(fields.table["adjustment"], fields.rule, "adjustment", _ADJUSTMENT)
    unit = table.choice("unit", ("percent", "fixed"), "percent")
    amount = table.number("amount", MOST_PERCENT if unit == "percent" else MOST_UNITS)
    direction = table.choice("direction", _DIRECTIONS, "match")
    if direction == "match" and amount:
        table.refuse("amount", f"is {amount}, and nothing is done with it", "Write increase or decrease, or no amount.")
    return Adjustment(direction, unit, amount)


def _competitor(fields: Fields) -> Competitor | None:
    if not fields.has("competitor"):
        return None
    table = Fields(fields.table["competitor"], fields.rule, "competitor", _COMPETITOR)
    feedback = table.whole("feedback", 0) or 0
    if feedback not in FEEDBACKS:
        table.refuse("feedback", f"is {feedback}", f"Write one of: {', '.join(map(str, FEEDBACKS))}.")
    shares = Fields(table.table.get("variances", {}), fields.rule, "competitor.variances", WORDS)
    variances = {word: shares.number(word, MOST_PERCENT) for word in shares.table}
    for word, share in variances.items():
        # By the reference only collector's items may be worth more than new ones.
        most = MOST_PERCENT if word.startswith("collectible_") else Decimal(100)
        if not 1 <= share <= most or (word == NEW and share != 100):
            shares.refuse(word, f"is {share}", f"Write a percentage from 1 to {most}; {NEW} is always 100.")
    return Competitor(
        source=table.choice("source", ("featured", "lowest"), "featured"),
        feedback=feedback,
        ratings=table.whole("ratings", 0) or 0,
        conditions=table.choice("conditions", ("all", "matching", "variance"), "all"),
        variances=variances,
    )


def _bound(fields: Fields, name: str) -> Bound:
    table = Fields(fields.table[name], fields.rule, name, _BOUND)
    direction, percent = table.choice("direction", _DIRECTIONS, "match"), table.number("percent", MOST_PERCENT)
    if direction == "match" and percent:
        table.refuse("percent", f"is {percent}, and nothing is done with it", "Write increase or decrease.")
    attribute = table.text("attribute", "price")
    if not attribute:
        table.refuse("attribute", "is empty", 'Write the code of a price attribute, such as "price".')
    return Bound(attribute, Adjustment(direction, "percent", percent))
