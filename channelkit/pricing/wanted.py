"""Prices laid beside what is decided about: the pricing room's answer for each subject of the decision tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.conditions import find_conditions
from channelkit.listings.terms import Terms
from channelkit.listings.wishes import column, lay_wishes, wish
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import PRICE
from channelkit.pricing.price import price
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PRICE_ROWS, PRICED, PriceFacts, PriceTerms

LAID = "priced_"
"""How the columns of `channelkit.pricing.terms.PRICED` begin where they stand beside the subjects."""


@dataclass(frozen=True)
class Pricing:
    """Everything that a store's prices are made from.

    Arguments:
        rules: those of the day, in the order in which they are applied.
        applies: for which of the products of the facts each of them holds.
    """

    facts: PriceFacts
    rules: Sequence[PriceRule]
    applies: Sequence[Mask]
    terms: PriceTerms


def lay_prices(subjects: pa.Table, pricing: Pricing, terms: Terms, decisions: pa.Table | None, now: int) -> pa.Table:
    """Return the subjects with what they should cost and why (LS-04 to LS-10, PR-01 to PR-12).

    Arguments:
        subjects: what `channelkit.listings.subjects.gather` gave.
        terms: what the settings say of listings; the condition of what is listed anew is theirs.
        decisions: what people decided; a price override is final (AC-04).
        now: milliseconds since 1970.

    Returns:
        The subjects with the columns of `channelkit.pricing.terms.PRICED`, each with `LAID` before its name; of what
        has no product nothing is known.
    """
    rows = price_rows(subjects, terms, decisions)
    priced = price(rows, pricing.facts, pricing.rules, pricing.applies, pricing.terms, now=now)
    is_linked = pc.is_valid(one(subjects["product_sku"]))
    laid = {field.name: pc.if_else(is_linked, one(priced[field.name]), pa.scalar(None, field.type)) for field in PRICED}
    if pricing.terms.list_price:
        # Where there is a price and no higher one to strike through, none must be left of an earlier day.
        none = pc.if_else(pc.is_valid(laid["price"]), 0, pa.scalar(None, pa.int64()))
        laid["list_price"] = pc.coalesce(laid["list_price"], none)
    for name, values in laid.items():
        subjects = subjects.append_column(f"{LAID}{name}", values)
    return subjects


def find_followers(subjects: pa.Table, pricing: Pricing) -> pa.Array:
    """Return the seller SKUs of listings whose price some rule makes from what others ask (PR-04, PR-05)."""
    follows = [applied for rule, applied in zip(pricing.rules, pricing.applies, strict=True) if rule.is_intelligent]
    skus = column(subjects, "seller_sku", pa.string())
    if not follows:
        return skus.slice(0, 0)
    products = one(pricing.facts.skus).filter(pa.array(np.logical_or.reduce(follows), pa.bool_()))
    is_one = pc.and_(one(subjects["listed"]), pc.is_in(one(subjects["product_sku"]), value_set=products))
    return skus.filter(pc.and_(is_one, pc.is_valid(one(subjects["product_sku"]))))


def price_rows(subjects: pa.Table, terms: Terms, decisions: pa.Table | None) -> pa.Table:
    """Return what is priced: the subjects as the pricing room reads them, columns of `PRICE_ROWS` and ``listed``.

    What we ask for shipping is not in it: our own offers tell it where rules look at offers.
    """
    wished = lay_wishes(subjects, decisions)
    is_listed = mask(subjects["listed"])
    nowhere = np.zeros(subjects.num_rows, np.bool_)
    chosen = find_conditions(wished, terms.condition, terms.conditions, nowhere, nowhere)
    condition = pc.if_else(pa.array(is_listed), column(subjects, "condition", pa.string()), chosen)
    columns = {
        "seller_sku": column(subjects, "seller_sku", pa.string()),
        "product_sku": one(subjects["product_sku"]),
        "asin": one(subjects["asin"]),
        "condition": condition,
        "override": wish(wished, PRICE),
        "shipping": pa.nulls(subjects.num_rows, pa.int64()),
    }
    return pa.table(columns, schema=PRICE_ROWS).append_column("listed", pa.array(is_listed, pa.bool_()))
