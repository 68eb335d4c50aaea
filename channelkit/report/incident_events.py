"""The one line of time of an incident: its history, orders, calls that failed, bulk submissions, runs, the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from channelkit.database.connection import Database
from channelkit.model.orders import KINDS, OrderChange
from channelkit.report.deeds import tell_outcome
from channelkit.report.order_details import deed_words
from channelkit.report.order_words import status_words
from channelkit.report.sightings import AMAZON, CHANNELKIT, COMMERCE, Event
from channelkit.report.subject import find_subject
from channelkit.report.timeline import LATEST, Timeline, read_timeline
from channelkit.report.wording import counted, duration, moment, shareable
from channelkit.trends.change_log import Wanted, read_change_log
from channelkit.trends.incident import Carried, Entry, Evidence, FailedRun, Sale

_SIDES = {"amazon": AMAZON, "commerce": COMMERCE}
_LEDGER = {
    "received": "Units set aside for an order",
    "shipped": "Units of an order left",
    "cancelled": "Units of an order set free",
    "refunded": "Units of an order put back into stock",
    "compensated": "Units made up for by Commerce",
}


def gather_events(database: Database, evidence: Evidence, history: Timeline | None) -> Timeline:
    """Return everything that happened around a SKU or an order, the newest first.

    Arguments:
        history: what happened to the SKU itself, where it was read already.
    """
    found = evidence.found
    if history is None and found.kind != "order":
        history = read_timeline(database, find_subject(database, found.store, found.name))
    told = list(history.events) if history else []
    if found.kind == "order":
        told += _of_skus(database, evidence)
    told += [_sold(sale) for sale in evidence.sales]
    told += _deeds(database, evidence)
    for row in evidence.errors.to_pylist():
        told += _failed(row)
    for feed in evidence.feeds:
        told += _carried(feed)
    told += _ran(evidence.runs)
    told += [_noted(entry) for entry in evidence.ledger]
    clean = [_clean(event) for event in told]
    clean.sort(key=lambda event: -event.at)
    return Timeline(found.store, found.name, tuple(clean), history.is_cut if history else False)


def _clean(event: Event) -> Event:
    """Take out of what others wrote, which a status or a title may quote as well, what must not leave the house."""
    before, after = (None if words is None else shareable(words) for words in (event.before, event.after))
    what, because, outcome = (shareable(words) for words in (event.what, event.because, event.outcome))
    return replace(event, before=before, after=after, what=what, because=because, outcome=outcome)


def _of_skus(database: Database, evidence: Evidence) -> Iterator[Event]:
    """Yield what happened to an order's own SKUs since a day before it was placed: stock, quantities, our changes."""
    since = min((sale.created_at for sale in evidence.sales), default=evidence.now_ms) - 86_400_000
    for sku in evidence.skus[:5]:
        told = read_timeline(database, find_subject(database, evidence.found.store, sku), limit=LATEST)
        several = f" ({sku})" if len(evidence.skus) > 1 else ""
        yield from (replace(event, what=event.what + several) for event in told.events if event.at >= since)


def _sold(sale: Sale) -> Event:
    owed = f", {sale.open:,} to be sent" if sale.open else ""
    because = " ".join(filter(None, (sale.note, sale.next_step if sale.blocker else "")))
    read = (sale.first_seen_at - sale.created_at) / 1000
    outcome = f"read {duration(read)} later" if read >= 1 else ""
    return Event(
        sale.created_at,
        AMAZON,
        f"Order {sale.order_id}",
        None,
        f"{counted(sale.units, 'unit')}{owed}, {status_words(sale.status).lower()}",
        because,
        by=AMAZON,
        outcome=outcome,
        state="refused" if sale.blocker else "",
    )


def _deeds(database: Database, evidence: Evidence) -> Iterator[Event]:
    orders = sorted({sale.order_id for sale in evidence.sales})
    if not orders:
        return
    wanted = Wanted(skus=orders, fields=KINDS)
    for row in read_change_log(database, [evidence.found.store], wanted, now_ms=evidence.now_ms).to_pylist():
        words = deed_words(OrderChange(row["sku"], row["field"]))
        closed = row["seen_at"] if row["seen_at"] is not None else row["ended_at"]
        steps = {"planned_at": row["wanted_at"], "closed_at": closed}
        yield Event(
            row["wanted_at"],
            CHANNELKIT,
            f"{words}: {row['sku']}",
            None,
            None,
            row["because"],
            by=row["by"] or CHANNELKIT,
            outcome=tell_outcome(row | steps) + (" (late)" if row["is_late"] else ""),
            state=row["state"],
        )


def _failed(row: Mapping[str, Any]) -> Iterator[Event]:
    """Tell a group of failed calls by its first and its last one; the other kinds have events of their own."""
    if row["kind"] != "call":
        return
    side = _SIDES.get(row["system"], CHANNELKIT)
    named = f" ({row['code'] or row['status']})" if row["code"] or row["status"] else ""
    what = f"{row['operation'] or 'A reading'} failed{named}"
    if row["count"] > 1:
        ended = "" if row["open"] else " A later run went well."
        because = (
            f"{row['meaning']} It was the last of {row['count']:,}, the first at {moment(row['first_seen'])}.{ended}"
        )
        yield Event(row["last_seen"], side, what, None, None, because, by=side, state="refused")
    first = f"{row['meaning']} {row['fix']}"
    yield Event(row["first_seen"], side, what, None, None, first, by=side, state="refused")


def _carried(feed: Carried) -> Iterator[Event]:
    what = f"Bulk submission {feed.feed_id}"
    yield Event(
        feed.submitted_at, CHANNELKIT, what, None, f"{counted(feed.messages, 'message')}", "", outcome="handed in"
    )
    if feed.closed_at is not None:
        bad = "refused" if feed.state != "done" else "confirmed"
        yield Event(feed.closed_at, AMAZON, what, None, feed.state, feed.note, by=AMAZON, state=bad)


def _ran(runs: Sequence[FailedRun]) -> Iterator[Event]:
    """Yield runs that failed; of many of the same kind the newest one, which names the first."""
    kinds: dict[tuple[str, str, str], list[FailedRun]] = {}
    for run in runs:
        kinds.setdefault((run.job, run.state, run.error), []).append(run)
    for (job, state, error), alike in kinds.items():
        newest, first = alike[0], alike[-1]
        because = error.replace("\n", " ")
        if len(alike) > 1:
            because += f" It was the last of {len(alike):,}, the first at {moment(first.started_at)}."
        yield Event(newest.started_at, CHANNELKIT, f"Run {job} {state}", None, None, because, state="refused")


def _noted(entry: Entry) -> Event:
    what = f"{_LEDGER.get(entry.kind, entry.kind)}: {entry.order_id}"
    return Event(entry.at, CHANNELKIT, what, None, f"{counted(entry.units, 'unit')}", "", by=CHANNELKIT)
