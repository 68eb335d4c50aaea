"""Errors: one tree, each with what happened and what to do next."""

from __future__ import annotations

import inspect
import pickle

import pytest

from channelkit import errors
from channelkit.errors import (
    AuthError,
    ChannelkitError,
    RefusedError,
    RemoteError,
    TemporaryError,
    UsageError,
)

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, ChannelkitError)]


def test_the_picture_of_the_tree_shows_every_error_under_its_parent() -> None:
    picture = (errors.__doc__ or "").splitlines()
    depth = {
        kind: next(line.index(kind.__name__) for line in picture if f" {kind.__name__} " in f" {line} ") for kind in ALL
    }
    for kind in ALL:
        if kind is ChannelkitError:
            continue
        (parent,) = kind.__bases__
        above = [other for other in ALL if depth[other] < depth[kind]]
        assert parent in above, f"{kind.__name__} is not drawn under {parent.__name__}"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_error_says_what_happened_and_what_to_do_next(kind: type[ChannelkitError]) -> None:
    error = kind("The door is shut.", "Knock.")
    assert (error.what, error.fix, str(error)) == ("The door is shut.", "Knock.", "The door is shut. Knock.")
    assert str(kind("That says it all.")) == "That says it all."


@pytest.mark.parametrize("kind", [TemporaryError, RefusedError, AuthError])
def test_what_a_remote_system_did_can_be_caught_by_recovery_or_as_a_whole(kind: type[RemoteError]) -> None:
    with pytest.raises(RemoteError) as raised:
        raise kind("No.", system="commerce", operation="GetV1Products", status=400, code="X", request_id="r-1")
    told = raised.value
    assert (told.system, told.operation, told.status, told.code, told.request_id) == (
        *("commerce", "GetV1Products", 400, "X", "r-1"),
    )


def test_what_is_wrong_here_is_never_taken_for_a_remote_systems_doing() -> None:
    assert [kind for kind in ALL if issubclass(kind, RemoteError)] == [
        AuthError,
        RefusedError,
        RemoteError,
        TemporaryError,
    ]
    assert not issubclass(UsageError, RemoteError)


def test_an_error_survives_the_way_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(UsageError("There is no store 'uk'.", "The stores are: us.")))
    assert str(copy).startswith("There is no store 'uk'.")
