"""The journal of changes towards Commerce: what a person approved, what was sent, answered, and read back.

The states are those of the journal towards Amazon (`channelkit.database.journal`), and they only move forward: every
statement names the states that it moves from, so what is late changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import catalog_changes
from channelkit.database.schema import arrow
from channelkit.errors import PlanError
from channelkit.model.attributes import CATALOG_CHANGES

ON_THE_WAY = ("sent", "accepted")

_FROM = {
    "accepted": ("sent",),
    "refused": ("sent", "accepted"),
    "confirmed": ON_THE_WAY,
    "expired": ON_THE_WAY,
    "dropped": ("planned",),
}


def record_changes(connection: Connection, changes: pa.Table, *, plan: str, run: str, at: int) -> pa.Table:
    """Keep an approved plan's changes as planned, and return them with their ``id``, in the same order.

    Arguments:
        changes: the columns of `channelkit.model.attributes.CATALOG_CHANGES`, and ``undoes``.
        plan: the plan's fingerprint.
        at: milliseconds since 1970.
    """
    count = changes.num_rows
    new = changes.select([*CATALOG_CHANGES.names, "undoes"]).combine_chunks()
    for name, value in (("plan", plan), ("run", run), ("state", "planned"), *_EMPTY):
        new = new.append_column(name, pa.repeat(pa.scalar(value, pa.string()), count))
    new = new.append_column("planned_at", pa.repeat(pa.scalar(at, pa.int64()), count))
    rows.insert(connection, catalog_changes, new.cast(arrow(catalog_changes, new.column_names)))
    numbers = sa.select(catalog_changes.c.id).where(catalog_changes.c.run == run).order_by(catalog_changes.c.id)
    # They were inserted in their order, so their numbers rise in it.
    ids = list(connection.execute(numbers).scalars())[-count:] if count else []
    return changes.append_column("id", pa.array(ids, pa.int64()))


def mark_sent(connection: Connection, ids: Sequence[int], at: int) -> None:
    """Write down that these changes leave now, before their request does.

    Raises:
        PlanError: one of them is not planned any more.
    """
    moved = _move(connection, ids, ("planned",), {"state": "sent", "sent_at": at})
    if moved != len(set(ids)):
        raise PlanError("Another run has seen to a change that was about to be sent.", "Make a new plan.")


def name_bulk(connection: Connection, ids: Sequence[int], bulk_id: str) -> None:
    """Write down in which of Commerce's bulks changes left, all of one request together."""
    _move(connection, ids, ("sent",), {"bulk_id": bulk_id})


def mark_answered(
    connection: Connection,
    ids: Sequence[int],
    state: str,
    at: int,
    *,
    code: str = "",
    note: str = "",
) -> int:
    """Write down what became of changes, and return how many moved.

    Arguments:
        state: accepted, refused, confirmed, expired or dropped.
        at: milliseconds since 1970.
        code: Commerce's error code.
        note: why, for a person.
    """
    values: dict[str, object] = {"state": state, "code": code, "note": note}
    values |= {"accepted_at": at} if state == "accepted" else {"closed_at": at}
    return _move(connection, ids, _FROM[state], values)


def drop_planned(connection: Connection, at: int) -> int:
    """Drop what a run was about to send when it died; call it while holding the lease on writing to Commerce."""
    note = "The run ended before it was sent. Make a new plan."
    statement = catalog_changes.update().where(catalog_changes.c.state == "planned")
    return connection.execute(statement.values(state="dropped", closed_at=at, note=note)).rowcount


def load_open(connection: Connection) -> pa.Table:
    """Return the changes that left and that no reading has shown yet."""
    return _select(connection, catalog_changes.c.state.in_(ON_THE_WAY))


def load_plan(connection: Connection, plan: str) -> pa.Table:
    """Return the changes of one plan, by its fingerprint."""
    return _select(connection, catalog_changes.c.plan == plan)


def load_bulk(connection: Connection, bulk_id: str) -> pa.Table:
    """Return the changes that left in one of Commerce's bulks, whatever became of them."""
    return _select(connection, catalog_changes.c.bulk_id == bulk_id)


def load_ids(connection: Connection, ids: Sequence[int]) -> pa.Table:
    """Return the changes with these numbers."""
    return _select(connection, catalog_changes.c.id.in_(ids))


def load_changes(connection: Connection) -> pa.Table:
    """Return all changes, the oldest first."""
    return _select(connection, sa.true())


def _move(connection: Connection, ids: Sequence[int], before: Sequence[str], values: dict[str, object]) -> int:
    moved = 0
    for part in rows.in_parts(ids):
        chosen = catalog_changes.c.id.in_(part)
        statement = catalog_changes.update().where(chosen, catalog_changes.c.state.in_(before))
        moved += connection.execute(statement.values(values)).rowcount
    return moved


def _select(connection: Connection, *where: sa.ColumnElement[bool]) -> pa.Table:
    query = sa.select(*catalog_changes.c).where(*where).order_by(catalog_changes.c.id)
    return rows.read(connection, query, arrow(catalog_changes))


_EMPTY = tuple((name, "") for name in ("note", "code", "bulk_id", "request_id"))
