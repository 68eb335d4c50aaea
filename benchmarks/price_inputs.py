"""What prices are made from, at scale: rules, others' offers, fees, prices that were sent, orders, and the settings."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.inputs import make_prices, name_asins, name_skus, to_texts
from benchmarks.prices import make_rules
from channelkit.database import reference, rows, stores
from channelkit.database.connection import Database
from channelkit.database.fees import FEES, store_fees
from channelkit.database.order_schema import order_lines, orders
from channelkit.database.price_rules import store_price_rules
from channelkit.database.schema import changes
from channelkit.database.scopes import store_scopes
from channelkit.database.trend_schema import competition
from channelkit.listings.rules.tree import Condition, Group
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.text import to_document
from channelkit.settings.reader import FILE

SHARE, OFFERS_EACH = 10, 8
"""One listing in ten has its competition, its fees, a value of its own in the store view, and a price that was sent."""

VERSIONS = 100
"""Versions of the rules: one a week for two years."""

DAY, HOUR = 86_400_000, 3_600_000
SEED = 21

SETTINGS = """
[practice]
speed = 1.0
real_epoch = {wall}
epoch = {now}

[commerce]
url = "http://127.0.0.1:1"
consumer_key = "k"
consumer_secret = "file:secret"
access_token = "file:secret"
access_token_secret = "file:secret"

[accounts.us]
seller_id = "S"
region = "na"
client_id = "c"
client_secret = "file:secret"
refresh_token = "file:secret"
secret_made = 2026-09-01
url = "http://127.0.0.1:1"
token_url = "http://127.0.0.1:1/token"

[stores.us]
account = "us"
marketplace = "US"
website = "base"
store_view = "us"
consent_granted = 2026-09-01

