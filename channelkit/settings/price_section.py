"""The settings of a store's prices: where they come from, what is added, and what bounds them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

import msgspec

Hours = Annotated[int, msgspec.Meta(ge=1, le=168)]
Tier = tuple[Annotated[int, msgspec.Meta(ge=2)], str]


class PriceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a store's prices are made (LS-04 to LS-10, PR-11, PR-12).

    Numbers that multiply money are texts, so that none is ever read as a binary fraction.

    Arguments:
        source: code of the price attribute that they come from; what is empty there falls back to ``price``.
        scope: whose value counts: own (the store's own website), global (the one for all websites), or websites (the
            first website, in Commerce's sort order, that has one of its own).
        minimum, list_price, cost: codes of attributes with MAP, MSRP and own cost; empty for none.
        sale, sale_from, sale_to: codes of attributes with a special price and its days; empty for none.
        currency_conversion: disabled, or commerce: by Commerce's own rates.
        vat: percent added after all rules, such as ``19.00``; empty for none.
        product_tax_code: Amazon's, for what is listed anew in the United Kingdom; empty leaves Amazon's own.
        business: business prices are kept (LS-10); off leaves them alone.
        tiers: at least so many units, so many percent off: ``[[5, "5"], [10, "8"]]``; five at the most.
        competition_hours: hours for which what was read of others' offers is acted on.
        floor_at_cost: percent above cost and fees that no rule goes below; empty where cost is no floor.
        largest_daily_move: share of the price a day ago by which it may move without a person; 0.5 is half.
        below_cost: hold prices below cost and fees for a person.
    """

    source: str = "price"
    scope: Literal["own", "global", "websites"] = "own"
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
    floor_at_cost: str = ""
    largest_daily_move: Annotated[float, msgspec.Meta(gt=0, le=10)] = 0.5
    below_cost: bool = True


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
