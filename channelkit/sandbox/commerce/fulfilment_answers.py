"""What is answered when an order is invoiced, shipped, cancelled or refunded, and about the documents of that.

New documents are answered with their number as text, which the definition calls a whole number.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from channelkit.sandbox.commerce.call import Call, number
from channelkit.sandbox.commerce.criteria import read_criteria
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.fulfilment import add_track, cancel, invoice, ship
from channelkit.sandbox.commerce.order_answers import NUMERIC, check_columns, record
from channelkit.sandbox.commerce.refunds import Extras, refund
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.sales import Document, Fields, Order
from channelkit.sandbox.commerce.sales_stock import Units
from channelkit.sandbox.commerce.search import Found, find_rows, results

_COLUMNS = frozenset(
    {
        *("entity_id", "increment_id", "order_id", "store_id", "created_at", "updated_at", "state", "grand_total"),
        *("base_grand_total", "total_qty", "order_currency_code", "transaction_id", "invoice_id", "customer_id"),
    }
)


def make_invoice(call: Call) -> Any:
    """Answer ``POST order/:orderId/invoice``."""
    order, body = _order(call), _body(call)
    made = invoice(call.state.shop(), order, _units(call, order, body))
    _remark(call, made, body)
    return str(made.fields["entity_id"])


def make_shipment(call: Call) -> Any:
    """Answer ``POST order/:orderId/ship``."""
    order, body = _order(call), _body(call)
    tracks = call.records("tracks") if body.get("tracks") is not None else []
    for track in tracks:
        _check_track(track)
    source = ((body.get("arguments") or {}).get("extension_attributes") or {}).get("source_code") or ""
    made = ship(call.state.shop(), order, _units(call, order, body), tracks, str(source))
    _remark(call, made, body)
    return str(made.fields["entity_id"])


def make_credit_memo(call: Call) -> Any:
    """Answer ``POST order/:orderId/refund``."""
    order, body = _order(call), _body(call)
    given = body.get("arguments") or {}
    shipping = given.get("shipping_amount")
    extras = Extras(
        None if shipping is None else number(shipping),
        number(given.get("adjustment_positive") or 0),
        number(given.get("adjustment_negative") or 0),
        frozenset(map(int, (given.get("extension_attributes") or {}).get("return_to_stock_items") or ())),
    )
    made = refund(call.state.shop(), order, _units(call, order, body), extras)
    _remark(call, made, body)
    return str(made.fields["entity_id"])


def cancel_order(call: Call) -> Any:
    """Answer ``POST orders/:id/cancel``: false, with a 200, where there is nothing to cancel."""
    return cancel(call.state.shop(), call.state.sales.order(call.whole("id")))


def make_track(call: Call) -> Any:
    """Answer ``POST shipment/track``."""
    track = record(call, "entity")
    _check_track(track)
    for name in ("parent_id", "order_id"):
        if track.get(name) is None:
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
    shipment = call.state.sales.shipment(int(track["parent_id"]))
    return add_track(call.state.shop(), shipment, track)


def list_invoices(call: Call) -> Any:
    """Answer ``GET invoices``."""
    return _search(call, call.state.sales.invoices)


def list_shipments(call: Call) -> Any:
    """Answer ``GET shipments``."""
    return _search(call, call.state.sales.shipments)


def list_credit_memos(call: Call) -> Any:
    """Answer ``GET creditmemos``."""
    return _search(call, call.state.sales.credit_memos)


def show_invoice(call: Call) -> Any:
    """Answer ``GET invoices/:id``."""
    return _show(call, call.state.sales.invoices)


def show_shipment(call: Call) -> Any:
    """Answer ``GET shipment/:id``."""
    return _show(call, call.state.sales.shipments)


def show_credit_memo(call: Call) -> Any:
    """Answer ``GET creditmemo/:id``."""
    return _show(call, call.state.sales.credit_memos)


def _search(call: Call, documents: Mapping[int, Document]) -> Any:
    criteria = read_criteria(call)
    check_columns(criteria, _COLUMNS)
    found = find_rows((each.fields for each in documents.values()), criteria, NUMERIC)
    return results(Found([_document(documents[each["entity_id"]]) for each in found.items], found.total), criteria)


def _show(call: Call, documents: Mapping[int, Document]) -> Any:
    found = documents.get(call.whole("id"))
    if found is None:
        raise no_entity("id", call.path["id"])
    return _document(found)


def _document(document: Document) -> Fields:
    shown: Fields = {**document.fields, "items": document.items, "comments": document.comments}
    if document.source:
        shown |= {"tracks": document.tracks, "packages": []}
        shown["extension_attributes"] = {"source_code": document.source}
    return shown


def _order(call: Call) -> Order:
    return call.state.sales.order(call.whole("orderId"))


def _body(call: Call) -> Mapping[str, Any]:
    return call.body if isinstance(call.body, dict) else {}


def _units(call: Call, order: Order, body: Mapping[str, Any]) -> list[Units]:
    """Return the items that a body names and how many of each; none means all that is left."""
    rows = call.records("items") if body.get("items") is not None else []
    units: dict[int, Decimal] = {}
    for row in rows:
        for name in ("order_item_id", "qty"):
            if row.get(name) is None:
                raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": name})
        item_id = int(row["order_item_id"])
        units[item_id] = units.get(item_id, Decimal(0)) + number(row["qty"])
    return [(order.item(item_id), quantity) for item_id, quantity in units.items()]


def _check_track(track: Mapping[str, Any]) -> None:
    for name, label in (("carrier_code", "Carrier Code"), ("track_number", "Number"), ("title", "Title")):
        if not track.get(name):
            raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": label})


def _remark(call: Call, document: Document, body: Mapping[str, Any]) -> None:
    """Write the comment of a body, if there is one, on the document that it made."""
    comment = body.get("comment")
    if isinstance(comment, dict) and comment.get("comment"):
        document.comments.append(
            {
                "comment": str(comment["comment"]),
                "created_at": clock_time(int(call.state.clock.now())),
                "entity_id": call.state.sales.draw("comment"),
                "is_customer_notified": 0,
                "is_visible_on_front": int(comment.get("is_visible_on_front") or 0),
                "parent_id": document.fields["entity_id"],
            }
        )
