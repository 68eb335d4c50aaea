"""Orders with made-up people in a real database, for the tests of the room that keeps them."""

from __future__ import annotations

from typing import Any

from channelkit.database.connection import Database
from channelkit.database.order_schema import copies, order_lines, orders
from channelkit.model.orders import Address, Order, Person
from channelkit.people.cipher import make_keys
from channelkit.people.vault import Vault

NOON = 1_800_000_000_000
ADA = Person(
    name="Ada Quill",
    email="q7@marketplace.amazon.com",
    address=Address("Ada Quill", "", ("7 Feather Lane",), "Escondido", "CA", "92025", "US", "555-0100"),
)
BEN = Person(name="Ben Thorn", email="b8@marketplace.amazon.com")
KEY = make_keys()


def open_vault(database: Database, key: str = KEY, now: int = NOON) -> Vault:
    return Vault(database, lambda: key, lambda: now)


def keep(vault: Vault, order_id: str, person: Person | None = ADA, *, store: str = "us", **order: Any) -> str:
    """Keep an order and who placed it, as a reading does, and return the pseudonym."""
    row = {
        "status": "SHIPPED",
        "updated_at": NOON,
        "fulfilled_by": "merchant",
        "currency": "USD",
        "total": 1999,
        **order,
    }
    given = Order(order_id, "ATVPDKIKX0DER", row["status"], NOON, row["updated_at"], person=person)
    row |= {"store": store, "order_id": order_id, "seller_id": f"S-{store}", "marketplace_id": "ATVPDKIKX0DER"}
    row |= {"created_at": NOON, "first_seen_at": NOON, "observed_at": NOON, "units": 1}
    line = {"store": store, "order_id": order_id, "item_id": "1", "seller_sku": "MUG", "title": "A mug", "item": 1999}
    with vault.database.write() as connection:
        pseudonym = vault.keep(connection, store, given, NOON)
        connection.execute(orders.insert().values(row | {"pseudonym": pseudonym}))
        connection.execute(order_lines.insert().values(line | {"ordered": 1, "fulfilled": 0, "cancelled": 0}))
    return pseudonym


def copy(vault: Vault, order_id: str, increment_id: str, store: str = "us") -> None:
    """Note that Commerce has the order."""
    row = {"store": store, "order_id": order_id, "entity_id": int(increment_id), "increment_id": increment_id}
    row |= {"state": "processing", "status": "processing", "total": 1999, "store_id": 1}
    with vault.database.write() as connection:
        connection.execute(copies.insert().values(row | {"updated_at": NOON, "observed_at": NOON}))
