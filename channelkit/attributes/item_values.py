"""Amazon's attribute documents as values: one list of texts for each attribute of each item, in its country's language.

An attribute is a list of objects. Most have ``value``; some have a unit or a currency beside it, some are made of named
parts that each have one, and some stand once for each language and each marketplace (Catalog Items 2022-04-01).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from channelkit.model.marketplaces import Marketplace

FLAT = pa.schema([(name, pa.string()) for name in ("asin", "amazon_attribute", "value")])

IDENTIFIERS = "externally_assigned_product_identifier"
"""Amazon's own attribute that holds UPC, EAN, ISBN, GTIN and GCID, each with its kind."""

_PLAIN = {"title": "item_name", "brand": "brand", "model": "model_number", "product_type": "product_type"}
_SELECTORS = ("language_tag", "marketplace_id", "audience", "type")


def flatten_items(items: pa.Table, marketplace: Marketplace) -> pa.Table:
    """Return what items say, attribute by attribute.

    Arguments:
        items: columns of `channelkit.amazon.catalog_rows.ITEMS`.

    Returns:
        ``asin, amazon_attribute, value``; the value is a JSON list of texts, never an empty one.
    """
    found = [
        (row["asin"], name, json.dumps(texts, ensure_ascii=False))
        for row in items.to_pylist()
        for name, texts in _of_item(row, marketplace).items()
    ]
    columns = zip(*found, strict=True) if found else ([], [], [])
    return pa.table(dict(zip(FLAT.names, map(list, columns), strict=True)), schema=FLAT)


def texts_of(document: Any, marketplace: Marketplace) -> list[str]:
    """Return one attribute's values as a person reads them, those of the marketplace's first language where it has any.

    >>> from channelkit.model.marketplaces import marketplace
    >>> germany, weight = marketplace("DE"), [{"value": 1.5, "unit": "kilograms"}]
    >>> texts_of(weight, germany), texts_of([{"value": "19.99", "currency": "EUR"}], germany)
    (['1.5 kilograms'], ['19.99 EUR'])
    >>> texts_of([{"value": "red", "language_tag": "en_US"}, {"value": "rot", "language_tag": "de_DE"}], germany)
    ['rot']
    >>> texts_of([{"width": {"value": 3, "unit": "inches"}, "height": {"value": 4, "unit": "inches"}}], germany)
    ['width 3 inches, height 4 inches']
    """
    entries = document if isinstance(document, list) else [document]
    here = [entry for entry in entries if _is_for(entry, "marketplace_id", marketplace.id)]
    spoken = [entry for entry in here if _is_for(entry, "language_tag", marketplace.locale)] or here
    texts = [_text(entry).strip() for entry in spoken]
    return [text for text in dict.fromkeys(texts) if text]


def _of_item(row: Mapping[str, Any], marketplace: Marketplace) -> dict[str, list[str]]:
    found = {name: [row[column]] for column, name in _PLAIN.items() if row[column]}
    found["asin"] = [row["asin"]]
    documents = json.loads(row["attributes"]) if row["attributes"] else {}
    for kind, identifier in _identifiers(documents.get(IDENTIFIERS) or ()):
        found.setdefault(kind, []).append(identifier)
    for name, document in documents.items():
        texts = texts_of(document, marketplace)
        if texts and name != IDENTIFIERS:
            found[name] = texts
    return found


def _identifiers(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        kind, value = str(entry.get("type") or "").lower(), str(entry.get("value") or "").strip()
        if kind and value:
            yield kind, value


def _is_for(entry: Any, selector: str, wanted: str) -> bool:
    return not isinstance(entry, dict) or entry.get(selector) in (None, wanted)


def _text(entry: Any) -> str:
    if isinstance(entry, bool):
        return "Yes" if entry else "No"
    if isinstance(entry, list):
        return ", ".join(filter(None, map(_text, entry)))
    if not isinstance(entry, dict):
        return "" if entry is None else str(entry)
    if "value" in entry:
        parts = (_text(entry[name]) for name in ("value", "unit", "currency") if name in entry)
        return " ".join(filter(None, parts))
    named = ((name, _text(part)) for name, part in entry.items() if name not in _SELECTORS)
    return ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in named if text)
