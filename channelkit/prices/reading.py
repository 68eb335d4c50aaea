"""Price rules in whatever form a person has them: rules, documents, TOML or JSON, or the path of a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from channelkit.errors import UsageError
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.text import parse_rules, read_rules, to_document

PriceRules: TypeAlias = Sequence[PriceRule] | Sequence[Mapping[str, Any]] | Mapping[str, Any] | str | Path
"""Rules, their documents, TOML or JSON text, or the path of a file that holds one of them."""

LONGEST = 1_000_000
"""Characters of rules; a file with more is something else."""


def read_any(rules: PriceRules) -> tuple[PriceRule, ...]:
    """Return price rules in the one form that everything works with.

    Arguments:
        rules: rules, documents, TOML or JSON text, or a path; a text without a line break that ends in ``.toml`` or
            ``.json`` is taken for a path.

    Raises:
        UsageError: they are no price rules, or the file cannot be read; says where.

    >>> [rule.id for rule in read_any([{"name": "Summer sale"}])]
    ['summer-sale']
    >>> [rule.id for rule in read_any('[[rules]]\\nname = "Sale"')]
    ['sale']
    """
    if isinstance(rules, Path):
        return read_any(_read_file(rules))
    if isinstance(rules, str):
        if "\n" not in rules and rules.strip().endswith((".toml", ".json")):
            return read_any(_read_file(Path(rules.strip())))
        return _parse_json(rules) if rules.lstrip().startswith(("{", "[{")) else read_rules(rules)
    if isinstance(rules, Mapping):
        return parse_rules(rules)
    # Once through their documents, so that what comes as objects keeps to the same bounds as what comes as text.
    return parse_rules([to_plain(rule) for rule in rules])


def to_plain(rule: PriceRule | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document of one rule."""

    return to_document([rule])[0] if isinstance(rule, PriceRule) else rule


def _parse_json(text: str) -> tuple[PriceRule, ...]:
    try:
        # A number that was written as 0.1 stays that number.
        document = json.loads(text, parse_float=Decimal)
    except json.JSONDecodeError as error:
        raise UsageError(f"The price rules are no JSON: {error}.", "Write a list of rules, or TOML.") from None
    return parse_rules(document)


def _read_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(
            f"The price rules {path} cannot be read: {error.strerror}.", "Name a file that is there."
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"The price rules {path} are no text.", "Name a file of TOML, or of JSON.") from None
    if len(text) > LONGEST:
        raise UsageError(f"The file {path} is too long for price rules.", "Name a file of TOML, or of JSON.")
    return text
