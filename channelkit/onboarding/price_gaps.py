"""What is missing in the settings of a store's prices: attributes that Commerce lacks, currencies without a rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection

from channelkit.database.price_rules import list_price_rules
from channelkit.database.reference import load_catalog_reference
from channelkit.price_terms import base_currency, find_rates
from channelkit.pricing.documents import parse_rules
from channelkit.pull.commerce import read_known_scopes
from channelkit.settings.sections import StoreSettings
from channelkit.trends.rates import Rates, read_rates

_AMOUNTS = ("source", "minimum", "list_price", "cost", "sale")
_DAYS = ("sale_from", "sale_to")


def find_price_gaps(connection: Connection, section: StoreSettings) -> dict[str, str]:
    """Return what is missing about a store's prices, by setting, as Commerce was last read."""
    scopes = read_known_scopes(connection)
    gaps = find_attribute_gaps(section, load_catalog_reference(connection)["attributes"])
    gap = find_currency_gap(section, scopes.currencies, read_rates(connection))
    unknown = [code for code in section.prices.website_order if scopes.website_ids and code not in scopes.website_ids]
    if unknown:
        gaps["website_order"] = f"Commerce has no website {' or '.join(unknown)}"
    return gaps | ({"currency_conversion": gap} if gap else {})


def find_attribute_gaps(section: StoreSettings, attributes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what is wrong with the attributes that a store's prices name, by setting (LS-04 to LS-06).

    Arguments:
        attributes: what Commerce has, each with its ``code`` and ``input``; none while that was never read.
    """
    inputs = {str(row["code"]): str(row["input"]) for row in attributes}
    found = {}
    for names, allowed, kind in ((_AMOUNTS, ("price",), "prices"), (_DAYS, ("date", "datetime"), "days")):
        for name in names:
            code = getattr(section.prices, name)
            if not code or not inputs or inputs.get(code) in allowed:
                continue
            if code in inputs:
                found[name] = f"{code} holds no {kind} in Commerce: it is entered as {inputs[code]}"
            else:
                found[name] = f"Commerce has no attribute {code}"
    return found


def find_currency_gap(section: StoreSettings, currencies: Mapping[str, str], rates: Rates) -> str:
    """Return why some of a store's prices cannot be told in the marketplace's currency; empty where all can (LS-09).

    Arguments:
        currencies: that of each store view, by its code.
        rates: Commerce's own.
    """
    prices, wanted = section.prices, section.site.currency
    base = base_currency(rates, currencies)
    in_commerce = {
        "own": {currencies.get(section.store_view, "")},
        "global": {base},
        "websites": {base, *currencies.values()},
    }[prices.scope]
    others = sorted(in_commerce - {wanted, ""})
    if not others:
        return ""
    if prices.currency_conversion == "disabled":
        return f"{' and '.join(others)} in Commerce, {wanted} on Amazon"
    known = find_rates(rates, wanted)
    lacking = [currency for currency in others if currency not in known]
    return f"Commerce has no rate from {' and '.join(lacking)} to {wanted}" if lacking else ""


def tell_rates(section: StoreSettings, rates: Rates) -> str:
    """Return by which rate a store's prices are converted, in words; empty where none is."""
    if section.prices.currency_conversion == "disabled":
        return ""
    rate = find_rates(rates, section.site.currency).get(rates.base)
    return f"1 {rates.base} = {rate.normalize():f} {section.site.currency}" if rate is not None else ""


def tell_price_rules(connection: Connection, store: str) -> tuple[str, str, int | None]:
    """Return the name of the price rules that hold, how many of them are active, and when they were made."""
    versions = list_price_rules(connection, store)
    if not versions:
        return "none", "no rule changes a price", None
    newest = versions[0]
    rules = parse_rules(list(newest.rules))
    active = sum(rule.active for rule in rules)
    return newest.name, f"{active} of {len(rules)} active, by {newest.made_by}", newest.made_at
