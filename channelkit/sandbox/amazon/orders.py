"""What buyers ordered, as records that do not change: whatever happens to an order makes the next version of it."""

from __future__ import annotations

import msgspec

PENDING_AVAILABILITY, PENDING, UNSHIPPED = "PENDING_AVAILABILITY", "PENDING", "UNSHIPPED"
PARTIALLY_SHIPPED, SHIPPED, CANCELLED, UNFULFILLABLE = "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE"
STATUSES = (PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED, CANCELLED, UNFULFILLABLE)
"""Amazon's words for where an order stands (Orders v2026-01-01, `FulfillmentStatus`)."""

UNPAID = frozenset({PENDING_AVAILABILITY, PENDING})
OPEN = frozenset({UNSHIPPED, PARTIALLY_SHIPPED})


class Buyer(msgspec.Struct, frozen=True, gc=False):
    """Who ordered. Made up like all of them; its repr says nothing all the same."""

    name: str = ""
    email: str = ""
    company: str = ""
    purchase_order: str = ""

    def __repr__(self) -> str:
        return "Buyer()"


class Address(msgspec.Struct, frozen=True, gc=False):
    """Where an order goes, as its buyer typed it; an empty text is not shown at all."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    line3: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Address()"


class Charges(msgspec.Struct, frozen=True, gc=False):
    """What all units of a line cost, in minor units of the marketplace's currency; a discount is above zero.

    Arguments:
        tax_item, tax_shipping: on top of the others in America, part of them where the order says ``tax_included``.
    """

    item: int = 0
    shipping: int = 0
    gift_wrap: int = 0
    cod: int = 0
    discount: int = 0
    tax_item: int = 0
    tax_shipping: int = 0

    @property
    def tax(self) -> int:
        return self.tax_item + self.tax_shipping

    def share(self, units: int, of: int) -> Charges:
        """Return what some of the units cost, rounded down.

        >>> Charges(item=1000, tax_item=83).share(1, 2)
        Charges(item=500, shipping=0, gift_wrap=0, cod=0, discount=0, tax_item=41, tax_shipping=0)
        """
        if units == of:
            return self
        return Charges(*(getattr(self, name) * units // of for name in self.__struct_fields__))

    def total(self, *, tax_included: bool) -> int:
        """Return what the buyer pays."""
        paid = self.item + self.shipping + self.gift_wrap + self.cod - self.discount
        return paid if tax_included else paid + self.tax


class OrderLine(msgspec.Struct, frozen=True, gc=False):
    """One item of an order.

    Arguments:
        condition: the listing's number for it (`channelkit.sandbox.amazon.listings.CONDITIONS`); what an item does
            not say by itself comes from its listing when the order is placed.
        request: why the buyer asks to cancel it; empty where nobody asks.
        cancelled_by, cancel_reason: BUYER, MERCHANT or AMAZON, and Amazon's word.
    """

    sku: str
    ordered: int
    charges: Charges = Charges()
    asin: str = ""
    title: str = ""
    condition: str = ""
    note: str = ""
    item_id: str = ""
    fulfilled: int = 0
    cancelled: int = 0
    request: str = ""
    cancelled_by: str = ""
    cancel_reason: str = ""

    @property
    def open(self) -> int:
        """Units that are neither fulfilled nor cancelled."""
        return self.ordered - self.fulfilled - self.cancelled

    @property
    def charged(self) -> Charges:
        """What the units cost that were not cancelled."""
        return self.charges.share(self.ordered - self.cancelled, self.ordered)


class Package(msgspec.Struct, frozen=True, gc=False):
    """One package; ``units`` by order item, times in milliseconds."""

    package_id: str
    carrier: str
    tracking: str
    service: str
    shipped_at: int
    created_at: int
    units: tuple[tuple[str, int], ...]
    status: str = "SHIPPED"


class Order(msgspec.Struct, frozen=True, gc=False):
    """One version of an order. Times are in milliseconds since 1970.

    Arguments:
        packages: Amazon's own are here too, and are not shown.
        replaces: the order whose goods are sent once more, without payment.
        alias: the merchant's own number, as an acknowledgement gave it.
        paid: whether the payment was ever authorised; before that Amazon shows no money and no person.
    """

    order_id: str
    seller_id: str
    marketplace_id: str
    status: str
    created: int
    updated: int
    lines: tuple[OrderLine, ...]
    by_amazon: bool = False
    buyer: Buyer = Buyer()
    address: Address | None = None
    programs: tuple[str, ...] = ()
    service_level: str = "STANDARD"
    ship_from: int = 0
    ship_by: int = 0
    deliver_from: int = 0
    deliver_by: int = 0
    packages: tuple[Package, ...] = ()
    replaces: str = ""
    alias: str = ""
    tax_included: bool = False
    paid: bool = False

    @property
    def units(self) -> int:
        return sum(line.ordered for line in self.lines)

    @property
    def open_units(self) -> int:
        return sum(line.open for line in self.lines)

    @property
    def total(self) -> int:
        """What the buyer pays, without what was cancelled."""
        return sum(line.charged.total(tax_included=self.tax_included) for line in self.lines)

    def line(self, item_id: str) -> OrderLine | None:
        """Return the line of an order item."""
        return next((line for line in self.lines if line.item_id == item_id), None)


class Return(msgspec.Struct, frozen=True, gc=False):
    """Units of a line that a buyer sends back; times in milliseconds, the refund in minor units.

    Arguments:
        received_at: 0 while they have not come back.
    """

    rma: str
    order_id: str
    seller_id: str
    item_id: str
    units: int
    reason: str
    requested_at: int
    refunded: int = 0
    received_at: int = 0
    status: str = "Approved"


def order_number(number: int) -> str:
    """Return the order id of the n-th order, in Amazon's form.

    >>> order_number(12)
    '111-0000000-0000012'
    """
    return f"111-{number // 10_000_000:07d}-{number % 10_000_000:07d}"


def item_number(number: int, place: int) -> str:
    """Return the id of the item at a place of the n-th order, in Amazon's form of 14 digits.

    >>> item_number(12, 0), item_number(12, 1)
    ('60000000001201', '60000000001202')
    """
    return f"{60_000_000_000_000 + number * 100 + place + 1}"
