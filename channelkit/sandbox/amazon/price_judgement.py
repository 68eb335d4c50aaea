"""What Amazon finds wrong with an offer's prices: of consumers and businesses, of sales, and their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.attributes import LIST_PRICE, OFFER, minor
from channelkit.sandbox.amazon.listings import Issue

MISSING_ATTRIBUTE = "90220"
INVALID_VALUE = "99300"
INCOMPLETE = "99022"
"""Amazon's code where a part of an offer lacks what it must have."""

OUR_PRICE, SALE, PLAN = "our_price", "discounted_price", "quantity_discount_plan"
PRICES = (OUR_PRICE, SALE, "minimum_seller_allowed_price", "maximum_seller_allowed_price")
AUDIENCES = ("ALL", "B2B")
KINDS = ("fixed", "percent")
MOST_LEVELS = 5

Entry = Mapping[str, Any]


def judge_offer(entry: Entry, marketplace: Marketplace) -> list[Issue]:
    """Return Amazon's complaints about one entry of an offer; a part that is null is to go."""
    if entry.get("marketplace_id") != marketplace.id:
        return [_complaint(MISSING_ATTRIBUTE, f"'marketplace_id' must be {marketplace.id}.", "MISSING_ATTRIBUTE")]
    if entry.get("currency", marketplace.currency) != marketplace.currency:
        return [_complaint(INVALID_VALUE, f"'currency' must be {marketplace.currency}.")]
    if entry.get("audience", "ALL") not in AUDIENCES:
        return [_complaint(INVALID_VALUE, f"'audience' must be one of {', '.join(AUDIENCES)}.")]
    issues = []
    for name in PRICES:
        if name in entry and not (entry[name] is None and name != OUR_PRICE):
            issues += [issue for step in _steps(entry[name]) for issue in _judge_step(name, step, marketplace)]
    if entry.get(PLAN) is not None:
        issues += [issue for step in _steps(entry[PLAN]) for issue in _judge_plan(step, marketplace)]
    return issues


def judge_list_price(entry: Entry, marketplace: Marketplace) -> list[Issue]:
    """Return Amazon's complaints about one entry of the list price."""
    if entry.get("marketplace_id") != marketplace.id or entry.get("currency") != marketplace.currency:
        words = f"'marketplace_id' must be {marketplace.id}, and 'currency' {marketplace.currency}."
        return [_complaint(MISSING_ATTRIBUTE, words, "MISSING_ATTRIBUTE", LIST_PRICE)]
    amount = entry.get("value_with_tax", entry.get("value"))
    return _judge_amount("value", amount, marketplace, LIST_PRICE)


def _steps(prices: object) -> Iterator[Entry | None]:
    """Yield every step of a price's schedule, and None for each place that does not have the form of one."""
    if not isinstance(prices, list) or not prices:
        yield None
        return
    for price in prices:
        steps = price.get("schedule") if isinstance(price, dict) else None
        if not isinstance(steps, list) or not steps:
            yield None
        else:
            yield from (step if isinstance(step, dict) else None for step in steps)


def _judge_step(name: str, step: Entry | None, marketplace: Marketplace) -> list[Issue]:
    amount = None if step is None else step.get("value_with_tax")
    issues = _judge_amount("value_with_tax", amount, marketplace, OFFER)
    if name != SALE or step is None:
        return issues
    if not {"start_at", "end_at"} <= step.keys():
        return [*issues, _complaint(INCOMPLETE, f"{SALE!r} needs 'start_at' and 'end_at'.", "MISSING_ATTRIBUTE")]
    begins, ends = (_read_moment(step[key]) for key in ("start_at", "end_at"))
    if begins is None or ends is None or ends < begins:
        words = f"{SALE!r} must start and end at a date, or at a date and time, and not end before it starts."
        issues.append(_complaint(INVALID_VALUE, words))
    return issues


def _judge_plan(step: Entry | None, marketplace: Marketplace) -> list[Issue]:
    told = {} if step is None else step
    levels, kind = told.get("levels"), told.get("discount_type")
    if not isinstance(levels, list) or not all(isinstance(level, dict) for level in levels):
        levels = []
    if not 1 <= len(levels) <= MOST_LEVELS or kind not in KINDS:
        words = f"{PLAN!r} needs a 'discount_type', {' or '.join(KINDS)}, and 1 to {MOST_LEVELS} 'levels'."
        return [_complaint(INCOMPLETE, words)]
    bounds = [level.get("lower_bound") for level in levels]
    if not all(isinstance(bound, int) and bound > 1 for bound in bounds) or bounds != sorted(set(bounds)):
        return [_complaint(INVALID_VALUE, f"Each 'lower_bound' of {PLAN!r} must be a number above the one before.")]
    issues = []
    for level in levels:
        value = level.get("value")
        if kind == "fixed":
            issues += _judge_amount("value", value, marketplace, OFFER)
        elif not isinstance(value, (Decimal, int)) or isinstance(value, bool) or not 0 < value < 100:
            issues.append(_complaint(INVALID_VALUE, f"Each 'value' of {PLAN!r} must be a percentage below 100."))
    return issues


def _judge_amount(part: str, amount: object, marketplace: Marketplace, name: str) -> list[Issue]:
    if not isinstance(amount, (Decimal, int)) or isinstance(amount, bool):
        return [_complaint(INVALID_VALUE, f"{part!r} is not a number.", "INVALID_PRICE", name)]
    if amount <= 0:
        return [_complaint("90117", f"{part!r} must be above 0.", "INVALID_PRICE", name)]
    if minor(amount, marketplace.digits) is None:
        words = f"{part!r} has more than {marketplace.digits} decimals, too many for {marketplace.currency}."
        return [_complaint(INVALID_VALUE, words, "INVALID_PRICE", name)]
    return []


def _read_moment(text: object) -> str | None:
    """Return a date, or a date and time, as it is; None where it is neither."""
    if not isinstance(text, str):
        return None
    try:
        (date if len(text) == len("2026-01-31") else datetime).fromisoformat(text)
    except ValueError:
        return None
    return text


def _complaint(code: str, message: str, category: str = "INVALID_ATTRIBUTE", name: str = OFFER) -> Issue:
    return Issue(code, message, "ERROR", (category,), (name,))
