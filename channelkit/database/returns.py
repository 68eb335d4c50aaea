"""Returns that Amazon knows of: the newest word on each, and when it was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.difference import Tally
from channelkit.database.order_schema import returns
from channelkit.model.orders import Return

_NAMES = tuple(Return.__dataclass_fields__)


def store_returns(connection: Connection, store: str, found: Iterable[Return], *, at: int) -> Tally:
    """Keep what Amazon tells of returns; what is no different changes nothing.

    Arguments:
        found: of a return that comes twice the last counts.
        at: when it was read, in milliseconds since 1970.
    """
    told = {each.return_id: each for each in found}
    known = {each.return_id: each for each in _load(connection, store, returns.c.return_id, list(told))}
    new = [each for each in told.values() if each.return_id not in known]
    changed = [each for each in told.values() if each.return_id in known and known[each.return_id] != each]
    for each in (*new, *changed):
        rows.put(connection, returns, {"store": store, **vars(each), "observed_at": at})
    return Tally(len(new), len(changed), len(told) - len(new) - len(changed))


def load_returns(
    connection: Connection, store: str, *, order_ids: Sequence[str] | None = None, since: int = 0
) -> list[Return]:
    """Return a store's returns, the oldest first.

    Arguments:
        order_ids: only those of these orders.
        since: only those asked for since, in milliseconds since 1970.
    """
    if order_ids is not None:
        found = _load(connection, store, returns.c.order_id, order_ids)
    else:
        found = _read(connection, _query(store))
    chosen = (each for each in found if each.requested_at >= since)
    return sorted(chosen, key=lambda each: (each.requested_at, each.return_id))


def _load(connection: Connection, store: str, column: sa.Column[Any], keys: Sequence[str]) -> list[Return]:
    wanted, found = sorted(set(keys)), []
    for part in rows.in_parts(wanted):
        chosen = column.in_(part)
        found += _read(connection, _query(store).where(chosen))
    return found


def _query(store: str) -> sa.Select[Any]:
    return sa.select(*(returns.c[name] for name in _NAMES)).where(returns.c.store == store)


def _read(connection: Connection, query: sa.Select[Any]) -> list[Return]:
    return [Return(*row) for row in connection.execute(query)]
