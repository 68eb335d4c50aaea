"""Others who offer the same items: they reprice, undercut, mistype, run out and come back, and one is featured.

What a rival does follows from the seed, the item and the time alone, not from how often one looks; only where it
undercuts, it also follows from the price that it undercuts. A test may say itself who offers what.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import price_at
from channelkit.sandbox.amazon.listings import CONDITIONS, Listing, Shelf

if TYPE_CHECKING:
    from channelkit.sandbox.amazon.state import AmazonState

Strategy = Literal["steady", "drift", "undercut"]

HOUR = 3_600.0
SELLERS = 60
"""Rivals of a marketplace; each offers many items."""

ABSENT, MISTYPED = 0.08, 0.012
"""The shares of their spells for which rivals have nothing to sell, and sell for a tenth of what they mean to."""

LEAST_FEEDBACK, LEAST_RATINGS = 80, 10
"""Percent of positive ratings, and ratings, below which an offer is never featured."""

BY_MERCHANT, BY_AMAZON = 103, 100
"""What the prices of merchants who ship themselves are weighed with, and those of offers that Amazon ships."""

TOO_DEAR = 1.5
"""Times the usual price of the item; an offer above it is not featured, and often none is."""

SUBCONDITIONS = {
    **{"like_new": "Mint", "very_good": "VeryGood", "good": "Good", "acceptable": "Acceptable"},
    **{"new": "New", "refurbished": "Refurbished"},
}
"""A listing's word for how worn it is, and the pricing interfaces' word."""

USED_GRADES = ("Mint", "VeryGood", "Good", "Acceptable")


@dataclass(frozen=True)
class Offer:
    """One offer for an item, as Amazon ranks it. Money is in minor units.

    Arguments:
        condition: New, Used, Collectible or Refurbished.
        feedback: percent of the seller's ratings that are positive.
        ratings: how many ratings the seller has.
        eligible: Amazon lets the seller's offers be featured at all.
        sku: of one of our own listings; empty for a rival's.
        strategy: what a rival does with its price as time goes by.
    """

    seller_id: str
    price: int
    shipping: int = 0
    condition: str = "New"
    subcondition: str = "New"
    feedback: int = 95
    ratings: int = 500
    by_amazon: bool = False
    eligible: bool = True
    points: int = 0
    sku: str = ""
    strategy: Strategy = "steady"

    @property
    def landed(self) -> int:
        """What a buyer pays: price and shipping, less what comes back as points."""
        return self.price + self.shipping - self.points

    @property
    def weight(self) -> int:
        """What the landed price is multiplied with before it is compared: a worse seller must be cheaper."""
        return (BY_AMAZON if self.by_amazon else BY_MERCHANT) * (600 - self.feedback)

    @property
    def may_be_featured(self) -> bool:
        known = self.by_amazon or (self.feedback >= LEAST_FEEDBACK and self.ratings >= LEAST_RATINGS)
        return self.eligible and known


class Rivals:
    """All offers for all items, ours among them."""

    def __init__(self, state: AmazonState) -> None:
        self._state = state
        self._bases: dict[tuple[str, str], int] = {}
        self._set: dict[tuple[str, str], tuple[Offer, ...]] = {}

    def set(self, marketplace_id: str, asin: str, offers: Sequence[Offer]) -> None:
        """Let exactly these offers of others stand for an item from now on; they do nothing by themselves."""
        self._set[marketplace_id, asin] = tuple(offers)

    def offers(self, shelf: Shelf, asin: str, at: float) -> list[Offer]:
        """Return all offers for an item at a time in Unix seconds, the lowest landed price first."""
        ours = [own_offer(shelf, listing, at) for listing in shelf.with_asin(asin) if "BUYABLE" in listing.status]
        others = self._set.get((shelf.marketplace.id, asin))
        if others is None:
            others = tuple(self._made_up(shelf, asin, at, min((offer.landed for offer in ours), default=None)))
        return sorted([*ours, *others], key=lambda offer: (offer.landed, offer.seller_id, offer.sku))

    def usual_price(self, shelf: Shelf, asin: str) -> int:
        """Return what an item usually costs in a marketplace: what we asked when it was first looked at."""
        key = (shelf.marketplace.id, asin)
        if key not in self._bases:
            prices = [listing.price for listing in shelf.with_asin(asin) if listing.price]
            self._bases[key] = min(prices, default=29 * 10**shelf.marketplace.digits)
        return self._bases[key]

    def featured(self, offers: Sequence[Offer], condition: str, usual: int) -> Offer | None:
        """Return the offer that Amazon features among those of a condition, or None where none is good enough."""
        able = [
            offer
            for offer in offers
            if offer.condition == condition and offer.may_be_featured and offer.landed <= usual * TOO_DEAR
        ]
        return min(able, key=lambda offer: (offer.landed * offer.weight, offer.seller_id, offer.sku), default=None)

    def _made_up(self, shelf: Shelf, asin: str, at: float, ours: int | None) -> list[Offer]:
        place, found = shelf.marketplace, []
        usual = self.usual_price(shelf, asin)
        for number, offer in enumerate(make_rivals(self._state.seed, place, asin, usual)):
            now = _at_time(offer, f"{self._state.seed}:{place.id}:{asin}:{number}", at, ours)
            if now is not None:
                found.append(now)
        return found


def own_offer(shelf: Shelf, listing: Listing, at: float) -> Offer:
    """Return one of our listings as an offer at a time; a third of those that we ship ourselves charge for that."""
    condition, _, grade = CONDITIONS[listing.condition].partition("_")
    is_free = listing.by_amazon or listing.number % 3 > 0
    return Offer(
        seller_id=shelf.seller_id,
        price=price_at(listing, shelf.marketplace, at) or 0,
        shipping=0 if is_free else 499 if shelf.marketplace.digits else 500,
        condition=condition.capitalize(),
        subcondition=SUBCONDITIONS[grade],
        feedback=97,
        ratings=1_240,
        by_amazon=listing.by_amazon,
        sku=listing.sku,
    )


def make_rivals(seed: int, place: Marketplace, asin: str, usual: int) -> list[Offer]:
    """Return who else offers an item, with the price that each begins from.

    Arguments:
        usual: what the item usually costs, in minor units.
    """
    rng = random.Random(f"rivals:{seed}:{place.id}:{asin}")
    count = rng.choices((0, 1, 2, 3, 5, 8, 26), (12, 18, 24, 20, 14, 9, 3))[0]
    return [_one_rival(rng, seed, place, number, usual) for number in rng.sample(range(SELLERS), count)]


def seller_of(seed: int, marketplace_id: str, number: int) -> tuple[str, int, int, bool]:
    """Return a rival's id, its percent of positive ratings, how many it has, and whether it may be featured."""
    rng = random.Random(f"seller:{seed}:{marketplace_id}:{number}")
    seller_id = "A" + "".join(rng.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=13))
    feedback = rng.choices((rng.randint(96, 100), rng.randint(88, 95), rng.randint(60, 87)), (70, 20, 10))[0]
    return seller_id, feedback, int(10 ** rng.uniform(0.5, 4.6)), rng.random() < 0.9


