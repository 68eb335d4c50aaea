"""The official definitions of both systems: their operations, and a quick check for each of their schemas.

Where a definition itself is known to be wrong, ``AMENDMENTS`` mends it in one place, with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import fastjsonschema

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
    *(
        Amendment(
            "admin-2.4.9.json",
            f"paths/~1rest~1all~1V1~1order~1{{orderId}}~1{what}/post/responses/200/schema",
            {"type": ["integer", "string"]},
            "The number of a new document comes as text; others' clients expect it so.",
        )
        for what in ("invoice", "ship", "refund")
    ),
)


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


@cache
def load(system: System, folder: Path) -> Definition:
    """Return the definition of a system, read once."""
    return Definition(system, folder)


def _operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    base = str(document.get("basePath") or "").rstrip("/")
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(base + path).replace(r"\-", "-"))
        for method, record in methods.items():
            if method != "parameters" and not method.startswith("x-"):
                merged = {**record, "parameters": [*shared, *record.get("parameters", ())]}
                if "/async/" in path:
                    # The queue's own operations describe one failure; they fail as all others do.
                    merged["responses"] = {"default": record["responses"]["400"], **record["responses"]}
                compiled = re.compile(f"^{pattern.rstrip('/')}/?$")
                yield Operation(record["operationId"], method.upper(), compiled, merged, document)


def _amend(document: dict[str, Any], amendment: Amendment) -> None:
    # As in a JSON pointer, ~1 stands for a slash inside a name.
    *way, last = (part.replace("~1", "/") for part in amendment.spot.split("/"))
    place = document
    for part in way:
        place = place[part]
    assert last in place, f"{amendment.spot} is not in {amendment.file}; is the amendment still needed?"
    place[last] = dict(amendment.instead)


def _compile(schema: Mapping[str, Any], document: Mapping[str, Any], *, trimmed: bool) -> Check:
    """Return a check for a Swagger 2 schema, which is JSON Schema 4 but for a few words."""
    known = document.get("definitions", {})
    definitions = {name: _plain(known[name], trimmed=trimmed) for name in _needed(schema, known)}
    whole = {"$schema": DIALECT, "allOf": [_plain(schema, trimmed=trimmed)], "definitions": definitions}
    validate = fastjsonschema.compile(whole, use_default=False)

    def check(value: Any) -> str:
        try:
            validate(value)
        except fastjsonschema.JsonSchemaValueException as error:
            return str(error)
        return ""

    return check


def _needed(schema: Any, known: Mapping[str, Any]) -> set[str]:
    """Return the names of the definitions that a schema leads to, near or far."""
    found: set[str] = set()
    ahead = [schema]
    while ahead:
        each = ahead.pop()
        if isinstance(each, list):
            ahead += each
        elif isinstance(each, dict):
            ahead += each.values()
            name = str(each.get("$ref", "")).removeprefix("#/definitions/")
            if name in known and name not in found:
                found.add(name)
                ahead.append(known[name])
    return found


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
