"""What becomes of an order that is saved as it is, without a cart: it is stored as it was sent.

Nothing is checked against the catalog, nothing is reserved, nobody gets an e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from channelkit.sandbox.commerce.call import invalid_type, number
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.order_states import NEW, STATUSES, settle
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.sales import Fields, Order, OrderItem, Sales, fine
from channelkit.sandbox.commerce.stores import Stores

REQUIRED = ("base_grand_total", "grand_total", "customer_email", "items")
LONGEST_INCREMENT = 50
"""Characters that the database keeps of an order's number."""

_HANGING = {"items", "billing_address", "payment", "status_histories", "extension_attributes"}
_OWN = {"entity_id", "created_at", "updated_at", "increment_id", "store_id", "store_name", "state", "status"}
_QUANTITIES = ("qty_canceled", "qty_invoiced", "qty_refunded", "qty_shipped")
_ADDRESS = {
    "postcode": "Zip code",
    "lastname": "Last name",
    "street": "Street",
    "city": "City",
    "email": "Email",
    "country_id": "Country",
    "firstname": "First Name",
    "address_type": "Address Type",
    "telephone": "Phone Number",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


def create_order(sales: Sales, stores: Stores, entity: Mapping[str, Any], store_id: int, at: float) -> Order:
    """Store a new order.

    Arguments:
        entity: the order as it was sent.
        store_id: the store view of the call, for an order that names none; that of all views is the admin's.

    Raises:
        Refusal: something is missing, an address is incomplete, or its number is taken in its store view.
    """
    for name in REQUIRED:
        if entity.get(name) is None:
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
    records = _records(entity["items"], "items")
    place = int(number(entity["store_id"])) if entity.get("store_id") is not None else store_id
    if not 0 <= place < len(stores.views):
        raise no_entity("store_id", place)
    for address in _addresses(entity):
        _check_address(address)
    increment = entity.get("increment_id")
    if increment is not None and (place, str(increment).lower()) in sales.taken:
        raise Refusal(400, "Unique constraint violation found")
    increment = str(increment)[:LONGEST_INCREMENT] if increment is not None else sales.draw_increment("order", place)
    entity_id, now = sales.draw("order"), clock_time(int(at))
    state = str(entity.get("state") or NEW)
    view = stores.views[place]
    order = Order(
        fields={
            "entity_id": entity_id,
            "increment_id": increment,
            "state": state,
            "status": str(entity.get("status") or STATUSES.get(state, state)),
            "store_id": place,
            "store_name": f"{stores.websites[view.website_id].name}\n{stores.groups[view.group_id].name}\n{view.name}",
            "created_at": str(entity.get("created_at") or now),
            "updated_at": now,
            "total_item_count": len(records),
            "is_virtual": 0,
            **_columns(entity, _HANGING | _OWN),
        },
        items=[],
    )
    for record in records:
        order.items.append(_item(sales, order, record, now))
    _hang(sales, order, entity, now)
    sales.orders[entity_id] = order
    sales.taken[place, increment.lower()] = entity_id
    settle(order)
    return order


def update_order(sales: Sales, order: Order, entity: Mapping[str, Any], at: float) -> Order:
    """Write over an order what was sent, and leave the rest; the state is judged as for every saving.

    Raises:
        Refusal: an address is incomplete, or an item is not the order's.
    """
    records = _records(entity.get("items") or [], "items")
    for address in _addresses(entity):
        _check_address(address)
    known = [order.item(int(record["item_id"])) for record in records if record.get("item_id") is not None]
    now = clock_time(int(at))
    order.fields |= _columns(entity, _HANGING | (_OWN - {"state", "status"})) | {"updated_at": now}
    for item in known:
        record = next(each for each in records if each.get("item_id") == item.number)
        item.fields |= _columns(record, {"item_id", "order_id", "created_at"}) | {"updated_at": now}
    for record in records:
        if record.get("item_id") is None:
            order.items.append(_item(sales, order, record, now))
    _hang(sales, order, entity, now)
    settle(order)
    return order


def write_address(order: Order, entity: Mapping[str, Any], at: float) -> Fields:
    """Write over one of an order's addresses what was sent, and return the address.

    Raises:
        Refusal: it would be incomplete, or the order has no such address.
    """
    kind = entity.get("address_type")
    known = order.shipping if kind == "shipping" else order.billing
    if known is None:
        raise Refusal(400, "The order address couldn't be saved.")
    written = known | _columns(entity, {"entity_id", "parent_id"})
    _check_address(written)
    known.update(written)
    order.fields["updated_at"] = clock_time(int(at))
    return known


def add_comment(sales: Sales, order: Order, record: Mapping[str, Any], now: str) -> None:
    """Add a comment to an order's history; the status that it names becomes the order's, whatever it is."""
    status = record.get("status")
    if status:
        order.fields["status"] = str(status)
    order.comments.append(
        {
            "comment": str(record.get("comment") or ""),
            "created_at": now,
            "entity_id": sales.draw("comment"),
            "entity_name": "order",
            "is_customer_notified": int(record.get("is_customer_notified") or 0),
            "is_visible_on_front": int(record.get("is_visible_on_front") or 0),
            "parent_id": order.number,
            "status": order.fields["status"],
        }
    )


def _hang(sales: Sales, order: Order, entity: Mapping[str, Any], now: str) -> None:
    """Store what hangs on an order: addresses, payment, comments; the shipping address only where goods are shipped."""
    order.billing = _address(sales, order, entity.get("billing_address"), order.billing, "billing")
    if order.billing is not None:
        order.fields["billing_address_id"] = order.billing["entity_id"]
    shipping = _shipping(entity)
    if shipping is not None and not order.is_virtual:
        order.shipping = _address(sales, order, shipping.get("address"), order.shipping, "shipping")
        order.shipping_method = shipping.get("method") or order.shipping_method
    payment = entity.get("payment")
    if isinstance(payment, dict):
        number_of_payment = order.payment["entity_id"] if order.payment else sales.draw("payment")
        order.payment = {**(order.payment or {}), **_columns(payment, {"extension_attributes"})}
        order.payment |= {"entity_id": number_of_payment, "parent_id": order.number}
    for record in _records(entity.get("status_histories") or [], "status_histories"):
        if record.get("entity_id") is None:
            add_comment(sales, order, record, now)


def _item(sales: Sales, order: Order, record: Mapping[str, Any], now: str) -> OrderItem:
    columns = _columns(record, {"item_id", "extension_attributes", "parent_item", "product_option"})
    return OrderItem(
        {
            "item_id": sales.draw("item"),
            "order_id": order.number,
            "store_id": order.store_id,
            "created_at": now,
            "updated_at": now,
            **dict.fromkeys(_QUANTITIES, 0),
            **columns,
        }
    )


def _address(sales: Sales, order: Order, record: object, known: Fields | None, kind: str) -> Fields | None:
    if not isinstance(record, dict):
        return known
    address_id = known["entity_id"] if known else sales.draw("address")
    columns = _columns(record, {"extension_attributes"})
    return {**(known or {}), **columns, "address_type": kind, "entity_id": address_id, "parent_id": order.number}


def _shipping(entity: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what an order says of its shipping, in the first of its assignments."""
    assignments = (entity.get("extension_attributes") or {}).get("shipping_assignments") or []
    found = assignments[0].get("shipping") if assignments and isinstance(assignments[0], dict) else None
    return found if isinstance(found, dict) else None


def _addresses(entity: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = [entity.get("billing_address")]
    if not entity.get("is_virtual"):
        found.append((_shipping(entity) or {}).get("address"))
    return [each for each in found if isinstance(each, dict)]


def _check_address(address: Mapping[str, Any]) -> None:
    """Let an address pass that Magento can keep.

    Raises:
        Refusal: it lacks something that every address has; all of it is named, never what the address holds.
    """
    warnings = [
        f'"{label}" is required. Enter and try again.'
        for name, label in _ADDRESS.items()
        if address.get(name) in (None, [])
    ]
    if not _EMAIL.match(str(address.get("email") or "")):
        warnings.append("Email has a wrong format")
    if address.get("address_type") not in {"billing", "shipping"}:
        warnings.append("Address type doesn't match required options")
    if warnings:
        raise Refusal(400, "We can't save the address:\n%1", ["\n".join(warnings)])


def _columns(record: Mapping[str, Any], without: set[str]) -> Fields:
    """Return what a record says of its own columns; nothing is kept of what is null."""
    return {name: _kept(value) for name, value in record.items() if name not in without and value is not None}


def _kept(value: Any) -> Any:
    return fine(value) if isinstance(value, Decimal) else value


def _records(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise invalid_type(value, f"{name}[]")
    return value
