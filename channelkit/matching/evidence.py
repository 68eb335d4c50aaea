"""What speaks for a link, or against one, in sentences for a person."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.holders import Found, Positions
from channelkit.model.columns import Mask


class Evidence:
    """Collects sentences, some rows at a time; rows that got none have no evidence.

    Arguments:
        skus: the products' SKUs.
        seller_skus: the listings' SKUs.
        chosen: each listing's product by position, -1 where none is.
    """

    def __init__(self, skus: pa.Array, seller_skus: pa.Array, chosen: Positions) -> None:
        self._skus, self._seller_skus, self._chosen = skus, seller_skus, chosen
        self._place = np.full(len(seller_skus), -1)
        self._texts: list[pa.Array] = []
        self._filled = 0
        self._remarks: list[tuple[Positions, pa.Array]] = []

    def agree(self, where: Mask, kind: str, codes: pa.Array) -> None:
        """The same code stands on both sides."""
        rows = np.flatnonzero(where)
        self._say(rows, f"{_begin(kind)} ", _at(codes, rows), " is the same in both catalogs.")

    def agree_loosely(self, where: Mask) -> None:
        """The seller SKU differs only in upper and lower case, and no other is like it."""
        rows = np.flatnonzero(where)
        product = _at(self._skus, self._chosen[rows])
        self._say(rows, "Seller SKU ", _at(self._seller_skus, rows), " and product ", product, _ONLY_CASE)

    def doubt(self, where: Mask, kind: str, codes: pa.Array, found: Found) -> None:
        """Several products hold the code."""
        rows = np.flatnonzero(where)
        count = pa.array(found.count[rows]).cast(pa.string())
        self._say(
            rows,
            f"{_begin(kind)} ",
            _at(codes, rows),
            " belongs to ",
            count,
            " products: ",
            found.names(rows, self._skus),
            ".",
        )

    def share(self, where: Mask, found: Found) -> None:
        """Without regard to case there are others with this SKU, here or there."""
        rows = np.flatnonzero(where)
        names = found.names(rows, self._skus)
        self._say(rows, "Seller SKU ", _at(self._seller_skus, rows), " is like ", names, _NOT_ALONE)

    def contradict(self, where: Mask, by_sku: Positions, otherwise: Positions) -> None:
        """A SKU that differs in case says one product, another identifier another."""
        rows = np.flatnonzero(where)
        one, other = _at(self._skus, by_sku[rows]), _at(self._skus, otherwise[rows])
        self._say(
            rows,
            "The seller SKU is, but for upper and lower case, that of ",
            one,
            "; its other identifiers belong to ",
            other,
            ".",
        )

    def distrust(self, where: Mask, codes: pa.Array, products: Positions, reasons: pa.Array) -> None:
        """The same GTIN stands on both sides, and all else contradicts it."""
        rows = np.flatnonzero(where)
        self._say(
            rows,
            "GTIN ",
            _at(codes, rows),
            " is that of ",
            _at(self._skus, products[rows]),
            ", but ",
            _at(reasons, rows),
            "; a number alone proves nothing.",
        )

    def object(self, where: Mask, kind: str, codes: pa.Array, found: Found) -> None:
        """A weaker identifier belongs to another product than the chosen one."""
        rows = np.flatnonzero(where)
        self._remark(rows, f"But {kind} ", _at(codes, rows), " belongs to ", _at(self._skus, found.only[rows]), ".")

    def warn(self, where: Mask, reasons: pa.Array) -> None:
        """Something is odd about a link that holds."""
        rows = np.flatnonzero(where)
        self._remark(rows, "But ", _at(reasons, rows), ".")

    def dismiss(self, where: Mask, codes: pa.Array, found: Found) -> None:
        """So many products hold the code that it says nothing about any."""
        rows = np.flatnonzero(where)
        count = pa.array(found.count[rows]).cast(pa.string())
        self._remark(rows, "GTIN ", _at(codes, rows), " stands at ", count, " products, so it says nothing.")

    def relate(self, where: Mask, codes: pa.Array, found: Found) -> None:
        """The listing carries the code of a case, and products hold that of the unit, or of such a case."""
        rows = np.flatnonzero(where)
        names = found.names(rows, self._skus)
        self._remark(rows, "GTIN ", _at(codes, rows), " is the code of a case, a relative of ", names, _NO_MATCH)

    def relate_cases(self, where: Mask, codes: pa.Array, found: Found) -> None:
        """Products hold the code of a case of what the listing is."""
        rows = np.flatnonzero(where)
        names = found.names(rows, self._skus)
        self._remark(rows, "GTIN ", _at(codes, rows), " is the unit in a case that is ", names, _NO_MATCH)

    def differ(self, where: Mask, holdings: Found, texts: pa.Array) -> None:
        """The product's own identifiers contradict each other."""
        rows = np.flatnonzero(where)
        product = _at(self._skus, self._chosen[rows])
        self._remark(rows, "But ", product, " has several GTINs: ", holdings.names(rows, texts), ".")

    def accompany(self, where: Mask, siblings: Found) -> None:
        """Several listings are offers of one product, which is no fault."""
        rows = np.flatnonzero(where)
        count = pa.array(siblings.count[rows]).cast(pa.string())
        self._remark(rows, "It has ", count, " listings: ", siblings.names(rows, self._seller_skus), ".")

    def column(self) -> pa.Array:
        """Return the sentences, one text for each listing."""
        texts = pa.concat_arrays([pa.array([], pa.string()), *self._texts])
        texts = texts.take(pa.array(self._place, mask=self._place < 0))
        for rows, words in self._remarks:
            mask = np.zeros(len(texts), np.bool_)
            mask[rows] = True
            longer = pc.binary_join_element_wise(texts.filter(pa.array(mask)), words, " ", null_handling="skip")
            texts = pc.replace_with_mask(texts, pa.array(mask), longer)
        return texts

    def _remark(self, rows: Positions, *parts: str | pa.Array) -> None:
        if rows.size:
            self._remarks.append((rows, _join(rows.size, *parts)))

    def _say(self, rows: Positions, *parts: str | pa.Array) -> None:
        if rows.size:
            self._place[rows] = np.arange(self._filled, self._filled + rows.size)
            self._texts.append(_join(rows.size, *parts))
            self._filled += rows.size


_ONLY_CASE = " differ only in upper and lower case, and no other SKU is like them."
_NO_MATCH = "; a case is never its unit."
_NOT_ALONE = " but for upper and lower case, and it is not the only one."


def _begin(kind: str) -> str:
    """Return the kind of a code as it begins a sentence.

    >>> _begin("seller SKU")
    'Seller SKU'
    """
    return kind[0].upper() + kind[1:]


def _at(column: pa.Array, rows: npt.NDArray[np.int64]) -> pa.Array:
    return column.take(pa.array(rows))


def _join(count: int, *parts: str | pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "") if count else pa.array([], pa.string())
