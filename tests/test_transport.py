"""The one door to the network, with real requests machinery and answers that are played."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import IncompleteRead

from channelkit.commerce.signing import OAuth1
from channelkit.errors import AuthError, RefusedError, TemporaryError
from channelkit.model.calls import ATTEMPTS, Answer, Judgement, Operation, Verdict, judge_status
from channelkit.transport import Transport, Unsigned, open_session
from channelkit.wire import quote_segment
from tests.amazon_kit import FreePasses, Played, Stage, StoppedClock, staged_session

READ = Operation("readThing", "GET", "/things/{name}", rate=5, burst=5)
LIST = Operation("listThings", "GET", "/things")
CREATE = Operation("createThing", "POST", "/things", rate=5, repeatable=False)
WRITE = Operation("writeThing", "PATCH", "/things/{name}")


@dataclass
class Badge:
    """Credentials that count how often they were renewed."""

    renewed: int = 0

    def sign(self, request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"secret-badge-{self.renewed}"

    def renew(self) -> None:
        self.renewed += 1


def judge(answer: Answer) -> Judgement:
    if answer.status == 401:
        return Judgement(Verdict.EXPIRED, "expired", "it has expired")
    return Judgement(judge_status(answer.status), "", "it was not done" if answer.status != 200 else "")


@dataclass
class Door:
    """A transport whose answers are played."""

    stage: Stage
    throttle: FreePasses = field(default_factory=FreePasses)
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(epoch=1_000.0))
    badge: Badge = field(default_factory=Badge)

    def __post_init__(self) -> None:
        session = staged_session(("https://", self.stage))
        self.transport = Transport(
            "amazon", "https://shop.test", self.badge, judge, self.throttle, self.clock, lambda: 0.5, session
        )


def door(*answers: Played | Exception) -> Door:
    return Door(Stage(*answers))


def test_an_answer_is_decoded_with_exact_decimals() -> None:
    answer = door(Played(200, b'{"price": 19.90, "large": 12345678901234567890.01}')).transport.call(LIST)
    assert answer.body == {"price": Decimal("19.90"), "large": Decimal("12345678901234567890.01")}


def test_decimals_are_sent_as_exact_numbers() -> None:
    shop = door(Played(200, {}))
    shop.transport.call(WRITE, {"name": "a"}, body={"price": Decimal("0.10")})
    assert shop.stage.requests[0].body == b'{"price":0.10}'
    assert shop.stage.requests[0].headers["Content-Type"] == "application/json"


def test_an_answer_without_contents_is_none() -> None:
    assert door(Played(204)).transport.call(LIST).body is None


@pytest.mark.parametrize("page", [b"<html>Service Unavailable</html>", b"", b"not json"])
def test_what_is_not_json_is_never_an_empty_result(page: bytes) -> None:
    with pytest.raises(TemporaryError):
        door(*[Played(200, page)] * ATTEMPTS).transport.call(LIST)


def test_passing_trouble_is_sat_out_with_growing_delays() -> None:
    shop = door(Played(503, b"<html>"), requests.ConnectionError("reset"), requests.Timeout(), Played(200, {"a": 1}))
    assert shop.transport.call(LIST).body == {"a": 1}
    assert shop.clock.naps == sorted(shop.clock.naps)
    assert len(shop.clock.naps) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        requests.ConnectionError("reset by peer"),
        requests.Timeout("read timed out"),
        requests.exceptions.ChunkedEncodingError(IncompleteRead(1, 2)),
        requests.exceptions.ContentDecodingError("bad gzip"),
    ],
)
def test_a_broken_connection_is_a_temporary_error_without_a_status(trouble: Exception) -> None:
    with pytest.raises(TemporaryError, match="no answer") as caught:
        door(*[trouble] * ATTEMPTS).transport.call(LIST)
    assert caught.value.status is None


def test_trying_ends_after_so_many_attempts() -> None:
    shop = door(*[Played(500, {})] * 10)
    with pytest.raises(TemporaryError):
        shop.transport.call(LIST)
    assert len(shop.stage.requests) == ATTEMPTS


@pytest.mark.parametrize("trouble", [Played(500, {}), requests.ConnectionError("reset")])
def test_what_may_have_been_done_is_not_sent_again(trouble: Played | Exception) -> None:
    shop = door(trouble, Played(200, {}))
    with pytest.raises(TemporaryError):
        shop.transport.call(CREATE, body={})
    assert len(shop.stage.requests) == 1


def test_a_throttled_call_waits_as_long_as_the_answer_says_and_empties_the_quota() -> None:
    shop = door(Played(429, {}, {"Retry-After": "7"}), Played(200, {}))
    shop.transport.call(READ, {"name": "a"})
    assert shop.clock.naps == [7.0]
    assert shop.throttle.emptied == ["readThing"]


def test_a_throttled_call_that_says_nothing_waits_all_the_same() -> None:
    shop = door(Played(429, {}), Played(200, {}))
    shop.transport.call(CREATE, body={})
    assert shop.clock.naps[0] >= 1 / CREATE.rate


@pytest.mark.parametrize("value", ["soon", "-1", "0", "nan", "inf", ""])
def test_a_header_that_is_no_delay_is_passed_over(value: str) -> None:
    shop = door(Played(429, {}, {"Retry-After": value}), Played(200, {}, {"x-amzn-RateLimit-Limit": value}))
    shop.transport.call(READ, {"name": "a"})
    assert 0 < shop.clock.naps[0] < 60
    assert shop.throttle.learnt == {}


def test_a_wait_beyond_patience_is_left_to_the_next_cycle() -> None:
    shop = door(Played(429, {}, {"Retry-After": "3600"}))
    with pytest.raises(TemporaryError):
        shop.transport.call(READ, {"name": "a"})
    assert shop.clock.naps == []


def test_the_rate_that_an_answer_names_is_learnt() -> None:
    shop = door(Played(200, {}, {"x-amzn-RateLimit-Limit": "0.5"}))
    shop.transport.call(READ, {"name": "a"})
    assert shop.throttle.learnt == {"readThing": 0.5}


def test_a_quota_is_waited_for_before_the_call_leaves() -> None:
    class Slow(FreePasses):
        def take(self, operation: Operation, patience: float) -> float | None:
            return 3.0

    shop = Door(Stage(Played(200, {})), Slow())
    shop.transport.call(READ, {"name": "a"})
    assert shop.clock.naps == [3.0]


def test_a_quota_that_is_used_up_for_long_sends_nothing() -> None:
    class Empty(FreePasses):
        def take(self, operation: Operation, patience: float) -> float | None:
            return None

    shop = Door(Stage(), Empty())
    with pytest.raises(TemporaryError, match="quota") as caught:
        shop.transport.call(READ, {"name": "a"})
    assert caught.value.code == "QuotaUsedUp"
    assert shop.stage.requests == []


def test_expired_credentials_are_renewed_once() -> None:
    shop = door(Played(401, {}), Played(200, {}))
    shop.transport.call(LIST)
    assert [request.headers["Authorization"] for request in shop.stage.requests] == ["secret-badge-0", "secret-badge-1"]
    shop = door(Played(401, {}), Played(401, {}), Played(200, {}))
    with pytest.raises(AuthError):
        shop.transport.call(LIST)
    assert shop.badge.renewed == 1


@pytest.mark.parametrize(("status", "error"), [(400, RefusedError), (404, RefusedError), (403, AuthError)])
def test_an_error_says_what_who_and_which_request(status: int, error: type[Exception]) -> None:
    with pytest.raises(error, match=rf"amazon, listThings, status {status}: it was not done") as caught:
        door(Played(status, {}, {"x-amzn-RequestId": "r-1"})).transport.call(LIST)
    found: Any = caught.value
    assert (found.system, found.operation, found.status, found.request_id) == ("amazon", "listThings", status, "r-1")


@pytest.mark.parametrize("body", [b"", b"<html>Moved</html>", b"{}"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_neither_followed_with_credentials_nor_taken_for_an_answer(status: int, body: bytes) -> None:
    shop = door(Played(status, body, {"Location": "https://elsewhere.test/"}))
    with pytest.raises(RefusedError, match=rf"status {status}: the address leads to another one.*into the settings"):
        shop.transport.call(LIST)
    assert len(shop.stage.requests) == 1


@pytest.mark.parametrize("secret", ["badge\n", "badge\r\nHost: x", "\u200bbadge", "badge\u00a0", "b\u00e4dge"])
def test_a_secret_that_no_header_can_carry_is_told_without_showing_it(secret: str) -> None:
    class Copied(Badge):
        def sign(self, request: requests.PreparedRequest) -> None:
            request.headers["Authorization"] = f"Bearer {secret}"

    shop = Door(Stage(), badge=Copied())
    with pytest.raises(AuthError, match="no header can carry") as caught:
        shop.transport.call(LIST)
    assert "badge" not in repr(caught.value)
    assert shop.stage.requests == []


def test_neither_secrets_nor_people_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop = door(
        requests.ConnectionError("https://shop.test?token=secret-query"), Played(400, {"buyer": "secret-buyer"})
    )
    with pytest.raises(RefusedError) as caught:
        shop.transport.call(WRITE, {"name": "a"}, [("token", "secret-query")], {"buyer": "secret-buyer"})
    assert "writeThing" in caplog.text
    assert "secret" not in caplog.text
    assert "secret" not in str(caught.value)


def test_signing_writes_neither_key_nor_token_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    open_session()
    request = requests.Request("GET", "https://shop.test/things").prepare()
    OAuth1("k-private", lambda: "s-private", lambda: "t-private", lambda: "ts-private", lambda: 1e9).sign(request)
    assert "t-private" in str(request.headers["Authorization"])
    assert "private" not in caplog.text


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: text not in (".", "..")))
def test_any_text_is_one_segment_of_a_path(text: str) -> None:
    shop = door(Played(200, {}))
    shop.transport.call(READ, {"name": text})
    assert shop.stage.asked(0).segments == ["things", text]


@pytest.mark.parametrize("text", [".", "..", ""])
def test_a_segment_that_would_lead_elsewhere_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="another seller SKU"):
        quote_segment(text)


@given(st.lists(st.tuples(st.sampled_from(["a", "b[0][field]"]), st.text(st.characters(codec="utf-8"))), max_size=4))
def test_a_query_arrives_as_it_was_given(query: list[tuple[str, str]]) -> None:
    shop = door(Played(200, {}))
    shop.transport.call(LIST, query=query)
    assert shop.stage.asked(0).query == dict(query)
    assert "+" not in str(shop.stage.requests[0].url)


def test_a_form_is_sent_as_a_form() -> None:
    shop = door(Played(200, {}))
    shop.transport.call(CREATE, form={"grant": "a b"})
    assert shop.stage.requests[0].body == "grant=a+b"
    assert shop.stage.requests[0].headers["Content-Type"] == "application/x-www-form-urlencoded"


def next_of(body: Any) -> str | None:
    token = body.get("next")
    return None if token is None else str(token)


def test_pages_are_followed_to_the_last() -> None:
    shop = door(Played(200, {"n": 1, "next": "x"}), Played(200, {"n": 2, "next": "y"}), Played(200, {"n": 3}))
    pages = shop.transport.pages(LIST, next_of, "token", query=[("size", "20")])
    assert [page["n"] for page in pages] == [1, 2, 3]
    assert shop.stage.asked(2).query == {"size": "20", "token": "y"}


def test_a_page_token_that_comes_back_is_refused() -> None:
    answers = [{"next": "x"}, {"next": "y"}, {"next": "x"}]
    shop = door(*(Played(200, answer) for answer in answers))
    with pytest.raises(TemporaryError, match="same page token came twice"):
        list(shop.transport.pages(LIST, next_of, "token"))
    assert len(shop.stage.requests) == 3


def test_a_document_is_fetched_without_credentials() -> None:
    shop = door(Played(200, b"bytes", {"Content-Type": "text/plain; charset=Cp1252"}))
    assert shop.transport.download("https://files.test/x") == (b"bytes", "text/plain; charset=Cp1252")
    assert "Authorization" not in shop.stage.requests[0].headers


@pytest.mark.parametrize(
    ("answers", "tries"),
    [
        ([Played(403, b"<Error/>")], 1),
        ([Played(503, b"")] * ATTEMPTS, ATTEMPTS),
        ([requests.exceptions.ChunkedEncodingError("cut")] * ATTEMPTS, ATTEMPTS),
    ],
)
def test_a_document_that_does_not_arrive_is_a_temporary_error(answers: list[Played | Exception], tries: int) -> None:
    shop = door(*answers)
    with pytest.raises(TemporaryError, match="did not arrive completely"):
        shop.transport.download("https://files.test/x?signature=secret")
    assert len(shop.stage.requests) == tries


def test_a_document_shorter_than_announced_is_fetched_again() -> None:
    shop = door(Played(200, b"half", {"Content-Length": "8"}), Played(200, b"complete", {"Content-Length": "8"}))
    assert shop.transport.download("https://files.test/x")[0] == b"complete"


def test_a_session_takes_no_password_from_netrc(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine shop.test login somebody password private\n")
    monkeypatch.setenv("NETRC", str(netrc))
    request = requests.Request("GET", "https://shop.test/")
    assert "Authorization" not in open_session().prepare_request(request).headers


@pytest.mark.parametrize("act", [lambda none: none.renew(), lambda none: none.sign(requests.PreparedRequest())])
def test_unsigned_credentials_do_nothing(act: Callable[[Unsigned], None]) -> None:
    act(Unsigned())
