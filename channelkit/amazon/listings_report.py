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
from channelkit.amazon.report_text import to_utf8
from channelkit.errors import DocumentError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.money import minor_units
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
_WHOLE = r"^\d{1,9}$"
_PRICE = r"^\d{1,12}(\.\d{1,6})?$"
_LOST = "\ufffd"


@dataclass(frozen=True)
class ListingsReport:
    """What a report says.

    Arguments:
        rows: `COLUMNS`, ``seller_sku`` unique; money in minor units of the marketplace's currency.
        lines: how many lines it has below its header.
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
        DocumentError: it has no header with a seller SKU, cannot be decoded, or rows were lost in reading it.
    """
    text = _plain_lines(to_utf8(content, content_type, marketplace.country))
    header, _, body = text.partition(b"\n")
    names = header.decode().split("\t")
    positions = find_columns(names)
    if "seller_sku" not in positions:
        raise DocumentError(
            f"The listings report has no column with seller SKUs; its header begins: {header[:80].decode()!r}.",
            "Nothing of it was kept and the old facts stay. If it lasts, the account's report has a new header.",
        )
    lines = body.count(b"\n") + (not body.endswith(b"\n") and bool(body))
    read, ragged = _read(body, len(names), positions)
    if read.num_rows + len(ragged) != lines:
        raise DocumentError(
            f"Of the {lines:,} lines of the listings report {read.num_rows + len(ragged):,} were read.",
            "Nothing of it was kept and the old facts stay. The next report is asked for in due time.",
        )
    problems = _name(ragged, "does not have the header's columns and was not read", body)
    nameless = pc.is_null(read["seller_sku"])
    count = pc.sum(nameless).as_py() or 0
    if count:
        problems.append(f"{count:,} lines have no seller SKU and were not read.")
        read = read.filter(pc.invert(nameless))
    complete = not problems
    read, repeated = _last_of_each(read)
    problems += _told(repeated, "stands in several lines; the last one counts")
    rows, unread = _typed(read, marketplace)
    return ListingsReport(rows, lines, (*problems, *unread), complete)


def _plain_lines(text: bytes) -> bytes:
    """Return the text with one kind of line end and without empty lines."""
    if b"\r" in text:
        # A carriage return alone is part of a description, not the end of a line.
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b" ")
    if b"\x00" in text:
        text = text.replace(b"\x00", b"")
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    return text.lstrip(b"\n")


def _read(body: bytes, width: int, positions: dict[str, int]) -> tuple[pa.Table, list[str]]:
    """Return the columns that we know, all as text, and the lines that do not have the header's columns."""
    ragged: list[str] = []

    def keep(row: csv.InvalidRow) -> str:
        ragged.append(row.text)
        return "skip"

    names = [str(position) for position in range(width)]
    chosen = {ours: str(position) for ours, position in positions.items()}
    if not body:
        return pa.table({ours: pa.array([], pa.string()) for ours in chosen}), ragged
    table = csv.read_csv(
        pa.BufferReader(body),
        csv.ReadOptions(column_names=names, block_size=BLOCK),
        csv.ParseOptions(
            delimiter="\t", quote_char=False, double_quote=False, escape_char=False, invalid_row_handler=keep
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
    return table.rename_columns(list(chosen)), ragged


def _last_of_each(read: pa.Table) -> tuple[pa.Table, list[str]]:
    """Return the table with each SKU once, and the SKUs that stood in it several times."""
    skus = read["seller_sku"].combine_chunks()
    if pc.count_distinct(skus).as_py() == len(skus):
        return read, []
    codes = skus.dictionary_encode()
    numbers = codes.indices.to_numpy()
    last = np.zeros(len(codes.dictionary), np.int64)
    last[numbers] = np.arange(len(skus))
    times = np.bincount(numbers)
    return read.take(pa.array(np.sort(last))), codes.dictionary.filter(pa.array(times > 1)).to_pylist()


def _typed(read: pa.Table, marketplace: Marketplace) -> tuple[pa.Table, list[str]]:
    count = read.num_rows
    columns = {
        name: read[name] if name in read.column_names else pa.chunked_array([pa.nulls(count, pa.string())])
        for name in COLUMNS
    }
    skus, problems = read["seller_sku"], []
    columns["seller_sku"] = skus

    price = columns["price"]
    is_price = pc.fill_null(pc.match_substring_regex(price, _PRICE), False)
    problems += _told(_unreadable(skus, price, is_price), "has a price that is not a number; it counts as not known")
    columns["price"] = minor_units(pc.if_else(is_price, price, None), marketplace.digits)
    columns["currency"] = pc.if_else(pc.is_valid(columns["price"]), marketplace.currency, None)
    for name in ("quantity", "pending_quantity"):
        units = columns[name]
        is_whole = pc.fill_null(pc.match_substring_regex(units, _WHOLE), False)
        words = f"has a {name.replace('_', ' ')} that is not a whole number; it counts as not known"
        problems += _told(_unreadable(skus, units, is_whole), words)
        columns[name] = pc.if_else(is_whole, units, None).cast(pa.int64())

    known = pc.index_in(columns["condition"], value_set=pa.array(list(CONDITIONS)), skip_nulls=True)
    columns["condition"] = pc.coalesce(pa.array(CONDITIONS.values()).take(_one(known)), _one(columns["condition"]))
    by_type = pc.equal(columns["product_id_type"], "1")
    columns["asin"] = pc.coalesce(columns["asin"], pc.if_else(by_type, columns["product_id"], None))
    lossy = pc.fill_null(pc.match_substring(columns["title"], _LOST), False)
    problems += _told(skus.filter(lossy).to_pylist(), "has a title in which Amazon lost characters")
    return pa.table([_one(columns[name]) for name in COLUMNS], schema=SCHEMA), problems


def _unreadable(skus: pa.ChunkedArray, column: pa.ChunkedArray, is_fine: pa.ChunkedArray) -> list[str]:
    is_wrong = pc.and_(pc.is_valid(column), pc.invert(is_fine))
    wrong: list[str] = skus.filter(is_wrong).to_pylist()
    return wrong


def _one(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _told(skus: list[str], words: str) -> list[str]:
    told = [f"{sku!r} {words}." for sku in skus[:NAMED_PROBLEMS]]
    if len(skus) > NAMED_PROBLEMS:
        told.append(f"{len(skus) - NAMED_PROBLEMS:,} more: {words}.")
    return told


def _name(ragged: list[str], words: str, body: bytes) -> list[str]:
    """Return a sentence for each line that could not be read, with its number in the file."""
    told = []
    for line in ragged[:NAMED_PROBLEMS]:
        place = body.find(line.encode())
        number = body.count(b"\n", 0, place) + 2 if place >= 0 else 0
        told.append(f"Line {number:,} {words}.")
    if len(ragged) > NAMED_PROBLEMS:
        told.append(f"{len(ragged) - NAMED_PROBLEMS:,} more lines: {words}.")
    return told
