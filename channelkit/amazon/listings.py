"""Listings as Amazon has them now: those that have changed, and those that are looked for by name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import pyarrow as pa

from channelkit.amazon.client import Amazon, field_of
from channelkit.amazon.operations import GET_LISTING, SEARCH_LISTINGS
from channelkit.clock import milliseconds
from channelkit.errors import RefusedError
from channelkit.model.marketplaces import Marketplace, currency_digits
from channelkit.model.tables import LISTINGS

COLUMNS = (
    *("seller_sku", "asin", "title", "price", "currency", "quantity", "fulfillment_channel", "condition", "buyable"),
    *("discoverable", "issues", "product_type", "image_url", "changed_at"),
)
SCHEMA = LISTINGS.schema(COLUMNS)

INCLUDED = "summaries,issues,offers,fulfillmentAvailability"
AT_ONCE = 20
"""The most SKUs and the most rows that one search takes."""

MOST_RESULTS = 1_000
"""A search never pages past this many, whatever ``numberOfResults`` says."""

SECOND = 1_000
SMALLEST_WINDOW = 2 * SECOND
"""Milliseconds; times go out in whole seconds and halves overlap by one, so a smaller window cannot be parted."""

ALONE = re.compile(r",|^\s|\s$")
"""In a SKU, what a list of SKUs would take for its own: such a SKU is fetched by its path."""

UNREACHABLE = ("", ".", "..")
"""SKUs that no path can name."""

_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class LookUp:
    """What looking listings up by name brought.

    Arguments:
        rows: those that were found, with the columns `COLUMNS`.
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
            rows |= {str(item["sku"]): item for item in items}
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
    return _table(rows.values(), marketplace)


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
        query = [*_query(marketplace), ("identifiers", ",".join(chunk)), ("identifiersType", "SKU")]
        found += _items(amazon, [*query, ("pageSize", str(AT_ONCE))])
    for sku in alone:
        item = _fetch(amazon, marketplace, sku)
        if item is not None:
            found.append(item)
    wanted = {*listed, *alone}
    # Amazon's search does not look at case; our keys do.
    exact = {str(item["sku"]): item for item in found if str(item["sku"]) in wanted}
    unreachable = [sku for sku in dict.fromkeys(skus) if sku in UNREACHABLE]
    return LookUp(_table(exact.values(), marketplace), [*listed, *alone], unreachable)


