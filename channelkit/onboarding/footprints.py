"""Traces of other programs that write to the same listings: two that both send prices fight without an end."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.commerce.modules import list_modules
from channelkit.database import history, journal, rows
from channelkit.database.schema import listings, products
from channelkit.errors import RemoteError
from channelkit.parts import Parts

LOOKED_BACK = 7 * 86_400_000
"""Milliseconds of history that are looked through for changes that were not ours."""

PRODUCTS_LOOKED_AT = 500
"""Attributes are the same for most products, so a few hundred tell."""

TOOLS = {
    "M2E": r"m2e",
    "CedCommerce": r"(^|[_\W])ced_|cedcommerce",
    "Codisto, now Marketplace Connect": r"codisto",
    "Amazon Sales Channel": r"magento_amazon|amazonsaleschannel",
    "ChannelAdvisor, now Rithum": r"channel_?advisor|rithum",
    "Linnworks": r"linnworks",
    "Sellbrite": r"sellbrite",
    "Webkul's Amazon connector": r"webkul_amazon|wk_amazon",
    "Amasty's feeds": r"amasty_feed",
    "another Amazon connector": r"amazon_?(mws|sp_?api|connect|market|sync|listing|order)",
}
"""Programs that list on Amazon, and what their modules, attributes and notes are called."""

_HISTORY = (
    "select sku, field, before, after from history where store = ? and subject = 'listing' and because = 'Amazon' "
    "and field in ('price', 'quantity') and before is not null and after is not null and epoch_ms(seen_at) >= ?"
)


@dataclass(frozen=True)
class Footprint:
    """A trace of another program.

    Arguments:
        where: in which system and of which kind it is.
        what: the program, or what happened.
        words: what was seen.
        is_serious: go-live needs somebody to name it.
    """

    where: str
    what: str
    words: str
    is_serious: bool = True


def find_footprints(parts: Parts, store: str) -> list[Footprint]:
    """Return what can be seen of other programs in Commerce, on Amazon, and in what was seen to change (SY-06)."""
    with parts.database.read() as connection:
        codes = _attribute_codes(connection)
        texts = _texts(connection, store)
    found = _in_modules(parts)
    found += [
        Footprint("Commerce, attributes", tool, f"Products carry its attributes: {_some(names)}.")
        for tool, names in _tools_in(codes).items()
    ]
    found += [
        Footprint("Amazon, listings", tool, f"Seller SKUs or condition notes name it, for instance {_some(names)}.")
        for tool, names in _tools_in(texts).items()
    ]
    return found + _in_history(parts, store)


def _in_modules(parts: Parts) -> list[Footprint]:
    try:
        modules = list_modules(parts.commerce)
    except RemoteError as error:
        words = f"Which modules Commerce has could not be read, so other connectors may be there. {error}"
        return [Footprint("Commerce, modules", "not known", words, is_serious=False)]
    return [
        Footprint("Commerce, modules", tool, f"Commerce has its modules: {_some(names)}.")
        for tool, names in _tools_in(modules).items()
    ]


def _in_history(parts: Parts, store: str) -> list[Footprint]:
    """Tell of prices that moved and quantities that rose on Amazon although nothing was sent from here."""
    moved = history.query(parts.database, _HISTORY, [store, parts.now() - LOOKED_BACK])
    with parts.database.read() as connection:
        ours = journal.load_changes(connection, [store]).select(["seller_sku", "field", "after"])
    keys = [
        pc.binary_join_element_wise(*(column.cast(pa.string()) for column in columns), "\x1f")
        for columns in (
            (moved["field"], moved["after"], moved["sku"]),
            (ours["field"], ours["after"], ours["seller_sku"]),
        )
    ]
    foreign = moved.filter(pc.invert(pc.is_in(keys[0], value_set=keys[1].combine_chunks())))
    rises = pc.greater(foreign["after"].cast(pa.int64()), foreign["before"].cast(pa.int64()))
    prices = foreign.filter(pc.equal(foreign["field"], "price"))
    # A quantity that falls may be a sale.
    quantities = foreign.filter(pc.and_(pc.equal(foreign["field"], "quantity"), rises))
    found = []
    for part, what in ((prices, "prices moved"), (quantities, "quantities rose")):
        skus = sorted(set(part["sku"].to_pylist()))
        if skus:
            words = (
                f"In the last 7 days {what} on Amazon for {len(skus):,} listings, and channelkit had sent nothing: "
                f"{_some(skus)}. A repricer, another connector or a person is at work."
            )
            found.append(Footprint("Amazon, history", f"{what} without us", words))
    return found


def _attribute_codes(connection: Connection) -> list[str]:
    query = sa.select(products.c.attributes).where(products.c.attributes.isnot(None)).limit(PRODUCTS_LOOKED_AT)
    codes: set[str] = set()
    for text in connection.execute(query).scalars():
        codes |= set(json.loads(text))
    return sorted(codes)


def _texts(connection: Connection, store: str) -> list[str]:
    """Return the seller SKUs and condition notes that any of the tools' names could be in."""
    query = sa.select(listings.c.seller_sku, listings.c.condition_note).where(listings.c.store == store)
    schema = pa.schema([("seller_sku", pa.string()), ("condition_note", pa.string())])
    table = rows.read(connection, query, schema)
    pattern = "|".join(f"(?:{pattern})" for pattern in TOOLS.values())
    found: set[str] = set()
    for column in table.columns:
        named = pc.match_substring_regex(column, pattern, ignore_case=True)
        found |= set(column.filter(pc.fill_null(named, False)).to_pylist())
    return sorted(found)


def _tools_in(texts: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts:
        for tool, pattern in TOOLS.items():
            if re.search(pattern, text, re.IGNORECASE):
                found.setdefault(tool, []).append(text)
                break
    return found


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
