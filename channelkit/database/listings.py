"""What Amazon was last seen to say about each listing.

Two sources feed it. The report knows every listing but may be hours old; the search knows one listing exactly, now.
So a report never overwrites what a search saw after the report's contents can have been made, and only a listing
that was looked for and not found, twice and well apart, counts as gone (`channelkit.listings.classify`). A seller SKU
that no source has ever shown, such as a new listing's on its way, is never missed: there is nothing that could be gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import facts, history, rows
from channelkit.database.difference import Tally, difference, digest
from channelkit.database.schema import listings
from channelkit.model.tables import LISTINGS, SIGHTINGS_APART

CACHED_FOR = 6 * 3_600_000
"""Milliseconds for which Amazon may hand out an older report's contents (reports are cached for one to six hours)."""

REPORTED = (
    *("asin", "listing_id", "title", "description", "price", "currency", "quantity", "pending_quantity"),
    *("fulfillment_channel", "condition", "condition_note", "status", "product_id", "product_id_type"),
    *("image_url", "opened", "shipping_group"),
)
SEARCHED = (
    *("asin", "title", "price", "currency", "quantity", "fulfillment_channel", "condition", "buyable"),
    *("discoverable", "issues", "product_type", "image_url", "changed_at"),
)
BY_NAME = (
    *("condition_note", "handling_days"),
    *("business", "sale", "list_price", "least_price", "largest_price"),
)
"""What only a search by name tells besides."""

LIVE = (
    *("asin", "price", "currency", "quantity", "fulfillment_channel", "condition", "condition_note", "status"),
    *("buyable", "discoverable", "issues", "observed_at", "source"),
)
"""What a fresh search knows better than a report."""


def load(
    connection: Connection,
    store: str,
    names: Sequence[str] = tuple(LISTINGS.names),
    skus: Sequence[str] | None = None,
) -> pa.Table:
    """Return a store's listings, or of them these, with these columns, in SKU order."""
    query = sa.select(*(listings.c[name] for name in names)).where(listings.c.store == store)
    query, schema = query.order_by(listings.c.seller_sku), LISTINGS.schema(names)
    if skus is None:
        return rows.read(connection, query, schema)
    return rows.read_keys(connection, query, listings.c.seller_sku, skus, schema)


def count_listings(connection: Connection, store: str) -> int:
    """Return how many listings a store has, or had."""
    count: int = connection.execute(sa.select(sa.func.count()).where(listings.c.store == store)).scalar_one()
    return count


def store_report(
    connection: Connection, store: str, report: pa.Table, *, asked_at: int, run: str, complete: bool = True
) -> Tally:
    """Keep what an all-listings report says, writing only the rows that differ.

    Arguments:
        report: ``seller_sku``, unique, and the columns `REPORTED`.
        asked_at: when the report was asked for, in milliseconds since 1970.
        complete: every line could be read, so a listing that is not in it was not found.
    """
    report = report.append_column("digest", digest(report, REPORTED))
    found = difference(connection, listings, LISTINGS, {"store": store}, report, whole=True)
    origin = history.Origin(store, asked_at, "Amazon", run)
    _insert(connection, found.new, "report", origin)

    # What no report says (a search did) is unknown again, unless that search is fresher than the report can be.
    count = found.changed.num_rows
    unknown = {name: pa.nulls(count, LISTINGS.schema([name]).field(0).type) for name in ("buyable", "discoverable")}
    said = {name: found.changed[name] for name in REPORTED}
    said |= unknown | {"issues": pa.nulls(count, pa.string())}
    said |= {"observed_at": pa.repeat(asked_at, count), "source": pa.repeat("report", count)}
    fresher = _searched_since(found.old, asked_at - CACHED_FOR)
    merged = {name: pc.if_else(fresher, found.old[name], said[name]) if name in LIVE else said[name] for name in said}
    merged |= {"store": found.old["store"], "seller_sku": found.changed["seller_sku"]}
    # Where the search's values stand, the next report is compared again: it may be fresh enough to know better.
    merged |= {"digest": pc.if_else(fresher, pa.scalar(None, pa.int64()), found.changed["digest"])}
    merged = pa.table(merged)
    differs = pc.or_(pc.invert(fresher), _any_differs(found.old, merged, REPORTED))
    _write(connection, found.old.filter(differs), merged.filter(differs), origin)

    missing = 0
    if complete:
        missing = _miss(connection, store, found.absent.to_pylist(), asked_at, seen_since=asked_at - CACHED_FOR)
    _find(connection, store, report["seller_sku"], before=asked_at - CACHED_FOR)
    changed = pc.sum(differs).as_py() or 0
    return Tally(found.new.num_rows, changed, report.num_rows - found.new.num_rows - changed, missing)


