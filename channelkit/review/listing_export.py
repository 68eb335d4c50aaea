"""What the workbench displays as a file: CSV or Excel, with nothing in it that a spreadsheet would compute."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError
from channelkit.review.listing_columns import Column, choice_words, label_of
from channelkit.review.listing_source import Desk

BEGINS_FORMULA = "^[=+\\-@＝＋－＠\\t\\r\\n]"
"""A cell that begins so is computed by a spreadsheet that opens a CSV, wherever the text came from (OWASP)."""

MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds, besides its headings."""

WIDTHS = {"code": 22, "long": 48, "choice": 18, "money": 14, "percent": 10, "whole": 12, "time": 18}
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Exported:
    """A file: its name, what it is, and its bytes."""

    name: str
    type: str
    data: bytes


def export_rows(
    rows: pa.Table, columns: Sequence[Column], kind: Literal["csv", "xlsx"], *, tab: str, desk: Desk
) -> Exported:
    """Return rows as a file, these columns.

    SKUs stay text and prices exact; a price's heading names its currency.

    Raises:
        UsageError: there are more rows than a sheet of Excel holds.
    """
    labels = [label_of(column, tab) + (f" ({desk.currency})" if column.kind == "money" else "") for column in columns]
    table = pa.table([_worded(rows[column.name], column) for column in columns], names=_distinct(labels))
    data = to_csv(table) if kind == "csv" else to_excel(table, columns, tab)
    name = f"{desk.name} {tab}".lower().replace(" ", "-")
    return Exported(f"{name}.{kind}", TYPES[kind], data)


def to_csv(table: pa.Table) -> bytes:
    """Return a table as CSV in UTF-8, every text that a spreadsheet would compute with an apostrophe before it.

    >>> to_csv(pa.table({"title": ["=1+1", "kettle"]})).decode("utf-8-sig")
    '"title"\\n"\\'=1+1"\\n"kettle"\\n'
    """
    from pyarrow import csv  # noqa: PLC0415 - only an export needs it

    harmless = [
        _harmless(column) if pa.types.is_string(column.type) else column.cast(pa.string()) for column in table.columns
    ]
    names = _harmless(pa.array(table.column_names)).to_pylist()
    out = io.BytesIO()
    # Excel takes a file for UTF-8 by these three bytes alone.
    out.write(b"\xef\xbb\xbf")
    csv.write_csv(pa.table(harmless, names=names), out)
    return out.getvalue()


def to_excel(table: pa.Table, columns: Sequence[Column], title: str) -> bytes:
    """Return a table as an Excel file in which every text is a text, whatever it begins with.

    Raises:
        UsageError: there are more rows than a sheet holds.
    """
    import xlsxwriter  # noqa: PLC0415 - only an export needs it

    if table.num_rows > MOST_ROWS:
        raise UsageError(
            f"{table.num_rows:,} rows are more than a sheet of Excel holds.", "Filter them, or export CSV."
        )
    out = io.BytesIO()
    options = {
        **{"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        **{"constant_memory": True, "nan_inf_to_errors": True},
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True})
        forms = {"money": book.add_format({"num_format": "0.00"}), "percent": book.add_format({"num_format": "0.0"})}
        text = book.add_format({"num_format": "@"})
        for at, column in enumerate(columns):
            is_text = column.kind in ("code", "text", "choice", "long")
            form = text if is_text else forms.get(column.kind)
            sheet.set_column(at, at, WIDTHS.get(column.kind, 16), form)
            sheet.write_string(0, at, table.column_names[at], bold)
        sheet.freeze_panes(1, 0)
        # Row by row, as a sheet that is written without being held in memory wants it.
        for start, batch in _batches(table):
            for row, values in enumerate(zip(*batch, strict=True), start):
                for at, value in enumerate(values):
                    _write(sheet, row, at, value)
        sheet.autofilter(0, 0, table.num_rows, max(0, table.num_columns - 1))
    return out.getvalue()


def _batches(table: pa.Table) -> list[tuple[int, list[list[Any]]]]:
    found, start = [], 1
    for batch in table.to_batches(max_chunksize=20_000):
        found.append((start, [column.to_pylist() for column in batch.columns]))
        start += batch.num_rows
    return found


def _write(sheet: Any, row: int, at: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        # Longer than a cell holds is cut by us, since otherwise it would be left out.
        sheet.write_string(row, at, value[:32_767])
    else:
        sheet.write_number(row, at, value)


def _worded(column: pa.ChunkedArray, wanted: Column) -> pa.ChunkedArray:
    """Return a column as it is exported: few values in words, times in UTC without a zone, numbers as they are."""
    if wanted.kind == "choice" and pa.types.is_string(column.type):
        encoded = column.combine_chunks().dictionary_encode()
        words = [choice_words(wanted.name, value) for value in encoded.dictionary.to_pylist()]
        return pa.chunked_array([pa.array(words, pa.string()).take(encoded.indices)])
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column, format="%Y-%m-%d %H:%M")
    if pa.types.is_boolean(column.type):
        return pc.if_else(column, "yes", "no")
    return column


def _harmless(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    begins = pc.fill_null(pc.match_substring_regex(texts, BEGINS_FORMULA), False)
    return pc.if_else(begins, pc.binary_join_element_wise("'", texts, ""), texts)


def _distinct(labels: Sequence[str]) -> list[str]:
    return [label if label not in labels[:at] else f"{label} {at + 1}" for at, label in enumerate(labels)]
