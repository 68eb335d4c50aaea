"""Product attributes: what there is, what each is like, and the labels and numbers of its options.

An attribute is created, and an option added, at most once: both are looked for before, and again whenever an answer
was lost. A newer Commerce takes the creation of an attribute that exists for a change of it, so the look is not only
a courtesy (commerce-rest, "Products, attributes, categories, stores").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.creation import make_once
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import (
    ADD_OPTION,
    CREATE_ATTRIBUTE,
    LIST_ATTRIBUTES,
    LIST_OPTIONS,
    READ_ATTRIBUTE,
)
from channelkit.commerce.paging import read_rows
from channelkit.errors import RefusedError, UsageError

PRODUCT = "4"
"""Commerce's number for products among the things that have attributes."""

FILTERABLE = frozenset({"select", "multiselect", "boolean", "price"})
"""Inputs that navigation can filter by; Commerce refuses an attribute of another that asks for it."""

_NO_CODE = re.compile(r"[/\\&%?#\s]|^\.{0,2}$")
"""What no attribute is called, and no address can hold."""

_OWN_OPTIONS = frozenset({"select", "multiselect"})


@dataclass(frozen=True)
class Attribute:
    """One product attribute.

    Arguments:
        code: lower-case letters, digits and underscores.
        label: what administrators read.
        input: ``text``, ``textarea``, ``select``, ``multiselect``, ``boolean``, ``price``, …
        scope: ``global``, ``website`` or ``store``: where a value may differ.
        options: the labels of its options, as ``all`` shows them.
        filterable: navigation filters by it, where its input allows that.
    """

    code: str
    label: str
    input: str = "text"
    scope: str = "global"
    required: bool = False
    unique: bool = False
    options: tuple[str, ...] = ()
    searchable: bool = False
    comparable: bool = False
    used_for_promo_rules: bool = False
    used_in_grid: bool = False
    filterable_in_grid: bool = False
    filterable: bool = False
    is_user_defined: bool = True


@dataclass(frozen=True)
class Labels:
    """The words for option numbers, attribute by attribute.

    Arguments:
        options: of each attribute that has them, labels by number.
        several: the attributes of which a product may have several at once.
    """

    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    several: frozenset[str] = frozenset()

    def word(self, code: str, value: Any) -> Any:
        """Return a value as a person reads it; a value that is no known option stays as it is.

        Several values stay a list, since a label may hold a comma itself.

        >>> labels = Labels({"color": {"4": "Blue", "5": "Red, dark"}, "size": {"6": "M"}}, frozenset({"color"}))
        >>> labels.word("color", "4,5"), labels.word("size", "6"), labels.word("brand", "Acme")
        (['Blue', 'Red, dark'], 'M', 'Acme')
        """
        known = self.options.get(code, {})
        if code in self.several and value is not None:
            parts = value if isinstance(value, list) else str(value).split(",")
            return [known.get(str(part), str(part)) for part in parts if str(part)]
        if not known or value is None or isinstance(value, list):
            return value
        return known.get(str(value), value)


def read_labels(commerce: Commerce) -> Labels:
    """Read the options of all select and multiselect attributes."""
    asked = [[Filter("frontend_input", "select,multiselect", "in")]]
    fields = "items[attribute_code,frontend_input,options[label,value]],total_count"
    rows = read_rows(commerce, LIST_ATTRIBUTES, asked, order="attribute_id", fields=fields)
    several = frozenset(str(row["attribute_code"]) for row in rows if row.get("frontend_input") == "multiselect")
    return Labels({str(row["attribute_code"]): _options(row) for row in rows}, several)


def read_promo_attributes(commerce: Commerce) -> list[dict[str, Any]]:
    """Return what rules need to know of each attribute: ``code, label, input, promo`` and its options' labels (LR-02).

    ``promo`` says whether Commerce offers the attribute in rules.
    """
    fields = "items[attribute_code,default_frontend_label,frontend_input,is_used_for_promo_rules,options[label,value]]"
    rows = read_rows(commerce, LIST_ATTRIBUTES, order="attribute_id", fields=f"{fields},total_count")
    return [
        {
            "code": str(row["attribute_code"]),
            "label": str(row.get("default_frontend_label") or ""),
            "input": str(row.get("frontend_input") or ""),
            "promo": _flag(row.get("is_used_for_promo_rules")),
            "options": _options(row),
        }
        for row in rows
    ]


def list_attributes(commerce: Commerce) -> list[Attribute]:
    """Return all product attributes, the system's own among them, in the order of their numbers."""
    return [attribute_of(row) for row in read_rows(commerce, LIST_ATTRIBUTES, order="attribute_id")]


def read_attribute(commerce: Commerce, code: str) -> Attribute | None:
    """Return an attribute with all its flags, or None where there is none of this code."""
    if _NO_CODE.search(code):
        return None
    try:
        item = commerce.call(READ_ATTRIBUTE, path={"code": code})
    except RefusedError as error:
        if error.status == 404 and error.code != "NoRoute":
            return None
        raise
    # Commerce takes a code of digits for a number, and answers with the attribute of that number.
    return attribute_of(item) if str(item["attribute_code"]).casefold() == code.casefold() else None


