"""What most likely went wrong, from everything that surrounds it: the gravest first, each with what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from channelkit.database.feeds import OPEN, STUCK_AFTER
from channelkit.orders.blockers import OUT_OF_STOCK
from channelkit.trends.error_words import put_in_words
from channelkit.trends.incident import Evidence, Sale

OLD = 3_600_000
"""Milliseconds after which facts that a cycle reads are old."""

NAMED = 5
"""Orders that a sentence names."""


@dataclass(frozen=True)
class Likely:
    """Something that explains an incident.

    Arguments:
        key: names its kind: oversold, shut out, suppressed, stuck, blocked, refused, unseen, held, late, gone, silent,
            old.
        title: what it is, in a sentence.
        words: what is known of it: figures, times, the other side's words.
        fix: what to do next.
        at: since when, in milliseconds since 1970; None where that is not known.
    """

    key: str
    title: str
    words: str
    fix: str
    at: int | None = None


def find_likely(evidence: Evidence) -> tuple[Likely, ...]:
    """Return what most likely went wrong, the most likely first; nothing where nothing speaks for anything.

    What shuts the whole store out comes before what concerns the SKU alone, for it explains that as well; an oversell
    comes first of all, because somebody waits for a parcel.
    """
    return tuple(likely for check in _CHECKS for likely in check(evidence))


_OWN = ("oversold", "suppressed", "stuck", "blocked", "refused", "unseen", "held", "late", "gone")
"""Kinds of trouble that are a SKU's or an order's own, the gravest first."""


def gravity(likely: Sequence[Likely]) -> int:
    """Return where the gravest trouble of its own stands among all kinds; what a whole store has tells none apart."""
    return min((_OWN.index(each.key) for each in likely if each.key in _OWN), default=len(_OWN))


def oversold_by(evidence: Evidence) -> int:
    """Return how many units Amazon sold that are not there: still to be sent, beyond what Commerce can sell.

    An order that is copied over REST reserves nothing in Commerce, so what is to be sent is not yet taken off.
    """
    if evidence.salable is None:
        return 0
    return max(0, _owed(evidence) - max(0, evidence.salable))


def _owed(evidence: Evidence) -> int:
    return sum(sale.open for sale in _waiting(evidence))


def _waiting(evidence: Evidence) -> list[Sale]:
    return [sale for sale in evidence.sales if sale.open > 0 and sale.fulfilled_by == "merchant"]


def _oversold(evidence: Evidence) -> Iterator[Likely]:
    short = [sale for sale in evidence.sales if sale.blocker == OUT_OF_STOCK]
    missing, waiting = oversold_by(evidence), _waiting(evidence)
    if not short and not (missing and evidence.found.kind != "order"):
        return
    named = waiting or short
    there, owed = max(0, evidence.salable or 0), sum(sale.open for sale in named)
    told = [
        f"{_units(owed)} are to be sent for {_orders(named)}; Commerce can sell {there:,}"
        + (f" (read {_moment(evidence.stock_at)})." if evidence.stock_at else ".")
    ]
    told += _delays(evidence, min(sale.created_at for sale in named))
    title = (
        f"Oversold: Amazon sold {_units(missing)} more than there are."
        if missing
        else "Oversold: an order waits for stock that is not there."
    )
    fix = (
        "Put stock into the website's sources in Commerce, or cancel the newest of these orders: channelkit orders "
        f"cancel {max(named, key=lambda sale: sale.created_at).order_id} --store {evidence.found.store} "
        "--reason NoInventory"
    )
    yield Likely("oversold", title, " ".join(told), fix, min(sale.created_at for sale in named))


def _delays(evidence: Evidence, since: int) -> Iterator[str]:
    """Yield how long the quantities took that ought to have prevented it."""
    falls = [
        row
        for row in evidence.changes.to_pylist()
        if row["field"] == "quantity" and row["after"] is not None and row["after"] < (row["before"] or 0)
    ]
    for row in falls[:2]:
        steps = [f"was wanted at {_moment(row['wanted_at'])}"]
        names = (("sent_at", "sent"), ("accepted_at", "accepted"), ("seen_at", "seen on Amazon"))
        steps += [f"{word} after {_length(row[name] - row['wanted_at'])}" for name, word in names if row[name]]
        if not row["seen_at"]:
            steps.append(f"and is {row['state']}" + (f" ({row['note'].rstrip('.')})" if row["note"] else ""))
        yield f"Quantity {row['before']:,} → {row['after']:,} {', '.join(steps)}."
    between = [
        sale
        for sale in evidence.sales
        if falls and falls[0]["wanted_at"] <= sale.created_at <= (falls[0]["seen_at"] or evidence.now_ms)
    ]
    if between:
        yield f"{_orders(between)} came between wanting it and seeing it."
    elif falls and falls[0]["wanted_at"] > since:
        yield "The units were sold before Commerce's stock told that they were not there."


def _shut_out(evidence: Evidence) -> Iterator[Likely]:
    for row in evidence.errors.to_pylist():
        words = put_in_words(
            row["code"], system=row["system"], status=row["status"], message=row["said"], fix=row["fix"]
        )
        if row["kind"] == "call" and words.stops_store and row["open"]:
            told = (
                f"The call {row['operation']} has failed {_times(row['count'])} since {_moment(row['first_seen'])}, "
                f"the last time at {_moment(row['last_seen'])}. Nothing of the store is read or sent while it lasts."
            )
            yield Likely("shut out", row["meaning"], told, row["fix"], row["first_seen"])


def _suppressed(evidence: Evidence) -> Iterator[Likely]:
    for issue in evidence.issues:
        if not issue.is_blocking:
            continue
        words = put_in_words(
            issue.code, kind="listing issue", system="amazon", message=issue.message, categories=issue.categories
        )
        about = f" It is about {', '.join(issue.attributes)}." if issue.attributes else ""
        code = f" (code {issue.code})" if issue.code else ""
        title = "Amazon does not let it be sold: " + (words.meaning if words.is_known else "its own words are below.")
        yield Likely("suppressed", title, f"Amazon says{code}: {issue.message}{about}", words.fix, issue.since)


def _stuck(evidence: Evidence) -> Iterator[Likely]:
    for feed in evidence.feeds:
        age = evidence.now_ms - feed.submitted_at
        if feed.state in OPEN and age > STUCK_AFTER:
            words = put_in_words("FeedStuck", kind="bulk submission")
            told = (
                f"Bulk submission {feed.feed_id} with {feed.messages:,} messages was handed in at "
                f"{_moment(feed.submitted_at)}, {_length(age)} ago, and Amazon has not answered for it."
            )
            yield Likely("stuck", words.meaning, told, words.fix, feed.submitted_at)
            return
    newest = evidence.feeds[0] if evidence.feeds else None
    if newest is not None and newest.state in ("failed", "lost"):
        words = put_in_words("FeedLost" if newest.state == "lost" else "FATAL", kind="bulk submission", system="amazon")
        told = f"Bulk submission {newest.feed_id} of {_moment(newest.submitted_at)}: {newest.note or newest.state}"
        yield Likely("stuck", words.meaning, told, words.fix, newest.submitted_at)


def _changes(evidence: Evidence) -> Iterator[Likely]:
    """Yield what became of the newest change of each field, where that was nothing good."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in evidence.changes.to_pylist():
        if row["state"] not in ("dropped", "planned"):
            newest.setdefault(row["field"], row)
    for field, row in newest.items():
        kind = {"order": "order change", "product": "catalog change"}.get(row["subject"], "listing change")
        said = (row["note"] or "").strip()
        if row["state"] == "refused":
            words = put_in_words(row["code"], kind=kind, system=row["towards"].lower(), message=said)  # type: ignore[arg-type]
            title = f"{row['towards']} refused {_what(field)}."
            told = " ".join(filter(None, (words.meaning, said if words.is_known else "", words.next_attempt)))
            yield Likely("refused", title, told, words.fix, row["ended_at"])
        elif row["is_late"] or row["state"] == "expired":
            words = put_in_words("NotSeen", kind=kind)  # type: ignore[arg-type]
            title = f"{_what(field).capitalize()} was accepted and never seen."
            sent = f"It was sent at {_moment(row['sent_at'])}. " if row["sent_at"] else ""
            yield Likely("unseen", title, f"{sent}{words.meaning}", words.fix, row["sent_at"])
        elif row["state"] == "held":
            title = f"{_what(field).capitalize()} is held for a person."
            fix = f"Look at it, and let it go if it is right: channelkit plan --store {evidence.found.store}"
            yield Likely("held", title, said or "A guard holds it.", fix, row["wanted_at"])


