"""A preview of prices as a file, with nothing in it that a spreadsheet would compute."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from channelkit.errors import UsageError
from channelkit.report.price_rows import MONEY, with_amounts
from channelkit.review.listing_columns import Column, Kind
from channelkit.review.listing_export import to_csv, to_excel

_LONG = ("rule", "note", "guard", "business", "sale")


def export_prices(rows: pa.Table, currency: str, path: str | Path) -> str:
    """Write rows of a preview into a file, CSV in UTF-8 or Excel by its ending, and say where they are.

    Arguments:
        rows: columns of `channelkit.prices.moves.MOVES`.

    Raises:
        UsageError: the ending is another one, the folder is not there, or there are more rows than a sheet holds.
    """
    path, table = Path(path), with_amounts(rows, currency)
    names = [f"{name} ({currency})" if name in MONEY else name for name in table.column_names]
    if path.suffix.lower() == ".csv":
        data = to_csv(table.rename_columns(names))
    elif path.suffix.lower() == ".xlsx":
        columns = [Column(name, name, _kind(name)) for name in table.column_names]
        data = to_excel(table.rename_columns(names), columns, "Prices")
    else:
        raise UsageError(
            f"Prices cannot be written as {path.suffix or 'a file without an ending'}.", "Name .csv or .xlsx."
        )
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name a folder that is there.") from None
    return f"Wrote {table.num_rows:,} prices to {path}."


def _kind(name: str) -> Kind:
    if name in MONEY:
        return "money"
    return "whole" if name == "units" else "long" if name in _LONG else "code"
