"""An explanation as text for a terminal: the decision first, then why, then everything behind it."""

from __future__ import annotations

from collections.abc import Iterator

from channelkit.report.explanation import Explanation, aged
from channelkit.report.timeline import in_words
from channelkit.report.wording import counted, moment

LATEST = 12
"""Events that the text tells; ``channelkit timeline`` tells them all."""


def write_text(told: Explanation) -> str:
    """Return an explanation as lines of text."""
    blocks = [_decision(told), _facts(told), _rule(told), _rows(told), _moves(told), _history(told)]
    return "\n\n".join("\n".join(block) for block in (list(lines) for lines in blocks) if block)


def _decision(told: Explanation) -> Iterator[str]:
    subject, tab = told.subject, told.subject.tab or {}
    kind = "" if subject.listed else " (a product without a listing)"
    yield f"{subject.sku} in store {subject.store}{kind}"
    if subject.title:
        yield f"  {subject.title}"
    place = f"{told.tab}: {tab['status']}" if told.tab else "in no tab"
    yield f"Tab        {place}" + (f", for {told.age}" if told.age else "")
    yield f"Why        {told.reason or 'No cycle has decided about it yet.'}"
    if told.next_step:
        yield f"Next step  {told.next_step}"
    if told.actions:
        yield f"Allowed    {', '.join(told.actions)}"
    if told.coming:
        yield f"Soon       {told.coming}"
    if told.reasoning.note:
        yield f"Note       {told.reasoning.note}"


def _facts(told: Explanation) -> Iterator[str]:
    facts = told.all_facts
    if not facts:
        return
    yield "Facts"
    sides, labels = (max(len(getattr(fact, name)) for fact in facts) for name in ("side", "label"))
    for fact in facts:
        age = aged(fact, told.now_ms)
        yield f"  {fact.side:<{sides}}  {fact.label:<{labels}}  {fact.value}{f'  ({age})' if age else ''}"


def _rule(told: Explanation) -> Iterator[str]:
    reasoning = told.reasoning
    if not reasoning.rule:
        return
    yield f"Listing rule{f' “{reasoning.rule_name}”' if reasoning.rule_name else ''}: {reasoning.rule}"
    for step in reasoning.steps:
        value = f"  (it is {step.value})" if step.value else ""
        yield f"  {'  ' * step.depth}{'✓' if step.holds else '✗'} {step.words}{value}"


def _rows(told: Explanation) -> Iterator[str]:
    rows = told.reasoning.rows
    held = [row for row in rows if row.holds]
    if not held:
        return
    before = len(rows) - len(held)
    yield f"Decision table, the first row that holds; {counted(before, 'row')} before it {_DO[before == 1]} not"
    yield from (f"  ✓ {row.number}  {row.words}" for row in held)


_DO = {True: "does", False: "do"}


def _moves(told: Explanation) -> Iterator[str]:
    if told.reasoning.moves:
        yield "What would move it"
        yield from (f"  - {words}" for words in told.reasoning.moves)


def _history(told: Explanation) -> Iterator[str]:
    events = told.history.events
    if not events:
        return
    yield "What happened, the newest first"
    for event in events[:LATEST]:
        yield f"  {moment(event.at)}  {event.side:<10}  {in_words(event)}"
    if len(events) > LATEST:
        yield f"  {len(events) - LATEST:,} older events: channelkit timeline {told.subject.sku}"
