"""Amazon's orders as the house speaks of them: few at a time, so they are objects; amounts in minor units."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from channelkit.model.decisions import MERCHANT

PENDING_AVAILABILITY, PENDING, UNSHIPPED = "PENDING_AVAILABILITY", "PENDING", "UNSHIPPED"
PARTIALLY_SHIPPED, SHIPPED, CANCELLED = "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED"
UNFULFILLABLE = "UNFULFILLABLE"
STATUSES = (PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED, CANCELLED, UNFULFILLABLE)
"""Amazon's words for where an order stands (Orders v2026-01-01, `FulfillmentStatus`)."""

UNPAID = (PENDING_AVAILABILITY, PENDING)
"""Statuses before the payment is authorised: no money, no address, and no order in Commerce."""

CREATE, INVOICE, SHIP = "create", "invoice", "ship"
CONFIRM, CANCEL, CANCEL_COPY, REFUND = "confirm_shipment", "cancel", "cancel_copy", "refund"
KINDS = (CREATE, INVOICE, SHIP, CONFIRM, CANCEL, CANCEL_COPY, REFUND)
"""What may be done about an order: make its copy in Commerce, invoice it there, note a shipment there that Amazon knows
of, confirm a shipment of Commerce's to Amazon, cancel it on Amazon, cancel its copy, refund a return in Commerce."""

TO_AMAZON = (CONFIRM, CANCEL)
"""Kinds that change Amazon; the others change Commerce."""


@dataclass(frozen=True)
class Address:
    """Where an order goes, as Amazon gives it. Its repr says nothing: it is somebody's data."""

    name: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    city: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True)
class Person:
    """Who bought, and where it goes. Its repr says nothing: it is somebody's data.

    Arguments:
        address: as Amazon gives it.
        correction: the parts of it that a person of the seller's wrote in their stead; the others are empty.
    """

    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    purchase_order: str = field(default="", repr=False)
    address: Address | None = field(default=None, repr=False)
    correction: Address | None = field(default=None, repr=False)

    @property
    def corrected(self) -> Person:
        """Who it is, with the address as it was corrected."""
        if self.correction is None:
            return self
        return replace(self, address=lay_address(self.address, self.correction))


def lay_address(before: Address | None, over: Address) -> Address:
    """Return an address with those parts of another one that are not empty.

    >>> lay_address(Address(city="Oslo", country="NO"), Address(city="Bergen")).city
    'Bergen'
    """
    told = {name: value for name, value in vars(over).items() if value}
    return replace(before or Address(), **told)


@dataclass(frozen=True)
class Amounts:
    """What a line costs, in minor units of the order's currency; a discount is above zero.

    Arguments:
        tax: all of the line's tax; ``tax_shipping`` is the part of it that is on shipping.
    """

    item: int = 0
    shipping: int = 0
    gift_wrap: int = 0
    cod: int = 0
    other: int = 0
    discount: int = 0
    tax: int = 0
    tax_shipping: int = 0


@dataclass(frozen=True)
class Line:
    """One item of an order.

    Arguments:
        ordered, fulfilled, cancelled: units; what is neither fulfilled nor cancelled is still to be sent.
    """

    item_id: str
    seller_sku: str
    asin: str
    title: str
    ordered: int
    fulfilled: int = 0
    cancelled: int = 0
    condition: str = ""
    amounts: Amounts = Amounts()

    @property
    def open(self) -> int:
        return self.ordered - self.fulfilled - self.cancelled


