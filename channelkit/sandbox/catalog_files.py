"""A world from real catalogs: one CSV file with the products of Commerce, one with the listings on Amazon.

Columns, by their names in the first line: ``sku`` or ``id``; ``title`` or ``name``; ``description``; ``price``; and
where there are any ``quantity``, ``asin``, ``upc``, ``ean``, ``isbn``, ``gtin``, ``brand``, ``manufacturer``. Others
are left alone. A ``sku`` is taken as it is. An ``id`` counts the lines of its own file and says nothing about the
other's, so products get ``P-`` and listings ``L-`` before it.

What a file does not say is filled in, always in the same way for one seed: a missing price is the middle of the file's
prices, give or take a third; a missing quantity is from 0 to 40; a missing ASIN is made up. Every listing goes to the
American store; seven in ten, by their SKUs, also to the German one, in euros.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from statistics import median

from channelkit.sandbox import stores
from channelkit.sandbox.amazon.items import Item, fourteen_digits
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import SandboxClock
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.names import make_asin
from channelkit.sandbox.seed import DAY, EURO_CENTS_PER_DOLLAR
from channelkit.sandbox.world import World

CODES = ("upc", "ean", "isbn", "gtin")
USUAL_CENTS = 4999
"""The middle price of a file that has no prices."""
LARGEST_UNITS = 40
GERMAN_SHARE = 0.7
LONGEST_SKU = 40
_DUPLICATES_NAMED = 3


@dataclass(frozen=True)
class Row:
    """One line of a file. ``cents`` is the price in US cents; identifiers are by kind."""

    sku: str
    title: str
    description: str
    cents: int
    units: int
    asin: str = ""
    brand: str = ""
    manufacturer: str = ""
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Its first identifier that is one."""
        return next((code for code in self.codes.values() if fourteen_digits(code)), "")


def load_world(products: Path, listings: Path, clock: SandboxClock, seed: int, *, quiet: bool = False) -> World:
    """Return a world with the products and the listings of two files.

    Raises:
        ValueError: a file cannot be used; the message says which, why, and what to do.
    """
    amazon, commerce = AmazonState(clock, seed), CommerceState(clock)
    stores.add_accounts(amazon)
    stores.add_shop(commerce)
    now = clock.now()
    rows = read_rows(products, seed, prefix="P-")
    _check_one_case(products, rows)
    for row in rows:
        _add_product(commerce, row, now)
    for number, row in enumerate(read_rows(listings, seed, prefix="L-")):
        _add_listing(amazon, row, number, seed, now)
    return World(
        amazon,
        commerce,
        clock,
        seed,
        skus=[row.sku for row in rows],
        stores=(stores.US, stores.DE),
        credentials=stores.CREDENTIALS,
        quiet=quiet,
    )


