"""Rows of a rule's preview: for analysts as a DataFrame, for a page in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.placed import load_details, load_named, load_offered
from channelkit.database.reference import load_reference
from channelkit.model.columns import one
from channelkit.report.tables import money as amounts
from channelkit.report.wording import money

if TYPE_CHECKING:
    import pandas as pd

VISIBILITIES = {1: "Not Visible Individually", 2: "Catalog", 3: "Search", 4: "Catalog, Search"}
_FIRST = ("entity_id", "name", "type", "attribute_set", "product_sku", "visibility", "enabled")
_THEN = ("seller_sku", "asin", "tab", "status", "change", "reason", "quantity", "price", "currency", "stake")


def detailed(database: Database, store: str, part: pa.Table) -> pa.Table:
    """Return rows of a preview with what Commerce says of their products, and what is on offer on Amazon.

    Arguments:
        part: rows of `channelkit.rules.preview.Preview.table`.

    Returns:
        The same rows in the same order, with ``entity_id, name, type, attribute_set`` (its name), ``visibility`` (in
        words), ``enabled``, ``seller_sku, asin, price, currency, quantity`` and ``stake`` (price times quantity, minor
        units).
    """
    skus, own, listed = one(part["product_sku"]), one(part["sku"]), one(part["listed"])
    with database.read() as connection:
        details = load_details(connection, pc.unique(skus).to_pylist())
        named = load_named(connection, store, pc.unique(own).to_pylist())
        offered = load_offered(connection, store, own.filter(listed).to_pylist())
        sets = _set_names(connection)
    # A listing and a product may have the same SKU.
    keys = [_keys(one(table["listed"]), one(table["sku"])) for table in (part, named)]
    where = pc.index_in(keys[0], value_set=keys[1])
    for name in ("seller_sku", "asin"):
        part = part.append_column(name, one(named[name]).take(where))
    where = pc.index_in(pc.if_else(listed, own, pa.scalar(None, pa.string())), value_set=one(offered["sku"]))
    for name in ("price", "currency", "quantity"):
        part = part.append_column(name, one(offered[name]).take(where))
    place = pc.index_in(skus, value_set=one(details["sku"]))
    for name in ("entity_id", "name", "type", "enabled"):
        part = part.append_column(name, one(details[name]).take(place))
    for name, known in (("attribute_set", sets), ("visibility", VISIBILITIES)):
        numbers = one(details[name])
        words = pa.array(known.values(), pa.string()).take(
            pc.index_in(numbers, value_set=pa.array(known.keys(), pa.int64()))
        )
        part = part.append_column(name, pc.coalesce(words, numbers.cast(pa.string())).take(place))
    return part.append_column("stake", pc.multiply(part["price"], part["quantity"]))


def rows_frame(database: Database, store: str, part: pa.Table) -> pd.DataFrame:
    """Return rows of a preview with exact amounts."""
    import pandas as pd  # noqa: PLC0415 - half a second

    found = detailed(database, store, part)
    for name in ("price", "stake"):
        found = found.set_column(found.column_names.index(name), name, amounts(found[name], found["currency"]))
    return found.select([*_FIRST, *_THEN]).to_pandas(types_mapper=pd.ArrowDtype)


def rows_words(database: Database, store: str, part: pa.Table) -> list[dict[str, str]]:
    """Return rows of a preview as texts, the product's SKU as ``sku``."""
    return [
        {
            "entity_id": "" if row["entity_id"] is None else str(row["entity_id"]),
            "name": row["name"] or "",
            "type": row["type"] or "",
            "attribute_set": row["attribute_set"] or "",
            "sku": row["product_sku"] or "",
            "seller_sku": row["sku"] if row["listed"] else row["seller_sku"] or "",
            "visibility": row["visibility"] or "",
            "enabled": {True: "Enabled", False: "Disabled"}.get(row["enabled"], ""),
            "tab": f"{row['tab']}: {row['status']}" if row["tab"] and row["status"] != row["tab"] else row["tab"] or "",
            "change": row["change"],
            "reason": row["reason"] or "",
            "stake": "" if row["stake"] is None else money(row["stake"], row["currency"] or ""),
        }
        for row in detailed(database, store, part).to_pylist()
    ]


def _keys(listed: pa.Array, skus: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(listed.cast(pa.string()), skus, "\x1f")


def _set_names(connection: Connection) -> dict[int, str]:
    kept = load_reference(connection, "commerce", "attribute_sets")
    return {int(row["id"]): str(row["name"]) for row in json.loads(kept.body)} if kept else {}
