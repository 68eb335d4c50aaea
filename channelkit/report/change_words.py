"""Changes as a person reads them: what stood there, and what is to stand there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from channelkit.model.changes import CONDITION, END, FULFILLMENT, HANDLING, NOTES, PUBLISH
from channelkit.report.wording import condition_words, counted, money, value

if TYPE_CHECKING:
    import pandas as pd

TEXTS = frozenset({CONDITION, NOTES, FULFILLMENT})
"""Fields whose values are texts."""

_FIELDS = {PUBLISH: "list anew", END: "end", HANDLING: "handling time"}


def tell_changes(planned: pa.Table, currency: str, most: int = 50) -> pd.DataFrame:
    """Return changes for a person: whose, of what, from, to, why, and where it is told, why it is held.

    Arguments:
        planned: columns of `channelkit.model.changes.CHANGES`, and perhaps ``note``.
        most: rows; further ones are left out.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

    rows = planned.slice(0, most).to_pylist()
    told = [
        {
            "seller SKU": row["seller_sku"],
            "what": _FIELDS.get(row["field"], row["field"]),
            "from": change_value(row, "before", currency),
            "to": change_value(row, "after", currency),
            "why": row["because"],
            **({"held, because": row["note"]} if "note" in row else {}),
        }
        for row in rows
    ]
    return pd.DataFrame(told)


def change_value(row: Mapping[str, Any], side: Literal["before", "after"], currency: str) -> str:
    """Return one side of a change in words.

    >>> change_value({"field": "price", "after": 1999}, "after", "EUR")
    '19.99 EUR'
    >>> change_value({"field": "condition", "after_text": "used_very_good"}, "after", "EUR")
    'Used; Very Good'
    >>> change_value({"field": "publish", "before": 0}, "before", "EUR")
    'not listed'
    """
    field, number, text = row["field"], row.get(side), row.get(f"{side}_text")
    if field == PUBLISH:
        return _offer(text, currency) if number else "not listed"
    if field == END:
        return "listed" if number else "ended"
    if field == HANDLING:
        return "–" if number is None else counted(number, "day")
    if field == CONDITION:
        return condition_words(text)
    if field in TEXTS:
        return text or "–"
    return value(number, field, currency)


def _offer(document: str | None, currency: str) -> str:
    """Return the terms of a new listing in words."""
    if not document:
        return "listed"
    terms: dict[str, Any] = json.loads(document)
    words = [f"listed as {terms.get('asin') or 'an item that is not known'}", condition_words(terms.get("condition"))]
    if terms.get("price") is not None:
        words.append(money(terms["price"], currency))
    if terms.get("quantity") is not None:
        words.append(counted(terms["quantity"], "unit"))
    if terms.get("fulfillment") == "amazon":
        words.append("fulfilled by Amazon")
    return ", ".join(words)
