"""Attribute sets: which attributes a product has, under which headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

GROUPS = ("Product Details", "Content", "Images", "Search Engine Optimization", "Advanced Pricing", "Design")
"""The headings of a fresh set."""


@dataclass
class AttributeGroup:
    """One heading of a set, with the codes of the attributes below it in their order."""

    id: int
    name: str
    codes: list[str] = field(default_factory=list)


@dataclass
class AttributeSet:
    """One set of attributes, by which products are made."""

    id: int
    name: str
    sort_order: int = 0
    groups: list[AttributeGroup] = field(default_factory=list)

    def __contains__(self, code: object) -> bool:
        return any(code in group.codes for group in self.groups)

    @property
    def codes(self) -> list[str]:
        """Every attribute of the set."""
        return list(chain.from_iterable(group.codes for group in self.groups))

    def group(self, number: int) -> AttributeGroup | None:
        """Return the group of this number, if it is this set's."""
        return next((group for group in self.groups if group.id == number), None)

    def attach(self, code: str, group: AttributeGroup) -> None:
        """Put an attribute under a heading; one that is in the set moves there."""
        for each in self.groups:
            if code in each.codes:
                each.codes.remove(code)
        group.codes.append(code)


class AttributeSets:
    """Every set, in the order in which they came; the first is the one that every shop has.

    >>> sets = AttributeSets()
    >>> sets.default.id, [group.id for group in sets.default.groups][:2]
    (4, [7, 8])
    >>> sets.default.attach("ean", sets.default.groups[0])
    >>> "ean" in sets.add("Books"), "ean" in sets.add("Bare", skeleton=None)
    (True, False)
    """

    def __init__(self) -> None:
        self._last_set, self._last_group = 3, 6
        self.all: list[AttributeSet] = []
        self.default = self.add("Default", skeleton=None)

    def add(self, name: str, *, skeleton: int | None = 4, sort_order: int = 0) -> AttributeSet:
        """Add a set with the headings and attributes of another one.

        Raises:
            KeyError: there is no set of that number.
        """
        copied = [(each, ()) for each in GROUPS] if skeleton is None else self._headings(skeleton)
        self._last_set += 1
        added = AttributeSet(self._last_set, name, sort_order)
        for heading, codes in copied:
            self._last_group += 1
            added.groups.append(AttributeGroup(self._last_group, heading, list(codes)))
        self.all.append(added)
        return added

    def find(self, number: int) -> AttributeSet | None:
        """Return the set of this number."""
        return next((each for each in self.all if each.id == number), None)

    def _headings(self, skeleton: int) -> list[tuple[str, tuple[str, ...]]]:
        found = self.find(skeleton)
        if found is None:
            raise KeyError(f"There is no attribute set {skeleton}.")
        return [(group.name, tuple(group.codes)) for group in found.groups]
