"""How fast this Commerce answers at several page sizes, measured, and the sizes that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import search_criteria
from channelkit.commerce.operations import LIST_PRODUCTS
from channelkit.commerce.products import FIELDS
from channelkit.errors import UsageError

SIZES = (1, 50, 200)
REPEATS = 3
CLOSE = 1.1
"""A smaller page is taken where it costs a product no more than this many times the least."""

LONGEST_CALL = 10_000.0
"""Milliseconds: a page that takes longer runs into the time limits of shops and proxies."""

BULK, QUEUED = 200, 5_000
"""Products in one queued request: what is sent, and what limits allow."""


@dataclass(frozen=True)
class Pace:
    """What one page size costs.

    Arguments:
        size: rows asked for.
        rows: rows that came; fewer where the catalog is smaller.
        milliseconds: the median of a call's time.
    """

    size: int
    rows: int
    milliseconds: float

    @property
    def per_product(self) -> float:
        """Milliseconds per product."""
        return self.milliseconds / max(self.rows, 1)


@dataclass(frozen=True)
class Sizes:
    """What was chosen, and why.

    Arguments:
        page: products a page.
        batch: products in a queued request.
    """

    page: int
    batch: int
    words: str


def measure(
    commerce: Commerce, timer: Callable[[], float], largest: int | None = None, sizes: Sequence[int] = SIZES
) -> list[Pace]:
    """Read the first page at several sizes, several times, with all that a cycle reads of a product.

    Arguments:
        timer: seconds of the wall, such as ``time.perf_counter``; the sandbox's clock would tell its own.
        largest: rows of a page at the most, where Commerce limits them.

    Raises:
        UsageError: the catalog is empty.
    """
    paces = []
    for size in dict.fromkeys(min(size, largest or size) for size in sizes):
        query = search_criteria([], page_size=size, order="entity_id", fields=FIELDS)
        rows, times = 0, []
        for _ in range(REPEATS):
            started = timer()
            rows = len(items_of(commerce.call(LIST_PRODUCTS, query), LIST_PRODUCTS))
            times.append((timer() - started) * 1000)
        if not rows:
            raise UsageError("There are no products in Commerce yet, so nothing can be measured.", "Add some first.")
        paces.append(Pace(size, rows, median(times)))
    return paces


def count_products(commerce: Commerce) -> int:
    """Return how many products Commerce has, without reading them."""
    body = commerce.call(LIST_PRODUCTS, search_criteria([], page_size=1, fields="items[id],total_count"))
    items_of(body, LIST_PRODUCTS)
    return int(body.get("total_count") or 0)


def choose_sizes(paces: Sequence[Pace], largest: int | None = None) -> Sizes:
    """Choose the smallest page that is nearly the cheapest for a product, and ends in time.

    >>> fast = choose_sizes([Pace(1, 1, 40), Pace(50, 50, 130), Pace(200, 200, 500)])
    >>> fast.page, fast.batch
    (50, 200)
    >>> choose_sizes([Pace(1, 1, 300), Pace(50, 50, 6_000), Pace(200, 200, 24_000)]).page
    50
    """
    in_time = [pace for pace in paces if pace.milliseconds <= LONGEST_CALL] or [paces[0]]
    least = min(pace.per_product for pace in in_time)
    chosen = next(pace for pace in in_time if pace.per_product <= least * CLOSE)
    # A catalog smaller than the page says nothing of larger ones.
    page = chosen.size if chosen.rows == chosen.size else max(chosen.size, 100)
    page = min(page, largest or page, 300)
    batch = min(BULK, QUEUED)
    measured = ", ".join(f"{pace.per_product:.1f} ms a product at {pace.size}" for pace in paces)
    words = f"Measured: {measured}. Pages of {page}, queued requests of {batch} products."
    return Sizes(page, batch, words)
