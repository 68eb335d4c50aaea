"""Opening the database: SQLite in WAL mode as the embedded default, PostgreSQL by URL, with the same code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from channelkit.database.migration import upgrade
from channelkit.errors import DatabaseError

LOCK_PATIENCE = 30.0
"""Seconds to wait while another process writes."""


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
        """Give a connection that sees one moment of the database."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose work is kept as a whole or not at all.

        Raises:
            DatabaseError: another process kept the database locked.
        """
        try:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                yield connection
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            raise DatabaseError(
                f"The database was locked by another process for {LOCK_PATIENCE:.0f} s.",
                "Nothing was changed. Close what holds it (a database browser?) and try again.",
            ) from None

    def close(self) -> None:
        self.engine.dispose()


def open_database(url: str, history: Path) -> Database:
    """Open a database, and bring its tables up to date first.

    Arguments:
        url: ``sqlite:///FILE`` or ``postgresql://…``.
        history: the folder for Parquet files; made when first needed.

    Raises:
        DatabaseError: it cannot be reached, or a newer channelkit has used it.
    """
    engine = sa.create_engine(_with_driver(url), connect_args=_connect_arguments(url))
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    database = Database(engine, history)
    try:
        upgrade(engine)
    except OperationalError as error:
        engine.dispose()
        raise DatabaseError(
            f"The database {engine.url.render_as_string()} cannot be opened: {_first_line(error)}",
            "Check the address, the folder's permissions and whether the server runs.",
        ) from None
    except DatabaseError:
        engine.dispose()
        raise
    return database


def _with_driver(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "The database's address is not one.", "Write sqlite:///channelkit.db or postgresql://user@host/name."
        ) from None
    if address.drivername in ("postgresql", "postgres"):
        return address.set(drivername="postgresql+psycopg")
    if address.drivername.partition("+")[0] not in ("sqlite", "postgresql"):
        raise DatabaseError(
            f"channelkit does not know databases of the kind {address.drivername!r}.", "Use SQLite or PostgreSQL."
        )
    return address


def _connect_arguments(url: str) -> dict[str, Any]:
    return {"timeout": LOCK_PATIENCE} if url.startswith("sqlite") else {}


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


def _first_line(error: OperationalError) -> str:
    return str(error.orig).strip().partition("\n")[0]
