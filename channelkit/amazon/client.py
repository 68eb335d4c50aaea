"""The Amazon client: tokens, and what an answer means for whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from channelkit.amazon.operations import TOKEN
from channelkit.clock import Clock
from channelkit.errors import RefusedError
from channelkit.model.calls import Answer, Judgement, Verdict, judge_status
from channelkit.tokens import TokenSource
from channelkit.transport import Throttle, Transport, Unsigned

Reveal = Callable[[], str]

_TOKEN_REFUSALS = {
    "invalid_grant": (
        "the seller's consent is gone: it was revoked, or the refresh token belongs to another application",
        "Authorize the application in Seller Central again, and put the new refresh token where the settings name it.",
    ),
    "invalid_client": (
        "Amazon does not know this client id and secret",
        "Secrets end 180 days after they were made: make a new one under Develop Apps, and put it where it is named.",
    ),
    "unauthorized_client": (
        "the application may not sign in this way",
        "Check under Develop Apps that the application is authorized for this seller.",
    ),
}
_FORBIDDEN = (
    "The seller's consent was revoked, a role is missing, or the account belongs to another region. "
    "Look under Develop Apps which roles the application has, and check the account's region in the settings."
)
_FORBIDDEN_WORDS = {
    "revoked": "The seller's consent was revoked, or the token is of another region: authorize the application again "
    "in Seller Central, and check the account's region in the settings.",
    "participate": "Check the marketplaces in the settings: the seller does not sell there.",
    "role": "Give the application the missing role under Develop Apps, then authorize it again.",
    "permission": "Give the application the missing role under Develop Apps, then authorize it again.",
    "region": "Check the account's region in the settings.",
}
"""What to do, by a word that Amazon's details have; they have none where the reason is not told."""


@dataclass(frozen=True)
class Amazon:
    """One seller account in one region."""

    transport: Transport
    seller_id: str


@dataclass(frozen=True)
class AccessToken:
    """Signs requests with Login with Amazon's token (developer-docs, "Connecting to the SP-API")."""

    tokens: TokenSource

    def sign(self, request: requests.PreparedRequest) -> None:
        request.headers["x-amz-access-token"] = self.tokens.token()

    def renew(self) -> None:
        self.tokens.forget()


def open_amazon(
    *,
    seller_id: str,
    base_url: str,
    token_url: str,
    client_id: str,
    client_secret: Reveal,
    refresh_token: Reveal,
    throttle: Throttle,
    clock: Clock,
    random: Callable[[], float],
    session: requests.Session,
) -> Amazon:
    """Return a client of one seller account; nothing is sent yet, and no secret is looked up before it is needed.

    Arguments:
        base_url, token_url: Amazon's, or the sandbox's.
        client_secret, refresh_token: look a secret up.
        throttle: remembers the account's quotas, between processes too.
    """
    token_door = Transport("amazon", token_url.rstrip("/"), Unsigned(), judge_token, throttle, clock, random, session)

    def ask(form: Mapping[str, str]) -> Mapping[str, Any]:
        body: Mapping[str, Any] = token_door.call(TOKEN, form=form).body
        return body

    def form() -> Mapping[str, str]:
        secrets = {"client_secret": client_secret(), "refresh_token": refresh_token()}
        return {"grant_type": "refresh_token", "client_id": client_id, **secrets}

    credentials = AccessToken(TokenSource(ask, form, clock.now))
    transport = Transport("amazon", base_url.rstrip("/"), credentials, judge, throttle, clock, random, session)
    return Amazon(transport, seller_id)


def judge(answer: Answer) -> Judgement:
    """Say what an answer of the Selling Partner API means: by its status first, then by its code.

    Gateways answer with HTML or an envelope of their own, so the code alone would let failures pass.
    """
    verdict = judge_status(answer.status)
    if verdict is Verdict.FINE:
        return Judgement(verdict)
    code, message = read_error(answer.body)
    if verdict is Verdict.FORBIDDEN:
        if answer.status == 401 or "expired" in message.lower():
            return Judgement(Verdict.EXPIRED, code, message, "Check this machine's clock.")
        fix = next((fix for word, fix in _FORBIDDEN_WORDS.items() if word in message.lower()), _FORBIDDEN)
        return Judgement(verdict, code, message, fix)
    if verdict in (Verdict.THROTTLED, Verdict.TEMPORARY):
        return Judgement(verdict, code, message, "The next cycle tries again.")
    return Judgement(verdict, code, message)


def judge_token(answer: Answer) -> Judgement:
    """Say what an answer of Login with Amazon means; a refusal lasts until a person acts."""
    verdict = judge_status(answer.status)
    if verdict in (Verdict.FINE, Verdict.THROTTLED, Verdict.TEMPORARY):
        return Judgement(verdict)
    code = str(answer.body.get("error", "")) if isinstance(answer.body, dict) else ""
    message, fix = _TOKEN_REFUSALS.get(code, ("Amazon did not give an access token", "Check the account's secrets."))
    return Judgement(Verdict.FORBIDDEN, code, message, fix)


def read_error(body: Any) -> tuple[str, str]:
    """Return code and message of an error envelope, or of whatever came instead of one.

    >>> read_error({"errors": [{"code": "NotFound", "message": "SKU not found", "details": ""}]})
    ('NotFound', 'SKU not found')
    >>> read_error("<html>Service Unavailable</html>")
    ('', 'the answer is not in the form that Amazon documents')
    """
    if isinstance(body, dict):
        errors = body.get("errors")
        if isinstance(errors, list) and errors and isinstance(errors[0], dict):
            words = "; ".join(_words(error) for error in errors if isinstance(error, dict))
            return str(errors[0].get("code", "")), words
        if isinstance(body.get("message"), str):
            return "", str(body["message"]).rstrip(".")
    return "", "the answer is not in the form that Amazon documents"


def _words(error: Mapping[str, Any]) -> str:
    """Return message and details: that a token has expired stands only in the details."""
    parts = (str(error.get(name) or "").rstrip(".") for name in ("message", "details"))
    return ": ".join(part for part in parts if part)


def field_of(body: Any, name: str, operation: str) -> Any:
    """Return a field that an answer must have.

    Raises:
        RefusedError: it is not there; an answer without it must not pass for an empty one.
    """
    if not isinstance(body, dict) or name not in body:
        raise _changed(operation, f"the answer has no {name!r}")
    return body[name]


@contextmanager
def documented(operation: str) -> Iterator[None]:
    """Read an answer's fields by the definition.

    Raises:
        RefusedError: the answer has another form, whatever that did to its reader.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _changed(operation, "the answer is not in the form that Amazon documents") from error


def next_token(operation: str) -> Callable[[Any], str | None]:
    """Return what finds the token of the next page in a page of this operation."""

    def find(page: Any) -> str | None:
        with documented(operation):
            token = (page.get("pagination") or {}).get("nextToken")
        return str(token) if token else None

    return find


def _changed(operation: str, what: str) -> RefusedError:
    return RefusedError(
        f"amazon, {operation}: {what}.",
        "What was known before stays. If it lasts, Amazon has changed the call: look for a newer channelkit.",
        system="amazon",
        operation=operation,
    )
