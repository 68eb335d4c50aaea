"""Amazon's orders as Commerce has them: found, made, commented, cancelled, and read when they have changed.

Making one is never tried twice here: whoever lost the answer looks it up (commerce-rest, "Importing a marketplace
order"). Nobody is sent an e-mail: the buyers are Amazon's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.criteria import Filter
from channelkit.commerce.operations import (
    CANCEL_COPY,
    COMMENT_ORDER,
    CREATE_ORDER,
    LIST_ORDERS,
    READ_ORDER,
    SAVE_ADDRESS,
)
from channelkit.commerce.order_rows import COPY_FIELDS, PAGE, parse_copy, read_pages
from channelkit.errors import RefusedError
from channelkit.model.orders import Copy

TAKEN = "Unique constraint violation"
"""What Commerce says where the number that an order is to have is taken in its store view."""

AT_ONCE = 50
"""Amazon's numbers in one look-up."""


def find_copies(commerce: Commerce, order_ids: Sequence[str]) -> list[Copy]:
    """Return all copies of some orders of Amazon's, whoever made them; an order may have none, one, or two.

    Arguments:
        order_ids: Amazon's.
    """
    found: list[Copy] = []
    wanted = sorted(set(filter(None, order_ids)))
    for start in range(0, len(wanted), AT_ONCE):
        chosen = Filter("ext_order_id", ",".join(wanted[start : start + AT_ONCE]), "in")
        for rows in read_pages(commerce, LIST_ORDERS, COPY_FIELDS, None, chosen):
            found += [parse_copy(row) for row in rows]
    return found


def find_numbered(commerce: Commerce, increment_id: str, store_id: int) -> Copy | None:
    """Return the order that has a number in a store view, whoever made it, or None.

    Its ``order_id`` is empty where it carries no number of another system.
    """
    conditions = Filter("increment_id", increment_id), Filter("store_id", str(store_id))
    for rows in read_pages(commerce, LIST_ORDERS, COPY_FIELDS, None, *conditions):
        return parse_copy(rows[0])
    return None


def read_copies(commerce: Commerce, since_ms: int | None, page_size: int = PAGE) -> Iterator[list[Copy]]:
    """Yield, page by page, the orders that carry another system's number and have changed.

    Arguments:
        since_ms: the newest ``updated_at`` that was seen; two minutes before it are read again. None reads all.

    Raises:
        TemporaryError: a page repeats or is missing, so the reading would not be complete.
        DocumentError: an order lacks what every order has.
    """
    foreign = Filter("ext_order_id", "1", "notnull")
    for rows in read_pages(commerce, LIST_ORDERS, COPY_FIELDS, since_ms, foreign, page_size=page_size):
        yield [copy for copy in map(parse_copy, rows) if copy.order_id]


def read_copy(commerce: Commerce, entity_id: int) -> Copy:
    """Return one order by Commerce's number.

    Raises:
        RefusedError: there is none.
    """
    return parse_copy(commerce.call(READ_ORDER, [("fields", COPY_FIELDS)], path={"id": str(entity_id)}))


def create_order(commerce: Commerce, body: Mapping[str, Any]) -> Copy:
    """Make an order, once.

    Arguments:
        body: as `channelkit.orders.body.write_order` writes it.

    Raises:
        RefusedError: Commerce refuses it; see `is_taken`.
        TemporaryError: nobody knows whether it was made: look it up, never send it again unseen.
    """
    return parse_copy(commerce.call(CREATE_ORDER, body=body))


def is_taken(error: RefusedError) -> bool:
    """Tell whether an order was refused because its number is taken: somebody was quicker, perhaps ourselves."""
    return error.status == 400 and TAKEN in error.what


def comment(commerce: Commerce, entity_id: int, words: str, status: str = "") -> None:
    """Write a comment into an order's history, which nobody is told of.

    Arguments:
        status: the order's new one; empty leaves it. Commerce takes whatever it is given.
    """
    history: dict[str, object] = {
        "comment": words,
        "is_customer_notified": 0,
        "is_visible_on_front": 0,
        "parent_id": entity_id,
    }
    if status:
        history["status"] = status
    commerce.call(COMMENT_ORDER, path={"id": str(entity_id)}, body={"statusHistory": history})


def cancel_copy(commerce: Commerce, entity_id: int) -> None:
    """Cancel an order in Commerce.

    Raises:
        RefusedError: there is nothing to cancel: it is shipped, invoiced as a whole, or cancelled already.
    """
    # False with a good status is a refusal.
    if commerce.call(CANCEL_COPY, path={"id": str(entity_id)}) is not True:
        raise RefusedError(
            f"commerce, {CANCEL_COPY.name}: order {entity_id} has nothing to cancel.",
            "It is invoiced, shipped or cancelled already; look at it in Commerce.",
            system="commerce",
            operation=CANCEL_COPY.name,
            code="NothingToCancel",
        )


def save_address(commerce: Commerce, copy: Copy, address: Mapping[str, Any]) -> None:
    """Write an order's shipping address anew.

    Arguments:
        address: whole, as `channelkit.orders.body.write_address` writes it; it is somebody's data.
    """
    body = {**address, "address_type": "shipping", "parent_id": copy.entity_id}
    if copy.address_id is not None:
        body["entity_id"] = copy.address_id
    commerce.call(SAVE_ADDRESS, path={"parent_id": str(copy.entity_id)}, body={"entity": body})
