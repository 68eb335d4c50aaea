"""What two calls say of the same offers, put together: offers and the featured one, and what is said of sellers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from channelkit.amazon.pricing import ItemOffers
from channelkit.model.competition import Compared, Offer

Pair = tuple[str, str]
"""An ASIN, and the condition within which its offers are compared."""


def compare(
    asin: str,
    item: ItemOffers,
    pairs: Sequence[Pair],
    by_pair: dict[Pair, ItemOffers],
    *,
    prices: dict[Pair, int | None],
    ratings: dict[str, tuple[int | None, int | None]],
) -> list[Compared]:
    """Return what is known of an item in each condition that somebody offers it in, and in those that we do.

    Which offer is featured among the new ones, the newer call tells; among others, the older one.
    """
    ours = [condition for each, condition in pairs if each == asin]
    told = [offer.condition for offer in item.offers]
    found = []
    for condition in dict.fromkeys(["New", *told, *ours]):
        rated = by_pair.get((asin, condition))
        offers = [offer for offer in item.offers if offer.condition == condition]
        if condition == "New":
            featured, is_known = item.featured, True
        else:
            featured, is_known = (rated.featured if rated else None), rated is not None
        offers = _with_featured(offers, featured)
        offers = [_with_ratings(offer, ratings) for offer in sorted(offers, key=lambda offer: offer.landed)]
        found.append(Compared(asin, condition, tuple(offers), is_known, prices.get((asin, condition))))
    return found


def _with_featured(offers: Sequence[Offer], featured: Offer | None) -> list[Offer]:
    """Return offers with the featured one marked; where it is not among the lowest, it comes beside them."""
    if featured is None:
        return list(offers)
    place = next((place for place, offer in enumerate(offers) if _is_same(offer, featured)), None)
    if place is None:
        return [*offers, replace(featured, featured=True)]
    return [replace(offer, featured=number == place) for number, offer in enumerate(offers)]


def _is_same(offer: Offer, other: Offer) -> bool:
    return (offer.seller_id, offer.price, offer.shipping) == (other.seller_id, other.price, other.shipping)


def collect_ratings(parts: Sequence[Sequence[Offer]]) -> dict[str, tuple[int | None, int | None]]:
    """Return each seller's feedback and number of ratings, as they were told last."""
    return {
        offer.seller_id: (offer.feedback, offer.ratings)
        for offers in parts
        for offer in offers
        if offer.ratings is not None
    }


def _with_ratings(offer: Offer, ratings: dict[str, tuple[int | None, int | None]]) -> Offer:
    feedback, count = ratings.get(offer.seller_id, (offer.feedback, offer.ratings))
    return replace(offer, feedback=feedback, ratings=count)
