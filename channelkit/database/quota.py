"""Token buckets that outlive the process: the next one does not start with a full bucket that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.clock import Clock
from channelkit.database import rows
from channelkit.database.connection import Database
from channelkit.database.schema import buckets
from channelkit.model.calls import Operation
from channelkit.model.throttle import Bucket


@dataclass(frozen=True)
class Quota:
    """The quotas that one owner shares between all processes.

    Arguments:
        owner: who shares them: system, seller and region.
    """

    database: Database
    owner: str
    clock: Clock

    def take(self, operation: Operation, patience: float) -> float | None:
        """Promise one call and return the seconds to wait for it; if more than ``patience``, None and no promise."""
        with self._bucket(operation) as (connection, bucket, calls):
            taken, wait = bucket.taken(self.clock.now())
            if wait > patience:
                return None
            self._save(connection, operation, taken, calls + 1)
            return wait

    def empty(self, operation: Operation) -> None:
        """Remember that the other side refused a call: others use the quota too."""
        with self._bucket(operation) as (connection, bucket, calls):
            self._save(connection, operation, bucket.emptied(self.clock.now()), calls)

    def learn(self, operation: Operation, rate: float) -> None:
        """Remember the rate that an answer named, in calls per second."""
        with self.database.read() as connection:
            known = connection.execute(sa.select(buckets.c.rate).where(*self._key(operation))).scalar()
        if known == rate:
            return
        with self._bucket(operation) as (connection, bucket, calls):
            self._save(connection, operation, bucket.taught(rate), calls)

    @contextmanager
    def _bucket(self, operation: Operation) -> Iterator[tuple[Connection, Bucket, int]]:
        columns = (buckets.c.rate, buckets.c.burst, buckets.c.tokens, buckets.c.filled_at, buckets.c.calls)
        query = sa.select(*columns).where(*self._key(operation)).with_for_update()
        with self.database.write() as connection:
            row = connection.execute(query).first()
            if row is None:
                # Of two that begin at once, the second finds the first one's row.
                full = self._row(operation, Bucket.full(operation.rate, operation.burst, self.clock.now()), 0)
                rows.put(connection, buckets, full, keep=list(full))
                row = connection.execute(query).one()
            yield connection, Bucket(row.rate, row.burst, row.tokens, row.filled_at), row.calls

    def _key(self, operation: Operation) -> tuple[sa.ColumnElement[bool], ...]:
        return buckets.c.owner == self.owner, buckets.c.operation == operation.name

    def _save(self, connection: Connection, operation: Operation, bucket: Bucket, calls: int) -> None:
        rows.put(connection, buckets, self._row(operation, bucket, calls))

    def _row(self, operation: Operation, bucket: Bucket, calls: int) -> dict[str, object]:
        return {"owner": self.owner, "operation": operation.name, **asdict(bucket), "calls": calls}
