"""What Amazon would keep of prices: the newest estimate of each listing, and which to ask for next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.competition_due import PAGE, read_revenue
from channelkit.database.price_schema import fees
from channelkit.database.products import COLUMNS
from channelkit.database.schema import listings, product_scopes, products, tabs
from channelkit.database.turns import Candidates, most_useful, take_turns, with_revenue

DAY = 86_400_000
BY_NAME = 20_000
"""Fees of up to so many listings are looked up by name; of more, all are read in one pass."""
GOOD_FOR = 7 * DAY
"""Milliseconds for which an estimate of the same price is not asked for again."""

REFUSED_FOR = DAY
"""Milliseconds for which nothing is asked again that Amazon had no answer to."""

ON_SALE = ("Active", "Inactive")
"""Tabs of listings whose fees anybody asks for: what may be sold, today or when Amazon lets it."""

MOVED = 20
"""A price that moved by more than a twentieth part is asked about anew: other fees than the share may have, too."""

FEES = pa.schema(
    [("seller_sku", pa.string()), *((name, pa.int64()) for name in ("price", "referral", "fulfillment", "other"))]
)
"""What Amazon would keep, in minor units: ``referral`` of that ``price``, the others of any."""

ESTIMATES = pa.schema([*FEES, ("currency", pa.string()), ("note", pa.string()), ("asked_at", pa.int64())])
"""The same with when it was asked for; where Amazon had no answer the fees are null, and ``note`` has its words."""

_NOTHING = " +0."
"""Characters of an amount that says nothing, such as 0.0000."""


@dataclass(frozen=True)
class Costs:
    """Where it stands what products cost.

    Arguments:
        code: of the attribute.
        views: codes of the store views whose own values count, beside what holds for all.
    """

    code: str
    views: Sequence[str] = ()


DUE = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("price", pa.int64()),
        ("by_amazon", pa.bool_()),
        ("asked_at", pa.int64()),
        ("revenue", pa.int64()),
    ]
)
"""What `find_due_fees` returns: the price that is wanted or shown, who ships; ``asked_at`` null where it never was."""

_READ = pa.schema([field for field in DUE if field.name != "revenue"])
_ASKED = pa.schema([("asked_at", pa.int64()), ("seller_sku", pa.string())])


def store_fees(connection: Connection, store: str, found: pa.Table, currency: str, *, at: int) -> None:
    """Keep estimates in place of those that were there.

    Arguments:
        found: columns of `FEES`, each seller SKU once, and perhaps ``note`` where Amazon had no answer.
        at: when they were asked for, in milliseconds since 1970.
    """
    count = found.num_rows
    note = found["note"] if "note" in found.column_names else pa.repeat("", count)
    told: dict[str, Any] = {name: found[name] for name in FEES.names} | {"note": note}
    same = {"store": store, "currency": currency, "asked_at": at}
    told |= {name: pa.repeat(value, count) for name, value in same.items()}
    rows.upsert(connection, fees, pa.table(told))


def store_unanswered(
    connection: Connection, store: str, words: Mapping[str, tuple[int, str]], currency: str, *, at: int
) -> None:
    """Keep that Amazon has no answer for these listings, so that others are asked about first.

    Arguments:
        words: by seller SKU the price that was asked about, and Amazon's words.
    """
    told = [{"seller_sku": sku, "price": price, "note": note} for sku, (price, note) in sorted(words.items())]
    schema = pa.schema([*FEES, ("note", pa.string())])
    store_fees(connection, store, pa.Table.from_pylist(told, schema=schema), currency, at=at)


def load_fees(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of `FEES` for the listings whose fees are known, or for these of them, in SKU order."""
    return _load(connection, _select(store, FEES).where(fees.c.referral.isnot(None)), FEES, skus)


