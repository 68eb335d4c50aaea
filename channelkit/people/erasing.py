"""Erasing one person: who they are goes, what was bought and paid stays, and what is left elsewhere is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import copies, orders, people
from channelkit.errors import UsageError
from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import PARTIALLY_SHIPPED, PENDING, PENDING_AVAILABILITY, UNSHIPPED
from channelkit.people.elsewhere import tell_elsewhere
from channelkit.people.search import Entry, find_entries
from channelkit.people.vault import ERASED, Vault

OPEN = (PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED)


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Arguments:
        orders: of which orders nobody's data is kept any more.
        elsewhere: where else the person's data is, in sentences.
    """

    orders: Sequence[str]
    by: str
    elsewhere: Sequence[str]

    def to_dict(self) -> dict[str, object]:
        """Return it as plain values."""
        return asdict(self)

    def __str__(self) -> str:
        count = f"{len(self.orders)} order{'' if len(self.orders) == 1 else 's'}"
        lines = [
            f"Who placed {count} ({', '.join(self.orders)}) is erased; goods and amounts stay. Asked for by {self.by}."
        ]
        return "\n".join([*lines, "What is left elsewhere:", *(f"- {words}" for words in self.elsewhere)])

    __repr__ = __str__


def erase_person(vault: Vault, connection: Connection, query: str, by: str, *, although_open: bool = False) -> Erased:
    """Delete what is kept of one person, their pseudonym too, and see to it that no later reading brings it back.

    Arguments:
        query: an e-mail address, Amazon's number of an order, or a pseudonym.
        by: who asks for it.
        although_open: also where an order is still to be sent, which then has no address here.

    Raises:
        UsageError: nobody is known by it, or an order is still to be sent.
    """
    entries = find_entries(vault, connection, query)
    waiting = _still_open(connection, entries)
    if waiting and not although_open:
        raise UsageError(
            f"Not sent yet, and nobody could send it without an address: {', '.join(waiting)}.",
            "Erase the person once it is, or add although_open=True, --although-open.",
        )
    elsewhere = tell_elsewhere(connection, entries)
    for entry in entries:
        gone = {"store": entry.store, "order_id": entry.order_id, "pseudonym": "", "key_id": ERASED, "body": b""}
        rows.put(connection, people, gone | {"kept_at": vault.now()})
        its = (orders.c.store == entry.store, orders.c.order_id == entry.order_id)
        connection.execute(orders.update().where(*its).values(pseudonym=""))
    vault.log(connection, [entry.key for entry in entries], ERASED, by, "the person asked for it")
    return Erased([entry.order_id for entry in entries], by, elsewhere)


def _still_open(connection: Connection, entries: Sequence[Entry]) -> list[str]:
    """Return which orders are the merchant's to send and have no copy in Commerce that holds the address."""
    has_copy = sa.exists().where(copies.c.store == orders.c.store, copies.c.order_id == orders.c.order_id)
    query = sa.select(orders.c.store, orders.c.order_id).where(
        orders.c.order_id.in_([entry.order_id for entry in entries]),
        orders.c.status.in_(OPEN),
        orders.c.fulfilled_by == MERCHANT,
        ~has_copy,
    )
    wanted = {entry.key for entry in entries}
    return [row.order_id for row in connection.execute(query) if (row.store, row.order_id) in wanted]
