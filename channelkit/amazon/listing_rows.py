"""Listings as the Listings Items API shows them, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import pyarrow as pa

from channelkit.amazon import price_rows
from channelkit.amazon.price_patches import CONSUMERS
from channelkit.model.marketplaces import Marketplace, currency_digits
from channelkit.model.tables import LISTINGS

COLUMNS = (
    *("seller_sku", "asin", "title", "price", "currency", "quantity", "fulfillment_channel", "condition", "buyable"),
    *("discoverable", "issues", "product_type", "image_url", "changed_at"),
)

WITH_ATTRIBUTES = (*COLUMNS, "condition_note", "handling_days", *price_rows.COLUMNS)
"""What a reading with attributes tells besides; other readings must not be taken for knowing it."""

_encode = msgspec.json.Encoder(order="sorted").encode


def tabulate(
    items: Iterable[Mapping[str, Any]], marketplace: Marketplace, *, with_attributes: bool = False
) -> pa.Table:
    """Return items of searchListingsItems or getListingsItem as a table of `COLUMNS`.

    What Amazon leaves out is not known. A price that the currency cannot have is not known either.

    Arguments:
        with_attributes: the items were read with their attributes; then the columns are `WITH_ATTRIBUTES`.

    >>> from channelkit.model.marketplaces import marketplace
    >>> offer = {"offerType": "B2C", "price": {"currencyCode": "USD", "amount": "9.90"}}
    >>> tabulate([{"sku": "007", "offers": [offer]}], marketplace("US")).select(["seller_sku", "price"]).to_pylist()
    [{'seller_sku': '007', 'price': 990}]
    """
    names = WITH_ATTRIBUTES if with_attributes else COLUMNS
    rows = [_row(item, marketplace) for item in items]
    return pa.table({name: [row[name] for row in rows] for name in names}, schema=LISTINGS.schema(names))


def _row(item: Mapping[str, Any], marketplace: Marketplace) -> dict[str, Any]:
    summaries = item.get("summaries") or ()
    summary: Mapping[str, Any] = next((each for each in summaries if each.get("marketplaceId") == marketplace.id), {})
    status = summary.get("status")
    channel, quantity = _availability(item.get("fulfillmentAvailability") or [])
    told = item.get("attributes")
    attributes: Mapping[str, Any] = told or {}
    price, currency = _price(item.get("offers") or [], marketplace)
    price = price_rows.without_sale(price, attributes, marketplace)
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
        "condition_note": _note(attributes.get("condition_note") or [], marketplace),
        "handling_days": _handling(attributes.get("fulfillment_availability") or []),
        **(dict.fromkeys(price_rows.COLUMNS) if told is None else price_rows.read_prices(attributes, marketplace)),
    }


def _availability(entries: Sequence[Mapping[str, Any]]) -> tuple[str | None, int | None]:
    """Return channel and quantity; where Amazon fulfils, its quantity is not ours to know or to set."""
    quantities = {str(entry["fulfillmentChannelCode"]): entry.get("quantity") for entry in entries}
    by_amazon = next((channel for channel in quantities if channel.startswith("AMAZON")), None)
    if by_amazon is not None:
        return by_amazon, None
    quantity = quantities.get("DEFAULT")
    return ("DEFAULT" if "DEFAULT" in quantities else None), None if quantity is None else int(quantity)


def _note(entries: Sequence[Mapping[str, Any]], marketplace: Marketplace) -> str | None:
    """Return the seller's note on the condition, in the marketplace's own language where there are several."""
    here = [entry for entry in entries if entry.get("marketplace_id", marketplace.id) == marketplace.id]
    here.sort(key=lambda entry: entry.get("language_tag") != marketplace.locale)
    return str(here[0].get("value") or "") or None if here else None


def _handling(entries: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the days until the merchant has shipped; none where Amazon fulfils, or where its own default holds."""
    days = [
        entry.get("lead_time_to_ship_max_days")
        for entry in entries
        if entry.get("fulfillment_channel_code") == "DEFAULT"
    ]
    return next((int(count) for count in days if count is not None), None)


def _price(offers: Sequence[Mapping[str, Any]], marketplace: Marketplace) -> tuple[int | None, str | None]:
    """Return what consumers pay, in minor units, and its currency."""
    for offer in offers:
        audience = (offer.get("audience") or {}).get("value", CONSUMERS)
        is_here = offer.get("marketplaceId", marketplace.id) == marketplace.id
        if offer.get("offerType") == "B2C" and audience == CONSUMERS and is_here:
            money = offer.get("price") or {}
            currency = str(money.get("currencyCode") or money.get("currency") or marketplace.currency)
            amount = price_rows.minor(money.get("amount"), currency_digits(currency))
            return amount, None if amount is None else currency
    return None, None


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


def _milliseconds(moment: str | None) -> int | None:
    return None if moment is None else int(datetime.fromisoformat(moment).timestamp() * 1000)