def store_search(
    connection: Connection, store: str, found: pa.Table, looked_for: Sequence[str], *, at: int, run: str
) -> Tally:
    """Keep what a search of listings says, and which of the SKUs that were looked for it did not find.

    Arguments:
        found: ``seller_sku``, unique, and the columns `SEARCHED`; of a search by name those of `BY_NAME`, too.
        looked_for: the SKUs that were asked for by name; empty for a search by time.
        at: when it was read, in milliseconds since 1970.
    """
    where, key = listings.c.store == store, listings.c.seller_sku
    query = sa.select(*(listings.c[name] for name in LISTINGS.names)).where(where)
    stored = rows.read_keys(connection, query, key, found["seller_sku"].to_pylist(), LISTINGS.schema())
    position = pc.index_in(found["seller_sku"], stored["seller_sku"].combine_chunks())
    known = pc.is_valid(position)
    origin = history.Origin(store, at, "Amazon", run)
    _insert(connection, found.filter(pc.invert(known)), "search", origin)

    old, seen = stored.take(position.drop_null()), found.filter(known)
    count = seen.num_rows
    told = [*SEARCHED, *(name for name in BY_NAME if name in seen.column_names)]
    said = {name: seen[name] for name in ("seller_sku", *told)}
    if "sale" not in told:
        said["price"] = _without_sale(old, said["price"])
    # An image that the search leaves out has not gone away.
    said["image_url"] = pc.coalesce(said["image_url"], old["image_url"])
    said |= {"store": old["store"], "observed_at": pa.repeat(at, count), "source": pa.repeat("search", count)}
    merged = pa.table(said)
    differs = _any_differs(old, merged, told)
    # Without a digest the next report is compared column by column, and this newer reading holds its own.
    merged = merged.append_column("digest", pc.if_else(differs, pa.scalar(None, pa.int64()), old["digest"]))
    for name in ("missing_since", "missing_last"):
        merged = merged.append_column(name, pa.nulls(count, pa.int64()))
    _write(connection, old, merged, origin)

    missing = _miss(connection, store, sorted(set(looked_for) - set(found["seller_sku"].to_pylist())), at)
    changed = pc.sum(differs).as_py() or 0
    return Tally(found.num_rows - count, changed, count - changed, missing)


class Turn(NamedTuple):
    """Which seller SKUs to look up by name next.

    Arguments:
        skus: those in doubt first, then the next in SKU order.
        starts_after: where the next turn begins; empty at the end of the list, so that it begins anew.
    """

    skus: list[str]
    starts_after: str


