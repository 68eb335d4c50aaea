"""What is asked of Amazon's catalog for each product, and whose the answers are."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one
from channelkit.model.identifiers import Source, gtin14

_COLUMNS: tuple[Source, ...] = ("upc", "ean", "isbn", "gtin")
_KINDS = ("EAN", "UPC", "ISBN", "EAN")
_LENGTHS = np.array([8, 12, 13, 13])
"""How Amazon calls a code, and with how many digits it is written: of eight, a UPC, a book's, any other."""

_SHORT, _UPC, _BOOK, _OTHER = range(4)


def choose_codes(products: pa.Table) -> pa.Table:
    """Return the codes that can be searched for: those of a unit that is sold, as Amazon's catalog writes them (MA-01).

    A GCID is not among them: Amazon's catalog cannot be searched by it.

    Arguments:
        products: ``sku`` (unique), ``upc``, ``ean``, ``isbn``, ``gtin``, as they were found.

    Returns:
        ``product_sku, kind`` (of `channelkit.amazon.catalog.Kind`), ``code``, ``key`` (GTIN-14 as a whole number), each
        key once for each product.

    >>> none = pa.array([None], pa.string())
    >>> columns = {"upc": ["36000291452"], "ean": ["0036000291452"], "isbn": none, "gtin": none}
    >>> choose_codes(pa.table({"sku": ["MUG"], **columns})).to_pylist()
    [{'product_sku': 'MUG', 'kind': 'UPC', 'code': '036000291452', 'key': 36000291452}]
    """
    skus = one(products["sku"])
    owners = pa.concat_arrays([skus] * len(_COLUMNS))
    keys = pa.concat_arrays([gtin14(products[name], name) for name in _COLUMNS])
    pairs = pa.table({"product_sku": owners, "key": keys}).filter(pc.is_valid(keys))
    pairs = pairs.group_by(["product_sku", "key"], use_threads=False).aggregate([])
    numbers = pairs["key"].to_numpy()
    is_book = np.isin(numbers // 10**10, (978, 979)) & (numbers // 10**9 != 9790)
    sort = np.select([numbers < 10**8, numbers < 10**12, is_book], [_SHORT, _UPC, _BOOK], _OTHER)
    padded = pc.utf8_lpad(one(pairs["key"]).cast(pa.string()), 14, "0")
    # Every kind is the end of the same fourteen digits.
    codes = [pc.utf8_slice_codeunits(padded, 14 - int(length)) for length in _LENGTHS]
    return pa.table(
        {
            "product_sku": pairs["product_sku"],
            "kind": pa.array(_KINDS).take(pa.array(sort)),
            "code": pc.choose(pa.array(sort), *codes),
            "key": pairs["key"],
        }
    )


def join_codes(asked: pa.Table, found: pa.Table) -> pa.Table:
    """Return which product each found item could be: an answer does not say which code it is for.

    Arguments:
        asked: what `choose_codes` gave.
        found: ``kind, identifier`` and whatever else is known of an item, a row for each of its identifiers.

    Returns:
        ``product_sku``, ``found_by`` (the code, for a person) and the other columns of ``found``, each item once for
        each product.
    """
    is_book = pc.equal(found["kind"], "ISBN")
    keys = pc.if_else(is_book, gtin14(found["identifier"], "isbn"), gtin14(found["identifier"], "gtin"))
    keys = pc.if_else(pc.equal(found["kind"], "ASIN"), pa.scalar(None, pa.int64()), keys)
    named = asked.append_column("found_by", pc.binary_join_element_wise(asked["kind"], asked["code"], " "))
    items = found.drop_columns(["kind", "identifier"]).append_column("key", keys).filter(pc.is_valid(keys))
    # An item may show one code as a UPC, an EAN and a GTIN.
    firsts = [(name, "first") for name in items.column_names if name not in ("asin", "key")]
    items = items.group_by(["key", "asin"], use_threads=False).aggregate(firsts)
    items = items.rename_columns([name.removesuffix("_first") for name in items.column_names])
    joined = named.select(["product_sku", "key", "found_by"]).join(items, "key", join_type="inner", use_threads=False)
    rest = [name for name in joined.column_names if name not in ("product_sku", "asin", "key")]
    once = joined.group_by(["product_sku", "asin"], use_threads=False).aggregate([(name, "first") for name in rest])
    return once.rename_columns([name.removesuffix("_first") for name in once.column_names])
