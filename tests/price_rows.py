"""Rows, offers and facts for tests of prices, written as people write them; money as decimal text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from channelkit.model.columns import Mask
from channelkit.model.marketplaces import currency_digits
from channelkit.pricing.price import price
from channelkit.pricing.recorder import Step
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule, in_order
from channelkit.pricing.terms import FEES, OFFERS, PRICE_ROWS, Amounts, PriceFacts, PriceTerms
from channelkit.pricing.waterfall import trace

NOW = 1_790_000_000_000
HOUR = 3_600_000

PRICE = Bound("price")
MATCH = Adjustment()


def percent(amount: str, direction: Any = "decrease") -> Adjustment:
    return Adjustment(direction, "percent", Decimal(amount))


def fixed(amount: str, direction: Any = "decrease") -> Adjustment:
    return Adjustment(direction, "fixed", Decimal(amount))


def terms(currency: str = "USD", **changed: Any) -> PriceTerms:
    return PriceTerms(currency, currency_digits(currency), **changed)


def row(
    sku: str | None = "a", *, condition: str | None = "new_new", listed: bool = False, **money: str | None
) -> dict[str, Any]:
    """Return one row; ``override`` and ``shipping`` in units of the currency."""
    return {
        "seller_sku": sku or "x",
        "product_sku": sku,
        "asin": f"B0{sku}",
        "condition": condition,
        "listed": listed,
    } | {name: minor(money.get(name)) for name in ("override", "shipping")}


def offer(
    amount: str | None, condition: str = "New", subcondition: str = "", sku: str = "a", **changed: Any
) -> dict[str, Any]:
    """Return one offer for the item of a product, read an hour ago."""
    plain = {
        "asin": f"B0{sku}",
        "condition": condition,
        "subcondition": subcondition,
        "price": minor(amount),
        "shipping": 0,
        "points": 0,
        "feedback": 100,
        "ratings": 5_000,
        "featured": False,
        "ours": False,
        "asked_at": NOW - HOUR,
    }
    return plain | changed


def minor(amount: str | None, currency: str = "USD") -> int | None:
    return None if amount is None else int(Decimal(amount).scaleb(currency_digits(currency)))


def facts(
    values: Mapping[str, Mapping[str, str | None]],
    offers: Sequence[Mapping[str, Any]] = (),
    *,
    currency: str = "USD",
    dates: Mapping[str, Mapping[str, str | None]] | None = None,
    fees: Sequence[Mapping[str, Any]] = (),
) -> PriceFacts:
    """Return facts of products.

    Arguments:
        values: by SKU what it has in price attributes, by code.
        dates: the same of attributes with days.
    """
    codes = dict.fromkeys(["price", *(code for each in values.values() for code in each)])
    currencies = pa.array([currency] * len(values), pa.string())

    def column(code: str, of: Mapping[str, Mapping[str, str | None]]) -> pa.Array:
        return pa.array([of.get(sku, {}).get(code) for sku in values], pa.string())

    told = dates or {}
    return PriceFacts(
        pa.array(list(values), pa.string()),
        {code: Amounts(column(code, values), currencies) for code in codes},
        {code: column(code, told) for code in dict.fromkeys(code for each in told.values() for code in each)},
        pa.Table.from_pylist(list(offers), OFFERS),
        pa.Table.from_pylist(list(fees), FEES),
    )


def rows_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), pa.schema([*PRICE_ROWS, ("listed", pa.bool_())]))


def priced(
    rows: Sequence[Mapping[str, Any]],
    found: PriceFacts,
    rules: Sequence[PriceRule] = (),
    asked: PriceTerms | None = None,
    only: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Return what is made of rows, a document each.

    Arguments:
        only: by the id of a rule the products that it holds for; the others hold for all.
    """
    ordered = in_order(rules)
    table = price(rows_table(rows), found, ordered, masks(found, ordered, only), asked or terms(), now=NOW)
    made: list[dict[str, Any]] = table.to_pylist()
    return made


def traced(
    one_row: Mapping[str, Any], found: PriceFacts, rules: Sequence[PriceRule] = (), asked: PriceTerms | None = None
) -> tuple[Step, ...]:
    """Return the steps of one row's price."""
    ordered = in_order(rules)
    return trace(rows_table([one_row]), found, ordered, masks(found, ordered, None), asked or terms(), now=NOW)


def masks(found: PriceFacts, rules: Sequence[PriceRule], only: Mapping[str, Sequence[str]] | None) -> list[Mask]:
    skus = found.skus.to_pylist()
    everybody = dict.fromkeys((rule.id for rule in rules), skus)
    return [np.array([sku in {**everybody, **(only or {})}[rule.id] for sku in skus], np.bool_) for rule in rules]


def standard(rule_id: str, adjustment: Adjustment, priority: int | None = None, **changed: Any) -> PriceRule:
    return PriceRule(rule_id, rule_id.upper(), priority=priority, adjustment=adjustment, **changed)


def intelligent(
    rule_id: str = "rival",
    adjustment: Adjustment = MATCH,
    competitor: Competitor | None = None,
    priority: int | None = 1,
    **changed: Any,
) -> PriceRule:
    return PriceRule(
        rule_id,
        rule_id.upper(),
        priority=priority,
        adjustment=adjustment,
        competitor=competitor or Competitor(),
        **changed,
    )
