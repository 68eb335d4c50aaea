"""The journal of changes towards Amazon: what was planned, held, sent, answered, and what a later reading showed.

::

    planned ─> sent ─> accepted ─> confirmed     a later reading shows it
       │        │  └─> refused     └> expired    no reading showed it in time
       │        └────> confirmed | expired       nobody knows whether it arrived; the reading tells
       └─> dropped     held ─> dropped           never sent: the next plan no longer had it, or the run died

A change only moves forward: every statement names the states that it moves from, so what is late changes nothing.
Each transition is one small transaction, which the database has on disk before the next call leaves.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import arrow, changes, plans
from channelkit.errors import PlanError

GOING = ("clear", "approved by a person")
"""Verdicts whose changes are sent at once; those of any other plan are queued until a plan goes."""

ON_THE_WAY = ("sent", "accepted")

_BEFORE = {"accepted": ("sent",), "refused": ("sent",), "dropped": ("planned", "held", "sent")}
_WHAT = ("seller_sku", "field", "before", "after", "before_text", "after_text", "because")
_IDENTITY = ("seller_sku", "field", "before", "after", "before_text", "after_text", "state", "note")
_SEPARATOR = "\x1f"


def record_plan(
    connection: Connection,
    *,
    store: str,
    run: str,
    fingerprint: str,
    going: pa.Table,
    held: pa.Table,
    listings: int,
    verdict: str,
    note: str,
    at: int,
    ordered_by: str = "",
    only: Sequence[str] | None = None,
) -> pa.Table:
    """Keep a plan, and return its going changes with their ``id``, in their order and with their other columns.

    What an earlier plan had and never sent is taken over where this one has it too, and dropped where it has not; so
    a store that sends nothing keeps one row for each change that waits, however many cycles pass.

    Arguments:
        going, held: columns of `channelkit.model.changes.CHANGES`; ``held`` also ``note``, why it is held.
        listings: how many listings the plan looked at.
        verdict: clear, approved by a person, or why nothing is sent now.
        note: why the plan was stopped.
        at: when it was made, in milliseconds since 1970.
        ordered_by: who asked for it; empty for a cycle's own plan.
        only: the plan is about these seller SKUs alone, so what waits for others goes on waiting.
    """
    plan = {"fingerprint": fingerprint, "run": run, "store": store, "made_at": at, "listings": listings}
    plan |= {"changes": going.num_rows, "held": held.num_rows, "verdict": verdict, "note": note}
    connection.execute(plans.insert().values(plan))

    wanted = pa.concat_tables([_planned(going, "planned"), _planned(held, "held")])
    waiting = _waiting(connection, store)
    if only is not None:
        waiting = waiting.filter(pc.is_in(waiting["seller_sku"], pa.array(only, pa.string()))).combine_chunks()
    position = pc.index_in(_identity(wanted), _identity(waiting))
    kept = waiting["id"].take(position.drop_null())
    dropped = waiting["id"].filter(pc.invert(pc.is_in(waiting["id"], kept.combine_chunks())))
    _update(connection, kept, {"run": run, "plan": fingerprint})
    _update(connection, dropped, {"state": "dropped", "closed_at": at, "note": "The next plan no longer had it."})

    new = wanted.filter(pc.is_null(position))
    same = {"plan": fingerprint, "run": run, "store": store, "ordered_by": ordered_by, "feed": ""}
    same |= dict.fromkeys(("code", "submission_id", "request_id"), "")
    for name, value in same.items():
        new = new.append_column(name, pa.repeat(pa.scalar(value, pa.string()), new.num_rows))
    rows.insert(connection, changes, new.append_column("planned_at", pa.repeat(at, new.num_rows)))

    if not going.num_rows:
        return going.append_column("id", pa.array([], pa.int64()))
    waiting = _waiting(connection, store)
    position = pc.index_in(_identity(_planned(going, "planned")), _identity(waiting))
    return going.append_column("id", waiting["id"].take(position))


def mark_sent(connection: Connection, ids: Sequence[int], at: int) -> None:
    """Write down that these changes leave now, before their call does.

    Raises:
        PlanError: one of them is not planned any more, so another run has seen to it; nothing may be sent.
    """
    statement = changes.update().where(changes.c.id.in_(ids), changes.c.state == "planned")
    moved = connection.execute(statement.values(state="sent", sent_at=at)).rowcount
    if moved != len(set(ids)):
        raise PlanError(
            "Another run has seen to a change that was about to be sent; it was not sent again.",
            "The next cycle reads back what is, and goes on.",
        )


def mark_answered(
    connection: Connection,
    ids: Sequence[int],
    state: str,
    at: int,
    *,
    submission_id: str = "",
    request_id: str = "",
    code: str = "",
    note: str = "",
) -> int:
    """Write down what became of changes, and return how many moved; an answer that is late moves none.

    Arguments:
        state: accepted, refused, or dropped for what certainly did not happen.
        at: when the answer came, in milliseconds since 1970.
        code: the other side's error code.
        note: why it was refused or dropped, for a person.
    """
    statement = changes.update().where(changes.c.id.in_(ids), changes.c.state.in_(_BEFORE[state]))
    values = {"state": state, "submission_id": submission_id, "request_id": request_id, "code": code, "note": note}
    moment = {"accepted_at": at} if state == "accepted" else {"closed_at": at}
    return connection.execute(statement.values(**values, **moment)).rowcount


def open_changes(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the changes that left and that no reading has shown yet, in the order in which they were planned.

    Arguments:
        skus: only those of a few seller SKUs.
    """
    where = [changes.c.store == store, changes.c.state.in_(ON_THE_WAY)]
    if skus is not None:
        where.append(changes.c.seller_sku.in_(skus))
    return _select(connection, *where)


