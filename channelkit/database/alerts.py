"""Troubles while they last, one row for each: opened, seen again, told, closed.

A trouble that comes back before its pause is over is the same row again, so that what comes and goes with every cycle
is told once and not each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import arrow
from channelkit.database.trend_schema import alerts
from channelkit.model.troubles import Trouble


class Telling(msgspec.Struct, frozen=True):
    """How somebody was told, as the column ``told_how`` has it.

    Arguments:
        weight: how bad it was then.
        over: whether the end was told.
        ways: what each way answered: told, or what went wrong.
    """

    weight: int = 0
    over: bool = False
    ways: dict[str, str] = {}


@dataclass(frozen=True)
class Alert:
    """A row; times in milliseconds since 1970."""

    id: int
    key: str
    kind: str
    store: str
    words: str
    fix: str
    first_at: int
    last_at: int
    times: int
    told_at: int | None
    told_how: str = ""
    closed_at: int | None = None

    @property
    def telling(self) -> Telling:
        return msgspec.json.decode(self.told_how, type=Telling) if self.told_how else Telling()


@dataclass(frozen=True)
class Kept:
    """What came of a look.

    Arguments:
        open: the alerts that are open now, and how bad each is.
        closed: those that this look has closed.
    """

    open: Sequence[tuple[Alert, int]] = field(default_factory=tuple)
    closed: Sequence[Alert] = field(default_factory=tuple)


def keep_troubles(connection: Connection, troubles: Sequence[Trouble], *, at: int, pause: int) -> Kept:
    """Open what is new, note what is seen again, and close what is over.

    Arguments:
        troubles: all that is wrong now.
        at: milliseconds since 1970.
        pause: milliseconds within which a trouble that comes back after it was told is the same one.
    """
    seen, known = {trouble.key: trouble for trouble in troubles}, {alert.key: alert for alert in list_open(connection)}
    for key, trouble in seen.items():
        before = known.get(key) or _find_recent(connection, key, at - pause)
        if before is None:
            values = {"key": key, "kind": trouble.kind, "store": trouble.store, "first_at": min(trouble.since, at)}
            connection.execute(alerts.insert().values(**values, **_said(trouble, at), times=1, told_how=""))
        else:
            values = _said(trouble, at) | {"times": before.times + 1, "closed_at": None}
            connection.execute(alerts.update().where(alerts.c.id == before.id).values(values))
    over = [alert for key, alert in known.items() if key not in seen]
    close_alerts(connection, [alert.id for alert in over], at=at)
    return Kept([(alert, seen[alert.key].weight) for alert in list_open(connection)], over)


def list_open(connection: Connection) -> list[Alert]:
    """Return the alerts that are not over, the earliest first."""
    query = sa.select(*alerts.c).where(alerts.c.closed_at.is_(None))
    return [Alert(*row) for row in connection.execute(query.order_by(alerts.c.first_at, alerts.c.id))]


def load_alerts(connection: Connection, since: int = 0) -> pa.Table:
    """Return the alerts that are open, and those that were closed since a moment, the newest first."""
    query = sa.select(*alerts.c).where(sa.or_(alerts.c.closed_at.is_(None), alerts.c.closed_at >= since))
    return rows.read(connection, query.order_by(alerts.c.first_at.desc(), alerts.c.id.desc()), arrow(alerts))


def note_telling(connection: Connection, told: Mapping[int, Telling], *, at: int, reached: bool) -> None:
    """Write down how each of these alerts was told.

    Arguments:
        told: by the alert's number.
        reached: at least one way worked; else the next look tries again.
    """
    for number, telling in told.items():
        values: dict[str, object] = {"told_how": msgspec.json.encode(telling).decode()}
        if reached and not telling.over:
            values["told_at"] = at
        connection.execute(alerts.update().where(alerts.c.id == number).values(values))


def close_alerts(connection: Connection, numbers: Sequence[int], *, at: int) -> int:
    """Close these alerts and return how many were open."""
    if not numbers:
        return 0
    query = alerts.update().where(alerts.c.id.in_(numbers), alerts.c.closed_at.is_(None)).values(closed_at=at)
    return connection.execute(query).rowcount


def _said(trouble: Trouble, at: int) -> dict[str, object]:
    return {"words": trouble.words, "fix": trouble.fix, "last_at": at}


def _find_recent(connection: Connection, key: str, since: int) -> Alert | None:
    query = sa.select(*alerts.c).where(alerts.c.key == key, alerts.c.told_at > since)
    row = connection.execute(query.order_by(alerts.c.id.desc()).limit(1)).first()
    return None if row is None else Alert(*row)
