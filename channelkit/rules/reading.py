"""A rule in whatever form a person has it: conditions, a document, TOML, or the path of a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from channelkit.errors import UsageError
from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.importing import import_rule
from channelkit.listings.rules.text import read_rule
from channelkit.listings.rules.tree import Group, parse_rule

Rule: TypeAlias = Group | Mapping[str, Any] | str | Path
"""Conditions, a document (ours or Commerce's own), TOML or JSON text, or the path of a file that holds one of them."""

_COMMERCES = {"type", "condition_type", "conditions", "conditions_serialized", "condition", "action_condition"}
"""Words that only rules of Commerce's own have."""

LONGEST = 1_000_000
"""Characters of a rule; a file with more is something else."""


def read_any(rule: Rule, attributes: Attributes) -> Group:
    """Return a rule in the one form that everything works with.

    Arguments:
        rule: a group, a document, TOML or JSON text, or a path; a text without a line break that ends in ``.toml`` or
            ``.json`` is taken for a path.
        attributes: what Commerce says of the attributes; options of Commerce's own rules are named by it.

    Raises:
        UsageError: it is no rule, or the file cannot be read; says where.

    >>> read_any({"children": [{"attribute": "brand", "op": "==", "value": "Acme"}]}, {}).children[0].attribute
    'brand'
    >>> read_any("all = false", {}).all
    False
    """
    if isinstance(rule, Group):
        return rule
    if isinstance(rule, Mapping):
        return import_rule(rule, attributes) if _COMMERCES & set(rule) else parse_rule(rule)
    if isinstance(rule, Path) or ("\n" not in rule and rule.strip().endswith((".toml", ".json"))):
        return read_any(read_file(Path(rule)), attributes)
    if rule.lstrip().startswith("{"):
        return import_rule(rule, attributes)
    return read_rule(rule)


def read_file(path: Path) -> str:
    """Return a rule's text.

    Raises:
        UsageError: the file cannot be read, or is no rule's.
    """
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except OSError as error:
        raise UsageError(f"The rule {path} cannot be read: {error.strerror}.", "Name a file that is there.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The rule {path} is no text.", "Name a file of TOML, or of JSON.") from None
    if len(text) > LONGEST:
        raise UsageError(f"The rule {path} is too long to be one.", "Name a file of TOML, or of JSON.")
    return text
