"""Listings as Amazon has them now: those that have changed, and those that are looked for by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from channelkit.amazon.client import Amazon, documented, field_of, next_token
from channelkit.amazon.listing_rows import tabulate
from channelkit.amazon.operations import GET_LISTING, SEARCH_LISTINGS
from channelkit.clock import milliseconds
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import Marketplace

INCLUDED = "summaries,issues,offers,fulfillmentAvailability"
BY_NAME = f"{INCLUDED},attributes"
"""Attributes tell the handling time and the note on the condition; they are as large as all the rest, so only what is
looked up by name has them."""

AT_ONCE = 20
"""The most SKUs and the most rows that one search takes."""

MOST_RESULTS = 1_000
"""A search never pages past this many, whatever ``numberOfResults`` says."""

LOOKS = 2
"""A search that brought fewer rows than it told of is made again: a page came back empty, or rows moved meanwhile."""

SECOND = 1_000
SMALLEST_WINDOW = 2 * SECOND
"""Milliseconds; times go out in whole seconds and halves overlap by one, so a smaller window cannot be parted."""

ALONE = re.compile(r",|^\s|\s$")
"""In a SKU, what a list of SKUs would take for its own: such a SKU is fetched by its path."""

UNREACHABLE = ("", ".", "..")
"""SKUs that no path can name."""


@dataclass(frozen=True)
class LookUp:
    """What looking listings up by name brought.

    Arguments:
        rows: those that were found, with the columns `channelkit.amazon.listing_rows.WITH_ATTRIBUTES`.
        asked: the SKUs that could be asked for; those of them that are not in ``rows`` are not on Amazon now.
        unreachable: those that could not: nothing is known of them.
    """

    rows: pa.Table
    asked: list[str]
    unreachable: list[str]


def search_changed(amazon: Amazon, marketplace: Marketplace, since_ms: int, until_ms: int | None = None) -> pa.Table:
    """Return the listings that Amazon changed since a moment.

    Where more have changed than a search can page through, the time is halved until each half holds fewer.

    Arguments:
        since_ms, until_ms: milliseconds since 1970; without an end until now.

    Raises:
        RefusedError: a thousand listings changed within two seconds; only the report can tell them all.
    """
    rows: dict[str, Mapping[str, Any]] = {}
    windows = [(since_ms, until_ms)]
    while windows:
        start, end = windows.pop()
        items = _search_window(amazon, marketplace, start, end)
        if items is not None:
            rows |= items
            continue
        newest = end if end is not None else milliseconds(amazon.transport.clock.now())
        if newest - start <= SMALLEST_WINDOW:
            raise RefusedError(
                "amazon, searchListingsItems: a thousand listings or more changed within two seconds.",
                "The next listings report brings them all.",
                system="amazon",
                operation=SEARCH_LISTINGS.name,
                code="TooManyChanges",
            )
        middle = (start + newest) // 2 // SECOND * SECOND
        # They overlap, lest a listing on the border falls between them; it does no harm to find it twice.
        windows += [(start, middle + SECOND), (middle, end)]
    with documented(SEARCH_LISTINGS.name):
        return tabulate(rows.values(), marketplace)


def look_up(amazon: Amazon, marketplace: Marketplace, skus: Sequence[str]) -> LookUp:
    """Look listings up by name.

    A SKU with a comma or with spaces at its edges cannot stand in a list of SKUs, so it is fetched by its path. ``.``
    and ``..`` are not looked up at all: no path can name them, so nothing could be done about them either.
    """
    found: list[Mapping[str, Any]] = []
    reachable = [sku for sku in dict.fromkeys(skus) if sku not in UNREACHABLE]
    alone = [sku for sku in reachable if ALONE.search(sku)]
    listed = [sku for sku in reachable if not ALONE.search(sku)]
    for start in range(0, len(listed), AT_ONCE):
        chunk = listed[start : start + AT_ONCE]
        query = [*_query(marketplace, BY_NAME), ("identifiers", ",".join(chunk)), ("identifiersType", "SKU")]
        found += _items(amazon, [*query, ("pageSize", str(AT_ONCE))])
    for sku in alone:
        item = _fetch(amazon, marketplace, sku)
        if item is not None:
            found.append(item)
    wanted = {*listed, *alone}
    # Amazon's search does not look at case; our keys do.
    with documented(SEARCH_LISTINGS.name):
        exact = {str(item["sku"]): item for item in found if str(item["sku"]) in wanted}
        rows = tabulate(exact.values(), marketplace, with_attributes=True)
    unreachable = [sku for sku in dict.fromkeys(skus) if sku in UNREACHABLE]
    return LookUp(rows, [*listed, *alone], unreachable)


def find_listing(amazon: Amazon, marketplace: Marketplace, sku: str) -> Mapping[str, Any] | None:
    """Return one listing by its path, with the columns that `look_up` brings, or None where Amazon knows none.

    A search whose page came back empty must not pass for a listing that is not there, so none is made.

    Raises:
        RefusedError: no path can name the SKU.
    """
    item = _fetch(amazon, marketplace, sku)
    if item is None:
        return None
    with documented(GET_LISTING.name):
        row: Mapping[str, Any] = tabulate([item], marketplace, with_attributes=True).to_pylist()[0]
    return row


def _search_window(
    amazon: Amazon, marketplace: Marketplace, since_ms: int, until_ms: int | None
) -> dict[str, Mapping[str, Any]] | None:
    """Return the listings changed in a window by SKU, or None where there are more than a search can page through."""
    query = [*_query(marketplace), ("lastUpdatedAfter", _moment(since_ms))]
    if until_ms is not None:
        query.append(("lastUpdatedBefore", _moment(-(-until_ms // SECOND) * SECOND)))
    # Oldest first: what changes meanwhile moves to the end instead of pushing others over a page's edge.
    query += [("sortBy", "lastUpdatedDate"), ("sortOrder", "ASC"), ("pageSize", str(AT_ONCE))]
    found: dict[str, Mapping[str, Any]] = {}
    for _ in range(LOOKS):
        told = 0
        for page in _pages(amazon, query):
            items = field_of(page, "items", SEARCH_LISTINGS.name)
            with documented(SEARCH_LISTINGS.name):
                told = int(page.get("numberOfResults") or 0)
                found |= {str(item["sku"]): item for item in items}
            if told >= MOST_RESULTS:
                return None
        if len(found) >= told:
            break
    return found


def _items(amazon: Amazon, query: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    for page in _pages(amazon, query):
        with documented(SEARCH_LISTINGS.name):
            items = list(field_of(page, "items", SEARCH_LISTINGS.name))
        yield from items


def _pages(amazon: Amazon, query: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    return amazon.transport.pages(
        SEARCH_LISTINGS,
        next_token(SEARCH_LISTINGS.name),
        "pageToken",
        {"seller_id": amazon.seller_id},
        query,
    )


def _fetch(amazon: Amazon, marketplace: Marketplace, sku: str) -> Mapping[str, Any] | None:
    try:
        path = {"seller_id": amazon.seller_id, "seller_sku": sku}
        item: Mapping[str, Any] = amazon.transport.call(GET_LISTING, path, _query(marketplace, BY_NAME)).body
    except RefusedError as error:
        if error.status == 404:
            return None
        raise
    field_of(item, "sku", GET_LISTING.name)
    return item


def _query(marketplace: Marketplace, included: str = INCLUDED) -> list[tuple[str, str]]:
    # With several marketplaces in one call only the first came back.
    return [("marketplaceIds", marketplace.id), ("includedData", included), ("issueLocale", "en_US")]


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
