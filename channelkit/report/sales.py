"""What was probably sold: falls of the quantity that Amazon shows and that no change of ours explains. An estimate."""

from __future__ import annotations

import pyarrow as pa
import sqlalchemy as sa

from channelkit.database import history, rows
from channelkit.database.connection import Database
from channelkit.database.schema import arrow, changes, listings
from channelkit.model.changes import QUANTITY
from channelkit.model.tables import LISTINGS
from channelkit.report.timeline import VISIBLE_WITHIN

SALES = pa.schema([("day", pa.date32()), ("seller_sku", pa.string()), ("units", pa.int64()), ("revenue", pa.int64())])
"""What `estimate_sales` returns: units and revenue (minor units) of each day, in UTC, and listing."""

_OURS = ("seller_sku", "before", "after", "sent_at")

# A change of ours that left from the same quantity explains a fall as far as it asked for one; what is below it was
# sold. A price is what it was before its next change, else what it is now.
_SQL = """
with falls as (
  select sku, epoch_ms(seen_at) as at, cast(before as bigint) as before, cast(after as bigint) as after
  from history
  where store = ? and subject = 'listing' and field = 'quantity' and before is not null and after is not null
    and seen_at > make_timestamptz(? * 1000) and cast(before as bigint) > cast(after as bigint)
),
explained as (
  select falls.*, max(case when ours.after >= falls.after then ours.after end) as asked
  from falls left join ours
    on ours.seller_sku = falls.sku and ours.before = falls.before
    and ours.sent_at <= falls.at and ours.sent_at > falls.at - ?
  group by all
),
prices as (
  select sku, epoch_ms(seen_at) as at, cast(before as bigint) as price from history
  where store = ? and subject = 'listing' and field = 'price' and seen_at > make_timestamptz(? * 1000)
),
sold as (
  select explained.sku, explained.at, coalesce(asked, explained.before) - explained.after as units, prices.price
  from explained asof left join prices on explained.sku = prices.sku and explained.at < prices.at
)
select cast(make_timestamp(sold.at * 1000) as date) as day, sold.sku as seller_sku,
  cast(sum(units) as bigint) as units, cast(sum(units * coalesce(sold.price, now.price, 0)) as bigint) as revenue
from sold left join now on now.seller_sku = sold.sku where units > 0
group by all order by day, seller_sku
"""


def estimate_sales(database: Database, store: str, since: int) -> pa.Table:
    """Return what was probably sold on Amazon since a moment, by day and listing.

    It is an estimate, and rather too low: two looks at a quantity do not tell what was sold and put back in between,
    and Amazon does not say how many units of its own stock there are. A quantity that somebody lowers by hand in Seller
    Central looks like a sale.

    Arguments:
        since: milliseconds since 1970.

    Returns:
        The columns of `SALES`.
    """
    with database.read() as connection:
        query = sa.select(*(changes.c[name] for name in _OURS)).where(
            changes.c.store == store,
            changes.c.field == QUANTITY,
            changes.c.sent_at > since - VISIBLE_WITHIN,
            changes.c.before > changes.c.after,
        )
        ours = rows.read(connection, query, arrow(changes, _OURS))
        query = sa.select(listings.c.seller_sku, listings.c.price).where(listings.c.store == store)
        now = rows.read(connection, query, LISTINGS.schema(("seller_sku", "price")))
    with history.asking(database, beside={"ours": ours, "now": now}) as ask:
        found = ask(_SQL, [store, since, VISIBLE_WITHIN, store, since])
    return found.cast(SALES)
