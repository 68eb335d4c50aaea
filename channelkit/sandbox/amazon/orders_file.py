"""The report on orders by their last change, as a file: a line for each item of an order."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping

from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.sandbox.amazon.order_documents import decimal_text
from channelkit.sandbox.amazon.orders import UNPAID, Order, OrderLine
from channelkit.sandbox.amazon.report_words import charset
from channelkit.sandbox.clock import timestamp

ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
COLUMNS = (
    *("amazon-order-id", "merchant-order-id", "purchase-date", "last-updated-date", "order-status"),
    *("fulfillment-channel", "sales-channel", "order-channel", "ship-service-level", "product-name", "sku", "asin"),
    *("item-status", "quantity", "currency", "item-price", "item-tax", "shipping-price", "shipping-tax"),
    *("gift-wrap-price", "gift-wrap-tax", "item-promotion-discount", "ship-promotion-discount", "ship-city"),
    *("ship-state", "ship-postal-code", "ship-country", "promotion-ids", "is-business-order", "purchase-order-number"),
    *("price-designation",),
)
_STATUSES = {
    **{"PENDING_AVAILABILITY": "Pending", "PENDING": "Pending", "UNSHIPPED": "Unshipped"},
    **{
        "PARTIALLY_SHIPPED": "Shipping",
        "SHIPPED": "Shipped",
        "CANCELLED": "Cancelled",
        "UNFULFILLABLE": "Unfulfillable",
    },
}
_SITES = {"UK": "Amazon.co.uk", "JP": "Amazon.co.jp", "AU": "Amazon.com.au", "MX": "Amazon.com.mx", "US": "Amazon.com"}


def write_orders(orders: Iterable[Order], place: Marketplace) -> bytes:
    """Return the gzipped report on some orders.

    Arguments:
        place: the marketplace whose encoding the file has.
    """
    lines = ["\t".join(COLUMNS)]
    for order in orders:
        for values in _items(order):
            lines.append("\t".join(values.get(name, "") for name in COLUMNS))
    _, encoding = charset(place)
    return gzip.compress(("\r\n".join(lines) + "\r\n").encode(encoding, "replace"), mtime=0)


def _items(order: Order) -> Iterator[Mapping[str, str]]:
    site = marketplace(order.marketplace_id)
    common = {
        "amazon-order-id": order.order_id,
        "purchase-date": timestamp(order.created / 1000),
        "last-updated-date": timestamp(order.updated / 1000),
        "order-status": _STATUSES[order.status],
        "fulfillment-channel": "Amazon" if order.by_amazon else "Merchant",
        "sales-channel": _SITES.get(site.country, f"Amazon.{site.country.lower()}"),
        "ship-service-level": order.service_level.title(),
        "is-business-order": "true" if "AMAZON_BUSINESS" in order.programs else "false",
        "ship-country": order.address.country if order.address and order.status not in UNPAID else "",
    }
    for line in order.lines:
        yield common | _item(order, line, site)


def _item(order: Order, line: OrderLine, site: Marketplace) -> dict[str, str]:
    units = line.ordered - line.cancelled
    values = {
        "sku": line.sku,
        "asin": line.asin,
        "product-name": " ".join(line.title.split()),
        "item-status": _STATUSES[order.status] if units else "Cancelled",
        "quantity": str(units),
    }
    if order.status in UNPAID or not units:
        return values
    charged = line.charged
    return values | {
        "currency": site.currency,
        "item-price": decimal_text(charged.item, site.digits),
        "item-tax": decimal_text(charged.tax_item, site.digits),
        "shipping-price": decimal_text(charged.shipping, site.digits),
        "shipping-tax": decimal_text(charged.tax_shipping, site.digits),
        "gift-wrap-price": decimal_text(charged.gift_wrap, site.digits),
        "item-promotion-discount": decimal_text(charged.discount, site.digits),
    }
