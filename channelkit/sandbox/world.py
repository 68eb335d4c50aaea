"""Time passing: buyers buy, stock and prices change, Amazon suppresses, sellers type in Seller Central.

What happens in a minute follows from the seed and the minute alone, not from how often one looks.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from decimal import Decimal

from channelkit.sandbox.amazon.listings import Issue, Listing, Shelf
from channelkit.sandbox.amazon.people import planted
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.buyers import decide_fate
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.authorization import CommerceCredentials
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.commerce.warehouse import Warehouse
from channelkit.sandbox.stores import PracticeStore

MINUTE = 60.0
ORDERS_PER_PRODUCTS = 300
"""For so many listings one order comes in a minute."""
MOST_ORDERS = 50

SUPPRESSIONS = (
    Issue(
        "18303",
        "Amazon suspects a price error. Confirm or correct the price of this offer.",
        "ERROR",
        ("INVALID_PRICE",),
        ("purchasable_offer",),
        ("LISTING_SUPPRESSED",),
    ),
    Issue(
        "18447",
        "This product needs approval before it can be sold. Send the documents that Seller Central asks for.",
        "ERROR",
        ("QUALIFICATION_REQUIRED",),
        (),
        ("LISTING_SUPPRESSED",),
    ),
)


class World:
    """Both sides of the sandbox, and time.

    Arguments:
        skus: the Commerce SKUs whose stock and price change; those with listings, by preference.
        stores: the Amazon stores that are offered for practice.
        quiet: nothing happens by itself; what was accepted still takes effect.
    """

    def __init__(
        self,
        amazon: AmazonState,
        commerce: CommerceState,
        clock: SandboxClock,
        seed: int,
        *,
        skus: Sequence[str] = (),
        stores: Sequence[PracticeStore] = (),
        credentials: CommerceCredentials,
        quiet: bool = False,
    ) -> None:
        self.amazon = amazon
        self.commerce = commerce
        self.clock = clock
        self.seed = seed
        self.stores = tuple(stores)
        self.credentials = credentials
        self.quiet = quiet
        self.started = clock.now()
        self._warehouse = Warehouse(commerce, seed)
        self._skus = list(skus)
        self._shelves = [shelf for account in amazon.accounts.values() for shelf in account.shelves.values()]
        self._listed = [list(shelf.listings) for shelf in self._shelves]
        self._minute = 0
        self._later: dict[int, list[Callable[[float], None]]] = {}
        self._lock = threading.RLock()
        self._at: float | None = None
        amazon.before_read = commerce.before_read = self.move
        # While the world catches up, a change bears the time at which it happened.
        commerce.clock = self

    def now(self) -> float:
        """Return the sandbox's time, or the minute that the world has come to while it catches up."""
        return self.clock.now() if self._at is None else self._at

    def move(self) -> None:
        """Let everything happen that has happened by now."""
        now = self.clock.now()
        with self._lock:
            while not self.quiet and self.started + (self._minute + 1) * MINUTE <= now:
                self._minute += 1
                at = self.started + self._minute * MINUTE
                with self.amazon.lock, self.commerce.lock:
                    self.amazon.settle(at)
                    self._at = at
                    try:
                        self._happen(self._minute, at)
                    finally:
                        self._at = None
            with self.amazon.lock:
                self.amazon.settle(now)

    def _happen(self, minute: int, at: float) -> None:
        rng = random.Random(f"world:{self.seed}:{minute}")
        for happen in self._later.pop(minute, ()):
            happen(at)
        self._warehouse.work(minute)
        for every, offset, happens in (
            (1, 0, self._buy),
            (2, 0, self._move_stock),
            (4, 1, self._reprice),
            (12, 8, self._suppress),
            (15, 7, self._edit),
            (20, 6, self._disable),
            (90, 5, self._remove),
            (60, 11, self._list_by_hand),
        ):
            if minute % every == offset % every and minute >= offset:
                happens(rng, minute, at)

    def _buy(self, rng: random.Random, minute: int, at: float) -> None:
        count = min(MOST_ORDERS, max(1, round(len(self._skus) / ORDERS_PER_PRODUCTS)))
        for _ in range(count):
            shelf, sku = self._somewhere(rng)
            units = rng.choice((1, 1, 1, 2, 3))
            listing = self._near(shelf, sku, _is_buyable)
            # Now and then something else goes into the basket.
            other = self._near(shelf, sku + 17, _is_buyable) if (sku + minute) % 20 == 0 else None
            more = {} if other is None else {other.sku: 1}
            order = None if listing is None else self.amazon.buy(shelf, listing.sku, units, at, more=more)
            if order is not None:
                decide_fate(self.amazon, order)

    def people(self) -> frozenset[str]:
        """Return every name, company, e-mail, phone and street of all buyers, to search what was written for."""
        return planted(self.amazon.orders)

    def _move_stock(self, rng: random.Random, _minute: int, _at: float) -> None:
        sku = self._some_product(rng)
        delta = rng.choice((-4, -3, -2, -1, -1, 6, 12))
        source = rng.choice(list(self.commerce.inventory.sources))
        if sku is not None:
            held = [name for name, _ in self.commerce.inventory.of(sku)]
            self.commerce.change_stock(sku, delta, source if source in held else None)

    def _reprice(self, rng: random.Random, _minute: int, _at: float) -> None:
        sku = self._some_product(rng)
        factor = Decimal(rng.choice((93, 95, 97, 103, 105, 108))) / 100
        if sku is None:
            return
        product = self.commerce.catalog.get(sku)
        price = product.values.get("price")
        if isinstance(price, Decimal) and price > 0:
            self.commerce.set_price(sku, (price * factor).quantize(Decimal("0.01")))

    def _disable(self, rng: random.Random, minute: int, _at: float) -> None:
        sku = self._some_product(rng)
        if sku is None:
            return
        self.commerce.set_enabled(sku, False)
        self._later.setdefault(minute + 40, []).append(lambda _at: self._enable(sku))

    def _enable(self, sku: str) -> None:
        if sku in self.commerce.catalog:
            self.commerce.set_enabled(sku, True)

    def _suppress(self, rng: random.Random, minute: int, at: float) -> None:
        shelf, sku = self._somewhere(rng)
        issue = rng.choice(SUPPRESSIONS)
        listing = self._near(shelf, sku, _is_sold_by_merchant)
        if listing is None:
            return
        self.amazon.complain(shelf, listing.sku, issue, at)
        found = listing.sku
        self._later.setdefault(minute + 30, []).append(lambda at: self._clear(shelf, found, issue.code, at))

    def _clear(self, shelf: Shelf, sku: str, code: str, at: float) -> None:
        if sku in shelf.listings:
            self.amazon.relent(shelf, sku, code, at)

    def _edit(self, rng: random.Random, _minute: int, at: float) -> None:
        shelf, sku = self._somewhere(rng)
        factor = rng.choice((0.9, 0.95, 1.05, 1.1))
        listing = self._near(shelf, sku, _is_sold_by_merchant)
        if listing is not None and listing.price is not None:
            self.amazon.set_price(shelf, listing.sku, max(1, round(listing.price * factor)), at)

    def _remove(self, rng: random.Random, _minute: int, _at: float) -> None:
        shelf, sku = self._somewhere(rng)
        listing = self._near(shelf, sku, _is_sold_by_merchant)
        if listing is not None:
            shelf.remove(listing.sku)

    def _list_by_hand(self, rng: random.Random, minute: int, at: float) -> None:
        shelf, sku = self._somewhere(rng)
        listing = self._near(shelf, sku, lambda listing: listing.item is not None)
        name = f"BY-HAND-{minute}"
        if listing is not None and name not in shelf.listings:
            price = listing.price or 1999
            self.amazon.add_listing(shelf, name, listing.item, price=price, quantity=1, created=at, condition="2")

    def _somewhere(self, rng: random.Random) -> tuple[Shelf, int]:
        """Return a shelf and a place on it, more often where there is more."""
        total = sum(len(listed) for listed in self._listed)
        place = int(rng.random() * total)
        for shelf, listed in zip(self._shelves, self._listed, strict=True):
            if place < len(listed):
                return shelf, place
            place -= len(listed)
        return self._shelves[0], 0

    def _near(self, shelf: Shelf, place: int, suits: Callable[[Listing], bool]) -> Listing | None:
        """Return the first listing from a place on that suits."""
        listed = self._listed[self._shelves.index(shelf)]
        for step in range(min(len(listed), 100)):
            listing = shelf.listings.get(listed[(place + step) % len(listed)])
            if listing is not None and suits(listing):
                return listing
        return None

    def _some_product(self, rng: random.Random) -> str | None:
        place = rng.random()
        if not self._skus:
            return None
        sku = self._skus[int(place * len(self._skus))]
        return sku if sku in self.commerce.catalog else None


def _is_buyable(listing: Listing) -> bool:
    return "BUYABLE" in listing.status


def _is_sold_by_merchant(listing: Listing) -> bool:
    return "BUYABLE" in listing.status and not listing.by_amazon
