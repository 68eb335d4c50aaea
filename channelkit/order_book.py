"""A store's orders as a person works with them: looked through, opened, planned, cancelled, refunded, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from channelkit.errors import UsageError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import STATUSES, Person
from channelkit.order_deeds import (
    ask_backfill,
    check_stock,
    correct_address,
    plan_cancelling,
    plan_orders,
    plan_refund,
    release_unread,
)
from channelkit.parts import Parts
from channelkit.people.desk import PeopleDesk
from channelkit.pull.stock_check import read_last_check
from channelkit.report.order_delays import delays_frame
from channelkit.report.order_details import OrderDetails
from channelkit.report.order_details_reading import read_details
from channelkit.report.order_ledger import ledger_frame
from channelkit.report.order_plan import OrderPlan
from channelkit.report.order_words import STAGES, Moment, is_to_ship, status_words, time_left
from channelkit.report.orders import (
    PAGE,
    RECENT,
    Wanted,
    count_orders,
    join_frames,
    orders_frame,
    read_orders,
    read_wanted,
    tell_notes,
)
from channelkit.report.orders_frames import (
    blocked_frame,
    completeness_frame,
    deadlines_frame,
    order_changes_frame,
    returns_frame,
)
from channelkit.report.wording import moment, money

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.review.order_pager import OrderPager

DAY = 86_400_000
DAYS = 30
"""Days over which is measured how long orders take."""


@dataclass(frozen=True)
class OrderBook:
    """The orders of one store, and what may be done about them.

    Arguments:
        store: its name in the settings.
        parts: what it works with.
    """

    store: str
    parts: Parts

    @property
    def site(self) -> Marketplace:
        """The marketplace whose clock and money are told."""
        return self.parts.settings.stores[self.store].site

    def recent(self, count: int = RECENT) -> pd.DataFrame:
        """Return the newest orders (OR-07).

        Arguments:
            count: how many, at most.
        """
        return self._frame(Wanted(), 0, count)

    def all(
        self,
        *,
        status: str | Sequence[str] | None = None,
        stage: str | Sequence[str] | None = None,
        buyer: str | None = None,
        number: str | None = None,
        total: tuple[object, object] | None = None,
        since: Moment = None,
        until: Moment = None,
        page: int = 0,
        size: int = PAGE,
    ) -> pd.DataFrame:
        """Return the store's orders, the newest first; each filter may be left out or blank (OR-07).

        Times are by the marketplace's clock, amounts in its money. Who bought is told by a pseudonym alone.

        Arguments:
            status: Amazon's word or several: Unshipped, Shipped, Cancelled, ...
            stage: where they stand with us: waiting, viewed, earlier, blocked, planned, created, shipped, complete,
                cancelled.
            buyer, number: part of the pseudonym, or of either side's number of the order.
            total: the smallest and the largest grand total; either may be None.
            since, until: days of purchase, both of them included, or moments; by the marketplace's clock.
            page: from 1 on; 0 is all of them at once.
            size: orders on a page.

        Raises:
            UsageError: a day, an amount, a stage or a page is none.
        """
        if page < 0 or size < 1:
            raise UsageError(
                f"There is no page {page} of {size} orders.", "Pages are counted from 1; 0 is all of them."
            )
        wanted = self._wanted(
            status=status, stage=stage, buyer=buyer, number=number, total=total, since=since, until=until
        )
        return self._frame(wanted, (page - 1) * size, size) if page else self._frame(wanted, 0, None)

    def count(self, **filters: Any) -> int:
        """Return how many orders there are; filters as for `all`."""
        return count_orders(self.parts.database, self.store, self._wanted(**filters))

    def page(self, first: int, size: int, **filters: Any) -> list[dict[str, str]]:
        """Return some orders in words, the newest first, as `browse` shows them.

        Arguments:
            first: leave out so many at the beginning.
            size: how many, at most.
            filters: as for `all`.
        """
        zone, now = self.site.time_zone, self.parts.now()
        wanted = self._wanted(**filters)
        told = []
        for row in read_orders(self.parts.database, self.store, wanted, first=first, most=size).to_pylist():
            waits = is_to_ship(row["status"], row["fulfilled_by"])
            total = "" if row["total"] is None else money(row["total"], row["currency"])
            told.append(
                {
                    "purchase_date": moment(row["purchase_date"], zone),
                    "order_number": row["order_number"],
                    "status": status_words(row["status"]),
                    "buyer": row["buyer"],
                    "grand_total": total,
                    "order_notes": tell_notes(row),
                    "time_left": time_left(row["ship_by"], now) if waits else "",
                    "late": "late" if waits and row["ship_by"] and row["ship_by"] < now else "",
                    "stage": row["stage"] or "",
                }
            )
        return told

    def browse(self, **filters: str) -> OrderPager:
        """Show the orders with their filters and pages, to look through and open; for a notebook (OR-07, OR-08).

        Arguments:
            filters: what is looked for at first: since, until, number, buyer, least, most, status, stage.
        """
        from channelkit.review.order_list import OrderList  # noqa: PLC0415 - only who looks so needs it
        from channelkit.review.order_pager import OrderPager  # noqa: PLC0415

        statuses = [(status, status_words(status)) for status in STATUSES]
        return OrderPager(OrderList(self, filters), statuses, list(STAGES.items()))

    def show(self, number: str) -> OrderDetails:
        """Return one order: details and shipping, items, tracking (OR-08); who bought it only as a pseudonym.

        Arguments:
            number: Amazon's number of the order, or Commerce's.

        Raises:
            UsageError: the store knows no such order.
        """
        told = read_details(self.parts.database, self.store, number, self.site, self.parts.now())
        return replace(told, revealing=lambda purpose: self.reveal(told.order.order_id, purpose))

    def reveal(self, number: str, purpose: str) -> Any:
        """Show who bought an order and where it goes, on the screen of a notebook alone; that you looked is kept.

        What the notebook keeps of it, when it is saved, holds nothing of anybody.

        Arguments:
            purpose: what for; it is kept with your login.

        Raises:
            UsageError: no purpose is named, nothing is kept of the person any more, or it cannot be shown here.
        """
        from channelkit.review.opening import has_scripts  # noqa: PLC0415 - only who looks needs it

        if not has_scripts():
            raise UsageError(
                "Without the package anywidget a notebook would keep what it shows of a person.",
                f"See it in a terminal: channelkit orders show {number} --reveal PURPOSE",
            )
        from channelkit.review.order_person import PersonWidget  # noqa: PLC0415

        lines = self.tell(number, purpose)
        return PersonWidget(lines, f"Order {number}: who bought it, and where it goes. That you looked is kept.")

    def tell(self, number: str, purpose: str, by: str = "") -> list[tuple[str, str]]:
        """Return who bought an order, line by line, for the screen of whoever may see it; that you looked is kept.

        Arguments:
            number, purpose, by: as for `person`.
        """
        return tell_person(self.person(number, purpose, by))

    def person(self, number: str, purpose: str, by: str = "") -> Person:
        """Return who bought an order; its repr says nothing, and that you looked is kept.

        Arguments:
            number: Amazon's number of the order.
            purpose: what for.
            by: your name; else your login.

        Raises:
            UsageError: no purpose is named, or nothing is kept of the person any more.
        """
        found = PeopleDesk(self.parts.vault, self.parts.person).read(self.store, number, purpose, by)
        if found is None:
            raise UsageError(
                f"Nothing is kept of who bought order {number} of store {self.store!r}.",
                f"It is deleted {self.parts.settings.people.keep_days} days after delivery; Seller Central may know.",
            )
        return found

    def blocked(self) -> pd.DataFrame:
        """Return the orders that cannot go on as they are, the most urgent first: why, and what to do (OR-06)."""
        return blocked_frame(self.parts.database, self.store, self.site, self.parts.now())

    def ship_by(self) -> pd.DataFrame:
        """Return what is still to be shipped, what is due first at the top, with the time that is left."""
        return deadlines_frame(self.parts.database, self.store, self.site, self.parts.now())

    def returns(self) -> pd.DataFrame:
        """Return what buyers send back, the newest first: Requested, Received, Refunded or Error (OR-13)."""
        return returns_frame(self.parts.database, self.store, self.site)

    def changes(self, states: Sequence[str] = ()) -> pd.DataFrame:
        """Return what was and is done about orders, the newest first.

        Arguments:
            states: planned, held, sent, accepted, refused, confirmed, expired, dropped; all when empty.
        """
        return order_changes_frame(self.parts.database, self.store, self.site, states)

    def completeness(self) -> pd.DataFrame:
        """Return each day's orders by Amazon's own count, as we have them, and as Commerce has them."""
        return completeness_frame(self.parts.database, self.store)

    def ledger(self, *, check: bool = False) -> pd.DataFrame:
        """Return what orders do to each product's stock, in units: what came, left, is reserved, is held (OR-05).

        Beside it stands what nothing explains of the units that Commerce could sell when the stock was last checked,
        which is done once a day. The orders of all stores that sell from the same stock count.

        Arguments:
            check: compare it with Commerce's count now.

        Raises:
            UsageError: it was never read what the store's website sells from.
            RemoteError: Commerce could not be read.
            LeaseError: another run checks this stock now.
        """
        if check:
            check_stock(self.parts, self.store)
        websites = self.parts.stock_websites(self.parts.settings.stores[self.store].website)
        with self.parts.database.read() as connection:
            last = read_last_check(connection, websites)
        return ledger_frame(self.parts.database, websites, last.counts if last else (), last.at if last else None)

    def delays(self, days: int = DAYS) -> pd.DataFrame:
        """Return how long orders, shipments, cancellations and quantities took to the other side, and the promise.

        In seconds, and how many took how long (SY-05).

        Arguments:
            days: what came to its end in the last so many days counts.

        Raises:
            UsageError: that is no day at all.
        """
        if days < 1:
            raise UsageError(f"Nothing came to its end in {days} days.", "Name one day at least.")
        return delays_frame(self.parts.database, self.store, self.parts.now() - days * DAY)

    def plan(self) -> OrderPlan:
        """Return what a cycle would do about orders now, and which are blocked; nothing is written and nothing sent."""
        return plan_orders(self.parts, self.store)

    def cancel(self, order_ids: str | Sequence[str], reason: str, by: str = "") -> OrderPlan:
        """Return the plan that cancels orders on Amazon: only what is unshipped, each for a reason of Amazon's (OR-12).

        Arguments:
            order_ids: Amazon's numbers.
            reason: NoInventory, BuyerCanceled, ShippingAddressUndeliverable, CustomerExchange, ...
            by: your name; else your login.
        """
        ids = [order_ids] if isinstance(order_ids, str) else order_ids
        return plan_cancelling(self.parts, self.store, ids, reason, by)

    def refund(self, return_id: str, *, restock: int | None = None, by: str = "") -> OrderPlan:
        """Return the plan that refunds a return in Commerce, never at the bank (OR-13).

        Arguments:
            return_id: as `returns` names it.
            restock: how many of its units go back into stock; all of them where it is left out.
            by: your name; else your login.
        """
        return plan_refund(self.parts, self.store, return_id, restock=restock, by=by)

    def correct_address(self, order_id: str, by: str = "", **changed: str | Sequence[str]) -> str:
        """Correct where an order goes, in Commerce alone, and say so (OR-08).

        An order that Commerce does not have yet is made there with the corrected address.

        Arguments:
            order_id: Amazon's number.
            changed: name, company, lines, city, region, postcode, country, phone; the others stay.
        """
        return correct_address(self.parts, self.store, order_id, by, changed)

    def backfill(self, since: Moment, until: Moment, by: str = "") -> str:
        """Ask for the orders of earlier days, from before the store was connected; thirty days at the most (OR-01).

        Arguments:
            since, until: days, both of them included, by the marketplace's clock.
            by: your name; else your login.
        """
        return ask_backfill(self.parts, self.store, since, until, by)

    def release(self, order_id: str, reason: str, by: str = "") -> str:
        """Let an order that Amazon's report told of and that cannot be read keep nothing off offer any more.

        Arguments:
            order_id: Amazon's number, as `blocked` shows it.
            reason: why; it is kept with your name.
            by: your name; else your login.
        """
        return release_unread(self.parts, self.store, order_id, reason, by)

    def _wanted(self, **filters: Any) -> Wanted:
        return read_wanted(self.site, **filters)

    def _frame(self, wanted: Wanted, first: int, most: int | None) -> pd.DataFrame:
        found = read_orders(self.parts.database, self.store, wanted, first=first, most=most)
        return orders_frame(found, self.site, self.parts.now())


def all_orders(books: Sequence[OrderBook], **filters: Any) -> pd.DataFrame:
    """Return the orders of several stores in one frame, the newest first.

    Arguments:
        filters: as for `OrderBook.all`.
    """
    return join_frames([book.all(**filters) for book in books])


def tell_person(person: Person) -> list[tuple[str, str]]:
    """Return who somebody is, line by line, for the screen of whoever may see it."""
    address = person.corrected.address
    lines = [("Name", person.name), ("E-mail", person.email), ("Company", person.company)]
    lines.append(("Purchase order", person.purchase_order))
    if address is not None:
        lines += [("Goes to", address.name), ("Company there", address.company)]
        lines += [("Address", line) for line in address.lines]
        lines += [("City", address.city), ("Region", address.region), ("Postcode", address.postcode)]
        lines += [("Country", address.country), ("Phone", address.phone)]
    if person.correction is not None:
        lines.append(("Corrected", "Amazon has another address; Commerce's order goes to this one."))
    return [(label, value) for label, value in lines if value]
