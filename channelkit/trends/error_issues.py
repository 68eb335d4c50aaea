"""What Amazon itself complains of: issues of listings, and bulk submissions that ended badly or do not end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.feeds import OPEN, STUCK_AFTER
from channelkit.database.listing_schema import feeds
from channelkit.database.schema import changes, listings, tabs
from channelkit.trends.episodes import Episode
from channelkit.trends.error_sources import Group, Span

OFF_SALE = frozenset({"LISTING_SUPPRESSED", "CATALOG_ITEM_REMOVED"})
"""Enforcement actions that take a listing off sale, whatever the issue's severity."""


class Issue(NamedTuple):
    """One complaint of Amazon's about one listing."""

    store: str
    seller_sku: str
    code: str
    message: str
    severity: str
    categories: tuple[str, ...]
    attributes: tuple[str, ...]
    actions: tuple[str, ...]
    observed_at: int | None
    since: int | None

    @property
    def is_blocking(self) -> bool:
        """It keeps the listing from being sold."""
        return self.severity == "ERROR" or bool(OFF_SALE & set(self.actions))


def read_issues(connection: Connection, stores: Sequence[str], sku: str | None = None) -> Iterator[Issue]:
    """Yield the issues of all listings that are on Amazon, or of one; a text that cannot be read is an issue itself."""
    same = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    columns = listings.c.store, listings.c.seller_sku, listings.c.issues, listings.c.observed_at, tabs.c.since
    where: list[sa.ColumnElement[bool]] = [
        listings.c.store.in_(list(stores)),
        listings.c.issues.isnot(None),
        listings.c.missing_since.is_(None),
    ]
    if sku is not None:
        where.append(listings.c.seller_sku == sku)
    query = sa.select(*columns).select_from(listings.outerjoin(tabs, same)).where(*where)
    known: dict[str, list[dict[str, Any]]] = {}
    for store, seller_sku, text, observed_at, since in connection.execute(query.order_by(*columns[:2])):
        if text not in known:
            known[text] = _decode(text)
        for told in known[text]:
            code, message, severity = (str(told.get(name) or "") for name in ("code", "message", "severity"))
            lists = [tuple(told.get(name) or ()) for name in ("categories", "attributes", "actions")]
            yield Issue(store, seller_sku, code, message, severity, lists[0], lists[1], lists[2], observed_at, since)


def group_issues(connection: Connection, span: Span) -> list[Group]:
    """Return the issues that keep listings from being sold, as they are now; earlier ones are not kept one by one."""
    if not span.is_now:
        return []
    groups: dict[tuple[str, str], Group] = {}
    first: dict[tuple[str, str], dict[str, int]] = {}
    for issue in read_issues(connection, span.stores):
        if not issue.is_blocking:
            continue
        # An issue without a code goes by its category, and one without either by its words.
        name = issue.code or next(iter(issue.categories), "")
        key = (issue.store, name or issue.message)
        group = groups.setdefault(key, Group(issue.store, "listing issue", "amazon", "listing", issue.code, skus=set()))
        at = issue.since if issue.since is not None else issue.observed_at or span.now_ms
        group.said, group.categories = group.said or issue.message, group.categories or issue.categories
        known = first.setdefault(key, {})
        if issue.seller_sku not in known:
            known[issue.seller_sku] = at
            group.note(at)
        group.last_seen = max(group.last_seen or at, issue.observed_at or at)
    for key, group in groups.items():
        group.skus = set(first[key])
        group.examples = sorted(group.skus)
        group.episodes = [Episode(at, None) for at in first[key].values()]
    return list(groups.values())


def group_feeds(connection: Connection, span: Span) -> list[Group]:
    """Return bulk submissions that ended badly, and those that take longer than usual."""
    ended = sa.and_(
        feeds.c.state.in_(("failed", "lost")), feeds.c.closed_at >= span.since_ms, feeds.c.closed_at < span.until_ms
    )
    stuck = sa.and_(feeds.c.state.in_(OPEN), feeds.c.submitted_at < span.now_ms - STUCK_AFTER)
    where = sa.or_(ended, stuck) if span.is_now else ended
    query = sa.select(feeds).where(feeds.c.store.in_(span.stores), where).order_by(feeds.c.submitted_at)
    groups: dict[tuple[str, str], Group] = {}
    for feed in connection.execute(query).mappings():
        code = {"lost": "FeedLost", "failed": "CANCELLED" if "cancelled" in feed["note"] else "FATAL"}.get(
            feed["state"], "FeedStuck"
        )
        group = groups.setdefault(
            (feed["store"], code), Group(feed["store"], "bulk submission", "amazon", "createFeed", code, skus=set())
        )
        at = feed["closed_at"] if feed["closed_at"] is not None else feed["submitted_at"]
        group.note(at)
        group.said, group.request_id = feed["note"] or group.said, feed["feed_id"]
        carried = sa.select(changes.c.seller_sku).where(changes.c.feed == feed["feed_id"])
        group.skus = (group.skus or set()) | set(connection.execute(carried).scalars())
        group.examples.append(feed["feed_id"])
        # One that ended badly is over: what it carried is told as changes.
        group.episodes.append(Episode(feed["submitted_at"], feed["closed_at"]))
    return list(groups.values())


def _decode(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except ValueError:
        return [{"message": text, "severity": "WARNING"}]
    return [told for told in found or () if isinstance(told, dict)] if isinstance(found, list) else []
