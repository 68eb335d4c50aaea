"""Leases: two cycles of one store can never run at once, and a dead holder's lease lapses.

Time is the database's own, so that two machines whose clocks differ still agree.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.connection import Database
from channelkit.database.schema import leases
from channelkit.errors import DatabaseError, LeaseError

LIFETIME = 90.0
"""Seconds after which a lease that nobody renews lapses."""


@dataclass
class Lease:
    """A held lease; a thread renews it until it is given back."""

    database: Database
    name: str
    holder: str
    lifetime: float = LIFETIME
    _done: threading.Event = field(default_factory=threading.Event)

    def check(self, connection: Connection) -> None:
        """Make sure, in the caller's own transaction, that the lease is still ours.

        Raises:
            LeaseError: it lapsed and another run may have begun.
        """
        held = connection.execute(
            sa.select(leases.c.holder).where(
                leases.c.name == self.name, leases.c.expires_at > database_time(connection)
            )
        ).scalar()
        if held != self.holder:
            raise LeaseError(
                f"This run lost its hold on {self.name}: it was stopped for longer than {self.lifetime:.0f} s.",
                "Nothing more was sent. The next cycle reads back what was, and goes on.",
            )

    def _keep(self) -> None:
        renewed = leases.update().where(leases.c.name == self.name, leases.c.holder == self.holder)
        while not self._done.wait(self.lifetime / 3):
            try:
                with self.database.write() as connection:
                    until = database_time(connection) + self.lifetime
                    if not connection.execute(renewed.values(expires_at=until)).rowcount:
                        return  # another run has it; `check` says so to whoever works
            except DatabaseError:
                continue  # locked for a while; should the lease lapse meanwhile, `check` says so


@contextmanager
def hold(database: Database, name: str, holder: str, lifetime: float = LIFETIME) -> Iterator[Lease]:
    """Hold a lease while the block runs.

    Arguments:
        name: what is held, for instance ``store/us``.
        holder: who holds it; a new run must use a new name.
        lifetime: seconds after which it lapses if this process dies.

    Raises:
        LeaseError: another run holds it.
    """
    with database.write() as connection:
        _take(connection, name, holder, lifetime)
    lease = Lease(database, name, holder, lifetime)
    keeper = threading.Thread(target=lease._keep, name=f"lease {name}", daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        lease._done.set()
        keeper.join()
        with database.write() as connection:
            connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))


def _take(connection: Connection, name: str, holder: str, lifetime: float) -> None:
    now = database_time(connection)
    values = {"holder": holder, "expires_at": now + lifetime}
    lapsed = leases.update().where(leases.c.name == name, leases.c.expires_at <= now).values(values)
    if connection.execute(lapsed).rowcount:
        return
    # One statement, so that of two runs that find no row only one gets it.
    insert = sa.text(
        "insert into leases (name, holder, expires_at) values (:name, :holder, :expires_at) on conflict do nothing"
    )
    if connection.execute(insert, {"name": name, **values}).rowcount:
        return
    current = connection.execute(sa.select(leases.c.holder).where(leases.c.name == name)).scalar()
    raise LeaseError(
        f"Another run ({current}) is working on {name}; nothing was done.",
        f"Wait for it to finish; if it died, its hold lapses within {lifetime:.0f} s.",
    )


def database_time(connection: Connection) -> float:
    """Return the database's time in Unix seconds."""
    statement = (
        "select extract(epoch from clock_timestamp())"
        if connection.dialect.name == "postgresql"
        else "select (julianday('now') - 2440587.5) * 86400.0"
    )
    return float(connection.exec_driver_sql(statement).scalar_one())
