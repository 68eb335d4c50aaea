"""Where else a person's data is: what neither an export nor an erasure here reaches, in words."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import copies
from channelkit.people.search import Entry


def list_copies(connection: Connection, entries: Sequence[Entry]) -> dict[tuple[str, str], list[str]]:
    """Return Commerce's numbers of the orders, by store and order id."""
    wanted = {entry.key for entry in entries}
    columns = (copies.c.store, copies.c.order_id, copies.c.increment_id)
    query = sa.select(*columns).where(copies.c.order_id.in_([entry.order_id for entry in entries]))
    found: dict[tuple[str, str], list[str]] = {}
    for row in connection.execute(query.order_by(copies.c.entity_id)):
        if (row.store, row.order_id) in wanted:
            found.setdefault((row.store, row.order_id), []).append(str(row.increment_id))
    return found


def tell_elsewhere(connection: Connection, entries: Sequence[Entry]) -> list[str]:
    """Return in sentences where else the data of these orders' person is."""
    words = []
    numbers = [number for several in list_copies(connection, entries).values() for number in several]
    if numbers:
        words.append(
            f"Commerce has name, address and e-mail in {_orders(len(numbers))} {', '.join(numbers)}, with invoices and "
            "shipments, and in a customer account where one was made: see to them there."
        )
    words.append("Amazon keeps the orders and the buyer's account itself.")
    words.append("Copies of the database that were made earlier hold it encrypted, for as long as the key is kept.")
    return words


def _orders(count: int) -> str:
    return "its order" if count == 1 else "its orders"
