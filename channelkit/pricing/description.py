"""A price rule as one sentence that a person can read aloud."""

from __future__ import annotations

from decimal import Decimal

from channelkit.listings.rules.attributes import Attributes, attribute_of
from channelkit.listings.rules.description import describe
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule

_EVERY = "Every product is eligible."
_IF = "A product is eligible "
_POLICIES = {
    "all": "of its own condition, or else of the nearest",
    "matching": "of its own condition only",
    "variance": "of its own condition, or else of another less what the wear is worth",
}


def describe_rule(rule: PriceRule, attributes: Attributes, currency: str = "") -> str:
    """Return a price rule as one readable sentence.

    Arguments:
        attributes: what Commerce says of the attributes.
        currency: of the marketplace; empty leaves it out.

    >>> describe_rule(PriceRule("sale", "Sale", adjustment=Adjustment("decrease", "percent", Decimal(10))), {})
    'Every price is lowered by 10 %.'
    """
    condition = describe(rule.when, attributes)
    subject = "Every price" if condition == _EVERY else "The price"
    words = f"{subject} {_deed(rule, currency)}"
    if condition != _EVERY:
        words += f", {condition.removeprefix(_IF).removesuffix('.')}"
    return (
        words + _bounds(rule, attributes) + _days(rule) + ("; no later rule changes it" if rule.discard else "") + "."
    )


def adjustment_words(adjustment: Adjustment, currency: str = "") -> str:
    """Return what is done to a price, as it stands after "is".

    >>> adjustment_words(Adjustment("increase", "fixed", Decimal("2.50")), "EUR")
    'raised by 2.5 EUR'
    >>> adjustment_words(Adjustment())
    'left as it is'
    """
    if adjustment.direction == "match" or not adjustment.amount:
        return "left as it is"
    verb = "raised" if adjustment.direction == "increase" else "lowered"
    unit = "%" if adjustment.unit == "percent" else currency
    return f"{verb} by {number_text(adjustment.amount)} {unit}".rstrip()


def competitor_words(competitor: Competitor) -> str:
    """Return whose price a rule starts from.

    >>> competitor_words(Competitor("lowest", feedback=95, ratings=1000, conditions="matching"))
    'the lowest offer of its own condition only, of sellers with at least 95 % positive of at least 1,000 ratings'
    """
    if competitor.source == "featured":
        return "the featured offer of its own condition"
    words = f"the lowest offer {_POLICIES[competitor.conditions]}"
    asked = [f"{competitor.feedback} % positive"] if competitor.feedback else []
    asked += [f"{competitor.ratings:,} ratings"] if competitor.ratings else []
    return words + (f", of sellers with at least {' of at least '.join(asked)}" if asked else "")


def bound_words(bound: Bound, attributes: Attributes) -> str:
    """Return what a price may not pass.

    >>> bound_words(Bound("cost", Adjustment("increase", "percent", Decimal(3))), {})
    'cost + 3 %'
    """
    label, adjustment = attribute_of(bound.attribute, attributes).label, bound.adjustment
    if adjustment.direction == "match" or not adjustment.amount:
        return label
    sign = "+" if adjustment.direction == "increase" else "−"
    return f"{label} {sign} {number_text(adjustment.amount)} %"


def number_text(number: Decimal) -> str:
    """Return a number as it is written, without zeros at its end.

    >>> number_text(Decimal("10.50")), number_text(Decimal("1E+2"))
    ('10.5', '100')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _deed(rule: PriceRule, currency: str) -> str:
    if rule.competitor is None:
        return f"is {adjustment_words(rule.adjustment, currency)}"
    adjustment = rule.adjustment
    if adjustment.direction == "match" or not adjustment.amount:
        return f"matches {competitor_words(rule.competitor)}"
    unit = "%" if adjustment.unit == "percent" else currency
    side = "above" if adjustment.direction == "increase" else "below"
    amount = f"{number_text(adjustment.amount)} {unit}".rstrip()
    return f"is {amount} {side} {competitor_words(rule.competitor)}"


def _bounds(rule: PriceRule, attributes: Attributes) -> str:
    parts = [f"not below {bound_words(rule.floor, attributes)}"] if rule.floor else []
    parts += [f"not above {bound_words(rule.ceiling, attributes)}"] if rule.ceiling else []
    return f"; {' and '.join(parts)}" if parts else ""


def _days(rule: PriceRule) -> str:
    match rule.first_day, rule.last_day:
        case None, None:
            return ""
        case first, None:
            return f"; from {first} on"
        case None, last:
            return f"; until {last}"
        case first, last:
            return f"; from {first} to {last}"
