"""Units in sources: where a website's stock comes from, and what a new product starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_SOURCE_LINKS, RESOLVE_STOCK, SAVE_SOURCE_ITEMS
from channelkit.commerce.paging import read_rows

AT_ONCE = 20
"""Source items in one request: the most that Commerce takes where it limits its input."""


@dataclass(frozen=True)
class WebsiteStock:
    """What a website sells from: websites with the same stock sell the same units.

    Arguments:
        sources: codes, the first to be used first.
    """

    website: str
    stock_id: int
    sources: tuple[str, ...]


def read_stock(commerce: Commerce, website: str) -> WebsiteStock:
    """Return the stock that a website sells from."""
    stock_id = int(commerce.call(RESOLVE_STOCK, path={"website": website})["stock_id"])
    links = read_rows(commerce, LIST_SOURCE_LINKS, [[Filter("stock_id", str(stock_id))]], order="priority")
    ordered = sorted(links, key=lambda link: int(link.get("priority") or 0))
    return WebsiteStock(website, stock_id, tuple(str(link["source_code"]) for link in ordered))


def read_sources(commerce: Commerce, website: str) -> list[str]:
    """Return the codes of the sources that a website's stock comes from, the first to be used first."""
    return list(read_stock(commerce, website).sources)


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
