"""Keeping orders that were read: each for the store of its marketplace, with who ordered and what it does to stock.

All of it is one transaction of the caller's: an order, its buyer and its stock are known together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.engine import Connection

from channelkit.database import orders
from channelkit.database.difference import Tally
from channelkit.model.orders import Order, Person

ORDERS, EARLIER, ELSEWHERE = "orders", "earlier orders", "orders elsewhere"
"""Kinds of a reading's tallies: kept; older than the store's connection; of a marketplace that has no store."""

Note = Callable[[Connection, str, str, Order | None, Order], None]
"""Writes down what an order does to stock: connection, store, website, the order before and as it is now."""

FindProducts = Callable[[Connection, str, Sequence[str]], Mapping[str, str]]
"""Finds the SKUs of the products that a store's seller SKUs are linked to."""


FindLacking = Callable[[str, Person], tuple[str, ...]]
"""Says which parts of somebody's address a store's orders lack."""


class Keeps(Protocol):
    """Keeps who ordered, and returns the pseudonym."""

    def keep(self, connection: Connection, store: str, order: Order, at: int) -> str: ...


@dataclass(frozen=True)
class StoreShare:
    """A store's part in the orders of a seller account.

    Arguments:
        name: the store's.
        connected_at: orders created since are read, in milliseconds since 1970.
        website: whose stock they take.
        windows: earlier stretches whose orders a person asked for, start and end in milliseconds since 1970.
    """

    name: str
    connected_at: int
    website: str
    windows: tuple[tuple[int, int], ...] = ()

    def takes(self, created_at: int) -> bool:
        """Tell whether an order of this moment is the store's."""
        return created_at >= self.connected_at or any(since <= created_at < until for since, until in self.windows)


@dataclass(frozen=True)
class OrderKeeper:
    """Keeps the orders of one seller account.

    Arguments:
        stores: by marketplace id; where several sell in one, the oldest.
        vault: keeps who ordered.
        note: writes down what an order does to stock.
        find_products: the links as they are now.
        find_lacking: what a store's orders cannot do without and a person's data does not say, once it is brought into
            the parts that Commerce asks for; None takes it as Amazon gave it.
    """

    seller_id: str
    stores: Mapping[str, StoreShare]
    vault: Keeps
    note: Note
    find_products: FindProducts | None = None
    find_lacking: FindLacking | None = None

    def keep(self, connection: Connection, found: Iterable[Order], *, at: int, run: str) -> dict[str, Tally]:
        """Keep orders in the caller's transaction, and return how many of each kind there were.

        An order stays with the store that first kept it. An answer that is older than what is kept changes nothing.

        Arguments:
            at: when they were read, in milliseconds since 1970.
        """
        newest: dict[str, Order] = {}
        for order in found:
            known = newest.get(order.order_id)
            if known is None or order.updated_at >= known.updated_at:
                newest[order.order_id] = order
        owners = orders.find_owners(connection, self.seller_id, list(newest))
        tallies: dict[str, Tally] = {}
        by_store: dict[str, list[Order]] = {}
        shares: dict[str, StoreShare] = {share.name: share for share in self.stores.values()}
        for order in newest.values():
            share = self.stores.get(order.marketplace_id)
            owner = owners.get(order.order_id)
            if owner is None and share is None:
                tallies[ELSEWHERE] = tallies.get(ELSEWHERE, Tally()) + Tally(unchanged=1)
            elif owner is None and share is not None and not share.takes(order.created_at):
                tallies[EARLIER] = tallies.get(EARLIER, Tally()) + Tally(unchanged=1)
            else:
                by_store.setdefault(owner or (share.name if share else ""), []).append(order)
        for store, several in by_store.items():
            website = shares[store].website if store in shares else ""
            tally = self._keep(connection, store, website, several, at=at, run=run)
            tallies[ORDERS] = tallies.get(ORDERS, Tally()) + tally
        return tallies

    def _keep(
        self, connection: Connection, store: str, website: str, found: Sequence[Order], *, at: int, run: str
    ) -> Tally:
        ids = [order.order_id for order in found]
        before = {order.order_id: order for order in orders.load_orders(connection, store, order_ids=ids)}
        products: Mapping[str, str] = {}
        if self.find_products is not None:
            skus = sorted({line.seller_sku for order in found for line in order.lines})
            products = self.find_products(connection, store, skus)
        if self.find_lacking is not None:
            look = self.find_lacking
            found = [replace(each, lacking=look(store, each.person)) if each.person else each for each in found]
        tally = orders.store_orders(connection, store, self.seller_id, found, at=at, run=run, products=products)
        named = {}
        for order in found:
            known = before.get(order.order_id)
            if known is None or order.updated_at >= known.updated_at:
                named[order.order_id] = self.vault.keep(connection, store, order, at)
        orders.name_buyers(connection, store, named)
        for after in orders.load_orders(connection, store, order_ids=ids):
            known = before.get(after.order_id)
            if website and (known is None or replace(after, pseudonym=known.pseudonym) != known):
                self.note(connection, store, website, known, after)
        return tally
