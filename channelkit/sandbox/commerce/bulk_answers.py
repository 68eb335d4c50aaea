"""What is answered to bulk requests, what their rows come to, and what is told of that."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec

from channelkit.sandbox.commerce.bulks import COMPLETE, FAILED, OPEN, RETRIABLE, Bulk, Operation
from channelkit.sandbox.commerce.call import Call, invalid_type, number
from channelkit.sandbox.commerce.dates import clock_time
from channelkit.sandbox.commerce.product_answers import save_product
from channelkit.sandbox.commerce.refusal import Refusal, no_entity
from channelkit.sandbox.commerce.state import CommerceState
from channelkit.sandbox.faults import Faults

_SUCCESS = "Service execution success Magento\\Catalog\\Model\\ProductRepository\\Interceptor::save"
_DEADLOCK = "SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get lock"
_UNSAVED = "The product was unable to be saved. Please try again."
_PLACEHOLDER = re.compile(r"%(\w+)")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def queue_products(call: Call) -> Any:
    """Answer ``PUT async/bulk/V1/products/bySku`` and ``POST async/bulk/V1/products``: queued, which is not done."""
    rows = call.body
    if not isinstance(rows, list) or not rows:
        raise invalid_type(rows, "array")
    limit = call.state.settings.async_limit
    if limit is not None and len(rows) > limit:
        raise Refusal(400, 'Maximum items of type "%type" is %max', {"type": "array", "max": limit})
    for row in rows:
        _check(row)
    is_change = call.operation == "bulkPutV1ProductsSku"
    topic = f"async.magento.catalog.api.productrepositoryinterface.save.{'put' if is_change else 'post'}"
    bulk = call.state.queue.add(topic, int(call.state.clock.now()))
    name = "PutV1ProductsSku" if is_change else "PostV1Products"
    items = []
    for place, row in enumerate(rows):
        item: dict[str, Any] = {"id": place, "data_hash": hashlib.sha256(_encode(row)).hexdigest()}
        if call.faults.strike(call.operation, "rejected_row") is not None:
            message = f"Error processing {place} element of input data"
            items.append(item | {"status": "rejected", "error_message": message, "error_code": 0})
            continue
        bulk.operations.append(Operation(place, name, call.store_id, row))
        items.append(item | {"status": "accepted"})
    return {"bulk_uuid": bulk.id, "request_items": items, "errors": len(bulk.operations) < len(rows)}


def show_bulk(call: Call) -> Any:
    """Answer ``GET bulk/:bulkUuid/status``."""
    bulk = _bulk(call)
    return _bulk_document(bulk) | {"operations_list": [_short_document(each) for each in bulk.operations]}


def show_details(call: Call) -> Any:
    """Answer ``GET bulk/:bulkUuid/detailed-status``, which echoes what was sent and what came of it."""
    bulk = _bulk(call)
    return _bulk_document(bulk) | {"operations_list": [_long_document(bulk, each) for each in bulk.operations]}


def count_operations(call: Call) -> Any:
    """Answer ``GET bulk/:bulkUuid/operation-status/:status`` with how many are in that state."""
    status = call.whole("status")
    return sum(each.status == status for each in _bulk(call).operations)


def worker(state: CommerceState, faults: Faults) -> Callable[[Operation], None]:
    """Return what does one row of the queue, good or bad, as Magento's consumer does it."""

    def do(operation: Operation) -> None:
        bulk_name = "bulk" + operation.operation
        fault = faults.strike(bulk_name, "failed_row", "deadlocked_row", "lost_write")
        if fault is not None and fault.kind == "lost_write":
            operation.status, operation.message = COMPLETE, _SUCCESS
            return
        if fault is not None:
            is_deadlock = fault.kind == "deadlocked_row"
            operation.status = RETRIABLE if is_deadlock else FAILED
            operation.message = _DEADLOCK if is_deadlock else _UNSAVED
            return
        call = Call(state, operation.operation, {}, (), operation.sent, operation.store_id, faults, is_queued=True)
        try:
            operation.result = save_product(call)
        except Refusal as refusal:
            operation.status, operation.message = FAILED, _in_words(refusal)
        else:
            operation.status, operation.message = COMPLETE, _SUCCESS

    return do


def _check(row: Any) -> None:
    """Refuse what cannot even be read; the whole request falls with one such row."""
    if not isinstance(row, dict) or not isinstance(row.get("product"), dict):
        raise Refusal(400, '"%fieldName" is required. Enter and try again.', {"fieldName": "product"})
    for name in ("price", "weight"):
        if row["product"].get(name) is not None:
            number(row["product"][name])


def _bulk(call: Call) -> Bulk:
    found = call.state.queue.bulks.get(call.path["bulkUuid"])
    if found is None:
        raise no_entity("bulkUuid", call.path["bulkUuid"])
    return found


def _bulk_document(bulk: Bulk) -> dict[str, Any]:
    return {
        "user_type": 1,
        "bulk_id": bulk.id,
        "description": f"Topic {bulk.topic}",
        "start_time": clock_time(bulk.queued_at),
        "user_id": 1,
        "operation_count": len(bulk.operations),
    }


def _short_document(operation: Operation) -> dict[str, Any]:
    return {
        "id": operation.id,
        "status": operation.status,
        "result_message": operation.message,
        "error_code": operation.code,
    }


def _long_document(bulk: Bulk, operation: Operation) -> dict[str, Any]:
    sent = {"entity_id": None, "entity_link": "", "meta_information": _encode(operation.sent).decode()}
    return {
        **_short_document(operation),
        "bulk_uuid": bulk.id,
        "topic_name": bulk.topic,
        # What is done is forgotten, what failed is kept to be tried again.
        "serialized_data": "" if operation.status in (COMPLETE, OPEN) else _encode(sent).decode(),
        "result_serialized_data": "" if operation.result is None else _encode(operation.result).decode(),
    }


def _in_words(refusal: Refusal) -> str:
    """Return a refusal as the queue keeps it: one sentence, with its parameters filled in."""
    given = refusal.parameters or {}
    named = dict(given) if isinstance(given, dict) else {str(at): each for at, each in enumerate(given, 1)}
    return _PLACEHOLDER.sub(lambda found: str(named.get(found[1], found[0])), refusal.message)
