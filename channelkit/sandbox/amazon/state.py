"""All that this Amazon knows, and what may happen to it.

Nothing here waits: whatever takes Amazon a while is put in a queue by the sandbox time at which it is to happen, and
``settle`` lets everything happen that is due. A write that was accepted is such a thing.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from channelkit.model.marketplaces import Region
from channelkit.model.marketplaces import marketplace as find_marketplace
from channelkit.sandbox.amazon import attributes, effects
from channelkit.sandbox.amazon.accounts import Account
from channelkit.sandbox.amazon.attributes import AVAILABILITY, OFFER
from channelkit.sandbox.amazon.feeds import Feeds
from channelkit.sandbox.amazon.items import Item, Items
from channelkit.sandbox.amazon.listings import MERCHANT, Issue, Listing, Shelf
from channelkit.sandbox.amazon.orders import Order
from channelkit.sandbox.amazon.reports import Reports
from channelkit.sandbox.amazon.rivals import Rivals
from channelkit.sandbox.amazon.sales import Sales
from channelkit.sandbox.amazon.submissions import Patch

WHOLE = ""
"""What a write is of that concerns a whole listing."""


class Clock(Protocol):
    """Whatever tells the sandbox's time, in Unix seconds."""

    def now(self) -> float: ...


@dataclass(frozen=True)
class Lags:
    """How long Amazon takes to show what it accepted, in sandbox seconds, from and to."""

    quantity: tuple[float, float] = (20.0, 60.0)
    price: tuple[float, float] = (60.0, 180.0)
    creation: tuple[float, float] = (300.0, 900.0)
    approval: tuple[float, float] = (60.0, 300.0)


