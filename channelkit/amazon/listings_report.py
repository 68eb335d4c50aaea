"""The all-listings report (GET_MERCHANT_LISTINGS_ALL_DATA) as columns: a million lines in seconds, and none lost.

Lines are counted against rows, quotes mean nothing, and everything is text until it is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from channelkit.amazon.report_columns import CONDITIONS, find_columns
from channelkit.amazon.report_text import LOST, end_lines, plain_lines, to_utf8
from channelkit.amazon.report_values import read_prices, read_units
from channelkit.errors import DocumentError
from channelkit.model.columns import one
from channelkit.model.marketplaces import Marketplace
from channelkit.model.tables import LISTINGS

COLUMNS = (
    *("seller_sku", "asin", "listing_id", "title", "description", "price", "currency", "quantity"),
    *("pending_quantity", "fulfillment_channel", "condition", "condition_note", "status", "product_id"),
    *("product_id_type", "image_url", "opened", "shipping_group"),
)
SCHEMA = LISTINGS.schema(COLUMNS)
NAMED_PROBLEMS = 20
"""Problems of one kind that are told one by one; the rest is counted."""

BLOCK = 16 << 20
"""Bytes that are read at once; no line is longer."""

_KEPT = "Nothing of it was kept and the old facts stay."


@dataclass(frozen=True)
class ListingsReport:
    """What a report says.

    Arguments:
        rows: `COLUMNS`, ``seller_sku`` unique; money in minor units of the marketplace's currency.
        lines: how many lines it has below its header, empty ones not counted.
        problems: what could not be read, in sentences.
        complete: every line was read, so a listing that is not in ``rows`` was not found.
    """

    rows: pa.Table
    lines: int
    problems: tuple[str, ...]
    complete: bool


def parse_report(content: bytes, content_type: str, marketplace: Marketplace) -> ListingsReport:
    """Read a report's file.

    Only the seller SKU must be there: columns come and go by account and month (Amazon's report reference).

    Arguments:
        content: the file, unpacked.
        content_type: of its download; names the encoding.

    Raises:
        DocumentError: it has no header with a seller SKU, or rows were lost in reading it.

    >>> from channelkit.model.marketplaces import marketplace
    >>> report = parse_report(b'seller-sku\\tprice\\n007\\t9.90\\n"NA\\t12.00\\n', "text/plain", marketplace("US"))
    >>> report.rows.select(["seller_sku", "price"]).to_pylist()
    [{'seller_sku': '007', 'price': 990}, {'seller_sku': '"NA', 'price': 1200}]
    """
    decoded = to_utf8(content, content_type, marketplace.country)
    text = plain_lines(decoded.content)
    header = text[: text.find(b"\n")] if b"\n" in text else text
    names = header.decode(errors="replace").split("\t")
    positions = find_columns(names)
    if "seller_sku" not in positions:
        raise DocumentError(
            f"The listings report has no column with seller SKUs; it begins: {' '.join(names)[:80]!r}.",
            f"{_KEPT} If it lasts, the account's report has a new header.",
        )
    lines = text.count(b"\n") - text.endswith(b"\n")
    read, ragged = _read(text, lines, len(names), positions)
    if read.num_rows + ragged != lines:
        raise DocumentError(
            f"Of the {lines:,} lines of the listings report {read.num_rows + ragged:,} were read.",
            f"{_KEPT} The next report is asked for in due time.",
        )
    problems = [*decoded.problems, *(_told_lines(end_lines(decoded.content), len(names)) if ragged else ())]
    read, nameless = _named(read)
    problems += nameless
    complete = not problems
    read, repeated = _last_of_each(read)
    problems += _told(repeated, "stands in several lines; the last one counts")
    rows, unread = _typed(read, marketplace, lossy=LOST.encode() in text)
    return ListingsReport(rows, lines, (*problems, *unread), complete)


def _read(text: bytes, lines: int, width: int, positions: dict[str, int]) -> tuple[pa.Table, int]:
    """Return the columns that we know, all as text, and how many lines do not have the header's columns."""
    chosen = {ours: str(position) for ours, position in positions.items()}
    if not lines:
        return pa.table({ours: pa.array([], pa.string()) for ours in chosen}), 0
    ragged: list[int] = []

    def leave_out(row: csv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    names = [str(position) for position in range(width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(column_names=names, skip_rows=1, block_size=BLOCK),
            csv.ParseOptions(
                delimiter="\t", quote_char=False, double_quote=False, escape_char=False, invalid_row_handler=leave_out
            ),
            csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(chosen.values()),
                # Nothing but an empty field is no value: "NA" and "null" are SKUs that sellers have.
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise DocumentError(f"The listings report cannot be read: {error}.", _KEPT) from error
    return table.rename_columns(list(chosen)), len(ragged)


def _named(read: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return the rows whose SKU is there and whole, and what is to be said of the others."""
    skus, problems = read["seller_sku"], []
    nameless, damaged = pc.is_null(skus), pc.fill_null(pc.match_substring(skus, LOST), False)
    for wrong, words in ((nameless, "no seller SKU"), (damaged, "a seller SKU in which characters were lost")):
        count = pc.sum(wrong).as_py() or 0
        if count:
            problems.append(f"Lines with {words}, which were not read: {count:,}.")
    return (read.filter(pc.invert(pc.or_(nameless, damaged))) if problems else read), problems


def _last_of_each(read: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return the table with each SKU once, and the SKUs that stood in it several times."""
    skus = one(read["seller_sku"])
    if pc.count_distinct(skus).as_py() == len(skus):
        return read, []
    codes = skus.dictionary_encode()
    numbers = codes.indices.to_numpy()
    last = np.zeros(len(codes.dictionary), np.int64)
    last[numbers] = np.arange(len(skus))
    times = np.bincount(numbers)
    return read.take(pa.array(np.sort(last))), codes.dictionary.filter(pa.array(times > 1)).to_pylist()


def _typed(read: pa.Table, marketplace: Marketplace, *, lossy: bool) -> tuple[pa.Table, list[str]]:
    """Return the rows in their types, and what in them could not be understood."""
    absent = pa.nulls(read.num_rows, pa.string())
    columns = {name: one(read[name]) if name in read.column_names else absent for name in COLUMNS}
    skus, problems = columns["seller_sku"], []

    if lossy:
        damaged = pc.fill_null(pc.match_substring(columns["title"], LOST), False)
        problems += _told(skus.filter(damaged).to_pylist(), "has a title in which characters were lost")
    prices = read_prices(columns["price"], marketplace.digits)
    words = "has a price that is not clear; it counts as not known"
    problems += _told(skus.filter(prices.wrong).to_pylist(), words)
    columns["price"] = prices.numbers
    columns["currency"] = pc.if_else(pc.is_valid(prices.numbers), marketplace.currency, None)
    for name in ("quantity", "pending_quantity"):
        units = read_units(columns[name])
        words = f"has a {name.replace('_', ' ')} that is not a whole number; it counts as not known"
        problems += _told(skus.filter(units.wrong).to_pylist(), words)
        columns[name] = units.numbers
    # What Amazon fulfils is counted by Amazon; a number there is not the merchant's.
    by_amazon = pc.fill_null(pc.starts_with(columns["fulfillment_channel"], "AMAZON"), False)
    columns["quantity"] = pc.if_else(by_amazon, None, columns["quantity"])

    known = pc.index_in(columns["condition"], value_set=pa.array(list(CONDITIONS)), skip_nulls=True)
    columns["condition"] = pc.coalesce(pa.array(list(CONDITIONS.values())).take(known), columns["condition"])
    by_asin = pc.fill_null(pc.equal(columns["product_id_type"], "1"), False)
    columns["asin"] = pc.coalesce(columns["asin"], pc.if_else(by_asin, columns["product_id"], None))
    return pa.table([columns[name] for name in COLUMNS], schema=SCHEMA), problems


def _told(skus: list[str], words: str) -> list[str]:
    told = [f"{sku!r} {words}." for sku in skus[:NAMED_PROBLEMS]]
    if len(skus) > NAMED_PROBLEMS:
        told.append(f"{len(skus) - NAMED_PROBLEMS:,} more: {words}.")
    return told


def _told_lines(text: bytes, width: int) -> list[str]:
    """Return a sentence for each line that does not have the header's columns, with its number in the file."""
    words = "does not have the header's columns and was not read"
    counted = enumerate(text.split(b"\n"), start=1)
    places = [number for number, line in counted if line and line.count(b"\t") != width - 1]
    told = [f"Line {number:,} {words}." for number in places[:NAMED_PROBLEMS]]
    if len(places) > NAMED_PROBLEMS:
        told.append(f"{len(places) - NAMED_PROBLEMS:,} more lines: {words}.")
    return told
