"""Whose turn it is: as useful as if all of a store were looked at, though only what the answer needs is read."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from channelkit.database import turns
from channelkit.database.competition import store_compared
from channelkit.database.competition_due import find_due
from channelkit.database.connection import open_database
from channelkit.database.fees import FEES, Costs, find_due_fees, store_fees
from channelkit.database.history import Origin
from channelkit.database.turns import Candidates, most_useful, take_turns, with_revenue
from channelkit.model.competition import Compared, Offer

MINUTE = 60_000
NOW = 100_000 * MINUTE
SCHEMA = pa.schema([("seller_sku", pa.string()), ("asked_at", pa.int64())])
SOLD = pa.schema([("seller_sku", pa.string()), ("revenue", pa.int64())])


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("best", [20_000, 3], ids=["all-that-sells", "three-that-sell"])
def test_the_answer_is_as_useful_as_that_of_looking_at_everything(
    seed: int, best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "BEST", best)
    monkeypatch.setattr(turns, "_SMALLEST", 2)
    draw = random.Random(seed)
    skus = [f"S{number:02}" for number in range(draw.randint(0, 30))]
    asked = {sku: draw.choice([None, NOW - draw.randint(0, 50) * MINUTE]) for sku in skus}
    sells = draw.sample(skus, len(skus) // 3)[: 3 if best == 3 else None]
    sold = pa.Table.from_pylist(
        [{"seller_sku": sku, "revenue": draw.randint(1, 9) * 100} for sku in ["GONE", *sells][-best:]], schema=SOLD
    )
    count = draw.randint(1, 12)
    found = take_turns(of_memory(asked), sold, NOW, count)
    whole = most_useful(with_revenue(table(asked), sold), NOW, count)
    assert ranked(found, sold) == ranked(whole, sold)
    assert len(set(found["seller_sku"].to_pylist())) == found.num_rows


def of_memory(asked: dict[str, int | None]) -> Candidates:
    def named(wanted: Sequence[str]) -> pa.Table:
        return table({sku: asked[sku] for sku in wanted if sku in asked})

    def never(size: int) -> Iterator[pa.Table]:
        left = {sku: at for sku, at in asked.items() if at is None}
        for start in range(0, len(left), size):
            yield table(dict(list(left.items())[start : start + size]))

    def again() -> Iterator[pa.Table]:
        for sku, at in sorted(asked.items(), key=lambda pair: pair[1] or 0):
            if at is not None:
                yield table({sku: at})

    return Candidates(named, never, again)


def table(asked: dict[str, int | None]) -> pa.Table:
    return pa.Table.from_pylist([{"seller_sku": sku, "asked_at": at} for sku, at in asked.items()], schema=SCHEMA)


def ranked(found: pa.Table, sold: pa.Table) -> list[tuple[bool, int]]:
    """Return how useful each row is; of rows that are equally useful any may come."""
    revenue = dict(zip(*(sold[name].to_pylist() for name in SOLD.names), strict=True))
    return [
        (row["asked_at"] is not None, revenue.get(row["seller_sku"], 0))
        if row["asked_at"] is None
        else (True, (NOW - row["asked_at"]) // MINUTE * (1 + revenue.get(row["seller_sku"], 0) // 100))
        for row in found.to_pylist()
    ]


def test_every_question_goes_along_an_index(tmp_path: Path) -> None:
    """None costs more because a store has a million listings: no table is gone through, and nothing else is sorted."""
    opened = open_database(f"sqlite:///{tmp_path}/channelkit.db", tmp_path / "history")
    told: list[tuple[str, Any]] = []
    sa.event.listen(opened.engine, "before_cursor_execute", lambda *call: told.append((call[2], call[3])))
    seen = Compared("B1", "New", (Offer("A1", "New", price=2000, featured=True, ours=True),), True)
    with opened.write() as connection:
        store_compared(connection, [seen], "USD", Origin("us", NOW, "Amazon", "r"))
        store_fees(connection, "us", pa.table([["S1"], [900], [135], [0], [0]], schema=FEES), "USD", at=1)
        told.clear()
        find_due(connection, "us", NOW, 10, 0, first=["S1"])
        find_due_fees(connection, "us", NOW, 10, 0, costs=Costs("cost", ["us"]))
        store_compared(connection, [seen], "USD", Origin("us", NOW, "Amazon", "r"))
        asked = [(sql, values) for sql, values in told if sql.lstrip().lower().startswith("select")]
        plans = [
            row[-1] for sql, values in asked for row in connection.exec_driver_sql(f"explain query plan {sql}", values)
        ]
    opened.close()
    assert len(asked) >= 8
    assert not [plan for plan in plans if plan.startswith("SCAN") or "listings USING PRIMARY KEY (store=?)" in plan]
    # Revenue is summed up by listing; of one item some listings may stand in any order.
    told_sorting = {plan.removeprefix("USE TEMP B-TREE FOR ") for plan in plans if "TEMP B-TREE" in plan}
    assert told_sorting <= {"GROUP BY", "RIGHT PART OF ORDER BY"}
