"""Stock less what is held for Amazon's orders that Commerce knows nothing of, or has made up for too much."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one

HELD_FACTS = pa.schema([("salable_before", pa.int64()), ("held", pa.int64()), ("held_at", pa.int64())])
"""What can be sold by Commerce's word, units that are held off it for Amazon's orders, and when that was last noted."""


def lay_held(stock: pa.Table, held: pa.Table) -> pa.Table:
    """Return stock with what is held taken off what is salable, never below zero.

    Where Commerce counts no stock, or says that there is none left, nothing is taken off.

    Arguments:
        stock: a website's, columns of `channelkit.model.tables.STOCK` with ``sku`` and ``salable``.
        held: ``product_sku, held`` in units and ``held_at``, as the stock ledger has them; a product stands once.

    Returns:
        the stock with `HELD_FACTS`: ``salable_before`` as Commerce says it, ``held`` (0 for most), and since when that
        is known.

    >>> stock = pa.table({"sku": ["MUG", "CUP", "GIFT"], "salable": [5, 1, None]})
    >>> held = {"product_sku": ["MUG", "CUP", "GIFT"], "held": [2, 3, 1], "held_at": [0, 0, 0]}
    >>> laid = lay_held(stock, pa.table(held))
    >>> laid["salable"].to_pylist(), laid["salable_before"].to_pylist()
    ([3, 0, None], [5, 1, None])
    """
    salable = one(stock["salable"])
    if not held.num_rows:
        nothing, never = pa.repeat(pa.scalar(0, pa.int64()), stock.num_rows), pa.nulls(stock.num_rows, pa.int64())
        return _laid(stock, salable, nothing, never)
    place = pc.index_in(one(stock["sku"]), value_set=one(held["product_sku"]))
    units = pc.fill_null(one(held["held"]).take(place), 0)
    # What Commerce says of nothing or less stays as it says it.
    left = pc.if_else(pc.greater(salable, 0), pc.max_element_wise(pc.subtract(salable, units), 0), salable)
    left = pc.if_else(pc.is_valid(salable), pc.if_else(pc.equal(units, 0), salable, left), salable)
    laid = stock.set_column(stock.column_names.index("salable"), "salable", left.cast(pa.int64()))
    return _laid(laid, salable, units, one(held["held_at"]).take(place))


def tell_stock(subjects: pa.Table) -> pa.Array:
    """Return in words what became of each salable quantity of which something is held; nothing for the others.

    Arguments:
        subjects: the columns `HELD_FACTS`, where they are known, and ``product_sku``.
    """
    if "held" not in subjects.column_names:
        return pa.nulls(subjects.num_rows, pa.string())
    is_held = pc.and_(pc.greater(one(subjects["held"]), 0), pc.is_valid(one(subjects["salable_before"])))
    place = pc.indices_nonzero(is_held)
    # A few of a million listings are held at a time.
    rows = subjects.select(["salable_before", "held", "product_sku"]).take(place).to_pylist()
    words = [f"{tell_held(row['salable_before'], row['held'])} It is product {row['product_sku']}." for row in rows]
    nothing = pa.nulls(subjects.num_rows, pa.string())
    return pc.replace_with_mask(nothing, pc.fill_null(is_held, False), pa.array(words, pa.string()))


def tell_held(salable_before: int | None, held: int) -> str:
    """Return in words what became of a salable quantity; empty where nothing is held.

    >>> tell_held(5, 2)
    'Commerce says that 5 can be sold; 2 are held for orders on Amazon, which leaves 3.'
    """
    if not held or salable_before is None:
        return ""
    left = max(0, salable_before - held) if salable_before > 0 else salable_before
    which = "is" if held == 1 else "are"
    start = f"Commerce says that {salable_before} can be sold; "
    return f"{start}{held} {which} held for orders on Amazon, which leaves {left}."


def _laid(stock: pa.Table, *facts: pa.Array) -> pa.Table:
    for name, column in zip(HELD_FACTS.names, facts, strict=True):
        stock = stock.append_column(name, column)
    return stock
