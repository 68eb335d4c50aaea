"""What is answered about orders, and what happens when they are written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from channelkit.sandbox.commerce.call import Call, invalid_type
from channelkit.sandbox.commerce.criteria import Criteria, read_criteria
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.order_documents import order_document
from channelkit.sandbox.commerce.order_saving import add_comment, create_order, update_order, write_address
from channelkit.sandbox.commerce.order_states import HOLDED, NEW, STATUSES, can_hold, enter
from channelkit.sandbox.commerce.refusal import Refusal
from channelkit.sandbox.commerce.sales import Order
from channelkit.sandbox.commerce.search import Found, find_rows, results

NUMERIC = (
    *("entity_id", "store_id", "customer_id", "customer_group_id", "is_virtual", "order_id", "parent_id", "state"),
    *("grand_total", "base_grand_total", "subtotal", "total_paid", "total_due", "total_refunded", "total_qty_ordered"),
)
_TEXTS = (
    *("increment_id", "ext_order_id", "ext_customer_id", "state", "status", "created_at", "updated_at"),
    *("customer_email", "customer_firstname", "customer_lastname", "order_currency_code", "base_currency_code"),
    *("store_name", "shipping_description", "coupon_code"),
)
_NUMBERS = tuple(name for name in NUMERIC if name != "state")
_COLUMNS = frozenset((*_TEXTS, *_NUMBERS))


def list_orders(call: Call) -> Any:
    """Answer ``GET orders``."""
    criteria = read_criteria(call)
    check_columns(criteria, _COLUMNS)
    sales = call.state.sales
    found = find_rows((order.fields for order in sales.orders.values()), criteria, _NUMBERS)
    documents = [order_document(sales.orders[fields["entity_id"]]) for fields in found.items]
    return results(Found(documents, found.total), criteria)


def show_order(call: Call) -> Any:
    """Answer ``GET orders/:id``."""
    return order_document(_order(call))


def save_order(call: Call) -> Any:
    """Answer ``POST orders`` and ``PUT orders/create``: one with a number is written over, any other is new."""
    entity = record(call, "entity")
    call.check_length(entity.get("items"), "Magento\\Sales\\Api\\Data\\OrderItemInterface[]")
    state, at = call.state, call.state.clock.now()
    if entity.get("entity_id") is not None:
        return order_document(update_order(state.sales, state.sales.order(int(entity["entity_id"])), entity, at))
    return order_document(create_order(state.sales, state.stores, entity, call.store_id, at))


def save_address(call: Call) -> Any:
    """Answer ``PUT orders/:parent_id``: an address of the order, told by its type."""
    order = call.state.sales.order(call.whole("parent_id"))
    return write_address(order, record(call, "entity"), call.state.clock.now())


def show_status(call: Call) -> Any:
    """Answer ``GET orders/:id/statuses``."""
    return _order(call).fields["status"]


def comment(call: Call) -> Any:
    """Answer ``POST orders/:id/comments``; a status that it names becomes the order's."""
    order = _order(call)
    now = clock_time(int(call.state.clock.now()))
    add_comment(call.state.sales, order, record(call, "statusHistory"), now)
    order.fields["updated_at"] = now
    return True


def list_comments(call: Call) -> Any:
    """Answer ``GET orders/:id/comments``."""
    comments = _order(call).comments[::-1]
    return results(Found(comments, len(comments)), Criteria())


def hold(call: Call) -> Any:
    """Answer ``POST orders/:id/hold``."""
    order = _order(call)
    if not can_hold(order):
        raise Refusal(400, "A hold action is not available.")
    order.fields |= {"hold_before_state": order.state, "hold_before_status": order.fields["status"]}
    enter(order, HOLDED)
    order.fields["updated_at"] = clock_time(int(call.state.clock.now()))
    return True


def unhold(call: Call) -> Any:
    """Answer ``POST orders/:id/unhold``."""
    order = _order(call)
    if order.state != HOLDED:
        raise Refusal(400, "You cannot remove the hold.")
    before = order.fields.pop("hold_before_state", NEW)
    enter(order, before, order.fields.pop("hold_before_status", STATUSES.get(before)))
    order.fields["updated_at"] = clock_time(int(call.state.clock.now()))
    return True


def record(call: Call, name: str) -> Mapping[str, Any]:
    """Return a field of the body that is an object.

    Raises:
        Refusal: it is missing, or is something else.
    """
    found = call.field(name)
    if not isinstance(found, dict):
        raise invalid_type(found, name)
    return found


def check_columns(criteria: Criteria, columns: frozenset[str]) -> None:
    """Let a search pass whose filters and orders name columns that there are.

    Raises:
        Refusal: one does not; Magento's database says so, and Magento hides it.
    """
    named = {each.field for group in criteria.groups for each in group} | {name for name, _ in criteria.sorts}
    if named - columns:
        report = f"webapi-{secrets.token_hex(6)}"
        raise Refusal(500, f"Internal Error. Details are available in Magento log file. Report ID: {report}")


def _order(call: Call) -> Order:
    return call.state.sales.order(call.whole("id"))
