"""The past of two stores, as a benchmark of trends and reports reads it: its history, and the facts that it led to."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import history, reference, rows, stores
from channelkit.database.connection import Database
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.schema import buckets, changes, listings, products, stock, tabs
from channelkit.model.days import DAY, begin_of
from channelkit.model.tables import HISTORY

LA = "America/Los_Angeles"
DAYS = 75
NOW = begin_of("2026-11-30", LA) + DAY // 2
PLACES = ("Active", "Inactive", "Ineligible", "Incomplete", "Ended")
SITES = {"us": ("ATVPDKIKX0DER", "USD"), "de": ("A1PA6795UKMFR9", "EUR")}
"""The stores, each with its marketplace and its currency."""

SEED = 11

MIX = {"quantity": 0.55, "price": 0.2, "salable": 0.15, "tab": 0.1}
"""Of what a history is: what sells and what is repriced most of all."""

SENT = 0.1
"""Of all that the history tells of prices and quantities, so much was sent by a change that the book of changes has."""


def make_past(database: Database, count: int) -> tuple[int, int]:
    """Keep a history of so many rows over 75 days, and the facts it leads to; return its listings and its rows.

    There is a listing for thirty rows; each store has half of them, and half as many orders.
    """
    draw, names = np.random.default_rng(SEED), name_skus(max(1_000, count * 3 // 100))
    half, each = len(names) // 2, count // DAYS
    places = dict(zip(SITES, (np.arange(half), np.arange(half, len(names))), strict=True))
    _keep_products(database, names)
    for store, place in places.items():
        _keep_facts(database, store, names.take(pa.array(place)), place, draw)
        _keep_sales(database, store, names.take(pa.array(place)), draw)
        _keep_sent(
            database, store, names.take(pa.array(place)), int(count * SENT / 2 * (MIX["price"] + MIX["quantity"]))
        )
    _keep_calls(database)
    for day in range(DAYS):
        at = NOW - (DAYS - day) * DAY
        told = pa.concat_tables(list(_changes(names, draw, at, each)))
        with database.write() as connection:
            history.append(connection, told, at)
        history.flush(database, at=at + DAY, everything=True)
    return len(names), each * DAYS


def name_skus(count: int) -> pa.Array:
    return pc.binary_join_element_wise("SKU-", pc.utf8_lpad(_text(np.arange(count)), 8, "0"), "")


def _changes(names: pa.Array, draw: np.random.Generator, at: int, count: int) -> Iterator[pa.Table]:
    """Yield a day's changes; of each thing they need not fit each other, but of most they do."""
    its = np.where(np.arange(len(names)) < len(names) // 2, *SITES)
    for field, share in MIX.items():
        many = int(count * share) // (2 if field == "tab" else 1)
        place = np.sort(draw.choice(len(names), min(many, len(names)), replace=False))
        before, after = _values(field, place, at, draw)
        subject = {"tab": "tab", "salable": "stock"}.get(field, "listing")
        said = {"subject": pa.repeat(subject, len(place)), "before": before, "after": after}
        said |= {"because": pa.array(np.where(draw.random(len(place)) < 0.3, "channelkit: Quantity.", "Amazon"))}
        moments = pa.array(at + np.sort(draw.integers(0, DAY, len(place)))).cast(pa.timestamp("ms", "UTC"))
        said |= {"sku": names.take(pa.array(place)), "seen_at": moments, "run": pa.repeat(f"r{at}", len(place))}
        said |= {"store": pa.repeat("base", len(place)) if subject == "stock" else pa.array(its[place])}
        for name in ("tab", "status") if field == "tab" else (field,):
            told = said | {"field": pa.repeat(name, len(place))}
            yield pa.table({each: told[each] for each in HISTORY.names}, schema=HISTORY)


def _values(field: str, place: np.ndarray, at: int, draw: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Return what stood there and what stands there; both follow from the listing and the day."""
    day = (at // DAY) % len(PLACES)
    if field == "tab":
        texts = pa.array(PLACES)
        return texts.take(pa.array((place + day) % 5)), texts.take(pa.array((place + day + 1) % 5))
    if field == "price":
        return _text(999 + place % 20_000 + day), _text(999 + place % 20_000 + day + 1)
    # One in fifty runs out or comes back.
    left = np.where(draw.random(len(place)) < 0.01, 0, 1 + (place + day) % 40)
    return _text(left), _text(np.where((left > 0) & (draw.random(len(place)) < 0.01), 0, left + 1))


def _keep_products(database: Database, names: pa.Array) -> None:
    count, numbers = len(names), np.arange(len(names))
    brands = pc.binary_join_element_wise('{"manufacturer":"Brand ', _text(numbers % 300), "")
    attributes = pc.binary_join_element_wise(brands, '","category_ids":["', _text(2 + numbers % 150), '"]}', "")
    known = [
        {"id": n, "path": f"Shop / Category {n % 12} / Shelf {n}", "name": "x", "parent": 1} for n in range(2, 160)
    ]
    with database.write() as connection:
        reference.store_reference(connection, "commerce", "categories", json.dumps(known), at=NOW)
        rates = json.dumps({"base": "USD", "rates": {"EUR": "0.86"}})
        reference.store_reference(connection, "commerce", "currencies", rates, at=NOW)
        its = {"sku": names, "name": _titles(numbers), "entity_id": pa.array(numbers), "attributes": attributes}
        rows.upsert(connection, products, pa.table(its), are_new=True)
        salable = {"sku": names, "website": pa.repeat("base", count), "salable": pa.array(numbers % 90)}
        rows.upsert(connection, stock, pa.table(salable), are_new=True)


def _keep_facts(
    database: Database, store: str, names: pa.Array, numbers: np.ndarray, draw: np.random.Generator
) -> None:
    marketplace, currency = SITES[store]
    count, title = len(names), _titles(numbers)
    tab = pa.array(PLACES).take(pa.array(draw.choice(len(PLACES), count, p=(0.7, 0.1, 0.1, 0.05, 0.05))))
    reason = pc.binary_join_element_wise("It is in ", tab, " for reason ", _text(numbers % 40), ".", "")
    offered = {"seller_sku": names, "title": title, "price": pa.array(999 + numbers % 20_000)}
    offered |= {"asin": names, "quantity": pa.array(numbers % 40), "currency": pa.repeat(currency, count)}
    decided = {"sku": names, "product_sku": names, "tab": tab, "status": tab, "reason": reason}
    decided |= {"since": pa.array(NOW - draw.integers(0, 60, count) * DAY), "listed": pa.repeat(True, count)}
    decided |= {"next_step": reason, "evidence": title, "actions": title}
    with database.write() as connection:
        stores.register_store(
            connection, store, account="a", marketplace_id=marketplace, website="base", at=NOW - 90 * DAY
        )
        for table, columns in ((listings, offered), (tabs, decided)):
            stored = pa.table(columns | {"store": pa.repeat(store, count)})
            rows.upsert(connection, table, stored, are_new=True)


def _keep_sales(database: Database, store: str, names: pa.Array, draw: np.random.Generator) -> None:
    marketplace, currency = SITES[store]
    count = len(names)
    ids = pc.binary_join_element_wise("902-", pc.utf8_lpad(_text(np.arange(count)), 14, "0"), "")
    at = np.sort(NOW - draw.integers(0, 90 * DAY, count))
    waits = at > NOW - DAY
    words = {"seller_id": store, "marketplace_id": marketplace, "fulfilled_by": "merchant", "store": store}
    order = {name: pa.repeat(word, count) for name, word in words.items()}
    order |= {"order_id": ids, "currency": pa.repeat(currency, count), "units": pa.repeat(2, count)}
    order |= {"status": pa.array(np.where(waits, "UNSHIPPED", "SHIPPED")), "total": pa.repeat(4_300, count)}
    order |= {"ship_by": pa.array(at // DAY * DAY + 2 * DAY)}
    order |= dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), pa.array(at))
    sold = names.take(pa.array((draw.random(count) ** 2 * len(names)).astype(np.int64)))
    line = {"store": order["store"], "order_id": ids, "item_id": pa.repeat("1", count), "seller_sku": sold}
    told = {"ordered": 2, "fulfilled": 2, "cancelled": 0, "item": 3_998, "sold_for": 3_998}
    line |= {"sold_at": order["created_at"]} | {name: pa.repeat(number, count) for name, number in told.items()}
    with database.write() as connection:
        rows.upsert(connection, orders, pa.table(order), are_new=True)
        rows.upsert(connection, order_lines, pa.table(line), are_new=True)


def _keep_sent(database: Database, store: str, names: pa.Array, count: int) -> None:
    """Keep what was sent of prices and quantities, over all days, and when it was accepted and seen."""
    draw = np.random.default_rng(SEED)
    planned = np.sort(NOW - 1 - draw.integers(0, DAYS * DAY, count))
    sent = planned + draw.integers(200, 20_000, count)
    accepted = sent + draw.integers(200, 60_000, count)
    closed = accepted + draw.integers(60_000, 1_200_000, count)
    words = {"plan": "p", "run": "r", "store": store, "because": "Quantity.", "submission_id": "s"}
    columns = {name: pa.repeat(word, count) for name, word in words.items()}
    columns |= {name: pa.repeat("", count) for name in ("note", "code", "request_id")}
    columns |= {"seller_sku": names.take(pa.array(draw.integers(0, len(names), count)))}
    columns |= {"field": pa.array(np.where(draw.random(count) < 0.3, "price", "quantity"))}
    columns |= {"state": pa.array(np.where(draw.random(count) < 0.01, "expired", "confirmed"))}
    columns |= {"before": pa.repeat(1, count), "after": pa.repeat(2, count)}
    times = {"planned_at": planned, "sent_at": sent, "accepted_at": accepted, "closed_at": closed}
    with database.write() as connection:
        rows.insert(connection, changes, pa.table(columns | {name: pa.array(each) for name, each in times.items()}))


def _keep_calls(database: Database) -> None:
    columns = {"owner": ["spapi/s/na"] * 2, "operation": ["patchListingsItem", "getOrders"], "rate": [5.0, 0.5]}
    columns |= {"burst": [10.0, 20.0], "tokens": [4.0, 9.0], "filled_at": [NOW / 1000] * 2, "calls": [400_000, 20_000]}
    with database.write() as connection:
        rows.upsert(connection, buckets, pa.table(columns))


def _titles(numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise("Stainless steel thing for home and travel number ", _text(numbers), "")


def _text(numbers: np.ndarray) -> pa.Array:
    return pc.cast(pa.array(numbers), pa.string())
