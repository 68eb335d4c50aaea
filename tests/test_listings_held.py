"""Stock less what is held."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.listings.held import lay_held, tell_held


@given(st.lists(st.tuples(st.none() | st.integers(-3, 30), st.integers(-5, 40)), max_size=20))
def test_what_is_held_is_never_offered_and_nothing_goes_below_none(rows: list[tuple[int | None, int]]) -> None:
    skus = [f"P{number}" for number in range(len(rows))]
    stock = pa.table({"sku": pa.array(skus, pa.string()), "salable": pa.array([row[0] for row in rows], pa.int64())})
    held = pa.table(
        {"product_sku": pa.array(skus, pa.string()), "held": pa.array([row[1] for row in rows], pa.int64())}
    )
    laid = lay_held(stock, held)
    assert laid["salable_before"].to_pylist() == stock["salable"].to_pylist()
    for (salable, kept), left in zip(rows, laid["salable"].to_pylist(), strict=True):
        assert left == (salable if salable is None or salable <= 0 else max(0, salable - kept))


def test_products_of_which_nothing_is_held_stay_as_they_are() -> None:
    stock = pa.table({"sku": ["MUG", "CUP"], "salable": [5, 4], "in_stock": [True, False]})
    nothing = pa.table({"product_sku": pa.array([], pa.string()), "held": pa.array([], pa.int64())})
    for held in (nothing, pa.table({"product_sku": ["POT"], "held": [3]})):
        laid = lay_held(stock, held)
        assert laid["salable"].to_pylist() == [5, 4] and laid["held"].to_pylist() == [0, 0]
        assert laid.column_names == ["sku", "salable", "in_stock", "salable_before", "held"]


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
