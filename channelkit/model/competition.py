"""What others ask for the same item, whose offer Amazon features, and what it would take to be that one."""

from __future__ import annotations

from dataclasses import dataclass

OFFER_CONDITIONS = ("New", "Used", "Collectible", "Refurbished", "Club")
"""The conditions that offers are compared within (Product Pricing v2022-05-01)."""

VALID = "VALID_FOEP"
"""Amazon's word for: there is an expected price."""


@dataclass(frozen=True)
class Offer:
    """One offer for an item. Money is in minor units of the marketplace's currency.

    Arguments:
        seller_id: Amazon's id of the seller; never a name.
        condition: one of `OFFER_CONDITIONS`.
        subcondition: how worn it is, in Amazon's word: New, Mint, VeryGood, Good, Acceptable, ….
        by_amazon: Amazon ships it; None where that is not told.
        points: money's worth that comes back to the buyer (Japan).
        feedback: percent of the seller's ratings that are positive; None where it is not known.
        ratings: how many ratings the seller has; None where it is not known.
        featured: Amazon features it among those of its condition.
        ours: the store's own seller account offers it.
    """

    seller_id: str
    condition: str
    subcondition: str = ""
    by_amazon: bool | None = None
    price: int = 0
    shipping: int = 0
    points: int = 0
    feedback: int | None = None
    ratings: int | None = None
    featured: bool = False
    ours: bool = False

    @property
    def landed(self) -> int:
        """What a buyer pays: price and shipping, less points."""
        return self.price + self.shipping - self.points


@dataclass(frozen=True)
class Compared:
    """What Amazon says of all offers for an item in one condition.

    Arguments:
        offers: the lowest ones, twenty at the most, and the featured one, the lowest landed price first.
        is_known: Amazon said which offer is featured, or that none is.
        expected: the price, without shipping, at or below which Amazon expects ours to be featured; None where it
            gives none.
    """

    asin: str
    condition: str
    offers: tuple[Offer, ...]
    is_known: bool
    expected: int | None = None

    @property
    def featured(self) -> Offer | None:
        return next((offer for offer in self.offers if offer.featured), None)

    @property
    def lowest(self) -> Offer | None:
        """The lowest offer of somebody else."""
        return min((offer for offer in self.offers if not offer.ours), key=lambda offer: offer.landed, default=None)

    @property
    def won(self) -> bool | None:
        """Whether the featured offer is ours (TB-06); None where it is not known whose it is.

        >>> Compared("B0", "New", (Offer("A1", "New", featured=True, ours=True),), True).won
        True
        >>> Compared("B0", "New", (), True).won, Compared("B0", "Used", (), False).won
        (False, None)
        """
        if not self.is_known:
            return None
        return self.featured is not None and self.featured.ours


@dataclass(frozen=True)
class Expected:
    """What it would take for an offer to be featured.

    Arguments:
        status: Amazon's word: VALID_FOEP, NO_COMPETING_OFFER, OFFER_NOT_ELIGIBLE, …; the list is open.
        price: in minor units, without shipping; None with any status but the first.
    """

    status: str
    price: int | None = None


def condition_of(word: str | None) -> str:
    """Return the condition within which a listing is compared; what says nothing counts as new, as Amazon has it.

    Arguments:
        word: a listing's condition, in Amazon's words.

    >>> condition_of("used_very_good"), condition_of("new_open_box"), condition_of(None)
    ('Used', 'New', 'New')
    """
    found = (word or "").partition("_")[0].capitalize()
    return found if found in OFFER_CONDITIONS else "New"
