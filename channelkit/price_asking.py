"""Which attributes of Commerce's are read in which store view, because the prices of some store are made from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from channelkit.database.price_rules import load_price_rules
from channelkit.price_facts import date_codes, price_codes
from channelkit.price_terms import make_price_terms
from channelkit.pricing.documents import parse_rules
from channelkit.settings.sections import StoreSettings
from channelkit.trends.rates import Rates


@dataclass(frozen=True)
class Asking:
    """What is read of prices beside ``price`` itself.

    Arguments:
        by_view: codes of attributes, by the store view that they are read in.
        everywhere: codes that are read in the first store view of every website; None where none is.
    """

    by_view: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    everywhere: tuple[str, ...] | None = None


def find_asking(connection: Connection, stores: Mapping[str, StoreSettings], read: Iterable[str]) -> Asking:
    """Return what is read of prices for some stores: what their settings name, and the bounds of their price rules.

    Arguments:
        stores: all that the settings have: those that share a store view are read together, whichever is read.
        read: names of those that are read now.
    """
    by_view: dict[str, set[str]] = {}
    everywhere: set[str] | None = None
    for name, section in stores.items():
        rules = parse_rules(list(load_price_rules(connection, name)))
        terms = make_price_terms(section.prices, section.site, Rates())
        codes = {*price_codes(terms, rules), *date_codes(terms)} - {"price"}
        if section.prices.scope == "own" and section.store_view:
            by_view.setdefault(section.store_view, set()).update(codes)
        elif section.prices.scope == "websites":
            everywhere = codes | (everywhere or set())
    if all(stores[name].prices.scope != "websites" for name in read):
        # The store views of other websites are read only for the stores that look at them.
        everywhere = None
    return Asking({view: tuple(sorted(codes)) for view, codes in by_view.items()}, _sorted(everywhere))


def _sorted(codes: set[str] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(sorted(codes))
