"""Reading what Commerce has of Amazon's orders: copies, shipments, credit memos, and what they do to stock.

Each page is kept in one transaction with its entries in the stock ledger. How far a reading has come moves only when
all its pages are there, and by the times that the rows themselves tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection

from channelkit.commerce.client import Commerce
from channelkit.commerce.credit_memos import FoundMemo, list_credit_memos, read_credit_memos
from channelkit.commerce.orders import read_copies
from channelkit.commerce.shipments import FoundShipment, list_shipments, read_shipments
from channelkit.database import copies, orders, progress, stock_ledger
from channelkit.database.difference import Tally
from channelkit.model.orders import Copy, Order
from channelkit.orders.ledger import Facts, entries
from channelkit.orders.terms import OrderTerms
from channelkit.pull.reading import Puller, Reading

COPIES, SHIPMENTS, CREDIT_MEMOS = "copies", "shipments", "credit memos"
"""Kinds of a reading's tallies, and the watermarks of their readings."""

FindProducts = Callable[[Connection, str, Sequence[str]], Mapping[str, str]]
"""Finds the SKUs of the products that a store's seller SKUs are linked to."""


@dataclass(frozen=True)
class LedgerKeeper:
    """Writes down what orders do to stock.

    Arguments:
        terms: by store.
        find_products: the links as they are now.
        now: the time, in milliseconds since 1970.
    """

    terms: Mapping[str, OrderTerms]
    find_products: FindProducts
    now: Callable[[], int]

    def note(self, connection: Connection, store: str, website: str, _before: Order | None, after: Order) -> None:
        """Write down what an order does to stock, in the transaction that keeps it."""
        self._note(connection, store, website, [after])

    def note_all(self, connection: Connection, store: str, order_ids: Sequence[str]) -> int:
        """Write down what these orders do to stock, as they are kept now, and return how many entries were new."""
        terms = self.terms.get(store)
        if terms is None or not order_ids:
            return 0
        found = orders.load_orders(connection, store, order_ids=sorted(set(order_ids)))
        return self._note(connection, store, terms.website, found)

    def link(self, connection: Connection, store: str) -> int:
        """Name the product of entries whose seller SKU has got one since, and return how many did."""
        unlinked = stock_ledger.find_unlinked(connection, store)
        if not unlinked:
            return 0
        return stock_ledger.link_entries(connection, store, self.find_products(connection, store, unlinked))

    def _note(self, connection: Connection, store: str, website: str, found: Sequence[Order]) -> int:
        terms = self.terms.get(store)
        if terms is None or not found:
            return 0
        ids = [order.order_id for order in found]
        noted = stock_ledger.load_entries(connection, store, ids)
        its_copies = _by_order(copies.load_copies(connection, store, ids))
        memos = defaultdict(list)
        for memo in copies.load_credit_memos(connection, store, ids):
            memos[memo.order_id].append(memo)
        products = self.find_products(
            connection, store, sorted({line.seller_sku for order in found for line in order.lines})
        )
        new = []
        for order in found:
            order_id = order.order_id
            facts = Facts(its_copies.get(order_id, ()), memos[order_id], noted.get(order_id, ()), products)
            new += entries(order, facts, terms, self.now())
        return stock_ledger.add_entries(connection, store, website, new)


