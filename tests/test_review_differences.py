"""Two titles word by word: nothing is lost, order and writing do not matter, telling numbers stand out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.review.differences import compare, is_same

WORDS = st.sampled_from(["Acme", "kettle", "KX-200", "pack of 6", "6-pack", "500 ml", "12oz", "2", "–", "Größe", "é"])
TEXTS = st.one_of(st.text(), st.lists(WORDS).map(" ".join))


@given(TEXTS, TEXTS)
def test_the_pieces_are_the_texts(left: str, right: str) -> None:
    for text, pieces in zip((left, right), compare(left, right), strict=True):
        assert "".join(piece.text for piece in pieces) == text


@given(TEXTS, TEXTS)
def test_texts_are_the_same_where_neither_side_has_a_word_of_its_own(left: str, right: str) -> None:
    own = [piece for side in compare(left, right) for piece in side if piece.kind != "same"]
    assert is_same(left, right) == (not own)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("pack of 6", "6-pack"),
        ("6 count", "Pack of 06"),
        ("1.7 liter", "1.7L"),
        ("1,50 kg", "1.5 kg"),
        ("12 ounces", "12oz"),
        ('24"', "24 inch"),
        ("KX-200", "kx200"),
        ("steel kettle", "Kettle, steel"),
    ],
)
def test_two_ways_of_writing_the_same_are_no_difference(left: str, right: str) -> None:
    assert is_same(left, right)


@pytest.mark.parametrize(
    ("left", "right", "strong"),
    [
        ("Kettle KX-200", "Kettle KX-300", "KX-200"),
        ("Soap pack of 6", "Soap", "pack of 6"),
        ("Soap 500 ml", "Soap 50 ml", "500 ml"),
        ("Ink 2 x black", "Ink 3 x black", "2"),
        ("Part 00123", "Part 123", "00123"),
    ],
)
def test_another_model_pack_or_measure_stands_out(left: str, right: str, strong: str) -> None:
    pieces, _ = compare(left, right)
    assert [piece.text for piece in pieces if piece.kind == "strong"] == [strong]


def test_a_word_said_twice_is_the_same_only_once() -> None:
    pieces, _ = compare("red red cup", "cup red")
    assert [(piece.text, piece.kind) for piece in pieces] == [("red ", "same"), ("red", "other"), (" cup", "same")]


def test_seven_in_one_is_no_measure() -> None:
    assert not is_same("7 in 1 hub", "7 inch 1 hub")


def test_a_number_of_endless_digits_is_only_a_word() -> None:
    assert not is_same("pack of " + "9" * 10_000, "pack of 9")
