"""Amazon's own catalog: which ASINs have this identifier?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from channelkit.amazon.client import Amazon, documented, field_of, next_token
from channelkit.amazon.operations import SEARCH_CATALOG
from channelkit.model.marketplaces import Marketplace

Kind = Literal["ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "UPC"]

AT_ONCE = 20
"""The most identifiers that one search takes."""

SCHEMA = pa.schema([(name, pa.string()) for name in ("asin", "kind", "identifier", "title", "brand", "product_type")])


def search_catalog(amazon: Amazon, marketplace: Marketplace, identifiers: Sequence[str], kind: Kind) -> pa.Table:
    """Return the catalog items that have one of these identifiers (MA-01).

    One identifier may bring several items. An answer does not say which identifier found an item, so each item comes
    with every identifier of its own: a row for each.

    Arguments:
        identifiers: of one kind, as text, without commas.

    Returns:
        ``asin, kind, identifier, title, brand, product_type``.
    """
    rows: list[dict[str, Any]] = []
    for start in range(0, len(identifiers), AT_ONCE):
        query = [
            ("marketplaceIds", marketplace.id),
            ("identifiers", ",".join(identifiers[start : start + AT_ONCE])),
            ("identifiersType", kind),
            ("includedData", "identifiers,summaries,productTypes"),
            ("pageSize", str(AT_ONCE)),
        ]
        find = next_token(SEARCH_CATALOG.name)
        for page in amazon.transport.pages(SEARCH_CATALOG, find, "pageToken", None, query):
            with documented(SEARCH_CATALOG.name):
                for item in field_of(page, "items", SEARCH_CATALOG.name):
                    rows += _rows(item, marketplace)
    with documented(SEARCH_CATALOG.name):
        return pa.table({name: [row[name] for row in rows] for name in SCHEMA.names}, schema=SCHEMA)


def _rows(item: Mapping[str, Any], marketplace: Marketplace) -> Iterator[dict[str, Any]]:
    summary = _of(marketplace, item.get("summaries")) or {}
    types = _of(marketplace, item.get("productTypes")) or {}
    entries = (_of(marketplace, item.get("identifiers")) or {}).get("identifiers") or []
    asin = str(item["asin"])
    for entry in [{"identifierType": "ASIN", "identifier": asin}, *entries]:
        yield {
            "asin": asin,
            "kind": str(entry["identifierType"]),
            "identifier": str(entry["identifier"]),
            "title": summary.get("itemName"),
            "brand": summary.get("brand"),
            "product_type": types.get("productType"),
        }


def _of(marketplace: Marketplace, entries: Sequence[Mapping[str, Any]] | None) -> Mapping[str, Any] | None:
    return next((entry for entry in entries or () if entry.get("marketplaceId") == marketplace.id), None)
