"""When each listing ran out of stock, and when it had some again, straight from the history.

Days come one after the other, whatever was kept late; on one day, what a listing went through comes in the order in
which it was kept. So it does not matter which days are told already and which are read.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.among import is_among
from channelkit.database.moves import Ask
from channelkit.database.price_days import Span
from channelkit.database.schema import arrow, listings
from channelkit.database.trend_schema import daily_crossings
from channelkit.model.columns import one
from channelkit.model.days import begin_of, end_of, number_in_sql, number_of

CROSSINGS = arrow(daily_crossings).remove(0)
"""What `ask_crossings` returns; see `channelkit.database.trend_schema.daily_crossings`."""

# What a listing cost then is what stood before the price's next change.
_CROSSED = """
with crossings as (
  select sku, epoch_ms(seen_at) as ms, place, coalesce(after = '0', false) as is_out from history
  where store = ? and subject = 'listing' and field = 'quantity' and (after = '0' or before = '0')
    and seen_at >= make_timestamptz(? * 1000) and seen_at < make_timestamptz(? * 1000)
),
priced as (
  select sku, epoch_ms(seen_at) as ms, try_cast(before as bigint) as price
  from history semi join (select sku from crossings where is_out) using (sku)
  where store = ? and subject = 'listing' and field = 'price' and seen_at >= make_timestamptz(? * 1000)
),
told as (
  select crossings.*, greatest({day}, ?) as number_of_day, priced.sku is not null as is_told, priced.price
  from crossings asof left join priced on crossings.sku = priced.sku and crossings.ms < priced.ms
)
select cast(date '1970-01-01' + cast(number_of_day as integer) as varchar) as day,
  row_number() over (partition by number_of_day order by sku, place) as number,
  sku as seller_sku, ms as moment, is_out, is_told, price
from told order by number_of_day, number
"""


def ask_crossings(ask: Ask, connection: Connection, span: Span, *, and_before: bool = False) -> pa.Table:
    """Return when listings ran out of stock and when they had some again, day by day.

    Arguments:
        ask: answers questions about the history.
        connection: tells what listings cost whose price has not changed since.
        span: the days that are told.
        and_before: tell of all that was before them, too, as if it had been on the first of them.

    Returns:
        The columns of `CROSSINGS`.
    """
    day = number_in_sql("crossings.ms", span.since, span.until, span.zone)
    since = 0 if and_before else begin_of(span.since, span.zone)
    asked = [span.store, since, end_of(span.until, span.zone), span.store, since, number_of(span.since)]
    found = ask(_CROSSED.format(day=day), asked)
    columns = {name: found[name] for name in CROSSINGS.names} | {"price": _priced(connection, span.store, found)}
    return pa.table(columns).cast(CROSSINGS)


def _priced(connection: Connection, store: str, found: pa.Table) -> pa.Array:
    """Return what each listing cost when it ran out: where that is not told, it costs so still."""
    is_asked = pc.and_(found["is_out"], pc.invert(found["is_told"]))
    query = sa.select(listings.c.seller_sku, listings.c.price).where(listings.c.store == store)
    query = query.where(is_among(connection, listings.c.seller_sku, found["seller_sku"].filter(is_asked).to_pylist()))
    now = rows.read(connection, query, pa.schema([("seller_sku", pa.string()), ("price", pa.int64())]))
    place = pc.index_in(one(found["seller_sku"]), value_set=one(now["seller_sku"]))
    price = pc.if_else(one(found["is_told"]), one(found["price"]), one(now["price"]).take(place))
    return pc.if_else(one(found["is_out"]), price, pa.scalar(None, pa.int64()))
