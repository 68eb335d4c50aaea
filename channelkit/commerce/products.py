"""Products as columns: read page by page along their own numbers, so that no page repeats or skips one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.commerce.attributes import Labels, read_labels
from channelkit.commerce.client import ALL, Commerce, items_of
from channelkit.commerce.criteria import Filter, search_criteria
from channelkit.commerce.operations import LIST_PRODUCTS
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.tables import PRODUCTS, SCOPES

OVERLAP = 120_000
"""Milliseconds before the last change seen: times have whole seconds, and a slow save shows late."""

EXACT = Decimal("0.000001")
"""Commerce keeps six decimals; what PHP writes beyond them is noise."""

ENABLED = 1
IDENTIFIERS = ("seller_sku", "asin", "upc", "ean", "isbn", "gtin", "gcid")

_READ = [name for name in PRODUCTS.names if name not in ("observed_at", "missing_since", "digest")]
_SCOPED = [name for name in SCOPES.names if name != "observed_at"]
FIELDS = (
    "items[id,sku,name,attribute_set_id,price,status,visibility,type_id,updated_at,"
    "extension_attributes[website_ids],custom_attributes],total_count"
)
_SCOPED_FIELDS = "id,sku,name,price,status,updated_at"
_encode = msgspec.json.Encoder(order="sorted").encode


def read_products(
    commerce: Commerce, attributes: Mapping[str, str], since_ms: int | None, page_size: int
) -> Iterator[pa.Table]:
    """Yield products with the values that hold for all store views.

    Arguments:
        attributes: `IDENTIFIERS` to the code of the attribute that holds each; ``sku`` is the SKU itself, an empty
            code says that none does.
        since_ms: only what has changed since then, in Commerce's own time, with an overlap; None reads all.
        page_size: products a page; a lower limit of the shop is found out and kept to.

    Returns:
        Tables with the columns of `channelkit.model.tables.PRODUCTS` but ``observed_at, missing_since, digest``.

    Raises:
        TemporaryError: a page repeats or is missing, so the reading would not be complete.
    """
    labels: Labels | None = None
    for items in _pages(commerce, ALL, since_ms, page_size, FIELDS):
        labels = labels or read_labels(commerce)
        yield _table([_row(item, attributes, labels) for item in items], _READ, PRODUCTS.schema(_READ), items)


def read_scopes(
    commerce: Commerce, store_view: str, since_ms: int | None, page_size: int, codes: Sequence[str] = ()
) -> Iterator[pa.Table]:
    """Yield name, state and prices of products as one store view has them.

    Arguments:
        codes: attributes that are read beside these, such as other prices and their days; they come as one document
            of JSON: a text for each code, empty where the product has nothing there.

    Returns:
        Tables with the columns of `channelkit.model.tables.SCOPES` but ``observed_at``, and ``changed_at``.

    Raises:
        TemporaryError: a page repeats or is missing.
    """
    schema = SCOPES.schema(_SCOPED).append(pa.field("changed_at", pa.int64()))
    fields = f"items[{_SCOPED_FIELDS}{',custom_attributes' if codes else ''}],total_count"
    for items in _pages(commerce, store_view, since_ms, page_size, fields):
        rows = [
            {
                "store_view": store_view,
                "sku": str(item["sku"]),
                "name": item.get("name"),
                "enabled": _is_enabled(item),
                "price": _price(item.get("price")),
                "prices": _prices(item, codes) if codes else None,
            }
            for item in items
        ]
        yield _table(rows, [*_SCOPED, "changed_at"], schema, items)


def _pages(
    commerce: Commerce, scope: str, since_ms: int | None, page_size: int, fields: str
) -> Iterator[Sequence[Mapping[str, Any]]]:
    """Yield pages in the order of the products' numbers, each page starting after the last number seen."""
    last = 0
    while True:
        size = commerce.page_size.within(page_size)
        groups = [[Filter("entity_id", str(last), "gt")]]
        if since_ms is not None:
            groups.append([Filter("updated_at", _commerce_time(since_ms - OVERLAP), "gteq")])
        query = search_criteria(groups, page_size=size, order="entity_id", fields=fields)
        try:
            body = commerce.call(LIST_PRODUCTS, query, scope=scope)
        except RefusedError as error:
            commerce.page_size.learn(error, size)
            continue
        items = items_of(body, LIST_PRODUCTS)
        # What is left is counted anew for each page, since the page's own filter counts.
        left = int(body.get("total_count") or 0)
        if not items and not left:
            return
        newest = max((int(item["id"]) for item in items), default=last)
        if newest <= last:
            raise TemporaryError(
                f"commerce, {LIST_PRODUCTS.name}: a page after product {last} repeats or is missing.",
                "What was known before stays; the next cycle reads again.",
                system="commerce",
                operation=LIST_PRODUCTS.name,
                code="BrokenPage",
            )
        yield items
        last = newest
        if len(items) >= left:
            return


