"""Reading what troubles are found from: only our own database, settings and disk; neither side is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import progress
from channelkit.database.canaries import load_canary
from channelkit.database.failures import REFUSING, REFUSING_CODES, let_in_at
from channelkit.database.feeds import OPEN
from channelkit.database.listing_schema import feeds
from channelkit.database.order_schema import orders, stands
from channelkit.database.schema import failures
from channelkit.database.unread_orders import UNREAD_FOR, list_unread
from channelkit.errors import QUOTA_USED_UP
from channelkit.model.canaries import STOPPED
from channelkit.model.orders import CANCELLED, SHIPPED
from channelkit.onboarding import expiry
from channelkit.orders.blockers import OUT_OF_STOCK
from channelkit.orders.ledger_check import tell_residual
from channelkit.parts import Parts
from channelkit.price_past import load_rallies
from channelkit.pull.stock_check import read_last_check
from channelkit.schedule.reading import find_jobs_file, read_schedule
from channelkit.schedule.standing import stand
from channelkit.watch.price_trouble import CanaryFact, RallyFact
from channelkit.watch.trouble import (
    DAY,
    HOUR,
    AgeFact,
    EndFact,
    ErrorFact,
    Facts,
    FeedFact,
    JobFact,
    Limits,
    OrdersFact,
    OversoldFact,
    RefusalFact,
    ResidualFact,
    SilentFact,
    UnreadFact,
)


def read_facts(parts: Parts) -> Facts:
    """Return what is known now."""
    settings, now = parts.settings.alerts, parts.now()
    with parts.database.read() as connection:
        return Facts(
            now,
            jobs=_jobs(connection, parts),
            errors=_errors(connection, now, settings.error_hours * HOUR),
            silent=tuple(_silent(parts)),
            ends=tuple(_ends(parts)),
            refusals=tuple(_refusals(connection, parts, now)),
            orders=_orders(connection),
            unread=tuple(_unread(connection, now)),
            oversold=_oversold(connection),
            feeds=_feeds(connection),
            residuals=tuple(_residuals(connection, parts)),
            ages=tuple(_ages(connection, parts)),
            canaries=tuple(_canaries(connection, parts)),
            rallies=tuple(_rallies(connection, parts, now)),
            disk=_free(parts),
            limits=Limits(settings.error_floor, settings.stale_minutes * 60_000, settings.disk_free_gb << 30),
        )


def _jobs(connection: Connection, parts: Parts) -> list[JobFact]:
    path = find_jobs_file(parts.settings.folder)
    # Installed without its checkout, the program has no notebooks that could be scheduled.
    jobs = read_schedule(path).jobs if path.is_file() else ()
    now = datetime.fromtimestamp(parts.clock.now(), UTC).astimezone()
    found = stand(connection, jobs, now, cycles=parts.settings.alerts.cycles)
    return [JobFact(each.job.name, each.late_since, each.dead_since) for each in found]


def _errors(connection: Connection, now: int, stretch: int) -> list[ErrorFact]:
    columns = [failures.c[name] for name in ("store", "system", "operation", "code")]
    is_new = failures.c.at >= now - stretch
    query: sa.Select[Any] = (
        sa.select(
            *columns,
            sa.func.sum(sa.case((is_new, 1), else_=0)),
            sa.func.sum(sa.case((is_new, 0), else_=1)),
            sa.func.min(sa.case((is_new, failures.c.at), else_=now)),
            sa.func.max(failures.c.fix),
        )
        .where(failures.c.at >= now - 2 * stretch, failures.c.code != QUOTA_USED_UP)
        .group_by(*columns)
        .order_by(*columns)
    )
    return [ErrorFact(*row) for row in connection.execute(query)]


def _silent(parts: Parts) -> Iterator[SilentFact]:
    for name in parts.settings.stores:
        record = parts.record(name)
        # A store that somebody paused is not expected to send.
        if record.golive_at is None or parts.why_idle(name):
            continue
        words = parts.why_silent(name)
        if words:
            yield SilentFact(name, words, record.golive_at)


def _ends(parts: Parts) -> Iterator[EndFact]:
    today, settings = datetime.fromtimestamp(parts.clock.now(), UTC).date(), parts.settings

    def days(since: date, lasts: int) -> int:
        return (since + timedelta(days=lasts) - today).days

    for name, account in settings.accounts.items():
        if account.secret_made is not None:
            found = expiry.check_secret(name, account.secret_made, today)
            left = days(account.secret_made, expiry.SECRET_DAYS)
            yield EndFact("secret", f"account {name}", left, found.words, found.fix)
    made = settings.commerce.secret_made
    told = expiry.check_commerce_secret(made, today)
    if made is not None and told is not None:
        yield EndFact("secret", "Commerce", days(made, expiry.SECRET_DAYS), told.words, told.fix)
    for name, store in settings.stores.items():
        if store.consent_granted is not None:
            found = expiry.check_consent(name, store.consent_granted, today)
            left = days(store.consent_granted, expiry.CONSENT_DAYS)
            yield EndFact("consent", f"store {name}", left, found.words, found.fix, name)


def _refusals(connection: Connection, parts: Parts, now: int) -> Iterator[RefusalFact]:
    is_refusal = sa.or_(failures.c.status.in_(REFUSING), failures.c.code.in_(REFUSING_CODES))
    query = (
        sa.select(failures.c.system, failures.c.store, failures.c.code, failures.c.fix, failures.c.at)
        .where(failures.c.at >= now - DAY, is_refusal)
        .order_by(failures.c.at.desc(), failures.c.id.desc())
    )
    told = set()
    for system, store, code, fix, at in connection.execute(query.limit(1000)):
        if system != "commerce" and store not in parts.settings.stores:
            continue
        name = "Commerce" if system == "commerce" else f"account {parts.settings.stores[store].account}"
        read = let_in_at(connection, system, store)
        if name not in told and (read is None or read < at):
            told.add(name)
            yield RefusalFact(name, code, at, fix, store)


def _orders(connection: Connection) -> list[OrdersFact]:
    query = (
        sa.select(stands.c.store, sa.func.count(), sa.func.min(orders.c.ship_by))
        .join(orders, sa.and_(orders.c.store == stands.c.store, orders.c.order_id == stands.c.order_id))
        .where(stands.c.stage == "blocked", orders.c.ship_by.is_not(None), orders.c.status.not_in((SHIPPED, CANCELLED)))
        .group_by(stands.c.store)
        .order_by(stands.c.store)
    )
    return [OrdersFact(store, int(count), int(first)) for store, count, first in connection.execute(query)]


def _unread(connection: Connection, now: int) -> Iterator[UnreadFact]:
    found = sorted(list_unread(connection, before=now - UNREAD_FOR), key=attrgetter("store"))
    for store, waiting in groupby(found, key=attrgetter("store")):
        orders = list(waiting)
        yield UnreadFact(store, [each.order_id for each in orders], sum(each.units for each in orders), orders[0].since)


def _oversold(connection: Connection) -> list[OversoldFact]:
    query = sa.select(stands.c.store, sa.func.count(), sa.func.max(stands.c.note), sa.func.min(stands.c.since))
    query = query.where(stands.c.blocker == OUT_OF_STOCK).group_by(stands.c.store).order_by(stands.c.store)
    return [OversoldFact(store, int(count), note, int(at)) for store, count, note, at in connection.execute(query)]


def _feeds(connection: Connection) -> list[FeedFact]:
    query = sa.select(feeds.c.store, sa.func.count(), sa.func.min(feeds.c.submitted_at))
    query = query.where(feeds.c.state.in_(OPEN)).group_by(feeds.c.store).order_by(feeds.c.store)
    return [FeedFact(store, int(count), int(since)) for store, count, since in connection.execute(query)]


def _residuals(connection: Connection, parts: Parts) -> Iterator[ResidualFact]:
    for website in dict.fromkeys(store.website for store in parts.settings.stores.values()):
        check = read_last_check(connection, [website])
        left = [] if check is None else [each for each in check.counts if each.residual and not each.is_compensated]
        if check is not None and left:
            yield ResidualFact(website, len(left), tell_residual(left[0]), check.at)


def _ages(connection: Connection, parts: Parts) -> Iterator[AgeFact]:
    marks: dict[str, tuple[str, str, str]] = {}
    for name, store in parts.settings.stores.items():
        if not parts.why_idle(name) and not parts.why_refused(name):
            marks[f"listings/{name}"] = (f"store {name}", "Amazon's listings", name)
            marks[f"stock/{store.website}"] = (f"website {store.website}", "Commerce's stock", "")
    if marks:
        marks["products"] = ("Commerce", "its products", "")
    for mark, (name, what, store_name) in marks.items():
        at = progress.moved_at(connection, mark)
        if at is not None:
            yield AgeFact(name, what, at, store_name)


def _canaries(connection: Connection, parts: Parts) -> Iterator[CanaryFact]:
    for name in parts.settings.stores:
        canary = load_canary(connection, name)
        if canary is not None and canary.state == STOPPED:
            yield CanaryFact(name, len(canary.birds), canary.note, canary.ended_at or canary.started_at)


def _rallies(connection: Connection, parts: Parts, now: int) -> Iterator[RallyFact]:
    for name in parts.settings.stores:
        found = load_rallies(connection, name, now)
        if found.num_rows and not parts.why_silent(name):
            skus, since = found["seller_sku"].to_pylist(), found["since"].to_pylist()
            yield RallyFact(name, len(skus), skus[0], min(since))


def _free(parts: Parts) -> int | None:
    try:
        return shutil.disk_usage(parts.settings.folder).free
    except OSError:
        return None  # a network folder may not tell
