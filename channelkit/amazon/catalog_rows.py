"""Items of Amazon's catalog, as the Catalog Items API shows them, as columns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from channelkit.model.marketplaces import Marketplace

ITEMS = pa.schema(
    [
        *((name, pa.string()) for name in ("asin", "title", "brand", "model", "product_type")),
        ("parent", pa.bool_()),
        *((name, pa.string()) for name in ("parent_asin", "children", "attributes")),
    ]
)
"""One row for each item: ``parent`` says that it is the parent of variants, which nobody can sell (MA-05);
``parent_asin`` names its own parent; ``children`` and ``attributes`` are JSON, null where there are none."""

CODES = pa.schema(
    [pa.field("asin", pa.string()), ("kind", pa.string()), ("identifier", pa.string()), *list(ITEMS)[1:-1]]
)
"""One row for each identifier of each item: its kind, as Amazon names it, and the columns of `ITEMS`."""


def tabulate_items(items: Iterable[Mapping[str, Any]], marketplace: Marketplace) -> pa.Table:
    """Return items as columns of `ITEMS`, each ASIN once, in the order of the answer."""
    return _table(({item["asin"]: _row(item, marketplace) for item in items}).values(), ITEMS)


def tabulate_codes(items: Iterable[Mapping[str, Any]], marketplace: Marketplace) -> pa.Table:
    """Return items as columns of `CODES`, a row for each identifier; the ASIN is the first."""
    return _table((row for item in items for row in _code_rows(item, marketplace)), CODES)


def _table(rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    kept = list(rows)
    return pa.table({name: [row[name] for row in kept] for name in schema.names}, schema=schema)


def _code_rows(item: Mapping[str, Any], marketplace: Marketplace) -> Iterator[Mapping[str, Any]]:
    row = _row(item, marketplace)
    entries = (_of(marketplace, item.get("identifiers")) or {}).get("identifiers") or []
    for entry in [{"identifierType": "ASIN", "identifier": row["asin"]}, *entries]:
        yield row | {"kind": str(entry["identifierType"]), "identifier": str(entry["identifier"])}


def _row(item: Mapping[str, Any], marketplace: Marketplace) -> dict[str, Any]:
    summary = _of(marketplace, item.get("summaries")) or {}
    types = _of(marketplace, item.get("productTypes")) or {}
    family = (_of(marketplace, item.get("relationships")) or {}).get("relationships") or []
    # Packages contain one another as well; only variations have a parent that cannot be sold.
    variations = [each for each in family if each.get("type") == "VARIATION"]
    children = [str(asin) for each in variations for asin in each.get("childAsins") or ()]
    parents = [str(asin) for each in variations for asin in each.get("parentAsins") or ()]
    attributes = item.get("attributes")
    return {
        "asin": str(item["asin"]),
        "title": summary.get("itemName"),
        "brand": summary.get("brand"),
        "model": summary.get("modelNumber") or summary.get("partNumber"),
        "product_type": types.get("productType"),
        "parent": bool(children) or summary.get("itemClassification") == "VARIATION_PARENT",
        "parent_asin": parents[0] if parents else None,
        "children": json.dumps(children) if children else None,
        "attributes": json.dumps(attributes, ensure_ascii=False, default=str) if attributes else None,
    }


def _of(marketplace: Marketplace, entries: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any] | None:
    return next((entry for entry in entries or () if entry.get("marketplaceId") == marketplace.id), None)
