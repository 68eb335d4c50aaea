"""What tells whether a quantity that fell by itself is explained: what was last sent, and what was last shown."""

from __future__ import annotations

import pyarrow as pa
import pytest

from channelkit.database.connection import Database
from channelkit.database.falls import FALLS, load_falls, load_last_sent, store_falls
from channelkit.database.schema import changes

NOW, MINUTE = 1_790_000_000_000, 60_000


def add(database: Database, *, sku: str = "MUG", field: str = "quantity", store: str = "us", **told: object) -> None:
    row = {"store": store, "seller_sku": sku, "field": field, "plan": 1, "run": "r1", "because": "Commerce's stock"}
    with database.write() as connection:
        connection.execute(changes.insert().values(row | {"planned_at": NOW} | told))


def last(database: Database, *skus: str) -> list[tuple[str, int, int]]:
    with database.read() as connection:
        found = load_last_sent(connection, "us", skus or ("MUG",)).to_pylist()
    return sorted((row["seller_sku"], row["after"], row["closed_at"]) for row in found)


def test_a_confirmed_quantity_counts_as_it_was_shown(database: Database) -> None:
    add(database, state="confirmed", before=3, after=9, sent_at=NOW, closed_at=NOW + 2 * MINUTE)
    assert last(database) == [("MUG", 9, NOW + 2 * MINUTE)]


@pytest.mark.parametrize(("before", "after", "counts"), [(3, 9, 3), (9, 3, 3), (None, 9, 9)])
@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_of_one_that_is_on_its_way_the_smaller_counts_since_it_was_sent(
    database: Database, before: int | None, after: int, counts: int, state: str
) -> None:
    add(database, state=state, before=before, after=after, sent_at=NOW + MINUTE)
    assert last(database) == [("MUG", counts, NOW + MINUTE)]


def test_the_newest_counts_whether_it_is_shown_or_on_its_way(database: Database) -> None:
    add(database, state="confirmed", before=3, after=9, sent_at=NOW, closed_at=NOW + MINUTE)
    add(database, state="accepted", before=9, after=7, sent_at=NOW + 2 * MINUTE)
    add(database, sku="CUP", state="accepted", before=9, after=7, sent_at=NOW)
    add(database, sku="CUP", state="confirmed", before=7, after=8, sent_at=NOW, closed_at=NOW + 3 * MINUTE)
    assert last(database, "MUG", "CUP", "POT") == [("CUP", 8, NOW + 3 * MINUTE), ("MUG", 7, NOW + 2 * MINUTE)]


@pytest.mark.parametrize(
    "told",
    [
        {"state": "refused", "closed_at": NOW, "sent_at": NOW},
        {"state": "expired", "closed_at": NOW, "sent_at": NOW},
        {"state": "dropped", "closed_at": NOW},
        {"state": "held"},
        {"state": "planned"},
        {"state": "confirmed", "sent_at": NOW, "closed_at": NOW, "field": "price"},
        {"state": "confirmed", "sent_at": NOW, "closed_at": NOW, "store": "de"},
    ],
    ids=["refused", "expired", "dropped", "held", "planned", "price", "elsewhere"],
)
def test_what_never_left_failed_or_is_no_quantity_of_the_store_tells_nothing(
    database: Database, told: dict[str, object]
) -> None:
    add(database, before=3, after=9, **told)  # type: ignore[arg-type]
    assert last(database) == []


def test_falls_are_kept_in_place_of_those_before(database: Database) -> None:
    for found in ([("CUP", 4, NOW, 1), ("MUG", 2, NOW, 3)], [("MUG", 1, NOW + 1, 4)], []):
        rows = [dict(zip(FALLS.names, row, strict=True)) for row in found]
        with database.write() as connection:
            store_falls(connection, "us", pa.Table.from_pylist(rows, FALLS))
        with database.read() as connection:
            assert load_falls(connection, "us").to_pylist() == rows
            assert load_falls(connection, "de").num_rows == 0
