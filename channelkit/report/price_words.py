"""Business terms and sales as a person reads them."""

from __future__ import annotations

import msgspec

from channelkit.model.offer_terms import read_business, read_sale
from channelkit.report.wording import counted, money


def business_words(text: str | None, currency: str) -> str:
    """Return what businesses pay in words; what cannot be read as it is.

    >>> business_words('{"price":950,"tiers":[[5,"5%"],[10,"900"]]}', "EUR")
    '9.50 EUR; from 5 units 5% off, from 10 units 9.00 EUR each'
    >>> business_words("", "EUR")
    'none'
    """
    if not text:
        return "–" if text is None else "none"
    try:
        business = read_business(text)
        tiers = [f"from {counted(count, 'unit')} {_off(off, currency)}" for count, off in business.tiers]
    except (msgspec.DecodeError, ValueError):
        return text
    return "; ".join([money(business.price, currency), *([", ".join(tiers)] if tiers else [])])


def sale_words(text: str | None, currency: str) -> str:
    """Return a sale in words; what cannot be read as it is.

    >>> sale_words('{"price":800,"first_day":"2026-12-01","last_day":"2026-12-24"}', "EUR")
    '8.00 EUR from 2026-12-01 to 2026-12-24'
    >>> sale_words('{"price":800,"first_day":"","last_day":"2026-12-24"}', "EUR"), sale_words(None, "EUR")
    ('8.00 EUR to 2026-12-24', '–')
    """
    if not text:
        return "–" if text is None else "none"
    try:
        sale = read_sale(text)
    except msgspec.DecodeError:
        return text
    days = [f"{word} {day}" for word, day in (("from", sale.first_day), ("to", sale.last_day)) if day]
    return " ".join([money(sale.price, currency), *days])


def _off(off: str, currency: str) -> str:
    return f"{off} off" if off.endswith("%") else f"{money(int(off), currency)} each"
