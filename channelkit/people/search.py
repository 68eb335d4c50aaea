"""Finding all orders of one person: by an e-mail address, by one of their orders, or by their pseudonym."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import orders, people
from channelkit.errors import UsageError
from channelkit.model.orders import Person
from channelkit.people.pseudonyms import identify, normalise
from channelkit.people.vault import ERASED, Vault


@dataclass(frozen=True)
class Entry:
    """One order of somebody's.

    Arguments:
        person: who they are; None where that is kept no more.
    """

    store: str
    order_id: str
    pseudonym: str
    person: Person | None = field(default=None, repr=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.store, self.order_id


def find_entries(vault: Vault, connection: Connection, query: str) -> list[Entry]:
    """Return the orders of one person, also those whose data is kept no more.

    Eight digits of a pseudonym are the same for two of many thousand buyers now and then, so what is kept is compared,
    too.

    Arguments:
        query: an e-mail address, Amazon's number of an order, or a pseudonym.

    Raises:
        UsageError: nobody is known by it, or two buyers have that pseudonym. The message does not repeat the query.
        SettingsError: the key is not there.
    """
    query = query.strip()
    if "@" in query:
        who = (normalise(query),)
        found = _of_pseudonyms(vault, connection, [vault.keys.name(*who)])
        entries = [entry for entry in found if entry.person is None or identify(entry.person) == who]
    elif query.startswith("buyer-"):
        entries = _of_pseudonyms(vault, connection, [query])
        if len({identify(entry.person) for entry in entries if entry.person}) > 1:
            raise UsageError("Two buyers have that pseudonym.", "Name one of the person's orders instead.")
    else:
        entries = _of_order(vault, connection, query)
    if not entries:
        raise UsageError(
            "Nobody is known by that.", "Give an e-mail address, Amazon's number of an order, or a pseudonym."
        )
    return entries


def _of_order(vault: Vault, connection: Connection, order_id: str) -> list[Entry]:
    start = _entries(vault, connection, orders.c.order_id == order_id)
    named = [entry.pseudonym for entry in start if entry.pseudonym]
    persons = {identify(entry.person) for entry in start if entry.person}
    others = _of_pseudonyms(vault, connection, named) if named else []
    # Where nothing is kept of the order's person any more, only the pseudonym can say whose it is.
    same = [each for each in others if not persons or each.person is None or identify(each.person) in persons]
    return sorted({entry.key: entry for entry in (*start, *same)}.values(), key=lambda entry: entry.key)


def _of_pseudonyms(vault: Vault, connection: Connection, pseudonyms: Sequence[str]) -> list[Entry]:
    return _entries(vault, connection, orders.c.pseudonym.in_(pseudonyms) | people.c.pseudonym.in_(pseudonyms))


def _entries(vault: Vault, connection: Connection, where: sa.ColumnElement[bool]) -> list[Entry]:
    same = sa.and_(people.c.store == orders.c.store, people.c.order_id == orders.c.order_id)
    columns = (orders.c.store, orders.c.order_id, orders.c.pseudonym, people.c.key_id, people.c.body)
    query = sa.select(*columns).select_from(orders.outerjoin(people, same)).where(where)
    found = connection.execute(query.order_by(orders.c.store, orders.c.created_at, orders.c.order_id)).all()
    return [
        Entry(
            row.store,
            row.order_id,
            row.pseudonym,
            None if row.key_id in (None, ERASED) else vault.decrypt(row.key_id, row.body),
        )
        for row in found
    ]
