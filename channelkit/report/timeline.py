"""The story of one SKU on one line of time: both systems, our decisions and changes, and people (RP-06, TB-09)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from html import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.database.stories import Ask
from channelkit.report.deeds import read_deeds
from channelkit.report.sightings import AMAZON, CHANNELKIT, COMMERCE, PEOPLE, Event, read_sightings
from channelkit.report.subject import Subject, find_subject
from channelkit.report.wording import iso, moment

if TYPE_CHECKING:
    import pandas as pd

LATEST = 500
"""Rows that are read of each source at the most; the newest are told."""

TIMELINE = pa.schema(
    [(field.name, pa.int64() if field.name == "at" else pa.string()) for field in fields(Event)],
)
"""What `timeline` returns, the newest first; ``at`` in milliseconds since 1970, all else for a person."""

VISIBLE_WITHIN = 8 * 3_600_000
"""Milliseconds after which what Amazon shows is no longer put down to a change of ours."""

SHOWN = 60
"""Events that a card shows; text and frames have them all."""


def timeline(database: Database, store: str, sku: str, store_view: str | None = None) -> pa.Table:
    """Return everything that is known to have happened to a listing or a product, the columns of `TIMELINE`.

    Arguments:
        sku: a seller SKU, or the SKU of a product.
        store_view: code of the store view whose own values are told; None tells those of all.

    Raises:
        UsageError: neither side has it.
    """
    return read_timeline(database, find_subject(database, store, sku, store_view or ""), store_view).table()


def read_timeline(
    database: Database,
    subject: Subject,
    store_view: str | None = None,
    limit: int = LATEST,
    *,
    ask: Ask | None = None,
) -> Timeline:
    """Return everything that is known to have happened to a subject.

    Arguments:
        limit: rows that are read of each source at the most.
        ask: answers questions about the history of this SKU among others, see `channelkit.database.stories`.
    """
    seen, is_more = read_sightings(database, subject, limit, store_view, ask=ask)
    with database.read() as connection:
        done = read_deeds(connection, subject, limit)
    events = sorted([*_explained(seen, done), *done], key=lambda event: (-event.at, _follows(event)))
    if is_more:
        # What older rows would tell beside these is not known, so nothing is told of that time.
        since = seen[-1].at if seen else 0
        events = [event for event in events if event.at >= since]
    return Timeline(subject.store, subject.sku, tuple(events), is_more)


@dataclass(frozen=True)
class Timeline:
    """Events about one SKU, the newest first, as text, as HTML, as a frame and as plain values.

    Arguments:
        is_cut: there are older events that were not read.
    """

    store: str
    sku: str
    events: tuple[Event, ...]
    is_cut: bool = False

    def table(self) -> pa.Table:
        """Return the events as columns, see `TIMELINE`."""
        return pa.Table.from_pylist([asdict(event) for event in self.events], schema=TIMELINE)

    def frame(self) -> pd.DataFrame:
        """Return the events as a DataFrame, ``at`` in UTC."""
        import pandas as pd  # noqa: PLC0415 - heavy

        found = self.table()
        found = found.set_column(0, "at", found["at"].cast(pa.timestamp("ms", "UTC")))
        return found.to_pandas(types_mapper=pd.ArrowDtype)

    def to_list(self) -> list[dict[str, Any]]:
        """Return the events as plain values for another program, times in ISO 8601."""
        return [asdict(event) | {"at": iso(event.at)} for event in self.events]

    def __str__(self) -> str:
        lines = [f"{moment(event.at)}  {event.side:<10}  {in_words(event)}" for event in self.events]
        if self.is_cut:
            lines.append("What is older is left out.")
        return "\n".join(lines) or "Nothing has happened yet."

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from channelkit.report.card import frame_card  # noqa: PLC0415 - only where something is shown

        title = f"{escape(self.sku)} in store {escape(self.store)}"
        return frame_card(f"<header><h2>{title}</h2></header>{timeline_html(self)}")


def _follows(event: Event) -> int:
    """Return where an event stands among those of the same moment: what follows from the others comes last."""
    if event.state:
        return 0
    return {CHANNELKIT: 1, AMAZON: 2, COMMERCE: 2, PEOPLE: 3}[event.side]


def in_words(event: Event) -> str:
    """Return an event as one sentence.

    >>> in_words(Event(0, "Amazon", "Price on Amazon", "5.00 USD", "6.00 USD"))
    'Price on Amazon: 5.00 USD → 6.00 USD'
    >>> in_words(Event(0, "people", "End it", None, None, by="anna"))
    'End it, by anna'
    """
    values = {
        (True, True): "",
        (True, False): f": {event.after}",
        (False, True): f": {event.before} → nothing",
        (False, False): f": {event.before} → {event.after}",
    }[event.before is None, event.after is None]
    by = f", by {event.by}" if event.by and event.by not in ("Amazon", "Commerce", "channelkit") else ""
    rest = " ".join(filter(None, (f"({event.outcome})" if event.outcome else "", event.because)))
    return f"{event.what}{values}{by}{'. ' if rest and not event.outcome else ' ' if rest else ''}{rest}"


def timeline_html(told: Timeline, shown: int = SHOWN) -> str:
    """Return the events as a list for a card; everything in it is escaped."""
    if not told.events:
        return '<p class="quiet">Nothing has happened yet.</p>'
    items, day = [], ""
    for event in told.events[:shown]:
        date, _, clock = moment(event.at).partition(" ")
        if date != day:
            items.append(f'<li class="day">{date}</li>')
            day = date
        items.append(_item(event, clock.removesuffix(" UTC")))
    left = len(told.events) - shown
    more = f"{left:,} older events are not shown here." if left > 0 else "What is older is left out."
    foot = f'<p class="quiet">{more}</p>' if left > 0 or told.is_cut else ""
    return f'<ol class="time">{"".join(items)}</ol>{foot}'


def _item(event: Event, clock: str) -> str:
    by = event.by if event.by not in (event.side, "") else ""
    values = ""
    if event.before is not None and event.after is not None:
        values = f"<s>{escape(event.before)}</s> <i>→</i> <b>{escape(event.after)}</b>"
    elif event.after is not None:
        values = f"<b>{escape(event.after)}</b>"
    elif event.before is not None:
        values = f"<s>{escape(event.before)}</s>"
    lines = "".join(
        f'<div class="{name}">{escape(words)}</div>'
        for name, words in (("outcome", event.outcome), ("because", event.because))
        if words
    )
    state = f" {event.state}" if event.state else ""
    return (
        f'<li class="{event.side.lower()}{state}"><time>{clock}</time><span class="side">{event.side}</span>'
        f'<div class="what"><span>{escape(event.what)}</span> {values}'
        f"{f' <em>by {escape(by)}</em>' if by else ''}{lines}</div></li>"
    )


def _explained(seen: list[Event], done: list[Event]) -> list[Event]:
    """Say of what Amazon shows whether it is what a change of ours asked for."""
    asked = {
        "Price on Amazon": "Price for Amazon",
        "Quantity on Amazon": "Quantity for Amazon",
        "Handling days on Amazon": "Handling days for Amazon",
        "Condition on Amazon": "Condition for Amazon",
    }
    explained = []
    for event in seen:
        ours = [
            deed
            for deed in done
            if event.side == AMAZON
            and deed.what == asked.get(event.what)
            and 0 <= event.at - deed.at <= VISIBLE_WITHIN
            and deed.state in ("sent", "accepted", "confirmed", "expired")
        ]
        newest = max(ours, key=lambda deed: deed.at, default=None)
        is_ours = newest is not None and newest.after == event.after
        because = f"Our change of {moment(newest.at)} asked for it." if newest is not None and is_ours else ""
        explained.append(replace(event, because=because) if because else event)
    return explained