def load_estimates(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of `ESTIMATES` for a store's listings, or for these of them, in SKU order."""
    return _load(connection, _select(store, ESTIMATES), ESTIMATES, skus)


def _select(store: str, schema: pa.Schema) -> sa.Select[Any]:
    columns = (fees.c[name] for name in schema.names)
    return sa.select(*columns).where(fees.c.store == store).order_by(fees.c.seller_sku)


def _load(connection: Connection, query: sa.Select[Any], schema: pa.Schema, skus: Sequence[str] | None) -> pa.Table:
    if skus is not None and len(skus) <= BY_NAME:
        return rows.read_keys(connection, query, fees.c.seller_sku, skus, schema)
    found = rows.read(connection, query, schema)
    return found if skus is None else found.filter(pc.is_in(found["seller_sku"], pa.array(skus, pa.string())))


def find_due_fees(
    connection: Connection,
    store: str,
    now: int,
    count: int,
    since_ms: int,
    *,
    wanted: Sequence[str] | None = None,
    costs: Costs | None = None,
) -> pa.Table:
    """Return the listings on sale whose fees it is most useful to ask for next, the most useful first.

    Those that were never asked about come first, those of the most revenue before others; then those for which time
    since the last question, times revenue, is largest. Left out is what was asked about lately at about that price.

    Arguments:
        now: milliseconds since 1970.
        count: the most rows to return.
        since_ms: revenue counts from this moment on.
        wanted: seller SKUs that somebody needs the fees of; None for all on sale.
        costs: only listings whose product has a cost there: without it, fees serve nobody. None for any.

    Returns:
        The columns of `DUE`.
    """
    sold = read_revenue(connection, store, since_ms)
    query = _due(store, now)
    if costs is not None and costs.code not in COLUMNS:
        query = query.where(_has_cost(connection, costs))

    def named(skus: Sequence[str]) -> pa.Table:
        return rows.read_keys(connection, query, listings.c.seller_sku, skus, _READ)

    if wanted is not None:
        return most_useful(with_revenue(named(wanted), sold), now, count)
    asked = partial(_asked, connection, store, named)
    return take_turns(Candidates(named, partial(_never, connection, query), asked), sold, now, count)


def _due(store: str, now: int) -> sa.Select[Any]:
    """Select the listings on sale whose fees are not known, or not of today's price."""
    of_listing = sa.and_(listings.c.store == tabs.c.store, listings.c.seller_sku == tabs.c.sku)
    known = sa.and_(fees.c.store == tabs.c.store, fees.c.seller_sku == tabs.c.sku)
    # Products come last: so many are looked up as there are listings whose turn it may be.
    joined = tabs.join(listings, of_listing).outerjoin(fees, known)
    joined = joined.outerjoin(products, products.c.sku == tabs.c.product_sku)
    price = sa.func.coalesce(tabs.c.wanted_price, listings.c.price)
    by_amazon = sa.case((listings.c.fulfillment_channel.like("AMAZON%"), 1), else_=0)
    has_moved = sa.func.abs(price - fees.c.price) * MOVED > fees.c.price
    is_unknown = sa.and_(fees.c.referral.is_(None), fees.c.asked_at <= now - REFUSED_FOR)
    is_old = sa.and_(fees.c.referral.isnot(None), sa.or_(has_moved, fees.c.asked_at <= now - GOOD_FOR))
    query = sa.select(listings.c.seller_sku, price, by_amazon, fees.c.asked_at).select_from(joined)
    return query.where(
        *(tabs.c.store == store, tabs.c.listed == 1, tabs.c.product_sku.isnot(None)),
        *(tabs.c.tab.in_(ON_SALE), listings.c.asin.isnot(None), listings.c.asin != "", price > 0),
        sa.or_(fees.c.asked_at.is_(None), is_unknown, is_old),
    )


def _has_cost(connection: Connection, costs: Costs) -> sa.ColumnElement[bool]:
    """Return the condition that a product may have a cost: that it has an amount, whatever the amount's currency."""
    own = (product_scopes.c.store_view.in_(list(costs.views)), product_scopes.c.sku == tabs.c.product_sku)
    in_view = sa.exists().where(*own, _says(connection, product_scopes.c.prices, costs.code))
    everywhere = _says(connection, products.c.attributes, costs.code)
    return sa.or_(everywhere, in_view) if costs.views else everywhere


def _says(connection: Connection, documents: sa.ColumnElement[Any], code: str) -> sa.ColumnElement[bool]:
    """Return the condition that a document of JSON has more than nothing at a code."""
    documents = sa.func.nullif(documents, "")
    if connection.dialect.name == "postgresql":
        text: sa.ColumnElement[Any] = sa.cast(documents, sa.JSON)[code].as_string()
    else:
        text = sa.func.json_extract(documents, f'$."{code}"')
    return sa.func.ltrim(text, _NOTHING) != ""


def _never(connection: Connection, due: sa.Select[Any], size: int) -> Iterator[pa.Table]:
    """Yield listings whose fees were never asked for, in the order of their seller SKUs, so many at a time."""
    query = due.where(fees.c.asked_at.is_(None)).order_by(tabs.c.sku).limit(size)
    page = rows.read(connection, query, _READ)
    while page.num_rows:
        yield page
        page = rows.read(connection, query.where(tabs.c.sku > page["seller_sku"][-1].as_py()), _READ)


def _asked(connection: Connection, store: str, named: Callable[[Sequence[str]], pa.Table]) -> Iterator[pa.Table]:
    """Yield those of the listings whose fees were asked for that are due again, what was longest ago first."""
    key = (fees.c.asked_at, fees.c.seller_sku)
    query = sa.select(*key).where(fees.c.store == store).order_by(*key).limit(PAGE)
    page = rows.read(connection, query, _ASKED)
    while page.num_rows:
        yield named(page["seller_sku"].to_pylist())
        last = [page[name][-1].as_py() for name in _ASKED.names]
        page = rows.read(connection, query.where(sa.tuple_(*key) > sa.tuple_(*last)), _ASKED)