@dataclass(frozen=True)
class SalesReader:
    """Reads what Commerce has of the orders of all stores.

    Arguments:
        ledger: writes down what it does to stock.
        connected_at: the first reading begins there, in milliseconds since 1970; nothing older is of ours.
    """

    puller: Puller
    commerce: Commerce
    ledger: LedgerKeeper
    connected_at: int = 0

    def read(self) -> Reading:
        """Read what has changed since the last time; one kind that cannot be read stops no other.

        Raises:
            AuthError: the credentials or permissions; a person must act.
        """
        reading = Reading()
        self.puller.progress("Commerce: reading what it has of Amazon's orders")
        self.puller.attempt(reading, "", partial(self._read_copies, reading))
        self.puller.attempt(reading, "", partial(self._read_shipments, reading))
        self.puller.attempt(reading, "", partial(self._read_credit_memos, reading))
        return reading

    def keep_copies(self, connection: Connection, found: Iterable[Copy]) -> dict[str, list[Copy]]:
        """Keep copies of orders that we know, in the caller's transaction, and return those kept, by store."""
        by_store: dict[str, list[Copy]] = defaultdict(list)
        for copy in found:
            owner = orders.find_order(connection, copy.order_id)
            if owner is not None:
                by_store[owner.store].append(copy)
        for store, several in by_store.items():
            copies.store_copies(connection, store, several, at=self.puller.now())
            self.ledger.note_all(connection, store, [copy.order_id for copy in several])
        return dict(by_store)

    def _read_copies(self, reading: Reading) -> None:
        since = self._since(COPIES)
        newest = since or 0
        for page in read_copies(self.commerce, since):
            with self.puller.database.write() as connection:
                kept = self.keep_copies(connection, page)
            for store, several in kept.items():
                self._catch_up(store, several)
            reading.add(COPIES, Tally(changed=sum(map(len, kept.values()))))
            newest = max([newest, *(copy.updated_at for copy in page)])
        self._moved(COPIES, newest)

    def _read_shipments(self, reading: Reading) -> None:
        since = self._since(SHIPMENTS)
        newest = since or 0
        for page in read_shipments(self.commerce, since):
            with self.puller.database.write() as connection:
                reading.add(SHIPMENTS, Tally(changed=self._keep_shipments(connection, page)))
            newest = max([newest, *(found.changed_at for found in page)])
        self._moved(SHIPMENTS, newest)

    def _read_credit_memos(self, reading: Reading) -> None:
        since = self._since(CREDIT_MEMOS)
        newest = since or 0
        for page in read_credit_memos(self.commerce, since):
            with self.puller.database.write() as connection:
                reading.add(CREDIT_MEMOS, Tally(changed=self._keep_memos(connection, page)))
            newest = max([newest, *(found.changed_at for found in page)])
        self._moved(CREDIT_MEMOS, newest)

    def _keep_shipments(self, connection: Connection, page: Sequence[FoundShipment]) -> int:
        # What belongs to no copy is the storefront's own.
        owners, kept = copies.find_stores(connection, [found.entity_id for found in page]), 0
        for found in page:
            if found.entity_id in owners:
                store, order_id = owners[found.entity_id]
                ours = replace(found.shipment, order_id=order_id)
                kept += copies.store_shipments(connection, store, [ours], at=self.puller.now())
        return kept

    def _keep_memos(self, connection: Connection, page: Sequence[FoundMemo]) -> int:
        owners, kept = copies.find_stores(connection, [found.entity_id for found in page]), 0
        touched: dict[str, list[str]] = defaultdict(list)
        for found in page:
            if found.entity_id in owners:
                store, order_id = owners[found.entity_id]
                ours = replace(found.memo, order_id=order_id)
                kept += copies.store_credit_memos(connection, store, [ours], at=self.puller.now())
                touched[store].append(order_id)
        for store, order_ids in touched.items():
            self.ledger.note_all(connection, store, order_ids)
        return kept

    def _catch_up(self, store: str, several: Sequence[Copy]) -> None:
        """Read the shipments and credit memos of copies that tell of more units than we know documents of.

        A copy that was there before its order was known, say of a backfill, has documents that no later reading shows.
        """
        ids = [copy.order_id for copy in several]
        with self.puller.database.read() as connection:
            shipped = [each.units for each in copies.load_shipments(connection, store, ids)]
            refunded = [each.units for each in copies.load_credit_memos(connection, store, ids)]
        left, back = _units(shipped), _units(refunded)
        for copy in several:
            at, order_id = self.puller.now(), copy.order_id
            if sum(line.shipped for line in copy.lines) > sum(left[line.item_id] for line in copy.lines):
                parts = [replace(each, order_id=order_id) for each in list_shipments(self.commerce, copy.entity_id)]
                with self.puller.database.write() as connection:
                    copies.store_shipments(connection, store, parts, at=at)
            if sum(line.refunded for line in copy.lines) > sum(back[line.item_id] for line in copy.lines):
                memos = [replace(each, order_id=order_id) for each in list_credit_memos(self.commerce, copy.entity_id)]
                with self.puller.database.write() as connection:
                    copies.store_credit_memos(connection, store, memos, at=at)
                    self.ledger.note_all(connection, store, [order_id])

    def _since(self, name: str) -> int | None:
        with self.puller.database.read() as connection:
            kept = progress.read_watermark(connection, name)
        return (self.connected_at or None) if kept is None else int(kept)

    def _moved(self, name: str, newest: int) -> None:
        with self.puller.database.write() as connection:
            progress.move_watermark(connection, name, str(newest), at=self.puller.now())


def _by_order(found: Iterable[Copy]) -> dict[str, list[Copy]]:
    by_order: dict[str, list[Copy]] = defaultdict(list)
    for copy in found:
        by_order[copy.order_id].append(copy)
    return by_order


def _units(documents: Iterable[Sequence[tuple[int, int]]]) -> dict[int, int]:
    units: dict[int, int] = defaultdict(int)
    for document in documents:
        for item_id, count in document:
            units[item_id] += count
    return units
