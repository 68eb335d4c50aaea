"""Changing the key to people's data: what older keys encrypted is encrypted anew, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.order_schema import people
from channelkit.people.vault import ERASED, PROGRAM, Vault


@dataclass(frozen=True)
class Turned:
    """What encrypting anew brought.

    Arguments:
        encrypted: of how many orders the person was encrypted anew.
        unreadable: of how many no key is left to read them.
    """

    encrypted: int
    unreadable: int


def encrypt_anew(vault: Vault, connection: Connection) -> Turned:
    """Encrypt with the newest key whatever an older one encrypted; what no key reads stays as it is."""
    keys = vault.keys
    query = sa.select(people.c.store, people.c.order_id, people.c.key_id, people.c.body)
    older = connection.execute(query.where(people.c.key_id.not_in((keys.newest, ERASED)))).all()
    unreadable = 0
    for row in older:
        if row.key_id not in keys.by_id:
            unreadable += 1
            continue
        key_id, body = keys.encrypt(keys.decrypt(row.key_id, row.body))
        its = (people.c.store == row.store, people.c.order_id == row.order_id)
        connection.execute(people.update().where(*its).values(key_id=key_id, body=body))
    return Turned(len(older) - unreadable, unreadable)


def drop_unreadable(vault: Vault, connection: Connection, by: str) -> list[str]:
    """Delete what no key reads any more, so that orders are read again, and return of which orders.

    A later reading of such an order brings its person back, as long as Amazon tells.
    """
    lost = people.c.key_id.not_in((*vault.keys.by_id, ERASED))
    found = [(row.store, row.order_id) for row in connection.execute(sa.select(people).where(lost))]
    connection.execute(people.delete().where(lost))
    vault.log(connection, found, "lost", by or PROGRAM, "its key was lost")
    return [order_id for _store, order_id in found]


def count_by_key(connection: Connection) -> dict[str, int]:
    """Return of how many orders each key encrypted the person, by the key's short name."""
    query = sa.select(people.c.key_id, sa.func.count()).where(people.c.key_id != ERASED).group_by(people.c.key_id)
    return {str(row[0]): int(row[1]) for row in connection.execute(query.order_by(people.c.key_id))}
