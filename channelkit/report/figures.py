"""The numbers behind a section as files: CSV for a spreadsheet, Parquet for a program.

In CSV no text is one that a spreadsheet would compute. In both, no text can be taken for a page's element, and what
looks like a token or a mailbox is left out; numbers of products, listings and orders stay as they are.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.report.section import Section
from channelkit.report.wording import shareable
from channelkit.report.writing import write_whole

IDS = frozenset(
    {"sku", "seller_sku", "product_sku", "asin", "order_id", "request_id", "feed_id", "currency", "store", "day", "id"}
)
"""Columns whose texts name something and are never touched."""

_COMPUTED = r"^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]"
"""How a cell begins that a spreadsheet computes: https://owasp.org/www-community/attacks/CSV_Injection"""

_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def write_figures(section: Section, folder: Path) -> list[Path]:
    """Write a section's rows as ``KEY.csv`` and ``KEY.parquet``, and return both; none where it has no column.

    Arguments:
        folder: exists.
    """
    from pyarrow import parquet  # noqa: PLC0415 - only a report needs it

    if not section.rows.num_columns:
        return []
    rows = shareable_rows(section.rows)
    body = pa.BufferOutputStream()
    parquet.write_table(rows, body, compression="zstd")
    return [
        write_whole(folder / f"{section.key}.csv", to_csv(rows)),
        write_whole(folder / f"{section.key}.parquet", body.getvalue().to_pybytes()),
    ]


def shareable_rows(rows: pa.Table) -> pa.Table:
    """Return rows whose texts may leave the house; what is nested becomes JSON.

    >>> shareable_rows(pa.table({"sku": ["<b>"], "title": ["<b>Mug</b> of anna@example.com"]})).to_pylist()
    [{'sku': '<b>', 'title': '&lt;b>Mug&lt;/b> of …'}]
    """
    columns = [_shareable(rows[name], name in IDS) for name in rows.column_names]
    return pa.table(dict(zip(rows.column_names, columns, strict=True)))


def to_csv(rows: pa.Table) -> bytes:
    """Return rows as CSV in UTF-8 with the mark by which spreadsheets know it.

    >>> to_csv(pa.table({"sku": ["007", "=1+1"], "sold": [3, None]})).decode("utf-8-sig")
    '"sku","sold"\\n"007",3\\n"\\'=1+1",\\n'
    """
    from pyarrow import csv  # noqa: PLC0415 - only a report needs it

    harmless = [_harmless(column) if pa.types.is_string(column.type) else column for column in rows.columns]
    out = io.BytesIO(b"\xef\xbb\xbf")
    out.seek(0, io.SEEK_END)
    csv.write_csv(pa.table(harmless, names=rows.column_names), out)
    return out.getvalue()


def _harmless(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    is_computed = pc.fill_null(pc.match_substring_regex(texts, _COMPUTED), False)
    return pc.if_else(is_computed, pc.binary_join_element_wise("'", texts, ""), texts)


def _shareable(column: pa.ChunkedArray, is_id: bool) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        column = pa.chunked_array([pa.array([_to_json(value) for value in column.to_pylist()], pa.string())])
    if is_id or not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    # Each text once: a brand stands in thousands of rows.
    encoded = column.cast(pa.string()).combine_chunks().dictionary_encode()
    words = [_clean(text) for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(words, pa.string()).take(encoded.indices)])


def _to_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _clean(text: str) -> str:
    return _TAG.sub("&lt;", shareable(text))
