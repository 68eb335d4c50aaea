"""Orders as the rest of channelkit would leave them in the database: what tests of what is shown look at."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from channelkit.database import stores
from channelkit.database.connection import Database
from channelkit.database.order_schema import (
    copies,
    credit_memos,
    order_changes,
    order_counts,
    order_lines,
    orders,
    parcels,
    returns,
    shipments,
    stands,
    stock_ledger,
)

NOON = 1_790_000_000_000
"""2026-09-21 14:13:20 UTC, 07:13 in Los Angeles."""

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
FIRST, SECOND, THIRD = "902-0000001-0000001", "902-0000002-0000002", "902-0000003-0000003"
HOSTILE = "Tasse „Guten Morgen“ <script>alert(1)</script>"
SITES = {"us": ("ATVPDKIKX0DER", "USD"), "jp": ("A1VC38T7YXB528", "JPY"), "de": ("A1PA6795UKMFR9", "EUR")}


def add_store(database: Database, name: str = "us") -> None:
    with database.write() as connection:
        stores.register_store(
            connection, name, account="acme", marketplace_id=SITES[name][0], website="base", at=NOON - 30 * DAY
        )


def add_order(database: Database, order_id: str, store: str = "us", **told: Any) -> None:
    """Add an order with one line; what is not told is that of an unshipped order of a merchant."""
    site, currency = SITES[store]
    created = told.get("created_at", NOON - DAY)
    row = {
        "store": store,
        "order_id": order_id,
        "seller_id": f"seller-{store}",
        "marketplace_id": site,
        "status": "UNSHIPPED",
        "fulfilled_by": "merchant",
        "created_at": created,
        "updated_at": created,
        "first_seen_at": created,
        "observed_at": created,
        "currency": currency,
        "total": 1999,
        "units": 2,
        "ship_by": NOON + 5 * HOUR,
        "deliver_by": NOON + 4 * DAY,
        "service_level": "STANDARD",
        "country": "US",
        "pseudonym": "buyer-1a2b3c4d",
    }
    line = {
        **{"store": store, "order_id": order_id, "item_id": "1", "seller_sku": "MUG-3/blue", "asin": "B00MUG0001"},
        **{"title": HOSTILE, "condition": "new_new", "product_sku": "mug-blue"},
        **{"ordered": 2, "fulfilled": told.pop("fulfilled", 0), "cancelled": 0, "item": 1999},
    }
    add(database, orders, row | told)
    add(database, order_lines, line)


def add_stand(database: Database, order_id: str, stage: str, store: str = "us", **told: Any) -> None:
    add(database, stands, {"store": store, "order_id": order_id, "stage": stage, "since": NOON - HOUR} | told)


def add_copy(database: Database, order_id: str, number: str, store: str = "us", **told: Any) -> None:
    line = {"item_id": int(number) * 10, "ext_id": "1", "sku": "mug-blue", "ordered": 2}
    row = {
        **{"store": store, "order_id": order_id, "entity_id": int(number), "increment_id": number},
        **{"state": "processing", "status": "processing", "total": 1999, "store_id": 1, "updated_at": NOON},
        **{"observed_at": NOON, "lines": json.dumps([line])},
    }
    add(database, copies, row | told)


def add_change(database: Database, order_id: str, kind: str, state: str = "planned", **told: Any) -> None:
    row = {"store": "us", "order_id": order_id, "kind": kind, "state": state, "planned_at": NOON - 10 * MINUTE}
    add(database, order_changes, row | told)


def add(database: Database, table: sa.Table, *rows: dict[str, Any]) -> None:
    with database.write() as connection:
        connection.execute(table.insert(), list(rows))


def live(database: Database) -> None:
    """Let three orders be bought: one blocked, one partly shipped, one that is waiting for its payment."""
    add_store(database)
    add_order(database, FIRST, ship_by=NOON - 2 * HOUR, wants_cancellation=1, programs="PRIME")
    add_stand(
        database,
        FIRST,
        "blocked",
        blocker="out_of_stock",
        note='Product "mug-blue" is out of stock in Commerce.',
        next_step="Restock it; the next cycle tries again.",
    )
    add_order(
        database,
        SECOND,
        created_at=NOON - 2 * DAY,
        status="PARTIALLY_SHIPPED",
        total=4000,
        fulfilled=1,
        pseudonym="buyer-99999999",
    )
    add_stand(database, SECOND, "created")
    add_copy(database, SECOND, "000000077")
    parcel = {"package_id": "1", "status": "IN_TRANSIT", "carrier": "UPS", "tracking": "1Z999", "units": '{"1": 1}'}
    add(database, parcels, {"store": "us", "order_id": SECOND, "shipped_at": NOON - HOUR} | parcel)
    track = json.dumps([{"carrier_code": "ups", "title": "United Parcel Service", "number": "1Z999"}])
    times = {"created_at": NOON - 2 * HOUR, "observed_at": NOON}
    sent = {"shipment_id": 9, "store": "us", "order_id": SECOND, "tracks": track, "units": "[[770, 1]]"}
    add(database, shipments, sent | times)
    memo = {"memo_id": 4, "store": "us", "order_id": SECOND, "total": 999, "units": "[[770, 1]]"}
    add(database, credit_memos, memo | times)
    back = {"return_id": "RMA-1/MUG-3/blue", "seller_sku": "MUG-3/blue", "units": 1, "status": "Approved"}
    received = {"requested_at": NOON - DAY, "received_at": NOON - HOUR, "refunded": 999, "observed_at": NOON}
    add(database, returns, {"store": "us", "order_id": SECOND} | back | received)
    add_change(
        database, SECOND, "create", "confirmed", sent_at=NOON, closed_at=NOON + MINUTE, because="It is unshipped."
    )
    add_change(
        database, SECOND, "refund", "refused", key="RMA-1/MUG-3/blue", note="The invoice is missing.", closed_at=1
    )
    entry = {"store": "us", "website": "base", "product_sku": "mug-blue", "seller_sku": "MUG-3/blue", "item_id": "1"}
    for kind, units in (("received", 2), ("shipped", 1)):
        add(
            database,
            stock_ledger,
            entry | {"order_id": SECOND, "kind": kind, "units": units, "at": NOON, "source": kind},
        )
    add_order(
        database,
        THIRD,
        created_at=NOON - 3 * DAY,
        status="PENDING",
        total=None,
        pseudonym="",
        country="",
        ship_by=None,
        lacking="name,street,city,postcode,country,phone,email",
    )
    day = {"store": "us", "day": "2026-09-20", "amazon": 3, "ours": 3, "copied": 1, "at": NOON}
    add(database, order_counts, day | {"missing": json.dumps({FIRST: "blocked"})})
