"""What ran out of stock, and about what that cost (RP-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import history, rows
from channelkit.database.among import is_among
from channelkit.database.connection import Database
from channelkit.database.schema import listings, tabs
from channelkit.model.columns import one
from channelkit.model.days import DAY, day_of
from channelkit.trends.cover import COVER, name_shortest, read_cover, read_pace
from channelkit.trends.days import read_store_days
from channelkit.trends.sold import SOLD_IN, load_sales_of
from channelkit.trends.tabs import read_figures

__all__ = [
    "COVER",
    "OUT_BY_DAY",
    "STOCK_OUTS",
    "name_shortest",
    "read_cover",
    "read_outs",
    "read_pace",
    "read_stock_outs",
    "read_stock_outs_by_day",
]

LOOK_BACK = 90 * DAY
"""What has been out for longer than this before a span begins is not a stock-out any more."""

ENDED = "Ended"
"""What somebody ended is not out of stock."""

STOCK_OUTS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "seller_sku", "title")),
        *((name, pa.int64()) for name in ("began", "ended", "lost")),
        ("currency", pa.string()),
    ]
)
"""What `read_stock_outs` returns; times in milliseconds since 1970."""

OUT_BY_DAY = pa.schema([("store", pa.string()), ("day", pa.string()), ("out", pa.int64())])
"""What `read_stock_outs_by_day` returns."""

# One look at the history for all stores; what each is asked for stands in ``spans``.
_OUTS = """
with crossings as (
  select store, sku, epoch_ms(seen_at) as ms, place, after = '0' as is_out from history
  where subject = 'listing' and field = 'quantity' and (after = '0' or before = '0')
    and seen_at >= make_timestamptz(? * 1000)
),
spells as (
  select store, sku, ms as began, is_out, lead(ms) over (partition by store, sku order by place) as ended
  from crossings semi join spans on crossings.store = spans.store and ms >= look_back and ms < until
)
select spells.store, sku as seller_sku, began, ended
from spells join spans on spells.store = spans.store where is_out and coalesce(ended, until) > since
"""

# What sold nothing before loses nothing, whatever its price was.
_SOLD = f"""
select outs.store, outs.seller_sku as sku, outs.began, cast(sum(units) as bigint) as units from outs join sales
  on sales.store = outs.store and sales.seller_sku = outs.seller_sku
    and sales.at >= outs.began - {SOLD_IN * DAY} and sales.at < outs.began
