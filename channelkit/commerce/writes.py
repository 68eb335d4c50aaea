"""Writing values to many products, and making new ones: queued in bulk where Commerce has a queue, else one by one.

"Accepted" never means done: a reading tells (commerce-rest, "Async and bulk"). Commerce works on a queue in no
promised order, so no two bodies of a request are for one product, and whoever writes a product again waits until the
bulk before is closed. Its account of a bulk echoes what was sent; only the outcome of each row is asked for, and none
of it is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from channelkit.commerce.bulks import parse_bulks
from channelkit.commerce.client import ALL, Commerce
from channelkit.commerce.operations import QUEUE_CREATIONS, QUEUE_SAVES, READ_BULK
from channelkit.commerce.refusals import explain
from channelkit.commerce.saves import Body, create_product, find_skus, list_products, save_product, sku_key, url_key
from channelkit.commerce.sending import Failure, Way, Written
from channelkit.errors import AuthError, UsageError

logger = logging.getLogger("channelkit.commerce")

COMPLETE, RETRIABLE, FAILED, OPEN, REJECTED = 1, 2, 3, 4, 5
"""What Commerce's queue calls the state of a row."""

_OWN_FIELDS = ("name", "price", "status", "visibility", "weight", "type_id", "attribute_set_id")
_READ_FIELDS = f"items[sku,{','.join(_OWN_FIELDS)},custom_attributes],total_count"
_BULK_FIELDS = "operations_list[id,status,result_message,error_code],operation_count"


@dataclass(frozen=True)
class BulkState:
    """How far Commerce's queue is with a bulk: rows that wait, rows that are done, and those that failed."""

    open: int
    complete: int
    failed: list[Failure]


def write_products(commerce: Commerce, bodies: Sequence[Body], scope: str = ALL) -> Written:
    """Write some values of many products; what a body leaves out stays (AT-04).

    Arguments:
        bodies: ``{"sku": …, "name": …, "custom_attributes": [{"attribute_code": …, "value": …}]}``, one for a SKU.
        scope: ``all``, or the code of the store view whose values they become (AT-06).

    Raises:
        UsageError: two bodies are for one SKU.
        TemporaryError: Commerce does not answer at all; writing again is safe.
        AuthError: a person must act.
    """
    _check(bodies)
    way = Way(commerce, QUEUE_SAVES, scope, lambda body: save_product(commerce, body, scope))
    return way.send(list(enumerate(bodies)))


def write_at_once(commerce: Commerce, bodies: Sequence[Body], scope: str = ALL) -> Written:
    """Write as `write_products` does, without the queue: for what a stopped queue has left open.

    A queue that moves again still does what it holds. That is the same, unless the product was written since; then
    the next reading shows it.
    """
    _check(bodies)
    way = Way(commerce, None, scope, lambda body: save_product(commerce, body, scope))
    return way.send(list(enumerate(bodies)))


def create_products(commerce: Commerce, bodies: Sequence[Body]) -> Written:
    """Create many products; one whose SKU is there already is refused with the code ``Exists``, and left as it is.

    They are made under ``all``, so one that names no websites joins every one. One that names no address in the shop
    gets its name and SKU for it, since two products of one name would claim the same.

    Arguments:
        bodies: ``{"sku", "name", "price", "attribute_set_id", "status", "visibility", "type_id",
            "extension_attributes": {"website_ids": […]}, "custom_attributes": […]}``, one for a SKU.

    Raises:
        UsageError: two bodies are for one SKU.
        TemporaryError: Commerce does not answer; what is there shows in a reading, and creating again is safe.
        AuthError: a person must act.
    """
    _check(bodies)
    known = find_skus(commerce, [str(body["sku"]) for body in bodies])
    way = Way(commerce, QUEUE_CREATIONS, ALL, lambda body: create_product(commerce, body))
    new = [(place, _addressed(body)) for place, body in enumerate(bodies) if body["sku"] not in known]
    written = way.send(new)
    message = "There is a product with this SKU already; it was left as it is"
    written.refused += [(place, "Exists", message) for place, body in enumerate(bodies) if body["sku"] in known]
    written.refused.sort()
    return written


