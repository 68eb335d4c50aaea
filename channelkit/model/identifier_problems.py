"""What is wrong with the identifiers of a catalog, each told so that somebody can correct it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import mask, one
from channelkit.model.identifiers import PROBLEMS, Source, asin, gcid, gtin14, read_codes
from channelkit.model.placeholders import are_words
from channelkit.model.spellings import clean

COLUMNS = ("asin", "upc", "ean", "isbn", "gtin", "gcid")
"""Columns of a catalog that hold identifiers; a seller SKU may be anything."""

_GTINS: tuple[Source, ...] = ("upc", "ean", "isbn", "gtin")
_AMAZONS: dict[str, tuple[Callable[[pa.Array], pa.Array], str, str]] = {
    "asin": (asin, "not_an_asin", "An ASIN has ten letters or digits, and is no single digit again and again."),
    "gcid": (gcid, "not_a_gcid", "A GCID has sixteen letters or digits, and is no single digit again and again."),
}
_NAMED = 3
_CHECK = "check which is its own."
_SCHEMA = pa.schema([(name, pa.string()) for name in ("sku", "column", "raw", "status", "reason")])


def examine(products: pa.Table) -> pa.Table:
    """Return the identifiers of a catalog that cannot be used, or that contradict others, with the reason (MA-10).

    Beside the statuses of `channelkit.model.identifiers.PROBLEMS` there are ``not_an_asin``, ``not_a_gcid``; ``shared``
    where several products have the same code; and ``contradicting`` where one product has several GTINs. The last two
    are for a person to look at: a pack may rightly carry the codes of two countries.

    Arguments:
        products: ``sku`` (unique) and any of `COLUMNS`, as they were found.

    Returns:
        ``sku, column, raw, status, reason``, by SKU and column; an identifier that is not given is no problem.

    >>> examine(pa.table({"sku": ["MUG"], "upc": ["036000291453"]})).to_pylist()[0]["reason"]
    'Its last digit does not fit the others; one of them is mistyped.'
    """
    skus = one(products["sku"])
    given = [name for name in COLUMNS if name in products.column_names]
    parts = [_unusable(skus, one(products[name]), name) for name in given]
    keys: dict[Source, pa.Array] = {name: gtin14(products[name], name) for name in _GTINS if name in given}
    if "asin" in given:
        keys["asin"] = gtin14(products["asin"], "asin")
    pairs = _pairs(keys)
    texts = {name: one(products[name]) for name in given}

    def tell_shared(rows: Sequence[int]) -> str:
        named = _name([skus[row].as_py() for row in rows])
        return f"{len(rows)} products have it: {named}; a code belongs to one."

    def tell_contradicting(found: Sequence[int]) -> str:
        return f"The product has {len(found)} different GTINs: {_name([f'{key:013d}' for key in found])}; {_CHECK}"

    parts.append(_conflicts(skus, texts, pairs, by="key", status="shared", tell=tell_shared))
    parts.append(_conflicts(skus, texts, pairs, by="product", status="contradicting", tell=tell_contradicting))
    found = pa.concat_tables([_SCHEMA.empty_table(), *parts])
    return found.sort_by([("sku", "ascending"), ("column", "ascending"), ("status", "ascending")]).combine_chunks()


def _unusable(skus: pa.Array, codes: pa.Array, column: str) -> pa.Table:
    """Return what of one column gives no key."""
    place = np.flatnonzero(mask(pc.is_valid(codes)))
    codes = codes.take(pa.array(place))
    if column in _AMAZONS:
        read, status, reason = _AMAZONS[column]
        texts = clean(codes)
        is_bad = mask(pc.and_(pc.is_null(read(codes)), pc.not_equal(texts, "")))
        is_word = pa.array(are_words(texts)[is_bad])
        statuses = pc.if_else(is_word, "placeholder", status)
        reasons = pc.if_else(is_word, PROBLEMS["placeholder"], reason)
    else:
        found = read_codes(codes, next(name for name in _GTINS if name == column))
        is_bad = mask(pc.and_(pc.is_null(found["gtin14"]), pc.not_equal(found["status"].cast(pa.string()), "missing")))
        statuses, reasons = (found[name].filter(pa.array(is_bad)).cast(pa.string()) for name in ("status", "reason"))
    rows = pa.array(place[is_bad])
    return _rows(skus.take(rows), column, codes.filter(pa.array(is_bad)), one(statuses), one(reasons))


def _pairs(keys: Mapping[Source, pa.Array]) -> pa.Table:
    """Return ``key, product, column`` of every good code, each code once for each product."""
    tables = []
    for name, column in keys.items():
        rows = np.flatnonzero(mask(pc.is_valid(column)))
        tables.append(pa.table({"key": column.drop_null(), "product": rows, "column": pa.repeat(name, len(rows))}))
    empty = pa.schema([("key", pa.int64()), ("product", pa.int64()), ("column", pa.string())]).empty_table()
    pairs = pa.concat_tables([empty, *tables])
    return pairs.group_by(["key", "product"], use_threads=False).aggregate([("column", "first")])


def _conflicts(
    skus: pa.Array,
    texts: dict[str, pa.Array],
    pairs: pa.Table,
    *,
    by: Literal["key", "product"],
    status: str,
    tell: Callable[[Sequence[int]], str],
) -> pa.Table:
    """Return a row for each code whose group has several members, with what is told of the group; few are expected."""
    of = "product" if by == "key" else "key"
    groups = pairs.group_by(by, use_threads=False).aggregate([(of, "list")])
    groups = groups.filter(pc.greater(pc.list_value_length(groups[f"{of}_list"]), 1))
    words = pa.array([tell(sorted(members)) for members in groups[f"{of}_list"].to_pylist()], pa.string())
    place = pc.index_in(one(pairs[by]), value_set=one(groups[by]))
    chosen = pairs.filter(pc.is_valid(place)).combine_chunks()
    rows, columns = one(chosen["product"]), one(chosen["column_first"])
    raw = [texts[column][row].as_py() for column, row in zip(columns.to_pylist(), rows.to_pylist(), strict=True)]
    told = words.take(place.drop_null())
    return _rows(skus.take(rows), columns, pa.array(raw, pa.string()), pa.repeat(status, len(rows)), told)


def _name(members: Sequence[str]) -> str:
    return ", ".join(members[:_NAMED]) + (", …" if len(members) > _NAMED else "")


def _rows(skus: pa.Array, column: str | pa.Array, raw: pa.Array, status: pa.Array, reason: pa.Array) -> pa.Table:
    columns = pa.repeat(column, len(skus)) if isinstance(column, str) else column
    return pa.table([skus, columns, raw.cast(pa.string()), status, reason], schema=_SCHEMA)
