"""The eight tasks before the first store goes live: what can be seen is checked, the rest a person ticks (ON-01)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Literal

import sqlalchemy as sa

from channelkit.amazon.sellers import read_selling_plan
from channelkit.commerce.attributes import list_attributes
from channelkit.commerce.currencies import read_currencies
from channelkit.commerce.stores import read_store_configs
from channelkit.database import runs, tasks
from channelkit.database.schema import listings
from channelkit.database.tasks import Tick
from channelkit.errors import ChannelkitError, UsageError
from channelkit.onboarding.price_gaps import find_currency_gap, tell_rates
from channelkit.onboarding.tones import Tone, toned
from channelkit.parts import Parts
from channelkit.trends.rates import Rates

State = Literal["checked", "ticked", "not needed", "open"]

LATEST = 10 * 60_000
"""Milliseconds within which a schedule of five minutes must have run."""

IDENTIFIERS = ("asin", "ean", "isbn", "upc", "gcid")
_MARKS: dict[State, str] = {"checked": "[x]", "ticked": "[x]", "not needed": "[-]", "open": "[ ]"}
_TONES: dict[State, Tone] = {"checked": "good", "ticked": "good", "not needed": "calm", "open": "warn"}
_CELL = "text-align:left;vertical-align:top;padding:4px 12px 4px 0"

BESIDE = (
    "Without a listing rule every product is eligible. Products that must stay off Amazon need one (notebook 05_rules, "
    "or channelkit rules), and their attributes the property Use for Promo Rule Conditions.",
    "While you set up, Seller Central's vacation mode (Listing Status Inactive) keeps buyers away; set it to Active "
    "before you go live, since prices can only follow rivals where shipping rates are known.",
)
"""What to know beside the tasks (ON-06)."""


@dataclass(frozen=True)
class Seen:
    """What a look brought: whether it is done, None where nobody can see that; and in words what was seen."""

    is_done: bool | None
    words: str
    is_needed: bool = True


@dataclass(frozen=True)
class Task:
    """One task, and how it is looked at.

    Arguments:
        name: what it is ticked by.
        guide: how it is done.
        look: sees whether it is done; None where nothing shows it.
    """

    name: str
    title: str
    guide: str
    look: Callable[[Parts], Seen] | None = None


@dataclass(frozen=True)
class Item:
    """One task as it stands."""

    task: str
    title: str
    state: State
    words: str
    guide: str

    @property
    def is_done(self) -> bool:
        return self.state != "open"


@dataclass(frozen=True)
class Checklist:
    """The tasks as they stand."""

    items: Sequence[Item]

    @property
    def is_complete(self) -> bool:
        return all(item.is_done for item in self.items)

    def rows(self) -> list[dict[str, object]]:
        """Return one flat row for each task."""
        return [
            {
                "task": item.task,
                "title": item.title,
                "state": item.state,
                "is_done": item.is_done,
                "words": item.words,
                "guide": item.guide,
            }
            for item in self.items
        ]

    def headline(self) -> str:
        """Return in one sentence how far it is."""
        left = [item.task for item in self.items if not item.is_done]
        if not left:
            return f"All {len(self.items)} tasks are done."
        return f"{len(self.items) - len(left)} of {len(self.items)} tasks are done; left: {', '.join(left)}."

    def __str__(self) -> str:
        lines = []
        for item in self.items:
            lines.append(f"{_MARKS[item.state]} {item.task:<12} {item.title} {item.words}".rstrip())
            if not item.is_done:
                lines.append(f"    {item.guide}")
        return "\n".join([*lines, self.headline(), *BESIDE])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td class="{_TONES[item.state]}" style="{_CELL};white-space:nowrap;font-weight:600">'
            f"{escape(item.state)}</td>"
            f'<th scope="row" style="{_CELL};font-weight:600">{escape(item.title)}<br>'
            f'<code style="font-weight:400">{escape(item.task)}</code></th>'
            f'<td style="{_CELL}">{_told(item)}</td></tr>'
            for item in self.items
        )
        beside = "".join(f"<li>{escape(words)}</li>" for words in BESIDE)
        return toned(
            '<table style="border-collapse:collapse"><caption style="text-align:left;padding-bottom:6px">'
            f"<strong>Before the first store goes live</strong>: {escape(self.headline())}</caption>"
            f"<tbody>{rows}</tbody></table><ul>{beside}</ul>"
        )


def check_tasks(parts: Parts) -> Checklist:
    """Look at what can be seen, and put ticks to the rest; what cannot be asked now stays open or ticked."""
    with parts.database.read() as reading:
        ticks = tasks.load_ticks(reading)
    return Checklist([_item(task, _look(task, parts), ticks.get(task.name)) for task in TASKS])


def tick(parts: Parts, task: str, by: str, note: str = "") -> None:
    """Keep that a person did a task.

    Raises:
        UsageError: there is no such task, or nobody gives a name for it.
    """
    _known(task)
    if not by.strip():
        raise UsageError("A tick needs a name.", "Say who did it: by=…, or --by NAME.")
    with parts.database.write() as writing:
        tasks.tick_task(writing, task, by=by.strip(), note=note, at=parts.now())


def untick(parts: Parts, task: str) -> None:
    """Take a tick back.

    Raises:
        UsageError: there is no such task, or it was not ticked.
    """
    _known(task)
    with parts.database.write() as writing:
        was_there = tasks.untick_task(writing, task)
    if not was_there:
        raise UsageError(f"Nobody has ticked {task!r}.", "channelkit checklist shows who ticked what.")


def _known(name: str) -> None:
    names = [task.name for task in TASKS]
    if name not in names:
        raise UsageError(f"There is no task {name!r}.", f"The tasks are: {', '.join(names)}.")


def _item(task: Task, seen: Seen, ticked: Tick | None) -> Item:
    if not seen.is_needed:
        return Item(task.name, task.title, "not needed", seen.words, task.guide)
    if seen.is_done:
        return Item(task.name, task.title, "checked", seen.words, task.guide)
    if ticked is not None:
        day = f"{datetime.fromtimestamp(ticked.done_at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
        although = f"although: {seen.words}" if seen.is_done is False else ""
        words = f"Ticked by {ticked.done_by} on {day}."
        return Item(task.name, task.title, "ticked", " ".join(filter(None, (words, ticked.note, although))), task.guide)
    return Item(task.name, task.title, "open", seen.words, task.guide)


def _look(task: Task, parts: Parts) -> Seen:
    if task.look is None:
        return Seen(None, "")
    try:
        return task.look(parts)
    except ChannelkitError as error:
        return Seen(None, f"It could not be looked at: {error.what}")


def _look_at_schedule(parts: Parts) -> Seen:
    with parts.database.read() as reading:
        # Whatever a person starts by hand is no schedule; a schedule runs the notebook.
        found = [run for run in runs.load_runs(reading).to_pylist() if run["job"] == "sync" and run["notebook"]]
    if not found:
        return Seen(False, "No scheduled cycle has run yet.")
    ago = parts.now() - max(run["started_at"] for run in found)
    words = f"The last scheduled cycle ran {ago / 60_000:,.0f} minutes ago."
    return Seen(ago <= LATEST, words)


def _look_at_account(parts: Parts) -> Seen:
    names = dict.fromkeys(store.account for store in parts.settings.stores.values() if store.account)
    if not names:
        return Seen(False, "No store is connected to a seller account yet.")
    plans = {name: read_selling_plan(parts.amazon(name)) for name in names}
    words = "; ".join(f"{name}: {plan.capitalize()}" for name, plan in plans.items())
    return Seen(all(plan == "PROFESSIONAL" for plan in plans.values()), f"Selling plan of {words}.")


def _look_at_vat(parts: Parts) -> Seen:
    stores = parts.settings.stores
    added = [f"{name}: {store.prices.vat} %" for name, store in stores.items() if store.prices.vat]
    words = f"It is added to prices of {'; '.join(added)}." if added else "No store adds it to prices."
    if "UK" in {store.site.country for store in stores.values()}:
        return Seen(None, words)
    return Seen(None, f"No store sells on Amazon UK. {words}", is_needed=False)


def _look_at_identifiers(parts: Parts) -> Seen:
    wanted = parts.settings.commerce.attributes.codes
    there = {attribute.code for attribute in list_attributes(parts.commerce)} | {"sku"}
    named = {name: wanted.get(name, "") for name in IDENTIFIERS}
    missing = [f"{name} ({code})" for name, code in named.items() if code and code not in there]
    unset = [name for name, code in named.items() if not code]
    words = "All attributes are there."
    if missing:
        words = f"Commerce has no attribute for: {', '.join(missing)}."
    if unset:
        words += f" The settings name none for: {', '.join(unset)}."
    return Seen(not missing, words)


def _look_at_currencies(parts: Parts) -> Seen:
    stores = parts.settings.stores
    currencies = {config.code: config.base_currency_code for config in read_store_configs(parts.commerce)}
    read = read_currencies(parts.commerce)
    rates = Rates(read.base, read.rates)
    unknown = [
        name for name, store in stores.items() if store.prices.scope == "own" and store.store_view not in currencies
    ]
    gaps = {name: find_currency_gap(store, currencies, rates) for name, store in stores.items()}
    different = [f"{name}: {gap}" for name, gap in gaps.items() if gap]
    if different:
        return Seen(False, f"Currencies differ ({'; '.join(different)}).")
    if unknown or not stores:
        return Seen(False, f"No store view is set for: {', '.join(unknown) or 'any store yet'}.")
    converted = [f"{name}: {told}" for name, store in stores.items() if (told := tell_rates(store, rates))]
    if converted:
        return Seen(True, f"Prices are converted by Commerce's rates ({'; '.join(converted)}).")
    return Seen(True, "Every store's prices are in its marketplace's currency.")


def _look_at_conditions(parts: Parts) -> Seen:
    query = sa.select(listings.c.condition).where(listings.c.missing_since.is_(None)).distinct()
    with parts.database.read() as reading:
        found = sorted(str(condition) for condition in reading.execute(query).scalars() if condition)
    if not found:
        return Seen(None, "No listing was read yet, so its condition is not known.")
    if len(found) == 1:
        return Seen(True, f"All listings are in one condition: {found[0]}.", is_needed=False)
    there = {attribute.code for attribute in list_attributes(parts.commerce)}
    words = f"Listings are in {len(found)} conditions ({', '.join(found)})"
    if "amazon_condition" in there:
        return Seen(True, f"{words}, and the attribute amazon_condition is there.")
    return Seen(False, f"{words}, and Commerce has no attribute amazon_condition.")


TASKS = (
    Task(
        "schedule",
        "A schedule runs a cycle every five minutes.",
        "Give the jobs to this machine's scheduler: channelkit schedule install --target cron (or systemd, ...)",
        _look_at_schedule,
    ),
    Task(
        "account",
        "The seller account is a Professional one.",
        "Seller Central > Settings > Account Info > Your Services; then connect it: channelkit store connect NAME",
        _look_at_account,
    ),
    Task(
        "approval",
        "Amazon has approved the seller; return policy, tax and shipping are set.",
        "Seller Central > Settings: returns at least as good as Amazon's own policy, tax settings, shipping settings.",
    ),
    Task(
        "vat",
        "VAT is settled (Amazon UK).",
        "Register for VAT, or join Amazon's VAT service, which takes 10 to 14 days; then set it in Seller Central. "
        "Where Commerce's prices lack it, vat under [stores.NAME.prices] adds it.",
        _look_at_vat,
    ),
    Task(
        "identifiers",
        "Commerce has attributes for ASIN, EAN, ISBN, UPC and GCID.",
        "notebooks/01_attributes.ipynb creates them after a preview; or name yours under [commerce.attributes].",
        _look_at_identifiers,
    ),
    Task(
        "currency",
        "Prices are in the marketplace's currency, or a rate is set.",
        "Give the website the marketplace's currency; or set a rate in Commerce under Stores > Currency Rates, and "
        'currency_conversion = "commerce" under [stores.NAME.prices].',
        _look_at_currencies,
    ),
    Task(
        "condition",
        "There is an attribute for the condition, where more than one is sold.",
        "notebooks/01_attributes.ipynb creates amazon_condition with its ten options.",
        _look_at_conditions,
    ),
    Task(
        "shipping",
        "A shipping method is set up in Seller Central.",
        "Seller Central > Settings > Shipping Settings: a template with rates for every region you send to.",
    ),
)


def _told(item: Item) -> str:
    guide = "" if item.is_done else f"<em>To do:</em> {escape(item.guide)}"
    return "<br>".join(filter(None, (escape(item.words), guide)))
