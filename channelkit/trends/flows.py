"""What went from tab to tab, and why (RP-05): what entered a tab, and what left it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from channelkit.database import history
from channelkit.database.connection import Database
from channelkit.database.moves import ask_moves, load_links

FLOWS = pa.schema(
    [
        *((name, pa.string()) for name in ("store", "from_tab", "to_tab", "status", "reason")),
        ("listings", pa.int64()),
    ]
)
"""What `read_flows` returns."""

# Sentences name numbers, so that of one status there are many; the most frequent stands for them.
_FLOWS = """
select from_tab, to_tab, status, count(*) as listings,
  coalesce(mode(regexp_replace(because, '^[^:]*: ', '')) filter (contains(because, ': ')), '') as reason
from moves where from_tab != to_tab group by from_tab, to_tab, status
order by listings desc, from_tab, to_tab, status
"""


def read_flows(database: Database, stores: Sequence[str], since_ms: int, until_ms: int) -> pa.Table:
    """Return what went from tab to tab, most of it first within each store.

    A listing that went to and fro counts each time.

    Arguments:
        stores: their names.
        since_ms, until_ms: from the first moment up to the second, in milliseconds since 1970.

    Returns:
        The columns of `FLOWS`: ``from_tab`` is empty for what is new, ``to_tab`` for what is in no tab any more;
        ``status`` is the one that it came to, and ``reason`` the most frequent sentence about it, empty where none was
        kept.
    """
    parts = [FLOWS.empty_table()]
    for store in stores:
        with database.read() as connection:
            links = load_links(connection, store, since_ms)
        with history.asking(database, own=True, beside={"links": links}) as ask:
            found = ask_moves(ask, _FLOWS, store, since_ms, until_ms)
        found = found.append_column("store", pa.repeat(pa.scalar(store, pa.string()), found.num_rows))
        parts.append(found.select(FLOWS.names).cast(FLOWS))
    return pa.concat_tables(parts).combine_chunks()
