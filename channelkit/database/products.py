"""What Commerce was last seen to say about each product, in all store views together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference, digest
from channelkit.database.history import Origin
from channelkit.database.reference import load_catalog_reference
from channelkit.database.schema import product_scopes, products
from channelkit.model.columns import one
from channelkit.model.tables import PRODUCTS

READ = tuple(name for name in PRODUCTS.names if name not in ("observed_at", "missing_since", "digest"))
"""What a reading of products brings."""

SELLABLE = ("simple", "virtual", "downloadable")
"""Types that can be on Amazon by themselves; a configurable product is there as its children."""

COLUMNS = {
    "name": "name",
    "price": "price",
    "status": "enabled",
    "visibility": "visibility",
    "attribute_set_id": "attribute_set",
    "type_id": "type",
}
"""Attributes that stand in columns of their own, and in which; all others stand in the column of JSON."""

TEXTS = pa.list_(pa.string())

_STATUS = {"1": "Enabled", "0": "Disabled"}
_VISIBILITY = {"1": "Not Visible Individually", "2": "Catalog", "3": "Search", "4": "Catalog, Search"}


def load_products(
    connection: Connection,
    names: Sequence[str] = tuple(PRODUCTS.names),
    *,
    gone: bool = False,
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return the products that Commerce still has, these columns, in SKU order.

    Arguments:
        gone: also those that it no longer has; ``missing_since`` tells them.
        skus: only these.
    """
    query = sa.select(*(products.c[name] for name in names))
    if not gone:
        query = query.where(products.c.missing_since.is_(None))
    query, schema = query.order_by(products.c.sku), PRODUCTS.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, products.c.sku, skus, schema)


def iter_attributes(
    connection: Connection,
    codes: Sequence[str],
    size: int = 100_000,
    *,
    skus: Sequence[str] | None = None,
    store_view: str = "",
) -> Iterator[pa.Table]:
    """Yield what products have in these attributes, a batch at a time, in the order of `load_products`, gone ones too.

    Arguments:
        codes: codes of attributes; one that no product has gives a column of nulls.
        size: rows a batch: what is held in memory at once.
        skus: only these products; all when None.
        store_view: name, price and state as this store view has them, where it has its own; empty for all store views.

    Returns:
        Tables with ``sku`` as a text, then one column of lists of texts for each other code: options by their labels,
        categories by their numbers, null for none.
    """
    codes = [code for code in dict.fromkeys(codes) if code != "sku"]
    names = list(dict.fromkeys(["sku", *(COLUMNS.get(code, "attributes") for code in codes)]))
    query = _as_in(store_view, names).order_by(products.c.sku)
    words = _words(connection, codes)

    def fetch(page: sa.Select[Any]) -> pa.Table:
        found = rows.fetch(connection, page) or [()] * len(names)
        with rows.collector_paused():
            return _attributes(dict(zip(names, found, strict=True)), codes, words)

    if skus is not None:
        for part in list(rows.in_parts(skus)) or [()]:
            yield fetch(query.where(products.c.sku.in_(part)))
        return
    batch = fetch(query.limit(size))
    yield batch
    while batch.num_rows == size:
        # Along the key, not along a cursor: some drivers hold all rows of an open query in memory.
        batch = fetch(query.where(products.c.sku > batch["sku"][-1].as_py()).limit(size))
        if batch.num_rows:
            yield batch


def load_texts(
    connection: Connection, codes: Sequence[str], *, skus: Sequence[str] | None = None, store_view: str = ""
) -> pa.Table:
    """Return what products have in these attributes as one text each, several values joined by commas.

    Returns:
        ``sku`` and one column of texts for each code, in the order of `load_products`, gone ones too.
    """
    codes = [code for code in dict.fromkeys(codes) if code != "sku"]
    schema = pa.schema([(name, pa.string()) for name in ("sku", *codes)])
    parts = [
        pa.table([batch["sku"], *(pc.binary_join(one(batch[code]), ", ") for code in codes)], schema=schema)
        for batch in iter_attributes(connection, codes, skus=skus, store_view=store_view)
    ]
    return pa.concat_tables(parts)


