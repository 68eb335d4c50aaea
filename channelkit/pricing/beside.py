"""What is sent beside a price: the strike-through price, what businesses pay, and what it costs for some days."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.sale_dates import is_unreadable
from channelkit.model.columns import Mask, Numbers, mask, one
from channelkit.model.days import day_of
from channelkit.model.offer_terms import NONE
from channelkit.pricing.arithmetic import LARGEST, ONE, scale, share_of
from channelkit.pricing.description import number_text
from channelkit.pricing.notes import Notes
from channelkit.pricing.sources import Sources
from channelkit.pricing.terms import PriceTerms


def find_list_price(listed: Numbers, price: Numbers, is_sent: Mask) -> pa.Array:
    """Return the MSRP of each row where it is above the price, and null elsewhere (LS-06).

    No tax is added to it: a struck-through price that is too high would mislead buyers, one that is too low does not.

    >>> find_list_price(np.array([1500, 900]), np.array([1000, 1000]), np.array([True, True])).to_pylist()
    [1500, None]
    """
    return pa.array(listed, pa.int64(), mask=~(is_sent & (listed > price) & (listed <= LARGEST)))


def find_business(price: Numbers, is_sent: Mask, terms: PriceTerms) -> pa.Array:
    """Return the canonical text of what businesses pay: the price itself, and percent off of many units (LS-10, P21).

    A price below one unit of the currency has no business price. Null where business prices are left alone.

    >>> from decimal import Decimal
    >>> terms = PriceTerms("USD", 2, business=True, tiers=((5, Decimal("5.0")),))
    >>> find_business(np.array([990, 99]), np.array([True, True]), terms).to_pylist()
    ['{"price":990,"tiers":[[5,"5%"]]}', '']
    """
    if not terms.business:
        return pa.nulls(len(price), pa.string())
    tiers = ",".join(f'[{count},"{number_text(off)}%"]' for count, off in sorted(terms.tiers))
    told = pc.binary_join_element_wise('{"price":', pa.array(price).cast(pa.string()), f',"tiers":[{tiers}]}}', "")
    told = pc.if_else(pa.array(price >= 10**terms.digits), told, NONE)
    return pc.if_else(pa.array(is_sent), told, None)


def find_sale(
    sources: Sources,
    dates: Mapping[str, pa.Array],
    least: Numbers,
    price: Numbers,
    is_sent: Mask,
    *,
    is_overridden: Mask,
    terms: PriceTerms,
    now: int,
    notes: Notes,
) -> pa.Array:
    """Return the canonical text of each row's special price with its days; null where sales are left alone.

    Rulings: it is an own price, so no rule changes it, it does not go below MAP or what cost asks for, and tax is added
    to it. There is none beside an override, none that is not below the price, none that has ended, and none whose days
    cannot be read or end before they begin.

    Arguments:
        least: below which no price goes before tax, in minor units.
        now: milliseconds since 1970.
    """
    if not terms.sale:
        return pa.nulls(len(price), pa.string())
    amounts = sources.units(terms.sale)
    special = np.where(amounts > 0, np.maximum(amounts, least), 0)
    if terms.vat is not None:
        special = scale(np.minimum(special, LARGEST + 1), ONE + share_of(terms.vat))
    rows = np.flatnonzero(is_sent & ~is_overridden & (special > 0) & (special < price))
    told = pc.if_else(pa.array(is_sent, pa.bool_()), NONE, pa.scalar(None, pa.string()))
    if not len(rows):
        return told
    first, last = (sources.texts(dates.get(code), rows) for code in (terms.sale_from, terms.sale_to))
    is_odd = is_unreadable(first) | is_unreadable(last)
    begins, ends = (_days(texts, is_odd) for texts in (first, last))
    is_crossed = mask(pc.and_(pc.not_equal(ends, NONE), pc.less(ends, begins)))
    has_ended = mask(pc.and_(pc.not_equal(ends, NONE), pc.less(ends, day_of(now, terms.time_zone))))
    words = "Its special price is not sent: a day of it is no date, or its last day is before its first."
    odd = rows[is_odd | is_crossed]
    notes.add_at(odd, pa.repeat(words, len(odd)))
    is_on = ~(is_odd | is_crossed | has_ended)
    units = pa.array(special[rows]).cast(pa.string())
    parts = ('{"price":', units, ',"first_day":"', begins, '","last_day":"', ends, '"}')
    texts = pc.binary_join_element_wise(*parts, "")
    where = np.zeros(len(price), np.bool_)
    where[rows[is_on]] = True
    return pc.replace_with_mask(told, pa.array(where), texts.filter(pa.array(is_on)))


def _days(texts: pa.Array, is_odd: Mask) -> pa.Array:
    """Return days as ISO dates; empty where it is open, or no date."""
    days = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(pc.fill_null(one(texts), NONE)), 0, 10)
    return pc.if_else(pa.array(is_odd), NONE, days)
