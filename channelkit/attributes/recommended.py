"""Attributes that are wanted in Commerce: those for Amazon's identifiers and condition, and a person's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from channelkit.attributes.proposal import Proposal, Wanted
from channelkit.commerce.attribute_sets import AttributeSet, list_set_attributes, list_sets
from channelkit.commerce.attributes import FILTERABLE, Attribute, read_attribute
from channelkit.database import products
from channelkit.errors import UsageError
from channelkit.model.attributes import LONGEST_TEXT
from channelkit.parts import Parts

CONDITIONS = (
    *("New", "Refurbished", "Used; Like New", "Used; Very Good", "Used; Good", "Used; Acceptable"),
    *("Collectible; Like New", "Collectible; Very Good", "Collectible; Good", "Collectible; Acceptable"),
)
"""The ten options of the condition (sales-channel, "Recommended attributes")."""

INPUTS = ("text", "textarea", "select", "multiselect", "boolean", "price")
"""Kinds of attribute that take Amazon's values."""

_LABELS = {"asin": "Amazon ASIN", "upc": "UPC", "ean": "EAN", "isbn": "ISBN", "gcid": "GCID"}
_CONDITION = "condition"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DIFFERENCES = {
    "input": "its input is {0}, not {1}",
    "scope": "its scope is {0}, not {1}",
    "required": "products cannot be saved without it",
    "unique": "no two products can have the same",
    "used_in_grid": "it is no column of the product grid",
    "filterable_in_grid": "the product grid cannot filter by it",
}


def recommend(parts: Parts, sets: Sequence[str] = ()) -> Proposal:
    """Return what would be made so that Commerce has the recommended attributes (AT-01).

    Each is a text, and the condition a drop-down of `CONDITIONS`: not required, global, not unique, without validation,
    a column of the product grid that filters. One that the settings name (``[commerce.attributes]``) or that has the
    recommended code is used as it is, never made a second time.

    Arguments:
        sets: names of the attribute sets that get them; the sets that products are in when empty.

    Raises:
        UsageError: Commerce has no set of this name.
    """
    chosen = choose_sets(parts, sets)
    codes = parts.settings.commerce.attributes.codes
    wanted = [_identifier(parts, name, label, codes.get(name, "")) for name, label in _LABELS.items()]
    condition = _recommended("amazon_condition", "Amazon Condition", "select", CONDITIONS)
    wanted.append(_look(_CONDITION, condition, read_attribute(parts.commerce, condition.code)))
    return Proposal(parts, tuple(_with_sets(parts, wanted, chosen)))


def propose_attribute(parts: Parts, attribute: Attribute, sets: Sequence[str] = ()) -> Proposal:
    """Return what would be made for one attribute that a person wants (AT-03); one of this code is used as it is.

    Raises:
        UsageError: the code or the kind is not possible, or Commerce has no set of this name.
    """
    if not _CODE.fullmatch(attribute.code):
        raise UsageError(
            f"{attribute.code!r} is no code of an attribute.",
            "Use lower-case letters, digits and underscores, a letter first, sixty at the most.",
        )
    if attribute.input not in INPUTS:
        raise UsageError(
            f"Values cannot go into an attribute of kind {attribute.input!r}.", f"Use {', '.join(INPUTS)}."
        )
    if attribute.filterable and attribute.input not in FILTERABLE:
        kinds = ", ".join(sorted(FILTERABLE))
        raise UsageError(f"Navigation cannot filter by a {attribute.input}.", f"It can by: {kinds}.")
    if not attribute.label or len(attribute.label) > LONGEST_TEXT:
        raise UsageError(f"The attribute {attribute.code!r} needs a label.", "Give the words that people read.")
    found = _look("", attribute, read_attribute(parts.commerce, attribute.code))
    return Proposal(parts, tuple(_with_sets(parts, [found], choose_sets(parts, sets))))


def choose_sets(parts: Parts, names: Sequence[str]) -> list[AttributeSet]:
    """Return attribute sets by name; without names those that products are in, else all.

    Raises:
        UsageError: Commerce has no set of this name.
    """
    known = list_sets(parts.commerce)
    if names:
        by_name = {each.name: each for each in known}
        unknown = [name for name in names if name not in by_name]
        if unknown:
            raise UsageError(f"Commerce has no attribute set {unknown[0]!r}.", f"Its sets are: {', '.join(by_name)}.")
        return [by_name[name] for name in dict.fromkeys(names)]
    with parts.database.read() as connection:
        used = set(products.load_products(connection, ("attribute_set",))["attribute_set"].to_pylist())
    return [each for each in known if each.id in used] or known


def _identifier(parts: Parts, name: str, label: str, code: str) -> Wanted:
    """Return the attribute that holds an identifier: the settings' own, else one of the recommended code."""
    ours = f"amazon_{name}"
    if code == "sku":
        return Wanted(name, Attribute("sku", "SKU"), True, (), "The SKU itself holds it.")
    for known in dict.fromkeys(filter(None, (code, ours))):
        found = read_attribute(parts.commerce, known)
        if found is not None:
            return _unnamed(_look(name, _recommended(known, label), found), code)
    return _unnamed(_look(name, _recommended(code or ours, label), None), code)


def _unnamed(wanted: Wanted, code: str) -> Wanted:
    """Return it with a word on the settings, where these do not name it."""
    if wanted.attribute.code == code:
        return wanted
    todo = f'Write {wanted.holds} = "{wanted.attribute.code}" under [commerce.attributes].'
    return replace(wanted, note=f"{wanted.note} {todo}".strip())


def _recommended(code: str, label: str, kind: str = "text", options: Sequence[str] = ()) -> Attribute:
    return Attribute(
        code=code,
        label=label,
        input=kind,
        scope="global",
        options=tuple(options),
        used_in_grid=True,
        filterable_in_grid=True,
    )


def _look(holds: str, wanted: Attribute, found: Attribute | None) -> Wanted:
    if found is None:
        return Wanted(holds, wanted, False, (), "")
    differs = [
        words.format(getattr(found, name), getattr(wanted, name))
        for name, words in _DIFFERENCES.items()
        if getattr(found, name) != getattr(wanted, name)
    ]
    lacking = [label for label in wanted.options if label not in found.options]
    if lacking:
        differs.append(f"it lacks the options {', '.join(lacking)}")
    note = f"It is used as it is: {'; '.join(differs)}." if differs else ""
    return Wanted(holds, found, True, (), note)


def _with_sets(parts: Parts, wanted: Iterable[Wanted], sets: Sequence[AttributeSet]) -> list[Wanted]:
    """Return them with the sets that have not got them yet."""
    held = {each.id: {known.code for known in list_set_attributes(parts.commerce, each.id)} for each in sets}
    return [
        replace(one, attach=tuple(each for each in sets if one.attribute.code not in held[each.id])) for one in wanted
    ]