def read_bulk(commerce: Commerce, bulk_id: str) -> BulkState:
    """Return how far Commerce's queue is; a bulk that nobody works on stays open for ever, so set a deadline.

    Arguments:
        bulk_id: as `write_products` gave it.

    Returns:
        Failures with places among the bodies that were written. A failure whose code is ``Deadlock`` is worth
        another try.

    Where the integration may not ask, the bulk counts as open.

    Raises:
        RefusedError: Commerce knows no such bulk, or not any more.
    """
    waiting = complete = 0
    failed: list[Failure] = []
    for number, places in parse_bulks(bulk_id):
        try:
            answer = commerce.call(READ_BULK, [("fields", _BULK_FIELDS)], path={"bulk_id": number})
        except AuthError as error:
            if error.code != "MissingPermission":
                raise
            # Whoever may write and not ask waits in vain, so from now on each product is written by itself.
            logger.warning("%s Until then products are written one by one.", error)
            commerce.writing.has_queue = False
            waiting += len(places) or 1
            continue
        rows = sorted(answer.get("operations_list") or (), key=lambda row: int(row["id"]))
        states = [int(row["status"]) for row in rows]
        is_moving = any(state != OPEN for state in states)
        is_open = OPEN in states or not states
        commerce.writing.watch(number, commerce.transport.clock.now(), is_open=is_open, is_moving=is_moving)
        waiting += states.count(OPEN) if states else max(1, int(answer.get("operation_count") or 0))
        complete += states.count(COMPLETE)
        # Older versions number rows across all bulks, newer ones from 0.
        is_own = all(0 <= int(row["id"]) < (len(places) or len(rows)) for row in rows)
        for rank, (row, state) in enumerate(zip(rows, states, strict=True)):
            if state in (RETRIABLE, FAILED, REJECTED):
                index = int(row["id"]) if is_own else rank
                code = "Deadlock" if state == RETRIABLE else str(row.get("error_code") or "")
                words = explain({"message": row.get("result_message")})
                failed.append((places[index] if places else index, code, words))
    return BulkState(waiting, complete, sorted(failed))


def read_values(commerce: Commerce, skus: Sequence[str], codes: Sequence[str], scope: str = ALL) -> pa.Table:
    """Return what products have now, as Commerce keeps it: numbers for options, empty as null.

    Arguments:
        skus: in whatever case; those that are not there have no rows.
        codes: of attributes; ``name``, ``price``, ``status``, ``visibility`` and ``weight`` among them, if wanted.
        scope: ``all``, or the code of a store view.

    Returns:
        ``sku, attribute, value``: SKUs as they were asked for and in that order, one row for each SKU and code.
    """
    asked = dict.fromkeys(skus)
    found: dict[str, dict[str, Any]] = {}
    distinct = list({sku_key(sku): sku for sku in asked}.values())
    for item in list_products(commerce, distinct, _READ_FIELDS, scope):
        values = {entry["attribute_code"]: entry.get("value") for entry in item.get("custom_attributes") or ()}
        found[sku_key(str(item["sku"]))] = values | {name: item.get(name) for name in _OWN_FIELDS}
    rows = [
        (sku, code, _text(found[sku_key(sku)].get(code))) for sku in asked if sku_key(sku) in found for code in codes
    ]
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    names = ("sku", "attribute", "value")
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)})


def _check(bodies: Sequence[Body]) -> None:
    seen: set[str] = set()
    for body in bodies:
        key = sku_key(str(body.get("sku") or ""))
        if not key or key in seen:
            raise UsageError(
                f"The SKU {body.get('sku')!r} is missing or is written twice in one request.",
                "Put all values of a product into one body: Commerce's queue keeps no order.",
            )
        seen.add(key)


def _addressed(body: Body) -> Body:
    attributes = list(body.get("custom_attributes") or ())
    address = url_key(str(body.get("name") or ""), str(body["sku"]))
    if not address or any(each.get("attribute_code") == "url_key" for each in attributes):
        return body
    return {**body, "custom_attributes": [*attributes, {"attribute_code": "url_key", "value": address}]}


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        # PHP writes noise beyond the six decimals that Commerce keeps.
        value = f"{round(value, 6).normalize():f}"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
