"""A rule as one sentence that a person can read aloud."""

from __future__ import annotations

from channelkit.listings.rules.attributes import Attributes, RuleAttribute, attribute_of
from channelkit.listings.rules.operators import parse_value
from channelkit.listings.rules.tree import Condition, Group, Node

_WORDS = {
    "==": "is",
    "!=": "is not",
    ">=": "is at least",
    "<=": "is at most",
    ">": "is more than",
    "<": "is less than",
    "{}": "contains",
    "!{}": "does not contain",
    "()": "is one of",
    "!()": "is none of",
    "<=>": "is not set",
    "set": "is set",
}
_DATE_WORDS = {">=": "is on or after", "<=": "is on or before", ">": "is after", "<": "is before"}
_LIST_WORDS = {"{}": "includes", "!{}": "does not include", "()": "includes", "!()": "does not include"}
OPPOSITES = {
    **{"==": "!=", "!=": "==", ">=": "<", "<": ">=", "<=": ">", ">": "<=", "{}": "!{}", "!{}": "{}"},
    **{"()": "!()", "!()": "()", "<=>": "set"},
}
"""What must hold instead for a condition to answer otherwise; ``set`` is no operator, it is only said."""

MOST = 8
"""Values of a list that are named; the rest is counted."""


def describe(group: Group, attributes: Attributes) -> str:
    """Return a rule as one readable sentence (LR-02).

    >>> describe(Group(), {})
    'Every product is eligible.'
    >>> price = {"price": RuleAttribute("price", "Price", "price")}
    >>> describe(Group(children=(Condition("price", ">=", "10"), Condition("sku", "()", "A1,A2"))), price)
    'A product is eligible if Price is at least 10, and sku is one of “A1” or “A2”.'
    """
    if not group.children:
        return "Every product is eligible."
    return f"A product is eligible if {_clause(group, attributes, True)}."


def describe_node(node: Node, attributes: Attributes) -> str:
    """Return one condition, or what a group asks of its children, in words."""
    if isinstance(node, Condition):
        return describe_condition(node, attributes)
    return group_words(node)


def group_words(group: Group) -> str:
    """Return what a group asks of its children.

    >>> group_words(Group(all=False, match=False, children=(Condition("brand", "<=>"),)))
    'at least one of these does not hold'
    """
    if not group.children:
        return "no conditions: always holds"
    match group.all, group.match:
        case True, True:
            return "all of these hold"
        case False, True:
            return "at least one of these holds"
        case True, False:
            return "none of these holds"
    return "at least one of these does not hold"


def describe_condition(condition: Condition, attributes: Attributes) -> str:
    """Return one condition in words: the attribute's label, the operator, and the values as a person knows them."""
    attribute = attribute_of(condition.attribute, attributes)
    words = operator_words(condition.op, attribute)
    if condition.op in ("<=>", "set"):
        return f"{attribute.label} {words}"
    wanted = parse_value(condition, attribute)
    values = [wanted] if isinstance(wanted, str) else list(wanted)
    shown = [_shown(value, attribute) for value in values[:MOST]]
    if len(values) > MOST:
        shown.append(f"{len(values) - MOST:,} more")
    return f"{attribute.label} {words} {_listed(shown, 'or')}" if shown else f"{attribute.label} {words} nothing"


def operator_words(op: str, attribute: RuleAttribute) -> str:
    """Return an operator in words, as it reads after this attribute's label.

    >>> operator_words("()", RuleAttribute("category_ids", "Category")), operator_words("==", RuleAttribute("a", "A"))
    ('includes', 'is')
    """
    if attribute.kind == "date" and op in _DATE_WORDS:
        return _DATE_WORDS[op]
    if attribute.kind in ("category", "multiselect") and op in _LIST_WORDS:
        return _LIST_WORDS[op]
    return _WORDS[op]


def _clause(group: Group, attributes: Attributes, is_outermost: bool) -> str:
    parts = [
        describe_condition(child, attributes) if isinstance(child, Condition) else _nested(child, attributes)
        for child in group.children
    ]
    if len(parts) == 1 and group.match:
        return parts[0]
    if group.match:
        separator = (", and " if group.all else ", or ") if is_outermost else (" and " if group.all else " or ")
        return separator.join(parts)
    if len(parts) == 1:
        return f"it is not so that {parts[0]}"
    word = "none of these holds" if group.all else "at least one of these does not hold"
    return f"{word}: {'; '.join(parts)}"


def _nested(group: Group, attributes: Attributes) -> str:
    if not group.children:
        return "(always)"
    return f"({_clause(group, attributes, False)})"


def _shown(value: str, attribute: RuleAttribute) -> str:
    if attribute.kind == "category":
        path = attribute.options.get(value)
        return f"“{path}” ({value})" if path else f"number {value}"
    if attribute.is_number or attribute.kind in ("date", "boolean"):
        return value or "nothing"
    return f"“{value}”" if value else "the empty text"


def _listed(parts: list[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
