"""Sources, stocks, source items and reservations, and what can be sold from them (Magento's Inventory).

Quantities are whole ten-thousandths of a unit inside, as fine as Magento keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from channelkit.sandbox.commerce.catalog import Product
from channelkit.sandbox.commerce.refusal import Refusal

UNIT = 10_000
IN_STOCK, OUT_OF_STOCK = 1, 0
COMPOSITE = ("configurable", "bundle", "grouped")
"""Types that have no stock of their own."""

SourceItem = tuple[int, int]
"""Quantity in ten-thousandths, and status."""


@dataclass(frozen=True)
class Source:
    """A place that goods leave from."""

    code: str
    name: str
    enabled: bool = True
    country: str = "US"
    postcode: str = "00000"


@dataclass(frozen=True)
class Stock:
    """What one or more websites sell from: sources in order of priority."""

    id: int
    name: str
    sources: tuple[str, ...]
    websites: tuple[str, ...]


class Inventory:
    """All stock. A SKU is one SKU whatever its case."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {"default": Source("default", "Default Source")}
        self.stocks: dict[int, Stock] = {1: Stock(1, "Default Stock", ("default",), ())}
        self.items: dict[str, dict[str, SourceItem]] = {"default": {}}
        self.reservations: dict[tuple[str, int], int] = {}

    def add_source(self, code: str, name: str, *, country: str = "US", postcode: str = "00000") -> Source:
        """Add a source; it serves no website until a stock names it."""
        source = self.sources[code] = Source(code, name, True, country, postcode)
        self.items[code] = {}
        return source

    def add_stock(self, name: str, sources: Sequence[str], websites: Sequence[str]) -> Stock:
        """Add a stock; its websites leave the stock that they had."""
        added = Stock(max(self.stocks) + 1, name, tuple(sources), ())
        self.stocks[added.id] = added
        for website in websites:
            self.assign(website, added.id)
        return self.stocks[added.id]

    def assign(self, website: str, stock_id: int) -> None:
        """Let a website sell from a stock, and from no other."""
        for stock in list(self.stocks.values()):
            kept = tuple(code for code in stock.websites if code != website)
            if stock.id == stock_id:
                kept = (*kept, website)
            self.stocks[stock.id] = Stock(stock.id, stock.name, stock.sources, kept)

    def stock_of(self, website: str) -> Stock:
        """Return the stock that a website sells from.

        Raises:
            Refusal: it sells from none.
        """
        for stock in self.stocks.values():
            if website in stock.websites:
                return stock
        raise Refusal(404, "No linked stock found")

    def set(self, sku: str, source: str, quantity: Decimal, status: int | None = None) -> None:
        """Write how much of a SKU a source holds; without a status, anything above zero is in stock."""
        fine = int(quantity * UNIT)
        self.items[source][sku.lower()] = (fine, (IN_STOCK if fine > 0 else OUT_OF_STOCK) if status is None else status)

    def of(self, sku: str) -> Iterator[tuple[str, SourceItem]]:
        """Yield each source that knows a SKU, and what it holds."""
        key = sku.lower()
        for source, items in self.items.items():
            if key in items:
                yield source, items[key]

    def drop(self, sku: str, source: str) -> bool:
        """Take a source item away; say whether there was one."""
        return self.items.get(source, {}).pop(sku.lower(), None) is not None

    def reserve(self, sku: str, stock_id: int, quantity: Decimal) -> None:
        """Add a reservation: below zero for an order, above it for a shipment or a cancellation."""
        key = (sku.lower(), stock_id)
        self.reservations[key] = self.reservations.get(key, 0) + int(quantity * UNIT)

    def is_assigned(self, sku: str, stock: Stock) -> bool:
        """Say whether a source of the stock knows the SKU."""
        key = sku.lower()
        return any(key in self.items[source] for source in stock.sources)

    def indexed(self, sku: str, stock: Stock) -> int:
        """Return the ten-thousandths in the enabled sources of a stock that say they have some; no reservations."""
        key = sku.lower()
        total = 0
        for source in stock.sources:
            quantity, status = self.items[source].get(key, (0, OUT_OF_STOCK))
            if status == IN_STOCK and self.sources[source].enabled:
                total += quantity
        return total

    def available(self, product: Product, stock: Stock) -> int:
        """Return sources plus reservations less the minimum, in ten-thousandths, and 0 where nothing can be sold."""
        indexed = self.indexed(product.sku, stock)
        rest = indexed + self.reservations.get((product.sku.lower(), stock.id), 0) - product.min_quantity * UNIT
        return max(0, rest)

    def is_salable(self, product: Product, stock: Stock) -> bool:
        """Say whether any can be sold; stock that is not managed always can."""
        if not product.manage_stock:
            return True
        return self.available(product, stock) > 0


def in_units(fine: int) -> Decimal:
    """Return ten-thousandths as units.

    >>> in_units(25000)
    Decimal('2.5')
    """
    whole, rest = divmod(fine, UNIT)
    return Decimal(whole) if not rest else Decimal(fine) / UNIT
