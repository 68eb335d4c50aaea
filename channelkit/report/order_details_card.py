"""An order as a card with three tabs that need no script: radio buttons and a style, offline, escaped.

Where a page takes neither (an exported page that was cleaned), the three parts stand below each other. Printed, too.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from secrets import token_hex

from channelkit.report.grids import Column, Grid
from channelkit.report.order_details import OrderDetails
from channelkit.report.order_details_rows import (
    Said,
    deeds_grid,
    items_grid,
    list_details,
    list_shipping,
    sum_words,
    tracking_grids,
)
from channelkit.report.order_words import status_words
from channelkit.report.wording import moment

TABS = ("Details & shipping", "Items", "Tracking")

_TONES = {
    "blocked": "bad",
    "waiting": "quiet",
    "viewed": "quiet",
    "earlier": "quiet",
    "cancelled": "quiet",
    "planned": "way",
    "created": "way",
    "shipped": "good",
    "complete": "good",
}


def order_card(told: OrderDetails) -> str:
    """Return an order as HTML."""
    # Two cards of the same order may be on one page, and each has its own tab open.
    group = f"ck-order-{token_hex(4)}"
    counts = {"Items": len(told.order.lines), "Tracking": len(told.order.parcels) + len(told.shipments)}
    bar = "".join(
        f'<label><input type="radio" name="{group}"{" checked" if place == 0 else ""}>'
        f"<span>{escape(title)}{f' <small>{counts[title]}</small>' if title in counts else ''}</span></label>"
        for place, title in enumerate(TABS)
    )
    panes = "".join(
        f'<section class="pane"><h3>{escape(title)}</h3>{inside}</section>'
        for title, inside in zip(TABS, (_details(told), _items(told), _tracking(told)), strict=True)
    )
    tabs = f'<div class="tabs"><div class="bar" role="group" aria-label="Parts of the order">{bar}</div>{panes}</div>'
    return f'<style>{_style()}</style><article class="ck-order" lang="en">{_header(told)}{_place(told)}{tabs}</article>'


@cache
def _style() -> str:
    return (Path(__file__).parent / "order_details.css").read_text(encoding="utf-8")


def _header(told: OrderDetails) -> str:
    keys = [
        ("In Commerce", told.numbers),
        ("Buyer", told.order.pseudonym),
        ("Store", told.store),
        ("Bought", moment(told.order.created_at, told.site.time_zone)),
    ]
    shown = "".join(f"<span>{label} <b>{escape(value)}</b></span>" for label, value in keys if value)
    return f'<header><h2>Order <code>{escape(told.order.order_id)}</code></h2><p class="keys">{shown}</p></header>'


def _place(told: OrderDetails) -> str:
    stand = told.stand
    tone = "bad" if told.is_late else _TONES.get(stand.stage if stand else "", "quiet")
    left = ""
    if told.time_left:
        left = f'<span class="left{" late" if told.is_late else ""}">{escape(told.time_left)}</span>'
    lines = [
        f'<p><span class="badge">{escape(status_words(told.order.status))}</span>'
        f'<span class="stage">{escape(told.stage_words)}</span>{left}</p>'
    ]
    if stand and stand.note:
        lines.append(f'<p class="note">{escape(stand.note)}</p>')
    if stand and stand.next_step:
        lines.append(f'<p class="next"><b>Next step</b> {escape(stand.next_step)}</p>')
    return f'<div class="place {tone}">{"".join(lines)}</div>'


def _details(told: OrderDetails) -> str:
    shipping = _list("Shipping", list_shipping(told))
    hints = []
    if told.revealing is not None and told.order.pseudonym:
        hints.append(
            f"Who it is, and the whole address: <code>{_call(told)}.reveal(purpose)</code>. "
            "It is shown to you alone, and that you looked is kept."
        )
    if told.is_merchant and told.copies:
        hints.append(
            f"Correct the address in Commerce: <code>orders.correct_address({_quoted(told)}, …)</code>. "
            "Amazon keeps its own."
        )
    shipping += "".join(f'<p class="hint">{hint}</p>' for hint in hints)
    both = f'<div class="sides"><div>{_list("Order", list_details(told))}</div><div>{shipping}</div></div>'
    return both + (_table(deeds_grid(told)) if told.changes else "")


def _call(told: OrderDetails) -> str:
    return f"orders.show({_quoted(told)})"


def _quoted(told: OrderDetails) -> str:
    return escape(f'"{told.order.order_id}"')


def _items(told: OrderDetails) -> str:
    words = sum_words(told)
    return _table(items_grid(told), headed=False) + (f'<p class="sum">{escape(words)}</p>' if words else "")


def _tracking(told: OrderDetails) -> str:
    return "".join(map(_table, tracking_grids(told)))


def _list(title: str, lines: list[Said]) -> str:
    rows = "".join(
        f"<dt>{escape(said.label)}</dt><dd{' class=bad' if said.is_bad else ''}>{escape(said.value)}"
        f"{f' <i>{escape(said.remark)}</i>' if said.remark else ''}</dd>"
        for said in lines
    )
    return f"<h4>{escape(title)}</h4><dl>{rows}</dl>"


def _table(grid: Grid, *, headed: bool = True) -> str:
    title = f"<h4>{escape(grid.caption)}</h4>" if headed else ""
    if not grid.rows:
        return f'{title}<p class="none">{escape(grid.empty)}</p>'
    head = "".join(f'<th scope="col" class="{column.kind}">{escape(column.heading)}</th>' for column in grid.columns)
    body = "".join(
        f'<tr class="{escape(row.get("state", ""))}">'
        + "".join(_cell(column, row[column.key]) for column in grid.columns)
        + "</tr>"
        for row in grid.rows
    )
    return f'{title}<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(column: Column, words: str) -> str:
    shown = f"<code>{escape(words)}</code>" if column.kind == "key" and words != "–" else escape(words)
    # On a narrow page, rows become lists, and each cell says what it is.
    return f'<td class="{column.kind}" data-of="{escape(column.heading)}">{shown}</td>'
