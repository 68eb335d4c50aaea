"""Two stores as the rest of channelkit would leave them in the database: what the report's tests look at.

Everything is written by the database's own functions, as a cycle writes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import failures, journal, listings, products, progress, reports, runs, stores, tabs
from channelkit.database.connection import Database
from channelkit.errors import AuthError, RefusedError, TemporaryError
from channelkit.model.tables import LISTINGS, PRODUCTS, TABS

NOW = 1_790_000_000_000
"""2026-09-21 14:13:20 UTC."""

MINUTE, DAY = 60_000, 86_400_000
SINCE = NOW - DAY

HOSTILE = (
    "<script>document.title='owned'</script>",
    '"><img src="https://tracker.example/x.png" onerror="document.title=\'owned\'">',
    "</style><style>body{display:none}</style>",
    "{{ 7 * 7 }} {% raw %}",
    "Tasse „Guten Morgen“ 0,3 l & Untertasse",
)
"""Titles that would break a page that does not escape them."""

PLACES = (
    ("Active", "Active", "It is for sale.", ""),
    ("Active", "Active", "It is for sale.", ""),
    ("Active", "Active", "It is for sale.", ""),
    ("Ineligible", "Out of Stock", "Commerce has 0 to sell.", "Restock it in Commerce."),
    ("Inactive", "Listing Suppressed", "Amazon suppressed it.", "Replace the main image."),
    ("New Third Party", "Awaiting Product Assignment", "No product carries its identifiers.", "Assign a product."),
)
"""Tab, status, reason and next step of the listings, in turn."""


def add_store(
    database: Database, name: str, count: int, *, country: str = "US", places: Sequence[Sequence[str]] = PLACES
) -> list[str]:
    """Add a store with listings whose first titles are hostile, each in a tab, and return its seller SKUs."""
    currency, marketplace, website = {
        "US": ("USD", "ATVPDKIKX0DER", "base"),
        "DE": ("EUR", "A1PA6795UKMFR9", "eu"),
        "JP": ("JPY", "A1VC38T7YXB528", "jp"),
    }[country]
    skus = [f"{name}-{number:07d}" for number in range(count)]
    schema = LISTINGS.schema(["seller_sku", *listings.REPORTED])
    said = {
        "seller_sku": skus,
        "title": [*HOSTILE, *(f"Mug {number}" for number in range(len(HOSTILE), count))][:count],
        "price": [1999] * count,
        "currency": [currency] * count,
    }
    report = pa.table({field.name: pa.array(said.get(field.name, [None] * count), field.type) for field in schema})
    with database.write() as connection:
        stores.register_store(
            connection, name, account="acme", marketplace_id=marketplace, website=website, at=NOW - DAY
        )
        reports.ask_report(connection, f"report-{name}", store=name, report_type="ALL", at=NOW - 40 * MINUTE)
        listings.store_report(connection, name, report, asked_at=NOW - 40 * MINUTE, run="first")
        reports.close_report(connection, f"report-{name}", state="read", at=NOW - 35 * MINUTE, rows=count)
        progress.move_watermark(connection, f"listings/{name}", str(NOW), at=NOW - 3 * MINUTE)
        tabs.store_tabs(connection, name, decided(name, skus, places), at=NOW - 30 * MINUTE, run="first")
    return skus


def decided(store: str, skus: Sequence[str], places: Sequence[Sequence[str]] = PLACES) -> pa.Table:
    """Return a tab for each listing, and one product that is ready to be listed."""
    count = len(skus) + 1
    chosen = [*islice(cycle(places), len(skus)), ("Ready to List", "Ready to List", "It has its ASIN.", "Publish it.")]
    told = {
        "store": [store] * count,
        "listed": [True] * len(skus) + [False],
        "sku": [*skus, f"product-{store}"],
        "product_sku": [*(f"p-{sku}" for sku in skus), f"product-{store}"],
        "since": [NOW - 60 * MINUTE] * count,
        "stale": [False] * count,
        "actions": [""] * count,
    } | {
        name: [place[number] for place in chosen]
        for number, name in enumerate(("tab", "status", "reason", "next_step"))
    }
    schema = TABS.schema(name for name in TABS.names if name != "digest")
    return pa.table({field.name: pa.array(told.get(field.name, [None] * count), field.type) for field in schema})


def add_products(database: Database, count: int) -> None:
    schema = PRODUCTS.schema(products.READ)
    said = {"sku": [f"p-{number}" for number in range(count)], "entity_id": list(range(count))}
    batch = pa.table({field.name: pa.array(said.get(field.name, [None] * count), field.type) for field in schema})
    with database.write() as connection:
        products.store_products(connection, batch, at=NOW - 5 * MINUTE, run="first")
        progress.move_watermark(connection, "products", "1", at=NOW - 4 * MINUTE)


def changes(skus: Sequence[str], field: str, before: int | None, after: int, note: str = "") -> pa.Table:
    """Return the same change for each of these listings, as a plan has it."""
    count = len(skus)
    return pa.table(
        {
            "seller_sku": pa.array(skus, pa.string()),
            "field": pa.array([field] * count, pa.string()),
            "before": pa.array([before] * count, pa.int64()),
            "after": pa.array([after] * count, pa.int64()),
            "because": pa.array([f"Commerce's {field}"] * count, pa.string()),
            **{name: pa.nulls(count, pa.string()) for name in ("before_text", "after_text")},
            "note": pa.array([note] * count, pa.string()),
        }
    )


def add_plan(
    database: Database,
    store: str,
    going: pa.Table,
    held: pa.Table | None = None,
    *,
    verdict: str = "clear",
    note: str = "",
    at: int = NOW - 20 * MINUTE,
) -> list[int]:
    """Record a plan and return the ids of what it sends."""
    with database.write() as connection:
        planned = journal.record_plan(
            connection,
            store=store,
            run="first",
            fingerprint="f1",
            going=going,
            held=changes([], "price", None, 1) if held is None else held,
            listings=100,
            verdict=verdict,
            note=note,
            at=at,
        )
    return list(planned["id"].to_pylist())


def send(database: Database, ids: Sequence[int], state: str, *, at: int, note: str = "") -> None:
    """Send changes: 2 s after they were planned, answered after one more second, seen two minutes after that."""
    with database.write() as connection:
        journal.mark_sent(connection, ids, at + 2_000)
        if state == "sent":
            return
        answer = "refused" if state == "refused" else "accepted"
        journal.mark_answered(connection, ids, answer, at + 3_000, request_id="req-7", code="", note=note)
        if state in ("confirmed", "expired"):
            settled = pa.table({"id": ids, "state": [state] * len(ids), "note": [note] * len(ids)})
            journal.close_settled(connection, settled, at + 3_000 + 2 * MINUTE)


def fill(database: Database, count: int = 60) -> None:
    """Two stores in which everything that a report tells of has happened."""
    us = add_store(database, "us", count)
    de = add_store(database, "de", count // 2, country="DE")
    add_products(database, 40)
    at = NOW - 20 * MINUTE
    ids = add_plan(
        database,
        "us",
        changes(us[:20], "quantity", 5, 3),
        changes(us[:3], "price", 1999, 199, "The price would fall by 90 %; the limit is 50 %."),
        at=at,
    )
    send(database, ids[:14], "confirmed", at=at)
    send(database, ids[14:16], "refused", at=at, note="Amazon refused it: the quantity is too large.")
    send(database, ids[16:17], "expired", at=at, note="It was not seen within 30 minutes.")
    send(database, ids[17:20], "accepted", at=at)
    add_plan(
        database, "de", changes(de[:25], "price", 1999, 2099), verdict="stopped", note="It would change 83 % of prices."
    )
    with database.write() as connection:
        moved = decided("us", us)
        row = pc.equal(moved["sku"], us[0])
        moved = moved.set_column(
            moved.column_names.index("tab"), "tab", pc.if_else(row, "Inactive", moved["tab"])
        ).set_column(moved.column_names.index("status"), "status", pc.if_else(row, "Blocked", moved["status"]))
        tabs.store_tabs(connection, "us", moved, at=NOW - 10 * MINUTE, run="second")
    add_trouble(database)


def add_trouble(database: Database) -> None:
    """Calls that failed and runs that did not finish, told in words that must not leave the house as they are."""
    throttled = TemporaryError(
        "Amazon throttled getListingsItem.",
        "Nothing to do: the next cycle tries again.",
        system="amazon",
        operation="getListingsItem",
        status=429,
        code="QuotaExceeded",
        request_id="req-429",
    )
    refused = RefusedError(
        "Amazon refused the price of '<b>us-1</b>'.",
        "Mend the price.",
        system="amazon",
        operation="patchListingsItem",
        status=400,
        code="InvalidInput",
        request_id="req-400",
    )
    expired = AuthError(
        "Commerce took no token=sk-very-secret of buyer@example.com.",
        "Renew the token named in /home/anna/shop/channelkit.toml.",
        system="commerce",
        operation="products",
        status=401,
    )
    with database.write() as connection:
        for minute in range(4):
            failures.record_failure(connection, throttled, store="us", run="r", at=NOW - minute * MINUTE)
        failures.record_failure(connection, refused, store="de", run="r", at=NOW - MINUTE)
        failures.record_failure(connection, expired, store="", run="r", at=NOW - MINUTE)
        for state, error in (
            ("done", ""),
            ("partial", ""),
            ("failed", "Cannot read /home/anna/shop/channelkit.toml."),
            ("died", ""),
        ):
            notebook = f"/home/anna/shop/runs/2026-09-21/sync-{state}.ipynb"
            run = runs.open_run(connection, "sync", at=NOW - 30 * MINUTE, notebook=notebook)
            if state == "died":
                runs.mark_died(connection, at=NOW)
            else:
                runs.close_run(connection, run, state=state, at=NOW - 29 * MINUTE, error=error)
