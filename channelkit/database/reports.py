"""Reports that Amazon was asked for: one at a time for each store and type, taken up by whoever comes next."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import reports


class Asked(NamedTuple):
    """A report that is under way; ``asked_at`` in milliseconds since 1970."""

    report_id: str
    asked_at: int


def ask_report(connection: Connection, report_id: str, *, store: str, report_type: str, at: int) -> None:
    """Write down that a report was asked for; one of the same store and type that is still open counts as lost.

    Arguments:
        at: when it was asked for, in milliseconds since 1970; its facts are no newer than that.
    """
    where = (reports.c.store == store, reports.c.report_type == report_type, reports.c.state == "asked")
    lost = reports.update().where(*where, reports.c.report_id != report_id)
    connection.execute(lost.values(state="lost", closed_at=at, note="A newer report was asked for."))
    values = {"report_id": report_id, "store": store, "report_type": report_type, "state": "asked", "asked_at": at}
    rows.put(connection, reports, values | {"closed_at": None, "rows": None, "note": ""})


def open_report(connection: Connection, store: str, report_type: str) -> Asked | None:
    """Return the report that is under way, or None."""
    where = (reports.c.store == store, reports.c.report_type == report_type, reports.c.state == "asked")
    row = connection.execute(sa.select(reports.c.report_id, reports.c.asked_at).where(*where)).first()
    return None if row is None else Asked(*row)


def last_asked(connection: Connection, store: str, report_type: str) -> int | None:
    """Return when a report was last asked for, in milliseconds since 1970, or None if none ever was."""
    where = (reports.c.store == store, reports.c.report_type == report_type)
    moment: int | None = connection.execute(sa.select(sa.func.max(reports.c.asked_at)).where(*where)).scalar()
    return moment


def last_read(connection: Connection, store: str, report_type: str) -> int | None:
    """Return when the newest report that was read had been asked for, or None if none ever was."""
    where = (reports.c.store == store, reports.c.report_type == report_type, reports.c.state == "read")
    moment: int | None = connection.execute(sa.select(sa.func.max(reports.c.asked_at)).where(*where)).scalar()
    return moment


def is_known_whole(connection: Connection, store: str) -> bool:
    """Tell whether a complete report was ever read; Amazon cancels that of a seller who has nothing to report."""
    where = (reports.c.store == store, reports.c.state.in_(("read", "cancelled")))
    return connection.execute(sa.select(reports.c.report_id).where(*where).limit(1)).first() is not None


def is_known(connection: Connection, report_id: str) -> bool:
    """Return whether a report was ever asked for, or taken up, from here."""
    query = sa.select(sa.func.count()).where(reports.c.report_id == report_id)
    return bool(connection.execute(query).scalar_one())


def close_report(
    connection: Connection, report_id: str, *, state: str, at: int, rows: int | None = None, note: str = ""
) -> None:
    """Write down what became of a report.

    Arguments:
        state: read, cancelled, failed or lost.
        at: milliseconds since 1970.
        rows: how many listings it had.
        note: what a person should know.
    """
    values = {"state": state, "closed_at": at, "rows": rows, "note": note}
    connection.execute(reports.update().where(reports.c.report_id == report_id).values(values))
