"""An order of Amazon's as Commerce takes it: the body of the call that makes its copy, exact to the minor unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from channelkit.errors import PlanError
from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import Order, Person
from channelkit.orders.addresses import Place, normalise
from channelkit.orders.body_amounts import Sums, write_money
from channelkit.orders.body_items import Body, write_items, write_twice
from channelkit.orders.creation import rule_of
from channelkit.orders.goods import Goods
from channelkit.orders.terms import AMAZON_NUMBERS, OrderTerms

PAYMENT_TITLE = "Amazon Channel Payment"
NOT_LOGGED_IN, GENERAL = 0, 1
"""Commerce's customer groups of guests and of those who have an account."""


def write_order(
    order: Order,
    person: Person,
    goods: Mapping[str, Goods],
    terms: OrderTerms,
    *,
    customer_id: int | None = None,
) -> Body:
    """Return the body that makes an order's copy. What Amazon fulfils is made complete, without documents. (OR-11)

    Arguments:
        person: who ordered; the body is somebody's data from here on.
        goods: what the lines are of, by seller SKU.
        customer_id: the account that it belongs to; None for a guest.

    Raises:
        PlanError: it does not add up, a line is linked to no product, or the address lacks a part.
    """
    sums, items = write_items(order, goods, terms)
    complete = rule_of(order, terms).complete
    place = normalise(person, terms, placeholders=complete)
    if place.missing:
        raise PlanError(
            f"Order {order.order_id} cannot be made in Commerce: its address lacks {', '.join(place.missing)}.",
            "Correct the address, or wait until Amazon tells more of it.",
        )
    email = person.email or stand_in(order)
    total = write_money(sums.total, currency_digits(order.currency))
    entity: Body = {
        "store_id": terms.store_view_id,
        "ext_order_id": order.order_id,
        "is_virtual": 0,
        **_standing(terms, complete=complete),
        **_customer(place, email, customer_id),
        **dict.fromkeys(_CURRENCIES, order.currency),
        "base_to_order_rate": 1,
        "base_to_global_rate": 1,
        **_amounts(order, sums, paid=complete),
        "total_qty_ordered": sum(item["qty_ordered"] for item in items),
        "total_item_count": len(items),
        "shipping_description": f"Amazon {order.service_level.title()}".strip(),
        "items": items,
        "billing_address": write_address(place, email, "billing"),
        "payment": _payment(order, person, terms, total, paid=complete),
        "extension_attributes": {
            "shipping_assignments": [
                {
                    "shipping": {
                        "method": terms.shipping_method,
                        "address": write_address(place, email, "shipping"),
                    },
                    "items": [],
                }
            ]
        },
    }
    number = increment_id(order.order_id, terms)
    if number:
        entity["increment_id"] = number
    return {"entity": entity}


def increment_id(order_id: str, terms: OrderTerms) -> str:
    """Return the number that a copy is to have; empty where Commerce draws it. (OR-02)"""
    return f"{terms.prefix}{order_id}" if terms.number_source == AMAZON_NUMBERS else ""


def stand_in(order: Order) -> str:
    """Return the e-mail address that stands where Amazon gives none; it is nobody's and never will be.

    >>> stand_in(Order("111-2222222-3333333", "ATVPDKIKX0DER", "SHIPPED", 0, 0))
    '111-2222222-3333333@amazon.example.com'
    """
    return f"{order.order_id}@amazon.example.com"


def write_address(place: Place, email: str, kind: str) -> Body:
    """Return an address as Commerce takes it.

    Arguments:
        kind: ``billing`` or ``shipping``.
    """
    address: Body = {
        "address_type": kind,
        "firstname": place.first,
        "lastname": place.last,
        "street": list(place.street),
        "city": place.city,
        "postcode": place.postcode or "-",
        "country_id": place.country,
        "telephone": place.phone,
        "email": email,
    }
    parts = {"company": place.company, "region": place.region, "region_code": place.region_code}
    address |= {name: text for name, text in parts.items() if text}
    # A number that Commerce does not know is refused; the text alone is not.
    return address | ({} if place.region_id is None else {"region_id": place.region_id})


_CURRENCIES = ("base_currency_code", "order_currency_code", "store_currency_code", "global_currency_code")


def _standing(terms: OrderTerms, *, complete: bool) -> Body:
    """Return state and status; a status of the merchant's own is one of orders that are worked on. (OR-03)"""
    if complete:
        return {"state": "complete", "status": "complete"}
    return {"state": "processing", "status": terms.status or "processing"}


def _customer(place: Place, email: str, customer_id: int | None) -> Body:
    customer: Body = {
        "customer_is_guest": int(customer_id is None),
        "customer_group_id": NOT_LOGGED_IN if customer_id is None else GENERAL,
        "customer_email": email,
        "customer_firstname": place.first,
        "customer_lastname": place.last,
        "customer_note_notify": 0,
    }
    return customer if customer_id is None else customer | {"customer_id": customer_id}


def _amounts(order: Order, sums: Sums, *, paid: bool) -> Body:
    digits = currency_digits(order.currency)
    minor = {
        "subtotal": sums.row,
        "subtotal_incl_tax": sums.row + sums.row_tax,
        "tax_amount": sums.tax,
        "shipping_amount": sums.shipping,
        "shipping_tax_amount": sums.shipping_tax,
        "shipping_incl_tax": sums.shipping + sums.shipping_tax,
        # An order's discount is below zero, its items' are above.
        "discount_amount": -sums.discount,
        "grand_total": sums.total,
        "total_due": 0 if paid else sums.total,
    }
    if paid:
        minor |= {
            "subtotal_invoiced": sums.row,
            "tax_invoiced": sums.tax,
            "shipping_invoiced": sums.shipping,
            "discount_invoiced": -sums.discount,
            "total_invoiced": sums.total,
            "total_paid": sums.total,
        }
    return write_twice({name: write_money(value, digits) for name, value in minor.items()})


def _payment(order: Order, person: Person, terms: OrderTerms, total: Decimal, *, paid: bool) -> Body:
    payment: Body = {
        "method": terms.payment_method,
        "additional_information": [PAYMENT_TITLE, order.order_id],
        **write_twice({"amount_ordered": total} | ({"amount_paid": total} if paid else {})),
    }
    return payment | ({"po_number": person.purchase_order} if person.purchase_order else {})
