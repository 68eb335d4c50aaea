"""One Amazon store as a person works with it: read, look, explain, plan, apply."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from channelkit.actions.actions import Actions
from channelkit.asins import Asins
from channelkit.matches import Matches
from channelkit.onboarding import lifecycle
from channelkit.onboarding.golive import GoLive, look
from channelkit.outcome import Outcome
from channelkit.parts import Parts
from channelkit.proposal import Plan
from channelkit.report.story import Line, tell_story
from channelkit.report.tables import listings_frame
from channelkit.review.opening import open_grid, open_review
from channelkit.rules.rules import Rules
from channelkit.runner import run_stores

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.review.grid_pager import GridPager
    from channelkit.review.pager import ReviewPager
    from channelkit.review.widget import GridWidget, ReviewWidget


@dataclass(frozen=True)
class Store:
    """One seller account, marketplace and website.

    Arguments:
        name: its name in the settings.
        parts: what it works with.
    """

    name: str
    parts: Parts

    def pull(self, wait: bool = True) -> Outcome:
        """Read both sides and classify anew; nothing is sent.

        Arguments:
            wait: stay until the first listings report has arrived.
        """
        return run_stores(self.parts, "pull", [self.name], send=False, wait=wait).outcomes[0]

    def sync(self) -> Outcome:
        """Run one whole cycle, and send what no guard holds."""
        return run_stores(self.parts, "sync", [self.name], send=True).outcomes[0]

    def golive(self) -> GoLive:
        """Compare stock and price on both sides before anything is sent for the first time (SY-06)."""
        return look(self.parts, self.name)

    def withdraw_golive(self, by: str) -> str:
        """Make the store read-only again; see `channelkit.onboarding.lifecycle.withdraw_golive`."""
        return lifecycle.withdraw_golive(self.parts, self.name, by)

    def why_silent(self) -> str:
        """Return why the store sends nothing and what to do about it, or an empty text where it may send (SY-03)."""
        return self.parts.why_silent(self.name)

    def pause(self) -> str:
        """Make the store inactive: it keeps everything, and cycles leave it alone (ON-09)."""
        return lifecycle.pause(self.parts, self.name)

    def resume(self) -> str:
        """Make the store active again, with the settings as they are now (ON-09)."""
        return lifecycle.resume(self.parts, self.name)

    def listings(self, tab: str | None = None) -> pd.DataFrame:
        """Return the store's listings, and the products that could be one, with tab, reason and next step.

        Arguments:
            tab: only this tab: Active, Ready to List, Inactive, Ineligible, Incomplete, Ended, New Third Party.

        Raises:
            UsageError: there is no such tab.
        """
        return listings_frame(self.parts.database, [self.name], tab)

    @property
    def asins(self) -> Asins:
        """Which of Amazon's items each product without a listing is, and how to choose."""
        return Asins(self.name, self.parts)

    @property
    def actions(self) -> Actions:
        """What may be done with its listings; every action is a plan first."""
        return Actions(self.name, self.parts)

    @property
    def matches(self) -> Matches:
        """Which product each listing is, and how to decide what is open."""
        return Matches(self.name, self.parts)

    @property
    def rules(self) -> Rules:
        """Which products the store sells: the rule that holds, what another would do, and putting it in force."""
        return Rules(self.name, self.parts)

    def review(self, by: str = "", *, plain: bool = False) -> ReviewWidget | ReviewPager:
        """Ask, one after the other, whether a listing is a product (MA-04, MA-07); for a notebook.

        Arguments:
            by: your name; kept with every answer.
            plain: buttons alone, without a script in the browser.
        """
        return open_review(self.matches, by, plain=plain)

    def grid(self, by: str = "", *, plain: bool = False) -> GridWidget | GridPager:
        """Show all candidates at once, to filter them and to answer many together; for a notebook.

        Arguments:
            by, plain: as for `review`.
        """
        return open_grid(self.matches, by, plain=plain)

    def explain(self, sku: str) -> Explanation:
        """Return the dated facts, the reason for the tab, the next step, and what changed before.

        Arguments:
            sku: a seller SKU, or the SKU of a product that is not on Amazon.

        Raises:
            UsageError: neither side has that SKU.
        """
        cycle = self.parts.cycle(self.name)
        return Explanation(tell_story(cycle.database, self.name, sku, cycle.store.website))

    def plan(self) -> Plan:
        """Return what would be sent, decided from the facts as they were last read; nothing is sent."""
        cycle = self.parts.cycle(self.name)
        store = cycle.store
        return Plan(self.name, store.marketplace.currency, self.parts, cycle.decide(), store.read_only_because)


@dataclass(frozen=True)
class Explanation:
    """Lines for a person, as text and as HTML."""

    lines: list[Line]

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
