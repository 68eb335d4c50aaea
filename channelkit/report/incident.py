"""One SKU, item or order: what it is, where it stands and why, what happened on both systems, and what went wrong.

Text for a terminal, a card for a notebook, a page that opens offline, plain values for another program. Who bought is
not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from channelkit.database.connection import Database
from channelkit.report.explanation import Explanation
from channelkit.report.incident_events import gather_events
from channelkit.report.order_details import OrderDetails
from channelkit.report.timeline import Timeline, in_words
from channelkit.report.wording import duration, iso, moment, shareable
from channelkit.trends.incident import Evidence, Found, find_what, read_evidence
from channelkit.trends.incident_causes import Likely, find_likely, gravity

LATEST = 25
"""Events that the text tells; the page has more."""

COMPARED = 6
"""Listings of the same name that are looked at for the one that is meant: a SKU may be in several stores."""

Explain = Callable[[str, str], Explanation | None]
Show = Callable[[str, str], OrderDetails]


@dataclass(frozen=True)
class Incident:
    """Everything that is known about what a person asked for.

    Arguments:
        what: as it was asked for.
        others: what else goes by the same name: the same item in other stores, other listings of it.
        likely: what most likely went wrong, the most likely first.
        explanation: where a listing or product stands and why; None for an order, or where it cannot be decided.
        order: the order; None for a SKU.
        timeline: what happened, on one line of time.
    """

    what: str
    others: tuple[Found, ...]
    evidence: Evidence
    likely: tuple[Likely, ...]
    explanation: Explanation | None
    order: OrderDetails | None
    timeline: Timeline

    @property
    def found(self) -> Found:
        return self.evidence.found

    @property
    def title(self) -> str:
        """What it is called."""
        if self.order is not None:
            return f"Order {self.found.name}"
        return (self.explanation.subject.title if self.explanation else "") or self.found.name

    @property
    def place(self) -> str:
        """Where it stands, in a line."""
        if self.order is not None:
            return f"{self.order.stage_words}; on Amazon: {self.order.order.status.replace('_', ' ').lower()}"
        told = self.explanation
        if told is None or told.tab is None:
            return "In no tab"
        status = (told.subject.tab or {}).get("status") or ""
        return f"{told.tab}: {status}" if status and status != told.tab else told.tab

    @property
    def reason(self) -> str:
        """Why it stands there."""
        if self.order is not None:
            return self.order.stand.note if self.order.stand else "No cycle has decided about it yet."
        return self.explanation.reason if self.explanation else ""

    @property
    def next_step(self) -> str:
        """What to do next: about what most likely went wrong, else what the tab or the stage says."""
        if self.likely:
            return self.likely[0].fix
        if self.order is not None:
            return self.order.stand.next_step if self.order.stand else ""
        return self.explanation.next_step if self.explanation else ""

    @property
    def headline(self) -> str:
        """What went wrong, in a sentence."""
        return self.likely[0].title if self.likely else "Nothing is known to be wrong with it."

    @property
    def age(self) -> str:
        """How long what most likely went wrong has lasted; empty where that is not known."""
        at = self.likely[0].at if self.likely else None
        return duration((self.evidence.now_ms - at) // 60_000 * 60) if at is not None else ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for another program; times in ISO 8601."""
        return {
            "what": self.what,
            "kind": self.found.kind,
            "store": self.found.store,
            "name": self.found.name,
            "title": self.title,
            "place": shareable(self.place),
            "reason": shareable(self.reason),
            "headline": shareable(self.headline),
            "next_step": self.next_step,
            "causes": [asdict(each) | {"words": shareable(each.words), "at": iso(each.at)} for each in self.likely],
            "orders": [
                sale._asdict()
                | {name: iso(getattr(sale, name)) for name in ("created_at", "first_seen_at", "ship_by")}
                | {"note": shareable(sale.note)}
                for sale in self.evidence.sales
            ],
            "salable": self.evidence.salable,
            "others": [each._asdict() for each in self.others],
            "history": self.timeline.to_list(),
        }

    def page(self) -> str:
        """Return it as a whole page that opens offline; see `render_incident`."""
        return render_incident(self)

    def __str__(self) -> str:
        lines = [f"{self.title} ({self.found.name} in store {self.found.store})", f"  {self.place}. {self.reason}"]
        lines += ["", "What most likely went wrong" if self.likely else self.headline]
        for number, each in enumerate(self.likely, start=1):
            lines += [f"  {number}. {each.title}", f"     {each.words}", f"     To do: {each.fix}"]
        if not self.likely and self.next_step:
            lines.append(f"  Next step: {self.next_step}")
        lines += ["", "What happened, the newest first"]
        for event in self.timeline.events[:LATEST]:
            lines.append(f"  {moment(event.at)}  {event.side:<10}  {in_words(event)}")
        left = len(self.timeline.events) - LATEST
        lines += [f"  {left:,} older events: channelkit timeline {self.found.name}"] if left > 0 else []
        also = [f"{each.name} in store {each.store}" for each in self.others]
        lines += ["", f"Also by this name: {', '.join(also)}."] if also else []
        return "\n".join(shareable_lines(lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from channelkit.report.incident_card import incident_card  # noqa: PLC0415 - only where something is shown

        return incident_card(self)


def read_incident(
    database: Database,
    what: str,
    stores: Sequence[str],
    *,
    now_ms: int,
    explain: Explain,
    show: Show,
    silent: Callable[[str], str] = lambda _store: "",
) -> Incident:
    """Return everything that is known of a SKU, an ASIN or an order.

    Arguments:
        what: a seller SKU, the SKU of a product, an ASIN, Amazon's number of an order, or Commerce's.
        now_ms: the time now, in milliseconds since 1970.
        explain: returns why a SKU of a store is where it is; None where that cannot be decided.
        show: returns the details of a store's order.
        silent: returns why a store sends nothing; an empty text where it may send.

    Raises:
        UsageError: none of the stores knows it.
    """
    found = find_what(database, stores, what)
    tried = [read_evidence(database, each, now_ms=now_ms, silent=silent(each.store)) for each in found[:COMPARED]]
    # The one that has the gravest trouble is told; of several alike the first.
    ranked = sorted(((find_likely(evidence), evidence) for evidence in tried), key=lambda pair: gravity(pair[0]))
    likely, evidence = ranked[0]
    first = evidence.found
    others = [each for each in found if each != first]
    is_order = first.kind == "order"
    explanation = None if is_order else explain(first.store, first.name)
    return Incident(
        what=what,
        others=tuple(others),
        evidence=evidence,
        likely=likely,
        explanation=explanation,
        order=show(first.store, first.name) if is_order else None,
        timeline=gather_events(database, evidence, explanation.history if explanation else None),
    )


def render_incident(incident: Incident) -> str:
    """Return an incident as a whole page of HTML: everything in the one file, nothing fetched, all of it escaped."""
    from channelkit.report.incident_card import incident_page  # noqa: PLC0415 - only where something is shown

    return incident_page(incident)


def shareable_lines(lines: Sequence[str]) -> list[str]:
    """Return lines that quote others, each fit to leave the house; their indents stay."""
    return [line[: len(line) - len(line.lstrip())] + shareable(line.lstrip()) for line in lines]


def without_reveal(order: OrderDetails) -> OrderDetails:
    """Return an order's details for a page: what shows who bought it does not go along."""
    return replace(order, revealing=None)
