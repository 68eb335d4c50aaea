"""The tree of a rule while it is edited: groups and lines, each with a number that stays its own.

A number is never given twice, so that a view can keep what somebody is typing into a line while others come and go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from channelkit.errors import UsageError

Value = str | tuple[str, ...]

NO_VALUE = "<=>"
"""The operator that asks whether there is a value at all."""


@dataclass
class Line:
    """One condition; its attribute is chosen once, another attribute is another line."""

    id: int
    attribute: str
    op: str
    value: Value = ""

    def document(self) -> dict[str, Any]:
        if self.op == NO_VALUE:
            return {"attribute": self.attribute, "op": self.op}
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"attribute": self.attribute, "op": self.op, "value": value}

    @property
    def is_complete(self) -> bool:
        return self.op == NO_VALUE or bool(self.value if isinstance(self.value, tuple) else self.value.strip())


@dataclass
class Branch:
    """A group: all or any of its children must be true, or false; without children it holds."""

    id: int
    all: bool = True
    match: bool = True
    children: list[Branch | Line] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        return {"all": self.all, "match": self.match, "children": [child.document() for child in self.children]}


class Tree:
    """A rule that can be edited.

    >>> tree = Tree({"all": True, "match": True, "children": []})
    >>> line = tree.add_line(tree.root.id, "brand", "==")
    >>> tree.line(line).value = "Acme"
    >>> tree.document()
    {'all': True, 'match': True, 'children': [{'attribute': 'brand', 'op': '==', 'value': 'Acme'}]}
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._numbers = count(1)
        self.root = self._branch(document)

    def document(self) -> dict[str, Any]:
        """Return the rule as plain values."""
        return self.root.document()

    def replace(self, document: Mapping[str, Any]) -> None:
        """Put another rule in the place of this one; its lines get numbers of their own."""
        self.root = self._branch(document)

    def lines(self) -> Iterator[Line]:
        """Yield every line, from top to bottom."""
        yield from (node for _, node in self._walk() if isinstance(node, Line))

    def line(self, number: int) -> Line:
        """Return the line of this number.

        Raises:
            UsageError: it is not there any more, or is a group.
        """
        node = self._find(number)[1]
        if not isinstance(node, Line):
            raise UsageError("That is a group, not a condition.")
        return node

    def branch(self, number: int) -> Branch:
        """Return the group of this number.

        Raises:
            UsageError: it is not there any more, or is a line.
        """
        node = self._find(number)[1]
        if not isinstance(node, Branch):
            raise UsageError("That is a condition, not a group.")
        return node

    def add_line(self, group: int, attribute: str, op: str) -> int:
        """Add a line to a group and return its number."""
        line = Line(next(self._numbers), attribute, op)
        self.branch(group).children.append(line)
        return line.id

    def add_branch(self, group: int) -> int:
        """Add an empty group to a group and return its number."""
        branch = Branch(next(self._numbers))
        self.branch(group).children.append(branch)
        return branch.id

    def remove(self, number: int) -> None:
        """Take a line, or a group with all in it, away.

        Raises:
            UsageError: it is the outermost group, or not there any more.
        """
        parent, node = self._find(number)
        if parent is None:
            raise UsageError("The outermost group stays.", "Remove what is in it.")
        parent.children.remove(node)

    def move(self, number: int, step: int) -> None:
        """Move a line or a group up or down among its siblings; at the edge it stays."""
        parent, node = self._find(number)
        if parent is not None:
            place = parent.children.index(node)
            parent.children.insert(max(0, min(place + step, len(parent.children) - 1)), parent.children.pop(place))

    def _find(self, number: int) -> tuple[Branch | None, Branch | Line]:
        for parent, node in self._walk():
            if node.id == number:
                return parent, node
        raise UsageError("That condition is not there any more.", "Nothing else was changed.")

    def _walk(self) -> Iterator[tuple[Branch | None, Branch | Line]]:
        waiting: list[tuple[Branch | None, Branch | Line]] = [(None, self.root)]
        while waiting:
            parent, node = waiting.pop()
            yield parent, node
            if isinstance(node, Branch):
                waiting += [(node, child) for child in reversed(node.children)]

    def _branch(self, document: Mapping[str, Any]) -> Branch:
        children = [self._node(child) for child in document.get("children", ())]
        number = next(self._numbers)
        return Branch(number, bool(document.get("all", True)), bool(document.get("match", True)), children)

    def _node(self, document: Mapping[str, Any]) -> Branch | Line:
        if "attribute" not in document:
            return self._branch(document)
        value = document.get("value", "")
        kept = str(value) if isinstance(value, str | int | float) else tuple(str(each) for each in value)
        return Line(next(self._numbers), str(document["attribute"]), str(document["op"]), kept)


def fit(value: Value, *, many: bool) -> Value:
    """Return a value in the shape that an operator takes, with nothing of it lost.

    >>> fit("red", many=True), fit(("red",), many=False), fit(("red", "blue"), many=False)
    (('red',), 'red', 'red, blue')
    """
    if many:
        return value if isinstance(value, tuple) else (value.strip(),) if value.strip() else ()
    return ", ".join(value) if isinstance(value, tuple) else value


def values_of(given: object) -> Value:
    """Return a value from outside as a line keeps it.

    Raises:
        UsageError: it is neither a text nor a list of texts.
    """
    if isinstance(given, str):
        return given
    if isinstance(given, Sequence) and all(isinstance(each, str) for each in given):
        return tuple(dict.fromkeys(each.strip() for each in given if each.strip()))
    raise UsageError("A value is a text or a list of texts.")
