"""Searching Amazon's catalog for products without a listing: their own ASIN first, then their codes, then words.

Each product is searched for once, and again only when what is asked would be something else. A cycle spends a limited
number of calls, so that a catalog of any size takes as many cycles as it takes and nothing else waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.amazon.catalog import AT_ONCE, Kind, read_items, search_catalog, search_keywords
from channelkit.amazon.client import Amazon
from channelkit.database import catalog_items, progress
from channelkit.database.difference import Tally, digest
from channelkit.errors import AuthError, DocumentError, RefusedError
from channelkit.matching.catalog import CHILD, IDENTIFIER, KEYWORDS, MISSING, OWN
from channelkit.matching.searches import choose_codes, join_codes
from channelkit.model.columns import one
from channelkit.model.identifiers import asin
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import Puller, Reading

PART = 200
"""Products that are searched for together, so that most calls ask for twenty codes of one kind."""

LOOKED_AT = 100_000
"""Products that a cycle looks at, whether they are to be searched for; the next cycle goes on where it ended."""

MOST_CHILDREN = 60
"""Variants of one parent that are read and offered."""

_ITEMS = ("asin", "title", "brand", "product_type", "parent", "parent_asin", "children")
FOUND = pa.schema(
    [
        *((name, pa.string()) for name in ("product_sku", "kind", "found_by")),
        *((name, pa.bool_() if name == "parent" else pa.string()) for name in _ITEMS),
    ]
)


@dataclass
class Spent:
    """What one reading spends: calls that are left, and what Amazon refused on the way."""

    left: int
    refused: list[RefusedError] = field(default_factory=list)


@dataclass(frozen=True)
class CatalogReader:
    """Searches Amazon's catalog for one store's products without a listing.

    Arguments:
        general: code of the Commerce attribute whose words a general search takes; empty for none (MA-03).
        calls: how many calls a cycle spends; the last product that was begun is finished.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    general: str
    calls: int

    def read(self) -> Reading:
        """Search for the next products in turn, those first that a person asked for anew.

        What goes wrong is written down and does not keep the store's other facts from being acted on.
        """
        reading, search = Reading(), Reading()
        spent = Spent(self.calls)
        try:
            self.puller.attempt(search, self.store, lambda: self._search(reading, spent))
        except AuthError:
            # It is written down; prices and quantities need no catalog.
            self.puller.progress(f"{self.store}: Amazon's catalog may not be read")
        for error in (*search.errors, *spent.refused):
            words = f"Amazon's catalog was not searched to the end for store {self.store!r}: {error.what}"
            reading.errors.append(DocumentError(words, error.fix))
        return reading

    def _search(self, reading: Reading, spent: Spent) -> None:
        name, now, place = f"catalog/{self.store}", self.puller.now(), self.marketplace.id
        with self.puller.database.read() as connection:
            asked_for = catalog_items.to_search_anew(connection, self.store, place, self._count(spent))
            after = progress.read_watermark(connection, name) or ""
            turn = catalog_items.find_turn(connection, self.store, after, LOOKED_AT)
        self._search_part(reading, spent, self._without_known(asked_for, now), now)
        while spent.left > 0:
            with self.puller.database.read() as connection:
                window = catalog_items.to_search(connection, self.store, place, turn, self._count(spent))
            if window.num_rows:
                self._search_part(reading, spent, self._without_known(window, now), now)
            is_over = not window.num_rows
            turn = turn._replace(after=turn.until if is_over else window["sku"][-1].as_py())
            with self.puller.database.write() as connection:
                progress.move_watermark(connection, name, turn.after, at=now)
            if is_over:
                return

    def _count(self, spent: Spent) -> int:
        """Return how many products to search for together: most parts cost a call for ten, the last is cut to fit."""
        return min(PART, AT_ONCE + spent.left * AT_ONCE // 4)

    def _without_known(self, window: pa.Table, now: int) -> pa.Table:
        """Return the products of which something else would be asked than before, with the words and the digest."""
        window = window.append_column("words", _words(window, self.general)).drop_columns(["attributes", "name"])
        names = [name for name in window.column_names if name not in ("sku", "digest")]
        asked = one(digest(window, names)).cast(pa.string())
        is_known = pc.fill_null(pc.equal(window["digest"], asked), False)
        with self.puller.database.write() as connection:
            known = window["sku"].filter(is_known).to_pylist()
            catalog_items.still_searched(connection, self.marketplace.id, known, at=now)
        place = window.schema.get_field_index("digest")
        return window.set_column(place, "digest", asked).filter(pc.invert(is_known))

    def _search_part(self, reading: Reading, spent: Spent, products: pa.Table, now: int) -> None:
        if not products.num_rows:
            return
        self.puller.progress(f"{self.store}: searching Amazon's catalog for {products.num_rows} products")
        held = self._find_own(spent, products)
        there = held.filter(pc.equal(held["kind"], OWN))
        rest = _without(products, there["product_sku"])
        coded = self._find_codes(spent, rest)
        rest = _without(rest, coded["product_sku"])
        worded, unasked = self._find_words(spent, rest)
        found = pa.concat_tables([held, coded, worded])
        found = _once(pa.concat_tables([found, self._find_children(spent, found)]))
        searched = _without(products, unasked).select(["sku", "digest"]).rename_columns(["product_sku", "digest"])
        found = found.filter(pc.is_in(found["product_sku"], value_set=one(searched["product_sku"])))
        with self.puller.database.write() as connection:
            catalog_items.store_found(connection, self.marketplace.id, searched, found, at=now)
        hits = len(found.filter(pc.not_equal(found["kind"], MISSING))["product_sku"].unique())
        reading.add("catalog", Tally(new=hits, unchanged=searched.num_rows - hits))

    def _find_own(self, spent: Spent, products: pa.Table) -> pa.Table:
        """Ask for the ASINs that products hold; one that Amazon does not have here is found missing."""
        owners = pa.table({"product_sku": products["sku"], "asin": asin(products["asin"])})
        owners = owners.filter(pc.is_valid(owners["asin"]))
        items = self._read(spent, owners["asin"].unique().to_pylist())
        place = pc.index_in(owners["asin"], value_set=one(items["asin"]))
        kind = pc.if_else(pc.is_valid(place), OWN, MISSING)
        words = pc.binary_join_element_wise("ASIN", owners["asin"], " ")
        columns = {name: items[name].take(place) for name in _ITEMS if name != "asin"}
        columns["parent"] = pc.fill_null(columns["parent"], False)
        return _found({**owners.to_pydict(), "kind": kind, "found_by": words, **columns})

    def _find_codes(self, spent: Spent, products: pa.Table) -> pa.Table:
        asked, found = choose_codes(products), [_found({})]
        for kind in asked["kind"].unique().to_pylist():
            codes = asked.filter(pc.equal(asked["kind"], kind))["code"].unique().to_pylist()
            for items in self._ask(spent, partial(self._search_codes, kind), codes):
                joined = join_codes(asked, items)
                found.append(_found({**_columns(joined), "kind": _same(IDENTIFIER, joined)}))
        return pa.concat_tables(found)

    def _find_words(self, spent: Spent, products: pa.Table) -> tuple[pa.Table, pa.Array]:
        """Search by words, one call for each product, and return also the products that the calls did not reach."""
        worded = products.filter(pc.fill_null(pc.not_equal(products["words"], ""), False))
        found, skus = [_found({})], worded["sku"].to_pylist()
        for place, (sku, words) in enumerate(zip(skus, worded["words"].to_pylist(), strict=True)):
            # The first is always asked, so that a small limit does not stand still.
            if place and spent.left <= 0:
                return pa.concat_tables(found), pa.array(skus[place:], pa.string())
            for items in self._ask(spent, self._search_words, [words]):
                columns = {"product_sku": _same(sku, items), "kind": _same(KEYWORDS, items)}
                found.append(_found({**columns, "found_by": _same(words, items), **_columns(items)}))
        return pa.concat_tables(found), pa.array([], pa.string())

    def _find_children(self, spent: Spent, found: pa.Table) -> pa.Table:
        """Read the variants of parents that were found: one of them is what can be sold (MA-05)."""
        parents = found.filter(found["parent"])
        # Words find whole families; the first is the likeliest, and it is only an offer.
        parents = parents.group_by(["product_sku", "kind"], use_threads=False).aggregate(
            [("asin", "first"), ("children", "first")]
        )
        parents = parents.select(["product_sku", "asin_first", "children_first"])
        families = [
            (sku, parent, json.loads(children or "[]")[:MOST_CHILDREN])
            for sku, parent, children in zip(*parents.to_pydict().values(), strict=True)
        ]
        items = self._read(spent, list(dict.fromkeys(child for *_, children in families for child in children)))
        parts = [_found({})]
        for sku, parent, children in families:
            variants = items.filter(pc.is_in(items["asin"], value_set=pa.array(children, pa.string())))
            columns = {"product_sku": _same(sku, variants), "kind": _same(CHILD, variants)}
            parts.append(_found({**columns, "found_by": _same(f"variant of {parent}", variants), **_columns(variants)}))
        return pa.concat_tables(parts)

    def _read(self, spent: Spent, asins: Sequence[str]) -> pa.Table:
        read = partial(read_items, self.amazon, self.marketplace, with_attributes=False)
        return pa.concat_tables([read([]), *self._ask(spent, read, asins)])

    def _search_codes(self, kind: Kind, codes: Sequence[str]) -> pa.Table:
        return search_catalog(self.amazon, self.marketplace, codes, kind)

    def _search_words(self, words: Sequence[str]) -> pa.Table:
        return search_keywords(self.amazon, self.marketplace, words[0])

    def _ask(self, spent: Spent, call: Callable[[Sequence[str]], pa.Table], asked: Sequence[str]) -> Iterator[pa.Table]:
        """Yield the answers, twenty at a time; one that Amazon refuses does not hide the others."""
        parts = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
        while parts:
            part = parts.pop(0)
            spent.left -= 1
            try:
                yield call(part)
            except RefusedError as error:
                if error.status != 400:
                    raise
                if len(part) == 1:
                    spent.refused.append(error)
                else:
                    parts += [part[: len(part) // 2], part[len(part) // 2 :]]


def _words(products: pa.Table, general: str) -> pa.Array:
    """Return what a general search takes of each product: one attribute, as words."""
    if general in ("name", "sku"):
        return pc.fill_null(one(products[general]), "")
    if not general:
        return _same("", products)
    values = [json.loads(text or "{}").get(general) for text in products["attributes"].to_pylist()]
    texts = [" ".join(map(str, value)) if isinstance(value, list) else str(value or "") for value in values]
    return pa.array(texts, pa.string())


def _found(columns: dict[str, object]) -> pa.Table:
    return pa.table({name: columns.get(name, []) for name in FOUND.names}, schema=FOUND)


def _columns(items: pa.Table) -> dict[str, object]:
    return {name: items[name] for name in items.column_names if name in FOUND.names}


def _once(found: pa.Table) -> pa.Table:
    """Return each item once for each product: as it was found first, which is the firmest way."""
    rest = [name for name in FOUND.names if name not in ("product_sku", "asin")]
    once = found.group_by(["product_sku", "asin"], use_threads=False).aggregate([(name, "first") for name in rest])
    return once.rename_columns([name.removesuffix("_first") for name in once.column_names]).select(FOUND.names)


def _without(products: pa.Table, skus: pa.Array | pa.ChunkedArray) -> pa.Table:
    return products.filter(pc.invert(pc.is_in(products["sku"], value_set=one(skus))))


def _same(value: str, table: pa.Table) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), table.num_rows)
