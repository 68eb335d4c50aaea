"""Short lists, read whole: attributes, sets, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from channelkit.commerce.client import Commerce, items_of
from channelkit.commerce.criteria import Filter, search_criteria
from channelkit.errors import RefusedError
from channelkit.model.calls import Operation

PAGE = 100


def read_rows(
    commerce: Commerce,
    operation: Operation,
    groups: Sequence[Sequence[Filter]] = (),
    *,
    order: str = "",
    fields: str = "",
) -> list[Mapping[str, Any]]:
    """Return all rows of a list, page after page, in smaller pages where the shop allows no more.

    Arguments:
        order: the field to sort by; unsorted pages may repeat rows and skip others.

    Raises:
        RemoteError: see `channelkit.transport.Transport.call`.
    """
    rows: list[Mapping[str, Any]] = []
    page = 1
    while True:
        size = commerce.page_size.within(PAGE)
        query = search_criteria(groups, page_size=size, page=page, order=order, fields=fields)
        try:
            body = commerce.call(operation, query)
        except RefusedError as error:
            commerce.page_size.learn(error, size)
            # Pages of another size have other numbers.
            page, rows = 1, []
            continue
        items = items_of(body, operation)
        rows.extend(items)
        page += 1
        # Older versions repeat the last page for ever.
        if not items or len(rows) >= int(body.get("total_count") or 0):
            return rows
