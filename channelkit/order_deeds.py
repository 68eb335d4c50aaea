"""What a person asks for about orders: cancel, refund, correct an address, read earlier ones. Each is a plan first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from channelkit.commerce.orders import save_address
from channelkit.database import backfills, history, order_journal, unread_orders
from channelkit.database.lease import hold
from channelkit.database.orders import ORDER, mark_complete
from channelkit.database.returns import load_returns
from channelkit.errors import PlanError, UsageError
from channelkit.model.marketplaces import Marketplace
from channelkit.model.orders import CANCEL, CREATE, Address, OrderChange, lay_address
from channelkit.model.tables import HISTORY
from channelkit.order_facts import load_book
from channelkit.order_parts import order_cycle, order_terms, stock_checker
from channelkit.orders.addresses import normalise
from channelkit.orders.body import write_address
from channelkit.orders.book import ON_THE_WAY, Case, write_body
from channelkit.orders.cancelling import REASONS, check_reason, why_not
from channelkit.orders.returning import write_refund
from channelkit.outcome import OrderOutcome
from channelkit.parts import Parts
from channelkit.people.redaction import hiding
from channelkit.report.order_plan import OrderPlan, fingerprint
from channelkit.report.order_words import Moment, read_end, read_start
from channelkit.report.wording import counted
from channelkit.runner import hold_store

PARTS = tuple(Address.__dataclass_fields__)
"""Parts of an address that can be corrected."""

Making = Callable[[], tuple[list[OrderChange], dict[str, str]]]


def plan_orders(parts: Parts, store: str) -> OrderPlan:
    """Return what a cycle would do about a store's orders now, from the facts as they were last read.

    Raises:
        UsageError: the store has no seller account yet.
    """
    _demand_account(parts, store)
    cycle = order_cycle(parts, store)
    decision = cycle.decide(cycle.load())

    def do(plan: OrderPlan) -> str:
        with hold_store(parts, store, "orders") as (held, lease, outcome):
            cycle = order_cycle(parts, store, held.run)
            read_at, book = parts.now(), cycle.load()
            decision = cycle.decide(book)
            if fingerprint(decision.changes) != plan.fingerprint:
                raise _moved(store)
            planned = cycle.record(decision, read_at)
            # What a person has approved goes as a whole; the rest of it could not be approved again as it was.
            applied = cycle.apply(planned, book, lease, seconds=float("inf"))
            outcome.orders = OrderOutcome(decision, applied)
        counts = {name: getattr(applied, name) for name in ("accepted", "refused", "unanswered", "left")}
        return ", ".join(f"{count:,} {name}" for name, count in counts.items()) + f". {applied.stopped}".rstrip()

    site = parts.settings.stores[store].site
    return OrderPlan(store, site, decision.changes, decision.stands, parts.why_silent(store), {}, do)


def plan_cancelling(parts: Parts, store: str, order_ids: Sequence[str], reason: str, by: str) -> OrderPlan:
    """Return the plan that cancels orders on Amazon; only what is unshipped can be (OR-12).

    Arguments:
        reason: one of Amazon's; see `channelkit.orders.cancelling.REASONS`.
        by: who asks; kept with it.

    Raises:
        UsageError: Amazon knows no such reason, or the store no such order.
    """
    section = parts.settings.stores[store]
    why = check_reason(reason, order_terms(parts, store))

    def make() -> tuple[list[OrderChange], dict[str, str]]:
        cases, now = _load_cases(parts, store, order_ids), parts.now()
        refused = {order_id: words for order_id, case in cases.items() if (words := why_not(case))}
        asked = [
            OrderChange(
                order_id,
                CANCEL,
                body=write_body(reason=why),
                because=f"{REASONS[why]}.",
                caused_at=now,
                ordered_by=by or parts.person,
            )
            for order_id in cases
            if order_id not in refused
        ]
        return asked, refused

    return _plan(parts, store, make, section.site)


def plan_refund(parts: Parts, store: str, return_id: str, *, restock: int | None, by: str) -> OrderPlan:
    """Return the plan that refunds a return in Commerce: a credit memo, and what goes back into stock (OR-13).

    Arguments:
        return_id: as `channelkit.order_book.OrderBook.returns` names it.
        restock: how many of its units go back into stock; all of them where None.

    Raises:
        UsageError: there is no such return, or Commerce has nothing of it to refund.
    """

    def make() -> tuple[list[OrderChange], dict[str, str]]:
        with parts.database.read() as connection:
            found = [back for back in load_returns(connection, store) if back.return_id == return_id]
        if not found:
            raise UsageError(
                f"Store {store!r} knows no return {return_id!r}.", "Look at them with: channelkit orders returns"
            )
        back = found[0]
        case = _load_cases(parts, store, [back.order_id])[back.order_id]
        units = back.units if restock is None else restock
        return [write_refund(case, back, restock=units, by=by or parts.person, now=parts.now())], {}

    return _plan(parts, store, make, parts.settings.stores[store].site)


def correct_address(
    parts: Parts, store: str, order_id: str, by: str, changed: Mapping[str, str | Sequence[str]]
) -> str:
    """Correct the address that an order goes to in Commerce, and say so; Amazon keeps its own (OR-08, OR-09).

    While Commerce does not have the order, the correction is kept, encrypted, until it is made there. What is kept of
    the buyer is read for it, and that somebody looked is kept.

    Arguments:
        changed: parts of the address and what they are to be: name, company, lines, city, region, postcode, country,
            phone; the others stay.

    Raises:
        UsageError: a part is none, Commerce has the order twice, the address lacks something, or nothing is kept of
            the person any more.
        PlanError: Commerce has the order, and the store sends nothing now.
        LeaseError: another run works on the store.
    """
    unknown = sorted(set(changed) - set(PARTS))
    if unknown or not any(changed.values()):
        raise UsageError(
            f"An address has no {unknown[0]!r}." if unknown else "Nothing is to be corrected.",
            f"Its parts are: {', '.join(PARTS)}.",
        )
    case = _load_cases(parts, store, [order_id])[order_id]
    if case.copy is None and case.copies:
        raise UsageError(
            f"Order {order_id} is there twice in Commerce.", "Cancel one of them; correct the address of the other."
        )
    if case.copy is None and case.of_kind(CREATE, ON_THE_WAY):
        raise UsageError(
            f"Order {order_id} is on its way to Commerce.", "Correct its address once a cycle has read it there."
        )
    silent = parts.why_silent(store)
    if case.copy is not None and silent:
        raise PlanError(f"Store {store!r} sends nothing: {silent}", "The address was not changed.")
    by = by or parts.person
    person = parts.vault.read(store, order_id, by, "correcting the address in Commerce")
    if person is None:
        raise UsageError(f"Nothing is kept of who bought order {order_id}.", "Correct its address in Commerce.")
    correction = _address(changed)
    whole = replace(person, correction=lay_address(person.correction, correction)).corrected
    place = normalise(whole, order_terms(parts, store))
    if place.missing:
        raise UsageError(
            f"The address of order {order_id} lacks: {', '.join(place.missing)}.", "Name these parts, too."
        )
    with hold(parts.database, f"store/{store}", f"address/{order_id}/{parts.now()}"):
        if case.copy is not None:
            with hiding(whole):
                save_address(parts.commerce, case.copy, write_address(place, person.email, "shipping"))
        with parts.database.write() as connection:
            parts.vault.correct(connection, store, order_id, correction, by)
            mark_complete(connection, store, order_id)
    if case.copy is None:
        return f"The correction is kept. Order {order_id} goes to the corrected address once it is made in Commerce."
    return f"Commerce's order {case.copy.increment_id} goes to the corrected address. Amazon's was not changed."


def check_stock(parts: Parts, store: str) -> None:
    """Compare the ledger with Commerce's own count of the stock that a store sells from, and keep what was found.

    Raises:
        UsageError: it was never read what the store's website sells from.
        RemoteError: Commerce could not be read.
        LeaseError: another run checks this stock now.
    """
    checker = stock_checker(parts, store, "")
    if checker is None:
        website = parts.settings.stores[store].website
        raise UsageError(
            f"It was never read what website {website!r} sells from, so its stock cannot be counted.",
            "Read it first: channelkit pull.",
        )
    checker.check()


def ask_backfill(parts: Parts, store: str, since: Moment, until: Moment, by: str) -> str:
    """Keep that a person wants the orders of earlier days, and say so; the next cycles read them.

    Arguments:
        since, until: days, both of them included, by the marketplace's clock; thirty at the most.

    Raises:
        UsageError: the window is empty, too long, or not over yet; or nobody says who wants it.
    """
    zone = parts.settings.stores[store].site.time_zone
    start, end = read_start(since, zone), read_end(until, zone)
    if start is None or end is None:
        raise UsageError("A backfill needs its first and its last day.", "Write them as 2026-11-01 and 2026-11-24.")
    with parts.database.write() as connection:
        # The last day may be today: it is read to this moment.
        now = parts.now()
        backfills.ask_backfill(connection, store, since=start, until=min(end, now), by=by or parts.person, at=now)
    return "It is kept. The next cycles read these orders, and treat them as any other: read, held and copied."


def release_unread(parts: Parts, store: str, order_id: str, reason: str, by: str) -> str:
    """Let an order that could never be read keep nothing off offer any more, and say so; the history keeps who did it.

    When Amazon's report tells that the order changed, it keeps its units again.

    Arguments:
        reason: why, in the person's own words.

    Raises:
        UsageError: no reason is given, or no such order holds anything.
    """
    by, at = by or parts.person, parts.now()
    if not reason.strip():
        raise UsageError("Why are its units let go?", "Say what you saw in Seller Central: --reason WHY.")
    with parts.database.write() as connection:
        units = unread_orders.release_unread(connection, store, order_id)
        if not units:
            raise UsageError(
                f"Store {store!r} has no order {order_id!r} that was not read and holds units.",
                "channelkit orders blocked shows those that could not be read.",
            )
        who = f"{by}{history.WHY}{reason.strip()}"
        row = {"seen_at": at, "store": store, "subject": ORDER, "sku": order_id, "field": "held_units"}
        row |= {"before": str(units), "after": "0", "because": who, "run": ""}
        history.append(connection, pa.Table.from_pylist([row], HISTORY), at)
    return f"Order {order_id} holds nothing any more; the next cycle offers {counted(units, 'unit')} again."


def _plan(parts: Parts, store: str, make: Making, site: Marketplace) -> OrderPlan:
    asked, refused = make()

    def do(plan: OrderPlan) -> str:
        with hold(parts.database, f"store/{store}", f"orders/{plan.fingerprint}"):
            if fingerprint(make()[0]) != plan.fingerprint:
                raise _moved(store)
            with parts.database.write() as connection:
                kept = order_journal.record(connection, store, "", plan.changes, parts.now())
        return f"{counted(len(kept), 'thing')} to do kept; the next cycle carries them out."

    return OrderPlan(store, site, tuple(asked), (), parts.why_silent(store), refused, do)


def _load_cases(parts: Parts, store: str, order_ids: Sequence[str]) -> dict[str, Case]:
    section, ids = parts.settings.stores[store], list(dict.fromkeys(order_ids))
    terms, websites = order_terms(parts, store), parts.stock_websites(section.website)
    with parts.database.read() as connection:
        book = load_book(connection, terms, section.orders.store_view or section.store_view, websites, ids)
    unknown = [order_id for order_id in ids if order_id not in book.orders]
    if unknown or not ids:
        raise UsageError(
            f"Store {store!r} knows no order {unknown[0]!r}." if unknown else "No order is named.",
            "Name orders by Amazon's numbers.",
        )
    return {order_id: book.case(order_id) for order_id in ids}


def _demand_account(parts: Parts, store: str) -> None:
    if not parts.settings.stores[store].account:
        raise UsageError(parts.why_silent(store))


def _moved(store: str) -> PlanError:
    return PlanError(
        f"The facts have moved since the plan for the orders of store {store!r} was made.",
        "Nothing was done. Make a new plan, look at it, and apply that.",
    )


def _address(changed: Mapping[str, str | Sequence[str]]) -> Address:
    """Return the parts that are corrected as an address; the others are empty."""
    told: dict[str, Any] = {
        name: value if name != "lines" else tuple([value] if isinstance(value, str) else value)
        for name, value in changed.items()
    }
    return Address(**told)
