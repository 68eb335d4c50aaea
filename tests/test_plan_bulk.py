"""Which changes leave one by one and which together, over whole columns."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.changes import CHANGES, CONDITION, END, FIELDS, PRICE, PUBLISH, QUANTITY
from channelkit.plan.bulk import Roads, split

Row = tuple[str, str, int | None, int | None]


def table(*rows: Row, terms: dict[str, Any] | None = None) -> pa.Table:
    words = json.dumps({"condition": "new_new", "fulfillment": "merchant"} | (terms or {}))
    named = [
        {"seller_sku": sku, "field": field, "before": before, "after": after, "because": "A test wants it."}
        | ({"after_text": words} if field == PUBLISH else {})
        for sku, field, before, after in rows
    ]
    return pa.Table.from_pylist(named, schema=CHANGES.schema())


def roads_of(changes: pa.Table, busy: tuple[str, ...] = (), limit: int | None = 0) -> list[list[str]]:
    roads = split(changes, pa.array(busy, pa.string()), limit)
    return [road["seller_sku"].to_pylist() for road in (roads.one_by_one, roads.by_feed, roads.waiting)]


def test_few_changes_all_go_one_by_one_and_one_more_goes_together() -> None:
    changes = table(*((f"S{number}", PRICE, 1, 2) for number in range(4)))
    assert roads_of(changes, limit=4) == [["S0", "S1", "S2", "S3"], [], []]
    assert roads_of(changes, limit=3) == [[], ["S0", "S1", "S2", "S3"], []]


def test_changes_of_one_listing_count_once_because_they_are_one_call() -> None:
    changes = table(("A", PRICE, 1, 2), ("A", CONDITION, None, None), ("B", PRICE, 1, 2))
    assert roads_of(changes, limit=2) == [["A", "A", "B"], [], []]


def test_what_keeps_from_overselling_never_goes_together_and_takes_its_listings_other_changes_along() -> None:
    changes = table(
        *(("A", QUANTITY, 5, 0), ("B", QUANTITY, 5, 2), ("C", END, 1, 0), ("D", QUANTITY, None, 0)),
        *(("E", QUANTITY, 2, 5), ("A", PRICE, 1, 2), ("F", PRICE, 2, 1)),
    )
    assert roads_of(changes) == [["A", "B", "C", "D", "A"], ["E", "F"], []]


def test_a_listing_that_is_under_way_waits_but_for_its_stock_out_and_its_end() -> None:
    changes = table(
        *(("A", QUANTITY, 5, 0), ("A", PRICE, 1, 2), ("B", QUANTITY, 5, 2), ("C", END, 1, 0)),
        *(("D", PRICE, 1, 2), ("E", PUBLISH, 0, 1)),
    )
    assert roads_of(changes, busy=("A", "B", "C", "D", "E")) == [["A", "C"], [], ["A", "B", "D", "E"]]


def test_while_nothing_may_go_together_everything_goes_one_by_one() -> None:
    changes = table(*((f"S{number}", PRICE, 1, 2) for number in range(3)))
    assert roads_of(changes, busy=("S1",), limit=None) == [["S0", "S2"], [], ["S1"]]


def test_only_new_things_that_the_merchant_ships_without_a_note_are_published_together() -> None:
    simple = table(("A", PUBLISH, 0, 1))
    assert roads_of(simple) == [[], ["A"], []]
    for terms in ({"condition": "used_good"}, {"fulfillment": "amazon"}, {"notes": "A dent."}):
        assert roads_of(table(("A", PUBLISH, 0, 1), terms=terms)) == [["A"], [], []], terms
    unreadable = simple.set_column(simple.column_names.index("after_text"), "after_text", pa.array(["{"]))
    assert roads_of(unreadable) == [["A"], [], []]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABCDE"),
        st.sampled_from(FIELDS),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 3),
    ),
    max_size=12,
)


@given(ROWS, st.sets(st.sampled_from("ABCDE")), st.none() | st.integers(0, 6))
def test_each_change_takes_one_road_and_no_listing_is_on_two_roads_to_amazon(
    rows: list[Row], busy: set[str], limit: int | None
) -> None:
    changes = table(*rows)
    roads: Roads = split(changes, pa.array(sorted(busy), pa.string()), limit)
    parts = (roads.one_by_one, roads.by_feed, roads.waiting)
    told = sorted(str(row) for part in parts for row in part.to_pylist())
    assert told == sorted(str(row) for row in changes.to_pylist())
    alone, together = (set(part["seller_sku"].to_pylist()) for part in parts[:2])
    assert not alone & together and not busy & together
    for row in [*roads.by_feed.to_pylist(), *roads.waiting.to_pylist()]:
        assert not (row["field"] == QUANTITY and row["after"] == 0)
        assert row["field"] != END
