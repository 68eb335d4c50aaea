"""Orders v2026-01-01: search orders page by page, and read one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from channelkit.model.marketplaces import MARKETPLACES, marketplace
from channelkit.sandbox.amazon.call import Call, Reply, page_token, token_parts
from channelkit.sandbox.amazon.order_documents import PARTS, write_order
from channelkit.sandbox.amazon.order_log import READ_LAG
from channelkit.sandbox.amazon.orders import STATUSES, Order
from channelkit.sandbox.amazon.refusal import Refusal, denied, invalid
from channelkit.sandbox.amazon.state import AmazonState
from channelkit.sandbox.clock import timestamp
from channelkit.sandbox.faults import Faults

TOKEN_LIFE = 86_400.0
"""For so many seconds a page's token is good."""
TWO_YEARS = 2 * 365 * 86_400_000
MOST_PLACES, MOST_RESULTS = 50, 100

_KNOWN = frozenset(each.id for each in MARKETPLACES)
_FREE = frozenset({"paginationToken", "maxResultsPerPage"})
"""Parameters that may change from page to page."""


@dataclass(frozen=True)
class Window:
    """What a search asks for, in milliseconds.

    Arguments:
        by: ``created`` or ``lastUpdated``.
        until: the last moment that belongs to it.
    """

    by: str
    since: int
    until: int


class OrdersApi:
    """Answers the calls that read orders."""

    def __init__(self, state: AmazonState, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def get(self, call: Call) -> Reply:
        """Answer getOrder."""
        included = frozenset(call.values("includedData", PARTS))
        order = self._state.sales.log.current.get(call.path["orderId"])
        if order is None or order.seller_id != call.account.seller_id:
            raise Refusal(404, "NotFound", f"Order {call.path['orderId']} not found.")
        return Reply(200, {"order": _shown(order, included, call.now)})

    def search(self, call: Call) -> Reply:
        """Answer searchOrders: what changed in the last two minutes is not shown yet."""
        included = frozenset(call.values("includedData", PARTS))
        suits = _filter(call)
        size = call.number("maxResultsPerPage", MOST_RESULTS, MOST_RESULTS)
        window, token = _window(call), call.text("paginationToken")
        after = (window.since, "")
        if token is not None:
            after, until = _go_on(token, call)
            window = Window(window.by, window.since, until)
        if self._faults.strike(call.operation, "short_page"):
            size = (size + 1) // 2
        found = list(islice(filter(suits, self._found(call, window, after)), size + 1))
        page, rest = found[:size], found[size:]
        body: dict[str, Any] = {"orders": [_shown(order, included, call.now) for order in page]}
        if rest:
            place = (getattr(rest[0], _FIELDS[window.by]), rest[0].order_id)
            following = page_token(_digest(call), window.until, *place, call.now)
            repeated = token if self._faults.strike(call.operation, "repeated_token") else None
            body["pagination"] = {"nextToken": repeated or following}
        if page and self._faults.strike(call.operation, "lost_page"):
            body["orders"] = []
        body[f"{window.by}Before"] = timestamp(window.until / 1000)
        return Reply(200, body)

    def _found(self, call: Call, window: Window, after: tuple[int, str]) -> Iterator[Order]:
        log, now = self._state.sales.log, int(call.now * 1000)
        walk = log.created if window.by == "created" else log.updated
        return walk(call.account.seller_id, after, window.until, now)


_FIELDS = {"created": "created", "lastUpdated": "updated"}


def _window(call: Call) -> Window:
    given = {name: call.time(name) for by in _FIELDS for name in (f"{by}After", f"{by}Before")}
    starts = [by for by in _FIELDS if given[f"{by}After"] is not None]
    if len(starts) != 1:
        raise invalid("Exactly one of 'createdAfter' and 'lastUpdatedAfter' is required.")
    by = starts[0]
    other = "created" if by == "lastUpdated" else "lastUpdated"
    if given[f"{other}Before"] is not None:
        raise invalid(f"'{other}Before' does not go with '{by}After'.")
    since, until = given[f"{by}After"], given[f"{by}Before"]
    latest = int(call.now * 1000) - READ_LAG
    if until is not None and (until > latest or (since is not None and until < since)):
        # Amazon says no more than this.
        raise invalid("Invalid Input")
    return Window(by, since or 0, latest if until is None else until)


def _filter(call: Call) -> Callable[[Order], bool]:
    places = call.values("marketplaceIds", most=MOST_PLACES)
    if set(places) - _KNOWN:
        raise invalid("'marketplaceIds' has a marketplace that there is not.")
    if set(places) - set(call.account.shelves):
        raise denied("The seller does not participate in one of these marketplaces.")
    statuses = call.values("fulfillmentStatuses", STATUSES)
    sides = call.values("fulfilledBy", ("MERCHANT", "AMAZON"))
    oldest = int(call.now * 1000) - TWO_YEARS

    def suits(order: Order) -> bool:
        return (
            order.created >= oldest
            and (not places or order.marketplace_id in places)
            and (not statuses or order.status in statuses)
            and (not sides or ("AMAZON" if order.by_amazon else "MERCHANT") in sides)
        )

    return suits


def _go_on(token: str, call: Call) -> tuple[tuple[int, str], int]:
    """Return where a token goes on, and the end of the window, which does not move from page to page."""
    digest, until, when, order_id, made_at = token_parts(token, 5)
    if not (isinstance(until, int) and isinstance(when, int) and isinstance(made_at, int | float)):
        raise invalid("The pagination token is not valid.")
    if digest != _digest(call):
        raise invalid("The pagination token belongs to other parameters; repeat those of the first call.")
    if call.now - made_at > TOKEN_LIFE:
        raise invalid("The pagination token has expired.")
    return (when, str(order_id)), until


def _digest(call: Call) -> str:
    asked = sorted((name, list(values)) for name, values in call.query.items() if name not in _FREE)
    return hashlib.sha256(msgspec.json.encode([call.account.seller_id, asked])).hexdigest()[:16]


def _shown(order: Order, included: frozenset[str], now: float) -> dict[str, Any]:
    return write_order(order, marketplace(order.marketplace_id), included, now)
