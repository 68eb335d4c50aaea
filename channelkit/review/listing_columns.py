"""The columns of the workbench: which there are, which each tab shows at first, and how a value is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

INCOMPLETE, THIRD_PARTY, READY, INACTIVE = "Incomplete", "New Third Party", "Ready to List", "Inactive"
ACTIVE, OVERRIDES, INELIGIBLE, ENDED = "Active", "Overrides", "Ineligible", "Ended"

TABS = (INCOMPLETE, THIRD_PARTY, READY, INACTIVE, ACTIVE, OVERRIDES, INELIGIBLE, ENDED)
"""The tabs in the guide's order. Overrides holds no rows of its own: it shows those of any tab that have one."""

Kind = Literal["text", "code", "long", "choice", "money", "percent", "whole", "time"]

RANGED: tuple[Kind, ...] = ("money", "percent", "whole", "time")
"""Kinds of columns that are filtered from one value to another."""


@dataclass(frozen=True)
class Column:
    """A column as it is shown.

    Arguments:
        kind: how it is written, and how it is filtered: a text, one of a few values, or from one to another.
        empty: what is written where nothing is known.
    """

    name: str
    label: str
    kind: Kind = "text"
    empty: str = ""


COLUMNS = (
    Column("seller_sku", "Amazon Seller SKU", "code"),
    Column("asin", "ASIN", "code"),
    Column("title", "Product Listing Name", "long"),
    Column("condition", "Condition", "choice"),
    # Amazon says what the offer costs; until it does, nothing is shown as a price.
    Column("price", "Landed Price", "money", "Update in progress"),
    # Of that price: less tax, what Amazon keeps, and what the product costs; empty where one of them is not known.
    Column("margin", "Margin", "money"),
    Column("margin_percent", "Margin %", "percent"),
    Column("quantity", "Amazon Quantity", "whole"),
    Column("status", "Status", "choice"),
    Column("inactive_reason", "Inactive Reason", "choice"),
    # Yes or No as Amazon said within a day; what it did not say is not guessed.
    Column("buy_box", "Buy Box Won", "choice", "NA"),
    Column("reason", "Why", "long"),
    Column("next_step", "What to do", "long"),
    Column("condition_override", "Condition Override", "choice", "Not Selected"),
    Column("notes_override", "Notes", "long"),
    Column("handling_override", "Handling", "whole"),
    Column("price_override", "List Price Override", "money", "N/A"),
    Column("tab", "Tab", "choice"),
    Column("product_sku", "Product SKU", "code"),
    Column("fulfillment", "Fulfilled by", "choice"),
    Column("handling_days", "Handling Days", "whole"),
    Column("condition_note", "Condition Notes", "long"),
    Column("wanted_price", "Wanted Price", "money"),
    Column("wanted_quantity", "Wanted Quantity", "whole"),
    Column("method", "Matched by", "choice"),
    Column("evidence", "What was found", "long"),
    Column("on_amazon", "On Amazon", "choice"),
    Column("since", "Since (UTC)", "time"),
    Column("observed_at", "Seen on Amazon (UTC)", "time"),
    Column("buy_box_at", "Buy Box Seen (UTC)", "time"),
)
BY_NAME = {column.name: column for column in COLUMNS}

_OFFER = ("seller_sku", "asin", "title", "condition", "price")
_BASE = (*_OFFER, "quantity", "status")
_SOLD = (*_OFFER, "margin", "quantity")
SHOWN: dict[str, tuple[str, ...]] = {
    INCOMPLETE: (*_BASE, "reason", "next_step"),
    THIRD_PARTY: (*_BASE, "reason", "next_step"),
    READY: _BASE,
    INACTIVE: (*_SOLD, "status", "inactive_reason", "reason"),
    ACTIVE: (*_SOLD, "status", "buy_box"),
    OVERRIDES: (
        *("seller_sku", "asin", "condition_override", "title", "notes_override", "handling_override"),
        "price_override",
    ),
    INELIGIBLE: (*_SOLD, "reason"),
    ENDED: _BASE,
}
"""Which columns each tab shows until a person chooses others: the guide's, with the reason where one is needed.

Beside the price of what is sold, or was, stands its margin, where the store's settings say what products cost; without
them there is no such column.
"""

_LABELS = {(THIRD_PARTY, "price"): "Listing Price"}

CONDITIONS = {
    "new_new": "New",
    "new_open_box": "New; Open Box",
    "new_oem": "New; OEM",
    "refurbished_refurbished": "Refurbished",
    "used_like_new": "Used; Like New",
    "used_very_good": "Used; Very Good",
    "used_good": "Used; Good",
    "used_acceptable": "Used; Acceptable",
    "collectible_like_new": "Collectible; Like New",
    "collectible_very_good": "Collectible; Very Good",
    "collectible_good": "Collectible; Good",
    "collectible_acceptable": "Collectible; Acceptable",
    "club_club": "Club",
}
"""Amazon's words for a condition, and ours for people."""

METHODS = {
    **{"seller_sku": "Seller SKU", "asin": "ASIN", "gtin": "GTIN", "gcid": "GCID"},
    **{"similarity": "Similarity", "manual": "A person"},
}


def label_of(column: Column, tab: str) -> str:
    """Return a column's heading in a tab."""
    return _LABELS.get((tab, column.name), column.label)


def words_of(column: Column, value: Any, row: dict[str, Any]) -> str:
    """Return a value as it is shown.

    Arguments:
        row: the whole row; a price needs its currency, and a product that is not on Amazon has no price to wait for.

    >>> words_of(BY_NAME["condition"], "used_good", {})
    'Used; Good'
    >>> words_of(BY_NAME["margin"], Decimal("-1234.50"), {"currency": "EUR"})
    '−1,234.50 EUR'
    """
    if value is None or value == "":
        return "" if column.name == "price" and row.get("on_amazon") == "no" else column.empty
    if column.kind == "money":
        return f"{_signed(value)} {row.get('currency') or ''}".strip()
    if column.kind == "percent":
        return f"{_signed(value)} %"
    if column.kind == "whole":
        return f"{value:,}"
    if column.kind == "time":
        return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else str(value)
    return choice_words(column.name, str(value))


def is_below_nought(column: Column, value: Any) -> bool:
    """Return whether a value is money, or a share of it, that is lost: it is shown with its sign and in another colour.

    >>> is_below_nought(BY_NAME["margin"], Decimal("-0.50")), is_below_nought(BY_NAME["margin"], None)
    (True, False)
    """
    return column.kind in ("money", "percent") and value is not None and value < 0


def _signed(value: Decimal) -> str:
    """Return a number with a minus sign that is as wide as a digit and that a screen reader says."""
    return f"{'−' if value < 0 else ''}{abs(value):,}"


def choice_words(name: str, value: str) -> str:
    """Return one of a column's few values as it is shown."""
    if name in ("condition", "condition_override"):
        return CONDITIONS.get(value, value)
    if name == "method":
        return METHODS.get(value, value)
    return value or "none"