def to_sweep(connection: Connection, store: str, after: str, count: int) -> Turn:
    """Return the next turn: listings that were missed and not yet far enough apart to be gone, then the others in turn.

    At most half of a turn goes to those in doubt, so that it always moves on. What is gone for certain is looked at
    like any other listing, when its turn comes.

    Arguments:
        after: where the last turn ended.
        count: SKUs to look up.
    """
    where, key = listings.c.store == store, listings.c.seller_sku
    apart = listings.c.missing_last - listings.c.missing_since
    in_doubt = sa.and_(where, listings.c.missing_since.isnot(None), apart < SIGHTINGS_APART)
    doubtful = sa.select(key).where(in_doubt).order_by(listings.c.missing_last).limit(max(1, count // 2))
    first = list(connection.execute(doubtful).scalars())
    room = count - len(first)
    following = sa.select(key).where(where, key > after).order_by(key).limit(room)
    rest = list(connection.execute(following).scalars())
    starts_after = after if not room else rest[-1] if len(rest) == room else ""
    return Turn(list(dict.fromkeys([*first, *rest])), starts_after)


def _insert(connection: Connection, new: pa.Table, source: str, origin: history.Origin) -> None:
    for name, value in (("store", origin.store), ("source", source)):
        new = new.append_column(name, pa.repeat(pa.scalar(value, pa.string()), new.num_rows))
    _write(connection, None, new, origin)


def _write(connection: Connection, old: pa.Table | None, new: pa.Table, origin: history.Origin) -> None:
    facts.write_rows(connection, listings, LISTINGS, old, new, subject="listing", origin=origin)


def _without_sale(old: pa.Table, seen: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the prices that a search by time saw; one that a known sale makes tells nothing of the price without it.

    Arguments:
        old: what was known of the same listings.
    """
    on_sale = pc.struct_field(pc.extract_regex(old["sale"], r'"price":(?P<price>\d+)'), "price").cast(pa.int64())
    is_sale = pc.fill_null(pc.and_(pc.equal(on_sale, seen), pc.is_valid(old["price"])), False)
    return pc.if_else(is_sale, old["price"], seen)


def _searched_since(old: pa.Table, moment: int) -> pa.ChunkedArray:
    return pc.and_(pc.equal(old["source"], "search"), pc.greater(old["observed_at"], moment))


def _any_differs(old: pa.Table, new: pa.Table, names: Sequence[str]) -> pa.ChunkedArray:
    differs = pa.chunked_array([pa.repeat(False, old.num_rows)])
    for name in names:
        both_absent = pc.and_(pc.is_null(old[name]), pc.is_null(new[name]))
        same = pc.or_(both_absent, pc.fill_null(pc.equal(old[name], new[name]), False))
        differs = pc.or_(differs, pc.invert(same))
    return differs


def _miss(connection: Connection, store: str, absent: Sequence[str], at: int, seen_since: int | None = None) -> int:
    """Write down that these were looked for and not found, but for those that a search has seen since a moment."""
    if not absent:
        return 0
    statement = listings.update().where(
        listings.c.store == store,
        listings.c.seller_sku == sa.bindparam("sku"),
        sa.func.coalesce(listings.c.missing_last, 0) < at,
    )
    if seen_since is not None:
        seen = sa.and_(listings.c.source == "search", listings.c.observed_at > seen_since)
        statement = statement.where(sa.not_(seen))
    values = {"missing_since": sa.func.coalesce(listings.c.missing_since, at), "missing_last": at}
    return connection.execute(statement.values(values), [{"sku": sku} for sku in absent]).rowcount


def _find(connection: Connection, store: str, present: pa.ChunkedArray, before: int) -> None:
    """Clear the doubt about listings that are there again, if it is older than the report's contents can be."""
    doubtful = sa.select(listings.c.seller_sku).where(
        listings.c.store == store, listings.c.missing_since.isnot(None), listings.c.missing_last < before
    )
    skus = pa.array(connection.execute(doubtful).scalars(), pa.string())
    found = skus.filter(pc.is_in(skus, present.combine_chunks())).to_pylist()
    if found:
        clear = listings.update().where(listings.c.store == store, listings.c.seller_sku == sa.bindparam("sku"))
        cleared = clear.values(missing_since=None, missing_last=None)
        connection.execute(cleared, [{"sku": sku} for sku in found])
