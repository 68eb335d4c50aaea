"""One order of Amazon's answer (Orders v2026-01-01) as the house's own noun."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from channelkit.model.decisions import BY_AMAZON, MERCHANT
from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import CANCELLED, Address, Amounts, Line, Order, Parcel, Person

_REPLACES = "REPLACEMENT_ORIGINAL_ID"
_PARTS = {"ITEM": "item", "SHIPPING": "shipping", "GIFT_WRAP": "gift_wrap", "COD_FEE": "cod", "OTHER": "other"}
"""Amazon's kinds of proceeds, and ours; what Amazon adds to the list counts as other."""


def read_order(document: Mapping[str, Any]) -> Order:
    """Return an order as Amazon's answer has it; words that we do not know stay as they are.

    Raises:
        ArithmeticError, LookupError, TypeError, ValueError: it is not in the form that Amazon documents, or an amount
            has more decimals than its currency.
    """
    fulfillment = document.get("fulfillment") or {}
    status = str(fulfillment.get("fulfillmentStatus") or "")
    total = (document.get("proceeds") or {}).get("grandTotal")
    person = _read_person(document)
    lines = tuple(_read_line(item, status) for item in document["orderItems"])
    address = person.address if person else None
    requests = [request for item in document["orderItems"] if (request := _cancellation(item))]
    return Order(
        order_id=str(document["orderId"]),
        marketplace_id=str(document["salesChannel"].get("marketplaceId") or ""),
        status=status,
        created_at=_moment(document["createdTime"]),
        updated_at=_moment(document["lastUpdatedTime"]),
        fulfilled_by=BY_AMAZON if fulfillment.get("fulfilledBy") == "AMAZON" else MERCHANT,
        currency=str(total["currencyCode"]) if total else _currency(document["orderItems"]),
        total=_minor(total) if total else None,
        lines=lines,
        parcels=tuple(_read_parcel(package) for package in document.get("packages") or ()),
        ship_by=_end(fulfillment.get("shipByWindow")),
        deliver_by=_end(fulfillment.get("deliverByWindow")),
        service_level=str(fulfillment.get("fulfillmentServiceLevel") or ""),
        programs=tuple(map(str, document.get("programs") or ())),
        replaces=_replaced(document.get("associatedOrders") or ()),
        wants_cancellation=bool(requests),
        cancel_reason=str(requests[0].get("cancelReason") or "") if requests else "",
        country=address.country if address else "",
        lacking=_lacking(person),
        person=person,
    )


def _read_line(item: Mapping[str, Any], status: str) -> Line:
    product, fulfillment = item["product"], item.get("fulfillment") or {}
    ordered, fulfilled = int(item["quantityOrdered"]), int(fulfillment.get("quantityFulfilled") or 0)
    waiting = fulfillment.get("quantityUnfulfilled")
    cancelled = 0 if waiting is None else ordered - fulfilled - int(waiting)
    if status == CANCELLED:
        cancelled = ordered - fulfilled
    condition = product.get("condition") or {}
    return Line(
        item_id=str(item["orderItemId"]),
        seller_sku=str(product.get("sellerSku") or ""),
        asin=str(product.get("asin") or ""),
        title=str(product.get("title") or ""),
        ordered=ordered,
        fulfilled=fulfilled,
        cancelled=max(0, cancelled),
        condition=" ".join(filter(None, (condition.get("conditionType"), condition.get("conditionSubtype")))),
        amounts=_read_amounts((item.get("proceeds") or {}).get("breakdowns") or ()),
    )


