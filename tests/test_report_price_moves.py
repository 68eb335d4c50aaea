"""How far prices move, by classes: exact at every edge, and every price in one class."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.report.price_moves import CLASSES, FALLING, RISING, STAYS, classify_moves
from channelkit.report.price_moves_chart import draw_moves
from channelkit.report.price_what_if_chart import draw_what_if

PRICES = st.one_of(st.none(), st.integers(-5, 10**12))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (10_000, 9_900, "falls by up to 1 %"),
        (10_000, 9_899, "falls by 1–5 %"),
        (10_000, 10_500, "rises by 1–5 %"),
        (10_000, 10_501, "rises by 5–10 %"),
        (10_000, 5_000, "falls by 20–50 %"),
        (10_000, 4_999, "falls by over 50 %"),
        (3, 4, "rises by 20–50 %"),
        (10_000, 10_000, "stays"),
        (None, 10_000, "is the first price"),
        (10_000, None, "no price is sent"),
        (10_000, 0, "no price is sent"),
    ],
)
def test_what_lies_on_an_edge_belongs_to_the_smaller_move(before: int | None, after: int | None, words: str) -> None:
    found = classify_moves(pa.array([before], pa.int64()), pa.array([after], pa.int64()))
    assert found.to_pylist() == [words]


@given(st.lists(st.tuples(PRICES, PRICES), max_size=20))
def test_every_price_is_in_the_class_of_its_direction(pairs: list[tuple[int | None, int | None]]) -> None:
    before, after = (pa.array([pair[place] for pair in pairs], pa.int64()) for place in (0, 1))
    for (was, will), words in zip(pairs, classify_moves(before, after).to_pylist(), strict=True):
        assert words in CLASSES
        if was and will and was > 0 and will > 0:
            assert (words in FALLING, words in RISING, words == STAYS) == (will < was, will > was, will == was)


def test_charts_are_drawn_of_much_and_of_nothing() -> None:
    figure = draw_moves({"stays": 3})
    assert sum(figure.data[0].x) == 3 and list(figure.data[0].y) == list(CLASSES)
    days = [{"day": f"2026-11-0{number}", "comparable": 4, "met": 3, "met_then": 1} for number in range(1, 4)]
    assert [list(line.y) for line in draw_what_if(days).data] == [[25.0] * 3, [75.0] * 3]
    assert draw_what_if([]).data[0].y == ()
