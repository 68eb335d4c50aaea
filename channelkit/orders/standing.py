"""Where one order stands, for a person: its stage, what is in its way, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import (
    CANCEL,
    CANCEL_COPY,
    CANCELLED,
    CREATE,
    PARTIALLY_SHIPPED,
    REFUND,
    SHIPPED,
    STATUSES,
    UNPAID,
    UNSHIPPED,
    OrderChange,
    Stand,
)
from channelkit.orders.blockers import Blocker
from channelkit.orders.book import ON_THE_WAY, Case
from channelkit.orders.cancelling import has_left, is_cancelling
from channelkit.orders.confirming import GONE_AFTER, copy_differs
from channelkit.orders.creation import rule_of
from channelkit.orders.terms import OrderTerms
from channelkit.orders.totals import write_amount

_NOTHING = "Nothing is to be done."


def stand_of(
    case: Case, terms: OrderTerms, going: Sequence[OrderChange], blockers: Sequence[Blocker], now: int
) -> Stand:  # fmt: skip
    """Return where an order stands, once it is decided what is done about it.

    Arguments:
        going: the changes that are planned or on their way.
        blockers: what stands in its way, the weightiest first; the facts of its copy are looked at here.
        now: milliseconds since 1970.
    """
    order_id = case.order.order_id
    stage, next_step = _stage(case, terms, going)
    found = _of_copies(case, now) or next(iter(blockers), None) or _of_amazon(case, stage)
    if found is None:
        return Stand(order_id, stage, "", _note(case, going), next_step)
    # Whatever a person has to see to is no end, so that it is decided on again until they have.
    if stage == "planned" or found.name == "doubled" or (stage == "cancelled" and found.name != "shipped_cancelled"):
        stage = "blocked"
    return Stand(order_id, stage, found.name, found.note, found.fix)


def _stage(case: Case, terms: OrderTerms, going: Sequence[OrderChange]) -> tuple[str, str]:
    """Return an order's stage, and what comes next by itself."""
    if case.order.status == CANCELLED:
        undone = any(change.kind == CANCEL_COPY for change in going) or case.of_kind(CANCEL_COPY, ON_THE_WAY)
        if undone or case.of_kind(CREATE, ON_THE_WAY):
            return "planned", "Its copy in Commerce is cancelled by itself."
        return "cancelled", _NOTHING
    if case.copy is not None or case.copies:
        return _stage_of_copied(case, going)
    if not terms.takes(case.order.created_at):
        return "earlier", "A backfill would bring it: channelkit orders backfill."
    return _stage_of_copyless(case, terms, going)


def _stage_of_copyless(case: Case, terms: OrderTerms, going: Sequence[OrderChange]) -> tuple[str, str]:
    if is_cancelling(case):
        return "planned", "It is being cancelled on Amazon."
    if case.of_kind(CREATE, (*ON_THE_WAY, "confirmed")) or any(change.kind == CREATE for change in going):
        return "planned", "The next reading of Commerce shows it."
    return _stage_of_unasked(case, terms)


def _stage_of_copied(case: Case, going: Sequence[OrderChange]) -> tuple[str, str]:
    is_sent = case.order.status == SHIPPED or case.order.fulfilled_by != MERCHANT
    if case.copy is not None and case.copy.state in ("complete", "closed") and is_sent:
        on_the_way = any(change.state in ON_THE_WAY for change in case.changes if change.kind != REFUND)
        if on_the_way or any(change.kind != REFUND for change in going):
            return "shipped", "The next reading shows what was sent."
        return "complete", _NOTHING
    if is_sent and not case.live_copies:
        return "complete", _NOTHING
    if is_sent:
        return "shipped", "Commerce completes it once it is invoiced and shipped there."
    if is_cancelling(case):
        return "created", "It is being cancelled on Amazon."
    return "created", "Send it in Commerce with a tracking number; Amazon is told by itself."


