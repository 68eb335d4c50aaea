"""Bringing a database's tables up to date, by itself, when it is opened."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from channelkit.errors import DatabaseError

FOLDER = Path(__file__).parent / "migrations"
NEWEST = max(path.stem[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))
"""The revision this program works with; revisions are counted 0001, 0002, …"""

_LOCK = 0x6368616E  # any number that is ours: PostgreSQL's name for "one migration at a time"


def upgrade(engine: Engine) -> None:
    """Run the migrations that a database lacks; do nothing, and load nothing, where there are none.

    Raises:
        DatabaseError: the database has seen a newer channelkit.
    """
    with engine.connect() as connection, connection.begin():
        if _revision(connection) == NEWEST:
            return
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        revision = _revision(connection)
        if revision is not None and revision > NEWEST:
            raise DatabaseError(
                f"The database was last used by a newer channelkit (its tables are at {revision}, "
                f"this program knows {NEWEST}).",
                "Update channelkit, or open another database. Nothing was changed.",
            )
        if revision != NEWEST:
            migrate(connection)


def _revision(connection: Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(sa.text("select version_num from alembic_version")).scalar()
    return revision


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision."""
    # Alembic costs a quarter of a second to import and is needed once in a database's life.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
