"""What price rules would have asked in the past, as text and as HTML, with what of it is a guess."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Protocol

from channelkit.report.price_rows import signed
from channelkit.report.wording import counted, money

_LEFT = "text-align:left;vertical-align:top"
_RIGHT = "text-align:right;font-variant-numeric:tabular-nums"


class Imagined(Protocol):
    """What is shown of it; see `channelkit.prices.what_if.PriceWhatIf`."""

    @property
    def store(self) -> str: ...
    @property
    def currency(self) -> str: ...
    @property
    def rules(self) -> int: ...
    @property
    def asked_days(self) -> int: ...
    @property
    def days(self) -> int: ...
    @property
    def listings(self) -> int: ...
    @property
    def met(self) -> int: ...
    @property
    def met_then(self) -> int: ...
    @property
    def comparable(self) -> int: ...
    @property
    def bounds(self) -> Mapping[str, int]: ...
    @property
    def money(self) -> int: ...
    @property
    def rated(self) -> tuple[int, int]: ...
    def by_day(self) -> Sequence[Mapping[str, Any]]: ...


def lines_of(told: Imagined) -> list[tuple[str, str]]:
    """Return a label and a sentence for each finding."""
    if not told.days:
        return [("Nothing known", "The history does not know what others wanted on these days.")]
    bounds = ", ".join(f"{name} {number:,}" for name, number in told.bounds.items())
    return [
        ("Looked at", f"{counted(told.listings, 'listing')} on {counted(told.days, 'day')}."),
        (
            "Featured offer met",
            f"on {told.met:,} of {told.comparable:,} listing-days ({_share(told.met, told.comparable)}); "
            f"our own prices met it on {told.met_then:,} ({_share(told.met_then, told.comparable)}).",
        ),
        ("Bounds hit", f"on so many listing-days: {bounds}." if bounds else "none."),
        (
            "Money",
            f"{signed(told.money, told.currency)}, had exactly as much been sold."
            if told.money
            else f"{money(0, told.currency)}: what was sold would have cost the same, or nothing was sold.",
        ),
    ]


def notes_of(told: Imagined) -> list[str]:
    """Return what is a guess, and what is not known."""
    notes = []
    if told.days < told.asked_days:
        notes.append(f"The history tells of {told.days} of the {counted(told.asked_days, 'day')}.")
    return [
        *notes,
        "What others wanted is as it stood at the end of each day, with their shipping; of today all offers are known.",
        _rating_words(*told.rated),
        "Of earlier days only the featured and the lowest offer are known: where a rule would not have looked at the "
        "lowest one, it counts as if nobody else had offered the item; one that it would have doubted counts with what "
        "was asked before, where that is known.",
        "Products, their costs and conditions, and our shipping are as they are today.",
        "Nobody knows how much would have been sold at other prices, nor what others would have answered.",
    ]


def _rating_words(rated: int, known: int) -> str:
    """Return for how many days it is known how others were rated.

    >>> _rating_words(3, 3)
    'How the lowest one was rated, and how worn his goods were, is as it was then.'
    >>> _rating_words(0, 3).partition(":")[0]
    'The history does not know yet how others were rated, nor how worn their goods were'
    """
    guess = "each counts as qualified, and as of our own condition"
    if not rated:
        return f"The history does not know yet how others were rated, nor how worn their goods were: {guess}."
    words = "How the lowest one was rated, and how worn his goods were, is as it was then"
    if rated == known:
        return f"{words}."
    return f"{words} on {rated:,} of {counted(known, 'listing-day')}; on the others {guess}."


def what_if_text(told: Imagined) -> str:
    """Return it for a terminal."""
    lines = [f"{told.store}: {counted(told.rules, 'price rule')}, had they held in the last {told.asked_days} days:"]
    lines += [f"  {label}: {words}" for label, words in lines_of(told)]
    return "\n".join([*lines, *notes_of(told)])


def what_if_html(told: Imagined) -> str:
    """Return it for a notebook or a page; whatever comes from outside is escaped."""
    rows = "".join(
        f'<tr><th scope="row" style="{_LEFT}">{escape(label)}</th><td style="{_LEFT}">{escape(words)}</td></tr>'
        for label, words in lines_of(told)
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in notes_of(told))
    return (
        f"<p><strong>{escape(told.store)}</strong>: {counted(told.rules, 'price rule')}, had they held in the last "
        f"{told.asked_days} days:</p><table>{rows}</table>{_days_html(told.by_day())}<ul>{notes}</ul>"
    )


def what_if_summary(told: Imagined) -> dict[str, Any]:
    """Return it as plain values; money in minor units."""
    names = ("store", "currency", "rules", "asked_days", "days", "listings", "met", "met_then", "comparable", "money")
    found = {name: getattr(told, name) for name in names}
    return {**found, "bounds": dict(told.bounds), "by_day": list(told.by_day()), "notes": notes_of(told)}


def _days_html(days: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(
        f'<tr><td style="{_LEFT}">{escape(row["day"])}</td>'
        + "".join(f'<td style="{_RIGHT}">{row[name]:,}</td>' for name in ("comparable", "met_then", "met"))
        + "</tr>"
        for row in days
    )
    if not rows:
        return ""
    titles = ("Day", "Featured offers", "Met then", "Would be met")
    head = "".join(f'<th scope="col" style="{_LEFT}">{title}</th>' for title in titles)
    return (
        "<details><summary>Day by day</summary>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"
