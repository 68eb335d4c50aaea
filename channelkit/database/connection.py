"""Opening the database: SQLite in WAL mode as the embedded default, PostgreSQL by URL, with the same code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import SQLITE_ERROR
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from channelkit.database.migration import upgrade
from channelkit.errors import DatabaseError

LOCK_PATIENCE = 30.0
"""Seconds to wait while another process writes."""

CONNECT_PATIENCE = 10
"""Seconds to wait for a server to answer."""

_LOCKED = ("locked", "lock timeout", "deadlock", "busy")


@dataclass(frozen=True)
class Database:
    """An open database.

    Arguments:
        engine: SQLAlchemy's engine, on SQLite or PostgreSQL.
        history: the folder of the Parquet files that hold what has changed.
    """

    engine: Engine
    history: Path

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database.

        Raises:
            DatabaseError: it cannot be read.
        """
        # SQLite's readers see one moment anyway; PostgreSQL's would see a new one with each statement.
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            _told(self.engine),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose work is kept as a whole or not at all.

        Raises:
            DatabaseError: another process kept the database locked, or it cannot be written.
        """
        with (
            _told(self.engine),
            self.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, history: Path, password: Callable[[], str] | None = None) -> Database:
    """Open a database, and bring its tables up to date first.

    Arguments:
        url: ``sqlite:///FILE`` or ``postgresql://…``.
        history: the folder for Parquet files; made when first needed.
        password: looks up the password of a server's user, where one is needed.

    Raises:
        DatabaseError: it cannot be reached, or a newer channelkit has used it.
    """
    address = _address(url)
    if password is not None:
        address = address.set(password=password())
    try:
        engine = _engine(address)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"PostgreSQL needs the package {error.name}, which is not installed.",
            'Type: pip install "channelkit[postgres]".',
        ) from None
    try:
        with _told(engine):
            upgrade(engine)
    except DatabaseError:
        engine.dispose()
        raise
    return Database(engine, history)


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # The address may hold a password, so it is not repeated.
        raise DatabaseError(
            "The database's address is not one.", "Write sqlite:///channelkit.db or postgresql://user@host/name."
        ) from None
    match address.drivername:
        case "sqlite":
            return address
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return address.set(drivername="postgresql+psycopg")
    raise DatabaseError(
        f"channelkit does not know databases of the kind {address.drivername!r}.", "Use sqlite or postgresql."
    )


def _engine(address: URL) -> Engine:
    # What rows hold stays out of every error message.
    if address.drivername == "sqlite":
        engine = sa.create_engine(address, connect_args={"timeout": LOCK_PATIENCE}, hide_parameters=True)
        _prepare_sqlite(engine)
        return engine
    patience = {
        "connect_timeout": CONNECT_PATIENCE,
        "options": f"-c lock_timeout={LOCK_PATIENCE * 1000:.0f}",
    }
    # A notebook stays open for days, and a server may have been restarted meanwhile.
    return sa.create_engine(address, connect_args=patience, hide_parameters=True, pool_pre_ping=True)


def _prepare_sqlite(engine: Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # SQLAlchemy begins transactions itself below; the driver must not begin its own.
        connection.isolation_level = None
        for pragma in ("journal_mode = wal", "synchronous = full", "cache_size = -65536", "foreign_keys = on"):
            connection.execute(f"pragma {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer that began as a reader would fail, not wait, when another writer came first.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    """Say in words for a person what the database's driver says; a statement that is wrong is our own fault and stays.

    Raises:
        DatabaseError: the database is locked, unreachable, full, or no database.
    """
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, driver.Error) as error:
        origin = getattr(error, "orig", error)
        outside = (
            isinstance(origin, (driver.OperationalError, driver.InternalError)) or type(origin) is driver.DatabaseError
        )
        if not outside or getattr(origin, "sqlite_errorcode", None) == SQLITE_ERROR:
            raise
        raise _in_words(engine.url, str(origin)) from None


def _in_words(address: URL, said: str) -> DatabaseError:
    said = said.strip().partition("\n")[0]
    if any(word in said for word in _LOCKED):
        return DatabaseError(
            f"The database was locked by another process for {LOCK_PATIENCE:.0f} s.",
            "Nothing was changed. Close what holds it (a database browser?) and try again.",
        )
    if address.password:
        said = said.replace(str(address.password), "…")
    where = address.database or ""
    if address.host:
        where = f"{where} on {address.host}"
    return DatabaseError(
        f"The database {where} cannot be used: {said}.",
        "Check its address, the folder's permissions, the free space, and whether its server runs.",
    )
