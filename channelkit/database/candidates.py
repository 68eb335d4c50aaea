"""Which products an unmatched listing could be, as similarity last saw it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import candidates
from channelkit.database.schema import arrow

FOUND = ("seller_sku", "product_sku", "rank", "probability", "verdict", "evidence", "veto", "audit")


def store_candidates(connection: Connection, store: str, found: pa.Table, at: int) -> None:
    """Keep what a comparison found in place of what an earlier one did.

    Arguments:
        found: the columns `FOUND`, for all listings that were compared.
        at: milliseconds since 1970.
    """
    connection.execute(candidates.delete().where(candidates.c.store == store))
    found = found.select(FOUND).append_column("found_at", pa.repeat(at, found.num_rows))
    found = found.append_column("store", pa.repeat(pa.scalar(store, pa.string()), found.num_rows))
    rows.upsert(connection, candidates, found, are_new=True)


def load_candidates(connection: Connection, store: str, seller_skus: Sequence[str] | None = None) -> pa.Table:
    """Return a store's candidates, of these listings or of all, the likeliest of each listing first."""
    query = sa.select(*candidates.c).where(candidates.c.store == store)
    query = query.order_by(candidates.c.seller_sku, candidates.c.rank)
    if seller_skus is None:
        return rows.read(connection, query, arrow(candidates))
    return rows.read_keys(connection, query, candidates.c.seller_sku, seller_skus, arrow(candidates))


def load_suggested(connection: Connection, store: str) -> pa.Table:
    """Return the one product that each listing likeliest is, where there is one that may be said.

    Returns:
        ``seller_sku, product_sku, probability, evidence, verdict``: accepted by itself, or only likely; a row for a
        listing.
    """
    names = ("seller_sku", "product_sku", "probability", "evidence", "verdict")
    said = candidates.c.verdict.in_(("accepted", "likely"))
    best = sa.func.row_number().over(
        partition_by=candidates.c.seller_sku, order_by=(candidates.c.verdict, candidates.c.rank)
    )
    placed = sa.select(*(candidates.c[name] for name in names), best.label("place"))
    ranked = placed.where(candidates.c.store == store, said).subquery()
    query = sa.select(*(ranked.c[name] for name in names)).where(ranked.c.place == 1).order_by(ranked.c.seller_sku)
    return rows.read(connection, query, arrow(candidates, names))