@dataclass(frozen=True)
class Parcel:
    """A package that Amazon knows of; ``units`` by order item."""

    package_id: str
    status: str = ""
    carrier: str = ""
    tracking: str = ""
    service: str = ""
    shipped_at: int | None = None
    units: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Order:
    """One order of Amazon's.

    Arguments:
        fulfilled_by: merchant or amazon.
        created_at, updated_at, ship_by, deliver_by: milliseconds since 1970; the last two are the ends of Amazon's
            windows.
        total: what the buyer pays, in minor units; None while Amazon does not tell (pending).
        replaces: the order that this one replaces without payment; empty for most.
        wants_cancellation: the buyer asked for it; the order is not cancelled by that.
        programs: PRIME, AMAZON_BUSINESS, ...
        country: where it goes; empty while Amazon does not tell.
        lacking: which parts of the person Amazon did not give: name, street, city, postcode, country, phone, email.
        pseudonym: stands for the buyer wherever people look; empty while nothing is known of them.
        person: who it is, straight from Amazon's answer; never read back from the orders' tables.
    """

    order_id: str
    marketplace_id: str
    status: str
    created_at: int
    updated_at: int
    fulfilled_by: str = MERCHANT
    currency: str = ""
    total: int | None = None
    lines: tuple[Line, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    ship_by: int | None = None
    deliver_by: int | None = None
    service_level: str = ""
    programs: tuple[str, ...] = ()
    replaces: str = ""
    wants_cancellation: bool = False
    cancel_reason: str = ""
    country: str = ""
    lacking: tuple[str, ...] = ()
    pseudonym: str = ""
    person: Person | None = field(default=None, repr=False)

    @property
    def units(self) -> int:
        return sum(line.ordered for line in self.lines)

    @property
    def open_units(self) -> int:
        return sum(line.open for line in self.lines)


@dataclass(frozen=True)
class CopyLine:
    """One item of an order in Commerce; ``ext_id`` is Amazon's order item."""

    item_id: int
    ext_id: str
    sku: str
    ordered: int
    shipped: int = 0
    invoiced: int = 0
    cancelled: int = 0
    refunded: int = 0


@dataclass(frozen=True)
class Copy:
    """An order of Amazon's as Commerce has it.

    Arguments:
        entity_id, increment_id: Commerce's number, and the one that people see.
        total: its grand total in minor units.
        address_id: of its shipping address; None where it has none.
    """

    order_id: str
    entity_id: int
    increment_id: str
    state: str
    status: str
    total: int
    updated_at: int
    store_id: int
    lines: tuple[CopyLine, ...] = ()
    address_id: int | None = None


@dataclass(frozen=True)
class Track:
    """How a parcel travels, as a person of the warehouse wrote it down."""

    carrier_code: str
    title: str
    number: str


@dataclass(frozen=True)
class Shipment:
    """A shipment in Commerce of an order's copy; ``units`` by item of the copy."""

    shipment_id: int
    order_id: str
    created_at: int
    tracks: tuple[Track, ...] = ()
    units: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class CreditMemo:
    """A credit memo in Commerce of an order's copy; ``units`` by item of the copy, ``restocked`` those put back."""

    memo_id: int
    order_id: str
    created_at: int
    total: int
    units: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Return:
    """A return that Amazon knows of.

    Arguments:
        return_id: Amazon's RMA with the seller SKU it is of.
        received_at: when it came back; None while it has not.
        refunded: what the buyer got back, in minor units.
    """

    return_id: str
    order_id: str
    seller_sku: str
    units: int
    status: str
    requested_at: int
    received_at: int | None = None
    refunded: int = 0
    reason: str = ""


@dataclass(frozen=True)
class OrderChange:
    """Something that is done about an order, and where it stands: the journal's row.

    Arguments:
        key: tells changes of a kind apart: the shipment's number, the return's; empty where there can be but one.
        body: what is to be done, as JSON and without anybody's data.
        state: planned, held, sent, accepted, refused, confirmed, expired, dropped.
        caused_at: when its cause came to be on the other side, in milliseconds: what its delay is measured from.
    """

    order_id: str
    kind: str
    key: str = ""
    body: str = "{}"
    because: str = ""
    state: str = "planned"
    note: str = ""
    code: str = ""
    caused_at: int | None = None
    ordered_by: str = ""
    id: int = 0
    planned_at: int = 0
    sent_at: int | None = None
    accepted_at: int | None = None
    closed_at: int | None = None
    submission_id: str = ""


@dataclass(frozen=True)
class Stand:
    """Where an order stands with us, for a person: its stage, what stands in the way, and what to do.

    Arguments:
        stage: waiting, viewed, earlier, blocked, planned, created, shipped, complete, cancelled.
        blocker: a name from `channelkit.orders.blockers`; empty where nothing stands in the way.
        since: milliseconds since 1970.
    """

    order_id: str
    stage: str
    blocker: str = ""
    note: str = ""
    next_step: str = ""
    since: int = 0
