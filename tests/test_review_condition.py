"""A filter's small language: what it finds, what it refuses, and that nothing wild gets through."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import UsageError
from channelkit.review.condition import DEEPEST, LONGEST, matching

TABLE = pa.table(
    {
        "seller_sku": ["AMZ-1", "AMZ-2", "amz-3", "it's"],
        "title": pa.array(["Blue mug", "Kettle 1.7 l", None, "or"]),
        "probability": [0.99, 0.5, 0.1, None],
        "rank": [1, 2, 1, 1],
        "audit": [True, False, None, False],
    }
)
WRITTEN = (
    "title",
    "probability",
    "nothing",
    "=",
    "!=",
    "<",
    ">=",
    "(",
    ")",
    "and",
    "or",
    "not",
    "is",
    "empty",
    "contains",
)
WILD = ("'a b'", "0.5", "yes", '"', "'", ";", "--", "__import__('os')", "é", "1e400", "nan", "\x00")
PARTS = st.sampled_from((*WRITTEN, *WILD))


def found(condition: str) -> list[int]:
    return [place for place, flag in enumerate(matching(TABLE, condition).to_pylist()) if flag]


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("", [0, 1, 2, 3]),
        ("  ", [0, 1, 2, 3]),
        ("mug", [0]),
        ("AMZ", [0, 1, 2]),
        ("blue mug", [0]),
        ("'blue mug'", [0]),
        ("mug blue", [0]),
        ("probability >= 0.5", [0, 1]),
        ("probability < 0.5", [2]),
        ("probability != 0.5", [0, 2, 3]),
        ("not probability >= 0.5", [2, 3]),
        ("probability is empty", [3]),
        ("title is not empty", [0, 1, 3]),
        ("rank = 1 and audit = yes", [0]),
        ("audit = no", [1, 3]),
        ("rank=2 or rank=1 and audit=yes", [0, 1]),
        ("(rank = 2 or rank = 1) and audit = yes", [0]),
        ("title contains KETTLE", [1]),
        ("title = 'kettle 1.7 l'", [1]),
        ("seller_sku = amz-1", [0]),
        ("SELLER_SKU = AMZ-3", [2]),
        ('seller_sku = "it\'s"', [3]),
        ("title = 'or'", [3]),
        ("not not mug", [0]),
        ("title != 'or'", [0, 1, 2]),
    ],
)
def test_a_filter_finds_what_it_says(condition: str, rows: list[int]) -> None:
    assert found(condition) == rows


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("price > 5", r"column 'price'.*The columns are: seller_sku, title, probability, rank, audit"),
        ("probability > much", "'much' is none"),
        ("title > a", "holds texts"),
        ("probability contains 9", "holds no texts"),
        ("audit = perhaps", "yes or no"),
        ("probability >", "with nothing"),
        ("title is", "without 'empty'"),
        ("(mug", "does not close it"),
        ("mug)", "nothing more was expected"),
        ("not", "ends where"),
        ("= 5", "column or a word was expected"),
        ("'mug", "cannot be read"),
        ("(" * (DEEPEST + 5), "too many brackets"),
        ("x" * (LONGEST + 1), "longer than"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(condition: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        matching(TABLE, condition)


@given(st.one_of(st.text(), st.lists(PARTS, max_size=30).map(" ".join)))
def test_whatever_is_typed_is_answered_or_refused(condition: str) -> None:
    try:
        flags = matching(TABLE, condition)
    except UsageError as error:
        assert str(error)
    else:
        assert len(flags) == TABLE.num_rows and flags.null_count == 0


@given(st.sampled_from(["mug", "rank = 1", "probability > 0.3", "title is empty", "audit != yes"]))
def test_not_turns_every_answer_round(condition: str) -> None:
    assert sorted(found(condition) + found(f"not ({condition})")) == [0, 1, 2, 3]
