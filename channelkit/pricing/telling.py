"""The steps of a price that are no rule's: where it starts, what guards it in the end, what is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import pyarrow as pa

from channelkit.model.columns import Numbers
from channelkit.model.offer_terms import read_business, read_sale
from channelkit.pricing.recorder import Recorder
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.running import Running
from channelkit.pricing.sources import CATALOG, Sources
from channelkit.pricing.terms import PriceTerms

_GUARDS = {
    "cost": ("Cost and fees", "Not below what pays for cost and fees."),
    "minimum": ("MAP", "Not below the minimum advertised price."),
    "vat": ("VAT", ""),
}


def tell_source(recorder: Recorder, sources: Sources, base: Numbers, override: pa.Array, terms: PriceTerms) -> None:
    """Say where a price starts: a person's override, or an attribute of Commerce."""
    units = override[0].as_py()
    if units is not None:
        words = "A person's override is final: no rule, conversion or tax touches it."
        recorder.note("override", "Override", words, after=units)
        return
    used = terms.source if sources.units(terms.source)[0] else CATALOG
    written, currency = sources.written(used)
    if not base[0]:
        codes = " nor in ".join(dict.fromkeys((terms.source, CATALOG)))
        recorder.note("source", "Price source", f"There is nothing in {codes} that a price can start from.")
        return
    words = f"{written} {currency} in {used}"
    words += f", since {terms.source} is empty" if used != terms.source else ""
    if currency != terms.currency:
        words += f"; 1 {currency} is {terms.rates[currency]} {terms.currency}"
    recorder.note("source", "Price source", f"{words}.", after=base)


def tell_idle(recorder: Recorder, rule: PriceRule, running: Running, holds: bool) -> None:
    """Say why a rule was not asked."""
    if not running.value[0]:
        return
    words = "An earlier rule lets no later one change the price."
    if not holds:
        words = "Its conditions do not hold for the product."
    elif running.is_broken[0]:
        words = "It is beyond every price already."
    recorder.note("idle", rule.name, words, before=running.value, after=running.value, rule=rule.id)


def tell_guard(
    recorder: Recorder | None,
    kind: Literal["cost", "minimum", "vat"],
    before: Numbers,
    after: Numbers,
    words: str = "",
) -> None:
    """Say what a guard, or tax, made of a price, where it moved it."""
    if recorder is not None and before[0] != after[0]:
        name, usual = _GUARDS[kind]
        recorder.note(kind, name, words or usual, before=before, after=after)


def tell_end(recorder: Recorder, priced: pa.Table) -> None:
    """Say what is sent, and what goes with it."""
    row = priced.to_pylist()[0]
    price, note = row["price"], row["note"] or ""
    before = recorder.steps[-1].after if recorder.steps else None
    recorder.note("price", "Price", note or "This is what is asked for.", before=before, after=price)
    if price is None:
        return
    if row["list_price"] is not None:
        saved = row["list_price"] - price
        percent = Decimal(saved * 100) / Decimal(row["list_price"])
        words = f"Struck through beside it: {recorder.money(row['list_price'])}. Buyers save {recorder.money(saved)}"
        recorder.note("list_price", "Strike-through price", f"{words} ({percent:.0f} %).", after=row["list_price"])
    if row["business"]:
        terms = read_business(row["business"])
        tiers = "".join(f"; {off} off from {count} units on" for count, off in terms.tiers)
        words = f"Businesses pay {recorder.money(terms.price)}{tiers}."
        recorder.note("business", "Business price", words, after=terms.price)
    if row["sale"]:
        sale = read_sale(row["sale"])
        days = f"from {sale.first_day or 'now'} until {sale.last_day or 'further notice'}"
        recorder.note("sale", "Special price", f"{recorder.money(sale.price)}, {days}.", after=sale.price)
