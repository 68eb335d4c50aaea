"""The list of orders as HTML: for the view of plain buttons, and for exported notebooks. Everything is escaped."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from channelkit.review.order_list import OrderList

COLUMNS = (
    ("purchase_date", "Purchase Date"),
    ("order_number", "Order Number"),
    ("status", "Status"),
    ("buyer", "Buyer"),
    ("grand_total", "Grand Total"),
    ("order_notes", "Order Notes"),
    ("time_left", "Ship by"),
)
"""The columns of Amazon's order list, in its order; the last one is ours."""


def orders_html(model: OrderList) -> str:
    """Return the page of orders that is shown."""
    head = "".join(f'<th scope="col" class="{name}">{label}</th>' for name, label in COLUMNS)
    body = "".join(
        f'<tr class="{escape(row.get("stage", ""))}">'
        + "".join(
            f'<td class="{name}{" late" if name == "time_left" and row.get("late") else ""}" data-of="{label}">'
            f"{escape(row.get(name, ''))}</td>"
            for name, label in COLUMNS
        )
        + "</tr>"
        for row in model.rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if model.rows else ""
    return f'<style>{_style()}</style><div class="ck-orders" lang="en"><p>{escape(model.place)}</p>{table}</div>'


def opened_html(model: OrderList) -> str:
    """Return the order that is opened, or nothing."""
    return model.opened._repr_html_() if model.opened is not None else ""


@cache
def _style() -> str:
    return (Path(__file__).parent / "order_page.css").read_text(encoding="utf-8")
