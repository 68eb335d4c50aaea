"""Categories: a tree below an invisible root, as a fresh Magento has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

ROOT, DEFAULT = 1, 2
"""The invisible root, and the root category that stores begin with."""


@dataclass(frozen=True)
class Category:
    """One category; ``path`` has the numbers from the root to it, ``created_at`` is in Unix seconds."""

    id: int
    name: str
    parent_id: int
    path: tuple[int, ...]
    position: int
    created_at: int = 0

    @property
    def level(self) -> int:
        return len(self.path) - 1


@dataclass
class Categories:
    """All categories by number.

    >>> tree = Categories()
    >>> tree.add("Kitchen").path, tree.add("Kettles", 3).path
    ((1, 2, 3), (1, 2, 3, 4))
    """

    by_id: dict[int, Category] = field(default_factory=dict)
    by_name: dict[str, Category] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_id[ROOT] = Category(ROOT, "Root Catalog", 0, (ROOT,), 0)
        self.by_id[DEFAULT] = Category(DEFAULT, "Default Category", ROOT, (ROOT, DEFAULT), 1)

    def add(self, name: str, parent_id: int = DEFAULT) -> Category:
        """Add a category below another one."""
        number, parent = max(self.by_id) + 1, self.by_id[parent_id]
        category = Category(number, name, parent_id, (*parent.path, number), len(list(self.children(parent_id))) + 1)
        self.by_id[number] = self.by_name[name] = category
        return category

    def children(self, number: int) -> Iterator[Category]:
        return (category for category in self.by_id.values() if category.parent_id == number)
