"""Stock less what is held for Amazon's orders that Commerce knows nothing of, or has made up for too much."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one


def lay_held(stock: pa.Table, held: pa.Table) -> pa.Table:
    """Return stock with what is held taken off what is salable, never below zero.

    Where Commerce counts no stock, or says that there is none left, nothing is taken off.

    Arguments:
        stock: a website's, columns of `channelkit.model.tables.STOCK` with ``sku`` and ``salable``.
        held: ``product_sku, held`` in units, as the stock ledger has them; a product stands once.

    Returns:
        the stock with ``held`` (0 for most), and ``salable_before`` as Commerce says it.

    >>> stock = pa.table({"sku": ["MUG", "CUP", "GIFT"], "salable": [5, 1, None]})
    >>> laid = lay_held(stock, pa.table({"product_sku": ["MUG", "CUP", "GIFT"], "held": [2, 3, 1]}))
    >>> laid["salable"].to_pylist(), laid["salable_before"].to_pylist()
    ([3, 0, None], [5, 1, None])
    """
    salable = one(stock["salable"])
    if not held.num_rows:
        nothing = pa.repeat(pa.scalar(0, pa.int64()), stock.num_rows)
        return stock.append_column("salable_before", salable).append_column("held", nothing)
    place = pc.index_in(one(stock["sku"]), value_set=one(held["product_sku"]))
    units = pc.fill_null(one(held["held"]).take(place), 0)
    # What Commerce says of nothing or less stays as it says it.
    left = pc.if_else(pc.greater(salable, 0), pc.max_element_wise(pc.subtract(salable, units), 0), salable)
    left = pc.if_else(pc.is_valid(salable), pc.if_else(pc.equal(units, 0), salable, left), salable)
    laid = stock.set_column(stock.column_names.index("salable"), "salable", left.cast(pa.int64()))
    return laid.append_column("salable_before", salable).append_column("held", units)


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
