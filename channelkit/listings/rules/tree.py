"""The tree of conditions: groups of all or any, true or false, over attribute, operator and value.

The neutral document is ``{"all": true, "match": true, "children": […]}`` for a group, and ``{"attribute": …, "op": …,
"value": …}`` for a condition (commerce-rest, "Rule conditions").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from channelkit.errors import UsageError

OPERATORS = ("==", "!=", ">=", "<=", ">", "<", "{}", "!{}", "()", "!()", "<=>")
"""Commerce's own spellings: is, is not, …, contains, is one of, is undefined."""

DEEPEST = 20
"""Groups within groups; nobody can read more, and an endless one must not hang the reader."""

_GROUP_KEYS = {"all", "match", "children"}
_CONDITION_KEYS = {"attribute", "op", "value"}


@dataclass(frozen=True)
class Condition:
    """One comparison.

    Arguments:
        attribute: Commerce's code of the attribute.
        op: one of `OPERATORS`.
        value: what it is compared with, options by their labels, categories by their numbers; several where the
            operator takes several. Nothing for ``<=>``.
    """

    attribute: str
    op: str
    value: str | tuple[str, ...] = ""


@dataclass(frozen=True)
class Group:
    """Conditions and groups of them.

    Arguments:
        all: every child counts; False: any one.
        match: the children shall hold; False: they shall not. Commerce's four sentences: every child is true; one is
            true; every child is false; at least one is false.
        children: none admits everything (LR-01).
    """

    all: bool = True
    match: bool = True
    children: tuple[Condition | Group, ...] = ()


Node: TypeAlias = Condition | Group


def parse_rule(document: Mapping[str, Any]) -> Group:
    """Read a rule from its neutral document.

    Raises:
        UsageError: it is no rule; says where, and what belongs there.

    >>> parse_rule({"children": [{"attribute": "brand", "op": "==", "value": "Acme"}]}).children
    (Condition(attribute='brand', op='==', value='Acme'),)
    """
    node = _parse(document, "the rule", 0)
    return node if isinstance(node, Group) else Group(children=(node,))


def to_document(node: Node) -> dict[str, Any]:
    """Return the neutral document of a rule.

    >>> to_document(Condition("color", "()", ("Red", "Blue")))
    {'attribute': 'color', 'op': '()', 'value': ['Red', 'Blue']}
    """
    if isinstance(node, Condition):
        if node.op == "<=>":
            return {"attribute": node.attribute, "op": node.op}
        value = list(node.value) if isinstance(node.value, tuple) else node.value
        return {"attribute": node.attribute, "op": node.op, "value": value}
    return {"all": node.all, "match": node.match, "children": [to_document(child) for child in node.children]}


def walk(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Yield every group and condition with its path: the places of the children that lead to it, from the root."""
    yield path, node
    if isinstance(node, Group):
        for place, child in enumerate(node.children):
            yield from walk(child, (*path, place))


def codes_of(group: Group) -> list[str]:
    """Return the codes of the attributes that a rule looks at, each once, in the order of the rule.

    >>> codes_of(Group(children=(Condition("b", "<=>"), Group(children=(Condition("a", "<=>"),)))))
    ['b', 'a']
    """
    return list(dict.fromkeys(node.attribute for _path, node in walk(group) if isinstance(node, Condition)))


def value_text(value: Any) -> str:
    """Return a value as text, as Commerce's own rules keep them.

    >>> value_text(True), value_text(7), value_text("07")
    ('1', '7', '07')
    """
    if isinstance(value, bool):
        return "1" if value else "0"
    return value if isinstance(value, str) else str(value)


def _parse(document: Any, where: str, depth: int) -> Node:
    if not isinstance(document, Mapping):
        raise UsageError(
            f"A rule that cannot be read: {where} is {_kind(document)}.", "It must be a group or condition."
        )
    if depth > DEEPEST:
        raise UsageError(f"The rule has groups within groups more than {DEEPEST} deep.", "Make it flatter.")
    if "attribute" in document or "op" in document:
        return _condition(document, where)
    _refuse_unknown(document, _GROUP_KEYS, where)
    children = document.get("children", ())
    if isinstance(children, str) or not isinstance(children, Sequence):
        raise UsageError(f"A rule that cannot be read: the children of {where} are {_kind(children)}.", "Write a list.")
    read = [_parse(child, f"child {place} of {where}", depth + 1) for place, child in enumerate(children, 1)]
    return Group(_flag(document, "all", where), _flag(document, "match", where), tuple(read))


def _condition(document: Mapping[str, Any], where: str) -> Condition:
    _refuse_unknown(document, _CONDITION_KEYS, where)
    attribute, op = document.get("attribute"), document.get("op")
    if not isinstance(attribute, str) or not attribute.strip():
        raise UsageError(f"A rule that cannot be read: {where} names no attribute.", 'Write attribute = "…".')
    if op not in OPERATORS:
        raise UsageError(
            f"A rule that cannot be read: {where} has no operator {op!r}.", f"Operators are: {' '.join(OPERATORS)}"
        )
    if op == "<=>":
        return Condition(attribute.strip(), op)
    if "value" not in document:
        raise UsageError(f"A rule that cannot be read: {where} has no value.", 'Write value = "…".')
    return Condition(attribute.strip(), op, _value(document["value"], where))


def _value(value: Any, where: str) -> str | tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(_one_value(each, where) for each in value)
    return _one_value(value, where)


def _one_value(value: Any, where: str) -> str:
    if value is None or isinstance(value, (Mapping, list, tuple)):
        raise UsageError(
            f"A rule that cannot be read: the value of {where} is {_kind(value)}.", "Write a text, or a list of texts."
        )
    return value_text(value)


def _flag(document: Mapping[str, Any], name: str, where: str) -> bool:
    value = document.get(name, True)
    if not isinstance(value, bool):
        raise UsageError(f"A rule that cannot be read: {name!r} of {where} is {value!r}.", "Write true or false.")
    return value


def _refuse_unknown(document: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(str(key) for key in document if key not in known)
    if unknown:
        raise UsageError(
            f"A rule that cannot be read: {where} has {', '.join(map(repr, unknown))}.",
            f"What belongs there: {', '.join(sorted(known))}.",
        )


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"of the kind {type(value).__name__}"