def read_rows(path: Path, seed: int, *, prefix: str = "") -> list[Row]:
    """Return the lines of a file, with what they do not say filled in.

    Arguments:
        prefix: is put before an ``id`` that stands in for a SKU.

    Raises:
        ValueError: the file is not there, is not UTF-8, is empty, lacks a column, or has a SKU twice.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8 and try again.") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}. Check its name and its rights.") from error
    reader = csv.DictReader(text.splitlines(keepends=True))
    columns = {str(name).strip().lower(): name for name in reader.fieldnames or ()}
    sku, title = _column(path, columns, "sku", "id"), _column(path, columns, "title", "name")
    prefix = prefix if "sku" not in columns else ""
    lines = [
        {name: str(line.get(column) or "").strip() for name, column in columns.items()}
        | {"sku": _prefixed(prefix, line.get(sku)), "title": str(line.get(title) or "").strip()}
        for line in reader
    ]
    if not lines:
        raise ValueError(f"{path} has no lines below its header. Give a file with at least one.")
    _check_skus(path, [line["sku"] for line in lines])
    prices = [_cents(path, number, line.get("price", "")) for number, line in enumerate(lines, 2)]
    middle = round(median([cents for cents in prices if cents] or [USUAL_CENTS]))
    return [_row(line, cents, middle, seed) for line, cents in zip(lines, prices, strict=True)]


def _prefixed(prefix: str, value: str | None) -> str:
    return f"{prefix}{value}" if value else ""


def _column(path: Path, columns: dict[str, str], *names: str) -> str:
    for name in names:
        if name in columns:
            return columns[name]
    raise ValueError(f"{path} has no column {' or '.join(names)}. It has: {', '.join(columns) or 'none'}.")


def _check_skus(path: Path, skus: list[str]) -> None:
    for number, sku in enumerate(skus, 2):
        if not sku.strip():
            raise ValueError(f"{path} has no SKU in line {number}. Give each line one.")
        if len(sku) > LONGEST_SKU:
            raise ValueError(f"{path} has a SKU of {len(sku)} characters in line {number}; Amazon takes {LONGEST_SKU}.")
    twice = [sku for sku, times in Counter(skus).items() if times > 1]
    if twice:
        named = ", ".join(repr(sku) for sku in twice[:_DUPLICATES_NAMED])
        raise ValueError(f"{path} has {len(twice)} SKUs more than once ({named}). Leave one line for each.")


def _check_one_case(path: Path, rows: list[Row]) -> None:
    known: dict[str, str] = {}
    for row in rows:
        other = known.setdefault(row.sku.lower(), row.sku)
        if other != row.sku:
            raise ValueError(f"{path} has {other!r} and {row.sku!r}, which are one SKU to Commerce. Rename one.")


def _cents(path: Path, number: int, text: str) -> int | None:
    plain = text.replace("$", "").replace(",", "").strip()
    if not plain:
        return None
    try:
        price = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(f"{path} has the price {text!r} in line {number}, which is no number. Correct it.") from error
    if not price.is_finite() or price < 0:
        raise ValueError(f"{path} has the price {text!r} in line {number}. Give a price of 0 or more.")
    return int((price * 100).to_integral_value()) or None


def _row(line: dict[str, str], cents: int | None, middle: int, seed: int) -> Row:
    rng = random.Random(f"row:{seed}:{line['sku']}")
    guess, units = int(middle * (0.67 + rng.random() * 0.66)), int(rng.random() * (LARGEST_UNITS + 1))
    given = line.get("quantity", "")
    return Row(
        sku=line["sku"],
        title=line["title"] or line["sku"],
        description=line.get("description", ""),
        cents=cents or max(1, guess),
        units=int(given) if given.isdecimal() else units,
        asin=line.get("asin", "").upper(),
        brand=line.get("brand", ""),
        manufacturer=line.get("manufacturer", ""),
        codes={kind: line[kind] for kind in CODES if line.get(kind)},
    )


def _add_product(commerce: CommerceState, row: Row, now: float) -> None:
    values: dict[str, object] = {kind: code for kind, code in row.codes.items() if kind != "gtin"}
    if "gtin" in row.codes:
        values.setdefault("ean", row.codes["gtin"])
    for name, value in (("amazon_asin", row.asin), ("description", row.description), ("brand", row.brand)):
        if value:
            values[name] = value
    if row.manufacturer:
        values["manufacturer_name"] = row.manufacturer
    product = commerce.add_product(
        row.sku,
        name=row.title,
        price=Decimal(row.cents).scaleb(-2),
        websites=["us", "eu"],
        quantities={stores.US_SOURCE: row.units, stores.EU_SOURCE: row.units},
        attributes=values,
        updated_at=now - DAY,
    )
    view = commerce.stores.view(stores.DE.store_view)
    commerce.write(product, {"price": Decimal(row.cents * EURO_CENTS_PER_DOLLAR // 100).scaleb(-2)}, view.id)


def _add_listing(amazon: AmazonState, row: Row, number: int, seed: int, now: float) -> None:
    rng = random.Random(f"listing:{seed}:{row.sku}")
    created = now - DAY - int(rng.random() * 365 * DAY)
    item = amazon.items.add(
        Item(
            asin=row.asin or make_asin(number),
            title=row.title,
            brand=row.brand,
            code=row.code,
            description=row.description,
            manufacturer=row.manufacturer,
        )
    )
    places = [(stores.US, 100)]
    if rng.random() < GERMAN_SHARE:
        places.append((stores.DE, EURO_CENTS_PER_DOLLAR))
    for store, percent in places:
        amazon.add_listing(
            amazon.shelf(store.seller_id, store.marketplace_id),
            row.sku,
            item,
            price=row.cents * percent // 100,
            quantity=row.units,
            created=created,
            product_id=row.code if len(row.code) <= 13 else "",
        )
