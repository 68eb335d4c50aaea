"""What one unit costs after a change, also where the change is a text: business prices, sales, and new listings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import BUSINESS, PUBLISH, SALE
from channelkit.model.columns import mask, one
from channelkit.model.offer_terms import read_business, read_sale

_WHOLE = pa.int64()


def read_unit_prices(changes: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Return what one unit costs after each change, and what it costs at the least, where many are bought.

    Arguments:
        changes: columns of `channelkit.model.changes.CHANGES`; what is a text is read, of all else ``after`` counts.
    """
    kind, after = one(changes["field"]), one(changes["after"])
    price, least = after, after
    for name, read in _READERS.items():
        is_it = mask(pc.equal(kind, name))
        if not is_it.any():
            continue
        # Many listings have the same terms: each text is read once.
        texts = one(changes["after_text"]).filter(pa.array(is_it)).dictionary_encode()
        known = [read(text) if text else (None, None) for text in texts.dictionary.to_pylist()]
        told = [pa.array([pair[place] for pair in known], _WHOLE).take(texts.indices) for place in (0, 1)]
        price, least = (
            one(pc.replace_with_mask(amounts, pa.array(is_it), each))
            for amounts, each in zip((price, least), told, strict=True)
        )
    return price, least


class _New(msgspec.Struct):
    price: int | None = None


def _published(text: str) -> tuple[int | None, int | None]:
    price = msgspec.json.decode(text, type=_New).price
    return price, price


def _sale(text: str) -> tuple[int, int]:
    price = read_sale(text).price
    return price, price


def _business(text: str) -> tuple[int, int]:
    terms = read_business(text)
    least = terms.price
    for _, told in terms.tiers:
        of_price, fixed, whole = _tier(told)
        # Rounded down: a fraction of a unit too low is held rather than sent.
        least = min(least, (terms.price * of_price + fixed) // whole)
    return terms.price, least


@lru_cache(maxsize=10_000)
def _tier(told: str) -> tuple[int, int, int]:
    """Return what a tier costs, exactly: ``(price * first + second) / third``.

    >>> _tier("8.5%"), _tier("990")
    ((183, 0, 200), (0, 990, 1))
    """
    if told.endswith("%"):
        left, whole = (1 - Decimal(told.removesuffix("%")) / 100).as_integer_ratio()
        return left, 0, whole
    fixed, whole = Decimal(told).as_integer_ratio()
    return 0, fixed, whole


_READERS: Mapping[str, Callable[[str], tuple[int | None, int | None]]] = {
    BUSINESS: _business,
    SALE: _sale,
    PUBLISH: _published,
}
