"""The settings of a store's prices: where they come from, what is added, and what bounds them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec

BUSINESS_COUNTRIES = ("US", "CA", "MX", "UK", "DE", "FR", "IT", "ES", "IN", "JP")
"""Where Amazon has prices for businesses."""

Hours = Annotated[int, msgspec.Meta(ge=1, le=168)]
Tier = tuple[Annotated[int, msgspec.Meta(ge=2)], str]


class PriceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store's prices are made (LS-04 to LS-10, PR-11, PR-12).

    Numbers that multiply money are texts, so that none is ever read as a binary fraction.

    Arguments:
        source: code of the price attribute that they come from; what is empty there falls back to ``price``.
        scope: whose value counts: own (the store's own website), global (the one for all websites), or websites (the
            first of the websites that has one of its own).
        website_order: codes of websites, in the order in which they are asked; those that are not named come last, in
            the order of their numbers. Commerce's interface does not tell the sort order that its pages show.
        minimum, list_price, cost: codes of attributes with MAP, MSRP and own cost; empty for none.
        sale, sale_from, sale_to: codes of attributes with a special price and its days; empty for none.
        currency_conversion: disabled, or commerce: by Commerce's own rates.
        vat: percent added after all rules, such as ``19.00``; empty for none.
        product_tax_code: Amazon's, for what is listed anew in the United Kingdom; empty leaves Amazon's own.
        business: business prices are kept (LS-10); off leaves them alone.
        tiers: at least so many units, so many percent off: ``[[5, "5"], [10, "8"]]``; five at the most.
        competition_hours: hours for which what was read of others' offers is acted on.
        doubt_below: an offer that is more than so many percent below what is usual may be mistyped, and is not acted on
            at once; 0 doubts none.
        doubt_hours: hours for which it must have been seen to be believed.
        war_falls: a price that was lowered that often within a day is in a war with somebody else's; 0 damps none.
        war_rest_hours: hours for which it then stays before it is lowered again.
        war_climb_hours: hours after which it goes back up once, so that the other can follow; 0 for never.
        war_small_step: percent; what would lower it by more than that is no war by cents, and goes at once.
        fee_calls: batches of twenty listings a cycle asks Amazon's fees for, where ``cost`` is set; 0 asks none.
        floor_at_cost: percent above cost and fees that no rule goes below; empty where cost is no floor.
        largest_daily_move: share of the price a day ago by which it may move without a person; 0.5 is half.
        below_cost: hold prices below cost and fees for a person.
    """

    source: str = "price"
    scope: Literal["own", "global", "websites"] = "own"
    website_order: tuple[str, ...] = ()
    minimum: str = ""
    list_price: str = ""
    cost: str = ""
    sale: str = ""
    sale_from: str = ""
    sale_to: str = ""
    currency_conversion: Literal["disabled", "commerce"] = "disabled"
    vat: str = ""
    product_tax_code: str = ""
    business: bool = False
    tiers: Annotated[tuple[Tier, ...], msgspec.Meta(max_length=5)] = ()
    competition_hours: Hours = 4
    doubt_below: Annotated[int, msgspec.Meta(ge=0, le=99)] = 50
    doubt_hours: Annotated[int, msgspec.Meta(ge=1, le=24)] = 6
    war_falls: Annotated[int, msgspec.Meta(ge=0, le=24)] = 4
    war_rest_hours: Annotated[int, msgspec.Meta(ge=0, le=24)] = 3
    war_climb_hours: Annotated[int, msgspec.Meta(ge=0, le=48)] = 12
    war_small_step: Annotated[int, msgspec.Meta(ge=0, le=99)] = 5
    fee_calls: Annotated[int, msgspec.Meta(ge=0)] = 5
    floor_at_cost: str = ""
    largest_daily_move: Annotated[float, msgspec.Meta(gt=0, le=10)] = 0.5
    below_cost: bool = True

    def contradictions(self, country: str) -> dict[str, tuple[str, str]]:
        """Return what is wrong by itself or together, by setting: the problem and what to do about it.

        Arguments:
            country: the marketplace's, as Amazon says it.
        """
        found = {}
        if not self.source:
            found["source"] = ("is empty", "Name the attribute that prices come from; Commerce's own is price.")
        for key in ("vat", "floor_at_cost"):
            try:
                percent(getattr(self, key))
            except ValueError as error:
                found[key] = (f"is wrong: {error}", 'Write it as a text of digits, such as "19.00"; "" for none.')
        if self.floor_at_cost and not self.cost:
            found["floor_at_cost"] = ("needs to know the cost", "Name its attribute with cost, or empty it.")
        for key in ("sale_from", "sale_to"):
            if getattr(self, key) and not self.sale:
                found[key] = (
                    "has no price beside it",
                    "Name the attribute of the special price with sale, or empty it.",
                )
        if self.product_tax_code and country != "UK":
            found["product_tax_code"] = ("is only known on Amazon UK", "Empty it.")
        if self.website_order and self.scope != "websites":
            found["website_order"] = ("is not looked at", 'Set scope = "websites", or empty it.')
        return found | self._war_contradictions() | self._business_contradictions(country)

    def _war_contradictions(self) -> dict[str, tuple[str, str]]:
        found = {}
        if self.war_falls == 1:
            found["war_falls"] = ("makes a war of every fall", "Set it to 2 or more, or to 0 to damp none.")
        if self.war_falls and 0 < self.war_climb_hours < self.war_rest_hours:
            words = "Let it be no less than war_rest_hours, or 0 for never."
            found["war_climb_hours"] = ("lets a price rise before it may ever be lowered", words)
        return found

    def _business_contradictions(self, country: str) -> dict[str, tuple[str, str]]:
        found = {}
        if self.business and country not in BUSINESS_COUNTRIES:
            words = f"There are such prices in {', '.join(BUSINESS_COUNTRIES)}: set it to false."
            found["business"] = (f"is on, and Amazon {country} has no prices for businesses", words)
        counts = [count for count, _ in self.tiers]
        if self.tiers and not self.business:
            found["tiers"] = ("are for businesses, whose prices are off", "Set business = true, or empty them.")
        elif counts != sorted(set(counts)):
            found["tiers"] = ("are not in order", "Let each begin with more units than the one before it.")
        for _, off in self.tiers:
            try:
                share = percent(off)
            except ValueError:
                share = None
            if share is None or not 0 < share < 100:
                words = 'Write them as texts more than 0 and less than 100: [[5, "5"], [10, "7.5"]].'
                found["tiers"] = (f"take {off!r} percent off", words)
        return found


def percent(text: str) -> Decimal | None:
    """Return a share that a setting names, or None where it names none.

    Raises:
        ValueError: it is no number from 0 to 1000 with four decimals at the most.

    >>> percent("19.00"), percent("")
    (Decimal('19.00'), None)
    """
    if not text:
        return None
    try:
        share = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no percentage") from None
    if not share.is_finite() or not 0 <= share <= 1000 or share != round(share, 4):
        raise ValueError(f"{text!r} is no percentage from 0 to 1000 with four decimals at the most")
    return share
