"""What a store's settings and Commerce's own rates say of its prices, in one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal

from sqlalchemy.engine import Connection

from channelkit.model.marketplaces import Marketplace
from channelkit.pricing.terms import Damping, PriceTerms
from channelkit.settings.price_section import PriceSettings, percent
from channelkit.trends.rates import Rates, read_rates

HOUR = 3_600_000
PRECISE = Context(prec=34)
"""More digits than any rate has: what is left of a division is far below any price's last digit."""


def load_price_terms(
    connection: Connection, settings: PriceSettings, site: Marketplace, *, paused: str = ""
) -> PriceTerms:
    """Return on what terms a store's prices are made, with Commerce's rates as they were last read.

    Arguments:
        settings: ``[stores.NAME.prices]``.
        site: the store's marketplace.
        paused: why intelligent rules rest, in a sentence (PR-12).
    """
    return make_price_terms(settings, site, read_rates(connection), paused=paused)


def make_price_terms(settings: PriceSettings, site: Marketplace, rates: Rates, *, paused: str = "") -> PriceTerms:
    """Return on what terms a store's prices are made (LS-04 to LS-10, PR-11, PR-12).

    Arguments:
        rates: Commerce's; they are used only where the settings want it (LS-09).
        paused: why intelligent rules rest, in a sentence.
    """
    converted = find_rates(rates, site.currency) if settings.currency_conversion == "commerce" else {}
    return PriceTerms(
        currency=site.currency,
        digits=site.digits,
        time_zone=site.time_zone,
        source=settings.source,
        minimum=settings.minimum,
        list_price=settings.list_price,
        cost=settings.cost,
        sale=settings.sale,
        sale_from=settings.sale_from,
        sale_to=settings.sale_to,
        rates=converted,
        vat=percent(settings.vat),
        business=settings.business,
        tiers=tuple((count, Decimal(off)) for count, off in settings.tiers),
        offers_for=settings.competition_hours * HOUR,
        doubt_below=settings.doubt_below,
        doubt_for=settings.doubt_hours * HOUR,
        paused=paused,
        floor_margin=percent(settings.floor_at_cost),
        scope=settings.scope,
        website_order=settings.website_order,
        damping=Damping(
            settings.war_falls,
            settings.war_rest_hours * HOUR,
            settings.war_climb_hours * HOUR,
            settings.war_small_step,
        ),
    )


def find_rates(rates: Rates, currency: str) -> Mapping[str, Decimal]:
    """Return how much of a currency one unit of each other is, by Commerce's rates; empty where it has none for it.

    Commerce knows how much of each currency one unit of its base is; others go by way of the base.

    >>> found = find_rates(Rates("USD", {"EUR": Decimal("0.8"), "CAD": Decimal("1.25")}), "CAD")
    >>> found["USD"], found["EUR"]
    (Decimal('1.25'), Decimal('1.5625'))
    >>> find_rates(Rates("USD", {"EUR": Decimal("0.8")}), "GBP")
    {}
    """
    known = {name: rate for name, rate in rates.rates.items() if rate > 0} | (
        {rates.base: Decimal(1)} if rates.base else {}
    )
    if currency not in known:
        return {}
    return {name: PRECISE.divide(known[currency], rate) for name, rate in known.items() if name != currency}


def base_currency(rates: Rates, currencies: Mapping[str, str]) -> str:
    """Return the currency of what holds for all websites; empty where nobody can tell.

    Where Commerce does not tell its base currency, it is that of all store views, if they have but one.

    Arguments:
        currencies: that of each store view, by its code.

    >>> base_currency(Rates(), {"en": "USD", "es": "USD"}), base_currency(Rates(), {"en": "USD", "de": "EUR"})
    ('USD', '')
    """
    several = set(currencies.values())
    return rates.base or (next(iter(several)) if len(several) == 1 else "")