@dataclass
class AmazonState:
    """One Amazon: its catalog, its sellers, their listings, reports and orders.

    Arguments:
        clock: tells the sandbox's time.
        regions: which region's endpoint each port is; a seller of another region is not known there.
        before_read: called before the server answers, so that time passing moves the world by itself.
        throttling: whether the published quotas are kept.
        coming: the items of listings that were accepted and are not shown yet, by seller, marketplace and SKU.
        asked_more: what definitions ask for on top, by product type.
        pictures: where pictures of items are served; empty while nobody serves them.
    """

    clock: Clock
    seed: int = 0
    lags: Lags = field(default_factory=Lags)
    throttling: bool = True
    regions: dict[int, Region] = field(default_factory=dict)
    before_read: Callable[[], object] = lambda: None
    items: Items = field(default_factory=Items)
    accounts: dict[str, Account] = field(default_factory=dict)
    reports: Reports = field(default_factory=Reports)
    feeds: Feeds = field(default_factory=Feeds)
    coming: dict[tuple[str, str, str], Item] = field(default_factory=dict)
    asked_more: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _due: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _last_due: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)
    _counter: int = 0
    _numbers: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(f"amazon:{self.seed}")
        self.sales = Sales(self)
        self.rivals = Rivals(self)

    @property
    def orders(self) -> list[Order]:
        """Every order as it stands now, in the order in which they were placed."""
        return list(self.sales.log.current.values())

    def add_account(
        self, seller_id: str, region: Region, name: str, *, client_id: str, client_secret: str, refresh_token: str
    ) -> Account:
        """Add a seller account; its marketplaces come by ``add_marketplace``."""
        account = Account(seller_id, region, name, client_id, client_secret, refresh_token)
        return self.accounts.setdefault(seller_id, account)

    def add_marketplace(self, seller_id: str, name: str) -> Shelf:
        """Let a seller sell in a marketplace, named by id or country."""
        return self.accounts[seller_id].add_marketplace(find_marketplace(name))

    def shelf(self, seller_id: str, marketplace_id: str) -> Shelf:
        """Return the listings of a seller in a marketplace.

        Raises:
            KeyError: the seller does not sell there.
        """
        return self.accounts[seller_id].shelves[marketplace_id]

    def add_listing(
        self,
        shelf: Shelf,
        sku: str,
        item: Item | None,
        *,
        price: int | None,
        quantity: int,
        created: float,
        updated: float | None = None,
        channel: str = MERCHANT,
        condition: str = "11",
        product_id: str = "",
        title: str = "",
        note: str = "",
        issues: Sequence[Issue] = (),
        closed: bool = False,
    ) -> Listing:
        """Add a listing as it stands; times are Unix seconds, the price in minor units."""
        self._numbers += 1
        listing = Listing(
            sku=sku,
            item=item,
            number=self._numbers,
            price=price,
            quantity=quantity,
            created=int(created * 1000),
            updated=int((created if updated is None else updated) * 1000),
            channel=channel,
            condition=condition,
            product_id=product_id or (item.asin if item else ""),
            title=title,
            note=note,
            issues=tuple(issues),
            closed=closed,
        )
        return shelf.add(listing)

    def settle(self, until: float) -> None:
        """Let everything happen that is due by then, in Unix seconds of sandbox time."""
        while self._due and self._due[0][0] <= until:
            at, _, happen = heapq.heappop(self._due)
            happen(at)

    def later(self, at: float, happen: Callable[[float], None]) -> None:
        """Let something happen at a sandbox time; it is told that time."""
        self._counter += 1
        heapq.heappush(self._due, (at, self._counter, happen))

    def submit_patches(self, shelf: Shelf, sku: str, patches: Sequence[Patch]) -> None:
        """Accept patches of a listing; they take effect after Amazon's lag, quantities sooner than prices."""
        for patch in patches:
            lag = self.lags.quantity if patch.name == AVAILABILITY else self.lags.price
            self.later(self._due_time(shelf, sku, patch.name, lag), effects.patching(self, shelf, sku, patch))

    def submit_listing(self, shelf: Shelf, sku: str, item: Item, document: dict[str, attributes.Document]) -> None:
        """Accept a whole listing; it takes effect after Amazon's lag, over whatever was there."""
        self.coming[shelf.seller_id, shelf.marketplace.id, sku] = item
        at = self._due_time(shelf, sku, WHOLE, self.lags.creation)
        self.later(at, effects.listing(self, shelf, sku, item, document))

    def submit_removal(self, shelf: Shelf, sku: str) -> None:
        """Accept that a listing goes; it is gone after Amazon's lag."""
        self.later(self._due_time(shelf, sku, WHOLE, self.lags.quantity), effects.removal(shelf, sku))

    def item_of(self, shelf: Shelf, sku: str) -> Item | None:
        """Return which item a seller SKU is, whether Amazon shows the listing already or not; None for neither."""
        listing = shelf.listings.get(sku)
        coming = self.coming.get((shelf.seller_id, shelf.marketplace.id, sku))
        return coming or (listing.item if listing else None)

    def is_known(self, shelf: Shelf, sku: str) -> bool:
        """Tell whether there is a listing, or one was accepted that Amazon does not show yet."""
        return sku in shelf.listings or (shelf.seller_id, shelf.marketplace.id, sku) in self.coming

    def _due_time(self, shelf: Shelf, sku: str, name: str, lag: tuple[float, float]) -> float:
        # A later write to the same attribute never overtakes an earlier one, and none overtakes a whole listing.
        others = self._last_due.setdefault((shelf.seller_id, sku), {})
        earlier = others.values() if name == WHOLE else (others.get(name, 0.0), others.get(WHOLE, 0.0))
        others[name] = max(self.clock.now() + self.random.uniform(*lag), *earlier, 0.0)
        return others[name]

    def set_price(self, shelf: Shelf, sku: str, price: int, at: float) -> None:
        """Let the seller change a price in Seller Central, at once, in minor units."""
        listing = shelf.listings[sku]
        before = attributes.read(listing, shelf.marketplace, OFFER)
        amount = [{"schedule": [{"value_with_tax": attributes.major(price, shelf.marketplace.digits)}]}]
        change = {"marketplace_id": shelf.marketplace.id, "currency": shelf.marketplace.currency, "our_price": amount}
        after = attributes.patched(OFFER, before, "merge", [change])
        attributes.write(listing, shelf.marketplace, OFFER, after)
        shelf.touch(listing, int(at * 1000))

    def set_quantity(self, seller_id: str, sku: str, quantity: int, at: float) -> None:
        """Change what is offered of a SKU, wherever the seller offers it."""
        for shelf in self.accounts[seller_id].shelves.values():
            listing = shelf.listings.get(sku)
            if listing is None:
                continue
            if listing.by_amazon:
                listing.quantity = quantity
            else:
                before = attributes.read(listing, shelf.marketplace, AVAILABILITY)
                change = [{"fulfillment_channel_code": MERCHANT, "quantity": quantity}]
                after = attributes.patched(AVAILABILITY, before, "merge", change)
                attributes.write(listing, shelf.marketplace, AVAILABILITY, after)
            shelf.touch(listing, int(at * 1000))

    def buy(
        self,
        shelf: Shelf,
        sku: str,
        quantity: int,
        at: float,
        *,
        pending_for: float | None = None,
        more: Mapping[str, int] | None = None,
    ) -> Order | None:
        """Let a buyer order what can be bought; return the order, or None where nothing can.

        Arguments:
            pending_for: seconds until the payment is authorised; None draws 1 to 30 minutes, 0 is at once.
            more: units of other SKUs in the same order, as far as they are fulfilled alike and can be bought.
        """
        return self.sales.buy(shelf, {sku: quantity, **(more or {})}, at, pending_for=pending_for)

    def complain(self, shelf: Shelf, sku: str, issue: Issue, at: float) -> None:
        """Put an issue on a listing; one of the same code goes."""
        listing = shelf.listings[sku]
        listing.issues = (*(known for known in listing.issues if known.code != issue.code), issue)
        shelf.touch(listing, int(at * 1000))

    def relent(self, shelf: Shelf, sku: str, code: str, at: float) -> None:
        """Take the issue with this code off a listing."""
        listing = shelf.listings[sku]
        listing.issues = tuple(known for known in listing.issues if known.code != code)
        shelf.touch(listing, int(at * 1000))
