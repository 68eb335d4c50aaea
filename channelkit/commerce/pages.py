"""Walking through a long list without losing a row or reading one twice.

Numbered pages shift when rows come and go, and Commerce has had servers that repeat the last page for ever. So each
page asks for the rows after the last number seen. ``total_count`` then counts what is left, and tells a page that was
cut short from the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from channelkit.commerce.client import ALL, Commerce
from channelkit.commerce.criteria import Filter, Group, Query, write_criteria
from channelkit.errors import DocumentError, RefusedError
from channelkit.model.calls import Operation

TRIES = 3
"""How often the same page is asked for while it lacks rows that it counts."""

_LIMIT = re.compile(r"pageSize\D*(\d+)")

Item = dict[str, Any]


def walk(
    commerce: Commerce,
    operation: Operation,
    groups: Sequence[Group],
    *,
    number: str = "entity_id",
    item_number: str = "id",
    fields: Sequence[str] = (),
    page_size: int,
    scope: str = ALL,
) -> Iterator[list[Item]]:
    """Yield the pages of a search, in the order of the items' numbers; each item comes once.

    Arguments:
        groups: further filters.
        number: what the number is called in filters.
        item_number: what it is called in the items.
        fields: what of each item comes back; must have the number.
        page_size: rows to ask for; smaller where Commerce has said that it allows fewer.

    Raises:
        DocumentError: Commerce counts rows that it does not show.
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    last, tries = 0, 0
    while True:
        after = [*groups, [Filter(number, str(last), "gt")]]
        size, body = _ask(commerce, operation, after, number, fields, page_size, scope)
        found, left = _items(body), int(body.get("total_count") or 0)
        fresh = sorted(
            (item for item in found if int(item[item_number]) > last), key=lambda item: int(item[item_number])
        )
        if fresh:
            last, tries = int(fresh[-1][item_number]), 0
            yield fresh
        if len(fresh) >= left and len(fresh) < size:
            return
        if not fresh:
            tries += 1
            if left == 0:
                return
            if tries == TRIES:
                raise DocumentError(
                    f"Commerce counts {left} more rows in {operation.name} after number {last}, and shows none.",
                    "The old facts stay. If the next cycle says so too, the shop's index may be broken: reindex it.",
                )


def _ask(
    commerce: Commerce,
    operation: Operation,
    groups: Sequence[Group],
    order: str,
    fields: Sequence[str],
    page_size: int,
    scope: str,
) -> tuple[int, Item]:
    """Return the size of the page that was asked for, and the answer's body."""

    def query(size: int) -> Query:
        return write_criteria(groups, order=order, page_size=size, fields=fields)

    while True:
        size = min(page_size, commerce.memory.largest_page or page_size)
        try:
            answer = commerce.call(operation, scope=scope, query=query(size))
        except RefusedError as error:
            learn_page_size(commerce, error, size)
            continue
        if not isinstance(answer.body, dict) or "items" not in answer.body:
            raise DocumentError(
                f"Commerce's answer to {operation.name} has no items.", "The old facts stay; is commerce.url right?"
            )
        return size, answer.body


def _items(body: Item) -> list[Item]:
    # PHP writes an object that has lost its first key as {"1": …}.
    items = body["items"] or []
    return list(items.values() if isinstance(items, dict) else items)


def learn_page_size(commerce: Commerce, error: RefusedError, size: int) -> None:
    """Remember the largest page that Commerce allows, where that was what it refused.

    Raises:
        RefusedError: it refused something else.
    """
    limit = _LIMIT.search(error.what)
    if limit is None or not 0 < int(limit[1]) < size:
        raise error
    commerce.memory.largest_page = int(limit[1])
