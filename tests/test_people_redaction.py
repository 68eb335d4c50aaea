"""What the other side quotes of a person is blotted out before anybody writes it down."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import RefusedError
from channelkit.model.orders import Address, Person
from channelkit.people.redaction import hide, hiding
from tests.people_book import ADA


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ada Quill cannot be saved.", "… cannot be saved."),
        ('"q7@marketplace.amazon.com" is not a valid address', '"…" is not a valid address'),
        ("Line 7 FEATHER LANE of Escondido, 92025", "Line … of …, …"),
        ("Call 555-0100 or 5550100", "Call … or …"),
        ('"street" is required. Enter and try again.', '"street" is required. Enter and try again.'),
        (
            "Product that you are trying to add is not available.",
            "Product that you are trying to add is not available.",
        ),
    ],
    ids=["name", "e-mail", "address", "phone", "field", "nobody"],
)
def test_words_of_a_person_are_hidden_and_all_others_stay(said: str, shown: str) -> None:
    assert hide(said, ADA) == shown
    assert hide(said, None) == said


def test_a_name_of_two_signs_without_blanks_around_it_is_hidden_as_well() -> None:
    assert hide("渡邉様は登録できません", Person(name="渡邉 翔")) == "…様は登録できません"


def test_an_error_leaves_the_block_without_the_person_and_is_otherwise_the_same() -> None:
    said = f"commerce: {ADA.name} is not allowed."
    with pytest.raises(RefusedError) as caught, hiding(ADA):
        raise RefusedError(said, "Ask Ada.", code="X", request_id="r", status=400)
    assert str(caught.value) == "commerce: … is not allowed. Ask …."
    assert (caught.value.code, caught.value.request_id, caught.value.status) == ("X", "r", 400)
    assert "Quill" not in "".join(traceback.format_exception(caught.value))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(_TEXT, _TEXT, _TEXT, _TEXT)
def test_whatever_a_name_is_it_is_not_seen_afterwards(name: str, street: str, before: str, after: str) -> None:
    person = Person(name=name, address=Address(lines=(street,)))
    shown = hide(f"{before} {name.strip()} {after}", person)
    if len(name.strip()) >= 3 and name.strip() not in f"{before} {after}" and "…" not in name:
        assert f" {name.strip()} " not in shown
