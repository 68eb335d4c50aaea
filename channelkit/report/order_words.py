"""Orders in words: where one stands, how long there is left to ship it, and what is done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from channelkit.errors import UsageError
from channelkit.model import orders as kinds
from channelkit.model.decisions import MERCHANT
from channelkit.report.wording import duration

TO_SHIP = (kinds.UNSHIPPED, kinds.PARTIALLY_SHIPPED)
"""Statuses in which the merchant still has something to ship."""

STAGES = {
    "waiting": "Waits for the payment",
    "viewed": "Shown only",
    "earlier": "From before the store was connected",
    "blocked": "Blocked",
    "planned": "On its way to Commerce",
    "created": "In Commerce",
    "shipped": "Shipped",
    "complete": "Complete",
    "cancelled": "Cancelled",
}
"""Where an order stands with us, as `channelkit.model.orders.Stand` names it, and as a person reads it."""

DEEDS = {
    kinds.CREATE: "Create it in Commerce",
    kinds.INVOICE: "Invoice it in Commerce",
    kinds.SHIP: "Note its shipment in Commerce",
    kinds.CONFIRM: "Confirm its shipment to Amazon",
    kinds.CANCEL: "Cancel it on Amazon",
    kinds.CANCEL_COPY: "Cancel it in Commerce",
    kinds.REFUND: "Refund its return in Commerce",
}
"""What may be done about an order."""

Moment = datetime | date | str | None


def status_words(status: str) -> str:
    """Return Amazon's word for where an order stands as a person reads it; one that is new stays readable.

    >>> status_words("PARTIALLY_SHIPPED"), status_words("PENDING_AVAILABILITY")
    ('Partially shipped', 'Pending availability')
    """
    return status.replace("_", " ").capitalize()


def read_statuses(status: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return Amazon's words for the statuses that a person names, one or several.

    >>> read_statuses("partially shipped"), read_statuses(["Canceled", "SHIPPED"]), read_statuses("")
    (('PARTIALLY_SHIPPED',), ('CANCELLED', 'SHIPPED'), ())
    """
    named = [status] if isinstance(status, str) else list(status or ())
    words = [word.strip().upper().replace(" ", "_").replace("-", "_") for word in named]
    return tuple(kinds.CANCELLED if word == "CANCELED" else word for word in words if word)


def time_left(ship_by: int | None, now_ms: int) -> str:
    """Return how long there is left to ship, or by how much it is late.

    >>> time_left(5_400_000, 0), time_left(0, 7_200_000), time_left(None, 0)
    ('1 h 30 min left', '2 h late', '')
    """
    if ship_by is None:
        return ""
    minutes = abs(ship_by - now_ms) // 60_000
    length = duration(minutes * 60) if minutes else "under 1 min"
    return f"{length} {'left' if ship_by > now_ms else 'late'}"


def is_to_ship(status: str, fulfilled_by: str) -> bool:
    """Tell whether the merchant still has to ship something of an order.

    >>> is_to_ship("UNSHIPPED", "merchant"), is_to_ship("UNSHIPPED", "amazon"), is_to_ship("SHIPPED", "merchant")
    (True, False, False)
    """
    return fulfilled_by == MERCHANT and status in TO_SHIP


def read_start(when: Moment, zone: str) -> int | None:
    """Return the moment from which a person looks, in milliseconds since 1970; nothing where none is named.

    Arguments:
        when: a day (its beginning) or a moment, by the clock of the zone unless it says otherwise; may be blank.
        zone: IANA name of the marketplace's time zone.

    Raises:
        UsageError: it is no day and no moment.

    >>> read_start("2026-03-29", "Europe/Berlin"), read_start("", "Europe/Berlin")
    (1774738800000, None)
    """
    found = _read(when, zone)
    return None if found is None else _milliseconds(found[0])


def read_end(when: Moment, zone: str) -> int | None:
    """Return the moment before which a person looks: a day is looked at to its very end, however many hours it has.

    Raises:
        UsageError: it is no day and no moment.

    >>> (read_end("2026-03-29", "Europe/Berlin") - read_start("2026-03-29", "Europe/Berlin")) / 3_600_000
    23.0
    """
    found = _read(when, zone)
    if found is None:
        return None
    moment, is_day = found
    if not is_day:
        return _milliseconds(moment)
    return _milliseconds(datetime.combine(moment.date() + timedelta(days=1), time(), ZoneInfo(zone)))


def read_amount(amount: object) -> Decimal | None:
    """Return an amount that a person typed as an exact number; nothing where none is named.

    Raises:
        UsageError: it is no number.

    >>> read_amount("19.99"), read_amount(20), read_amount(None), read_amount("")
    (Decimal('19.99'), Decimal('20'), None, None)
    """
    text = "" if amount is None else str(amount).strip()
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UsageError(f"{text!r} is no amount.", "Write a number such as 19.99, without a currency.")
    return number


def _read(when: Moment, zone: str) -> tuple[datetime, bool] | None:
    if when is None or when == "":
        return None
    there = ZoneInfo(zone)
    if isinstance(when, str):
        text = when.strip()
        if not text:
            return None
        try:
            when = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(
                f"{text!r} is no day and no moment.",
                f"Write it as 2026-11-24 or 2026-11-24 14:00, by the clock of {zone}.",
            ) from None
    if not isinstance(when, datetime):
        return datetime.combine(when, time(), there), True
    return (when if when.tzinfo else when.replace(tzinfo=there)), False


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
