"""All that this Commerce knows, and what may happen to it.

The world calls these methods; the server reads and writes through the same parts. Every change moves ``updated_at``
exactly where Magento moves it: what is written to a product does, what is written to its stock does not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from channelkit.sandbox.commerce.attributes import Attribute, Attributes, Scope
from channelkit.sandbox.commerce.bulks import Queue
from channelkit.sandbox.commerce.catalog import DISABLED, ENABLED, Catalog, Product
from channelkit.sandbox.commerce.categories import Categories
from channelkit.sandbox.commerce.sales import Sales
from channelkit.sandbox.commerce.settings import CommerceSettings
from channelkit.sandbox.commerce.shop_work import ShopWork
from channelkit.sandbox.commerce.stock import Inventory, Source, Stock, in_units
from channelkit.sandbox.commerce.stores import ADMIN, Stores, StoreView, Website


class Clock(Protocol):
    """Whatever tells the sandbox's time, in Unix seconds."""

    def now(self) -> float: ...


@dataclass
class CommerceState(ShopWork):
    """One shop: stores, attributes, catalog, stock and what is sold.

    Arguments:
        clock: tells the sandbox's time.
        addresses: the SKUs of products that were made through the interface, by their address in the shop.
        before_read: called before the server answers, so that time passing moves the world by itself.

    >>> class Noon:
    ...     def now(self) -> float:
    ...         return 43200.0
    >>> state = CommerceState(Noon())
    >>> website = state.add_website("us", "United States", base_currency="USD")
    >>> view = state.add_store_view("us", "us_en", "English", locale="en_US", timezone="America/Los_Angeles")
    >>> product = state.add_product("A-1", name="Kettle", price="24.99", websites=["us"], quantities={"default": 3})
    >>> state.change_stock("a-1", -1)
    >>> state.salable("A-1", "us")
    Decimal('2')
    """

    clock: Clock
    settings: CommerceSettings = field(default_factory=CommerceSettings)
    before_read: Callable[[], object] = lambda: None
    stores: Stores = field(default_factory=Stores)
    attributes: Attributes = field(default_factory=Attributes)
    catalog: Catalog = field(default_factory=Catalog)
    categories: Categories = field(default_factory=Categories)
    inventory: Inventory = field(default_factory=Inventory)
    queue: Queue = field(default_factory=Queue)
    sales: Sales = field(default_factory=Sales)
    addresses: dict[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_website(self, code: str, name: str, *, base_currency: str) -> Website:
        """Add a website; it sells from the default stock until ``add_stock`` names it."""
        with self.lock:
            website = self.stores.add_website(code, name, base_currency)
            self.inventory.assign(code, 1)
            return website

    def add_store_view(self, website: str, code: str, name: str, *, locale: str, timezone: str) -> StoreView:
        """Add a store view to the website with this code."""
        with self.lock:
            return self.stores.add_view(website, code, name, locale, timezone)

    def add_source(self, code: str, name: str, *, country: str = "US", postcode: str = "00000") -> Source:
        """Add an inventory source."""
        with self.lock:
            return self.inventory.add_source(code, name, country=country, postcode=postcode)

    def add_stock(self, name: str, *, sources: Sequence[str], websites: Sequence[str]) -> Stock:
        """Add a stock that these websites sell from."""
        with self.lock:
            return self.inventory.add_stock(name, sources, websites)

    def add_attribute(
        self, code: str, label: str, kind: str = "text", *, scope: Scope = "global", options: Sequence[str] = ()
    ) -> Attribute:
        """Add a product attribute; ``kind`` is its input: text, textarea, select, multiselect, boolean, price, date."""
        with self.lock:
            return self.attributes.add(code, label, kind, scope=scope, options=options)

    def add_product(
        self,
        sku: str,
        *,
        name: str,
        price: Decimal | str | None = None,
        websites: Sequence[str] = (),
        quantities: Mapping[str, int | Decimal] | None = None,
        attributes: Mapping[str, object] | None = None,
        enabled: bool = True,
        type_id: str = "simple",
        visibility: int = 4,
        weight: Decimal | str | None = None,
        attribute_set_id: int = 4,
        category_ids: Sequence[int] = (),
        children: Sequence[str] = (),
        manage_stock: bool = True,
        min_quantity: int = 0,
        updated_at: float | None = None,
    ) -> Product:
        """Add a product.

        Arguments:
            price: in the base currency of its websites; a view's own price comes by ``set_price``.
            websites: codes; none given means every website, as a write through ``all`` does.
            quantities: units by source code.
            attributes: by code; the labels of select options, a list of them for a multiselect.
            children: SKUs of the variations of a configurable product.
            updated_at: Unix seconds; now unless given.

        Raises:
            ValueError: a product has that SKU, in whatever case.
        """
        with self.lock:
            if sku in self.catalog:
                raise ValueError(f"There is a product {sku!r} already.")
            at = int(self.clock.now() if updated_at is None else updated_at)
            values: dict[str, object] = {"name": name, "status": ENABLED if enabled else DISABLED}
            values["visibility"] = visibility
            if price is not None:
                values["price"] = Decimal(price)
            if weight is not None:
                values["weight"] = Decimal(weight)
            for code, value in (attributes or {}).items():
                values[code] = self.attributes.stored(code, value)
            codes = websites or [website.code for website in self.stores.websites[1:]]
            product = Product(
                entity_id=self.catalog.next_id(),
                sku=sku,
                type_id=type_id,
                attribute_set_id=attribute_set_id,
                website_ids=tuple(self.stores.website(code).id for code in codes),
                created_at=at,
                updated_at=at,
                values=values,
                category_ids=tuple(category_ids),
                children=tuple(self.catalog.get(child).entity_id for child in children),
                manage_stock=manage_stock,
                min_quantity=min_quantity,
            )
            self.catalog.add(product)
            for source, quantity in (quantities or {}).items():
                self.inventory.set(sku, source, Decimal(quantity))
            return product

    def remove_product(self, sku: str) -> None:
        """Delete a product and its stock; nothing on the wire tells of it afterwards."""
        with self.lock:
            product = self.catalog.remove(sku)
            for source, _item in list(self.inventory.of(product.sku)):
                self.inventory.drop(product.sku, source)

    def set_value(self, sku: str, code: str, value: object, store_view: str | None = None) -> None:
        """Write one attribute of a product: everywhere, or as one store view has it. Moves ``updated_at``."""
        with self.lock:
            product = self.catalog.get(sku)
            store_id = ADMIN if store_view is None else self.stores.view(store_view).id
            self.write(product, {code: self.attributes.stored(code, value)}, store_id)
            self.catalog.touch(product, self.clock.now())

    def set_price(self, sku: str, price: Decimal | str, store_view: str | None = None) -> None:
        """Write a product's price: everywhere, or for the website of one store view. Moves ``updated_at``."""
        self.set_value(sku, "price", Decimal(price), store_view)

    def set_enabled(self, sku: str, enabled: bool, store_view: str | None = None) -> None:
        """Enable or disable a product. Moves ``updated_at``."""
        with self.lock:
            product = self.catalog.get(sku)
            store_id = ADMIN if store_view is None else self.stores.view(store_view).id
            self.write(product, {"status": ENABLED if enabled else DISABLED}, store_id)
            self.catalog.touch(product, self.clock.now())

    def set_websites(self, sku: str, websites: Sequence[str]) -> None:
        """Put a product on these websites and no others. Moves ``updated_at``."""
        with self.lock:
            product = self.catalog.get(sku)
            product.website_ids = tuple(self.stores.website(code).id for code in websites)
            self.catalog.touch(product, self.clock.now())

    def change_stock(self, sku: str, delta: int | Decimal, source: str | None = None) -> None:
        """Add to what a source holds, the first that knows the SKU unless named. Does not move ``updated_at``."""
        with self.lock:
            product = self.catalog.get(sku)
            held = dict(self.inventory.of(product.sku))
            name = source or next(iter(held), "default")
            quantity = in_units(held.get(name, (0, 0))[0]) + Decimal(delta)
            self.inventory.set(product.sku, name, max(Decimal(0), quantity))

    def reserve(self, sku: str, quantity: int | Decimal, website: str) -> None:
        """Hold units for an order placed in the shop itself. Does not move ``updated_at``."""
        with self.lock:
            stock = self.inventory.stock_of(website)
            self.inventory.reserve(self.catalog.get(sku).sku, stock.id, -Decimal(quantity))

    def salable(self, sku: str, website_code: str) -> Decimal:
        """Return the units that a website can still sell: sources, plus reservations, less the minimum."""
        with self.lock:
            stock = self.inventory.stock_of(website_code)
            return in_units(self.inventory.available(self.catalog.get(sku), stock))

    def write(self, product: Product, values: Mapping[str, object], store_id: int) -> None:
        """Write stored values where their scope puts them: to everyone, to a website's views, or to one view."""
        for code, value in values.items():
            attribute = self.attributes.by_code.get(code)
            scope = attribute.scope if attribute else "global"
            if attribute is not None and attribute.input == "price":
                # Whatever an attribute with prices says itself: where prices hold is set for all of them.
                scope = self.settings.price_scope
            if store_id == ADMIN or scope == "global":
                product.values[code] = value
                continue
            view = self.stores.views[store_id]
            views = [store_id] if scope == "store" else [each.id for each in self.stores.views_of(view.website_id)]
            product.scoped = product.scoped or {}
            for each in views:
                product.scoped.setdefault(each, {})[code] = value