def _read_amounts(breakdowns: Iterable[Mapping[str, Any]]) -> Amounts:
    found = dict.fromkeys((*_PARTS.values(), "discount", "tax", "tax_shipping"), 0)
    for part in breakdowns:
        amount = _minor(part["subtotal"])
        match part["type"]:
            case "DISCOUNT":
                # Amazon writes what is taken off below zero in some answers and above it in others.
                found["discount"] += abs(amount)
            case "TAX":
                found["tax"] += amount
                found["tax_shipping"] += sum(
                    _minor(detail["value"])
                    for detail in part.get("detailedBreakdowns") or ()
                    if detail.get("subtype") == "SHIPPING"
                )
            case kind:
                found[_PARTS.get(kind, "other")] += amount
    return Amounts(**found)


def _read_parcel(package: Mapping[str, Any]) -> Parcel:
    shipped = package.get("shipTime")
    units: dict[str, int] = {}
    for each in package.get("packageItems") or ():
        units[str(each["orderItemId"])] = units.get(str(each["orderItemId"]), 0) + int(each["quantity"])
    return Parcel(
        package_id=str(package["packageReferenceId"]),
        status=str((package.get("packageStatus") or {}).get("status") or ""),
        carrier=str(package.get("carrier") or ""),
        tracking=str(package.get("trackingNumber") or ""),
        service=str(package.get("shippingService") or ""),
        shipped_at=_moment(shipped) if shipped else None,
        units=tuple(units.items()),
    )


def _read_person(document: Mapping[str, Any]) -> Person | None:
    buyer, recipient = document.get("buyer") or {}, document.get("recipient") or {}
    told = recipient.get("deliveryAddress")
    address = None
    if told:
        lines = (str(told.get(f"addressLine{number}") or "").strip() for number in (1, 2, 3))
        region = told.get("stateOrRegion") or told.get("municipality") or told.get("districtOrCounty")
        address = Address(
            name=str(told.get("name") or ""),
            company=str(told.get("companyName") or ""),
            lines=tuple(filter(None, lines)),
            city=str(told.get("city") or ""),
            region=str(region or ""),
            postcode=str(told.get("postalCode") or ""),
            country=str(told.get("countryCode") or ""),
            phone=str(told.get("phone") or ""),
        )
    if not buyer and address is None:
        return None
    return Person(
        name=str(buyer.get("buyerName") or ""),
        email=str(buyer.get("buyerEmail") or ""),
        company=str(buyer.get("buyerCompanyName") or ""),
        purchase_order=str(buyer.get("buyerPurchaseOrderNumber") or ""),
        address=address,
    )


def _lacking(person: Person | None) -> tuple[str, ...]:
    """Return what is not known of somebody that a parcel or an order in Commerce needs."""
    address = (person.address if person else None) or Address()
    has = {
        "name": address.name or (person.name if person else ""),
        "street": address.lines,
        "city": address.city,
        "postcode": address.postcode,
        "country": address.country,
        "phone": address.phone,
        "email": person.email if person else "",
    }
    return tuple(part for part, told in has.items() if not told)


def _cancellation(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (item.get("cancellation") or {}).get("cancellationRequest") or {}
    return found if found.get("requester") == "BUYER" else {}


def _replaced(associated: Sequence[Mapping[str, Any]]) -> str:
    return next((str(each["orderId"]) for each in associated if each.get("associationType") == _REPLACES), "")


def _currency(items: Iterable[Mapping[str, Any]]) -> str:
    for item in items:
        price = ((item["product"].get("price") or {}).get("unitPrice")) or {}
        if price.get("currencyCode"):
            return str(price["currencyCode"])
    return ""


def _minor(money: Mapping[str, Any]) -> int:
    """Return an amount in minor units, exactly.

    >>> _minor({"amount": "12.30", "currencyCode": "USD"}), _minor({"amount": "1980", "currencyCode": "JPY"})
    (1230, 1980)
    """
    digits = currency_digits(str(money["currencyCode"]))
    scaled = Decimal(str(money["amount"])).scaleb(digits)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"an amount has more than {digits} decimals")
    return int(scaled)


def _end(window: Mapping[str, Any] | None) -> int | None:
    latest = (window or {}).get("latestDateTime")
    return _moment(latest) if latest else None


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)
