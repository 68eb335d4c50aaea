"""An order as the Orders API writes it: which parts, whose data, and money as decimal text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.listings import CONDITIONS
from channelkit.sandbox.amazon.orders import (
    CANCELLED,
    OPEN,
    SHIPPED,
    UNPAID,
    Address,
    Charges,
    Order,
    OrderLine,
    Package,
)
from channelkit.sandbox.clock import timestamp

PARTS = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)
"""What ``includedData`` may ask for (Orders v2026-01-01)."""

Document = dict[str, Any]

_ADDRESS = (
    ("name", "name"),
    ("companyName", "company"),
    ("addressLine1", "line1"),
    ("addressLine2", "line2"),
    ("addressLine3", "line3"),
    ("city", "city"),
    ("stateOrRegion", "region"),
    ("postalCode", "postcode"),
    ("countryCode", "country"),
)


def decimal_text(amount: int, digits: int) -> str:
    """Return an amount in minor units as decimal text.

    >>> decimal_text(1234, 2), decimal_text(-5, 2), decimal_text(1980, 0)
    ('12.34', '-0.05', '1980')
    """
    if digits == 0:
        return str(amount)
    sign, whole = "-" if amount < 0 else "", abs(amount)
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def write_order(order: Order, place: Marketplace, included: frozenset[str], now: float) -> Document:
    """Return an order as Amazon answers it.

    Before the payment is authorised there is no money, no buyer and no address, nor after a cancellation.

    Arguments:
        included: the parts that were asked for, of ``PARTS``.
        now: Unix seconds; the phone goes once the latest delivery date is past.
    """
    known = order.status not in UNPAID and order.status != CANCELLED
    document: Document = {
        "orderId": order.order_id,
        "createdTime": _time(order.created),
        "lastUpdatedTime": _time(order.updated),
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": place.id,
            "marketplaceName": f"Amazon.{place.country.lower()}",
        },
        "orderItems": [_item(line, order, place, included, known=known) for line in order.lines],
    }
    if order.programs:
        document["programs"] = list(order.programs)
    if order.alias:
        document["orderAliases"] = [{"aliasId": order.alias, "aliasType": "SELLER_ORDER_ID"}]
    if order.replaces:
        document["associatedOrders"] = [{"orderId": order.replaces, "associationType": "REPLACEMENT_ORIGINAL_ID"}]
    if "FULFILLMENT" in included:
        document["fulfillment"] = _fulfillment(order)
    if "PACKAGES" in included and order.packages and not order.by_amazon:
        document["packages"] = [_package(package) for package in order.packages]
    if not known:
        return document
    if "BUYER" in included:
        document["buyer"] = _buyer(order)
    if "RECIPIENT" in included and order.address is not None:
        document["recipient"] = {"deliveryAddress": _address(order.address, phone=_shows_phone(order, now))}
    if "PROCEEDS" in included:
        document["proceeds"] = {
            "grandTotal": _money(order.total, place),
            "breakdowns": _breakdowns(_sum(line.charged for line in order.lines), place),
        }
    if "PAYMENT" in included:
        paid = {"paymentMethod": "CreditCard", "paymentAmount": _money(order.total, place)}
        document["payment"] = {"paymentExecutions": [paid]}
    return document


def _item(line: OrderLine, order: Order, place: Marketplace, included: frozenset[str], *, known: bool) -> Document:
    product: Document = {"asin": line.asin, "title": line.title, "sellerSku": line.sku}
    kind, _, subtype = CONDITIONS[line.condition].partition("_")
    product["condition"] = {"conditionType": kind.upper(), "conditionSubtype": subtype.upper()}
    if line.note:
        product["condition"]["conditionNote"] = line.note
    item: Document = {"orderItemId": line.item_id, "quantityOrdered": line.ordered, "product": product}
    if "FULFILLMENT" in included:
        item["fulfillment"] = {"quantityFulfilled": line.fulfilled, "quantityUnfulfilled": line.open}
    if "CANCELLATION" in included and (line.request or line.cancelled_by):
        item["cancellation"] = _cancellation(line)
    if not known:
        return item
    product["price"] = {"unitPrice": _money(line.charges.item // line.ordered, place)}
    charged = line.charged
    if "PROCEEDS" in included:
        total = charged.total(tax_included=order.tax_included)
        item["proceeds"] = {
            "proceedsTotal": _money(total, place),
            "breakdowns": _breakdowns(charged, place, detailed=True),
        }
    if "PROMOTION" in included and charged.discount:
        item["promotion"] = {"breakdowns": [{"promotionId": f"COUPON-{line.asin}"}]}
    if "TAX" in included and charged.tax and not order.tax_included:
        collected = {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}
        item["tax"] = {"taxCollections": [collected]}
    return item


def _breakdowns(charges: Charges, place: Marketplace, *, detailed: bool = False) -> list[Document]:
    rows: list[Document] = [{"type": "ITEM", "subtotal": _money(charges.item, place)}]
    for kind, amount in (("SHIPPING", charges.shipping), ("GIFT_WRAP", charges.gift_wrap), ("COD_FEE", charges.cod)):
        if amount:
            rows.append({"type": kind, "subtotal": _money(amount, place)})
    for kind, amount, parts in (
        ("TAX", charges.tax, (("ITEM", charges.tax_item), ("SHIPPING", charges.tax_shipping))),
        ("DISCOUNT", charges.discount, (("ITEM", charges.discount),)),
    ):
        if not amount:
            continue
        row: Document = {"type": kind, "subtotal": _money(amount, place)}
        if detailed:
            row["detailedBreakdowns"] = [{"subtype": sub, "value": _money(part, place)} for sub, part in parts if part]
        rows.append(row)
    return rows


def _fulfillment(order: Order) -> Document:
    shown: Document = {
        "fulfillmentStatus": order.status,
        "fulfilledBy": "AMAZON" if order.by_amazon else "MERCHANT",
        "fulfillmentServiceLevel": order.service_level,
    }
    # Amazon promises nothing before the payment is authorised.
    if order.status not in UNPAID and order.ship_by:
        shown["shipByWindow"] = _span(order.ship_from, order.ship_by)
        shown["deliverByWindow"] = _span(order.deliver_from, order.deliver_by)
    return shown


def _cancellation(line: OrderLine) -> Document:
    shown: Document = {}
    if line.request:
        shown["cancellationRequest"] = {"requester": "BUYER", "cancelReason": line.request}
    if line.cancelled_by:
        shown["cancellationExecution"] = {"cancelledBy": line.cancelled_by, "cancelReason": line.cancel_reason}
    return shown


def _package(package: Package) -> Document:
    shown = {
        "packageReferenceId": package.package_id,
        "createdTime": _time(package.created_at),
        "packageStatus": {"status": package.status},
        "carrier": package.carrier,
        "shipTime": _time(package.shipped_at),
        "packageItems": [{"orderItemId": item_id, "quantity": units} for item_id, units in package.units],
    }
    for name, text in (("shippingService", package.service), ("trackingNumber", package.tracking)):
        if text:
            shown[name] = text
    return shown


def _buyer(order: Order) -> Document:
    buyer = order.buyer
    email = "" if order.by_amazon else buyer.email
    shown = (
        ("buyerName", buyer.name),
        ("buyerEmail", email),
        ("buyerCompanyName", buyer.company),
        ("buyerPurchaseOrderNumber", buyer.purchase_order),
    )
    return {name: text for name, text in shown if text}


def _address(address: Address, *, phone: bool) -> Document:
    shown = {name: getattr(address, field) for name, field in _ADDRESS if getattr(address, field)}
    if phone and address.phone:
        shown["phone"] = address.phone
    shown["addressType"] = "COMMERCIAL" if address.company else "RESIDENTIAL"
    return shown


def _shows_phone(order: Order, now: float) -> bool:
    if order.by_amazon:
        return False
    return order.status in OPEN or not (order.status == SHIPPED and now * 1000 > order.deliver_by)


def _sum(charges: Iterable[Charges]) -> Charges:
    rows = [[getattr(each, name) for name in each.__struct_fields__] for each in charges]
    return Charges(*(sum(column) for column in zip(*rows, strict=True)))


def _money(amount: int, place: Marketplace) -> Document:
    return {"amount": decimal_text(amount, place.digits), "currencyCode": place.currency}


def _span(start: int, end: int) -> Document:
    return {"earliestDateTime": _time(start), "latestDateTime": _time(end)}


def _time(at: int) -> str:
    return timestamp(at / 1000)