def _one_rival(rng: random.Random, seed: int, place: Marketplace, number: int, usual: int) -> Offer:
    seller_id, feedback, ratings, eligible = seller_of(seed, place.id, number)
    condition = rng.choices(("New", "Used", "Refurbished", "Collectible"), (76, 18, 4, 2))[0]
    worth = {"New": 1.0, "Used": 0.72, "Refurbished": 0.8, "Collectible": 1.4}[condition]
    grade = {"New": "New", "Refurbished": "Refurbished"}.get(condition) or rng.choice(USED_GRADES)
    by_amazon = rng.random() < 0.3
    price = max(1, round(usual * worth * rng.uniform(0.93, 1.15)))
    charges = (0, 0, 399, 599) if place.digits else (0, 0, 350, 600)
    return Offer(
        seller_id=seller_id,
        price=price,
        shipping=0 if by_amazon else rng.choice(charges),
        condition=condition,
        subcondition=grade,
        feedback=feedback,
        ratings=ratings,
        by_amazon=by_amazon,
        eligible=eligible,
        points=price // 100 if place.country == "JP" and rng.random() < 0.5 else 0,
        strategy=rng.choices(("steady", "drift", "undercut"), (30, 45, 25))[0],
    )


def _at_time(offer: Offer, name: str, at: float, ours: int | None) -> Offer | None:
    """Return an offer as it is in the spell that a time falls into, or None where the rival has nothing to sell."""
    spell = random.Random(f"spell:{name}").uniform(2.0, 12.0) * HOUR
    rng = random.Random(f"{name}:{int(at // spell)}")
    chance, drift = rng.random(), rng.uniform(0.94, 1.06)
    if chance < ABSENT:
        return None
    price = offer.price
    if offer.strategy == "drift":
        price = round(price * drift)
    elif offer.strategy == "undercut" and ours is not None and offer.condition == "New":
        # It goes below us as far as it can bear, and no further.
        price = min(price, max(round(offer.price * 0.85), round(ours * 0.99) - offer.shipping + offer.points))
    if chance > 1 - MISTYPED:
        price = price // 10
    return replace(offer, price=max(1, price))


def by_condition(offers: Sequence[Offer]) -> Mapping[str, list[Offer]]:
    """Return offers by condition, each in their order."""
    found: dict[str, list[Offer]] = {}
    for offer in offers:
        found.setdefault(offer.condition, []).append(offer)
    return found
