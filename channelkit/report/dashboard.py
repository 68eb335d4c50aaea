"""The dashboard: a card for each store, and what happened in a stretch of time, section by section (RP-05).

In a notebook its parts are shown one by one, ``board["sales"]``, each as words, a chart and a table; without a script
the cards and the tables stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.report import counts
from channelkit.report.charts import Figure
from channelkit.report.dashboard_scope import Scope, read_scope
from channelkit.report.delays import TARGETS
from channelkit.report.listing_sections import flows_section, reasons_section, tabs_section
from channelkit.report.period import Period
from channelkit.report.sales_section import sales_section
from channelkit.report.section import Section
from channelkit.report.stock_sections import cover_section, prices_section, stock_outs_section
from channelkit.report.store_cards import StoreCard, read_cards
from channelkit.report.summary import choose
from channelkit.report.trend_findings import when
from channelkit.report.wording import counted, moment, money
from channelkit.report.work_sections import awaiting_section, budget_section, delays_section
from channelkit.trends.rates import Total

MAKERS: Mapping[str, Callable[[Scope], Section]] = {
    "sales": sales_section,
    "tabs": tabs_section,
    "flows": flows_section,
    "reasons": reasons_section,
    "prices": prices_section,
    "stock-cover": cover_section,
    "stock-outs": stock_outs_section,
    "delays": delays_section,
    "awaiting": awaiting_section,
    "budget": budget_section,
}
"""What makes each section, in the order in which they are shown."""


@dataclass(frozen=True)
class Dashboard:
    """How all stores did in a stretch of time.

    Arguments:
        period: what it tells of, and what that is compared with.
        cards: one for each store.
        sections: in the order of `MAKERS`.
        total: what all stores sold in 30 days, in one currency.
        note: which rates the total rests on, and which stores it lacks.
        at_ms: when it was read, in milliseconds since 1970.
    """

    period: Period
    cards: tuple[StoreCard, ...]
    sections: tuple[Section, ...]
    total: Total
    note: str
    at_ms: int

    @property
    def title(self) -> str:
        """The one sentence that matters most."""
        if not self.cards:
            return "No store has been read yet."
        live = sum(card.active for card in self.cards)
        listings = f"{counted(live, 'listing')} {'is' if live == 1 else 'are'} live"
        alerts = sum(len(card.alerts) for card in self.cards)
        look = f"; {counted(alerts, 'thing needs', 'things need')} a look" if alerts else "; nothing needs a look"
        if self.total.amount is None:
            return f"{listings}{look}."
        if not self.total.amount:
            return f"Nothing was sold in 30 days; {listings}{look}."
        return f"Sales of {money(self.total.amount, self.total.currency)} in 30 days; {listings}{look}."

    @property
    def about(self) -> str:
        """Parameters and the data's time, as they stand on the page."""
        than = f", compared with {self.period.compare_words}" if self.period.compare_ms is not None else ""
        words = when(self.period)
        return f"{words[:1].upper()}{words[1:]}{than}: {self.period.about}. As of {moment(self.at_ms)}."

    def figures(self) -> dict[str, Figure]:
        """Return every chart that there is, by the key of its section, with its finding as its title."""
        from channelkit.report.dashboard_views import titled  # noqa: PLC0415 - charts load plotly

        return {section.key: titled(section) for section in self.sections if section.draw is not None}

    def __getitem__(self, key: str) -> Any:
        """Return a section that a notebook shows as words, a chart and tables.

        Raises:
            UsageError: there is no such section.
        """
        from channelkit.report.dashboard_views import Shown  # noqa: PLC0415 - as above

        return Shown(self.section(key))

    def section(self, key: str) -> Section:
        """Return a section by its key.

        Raises:
            UsageError: there is no such section.
        """
        for section in self.sections:
            if section.key == key:
                return section
        raise UsageError(f"The dashboard has no section {key!r}.", f"It has: {', '.join(self)}.")

    def __iter__(self) -> Iterator[str]:
        return (section.key for section in self.sections)

    def __len__(self) -> int:
        return len(self.sections)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def _repr_html_(self) -> str:
        from channelkit.report.dashboard_views import dashboard_html  # noqa: PLC0415 - as above

        return dashboard_html(self)

    def __repr__(self) -> str:
        findings = "\n".join(f"  {section.key:<12} {section.title}" for section in self.sections)
        cards = "\n".join(f"  {card.store:<12} {card.headline}" for card in self.cards)
        return "\n".join(filter(None, (self.title, self.about, cards, findings)))


def read_dashboard(
    database: Database,
    *,
    now_ms: int,
    period: Period,
    stores: Sequence[str] | None = None,
    budgets: Mapping[str, int] = TARGETS,
) -> Dashboard:
    """Read how all stores did in a stretch of time.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        period: as `channelkit.report.period.parse_period` reads it.
        stores: only these, by name; all when None.
        budgets: seconds within which a change of each field ought to be seen on Amazon (SY-05).

    Raises:
        UsageError: there is no store of that name.
    """
    with database.read() as connection:
        names = choose(counts.store_names(connection), stores)
    scope = read_scope(database, now_ms, period, names, budgets)
    cards = read_cards(scope)
    total = scope.total({card.store: card.sales.month.amount for card in cards})
    return Dashboard(scope.period, cards, make_sections(scope), total, scope.money_note(total), now_ms)


def make_sections(scope: Scope) -> tuple[Section, ...]:
    """Return all sections of a dashboard, in the order of `MAKERS`; none where no store is known."""
    return tuple(make(scope) for make in MAKERS.values()) if scope.stores else ()