[stores.us.prices]
source = "amazon_price"
minimum = "map"
cost = "cost"
floor_at_cost = "3"
"""


def write_settings(folder: Path, now: int) -> Path:
    """Write the settings of one store whose prices have a source, MAP and cost; its clock begins at this moment.

    Arguments:
        now: milliseconds since 1970.
    """
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("nothing that opens anything", encoding="utf-8")
    path = folder / FILE
    path.write_text(SETTINGS.format(wall=time.time(), now=now / 1000), encoding="utf-8")
    return path


def choose_rules() -> tuple[PriceRule, ...]:
    """Return the twenty rules of `benchmarks.prices`, each for the products that its conditions name: about a half."""
    chosen = []
    for place, rule in enumerate(make_rules()):
        brands = ", ".join(f"Brand {number}" for number in range(1 + place, 300, 3))
        asked = (
            Condition("price", ">=", f"{place}.5"),
            Condition("weight", "<=", f"{990 - place}"),
            Group(all=False, children=(Condition("brand", "()", brands), Condition("features", "()", "Light"))),
        )
        chosen.append(replace(rule, when=Group(children=asked)))
    return tuple(chosen)


def keep_all(database: Database, count: int, now: int) -> None:
    """Keep what the prices of so many listings are made from, and what has become of some.

    Arguments:
        now: milliseconds since 1970.
    """
    draw = np.random.default_rng(SEED)
    some = np.arange(0, count, SHARE)
    documents = to_document(choose_rules())
    with database.write() as connection:
        stores.register_store(connection, "us", account="us", marketplace_id="ATVPDKIKX0DER", website="base", at=now)
        for name, body in _reference().items():
            reference.store_reference(connection, "commerce", name, json.dumps(body), at=now)
        for version in range(VERSIONS):
            name, at = f"Week {version}", now - (VERSIONS - version) * 7 * DAY
            store_price_rules(connection, store="us", name=name, rules=documents, at=at, by="somebody")
        rows.upsert(connection, competition, _offers(some, draw, now), are_new=True)
        store_fees(connection, "us", _fees(some), "USD", at=now - DAY)
        store_scopes(connection, _own(some), at=now, run="r")
        rows.insert(connection, changes, _sent(some, draw, now))
        order, lines = _orders(count, draw, now)
        rows.upsert(connection, orders, order, are_new=True)
        rows.upsert(connection, order_lines, lines, are_new=True)


def _reference() -> dict[str, object]:
    kinds = {"brand": "select", "features": "multiselect", "category_ids": "category", "weight": "weight"}
    kinds |= {"price": "price", "amazon_price": "price", "map": "price", "msrp": "price", "cost": "price"}
    kinds |= {"name": "text", "sku": "text"}
    return {
        "currencies": {"base": "USD", "rates": {}},
        "websites": [{"id": 1, "code": "base"}],
        "store_configs": [{"code": "us", "base_currency_code": "USD", "website_id": 1, "store_group_id": 1}],
        "attributes": [
            {"code": code, "label": code, "input": kind, "promo": True, "options": {}} for code, kind in kinds.items()
        ],
    }


def _offers(some: np.ndarray, draw: np.random.Generator, now: int) -> pa.Table:
    """Return what Amazon said of the offers for items, as the database has it."""
    prices = make_prices(int(some[-1]) + 1)[some]
    asked = prices[:, None] * draw.integers(70, 130, (len(some), OFFERS_EACH)) // 100
    bodies = []
    for own, others in zip(prices.tolist(), np.sort(asked).tolist(), strict=True):
        offers = ",".join(
            f'{{"seller_id":"A{place}","condition":"New","subcondition":"New","by_amazon":false,"price":{price},'
            f'"shipping":0,"points":0,"feedback":95,"ratings":1200,"featured":{"true" if place == 1 else "false"},'
            f'"ours":{"true" if place == 2 else "false"}}}'
            for place, price in enumerate([*others[:2], own, *others[2:]])
        )
        bodies.append(f'{{"won":false,"offers":[{offers}]}}')
    columns = {
        **{name: pa.repeat(word, len(some)) for name, word in (("store", "us"), ("condition", "New"))},
        "asin": name_asins(some),
        "offers": pa.array(bodies),
        "featured_seller": pa.repeat("A1", len(some)),
        "featured_landed": pa.array(np.sort(asked)[:, 1]),
        "lowest_landed": pa.array(np.sort(asked)[:, 0]),
        "currency": pa.repeat("USD", len(some)),
        "asked_at": pa.array(now - draw.integers(0, 3 * HOUR, len(some))),
    }
    return pa.table(columns)


def _fees(some: np.ndarray) -> pa.Table:
    prices = make_prices(int(some[-1]) + 1)[some]
    columns = [name_skus(some), prices, prices * 15 // 100, np.full(len(some), 350), np.zeros(len(some), np.int64)]
    return pa.table([pa.array(each) for each in columns], schema=FEES)


def _own(some: np.ndarray) -> pa.Table:
    """Return the values that a store view has for itself."""
    cents = make_prices(int(some[-1]) + 1)[some]
    prices = pc.binary_join_element_wise('{"amazon_price":"', to_texts(cents // 100), '.500000","map":""}', "")
    names = {"store_view": pa.repeat("us", len(some)), "sku": name_skus(some)}
    nothing = {name: pa.nulls(len(some), kind) for name, kind in (("name", pa.string()), ("enabled", pa.bool_()))}
    return pa.table(names | nothing | {"price": pa.nulls(len(some), pa.string()), "prices": prices})


def _sent(some: np.ndarray, draw: np.random.Generator, now: int) -> pa.Table:
    """Return prices that left in the last days: one of each, and five more of one in twenty that are in a war."""
    warring = np.repeat(some[::20], 5)
    which = np.concatenate([some, warring])
    at = np.concatenate([now - draw.integers(HOUR, 20 * DAY, len(some)), now - draw.integers(HOUR, DAY, len(warring))])
    before = make_prices(int(some[-1]) + 1)[which] + 50
    words = {"plan": "p", "run": "r", "store": "us", "field": "price", "because": "Price.", "state": "confirmed"}
    words |= dict.fromkeys(("note", "code", "submission_id", "request_id"), "")
    times = dict.fromkeys(("planned_at", "sent_at", "accepted_at", "closed_at"), pa.array(at))
    told = {name: pa.repeat(word, len(which)) for name, word in words.items()}
    return pa.table(
        told | times | {"seller_sku": name_skus(which), "before": pa.array(before), "after": pa.array(before - 20)}
    )


def _orders(count: int, draw: np.random.Generator, now: int) -> tuple[pa.Table, pa.Table]:
    """Return orders of the last 90 days, one for five listings, and their lines; a few listings sell most of it."""
    many = count // 5
    ids = pc.binary_join_element_wise("902-", pc.utf8_lpad(to_texts(np.arange(many)), 14, "0"), "")
    at = pa.array(np.sort(now - draw.integers(0, 90 * DAY, many)))
    words = {"seller_id": "S", "marketplace_id": "ATVPDKIKX0DER", "fulfilled_by": "merchant", "store": "us"}
    words |= {"currency": "USD", "status": "SHIPPED"}
    order = {name: pa.repeat(word, many) for name, word in words.items()}
    order |= {"order_id": ids, "units": pa.repeat(2, many), "total": pa.repeat(4_300, many)}
    order |= dict.fromkeys(("created_at", "updated_at", "first_seen_at", "observed_at"), at)
    sold = (draw.random(many) ** 2 * count).astype(np.int64)
    line = {"store": order["store"], "order_id": ids, "item_id": pa.repeat("1", many), "seller_sku": name_skus(sold)}
    line |= {name: pa.repeat(each, many) for name, each in (("ordered", 2), ("fulfilled", 2), ("cancelled", 0))}
    return pa.table(order), pa.table(line | {"item": pa.array(2 * make_prices(count)[sold])})
