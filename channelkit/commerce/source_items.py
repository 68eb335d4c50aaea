"""Units in sources: where a website's stock comes from, and what a new product starts with."""

from __future__ import annotations

from collections.abc import Sequence

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_SOURCE_LINKS, RESOLVE_STOCK, SAVE_SOURCE_ITEMS
from channelkit.commerce.paging import read_rows

AT_ONCE = 20
"""Source items in one request: the most that Commerce takes where it limits its input."""


def read_sources(commerce: Commerce, website: str) -> list[str]:
    """Return the codes of the sources that a website's stock comes from, the first to be used first."""
    stock = commerce.call(RESOLVE_STOCK, path={"website": website})
    links = read_rows(commerce, LIST_SOURCE_LINKS, [[Filter("stock_id", str(stock["stock_id"]))]], order="priority")
    return [str(link["source_code"]) for link in sorted(links, key=lambda link: int(link.get("priority") or 0))]


def write_quantities(commerce: Commerce, quantities: Sequence[tuple[str, str, int]]) -> None:
    """Write how many units sources have.

    Arguments:
        quantities: SKU, code of the source, units.

    Raises:
        RefusedError: one of them is not possible; of its request none was written.
    """
    for start in range(0, len(quantities), AT_ONCE):
        rows = [
            {"sku": sku, "source_code": source, "quantity": units, "status": int(units > 0)}
            for sku, source, units in quantities[start : start + AT_ONCE]
        ]
        commerce.call(SAVE_SOURCE_ITEMS, body={"sourceItems": rows})
