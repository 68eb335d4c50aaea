"""One order as a person looks at it: details and shipping, its items, its tracking (OR-08).

A card with three tabs for a notebook, text for a terminal, plain values for another program. Who bought is told by a
pseudonym alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from channelkit.errors import UsageError
from channelkit.model.decisions import MERCHANT
from channelkit.model.marketplaces import Marketplace, currency_digits
from channelkit.model.orders import Copy, CreditMemo, Line, Order, OrderChange, Return, Shipment, Stand
from channelkit.report.order_words import DEEDS, STAGES, is_to_ship, status_words, time_left
from channelkit.report.wording import iso


@dataclass(frozen=True)
class OrderDetails:
    """All that is known of one order, but for who bought it.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        stand: where it stands with us; None where no cycle has decided about it yet.
        reserved: units that are held for it; None where the stock ledger has none of it.
        products: seller SKU to the SKU of the linked product.
        delivered_at: when its last parcel was first seen delivered, in milliseconds since 1970.
        revealing: shows who bought it and where it goes; what `reveal` calls.
    """

    store: str
    site: Marketplace
    order: Order
    now_ms: int
    stand: Stand | None = None
    copies: tuple[Copy, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    credit_memos: tuple[CreditMemo, ...] = ()
    returns: tuple[Return, ...] = ()
    changes: tuple[OrderChange, ...] = ()
    reserved: int | None = None
    products: Mapping[str, str] = field(default_factory=dict)
    delivered_at: int | None = None
    revealing: Callable[[str], Any] | None = field(default=None, repr=False)

    def reveal(self, purpose: str) -> Any:
        """Show who bought it and where it goes, on the screen and nowhere else; that you looked is kept.

        Arguments:
            purpose: what for.

        Raises:
            UsageError: no purpose is named, or nothing is kept of the person (any more).
        """
        if self.revealing is None:
            raise UsageError(
                "These details were not opened by a kit.", "Open them with store.orders.show(ORDER), and ask there."
            )
        return self.revealing(purpose)

    @property
    def numbers(self) -> str:
        """Commerce's number; several where the order is there more than once."""
        return ", ".join(copy.increment_id for copy in self.copies)

    @property
    def time_left(self) -> str:
        """How long there is left to ship; empty where nothing is to be shipped."""
        waits = is_to_ship(self.order.status, self.order.fulfilled_by)
        return time_left(self.order.ship_by, self.now_ms) if waits else ""

    @property
    def is_late(self) -> bool:
        return bool(self.time_left) and (self.order.ship_by or 0) < self.now_ms

    @property
    def stage_words(self) -> str:
        if self.stand is None:
            return "Not decided yet"
        return STAGES.get(self.stand.stage, self.stand.stage)

    @property
    def shipped(self) -> int:
        """Units that Amazon knows to be shipped."""
        return sum(line.fulfilled for line in self.order.lines)

    @property
    def is_merchant(self) -> bool:
        return self.order.fulfilled_by == MERCHANT

    def line_of(self, item_id: str) -> Line | None:
        """Return a line by Amazon's number of the order's item."""
        return next((line for line in self.order.lines if line.item_id == item_id), None)

    def item_of(self, copy_item: int) -> str:
        """Return Amazon's number of an order's item by Commerce's number of it; empty where it has none."""
        found = (line.ext_id for copy in self.copies for line in copy.lines if line.item_id == copy_item)
        return next(found, "")

    def amount(self, minor: int | None) -> Decimal | None:
        """Return an amount in the order's currency."""
        return None if minor is None else Decimal(minor).scaleb(-currency_digits(self.order.currency))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for another program: amounts as exact text, times in ISO 8601 (UTC)."""
        order, stand = self.order, self.stand
        times = ("created_at", "updated_at", "ship_by", "deliver_by")
        return {
            "store": self.store,
            "order_number": order.order_id,
            "marketplace": self.site.country,
            "status": order.status,
            "stage": stand.stage if stand else "",
            "blocker": stand.blocker if stand else "",
            "note": stand.note if stand else "",
            "next_step": stand.next_step if stand else "",
            "buyer": order.pseudonym,
            "lacking": list(order.lacking),
            "country": order.country,
            "currency": order.currency,
            "grand_total": self._text(order.total),
            "reserved": self.reserved,
            "fulfilled_by": order.fulfilled_by,
            "service_level": order.service_level,
            "programs": list(order.programs),
            "replaces": order.replaces,
            "wants_cancellation": order.wants_cancellation,
            "cancel_reason": order.cancel_reason,
            **{name: iso(getattr(order, name)) for name in times},
            "delivered_at": iso(self.delivered_at),
            "time_left": self.time_left,
            "items": [self._item(line) for line in order.lines],
            "parcels": [
                asdict(parcel) | {"shipped_at": iso(parcel.shipped_at), "units": dict(parcel.units)}
                for parcel in order.parcels
            ],
            "copies": [
                {
                    "number": copy.increment_id,
                    "entity_id": copy.entity_id,
                    "state": copy.state,
                    "status": copy.status,
                    "grand_total": self._text(copy.total),
                }
                for copy in self.copies
            ],
            "shipments": [asdict(shipment) | {"created_at": iso(shipment.created_at)} for shipment in self.shipments],
            "credit_memos": [
                asdict(memo) | {"created_at": iso(memo.created_at), "total": self._text(memo.total)}
                for memo in self.credit_memos
            ],
            "returns": [
                asdict(back)
                | {"requested_at": iso(back.requested_at), "received_at": iso(back.received_at)}
                | {"refunded": self._text(back.refunded)}
                for back in self.returns
            ],
            "changes": [
                {
                    "kind": change.kind,
                    "key": change.key,
                    "state": change.state,
                    "because": change.because,
                    "note": change.note,
                    "by": change.ordered_by,
                    **{name: iso(getattr(change, name)) for name in ("planned_at", "sent_at", "closed_at")},
                }
                for change in self.changes
            ],
        }

    def __str__(self) -> str:
        from channelkit.report.order_details_text import write_text  # noqa: PLC0415 - only where something is shown

        return write_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from channelkit.report.order_details_card import order_card  # noqa: PLC0415 - only where something is shown

        return order_card(self)

    def _item(self, line: Line) -> dict[str, Any]:
        told = {name: self._text(amount) for name, amount in asdict(line.amounts).items()}
        return asdict(line) | {"product_sku": self.products.get(line.seller_sku, ""), "amounts": told}

    def _text(self, minor: int | None) -> str | None:
        amount = self.amount(minor)
        return None if amount is None else str(amount)


def deed_words(change: OrderChange) -> str:
    """Return what a change does about an order.

    >>> deed_words(OrderChange("1", "create"))
    'Create it in Commerce'
    """
    return DEEDS.get(change.kind, status_words(change.kind))
