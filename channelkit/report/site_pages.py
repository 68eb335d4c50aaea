"""The pages of a report: which there are, and which sections stand on which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from channelkit.database.connection import Database
from channelkit.report.cause import Cause
from channelkit.report.competition import competition_section
from channelkit.report.dashboard import make_sections
from channelkit.report.dashboard_scope import Scope, read_scope
from channelkit.report.delays import TARGETS
from channelkit.report.group import Group, below, slug
from channelkit.report.headline import findings, headline
from channelkit.report.logs import change_log_section, errors_section, improvements_section
from channelkit.report.margin_columns import FindMargins
from channelkit.report.period import Period
from channelkit.report.quality import quality_section
from channelkit.report.section import Section
from channelkit.report.snapshot import Snapshot
from channelkit.report.store_cards import read_cards
from channelkit.report.today import (
    reason_sections,
    tabs_section,
    tell_changes,
    tell_failures,
    tell_held,
    tell_orders,
    tell_runs,
    tell_tabs,
)
from channelkit.report.wording import counted, listed


@dataclass(frozen=True)
class Leaf:
    """A page beside the first one.

    Arguments:
        name: its file, without ``.html``.
        label: its short name, for a list of links.
        headline: what it finds, in a sentence.
        about: what is told there, for the first page.
        kind: ``part`` of the report, page of one ``store``, or page of one ``cause``.
        next_step: what to do, for a cause.
        html: a story that was told elsewhere, escaped where it was told.
    """

    name: str
    label: str
    headline: str
    about: str
    groups: tuple[Group, ...]
    kind: str = "part"
    next_step: str = ""
    tone: str = "calm"
    html: str = ""

    @property
    def file(self) -> str:
        return f"{self.name}.html"


@dataclass(frozen=True)
class Asked:
    """What a report is asked for.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        period: what it tells of.
        stores: their names.
        scope: what the dashboard is about.
        margins: finds what is left of prices.
    """

    database: Database
    now_ms: int
    period: Period
    stores: tuple[str, ...]
    scope: Scope
    margins: FindMargins | None = None

    def alone(self, store: str) -> Asked:
        """Return the same question about one of the stores; what was read for all of them is not read anew."""
        scope = read_scope(self.database, self.now_ms, self.period, (store,), TARGETS, within=self.scope)
        return replace(self, stores=(store,), scope=scope)


def ask(
    database: Database,
    now_ms: int,
    period: Period,
    stores: Sequence[str],
    *,
    delays: pa.Table | None = None,
    margins: FindMargins | None = None,
) -> Asked:
    """Return what a report is asked for.

    Arguments:
        now_ms: the time now, in milliseconds since 1970.
        stores: their names.
        delays: of what moved since the period began, where they are measured already.
        margins: finds what is left of prices.
    """
    scope = read_scope(database, now_ms, period, stores, TARGETS, delays=delays)
    return Asked(database, now_ms, period, tuple(stores), scope, margins)


Maker = Callable[[Asked], Sequence[Section]]


@dataclass(frozen=True)
class Made:
    """A page whose sections others make, all from the same question.

    Arguments:
        name, label, about: as `Leaf` has them.
        make: returns its sections.
        for_stores: each store has them on its own page, too.
    """

    name: str
    label: str
    about: str
    make: Maker
    for_stores: bool = False


MADE: tuple[Made, ...] = (
    Made(
        "dashboard",
        "Dashboard",
        "Sales, tabs, prices and stock over time; orders that await shipment; calls against their quotas.",
        lambda asked: make_sections(asked.scope),
        for_stores=True,
    ),
    Made(
        "errors",
        "Errors and log",
        "What failed, grouped, with the next step of each; every change that was wanted, and what became of it.",
        lambda asked: [
            errors_section(asked.database, asked.stores, asked.period),
            change_log_section(asked.database, asked.stores, asked.period),
        ],
    ),
    Made(
        "competition",
        "Competition",
        "What others want for the same items, whose offer is featured, and what that is worth.",
        lambda asked: [competition_section(asked.database, asked.stores, asked.period, margins=asked.margins)],
    ),
    Made(
        "improvements",
        "Improvements",
        "What Amazon suggests for listings that sell all the same, those that sell most first.",
        lambda asked: [improvements_section(asked.database, asked.stores, asked.period)],
    ),
    Made(
        "quality",
        "Data quality",
        "What must hold of the data, tested: what fails, since when, and what to do.",
        lambda asked: [quality_section(asked.database, asked.stores, asked.period)],
    ),
)
"""One line for each page that sections of other files make; a section more is one more in its list."""


def make_leaves(asked: Asked, facts: Snapshot, since: str) -> list[Leaf]:
    """Return all pages but the first and those of causes, in the order of the links.

    Arguments:
        since: from when on changes, failures and runs are told, in words.
    """
    summary = facts.summary
    made = {page.name: _made_leaf(page, asked) for page in MADE}
    sold = {card.store: f"{card.place}. {card.headline}" for card in read_cards(asked.scope, placed=facts.placed)}
    orders = tell_orders(facts, asked.now_ms)
    told = [sentence for sentence in findings(summary) if not sentence.startswith("Not yet")]
    failed = sum(failure["count"] for failure in summary["failures"])
    leaves = [
        made.pop("dashboard", None),
        Leaf(
            "listings",
            "Listings and tabs",
            headline(summary["all"]),
            "What is in which tab, and why; what waits for a person.",
            (tell_tabs(facts),),
        ),
        Leaf(
            "changes",
            "Changes",
            told[0] if told else f"Nothing was sent to Amazon {since}.",
            "What was sent to Amazon, how long it took to be seen there, and what is held.",
            (tell_changes(facts, since), tell_held(facts)),
        ),
        made.pop("errors", None),
        Leaf(
            "failures",
            "Failures and runs",
            f"{counted(failed, 'call')} to Amazon or Commerce failed {since}."
            if failed
            else f"No call failed {since}.",
            "Calls that failed, runs that did not finish, and how often was called.",
            (tell_failures(facts, since), tell_runs(facts)),
        ),
        Leaf(
            "orders",
            "Orders",
            _of_orders(facts),
            "Where orders stand, which are blocked or due, and how long everything took.",
            (orders,),
        )
        if orders
        else None,
        *made.values(),
        *(_store_leaf(name, facts, asked, sold.get(name, "")) for name in asked.stores),
    ]
    return [leaf for leaf in leaves if leaf is not None]


def cause_leaf(cause: Cause, story: Sequence[Section] = (), html: str = "") -> Leaf:
    """Return the page of a cause: what is known of it, and the story of one that it concerns.

    Arguments:
        html: that story as it was told elsewhere, instead of ``story``.
    """
    groups = [Group("cause", "What is known", "What is known", "", below(cause.sections))]
    if story:
        about = "One of those that it concerns, from the newest to the oldest."
        groups.append(Group("story", f"How it came: {cause.about}", "How it came", about, below(story)))
    name = f"cause-{cause.key}"
    return Leaf(name, "Cause", cause.what, "", tuple(groups), "cause", cause.next_step, cause.tone, html)


def _made_leaf(page: Made, asked: Asked) -> Leaf | None:
    sections = page.make(asked)
    if not sections:
        return None
    group = Group(f"all-{page.name}", page.label, page.label, page.about, below(sections))
    return Leaf(page.name, page.label, sections[0].title or page.label, page.about, (group,))


def _store_leaf(name: str, facts: Snapshot, asked: Asked, sold: str) -> Leaf:
    told = facts.summary["stores"][name]
    tabs = Group("tabs", "Tabs, and why", "Tabs", "", below([tabs_section(name, facts), *reason_sections(name, facts)]))
    alone = asked.alone(name)
    groups = [tabs]
    for page in MADE:
        # Of one store alone the page of all stores tells just this.
        if page.for_stores and len(asked.stores) > 1:
            sections = [replace(each, key=f"{slug(name)}-{each.key}") for each in page.make(alone)]
            groups.append(Group(f"all-{page.name}", page.label, page.label, page.about, below(sections)))
    return Leaf(
        f"store-{slug(name)}",
        f"Store {name}",
        f"{name}: {headline(told)}",
        sold,
        tuple(groups),
        "store",
    )


def _of_orders(facts: Snapshot) -> str:
    told = facts.summary["all"]["orders"]
    known = counted(sum(told["stages"].values()), "order")
    parts = [f"{told['blocked']:,} blocked"] if told["blocked"] else []
    parts += [f"{told['late']:,} late to ship"] if told["late"] else []
    return f"{known} known; {listed(parts)}." if parts else f"{known}, nothing stands in their way."
