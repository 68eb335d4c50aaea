"""Rows that share what should be theirs alone, held against the plainest way to say so; texts that lost something."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.quality.groups import find_divided, find_shared, find_twins
from channelkit.quality.texts import find_escaped, find_misread, find_padded, find_replaced

few = st.sampled_from(["a", "b", "A", "a ", "", None])
pairs = st.lists(st.tuples(few, st.sampled_from([1, 2, None])), max_size=12)


@given(pairs)
def test_rows_share_values_where_another_row_has_all_of_them(rows: list[tuple[str | None, int | None]]) -> None:
    columns = (pa.array([each[0] for each in rows], pa.string()), pa.array([each[1] for each in rows], pa.int64()))
    expected = [None not in each and rows.count(each) > 1 for each in rows]
    assert find_shared(*columns).tolist() == expected


@given(pairs)
def test_a_group_is_divided_where_two_of_its_values_differ(rows: list[tuple[str | None, int | None]]) -> None:
    groups = pa.array([each[0] for each in rows], pa.string())
    values = pa.array([each[1] for each in rows], pa.int64())
    expected = [
        group is not None and len({value for other, value in rows if other == group and value is not None}) > 1
        for group, _ in rows
    ]
    assert find_divided(values, by=groups).tolist() == expected


@given(st.lists(few, max_size=10))
def test_twins_differ_and_yet_are_the_same_but_for_case_and_blanks(texts: list[str | None]) -> None:
    def fold(text: str) -> str:
        return re.sub(r"\s", "", text.lower())

    expected = [
        text is not None and any(other != text and other is not None and fold(other) == fold(text) for other in texts)
        for text in texts
    ]
    assert find_twins(pa.array(texts, pa.string())).tolist() == expected


whole = st.text(st.characters(categories=["Ll", "Lu"], include_characters=" .,-'"), min_size=1, max_size=20)


letters = st.sampled_from("éèêüöäßñçåøœ’–€“”ÉàùìòâûîôëłśżąęćńžščěůőКружка日本")


@settings(max_examples=60)
@given(st.text(letters, min_size=1, max_size=6), st.sampled_from(["cp1252", "latin-1"]))
def test_utf_8_read_as_something_else_is_seen(text: str, wrong: str) -> None:
    misread = text.encode().decode(wrong, errors="replace")
    found = find_misread(pa.array([misread])) | find_replaced(pa.array([misread]))
    assert found.tolist() == [True]


@pytest.mark.parametrize(
    "title",
    [
        *("Tasse „Guten Morgen“ 0,3 l & Untertasse", "Café crème brûlée – 6 pièces", "Œuvre d’art, 20 € le lot"),
        *("MAÇÃ VERDE, CORAÇÃO", "ÂGE TENDRE", "Señor Müller’s Größe", "Żółta kawa, 1 kg", "日本製マグカップ 350ml"),
        *("Кружка синяя", "كوب أزرق", "What? Me?", "Is it on? Yes", "R&D kit; B&O remote", "5°C–10 °C, ±2"),
        *("„PÅ”, MÅL 5 l", "ÄRA Ä“", "½ inch × 3", "™ brand® ©2026", "ã sweet ã", "Ðetails"),
    ],
)
def test_good_titles_of_many_languages_are_left_alone(title: str) -> None:
    texts = pa.array([title])
    assert not (find_misread(texts) | find_replaced(texts) | find_escaped(texts)).any()


@given(whole)
def test_a_text_is_padded_where_stripping_would_change_it(text: str) -> None:
    assert find_padded(pa.array([text])).tolist() == [text != text.strip()]
