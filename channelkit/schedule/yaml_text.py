"""YAML as far as a manifest needs it: mappings, lists, texts, whole numbers, yes and no."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./=-]*")
_MEANING_MORE = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
"""Words that some readers of YAML take for something else than a text."""


def write_document(value: Mapping[str, Any]) -> str:
    """Return one document.

    >>> print(write_document({"kind": "CronJob", "spec": {"args": ["-p", "no"], "left": {}}}), end="")
    kind: CronJob
    spec:
      args:
        - "-p"
        - "no"
      left: {}
    """
    return "\n".join(_lines(value, 0)) + "\n"


def _lines(value: Any, depth: int) -> Iterator[str]:
    margin = "  " * depth
    if isinstance(value, Mapping):
        for key, held in value.items():
            if _is_nested(held):
                yield f"{margin}{key}:"
                yield from _lines(held, depth + 1)
            else:
                yield f"{margin}{key}: {_scalar(held)}"
        return
    for held in value:
        if _is_nested(held):
            first, *rest = _lines(held, depth + 1)
            yield f"{margin}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{margin}- {_scalar(held)}"


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | Sequence) and not isinstance(value, str) and bool(value)


def _scalar(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str() if _PLAIN.fullmatch(value) and value.lower() not in _MEANING_MORE:
            return value
        case _:
            # JSON's texts, empty lists and empty mappings are YAML's, too; its escapes above U+FFFF are not.
            written = json.dumps(value, ensure_ascii=False)
            return "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in written)
