"""Which products hold a key: an index from keys to products that knows when several hold the same one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Positions = npt.NDArray[np.int64]
NAMED = 3
"""How many holders of an ambiguous key are named to a person."""


@dataclass(frozen=True)
class Holders:
    """Keys, and the products that hold each.

    Arguments:
        keys: distinct keys.
        start: where each key's products begin in ``products``.
        count: how many distinct products hold each key.
        products: positions of products, grouped by key, ascending within.
    """

    keys: pa.Array
    start: Positions
    count: Positions
    products: Positions

    @classmethod
    def of(cls, keys: pa.Array, products: Positions) -> Holders:
        """Build the index from pairs of key and product; null keys hold nothing.

        >>> held = Holders.of(pa.array(["a", "b", "a", None]), np.array([0, 1, 2, 3]))
        >>> held.find(pa.array(["a", "b", "c"])).count.tolist()
        [2, 1, 0]
        """
        there = pc.is_valid(keys)
        encoded = keys.filter(there).dictionary_encode()
        code = encoded.indices.to_numpy().astype(np.int64)
        product = products[there.to_numpy(zero_copy_only=False)]
        span = int(product.max(initial=0)) + 1
        # One number for each pair, so that sorting groups them; numpy's unique takes ten times as long.
        pairs = np.sort(code * span + product)
        is_repeated = np.zeros(len(pairs), np.bool_)
        is_repeated[1:] = pairs[1:] == pairs[:-1]
        code, product = np.divmod(pairs[~is_repeated], span)
        count = np.bincount(code, minlength=len(encoded.dictionary)).astype(np.int64)
        return cls(encoded.dictionary, np.cumsum(count) - count, count, product)

    def find(self, keys: pa.Array) -> Found:
        """Look keys up; a null key finds nothing."""
        place = pc.index_in(keys, value_set=self.keys, skip_nulls=True)
        known = pc.is_valid(place).to_numpy(zero_copy_only=False)
        code = pc.fill_null(place, 0).to_numpy().astype(np.int64)
        if not len(self.keys):
            return Found(self, code, np.zeros(len(keys), np.int64), np.full(len(keys), -1))
        count = np.where(known, self.count[code], 0)
        return Found(self, code, count, np.where(count > 0, self.products[self.start[code]], -1))


@dataclass(frozen=True)
class Found:
    """What was found for each key: how many products hold it, and the first of them, -1 where none does."""

    holders: Holders
    code: Positions
    count: Positions
    first: Positions

    @property
    def only(self) -> Positions:
        """The one product that holds the key, else -1."""
        return np.where(self.count == 1, self.first, -1)

    def names(self, rows: Positions, skus: pa.Array) -> pa.Array:
        """Return, for these rows, up to three holders by SKU, and say if there are more.

        Arguments:
            rows: positions of rows where something was found.
            skus: the products' SKUs.
        """
        code, back = np.unique(self.code[rows], return_inverse=True)
        count = self.holders.count[code]
        owner = np.repeat(np.arange(len(code)), count)
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        product = self.holders.products[np.repeat(self.holders.start[code], count) + offset]
        named = pa.table({"owner": owner, "sku": skus.take(pa.array(product))})
        named = named.sort_by([("owner", "ascending"), ("sku", "ascending")])
        sorted_skus = named["sku"].combine_chunks()
        begin = np.cumsum(count) - count
        parts = [
            pc.if_else(
                pa.array(count > rank), sorted_skus.take(pa.array(np.minimum(begin + rank, len(product) - 1))), None
            )
            for rank in range(NAMED)
        ]
        text = pc.binary_join_element_wise(*parts, ", ", null_handling="skip")
        more = pc.if_else(pa.array(count > NAMED), ", …", "")
        return pc.binary_join_element_wise(text, more, "").take(pa.array(back.reshape(-1)))
