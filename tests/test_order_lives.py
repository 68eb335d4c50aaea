"""Random lives of orders: what is offered is never more than there is, and all there is once both sides are even."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.model.marketplaces import marketplace
from channelkit.model.orders import Copy, CopyLine, CreditMemo, Line, Order
from channelkit.model.stock_entries import Entry
from channelkit.orders.ledger import Facts, entries, held
from channelkit.orders.terms import OrderTerms

SITE = marketplace("US")
EDGES = [
    int(datetime(*when, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp() * 1000)
    for when in [
        (2026, 3, 8, 1, 59),
        (2026, 3, 8, 3, 0),
        (2026, 11, 1, 1, 30),
        (2026, 1, 31, 23, 59),
        (2026, 3, 1, 0, 0),
    ]
]
"""Moments at which clocks are put forward and back, and ends of months."""

CONNECTED = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Life:
    """One order on both sides, and the stock of its product; Commerce counts as it does for orders over REST.

    Arguments:
        shelf: units in the source.
        reservations: as Commerce has them: nothing for a copy, and one unit too many for each that is shipped.
    """

    order: Order
    terms: OrderTerms
    shelf: int
    reservations: int = 0
    copy: Copy | None = None
    memos: list[CreditMemo] = field(default_factory=list)
    noted: list[Entry] = field(default_factory=list)

    @property
    def line(self) -> Line:
        return self.order.lines[0]

    def pay(self) -> None:
        if self.order.status == "PENDING":
            self._amazon("UNSHIPPED")

    def make_copy(self) -> None:
        if self.order.status in ("UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED") and self.copy is None:
            line = CopyLine(70, "i1", "MUG", self.line.ordered - self.line.cancelled)
            self.copy = Copy("111", 7, "1", "processing", "processing", 0, 0, 1, (line,))

    def ship(self, units: int) -> None:
        """The warehouse ships in Commerce, which Amazon is told of."""
        units = min(units, self._to_ship(), self.line.open)
        if self.copy is not None and units > 0:
            self._copy(shipped=self.copy.lines[0].shipped + units)
            self.shelf -= units
            self.reservations += units
            fulfilled = self.line.fulfilled + units
            self._amazon("SHIPPED" if self.line.open == units else "PARTIALLY_SHIPPED", fulfilled=fulfilled)

    def cancel_units(self, units: int) -> None:
        """The buyer changes the order before anything is made of it."""
        units = min(units, self.line.open - 1)
        if units > 0 and self.copy is None and self.order.status in ("PENDING", "UNSHIPPED"):
            self._amazon(self.order.status, cancelled=self.line.cancelled + units)

    def cancel(self) -> None:
        if self.order.status in ("PENDING", "UNSHIPPED"):
            self._amazon("CANCELLED", cancelled=self.line.ordered)

    def cancel_copy(self) -> None:
        """Commerce is told of a cancellation, and makes up for a reservation that it never had."""
        if self.copy is not None and self.order.status == "CANCELLED" and self._to_ship():
            self.reservations += self._to_ship()
            self._copy(cancelled=self.copy.lines[0].cancelled + self._to_ship())

    def take_back(self, units: int) -> None:
        """Shipped units come back and are put on the shelf."""
        if self.copy is not None:
            line = self.copy.lines[0]
            units = min(units, line.shipped - line.refunded)
            if units > 0:
                self._copy(refunded=line.refunded + units)
                self.memos.append(CreditMemo(len(self.memos), "111", 0, 0, ((70, units),)))
                self.shelf += units

    def read(self) -> None:
        """Note what both sides tell, twice; the second time is nothing new."""
        copies = () if self.copy is None else (self.copy,)
        for again in (False, True):
            facts = Facts(copies, tuple(self.memos), tuple(self.noted), {"MUG": "MUG"})
            new = entries(self.order, facts, self.terms, self.order.updated_at)
            assert not (again and new)
            self.noted += new

    @property
    def offered(self) -> int:
        return self.shelf + self.reservations - held(self.noted)

    @property
    def free(self) -> int:
        """Units on the shelf that no buyer is to get."""
        counts = self.order.status != "PENDING" or self.terms.reserve_pending
        return self.shelf - (self.line.open if counts else 0)

    @property
    def is_even(self) -> bool:
        """Commerce has done all that follows of what Amazon says."""
        return self.order.status != "CANCELLED" or not self._to_ship()

    def _to_ship(self) -> int:
        if self.copy is None:
            return 0
        line = self.copy.lines[0]
        return line.ordered - line.shipped - line.cancelled

    def _amazon(self, status: str, **line: int) -> None:
        fulfilled, cancelled = (line.get(name, getattr(self.line, name)) for name in ("fulfilled", "cancelled"))
        told = replace(self.line, fulfilled=fulfilled, cancelled=cancelled)
        self.order = replace(self.order, status=status, lines=(told,), updated_at=self.order.updated_at + 1)

    def _copy(self, **line: int) -> None:
        assert self.copy is not None
        before = self.copy.lines[0]
        shipped, cancelled, refunded = (
            line.get(name, getattr(before, name)) for name in ("shipped", "cancelled", "refunded")
        )
        told = replace(before, shipped=shipped, cancelled=cancelled, refunded=refunded)
        self.copy = replace(self.copy, lines=(told,), updated_at=self.copy.updated_at + 1)


DEEDS = st.one_of(
    st.tuples(st.sampled_from(["pay", "make_copy", "cancel", "cancel_copy", "read"])),
    st.tuples(st.sampled_from(["ship", "cancel_units", "take_back"]), st.integers(1, 3)),
)


@settings(max_examples=300)
@given(
    created_at=st.sampled_from(EDGES),
    ordered=st.integers(1, 4),
    reserves=st.booleans(),
    deeds=st.lists(DEEDS, max_size=14),
)
def test_what_is_offered_is_never_more_than_is_free_and_all_of_it_once_both_sides_are_even(
    created_at: int, ordered: int, reserves: bool, deeds: list[tuple[str, int] | tuple[str]]
) -> None:
    order = Order("111", SITE.id, "PENDING", created_at, created_at, lines=(Line("i1", "MUG", "B", "Mug", ordered),))
    terms = OrderTerms("us", "A1", SITE, connected_at=CONNECTED, reserve_pending=reserves)
    life = Life(order, terms, shelf=10)
    for deed in deeds:
        getattr(life, deed[0])(*deed[1:])
        if deed[0] == "read":
            assert life.offered <= life.free
            assert not life.is_even or life.offered == life.free
    life.read()
    life.cancel_copy()
    life.read()
    assert life.offered == life.free


@settings(max_examples=100)
@given(deeds=st.lists(DEEDS, max_size=12), connected=st.sampled_from(EDGES), created=st.sampled_from(EDGES))
def test_or_01_orders_from_before_the_connection_move_no_stock_to_the_millisecond(
    deeds: list[tuple[str, int] | tuple[str]], connected: int, created: int
) -> None:
    """OR-01: pre-integration orders are left alone, also where clocks are put forward or back."""
    order = Order("111", SITE.id, "UNSHIPPED", created, created, lines=(Line("i1", "MUG", "B", "Mug", 2),))
    for connected_at, counts in ((created, True), (created + 1, False), (connected, created >= connected)):
        life = Life(order, OrderTerms("us", "A1", SITE, connected_at=connected_at), shelf=10)
        life.read()
        assert bool(life.noted) == counts
    for deed in deeds:
        if deed[0] in ("pay", "cancel", "cancel_units", "read"):
            early = Life(order, OrderTerms("us", "A1", SITE, connected_at=created + 1), shelf=10)
            getattr(early, deed[0])(*deed[1:])
            early.read()
            assert not early.noted