def listable_skus(connection: Connection, website_id: int | None) -> list[str]:
    """Return the SKUs whose stock matters to a website: of a type that Amazon can list; none while it is unknown."""
    if website_id is None:
        return []
    query = sa.select(products.c.sku).where(
        products.c.missing_since.is_(None), products.c.type.in_(SELLABLE), _is_on(website_id)
    )
    return list(connection.execute(query.order_by(products.c.sku)).scalars())


def store_products(connection: Connection, batch: pa.Table, *, at: int, run: str) -> Tally:
    """Keep what Commerce says about some products, writing only the rows that differ.

    A product whose SKU was changed keeps its ``entity_id``: the row with the old SKU then counts as missing.

    Arguments:
        batch: the columns `READ`, ``sku`` unique.
        at: when it was read, in milliseconds since 1970.
    """
    batch = batch.append_column("digest", digest(batch, READ))
    found = difference(connection, products, PRODUCTS, {}, batch, whole=False)
    facts.write(connection, products, PRODUCTS, found, subject="product", origin=Origin("", at, "Commerce", run))
    _return(connection, batch["sku"].to_pylist())
    _miss(connection, _renamed(connection, batch), at, run)
    return found.tally


def mark_absent(connection: Connection, present: Sequence[pa.ChunkedArray | pa.Array], *, at: int, run: str) -> Tally:
    """Write down which products a complete reading did not have.

    Arguments:
        present: the ``entity_id`` of every product that was read, in any number of pieces.
        at: when it was read, in milliseconds since 1970.
    """
    names = ("sku", "entity_id")
    query = sa.select(*(products.c[name] for name in names)).where(products.c.missing_since.is_(None))
    known = rows.read(connection, query, PRODUCTS.schema(names))
    chunks = [chunk for piece in present for chunk in (piece.chunks if isinstance(piece, pa.ChunkedArray) else [piece])]
    seen = pa.chunked_array(chunks, pa.int64()).combine_chunks()
    absent = known["sku"].filter(pc.invert(pc.is_in(known["entity_id"], seen))).to_pylist()
    _miss(connection, absent, at, run)
    return Tally(missing=len(absent))


def _is_on(website_id: int) -> sa.ColumnElement[bool]:
    return products.c.websites.like(f"%,{website_id:d},%")


def _renamed(connection: Connection, batch: pa.Table) -> list[str]:
    """Return stored SKUs whose product now goes by another."""
    names = ("sku", "entity_id")
    query = sa.select(*(products.c[name] for name in names)).where(products.c.missing_since.is_(None))
    ids = batch["entity_id"].drop_null().to_pylist()
    stored = rows.read_keys(connection, query, products.c.entity_id, ids, PRODUCTS.schema(names))
    renamed = pc.invert(pc.is_in(stored["sku"], batch["sku"].combine_chunks()))
    return list(stored["sku"].filter(renamed).to_pylist())


def _return(connection: Connection, skus: Sequence[str]) -> None:
    """Clear the doubt about products that are there again."""
    statement = products.update().where(products.c.sku == sa.bindparam("known"), products.c.missing_since.isnot(None))
    missing = sa.select(products.c.sku).where(products.c.missing_since.isnot(None))
    schema = PRODUCTS.schema(["sku"])
    back = rows.read_keys(connection, missing, products.c.sku, skus, schema)["sku"].to_pylist()
    if back:
        connection.execute(statement.values(missing_since=None), [{"known": sku} for sku in back])


def _miss(connection: Connection, skus: Sequence[str], at: int, run: str) -> None:
    if not skus:
        return
    statement = products.update().where(products.c.sku == sa.bindparam("known"), products.c.missing_since.is_(None))
    connection.execute(statement.values(missing_since=at), [{"known": sku} for sku in skus])
    facts.record_gone(connection, skus, subject="product", origin=Origin("", at, "Commerce", run))


