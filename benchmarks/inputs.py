"""Input at scale: a listings report as Amazon sends it, and a Commerce catalog that goes with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.products import READ
from channelkit.model.tables import PRODUCTS, STOCK

SEED = 7
CHANGED = 0.01
CHUNK = 100_000

HEADER = (
    *("item-name", "item-description", "listing-id", "seller-sku", "price", "quantity", "open-date", "image-url"),
    *("item-is-marketplace", "product-id-type", "zshop-shipping-fee", "item-note", "item-condition"),
    *("zshop-category1", "zshop-browse-path", "zshop-storefront-feature", "asin1", "asin2", "asin3"),
    *("will-ship-internationally", "expedited-shipping", "zshop-boldface", "product-id", "bid-for-featured-placement"),
    *("add-delete", "pending-quantity", "fulfillment-channel", "merchant-shipping-group", "status"),
)
"""The 29 columns of GET_MERCHANT_LISTINGS_ALL_DATA in their documented order."""

_WORDS = (
    *("Stainless steel", "Waterproof", "Kids", "Vintage", "Portable", "Bamboo", "Wireless", "Garden", "Leather"),
    *("Ceramic", "Travel", "Folding", "Outdoor", "Kitchen", "Cotton", "LED", "Magnetic", "Ergonomic", '15" laptop'),
)


def write_report(path: Path, count: int, *, changed: bool = False) -> None:
    """Write a report of ``count`` listings, about 309 bytes each.

    Arguments:
        changed: one listing in a hundred has another price and quantity.
    """
    draw = np.random.default_rng(SEED)
    numbers = np.arange(count)
    price, quantity = make_prices(count), _quantities(count)
    status = _pick(draw, ["Active", "Inactive", "Incomplete"], [0.85, 0.12, 0.03], count)
    is_amazons = draw.random(count) < 0.1
    words = [_pick(draw, _WORDS, None, count) for _ in range(6)]
    if changed:
        moved = draw.random(count) < CHANGED
        price, quantity = price + 10 * moved, quantity + moved
    text = pc.cast(pa.array(numbers), pa.string())
    number = pc.utf8_lpad(text, 8, "0")
    title = _join(" ", *words[:4], "number", text)
    values = {
        "item-name": title,
        "item-description": _join(" ", words[4], words[5], title, "for home and travel, in a gift box"),
        "listing-id": _join("", "0101A", number),
        "seller-sku": name_skus(numbers),
        "price": _amounts(price),
        "quantity": pc.if_else(pa.array(is_amazons), "", pc.cast(pa.array(quantity), pa.string())),
        "open-date": "2024-03-05 08:12:44 PST",
        "item-is-marketplace": "y",
        "product-id-type": "1",
        "item-condition": "11",
        "asin1": name_asins(numbers),
        "product-id": name_asins(numbers),
        "pending-quantity": "0",
        "fulfillment-channel": pc.if_else(pa.array(is_amazons), "AMAZON_NA", "DEFAULT"),
        "merchant-shipping-group": "Migrated Template",
        "status": status,
    }
    columns = [
        pa.repeat(value, count) if isinstance(value, str) else value for value in (values.get(n, "") for n in HEADER)
    ]
    # Not a CSV writer's work: a title may hold a quotation mark, and reports quote nothing.
    lines = _join("\t", *columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(HEADER) + "\n")
        for start in range(0, count, CHUNK):
            file.write("\n".join(lines.slice(start, CHUNK).to_pylist()) + "\n")


def make_products(count: int) -> pa.Table:
    """Return a catalog for ``count`` listings: half are found by seller SKU, four in ten by ASIN, the rest is new.

    One price and one quantity in a hundred differ from what Amazon shows.
    """
    draw = np.random.default_rng(SEED + 1)
    numbers = np.arange(count)
    kind = draw.random(count)
    asin = pc.if_else(pa.array((kind > 0.5) & (kind < 0.9)), name_asins(numbers), pa.scalar(None, pa.string()))
    own = pc.if_else(pa.array(kind < 0.5), name_skus(numbers), _join("", "P-", pc.cast(pa.array(numbers), pa.string())))
    cents = make_prices(count) + 100 * (draw.random(count) < CHANGED)
    columns = {
        "sku": own,
        "entity_id": pa.array(numbers + 1),
        "name": _join(" ", "Thing", pc.cast(pa.array(numbers), pa.string())),
        "type": pa.repeat("simple", count),
        "enabled": pa.array(draw.random(count) > 0.02),
        "visibility": pa.repeat(4, count),
        "attribute_set": pa.repeat(4, count),
        "price": _amounts(cents),
        "websites": pa.repeat(",1,", count),
        "seller_sku": own,
        "asin": asin,
        "ean": _join("", "40", pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 11, "0")),
        "attributes": _documents(count),
        "changed_at": pa.repeat(1_790_000_000_000, count),
    }
    schema = PRODUCTS.schema(READ)
    return pa.table([columns.get(f.name, pa.nulls(count, f.type)) for f in schema], schema=schema)


def _documents(count: int) -> pa.Array:
    """Return what products have beside their columns: a brand of 300, a category, features, prices, a long text."""
    draw = np.random.default_rng(SEED + 5)
    brand, category = (to_texts(draw.integers(1, most, count)) for most in (300, 500))
    weight, day = to_texts(draw.integers(1, 999, count)), pc.utf8_lpad(to_texts(draw.integers(1, 29, count)), 2, "0")
    features = _pick(draw, ["[]", '["Light"]', '["Fast","Light"]', '["Red, dark"]'], None, count)
    words = _pick(draw, _WORDS, None, count)
    return _join(
        "",
        *('{"brand":"Brand ', brand, '","category_ids":["', category, '","7"],"description":"'),
        *(pc.replace_substring(words, '"', ""), " for home and travel, in a gift box. " * 4, '","features":', features),
        *(',"launch":"2026-03-', day, ' 00:00:00","tax_class_id":"Taxable Goods","weight":"', weight, '.5"'),
        *_price_attributes(count, draw),
        "}",
    )


def _price_attributes(count: int, draw: np.random.Generator) -> list[object]:
    """Return further prices of products: of some an own one for Amazon and MAP, of most MSRP and cost."""
    cents, parts = make_prices(count), list[object]()
    for code, share, percent in (("amazon_price", 0.3, 98), ("map", 0.2, 60), ("msrp", 0.7, 130), ("cost", 0.9, 50)):
        told = _join("", f',"{code}":"', _amounts(cents * percent // 100), '0000"')
        parts.append(pc.if_else(pa.array(draw.random(count) < share), told, ""))
    return parts


def make_stock(products: pa.Table) -> pa.Table:
    """Return a salable quantity for each product; one in a hundred has been sold since."""
    count = products.num_rows
    sold = np.random.default_rng(SEED + 2).random(count) < CHANGED
    salable = pa.array(np.maximum(0, _quantities(count) - sold))
    columns = [pa.repeat("base", count), products["sku"], salable, pc.greater(salable, 0)]
    return pa.table(columns, schema=STOCK.schema(["website", "sku", "salable", "in_stock"]))


def make_prices(count: int) -> np.ndarray:
    return np.random.default_rng(SEED + 3).integers(500, 20_000, count)


def _quantities(count: int) -> np.ndarray:
    return np.random.default_rng(SEED + 4).integers(0, 60, count)


def _amounts(cents: np.ndarray) -> pa.Array:
    small = pc.utf8_lpad(pc.cast(pa.array(cents % 100), pa.string()), 2, "0")
    return _join(".", pc.cast(pa.array(cents // 100), pa.string()), small)


def to_texts(numbers: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())


def name_skus(numbers: np.ndarray) -> pa.Array:
    return _join("", "SKU-", pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0"))


def name_asins(numbers: np.ndarray) -> pa.Array:
    return _join("", "B0", pc.utf8_lpad(pc.cast(pa.array(numbers), pa.string()), 8, "0"))


def _pick(draw: np.random.Generator, words: tuple[str, ...] | list[str], share: list[float] | None, n: int) -> pa.Array:
    return pa.array(words).take(pa.array(draw.choice(len(words), n, p=share)))


def _join(separator: str, *parts: object) -> pa.Array:
    return pc.binary_join_element_wise(*parts, separator)
