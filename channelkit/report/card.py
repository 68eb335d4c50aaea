"""An explanation as a card: one piece of HTML with its own style, offline, for a notebook, a panel or a page.

Whatever comes from outside is escaped; nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from channelkit.report.dated_facts import Fact
from channelkit.report.explanation import Explanation, RuleStep, Tried, aged
from channelkit.report.sightings import AMAZON, CHANNELKIT, COMMERCE
from channelkit.report.timeline import timeline_html
from channelkit.report.wording import counted

EVENTS = 30
"""Events that a card shows."""

_TITLES = {AMAZON: "On Amazon", COMMERCE: "In Commerce", CHANNELKIT: "Between the two"}


def explanation_card(told: Explanation) -> str:
    """Return an explanation as HTML."""
    parts = [_header(told), _place(told), _facts(told), _rule(told), _rows(told), _moves(told), _history(told)]
    return frame_card("".join(parts))


def frame_card(inside: str) -> str:
    """Return a card around HTML that is escaped already, with the style that it needs."""
    return f'<style>{_style()}</style><article class="ck-card" lang="en">{inside}</article>'


@cache
def _style() -> str:
    return (Path(__file__).parent / "card.css").read_text(encoding="utf-8")


def _header(told: Explanation) -> str:
    subject = told.subject
    asin = (subject.tab or {}).get("asin") or (subject.listing or {}).get("asin")
    keys = [
        ("Seller SKU" if subject.listed else "SKU", subject.sku),
        ("ASIN", asin or ""),
        ("Product", subject.product_sku if subject.product_sku != subject.sku else ""),
    ]
    shown = "".join(f"<span>{label} <code>{escape(value)}</code></span>" for label, value in keys if value)
    title = escape(subject.title or subject.sku)
    return f'<header><h2>{title}</h2><p class="keys">{shown}<span>Store {escape(subject.store)}</span></p></header>'


def _place(told: Explanation) -> str:
    tab = told.tab or "In no tab"
    status = (told.subject.tab or {}).get("status") or ""
    age = f'<span class="age">for {told.age}</span>' if told.age else ""
    lines = [
        f'<p><span class="badge">{escape(tab)}</span>'
        f'<span class="status">{escape(status if status != tab else "")}</span>{age}</p>',
        f'<p class="reason">{escape(told.reason or "No cycle has decided about it yet.")}</p>',
    ]
    if told.next_step:
        lines.append(f'<p class="next"><b>Next step</b>{escape(told.next_step)}</p>')
    if told.actions:
        actions = "".join(f"<li>{escape(action)}</li>" for action in told.actions)
        lines.append(f'<div class="may"><b>You may</b><ul>{actions}</ul></div>')
    lines += [f'<p class="soon">{escape(words)}</p>' for words in (told.coming, told.reasoning.note) if words]
    return f'<section class="place {tab.lower().replace(" ", "-")}">{"".join(lines)}</section>'


def _facts(told: Explanation) -> str:
    sides = []
    for side, title in _TITLES.items():
        facts = [fact for fact in told.all_facts if fact.side == side]
        if facts:
            rows = "".join(_fact(fact, told.now_ms) for fact in facts)
            wide = ' class="wide"' if side == CHANNELKIT else ""
            sides.append(f"<section{wide}><h3>{title}</h3><dl>{rows}</dl></section>")
    return f'<div class="part sides">{"".join(sides)}</div>' if sides else ""


def _fact(fact: Fact, now_ms: int) -> str:
    bad = ' class="bad"' if fact.is_bad else ""
    return (
        f"<dt>{escape(fact.label)}</dt><dd{bad}>{escape(fact.value)}</dd>"
        f'<dd class="age">{escape(aged(fact, now_ms))}</dd>'
    )


def _rule(told: Explanation) -> str:
    reasoning = told.reasoning
    if not reasoning.rule:
        return ""
    name = f"<small>{escape(reasoning.rule_name)}</small>" if reasoning.rule_name else ""
    steps = "".join(map(_step, reasoning.steps))
    # What does not hold is only bad where the rule as a whole does not.
    admitted = " admitted" if reasoning.steps and reasoning.steps[0].holds else ""
    return (
        f'<section class="part"><h3>Listing rule{name}</h3><p class="sentence">{escape(reasoning.rule)}</p>'
        f'<ul class="steps{admitted}">{steps}</ul></section>'
    )


def _step(step: RuleStep) -> str:
    value = f' <span class="has">it is <b>{escape(step.value)}</b></span>' if step.value else ""
    return (
        f'<li class="{_mark(step.holds)}" style="--depth:{step.depth:d}">{_spoken(step.holds)}'
        f"{escape(step.words)}{value}</li>"
    )


def _rows(told: Explanation) -> str:
    rows = told.reasoning.rows
    if not rows:
        return ""
    passed, held = [row for row in rows if not row.holds], [row for row in rows if row.holds]
    before = ""
    if passed:
        words = counted(len(passed), "row that comes first does not hold", "rows that come first do not hold")
        before = f"<details><summary>{words}</summary>{_tried(passed)}</details>"
    heading = "<h3>Decision table<small>the first row that holds decides</small></h3>"
    return f'<section class="part">{heading}{before}{_tried(held)}</section>'


def _tried(rows: Iterable[Tried]) -> str:
    lines = "".join(
        f'<li class="{_mark(row.holds)}">{_spoken(row.holds)}<span class="number">{row.number}</span>'
        f"{escape(row.words)}</li>"
        for row in rows
    )
    return f'<ol class="steps rows">{lines}</ol>'


def _moves(told: Explanation) -> str:
    if not told.reasoning.moves:
        return ""
    moves = "".join(f"<li>{escape(words)}</li>" for words in told.reasoning.moves)
    return f'<section class="part"><h3>What would move it</h3><ul class="moves">{moves}</ul></section>'


def _history(told: Explanation) -> str:
    heading = "<h3>What happened<small>times in UTC, the newest first</small></h3>"
    return f'<section class="part">{heading}{timeline_html(told.history, EVENTS)}</section>'


def _mark(holds: bool) -> str:
    return "yes" if holds else "no"


def _spoken(holds: bool) -> str:
    """Say the tick to those who do not see it."""
    return f'<span class="unseen">{"holds: " if holds else "does not hold: "}</span>'