group by all
"""  # noqa: S608 - only a number is filled in

_LOST = f"""
with priced as (
  select store, sku, epoch_ms(seen_at) as ms, try_cast(before as bigint) as price
  from history semi join sold using (store, sku)
  where subject = 'listing' and field = 'price' and seen_at >= make_timestamptz(? * 1000)
),
told as (
  select sold.*, priced.price, priced.sku is not null as is_told
  from sold asof left join priced on sold.store = priced.store and sold.sku = priced.sku and sold.began < priced.ms
)
select outs.store, outs.seller_sku, now.title, outs.began, outs.ended, cast(
  (2 * coalesce(told.units, 0)::hugeint * coalesce(case when is_told then told.price else now.price end, 0)
    * (least(coalesce(outs.ended, until), until) - greatest(outs.began, since)) + {SOLD_IN * DAY})
    // (2 * {SOLD_IN * DAY}) as bigint) as lost
from outs join spans on outs.store = spans.store
  join now on now.store = outs.store and now.seller_sku = outs.seller_sku
  left join told on told.store = outs.store and told.sku = outs.seller_sku and told.began = outs.began
"""  # noqa: S608 - only a number is filled in
"""What is lost is rounded half up."""


def read_stock_outs(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return when listings were out of stock in a span, and about what that cost, the dearest first.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        What `read_outs` returns.
    """
    return read_outs(database, dict.fromkeys(stores, (since_ms, until_ms)))


def read_outs(database: Database, spans: Mapping[str, tuple[int, int]]) -> pa.Table:
    """Return when listings were out of stock, and about what that cost, the dearest first.

    ``lost`` is an estimate: what the listing sold a day over the 30 days before it ran out, at its price then, for as
    long as it was out within the span. What was ended, and what has been out for ages, is left out.

    Arguments:
        spans: of each store from which moment up to which, in milliseconds since 1970.

    Returns:
        The columns of `STOCK_OUTS`: ``ended`` is null where it is still out; ``lost`` in minor units.
    """
    with database.read() as connection:
        known = read_store_days(connection, list(spans))
    if not known:
        return STOCK_OUTS.empty_table()
    found = _find_outs(database, {store.store: spans[store.store] for store in known})
    currencies = pa.array([store.currency for store in known], pa.string())
    place = pc.index_in(one(found["store"]), value_set=pa.array([store.store for store in known], pa.string()))
    table = found.append_column("currency", currencies.take(place)).select(STOCK_OUTS.names).cast(STOCK_OUTS)
    order = [("lost", "descending"), ("began", "ascending"), ("store", "ascending"), ("seller_sku", "ascending")]
    return table.sort_by(order)


def read_stock_outs_by_day(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return how many listings offered no unit at the end of each day, the last day as it stands now.

    What was ended is left out, what has been out for ages is not.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `OUT_BY_DAY`.
    """
    parts = [OUT_BY_DAY.empty_table()]
    with database.read() as connection:
        known = read_store_days(connection, stores)
    for store in known:
        span = (day_of(since_ms, store.zone), day_of(max(since_ms, until_ms - 1), store.zone))
        found = read_figures(database, [store.store], span, "tab", only=("sold_out",))
        found = found.filter(pc.not_equal(found["tab"], ENDED))
        sums = found.group_by(["store", "day"]).aggregate([("sold_out", "sum")])
        parts.append(sums.rename_columns(OUT_BY_DAY.names).cast(OUT_BY_DAY))
    return pa.concat_tables(parts).sort_by([("store", "ascending"), ("day", "ascending")])


def _find_outs(database: Database, asked: Mapping[str, tuple[int, int]]) -> pa.Table:
    earliest, latest = min(since for since, _ in asked.values()), max(until for _, until in asked.values())
    look_back = earliest - LOOK_BACK
    columns = {"store": pa.array(list(asked), pa.string())}
    columns |= {"since": pa.array([since for since, _ in asked.values()], pa.int64())}
    columns |= {"until": pa.array([until for _, until in asked.values()], pa.int64())}
    columns |= {"look_back": pc.subtract(columns["since"], LOOK_BACK)}
    spans = pa.table(columns)
    with history.asking(database, own=True, beside={"spans": spans}) as ask:
        outs = ask(_OUTS, [look_back])
    now, sales = [], []
    with database.read() as connection:
        for store, (since, until) in asked.items():
            skus = pc.unique(outs["seller_sku"].filter(pc.equal(outs["store"], store))).to_pylist()
            now.append(_named(store, _load_now(connection, store, skus)))
            sales.append(
                _named(store, load_sales_of(connection, store, skus, since - LOOK_BACK - SOLD_IN * DAY, until))
            )
    beside = {"outs": outs, "now": pa.concat_tables(now), "sales": pa.concat_tables(sales), "spans": spans}
    with history.asking(database, own=True, beside=beside) as ask:
        beside["sold"] = ask(_SOLD, [])
    # A price that changed before the first of them ran out was not its price then.
    first = pc.min(beside["sold"]["began"]).as_py()
    with history.asking(database, own=True, beside=beside) as ask:
        return ask(_LOST, [latest if first is None else first])


def _named(store: str, found: pa.Table) -> pa.Table:
    return found.append_column("store", pa.repeat(pa.scalar(store, pa.string()), found.num_rows))


def _load_now(connection: Connection, store: str, skus: Sequence[str]) -> pa.Table:
    """Return title and price of these listings, but for those that somebody ended."""
    is_its = sa.and_(tabs.c.store == listings.c.store, tabs.c.listed == 1, tabs.c.sku == listings.c.seller_sku)
    query = sa.select(listings.c.seller_sku, listings.c.title, listings.c.price)
    query = query.select_from(listings.outerjoin(tabs, is_its))
    query = query.where(listings.c.store == store, tabs.c.tab.is_distinct_from(ENDED))
    query = query.where(is_among(connection, listings.c.seller_sku, skus))
    schema = pa.schema([("seller_sku", pa.string()), ("title", pa.string()), ("price", pa.int64())])
    return rows.read(connection, query, schema)
