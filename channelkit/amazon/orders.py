"""Orders as Amazon has them: those that were touched since a moment, and one by its number (Orders v2026-01-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channelkit.amazon.client import Amazon, documented, field_of
from channelkit.amazon.operations import GET_ORDER, GET_ORDER_AT_ONCE, SEARCH_ORDERS
from channelkit.amazon.order_rows import read_order
from channelkit.model.orders import Order

INCLUDED = "BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX"
PAGE = 100


@dataclass(frozen=True)
class OrderPage:
    """One page of a search.

    Arguments:
        unreadable: ids of orders that are not in the form that Amazon documents; each says nothing of the others.
        next_token: leads to the next page; empty on the last.
        read_until: up to when Amazon has looked, in its own words; the next search goes on from there.
    """

    orders: tuple[Order, ...]
    unreadable: tuple[str, ...]
    next_token: str
    read_until: str


def search_orders(amazon: Amazon, query: Sequence[tuple[str, str]], token: str = "") -> OrderPage:
    """Return one page of a search.

    Arguments:
        query: what `search_query` gave, the same for all pages of a search: Amazon refuses a token with anything else.
        token: of the page that is asked for; empty for the first.

    Raises:
        RemoteError: Amazon did not answer, or refused.
    """
    asked = [*query, ("paginationToken", token)] if token else list(query)
    body = amazon.transport.call(SEARCH_ORDERS, query=asked).body
    documents = field_of(body, "orders", SEARCH_ORDERS.name)
    with documented(SEARCH_ORDERS.name):
        orders, unreadable = _read_all(documents)
        next_token = str((body.get("pagination") or {}).get("nextToken") or "")
        read_until = str(body.get("lastUpdatedBefore") or body.get("createdBefore") or "")
    return OrderPage(tuple(orders), tuple(unreadable), next_token, read_until)


def search_query(
    marketplaces: Iterable[str],
    *,
    updated_after: str = "",
    created_after: str = "",
    created_before: str = "",
) -> list[tuple[str, str]]:
    """Return what a search asks for: all marketplaces at once, since calls are few (0.0056 a second, 20 at once).

    Arguments:
        marketplaces: ids, 50 at the most.
        updated_after, created_after, created_before: ISO 8601 in UTC; one family only.

    >>> search_query(["ATVPDKIKX0DER"], updated_after="2026-11-24T12:00:00Z")[:2]
    [('marketplaceIds', 'ATVPDKIKX0DER'), ('lastUpdatedAfter', '2026-11-24T12:00:00Z')]
    """
    moments = {"lastUpdatedAfter": updated_after, "createdAfter": created_after, "createdBefore": created_before}
    return [
        ("marketplaceIds", ",".join(sorted(marketplaces))),
        *((name, moment) for name, moment in moments.items() if moment),
        ("maxResultsPerPage", str(PAGE)),
        ("includedData", INCLUDED),
    ]


def get_order(amazon: Amazon, order_id: str, *, waits: bool = True) -> Order:
    """Return one order as it is now.

    Arguments:
        waits: for the quota, where it is used up; else that is an error at once.

    Raises:
        RemoteError: Amazon did not answer, or knows no such order.
    """
    operation = GET_ORDER if waits else GET_ORDER_AT_ONCE
    body = amazon.transport.call(operation, {"order_id": order_id}, [("includedData", INCLUDED)]).body
    document = field_of(body, "order", GET_ORDER.name)
    with documented(GET_ORDER.name):
        return read_order(document)


def _read_all(documents: Iterable[Mapping[str, Any]]) -> tuple[list[Order], list[str]]:
    orders, unreadable = [], []
    for document in documents:
        try:
            orders.append(read_order(document))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # The rest of the page is no worse for it; whoever reads looks this one up alone, and says so if that fails.
            unreadable.append(str(document["orderId"]))
    return orders, unreadable
