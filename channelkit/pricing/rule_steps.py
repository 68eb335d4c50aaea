"""The steps of an intelligent rule, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from channelkit.model.columns import Numbers
from channelkit.pricing.arithmetic import ONE
from channelkit.pricing.description import adjustment_words, bound_words, competitor_words, number_text
from channelkit.pricing.market import Found
from channelkit.pricing.recorder import Recorder
from channelkit.pricing.rules import Bound, Competitor, PriceRule


def rule_words(rule: PriceRule) -> str:
    """Return how a sentence calls a rule."""
    return f"The price rule “{rule.name}”"


def nobody_words(competitor: Competitor) -> str:
    """Return what is said where nobody's price can be started from."""
    if competitor.source == "featured":
        return "found no featured offer of others: the price source counts."
    return "found no competitor that qualifies: the price source counts."


def tell_nothing(recorder: Recorder, rule: PriceRule, value: Numbers, words: str) -> None:
    """Say that a rule left the price as it was, and why."""
    recorder.note("idle", rule.name, words, before=value, after=value, rule=rule.id)


def doubt_words(rule: PriceRule, until: int, asked: str, before: str = "") -> str:
    """Return what is said of an offer that may be mistyped, and that does not count as it stands.

    Arguments:
        until: milliseconds since 1970.
        asked: the offer's price, in words.
        before: what its seller asked before, where the rule goes by that; empty where the offer is passed over.

    >>> doubt_words(PriceRule("a", "Match"), 1_790_000_000_000, "1.99 USD")
    'The price rule “Match” passes over an offer of 1.99 USD, which is far below what is usual, and is doubted until \
it is still there at 2026-09-21 14:14 UTC.'
    >>> doubt_words(PriceRule("a", "Match"), 1_790_000_000_000, "1.99 USD", "19.99 USD")
    'The price rule “Match” doubts an offer and goes by the 19.99 USD that its seller asked before, since 1.99 USD is \
far below what is usual; it is believed once it is still there at 2026-09-21 14:14 UTC.'
    """
    moment = f"{datetime.fromtimestamp(-(-until // 60_000) * 60, UTC):%Y-%m-%d %H:%M} UTC"
    if before:
        return (
            f"{rule_words(rule)} doubts an offer and goes by the {before} that its seller asked before, since {asked} "
            f"is far below what is usual; it is believed once it is still there at {moment}."
        )
    return (
        f"{rule_words(rule)} passes over an offer of {asked}, which is far below what is usual, and is doubted until "
        f"it is still there at {moment}."
    )


def tell_doubt(recorder: Recorder, rule: PriceRule, value: Numbers, words: str) -> None:
    """Say that an offer may be mistyped, and what counts instead."""
    recorder.note("doubt", rule.name, words, before=value, after=value, rule=rule.id)


def tell_competitor(
    recorder: Recorder, rule: PriceRule, found: Found, value: Numbers, *, before: Numbers, shipping: int
) -> None:
    """Say whose price a rule started from, and what was done to it."""
    competitor = rule.competitor or Competitor()
    if not found.landed[0]:
        words = f"{rule_words(rule)} {nobody_words(competitor)}"
        recorder.note("competitor", rule.name, words, before=before, after=value, rule=rule.id)
        return
    landed = recorder.money(found.landed)
    if found.own[0]:
        words = f"Our own offer is the featured one, at {recorder.money(found.own)}: it keeps its price."
        recorder.note("competitor", rule.name, words, before=before, after=found.own, rule=rule.id)
        return
    words = f"{landed} with shipping is {competitor_words(competitor)} ({found.condition(0)})."
    recorder.note("competitor", rule.name, words, before=before, after=found.landed, rule=rule.id)
    parts = []
    if found.worth[0] != ONE:
        worth = number_text(Decimal(int(found.worth[0])).scaleb(-4))
        parts.append(f"ours is worth {worth} % of that condition")
    parts.append(adjustment_words(rule.adjustment, recorder.currency))
    parts += [f"less {recorder.money(shipping)} that we ask for shipping"] if shipping else []
    words = f"{landed}: {', '.join(parts)}."
    recorder.note("adjustment", "Adjustment", words, before=found.landed, after=value, rule=rule.id)


def tell_bound(
    recorder: Recorder, rule: PriceRule, kind: Literal["floor", "ceiling"], before: Numbers, after: Numbers
) -> None:
    """Say that a rule's floor or ceiling moved a price."""
    bound = (rule.floor if kind == "floor" else rule.ceiling) or Bound()
    side = "below" if kind == "floor" else "above"
    words = f"Not {side} {bound_words(bound, {})}: {recorder.money(after)}."
    recorder.note(kind, kind.capitalize(), words, before=before, after=after, rule=rule.id)
