"""What an answer of Commerce means: its error envelopes with their parameters filled in, sorted by recovery.

Commerce answers 400 to much that is none of the caller's fault, 401 to missing permissions as well as to wrong
credentials, and hides its own faults behind a report id; what stands in front of it answers in HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channelkit.model.calls import Answer, Judgement, Verdict, judge_status

EXCERPT = 200

_LOCKED = re.compile(r"deadlock|lock wait timeout|try restarting transaction", re.IGNORECASE)
_REPORT = re.compile(r"Report ID: (\S+)")
_TAGS = re.compile(r"<(style|script).*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_NO_ROUTE = "Request does not match any route."


def judge(answer: Answer, *, renewable: bool = False) -> Judgement:
    """Return what an answer means, with words for a person.

    Arguments:
        renewable: a 401 may only say that the token has ended, and another can be had (Adobe's identity service).

    >>> judge(Answer(400, {"message": "%1 has %2 options", "parameters": ["color", 3]})).message
    'color has 3 options'
    >>> judge(Answer(400, {"message": "Deadlock found when trying to get lock"})).verdict
    <Verdict.TEMPORARY: 'temporary'>
    """
    verdict = judge_status(answer.status)
    if verdict is Verdict.FINE:
        return Judgement(verdict)
    if answer.status is None:
        fix = "Nothing was changed. Check that the shop is up and commerce.url is its address; the next cycle tries again."
        return Judgement(verdict, str(answer.body), f"no answer came ({answer.body})", fix)
    template, message = _words(answer.body)
    if isinstance(answer.body, str) or not message:
        return _judge_page(answer, verdict)
    if _LOCKED.search(message):
        return Judgement(Verdict.TEMPORARY, template, message, "Others write at the same time; it is tried again.")
    if answer.status == 401:
        return _judge_rights(answer.body, template, message, renewable=renewable)
    if "oauth_timestamp" in message:
        fix = "Set this machine's clock, and the shop's: they differ."
        return Judgement(Verdict.FORBIDDEN, template, message, fix)
    return Judgement(verdict, template, message, _fix(answer.status, message))


def _words(body: Any) -> tuple[str, str]:
    """Return the message as Commerce keeps it, and with everything filled in; a fatal error has another envelope."""
    if not isinstance(body, Mapping):
        return "", ""
    fatal = body.get("messages")
    if isinstance(fatal, Mapping):
        errors = [error for error in fatal.get("error") or () if isinstance(error, Mapping)]
        told = "; ".join(_plain(str(error.get("message", ""))) for error in errors)
        return (str(errors[0].get("code", "")) if errors else ""), told
    if "error" in body and "message" not in body:
        return str(body["error"]), _plain(str(body.get("error_description") or body["error"]))
    template = str(body.get("message") or "")
    return template, "; ".join(filter(None, map(_plain, _messages(body))))


def _messages(error: Mapping[str, Any]) -> Iterator[str]:
    yield fill_in(str(error.get("message") or ""), error.get("parameters"))
    for inner in error.get("errors") or ():
        if isinstance(inner, Mapping):
            yield from _messages(inner)


def fill_in(message: str, parameters: Sequence[Any] | Mapping[str, Any] | None) -> str:
    """Return a message with its parameters in place: ``%1`` from a list, ``%name`` from an object.

    >>> fill_in("No such entity with %fieldName = %fieldValue", {"fieldName": "sku", "fieldValue": "A%1"})
    'No such entity with sku = A%1'
    """
    named: dict[str, Any] = {}
    if isinstance(parameters, Mapping):
        named |= parameters
    elif isinstance(parameters, (list, tuple)):
        for number, value in enumerate(parameters, 1):
            # The official definition shows a list of objects; what is seen is a list of texts.
            named |= value if isinstance(value, Mapping) else {str(number): value}
    if not named:
        return message
    # In one pass and longest first, so that a value is never read as a placeholder, nor %10 as %1.
    names = "|".join(re.escape(name) for name in sorted(named, key=len, reverse=True))
    return re.sub(f"%({names})", lambda found: _value(named[found[1]]), message)


def _value(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _judge_rights(body: Mapping[str, Any], template: str, message: str, *, renewable: bool) -> Judgement:
    resource = _parameter(body, "resources")
    if resource:
        words = f"the integration may not use {resource}"
        fix = (
            f"In Commerce's Admin open System > Integrations, edit the integration, tick {resource} under API, save and "
            "reauthorize it. Where every call fails so, the access token is wrong or bearer tokens are not allowed."
        )
        return Judgement(Verdict.FORBIDDEN, template, words, fix)
    if renewable:
        fix = "Check commerce.client_id, client_secret and organization; the credential may have been revoked."
        return Judgement(Verdict.EXPIRED, template, message, fix)
    fix = (
        "Check consumer_key, consumer_secret, access_token and access_token_secret in [commerce], and that commerce.url "
        "is the address by which the shop knows itself."
    )
    return Judgement(Verdict.FORBIDDEN, template, message, fix)


def _parameter(body: Mapping[str, Any], name: str) -> str:
    given = body.get("parameters")
    for parameters in given if isinstance(given, list) else [given]:
        if isinstance(parameters, Mapping) and parameters.get(name):
            return _value(parameters[name])
    return ""


def _fix(status: int, message: str) -> str:
    report = _REPORT.search(message)
    if report:
        return f"Whoever runs the shop finds the cause in var/log under {report[1].rstrip('.')}."
    if status == 404 and _NO_ROUTE in message:
        return "The module that answers this is off or not installed, or commerce.url or commerce.flavour is wrong."
    if status == 403:
        return "Check the API key and the organization in [commerce], and what they are entitled to."
    return ""


def _judge_page(answer: Answer, verdict: Verdict) -> Judgement:
    """Judge what is no envelope: a page of a proxy, a firewall or a shop under maintenance, or a line of OAuth."""
    words = _plain(_TAGS.sub(" ", str(answer.body or "")))[:EXCERPT]
    if words.startswith("oauth_problem="):
        fix = "Check the credentials in [commerce], and this machine's clock."
        return Judgement(Verdict.FORBIDDEN, words.removeprefix("oauth_problem=").partition("&")[0], words, fix)
    said = f"a page came instead of an answer: {words!r}" if words else "an empty answer came"
    where = answer.headers.get("Location", "")
    if where:
        fix = "Write the address that it names into commerce.url."
        return Judgement(Verdict.REFUSED, "", f"the shop sends callers elsewhere, to {where.partition('?')[0]}", fix)
    if verdict is Verdict.FORBIDDEN:
        return Judgement(verdict, "", said, "Let the firewall in front of the shop pass calls to /rest.")
    fix = "The shop may be under maintenance; the next cycle tries again." if verdict is Verdict.TEMPORARY else ""
    return Judgement(verdict, "", said, fix)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