def _as_in(store_view: str, names: Sequence[str]) -> sa.Select[Any]:
    """Return a query of products' columns as a store view has them."""
    own = [name for name in names if name in ("name", "price", "enabled")] if store_view else []
    columns = [sa.func.coalesce(product_scopes.c[n], products.c[n]) if n in own else products.c[n] for n in names]
    query = sa.select(*columns)
    if not own:
        return query
    is_same = sa.and_(product_scopes.c.store_view == store_view, product_scopes.c.sku == products.c.sku)
    return query.select_from(products.outerjoin(product_scopes, is_same))


def _words(connection: Connection, codes: Sequence[str]) -> dict[str, Mapping[str, str]]:
    """Return the labels of what the columns keep as numbers."""
    if not {"status", "visibility", "attribute_set_id"}.intersection(codes):
        return {}
    known = load_catalog_reference(connection)
    options = {row["code"]: row.get("options") or {} for row in known["attributes"]}
    status = options.get("status") or {}
    return {
        # Commerce numbers "disabled" 2; the flag has no number for it.
        "status": {"1": status.get("1", _STATUS["1"]), "0": status.get("2", _STATUS["0"])},
        "visibility": {**_VISIBILITY, **options.get("visibility", {})},
        "attribute_set_id": {str(row["id"]): str(row["name"]) for row in known["attribute_sets"]},
    }


def _attributes(
    found: Mapping[str, Sequence[Any]], codes: Sequence[str], words: Mapping[str, Mapping[str, str]]
) -> pa.Table:
    columns = {"sku": pa.array(found["sku"], pa.string())}
    inside = [code for code in codes if code not in COLUMNS]
    bodies = _bodies(found["attributes"], inside) if inside else []
    for code in codes:
        if code in COLUMNS:
            name = COLUMNS[code]
            values = rows.column(found[name], PRODUCTS.schema([name]).field(name).type)
            columns[code] = _lists(_labelled(values, words.get(code, {})))
        else:
            columns[code] = _from_values(list(map(attrgetter(f"f{inside.index(code)}"), bodies)))
    return pa.table(columns)


def _bodies(documents: Sequence[str | None], codes: Sequence[str]) -> list[Any]:
    """Return documents of JSON with these codes only: what is not asked for is skipped while reading."""
    fields = [(f"f{place}", Any, None) for place in range(len(codes))]
    rename = {f"f{place}": code for place, code in enumerate(codes)}
    shape = msgspec.defstruct("Body", fields, rename=rename, gc=False)
    decode = msgspec.json.Decoder(shape, float_hook=str).decode
    return [decode(document or "{}") for document in documents]


def _labelled(column: pa.Array, words: Mapping[str, str]) -> pa.Array:
    texts = pc.cast(pc.cast(column, pa.int8()) if pa.types.is_boolean(column.type) else column, pa.string())
    if not words:
        return texts
    labels = pa.array(list(words.values()), pa.string())
    return pc.coalesce(labels.take(pc.index_in(texts, value_set=pa.array(list(words), pa.string()))), texts)


def _from_values(values: Sequence[Any]) -> pa.Array:
    # Nearly always they are all texts, or all lists of texts, which Arrow takes as they are; as texts it takes nothing
    # else. Not both at once: it would take a text beside a list for a list of its letters.
    with suppress(pa.ArrowTypeError, pa.ArrowInvalid):
        return _lists(pa.array(values, pa.string()))
    if set(map(type, values)) - {type(None)} == {list}:
        with suppress(pa.ArrowTypeError, pa.ArrowInvalid):
            lists: pa.Array = pa.array(values, TEXTS)
            if not lists.flatten().null_count:
                return lists
    return pa.array([_texts(value) for value in values], TEXTS)


def _texts(value: Any) -> list[str] | None:
    if value is None:
        return None
    several = value if isinstance(value, list) else [value]
    return ["1" if each is True else "0" if each is False else str(each) for each in several if each is not None]


def _lists(texts: pa.Array) -> pa.Array:
    """Return each text as a list of one; null for none."""
    is_there = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    ends = np.concatenate([[0], np.cumsum(is_there, dtype=np.int32)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(ends), texts.drop_null(), mask=pa.array(~is_there))
