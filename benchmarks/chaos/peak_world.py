"""The peak hour's world: the sandbox, in which the script happens at its times whoever is looking."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.chaos.buyers import buy
from benchmarks.chaos.demand import Event
from benchmarks.chaos.on_hand import OnHand
from benchmarks.chaos.rivals import play
from channelkit.sandbox.amazon.listings import Shelf
from channelkit.sandbox.amazon.orders import OPEN, UNPAID
from channelkit.sandbox.stores import US
from channelkit.sandbox.world import World

SOURCE_UNITS = 10_000


@dataclass
class Open:
    """A change of stock in the shop that Amazon does not show yet; the units are below zero where stock fell."""

    at: float
    units: int


@dataclass
class PeakWorld:
    """Lets the script happen, and watches how long it takes to be seen on the other side.

    Arguments:
        began: when the hour begins, in Unix seconds.
        watched: products of which it is remembered what Amazon shows.
        seller_skus: by product.
        seen_after: seconds from changes of stock in the shop to what Amazon shows; ``falls_seen_after`` of those down.
        copied_after: seconds from orders on Amazon to their copies in Commerce.
    """

    world: World
    shelves: dict[str, Shelf]
    book: OnHand
    seller_skus: dict[str, str]
    script: deque[Event]
    began: float
    watched: Sequence[str] = ()
    orders: list[str] = field(default_factory=list)
    seen_after: list[float] = field(default_factory=list)
    falls_seen_after: list[float] = field(default_factory=list)
    copied_after: list[float] = field(default_factory=list)
    _open: dict[str, list[Open]] = field(default_factory=dict)
    _copied: set[str] = field(default_factory=set)
    _copies: int = 0
    _shown: dict[str, int] = field(default_factory=dict)

    @classmethod
    def on(
        cls,
        world: World,
        shelves: dict[str, Shelf],
        *,
        seller_skus: dict[str, str],
        script: Sequence[Event],
        free: dict[str, int],
        promise: float,
        watched: Sequence[str] = (),
    ) -> PeakWorld:
        """Return a world that plays the script from now on, whenever somebody looks at it."""
        book = OnHand(free, promise)
        made = cls(world, shelves, book, seller_skus, deque(script), world.clock.now(), watched)
        made._copies = len(world.commerce.sales.orders)
        world.amazon.before_read = world.commerce.before_read = made.move
        return made

    @property
    def open_changes(self) -> int:
        """How many changes in the shop Amazon does not show yet."""
        return sum(len(changes) for changes in self._open.values())

    @property
    def uncopied(self) -> list[str]:
        """The orders that ought to be in Commerce and are not."""
        log = self.world.amazon.sales.log.current
        return [number for number in self.orders if number not in self._copied and log[number].status in OPEN]

    def move(self) -> None:
        """Let everything happen that has happened by now."""
        now = self.world.clock.now()
        with self.world.amazon.lock, self.world.commerce.lock:
            self._note_shown(now)
            while self.script and self.began + self.script[0].at <= now:
                event = self.script.popleft()
                at = self.began + event.at
                self.world.amazon.settle(at)
                self._note_shown(at)
                self._watch(at)
                play(event, self, at)
            self.world.amazon.settle(now)
            self._note_shown(now)
            self._watch(now)
            self._count_copies(now)

    def buy(self, event: Event, at: float) -> int:
        shelf = self.shelves[event.marketplace]
        for sku in (event.sku, *event.instead):
            seller_sku = self.seller_skus[sku]
            self._note_shown(at, [sku])
            order = buy(self.world.amazon, shelf, {seller_sku: event.units}, at)
            if order is not None:
                self.orders.append(order.order_id)
                self.book.sell(sku, order.units, at)
                return order.units
        return 0

    def cancel(self, ago: int, at: float) -> None:
        if ago > len(self.orders):
            return
        order = self.world.amazon.sales.get(self.orders[-ago])
        if order.status in OPEN | UNPAID:
            self.world.amazon.sales.cancel_order(order.order_id, at, by="BUYER", reason="BUYER_CANCELLED")
            self.book.give_back(self._product(order.lines[0].sku), order.units, at)

    def buy_in_shop(self, sku: str, units: int, at: float) -> int:
        self._note_shown(at, [sku])
        if self.world.commerce.salable(sku, US.website) < units:
            return 0
        self.world.commerce.place_storefront_order(US.website, [(sku, units)], at)
        self.book.sell_in_shop(sku, units, at)
        self._changed(sku, -units, at)
        return units

    def count(self, sku: str, more: int, at: float) -> int:
        commerce = self.world.commerce
        # Nobody counts away what buyers are waiting for.
        more = max(more, -int(commerce.salable(sku, US.website)))
        if more:
            commerce.change_stock(sku, more)
            self.book.correct(sku, more, at)
            self._changed(sku, more, at)
        return more

    def _note_shown(self, at: float, skus: Sequence[str] | None = None) -> None:
        """Remember what Amazon shows of these products, or of what is scarce, where that is not as before."""
        shelf = self.shelves["us"]
        for sku in self.watched if skus is None else skus:
            shown = shelf.listings[self.seller_skus[sku]].quantity
            if shown != self._shown.get(sku):
                self._shown[sku] = shown
                self.book.tell(sku, "Amazon shows", shown, at)

    def _changed(self, sku: str, units: int, at: float) -> None:
        self._open.setdefault(sku, []).append(Open(at, units))

    def _watch(self, at: float) -> None:
        """See whether Amazon shows by now what changed in the shop: no more than there is, and no less after a rise."""
        shelf = self.shelves["us"]
        for sku in list(self._open):
            shown, there = shelf.listings[self.seller_skus[sku]].quantity, max(0, self.book.free[sku])
            still = [each for each in self._open[sku] if (shown > there if each.units < 0 else shown < there)]
            seen = [each for each in self._open[sku] if each not in still]
            self.seen_after += [at - each.at for each in seen]
            self.falls_seen_after += [at - each.at for each in seen if each.units < 0]
            if still:
                self._open[sku] = still
            else:
                del self._open[sku]

    def _count_copies(self, now: float) -> None:
        copies = self.world.commerce.sales.orders
        if len(copies) == self._copies:
            return
        for number in range(self._copies + 1, len(copies) + 1):
            order_id = str(copies[number].fields.get("ext_order_id") or "")
            if order_id and order_id not in self._copied:
                self._copied.add(order_id)
                self.copied_after.append(now - self.world.amazon.sales.get(order_id).created / 1000)
        self._copies = len(copies)

    def _product(self, seller_sku: str) -> str:
        return self._products[seller_sku]

    def __post_init__(self) -> None:
        self._products = {seller_sku: product for product, seller_sku in self.seller_skus.items()}