def _search_window(
    amazon: Amazon, marketplace: Marketplace, since_ms: int, until_ms: int | None
) -> list[Mapping[str, Any]] | None:
    """Return the listings changed in a window, or None where there are more than a search can page through."""
    query = [*_query(marketplace), ("lastUpdatedAfter", _moment(since_ms))]
    if until_ms is not None:
        query.append(("lastUpdatedBefore", _moment(-(-until_ms // SECOND) * SECOND)))
    # Oldest first: what changes meanwhile moves to the end instead of pushing others over a page's edge.
    query += [("sortBy", "lastUpdatedDate"), ("sortOrder", "ASC"), ("pageSize", str(AT_ONCE))]
    items: list[Mapping[str, Any]] = []
    for page in _pages(amazon, query):
        if int(page.get("numberOfResults") or 0) >= MOST_RESULTS:
            return None
        items += field_of(page, "items", SEARCH_LISTINGS.name)
    return items


def _items(amazon: Amazon, query: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    for page in _pages(amazon, query):
        yield from field_of(page, "items", SEARCH_LISTINGS.name)


def _pages(amazon: Amazon, query: Sequence[tuple[str, str]]) -> Iterator[Mapping[str, Any]]:
    return amazon.transport.pages(
        SEARCH_LISTINGS,
        lambda body: (body.get("pagination") or {}).get("nextToken"),
        "pageToken",
        {"seller_id": amazon.seller_id},
        query,
    )


def _fetch(amazon: Amazon, marketplace: Marketplace, sku: str) -> Mapping[str, Any] | None:
    try:
        path = {"seller_id": amazon.seller_id, "seller_sku": sku}
        item: Mapping[str, Any] = amazon.transport.call(GET_LISTING, path, _query(marketplace)).body
    except RefusedError as error:
        if error.status == 404:
            return None
        raise
    field_of(item, "sku", GET_LISTING.name)
    return item


def _query(marketplace: Marketplace) -> list[tuple[str, str]]:
    # With several marketplaces in one call only the first came back.
    return [("marketplaceIds", marketplace.id), ("includedData", INCLUDED), ("issueLocale", "en_US")]


def _table(items: Any, marketplace: Marketplace) -> pa.Table:
    rows = [_row(item, marketplace) for item in items]
    return pa.table({name: [row[name] for row in rows] for name in COLUMNS}, schema=SCHEMA)


def _row(item: Mapping[str, Any], marketplace: Marketplace) -> dict[str, Any]:
    summaries = item.get("summaries") or ()
    summary: Mapping[str, Any] = next((each for each in summaries if each.get("marketplaceId") == marketplace.id), {})
    status = summary.get("status")
    channel, quantity = _availability(item.get("fulfillmentAvailability") or [])
    price, currency = _price(item.get("offers") or [], marketplace)
    return {
        "seller_sku": str(item["sku"]),
        "asin": summary.get("asin"),
        "title": summary.get("itemName"),
        "price": price,
        "currency": currency,
        "quantity": quantity,
        "fulfillment_channel": channel,
        "condition": summary.get("conditionType"),
        "buyable": None if status is None else "BUYABLE" in status,
        "discoverable": None if status is None else "DISCOVERABLE" in status,
        "issues": _issues(item.get("issues") or [], marketplace),
        "product_type": summary.get("productType"),
        "image_url": (summary.get("mainImage") or {}).get("link"),
        "changed_at": _milliseconds(summary.get("lastUpdatedDate")),
    }


def _availability(entries: Sequence[Mapping[str, Any]]) -> tuple[str | None, int | None]:
    """Return channel and quantity; where Amazon fulfils, its quantity is not ours to know or to set."""
    quantities = {str(entry["fulfillmentChannelCode"]): entry.get("quantity") for entry in entries}
    by_amazon = next((channel for channel in quantities if channel.startswith("AMAZON")), None)
    if by_amazon is not None:
        return by_amazon, None
    quantity = quantities.get("DEFAULT")
    return ("DEFAULT" if "DEFAULT" in quantities else None), None if quantity is None else int(quantity)


def _price(offers: Sequence[Mapping[str, Any]], marketplace: Marketplace) -> tuple[int | None, str | None]:
    """Return what consumers pay, in minor units, and its currency."""
    for offer in offers:
        if offer.get("offerType") == "B2C" and offer.get("marketplaceId", marketplace.id) == marketplace.id:
            money = offer.get("price") or {}
            currency = str(money.get("currencyCode") or money.get("currency") or marketplace.currency)
            amount = _minor(money.get("amount"), currency_digits(currency))
            return amount, None if amount is None else currency
    return None, None


def _minor(amount: object, digits: int) -> int | None:
    """Return an amount in minor units, or None where it is none that the currency can have."""
    try:
        units = Decimal(str(amount)).scaleb(digits)
    except InvalidOperation:
        return None
    return int(units) if units.is_finite() and units == units.to_integral_value() else None


def _issues(issues: Sequence[Mapping[str, Any]], marketplace: Marketplace) -> str | None:
    chosen = []
    for issue in issues:
        places = issue.get("marketplaceIds")
        if places and marketplace.id not in places:
            continue
        enforcements = issue.get("enforcements") or {}
        chosen.append(
            {
                "code": issue.get("code", ""),
                "message": issue.get("message", ""),
                "severity": issue.get("severity", ""),
                "categories": issue.get("categories") or [],
                "attributes": issue.get("attributeNames") or [],
                "actions": [each.get("action", "") for each in enforcements.get("actions") or ()],
            }
        )
    return _encode(chosen).decode() if chosen else None


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _milliseconds(moment: str | None) -> int | None:
    return None if moment is None else int(datetime.fromisoformat(moment).timestamp() * 1000)
