"""Salable quantities in bulk: what the sources hold, less what is reserved, website by website."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from itertools import chain
from typing import Any, NamedTuple

import pyarrow as pa

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import CHUNK, any_sku, chunk_skus, search_criteria
from channelkit.commerce.operations import EXPORT_SALABLE
from channelkit.errors import DocumentError, RefusedError
from channelkit.model.tables import STOCK

_READ = ("website", "sku", "salable", "in_stock", "managed")


class Salable(NamedTuple):
    """What can be sold of a product; without a quantity where Commerce does not count it."""

    quantity: int | None
    in_stock: bool
    managed: bool | None


_NOT_HERE = Salable(0, False, None)


def read_salable(commerce: Commerce, website: str, skus: Sequence[str]) -> pa.Table:
    """Return how many of each SKU a website can still sell; decimals are cut off (LS-12).

    A SKU that Commerce leaves out is asked for once more. Left out twice it is not assigned to the website's stock, so
    nothing of it can be sold there: 0. A product whose stock Commerce does not count has no quantity, which is not 0.

    Arguments:
        website: the website's code.
        skus: as Commerce writes them, each once.

    Returns:
        ``website, sku, salable, in_stock, managed``, one row for each SKU, in their order.

    Raises:
        DocumentError: the stock has not one of them. That is no shop's stock but an empty export, which would take
            every offer off Amazon.
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    found = _ask(commerce, website, skus)
    found |= _ask(commerce, website, [sku for sku in skus if _key(sku) not in found])
    if skus and not found:
        raise DocumentError(
            f"The stock of Commerce's website {website!r} has none of the {len(skus)} products that are sold there.",
            "What was known before stays. Check under Stores > Stocks that the website has a stock, and its sources.",
        )
    rows = [found.get(_key(sku), _NOT_HERE) for sku in skus]
    columns = [
        pa.repeat(pa.scalar(website, pa.string()), len(skus)),
        pa.array(skus, pa.string()),
        pa.array([row.quantity for row in rows], pa.int64()),
        pa.array([row.in_stock for row in rows], pa.bool_()),
        pa.array([row.managed for row in rows], pa.bool_()),
    ]
    return pa.table(columns, schema=STOCK.schema(_READ))


def _ask(commerce: Commerce, website: str, skus: Sequence[str]) -> dict[str, Salable]:
    found: dict[str, Salable] = {}
    chunks = deque(chunk_skus(skus, commerce.page_size.within(CHUNK)))
    while chunks:
        chunk = chunks.popleft()
        # The answer's total counts its own page only, so the page must hold the whole chunk.
        query = search_criteria([any_sku(chunk)], page_size=len(chunk))
        try:
            body = commerce.call(EXPORT_SALABLE, query, path={"website": website})
        except RefusedError as error:
            commerce.page_size.learn(error, len(chunk))
            left = chain(chunk, chain.from_iterable(chunks))
            chunks = deque(chunk_skus(list(left), commerce.page_size.within(CHUNK)))
            continue
        for item in items_of(body, EXPORT_SALABLE):
            found[_key(str(item["sku"]))] = _salable(item)
    return found


def _salable(item: Mapping[str, Any]) -> Salable:
    """Read one row of the export.

    >>> _salable({"qty": Decimal("2.9"), "is_salable": True})
    Salable(quantity=2, in_stock=True, managed=True)
    >>> _salable({"qty": None, "is_salable": True})
    Salable(quantity=None, in_stock=True, managed=False)
    """
    quantity, is_salable = item.get("qty"), bool(item.get("is_salable"))
    if quantity is None:
        # Uncounted and on sale has no end; uncounted and not on sale is simply not there.
        return Salable(None, True, False) if is_salable else _NOT_HERE
    return Salable(int(Decimal(str(quantity)).to_integral_value(ROUND_FLOOR)), is_salable, True)


def _key(sku: str) -> str:
    """Return what makes a SKU the same as another in Commerce, which does not look at case."""
    return sku.casefold()
