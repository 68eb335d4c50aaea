"""One Amazon store as a person works with it: read, look, explain, plan, apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from channelkit.actions.actions import Actions
from channelkit.asins import Asins
from channelkit.canaries import Canaries
from channelkit.desk import StoreDesk
from channelkit.margins import Margins
from channelkit.matches import Matches
from channelkit.onboarding import lifecycle
from channelkit.onboarding.golive import GoLive, look
from channelkit.order_book import OrderBook
from channelkit.outcome import Outcome
from channelkit.parts import Parts
from channelkit.prices.prices import Prices
from channelkit.proposal import Plan
from channelkit.reasons import explain
from channelkit.report.competition_frames import competition_frame, offers_frame
from channelkit.report.explanation import Explanation
from channelkit.report.past import as_of_frame, read_moment
from channelkit.report.subject import find_subject
from channelkit.report.tables import listings_frame
from channelkit.report.timeline import Timeline, read_timeline
from channelkit.review.opening import open_grid, open_listings, open_review
from channelkit.rules.rules import Rules
from channelkit.runner import run_stores

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.report.dashboard import Dashboard
    from channelkit.report.waterfall import Waterfall
    from channelkit.review.grid_pager import GridPager
    from channelkit.review.listing_pager import ListingPager
    from channelkit.review.listing_widget import ListingWidget
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

        ``margin`` is what is left of the price that Amazon shows, less tax, Amazon's fees and the product's cost.

        Arguments:
            tab: only this tab: Active, Ready to List, Inactive, Ineligible, Incomplete, Ended, New Third Party.

        Raises:
            UsageError: there is no such tab.
        """
        margins = Margins(self.parts.settings.stores)
        return listings_frame(self.parts.database, [self.name], tab, margins=margins)

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
    def orders(self) -> OrderBook:
        """Its orders: looked through, opened, planned, cancelled, refunded, counted."""
        return OrderBook(self.name, self.parts)

    @property
    def rules(self) -> Rules:
        """Which products the store sells: the rule that holds, what another would do, and putting it in force."""
        return Rules(self.name, self.parts)

    @property
    def canaries(self) -> Canaries:
        """Prices that went to a few listings first: how they stand, the way back, and letting all others go."""
        return Canaries(self.name, self.parts)

    @property
    def prices(self) -> Prices:
        """How its prices are made: the rules that hold, what others would do, and putting them in force."""
        return Prices(self.name, self.parts)

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

    def workbench(self, by: str = "", *, plain: bool = False) -> ListingWidget | ListingPager:
        """Show all listings by tab, why each is there, and what may be done with it (TB-01, TB-06); for a notebook.

        Arguments:
            by, plain: as for `review`.
        """
        return open_listings(StoreDesk(self.name, self.parts), by, plain=plain)

    def explain(self, sku: str) -> Explanation:
        """Return why a listing or product is in its tab, from which dated facts, and what would move it (AC-09).

        It is decided anew from the facts as they are, so it also says where the next cycle will put it.

        Arguments:
            sku: a seller SKU, or the SKU of a product.

        Raises:
            UsageError: neither side has that SKU.
        """
        return explain(self.parts.cycle(self.name), sku)

    def explain_price(self, sku: str) -> Waterfall:
        """Return how a listing's price comes about, from its source to what is sent, step by step.

        Arguments:
            sku: a seller SKU, or the SKU of a product.

        Raises:
            UsageError: neither side has that SKU.
        """
        return self.prices.explain(sku)

    def improvements(self) -> pd.DataFrame:
        """Return what Amazon suggests for listings that sell all the same, those that sell most first (RP-04)."""
        from channelkit.report.logs_frames import improvements_frame  # noqa: PLC0415 - a cycle shows no frame

        return improvements_frame(self.parts.database, [self.name], self.parts.now())

    def dashboard(self, period: str = "30d", compare: str = "before") -> Dashboard:
        """Return how the store did; see `channelkit.kit.Kit.dashboard` (RP-05)."""
        from channelkit.report.asking import asked_period  # noqa: PLC0415 - a cycle needs no report
        from channelkit.report.dashboard import read_dashboard  # noqa: PLC0415 - as above

        now = self.parts.now()
        asked = asked_period(self.parts.database, now, period, compare, [self.name])
        return read_dashboard(self.parts.database, now_ms=now, period=asked, stores=[self.name])

    def timeline(self, sku: str) -> Timeline:
        """Return what happened to a listing or product: both systems, our changes and people, on one line (RP-06).

        Arguments:
            sku: a seller SKU, or the SKU of a product.

        Raises:
            UsageError: neither side has that SKU.
        """
        view = self.parts.settings.stores[self.name].store_view
        return read_timeline(self.parts.database, find_subject(self.parts.database, self.name, sku, view), view)

    def competition(self, sku: str = "") -> pd.DataFrame:
        """Return matched listings on sale beside what others want for the same item (RP-03, RP-06, TB-06).

        Money is landed where it says so: price and shipping. ``won`` is Yes, No, or NA where Amazon did not say within
        a day whose offer is featured; ``asked_at`` says when it did, in UTC. Sellers are told by their ids alone.
        ``margin`` is what is left of our price, as for `listings`.

        Arguments:
            sku: all offers for this listing's item instead, in every condition.

        Raises:
            UsageError: the store has no such listing on Amazon.
        """
        if sku:
            return offers_frame(self.parts.database, self.name, sku)
        margins = Margins(self.parts.settings.stores)
        return competition_frame(self.parts.database, [self.name], self.parts.now(), margins=margins)

    def as_of(self, when: datetime | date | str) -> pd.DataFrame:
        """Return how every listing stood at a past moment: tab, status, price, quantity and product (TB-09).

        Arguments:
            when: a datetime, a day (its beginning), or text such as 2026-11-24 14:00; in UTC unless it says otherwise.

        Raises:
            UsageError: it is no moment, it is still to come, or nothing was known yet.
        """
        return as_of_frame(self.parts.database, self.name, read_moment(when, self.parts.now()))

    def plan(self) -> Plan:
        """Return what would be sent, decided from the facts as they were last read; nothing is sent."""
        cycle = self.parts.cycle(self.name)
        store = cycle.store
        return Plan(self.name, store.marketplace.currency, self.parts, cycle.decide(), store.read_only_because)
