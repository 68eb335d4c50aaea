"""The price rules of an editor before they are put in force, and the way back through their changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from channelkit.errors import UsageError

Document = dict[str, Any]


class Draft:
    """Price rules as plain values, always in the order in which they are applied.

    Arguments:
        rules: their documents; each has an id.

    >>> draft = Draft([{"id": "a", "name": "A", "priority": 1}, {"id": "b", "name": "B", "priority": 2}])
    >>> draft.shift("b", -1)
    >>> [(rule["id"], rule["priority"]) for rule in draft.rules]
    [('b', 1), ('a', 2)]
    >>> draft.undo()
    >>> [rule["id"] for rule in draft.rules]
    ['a', 'b']
    """

    def __init__(self, rules: Sequence[Mapping[str, Any]]) -> None:
        self.rules = _ordered(rules)
        self._before: list[list[Document]] = []

    @property
    def can_undo(self) -> bool:
        """Whether a change of this sitting can be taken back."""
        return bool(self._before)

    def find(self, rule_id: str) -> Document:
        """Return one rule.

        Raises:
            UsageError: it is not there any more.
        """
        for rule in self.rules:
            if rule["id"] == rule_id:
                return rule
        raise UsageError("That price rule is not there any more.", "Nothing else was changed.")

    def put(self, document: Mapping[str, Any], rule_id: str) -> None:
        """Put a rule in the place of another, or add it where the id is empty."""
        if rule_id:
            self.find(rule_id)
            self._keep([{**document, "id": rule_id} if rule["id"] == rule_id else rule for rule in self.rules])
        else:
            self._keep([*self.rules, {**document, "id": self._free(str(document["id"]))}])

    def copy(self, rule_id: str) -> None:
        """Add a copy of a rule, which rests."""
        found = self.find(rule_id)
        name = f"{found['name']} (copy)"
        self._keep(
            [*self.rules, {**deepcopy(found), "id": self._free(f"{rule_id}-copy"), "name": name, "active": False}]
        )

    def remove(self, rule_id: str) -> None:
        """Take a rule away."""
        self.find(rule_id)
        self._keep([rule for rule in self.rules if rule["id"] != rule_id])

    def set(self, rule_id: str, name: str, value: object) -> None:
        """Set one field of a rule."""
        self.find(rule_id)
        self._keep([{**rule, name: value} if rule["id"] == rule_id else rule for rule in self.rules])

    def shift(self, rule_id: str, step: int) -> None:
        """Exchange a rule with its neighbour; at the edge it stays. All get priorities then, as they stand."""
        place = self.rules.index(self.find(rule_id))
        other = max(0, min(place + step, len(self.rules) - 1))
        if other == place:
            return
        rules = list(self.rules)
        rules[place], rules[other] = rules[other], rules[place]
        self._keep([{**rule, "priority": number} for number, rule in enumerate(rules, 1)])

    def replace(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Put other rules in the place of these."""
        self._keep([dict(rule) for rule in rules])

    def undo(self) -> None:
        """Take the last change back.

        Raises:
            UsageError: nothing was changed.
        """
        if not self._before:
            raise UsageError("Nothing was changed in this sitting, so nothing is taken back.")
        self.rules = self._before.pop()

    def _keep(self, rules: Sequence[Document]) -> None:
        ordered = _ordered(rules)
        if ordered != self.rules:
            self._before.append(self.rules)
            self.rules = ordered

    def _free(self, wanted: str) -> str:
        taken = {rule["id"] for rule in self.rules}
        names = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)


def _ordered(rules: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Return rules by ascending priority, those without one last, then by id (PR-02)."""

    def key(rule: Mapping[str, Any]) -> tuple[bool, int, str]:
        priority = rule.get("priority")
        return not isinstance(priority, int), priority if isinstance(priority, int) else 0, str(rule["id"])

    return sorted((dict(rule) for rule in rules), key=key)
