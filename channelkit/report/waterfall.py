"""How one listing's price comes about: each step from the source to what is sent, as text, as a card and as a chart."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape
from typing import Any, Protocol

from channelkit.report.charts import Figure
from channelkit.report.wording import money

TOTALS = ("price", "sent")
"""Kinds of steps that stand for a whole price, whatever it was before."""

_LEFT = "text-align:left;vertical-align:top;white-space:normal;padding:4px 14px 4px 0"
_RIGHT = (
    "text-align:right;vertical-align:top;white-space:nowrap;padding:4px 14px 4px 0;font-variant-numeric:tabular-nums"
)


class Step(Protocol):
    """One step of a price; money in minor units, None where there is no price."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def before(self) -> int | None: ...
    @property
    def after(self) -> int | None: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class Economy:
    """What is left of a price, in minor units; None where it is not known.

    Arguments:
        vat: in the price.
        fees: what Amazon keeps of it, of all kinds.
        cost: own cost.
    """

    price: int
    vat: int
    fees: int | None
    cost: int | None

    @property
    def margin(self) -> int | None:
        """What is left; None while fees or cost are not known."""
        if self.fees is None or self.cost is None:
            return None
        return self.price - self.vat - self.fees - self.cost

    def words(self, currency: str) -> str:
        """Return it in a sentence.

        >>> Economy(2380, 380, 357, 900).words("EUR")
        '7.43 EUR (31.2 % of the price): less VAT 3.80 EUR, fees 3.57 EUR, cost 9.00 EUR.'
        >>> Economy(2000, 0, None, 900).words("EUR")
        'not known: Amazon was not asked for its fees yet.'
        """
        if self.margin is None:
            lacking = [
                *(["Amazon was not asked for its fees yet"] if self.fees is None else []),
                *(["no cost is known"] if self.cost is None else []),
            ]
            return f"not known: {' and '.join(lacking)}."
        share = f"{1000 * self.margin // self.price / 10:.1f} %" if self.price > 0 else "–"
        vat = f"VAT {money(self.vat, currency)}, " if self.vat else ""
        return (
            f"{money(self.margin, currency)} ({share} of the price): less {vat}"
            f"fees {money(self.fees, currency)}, cost {money(self.cost, currency)}."
        )


