"""Products, as columns: what holds in all store views together, and what holds in one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import chain
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.commerce.attributes import Labels, read_labels, spell_out
from channelkit.commerce.client import ALL, Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import LIST_PRODUCTS
from channelkit.commerce.pages import Item, walk
from channelkit.errors import DocumentError
from channelkit.model.tables import PRODUCTS, SCOPES

OVERLAP = timedelta(seconds=120)
"""How far back of the newest known change a reading begins: times have whole seconds, and writers commit late."""

BATCH_ROWS = 5_000
ENABLED = 1
READ = [name for name in PRODUCTS.names if name not in ("observed_at", "missing_since", "digest")]
READ_IN_SCOPE = [name for name in SCOPES.names if name != "observed_at"]
IDENTIFIERS = ("seller_sku", "asin", "upc", "ean", "isbn", "gtin")

_PLACES = Decimal("0.000001")
_TIME = "%Y-%m-%d %H:%M:%S"
_FIELDS = (
    *("id", "sku", "name", "attribute_set_id", "price", "status", "visibility", "type_id", "updated_at"),
    *("extension_attributes[website_ids]", "custom_attributes"),
)
_FIELDS_IN_SCOPE = ("id", "sku", "name", "price", "status", "updated_at")
_encode = msgspec.json.Encoder(order="sorted", decimal_format="string").encode


@dataclass(frozen=True)
class ScopeRows:
    """Some products as one store view has them.

    Arguments:
        rows: columns `READ_IN_SCOPE`.
        newest: when the latest of them was changed, by Commerce's clock, in milliseconds since 1970.
    """

    rows: pa.Table
    newest: int


def read_products(
    commerce: Commerce, attributes: Mapping[str, str], since_ms: int | None, page_size: int
) -> Iterator[pa.Table]:
    """Yield products with the values that hold in all store views, some thousands at a time, in order of number.

    Arguments:
        attributes: our column (`IDENTIFIERS`) to the code of Commerce's attribute; ``sku`` is the SKU itself, and an
            empty code, or a column that is left out, means that none holds it.
        since_ms: only what Commerce says was changed since then (and `OVERLAP` before); None for all there is. What
            changes without moving ``updated_at`` (stock, deletion) is not found.
        page_size: products to ask for at a time.

    Returns:
        Tables of the columns `READ` of `channelkit.model.tables.PRODUCTS`. Choices come as their labels.

    Raises:
        DocumentError: Commerce counts products that it does not show.
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    pages = walk(commerce, LIST_PRODUCTS, _since(since_ms), fields=_FIELDS, page_size=page_size)
    reader = _Spelling(commerce)
    for items in _batches(pages):
        yield _products(items, reader.spell(items), attributes)


def read_scopes(commerce: Commerce, store_view: str, since_ms: int | None, page_size: int) -> Iterator[ScopeRows]:
    """Yield names, states and prices as a store view has them, its own or inherited.

    Arguments:
        store_view: the store view's code.
        since_ms, page_size: see `read_products`.
    """
    pages = walk(
        commerce, LIST_PRODUCTS, _since(since_ms), fields=_FIELDS_IN_SCOPE, page_size=page_size, scope=store_view
    )
    for items in _batches(pages):
        columns = {
            "store_view": [store_view] * len(items),
            "sku": [str(item["sku"]) for item in items],
            "name": [item.get("name") for item in items],
            "enabled": [_is_enabled(item) for item in items],
            "price": [_price(item.get("price")) for item in items],
        }
        newest = pc.max(_times(items)).as_py()
        yield ScopeRows(pa.table(columns, SCOPES.schema(READ_IN_SCOPE)), newest or 0)


class _Spelling:
    """Writes labels for the numbers of choices; asks for the labels when they are first needed, and once again when a
    number is new."""

    def __init__(self, commerce: Commerce) -> None:
        self.commerce, self.is_fresh = commerce, False

    def spell(self, items: Sequence[Item]) -> list[dict[str, Any]]:
        """Return each product's custom attributes, code to value."""
        spelt, is_known = _spell(items, read_labels(self.commerce))
        if is_known or self.is_fresh:
            return spelt
        self.is_fresh = True
        return _spell(items, read_labels(self.commerce, again=True))[0]


