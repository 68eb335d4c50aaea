from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.money import minor_text, minor_units

AMOUNTS = st.decimals(-(10**11), 10**11, allow_nan=False, allow_infinity=False, places=6)
LONG_AMOUNTS = st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=11)


@given(st.lists(st.one_of(st.none(), AMOUNTS, LONG_AMOUNTS)), st.sampled_from([0, 2, 3]))
def test_minor_units_are_exact_and_rounded_half_up_once(amounts: list[Decimal | None], digits: int) -> None:
    texts = [None if amount is None else f"{amount:f}" for amount in amounts]
    expected = [
        None if amount is None else int(amount.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP)) for amount in amounts
    ]
    assert minor_units(pa.array(texts, pa.string()), digits).to_pylist() == expected


@pytest.mark.parametrize("text", ["", "n/a", "1,50", "1e3", "NaN", "--1", ".", "1 2"])
def test_what_is_no_plain_amount_is_no_price(text: str) -> None:
    assert minor_units(pa.array([text, "1.00"]), 2).to_pylist() == [None, 100]


@given(st.lists(st.one_of(st.none(), st.integers(1 - 10**12, 10**12 - 1))), st.sampled_from([0, 2, 3]))
def test_written_minor_units_read_back_the_same(units: list[int | None], digits: int) -> None:
    column = pa.array(units, pa.int64())
    assert minor_units(minor_text(column, digits), digits).to_pylist() == units


def test_a_slice_of_a_column_is_read_from_its_own_beginning() -> None:
    assert minor_units(pa.array(["1.00", "2.00", "3.00"]).slice(1, 1), 2).to_pylist() == [200]