def close_settled(connection: Connection, settled: pa.Table, at: int) -> int:
    """Write down which changes a reading has confirmed and which have expired, and return how many moved.

    Arguments:
        settled: ``id, state, note``; the state is confirmed or expired.
        at: milliseconds since 1970.
    """
    if not settled.num_rows:
        return 0
    # Not in_(): SQLAlchemy takes no list among the parameters of many rows.
    on_the_way = sa.or_(*(changes.c.state == state for state in ON_THE_WAY))
    statement = changes.update().where(changes.c.id == sa.bindparam("change"), on_the_way)
    statement = statement.values(state=sa.bindparam("to"), note=sa.bindparam("why"), closed_at=at)
    values = [
        {"change": row["id"], "to": row["state"], "why": row["note"] or ""}
        for row in settled.select(["id", "state", "note"]).to_pylist()
    ]
    return connection.execute(statement, values).rowcount


def recent_refusals(connection: Connection, store: str, since: int) -> pa.Table:
    """Return changes that Amazon refused since a moment, in milliseconds since 1970."""
    return _select(connection, changes.c.store == store, changes.c.state == "refused", changes.c.closed_at >= since)


def load_changes(connection: Connection, stores: Sequence[str] | None = None, since: int = 0) -> pa.Table:
    """Return the changes of some stores, or of all, that were planned since a moment."""
    where = [changes.c.planned_at >= since]
    if stores is not None:
        where.append(changes.c.store.in_(stores))
    return _select(connection, *where)


def drop_planned(connection: Connection, store: str, at: int) -> int:
    """Drop what a run was about to send when it died, and return how many; call it while holding the store's lease."""
    going = sa.select(plans.c.run).where(plans.c.store == store, plans.c.verdict.in_(GOING))
    where = (changes.c.store == store, changes.c.state == "planned", changes.c.run.in_(going))
    note = "The run ended before it was sent. The next plan decides anew."
    return connection.execute(changes.update().where(*where).values(state="dropped", closed_at=at, note=note)).rowcount


def _planned(plan: pa.Table, state: str) -> pa.Table:
    note = plan["note"] if "note" in plan.column_names else pa.repeat("", plan.num_rows)
    chosen = plan.select(list(_WHAT))
    chosen = chosen.append_column("state", pa.repeat(state, plan.num_rows)).append_column("note", note)
    return chosen.cast(arrow(changes, chosen.column_names))


def _waiting(connection: Connection, store: str) -> pa.Table:
    names = ("id", *_IDENTITY)
    query = sa.select(*(changes.c[name] for name in names)).where(
        changes.c.store == store, changes.c.state.in_(("planned", "held"))
    )
    return rows.read(connection, query.order_by(changes.c.id), arrow(changes, names))


def _identity(table: pa.Table) -> pa.Array:
    """Return what makes a change that waits the same as another."""
    words = [table[name].cast(pa.string()) for name in _IDENTITY]
    joined = pc.binary_join_element_wise(*words, _SEPARATOR, null_handling="replace", null_replacement="")
    return joined.combine_chunks()


def _update(connection: Connection, ids: pa.ChunkedArray, values: dict[str, object]) -> None:
    if len(ids):
        statement = changes.update().where(changes.c.id == sa.bindparam("change")).values(values)
        connection.execute(statement, [{"change": number} for number in ids.to_pylist()])


def _select(connection: Connection, *where: sa.ColumnElement[bool]) -> pa.Table:
    query = sa.select(*changes.c).where(*where).order_by(changes.c.id)
    return rows.read(connection, query, arrow(changes))
