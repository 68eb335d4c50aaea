"""What can be done with selected listings, what each asks for, and how many of them allow it (AC-01 to AC-09)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError
from channelkit.review.listing_columns import CONDITIONS

LONGEST = 2000
"""Characters of one answer in a form."""


@dataclass(frozen=True)
class Field:
    """Something that an action asks for.

    Arguments:
        can_remove: it can be left as it is, set, or removed; others are just filled in.
        choices: value and words of each; empty where any text will do.
    """

    name: str
    label: str
    kind: Literal["text", "amount", "whole", "choice", "flag"] = "text"
    can_remove: bool = False
    is_needed: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Action:
    """An action.

    Arguments:
        allowed_by: words of a row's allowed actions, of which one is enough.
        doing: what it says of rows: "end 3 listings".
        is_single: it is about one row, since what it asks for belongs to one.
    """

    name: str
    label: str
    allowed_by: tuple[str, ...]
    doing: str
    is_single: bool = False
    fields: tuple[Field, ...] = ()


_CONDITIONS = (("", "Choose …"), *CONDITIONS.items())
ACTIONS = (
    Action("publish", "Publish on Amazon", ("Publish on Amazon", "Publish On Amazon"), "publish"),
    Action("end", "End listing", ("End Listing",), "end"),
    Action(
        "override",
        "Edit overrides",
        ("Create Override", "Edit Listing Overrides", "Edit Overrides"),
        "override",
        fields=(
            Field("price", "Price", "amount", can_remove=True),
            Field("handling", "Handling days", "whole", can_remove=True),
            Field("condition", "Condition", "choice", can_remove=True, choices=_CONDITIONS),
            Field("notes", "Notes", can_remove=True),
        ),
    ),
    Action(
        "update_info",
        "Update required info",
        ("Update Required Info",),
        "complete",
        is_single=True,
        fields=(Field("asin", "ASIN"), Field("condition", "Condition", "choice", choices=_CONDITIONS)),
    ),
    Action(
        "assign_product",
        "Assign product",
        ("Assign Catalog Product",),
        "link",
        is_single=True,
        fields=(Field("product_sku", "Product SKU", is_needed=True),),
    ),
    Action(
        "assign_asin",
        "Edit assigned ASIN",
        ("Edit Assigned ASIN",),
        "re-point",
        is_single=True,
        fields=(Field("asin", "ASIN", is_needed=True),),
    ),
    Action(
        "alias",
        "Create alias seller SKU",
        ("Create Alias Seller SKU",),
        "list again",
        is_single=True,
        fields=(
            Field("new_sku", "New seller SKU", is_needed=True),
            Field("asin", "ASIN, if it is another one"),
            Field("remove_existing", "End the existing listing", "flag"),
        ),
    ),
    Action("switch_amazon", "Switch to Fulfilled by Amazon", ("Switch to Fulfilled by Amazon",), "switch"),
    Action("switch_merchant", "Switch to Fulfilled by Merchant", ("Switch to Fulfilled by Merchant",), "switch"),
    Action(
        "rematch",
        "Match again",
        ("Re-attempt Automatic Match", "Attempt Automatic Match", "Re-attempt auto match"),
        "match again",
    ),
)
BY_NAME = {action.name: action for action in ACTIONS}

Terms = dict[str, str | bool | None]
"""What was filled in: a text, yes or no, or None where an override is to be removed; what is missing stays."""


def offered(counts: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return the actions that at least one selected row allows, each with the number of rows that do.

    Arguments:
        counts: each combination of allowed actions, comma separated, and how many selected rows have it.

    >>> [(action["name"], action["allowed"]) for action in offered([("End Listing, View Details", 2)])]
    [('end', 2)]
    """
    allowed: dict[str, int] = {}
    total = 0
    for words, count in counts:
        total += count
        for word in {part.strip() for part in words.split(",")}:
            allowed[word] = allowed.get(word, 0) + count
    # Two words for the same action stand on the same rows.
    found = [(action, max((allowed.get(word, 0) for word in action.allowed_by), default=0)) for action in ACTIONS]
    return [_plain(action, count, total) for action, count in found if count]


def find_action(name: str) -> Action:
    """Return an action by its name.

    Raises:
        UsageError: there is none.
    """
    if name not in BY_NAME:
        raise UsageError(f"There is no action {name!r}.")
    return BY_NAME[name]


def offers_of(allowed: pa.ChunkedArray) -> list[dict[str, Any]]:
    """Return what rows allow, see `offered`; for each row its allowed actions, comma separated."""
    counted = pc.value_counts(pc.fill_null(allowed, "")).to_pylist()
    return offered((row["values"], row["counts"]) for row in counted)


def require_allowed(action: Action, allowed: pa.ChunkedArray) -> None:
    """Make sure that every row allows an action.

    Raises:
        UsageError: one does not; the message says how many.
    """
    offers = {offer["name"]: offer for offer in offers_of(allowed)}
    reason = offers[action.name]["reason"] if action.name in offers else "none of the selected rows allows it"
    if reason:
        raise UsageError(f"{action.label} is not possible: {reason}.", "Select other rows.")


def read_terms(action: Action, said: Mapping[str, Any]) -> Terms:
    """Return what a form says, checked against what the action asks for.

    Arguments:
        said: values by field; for one that can be removed: ``{"do": "keep" | "set" | "remove", "value": text}``.

    Raises:
        UsageError: something that is needed is missing, or nothing would change.
    """
    terms: Terms = {}
    for field in action.fields:
        given = said.get(field.name)
        if field.can_remove:
            match given:
                case {"do": "remove"}:
                    terms[field.name] = None
                case {"do": "set", "value": str(value)} if value.strip():
                    terms[field.name] = value.strip()[:LONGEST]
                case {"do": "set"}:
                    raise UsageError(f"{field.label} is to be set, and no value is given.", "Fill it in, or keep it.")
        elif field.kind == "flag":
            terms[field.name] = given is True
        elif isinstance(given, str) and given.strip():
            terms[field.name] = given.strip()[:LONGEST]
        elif field.is_needed:
            raise UsageError(f"{field.label} is missing.", "Fill it in.")
    if action.fields and not any(value not in (False, "") for value in terms.values()):
        raise UsageError("Nothing was filled in, so nothing would change.", "Fill something in.")
    return terms


def _plain(action: Action, count: int, total: int) -> dict[str, Any]:
    reason = ""
    if count < total:
        reason = f"{total - count:,} of the {total:,} selected rows do not allow it"
    elif action.is_single and total > 1:
        reason = "it is for one row at a time"
    fields = [
        {
            **{"name": field.name, "label": field.label, "kind": field.kind},
            **{"can_remove": field.can_remove, "is_needed": field.is_needed},
            "choices": [list(choice) for choice in field.choices],
        }
        for field in action.fields
    ]
    return {"name": action.name, "label": action.label, "allowed": count, "reason": reason, "fields": fields}
