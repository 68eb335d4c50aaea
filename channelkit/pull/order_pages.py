"""Walking through a search for orders, page by page, so that no page goes missing and none is taken for another.

What Amazon is known to do: give the token of a page that was just read, give a page twice in another's place, leave a
page empty although it promised more. None of them ends a search: it is asked again, and a search that is still in
doubt at its end counts as not finished, so that the next one begins where it began.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from channelkit.amazon.client import Amazon
from channelkit.amazon.orders import OrderPage, search_orders
from channelkit.errors import TemporaryError

TRIES = 3
"""How often a page is asked for that is not what it should be."""

REMEMBERED = 1_000
"""Orders of the last pages by which a page is known that comes again."""


class Place(msgspec.Struct):
    """Where a search stands, as it is kept between runs; its parameters are texts and never change.

    Arguments:
        query: the search's parameters.
        token: of the page that comes next; empty for the first.
        until: up to when Amazon had looked when the search began, in its words.
        began: a moment before which the search surely began, where Amazon does not say.
        doubtful: a page was not what it should be.
        seen: which versions of which orders its last pages have had.
    """

    query: list[tuple[str, str]]
    token: str = ""
    until: str = ""
    began: str = ""
    doubtful: bool = False
    seen: list[str] = []


@dataclass
class Walk:
    """One walk through a search, or a part of one.

    Arguments:
        left: how many pages may still be asked for.
        on_page: keeps a page; it is given the place after it, or None after the last.
    """

    amazon: Amazon
    left: int
    on_page: Callable[[OrderPage, Place | None], None]

    def go(self, place: Place) -> Place | None:
        """Read pages until the search or the calls are at their end.

        Returns:
            where the search stands; None where it is finished.

        Raises:
            TemporaryError: the search came to its end in doubt; what it found was kept.
            RemoteError: Amazon did not answer, or refused; what was read before is kept.
        """
        while self.left > 0:
            try:
                page = self._ask(place)
            except TemporaryError as error:
                if not error.is_quota:
                    raise
                # It comes back by itself, and the next reading goes on from here.
                self.left = 0
                return place
            following = self._following(place, page)
            if following is None and place.doubtful:
                # Kept, but not as finished.
                self.on_page(page, place)
                raise TemporaryError(
                    "Amazon gave pages of orders twice, or empty ones, in place of others.",
                    "What it gave was kept; the next cycle reads the same stretch again.",
                    system="amazon",
                    operation="searchOrders",
                )
            self.on_page(page, following)
            if following is None:
                return None
            place = following
        return place

    def _ask(self, place: Place) -> OrderPage:
        """Return a page; one that is not what it should be is asked for again."""
        known = set(place.seen)
        page = self._one(place)
        for _ in range(TRIES - 1):
            if not _is_odd(page, place, known) or self.left <= 0:
                break
            page = self._one(place)
        versions = _versions(page)
        # An empty page may be what Amazon means; one that it gave before in its place cannot be.
        if versions and place.token and set(versions) <= known:
            place.doubtful = True
        if page.next_token and page.next_token == place.token:
            place.doubtful = True
            return OrderPage(page.orders, page.unreadable, "", page.read_until)
        place.seen = [*place.seen, *(version for version in versions if version not in known)][-REMEMBERED:]
        return page

    def _one(self, place: Place) -> OrderPage:
        self.left -= 1
        return search_orders(self.amazon, place.query, place.token)

    def _following(self, place: Place, page: OrderPage) -> Place | None:
        place.until = place.until or page.read_until
        if not page.next_token:
            return None
        return msgspec.structs.replace(place, token=page.next_token)


def _is_odd(page: OrderPage, place: Place, known: set[str]) -> bool:
    """Tell whether a page cannot be the one that was asked for."""
    versions = _versions(page)
    is_repeated = bool(versions) and bool(place.token) and set(versions) <= known
    is_empty = not versions and not page.unreadable and bool(place.token or page.next_token)
    leads_back = bool(page.next_token) and page.next_token == place.token
    return is_repeated or is_empty or leads_back


def _versions(page: OrderPage) -> list[str]:
    return [f"{order.order_id}@{order.updated_at}" for order in page.orders]


def write_place(place: Place) -> str:
    """Return a place as text.

    >>> read_place(write_place(Place([("a", "b")], "t"))).token
    't'
    """
    return msgspec.json.encode(place).decode()


def read_place(text: str | None) -> Place | None:
    """Return the place that a text tells, or None where it tells none."""
    return msgspec.json.decode(text, type=Place) if text else None


def frozen(query: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return parameters as a place keeps them."""
    return [(name, value) for name, value in query]
