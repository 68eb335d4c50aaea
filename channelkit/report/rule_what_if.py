"""What a rule would have cost and brought, as text and as HTML, with what of it is an estimate."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Protocol

from channelkit.report.wording import counted, money


@dataclass(frozen=True)
class Side:
    """One side of the account.

    Arguments:
        listings: how many listings, or products.
        days: days that they were, or would have been, on sale, all together.
        units: pieces, estimated.
        revenue: in minor units of the currency, estimated.
    """

    listings: int
    days: float
    units: int
    revenue: int
    currency: str


class Imagined(Protocol):
    """What is shown of it."""

    @property
    def store(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def days(self) -> float: ...
    @property
    def asked(self) -> int: ...
    @property
    def lost(self) -> Side: ...
    @property
    def won(self) -> Side: ...
    @property
    def new(self) -> Side: ...


def lines_of(told: Imagined) -> list[tuple[str, str]]:
    """Return a label and a sentence for each side."""
    lost, won, new = told.lost, told.won, told.new
    about = f"about {counted(lost.units, 'unit')} and {money(lost.revenue, lost.currency)} of what was sold"
    guess = (
        f"at the average of what was on sale, about {counted(won.units, 'unit')} and {money(won.revenue, won.currency)}"
    )
    return [
        ("Lost", f"{_days(lost, 'listing')} on sale; {about}." if lost.listings else "Nothing that was on sale."),
        ("Won", f"{_days(won, 'listing')} kept off sale by the rules; {guess}." if won.listings else "Nothing."),
        (
            "New",
            f"{_days(new, 'product')} without a listing; what they would have sold nobody can tell."
            if new.listings
            else "Nothing.",
        ),
    ]


def notes_of(told: Imagined) -> list[str]:
    """Return what is an estimate, and what is not known."""
    notes = []
    if told.days < told.asked - 0.01:
        notes.append(f"The history tells of {told.days:.1f} of the {told.asked} days.")
    return [
        *notes,
        "Listing-days are from the history. Units and revenue are estimates: falls of Amazon's quantity that no change "
        "of ours explains, at the price of that day.",
        "Products' attributes are as they are today; what they were then is not looked at.",
        "A listing that the rules kept off sale may have lacked stock as well; what is won is then less.",
    ]


def what_if_text(told: Imagined) -> str:
    """Return it for a terminal."""
    lines = [f"{told.store}: {told.sentence}", f"Had this rule stood for the last {counted(told.asked, 'day')}:"]
    lines += [f"  {label}: {words}" for label, words in lines_of(told)]
    return "\n".join([*lines, *notes_of(told)])


def what_if_html(told: Imagined) -> str:
    """Return it for a notebook or a page; whatever comes from outside is escaped."""
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top">{escape(label)}</th>'
        f'<td style="text-align:left">{escape(words)}</td></tr>'
        for label, words in lines_of(told)
    )
    notes = "".join(f"<li>{escape(note)}</li>" for note in notes_of(told))
    return (
        f"<p><strong>{escape(told.store)}</strong>: {escape(told.sentence)}</p>"
        f"<p>Had this rule stood for the last {counted(told.asked, 'day')}:</p><table>{rows}</table><ul>{notes}</ul>"
    )


def what_if_summary(told: Imagined) -> dict[str, object]:
    """Return it as plain values; revenue in minor units."""
    sides = {"lost": asdict(told.lost), "won": asdict(told.won), "new": asdict(told.new)}
    about = {"store": told.store, "rule": told.sentence, "days": round(told.days, 2), "asked": told.asked}
    return {**about, **sides, "notes": notes_of(told)}


def _days(side: Side, noun: str) -> str:
    return f"{side.days:,.1f} listing-days of {counted(side.listings, noun)}"
