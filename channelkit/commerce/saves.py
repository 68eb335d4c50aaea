"""Products written one by one, each done when it is answered: the way where there is no queue, or nobody works on it.

A SKU goes into the address only where every server on the way leaves it alone: a signed call with a slash or an
ampersand there is refused, and some servers fold a percent sign (commerce-rest, "SKU in URLs"). Any other SKU travels
in the body, where Commerce finds the product by it as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zlib import crc32

from channelkit.commerce.client import ALL, Commerce, items_of
from channelkit.commerce.creation import make_once
from channelkit.commerce.criteria import CHUNK, any_sku, chunk_skus, search_criteria
from channelkit.commerce.operations import CREATE_PRODUCT, LIST_PRODUCTS, SAVE_PRODUCT, SAVE_UNADDRESSED
from channelkit.errors import RefusedError
from channelkit.model.calls import Operation

Body = Mapping[str, Any]

_TROUBLE = re.compile(r"[/\\&%?#;+]|^\.{0,2}$|^\s|\s$")
_FOREIGN = re.compile(r"[^a-z0-9]+")
_CREATED_FIELDS = "items[sku],total_count"


def save_product(commerce: Commerce, body: Body, scope: str) -> None:
    """Write some values of a product; what the body leaves out stays.

    Raises:
        RefusedError: Commerce refuses a value, or there is no such product.
        TemporaryError: nobody knows whether it was done; calling this again is safe.
    """
    sku = str(body["sku"])
    if _TROUBLE.search(sku):
        _save_parts(commerce, SAVE_UNADDRESSED, {}, body, scope)
    else:
        _save_parts(commerce, SAVE_PRODUCT, {"sku": sku}, body, scope)


def create_product(commerce: Commerce, body: Body) -> None:
    """Create a product, once; one that is there is left as it is.

    Raises:
        RefusedError: Commerce refuses it.
        TemporaryError: nobody knows whether it is there; calling this again is safe.
    """
    sku = str(body["sku"])
    tried = False

    def make() -> None:
        nonlocal tried
        tried = True
        while True:
            first = _parts(body, commerce.writing.items)[0]
            try:
                commerce.call(CREATE_PRODUCT, body={"product": first})
                return
            except RefusedError as error:
                if not commerce.writing.learn_items(error, len(first.get("custom_attributes", ()))):
                    raise

    make_once(commerce, f"the product {sku!r}", lambda: sku if find_skus(commerce, [sku]) else None, make)
    for part in _parts(body, commerce.writing.items)[1:] if tried else ():
        save_product(commerce, part, ALL)


def find_skus(commerce: Commerce, skus: Sequence[str]) -> set[str]:
    """Return those of some SKUs that are there, as they were asked for, whatever their case."""
    found = {sku_key(str(item["sku"])) for item in list_products(commerce, skus, _CREATED_FIELDS, ALL)}
    return {sku for sku in skus if sku_key(sku) in found}


def list_products(commerce: Commerce, skus: Sequence[str], fields: str, scope: str) -> Iterator[Mapping[str, Any]]:
    """Yield these products as a list shows them; those that are not there are left out.

    Raises:
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    place = 0
    while place < len(skus):
        most = commerce.page_size.within(CHUNK)
        chunk = next(chunk_skus(skus[place : place + most], most))
        query = search_criteria([any_sku(chunk)], page_size=len(chunk), fields=fields)
        try:
            body = commerce.call(LIST_PRODUCTS, query, scope=scope)
        except RefusedError as error:
            commerce.page_size.learn(error, len(chunk))
            continue
        yield from items_of(body, LIST_PRODUCTS)
        place += len(chunk)


def sku_key(sku: str) -> str:
    """Return what makes a SKU the same as another in Commerce, which looks at neither case nor spaces at its ends."""
    return sku.strip().casefold()


def url_key(name: str, sku: str) -> str:
    """Return the address that a new product gets in the shop: two products of one name need two.

    A SKU that an address cannot spell exactly brings a check sum, so that no two SKUs look the same there.

    >>> url_key("Käfer & Co: Kettle, 1.7 l", "B000000012"), url_key("Kettle", "B0/X")
    ('kafer-co-kettle-1-7-l-b000000012', 'kettle-b0-x-d8c2c467')
    """
    spelt = _spell(sku)
    if spelt != sku_key(sku) or "-" in spelt:
        spelt = f"{spelt}-{crc32(sku_key(sku).encode()):08x}"
    return f"{_spell(name[:160])}-{spelt}".strip("-")


def _spell(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _FOREIGN.sub("-", plain.lower()).strip("-")


def _save_parts(commerce: Commerce, operation: Operation, path: Mapping[str, str], body: Body, scope: str) -> None:
    waiting = _parts(body, commerce.writing.items)
    while waiting:
        part = waiting[0]
        try:
            commerce.call(operation, scope=scope, path=path, body={"product": part})
        except RefusedError as error:
            if not commerce.writing.learn_items(error, len(part.get("custom_attributes", ()))):
                raise
            waiting = [*_parts(part, commerce.writing.items), *waiting[1:]]
            continue
        del waiting[0]


def _parts(body: Body, most: int | None) -> list[dict[str, Any]]:
    """Return bodies with no more custom attributes than Commerce takes in one, the product's own fields in the first.

    >>> codes = [{"attribute_code": code, "value": "1"} for code in "abc"]
    >>> [len(part["custom_attributes"]) for part in _parts({"sku": "A", "custom_attributes": codes}, 2)]
    [2, 1]
    """
    attributes = list(body.get("custom_attributes") or ())
    if most is None or len(attributes) <= most:
        return [dict(body)]
    first = {**body, "custom_attributes": attributes[:most]}
    starts = range(most, len(attributes), most)
    return [first, *({"sku": body["sku"], "custom_attributes": attributes[at : at + most]} for at in starts)]
