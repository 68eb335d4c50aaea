"""Checking the stock ledger against Commerce: its salable quantities, its sources, its own orders.

Commerce's export says what can be sold and never why, so what its reservations come to is inferred: salable less what
the sources hold. A minimum quantity of a product is not told there and shows as a difference.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from secrets import token_hex
from typing import NamedTuple

from sqlalchemy.engine import Connection

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter, any_sku, chunk_skus
from channelkit.commerce.inventory import read_salable
from channelkit.commerce.operations import LIST_ORDERS, LIST_SOURCE_ITEMS
from channelkit.commerce.order_rows import COPY_FIELDS, parse_copy, read_pages
from channelkit.commerce.paging import PAGE, read_rows
from channelkit.database import copies, progress, reference, stock_ledger
from channelkit.database.lease import hold
from channelkit.model.orders import CopyLine
from channelkit.model.stock_entries import COMPENSATED, Entry
from channelkit.orders.ledger_check import Count, find_compensated
from channelkit.pull.reading import HOUR, Puller

EVERY = 24 * HOUR

_OPEN_STATES = "new,pending_payment,processing,payment_review,holded"


class LastCheck(NamedTuple):
    """What the last check of a stock found, and when, in milliseconds since 1970."""

    counts: tuple[Count, ...]
    at: int


def read_last_check(connection: Connection, websites: Sequence[str]) -> LastCheck | None:
    """Return what the last check of a stock found; None where it was never checked.

    Arguments:
        websites: codes of the websites that sell from it, in the checker's order.
    """
    kept = reference.load_reference(connection, "commerce", _name(websites))
    return None if kept is None else LastCheck(tuple(Count(**row) for row in json.loads(kept.body)), kept.observed_at)


@dataclass(frozen=True)
class StockChecker:
    """Checks one stock of Commerce's.

    Arguments:
        websites: codes of the websites that sell from it; the first is asked.
        sources: codes of its sources.
        store_ids: numbers of the store views of its websites; empty for all there are.
    """

    puller: Puller
    commerce: Commerce
    websites: tuple[str, ...]
    sources: tuple[str, ...]
    store_ids: frozenset[int] = frozenset()

    def is_due(self) -> bool:
        """Tell whether a day has gone by since the last check."""
        with self.puller.database.read() as connection:
            last = progress.moved_at(connection, self._name)
        return last is None or self.puller.now() >= last + EVERY

    def check(self) -> list[Count]:
        """Count the products in the ledger, note what Commerce has compensated, and keep the result.

        A compensation is noted only where a second look finds the same.

        Raises:
            RemoteError: Commerce could not be read; nothing is noted.
            LeaseError: another run checks this stock now; what two had noted would count twice.
        """
        with hold(self.puller.database, self._name, f"{self.puller.run}/{token_hex(4)}"):
            return self._check()

    def _check(self) -> list[Count]:
        counts = self._count(None)
        suspects = find_compensated(counts)
        if suspects:
            confirmed = find_compensated(self._count(suspects))
            with self.puller.database.write() as connection:
                self._compensate(connection, confirmed)
        now, body = self.puller.now(), json.dumps([asdict(count) for count in counts])
        with self.puller.database.write() as connection:
            reference.store_reference(connection, "commerce", self._name, body, at=now)
            progress.move_watermark(connection, self._name, str(now), at=now)
        return counts

    @property
    def _name(self) -> str:
        return _name(self.websites)

    def _count(self, skus: Sequence[str] | None) -> list[Count]:
        with self.puller.database.read() as connection:
            rows = stock_ledger.balances(connection, *self.websites, skus=skus).to_pylist()
            made_up = self._made_up(connection)
        rows = [row for row in rows if row["product_sku"]]
        wanted = [row["product_sku"] for row in rows]
        if not wanted:
            return []
        salable = {
            row["sku"]: row["salable"]
            for row in read_salable(self.commerce, self.websites[0], wanted).to_pylist()
            if row["in_stock"] and row["salable"] and row["salable"] > 0
        }
        in_sources, storefront = self._in_sources(wanted), self._storefront()
        return [
            Count(
                sku := row["product_sku"],
                salable.get(sku),
                in_sources.get(sku.lower(), 0),
                storefront.get(sku.lower(), 0),
                made_up.get(sku.lower(), 0),
                row["compensated"],
                row["held"],
            )
            for row in rows
        ]

    def _made_up(self, connection: Connection) -> dict[str, int]:
        """Return what copies shipped or gave up; those that were made complete, say Amazon's own, moved nothing."""
        units: dict[str, int] = defaultdict(int)
        by_store: dict[str, list[str]] = defaultdict(list)
        for order_id, (store, _) in stock_ledger.find_homes(connection, *self.websites).items():
            by_store[store].append(order_id)
        for store, order_ids in by_store.items():
            for copy in copies.load_copies(connection, store, order_ids):
                for line in copy.lines:
                    units[line.sku.lower()] += line.shipped + _given_up(line)
        return units

    def _in_sources(self, skus: Sequence[str]) -> dict[str, int]:
        units: dict[str, Decimal] = defaultdict(Decimal)
        ours = Filter("source_code", ",".join(self.sources), "in")
        # Items sort by nothing that tells them apart, so that a page must hold the whole chunk.
        at_once = max(1, self.commerce.page_size.within(PAGE) // max(1, len(self.sources)))
        for chunk in chunk_skus(skus, at_once):
            for item in read_rows(self.commerce, LIST_SOURCE_ITEMS, [any_sku(chunk), [ours]], order="sku"):
                if int(item["status"]):
                    units[str(item["sku"]).lower()] += Decimal(str(item["quantity"]))
        return {sku: int(quantity) for sku, quantity in units.items()}

    def _storefront(self) -> dict[str, int]:
        units: dict[str, int] = defaultdict(int)
        conditions = Filter("ext_order_id", "1", "null"), Filter("state", _OPEN_STATES, "in")
        for page in read_pages(self.commerce, LIST_ORDERS, COPY_FIELDS, None, *conditions):
            for order in map(parse_copy, page):
                if not self.store_ids or order.store_id in self.store_ids:
                    for line in order.lines:
                        units[line.sku.lower()] += line.ordered - line.shipped - _given_up(line)
        return units

    def _compensate(self, connection: Connection, skus: Sequence[str]) -> None:
        homes, at = stock_ledger.find_homes(connection, *self.websites), self.puller.now()
        for rows in stock_ledger.held_by_item(connection, *self.websites, skus=skus).values():
            for row in rows:
                store, website = homes[row.order_id]
                entry = Entry(
                    row.order_id,
                    row.item_id,
                    COMPENSATED,
                    f"check {at}",
                    row.units,
                    row.product_sku,
                    row.seller_sku,
                    at,
                )
                stock_ledger.add_entries(connection, store, website, [entry])


def _name(websites: Sequence[str]) -> str:
    return f"stock-check/{websites[0]}"


def _given_up(line: CopyLine) -> int:
    """Return the units that never leave: cancelled, or refunded before they were shipped."""
    return line.cancelled + max(0, line.refunded - line.shipped)
