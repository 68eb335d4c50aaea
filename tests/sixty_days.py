"""Two stores with sixty days behind them, written by the house's own functions, and four troubles planted at the end.

An order wants more than there is, a brand is suppressed, a token is revoked, and a bulk submission lies unanswered. A
buyer's name, a token and a title with a script in it are there, too, for what must not leave the house.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from channelkit.data_check import run_quality
from channelkit.database import (
    daily,
    failures,
    history,
    listings,
    products,
    progress,
    reports,
    runs,
    stock,
    stores,
    tabs,
)
from channelkit.database.connection import Database, open_database
from channelkit.database.listing_schema import feeds
from channelkit.database.order_schema import order_lines, orders, stands
from channelkit.errors import AuthError, TemporaryError
from channelkit.model.orders import Address, Order, Person
from channelkit.model.tables import LISTINGS, PRODUCTS, STOCK, TABS
from channelkit.people.cipher import make_keys
from channelkit.people.vault import Vault
from tests.database_fixtures import table_of
from tests.report_world import add_plan, changes, send

NOW = 1_790_000_000_000
"""2026-09-21 14:13:20 UTC."""

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
DAYS = 60
SITES = {"us": ("ATVPDKIKX0DER", "USD", "us"), "de": ("A1PA6795UKMFR9", "EUR", "eu")}
BRANDS = ("Acme", "Northwind", "Blue <b>Bird</b>", "Tailspin")
SUPPRESSED = "Northwind"

BUYER = "Wilhelmina Featherstonehaugh"
TOKEN = "Atzr|IwEBIplantedRefreshToken0123456789"
SCRIPT = "<script>document.title='owned'</script>"
SECRETS = (BUYER, "Featherstonehaugh", TOKEN, "IwEBIplantedRefreshToken", "wilhelmina@example.com")

Row = dict[str, Any]


def live(folder: Path, *, count: int = 40, keys: Callable[[], str] = make_keys) -> Database:
    """Let sixty days pass in a database of this folder, and return it.

    Arguments:
        count: listings of each store.
        keys: gives the keys that people's data is encrypted with.
    """
    database = open_database(f"sqlite:///{folder}/channelkit.db", folder / "history")
    lots = random.Random(7)
    for store in SITES:
        _open(database, store, count)
        _pass(database, store, count, lots)
        _sell(database, store, count, lots)
    _run(database, lots)
    plant(database, keys)
    history.flush(database, NOW)
    daily.roll_up(database, NOW, brand="manufacturer")
    for days in (30, 10, 0):
        run_quality(database, NOW - days * DAY, list(SITES), brand="manufacturer")
    return database


def seller_sku(store: str, number: int) -> str:
    return f"{store}-{number:04d}"


def title(number: int) -> str:
    return SCRIPT if number == 0 else f"=Mug no. {number}, blue" if number == 1 else f"Mug no. {number}, blue"


def plant(database: Database, keys: Callable[[], str]) -> None:
    """Plant the four troubles, and what must not leave the house."""
    order = "902-7777777-0000001"
    vault = Vault(database, keys, lambda: NOW)
    who = Person(
        BUYER, "wilhelmina@example.com", address=Address(BUYER, "", ("7 Feather Lane",), "Rye", "NY", "10580", "US")
    )
    given = Order(order, SITES["us"][0], "UNSHIPPED", NOW - 2 * HOUR, NOW - 2 * HOUR, person=who)
    sold_out = seller_sku("us", 5)
    with database.write() as connection:
        pseudonym = vault.keep(connection, "us", given, NOW - 2 * HOUR)
        row = _order("us", order, NOW - 2 * HOUR, 2, 3998) | {"status": "UNSHIPPED", "pseudonym": pseudonym}
        connection.execute(orders.insert().values(row))
        line = _line("us", order, 5, 2, 3998) | {"sold_at": NOW - 2 * HOUR, "sold_for": 3998}
        connection.execute(order_lines.insert().values(line))
        stand = {"store": "us", "order_id": order, "stage": "blocked", "blocker": "out_of_stock", "since": NOW - HOUR}
        stand["note"] = 'Product "p-us-0005" is out of stock in Commerce.'
        stand["next_step"] = "Put stock into the website's sources in Commerce, or cancel the order on Amazon."
        connection.execute(stands.insert().values(stand))
        batch = {"website": SITES["us"][2], "sku": f"p-{sold_out}", "salable": 0, "in_stock": False}
        names = [name for name in STOCK.names if name != "observed_at"]
        stock.store_stock(connection, table_of(STOCK, [batch], names), at=NOW - 3 * HOUR, run="late")
        feed = {"feed_id": "feed-50001", "store": "us", "state": "submitted", "document_id": "doc-1", "messages": 37}
        connection.execute(feeds.insert().values(feed | {"submitted_at": NOW - 5 * HOUR}))
        feed = {"feed_id": "feed-50000", "store": "us", "state": "done", "document_id": "doc-0", "messages": 12}
        times = {"submitted_at": NOW - 2 * DAY, "closed_at": NOW - 2 * DAY + 4 * MINUTE}
        connection.execute(feeds.insert().values(feed | times))
        revoked = AuthError(
            f"Amazon's sign-in refused the refresh token of account de (refresh_token={TOKEN}).",
            "Authorize the application anew in Seller Central, and write the new token where the settings name it.",
            system="amazon",
            operation="token",
            status=400,
            code="invalid_grant",
            request_id="req-revoked",
        )
        for minutes in (95, 60, 30, 5):
            failures.record_failure(connection, revoked, store="de", run="late", at=NOW - minutes * MINUTE)
        # Since then nothing was read of its account.
        progress.move_watermark(connection, "listings/de", str(NOW), at=NOW - 100 * MINUTE)


def _open(database: Database, store: str, count: int) -> None:
    marketplace, currency, website = SITES[store]
    at = NOW - DAYS * DAY
    numbers = range(count)
    catalog = [
        {
            **{
                "sku": f"p-{seller_sku(store, number)}",
                "entity_id": 1 + number + 1000 * list(SITES).index(store),
                "name": title(number),
            },
            **{"type": "simple", "enabled": True},
            "attributes": json.dumps({"manufacturer": BRANDS[number % len(BRANDS)]}),
        }
        for number in numbers
    ]
    units = [
        {"website": website, "sku": f"p-{seller_sku(store, number)}", "salable": 9, "in_stock": True}
        for number in numbers
    ]
    offers = [
        {
            **{
                "seller_sku": seller_sku(store, number),
                "asin": f"B0{store.upper()}{number:06d}",
                "title": title(number),
            },
            **{"price": 1500 + 25 * number, "currency": currency, "quantity": 9, "fulfillment_channel": "DEFAULT"},
        }
        for number in numbers
    ]
    with database.write() as connection:
        stores.register_store(
            connection, store, account="acme", marketplace_id=marketplace, website=website, at=at - DAY
        )
        products.store_products(connection, table_of(PRODUCTS, catalog, products.READ), at=at, run="first")
        names = [name for name in STOCK.names if name != "observed_at"]
        stock.store_stock(connection, table_of(STOCK, units, names), at=at, run="first")
        reports.ask_report(connection, f"first-{store}", store=store, report_type="ALL", at=at)
        told = table_of(LISTINGS, offers, ("seller_sku", *listings.REPORTED))
        listings.store_report(connection, store, told, asked_at=at, run="first")
        reports.close_report(connection, f"first-{store}", state="read", at=at, rows=count)
        for name in (f"listings/{store}", "products", f"stock/{website}"):
            progress.move_watermark(connection, name, str(NOW), at=NOW - 3 * MINUTE)


def _pass(database: Database, store: str, count: int, lots: random.Random) -> None:
    """Let listings move from tab to tab, prices change and stock run out, day by day."""
    places = [_place(number, 0, lots) for number in range(count)]
    prices = [1500 + 25 * number for number in range(count)]
    for day in range(DAYS, -1, -1):
        at = NOW - day * DAY - 2 * HOUR
        moved = range(count) if day == DAYS else lots.sample(range(count), 2)
        for number in moved:
            places[number] = _place(number, day, lots)
        if day == 0:
            for number in range(count):
                if BRANDS[number % len(BRANDS)] == SUPPRESSED and store == "us":
                    places[number] = SUPPRESSION
        rows = [_decision(store, number, places[number], at) for number in range(count)]
        offers = []
        for number in lots.sample(range(count), 3):
            prices[number] = max(500, prices[number] + lots.choice((-100, -50, 50, 75)))
            quantity = 0 if places[number][1] == "Out of Stock" else lots.randint(1, 20)
            offers.append(
                {
                    **{"seller_sku": seller_sku(store, number), "asin": f"B0{store.upper()}{number:06d}"},
                    **{"title": title(number), "price": prices[number], "currency": SITES[store][1]},
                    **{"quantity": quantity, "fulfillment_channel": "DEFAULT", "buyable": quantity > 0},
                }
            )
        with database.write() as connection:
            names = [name for name in TABS.names if name != "digest"]
            tabs.store_tabs(connection, store, table_of(TABS, rows, names), at=at, run=f"day-{day}")
            told = table_of(LISTINGS, offers, ("seller_sku", *listings.SEARCHED))
            listings.store_search(connection, store, told, [], at=at, run=f"day-{day}")


Place = tuple[str, str, str, str]
SUPPRESSION: Place = (
    *("Inactive", "Listing Suppressed", "Amazon suppressed it: the main image is missing."),
    "Replace the main image.",
)
PLACES: tuple[Place, ...] = (
    ("Active", "Active", "It is for sale.", ""),
    ("Active", "Active", "It is for sale.", ""),
    ("Active", "Active", "It is for sale.", ""),
    ("Active", "Active", "It is for sale.", ""),
    ("Ineligible", "Out of Stock", "Commerce has 0 to sell.", "Restock it in Commerce."),
    ("Inactive", "Blocked", "Amazon blocked it: the price is above the reference price.", "Lower the price."),
    ("Incomplete", "Missing Information", "Amazon asks for a colour.", "Fill the attribute colour."),
    ("New Third Party", "Awaiting Product Assignment", "No product carries its identifiers.", "Assign a product."),
)


def _place(number: int, day: int, lots: random.Random) -> Place:
    return PLACES[0] if number in (0, 1) and day else lots.choice(PLACES)


def _decision(store: str, number: int, place: Place, at: int) -> Row:
    tab, status, reason, step = place
    return {
        **{"store": store, "listed": True, "sku": seller_sku(store, number), "tab": tab, "status": status},
        **{"product_sku": f"p-{seller_sku(store, number)}", "asin": f"B0{store.upper()}{number:06d}"},
        **{"reason": reason, "next_step": step, "since": at, "stale": False, "actions": ""},
    }


def _sell(database: Database, store: str, count: int, lots: random.Random) -> None:
    bought: list[Row] = []
    lines: list[Row] = []
    stages: list[Row] = []
    for day in range(DAYS, -1, -1):
        for each in range(lots.randint(1, 4)):
            number, units = lots.randrange(count), lots.randint(1, 2)
            order = f"9{'02' if store == 'us' else '03'}-{day:07d}-{each:07d}"
            at = min(NOW - day * DAY - lots.randrange(20) * HOUR, NOW - HOUR)
            total = units * (1500 + 25 * number)
            done = day > 2
            status = "CANCELLED" if lots.random() < 0.05 else "SHIPPED" if done else "UNSHIPPED"
            bought.append(_order(store, order, at, units, total) | {"status": status})
            is_sale = status != "CANCELLED"
            sold = {"sold_at": at if is_sale else None, "sold_for": total if is_sale else None}
            lines.append(_line(store, order, number, units, total) | sold)
            stages.append(
                {
                    **{"store": store, "order_id": order, "blocker": "", "note": "", "next_step": "", "since": at},
                    "stage": "cancelled" if status == "CANCELLED" else "complete" if done else "created",
                }
            )
    with database.write() as connection:
        connection.execute(orders.insert(), bought)
        connection.execute(order_lines.insert(), lines)
        connection.execute(stands.insert(), stages)


def _order(store: str, order: str, at: int, units: int, total: int) -> Row:
    marketplace, currency, _ = SITES[store]
    return {
        **{"store": store, "order_id": order, "seller_id": f"seller-{store}", "marketplace_id": marketplace},
        **{"fulfilled_by": "merchant", "created_at": at, "updated_at": at, "first_seen_at": at, "observed_at": at},
        **{"currency": currency, "total": total, "units": units, "ship_by": at + DAY, "deliver_by": at + 4 * DAY},
        **{"service_level": "STANDARD", "country": "US" if store == "us" else "DE", "pseudonym": "buyer-1a2b3c4d"},
    }


def _line(store: str, order: str, number: int, units: int, total: int) -> Row:
    return {
        **{"store": store, "order_id": order, "item_id": "1", "seller_sku": seller_sku(store, number)},
        **{"asin": f"B0{store.upper()}{number:06d}", "title": title(number), "condition": "new_new"},
        **{"product_sku": f"p-{seller_sku(store, number)}", "ordered": units, "fulfilled": 0, "cancelled": 0},
        "item": total,
    }


def _run(database: Database, lots: random.Random) -> None:
    """Let cycles run, change prices and quantities, and have a call fail now and then."""
    for store in SITES:
        for day in range(28, -1, -4):
            at = NOW - day * DAY - 3 * HOUR
            skus = [seller_sku(store, number) for number in lots.sample(range(2, 40), 6)]
            ids = add_plan(database, store, changes(skus, lots.choice(("price", "quantity")), 9, 7), at=at)
            send(database, ids[:5], "confirmed", at=at)
            send(database, ids[5:], "refused", at=at, note="Amazon refused it: the quantity is too large.")
    held = changes([seller_sku("us", 3)], "price", 1999, 199, "The price would fall by 90 %; the limit is 50 %.")
    add_plan(database, "us", changes([], "price", None, 1), held, at=NOW - 20 * MINUTE)
    throttled = TemporaryError(
        "Amazon throttled getListingsItem.",
        "Nothing to do: the next cycle tries again.",
        system="amazon",
        operation="getListingsItem",
        status=429,
        code="QuotaExceeded",
        request_id="req-429",
    )
    with database.write() as connection:
        for day in range(DAYS, -1, -1):
            at = NOW - day * DAY - HOUR
            run = runs.open_run(connection, "sync", at=at, notebook=f"2026/09/{day:02d}/sync-{day}.ipynb")
            runs.close_run(connection, run, state="partial" if day % 9 == 0 else "done", at=at + 40_000)
            for _ in range(lots.randrange(3)):
                failures.record_failure(connection, throttled, store="us", run=run, at=at + 10_000)
