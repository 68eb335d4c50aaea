"""What a rule would do to a store, computed from where things stand and not done (LR-03).

Nothing is decided anew: the rule is asked over whole columns of products, and its answer is laid over the tabs that the
last decision left, so that a million listings take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.database.placed import load_composites, load_currency, load_offered, load_placed
from channelkit.database.products import iter_attributes
from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.tree import Group, codes_of
from channelkit.model.columns import mask, one
from channelkit.report.rule_preview import preview_html, preview_text, stake_words, summary_words
from channelkit.report.rule_rows import rows_frame, rows_words
from channelkit.rules.asking import ask_rule, reason_words
from channelkit.rules.sets import LEAVES, PARTS, Part, Sets

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Preview:
    """What a rule would do: three sets, why each row is in its own, and what is at stake.

    Arguments:
        sentence: the rule in words.
        table: a row for each listing and product of the three sets: the columns of
            `channelkit.database.placed.PLACED`, and ``part``, ``change`` (what becomes of it) and ``reason``.
        counts: how many rows each set has, and how many listings have no product, or have ended.
        leaving: listings that are on sale now and would be no more.
        stakes: of those, price times quantity by currency, in minor units.
        currency: of the store's listings.
    """

    database: Database
    store: str
    rule: Group
    sentence: str
    table: pa.Table
    counts: Mapping[str, int]
    leaving: int
    stakes: Mapping[str, int]
    currency: str

    @property
    def eligible(self) -> pd.DataFrame:
        """Listings on Amazon that the rule admits: nothing changes for them, or they come back."""
        return self.frame("eligible")

    @property
    def ineligible(self) -> pd.DataFrame:
        """Listings on Amazon that the rule leaves out: their quantity becomes 0, they are never removed (LR-05)."""
        return self.frame("ineligible")

    @property
    def new(self) -> pd.DataFrame:
        """Products that are not on Amazon and that the rule admits: they are listed once nothing else is missing."""
        return self.frame("new")

    @property
    def words(self) -> str:
        """What the figures mean, in a sentence or two."""
        return summary_words(self.counts, self.leaving, self._changes())

    @property
    def stake(self) -> str:
        """What is on offer now in listings that would be taken off sale; empty where none would."""
        return stake_words(self.leaving, self.stakes)

    def frame(self, part: Part) -> pd.DataFrame:
        """Return one set as analysts see it: product, listing, what becomes of it and why.

        Raises:
            UsageError: there is no such set.
        """
        return rows_frame(self.database, self.store, self._part(part))

    def reasons(self, part: str) -> list[tuple[str, int]]:
        """Return why rows are in a set, with how many there are, most first."""
        counted = self._part(part).group_by("reason").aggregate([([], "count_all")])
        counted = counted.sort_by([("count_all", "descending"), ("reason", "ascending")])
        return list(zip(counted["reason"].to_pylist(), counted["count_all"].to_pylist(), strict=True))

    def rows(self, part: str, first: int, size: int) -> list[dict[str, str]]:
        """Return some rows of a set in words, those that change first."""
        return rows_words(self.database, self.store, self._part(part).slice(first, size))

    def summary(self, most: int = 200) -> dict[str, object]:
        """Return the preview as plain values for another program, with some rows of each set."""
        return {
            "store": self.store,
            "rule": self.sentence,
            "counts": dict(self.counts),
            "leaving": self.leaving,
            "at_stake": dict(self.stakes),
            "words": self.words,
            "reasons": {part: [list(reason) for reason in self.reasons(part)] for part in PARTS},
            "rows": {part: self.rows(part, 0, most) for part in PARTS},
        }

    def __repr__(self) -> str:
        return preview_text(self)

    def _repr_html_(self) -> str:
        return preview_html(self)

    def _part(self, part: str) -> pa.Table:
        if part not in PARTS:
            raise UsageError(f"A preview has no set {part!r}.", f"The sets are: {', '.join(PARTS)}.")
        return self.table.filter(pc.equal(self.table["part"], part))

    def _changes(self) -> Mapping[str, int]:
        counted = self.table.group_by("change").aggregate([([], "count_all")])
        return dict(zip(counted["change"].to_pylist(), counted["count_all"].to_pylist(), strict=True))


def preview_rule(
    database: Database, store: str, rule: Group, attributes: Attributes, time_zone: str, *, store_view: str = ""
) -> Preview:
    """Compute what a rule would do to a store.

    Arguments:
        attributes: what Commerce says of the attributes.
        time_zone: the store's; dates are read in it.
        store_view: the store's; the rule looks at names, prices and states as it has them.

    Raises:
        UsageError: nothing was read yet, so there is nothing to preview.
    """
    with database.read() as connection:
        placed = load_placed(connection, store)
        composites = load_composites(connection)
        if not placed.num_rows:
            raise UsageError(
                f"Nothing of store {store!r} was read and sorted yet, so there is nothing to preview.",
                "Read it first with: channelkit pull",
            )
        batches = iter_attributes(connection, codes_of(rule), store_view=store_view)
        skus, admitted, why = ask_rule(rule, batches, attributes, time_zone)
    place = pc.index_in(one(placed["product_sku"]), value_set=skus, skip_nulls=True)
    is_known = mask(pc.is_valid(place))
    where = pc.fill_null(place, 0).to_numpy(zero_copy_only=False)
    is_in = is_known & _at(admitted, where)
    type_place = pc.index_in(one(placed["product_sku"]), value_set=one(composites["sku"]), skip_nulls=True)
    is_composite = mask(pc.is_valid(type_place))
    sets = Sets(placed, is_in & ~is_composite, is_composite, _at(why, where))
    table = sets.table(reason_words(rule, attributes), one(composites["type"]).take(type_place))
    leaving = one(table["sku"]).filter(pc.equal(one(table["change"]), LEAVES))
    with database.read() as connection:
        offered, currency = load_offered(connection, store, leaving.to_pylist()), load_currency(connection, store)
    return Preview(
        database=database,
        store=store,
        rule=rule,
        sentence=describe(rule, attributes),
        table=table,
        counts=sets.counts(),
        leaving=len(leaving),
        stakes=_stakes(offered),
        currency=currency,
    )


def _at(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    return values[where] if len(values) else np.zeros(len(where), values.dtype)


def _stakes(offered: pa.Table) -> dict[str, int]:
    """Return price times quantity by currency; what Amazon fulfils has no quantity here."""
    value = pc.multiply(offered["price"], offered["quantity"])
    known = offered.append_column("value", value).filter(pc.is_valid(value))
    summed = known.group_by("currency").aggregate([("value", "sum")])
    return {
        currency or "": total
        for currency, total in zip(summed["currency"].to_pylist(), summed["value_sum"].to_pylist(), strict=True)
    }
