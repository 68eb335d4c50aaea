"""Signing in to Amazon, and what its answers mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.amazon.client import judge, judge_token, read_error
from channelkit.amazon.listings import look_up
from channelkit.amazon.sellers import read_participations
from channelkit.errors import AuthError, RefusedError, RemoteError, TemporaryError
from channelkit.model.calls import Answer, Verdict
from channelkit.model.marketplaces import marketplace
from tests.amazon_kit import GRANTED, Played, StoppedClock, connect, staged
from tests.conftest import RunSandbox

OPERATION = "getMarketplaceParticipations"
NOBODY: dict[str, Any] = {"payload": []}


def refusal(code: str, message: str, details: str = "") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "details": details}]}


def denied(details: str = "") -> Played:
    return Played(403, refusal("Unauthorized", "Access to requested resource is denied.", details))


@pytest.mark.parametrize(
    ("status", "body", "verdict"),
    [
        (200, {}, Verdict.FINE),
        (204, None, Verdict.FINE),
        (429, refusal("QuotaExceeded", "You exceeded your quota."), Verdict.THROTTLED),
        (500, refusal("InternalFailure", "Try again."), Verdict.TEMPORARY),
        (503, "<html>Service Unavailable</html>", Verdict.TEMPORARY),
        (500, {"message": "Internal"}, Verdict.TEMPORARY),
        (502, "<html>a page under status 200</html>", Verdict.TEMPORARY),
        (None, "ConnectionError", Verdict.TEMPORARY),
        (400, refusal("InvalidInput", "Bad."), Verdict.REFUSED),
        (404, refusal("NotFound", "SKU not found."), Verdict.REFUSED),
        (413, "<html>", Verdict.REFUSED),
        (401, None, Verdict.EXPIRED),
        (403, refusal("Unauthorized", "Denied.", "The access token you provided has expired."), Verdict.EXPIRED),
        (403, refusal("Unauthorized", "Denied.", "The access token is revoked."), Verdict.FORBIDDEN),
        (403, refusal("Unauthorized", "Denied."), Verdict.FORBIDDEN),
        (403, {"message": "Forbidden"}, Verdict.FORBIDDEN),
    ],
)
def test_an_answer_is_judged_by_its_status_then_by_its_words(status: int | None, body: Any, verdict: Verdict) -> None:
    assert judge(Answer(status, body)).verdict is verdict


@pytest.mark.parametrize(
    ("details", "advice"),
    [
        ("The access token you provided is revoked, malformed or invalid.", "authorize the application again"),
        ("The application does not have the required role.", "missing role"),
        ("The seller does not participate in marketplace A1.", "marketplaces in the settings"),
        ("The account belongs to another region.", "region in the settings"),
        ("", "consent was revoked, a role is missing, or the account belongs to another region"),
    ],
)
def test_a_denial_says_what_to_do_as_far_as_amazon_tells(details: str, advice: str) -> None:
    amazon, _ = staged(denied(details))
    with pytest.raises(AuthError, match=advice):
        read_participations(amazon)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["errors", "code", "message"]), inner),
    max_leaves=8,
)


@given(json_values)
def test_any_body_of_a_failure_can_be_read(body: Any) -> None:
    code, message = read_error(body)
    assert isinstance(code, str)
    assert isinstance(message, str)
    assert judge(Answer(400, body)).verdict is Verdict.REFUSED


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (400, "invalid_grant", "seller's consent is gone"),
        (401, "invalid_client", "does not know this client id and secret"),
        (400, "unauthorized_client", "may not sign in this way"),
        (400, "something_new", "did not give an access token"),
    ],
)
def test_each_refusal_of_a_token_has_its_own_words_and_its_own_advice(status: int, code: str, words: str) -> None:
    amazon, stage = staged(tokens=[Played(status, {"error": code, "error_description": "private words"})])
    with pytest.raises(AuthError, match=words) as caught:
        read_participations(amazon)
    assert caught.value.fix
    assert caught.value.code == code
    assert not stage.requests
    assert "secret-value" not in repr(caught.value)


def test_a_page_of_html_from_the_token_address_is_temporary() -> None:
    assert judge_token(Answer(503, "<html>")).verdict is Verdict.TEMPORARY
    amazon, _ = staged(tokens=[Played(200, b"<html>Sign in</html>")] * 5)
    with pytest.raises(TemporaryError):
        read_participations(amazon)


def test_a_token_is_asked_for_once_and_sent_with_each_call() -> None:
    amazon, stage = staged(Played(200, NOBODY), Played(200, NOBODY), tokens=[Played(200, GRANTED)])
    read_participations(amazon)
    read_participations(amazon)
    assert [request.headers["x-amz-access-token"] for request in stage.requests] == ["Atza|played"] * 2
    assert str(stage.requests[0].headers["User-Agent"]).startswith("channelkit/")
    assert stage.requests[0].body is None
    assert "Content-Type" not in stage.requests[0].headers


def test_an_expired_token_is_renewed_once_and_the_call_is_made_again() -> None:
    fresh = {**GRANTED, "access_token": "Atza|fresh"}
    tokens = [Played(200, GRANTED), Played(200, fresh)]
    amazon, stage = staged(denied("The access token you provided has expired."), Played(200, NOBODY), tokens=tokens)
    assert read_participations(amazon) == []
    assert [request.headers["x-amz-access-token"] for request in stage.requests] == ["Atza|played", "Atza|fresh"]


def test_a_token_that_expires_again_at_once_is_not_renewed_for_ever() -> None:
    expired = denied("The access token you provided has expired.")
    amazon, stage = staged(expired, expired)
    with pytest.raises(AuthError, match="this machine's clock"):
        read_participations(amazon)
    assert len(stage.requests) == 2


def test_an_answer_that_lacks_its_contents_is_an_error_and_not_an_empty_one() -> None:
    amazon, _ = staged(Played(200, {"something": "else"}))
    with pytest.raises(RefusedError, match="no 'payload'"):
        read_participations(amazon)


def test_no_secret_shows_in_what_a_client_prints() -> None:
    amazon, _ = staged(Played(200, NOBODY))
    read_participations(amazon)
    shown = repr(amazon)
    assert not any(secret in shown for secret in ("secret-value", "token-value", "Atza"))


def test_the_marketplaces_of_an_account_are_read(run_sandbox: RunSandbox) -> None:
    """ON: what an account takes part in is found by asking it."""
    entries = read_participations(connect(run_sandbox(quiet=True)))
    assert len(entries) == len({each.country for each in entries}), "only marketplaces where something is sold"
    found = {each.country: each for each in entries}
    assert found["US"].marketplace_id == "ATVPDKIKX0DER"
    assert (found["US"].currency, found["US"].language, found["US"].participating) == ("USD", "en_US", True)
    assert not found["US"].suspended


@pytest.mark.parametrize(
    "kind", ["throttle", "throttle_without_header", "html_503", "server_error", "reset", "not_json", "token_expired"]
)
def test_passing_bad_weather_is_sat_out(run_sandbox: RunSandbox, kind: str) -> None:
    running = run_sandbox(speed=0, quiet=True)
    running.faults.add(kind, "searchListingsItems", count=1 if kind == "token_expired" else 2)
    clock = StoppedClock(epoch=running.world.clock.now())
    assert look_up(connect(running, clock=clock), marketplace("US"), ["00012345"]).rows.num_rows == 1
    assert not running.faults.waiting()
    assert bool(clock.naps) is (kind != "token_expired")


@pytest.mark.parametrize(
    ("kind", "operation", "error"),
    [
        ("html_503", OPERATION, TemporaryError),
        ("reset", OPERATION, TemporaryError),
        ("not_json", OPERATION, TemporaryError),
        ("throttle_without_header", OPERATION, TemporaryError),
        ("forbidden", OPERATION, AuthError),
        ("token_revoked", "token", AuthError),
    ],
)
def test_weather_that_does_not_pass_is_an_error_of_its_kind(
    run_sandbox: RunSandbox, kind: str, operation: str, error: type[RemoteError]
) -> None:
    running = run_sandbox(speed=0, quiet=True)
    running.faults.add(kind, operation, count=None)
    with pytest.raises(error) as caught:
        read_participations(connect(running, clock=StoppedClock(epoch=running.world.clock.now())))
    assert caught.value.system == "amazon"
    assert caught.value.operation == operation


def test_a_slow_quota_is_left_to_the_next_cycle_instead_of_waited_for(run_sandbox: RunSandbox) -> None:
    running = run_sandbox(speed=0, quiet=True)
    running.faults.add("throttle", OPERATION)
    clock = StoppedClock(epoch=running.world.clock.now())
    with pytest.raises(TemporaryError, match="next cycle"):
        read_participations(connect(running, clock=clock))
    assert not clock.naps


def test_a_rotated_secret_is_told_from_a_revoked_seller(run_sandbox: RunSandbox) -> None:
    running = run_sandbox(quiet=True)
    with pytest.raises(AuthError, match="180 days"):
        read_participations(connect(running, client_secret=lambda: "old"))
    with pytest.raises(AuthError, match="consent is gone"):
        read_participations(connect(running, refresh_token=lambda: "Atzr|of-somebody-else"))
