"""The calls behind the changes of orders: each kind prepared so that nothing but the call itself is left to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from channelkit.amazon.cancellations import cancel_order
from channelkit.amazon.client import Amazon
from channelkit.amazon.shipments import confirm_shipment
from channelkit.apply.order_creation import Creator
from channelkit.apply.order_looks import Done, units_of
from channelkit.commerce.client import Commerce
from channelkit.commerce.credit_memos import refund
from channelkit.commerce.invoices import invoice
from channelkit.commerce.orders import cancel_copy, comment
from channelkit.commerce.shipments import ship
from channelkit.errors import PlanError
from channelkit.model.orders import CANCEL, CANCEL_COPY, CONFIRM, CREATE, INVOICE, REFUND, SHIP, OrderChange, Track
from channelkit.orders.book import Book, read_body
from channelkit.orders.terms import CANCELED, OrderTerms

Call = Callable[[], Done]

CUSTOM = "custom"
"""Commerce's carrier code of a carrier that it knows nothing of."""


@dataclass(frozen=True)
class Caller:
    """Prepares calls."""

    amazon: Amazon
    commerce: Commerce
    terms: OrderTerms
    creator: Creator

    def prepare(self, change: OrderChange, book: Book) -> Call:
        """Return the call that does a change.

        Raises:
            PlanError: the change cannot be done as it is.
            SettingsError, RemoteError: what it needs cannot be had now.
        """
        if change.kind == CREATE:
            return self.creator.prepare(change.order_id, book)
        ways: dict[str, Callable[[OrderChange], Done]] = {
            INVOICE: self._invoice,
            SHIP: self._ship,
            CONFIRM: self._confirm,
            CANCEL: self._cancel,
            CANCEL_COPY: self._cancel_copy,
            REFUND: self._refund,
        }
        if change.kind not in ways:
            raise PlanError(f"Nobody knows how to do {change.kind!r} about order {change.order_id}.")
        return lambda: ways[change.kind](change)

    def _invoice(self, change: OrderChange) -> Done:
        body = read_body(change)
        return Done(str(invoice(self.commerce, int(body["entity_id"]), units_of(body))))

    def _ship(self, change: OrderChange) -> Done:
        body = read_body(change)
        told = body.get("track") or {}
        title = str(told.get("title") or told.get("carrier") or "Amazon")
        tracks = [Track(CUSTOM, title, str(told["number"]))] if told.get("number") else []
        number = ship(self.commerce, int(body["entity_id"]), units_of(body), tracks, str(body.get("source", "")))
        return Done(str(number))

    def _confirm(self, change: OrderChange) -> Done:
        body = read_body(change)
        code, name = body["carrier"]
        confirm_shipment(
            self.amazon,
            order_id=change.order_id,
            marketplace_id=self.terms.site.id,
            package_id=int(body["package_id"]),
            carrier=(str(code), str(name)),
            method=str(body.get("method", "")),
            tracking=str(body["tracking"]),
            shipped_at=int(body["shipped_at"]),
            units=[(str(item), int(count)) for item, count in body["units"]],
        )
        return Done(str(body["package_id"]))

    def _cancel(self, change: OrderChange) -> Done:
        cancel_order(self.amazon, change.order_id, str(read_body(change)["reason"]))
        return Done()

    def _cancel_copy(self, change: OrderChange) -> Done:
        body = read_body(change)
        entity_id, status = int(body["entity_id"]), str(body.get("status") or "")
        cancel_copy(self.commerce, entity_id)
        if status and status != CANCELED:
            comment(self.commerce, entity_id, "Cancelled on Amazon.", status)
        return Done(str(entity_id))

    def _refund(self, change: OrderChange) -> Done:
        body = read_body(change)
        adjustment = Decimal(int(body.get("adjustment", 0))).scaleb(-self.terms.site.digits)
        number = refund(
            self.commerce,
            int(body["entity_id"]),
            units_of(body),
            restocked=[int(item) for item in body.get("restock", ())],
            more=max(adjustment, Decimal(0)),
            less=max(-adjustment, Decimal(0)),
        )
        return Done(str(number))
