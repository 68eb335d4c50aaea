"""What is done to a store's price rules: one added, changed, taken away, switched, or all put into another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from channelkit.errors import UsageError
from channelkit.pricing.rules import PriceRule, in_order
from channelkit.pricing.text import name_rule, parse_rules, to_document

Rules = tuple[PriceRule, ...]


def find_rule(rules: Sequence[PriceRule], rule_id: str) -> PriceRule:
    """Return one rule.

    Raises:
        UsageError: there is none of this id; says which there are.
    """
    for rule in rules:
        if rule.id == rule_id:
            return rule
    known = ", ".join(rule.id for rule in rules) or "none yet"
    raise UsageError(f"There is no price rule {rule_id!r}.", f"The rules are: {known}.")


def add_rule(rules: Rules, added: PriceRule) -> Rules:
    """Return the rules with one more, under an id that is free.

    >>> [rule.id for rule in add_rule((PriceRule("sale", "Sale"),), PriceRule("sale", "Sale"))]
    ['sale', 'sale-2']
    """
    return (*rules, replace(added, id=free_id(rules, added.id)))


def free_id(rules: Sequence[PriceRule], wanted: str) -> str:
    """Return an id that no rule has, the one that is wanted where it is free."""
    taken = {rule.id for rule in rules}
    names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def change_rule(rules: Rules, rule_id: str, fields: Mapping[str, Any]) -> Rules:
    """Return the rules with other values in some fields of one.

    Arguments:
        fields: as in the document of a rule; None empties a field.

    Raises:
        UsageError: there is no such rule or field, or a value cannot be read.

    >>> change_rule((PriceRule("sale", "Sale"),), "sale", {"priority": 1, "active": False})[0].priority
    1
    """
    found = find_rule(rules, rule_id)
    if "id" in fields:
        raise UsageError("The id of a price rule stays.", "Add another rule, and remove this one.")
    document = to_document([found])[0] | dict(fields)
    changed = parse_rules([{name: value for name, value in document.items() if value is not None}])[0]
    return tuple(changed if rule.id == rule_id else rule for rule in rules)


def switch_rule(rules: Rules, rule_id: str, active: bool) -> Rules:
    """Return the rules with one that takes part, or rests.

    Raises:
        UsageError: there is no such rule.
    """
    return change_rule(rules, rule_id, {"active": active})


def remove_rule(rules: Rules, rule_id: str) -> Rules:
    """Return the rules without one.

    Raises:
        UsageError: there is no such rule.
    """
    find_rule(rules, rule_id)
    return tuple(rule for rule in rules if rule.id != rule_id)


def copy_rule(rules: Rules, rule_id: str) -> Rules:
    """Return the rules with a copy of one, which takes no part until it is switched on.

    Raises:
        UsageError: there is no such rule.
    """
    found = find_rule(rules, rule_id)
    name = f"{found.name} (copy)"
    return add_rule(rules, replace(found, id=name_rule(name), name=name, active=False))


def put_in_order(rules: Rules, ids: Sequence[str]) -> Rules:
    """Return the rules with other priorities: those that are named go first, in this order.

    Others that have a priority follow in the order that they have; those without one stay without and last.

    Raises:
        UsageError: there is no such rule, or one is named twice.

    >>> rules = (PriceRule("a", "A", priority=1), PriceRule("b", "B"), PriceRule("c", "C", priority=9))
    >>> [(rule.id, rule.priority) for rule in put_in_order(rules, ["c", "b"])]
    [('a', 3), ('b', 2), ('c', 1)]
    """
    if len(set(ids)) < len(ids):
        raise UsageError("A price rule is named twice.", "Name each rule once, the one that goes first first.")
    for rule_id in ids:
        find_rule(rules, rule_id)
    others = [rule.id for rule in in_order(rules) if rule.priority is not None and rule.id not in ids]
    places = {rule_id: place for place, rule_id in enumerate([*ids, *others], 1)}
    return tuple(replace(rule, priority=places.get(rule.id)) for rule in rules)


def check_rules(rules: Sequence[PriceRule]) -> Rules:
    """Return rules as they are read again from their own documents.

    Raises:
        UsageError: one cannot be kept; names the rule and the field.
    """
    return parse_rules(to_document(rules))
