"""The three sets of a preview: which listings and products a rule takes in or leaves out, and what becomes of each."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.tabs import ACTIVE, ENDED
from channelkit.model.columns import Mask, mask, one

Part = Literal["eligible", "ineligible", "new"]
PARTS: tuple[Part, ...] = get_args(Part)
EXCLUDED = "Excluded by Rule"

LEAVES, STAYS_OUT, WOULD_BE_OUT = "goes off sale", "stays off sale", "is left out, too"
STAYS, RETURNS, STILL_OUT = "stays on sale", "may come back", "stays as it is"
COMES, WAITS = "is new", "is waiting already"
CHANGES = (LEAVES, RETURNS, COMES, WOULD_BE_OUT, STAYS_OUT, WAITS, STILL_OUT, STAYS)
"""What becomes of a row, those that change first."""


class Sets:
    """The rows of a store, sorted into the three sets by masks.

    Arguments:
        placed: columns of `channelkit.database.placed.PLACED`.
        is_in: the rule admits the product, and Amazon can list it.
        why: for each row, which of the reasons speaks against its product.
    """

    def __init__(self, placed: pa.Table, is_in: Mask, is_composite: Mask, why: np.ndarray) -> None:
        self.placed, self.is_in, self.is_composite, self.why = placed, is_in, is_composite, why
        self.listed = mask(placed["listed"])
        tab, status = one(placed["tab"]), one(placed["status"])
        self.is_ended = mask(pc.equal(tab, ENDED))
        self.is_linked = mask(pc.is_valid(placed["product_sku"]))
        self.is_placed = mask(pc.not_equal(pc.fill_null(tab, ""), ""))
        self.is_live = mask(pc.equal(tab, ACTIVE))
        self.is_out = mask(pc.equal(status, EXCLUDED))
        on_amazon = self.listed & self.is_linked & ~self.is_ended
        self.parts: dict[Part, Mask] = {
            "eligible": on_amazon & is_in,
            "ineligible": on_amazon & ~is_in,
            "new": ~self.listed & is_in & ~self.is_ended,
        }

    def counts(self) -> dict[str, int]:
        """Return how many rows each set has, and how many are in none."""
        found = {str(part): int(chosen.sum()) for part, chosen in self.parts.items()}
        found["unlinked"] = int((self.listed & ~self.is_linked).sum())
        found["ended"] = int((self.is_ended & self.is_linked).sum())
        # Products that wait to be listed and would no longer be.
        found["dropped"] = int((~self.listed & ~self.is_in & self.is_placed & ~self.is_ended).sum())
        return found

    def table(self, reasons: list[str], types: pa.Array) -> pa.Table:
        """Return the rows of the three sets, those that change first.

        Arguments:
            reasons: by number, what speaks against a product.
            types: of each row, the type that Amazon cannot list, or null.
        """
        eligible, ineligible, new = (self.parts[part] for part in PARTS)
        masks = {
            LEAVES: ineligible & self.is_live,
            STAYS_OUT: ineligible & self.is_out,
            WOULD_BE_OUT: ineligible & ~self.is_live & ~self.is_out,
            STAYS: eligible & self.is_live,
            RETURNS: eligible & self.is_out,
            STILL_OUT: eligible & ~self.is_live & ~self.is_out,
            COMES: new & ~self.is_placed,
            WAITS: new & self.is_placed,
        }
        change = np.full(len(eligible), -1, np.int8)
        for number, words in enumerate(CHANGES):
            change[masks[words]] = number
        chosen = np.flatnonzero(change >= 0)
        # Stable, so that within a change the rows stay in the order of their SKUs.
        order = pa.array(chosen[np.argsort(change[chosen], kind="stable")])
        changes = pa.array(CHANGES).take(pa.array(change).take(order))
        part = pa.array(np.select([eligible, ineligible], [0, 1], 2).astype(np.int8)).take(order)
        table = self.placed.take(order)
        table = table.append_column("part", pa.array(PARTS, pa.string()).take(part))
        table = table.append_column("change", changes.cast(pa.string()))
        return table.append_column("reason", self._reasons(reasons, types).take(order))

    def _reasons(self, reasons: list[str], types: pa.Array) -> pa.Array:
        against = pa.array(reasons, pa.string()).take(pa.array(self.why))
        told = pc.if_else(pa.array(self.is_in), "The rule admits it.", against)
        # Words of a row's own are written for those rows alone: of a million they are few.
        where = np.flatnonzero(self.is_composite & ~self.is_in)
        told = _put(
            told,
            where,
            pc.binary_join_element_wise("Amazon cannot list a product of type ", _take(types, where), ".", ""),
        )
        where = np.flatnonzero(self.is_in & self.is_placed & ~self.is_live & ~self.is_out)
        tab, status = (pc.fill_null(_take(one(self.placed[name]), where), "") for name in ("tab", "status"))
        both = pc.binary_join_element_wise(tab, pc.utf8_rtrim(status, "."), ": ")
        state = pc.if_else(pc.equal(tab, status), tab, both)
        return _put(told, where, pc.binary_join_element_wise("The rule admits it; it stands in ", state, ".", ""))


def _take(values: pa.Array, where: np.ndarray) -> pa.Array:
    return values.take(pa.array(where))


def _put(values: pa.Array, where: np.ndarray, others: pa.Array) -> pa.Array:
    """Return values with others in some places."""
    chosen = np.zeros(len(values), np.bool_)
    chosen[where] = True
    return pc.replace_with_mask(one(values), pa.array(chosen), one(others))
