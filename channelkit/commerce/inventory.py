"""Salable quantities in bulk: what the sources hold, less what is reserved, website by website."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pyarrow as pa

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import any_sku, search_criteria
from channelkit.commerce.operations import EXPORT_SALABLE
from channelkit.model.tables import STOCK

CHUNK = 100
LONGEST = 3_000
"""Characters of SKUs in one address; servers and proxies refuse addresses beyond some thousands."""

_READ = ("website", "sku", "salable", "in_stock")


def read_salable(commerce: Commerce, website: str, skus: Sequence[str]) -> pa.Table:
    """Return how many of each SKU a website can still sell; decimals are cut off (LS-12).

    A SKU that Commerce leaves out is asked for once more. Left out twice it is not assigned to the website's stock, so
    nothing of it can be sold there: 0.

    Arguments:
        website: the website's code.
        skus: as Commerce writes them, each once.

    Returns:
        ``website, sku, salable, in_stock``, one row for each SKU, in their order.
    """
    found = _ask(commerce, website, skus)
    found |= _ask(commerce, website, [sku for sku in skus if _key(sku) not in found])
    rows = [found.get(_key(sku), (0, False)) for sku in skus]
    columns = [
        pa.repeat(pa.scalar(website, pa.string()), len(skus)),
        pa.array(skus, pa.string()),
        pa.array([salable for salable, _ in rows], pa.int64()),
        pa.array([in_stock for _, in_stock in rows], pa.bool_()),
    ]
    return pa.table(columns, schema=STOCK.schema(_READ))


def _ask(commerce: Commerce, website: str, skus: Sequence[str]) -> dict[str, tuple[int, bool]]:
    found: dict[str, tuple[int, bool]] = {}
    for chunk in _chunks(skus):
        # The answer's total counts its own page only, so the page must hold the whole chunk.
        query = search_criteria([any_sku(chunk)], page_size=len(chunk))
        body = commerce.call(EXPORT_SALABLE, query, path={"website": website})
        for item in items_of(body, EXPORT_SALABLE):
            found[_key(str(item["sku"]))] = (_units(item.get("qty")), bool(item.get("is_salable")))
    return found


def _chunks(skus: Sequence[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    for sku in skus:
        if chunk and (len(chunk) >= CHUNK or sum(map(len, chunk)) + len(sku) > LONGEST):
            yield chunk
            chunk = []
        chunk.append(sku)
    if chunk:
        yield chunk


def _units(quantity: Any) -> int:
    return int(Decimal(str(quantity or 0)).to_integral_value(ROUND_FLOOR))


def _key(sku: str) -> str:
    """Return what makes a SKU the same as another in Commerce, which does not look at case."""
    return sku.casefold()
