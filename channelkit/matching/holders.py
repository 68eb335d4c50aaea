"""Which products hold a key, and whether several hold the same one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask

Positions = npt.NDArray[np.int64]
NAMED = 3
"""How many holders of an ambiguous key are named to a person."""


@dataclass(frozen=True)
class Found:
    """What was found for each key that was asked for.

    Arguments:
        count: how many distinct products hold the key.
        first: position of the first of them, -1 where none does.
        start: where the key's products begin in ``products``.
        products: positions of products, grouped by key.
    """

    count: Positions
    first: Positions
    start: Positions
    products: Positions

    @property
    def only(self) -> Positions:
        """The one product that holds the key, else -1."""
        return np.where(self.count == 1, self.first, -1)

    def but(self, where: Mask) -> Found:
        """Return the same, as if nothing had been found there."""
        return Found(np.where(where, 0, self.count), np.where(where, -1, self.first), self.start, self.products)

    def names(self, rows: Positions, skus: pa.Array) -> pa.Array:
        """Return, for these rows, up to three holders by SKU, and say if there are more.

        Arguments:
            rows: positions of rows where something was found.
            skus: the products' SKUs.
        """
        start, chosen, back = np.unique(self.start[rows], return_index=True, return_inverse=True)
        count = self.count[rows][chosen]
        owner = np.repeat(np.arange(len(start)), count)
        offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
        product = self.products[np.repeat(start, count) + offset]
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


def find_holders(keys: pa.Array, products: Positions, asked: pa.Array) -> Found:
    """Return which products hold each key that is asked for; null keys hold nothing and find nothing.

    Arguments:
        keys, products: pairs of a key and the position of a product that holds it; pairs may repeat.
        asked: keys to look for.

    >>> found = find_holders(pa.array(["a", "b", "a", None]), np.array([0, 1, 2, 3]), pa.array(["a", "b", "c"]))
    >>> found.count.tolist(), found.only.tolist()
    ([2, 1, 0], [-1, 1, -1])
    """
    # Both sides in one go, because hashing a million texts is most of the work.
    encoded = pa.concat_arrays([keys, asked]).dictionary_encode().indices
    held, wanted = encoded.slice(0, len(keys)), encoded.slice(len(keys))
    there = pc.is_valid(held).to_numpy(zero_copy_only=False)
    code = pc.fill_null(held, 0).to_numpy().astype(np.int64)[there]
    product = products[there]
    span = int(product.max(initial=0)) + 1
    # One number for each pair, so that sorting groups them; numpy's unique takes ten times as long.
    pairs = np.sort(code * span + product)
    is_repeated = np.zeros(len(pairs), np.bool_)
    is_repeated[1:] = pairs[1:] == pairs[:-1]
    code, product = np.divmod(pairs[~is_repeated], span)

    known = pc.is_valid(wanted).to_numpy(zero_copy_only=False)
    place = pc.fill_null(wanted, 0).to_numpy().astype(np.int64)
    counts = np.bincount(code, minlength=int(place.max(initial=0)) + 1).astype(np.int64)
    starts = np.cumsum(counts) - counts
    count = np.where(known, counts[place], 0)
    start = np.minimum(starts[place], max(len(product) - 1, 0))
    first = np.where(count > 0, product[start], -1) if len(product) else np.full(len(asked), -1)
    return Found(count, first, start, product)
