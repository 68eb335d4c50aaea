"""Where what identifies buyers is kept: encrypted, under a pseudonym, each reading of it written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.order_schema import orders, parcels, people, people_log
from channelkit.errors import SettingsError
from channelkit.model.orders import CANCELLED, Address, Order, Person, lay_address
from channelkit.people.pseudonyms import identify

if TYPE_CHECKING:
    from channelkit.people.cipher import Keys

DAY = 86_400_000
UNDELIVERED = 14 * DAY
"""How long after its last parcel left an order counts as delivered, where nobody tells."""

KEPT, READ, EXPORTED, ERASED, PURGED = "kept", "read", "exported", "erased", "purged"
CORRECTED = "corrected"
"""What is done with people's data. ``ERASED`` also stands for the key of an order whose person must not come back."""

PROGRAM = "channelkit"
"""Who did what nobody in particular did."""


class _Stored(NamedTuple):
    """What is kept of one order's person."""

    pseudonym: str
    key_id: str
    body: bytes


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

    def check(self, connection: Connection) -> None:
        """Look whether people's data can be kept and read; while it cannot, no order is to be read.

        Raises:
            SettingsError: there is no key, or what is kept was encrypted with another one.
        """
        keys = self.keys
        used = connection.execute(sa.select(people.c.key_id).where(people.c.key_id != ERASED).distinct()).scalars()
        missing = sorted(set(used) - set(keys.by_id))
        if missing:
            raise SettingsError(
                f"People's data was encrypted with a key that is not there: {', '.join(missing)}.",
                "Put it back where [people] key in the settings says it is. Where it is lost for good: "
                "channelkit people key --lost",
            )

    def why_closed(self) -> SettingsError | None:
        """Return why no order is to be read now; None where nothing is wrong. Prices and quantities need no key."""
        try:
            with self.database.read() as connection:
                self.check(connection)
        except SettingsError as error:
            return error
        return None

    def keep(self, connection: Connection, store: str, order: Order, at: int) -> str:
        """Keep who ordered, in the caller's transaction, and return the pseudonym; empty while Amazon tells nothing.

        What Amazon no longer tells does not take away what it told before. Nobody is kept whose data was erased, or
        whose time is over.

        Arguments:
            at: milliseconds since 1970.

        Raises:
            SettingsError: there is no key, or another one.
        """
        stored = self._stored(connection, store, order.order_id)
        if stored is not None and stored.key_id == ERASED:
            return ""
        person = order.person
        if person is None or not any((person.name, person.email, person.address)):
            return self._known_as(connection, store, order.order_id) if stored is None else stored.pseudonym
        before = self._open(stored) if stored is not None else None
        whole = person if before is None else _laid_over(before, person)
        pseudonym = self.pseudonym(whole)
        if whole.correction is not None and whole.correction.country:
            _name_country(connection, store, order.order_id, whole.correction.country)
        if stored is not None and before == whole and stored.key_id == self.keys.newest:
            return pseudonym
        if stored is None and self._is_over(connection, store, order.order_id):
            return pseudonym
        self._put(connection, store, order.order_id, whole, at)
        if stored is None:
            self.log(connection, [(store, order.order_id)], KEPT, PROGRAM, "the order was read")
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
            stored = self._stored(connection, store, order_id)
            if stored is None or stored.key_id == ERASED:
                return None
            person = self._open(stored)
            self.log(connection, [(store, order_id)], READ, by, purpose)
        return person

    def correct(self, connection: Connection, store: str, order_id: str, address: Address, by: str) -> None:
        """Keep a correction of where an order goes, beside Amazon's own address, which stays as it is.

        What Amazon tells later does not take it away. Where nothing is kept of the order's person, nothing is done.

        Arguments:
            address: the corrected parts; those that are empty stay as they were, corrected before or not.
            by: who corrects it; written down.

        Raises:
            SettingsError: there is no key, or another one.
        """
        stored = self._stored(connection, store, order_id)
        if stored is None or stored.key_id == ERASED:
            return
        before = self._open(stored)
        whole = replace(before, correction=lay_address(before.correction, address))
        self._put(connection, store, order_id, whole, self.now())
        if address.country:
            _name_country(connection, store, order_id, address.country)
        self.log(connection, [(store, order_id)], CORRECTED, by, "the address was corrected")

    def purge(self, connection: Connection, store: str = "") -> int:
        """Delete what is kept of people whose orders were delivered long enough ago, and return of how many orders.

        One of which no delivery is known counts as delivered at the end of Amazon's window, or two weeks after its last
        parcel left; a cancelled one, when it was cancelled. It needs no key.

        Arguments:
            store: only this one's; all by default, since a store that rests has people, too.
        """
        query = (
            sa.select(people.c.store, people.c.order_id)
            .join(orders, sa.and_(orders.c.store == people.c.store, orders.c.order_id == people.c.order_id))
            .where(people.c.key_id != ERASED, _ended() < self._limit)
        )
        if store:
            query = query.where(people.c.store == store)
        over = [(str(row.store), str(row.order_id)) for row in connection.execute(query)]
        for whose, order_id in over:
            connection.execute(people.delete().where(people.c.store == whose, people.c.order_id == order_id))
        self.log(connection, over, PURGED, PROGRAM, "its time is over")
        return len(over)

    def pseudonym(self, person: Person) -> str:
        """Return what stands for a person wherever people look."""
        return self.keys.name(*identify(person))

    def log(self, connection: Connection, whose: Sequence[tuple[str, str]], deed: str, by: str, purpose: str) -> None:
        """Write down what was done with the data of these orders (store and order id), by whom, and what for."""
        told = {"at": self.now(), "deed": deed, "by_whom": by, "purpose": purpose}
        if whose:
            values = [{"store": store, "order_id": order_id, **told} for store, order_id in whose]
            connection.execute(people_log.insert(), values)

    def decrypt(self, key_id: str, body: bytes) -> Person:
        """Return whom an encrypted body tells of.

        Raises:
            SettingsError: the key that it was encrypted with is not there.
        """
        if key_id not in self.keys.by_id:
            # Another process may have made a new key since this one looked.
            self.__dict__.pop("keys")
        return msgspec.json.decode(self.keys.decrypt(key_id, body), type=Person)

    @property
    def _limit(self) -> int:
        return self.now() - self.keep_days * DAY

    @staticmethod
    def _stored(connection: Connection, store: str, order_id: str) -> _Stored | None:
        query = sa.select(people.c.pseudonym, people.c.key_id, people.c.body)
        its = (people.c.store == store, people.c.order_id == order_id)
        row = connection.execute(query.where(*its)).one_or_none()
        return None if row is None else _Stored(*row)

    def _put(self, connection: Connection, store: str, order_id: str, person: Person, at: int) -> None:
        key_id, encrypted = self.keys.encrypt(msgspec.json.encode(person))
        row = {"store": store, "order_id": order_id, "pseudonym": self.pseudonym(person), "key_id": key_id}
        rows.put(connection, people, row | {"body": encrypted, "kept_at": at})

    def _open(self, stored: _Stored) -> Person:
        return self.decrypt(stored.key_id, stored.body)

    @staticmethod
    def _known_as(connection: Connection, store: str, order_id: str) -> str:
        query = sa.select(orders.c.pseudonym).where(orders.c.store == store, orders.c.order_id == order_id)
        return connection.execute(query).scalar() or ""

    def _is_over(self, connection: Connection, store: str, order_id: str) -> bool:
        query = sa.select(_ended()).where(orders.c.store == store, orders.c.order_id == order_id)
        ended = connection.execute(query).scalar()
        return ended is not None and ended < self._limit


def _name_country(connection: Connection, store: str, order_id: str, country: str) -> None:
    """Let an order go to the country that its address was corrected to."""
    its = (orders.c.store == store, orders.c.order_id == order_id)
    connection.execute(orders.update().where(*its).values(country=country))


def _ended() -> sa.ColumnElement[int]:
    """Return when an order came to its end, as far as anybody knows."""
    last_parcel = (
        sa.select(sa.func.max(parcels.c.shipped_at) + UNDELIVERED)
        .where(parcels.c.store == orders.c.store, parcels.c.order_id == orders.c.order_id)
        .scalar_subquery()
    )
    delivered = sa.func.coalesce(orders.c.delivered_at, orders.c.deliver_by, last_parcel, orders.c.updated_at)
    return sa.case((orders.c.status == CANCELLED, orders.c.updated_at), else_=delivered)


def _laid_over(before: Person, after: Person) -> Person:
    """Return what is known of somebody, the newest first: Amazon withholds more as time passes."""
    address = before.address if after.address is None else lay_address(before.address, after.address)
    told = {name: value for name, value in vars(after).items() if value and name != "address"}
    return replace(before, **told, address=address)
