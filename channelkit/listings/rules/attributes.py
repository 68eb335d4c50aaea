"""The attributes that a rule may look at, what kind each is, and which operators each kind knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Kind = Literal["string", "date", "select", "boolean", "multiselect", "category"]

CATEGORY, ATTRIBUTE_SET = "category_ids", "attribute_set_id"
"""What Commerce offers in every rule, whatever its attributes' flags say (LR-02)."""

_TEXT_OPERATORS = ("==", "!=", ">=", "<=", ">", "<", "{}", "!{}", "()", "!()")

ALLOWED: dict[Kind, tuple[str, ...]] = {
    "string": _TEXT_OPERATORS,
    "date": ("==", ">=", "<="),
    "select": ("==", "!=", "<=>"),
    "boolean": ("==", "!=", "<=>"),
    "multiselect": ("{}", "!{}", "()", "!()"),
    "category": ("==", "!=", "{}", "!{}", "()", "!()"),
}
"""Operators that Commerce offers for each kind (commerce-rest, "Rule conditions")."""

LISTS = frozenset({"multiselect", "category"})
"""Kinds of which a product has several values."""

BOOLEAN_WORDS = {"1": "Yes", "0": "No"}


@dataclass(frozen=True)
class RuleAttribute:
    """One attribute that a rule may look at.

    Arguments:
        code, label: as Commerce has them.
        input: Commerce's own word for how it is entered: ``text``, ``price``, ``select``, …
        options: its options' labels by their numbers; a category's path by its number.
    """

    code: str
    label: str
    input: str = "text"
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What decides how it is compared.

        >>> RuleAttribute("price", "Price", "price").kind, RuleAttribute("size", "Size", "select").kind
        ('string', 'select')
        """
        match self.code, self.input:
            case (code, _) if code == CATEGORY:
                return "category"
            case (code, _) if code == ATTRIBUTE_SET:
                return "select"
            case (_, "datetime"):
                return "date"
            case (_, "select" | "boolean" | "multiselect" | "date" as known):
                return known
        return "string"

    @property
    def operators(self) -> tuple[str, ...]:
        return ALLOWED[self.kind]

    @property
    def is_number(self) -> bool:
        return self.input in ("price", "weight")


Attributes: TypeAlias = Mapping[str, RuleAttribute]
"""What a rule may look at, by code."""


def rule_attributes(reference: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, RuleAttribute]:
    """Return what Commerce offers in rules: its attributes that are flagged so, the category, the attribute set.

    Arguments:
        reference: ``attributes`` (``code, label, input, promo, options``), ``attribute_sets`` (``id, name``) and
            ``categories`` (``id, path``: names from the root), as the database's reference has them.

    >>> found = rule_attributes({"attribute_sets": [{"id": 4, "name": "Default"}]})
    >>> list(found), found["attribute_set_id"].options
    (['category_ids', 'attribute_set_id'], {'4': 'Default'})
    """
    found = {
        CATEGORY: RuleAttribute(CATEGORY, "Category", "category", _named(reference.get("categories", ()), "path")),
        ATTRIBUTE_SET: RuleAttribute(
            ATTRIBUTE_SET, "Attribute Set", "select", _named(reference.get("attribute_sets", ()), "name")
        ),
    }
    flagged = [row for row in reference.get("attributes", ()) if row.get("promo") and row["code"] not in found]
    for row in sorted(flagged, key=lambda row: (str(row["label"] or row["code"]).casefold(), row["code"])):
        code = str(row["code"])
        options = {str(number): str(label) for number, label in (row.get("options") or {}).items()}
        found[code] = RuleAttribute(code, str(row["label"] or code), str(row["input"]), options)
    return found


def attribute_of(code: str, attributes: Attributes) -> RuleAttribute:
    """Return an attribute; one that Commerce does not offer is compared as text, so that an old rule still reads."""
    return attributes.get(code) or RuleAttribute(code, code)


def _named(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    return {str(row["id"]): str(row[name]) for row in rows}
