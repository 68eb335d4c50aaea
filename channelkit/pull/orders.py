"""Reading the orders of one seller account: what was touched since the last time, all its marketplaces at once.

Each page is kept when it comes, with who ordered and what it does to stock. How far the reading has come moves only
when all pages of a search are there: a run that dies in between loses nothing and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

import msgspec
from sqlalchemy.engine import Connection

from channelkit.amazon.client import Amazon
from channelkit.amazon.orders import OrderPage, get_order, search_query
from channelkit.clock import milliseconds
from channelkit.database.difference import Tally
from channelkit.database.progress import move_watermark, moved_at, read_watermark
from channelkit.errors import AuthError, DocumentError, RefusedError, RemoteError, TemporaryError
from channelkit.model.orders import Order
from channelkit.pull.order_keeping import OrderKeeper
from channelkit.pull.order_pages import Place, Walk, frozen, read_place, write_place
from channelkit.pull.reading import HOUR, MINUTE, Puller, Reading

OVERLAP = 5 * MINUTE
"""A search begins this much before the last one ended: what Amazon shows lags two minutes."""

TOKEN_LIFE = 23 * HOUR
"""Amazon's tokens are good for a day."""

UNREAD_AT_ONCE = 20

BEHIND = 10 * MINUTE
"""So far from now the last finished search has come where it keeps up: a cycle, Amazon's lag, and some room."""


