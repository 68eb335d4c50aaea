"""Errors in plain words: each known code has a meaning and a fix, an unknown one says so, each has a next step."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.commerce.refusals import judge as judge_commerce
from channelkit.facts import REFUSED_FOR
from channelkit.model.calls import Answer
from channelkit.sandbox.situations import MISSING, SUPPRESSED
from channelkit.trends.error_codes import CATEGORIES, CODES, FAMILIES, SENTENCES, STATUSES
from channelkit.trends.error_words import Kind, put_in_words

KINDS = get_args(Kind)
ALL = [*CODES.values(), *CATEGORIES.values(), *STATUSES.values()]
ALL += [known for _, known in FAMILIES] + [known for *_, known in SENTENCES]


@pytest.mark.parametrize("code", sorted({f"{system}/{code}" for system, code in CODES}))
def test_each_known_code_is_a_sentence_with_a_fix(code: str) -> None:
    system, _, name = code.partition("/")
    words = put_in_words(name, system=system)
    assert words.is_known
    for sentence in (words.meaning, words.fix):
        assert sentence[0].isupper() or sentence.startswith("channelkit")
        assert len(sentence) > 15
    assert words.meaning.endswith(".")


def test_all_that_is_known_is_a_sentence() -> None:
    assert all(known.meaning.endswith(".") and known.fix for known in ALL)


@pytest.mark.parametrize(
    ("code", "system", "status", "words"),
    [
        ("QuotaExceeded", "amazon", 429, "more often than it allows"),
        ("Unauthorized", "amazon", 403, "consent or a role"),
        ("InvalidInput", "amazon", 400, "did not take what was sent"),
        ("NotFound", "amazon", 404, "does not know what was asked for"),
        ("invalid_grant", "amazon", 400, "consent is gone"),
        ("8541", "amazon", None, "do not belong together"),
        ("5995", "amazon", None, "items of the brand"),
        ("90220", "amazon", None, "requires is missing"),
        ("99001", "amazon", None, "attribute is missing, or its value is refused"),
        ("18447", "amazon", None, "asks for an approval"),
        ("18321", "amazon", None, "asks for an approval"),
        ("4000001", "amazon", None, "bulk submission"),
        ("Deadlock", "commerce", 400, "database"),
        ("", "commerce", 503, "overloaded"),
        ("QuotaUsedUp", "amazon", None, "was not made"),
    ],
)
def test_the_codes_that_people_meet_mean_what_they_mean(code: str, system: str, status: int | None, words: str) -> None:
    assert words in put_in_words(code, system=system, status=status).meaning


def test_an_unknown_code_says_that_it_is_unknown_and_gives_amazons_own_words() -> None:
    """RP-02: nothing is guessed."""
    words = put_in_words("777123", kind="listing issue", system="amazon", message="The zork is not aligned.")
    assert not words.is_known
    assert words.meaning == "The code 777123 is not known to channelkit. Amazon says: The zork is not aligned."
    assert "request id" in words.fix


def test_an_unknown_code_of_a_known_category_goes_by_its_category() -> None:
    words = put_in_words("777123", kind="listing issue", system="amazon", categories=["NEW", "MISSING_IMAGE"])
    assert words.is_known
    assert "image" in words.meaning


def test_what_the_sandbox_says_of_listings_is_known() -> None:
    for issue in (MISSING, SUPPRESSED):
        words = put_in_words(issue.code, kind="listing issue", system="amazon", categories=issue.categories)
        assert words.is_known


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"message": "The consumer isn't authorized to access %resources."}, "may not do this"),
        (400, {"message": "SQLSTATE[40001]: Deadlock found when trying to get lock"}, "database"),
        (404, {"message": "Request does not match any route."}, "does not offer this call"),
        (
            500,
            {"message": "Internal Error. Details are available in log. Report ID: webapi-1a"},
            "failed within itself",
        ),
        (404, {"message": "The product that was requested doesn't exist."}, "does not have"),
        (400, {"message": "The requested qty is not available"}, "fewer units"),
    ],
)
def test_commerces_answers_are_put_in_words(status: int, body: dict[str, str], words: str) -> None:
    judged = judge_commerce(Answer(status, body))
    told = put_in_words(judged.code, system="commerce", status=status, message=judged.message)
    assert words in told.meaning


def test_what_was_advised_at_the_moment_stands_where_a_person_must_act() -> None:
    fix = "Give the application the missing role under Develop Apps, then authorize it again."
    assert put_in_words("Unauthorized", system="amazon", status=403, fix=fix).fix == fix


def test_only_a_call_that_a_person_must_mend_stops_a_store() -> None:
    assert put_in_words("invalid_grant", system="amazon").stops_store
    assert not put_in_words("QuotaExceeded", system="amazon").stops_store
    assert not put_in_words("18299", kind="listing issue", system="amazon").stops_store


def test_a_refused_value_goes_again_when_it_is_said_to() -> None:
    """Pain 23: the next attempt that is told is the one that is made."""
    words = put_in_words("InvalidInput", kind="listing change", system="amazon")
    assert words.next_attempt.startswith("By itself a day after the refusal")
    assert REFUSED_FOR == 24 * 3_600_000


@given(
    code=st.text(max_size=12),
    kind=st.sampled_from(KINDS),
    system=st.sampled_from(["amazon", "commerce", ""]),
    status=st.none() | st.integers(100, 599),
    message=st.text(max_size=60),
    categories=st.lists(st.text(max_size=12), max_size=3),
)
def test_pain_23_whatever_fails_has_a_meaning_a_fix_and_a_next_attempt(
    code: str, kind: Kind, system: str, status: int | None, message: str, categories: list[str]
) -> None:
    """Pain 23: every failed row has a next step."""
    words = put_in_words(code, kind=kind, system=system, status=status, message=message, categories=categories)
    assert words.meaning
    assert words.fix
    assert words.next_attempt
