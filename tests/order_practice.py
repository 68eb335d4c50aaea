"""A kit and a sandbox that the tests of one file share, and what they ask of both about orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from channelkit.database import order_journal, stands, stock_ledger
from channelkit.database.orders import load_orders
from channelkit.demo import write_settings
from channelkit.kit import Kit
from channelkit.model.orders import OrderChange, Stand
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders import Address, Buyer, Charges, Order, OrderLine
from channelkit.sandbox.amazon.sales import Sales
from channelkit.sandbox.commerce.sales import Order as Copy
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.world import World
from channelkit.settings.reader import read_settings
from channelkit.settings.sections import Settings
from tests.conftest import sandboxes
from tests.kit_fixtures import Practice, StandingClock, let_send

BUYER = Buyer("Ada Quillington", "q1w2e3@marketplace.amazon.com")
HOMES = {
    "us": Address("Ada Quillington", "", "7 Feather Lane", "", "", "Reno", "NV", "89501", "US", "+1 775-555-0123"),
    "de": Address("Ada Quillington", "", "Federweg 7", "", "", "Leipzig", "", "04109", "DE", "0341 999907"),
    "ca": Address("Ada Quillington", "", "7 Rue Plume", "", "", "Regina", "SK", "S4P 3Y2", "CA", "+1 306-555-0123"),
}
CHARGES = Charges(item=4000, shipping=499, gift_wrap=399, discount=400, tax_item=330, tax_shipping=41)
"""Of two units: what comes on top of their price, one of each."""


@dataclass
class OrderPractice(Practice):
    """A kit on a sandbox; no two tests order the same thing unless they mean to."""

    had: set[str] = field(default_factory=set)

    @property
    def sales(self) -> Sales:
        return self.running.world.amazon.sales

    @property
    def shop(self) -> CommerceState:
        return self.running.world.commerce

    @property
    def now(self) -> float:
        return self.running.world.clock.now()

    def shelf(self, store: str) -> Shelf:
        """Return what Amazon has of a store, also of one that the sandbox does not name."""
        section = self.kit.settings.stores[store]
        seller_id = self.kit.settings.accounts[section.account].seller_id
        return self.running.world.amazon.shelf(seller_id, section.site.id)

    def pick(self, store: str) -> str:
        """Return a seller SKU that no test has had: for sale, linked to a product of counted stock."""
        frame = self.kit.stores[store].listings("Active")
        chosen = frame[(frame["fulfillment_channel"] == "DEFAULT") & (frame["quantity"] > 3)]
        for sku, product in zip(chosen["sku"], chosen["product_sku"], strict=True):
            if sku not in self.had and product not in self.had and self.shop.catalog.get(product).manage_stock:
                self.had |= {sku, product}
                return str(sku)
        raise AssertionError(f"All goods of store {store!r} are taken.")

    def order(self, store: str, sku: str = "", units: int = 2, charges: Charges = CHARGES, **words: Any) -> Order:
        """Let somebody order some units of one thing."""
        return self.place(store, [OrderLine(sku or self.pick(store), units, charges)], **words)

    def place(self, store: str, lines: list[OrderLine], **words: Any) -> Order:
        known: dict[str, Any] = {"buyer": BUYER, "address": HOMES[store]}
        return self.sales.place(self.shelf(store), lines, **(known | words))

    def cycles(self, count: int = 1, minutes: float = 5.0) -> None:
        for _ in range(count):
            self.wait(minutes)
            self.kit.sync()

    def copies(self, order_id: str) -> list[Copy]:
        return self.shop.sales.find_by_ext_order_id(order_id)

    def copy(self, order_id: str) -> Copy:
        """Return the one order that Commerce has of Amazon's."""
        (found,) = self.copies(order_id)
        return found

    def stand(self, store: str, order_id: str) -> Stand | None:
        with self.kit.database.read() as connection:
            return next(iter(stands.load_stands(connection, store, order_ids=[order_id])), None)

    def stage(self, store: str, order_id: str) -> tuple[str, str]:
        """Return where an order stands and what is in its way; two empty texts where it is not known."""
        found = self.stand(store, order_id)
        return (found.stage, found.blocker) if found else ("", "")

    def deeds(self, store: str, order_id: str) -> list[OrderChange]:
        with self.kit.database.read() as connection:
            return order_journal.load(connection, store, order_ids=[order_id])

    def done(self, store: str, order_id: str) -> dict[str, str]:
        """Return how far each kind of deed about an order has come."""
        return {change.kind: change.state for change in self.deeds(store, order_id)}

    def is_known(self, store: str, order_id: str) -> bool:
        with self.kit.database.read() as connection:
            return bool(load_orders(connection, store, order_ids=[order_id]))

    def held(self, store: str, sku: str) -> int:
        """Return the units of a seller SKU's product that are held off what its website may sell."""
        website = self.kit.settings.stores[store].website
        with self.kit.database.read() as connection:
            found = stock_ledger.held_by_product(connection, *self.kit.parts.stock_websites(website))
        products = dict(zip(found["product_sku"].to_pylist(), found["held"].to_pylist(), strict=True))
        return int(products.get(self.product_of(store, sku), 0))

    def balance(self, store: str, sku: str) -> dict[str, int]:
        """Return what the ledger says of a seller SKU's product."""
        website = self.kit.settings.stores[store].website
        with self.kit.database.read() as connection:
            found: list[dict[str, Any]] = stock_ledger.balances(connection, website).to_pylist()
        product = self.product_of(store, sku)
        return next((row for row in found if row["product_sku"] == product), {})

    def salable(self, store: str, sku: str) -> int:
        """Return what Commerce says may be sold of a seller SKU's product."""
        return int(self.shop.salable(self.product_of(store, sku), self.kit.settings.stores[store].website))

    def on_shelves(self, store: str, sku: str) -> list[Any]:
        """Return what each source holds of a seller SKU's product."""
        return list(self.shop.inventory.of(self.product_of(store, sku)))

    def shown(self, store: str, sku: str) -> int:
        """Return the quantity that buyers on Amazon see."""
        return self.listing(store, sku).quantity


