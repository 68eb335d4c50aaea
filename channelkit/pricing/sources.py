"""What each row has in the price attributes of its product, and which of them its price starts from."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, numbers, one
from channelkit.pricing.amounts import read_units
from channelkit.pricing.terms import PriceFacts, PriceTerms

CATALOG = "price"
"""Commerce's own price attribute: what an empty source falls back to (LS-04)."""


class Sources:
    """Amounts of rows in minor units of the marketplace's currency; each attribute is read once.

    Arguments:
        rows: with ``product_sku``; null where there is no product.
    """

    def __init__(self, rows: pa.Table, facts: PriceFacts, terms: PriceTerms) -> None:
        self._facts, self._terms = facts, terms
        products, skus = one(rows["product_sku"]), one(facts.skus)
        self.is_linked = mask(pc.is_valid(products))
        if products.equals(skus):
            self._place: Numbers = np.arange(rows.num_rows)
        else:
            found = pc.fill_null(pc.index_in(products, value_set=skus), -1)
            self._place = np.where(self.is_linked, numbers(found), -1)
        self._is_whole = bool((self._place >= 0).all())
        self._known: dict[str, tuple[Numbers, Mask]] = {}

    def units(self, code: str) -> Numbers:
        """Return what each row has in an attribute; 0 for nothing."""
        return self._read(code)[0]

    def is_foreign(self, code: str) -> Mask:
        """Return which rows have an amount there, in a currency that is not converted."""
        return self._read(code)[1]

    @cached_property
    def base(self) -> Numbers:
        """Return what the price source says of each row, or else the catalog's own price; 0 for nothing.

        What the source has in a currency that cannot be converted is no reason to send another price.
        """
        source = self.units(self._terms.source)
        if self._terms.source == CATALOG:
            return source
        falls_back = (source == 0) & ~self.is_foreign(self._terms.source)
        return np.where(falls_back, self.units(CATALOG), source)

    def flags(self, applies: Mask) -> Mask:
        """Return for each row whether something holds for its product."""
        if not len(applies):
            return np.zeros(len(self._place), np.bool_)
        found: Mask = applies[self._place]
        return found if self._is_whole else found & (self._place >= 0)

    def texts(self, column: pa.Array | None, rows: Numbers) -> pa.Array:
        """Return for some rows what their products have in a column; null without one."""
        if column is None:
            return pa.nulls(len(rows), pa.string())
        place = self._place[rows]
        found = one(column).take(pa.array(place, mask=place < 0))
        return found.cast(pa.string()) if pa.types.is_dictionary(found.type) else found

    def written(self, code: str, row: int = 0) -> tuple[str, str]:
        """Return an amount as Commerce wrote it, and its currency; empty for nothing."""
        amounts, rows = self._facts.amounts.get(code), np.array([row])
        if amounts is None:
            return "", ""
        value, currency = (self.texts(each, rows)[0].as_py() for each in (amounts.values, amounts.currencies))
        return (value or "").strip(), currency or ""

    def currencies(self, rows: Numbers) -> pa.Array:
        """Return the currencies of what some rows' prices start from; null where there is no price."""
        codes = dict.fromkeys((self._terms.source, CATALOG))
        told = []
        for code in codes:
            amounts = self._facts.amounts.get(code)
            names = self.texts(None if amounts is None else amounts.currencies, rows)
            told.append(pc.if_else(pa.array(self.is_foreign(code)[rows]), pc.fill_null(names, ""), None))
        return pc.coalesce(*told)

    def _read(self, code: str) -> tuple[Numbers, Mask]:
        if code not in self._known:
            amounts = self._facts.amounts.get(code) if code else None
            if amounts is None or not len(amounts.values):
                nothing = np.zeros(len(self._place), np.int64)
                self._known[code] = (nothing, nothing.astype(np.bool_))
            else:
                found = read_units(amounts, self._terms)
                values = found.values[self._place]
                if not self._is_whole:
                    values = np.where(self._place >= 0, values, 0)
                self._known[code] = (values, self.flags(found.foreign))
        return self._known[code]