@dataclass(frozen=True)
class Waterfall:
    """Everything that there is to say about one listing's price.

    Arguments:
        steps: from the source to what is wanted, in order.
        price: what is wanted, in minor units; None where none is sent.
        note: why none is sent, or what a rule could not do.
        on_amazon: what Amazon shows, in minor units; None where it shows none, or has no such listing.
        held: why a guard holds the price for a person; empty where none does.
        sent: what leaves with the next cycle, in minor units; None where nothing does.
        damped: why that is not what is wanted, where others and we undercut each other; else empty. The last step
            tells of it.
        economy: what is left of it; None where there is no price.
        facts: what else is known, a label and its words each.
    """

    store: str
    seller_sku: str
    product_sku: str
    title: str
    currency: str
    steps: tuple[Step, ...]
    price: int | None
    note: str = ""
    on_amazon: int | None = None
    held: str = ""
    sent: int | None = None
    damped: str = ""
    economy: Economy | None = None
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def outcome(self) -> str:
        """What becomes of the price, in a sentence."""
        if self.price is None:
            return "No price is sent."
        wanted, shown = money(self.price, self.currency), money(self.on_amazon, self.currency)
        if self.on_amazon is None:
            return f"{wanted} is wanted; Amazon shows no price."
        if self.on_amazon == self.price:
            return f"{wanted} is wanted, and Amazon shows it."
        if not self.damped:
            return f"{wanted} is wanted; Amazon shows {shown}."
        if self.sent is None:
            return f"{wanted} is wanted; Amazon shows {shown}, and that stays for now."
        return f"{wanted} is wanted; Amazon shows {shown}, and {money(self.sent, self.currency)} is sent for now."

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What stands beside the steps: a label and words each."""
        told = [("Note", self.note), ("Held", self.held)]
        told += [("Margin", self.economy.words(self.currency) if self.economy else "")]
        return [(label, words) for label, words in (*told, *self.facts) if words]

    def chart(self) -> Figure:
        """Draw the steps; what comes of them is told by the card."""
        from channelkit.report.waterfall_chart import draw_waterfall  # noqa: PLC0415 - plotly is heavy

        return draw_waterfall(self.steps, self.currency)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for another program; money in minor units."""
        steps = [
            {name: getattr(step, name) for name in ("kind", "name", "rule", "before", "after", "words")}
            for step in self.steps
        ]
        named = (
            "store",
            "seller_sku",
            "product_sku",
            "currency",
            "price",
            "note",
            "on_amazon",
            "held",
            "sent",
            "damped",
        )
        economy = asdict(self.economy) | {"margin": self.economy.margin} if self.economy else None
        about = {name: getattr(self, name) for name in named}
        return {**about, "outcome": self.outcome, "steps": steps, "economy": economy, "facts": dict(self.facts)}

    def __str__(self) -> str:
        head = [f"{self.seller_sku} in store {self.store}", *([f"  {self.title}"] if self.title else []), self.outcome]
        names = [step.name for step in self.steps]
        amounts = [money(step.after, self.currency) for step in self.steps]
        wide, deep = max(map(len, names), default=0), max(map(len, amounts), default=0)
        steps = [
            f"  {name:<{wide}}  {amount:>{deep}}  {step.words}".rstrip()
            for name, amount, step in zip(names, amounts, self.steps, strict=True)
        ]
        return "\n".join(
            [*head, *([""] if steps else []), *steps, *[f"{label}: {words}" for label, words in self.lines]]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return waterfall_html(self)


def waterfall_html(told: Waterfall) -> str:
    """Return it for a notebook or a page, with a bar for each step; whatever comes from outside is escaped."""
    most = max((amount for step in told.steps for amount in (step.before, step.after) if amount is not None), default=0)
    rows = "".join(_row(step, told.currency, max(most, 1)) for step in told.steps)
    titles = (("Step", _LEFT), ("Price", _RIGHT), ("", _LEFT), ("Why", _LEFT))
    head = "".join(f'<th scope="col" style="{style}">{title}</th>' for title, style in titles)
    lines = "".join(f"<li><strong>{escape(label)}</strong> {escape(words)}</li>" for label, words in told.lines)
    title = f"<br>{escape(told.title)}" if told.title else ""
    return (
        f"<p><strong>{escape(told.seller_sku)}</strong> in store {escape(told.store)}{title}</p>"
        f'<p style="font-size:1.15em"><strong>{escape(told.outcome)}</strong></p>'
        f'<div style="overflow-x:auto"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        + (f"<ul>{lines}</ul>" if lines else "")
    )


def _row(step: Step, currency: str, most: int) -> str:
    before, after = step.before or 0, step.after or 0
    moved = "" if step.before is None or step.after in (None, step.before) else _difference(step, currency)
    return (
        f'<tr><th scope="row" style="{_LEFT}">{escape(step.name)}</th>'
        f'<td style="{_RIGHT}"><strong>{escape(money(step.after, currency))}</strong>{moved}</td>'
        f'<td style="{_LEFT};min-width:160px">{_bar(0 if step.kind in TOTALS else before, after, most)}</td>'
        f'<td style="{_LEFT}">{escape(step.words)}</td></tr>'
    )


def _difference(step: Step, currency: str) -> str:
    moved = (step.after or 0) - (step.before or 0)
    return f"<br><small>{'+' if moved > 0 else '−'}{escape(money(abs(moved), currency))}</small>"


def _bar(before: int, after: int, most: int) -> str:
    """Return a bar from one price to the other; where nothing moved, a mark."""
    low, high = sorted((max(before, 0), max(after, 0)))
    colour = "#0072B2" if low == 0 else "#007A5A" if after > before else "#B64A00" if after < before else "#6B6F73"
    left, width = 100 * low // most, max(1, 100 * (high - low) // most)
    bar = f"position:absolute;left:{min(left, 99)}%;width:{width}%;height:14px;background:{colour}"
    ground = "position:relative;height:14px;width:160px;background:rgba(127,127,127,.14)"
    return f'<div aria-hidden="true" style="{ground}"><div style="{bar}"></div></div>'
