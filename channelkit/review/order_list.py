"""A store's orders to look through: five filters, pages, and one order opened beside them.

It holds no orders of its own: each page is asked for anew, so that what is shown is what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from channelkit.review.watched import Watched

PAGE = 25
"""Orders that are shown at a time."""

LABELS = {
    "since": "Bought from",
    "until": "Bought until",
    "number": "Number",
    "buyer": "Buyer",
    "least": "Total from",
    "most": "Total up to",
    "status": "Status",
    "stage": "With us",
}
"""The filters, each by its name, and what a person calls it."""


class Shown(Protocol):
    """One order, as a notebook shows it."""

    def _repr_html_(self) -> str: ...


class Orders(Protocol):
    """What the list needs of a store's orders."""

    def count(self, **filters: Any) -> int: ...

    def page(self, first: int, size: int, **filters: Any) -> Sequence[Mapping[str, str]]: ...

    def show(self, number: str) -> Shown: ...


class OrderList(Watched):
    """The orders that the filters let through, a page at a time.

    Arguments:
        orders: where they come from.
        filters: what is looked for at first, by the names of `LABELS`.
    """

    def __init__(self, orders: Orders, filters: Mapping[str, str] | None = None, size: int = PAGE) -> None:
        super().__init__()
        self.orders, self.size, self.first, self.matching = orders, size, 0, 0
        self.filters: dict[str, str] = dict(filters or {})
        self.rows: Sequence[Mapping[str, str]] = ()
        self.opened: Shown | None = None

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters that are set: the name, and the words for a person."""
        return [(name, f"{LABELS[name]}: {self.filters[name]}") for name in LABELS if self.filters.get(name)]

    @property
    def place(self) -> str:
        """Which of the orders are shown."""
        if not self.matching:
            return "No order matches." if self.chips else "There is no order yet."
        last = self.first + len(self.rows)
        return f"{self.first + 1:,} to {last:,} of {self.matching:,} orders"

    def load(self) -> None:
        """Read the page anew."""
        self.attempt(lambda: self._read(self.filters, self.first))

    def narrow(self, **filters: str) -> None:
        """Look for these, besides what is looked for already; a blank one looks for everything again."""
        wanted = {name: words.strip() for name, words in (self.filters | filters).items()}
        self.attempt(lambda: self._read({name: words for name, words in wanted.items() if words}, 0))

    def clear(self) -> None:
        """Look at all orders."""
        self.attempt(lambda: self._read({}, 0))

    def turn(self, pages: int) -> None:
        """Go on by so many pages, or back."""
        self.attempt(lambda: self._read(self.filters, self.first + pages * self.size))

    def open(self, number: str) -> None:
        """Show one order beside the list; an empty number closes it."""
        self.attempt(lambda: self._open(number))

    def _open(self, number: str) -> None:
        self.opened = self.orders.show(number) if number else None

    def _read(self, filters: Mapping[str, str], first: int) -> None:
        asked: dict[str, Any] = {name: words for name, words in filters.items() if name not in ("least", "most")}
        asked["total"] = (filters.get("least"), filters.get("most"))
        matching = self.orders.count(**asked)
        first = max(0, min(first, (matching - 1) // self.size * self.size))
        # Only what could be read is shown; a filter that makes no sense leaves everything as it was.
        self.rows = self.orders.page(first, self.size, **asked)
        self.filters, self.first, self.matching = dict(filters), first, matching
