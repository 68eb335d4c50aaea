"""What Commerce's answers mean: its error envelopes in words, with their parameters filled in.

Commerce says 400 to almost everything, even to a deadlock that is gone a second later; 401 to a missing permission;
and hides a fatal error behind a report's number (commerce-rest, "Errors, paging, time, limits").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.model.calls import Answer, Judgement, Verdict, judge_status

_PASSING = re.compile(r"deadlock|lock wait timeout|try restarting transaction", re.IGNORECASE)
_PARAMETER = re.compile(r"%(\w+)")
_REPORT = re.compile(r"webapi-\w+")
_BEARER = "With bearer tokens, Commerce must also allow those (Stores > Configuration > Services > OAuth)."
_CLOCKS = "Check this machine's clock and the shop's."
LONGEST = 500
"""Characters of Commerce's own words that a message carries."""


def judge(answer: Answer, *, renewable: bool = False) -> Judgement:
    """Say what an answer means and what to do about it.

    Arguments:
        renewable: the token can be asked for anew, so a 401 that names no permission may only mean that it has ended.
    """
    verdict = judge_status(answer.status)
    if verdict is Verdict.FINE:
        return Judgement(verdict)
    message = explain(answer.body)
    if verdict is Verdict.FORBIDDEN:
        return _judge_forbidden(message, answer, renewable=renewable)
    return _judge_refused(message, answer) if verdict is Verdict.REFUSED else _judge_passing(message, verdict)


def judge_token(answer: Answer) -> Judgement:
    """Say what an answer of Adobe's identity service means: it calls wrong credentials a bad request (RFC 6749)."""
    judgement = judge(answer)
    if judgement.verdict not in (Verdict.REFUSED, Verdict.FORBIDDEN):
        return judgement
    fix = "Check client_id and client_secret under [commerce], and that the credential has the Commerce cloud service."
    return Judgement(Verdict.FORBIDDEN, "BadCredentials", judgement.message, fix)


def explain(body: Any) -> str:
    """Return an envelope's words with its parameters filled in.

    >>> explain({"message": "Maximum %fieldName is %max", "parameters": {"fieldName": "pageSize", "max": 300}})
    'Maximum pageSize is 300'
    >>> explain({"message": "%1 is gone", "parameters": ["A-1"]})
    'A-1 is gone'
    >>> explain({"messages": {"error": [{"code": 500, "message": "Fatal"}]}})
    'Fatal'
    """
    if isinstance(body, str):
        words = re.sub(r"<[^>]*>", " ", body) or "no words"
        return " ".join(words.split())[:LONGEST]
    if not isinstance(body, dict):
        return "no words"
    if isinstance(body.get("messages"), dict):
        found = [error.get("message", "") for error in body["messages"].get("error", [])]
        return "; ".join(filter(None, found))[:LONGEST] or "no words"
    if "error" in body and "message" not in body:
        return str(body.get("error_description") or body["error"])[:LONGEST]
    parts = [_filled(body)]
    parts += [_filled(error) for error in body.get("errors") or () if isinstance(error, dict)]
    return "; ".join(dict.fromkeys(filter(None, parts)))[:LONGEST].rstrip(".") or "no words"


def _judge_refused(message: str, answer: Answer) -> Judgement:
    if _PASSING.search(message):
        return Judgement(Verdict.TEMPORARY, "Deadlock", message, "The next cycle tries again.")
    if "oauth_timestamp" in message:
        # Commerce calls a signature from the future a bad request.
        return Judgement(Verdict.FORBIDDEN, "ClockSkew", message, _CLOCKS)
    if answer.status == 400 and "pageSize" in message:
        return Judgement(Verdict.REFUSED, "PageTooLarge", message, "Lower page_size under [commerce].")
    if answer.status == 400 and "Maximum items of type" in message:
        fix = "Send fewer at once, or raise the limit under Stores > Configuration > Services > Web API Limitations."
        return Judgement(Verdict.REFUSED, "TooManyItems", message, fix)
    if answer.status == 404 and "does not match any route" in message:
        fix = "The module that answers this route is switched off or missing; check the shop's modules."
        return Judgement(Verdict.REFUSED, "NoRoute", message, fix)
    return Judgement(Verdict.REFUSED, "", message)


def _judge_passing(message: str, verdict: Verdict) -> Judgement:
    report = _REPORT.search(message)
    fix = f"Whoever runs the shop finds the cause under {report[0]}." if report else "The next cycle tries again."
    return Judgement(verdict, "", message, fix)


def _judge_forbidden(message: str, answer: Answer, *, renewable: bool) -> Judgement:
    if "isn't authorized to access" in message or "not authorized to access" in message:
        fix = (
            "Allow it in Commerce under System > Integrations > the integration > API, then activate it again. "
            f"{_BEARER}"
        )
        return Judgement(Verdict.FORBIDDEN, "MissingPermission", message, fix)
    if renewable and answer.status == 401:
        return Judgement(Verdict.EXPIRED, "Expired", message, "Check the client id and secret under [commerce].")
    if "nonce" in message or "timestamp" in message:
        return Judgement(Verdict.FORBIDDEN, "ClockSkew", message, _CLOCKS)
    fix = f"Check the integration's keys under [commerce], and that the integration is active. {_BEARER}"
    return Judgement(Verdict.FORBIDDEN, "BadCredentials", message, fix)


def _filled(envelope: Mapping[str, Any]) -> str:
    message, given = str(envelope.get("message") or ""), envelope.get("parameters") or {}
    values: dict[str, str] = {}
    if isinstance(given, dict):
        values = {str(name): _word(value) for name, value in given.items()}
    elif isinstance(given, list):
        values = {str(place): _word(value) for place, value in enumerate(given, start=1)}
    return _PARAMETER.sub(lambda found: values.get(found[1], found[0]), message)


def _word(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)
