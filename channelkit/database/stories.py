"""The history of a few SKUs, read from all files once, then asked as often as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from channelkit.database import history
from channelkit.database.connection import Database

Ask = Callable[[str, Sequence[Any]], pa.Table]

_OF = "select * from history where sku in (select unnest(?))"


@contextmanager
def asking_of(database: Database, skus: Sequence[str]) -> Iterator[Ask]:
    """Give what answers questions as `channelkit.database.history.asking` does, of these SKUs alone.

    A question about one SKU reads a piece of every file; of several SKUs these pieces are the same ones.

    Arguments:
        skus: seller SKUs and those of products.
    """
    import duckdb  # noqa: PLC0415 - a tenth of a second that a cycle need not spend

    found = history.query(database, _OF, [sorted(set(skus))])
    with duckdb.connect() as engine:
        engine.execute("set timezone = 'UTC'")
        engine.from_arrow(found).create_view("history")
        yield lambda sql, parameters: engine.sql(sql, params=list(parameters)).to_arrow_table()
