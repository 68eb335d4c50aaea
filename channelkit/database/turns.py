"""Whose turn it is to be asked about: what never was, by what it sells; then by time since, times what it sells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one

MINUTE = 60_000

BEST = 20_000
"""So many listings that sell most are looked at one by one; no quota gets through more of them in a day."""

_SMALLEST, _LARGEST = 500, 5_000


@dataclass(frozen=True)
class Candidates:
    """Where listings are read that may be asked about: tables with ``seller_sku, asked_at`` among their columns.

    Arguments:
        named: of these seller SKUs, those that may be.
        never: pages of those that never were, in an order of the table's own; a page has about so many rows.
        asked: pages of those that were, in the order of when.
    """

    named: Callable[[Sequence[str]], pa.Table]
    never: Callable[[int], Iterator[pa.Table]]
    asked: Callable[[], Iterator[pa.Table]]


def take_turns(candidates: Candidates, sold: pa.Table, now: int, count: int) -> pa.Table:
    """Return the listings that it is most useful to ask about next, the most useful first.

    Nothing is read beyond what the answer needs: what sells comes first in either group, so of what sells nothing only
    as much as is still lacking is looked for, along an index.

    Arguments:
        sold: ``seller_sku, revenue`` of what sold lately.
        now: milliseconds since 1970.
        count: the most rows to return.

    Returns:
        The candidates' columns with ``revenue``.
    """
    order = pc.sort_indices(sold, sort_keys=[("revenue", "descending"), ("seller_sku", "ascending")])
    best = one(sold["seller_sku"].take(order.slice(0, BEST)))
    found, fresh = [with_revenue(candidates.named([]), sold)], 0
    for part in _parts(best):
        found.append(with_revenue(candidates.named(part.to_pylist()), sold))
        fresh += found[-1]["asked_at"].null_count
        if fresh >= count:
            return most_useful(pa.concat_tables(found), now, count)
    for page in candidates.never(max(count - fresh, _SMALLEST)):
        found.append(with_revenue(_without(page, best), sold))
        fresh += found[-1].num_rows
        if fresh >= count:
            return most_useful(pa.concat_tables(found), now, count)
    for page in candidates.asked():
        found.append(with_revenue(_without(page, best), sold))
        fresh += found[-1].num_rows
        if fresh >= count:
            break
    return most_useful(pa.concat_tables(found), now, count)


def with_revenue(table: pa.Table, sold: pa.Table) -> pa.Table:
    """Return a table with what each of its listings sold; 0 for nothing."""
    place = pc.index_in(one(table["seller_sku"]), value_set=one(sold["seller_sku"]))
    return table.append_column("revenue", pc.fill_null(one(sold["revenue"]).take(place), 0))


def most_useful(due: pa.Table, now: int, count: int) -> pa.Table:
    """Return rows in the order in which it is most useful to ask about them.

    Arguments:
        due: ``seller_sku, asked_at, revenue`` among its columns.
        now: milliseconds since 1970.
        count: the most rows to return.
    """
    asked_at, revenue = one(due["asked_at"]), one(due["revenue"])
    # In minutes and whole units of 100, so that neither time nor revenue makes the product overflow.
    passed = pc.divide(pc.subtract(now, asked_at), MINUTE)
    worth = pc.multiply(passed, pc.add(pc.divide(revenue, 100), 1))
    keys = {"again": pc.is_valid(asked_at), "worth": pc.coalesce(worth, revenue), "seller_sku": due["seller_sku"]}
    order = [("again", "ascending"), ("worth", "descending"), ("seller_sku", "ascending")]
    return due.take(pc.sort_indices(pa.table(keys), sort_keys=order).slice(0, count))


def _parts(skus: pa.Array) -> Iterator[pa.Array]:
    """Yield seller SKUs a few at first, then more: where few are enough, no more are read."""
    start, size = 0, _SMALLEST
    while start < len(skus):
        yield skus.slice(start, size)
        start, size = start + size, min(2 * size, _LARGEST)


def _without(page: pa.Table, skus: pa.Array) -> pa.Table:
    return page.filter(pc.invert(pc.is_in(one(page["seller_sku"]), value_set=skus)))