def _blocked(evidence: Evidence) -> Iterator[Likely]:
    told: set[str] = set()
    for sale in evidence.sales:
        if not sale.blocker or sale.blocker == OUT_OF_STOCK or sale.order_id in told:
            continue
        told.add(sale.order_id)
        title = f"Order {sale.order_id} cannot go on: {sale.blocker.replace('_', ' ')}."
        yield Likely("blocked", title, sale.note, sale.next_step or "See: channelkit orders blocked", sale.created_at)


def _late(evidence: Evidence) -> Iterator[Likely]:
    late = {sale.order_id: sale for sale in _waiting(evidence) if sale.ship_by and sale.ship_by < evidence.now_ms}
    for order_id, sale in list(late.items())[:NAMED]:
        due = sale.ship_by or 0
        words = f"It was to be shipped by {_moment(due)}, {_length(evidence.now_ms - due)} ago."
        yield Likely("late", f"Order {order_id} is late.", words, "Ship it, and write down its tracking number.", due)


def _silent(evidence: Evidence) -> Iterator[Likely]:
    if evidence.silent:
        yield Likely("silent", "The store sends nothing.", evidence.silent, "Do what the sentence above names.")


def _gone(evidence: Evidence) -> Iterator[Likely]:
    if evidence.missing_since is not None:
        words = f"It has not been found on Amazon since {_moment(evidence.missing_since)}."
        fix = "Look for it in Seller Central. If it was not meant to end, publish it: channelkit publish SKU"
        yield Likely("gone", "The listing is gone from Amazon.", words, fix, evidence.missing_since)


