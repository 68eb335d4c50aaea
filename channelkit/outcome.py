"""What a run did: per store what was read, decided and sent, and what that means for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

import pyarrow as pa

from channelkit.apply import Applied
from channelkit.apply.orders_notes import OrderApplied
from channelkit.database.runs import EXIT_CODES
from channelkit.errors import ChannelkitError, LeaseError
from channelkit.orders.decide import OrderDecision
from channelkit.plan.guards import Guarded
from channelkit.plan.raises import WAITING, Settled
from channelkit.pull.reading import Reading


@dataclass(frozen=True)
class Decision:
    """What was decided about a store: its tabs, and the plan that would bring Amazon there.

    Arguments:
        tabs: rows of `channelkit.model.tables.TABS`, without the digest, and of `channelkit.model.decisions.WANTED`.
        product_types: ``seller_sku, product_type`` of the listings that the plan looked at, or would make.
        listings: how many listings the store has.
        settled: what was kept back since Amazon's quantity fell by itself; None where nobody looked.
        damped: the columns `channelkit.plan.raises.WAITING`: prices that stay as they are, since others and we would
            only undercut each other.
        followers: seller SKUs of listings whose price some rule makes from what others ask.
    """

    tabs: pa.Table
    guarded: Guarded
    product_types: pa.Table
    fingerprint: str
    listings: int
    settled: Settled | None = None
    damped: pa.Table = field(default_factory=WAITING.empty_table)
    followers: pa.Array = field(default_factory=partial(pa.array, (), pa.string()))


@dataclass
class OrderOutcome:
    """What one run did about one store's orders.

    Arguments:
        purged: of how many orders people's data was deleted, since its time is over.
    """

    decision: OrderDecision = field(default_factory=OrderDecision)
    applied: OrderApplied = field(default_factory=OrderApplied)
    purged: int = 0
    error: ChannelkitError | None = None

    @property
    def blocked(self) -> int:
        """How many orders `channelkit orders blocked` lists."""
        return sum(stand.stage == "blocked" for stand in self.decision.stands)

    @property
    def is_complete(self) -> bool:
        """Nothing failed, was refused, is blocked or left over."""
        return self.error is None and not self.blocked and self.applied.is_complete


@dataclass
class Outcome:
    """What one run did for one store.

    Arguments:
        verdict: clear (sent), shown, read-only, unread (facts could not be read anew), stopped (by a guard), idle (the
            store is inactive or has no account); empty where it came to no plan.
        note: why nothing was sent, or nothing was done at all, and what to do about it.
    """

    store: str
    reading: Reading = field(default_factory=Reading)
    decision: Decision | None = None
    applied: Applied | None = None
    verdict: str = ""
    note: str = ""
    error: ChannelkitError | None = None
    orders: OrderOutcome = field(default_factory=OrderOutcome)
    first: int = 0

    def include(self, sent: Applied) -> None:
        """Take in what left before the plan was made: what takes goods off sale."""
        count = sum(sent.row().values())
        if count:
            self.first += count
            self.applied = self.applied or Applied()
            self.applied.include(sent)

    @property
    def state(self) -> str:
        """done, partial (something was refused, held or not read), failed, or busy (another run holds the store)."""
        if isinstance(self.error, LeaseError) and self.decision is None:
            return "busy"
        if self.error is not None:
            return "failed"
        is_held = self.decision is not None and (self.decision.guarded.held.num_rows or self.verdict == "stopped")
        is_sent = self.applied is None or self.applied.is_complete
        is_whole = is_sent and not self.reading.errors and self.orders.is_complete
        return "done" if is_whole and not is_held else "partial"

    def row(self) -> dict[str, Any]:
        """Return the outcome as a flat row for a table or a summary."""
        going = self.first + (self.decision.guarded.going.num_rows if self.decision else 0)
        held = self.decision.guarded.held.num_rows if self.decision else 0
        applied = self.applied or Applied()
        read = sum(tally.new + tally.changed for tally in self.reading.tallies.values())
        errors = (self.error, *self.reading.errors, self.orders.error)
        problems = [str(error) for error in errors if error is not None]
        return {
            "store": self.store,
            "state": self.state,
            "listings": self.decision.listings if self.decision else 0,
            "facts_changed": read,
            "planned": going,
            "held": held,
            "accepted": applied.accepted,
            "submitted": applied.submitted,
            "refused": applied.refused,
            "unanswered": applied.unanswered,
            "dropped": applied.dropped,
            "orders_done": self.orders.applied.accepted,
            "orders_refused": self.orders.applied.refused,
            "orders_blocked": self.orders.blocked,
            "verdict": self.verdict,
            "problem": problems[0] if problems else "",
            "note": self.note or self._waiting_orders(),
        }

    def _waiting_orders(self) -> str:
        blocked = self.orders.blocked
        if not blocked:
            return ""
        waiting = "1 order waits" if blocked == 1 else f"{blocked} orders wait"
        return f"{waiting} for a person. See why: channelkit orders blocked --store {self.store}"


@dataclass
class Run:
    """What one run did.

    Arguments:
        id: its name in the database and in file names.
        job: pull, sync, apply.
        commerce: what reading the Commerce that all stores share brought.
    """

    id: str
    job: str
    outcomes: list[Outcome]
    commerce: Reading = field(default_factory=Reading)
    error: ChannelkitError | None = None

    @property
    def state(self) -> str:
        """The worst that happened to any store; busy only if every store was."""
        if self.error is not None:
            return "failed"
        states = {outcome.state for outcome in self.outcomes}
        if states == {"busy"}:
            return "busy"
        if "failed" in states:
            return "failed"
        return "partial" if states & {"partial", "busy"} or self.commerce.errors else "done"

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.state]

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row for each store."""
        return [outcome.row() for outcome in self.outcomes]

    def problems(self) -> list[str]:
        """Return, in words, all that could not be read or sent."""
        errors = [self.error, *self.commerce.errors]
        for outcome in self.outcomes:
            errors += [outcome.error, *outcome.reading.errors, outcome.orders.error, *outcome.orders.applied.errors]
        return list(dict.fromkeys(str(error) for error in errors if error is not None))

    def check(self) -> None:
        """Raise what made the run fail, so that a notebook stops where somebody sees it.

        Raises:
            ChannelkitError: the run failed; the message tells all that went wrong.
        """
        if self.state == "failed":
            raise ChannelkitError(" ".join(self.problems()) or "The run failed.")

    def __repr__(self) -> str:
        lines = [f"Run {self.id}: {self.state}."]
        for row in self.rows():
            figures = ", ".join(f"{value} {name}" for name, value in row.items() if isinstance(value, int) and value)
            lines.append(f"{row['store']}: {row['state']}; {figures or 'nothing to do'}. {row['note']}".rstrip())
        return "\n".join(lines + self.problems())

    def _repr_html_(self) -> str:
        told = self.rows()
        # A count that is nothing everywhere says nothing.
        names = [name for name in told[0] if name in ("store", "state", "listings") or any(row[name] for row in told)]
        rows = [{name: row[name] for name in names} for row in told]
        head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row.values()) + "</tr>" for row in rows
        )
        problems = "".join(f"<li>{escape(problem)}</li>" for problem in self.problems())
        return (
            f"<table><caption>Run {escape(self.id)}: {self.state}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            + (f"<p>What went wrong:</p><ul>{problems}</ul>" if problems else "")
        )
