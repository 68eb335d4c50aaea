"""What people said of a listing and a product: an answer is never overwritten, only withdrawn or followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database import rows
from channelkit.database.onboarding_schema import answers
from channelkit.database.schema import arrow

Answer = Literal["yes", "no", "skip"]
Asked = Literal["uncertain", "likely", "audit", "manual"]


def store_answer(
    connection: Connection,
    *,
    store: str,
    seller_sku: str,
    product_sku: str,
    answer: Answer,
    asked: Asked,
    by: str,
    at: int,
    probability: float | None = None,
) -> int:
    """Keep an answer and return its number.

    Arguments:
        asked: why the pair was shown; manual where a person named it.
        by: the person's name.
        at: milliseconds since 1970.
        probability: what was thought of the pair when it was asked, from 0 to 1.
    """
    values: dict[str, Any] = {"store": store, "seller_sku": seller_sku, "product_sku": product_sku, "answer": answer}
    values |= {"asked": asked, "by_whom": by, "at": at, "probability": probability}
    key = connection.execute(answers.insert().values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def withdraw_last(connection: Connection, store: str, by: str, at: int, count: int = 1) -> Mapping[str, Any] | None:
    """Take a person's newest answers back, and return the newest of them; nothing where there is none.

    Arguments:
        count: how many, where several were given together.
    """
    theirs = [answers.c.store == store, answers.c.withdrawn_at.is_(None), answers.c.by_whom == by]
    newest = connection.execute(sa.select(*answers.c).where(*theirs).order_by(answers.c.id.desc()).limit(1)).first()
    if newest is None:
        return None
    taken = sa.select(answers.c.id).where(*theirs).order_by(answers.c.id.desc()).limit(count)
    connection.execute(answers.update().where(answers.c.id.in_(taken.scalar_subquery())).values(withdrawn_at=at))
    return dict(newest._mapping)


def load_answers(connection: Connection, store: str, skus: Sequence[str] | None = None) -> pa.Table:
    """Return a store's answers that were not withdrawn, the oldest first.

    Arguments:
        skus: only those about a few listings, by their seller SKUs.
    """
    query = sa.select(*answers.c).where(answers.c.store == store, answers.c.withdrawn_at.is_(None))
    if skus is not None:
        query = query.where(answers.c.seller_sku.in_(skus))
    return rows.read(connection, query.order_by(answers.c.id), arrow(answers))


def count_answers(connection: Connection, store: str, after: int) -> int:
    """Return how many answers say yes or no, came after another, and were not withdrawn.

    Arguments:
        after: the other's number.
    """
    query = sa.select(sa.func.count()).where(answers.c.store == store, answers.c.withdrawn_at.is_(None))
    count: int = connection.execute(query.where(answers.c.id > after, answers.c.answer != "skip")).scalar_one()
    return count


def newest_answer(connection: Connection, store: str) -> int:
    """Return the number of a store's newest answer, withdrawn or not; 0 where there is none."""
    number: int | None = connection.execute(
        sa.select(sa.func.max(answers.c.id)).where(answers.c.store == store)
    ).scalar()
    return number or 0