def _old(evidence: Evidence) -> Iterator[Likely]:
    for what, at in (("Amazon's listings", evidence.read_at), ("Commerce's stock", evidence.stock_at)):
        if at is not None and evidence.now_ms - at > OLD:
            age = _length(evidence.now_ms - at)
            words = f"They were last read at {_moment(at)}, {age} ago; all below may have moved on."
            yield Likely("old", f"{what}: what is known is old.", words, "Read anew: channelkit pull", at)


_CHECKS: tuple[Callable[[Evidence], Iterator[Likely]], ...] = (
    *(_oversold, _shut_out, _suppressed, _stuck, _blocked, _changes),
    *(_late, _gone, _silent, _old),
)


def _what(field: str) -> str:
    names = {"publish": "the new listing", "end": "the ending", "notes": "the condition note"}
    return names.get(field, f"the {field.replace('_', ' ')}")


def _orders(sales: list[Sale]) -> str:
    ids = list(dict.fromkeys(sale.order_id for sale in sales))
    named = ", ".join(ids[:NAMED]) + (f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else "")
    return f"{'order' if len(ids) == 1 else f'{len(ids):,} orders'} {named}"


def _units(number: int) -> str:
    return f"{number:,} unit{'' if number == 1 else 's'}"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _moment(ms: int | None) -> str:
    return "–" if ms is None else f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _length(ms: int) -> str:
    seconds = max(0, ms) // 1000
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size:,} {unit}"
    return f"{seconds} s"
