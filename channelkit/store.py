"""One Amazon store as a person works with it: read, look, explain, plan, apply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Protocol

from channelkit.apply import Applied
from channelkit.cycle import Cycle
from channelkit.database.lease import Lease
from channelkit.errors import PlanError
from channelkit.outcome import Decision, Outcome
from channelkit.report.tables import changes_frame, explanation, listings_frame

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    import pandas as pd


class Workshop(Protocol):
    """What a store asks of the kit that it belongs to (`channelkit.kit.Kit`)."""

    def cycle_of(self, store: str, run: str = "") -> Cycle: ...
    def run_stores(self, job: str, stores: Sequence[str], *, send: bool, wait: bool = False) -> list[Outcome]: ...
    def holding(self, store: str, job: str) -> AbstractContextManager[tuple[Cycle, Lease]]: ...


@dataclass(frozen=True)
class Store:
    """One seller account, marketplace and website.

    Arguments:
        name: its name in the settings.
        kit: what it belongs to.
    """

    name: str
    kit: Workshop

    def pull(self, wait: bool = True) -> Outcome:
        """Read both sides and classify anew; nothing is sent.

        Arguments:
            wait: stay until the first listings report has arrived.
        """
        return self.kit.run_stores("pull", [self.name], send=False, wait=wait)[0]

    def sync(self) -> Outcome:
        """Run one whole cycle, and send what no guard holds."""
        return self.kit.run_stores("sync", [self.name], send=True)[0]

    def listings(self, tab: str | None = None) -> pd.DataFrame:
        """Return the store's listings, and the products that could be one, with tab, reason and next step.

        Arguments:
            tab: only this tab: Active, Ready to List, Inactive, Ineligible, Incomplete, Ended, New Third Party.

        Raises:
            UsageError: there is no such tab.
        """
        return listings_frame(self.kit.cycle_of(self.name).database, [self.name], tab)

    def explain(self, sku: str) -> Explanation:
        """Return the dated facts, the reason for the tab, the next step, and what changed before.

        Arguments:
            sku: a seller SKU, or the SKU of a product that is not on Amazon.

        Raises:
            UsageError: neither side has that SKU.
        """
        return Explanation(explanation(self.kit.cycle_of(self.name).database, self.name, sku))

    def plan(self) -> Plan:
        """Return what would be sent, decided from the facts as they were last read; nothing is sent."""
        return Plan(self.name, self.kit, self.kit.cycle_of(self.name).decide())


@dataclass(frozen=True)
class Explanation:
    """Lines for a person, as text and as HTML."""

    lines: list[tuple[str, str]]

    def __str__(self) -> str:
        width = max(len(label) for label, _ in self.lines)
        return "\n".join(f"{label:<{width}}  {words}" for label, words in self.lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top;white-space:nowrap">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(words)}</td></tr>'
            for label, words in self.lines
        )
        return f"<table>{rows}</table>"


@dataclass(frozen=True)
class Plan:
    """What would be sent to Amazon, what is held for a person, and what stops it all."""

    store: str
    kit: Workshop
    decision: Decision

    @property
    def fingerprint(self) -> str:
        """Names exactly these changes; an approval holds for them and no others."""
        return self.decision.fingerprint

    @property
    def stopped(self) -> str:
        """Why nothing of this plan is sent, or an empty text."""
        return self.decision.guarded.stopped

    @property
    def changes(self) -> pd.DataFrame:
        """What would be sent, in the order in which it leaves."""
        return changes_frame(self.decision.guarded.going, self.kit.cycle_of(self.store).store.marketplace.digits)

    @property
    def held(self) -> pd.DataFrame:
        """What is held for a person, with the reason."""
        return changes_frame(self.decision.guarded.held, self.kit.cycle_of(self.store).store.marketplace.digits)

    def apply(self, *, release_held: Sequence[str] = (), although_stopped: bool = False) -> Applied:
        """Send the plan.

        Arguments:
            release_held: seller SKUs whose held changes are sent too, because you looked at them.
            although_stopped: send a plan that was stopped for its size, because you looked at it.

        Raises:
            PlanError: the facts have moved since the plan was made, or a guard has stopped it; nothing was sent.
            LeaseError: another run works on the store.
        """
        with self.kit.holding(self.store, "apply") as (cycle, lease):
            decision = cycle.decide()
            if decision.fingerprint != self.fingerprint:
                raise PlanError(
                    f"The facts of store {self.store!r} have moved since this plan was made; nothing was sent.",
                    "Make a new plan, look at it, and apply that.",
                )
            approved = cycle.approve(decision, release_held, although_stopped)
            return cycle.apply(cycle.record(approved, "approved by a person"), lease)
