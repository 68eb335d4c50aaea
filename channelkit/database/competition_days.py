"""How often our offer was the featured one, day by day, from the history."""

from __future__ import annotations

from itertools import accumulate

import pyarrow as pa

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.model.days import named, number_in_sql, number_of

SHARES = pa.schema([("store", pa.string()), ("day", pa.string()), ("featured", pa.int64()), ("compared", pa.int64())])
"""What `read_shares` returns: of so many listings it is known whose offer is featured, and of so many it is ours."""

# What one change does to both counts; what nobody knew before counts for nothing.
_SQL = """
select {day} as day,
  cast(sum((coalesce(after, '') = 'yes')::int - (coalesce(before, '') = 'yes')::int) as bigint) as featured,
  cast(sum((coalesce(after, '') != '')::int - (coalesce(before, '') != '')::int) as bigint) as compared
from (
  select before, after, epoch_ms(seen_at) as ms from history
  where store = ? and subject = 'competition' and field = 'featured_seller'
)
group by all
"""


def read_shares(database: Database, store: str, since_day: str, until_day: str, zone: str) -> pa.Table:
    """Return the columns of `SHARES` for each day from the first on which something was known.

    Arguments:
        since_day, until_day: the first and the last day, in the marketplace's zone.
        zone: of the marketplace, as ``Europe/Berlin``.
    """
    first, last = number_of(since_day), number_of(until_day)
    sql = _SQL.format(day=number_in_sql("ms", since_day, until_day, zone))
    with history.asking(database, own=True) as ask:
        found = ask(sql, [store]).to_pylist()
    days = range(first, last + 1)
    # What was there before the first day stands on it.
    sums = {day: [0, 0] for day in days}
    for row in found:
        if row["day"] <= last:
            there = sums[max(row["day"], first)]
            there[0] += row["featured"]
            there[1] += row["compared"]
    featured = accumulate(sums[day][0] for day in days)
    compared = accumulate(sums[day][1] for day in days)
    rows = [
        {"store": store, "day": named(day), "featured": won, "compared": known}
        for day, won, known in zip(days, featured, compared, strict=True)
        if known > 0
    ]
    return pa.Table.from_pylist(rows, schema=SHARES)
