"""Why a listing is where it is: the facts, the rule, the row of the decision table that held, and what would move it.

Text for a terminal, a card for a notebook, plain values for another program (AC-09). All of it was read beforehand.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from channelkit.report.dated_facts import Fact
from channelkit.report.subject import Subject
from channelkit.report.timeline import Timeline
from channelkit.report.wording import duration, iso


@dataclass(frozen=True)
class RuleStep:
    """One group or condition of the listing rule, as it is for this product.

    Arguments:
        depth: 0 for the whole rule.
        words: what is asked.
        value: what the product has; empty for a group.
        holds: whether it holds.
    """

    depth: int
    words: str
    value: str
    holds: bool


@dataclass(frozen=True)
class Tried:
    """One row of the decision table, and whether it held."""

    number: int
    words: str
    holds: bool


@dataclass(frozen=True)
class Reasoning:
    """How the decision comes about, from the facts as they are now.

    Arguments:
        rule: the listing rule in a sentence; empty where the store has none.
        rule_name: what the person who made it calls it.
        steps: the rule, step by step.
        rows: the rows of the decision table that were tried, in order; the last one held.
        row: number of the row that held; None where no row was tried.
        moves: what would move it to another tab, the smallest change first.
        facts: further facts that the decision names: label, value and time.
        now: what would be decided now, columns of `channelkit.model.tables.TABS`; None where it has no tab.
        is_decided: it was decided anew; otherwise ``now`` says nothing.
        note: why it could not be decided anew, or what else there is to say.
    """

    rule: str = ""
    rule_name: str = ""
    steps: tuple[RuleStep, ...] = ()
    rows: tuple[Tried, ...] = ()
    row: int | None = None
    moves: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    now: dict[str, Any] | None = None
    is_decided: bool = False
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """Everything that there is to say about one listing, or one product that could be one.

    Arguments:
        subject: what the database has of it.
        facts: what both sides say, dated.
        history: what happened to it, the newest first.
        reasoning: how the decision comes about.
        untabbed: why it is in no tab, and what to do; empty where it is in one.
        now_ms: the time now, in milliseconds since 1970.
    """

    subject: Subject
    facts: tuple[Fact, ...]
    history: Timeline
    now_ms: int
    reasoning: Reasoning = field(default_factory=Reasoning)
    untabbed: tuple[str, str] = ("", "")

    @property
    def tab(self) -> str | None:
        """The tab it is in; None where it is in none."""
        return (self.subject.tab or {}).get("tab")

    @property
    def actions(self) -> list[str]:
        """What may be done with it now."""
        told = (self.subject.tab or {}).get("actions") or ""
        return [action for action in told.split(", ") if action]

    @property
    def age(self) -> str:
        """How long it has been there; empty where that is not known."""
        since = (self.subject.tab or {}).get("since")
        return duration(max(0, self.now_ms - since) / 1000) if since else ""

    @property
    def reason(self) -> str:
        return (self.subject.tab or {}).get("reason") or self.untabbed[0]

    @property
    def next_step(self) -> str:
        return (self.subject.tab or {}).get("next_step") or self.untabbed[1]

    @property
    def coming(self) -> str:
        """What the next cycle will make of it, where that is something else; else an empty text."""
        reasoning, tab = self.reasoning, self.subject.tab or {}
        if not reasoning.is_decided:
            return ""
        now = reasoning.now or {}
        if (now.get("tab"), now.get("status")) == (tab.get("tab"), tab.get("status")):
            return ""
        if not now:
            return "The facts have moved: after the next cycle it is in no tab."
        return f"The facts have moved: the next cycle puts it into {now['tab']} ({now['status']}). {now['reason']}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values for another program; times in ISO 8601, prices as in ``facts``."""
        subject, tab, reasoning = self.subject, self.subject.tab or {}, self.reasoning
        return {
            "store": subject.store,
            "seller_sku": subject.seller_sku,
            "asin": tab.get("asin") or (subject.listing or {}).get("asin"),
            "product_sku": subject.product_sku,
            "tab": self.tab,
            "status": tab.get("status"),
            "reason": self.reason,
            "next_step": self.next_step,
            "since": iso(tab.get("since")),
            "actions": self.actions,
            "sku": subject.sku,
            "listed": subject.listed,
            "title": subject.title,
            "stale": bool(tab.get("stale")),
            "next_cycle": self.coming,
            "facts": [asdict(fact) | {"at": iso(fact.at)} for fact in self.all_facts],
            "rule": {"name": reasoning.rule_name, "sentence": reasoning.rule},
            "steps": [asdict(step) for step in reasoning.steps],
            "row": reasoning.row,
            "rows": [asdict(row) for row in reasoning.rows],
            "moves": list(reasoning.moves),
            "note": reasoning.note,
            "history": self.history.to_list(),
        }

    @property
    def all_facts(self) -> tuple[Fact, ...]:
        """The facts of both sides, and what else the decision names."""
        known = {fact.label for fact in self.facts}
        return (*self.facts, *(fact for fact in self.reasoning.facts if fact.label not in known))

    def __str__(self) -> str:
        from channelkit.report.explanation_text import write_text  # noqa: PLC0415 - only where something is shown

        return write_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from channelkit.report.card import explanation_card  # noqa: PLC0415 - only where something is shown

        return explanation_card(self)


def aged(fact: Fact, now_ms: int) -> str:
    """Return how old a fact is.

    >>> aged(Fact("Amazon", "Price", "5.00 USD", 0), 60_000), aged(Fact("Amazon", "Price", "5.00 USD"), 60_000)
    ('1 min ago', '')
    """
    if fact.at is None:
        return ""
    seconds = max(0, now_ms - fact.at) / 1000
    return "just now" if seconds < 1 else f"{duration(seconds)} ago"