@dataclass(frozen=True)
class OrderReader:
    """Reads the orders of one seller account.

    Arguments:
        keeper: keeps them, and knows the account's stores.
        budget_pages: pages that one reading asks for; the next reading goes on from there.
    """

    puller: Puller
    amazon: Amazon
    keeper: OrderKeeper
    budget_pages: int = 20

    def read_named(self, reading: Reading, order_ids: Sequence[str]) -> None:
        """Read these orders one by one, as far as the quota goes at once; one that cannot be read holds up no other.

        Raises:
            AuthError: the account's credentials or permissions; a person must act.
        """
        found: list[Order] = []
        try:
            for order_id in order_ids:
                try:
                    found.append(get_order(self.amazon, order_id, waits=False))
                except TemporaryError as error:
                    if not error.is_quota:
                        self._note(reading, error)
                    break
                except (RefusedError, AuthError) as error:
                    self._note(reading, error)
        finally:
            self._keep_named(reading, found)

    def _keep_named(self, reading: Reading, found: Sequence[Order]) -> None:
        with self.puller.database.write() as connection:
            tallies = self.keeper.keep(connection, found, at=self.puller.now(), run=self.puller.run)
        for kind, tally in tallies.items():
            reading.add(kind, tally)

    def _note(self, reading: Reading, error: RemoteError) -> None:
        """Write down what Amazon did not do."""

        def fail() -> NoReturn:
            raise error

        self.puller.attempt(reading, next((share.name for share in self.keeper.stores.values()), ""), fail)

    def read(self) -> Reading:
        """Read what was touched since the last time.

        What goes wrong is written down; what could not be read is read by the next run.
        """
        reading, unreadable = Reading(), list[str]()
        if not self.keeper.stores:
            return reading
        store = next(iter(self.keeper.stores.values())).name
        try:
            for order_id in self._waiting()[:UNREAD_AT_ONCE]:
                self.puller.attempt(reading, store, partial(self._look_up, reading, order_id))
            self.puller.attempt(reading, store, lambda: self._search(reading, unreadable))
        except AuthError:
            # It is written down; prices and quantities do not need orders.
            self.puller.progress("Amazon's orders may not be read")
        if unreadable:
            self.puller.attempt(reading, store, lambda: _tell(unreadable))
        return reading

    def _search(self, reading: Reading, unreadable: list[str]) -> None:
        left = self.budget_pages
        place = self._resume()
        if place is not None:
            self.puller.progress("going on with Amazon's orders")
            try:
                left = self._walk(place, left, reading, unreadable)
            except RefusedError:
                # Its token may be what is refused; the stretch is read from its beginning next time.
                self._forget_place()
                raise
        if left > 0:
            self.puller.progress("reading Amazon's orders")
            self._walk(self._begin(), left, reading, unreadable)

    def _walk(self, place: Place, left: int, reading: Reading, unreadable: list[str]) -> int:
        """Walk on from a place, and return how many pages may still be asked for; none where it is not finished."""

        def keep(page: OrderPage, following: Place | None) -> None:
            for kind, tally in self._keep_page(page, place, following).items():
                reading.add(kind, tally)
            unreadable.extend(page.unreadable)

        walk = Walk(self.amazon, left, keep)
        is_unfinished = walk.go(place) is not None
        return 0 if is_unfinished else walk.left

    def _keep_page(self, page: OrderPage, begun: Place, following: Place | None) -> dict[str, Tally]:
        """Keep a page and how far the reading has come, in one transaction."""
        now = self.puller.now()
        is_sure = following is not None and not following.doubtful
        with self.puller.database.write() as connection:
            tallies = self.keeper.keep(connection, page.orders, at=now, run=self.puller.run)
            if page.unreadable:
                self._keep_unread(connection, sorted({*self._unread(connection), *page.unreadable}))
            kept = write_place(following) if following is not None and is_sure else ""
            move_watermark(connection, self._mark("orders-page"), kept, at=now)
            if following is None:
                until = begun.until or page.read_until or begun.began
                before = read_watermark(connection, self._mark("orders"))
                if before is None or _moment(until) > _moment(before):
                    move_watermark(connection, self._mark("orders"), until, at=now)
                asked = dict(begun.query)["marketplaceIds"]
                move_watermark(connection, self._mark("orders-places"), asked, at=now)
        return tallies

    def _begin(self) -> Place:
        stores = self.keeper.stores
        with self.puller.database.read() as connection:
            until = read_watermark(connection, self._mark("orders"))
            known = set((read_watermark(connection, self._mark("orders-places")) or "").split(","))
        starts = [stores[place].connected_at for place in stores if until is None or place not in known]
        if until is not None:
            starts.append(_moment(until) - OVERLAP)
        query = search_query(stores, updated_after=_written(min(starts)))
        return Place(frozen(query), began=_written(self.puller.now() - OVERLAP))

    def _resume(self) -> Place | None:
        with self.puller.database.read() as connection:
            place = read_place(read_watermark(connection, self._mark("orders-page")))
            moved = moved_at(connection, self._mark("orders-page"))
        if place is None or moved is None or not place.token or self.puller.now() - moved > TOKEN_LIFE:
            return None
        return place

    def _forget_place(self) -> None:
        with self.puller.database.write() as connection:
            move_watermark(connection, self._mark("orders-page"), "", at=self.puller.now())

    def _look_up(self, reading: Reading, order_id: str) -> None:
        """Read an order alone that could not be read among others."""
        order = get_order(self.amazon, order_id)
        with self.puller.database.write() as connection:
            tallies = self.keeper.keep(connection, [order], at=self.puller.now(), run=self.puller.run)
            self._keep_unread(connection, [each for each in self._unread(connection) if each != order_id])
        for kind, tally in tallies.items():
            reading.add(kind, tally)

    def _waiting(self) -> list[str]:
        with self.puller.database.read() as connection:
            return self._unread(connection)

    def _unread(self, connection: Connection) -> list[str]:
        return msgspec.json.decode(read_watermark(connection, self._mark("orders-unread")) or "[]", type=list[str])

    def _keep_unread(self, connection: Connection, order_ids: list[str]) -> None:
        text = msgspec.json.encode(order_ids).decode()
        move_watermark(connection, self._mark("orders-unread"), text, at=self.puller.now())

    def _mark(self, what: str) -> str:
        return f"{what}/{self.keeper.seller_id}"


def read_until(connection: Connection, seller_id: str) -> int | None:
    """Return up to when all orders of an account were read, in milliseconds since 1970; None where they never were."""
    until = read_watermark(connection, f"orders/{seller_id}")
    return None if until is None else _moment(until)


def is_behind(connection: Connection, seller_id: str, now: int) -> bool:
    """Tell whether searching does not keep up with an account's orders, so that many may be unread.

    Arguments:
        now: milliseconds since 1970.
    """
    until = read_until(connection, seller_id)
    is_on_the_way = bool(read_watermark(connection, f"orders-page/{seller_id}"))
    return until is not None and (is_on_the_way or until < now - BEHIND)


def _tell(unreadable: list[str]) -> NoReturn:
    raise DocumentError(
        f"{len(unreadable)} of Amazon's orders are not in the form that it documents: {', '.join(unreadable[:5])}.",
        "All others were kept. The next cycle reads these alone; if it lasts, look for a newer channelkit.",
    )


def _moment(text: str) -> int:
    return milliseconds(datetime.fromisoformat(text).timestamp())


def _written(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