def create_attribute(commerce: Commerce, attribute: Attribute) -> Attribute:
    """Create an attribute, with its options; one that exists is returned as it is, and never changed (AT-01, AT-03).

    Returns:
        What Commerce has now. Compare it with what was wanted: an attribute that existed may be of another input.

    Raises:
        RefusedError: Commerce refuses it, for instance for its code.
        TemporaryError: nobody knows whether it is there; calling this again is safe.
    """
    body = {"attribute": _document(attribute)}
    return make_once(
        commerce,
        f"the attribute {attribute.code!r}",
        lambda: read_attribute(commerce, attribute.code),
        lambda: commerce.call(CREATE_ATTRIBUTE, body=body),
    )


def read_options(commerce: Commerce, code: str) -> dict[str, str]:
    """Return the labels of an attribute's options by their numbers, in its order; without the empty choice."""
    rows = commerce.call(LIST_OPTIONS, path={"code": code})
    return _options({"options": rows})


def add_option(commerce: Commerce, code: str, label: str) -> str:
    """Return the number of the option with this label, added where the attribute has none like it.

    Letters' case and spaces make no other option. The number is read again after adding: what Commerce answers to the
    adding differs from version to version.

    Raises:
        UsageError: the label is blank.
        RefusedError: Commerce refuses the label, or the attribute has no options.
        TemporaryError: nobody knows whether it is there; calling this again is safe.
    """
    wanted = option_key(label)
    if not wanted:
        raise UsageError(f"An option of the attribute {code!r} needs a label.", "Leave rows without a value out.")

    def find() -> str | None:
        found = read_options(commerce, code)
        return next((number for number, known in found.items() if option_key(known) == wanted), None)

    body = {"option": {"label": " ".join(label.split()), "value": ""}}
    return make_once(
        commerce,
        f"the option {label!r} of {code!r}",
        find,
        lambda: commerce.call(ADD_OPTION, path={"code": code}, body=body),
    )


def option_key(label: str) -> str:
    """Return what makes an option the same as another: its words, without regard to case and spaces.

    >>> option_key("  Dark\\u00a0 Blue ") == option_key("dark blue")
    True
    """
    return " ".join(label.split()).casefold()


def attribute_of(item: Mapping[str, Any]) -> Attribute:
    """Read an attribute as Commerce writes it; PHP writes a flag as a word, a digit or nothing."""
    return Attribute(
        code=str(item["attribute_code"]),
        label=str(item.get("default_frontend_label") or ""),
        input=str(item.get("frontend_input") or ""),
        scope=str(item.get("scope") or "store"),
        required=_flag(item.get("is_required")),
        unique=_flag(item.get("is_unique")),
        options=tuple(_options(item).values()),
        searchable=_flag(item.get("is_searchable")),
        comparable=_flag(item.get("is_comparable")),
        used_for_promo_rules=_flag(item.get("is_used_for_promo_rules")),
        used_in_grid=_flag(item.get("is_used_in_grid")),
        filterable_in_grid=_flag(item.get("is_filterable_in_grid")),
        filterable=_flag(item.get("is_filterable")),
        is_user_defined=_flag(item.get("is_user_defined")),
    )


def _document(attribute: Attribute) -> dict[str, Any]:
    # The official definition has some flags as words and some as digits in quotes.
    can_filter = attribute.filterable and attribute.input in FILTERABLE
    document: dict[str, Any] = {
        "attribute_code": attribute.code,
        "frontend_input": attribute.input,
        "entity_type_id": PRODUCT,
        "is_required": attribute.required,
        "default_frontend_label": attribute.label,
        "frontend_labels": [{"store_id": 0, "label": attribute.label}],
        "scope": attribute.scope,
        "is_unique": _digit(attribute.unique),
        "is_searchable": _digit(attribute.searchable),
        "is_comparable": _digit(attribute.comparable),
        "is_used_for_promo_rules": _digit(attribute.used_for_promo_rules),
        "is_used_in_grid": attribute.used_in_grid,
        "is_visible_in_grid": attribute.used_in_grid,
        "is_filterable_in_grid": attribute.filterable_in_grid,
        "is_filterable": can_filter,
        "is_filterable_in_search": can_filter and attribute.searchable,
    }
    if attribute.options and attribute.input in _OWN_OPTIONS:
        labels: dict[str, str] = {}
        for label in attribute.options:
            labels.setdefault(option_key(label), " ".join(label.split()))
        document["options"] = [{"label": label, "value": ""} for label in labels.values() if label]
    return document


def _options(item: Mapping[str, Any]) -> dict[str, str]:
    found = {str(option["value"]): str(option.get("label") or "") for option in item.get("options") or ()}
    return {value: label for value, label in found.items() if value}


def _flag(value: Any) -> bool:
    """Return a flag as PHP may have written it.

    >>> _flag("1"), _flag(True), _flag("0"), _flag(None), _flag("false")
    (True, True, False, False, False)
    """
    return str(value).casefold() in ("1", "true")


def _digit(flag: bool) -> str:
    return "1" if flag else "0"