def _row(item: Mapping[str, Any], attributes: Mapping[str, str], labels: Labels) -> dict[str, Any]:
    custom = _custom(item)
    websites = (item.get("extension_attributes") or {}).get("website_ids") or []
    row = {
        "sku": str(item["sku"]),
        "entity_id": int(item["id"]),
        "name": item.get("name"),
        "type": item.get("type_id"),
        "enabled": _is_enabled(item),
        "visibility": _whole(item.get("visibility")),
        "attribute_set": _whole(item.get("attribute_set_id")),
        "price": _price(item.get("price")),
        "websites": "".join(f",{number}" for number in sorted(map(int, websites))) + "," if websites else None,
        "attributes": _encode({code: labels.word(code, value) for code, value in custom.items()}).decode(),
    }
    for name in IDENTIFIERS:
        code = attributes.get(name, "")
        row[name] = row["sku"] if code == "sku" else _text(labels.word(code, custom.get(code)))
    return row


def _custom(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a product's custom attributes by their codes."""
    return {
        str(entry["attribute_code"]): entry["value"]
        for entry in item.get("custom_attributes") or ()
        if entry.get("value") is not None
    }


def _prices(item: Mapping[str, Any], codes: Sequence[str]) -> str:
    """Return what a product has for some codes: numbers without noise, days as they are, empty for nothing.

    >>> _prices({"custom_attributes": [{"attribute_code": "msrp", "value": "30.0000"}]}, ["msrp", "cost"])
    '{"cost":"","msrp":"30"}'
    """
    custom = _custom(item)
    return _encode({code: _price(custom.get(code)) or _text(custom.get(code)) or "" for code in codes}).decode()


def _table(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], schema: pa.Schema, items: Sequence[Mapping[str, Any]]
) -> pa.Table:
    columns = {name: [row.get(name) for row in rows] for name in names if name != "changed_at"}
    changed = pa.array([item.get("updated_at") for item in items], pa.string())
    moments = pc.strptime(changed, "%Y-%m-%d %H:%M:%S", "ms", error_is_null=True).cast(pa.int64())
    return pa.table({**columns, "changed_at": moments}, schema=schema)


def _is_enabled(item: Mapping[str, Any]) -> bool | None:
    return None if item.get("status") is None else int(item["status"]) == ENABLED


def _whole(value: Any) -> int | None:
    """Return a number that PHP may have written as text."""
    return None if value is None or value == "" else int(value)


def _text(value: Any) -> str | None:
    """Return an identifier as text; an attribute that holds several names them all.

    >>> _text(" B000000001 "), _text(["1", "2"]), _text(None)
    ('B000000001', '1, 2', None)
    """
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    return words.strip() or None


def _price(value: Any) -> str | None:
    """Return a price as exact text without noise; what is no number is no price.

    >>> _price(Decimal("29.949999999999999")), _price(30), _price(None), _price("on request")
    ('29.95', '30', None, None)
    """
    try:
        exact = Decimal(str(value)).quantize(EXACT, ROUND_HALF_UP)
    except InvalidOperation:
        return None
    if not exact.is_finite():
        return None
    return f"{exact.normalize():f}"


def _commerce_time(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
