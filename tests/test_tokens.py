"""Access tokens: asked for when needed, used while they are good, renewed in time, never shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from channelkit.errors import TemporaryError
from channelkit.tokens import EARLY, TokenSource


@dataclass
class Desk:
    """Hands out tokens and remembers who asked with what."""

    now: float = 1_000.0
    answers: list[Mapping[str, Any]] = field(default_factory=list)
    forms: list[Mapping[str, str]] = field(default_factory=list)
    secret: str = "first"

    def ask(self, form: Mapping[str, str]) -> Mapping[str, Any]:
        self.forms.append(form)
        if self.answers:
            return self.answers.pop(0)
        return {"access_token": f"token-{len(self.forms)}", "expires_in": 3600}

    def source(self) -> TokenSource:
        return TokenSource(self.ask, lambda: {"client_secret": self.secret}, lambda: self.now)


def test_nothing_is_asked_for_before_it_is_needed() -> None:
    desk = Desk()
    desk.source()
    assert desk.forms == []


def test_a_token_is_used_until_shortly_before_its_end() -> None:
    desk = Desk()
    source = desk.source()
    assert source.token() == "token-1"
    desk.now += 3600 - EARLY - 1
    assert source.token() == "token-1"
    desk.now += 1
    assert source.token() == "token-2"


def test_a_forgotten_token_is_not_used_again() -> None:
    source = Desk().source()
    source.token()
    source.forget()
    assert source.token() == "token-2"


def test_a_rotated_secret_is_found_without_a_restart() -> None:
    desk = Desk()
    source = desk.source()
    source.token()
    desk.secret = "second"
    source.forget()
    source.token()
    assert [form["client_secret"] for form in desk.forms] == ["first", "second"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": "t"}, {"access_token": "t", "expires_in": "soon"}, {"access_token": "t", "expires_in": None}],
)
def test_an_answer_without_a_token_is_an_error_and_the_next_is_tried(answer: Mapping[str, Any]) -> None:
    source = Desk(answers=[answer]).source()
    with pytest.raises(TemporaryError, match="access token"):
        source.token()
    assert source.token() == "token-2"


def test_a_token_does_not_show() -> None:
    source = Desk().source()
    assert source.token() not in repr(source)
