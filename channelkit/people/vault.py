"""Where what identifies buyers is kept: encrypted, under a pseudonym, each reading of it written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import orders, parcels, people, people_log
from channelkit.model.orders import CANCELLED, Address, Order, Person

if TYPE_CHECKING:
    from channelkit.people.cipher import Keys

DAY = 86_400_000
UNDELIVERED = 14 * DAY
"""How long after its last parcel left an order counts as delivered, where nobody tells."""

KEPT, READ, EXPORTED, ERASED, PURGED = "kept", "read", "exported", "erased", "purged"


@dataclass(frozen=True)
class Vault:
    """Keeps people's data.

    Arguments:
        reveal: looks the key text up; nothing is looked up before it is needed.
        now: the time in milliseconds since 1970.
        keep_days: days after delivery until what is kept is deleted.
    """

    database: Database
    reveal: Callable[[], str]
    now: Callable[[], int]
    keep_days: int = 30

    @cached_property
    def keys(self) -> Keys:
        """The keys.

        Raises:
            SettingsError: they are not where the settings say, or are none.
        """
        from channelkit.people.cipher import read_keys  # noqa: PLC0415 - heavy, and most commands need no key

        return read_keys(self.reveal())

    def keep(self, connection: Connection, store: str, order: Order, at: int) -> str:
        """Keep who ordered, in the caller's transaction, and return the pseudonym; empty while Amazon tells nothing.

        What Amazon no longer tells does not take away what it told before.

        Arguments:
            at: milliseconds since 1970.

        Raises:
            SettingsError: there is no key.
        """
        person = order.person
        if person is None or not any((person.name, person.email, person.address)):
            return ""
        pseudonym = self.pseudonym(person)
        body = msgspec.json.encode(person)
        known = self._load(connection, store, order.order_id)
        if known is not None:
            before, key_id = known
            if before == person and key_id == self.keys.newest:
                return pseudonym
            body = msgspec.json.encode(_laid_over(before, person))
        key_id, encrypted = self.keys.encrypt(body)
        row = {"store": store, "order_id": order.order_id, "pseudonym": pseudonym, "key_id": key_id}
        rows.put(connection, people, row | {"body": encrypted, "kept_at": at})
        if known is None:
            self._log(connection, [(store, order.order_id)], KEPT, "channelkit", "the order was read")
        return pseudonym

    def read(self, store: str, order_id: str, by: str, purpose: str) -> Person | None:
        """Return who ordered, and write down that somebody looked; None where nothing is kept any more.

        Arguments:
            by: who looks.
            purpose: what for, without anybody's data.

        Raises:
            SettingsError: there is no key, or another one.
        """
        with self.database.write() as connection:
            known = self._load(connection, store, order_id)
            if known is None:
                return None
            self._log(connection, [(store, order_id)], READ, by, purpose)
        return known[0]

    def purge(self, connection: Connection, store: str) -> int:
        """Delete what is kept of people whose orders were delivered long enough ago, and return of how many orders.

        One of which no delivery is known counts as delivered at the end of Amazon's window, or two weeks after its last
        parcel left; a cancelled one, when it was cancelled.
        """
        last_parcel = (
            sa.select(sa.func.max(parcels.c.shipped_at) + UNDELIVERED)
            .where(parcels.c.store == orders.c.store, parcels.c.order_id == orders.c.order_id)
            .scalar_subquery()
        )
        ended = sa.case(
            (orders.c.status == CANCELLED, orders.c.updated_at),
            else_=sa.func.coalesce(orders.c.delivered_at, orders.c.deliver_by, last_parcel, orders.c.updated_at),
        )
        over = (
            sa.select(people.c.order_id)
            .join(orders, sa.and_(orders.c.store == people.c.store, orders.c.order_id == people.c.order_id))
            .where(people.c.store == store, ended < self.now() - self.keep_days * DAY)
        )
        found = list(connection.execute(over).scalars())
        self.remove(connection, [(store, order_id) for order_id in found], PURGED, "channelkit", "its time is over")
        return len(found)

    def remove(
        self, connection: Connection, whose: Sequence[tuple[str, str]], deed: str, by: str, purpose: str
    ) -> None:
        """Delete what is kept of the people of these orders (store and order id), and write down who did and why."""
        for store, order_id in whose:
            connection.execute(people.delete().where(people.c.store == store, people.c.order_id == order_id))
        self._log(connection, whose, deed, by, purpose)

    def pseudonym(self, person: Person) -> str:
        """Return what stands for a person: by their e-mail, else by name and where they live."""
        if person.email:
            return self.keys.name(person.email)
        address = person.address
        return self.keys.name(person.name, *((address.name, address.postcode, *address.lines) if address else ()))

    def _load(self, connection: Connection, store: str, order_id: str) -> tuple[Person, str] | None:
        query = sa.select(people.c.key_id, people.c.body).where(people.c.store == store, people.c.order_id == order_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return msgspec.json.decode(self.keys.decrypt(row.key_id, row.body), type=Person), row.key_id

    def _log(self, connection: Connection, whose: Sequence[tuple[str, str]], deed: str, by: str, purpose: str) -> None:
        told = {"at": self.now(), "deed": deed, "by_whom": by, "purpose": purpose}
        if whose:
            values = [{"store": store, "order_id": order_id, **told} for store, order_id in whose]
            connection.execute(people_log.insert(), values)


def _laid_over(before: Person, after: Person) -> Person:
    """Return what is known of somebody, the newest first: Amazon withholds more as time passes."""
    address = before.address
    if after.address is not None:
        told = {name: value for name, value in vars(after.address).items() if value}
        address = replace(address or Address(), **told)
    told = {name: value for name, value in vars(after).items() if value and name != "address"}
    return replace(before, **told, address=address)
