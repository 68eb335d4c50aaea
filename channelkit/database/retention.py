"""What is kept for how long (RP-07): by default everything, for ever; figures by day stay in any case."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.database.lease import hold
from channelkit.database.onboarding_schema import catalog_changes
from channelkit.database.schema import changes, failures, plans, runs
from channelkit.database.trend_schema import alerts, daily_crossings, quality_results
from channelkit.model.changes import CONFIRMED, DROPPED, EXPIRED, REFUSED
from channelkit.model.days import DAY

_CLOSED = (REFUSED, CONFIRMED, EXPIRED, DROPPED)


def prune(database: Database, now_ms: int, keep_days: int) -> dict[str, int]:
    """Take out what is older than it is kept, and return how much went from where.

    Facts stay, and with them the state of now; so do figures by day, whatever is under way, and of each listing's field
    the newest change.

    Arguments:
        now_ms: milliseconds since 1970.
        keep_days: whole days; 0 keeps everything for ever.

    Raises:
        LeaseError: another run is working on the history.
    """
    if not keep_days:
        return {}
    before = now_ms - keep_days * DAY
    with hold(database, "history", f"prune-{uuid4().hex}"):
        gone = {"history": history.take_out_before(database, before)}
    with database.write() as connection:
        gone |= _prune_books(connection, before)
    return {name: count for name, count in gone.items() if count}


def _prune_books(connection: Connection, before: int) -> dict[str, int]:
    newer = changes.alias("newer")
    same = [newer.c[name] == changes.c[name] for name in ("store", "seller_sku", "field")]
    is_followed = sa.exists().where(*same, newer.c.id > changes.c.id, newer.c.state.in_(_CLOSED))
    later = catalog_changes.alias("later")
    same = [later.c[name] == catalog_changes.c[name] for name in ("store", "sku", "scope", "attribute")]
    is_followed_too = sa.exists().where(*same, later.c.id > catalog_changes.c.id, later.c.state.in_(_CLOSED))
    retest = quality_results.alias("retest")
    same = [retest.c[name] == quality_results.c[name] for name in ("store", "test")]
    is_retested = sa.exists().where(*same, retest.c.id > quality_results.c.id)
    deleted = {
        "failures": failures.delete().where(failures.c.at < before),
        "runs": runs.delete().where(runs.c.finished_at < before, runs.c.state != "running"),
        "changes": changes.delete().where(changes.c.state.in_(_CLOSED), changes.c.closed_at < before, is_followed),
        "catalog_changes": catalog_changes.delete().where(
            catalog_changes.c.state.in_(_CLOSED), catalog_changes.c.closed_at < before, is_followed_too
        ),
        # Whether a change that waits may go is what its plan says.
        "plans": plans.delete().where(plans.c.made_at < before, plans.c.fingerprint.not_in(sa.select(changes.c.plan))),
        "quality_results": quality_results.delete().where(quality_results.c.at < before, is_retested),
        # They tell of single listings, as the history does, and add nothing up.
        "daily_crossings": daily_crossings.delete().where(daily_crossings.c.moment < before),
        "alerts": alerts.delete().where(alerts.c.closed_at < before),
    }
    return {name: connection.execute(statement).rowcount for name, statement in deleted.items()}
