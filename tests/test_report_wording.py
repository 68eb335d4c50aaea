"""What leaves the house is fit to leave it, and numbers read as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.report.wording import LONGEST, count, duration, file_name, money, shareable, value

NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


@given(NAMES, NAMES, NAMES)
def test_no_folder_of_this_machine_is_told(one: str, two: str, file: str) -> None:
    told = shareable(f"Cannot read '/QQ{one}/WW{two}/{file}.toml': try again.")
    assert "QQ" not in told
    assert "WW" not in told
    assert told.endswith("try again.")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (r"Cannot read C:\Users\Anna\shop\channelkit.toml.", "Cannot read …/channelkit.toml."),
        ("Ask anna.b+x@mail.example.co.uk now", "Ask … now"),
        ("Bearer Atza|IwEBI-abc refused", "Bearer … refused"),
        ("postgresql://anna:pw@db.example/shop is down", "postgresql://db.example/… is down"),
        ("GET https://api.example/V1/products?token=x", "GET https://api.example/…"),
        ("2 of 3 / 4 and 1/2 stay", "2 of 3 / 4 and 1/2 stay"),
        ("Price and/or quantity", "Price and/or quantity"),
    ],
)
def test_what_may_be_told_stays_and_what_may_not_goes(said: str, told: str) -> None:
    assert shareable(said) == told


def test_a_sentence_that_has_no_end_is_cut() -> None:
    assert len(shareable("x" * 10_000)) == LONGEST


@given(st.integers(-(10**15), 10**15))
def test_money_keeps_every_minor_unit(minor: int) -> None:
    for currency, digits in (("USD", 2), ("JPY", 0)):
        told = money(minor, currency)
        assert told.endswith(f" {currency}")
        number = told.removesuffix(f" {currency}")
        assert int(number.replace(",", "").replace(".", "")) == minor
        assert len(number.partition(".")[2]) == digits


def test_what_is_not_known_is_a_dash() -> None:
    assert (count(None), money(None, "USD"), value(None, "quantity", ""), duration(None)) == ("–",) * 4


@given(st.floats(0, 1e9))
def test_a_length_of_time_is_short_to_read(seconds: float) -> None:
    told = duration(seconds)
    assert told.split()[1] in ("ms", "s", "min", "h", "d")
    assert len(told.split()) in (2, 4)


def test_only_the_name_of_a_file_is_told() -> None:
    assert file_name("runs/2026-09-21/sync.ipynb") == "sync.ipynb"
    assert file_name(r"D:\runs\sync.ipynb") == "sync.ipynb"
    assert file_name("") == ""
