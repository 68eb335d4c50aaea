"""Where errors are written down: each table's, read and put together by code, operation and store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import catalog_changes
from channelkit.database.order_schema import order_changes, order_lines
from channelkit.database.schema import changes, failures, listings
from channelkit.model.changes import CONFIRMED, EXPIRED, OPEN, PATIENCE, PUBLISH, PUBLISH_PATIENCE, REFUSED
from channelkit.model.orders import TO_AMAZON
from channelkit.trends.episodes import Episode, Ran, of_calls, of_changes
from channelkit.trends.error_words import Kind

NOT_SEEN = "NotSeen"
"""Our code of what was accepted and that no reading has shown (pain 4)."""


@dataclass
class Group:
    """Errors of one code, operation and store while they are put together; times in milliseconds since 1970.

    Arguments:
        before: how many there were in the stretch that it is compared with; None where that is not known.
        skus: seller SKUs that it touches; None where it is about no listing in particular.
        said: the other side's own words, the newest.
        advised: what was advised when it happened.
    """

    store: str
    kind: Kind
    system: str
    operation: str
    code: str
    status: int | None = None
    count: int = 0
    before: int | None = None
    first_seen: int | None = None
    last_seen: int | None = None
    episodes: list[Episode] = field(default_factory=list)
    skus: set[str] | None = None
    categories: tuple[str, ...] = ()
    said: str = ""
    advised: str = ""
    request_id: str = ""
    examples: list[str] = field(default_factory=list)

    def note(self, at: int, count: int = 1) -> None:
        """Count errors of a moment."""
        self.count += count
        self.first_seen = at if self.first_seen is None else min(self.first_seen, at)
        self.last_seen = at if self.last_seen is None else max(self.last_seen, at)


@dataclass(frozen=True)
class Span:
    """What is asked for: stores, a stretch of time, the time now, and the stretch to compare with, in milliseconds."""

    stores: tuple[str, ...]
    since_ms: int
    until_ms: int
    now_ms: int
    compare: tuple[int, int] | None = None

    @property
    def is_now(self) -> bool:
        """It reaches to the present, so that what is the case now belongs to it."""
        return self.until_ms >= self.now_ms


def count_listings(connection: Connection, stores: Sequence[str]) -> dict[str, int]:
    """Return how many listings each store has on Amazon."""
    query = sa.select(listings.c.store, sa.func.count()).group_by(listings.c.store)
    where = listings.c.store.in_(list(stores)), listings.c.missing_since.is_(None)
    return {str(store): int(count) for store, count in connection.execute(query.where(*where))}


def group_calls(connection: Connection, span: Span, runs: Sequence[Ran]) -> list[Group]:
    """Return the calls that failed."""
    kept = failures.c
    what = (kept.store, kept.system, kept.operation, kept.code, kept.status)

    def read(*names: sa.ColumnElement[Any], since: int, until: int) -> Iterator[tuple[Any, ...]]:
        where = kept.at >= since, kept.at < until, kept.store.in_([*span.stores, ""])
        figures = sa.func.count(), sa.func.min(kept.at), sa.func.max(kept.at), sa.func.max(kept.id)
        query: sa.Select[Any] = sa.select(*names).add_columns(*figures)
        yield from map(tuple, connection.execute(query.where(*where).group_by(*names)))

    groups: dict[tuple[Any, ...], Group] = {}
    failed: dict[tuple[Any, ...], dict[str, int]] = {}
    newest: dict[tuple[Any, ...], int] = {}
    for store, system, operation, code, status, run, count, first, last, number in read(
        *what, kept.run, since=span.since_ms, until=span.until_ms
    ):
        key = _of_call(store, system, operation, code, status)
        group = groups.setdefault(key, Group(store, "call", system, operation, code, status))
        group.note(first, count)
        group.last_seen = max(group.last_seen or last, last)
        errors = failed.setdefault(key, {})
        errors[run] = min(errors.get(run, first), first)
        newest[key] = max(newest.get(key, number), number)
    for key, group in groups.items():
        group.episodes = of_calls(failed[key], runs, group.store)
        row = connection.execute(sa.select(failures).where(kept.id == newest[key])).one()
        group.said, group.advised, group.status = row.message, row.fix, row.status
        group.request_id, group.examples = row.request_id, sorted(failed[key], reverse=True)
    if span.compare is not None:
        for group in groups.values():
            group.before = 0
        for store, system, operation, code, status, count, *_ in read(
            *what, since=span.compare[0], until=span.compare[1]
        ):
            found = groups.get(_of_call(store, system, operation, code, status))
            if found is not None:
                found.before = (found.before or 0) + count
    return list(groups.values())


def _of_call(store: str, system: str, operation: str, code: str, status: int | None) -> tuple[Any, ...]:
    return store, system, operation, code or status


def group_changes(connection: Connection, span: Span) -> list[Group]:
    """Return the changes of listings that Amazon refused, and those that no reading has shown in time."""
    names = ("store", "seller_sku", "field", "state", "code", "note", "request_id", "closed_at", "sent_at")
    query = sa.select(*(changes.c[name] for name in names)).where(changes.c.store.in_(span.stores))
    found = _over(connection, query, changes, span.since_ms, span.until_ms)
    patience = sa.case((changes.c.field == PUBLISH, PUBLISH_PATIENCE), else_=PATIENCE)
    if span.is_now:
        late = changes.c.state.in_(OPEN), changes.c.sent_at + patience < span.now_ms
        found += [dict(row) for row in connection.execute(query.where(*late)).mappings()]

    def confirmed(skus: Sequence[str]) -> Mapping[tuple[str, ...], list[int]]:
        seen: dict[tuple[str, ...], list[int]] = {}
        asked = sa.select(changes.c.store, changes.c.seller_sku, changes.c.field, changes.c.closed_at).where(
            changes.c.store.in_(span.stores), changes.c.state == CONFIRMED, changes.c.closed_at >= span.since_ms
        )
        for part in rows.in_parts(skus):
            for store, sku, name, at in connection.execute(asked.where(changes.c.seller_sku.in_(part))):
                seen.setdefault((store, sku, name), []).append(at)
        return {thing: sorted(times) for thing, times in seen.items()}

    before = _counts(connection, changes, (changes.c.store, changes.c.field, changes.c.state, changes.c.code), span)
    return _put_together(
        found,
        "listing change",
        before,
        thing=lambda row: (row["store"], row["seller_sku"], row["field"]),
        operation=lambda row: row["field"],
        system=lambda _row: "amazon",
        confirmed=confirmed,
    )


def group_order_changes(connection: Connection, span: Span) -> list[Group]:
    """Return what was refused or never seen of deeds about orders; one row of a kind stands for all its attempts."""
    names = ("store", "order_id", "kind", "state", "code", "note", "request_id", "closed_at", "sent_at")
    query = sa.select(*(order_changes.c[name] for name in names)).where(order_changes.c.store.in_(span.stores))
    found = _over(connection, query, order_changes, span.since_ms, span.until_ms)
    kept = order_changes.c
    groups = _put_together(
        found,
        "order change",
        _counts(connection, order_changes, (kept.store, kept.kind, kept.state, kept.code), span),
        thing=lambda row: (row["store"], row["order_id"], row["kind"]),
        operation=lambda row: row["kind"],
        system=lambda row: "amazon" if row["kind"] in TO_AMAZON else "commerce",
        confirmed=lambda _ids: {},
    )
    skus: dict[str, set[str]] = {}
    lines = sa.select(order_lines.c.order_id, order_lines.c.seller_sku).where(order_lines.c.store.in_(span.stores))
    for part in rows.in_parts(sorted({row["order_id"] for row in found})):
        for order_id, sku in connection.execute(lines.where(order_lines.c.order_id.in_(part))):
            skus.setdefault(order_id, set()).add(sku)
    for group in groups:
        group.skus = {sku for order_id in group.skus or () for sku in skus.get(order_id, ())}
    return groups


def group_catalog_changes(connection: Connection, span: Span) -> list[Group]:
    """Return what Commerce refused of what was written into its catalog."""
    kept = catalog_changes.c
    names = ("store", "sku", "action", "attribute", "state", "code", "note", "request_id", "closed_at", "sent_at")
    query = sa.select(*(kept[name] for name in names)).where(kept.store.in_(span.stores))
    groups = _put_together(
        _over(connection, query, catalog_changes, span.since_ms, span.until_ms),
        "catalog change",
        _counts(connection, catalog_changes, (kept.store, kept.action, kept.state, kept.code), span),
        thing=lambda row: (row["store"], row["sku"], row["attribute"]),
        operation=lambda row: row["action"],
        system=lambda _row: "commerce",
        confirmed=lambda _skus: {},
    )
    for group in groups:
        # Products, not listings.
        group.skus = None
    return groups


def _over(
    connection: Connection, query: sa.Select[Any], table: sa.Table, since: int, until: int
) -> list[dict[str, Any]]:
    ended = table.c.state.in_((REFUSED, EXPIRED)), table.c.closed_at >= since, table.c.closed_at < until
    return [dict(row) for row in connection.execute(query.where(*ended).order_by(table.c.id)).mappings()]


def _counts(
    connection: Connection, table: sa.Table, what: Sequence[sa.Column[Any]], span: Span
) -> Mapping[tuple[Any, ...], int] | None:
    if span.compare is None:
        return None
    ended = table.c.state.in_((REFUSED, EXPIRED)), table.c.closed_at >= span.compare[0]
    query: sa.Select[Any] = sa.select(*what).add_columns(sa.func.count()).where(*ended)
    query = query.where(table.c.closed_at < span.compare[1]).group_by(*what)
    counted: dict[tuple[Any, ...], int] = {}
    for store, operation, state, code, count in connection.execute(query):
        key = (store, operation, code if state == REFUSED else NOT_SEEN)
        counted[key] = counted.get(key, 0) + count
    return counted


def _put_together(
    found: Iterable[dict[str, Any]],
    kind: Kind,
    before: Mapping[tuple[Any, ...], int] | None,
    *,
    thing: Callable[[dict[str, Any]], tuple[str, ...]],
    operation: Callable[[dict[str, Any]], str],
    system: Callable[[dict[str, Any]], str],
    confirmed: Callable[[Sequence[str]], Mapping[tuple[str, ...], Sequence[int]]],
) -> list[Group]:
    groups: dict[tuple[Any, ...], Group] = {}
    firsts: dict[tuple[Any, ...], dict[tuple[str, ...], int]] = {}
    for row in found:
        code = row["code"] if row["state"] == REFUSED else NOT_SEEN
        key = (row["store"], operation(row), code)
        at = row["closed_at"] if row["closed_at"] is not None else row["sent_at"]
        group = groups.setdefault(key, Group(row["store"], kind, system(row), key[1], code, skus=set()))
        group.note(at)
        if group.last_seen == at:
            # A plan's words of what was not seen are its own, and the code says it already.
            group.said, group.request_id = row["note"] or "", row["request_id"] or group.request_id
        name = thing(row)
        first = firsts.setdefault(key, {})
        first[name] = min(first.get(name, at), at)
    seen = confirmed(sorted({name[1] for first in firsts.values() for name in first}))
    for key, group in groups.items():
        group.episodes = of_changes(firsts[key], seen)
        group.skus = {name[1] for name in firsts[key]}
        group.examples = sorted(group.skus)
        group.before = None if before is None else before.get(key, 0)
    return list(groups.values())
