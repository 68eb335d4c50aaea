"""How everything of a store stands now, as whole numbers: what days are counted from, now and back in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import products, rows
from channelkit.database.competition import load_newest
from channelkit.database.reference import load_catalog_reference
from channelkit.database.schema import listings, tabs
from channelkit.database.trend_schema import competition
from channelkit.model.columns import one
from channelkit.model.competition import condition_of
from channelkit.model.tables import LISTINGS, TABS

Numbers = npt.NDArray[np.int64]

NOTHING = -1
"""Stands for what is not there, or not known."""

BRANDS, CATEGORIES = 100, 100
"""Only so many of each are told apart, those with the most products; a day's rows stay few, however large a catalog."""

OTHERS = "(others)"
"""What the smaller brands and categories are called together."""

CATEGORY_IDS = "category_ids"
SEPARATOR = " / "
"""Stands between the names of a category's path."""

DECIDED = ("tab", "status", "product")
OFFERED = ("price", "quantity", "there")
"""Columns of what is on Amazon; the last is 1 where there is such a listing.

Beside them stands ``featured`` where anything is known of what others offer: 1 where our offer is the featured one."""


@dataclass
class Words:
    """Numbers texts; the empty text is 0."""

    texts: list[str] = field(default_factory=lambda: [""])
    _numbers: dict[str, int] = field(default_factory=lambda: {"": 0})

    def number(self, column: pa.Array | pa.ChunkedArray) -> Numbers:
        """Return the number of each text, `NOTHING` for null."""
        coded = one(column)
        if not pa.types.is_dictionary(coded.type):
            coded = pc.dictionary_encode(coded)
        known = np.array([self._add(text) for text in coded.dictionary.to_pylist()] + [NOTHING], np.int64)
        found: Numbers = known[pc.fill_null(coded.indices, len(known) - 1).to_numpy()]
        return found

    def _add(self, text: str) -> int:
        if text not in self._numbers:
            self._numbers[text] = len(self.texts)
            self.texts.append(text)
        return self._numbers[text]


@dataclass(frozen=True)
class Kinds:
    """Brand and category of each product, as numbers of their names.

    Arguments:
        skus: the products, each once.
        brand, category: a number for each, and one more at the end for a product that is not known.
    """

    skus: pa.Array
    brand: Numbers
    category: Numbers
    brands: Sequence[str]
    categories: Sequence[str]

    def number(self, skus: pa.Array | pa.ChunkedArray) -> Numbers:
        """Return the place of each of these products, `NOTHING` for those that are not known."""
        found = pc.index_in(one(skus), value_set=self.skus, skip_nulls=True)
        places: Numbers = pc.fill_null(found, NOTHING).cast(pa.int64()).to_numpy()
        return places


@dataclass
class Standing:
    """How everything of one side stands now: what is listed, or what is not.

    Arguments:
        listed: listings, else products that could become one.
        skus: of each row.
        columns: a number for each row of `DECIDED` and, of listings, of `OFFERED`: texts and products by their number,
            prices in minor units.
    """

    listed: bool
    skus: pa.Array
    columns: dict[str, Numbers]

    def add(self, skus: pa.Array) -> None:
        """Add rows that are no longer there."""
        self.skus = pa.concat_arrays([self.skus, skus])
        nothing = np.full(len(skus), NOTHING, np.int64)
        self.columns = {name: np.concatenate([column, nothing]) for name, column in self.columns.items()}


def load_kinds(connection: Connection, brand: str) -> Kinds:
    """Return brand and category of all products, gone ones too.

    A product that is in several categories counts in the deepest.

    Arguments:
        brand: code of the attribute that holds the brand; empty where none does.
    """
    paths = {
        str(row["id"]): SEPARATOR.join(str(row["path"]).split(SEPARATOR)[1:]) or str(row["path"])
        for row in load_catalog_reference(connection)["categories"]
    }
    deepest = {number: (-path.count(SEPARATOR), len(number), number) for number, path in paths.items()}
    codes = [*filter(None, [brand]), CATEGORY_IDS]
    brands, categories = Words(), Words()
    skus, of_brand, of_category = [], [], []
    for batch in products.iter_attributes(connection, codes):
        skus.append(one(batch["sku"]))
        count = batch.num_rows
        named = pc.binary_join(one(batch[brand]), ", ") if brand else pa.nulls(count, pa.string())
        of_brand.append(np.maximum(brands.number(named), 0))
        # Products share a few hundred sets of categories; each set is looked at once.
        joined = pc.dictionary_encode(pc.binary_join(one(batch[CATEGORY_IDS]), ","))
        chosen = [_choose(text.split(","), paths, deepest) for text in joined.dictionary.to_pylist()]
        words = pa.DictionaryArray.from_arrays(joined.indices, pa.array(chosen, pa.string()))
        of_category.append(np.maximum(categories.number(words), 0))
    all_skus = pa.concat_arrays(skus)
    brand_numbers, brand_names = _largest(np.concatenate(of_brand), brands.texts, BRANDS)
    category_numbers, category_names = _largest(np.concatenate(of_category), categories.texts, CATEGORIES)
    return Kinds(all_skus, brand_numbers, category_numbers, brand_names, category_names)


