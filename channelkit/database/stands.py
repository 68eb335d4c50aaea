"""Where each order stands with us: its stage, what stands in its way, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.order_schema import stands
from channelkit.model.orders import Stand

_FIELDS = tuple(Stand.__dataclass_fields__)


def store_stands(connection: Connection, store: str, decided: Iterable[Stand], at: int) -> int:
    """Keep where orders stand, and return how many rows were written: those that say something new.

    ``since`` stays while stage and blocker stay; else it is the moment given.

    Arguments:
        at: milliseconds since 1970.
    """
    wanted = {stand.order_id: stand for stand in decided}
    known = {stand.order_id: stand for stand in load_stands(connection, store, order_ids=list(wanted))}
    written = 0
    for order_id, stand in wanted.items():
        before = known.get(order_id)
        same = before is not None and (before.stage, before.blocker) == (stand.stage, stand.blocker)
        now = replace(stand, since=before.since if before is not None and same else at)
        if now != before:
            rows.put(connection, stands, {"store": store, **{name: getattr(now, name) for name in _FIELDS}})
            written += 1
    return written


def load_stands(
    connection: Connection,
    store: str,
    *,
    order_ids: Sequence[str] | None = None,
    stages: Sequence[str] | None = None,
    blocked: bool = False,
) -> list[Stand]:
    """Return where a store's orders stand, in the order of their ids.

    Arguments:
        order_ids: only these orders.
        stages: only those at one of these stages.
        blocked: only those that something stands in the way of.
    """
    where = [stands.c.store == store]
    if stages is not None:
        where.append(stands.c.stage.in_(stages))
    if blocked:
        where.append(stands.c.blocker != "")
    query = sa.select(*(stands.c[name] for name in _FIELDS)).where(*where).order_by(stands.c.order_id)
    if order_ids is None:
        return [Stand(*row) for row in connection.execute(query)]
    keys, found = sorted(set(order_ids)), []
    for part in rows.in_parts(keys):
        chosen = stands.c.order_id.in_(part)
        found += [Stand(*row) for row in connection.execute(query.where(chosen))]
    return found
