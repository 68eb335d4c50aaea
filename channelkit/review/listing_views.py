"""Saved views of the workbench: what one holds, and how it is looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.errors import UsageError
from channelkit.review.filters import to_document, to_filter
from channelkit.review.listing_columns import ACTIVE, TABS
from channelkit.review.listing_source import SavedView
from channelkit.review.table import TableModel

DEFAULT = "Default"
"""The view that is always there: the Active tab, unfiltered, with its own columns."""

LONGEST = 60
"""Characters of a view's name."""


def body_of(tab: str, rows: TableModel, columns: Sequence[str]) -> dict[str, Any]:
    """Return what a view holds, as plain values."""
    return {
        "tab": tab,
        "condition": rows.condition,
        "filters": {name: to_document(chosen) for name, chosen in rows.filters.items()},
        "order": rows.order,
        "descending": rows.descending,
        "columns": list(columns),
    }


def tab_of(body: Mapping[str, Any]) -> str:
    """Return a view's tab; Active where it names none that there is."""
    tab = body.get("tab")
    return tab if tab in TABS else ACTIVE


def columns_of(body: Mapping[str, Any]) -> list[str]:
    """Return a view's columns; none where it names none."""
    columns = body.get("columns")
    return [name for name in columns if isinstance(name, str)] if isinstance(columns, list) else []


def look_as(rows: TableModel, body: Mapping[str, Any]) -> None:
    """Filter and sort rows as a view says; of what it says, what makes no sense any more is left out.

    Raises:
        UsageError: its condition or a filter cannot be read.
    """
    saved = body.get("filters")
    filters = {
        name: chosen
        for name, said in (saved.items() if isinstance(saved, Mapping) else ())
        if name in rows.table.column_names and isinstance(said, Mapping) and (chosen := to_filter(said)) is not None
    }
    order = str(body.get("order") or "")
    rows.order = order if order in rows.table.column_names else ""
    rows.descending = body.get("descending") is True
    rows.narrow(filters)
    rows.filter(str(body.get("condition") or ""))


def find(name: str, views: Sequence[SavedView]) -> SavedView | None:
    """Return a saved view, or None for the default one.

    Raises:
        UsageError: there is none of that name.
    """
    if name == DEFAULT:
        return None
    for view in views:
        if view.name == name:
            return view
    raise UsageError(f"There is no view {name!r} any more.", "Choose another one.")


def require_free(name: str, views: Sequence[SavedView], by: str, replace: bool) -> None:
    """Make sure that a view may be saved under a name.

    Raises:
        UsageError: the name is empty, too long or the default's, or somebody else's view has it.
    """
    if not name or len(name) > LONGEST:
        raise UsageError(f"A view's name has 1 to {LONGEST} characters.", "Type another name.")
    if name.casefold() == DEFAULT.casefold():
        raise UsageError("The default view cannot be replaced.", "Type another name.")
    for view in views:
        if view.name == name and view.by != by and not replace:
            raise UsageError(
                f"{view.by or 'Somebody'} has saved a view {name!r} already.", "Type another name, or replace it."
            )


def require_deletable(name: str) -> None:
    """Make sure that a view may be deleted.

    Raises:
        UsageError: it is the default one.
    """
    if name == DEFAULT:
        raise UsageError("The default view cannot be deleted.")
