"""Prices and quantities of a report: exact, in the currency's minor units, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.amazon.report_values import read_prices, read_units


def price(text: str | None, digits: int = 2) -> tuple[int | None, bool]:
    read = read_prices(pa.array([text], pa.string()), digits)
    return read.numbers[0].as_py(), read.wrong[0].as_py()


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("19.99", 1999),
        ("0.10", 10),
        ("5", 500),
        ("5.5", 550),
        ("19.9900", 1999),
        ("19,99", 1999),
        (" 19,9 ", 1990),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1 234,56", 123456),
        ("1\u202f234\u202f567,8", 123456780),
        ("1.234.567,89", 123456789),
        ("999999999999.99", 99999999999999),
    ],
)
def test_a_price_that_can_mean_only_one_thing_is_read(text: str, units: int) -> None:
    assert price(text) == (units, False)


@pytest.mark.parametrize("text", ["1.234", "1,234", "19.995", "-1.00", "free", "1,2,3", "1.23.45", "1e3", "€ 5", "."])
def test_a_price_that_could_be_another_is_none_and_said_to_be_wrong(text: str) -> None:
    assert price(text) == (None, True)


def test_no_price_is_not_a_wrong_price() -> None:
    assert price(None) == (None, False)


@pytest.mark.parametrize(
    ("text", "read"), [("1980", (1980, False)), ("1980.0", (1980, False)), ("1980.5", (None, True))]
)
def test_yen_have_no_decimals(text: str, read: tuple[int | None, bool]) -> None:
    assert price(text, digits=0) == read


@given(st.lists(st.decimals(0, 999_999_999, allow_nan=False, places=2) | st.none()))
def test_prices_are_exact_to_the_cent(amounts: list[Decimal | None]) -> None:
    texts = pa.array([None if amount is None else str(amount) for amount in amounts], pa.string())
    wanted = [None if amount is None else int(amount * 100) for amount in amounts]
    assert read_prices(texts, 2).numbers.to_pylist() == wanted
    by_comma = pa.array([None if amount is None else str(amount).replace(".", ",") for amount in amounts], pa.string())
    assert read_prices(by_comma, 2).numbers.to_pylist() == wanted


@given(st.lists(st.text()))
def test_whatever_stands_there_is_read_or_said_to_be_wrong(texts: list[str]) -> None:
    column = pa.array(texts, pa.string())
    for read in (read_prices(column, 2), read_units(column)):
        assert [number is None for number in read.numbers.to_pylist()] == read.wrong.to_pylist()


def test_quantities_are_whole_and_none_is_not_nought() -> None:
    numbers, wrong = read_units(pa.array(["0", "12", None, "-3", "1.5", "many"]))
    assert numbers.to_pylist() == [0, 12, None, None, None, None]
    assert wrong.to_pylist() == [False, False, False, True, True, True]
