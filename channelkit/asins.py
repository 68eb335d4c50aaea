"""Which of Amazon's items a product without a listing is, as a person works with it: look, choose, take back, retry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.amazon.catalog import read_items
from channelkit.cycle import Cycle
from channelkit.database import catalog_items, unlisted
from channelkit.errors import UsageError
from channelkit.listings.decision import WANTS_ASIN
from channelkit.listings.subjects import LISTABLE
from channelkit.matching.catalog import CHILD, CHOSEN, IDENTIFIER, KEYWORDS, MISSING, OWN
from channelkit.model.columns import one
from channelkit.model.identifiers import asin as read_asins
from channelkit.parts import Parts
from channelkit.runner import decide_soon, hold_store

if TYPE_CHECKING:
    import pandas as pd

TIME = pa.timestamp("ms", "UTC")

NAMED = 10
"""Variants that are named to a person."""

_ORDER = (CHOSEN, OWN, IDENTIFIER, CHILD, KEYWORDS)
_SHOWN = ("product_sku", "asin", "title", "brand", "product_type", "parent", "parent_asin", "how", "chosen")


@dataclass(frozen=True)
class Choice:
    """The ASIN that a person chose for a product, and what Amazon calls it."""

    product_sku: str
    asin: str
    title: str
    by: str


@dataclass(frozen=True)
class Asins:
    """The ASINs of a store's products that have no listing.

    Arguments:
        name: the store's name in the settings.
        parts: what it works with.
    """

    name: str
    parts: Parts

    def waiting(self) -> pd.DataFrame:
        """Return the products that wait for an ASIN: why, and how many items of Amazon's catalog are on offer.

        ``searched_at`` is empty where its turn has not come, or a person asked for a new search.
        """
        place = self._cycle().store.marketplace.id
        with self.parts.database.read() as connection:
            table = unlisted.load_waiting(connection, self.name, place, WANTS_ASIN, MISSING)
        for name in ("since", "searched_at"):
            table = table.set_column(table.schema.get_field_index(name), name, table[name].cast(TIME))
        return table.to_pandas()

    def candidates(self, product_sku: str = "") -> pd.DataFrame:
        """Return the items of Amazon's catalog that could be a product, the firmest first, and how each was found.

        Arguments:
            product_sku: one product's; by default all that are kept (MA-04).

        Raises:
            UsageError: Commerce has no such product.
        """
        place = self._cycle().store.marketplace.id
        with self.parts.database.read() as connection:
            if product_sku:
                self._product(connection, product_sku)
            items = catalog_items.load_items(connection, place, skus=[product_sku] if product_sku else None)
            chosen = catalog_items.load_asins(connection, self.name)
        items = items.filter(pc.not_equal(items["kind"], MISSING))
        items = items.append_column("order", pc.index_in(items["kind"], value_set=pa.array(_ORDER)))
        items = items.sort_by([("product_sku", "ascending"), ("order", "ascending"), ("asin", "ascending")])
        keys, known = (_pairs(table) for table in (items, chosen))
        items = items.append_column("chosen", pc.is_in(keys, value_set=known))
        return items.append_column("how", _how(items)).select(list(_SHOWN)).to_pandas()

    def choose(self, product_sku: str, asin: str, by: str = "") -> Choice:
        """Say which item of Amazon's catalog a product is; it holds over whatever a search finds (MA-04, MA-05).

        Arguments:
            asin: one of the candidates, or any other.
            by: your name; by default the one you are logged in with.

        Raises:
            UsageError: it is no ASIN, Amazon does not have it in this marketplace, it is the parent of variants, or
                the product cannot be listed, or has a listing already.
        """
        cycle = self._cycle()
        known = read_asins(pa.array([asin], pa.string()))[0].as_py()
        if known is None:
            raise UsageError(f"{asin!r} is no ASIN.", "An ASIN has ten letters and digits, as in B000SDZTM8.")
        with self.parts.database.read() as connection:
            self._check(connection, cycle, product_sku)
        place = cycle.store.marketplace
        items = read_items(cycle.amazon, place, [known], with_attributes=False)
        if not items.num_rows:
            raise UsageError(
                f"Amazon's catalog has no item {known} in marketplace {place.country}.",
                f"The items that were found are shown by: channelkit asins {product_sku}",
            )
        if items["parent"][0].as_py():
            self._demand_child(cycle, product_sku, items)
        who = by or self.parts.person
        with self.parts.database.write() as connection:
            self._keep(connection, cycle, product_sku, items, how=(CHOSEN, who))
            catalog_items.choose_asin(connection, self.name, product_sku, known, who, at=self.parts.now())
        decide_soon(self.parts, self.name)
        return Choice(product_sku, known, items["title"][0].as_py() or "", who)

    def withdraw(self, product_sku: str) -> bool:
        """Take back what was chosen for a product, and return whether anything was; what a search finds holds again."""
        with self.parts.database.write() as connection:
            was_there = catalog_items.withdraw_asin(connection, self.name, product_sku)
        if was_there:
            decide_soon(self.parts, self.name)
        return was_there

    def retry(self, skus: Sequence[str] = ()) -> None:
        """Make the next cycle search anew, with the settings as they are then (MA-06).

        Arguments:
            skus: of Commerce's products, which are then searched for first; all when empty.

        Raises:
            UsageError: Commerce has no such product.
        """
        with self.parts.database.write() as connection:
            for sku in skus:
                self._product(connection, sku)
            catalog_items.forget_searches(connection, self.name, skus)

    def search(self) -> pd.DataFrame:
        """Search Amazon's catalog now, with as many calls as a cycle spends, and return what waits for an ASIN.

        Raises:
            LeaseError: another run works on the store.
        """
        with hold_store(self.parts, self.name, "search") as (cycle, _, outcome):
            outcome.reading = cycle.reader.search()
            outcome.decision = cycle.decide()
            cycle.keep(outcome.decision)
        return self.waiting()

    def _cycle(self) -> Cycle:
        return self.parts.cycle(self.name)

    def _product(self, connection: Connection, sku: str) -> unlisted.Product:
        found = unlisted.find_product(connection, self.name, sku)
        if found is None or found.is_gone:
            raise UsageError(
                f"Commerce has no product {sku!r}.",
                "SKUs are exact, upper and lower case too. If it is new, read first: channelkit pull.",
            )
        return found

    def _check(self, connection: Connection, cycle: Cycle, sku: str) -> None:
        product = self._product(connection, sku)
        if product.seller_sku is not None:
            raise UsageError(
                f"Product {sku!r} has a listing already: {product.seller_sku!r}.",
                "An ASIN is chosen only for products without one; a listing's product is set by: channelkit match.",
            )
        if product.type not in LISTABLE:
            raise UsageError(
                f"Product {sku!r} is of type {product.type}, which Amazon cannot list.",
                "Choose the ASINs of the simple products that it is made of.",
            )
        if f",{cycle.store.website_id}," not in product.websites:
            raise UsageError(
                f"Product {sku!r} is not on website {cycle.store.website!r}, which store {self.name!r} sells for.",
                "Assign it to the website in Commerce first.",
            )

    def _demand_child(self, cycle: Cycle, sku: str, parent: pa.Table) -> NoReturn:
        """Keep a parent's variants as candidates, and ask for one of them.

        Raises:
            UsageError: always.
        """
        children = json.loads(parent["children"][0].as_py() or "[]")
        items = read_items(cycle.amazon, cycle.store.marketplace, children, with_attributes=False)
        with self.parts.database.write() as connection:
            self._keep(connection, cycle, sku, items, how=(CHILD, f"variant of {parent['asin'][0].as_py()}"))
        named = [f"{item['asin']} ({item['title'] or 'no title'})" for item in items.slice(0, NAMED).to_pylist()]
        more = f"; channelkit asins {sku} shows all {items.num_rows}" if items.num_rows > NAMED else ""
        raise UsageError(
            f"{parent['asin'][0].as_py()} is the parent of several variants; a parent cannot be sold.",
            f"Choose the variant: {', '.join(named)}{more}." if named else "Type the variant's ASIN.",
        )

    def _keep(self, connection: Connection, cycle: Cycle, sku: str, items: pa.Table, *, how: tuple[str, str]) -> None:
        """Keep items as candidates of a product, but for those that it has already."""
        place = cycle.store.marketplace.id
        known = catalog_items.load_items(connection, place, ["asin", "kind"], [sku])
        known = known.filter(pc.not_equal(known["kind"], MISSING))
        items = items.filter(pc.invert(pc.is_in(items["asin"], value_set=one(known["asin"]))))
        columns = dict(zip(("product_sku", "kind", "found_by"), (sku, *how), strict=True))
        for name, value in columns.items():
            items = items.append_column(name, pa.repeat(pa.scalar(value), items.num_rows))
        catalog_items.keep_items(connection, place, items.drop_columns(["model", "attributes"]), at=self.parts.now())


def _pairs(table: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(one(table["product_sku"]), one(table["asin"]), "\x1f")


def _how(items: pa.Table) -> pa.Array:
    """Return how each item was found, for a person."""
    found_by, kinds = one(items["found_by"]), one(items["kind"])
    return pc.case_when(
        pc.make_struct(*(pc.equal(kinds, kind) for kind in (CHOSEN, OWN, KEYWORDS))),
        pc.binary_join_element_wise(found_by, " typed it", ""),
        pa.scalar("the product holds it"),
        pc.binary_join_element_wise("words: ", found_by, ""),
        found_by,
    )
