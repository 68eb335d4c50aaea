"""What the workbench shows now, as plain values for either view, and as a page for where there is no kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.review import listing_views
from channelkit.review.filters import to_document, words_of
from channelkit.review.listing_columns import (
    BY_NAME,
    COLUMNS,
    RANGED,
    SHOWN,
    choice_words,
    is_below_nought,
    label_of,
)
from channelkit.review.listing_columns import words_of as cell_words
from channelkit.review.listing_grid import SIZES, WORDS, ListingGrid, Opened
from channelkit.review.listing_plans import Pending

FIRST_ROWS = 20
"""Rows of each tab that an exported notebook shows."""

FEW = 60
"""Values of a column from which one may be chosen; of more, a text is looked for."""

NEEDS = ("Incomplete", "New Third Party", "Inactive")
"""Tabs that nothing but a person empties."""

_PICTURE = re.compile(
    # The sandbox serves its pictures on this machine, without a certificate.
    r"(?:(?:https://|http://127\.0\.0\.1:\d+/)[^\s\"'<>\\]+|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+)\Z"
)
_CELL = "text-align:left;vertical-align:top;white-space:normal"
_BELOW = ";color:#a3320b;color:light-dark(#a3320b,#ffa486);font-weight:600"
"""What is lost, besides its sign; the first colour is for where the second means nothing."""


def screen(grid: ListingGrid) -> dict[str, Any]:
    """Return what a view shows: plain values, of which one page of rows is by far the most."""
    rows = grid.rows
    names = grid.columns
    shown = rows.page().to_pylist()
    return {
        "state": grid.state,
        "store": grid.desk.name,
        "tabs": [{"name": tab, "count": grid.counts[tab]} for tab in grid.tabs],
        "tab": grid.tab,
        "banner": banner(grid),
        "columns": [
            {"name": name, "label": label_of(BY_NAME[name], grid.tab), "kind": BY_NAME[name].kind} for name in names
        ],
        "choosable": [
            {"name": column.name, "label": label_of(column, grid.tab), "shown": column.name in names}
            for column in COLUMNS
            if column.name in rows.table.column_names
        ],
        "has_own_columns": names != grid.own_columns,
        "rows": [
            {
                "key": key,
                "sku": row["sku"],
                "selected": key in rows.selected,
                "opened": grid.opened is not None and grid.opened.key == key,
                "cells": [cell_words(BY_NAME[name], row[name], row) for name in names],
                "below": [name for name in names if is_below_nought(BY_NAME[name], row[name])],
            }
            for key, row in zip(rows.page_keys(), shown, strict=True)
        ],
        **_places(grid),
        "filters": {name: to_document(chosen) for name, chosen in rows.filters.items()},
        "chips": _chips(grid),
        "fields": [_field(grid, name) for name in names],
        "views": _views(grid),
        "view": grid.view,
        "actions": grid.offers(),
        "opened": None if grid.opened is None else _opened(grid, grid.opened),
        "pending": None if grid.pending is None else _pending(grid.pending),
        "said": grid.said,
        "trouble": grid.trouble,
        "can_undo": grid.plans.can_undo,
    }


def banner(grid: ListingGrid) -> str:
    """Return how many listings are in process, and how many wait for a person."""
    waiting = [(tab, grid.counts[tab]) for tab in NEEDS if grid.counts[tab]]
    total = sum(count for _, count in waiting)
    parts = ", ".join(f"{count:,} {tab}" for tab, count in waiting)
    need = f"{_listings(total)} {'needs' if total == 1 else 'need'} you: {parts}." if total else "Nothing needs you."
    if grid.state == "opening":
        return need
    process = f"{_listings(grid.in_process)} in process." if grid.in_process else "No listing is in process."
    return f"{process} {need}"


def fallback_html(grid: ListingGrid) -> str:
    """Return every tab with its first rows, for an exported notebook: useful without a kernel, no picture loaded."""
    parts = [
        f"<p><strong>{escape(grid.desk.name)}</strong>: {escape(banner(grid))}</p>",
        *(f"<p>{escape(grid.trouble)}</p>" for _ in range(bool(grid.trouble))),
    ]
    for tab in grid.tabs:
        rows = _first_rows(grid, tab)
        names = [name for name in SHOWN[tab] if name in rows.column_names]
        head = "".join(f'<th scope="col" style="{_CELL}">{escape(label_of(BY_NAME[name], tab))}</th>' for name in names)
        body = "".join("<tr>" + "".join(_cell(name, row) for name in names) + "</tr>" for row in rows.to_pylist())
        caption = f"{rows.num_rows:,} of {grid.counts[tab]:,} shown."
        table = f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        is_open = " open" if rows.num_rows and (tab == grid.tab or tab in NEEDS) else ""
        summary = f"<summary><strong>{escape(tab)}</strong> ({grid.counts[tab]:,})</summary>"
        parts.append(f"<details{is_open}>{summary}{table if rows.num_rows else '<p>Nothing here.</p>'}</details>")
    return "".join(parts)


def _cell(name: str, row: dict[str, Any]) -> str:
    column = BY_NAME[name]
    look = _CELL + (_BELOW if is_below_nought(column, row[name]) else "")
    return f'<td style="{look}">{escape(cell_words(column, row[name], row))}</td>'


def _first_rows(grid: ListingGrid, tab: str) -> pa.Table:
    is_here = grid.all["overridden"] if tab == "Overrides" else pc.equal(grid.all["tab"], tab)
    places = pc.indices_nonzero(pc.fill_null(is_here, False))
    return grid.all.take(places[:FIRST_ROWS])


def _places(grid: ListingGrid) -> dict[str, Any]:
    rows = grid.rows
    total = grid.counts[grid.tab]
    return {
        "first": rows.first,
        "size": rows.size,
        "sizes": list(SIZES),
        "matching": total if grid.state == "opening" else rows.matching,
        "total": total,
        "selected": len(rows.selected),
        "condition": rows.condition,
        "order": rows.order,
        "descending": rows.descending,
        "words": _words(grid),
        "selection": _selection(grid),
    }


def _words(grid: ListingGrid) -> str:
    rows, total = grid.rows, grid.counts[grid.tab]
    if grid.state == "opening":
        return f"Reading all {total:,} rows …"
    is_filtered = bool(rows.condition or rows.filters)
    if not rows.matching:
        return f"No row of {total:,} matches." if is_filtered else "Nothing here."
    last = min(rows.first + rows.size, rows.matching)
    return f"Rows {rows.first + 1:,} to {last:,} of {rows.matching:,}" + (
        f" that match, {total:,} in all." if is_filtered else "."
    )


def _selection(grid: ListingGrid) -> str:
    count, hidden = len(grid.rows.selected), grid.rows.hidden()
    if not count:
        return "No row selected."
    return f"{count:,} selected" + (f", {hidden:,} of them hidden by the filter." if hidden else ".")


def _chips(grid: ListingGrid) -> list[dict[str, str]]:
    rows = grid.rows
    chips = [{"name": WORDS, "words": rows.condition}] if rows.condition else []
    for name, chosen in rows.filters.items():
        document = to_document(chosen)
        if "values" in document:
            values = [choice_words(name, value) for value in document["values"]]
            words = f"{label_of(BY_NAME[name], grid.tab)}: {' or '.join(values)}"
        else:
            words = words_of(label_of(BY_NAME[name], grid.tab), chosen)
        chips.append({"name": name, "words": words})
    return chips


def _field(grid: ListingGrid, name: str) -> dict[str, Any]:
    """Return how a column is filtered: a range, one of a few values, or a text."""
    column = BY_NAME[name]
    field: dict[str, Any] = {"name": name, "label": label_of(column, grid.tab), "kind": "text", "choices": []}
    if column.kind in RANGED:
        return field | {"kind": "days" if column.kind == "time" else "range"}
    if column.kind == "choice":
        known = grid.values_of(name)
        if len(known) <= FEW:
            choices = [{"value": value, "words": choice_words(name, value), "count": count} for value, count in known]
            return field | {"kind": "choice", "choices": choices}
    return field


def _views(grid: ListingGrid) -> list[dict[str, Any]]:
    saved = [{"name": view.name, "by": view.by, "deletable": True} for view in grid.views]
    return [{"name": listing_views.DEFAULT, "by": "", "deletable": False}, *saved]


def _opened(grid: ListingGrid, opened: Opened) -> dict[str, Any]:
    row = opened.row
    address = row.get("image_url") or ""
    return {
        "key": opened.key,
        "sku": row["sku"],
        "title": row["title"] or row["sku"],
        "tab": row["tab"],
        "status": row["status"] or "",
        "reason": row["reason"] or "",
        "next_step": row["next_step"] or "",
        "picture": address if _PICTURE.match(address) else "",
        "facts": _facts(row),
        "explanation": "" if opened.explanation is None else opened.explanation._repr_html_(),
        "timeline": [_event(event) for event in opened.timeline],
        "trouble": opened.trouble,
        "actions": grid.row_offers(),
    }


def _facts(row: Mapping[str, Any]) -> list[list[str]]:
    names = (
        *("asin", "product_sku", "condition", "price", "margin", "margin_percent"),
        *("quantity", "fulfillment", "since"),
    )
    told = [(BY_NAME[name].label, cell_words(BY_NAME[name], row[name], dict(row))) for name in names if name in row]
    return [[label, words] for label, words in told if words]


def _event(event: Mapping[str, Any]) -> dict[str, str]:
    at = event.get("at")
    if isinstance(at, int):
        at = datetime.fromtimestamp(at / 1000, UTC)
    moment = at.strftime("%Y-%m-%d %H:%M") if isinstance(at, datetime) else str(at or "")
    return {"at": moment} | {
        name: str(event.get(name) if event.get(name) is not None else "")
        for name in ("side", "what", "before", "after", "because", "by")
    }


def _pending(pending: Pending) -> dict[str, Any]:
    return {
        "words": pending.words,
        "serial": pending.serial,
        "html": pending.plan._repr_html_(),
        "stopped": pending.plan.stopped,
        "held": len(pending.plan.held["seller_sku"]),
        "checked": pending.checked,
        "is_undo": pending.is_undo,
    }


def _listings(count: int) -> str:
    return f"{count:,} listing{'' if count == 1 else 's'}"
