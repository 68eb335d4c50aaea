"""What went from tab to tab, and why: straight from the history.

A product that is published leaves its tab under its own SKU and comes as a listing under the seller SKU, in the same
moment; that is one move, not one thing that went and another that came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.schema import tabs
from channelkit.database.tabs import SUBJECTS
from channelkit.model.tables import TABS

LINKS = ("listed", "sku", "product_sku", "status")

REASON = "case when contains(because, ': ') then regexp_replace(because, '^[^:]*: ', '') else '' end"
"""Why something moved, without whose doing it was, in SQL over ``moves``; empty where nothing was kept."""

Ask = Callable[[str, Sequence[Any]], pa.Table]

# The history tells no status of what is new. It is what the next change of the status says it was, else that of now.
_MOVES = f"""
with told as materialized (
  select subject = '{SUBJECTS[True]}' as listed, sku, field, before, after, because, seen_at, place from history
  where store = ? and subject in ('{SUBJECTS[True]}', '{SUBJECTS[False]}') and field in ('tab', 'status')
    and seen_at >= make_timestamptz(? * 1000)
),
went_or_came as (
  select * exclude (field) from told where field = 'tab' and seen_at < make_timestamptz(? * 1000)
),
statuses as (select listed, sku, before, after, seen_at, place from told where field = 'status'),
moved as (
  select m.*, s.place is null as is_settled,
    case when s.seen_at = m.seen_at then s.after else s.before end as told_status
  from went_or_came as m asof left join statuses as s
    on m.listed = s.listed and m.sku = s.sku and m.place < s.place
),
linked as materialized (
  select moved.listed, moved.sku, moved.before as from_tab, moved.after as to_tab, because, epoch_ms(seen_at) as ms,
    case when is_settled then links.status else told_status end as status,
    coalesce(links.product_sku, moved.sku) as product
  from moved left join links on links.listed = moved.listed and links.sku = moved.sku
),
joined as (
  select came.listed, came.sku, came.ms, any_value(went.from_tab) as from_tab, any_value(went.sku) as went_sku
  from linked as came join linked as went
    on came.ms = went.ms and came.product = went.product and came.listed != went.listed
  where came.from_tab is null and went.to_tab is null group by all
),
moves as (
  select linked.listed, linked.sku, linked.product, coalesce(linked.from_tab, joined.from_tab, '') as from_tab,
    coalesce(linked.to_tab, '') as to_tab,
    case when linked.to_tab is null then '' else coalesce(linked.status, '') end as status, because, linked.ms
  from linked
    left join joined on joined.listed = linked.listed and joined.sku = linked.sku and joined.ms = linked.ms
      and linked.from_tab is null
    left join joined as left_as on left_as.went_sku = linked.sku and left_as.listed != linked.listed
      and left_as.ms = linked.ms and linked.to_tab is null
  where left_as.ms is null
)
"""  # noqa: S608 - only words of ours are filled in


def ask_moves(ask: Ask, select: str, store: str, since: int, until: int) -> pa.Table:
    """Return what a question says of the moves of a store.

    Arguments:
        ask: answers questions about the history, beside which the table ``links`` is laid (`load_links`).
        select: SQL over ``moves``: ``listed, sku, product, from_tab, to_tab, status, because, ms``; tabs are empty
            for what is new, and for what is in no tab any more.
        since, until: from the first moment up to the second, in milliseconds since 1970.
    """
    return ask(_MOVES + select, [store, since, until])


def load_links(connection: Connection, store: str, since: int) -> pa.Table:
    """Return the columns `LINKS` of everything that came to its tab or status since a moment: no other is asked for.

    Arguments:
        since: milliseconds since 1970.
    """
    is_recent = sa.or_(tabs.c.since >= since, tabs.c.since.is_(None))
    query = sa.select(*(tabs.c[name] for name in LINKS)).where(tabs.c.store == store, is_recent)
    return rows.read(connection, query, TABS.schema(LINKS))
