"""What prices are made from, read once: what products have in price attributes, and what others offer.

Values are read in one of three scopes (PR-11): as the store's own view shows them; as they hold for all websites; or of
the first website that has one of its own, in the order in which websites are asked. A value is a website's own where
it differs from the one for all: Commerce's interface shows no other difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import products
from channelkit.database.fees import load_fees
from channelkit.database.scopes import load_scoped_texts
from channelkit.model.columns import Mask, mask, one
from channelkit.model.days import day_of
from channelkit.price_masks import AT_ONCE, load_masks
from channelkit.price_terms import base_currency
from channelkit.pricing.rules import PriceRule, hold_on
from channelkit.pricing.terms import FEES, OFFERS, Amounts, PriceFacts, PriceTerms
from channelkit.pricing.wanted import Pricing
from channelkit.pull.commerce import read_known_first_views, read_known_scopes
from channelkit.rival_rows import load_rivals
from channelkit.trends.rates import read_rates

_NUMBER = r"^[+-]?\d{1,12}(\.\d{1,6})?$"
_EXACT = pa.decimal128(38, 6)

Columns = dict[str, pa.Array]


class PricedStore(Protocol):
    """What is asked of a store: its name, the store view whose values count, and how its prices are found."""

    @property
    def name(self) -> str: ...

    @property
    def store_view(self) -> str: ...

    @property
    def prices(self) -> PriceTerms: ...


@dataclass(frozen=True)
class KnownPrices:
    """Prices that whoever asks has read already.

    Arguments:
        everywhere: what holds for all store views, in the order of the products.
        in_view: ``sku, price`` of the store's own view.
    """

    everywhere: pa.Array
    in_view: pa.Table


@dataclass(frozen=True)
class _Layer:
    """What one store view says, in the order of the products.

    Arguments:
        currency: of its prices; empty where it is not known.
        is_there: the products of which the view was read.
        texts: by code; empty for nothing, null where it was not asked.
    """

    currency: str
    is_there: pa.Array
    texts: Columns


def load_pricing(  # noqa: PLR0917 - one reading's parts
    connection: Connection,
    store: PricedStore,
    rules: Sequence[PriceRule],
    products_sku: pa.Array,
    now: int,
    only: Sequence[str] | None = None,
    *,
    known: KnownPrices | None = None,
) -> Pricing:
    """Read what a store's prices are made from today: the facts, the rules that hold, and for which products.

    Arguments:
        rules: all of the store's; those that do not hold today are left out.
        products_sku, now, only, known: as for `load_price_facts`.
    """
    terms = store.prices
    today = hold_on(tuple(rules), date.fromisoformat(day_of(now, terms.time_zone)))
    facts = load_price_facts(connection, store, terms, today, products_sku, now, only, known=known)
    return Pricing(facts, today, load_masks(connection, today, facts.skus, store.store_view, terms.time_zone), terms)


def load_price_facts(  # noqa: PLR0917 - one reading's parts
    connection: Connection,
    store: PricedStore,
    terms: PriceTerms,
    rules: Sequence[PriceRule],
    products_sku: pa.Array,
    now: int,
    only: Sequence[str] | None = None,
    *,
    known: KnownPrices | None = None,
) -> PriceFacts:
    """Read what a store's prices are made from.

    Arguments:
        rules: those whose bounds and competitors are read.
        products_sku: the products, in the order that the answer has.
        now: milliseconds since 1970.
        only: seller SKUs, and SKUs of products: only what others offer for these is read, and products by name.
        known: prices that were read already; they are not read again.
    """
    codes, dates = price_codes(terms, rules), date_codes(terms)
    skus = one(products_sku)
    named = skus.to_pylist() if only is not None or len(skus) <= AT_ONCE else None
    asked = [*codes, *dates]
    told = {} if known is None else {"price": known.everywhere}
    base = told | _load_base(connection, [code for code in asked if code not in told], skus, named)
    layers = []
    for view in find_views(connection, store, terms):
        if known is not None and asked == ["price"] and view == store.store_view:
            layers.append(_layer(connection, view, known.in_view, asked, skus))
        else:
            layers.append(_layer(connection, view, load_scoped_texts(connection, view, asked, named), asked, skus))
    in_base = base_currency(read_rates(connection), read_known_scopes(connection).currencies)
    if terms.scope == "websites":
        amounts, chosen_dates = _walk(base, layers, codes, terms, in_base)
    else:
        amounts, chosen_dates = _lay_over(base, layers, codes, dates, in_base)
    is_asked = any(rule.is_intelligent for rule in rules)
    offers = load_rivals(connection, store.name, now, only) if is_asked else OFFERS.empty_table()
    # What Amazon keeps moves a price only where cost is a floor.
    fees = (
        FEES.empty_table() if terms.floor_margin is None else load_fees(connection, store.name, only).select(FEES.names)
    )
    return PriceFacts(skus, amounts, chosen_dates, offers, fees)


def price_codes(terms: PriceTerms, rules: Sequence[PriceRule]) -> tuple[str, ...]:
    """Return the codes of the price attributes that prices are made from: the settings' and those of rules' bounds."""
    bounds = (bound.attribute for rule in rules for bound in (rule.floor, rule.ceiling) if bound is not None)
    return tuple(dict.fromkeys([*terms.codes, *(code for code in bounds if code)]))


def date_codes(terms: PriceTerms) -> tuple[str, ...]:
    """Return the codes of the attributes with a special price's days; none where no special price is looked at."""
    return tuple(code for code in (terms.sale_from, terms.sale_to) if code and terms.sale)