def minor(value: object) -> int:
    """Return an amount of Commerce's in minor units of two digits; a part of one fails."""
    exact = Decimal(str(value or 0)) * 100
    assert exact == exact.to_integral_value(), f"{value} has parts of a cent"
    return int(exact)


@contextmanager
def order_practice(
    openapi: Path | None,
    folder: Path,
    *,
    more: str = "",
    orders: Mapping[str, Mapping[str, Any]] | None = None,
    prepare: Callable[[World], object] = lambda _world: None,
    begin: Callable[[OrderPractice], object] = lambda _practice: None,
    products: int = 120,
) -> Iterator[OrderPractice]:
    """Serve a quiet world, and open a kit on it that has read both sides and may send.

    Arguments:
        more: lines of the settings file beside those of both practice stores.
        orders: what stores' order settings are, by store, where they are not the default.
        prepare: is given the world before anything is read.
        begin: is given the practice before anything is read.
    """
    with sandboxes(openapi) as run:
        running = run(speed=0, products=products, quiet=True)
        prepare(running.world)
        ready = {**running.ready, "clock": {**running.ready["clock"], "speed": 1.0}}
        path = write_settings(folder, ready)
        with path.open("a", encoding="utf-8") as file:
            file.write(more)
        with Kit(_with_orders(read_settings(path, {}), orders or {})) as kit:
            kit.parts.clock = StandingClock(sandbox=running.world.clock)
            let_send(kit)
            practice = OrderPractice(kit, running, folder)
            begin(practice)
            kit.pull(wait=True)
            kit.sync()
            yield practice


def _with_orders(settings: Settings, orders: Mapping[str, Mapping[str, Any]]) -> Settings:
    changed = {
        name: msgspec.structs.replace(store, orders=msgspec.structs.replace(store.orders, **orders.get(name, {})))
        for name, store in settings.stores.items()
    }
    return msgspec.structs.replace(settings, stores=changed)
