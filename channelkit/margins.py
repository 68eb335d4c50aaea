"""What is left of the prices that Amazon shows: less tax, less what Amazon keeps, less what the product costs us.

A margin is known only where all of it is: the cost in the attribute that ``[stores.NAME.prices] cost`` names (PR-09,
LS-04), and Amazon's estimate of its fees. Where the price moved since the fees were asked for,
`channelkit.plan.margins` takes them as guards and previews of prices do: Amazon's share grows with the price, all other
fees stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database.fees import load_fees
from channelkit.model.columns import mask, one
from channelkit.plan.margins import earns
from channelkit.price_facts import PricedStore, load_price_facts
from channelkit.price_terms import load_price_terms
from channelkit.pricing.arithmetic import LARGEST
from channelkit.pricing.sources import CATALOG, Sources
from channelkit.pricing.terms import PriceTerms
from channelkit.settings.sections import StoreSettings


@dataclass(frozen=True)
class Margins:
    """Finds margins of listings, store by store; it is what `channelkit.report.margin_columns.FindMargins` asks for.

    Arguments:
        stores: their settings, by name.
    """

    stores: Mapping[str, StoreSettings]

    def are_known(self, store: str) -> bool:
        """Return whether the settings say what a store's products cost, without which no margin is known."""
        return bool(self.stores[store].prices.cost)

    def __call__(self, connection: Connection, store: str, rows: pa.Table) -> pa.Array:
        """Return what is left of each price of a store's rows, in minor units; null where that is not known.

        Arguments:
            rows: ``seller_sku, product_sku, price, currency``, perhaps among others; prices in minor units.
        """
        if not self.are_known(store):
            return pa.nulls(rows.num_rows, pa.int64())
        section = self.stores[store]
        terms = _cost_alone(load_price_terms(connection, section.prices, section.site))
        return find_margins(connection, _Priced(store, section.store_view, terms), rows)


@dataclass(frozen=True)
class _Priced:
    """A store as prices are read of it."""

    name: str
    store_view: str
    prices: PriceTerms


def find_margins(connection: Connection, store: PricedStore, rows: pa.Table) -> pa.Array:
    """Return what is left of each price, in minor units; null where cost or fees are not known.

    Costs are read only of rows whose fees are known: before Amazon was asked, that is none.

    Arguments:
        store: of its terms what counts is where cost stands, how it is converted, and the tax.
        rows: as for `Margins`.
    """
    terms, skus = store.prices, one(rows["seller_sku"])
    fees = load_fees(connection, store.name, skus.to_pylist())
    place = pc.index_in(skus, value_set=one(fees["seller_sku"]))
    is_told = mask(pc.is_valid(place)) & mask(pc.greater(one(rows["price"]), 0))
    # What Amazon shows in another currency than its own marketplace's is compared with nothing.
    is_told &= mask(pc.equal(one(rows["currency"]), terms.currency)) & mask(pc.is_valid(one(rows["product_sku"])))
    told = np.flatnonzero(is_told)
    if not len(told):
        return pa.nulls(len(skus), pa.int64())
    chosen = rows.select(["product_sku", "price"]).take(pa.array(told)).combine_chunks()
    facts = load_price_facts(connection, store, terms, (), pc.unique(one(chosen["product_sku"])), 0)
    units = Sources(chosen, facts, terms).units(terms.cost)
    cost = pa.array(units, pa.int64(), mask=(units <= 0) | (units > LARGEST))
    margins = earns(one(chosen["price"]), fees.take(place.take(pa.array(told))), cost, terms.vat)
    return pc.replace_with_mask(pa.nulls(len(skus), pa.int64()), pa.array(is_told), margins)


def _cost_alone(terms: PriceTerms) -> PriceTerms:
    """Return terms by which nothing but cost is read, beside the catalog's own price."""
    return replace(terms, source=CATALOG, minimum="", list_price="", sale="", floor_margin=None)