def find_views(connection: Connection, store: PricedStore, terms: PriceTerms) -> list[str]:
    """Return the store views whose own values count, the first one first; none where those for all websites do."""
    if terms.scope != "websites":
        return [store.store_view] if store.store_view and terms.scope == "own" else []
    first = read_known_first_views(connection)
    order = [*(code for code in terms.website_order if code in first), *first]
    return [first[website] for website in dict.fromkeys(order)]


def _load_base(connection: Connection, codes: Sequence[str], skus: pa.Array, named: Sequence[str] | None) -> Columns:
    """Return what products have in all store views together, in their order."""
    return _in_order(products.load_texts(connection, codes, skus=named), codes, skus) if codes else {}


def _layer(connection: Connection, view: str, found: pa.Table, codes: Sequence[str], skus: pa.Array) -> _Layer:
    is_there = pc.is_in(skus, value_set=one(found["sku"]))
    currency = read_known_scopes(connection).currencies.get(view, "")
    return _Layer(currency, is_there, _in_order(found, codes, skus))


def _lay_over(
    base: Columns, layers: Sequence[_Layer], codes: Sequence[str], dates: Sequence[str], in_base: str
) -> tuple[dict[str, Amounts], Columns]:
    """Return the values of the one store view that counts; what it does not tell is as it is for all."""
    if not layers:
        currencies = _currencies(pa.array(np.zeros(len(base["price"]), np.int8)), [in_base])
        return {code: Amounts(base[code], currencies) for code in codes}, {code: base[code] for code in dates}
    (layer,) = layers
    texts = {code: _without_empty(pc.coalesce(layer.texts[code], base[code])) for code in (*codes, *dates)}
    currencies = _currencies(layer.is_there.cast(pa.int8()), [in_base, layer.currency])
    return {code: Amounts(texts[code], currencies) for code in codes}, {code: texts[code] for code in dates}


def _walk(
    base: Columns, layers: Sequence[_Layer], codes: Sequence[str], terms: PriceTerms, in_base: str
) -> tuple[dict[str, Amounts], Columns]:
    """Return of each attribute the value of the first website that has its own; a special price brings its days."""
    names = [in_base, *(layer.currency for layer in layers)]
    amounts, dates = {}, {code: base[code] for code in date_codes(terms)}
    for code in codes:
        values, number = base[code], np.zeros(len(base[code]), np.int8)
        for place, layer in reversed(list(enumerate(layers, start=1))):
            own = layer.texts[code]
            is_own = mask(pc.not_equal(own, "")) & ~_same(own, base[code])
            values, number = pc.if_else(pa.array(is_own), own, values), np.where(is_own, np.int8(place), number)
            if code == terms.sale:
                dates = {
                    name: pc.if_else(pa.array(is_own), _without_empty(pc.coalesce(layer.texts[name], text)), text)
                    for name, text in dates.items()
                }
        amounts[code] = Amounts(_without_empty(values), _currencies(pa.array(number), names))
    return amounts, dates


def _same(own: pa.Array, base: pa.Array) -> Mask:
    """Return where two texts are the same number, or the same words."""
    exact = []
    for texts in (own, base):
        is_number = pc.fill_null(pc.match_substring_regex(texts, _NUMBER), False)
        exact.append(pc.if_else(is_number, texts, None).cast(_EXACT))
    return mask(pc.equal(own, base)) | mask(pc.equal(*exact))


def _in_order(found: pa.Table, codes: Sequence[str], skus: pa.Array) -> Columns:
    """Return columns in the order of the products."""
    place = pc.index_in(skus, value_set=one(found["sku"]))
    return {code: one(found[code]).take(place) for code in codes}


def _without_empty(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _currencies(numbers: pa.Array, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers, pa.array(names, pa.string()))