def _stage_of_unasked(case: Case, terms: OrderTerms) -> tuple[str, str]:
    if not terms.import_orders:
        return "viewed", "Turn the store's import_orders on to have orders in Commerce."
    if case.is_viewed:
        is_sent = case.order.status == SHIPPED
        return ("complete", _NOTHING) if is_sent else ("viewed", "Send the rest on Amazon, where the first part was.")
    if rule_of(case.order, terms).creates:
        return "blocked", ""
    if case.order.status in UNPAID:
        return "waiting", "It is imported once Amazon shows it as paid."
    return "waiting", "It is imported once Amazon shows it as shipped."


def _of_copies(case: Case, now: int) -> Blocker | None:
    """Return what is wrong with an order's copies in Commerce."""
    order, live, copy = case.order, case.live_copies, case.copy
    if copy is not None and copy.state == "holded":
        return Blocker("on_hold", f"{copy.increment_id} is on hold in Commerce.")
    if order.status == CANCELLED:
        left = next((each for each in live if has_left(each)), None)
        return Blocker("shipped_cancelled", f"Amazon cancelled it, and {left.increment_id} was sent.") if left else None
    if len(live) > 1:
        numbers = " and ".join(each.increment_id for each in live)
        return Blocker("doubled", f"Commerce has it {len(live)} times, as {numbers}.")
    if case.copies and not live and order.status == UNSHIPPED and not is_cancelling(case):
        return Blocker("cancelled_in_commerce", f"{case.copies[0].increment_id} is cancelled in Commerce alone.")
    if case.copies and not live and order.status in (PARTIALLY_SHIPPED, SHIPPED):
        return Blocker("sent_without_copy", f"It was sent, and {case.copies[0].increment_id} is cancelled in Commerce.")
    return _of_creation(case, now)


def _of_creation(case: Case, now: int) -> Blocker | None:
    created, copy = next(iter(case.of_kind(CREATE, ON_THE_WAY)), None), case.copy
    if created is not None and copy is not None and copy_differs(case, created):
        has, wanted = (write_amount(amount or 0, case.order.currency) for amount in (copy.total, case.order.total))
        return Blocker("copy_differs", f"{copy.increment_id} has a total of {has}; Amazon says {wanted}.")
    taken = created.accepted_at if created is not None and created.state == "accepted" else None
    if created is not None and copy is None and taken is not None and now - taken >= GONE_AFTER:
        number = created.submission_id or "an order"
        return Blocker("copy_missing", f"Commerce took it as {number}, and no reading shows it.")
    return None


def _of_amazon(case: Case, stage: str) -> Blocker | None:
    """Return what Amazon says of an order that a person should know."""
    order = case.order
    if order.status not in STATUSES:
        return Blocker(
            "unknown_status", f"Amazon shows it as {order.status or 'nothing'}, which channelkit does not know."
        )
    wants = order.wants_cancellation and order.status == UNSHIPPED and order.fulfilled_by == MERCHANT
    if wants and stage in ("planned", "created") and not is_cancelling(case):
        return Blocker("cancellation_wanted", "The buyer asked Amazon to cancel it.")
    return None


def _note(case: Case, going: Sequence[OrderChange]) -> str:
    """Return a sentence on what is done now, or why; empty where the stage says it all."""
    if case.is_viewed and not case.copies:
        return "It is not made in Commerce: it was sent while orders were only shown."
    late = next((change for change in going if change.kind == CREATE and change.state == "sent"), None)
    if late is not None:
        return "Commerce did not answer; it is looked for before it is sent again."
    dropped = next((c for c in reversed(case.of_kind(CANCEL)) if c.state in ("dropped", "expired")), None)
    if dropped is not None:
        return f"It was not cancelled as asked. {dropped.note}"
    if case.order.status == CANCELLED and case.order.cancel_reason:
        return f"Amazon's reason: {case.order.cancel_reason}."
    return next((change.because for change in going), "")