def no_kinds() -> Kinds:
    """Return what tells neither brand nor category of any product."""
    return Kinds(pa.array([], pa.string()), np.zeros(1, np.int64), np.zeros(1, np.int64), [""], [""])


def load_standing(connection: Connection, store: str, kinds: Kinds, words: dict[str, Words]) -> Iterator[Standing]:
    """Yield how a store's listings stand now, then the products that could become some.

    Arguments:
        words: numbers the texts of ``tab`` and ``status``.
    """
    names = ("sku", "tab", "status", "product_sku")
    query = sa.select(*(tabs.c[name] for name in names)).where(tabs.c.store == store).order_by(tabs.c.sku)
    for listed in (True, False):
        found = rows.read(connection, query.where(tabs.c.listed == int(listed)), TABS.schema(names))
        columns = {name: words[name].number(found[name]) for name in ("tab", "status")}
        linked = found["product_sku"] if listed else found["sku"]
        standing = Standing(listed, one(found["sku"]), columns | {"product": kinds.number(linked)})
        if listed:
            _lay_offers(connection, store, standing)
        yield standing


def _lay_offers(connection: Connection, store: str, standing: Standing) -> None:
    """Add what is on Amazon, of listings that are in no tab, too."""
    won = load_newest(connection, store)
    won = won.filter(pc.is_valid(won["won"]))
    names = ("seller_sku", "price", "quantity", *(("asin", "condition") if won.num_rows else ()))
    query = sa.select(*(listings.c[name] for name in names)).where(listings.c.store == store)
    found = rows.read(connection, query.order_by(listings.c.seller_sku), LISTINGS.schema(names))
    skus = one(found["seller_sku"])
    standing.add(skus.filter(pc.invert(pc.is_in(skus, value_set=standing.skus))))
    place = pc.index_in(standing.skus, value_set=skus)
    for name in ("price", "quantity"):
        standing.columns[name] = pc.fill_null(one(found[name]).take(place), NOTHING).to_numpy(zero_copy_only=False)
    standing.columns["there"] = np.where(pc.is_valid(place).to_numpy(zero_copy_only=False), 1, NOTHING)
    if won.num_rows:
        standing.columns["featured"] = pc.fill_null(_is_featured(found, won).take(place), NOTHING).to_numpy()


def has_compared(connection: Connection, store: str) -> bool:
    """Return whether anything is known of what others offer."""
    return connection.execute(sa.select(competition.c.asin).where(competition.c.store == store)).first() is not None


def _is_featured(found: pa.Table, won: pa.Table) -> pa.Array:
    """Return 1 for listings whose offer is the featured one, 0 where another's is, null where nobody knows."""
    conditions = pc.dictionary_encode(pc.fill_null(one(found["condition"]), ""))
    named = pa.array([condition_of(word) for word in conditions.dictionary.to_pylist()], pa.string())
    item = pc.binary_join_element_wise(one(found["asin"]), named.take(conditions.indices), SEPARATOR)
    known = pc.binary_join_element_wise(one(won["asin"]), one(won["condition"]), SEPARATOR)
    return one(won["won"]).cast(pa.int64()).take(pc.index_in(item, value_set=known, skip_nulls=True))


def _choose(ids: Sequence[str], paths: dict[str, str], deepest: dict[str, tuple[int, int, str]]) -> str:
    known = [number for number in ids if number in paths]
    return paths[min(known, key=deepest.__getitem__)] if known else ""


def _largest(numbers: Numbers, names: Sequence[str], most: int) -> tuple[Numbers, list[str]]:
    """Return the numbers with the smaller ones put together, and the names they then have."""
    counted = Counter(dict(enumerate(np.bincount(numbers, minlength=len(names)).tolist())))
    counted.pop(0, None)
    order = sorted(counted, key=lambda number: (-counted[number], names[number]))
    chosen = order[:most]
    kept = ["", *(names[number] for number in chosen)]
    if len(order) > most:
        kept.append(OTHERS)
    new = np.full(len(names), len(kept) - 1, np.int64)
    new[0] = 0
    new[chosen] = np.arange(1, len(chosen) + 1)
    return np.append(new[numbers], 0), kept
