"""Which database is this, and on which machine? A copy must not be taken for the original."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from channelkit.database.connection import Database

MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"), Path("/etc/hostid"))
"""Where systems keep an id of their own; it outlives a restart and an update."""

_PATIENCE = 10


def identify_host(files: tuple[Path, ...] = MACHINE_FILES) -> str:
    """Return what tells this machine from others: its own id, else its name; only a digest of it is ever kept."""
    return _machine_id(files) or platform.node()


def identify_database(database: Database) -> str:
    """Return what tells this database from others, a copy of it included.

    A file is told by its place. A PostgreSQL is told by the identifier that its server got when it was set up, or where
    that may not be read by the address it listens at, and by the database's name; so many machines may share it. A
    server that was copied as a whole keeps its identifier: there, Commerce's address must tell.
    """
    if database.is_sqlite:
        return str(Path(database.engine.url.database or "").resolve())
    with database.read() as connection:
        name = connection.execute(sa.select(sa.func.current_database())).scalar_one()
        readable = "select has_function_privilege('pg_control_system()', 'execute')"
        if connection.exec_driver_sql(readable).scalar_one():
            server = connection.exec_driver_sql("select system_identifier from pg_control_system()").scalar_one()
        else:
            url = database.engine.url
            server = f"{url.host or url.query.get('host', '')}:{url.port or url.query.get('port', 5432)}"
    return f"{server}/{name}"


def _machine_id(files: tuple[Path, ...]) -> str:
    for file in files:
        try:
            found = file.read_bytes().strip()
        except OSError:
            continue
        # An image that was never started says "uninitialized".
        if found and found != b"uninitialized":
            return found.hex()
    if sys.platform == "darwin":
        return _apple_id()
    return _windows_id()


def _apple_id() -> str:
    command = ["/usr/sbin/ioreg", "-rd1", "-c", "IOPlatformExpertDevice"]
    try:
        # A fixed command; nothing in it comes from outside.
        asked = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = [line for line in asked.stdout.splitlines() if "IOPlatformUUID" in line]
    return lines[0].partition("=")[2].strip(' "') if lines else ""


def _windows_id() -> str:
    if sys.platform == "win32":
        import winreg  # noqa: PLC0415 - only Windows has it

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    return ""
