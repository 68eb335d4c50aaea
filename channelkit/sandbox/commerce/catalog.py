"""Products, found by SKU in any case, walked by number, and found by the time of their last change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from channelkit.sandbox.commerce.refusal import no_product

ENABLED, DISABLED = 1, 2
_KEPT_CHANGES = 8


class Product(msgspec.Struct, gc=False):
    """One product.

    ``values`` holds what counts everywhere: name, price, status, visibility, weight and every custom attribute, by
    code; ``scoped`` holds, by store view number, what a view says instead. Times are whole Unix seconds.
    """

    entity_id: int
    sku: str
    type_id: str
    attribute_set_id: int
    website_ids: tuple[int, ...]
    created_at: int
    updated_at: int
    values: dict[str, Any]
    scoped: dict[int, dict[str, Any]] | None = None
    category_ids: tuple[int, ...] = ()
    children: tuple[int, ...] = ()
    manage_stock: bool = True
    min_quantity: int = 0

    def value(self, code: str, store_id: int) -> Any:
        """Return the value of an attribute as a store view has it."""
        if self.scoped is not None and store_id in self.scoped:
            override = self.scoped[store_id]
            if code in override:
                return override[code]
        return self.values.get(code)


@dataclass
class _Changed:
    """The products changed since a time: how much of the log of touches was read for it, and their numbers."""

    read: int
    numbers: list[int]


class Catalog:
    """All products. Numbers only grow, so the list of products is sorted by number as it stands.

    Whoever changes a product says so by ``touch``; the log of touches finds what changed since a time without
    looking at every product.
    """

    def __init__(self) -> None:
        self._products: list[Product] = []
        self._by_sku: dict[str, Product] = {}
        self._touches: list[tuple[int, int]] = []
        self._sorted = True
        self._changed: dict[int, _Changed] = {}
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._products)

    def __contains__(self, sku: str) -> bool:
        return sku.lower() in self._by_sku

    def next_id(self) -> int:
        """Return the number that the next product gets."""
        self._last_id += 1
        return self._last_id

    def add(self, product: Product) -> None:
        """Add a product under its number, which must come from ``next_id``."""
        self._products.append(product)
        self._by_sku[product.sku.lower()] = product
        self._log(product)

    def remove(self, sku: str) -> Product:
        """Take a product away for good."""
        product = self.get(sku)
        del self._by_sku[product.sku.lower()]
        self._changed.clear()
        del self._products[bisect_left(self._products, product.entity_id, key=_number)]
        return product

    def find(self, sku: str) -> Product | None:
        """Return the product with this SKU in any case, if there is one."""
        return self._by_sku.get(sku.lower())

    def get(self, sku: str) -> Product:
        """Return the product with this SKU in any case.

        Raises:
            Refusal: there is none.
        """
        product = self._by_sku.get(sku.lower())
        if product is None:
            raise no_product()
        return product

    def touch(self, product: Product, at: float) -> None:
        """Move the time of a product's last change."""
        product.updated_at = int(at)
        self._log(product)

    def count(self, after: int = 0, until: int | None = None) -> int:
        """Return how many products have a number above ``after``, and at most ``until``."""
        first, last = self._span(after, until)
        return max(0, last - first)

    def walk(self, after: int = 0, until: int | None = None, *, backwards: bool = False) -> Iterator[Product]:
        """Yield products by number, from above ``after`` to ``until``; reaching the first costs no walk."""
        first, last = self._span(after, until)
        return (self._products[place] for place in (reversed if backwards else iter)(range(first, last)))

    def slice(self, after: int, until: int | None, start: int, stop: int, *, backwards: bool = False) -> list[Product]:
        """Return the products at places ``start`` to ``stop`` of such a walk."""
        first, last = self._span(after, until)
        if backwards:
            return self._products[max(first, last - stop) : max(first, last - start)][::-1]
        return self._products[min(first + start, last) : min(first + stop, last)]

    def changed_since(self, since: int) -> list[int]:
        """Return the numbers of all products last changed at or after a time, sorted.

        The list is kept and continued from one call to the next, so that paging through many changes stays quick
        while others come. It is not to be changed.
        """
        if not self._sorted:
            self._touches.sort()
            self._sorted = True
        kept = self._changed.get(since)
        if kept is None:
            found = {number for _at, number in self._touches[bisect_left(self._touches, (since, 0)) :]}
            kept = self._changed[since] = _Changed(
                len(self._touches),
                [
                    number
                    for number in sorted(found)
                    if (product := self.by_number(number)) is not None and product.updated_at >= since
                ],
            )
            if len(self._changed) > _KEPT_CHANGES:
                del self._changed[next(iter(self._changed))]
        for at, number in self._touches[kept.read :]:
            place = bisect_left(kept.numbers, number)
            if at >= since and kept.numbers[place : place + 1] != [number]:
                kept.numbers.insert(place, number)
        kept.read = len(self._touches)
        return kept.numbers

    def by_number(self, number: int) -> Product | None:
        """Return the product with this number, if it is still there."""
        place = bisect_left(self._products, number, key=_number)
        found = self._products[place] if place < len(self._products) else None
        return found if found is not None and found.entity_id == number else None

    def _span(self, after: int, until: int | None) -> tuple[int, int]:
        first = bisect_right(self._products, after, key=_number) if after else 0
        last = len(self._products) if until is None else bisect_right(self._products, until, key=_number)
        return first, last

    def _log(self, product: Product) -> None:
        touch = (product.updated_at, product.entity_id)
        if self._touches and touch[0] < self._touches[-1][0]:
            self._sorted = False
            self._changed.clear()
        self._touches.append(touch)
        if len(self._touches) > 3 * len(self._products) + 1000:
            self._touches = sorted((known.updated_at, known.entity_id) for known in self._products)
            self._sorted = True
            self._changed.clear()


def _number(product: Product) -> int:
    return product.entity_id
