"""Price rules as text that people write, TOML with a table ``[[rules]]`` each, and as plain values."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from channelkit.errors import UsageError
from channelkit.listings.rules.text import write_rule
from channelkit.listings.rules.tree import Group
from channelkit.listings.rules.tree import to_document as tree_document
from channelkit.pricing.description import describe_rule, number_text
from channelkit.pricing.documents import name_rule, parse_price_rule, parse_rules
from channelkit.pricing.rules import PriceRule

__all__ = ["describe_rule", "name_rule", "parse_price_rule", "parse_rules", "read_rules", "to_document", "write_rules"]


def read_rules(text: str) -> tuple[PriceRule, ...]:
    """Read price rules from TOML.

    Raises:
        UsageError: it is no TOML, or a rule cannot be read.

    >>> read_rules('[[rules]]\\nname = "Sale"\\nadjustment = {direction = "increase", amount = 0.5}')[0].adjustment
    Adjustment(direction='increase', unit='percent', amount=Decimal('0.5'))
    """
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"The price rules are no TOML: {error}.", "Write [[rules]] above each rule.") from None
    return parse_rules(document)


def to_document(rules: Sequence[PriceRule]) -> list[dict[str, Any]]:
    """Return price rules as plain values that JSON can keep; `parse_rules` reads them again.

    >>> to_document([PriceRule("sale", "Sale")])[0]["adjustment"]
    {'direction': 'match', 'unit': 'percent', 'amount': '0'}
    """
    return [_rule_document(rule) for rule in rules]


def write_rules(rules: Sequence[PriceRule]) -> str:
    """Return price rules as TOML; reading it again gives the same rules.

    >>> print(write_rules([PriceRule("sale", "Sale", priority=1)]), end="")
    [[rules]]
    id = "sale"
    name = "Sale"
    description = ""
    active = true
    priority = 1
    discard = false
    <BLANKLINE>
    [rules.adjustment]
    direction = "match"
    unit = "percent"
    amount = "0"
    """
    return "\n".join("\n".join(_lines(rule)) + "\n" for rule in rules)


def _rule_document(rule: PriceRule) -> dict[str, Any]:
    days = {name: day.isoformat() for name in ("first_day", "last_day") if (day := getattr(rule, name)) is not None}
    document = {"id": rule.id, "name": rule.name, "description": rule.description, "active": rule.active, **days}
    if rule.priority is not None:
        document["priority"] = rule.priority
    adjustment = rule.adjustment
    document |= {
        "discard": rule.discard,
        "adjustment": {
            "direction": adjustment.direction,
            "unit": adjustment.unit,
            "amount": number_text(adjustment.amount),
        },
    }
    if rule.competitor is not None:
        document["competitor"] = {
            **{name: getattr(rule.competitor, name) for name in ("source", "feedback", "ratings", "conditions")},
            "variances": {word: number_text(share) for word, share in rule.competitor.variances.items()},
        }
    for name, bound in (("floor", rule.floor), ("ceiling", rule.ceiling)):
        if bound is not None:
            percent = number_text(bound.adjustment.amount)
            document[name] = {
                "attribute": bound.attribute,
                "direction": bound.adjustment.direction,
                "percent": percent,
            }
    return document | ({"when": tree_document(rule.when)} if rule.when != Group() else {})


def _lines(rule: PriceRule) -> list[str]:
    document = _rule_document(rule)
    tables = {name: document.pop(name) for name in ("adjustment", "competitor", "floor", "ceiling") if name in document}
    has_conditions = document.pop("when", None) is not None
    lines = ["[[rules]]", *_pairs(document)]
    for name, table in tables.items():
        variances = table.pop("variances", {})
        lines += ["", f"[rules.{name}]", *_pairs(table)]
        lines += ["", f"[rules.{name}.variances]", *_pairs(variances)] if variances else []
    if has_conditions:
        # Texts have no line breaks in them as they are written, so only headings begin like this.
        tree = [line.replace("[[", "[[rules.when.", 1) if line.startswith("[[") else line for line in _tree(rule.when)]
        lines += ["", "[rules.when]", *tree]
    return lines


def _tree(when: Group) -> list[str]:
    # Not by whatever Unicode takes for the end of a line: some of that may stand within a value.
    return write_rule(when).removesuffix("\n").split("\n")


def _pairs(values: dict[str, Any]) -> list[str]:
    return [f"{name} = {_written(value)}" for name, value in values.items()]


def _written(value: Any) -> str:
    # What JSON escapes TOML reads; only this one character is bare in JSON and forbidden in TOML.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
