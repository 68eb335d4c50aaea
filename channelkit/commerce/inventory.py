"""Salable quantities in bulk: what Commerce would still sell of each product on a website.

``export-stock-salable-qty`` counts only the items of its own page in ``total_count``, and leaves out what the website's
stock does not have, so its pages tell nothing about its end. It is therefore asked for lists of SKUs that fit into one
page, and what is missing from an answer is asked for once more.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import any_sku, write_criteria
from channelkit.commerce.operations import EXPORT_SALABLE
from channelkit.commerce.pages import Item, learn_page_size
from channelkit.errors import DocumentError, RefusedError
from channelkit.model.tables import STOCK

logger = logging.getLogger("channelkit.commerce")

CHUNK = 200
"""SKUs to ask for at a time."""

LONGEST_LIST = 4_000
"""Characters that a list of SKUs may take in an address; many servers allow 8,000 for the whole of it."""

READ = ("website", "sku", "salable", "in_stock", "managed")


def read_salable(commerce: Commerce, website: str, skus: Sequence[str]) -> pa.Table:
    """Return the salable quantity of each SKU, reservations counted.

    Arguments:
        website: the website's code; it sells from the stock that Commerce has for it.
        skus: of types that have a stock of their own, as Commerce writes them, each once.

    Returns:
        ``website, sku, salable, in_stock, managed``, one row for each SKU, in their order. Decimals are cut off:
        2.9 metres are two. A product whose stock is not counted has no ``salable``. What the stock does not have,
        asked for twice, cannot be sold: 0 and not in stock.

    Raises:
        DocumentError: the stock has not one of the SKUs, which no shop means; the old facts stay.
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    found = _by_sku(_export(commerce, website, skus))
    missing = [sku for sku in skus if sku.lower() not in found]
    if missing:
        found |= _by_sku(_export(commerce, website, missing))
        lacking = sum(sku.lower() not in found for sku in missing)
        if lacking:
            logger.info("commerce: the stock of website %s lacks %d of %d products", website, lacking, len(skus))
    if skus and not found:
        raise DocumentError(
            f"The stock of Commerce's website {website!r} has none of the {len(skus)} products that were asked for.",
            "The old facts stay. Check under Stores > Stocks that the website has a stock with sources that hold them.",
        )
    rows = [_row(found.get(sku.lower())) for sku in skus]
    salable, in_stock, managed = zip(*rows, strict=True) if rows else ((), (), ())
    columns = [pa.repeat(pa.scalar(website), len(skus)), list(skus), salable, in_stock, managed]
    schema = STOCK.schema(READ)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema=schema
    )


def _export(commerce: Commerce, website: str, skus: Sequence[str]) -> Iterator[Item]:
    waiting = list(skus)
    while waiting:
        chunk = _first_chunk(waiting, min(CHUNK, commerce.memory.largest_page or CHUNK))
        query = write_criteria([any_sku(chunk)], order="sku", page_size=len(chunk))
        try:
            body = commerce.call(EXPORT_SALABLE, path={"website": website}, query=query).body
        except RefusedError as error:
            learn_page_size(commerce, error, len(chunk))
            continue
        if not isinstance(body, dict) or "items" not in body:
            raise DocumentError(
                f"Commerce's answer to {EXPORT_SALABLE.name} has no items.", "The old facts stay; is MSI installed?"
            )
        yield from body["items"] or ()
        del waiting[: len(chunk)]


def _first_chunk(skus: Sequence[str], most: int) -> list[str]:
    chunk: list[str] = []
    length = 0
    for sku in skus[:most]:
        length += len(quote(sku, safe="")) + 3
        # A SKU with a comma takes three fields of its own, a hundred characters and more.
        length += 200 if "," in sku else 0
        if chunk and length > LONGEST_LIST:
            break
        chunk.append(sku)
    return chunk


def _by_sku(items: Iterable[Item]) -> dict[str, Item]:
    """Return items by SKU, in small letters: Commerce finds a SKU whatever its case."""
    return {str(item["sku"]).lower(): item for item in items}


def _row(item: Item | None) -> tuple[int | None, bool, bool | None]:
    """Return what can be sold, whether it can, and whether it is counted.

    >>> _row({"qty": Decimal("2.9"), "is_salable": True}), _row({"qty": None, "is_salable": True}), _row(None)
    ((2, True, True), (None, True, False), (0, False, None))
    """
    if item is None:
        return 0, False, None
    quantity: Any = item.get("qty")
    is_salable = bool(item.get("is_salable"))
    if quantity is None:
        # Without a number and not to be sold is not the same as without limit.
        return (None, True, False) if is_salable else (0, False, None)
    return int(Decimal(str(quantity)).to_integral_value(ROUND_FLOOR)), is_salable, True