def _spell(items: Iterable[Item], labels: Labels) -> tuple[list[dict[str, Any]], bool]:
    spelt, is_known = [], True
    for item in items:
        values = {}
        for attribute in item.get("custom_attributes") or ():
            code, value = attribute["attribute_code"], attribute.get("value")
            if value is None or value == "":
                continue
            values[code], known = spell_out(code, value, labels)
            is_known = is_known and known
        spelt.append(values)
    return spelt, is_known


def _batches(pages: Iterator[list[Item]]) -> Iterator[list[Item]]:
    """Join pages: a database writes thousands of rows at the price of a hundred."""
    waiting: list[list[Item]] = []
    for page in pages:
        waiting.append(page)
        if sum(map(len, waiting)) >= BATCH_ROWS:
            yield list(chain.from_iterable(waiting))
            waiting = []
    if waiting:
        yield list(chain.from_iterable(waiting))


def _since(since_ms: int | None) -> list[list[Filter]]:
    if since_ms is None:
        return []
    moment = datetime.fromtimestamp(since_ms // 1000, UTC) - OVERLAP
    return [[Filter("updated_at", f"{moment:{_TIME}}", "gteq")]]


def _products(items: Sequence[Item], attributes: Sequence[Mapping[str, Any]], codes: Mapping[str, str]) -> pa.Table:
    columns: dict[str, Any] = {
        "sku": [str(item["sku"]) for item in items],
        "entity_id": [int(item["id"]) for item in items],
        "name": [item.get("name") for item in items],
        "type": [item.get("type_id") for item in items],
        "enabled": [_is_enabled(item) for item in items],
        "visibility": [_whole(item.get("visibility")) for item in items],
        "attribute_set": [_whole(item.get("attribute_set_id")) for item in items],
        "price": [_price(item.get("price")) for item in items],
        "websites": [_websites(item) for item in items],
        "attributes": [_encode(values).decode() for values in attributes],
        "changed_at": _times(items),
    }
    for column in IDENTIFIERS:
        code = codes.get(column, "")
        if code == "sku":
            columns[column] = columns["sku"]
        else:
            columns[column] = [_text(values.get(code)) for values in attributes]
    return pa.table({name: columns[name] for name in READ}, PRODUCTS.schema(READ))


def _times(items: Sequence[Item]) -> pa.Array:
    written = pa.array([item.get("updated_at") for item in items], pa.string())
    times = pc.strptime(written, _TIME, "ms", error_is_null=True).cast(pa.int64())
    if times.null_count:
        bad = written.filter(pc.is_null(times))[0].as_py()
        raise DocumentError(
            f"Commerce says that a product was changed at {bad!r}, which is no time.", "The old facts stay."
        )
    return times


def _websites(item: Item) -> str:
    """Return the numbers of a product's websites so that each can be found between two commas.

    >>> _websites({"extension_attributes": {"website_ids": [1, 2]}}), _websites({"extension_attributes": []})
    (',1,2,', '')
    """
    extension = item.get("extension_attributes")
    # PHP writes an empty object as an empty list.
    numbers = extension.get("website_ids") if isinstance(extension, dict) else None
    return f",{','.join(str(number) for number in sorted(map(int, numbers)))}," if numbers else ""


def _price(price: Any) -> str | None:
    """Return a price as exact text; the noise of PHP's floating point is rounded away where the database ends.

    >>> _price(Decimal("29.949999999999999")), _price(5), _price("12.500000"), _price(None)
    ('29.95', '5', '12.5', None)
    """
    try:
        exact = Decimal(str(price)).quantize(_PLACES, ROUND_HALF_UP)
    except InvalidOperation:
        return None
    text = f"{exact:f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _is_enabled(item: Item) -> bool | None:
    status = _whole(item.get("status"))
    return None if status is None else status == ENABLED


def _whole(value: Any) -> int | None:
    return None if value is None or value == "" else int(value)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.strip() or None
