"""Holds both sandboxes, and whoever calls them, to the official definitions.

``conform`` wraps an application. Every request that the application accepts must be one that the definition allows,
and every answer must be one that it describes; what it forbids must be refused. Violations are collected as sentences.
Where a definition itself is known to be wrong, ``AMENDMENTS`` mends it in one place, with the reason. Answers in HTML
are let through: the interfaces speak JSON only, so such a page stands for a gateway's in front of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import fastjsonschema
from starlette.types import ASGIApp, Message, Receive, Scope, Send

System = Literal["amazon", "commerce"]
Check = Callable[[Any], str]
"""Returns what is wrong with a value, nothing where all is well."""

DIALECT = "http://json-schema.org/draft-04/schema#"
FORMATS = {"date-time", "date", "uri"}


@dataclass(frozen=True)
class Amendment:
    """One spot where a definition is wrong: the file, the way to it, what stands there instead, and why."""

    file: str
    spot: str
    instead: Mapping[str, Any]
    reason: str


AMENDMENTS: tuple[Amendment, ...] = (
    Amendment(
        "admin-2.4.9.json",
        "definitions/error-parameters",
        {"type": ["array", "object"]},
        "Magento sends a list of texts for %1 and an object for %name; the definition knows a list of objects only.",
    ),
    Amendment(
        "admin-2.4.9.json",
        "definitions/error-response/properties/trace",
        {"type": ["string", "null"]},
        "Adobe's own example of a 429 carries a trace of null.",
    ),
    Amendment(
        "admin-2.4.9.json",
        "definitions/catalog-inventory-data-stock-item-interface/properties/low_stock_date",
        {"type": ["string", "null"]},
        "A product that never ran low has null here.",
    ),
)

OUTSIDE: dict[System, tuple[tuple[str, str], ...]] = {
    "amazon": (
        (r"^/auth/", "Login with Amazon is defined elsewhere."),
        (r"^/(documents|sandbox)/", "Files lie behind signed addresses; the sandbox's own switches are nobody's."),
    ),
    "commerce": ((r"^/ims/", "Adobe's identity service is defined elsewhere."),),
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


@dataclass(frozen=True)
class Operation:
    """One operation of a definition, with its checks, which are built when they are first needed."""

    name: str
    method: str
    path: re.Pattern[str]
    record: Mapping[str, Any]
    document: Mapping[str, Any]

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        found = [self._resolve(each) for each in self.record.get("parameters", ())]
        return [each for each in found if each["in"] == place]

    def _resolve(self, parameter: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = parameter.get("$ref")
        if reference is None:
            return parameter
        found: Mapping[str, Any] = self.document["parameters"][str(reference).rsplit("/", 1)[1]]
        return found


class Definition:
    """The operations of one system, found by method and path."""

    def __init__(self, system: System, folder: Path) -> None:
        self.system = system
        self.operations: list[Operation] = []
        for file in sorted((folder / system).glob("*.json")):
            document = json.loads(file.read_text("utf-8"))
            for amendment in AMENDMENTS:
                if amendment.file == file.name:
                    _amend(document, amendment)
            self.operations.extend(_operations(document))
        # Of two that match, the one with fewer parameters is meant.
        self.operations.sort(key=lambda each: each.path.pattern.count("(?P<"))
        self._checks: dict[tuple[str, str, bool], Check] = {}

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation at a path that is still encoded, with its path parameters."""
        for operation in self.operations:
            if operation.method == method and (match := operation.path.match(path)):
                return operation, {name: unquote(value) for name, value in match.groupdict().items()}
        return None

    def check(self, operation: Operation, what: str, schema: Mapping[str, Any], *, trimmed: bool = False) -> Check:
        """Return the check for a schema of an operation, built once; a trimmed answer may lack what it requires."""
        key = (operation.name, what, trimmed)
        if key not in self._checks:
            self._checks[key] = _compile(schema, operation.document, trimmed=trimmed)
        return self._checks[key]


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


@cache
def load(system: System, folder: Path) -> Definition:
    """Return the definition of a system, read once."""
    return Definition(system, folder)


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
    if status < 400:
        for problem in _judge_request(definition, operation, path, query, body):
            yield f"{operation.name}: accepted a request that is not allowed: {problem}"
    if "html" not in headers.get("content-type", "") and not answer.lower().startswith((b"<html", b"<!doctype")):
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
    if body and not operation.parameters("body") and not operation.parameters("formData"):
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


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    base = str(document.get("basePath") or "").rstrip("/")
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(base + path).replace(r"\-", "-"))
        for method, record in methods.items():
            if method != "parameters" and not method.startswith("x-"):
                merged = {**record, "parameters": [*shared, *record.get("parameters", ())]}
                compiled = re.compile(f"^{pattern.rstrip('/')}/?$")
                yield Operation(record["operationId"], method.upper(), compiled, merged, document)


def _amend(document: dict[str, Any], amendment: Amendment) -> None:
    *way, last = amendment.spot.split("/")
    place = document
    for part in way:
        place = place[part]
    assert last in place, f"{amendment.spot} is not in {amendment.file}; is the amendment still needed?"
    place[last] = dict(amendment.instead)


def _compile(schema: Mapping[str, Any], document: Mapping[str, Any], *, trimmed: bool) -> Check:
    """Return a check for a Swagger 2 schema, which is JSON Schema 4 but for a few words."""
    definitions = {name: _plain(each, trimmed=trimmed) for name, each in document.get("definitions", {}).items()}
    whole = {"$schema": DIALECT, "allOf": [_plain(schema, trimmed=trimmed)], "definitions": definitions}
    validate = fastjsonschema.compile(whole, use_default=False)

    def check(value: Any) -> str:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException as error:
            return str(error)
        return ""

    return check


def _plain(schema: Any, *, trimmed: bool) -> Any:
    """Return a schema without what is Swagger's own, and without what a trimmed answer may lack."""
    if isinstance(schema, list):
        return [_plain(each, trimmed=trimmed) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    plain: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            plain[key] = {name: _plain(each, trimmed=trimmed) for name, each in value.items()}
        elif key in {"items", "allOf", "anyOf", "oneOf", "not", "additionalProperties"}:
            plain[key] = _plain(value, trimmed=trimmed)
        elif key == "format":
            if value in FORMATS:
                plain[key] = value
        elif key == "required":
            if isinstance(value, list) and value and not trimmed:
                plain[key] = value
        elif key in _KEPT:
            plain[key] = value
    if schema.get("x-nullable") and "type" in plain:
        plain["type"] = [plain["type"], "null"]
    return plain


_KEPT = {
    *("type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"),
    *("minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
}


def _normalise_path(raw: str) -> str:
    """Return a Commerce path as the definition writes it: the scope is ``all``; the cloud service has none."""
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
