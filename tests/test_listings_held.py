"""Stock less what is held."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.listings.classify import classify
from channelkit.listings.held import HELD_FACTS, lay_held, tell_held
from channelkit.listings.terms import decide_terms
from channelkit.listings.trace import trace
from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.tables import TABS
from tests.decision_tables import IN_STOCK, LISTING, MINUTE, NOW, PRODUCT, TERMS, gathered, table


@given(st.lists(st.tuples(st.none() | st.integers(-3, 30), st.integers(-5, 40)), max_size=20))
def test_what_is_held_is_never_offered_and_nothing_goes_below_none(rows: list[tuple[int | None, int]]) -> None:
    skus = [f"P{number}" for number in range(len(rows))]
    stock = pa.table({"sku": pa.array(skus, pa.string()), "salable": pa.array([row[0] for row in rows], pa.int64())})
    held = pa.table(
        {"product_sku": pa.array(skus, pa.string()), "held": pa.array([row[1] for row in rows], pa.int64())}
    ).append_column("held_at", pa.repeat(pa.scalar(7, pa.int64()), len(rows)))
    laid = lay_held(stock, held)
    assert laid["salable_before"].to_pylist() == stock["salable"].to_pylist()
    for (salable, kept), left in zip(rows, laid["salable"].to_pylist(), strict=True):
        assert left == (salable if salable is None or salable <= 0 else max(0, salable - kept))


def test_products_of_which_nothing_is_held_stay_as_they_are() -> None:
    stock = pa.table({"sku": ["MUG", "CUP"], "salable": [5, 4], "in_stock": [True, False]})
    pot = pa.table({"product_sku": ["POT"], "held": [3], "held_at": [7]})
    for held in (pot.slice(0, 0), pot):
        laid = lay_held(stock, held)
        assert laid["salable"].to_pylist() == [5, 4] and laid["held"].to_pylist() == [0, 0]
        assert laid.column_names == ["sku", "salable", "in_stock", *HELD_FACTS.names]
        assert laid["held_at"].null_count == 2


@pytest.mark.parametrize(
    ("salable", "held", "words"),
    [
        (5, 0, ""),
        (None, 2, ""),
        (1, 3, "Commerce says that 1 can be sold; 3 are held for orders on Amazon, which leaves 0."),
        (5, 1, "Commerce says that 5 can be sold; 1 is held for orders on Amazon, which leaves 4."),
    ],
)
def test_what_is_held_is_told_in_words(salable: int | None, held: int, words: str) -> None:
    assert tell_held(salable, held) == words


def test_what_is_out_of_stock_because_it_is_held_says_so_and_what_would_move_it() -> None:
    more = {"salable_before": [3], "held": [3], "held_at": [NOW - MINUTE], "salable": [0]}
    subjects = gathered([LISTING], [PRODUCT], [IN_STOCK])
    for name, values in more.items():
        place = subjects.column_names.index(name)
        subjects = subjects.set_column(place, name, pa.array(values, pa.int64()))
    nothing = (table(TABS, []), table(OPEN_CHANGES, []), NOW)
    (row,) = classify(decide_terms(subjects, TERMS), TERMS, *nothing).to_pylist()
    assert (row["status"], row["wanted_quantity"]) == ("Out of Stock", 0)
    assert row["reason"] == (
        "Commerce says that 3 can be sold; 3 are held for orders on Amazon, which leaves 0. It is product A."
    )
    traced = trace(subjects, TERMS, table(OPEN_CHANGES, []), NOW)
    facts = {label: (text, at) for label, text, at in traced.facts}
    assert facts["Commerce can sell"][0] == "3" and facts["Left to offer on Amazon"][0] == "0"
    assert facts["Held for orders on Amazon"] == ("3", NOW - MINUTE)
    assert "It would be Active if Commerce could sell at least 4 of it (now 3)." in traced.moves
