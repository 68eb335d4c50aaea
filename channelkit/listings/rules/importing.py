"""Rules out of Commerce: both of its JSON shapes, with option numbers turned into labels.

Catalog rules keep ``conditions_serialized`` in the database (``type, attribute, operator, value, aggregator,
conditions``); cart rules come over REST (``/V1/salesRules``) with other names (``condition_type, attribute_name,
aggregator_type``). See commerce-rest, "Rule conditions".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import Attributes, RuleAttribute
from channelkit.listings.rules.tree import OPERATORS, Condition, Group, Node, parse_rule, value_text

_HOLDERS = ("conditions_serialized", "action_condition", "condition")
"""Where a whole rule keeps its tree. A cart rule's own condition is about carts; its action's is about products."""

_SPLIT = re.compile(r"\s*[,;]\s*")


def import_rule(document: Mapping[str, Any] | str, attributes: Attributes) -> Group:
    """Read a rule as Commerce writes it, or as we do (LR-01).

    Arguments:
        document: a tree of conditions in either of Commerce's shapes, a whole rule that holds one, or our own document;
            JSON as text or as read.
        attributes: what Commerce says of the attributes; numbers of options become labels by it.

    Raises:
        UsageError: it is no rule; or it asks for what is not about products, or for an option that is not known.

    >>> condition = {"type": "…\\\\Product", "attribute": "brand", "operator": "==", "value": "7"}
    >>> tree = {"type": "…\\\\Combine", "aggregator": "any", "value": "1", "conditions": [condition]}
    >>> import_rule(tree, {"brand": RuleAttribute("brand", "Brand", "select", {"7": "Acme"})})
    Group(all=False, match=True, children=(Condition(attribute='brand', op='==', value='Acme'),))
    """
    tree = _tree(document)
    if "children" in tree or "op" in tree:
        return parse_rule(tree)
    if not _is_group(tree) and not _word(tree, "attribute", "attribute_name"):
        raise UsageError(
            "There are no conditions to import.", "Give conditions_serialized, or a rule of /V1/salesRules."
        )
    node = _node(tree, attributes, 0)
    return node if isinstance(node, Group) else Group(children=(node,))


def _tree(document: Mapping[str, Any] | str) -> Mapping[str, Any]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except json.JSONDecodeError as error:
            raise UsageError(f"The rule to import is no JSON: {error}.", "Copy the whole value.") from None
    if not isinstance(document, Mapping):
        raise UsageError("The rule to import is no JSON object.", "Copy the whole value, with its braces.")
    for name in _HOLDERS:
        if document.get(name):
            return _tree(document[name])
    return document


def _node(tree: Mapping[str, Any], attributes: Attributes, depth: int) -> Node:
    if not isinstance(tree, Mapping) or depth > 50:
        raise UsageError("The rule to import has a condition that cannot be read.", "Copy the whole value.")
    kind = str(_word(tree, "type", "condition_type"))
    if _is_group(tree):
        if not kind.endswith("Combine"):
            raise UsageError(
                f"The rule to import has conditions of the kind {kind.rpartition(chr(92))[2] or kind!r}.",
                "They are about carts, not about products: leave them out.",
            )
        aggregator = str(_word(tree, "aggregator", "aggregator_type") or "all")
        # Commerce leaves the value out of a group that nobody has touched: true.
        match = str(tree.get("value", "1")).casefold() not in ("0", "false", "")
        children = tuple(_node(child, attributes, depth + 1) for child in tree.get("conditions") or ())
        return Group(aggregator != "any", match, children)
    code, op = _word(tree, "attribute", "attribute_name"), tree.get("operator")
    if op not in OPERATORS:
        raise UsageError(
            f"The rule to import has an operator {op!r} for {code!r}.", f"Known are: {' '.join(OPERATORS)}"
        )
    if code not in attributes:
        raise UsageError(
            f"The rule to import looks at {code!r}, which Commerce does not offer for listing rules.",
            'Set "Use for Promo Rule Conditions" of the attribute in Commerce, or leave the condition out.',
        )
    return Condition(str(code), str(op), "" if op == "<=>" else _value(tree.get("value"), str(op), attributes[code]))


def _is_group(tree: Mapping[str, Any]) -> bool:
    kind = str(_word(tree, "type", "condition_type") or "")
    return kind.endswith(("Combine", "Found", "Subselect")) or "conditions" in tree


def _word(tree: Mapping[str, Any], *names: str) -> Any:
    return next((tree[name] for name in names if tree.get(name) is not None), None)


def _value(value: Any, op: str, attribute: RuleAttribute) -> str | tuple[str, ...]:
    several = isinstance(value, Sequence) and not isinstance(value, str)
    texts = [value_text(each) for each in (value if several else [value]) if each is not None]
    if attribute.kind == "category" or not attribute.options:
        return tuple(texts) if several and len(texts) != 1 else "".join(texts)
    is_list = attribute.kind == "multiselect" or op in ("()", "!()")
    numbers = [part for text in texts for part in (_SPLIT.split(text) if is_list else [text]) if part]
    labels = tuple(_label(number, attribute) for number in numbers)
    if len(labels) == 1 and not is_list:
        return labels[0]
    return labels


def _label(number: str, attribute: RuleAttribute) -> str:
    if number in attribute.options:
        return attribute.options[number]
    if number in attribute.options.values():
        return number
    raise UsageError(
        f"The rule to import asks {attribute.label} for the option number {number}, which is not known.",
        "It may have been deleted, or be newer than what was last read from Commerce.",
    )
