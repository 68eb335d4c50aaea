"""Which products an unmatched listing could be, as similarity last saw it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import answers, candidates
from channelkit.database.schema import arrow, tabs
from channelkit.model.changes import SIMILARITY

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


def load_open(connection: Connection, store: str, names: Sequence[str]) -> pa.Table:
    """Return the candidates, these columns, of listings that are linked to nothing, or only by similarity's own word.

    A listing to which a person has said yes is closed, even before it is sorted anew.
    """
    query = sa.select(*(candidates.c[name] for name in names)).select_from(_OPEN).where(_is_open(store))
    query = query.order_by(candidates.c.seller_sku, candidates.c.rank)
    return rows.read(connection, query, arrow(candidates, names))


def count_unasked(connection: Connection, store: str) -> int:
    """Return how many listings have a candidate that nobody has said anything about."""
    same = (answers.c.store == candidates.c.store, answers.c.seller_sku == candidates.c.seller_sku)
    asked = sa.exists().where(
        *same, answers.c.product_sku == candidates.c.product_sku, answers.c.withdrawn_at.is_(None)
    )
    query = sa.select(sa.func.count(candidates.c.seller_sku.distinct())).select_from(_OPEN)
    count: int = connection.execute(query.where(_is_open(store), ~asked)).scalar_one()
    return count


_OPEN = candidates.join(
    tabs, sa.and_(tabs.c.store == candidates.c.store, tabs.c.listed == 1, tabs.c.sku == candidates.c.seller_sku)
)


def _is_open(store: str) -> sa.ColumnElement[bool]:
    confirmed = sa.select(answers.c.seller_sku).where(
        answers.c.store == store, answers.c.answer == "yes", answers.c.withdrawn_at.is_(None)
    )
    is_left = sa.or_(tabs.c.product_sku.is_(None), tabs.c.method == SIMILARITY)
    return sa.and_(candidates.c.store == store, is_left, candidates.c.seller_sku.not_in(confirmed))


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
