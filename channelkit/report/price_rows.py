"""Rows of a preview of prices: for analysts as a DataFrame with exact amounts, for a page in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.connection import Database
from channelkit.database.placed import load_details
from channelkit.model.columns import one
from channelkit.report.price_moves import TITLES
from channelkit.report.tables import money as amounts
from channelkit.report.wording import money

if TYPE_CHECKING:
    import pandas as pd

MONEY = (
    *("before", "after", "sent", "change", "money", "margin_before", "margin_after", "competitor", "cost", "minimum"),
    "list_price",
)
COLUMNS = (
    *("seller_sku", "product_sku", "asin", "part", "class", "before", "after", "sent", "change", "units", "money"),
    *("margin_before", "margin_after", "cost", "minimum", "competitor", "rule", "guard", "note", "tab", "list_price"),
    *("business", "sale", "damped"),
)


def with_amounts(rows: pa.Table, currency: str) -> pa.Table:
    """Return rows of a preview as people exchange them: exact amounts, in the order of `COLUMNS`.

    Arguments:
        rows: columns of `channelkit.prices.moves.MOVES`.
    """
    rows = rows.append_column("change", pc.subtract(rows["after"], rows["before"]))
    currencies = pa.chunked_array([pa.repeat(currency, rows.num_rows)])
    for name in MONEY:
        rows = rows.set_column(rows.column_names.index(name), name, amounts(rows[name], currencies))
    return rows.select(list(COLUMNS))


def rows_frame(rows: pa.Table, currency: str) -> pd.DataFrame:
    """Return rows of a preview with exact amounts."""
    import pandas as pd  # noqa: PLC0415 - half a second

    return with_amounts(rows, currency).to_pandas(types_mapper=pd.ArrowDtype)


def rows_words(database: Database, rows: pa.Table, currency: str, rules: Mapping[str, str]) -> list[dict[str, str]]:
    """Return rows of a preview as texts, with the product's name.

    Arguments:
        rules: what people call each rule, by its id.
    """
    with database.read() as connection:
        details = load_details(connection, pc.unique(one(rows["product_sku"])).to_pylist())
    names = dict(zip(details["sku"].to_pylist(), details["name"].to_pylist(), strict=True))
    told = ({**row, "rule": rules.get(row["rule"], row["rule"])} for row in rows.to_pylist())
    return [_row(row, names.get(row["product_sku"]) or "", currency) for row in told]


def _row(row: dict[str, object], name: str, currency: str) -> dict[str, str]:
    def told(column: str) -> str:
        value = row[column]
        return money(value, currency) if isinstance(value, int) else ""

    before, after, units = row["before"], row["after"], row["units"]
    moved = after - before if isinstance(before, int) and isinstance(after, int) else 0
    return {
        "part": TITLES[str(row["part"])],
        "seller_sku": str(row["seller_sku"]),
        "name": name,
        "before": told("before"),
        "after": told("after"),
        "change": signed(moved, currency) if moved else "",
        "units": f"{units:,}" if units else "",
        "money": signed(row["money"], currency) if isinstance(row["money"], int) and row["money"] else "",
        "margin": told("margin_after"),
        "competitor": told("competitor"),
        "rule": str(row["rule"] or ""),
        "why": _why(row, currency),
    }


def _why(row: dict[str, object], currency: str) -> str:
    """Return what keeps a price from being what the rules want, or from being sent; or what they could not do."""
    sent = row["sent"]
    damped = str(row["damped"] or "")
    if damped and isinstance(sent, int):
        damped = f"{money(sent, currency)} would be sent: {damped[0].lower()}{damped[1:]}"
    return str(row["guard"] or damped or row["note"] or "")


def signed(minor: int, currency: str) -> str:
    """Return an amount with its sign.

    >>> signed(150, "EUR"), signed(-5, "EUR"), signed(0, "EUR")
    ('+1.50 EUR', '−0.05 EUR', '0.00 EUR')
    """
    return f"{'+' if minor > 0 else '−' if minor < 0 else ''}{money(abs(minor), currency)}"
