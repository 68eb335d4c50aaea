"""The journal of what is done about orders: planned, sent, answered, and what a later reading showed.

::

    planned ─> sent ─> accepted ─> confirmed     a later reading shows it
       │        │  └─> refused     └> expired    no reading showed it in time
       │        └────> confirmed | expired       nobody knows whether it arrived; the reading tells
       └─> dropped                               never sent: the order has moved, or a person took it back

There is one change of a kind and key for each order for ever: what was refused, expired or dropped and is wanted again
is planned again in the same row. Otherwise a change only moves forward: every statement names the states that it moves
from, so what is late changes nothing. Each step is one small transaction, on disk before the next call leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import order_changes
from channelkit.errors import PlanError
from channelkit.model.orders import OrderChange

OPEN = ("planned", "held", "sent", "accepted")
"""States of what is still to be seen to."""

ON_THE_WAY = ("sent", "accepted")
"""States of what has left, or may have, and that no reading has shown yet."""

OVER = ("refused", "expired", "dropped")
"""States of what did not come about; it may be planned again."""

_FROM = {
    "accepted": ("planned", "sent"),
    "refused": ("planned", "sent", "accepted"),
    "confirmed": ("planned", "sent", "accepted"),
    "expired": ON_THE_WAY,
    "dropped": ("planned", "held"),
}
_LOOKED = "looked:"
_FIELDS = tuple(OrderChange.__dataclass_fields__)


def record(connection: Connection, store: str, run: str, changes: Sequence[OrderChange], at: int) -> list[OrderChange]:
    """Keep what is to be done, and return what of it waits to be sent or looked for, with its ``id``, in its order.

    What is already on its way or confirmed is not made anew; what was refused, expired or dropped is planned again
    under its old number, and so is its cause's moment kept. What is planned takes on the new body and reason.

    Arguments:
        changes: in state planned or held; no two of one order, kind and key.
        at: milliseconds since 1970.

    Returns:
        those of the given changes that are now planned, held, or sent without an answer.
    """
    if not changes:
        return []
    known = {_what(change): change for change in load(connection, store, order_ids=[c.order_id for c in changes])}
    new = [
        {"store": store, "run": run, **_values(change), "planned_at": at}
        for change in changes
        if _what(change) not in known
    ]
    if new:
        connection.execute(_insert(connection), new)
    for change in changes:
        before = known.get(_what(change))
        if before is not None and before.state in (*OVER, "planned", "held"):
            _plan_again(connection, before, change, run, at)
    kept = {_what(change): change for change in load(connection, store, order_ids=[c.order_id for c in changes])}
    return [kept[_what(change)] for change in changes if kept[_what(change)].state in ("planned", "held", "sent")]


def mark_sent(connection: Connection, ids: Sequence[int], at: int, *, again: bool = False) -> None:
    """Write down that these changes leave now, before their call does.

    Arguments:
        at: milliseconds since 1970.
        again: they left before without an answer, and two looks did not find them on the other side.

    Raises:
        PlanError: one of them is not planned any more (or, with ``again``, not sent), so another run has seen to it.
    """
    values: dict[str, object] = {"state": "sent", "sent_at": at, "code": "", "note": ""}
    moved = _move(connection, ids, ("sent",) if again else ("planned",), values)
    if moved != len(set(ids)):
        raise PlanError(
            "Another run has seen to an order's change that was about to be sent; it was not sent again.",
            "The next cycle reads back what is, and goes on.",
        )


def mark_accepted(
    connection: Connection,
    ids: Sequence[int],
    at: int,
    *,
    submission_id: str = "",
    request_id: str = "",
    note: str = "",
) -> int:
    """Write down that the other side took changes, or was found to have them before they left; return how many moved.

    Arguments:
        at: milliseconds since 1970.
        submission_id: the other side's number of it: Commerce's order, invoice, shipment; Amazon's feed.
    """
    values: dict[str, object] = {"state": "accepted", "accepted_at": at, "code": "", "note": note}
    given = {"submission_id": submission_id, "request_id": request_id}
    values |= {name: value for name, value in given.items() if value}
    return _move(connection, ids, _FROM["accepted"], values)


def mark_refused(
    connection: Connection, ids: Sequence[int], at: int, *, code: str = "", note: str = "", request_id: str = ""
) -> int:
    """Write down that the other side refused changes, with its words, and return how many moved.

    Arguments:
        at: milliseconds since 1970.
        code: the other side's error code.
        note: its words, without anybody's data.
    """
    values: dict[str, object] = {"state": "refused", "closed_at": at, "code": code, "note": note}
    return _move(connection, ids, _FROM["refused"], values | {"request_id": request_id})


def mark_unanswered(connection: Connection, ids: Sequence[int], *, note: str = "", submission_id: str = "") -> int:
    """Write down that changes left and nobody knows yet what became of them; they stay sent.

    Arguments:
        note: why nobody knows, for a person.
        submission_id: Amazon's feed that carries them, where there is one.
    """
    return _move(connection, ids, ("sent",), {"note": note, "submission_id": submission_id})


def mark_unsent(connection: Connection, ids: Sequence[int], *, note: str = "") -> int:
    """Write down that changes certainly did not arrive, so that they are planned as before; return how many moved."""
    return _move(connection, ids, ("sent",), {"state": "planned", "sent_at": None, "code": "", "note": note})


def note_look(connection: Connection, change: OrderChange, at: int) -> int:
    """Write down that a sent change was looked for and not found; return when it was first so since it was sent.

    Arguments:
        change: as it was loaded.
        at: milliseconds since 1970.

    Returns:
        milliseconds since 1970; ``at`` where this was the first look.
    """
    if change.code.startswith(_LOOKED):
        return int(change.code.removeprefix(_LOOKED))
    _move(connection, [change.id], ("sent",), {"code": f"{_LOOKED}{at}"})
    return at


def close(connection: Connection, changes: Iterable[OrderChange], at: int) -> int:
    """Write down what a reading or a decision says of changes, and return how many moved; what is late moves none.

    Arguments:
        changes: with the state they are to have: confirmed, expired, refused or dropped; their ``note`` says why.
        at: milliseconds since 1970.
    """
    moved = 0
    for change in changes:
        values: dict[str, object] = {"state": change.state, "closed_at": at, "note": change.note}
        moved += _move(connection, [change.id], _FROM[change.state], values)
    return moved


def load(
    connection: Connection,
    store: str,
    *,
    states: Sequence[str] | None = None,
    order_ids: Sequence[str] | None = None,
    since: int = 0,
) -> list[OrderChange]:
    """Return a store's changes, the oldest first.

    Arguments:
        states: only those in one of these states.
        order_ids: only those of these orders.
        since: only those planned since a moment, in milliseconds since 1970.
    """
    where = [order_changes.c.store == store, order_changes.c.planned_at >= since]
    if states is not None:
        where.append(order_changes.c.state.in_(states))
    query = sa.select(*(order_changes.c[name] for name in _FIELDS)).where(*where)
    if order_ids is None:
        return [OrderChange(*row) for row in connection.execute(query.order_by(order_changes.c.id))]
    wanted, found = sorted(set(order_ids)), []
    for part in rows.in_parts(wanted):
        chosen = order_changes.c.order_id.in_(part)
        found += [OrderChange(*row) for row in connection.execute(query.where(chosen))]
    return sorted(found, key=lambda change: change.id)


def _what(change: OrderChange) -> tuple[str, str, str]:
    return change.order_id, change.kind, change.key


def _values(change: OrderChange) -> dict[str, Any]:
    names = ("order_id", "kind", "key", "body", "because", "state", "note", "caused_at", "ordered_by")
    return {name: getattr(change, name) for name in names}


def _insert(connection: Connection) -> sa.Insert:
    """Return the statement that leaves alone what another process wrote down in the meantime."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(order_changes).on_conflict_do_nothing()
    return sqlite.insert(order_changes).on_conflict_do_nothing()


def _plan_again(connection: Connection, before: OrderChange, change: OrderChange, run: str, at: int) -> None:
    # A refusal's words stay until another answer comes; why it was dropped or expired is of no use any more.
    note = before.note if before.state not in ("expired", "dropped") else ""
    anew = replace(change, caused_at=before.caused_at or change.caused_at, note=change.note or note)
    if before.state in ("planned", "held") and _values(replace(anew, ordered_by=before.ordered_by)) == _values(before):
        return
    values = _values(anew) | {"run": run}
    if before.state in OVER:
        values |= dict.fromkeys(("sent_at", "accepted_at", "closed_at")) | {"planned_at": at}
        values |= dict.fromkeys(("code", "submission_id", "request_id"), "")
    else:
        values["ordered_by"] = before.ordered_by
    _move(connection, [before.id], (before.state,), values)


def _move(connection: Connection, ids: Sequence[int], before: Sequence[str], values: dict[str, Any]) -> int:
    moved = 0
    for part in rows.in_parts(ids):
        chosen = order_changes.c.id.in_(part)
        statement = order_changes.update().where(chosen, order_changes.c.state.in_(before))
        moved += connection.execute(statement.values(values)).rowcount
    return moved
