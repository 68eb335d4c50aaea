"""Holds both sandboxes, and whoever calls them, to the official definitions.

``conform`` wraps an application. Every request that the application accepts must be one that the definition allows,
and every answer must be one that it describes; what it forbids must be refused. Violations are collected as sentences.
Answers in HTML are let through: the interfaces speak JSON only, so such a page stands for a gateway's in front of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.definitions import Definition, Operation, System, load

OUTSIDE: dict[System, tuple[tuple[str, str], ...]] = {
    "amazon": (
        (r"^/auth/", "Login with Amazon is defined elsewhere."),
        (r"^/orders/2026-01-01/orders/[^/]+/cancellation$", "Documented, but left out of the public definition."),
        (r"^/(documents|sandbox)/", "Files lie behind signed addresses; the sandbox's own switches are nobody's."),
    ),
    "commerce": (
        (r"^/ims/", "Adobe's identity service is defined elsewhere."),
        (r"^(/rest/[^/]+)?/V1/directory/currency$", "Among the definition's tags, and left out of its paths."),
    ),
}
"""Addresses that the definitions do not describe, and why."""

UNDECLARED: dict[System, dict[str, str]] = {
    "amazon": {},
    "commerce": {
        "fields": "Documented for every operation (retrieve filtered responses), declared by none.",
        "searchCriteria": "An empty searchCriteria asks for everything; the definition knows its parts only.",
    },
}
"""Query parameters that exist although no definition declares them."""


def conform(app: ASGIApp, system: System, violations: list[str], folder: Path | None) -> ASGIApp:
    """Return the application, watched; without a folder of definitions, the application as it is."""
    if folder is None:
        return app
    definition = load(system, folder)

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        request, answer = bytearray(), bytearray()
        start: MutableMapping[str, Any] = {}

        async def hear() -> Message:
            message = await receive()
            request.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            answer.extend(message.get("body", b""))
            await send(message)

        await app(scope, hear, say)
        if start:
            violations.extend(_judge(definition, scope, bytes(request), start, bytes(answer)))

    return watched


def _judge(definition: Definition, scope: Scope, body: bytes, start: Mapping[str, Any], answer: bytes) -> Iterator[str]:
    """Yield each way in which one exchange breaks the definition."""
    raw = scope["raw_path"].decode("ascii")
    if any(re.match(pattern, raw) for pattern, _reason in OUTSIDE[definition.system]):
        return
    status = int(start["status"])
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start.get("headers", ())}
    found = definition.find(scope["method"], _normalise_path(raw) if definition.system == "commerce" else raw)
    if found is None:
        if status < 400:
            yield f"{scope['method']} {raw} is no operation of {definition.system}, but was answered {status}."
        return
    operation, path = found
    query = parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True)
    is_page = "html" in headers.get("content-type", "") or answer.lower().startswith((b"<html", b"<!doctype"))
    # Behind a gateway's page nobody has read the request.
    if status < 400 and not is_page:
        for problem in _judge_request(definition, operation, path, query, body):
            yield f"{operation.name}: accepted a request that is not allowed: {problem}"
    if not is_page:
        trimmed = any(name == "fields" for name, _value in query)
        problem = _judge_answer(definition, operation, status, answer, trimmed=trimmed)
        if problem:
            yield f"{operation.name}: answered {status} with what is not described: {problem}"


def _judge_request(
    definition: Definition, operation: Operation, path: Mapping[str, str], query: Iterable[tuple[str, str]], body: bytes
) -> Iterator[str]:
    declared = {each["name"]: each for each in operation.parameters("query")}
    given: dict[str, list[str]] = {}
    for name, value in query:
        plain = _normalise_name(name) if definition.system == "commerce" else name
        if plain not in UNDECLARED[definition.system]:
            given.setdefault(plain, []).append(value)
    for name in given.keys() - declared.keys():
        yield f"there is no query parameter {name}"
    for name, parameter in declared.items():
        if name not in given:
            if parameter.get("required"):
                yield f"the query parameter {name} is required"
            continue
        problem = _judge_text(definition, operation, parameter, given[name])
        if problem:
            yield f"query parameter {problem}"
    for parameter in operation.parameters("path"):
        problem = _judge_text(definition, operation, parameter, [path[parameter["name"]]])
        if problem:
            yield f"path parameter {problem}"
    for parameter in operation.parameters("body"):
        if not body and not parameter.get("required"):
            continue
        try:
            sent = json.loads(body)
        except ValueError:
            yield "the body is no JSON"
            continue
        problem = definition.check(operation, "body", parameter["schema"])(sent)
        if problem:
            yield f"body: {problem}"
    # Amazon's own client sends an empty object with a DELETE.
    if body.strip() not in {b"", b"{}"} and not operation.parameters("body") and not operation.parameters("formData"):
        yield "there is a body, but none is declared"


def _judge_text(definition: Definition, operation: Operation, parameter: Mapping[str, Any], texts: list[str]) -> str:
    """Return what is wrong with a parameter that came as text."""
    name, kind = parameter["name"], parameter.get("type", "string")
    try:
        if kind == "array":
            parts = texts
            if parameter.get("collectionFormat", "csv") == "csv" and len(texts) == 1:
                parts = texts[0].split(",")
            value: Any = [_read(part, parameter.get("items", {}).get("type", "string")) for part in parts]
        elif len(texts) > 1 and definition.system == "amazon":
            return f"{name} is given twice"
        else:
            value = _read(texts[0], kind)
    except ValueError:
        return f"{name} is no {kind}: {texts[0]!r}"
    schema = {key: each for key, each in parameter.items() if key not in {"name", "in", "required", "description"}}
    problem = definition.check(operation, f"{parameter['in']} {name}", schema)(value)
    return f"{name}: {problem}" if problem else ""


def _read(text: str, kind: str) -> Any:
    if kind == "integer":
        return int(text)
    if kind == "number":
        return float(text)
    if kind == "boolean":
        # PHP reads 1 and 0 as well.
        return {"true": True, "false": False, "1": True, "0": False}.get(text.lower(), text)
    return text


def _judge_answer(definition: Definition, operation: Operation, status: int, answer: bytes, *, trimmed: bool) -> str:
    responses = operation.record["responses"]
    response = responses.get(str(status), responses.get("default"))
    if response is None:
        return "no such status"
    schema = response.get("schema")
    if schema is None:
        return ""
    try:
        value = json.loads(answer)
    except ValueError:
        return "no JSON"
    return definition.check(operation, f"answer {status}", schema, trimmed=trimmed and status < 400)(value)


def _normalise_path(raw: str) -> str:
    """Return a Commerce path as the definition writes it: the scope is ``all``; the cloud service has none.

    >>> _normalise_path("/rest/de_de/V1/products"), _normalise_path("/rest/de_de/async/bulk/V1/products")
    ('/rest/all/V1/products', '/rest/all/async/bulk/V1/products')
    >>> _normalise_path("/V1/async/bulk/products")
    '/rest/all/async/bulk/V1/products'
    """
    queue = re.compile(r"^/(?:rest/(?:[^/]+/)?async/bulk/V1|(?:[^/]+/)?V1/async/bulk)/")
    if queue.match(raw):
        return queue.sub("/rest/all/async/bulk/V1/", raw)
    return re.sub(r"^/(?:rest/(?:[^/]+/)?|[^/]+/)?V1/", "/rest/all/V1/", raw)


def _normalise_name(name: str) -> str:
    """Return a Commerce query parameter as the definition writes it.

    >>> _normalise_name("searchCriteria[filter_groups][2][filters][1][condition_type]")
    'searchCriteria[filterGroups][0][filters][0][conditionType]'
    >>> _normalise_name("skus[3]")
    'skus'
    """
    camel = re.sub(r"_(\w)", lambda match: match[1].upper(), name)
    if not camel.startswith("searchCriteria"):
        return re.sub(r"\[\d*\]$", "", camel)
    return re.sub(r"\[\d+\]", "[0]", camel)
