"""A database of PostgreSQL that many tests have one after the other, each as if it were new."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy.engine import Connection, Engine

if TYPE_CHECKING:
    from tests.database_fixtures import Server

_numbers = count(1)


@dataclass
class Reused:
    """A database of a server that is emptied after each test: to make and drop one takes ten times as long.

    Where a test has changed more than rows, the next one has a new database.
    """

    server: Server
    _name: str = ""
    _shape: tuple[object, ...] = ()
    _engine: Engine | None = None

    def begin(self) -> str:
        """Return the address of a database that is as if it were new."""
        if self._engine is None:
            self._name = f"reused{next(_numbers)}"
            self.server.run(f"create database {self._name} template migrated")
            self._engine = self.server.engine(self._name, isolation_level="AUTOCOMMIT")
            with self._engine.connect() as connection:
                self._shape = _shape(connection)
        return self.server.url(self._name)

    def end(self) -> None:
        """Let nobody go on with it, and empty it."""
        assert self._engine is not None
        with self._engine.connect() as connection:
            connection.exec_driver_sql(_FORSAKE)
            connection.exec_driver_sql(_EMPTY)
            is_as_new = _shape(connection) == self._shape
        if not is_as_new:
            self.forget()

    def forget(self) -> None:
        """Drop it."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
            self.server.run(f"drop database {self._name} with (force)")


_FORSAKE = """select pg_terminate_backend(pid, 60000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()"""

_EMPTY = """do $$
declare found text; filled text[]; has_rows boolean;
begin
  for found in select oid::regclass from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'alembic_version'
  loop
    execute 'select exists (select from ' || found || ')' into has_rows;
    if has_rows then filled := filled || found; end if;
  end loop;
  if filled is not null then
    execute 'truncate ' || array_to_string(filled, ', ') || ' restart identity cascade';
  end if;
  -- Also those that only a transaction which came to nothing has moved.
  perform setval(quote_ident(sequencename)::regclass, start_value, false)
    from pg_sequences where schemaname = 'public' and last_value is not null;
end $$"""

_SHAPE = """select
  (select version_num from alembic_version),
  (select string_agg(concat(oid, relname, relnatts), ',' order by oid) from pg_class
    where relnamespace = 'public'::regnamespace),
  (select count(*) from pg_namespace where nspname !~ '^pg_'),
  (select count(*) from pg_attribute where attrelid >= 16384 and not attisdropped),
  (select string_agg(concat(oid, conname), ',' order by oid) from pg_constraint where oid >= 16384),
  (select count(*) from pg_trigger where not tgisinternal),
  (select count(*) from pg_proc where oid >= 16384)"""


def _shape(connection: Connection) -> tuple[object, ...]:
    """Return what a database consists of beside its rows."""
    return tuple(connection.exec_driver_sql(_SHAPE).one())
