"""What Commerce was last seen to say about products in one store view, where that differs from all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from pyarrow import json
from sqlalchemy.engine import Connection

from channelkit.database import facts, rows
from channelkit.database.difference import Tally, difference
from channelkit.database.history import Origin
from channelkit.database.schema import product_scopes
from channelkit.model.columns import one
from channelkit.model.tables import SCOPES


def load_scopes(
    connection: Connection,
    store_view: str,
    names: Sequence[str] = tuple(SCOPES.names),
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return a store view's own values, or of them those of these products, with these columns, in SKU order."""
    query = sa.select(*(product_scopes.c[name] for name in names)).where(product_scopes.c.store_view == store_view)
    query, schema = query.order_by(product_scopes.c.sku), SCOPES.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, product_scopes.c.sku, skus, schema)


def load_scoped_texts(
    connection: Connection, store_view: str, codes: Sequence[str], skus: Sequence[str] | None = None
) -> pa.Table:
    """Return what products have in some attributes in a store view, in SKU order.

    Arguments:
        codes: of attributes; ``price`` has a column of its own, the others stand in the column of JSON.

    Returns:
        ``sku`` and a column of texts for each code: empty where the store view has nothing, null where it was not
        asked, or where it does not tell a price.
    """
    names = ["sku", *(["price"] if "price" in codes else []), *(["prices"] if set(codes) - {"price"} else [])]
    found = load_scopes(connection, store_view, names, skus)
    inside = [code for code in dict.fromkeys(codes) if code not in ("sku", "price")]
    columns = {"sku": one(found["sku"]), **({"price": one(found["price"])} if "price" in codes else {})}
    if inside:
        columns |= _texts(one(found["prices"]), inside)
    return pa.table(columns)


def store_scopes(connection: Connection, batch: pa.Table, *, at: int, run: str) -> Tally:
    """Keep what a store view says about some products, writing only the rows that differ.

    Arguments:
        batch: ``store_view, sku, name, enabled, price`` and, where they were read, ``prices``; a SKU stands once in
            each store view.
        at: when it was read, in milliseconds since 1970.
    """
    tally = Tally()
    for store_view in batch["store_view"].unique().to_pylist():
        part = batch.filter(pc.equal(batch["store_view"], store_view))
        found = difference(connection, product_scopes, SCOPES, {"store_view": store_view}, part, whole=False)
        origin = Origin(store_view, at, "Commerce", run)
        facts.write(connection, product_scopes, SCOPES, found, subject="product", origin=origin)
        tally += found.tally
    return tally


def _texts(documents: pa.Array, codes: Sequence[str]) -> dict[str, pa.Array]:
    """Return these keys of documents of JSON as columns of texts; null where a document lacks one."""
    if documents.null_count == len(documents):
        return {code: pa.nulls(len(documents), pa.string()) for code in codes}
    lines = "\n".join(pc.fill_null(documents, "{}").to_pylist()).encode()
    schema = pa.schema([(code, pa.string()) for code in codes])
    parsed = json.read_json(
        pa.py_buffer(lines),
        json.ReadOptions(block_size=1 << 24),
        json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    return {code: one(parsed[code]) for code in codes}
