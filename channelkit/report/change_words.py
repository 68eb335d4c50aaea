"""Changes as a person reads them: what stood there, and what is to stand there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from channelkit.model.changes import (
    BUSINESS,
    CONDITION,
    END,
    FULFILLMENT,
    HANDLING,
    LIST_PRICE,
    NOTES,
    PUBLISH,
    SALE,
)
from channelkit.report.price_words import business_words, sale_words
from channelkit.report.wording import condition_words, counted, money, value

if TYPE_CHECKING:
    import pandas as pd

_FIELDS = {
    **{PUBLISH: "list anew", END: "end", HANDLING: "handling time"},
    **{BUSINESS: "business price", LIST_PRICE: "list price"},
}


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
    tell_text, tell_number = _TOLD_TEXTS.get(field), _TOLD_NUMBERS.get(field)
    if field == PUBLISH:
        return _offer(text, currency) if number else "not listed"
    if tell_text is not None:
        return tell_text(text, currency)
    if tell_number is not None:
        return tell_number(number, currency)
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
    if terms.get("tax_code"):
        words.append(f"product tax code {terms['tax_code']}")
    return ", ".join(words)


_TOLD_TEXTS: Mapping[str, Callable[[str | None, str], str]] = {
    CONDITION: lambda text, _currency: condition_words(text),
    **dict.fromkeys((NOTES, FULFILLMENT), lambda text, _currency: text or "–"),
    **{BUSINESS: business_words, SALE: sale_words},
}
_TOLD_NUMBERS: Mapping[str, Callable[[int | None, str], str]] = {
    END: lambda number, _currency: "listed" if number else "ended",
    HANDLING: lambda number, _currency: "–" if number is None else counted(number, "day"),
    LIST_PRICE: lambda number, currency: "none" if number == 0 else money(number, currency),
}
