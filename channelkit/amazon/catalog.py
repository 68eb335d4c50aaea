"""Amazon's own catalog: which items have this identifier, which these words, and what is known of an ASIN?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa

from channelkit.amazon.catalog_rows import CODES, ITEMS, tabulate_codes, tabulate_items
from channelkit.amazon.client import Amazon, documented, field_of, next_token
from channelkit.amazon.operations import SEARCH_CATALOG
from channelkit.model.marketplaces import Marketplace

Kind = Literal["ASIN", "EAN", "GTIN", "ISBN", "JAN", "MINSAN", "UPC"]
"""What Amazon can search by; a GCID is not among them."""

AT_ONCE = 20
"""The most identifiers, or words, that one search takes, and the most items on a page."""

SCHEMA = CODES

_APART = re.compile(r"[\s,]+")


def search_catalog(amazon: Amazon, marketplace: Marketplace, identifiers: Sequence[str], kind: Kind) -> pa.Table:
    """Return the catalog items that have one of these identifiers (MA-01).

    One identifier may bring several items. An answer does not say which identifier found an item, so each item comes
    with every identifier of its own: a row for each.

    Arguments:
        identifiers: of one kind, as text, without commas; twenty a call.

    Returns:
        The columns of `channelkit.amazon.catalog_rows.CODES`.
    """
    found = [CODES.empty_table()]
    for start in range(0, len(identifiers), AT_ONCE):
        asked = _identified(identifiers[start : start + AT_ONCE], kind)
        items = _items(amazon, marketplace, asked, "identifiers,summaries,productTypes,relationships")
        with documented(SEARCH_CATALOG.name):
            found.append(tabulate_codes(items, marketplace))
    return pa.concat_tables(found).combine_chunks()


def read_items(
    amazon: Amazon, marketplace: Marketplace, asins: Sequence[str], *, with_attributes: bool = True
) -> pa.Table:
    """Return what Amazon's catalog says of these ASINs; those that it does not know in this marketplace are left out.

    Arguments:
        asins: twenty a call.
        with_attributes: also all attributes of each item, which are most of an answer.

    Returns:
        The columns of `channelkit.amazon.catalog_rows.ITEMS`.
    """
    included = "summaries,productTypes,relationships" + (",attributes" if with_attributes else "")
    found = [ITEMS.empty_table()]
    for start in range(0, len(asins), AT_ONCE):
        items = _items(amazon, marketplace, _identified(asins[start : start + AT_ONCE], "ASIN"), included)
        with documented(SEARCH_CATALOG.name):
            found.append(tabulate_items(items, marketplace))
    return pa.concat_tables(found).combine_chunks()


def search_keywords(amazon: Amazon, marketplace: Marketplace, words: str) -> pa.Table:
    """Return the first items that a general search finds: candidates, never more than a page of them (MA-03).

    Arguments:
        words: as a product's name has them; the first twenty count.

    Returns:
        The columns of `channelkit.amazon.catalog_rows.ITEMS`, best first, as Amazon ranks them.
    """
    keywords = split_words(words)
    if not keywords:
        return ITEMS.empty_table()
    query = _query(marketplace, [("keywords", ",".join(keywords))], "summaries,productTypes,relationships")
    page = amazon.transport.call(SEARCH_CATALOG, None, query).body
    items = field_of(page, "items", SEARCH_CATALOG.name)
    with documented(SEARCH_CATALOG.name):
        return tabulate_items(items, marketplace)


def split_words(words: str) -> list[str]:
    """Return the words that a general search asks for: no commas, for those part the words of a query.

    >>> split_words("Kettle, 1.7 l,stainless")
    ['Kettle', '1.7', 'l', 'stainless']
    """
    return [word for word in _APART.split(words) if word][:AT_ONCE]


def _identified(identifiers: Sequence[str], kind: Kind) -> list[tuple[str, str]]:
    return [("identifiers", ",".join(identifiers)), ("identifiersType", kind)]


def _query(marketplace: Marketplace, asked: Sequence[tuple[str, str]], included: str) -> list[tuple[str, str]]:
    return [("marketplaceIds", marketplace.id), *asked, ("includedData", included), ("pageSize", str(AT_ONCE))]


def _items(
    amazon: Amazon, marketplace: Marketplace, asked: Sequence[tuple[str, str]], included: str
) -> Iterator[Mapping[str, Any]]:
    query, find = _query(marketplace, asked, included), next_token(SEARCH_CATALOG.name)
    for page in amazon.transport.pages(SEARCH_CATALOG, find, "pageToken", None, query):
        yield from field_of(page, "items", SEARCH_CATALOG.name)
