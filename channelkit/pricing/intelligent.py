"""Intelligent rules: a competitor's price, adjusted, within bounds, in place of the running price.

In the order of the reference: whose price, the adjustment (of the competitor's price, not of the source), the floor,
the ceiling, and tax where a bound was hit, which later rules then find in the price (P12). Rulings where it is silent:

- The target is a landed price: what we ask for shipping is taken off it.
- Worth, adjustment and rounding are one step; a price is rounded once.
- A floor's empty attribute is the catalog's own price, and where that is empty, too, the source's; with the rule's
  percentage upon it. A ceiling's empty attribute is no ceiling.
- Where the floor is above the ceiling, the floor holds: what was sold too cheap cannot be undone.
- Without a competitor the price source counts, within the same bounds; it is our own price then, so tax comes last.
- While our own offer is the featured one the rule keeps its price, within its bounds. Where later rules hold, what they
  do is in that price already: then neither they nor the bounds are applied to it again.
- A rule that rests, since the region is paused or what is known is too old, leaves the price that Amazon shows, and so
  do all later ones. What has none there goes on with the running price, as if the rule were not there; so does an item
  that was never asked about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers
from channelkit.pricing.arithmetic import LARGEST, ONE, adjust_worth, cap, factor_of, scale, share_of
from channelkit.pricing.market import Found, Market
from channelkit.pricing.recorder import Recorder
from channelkit.pricing.rule_steps import (
    doubt_words,
    nobody_words,
    rule_words,
    tell_bound,
    tell_competitor,
    tell_doubt,
    tell_nothing,
)
from channelkit.pricing.rules import Bound, Competitor, PriceRule
from channelkit.pricing.running import Running
from channelkit.pricing.terms import PriceTerms

HOUR = 3_600_000


@dataclass(frozen=True)
class Ground:
    """What intelligent rules look at besides the running prices.

    Arguments:
        base: what the price source says of each row, in minor units.
        market: what others offer.
        units: gives what each row has in a price attribute; 0 for nothing.
        listed: which rows have a price on Amazon.
        now: milliseconds since 1970.
    """

    base: Numbers
    market: Market
    units: Callable[[str], Numbers]
    listed: Mask
    terms: PriceTerms
    now: int
    recorder: Recorder | None = None


def apply_intelligent(  # noqa: PLR0917 - the parts of one rule
    running: Running, rule: PriceRule, place: int, rows: Numbers, has_later: Mask, ground: Ground
) -> None:
    """Put a competitor's price, adjusted and bounded, in place of the running prices of some rows (PR-04 to PR-10).

    Arguments:
        place: which of the day's rules it is.
        has_later: for which rows later rules hold.
    """
    competitor, terms, recorder = rule.competitor, ground.terms, ground.recorder
    if competitor is None:
        raise TypeError(f"The price rule {rule.id!r} looks at no competitor.")
    rows = _awake(running, rule, rows, ground)
    if not len(rows):
        return
    found, before = ground.market.find(competitor, rows), running.value[rows]
    _tell_doubts(running, rule, rows, found, ground)
    has, keeps = found.landed > 0, found.own > 0
    shipping = ground.market.shipping(rows)
    target = adjust_worth(found.landed, found.worth, rule.adjustment, terms.digits) - shipping
    value = np.where(has, np.where(keeps, found.own, target), ground.base[rows])
    if recorder is not None:
        tell_competitor(recorder, rule, found, value, before=before, shipping=int(shipping[0]))
    is_bounded = ~(keeps & has_later[rows])
    bounded = np.where(is_bounded, _bound(running, rule, rows, value, ground), value)
    is_taxed = has & (bounded != value)
    if terms.vat is not None and is_taxed.any():
        taxed = scale(bounded, ONE + share_of(terms.vat))
        if recorder is not None:
            words = f"{terms.vat} % tax, since a bound was hit."
            recorder.note("vat", "VAT", words, before=bounded, after=taxed, rule=rule.id)
        bounded = np.where(is_taxed, taxed, bounded)
    running.put(rows, bounded, place)
    running.last[rows[has]] = place
    running.is_rivals[rows] = has
    running.competitor[rows] = found.landed
    running.close(rows[~is_bounded])
    running.notes.add_at(rows[~has], pa.repeat(f"{rule_words(rule)} {nobody_words(competitor)}", int((~has).sum())))


def _tell_doubts(running: Running, rule: PriceRule, rows: Numbers, found: Found, ground: Ground) -> None:
    """Say which rows would start from another price if an offer were not doubted, and until when it is."""
    doubted = ground.market.doubted(rule.competitor or Competitor(), rows, found)
    if not len(doubted.row):
        return
    money = (ground.recorder or Recorder(ground.terms)).money
    told = (each.tolist() for each in (doubted.until, doubted.landed, doubted.before))
    words = [
        doubt_words(rule, until, money(asked), money(was) if was else "")
        for until, asked, was in zip(*told, strict=True)
    ]
    running.notes.add_at(rows[doubted.row], pa.array(words, pa.string()))
    if ground.recorder is not None:
        tell_doubt(ground.recorder, rule, running.value[rows], words[0])


def _awake(running: Running, rule: PriceRule, rows: Numbers, ground: Ground) -> Numbers:
    """Return the rows of which enough is known; the others are left alone, and told why."""
    market, now, limit = ground.market, ground.now, ground.terms.offers_for // HOUR
    if ground.terms.paused:
        why = f"{rule_words(rule)} rests: {ground.terms.paused}"
        _rest(running, rule, rows, pa.repeat(why, len(rows)), ground)
        return rows[:0]
    is_known = market.is_known(rows)
    lost = rows[~is_known]
    if not len(lost):
        return rows
    asked = market.asked(lost)
    never, stale = lost[asked < 0], lost[asked >= 0]
    words = f"{rule_words(rule)} did nothing: what others ask for the item is not known."
    running.notes.add_at(never, pa.repeat(words, len(never)))
    if ground.recorder is not None and len(never):
        tell_nothing(ground.recorder, rule, running.value[never], words)
    age = -((asked[asked >= 0] - now) // HOUR)
    begins = f"{rule_words(rule)} did nothing: what others ask was read "
    ends = f", and it acts on {limit} {'hour' if limit == 1 else 'hours'} at the most."
    units = pc.if_else(pa.array(age == 1), " hour ago", " hours ago")
    words = pc.binary_join_element_wise(begins, pa.array(age).cast(pa.string()), units, ends, "")
    _rest(running, rule, stale, words, ground)
    return rows[is_known]


def _rest(running: Running, rule: PriceRule, rows: Numbers, words: pa.Array, ground: Ground) -> None:
    """Leave rows as they are, with a reason each."""
    running.notes.add_at(rows, words)
    running.keep(rows[ground.listed[rows]])
    if ground.recorder is not None and len(rows):
        tell_nothing(ground.recorder, rule, running.value[rows], words[0].as_py())


def _bound(running: Running, rule: PriceRule, rows: Numbers, value: Numbers, ground: Ground) -> Numbers:
    """Return prices within the rule's floor and ceiling (PR-09, PR-10)."""
    recorder = ground.recorder
    low = high = None
    if rule.floor is not None:
        catalog = _first_of(ground.units("price")[rows], ground.base[rows])
        low = _limit(rule.floor, _first_of(ground.units(rule.floor.attribute)[rows], catalog))
    if rule.ceiling is not None:
        units = ground.units(rule.ceiling.attribute)[rows]
        high = np.where(units > 0, _limit(rule.ceiling, units), LARGEST + 1)
    if high is not None:
        lowered = np.minimum(value, high)
        if recorder is not None and (lowered != value)[0]:
            tell_bound(recorder, rule, "ceiling", value, lowered)
        value = lowered
    if low is not None:
        raised = np.maximum(value, low)
        if recorder is not None and (raised != value)[0]:
            tell_bound(recorder, rule, "floor", value, raised)
        value = raised
    if low is not None and high is not None:
        crossed = np.zeros(len(running.value), np.bool_)
        crossed[rows[low > high]] = True
        running.notes.add(crossed, f"{rule_words(rule)} has its floor above its ceiling here: the floor holds.")
    return value


def _limit(bound: Bound, units: Numbers) -> Numbers:
    """Return bounds; one that starts beyond every price stays there, however little of it is asked for."""
    return np.where(units > LARGEST, LARGEST + 1, cap(scale(units, factor_of(bound.adjustment))))


def _first_of(units: Numbers, otherwise: Numbers) -> Numbers:
    return np.where(units > 0, units, otherwise)
