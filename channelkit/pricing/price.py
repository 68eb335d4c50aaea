"""One exact price for each row: the source, the rules, the bounds, the tax, and what is sent with it.

The order is the reference's (section 5): an override is final; the price source, converted; the day's rules by their
priority; what cost asks for; MAP; tax. Rulings:

- Tax is added last, unless an intelligent rule set the price: a competitor's price has it in it already, and where a
  bound was hit it was added at once, before later rules (P12).
- MAP is the last guard before tax: what is below it becomes it. It is compared with the price as it stands, and says
  nothing of whether tax follows.
- A price override is final: no rule, conversion, tax, cost or MAP touches it, and nothing is on sale beside it.
- What is not above zero in the end, or beyond every price, is not sent.
- Rules go on while a price is at zero or below it: a later rule, or MAP, may still make one of it.
- A rule that discards later ones does so for all products that it holds for, also where it rests or does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.errors import UsageError
from channelkit.model.columns import Mask, Numbers, flag, mask, numbers, one
from channelkit.pricing.arithmetic import LARGEST, ONE, scale, share_of
from channelkit.pricing.beside import find_business, find_list_price, find_sale
from channelkit.pricing.costs import Least, cost_floor
from channelkit.pricing.doubts import Doubt
from channelkit.pricing.intelligent import Ground, apply_intelligent
from channelkit.pricing.market import Market
from channelkit.pricing.reasons import say_why
from channelkit.pricing.recorder import Recorder
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.running import Running, apply_standard
from channelkit.pricing.sources import Sources
from channelkit.pricing.telling import tell_end, tell_guard, tell_idle, tell_source
from channelkit.pricing.terms import PRICED, PriceFacts, PriceTerms


def price(
    rows: pa.Table,
    facts: PriceFacts,
    rules: Sequence[PriceRule],
    applies: Sequence[Mask],
    terms: PriceTerms,
    *,
    now: int,
    recorder: Recorder | None = None,
) -> pa.Table:
    """Return the exact price of each row, and what goes with it (LS-04 to LS-10, PR-02 to PR-12).

    Arguments:
        rows: columns of `channelkit.pricing.terms.PRICE_ROWS`, others beside them.
        rules: those of the day, in the order in which they are applied (`channelkit.pricing.rules.hold_on`).
        applies: for which products, in the order of ``facts.skus``, each rule holds.
        now: milliseconds since 1970.
        recorder: is told every step; for one row only.

    Returns:
        The columns `channelkit.pricing.terms.PRICED`, a row for each of ``rows``, in the same order.

    Raises:
        UsageError: a rule's number cannot be reckoned with, or not every rule has its mask.

    >>> rows = pa.table({"seller_sku": ["a"], "product_sku": ["a"], "asin": ["B0"], "condition": ["new_new"],
    ...     "override": pa.array([None], pa.int64()), "shipping": pa.array([0])})
    >>> from channelkit.pricing.terms import Amounts
    >>> facts = PriceFacts(pa.array(["a"]), {"price": Amounts(pa.array(["45.49"]), pa.array(["USD"]))})
    >>> price(rows, facts, (), (), PriceTerms("USD", 2), now=0)["price"].to_pylist()
    [4549]
    """
    if len(rules) != len(applies) or (recorder is not None and rows.num_rows != 1):
        raise UsageError(
            f"There are {len(rules)} rules, masks for {len(applies)} and {rows.num_rows} rows to price.",
            "Give a mask for each rule, and one row alone where its steps are told.",
        )
    sources = Sources(rows, facts, terms)
    override, base = one(rows["override"]), sources.base
    is_overridden = mask(pc.is_valid(override))
    running = Running(np.where(is_overridden, 0, base), (base > 0) & ~is_overridden)
    if recorder is not None:
        tell_source(recorder, sources, base, override, terms)
    market = Market(rows, facts.offers, now - terms.offers_for, base, Doubt(terms.doubt_below, terms.doubt_for))
    ground = Ground(base, market, sources.units, flag(rows, "listed"), terms, now, recorder)
    _apply(running, rules, [sources.flags(each) for each in applies], ground)
    cost, minimum = sources.units(terms.cost), sources.units(terms.minimum)
    least = cost_floor(rows, cost, facts.fees, terms)
    is_made = (base > 0) & ~is_overridden & ~running.is_kept
    made = _finish(running, least, minimum, terms, recorder if bool(is_made.all()) else None)
    value = np.where(is_overridden, np.clip(numbers(override), -1, LARGEST + 1), made)
    never = np.zeros(len(base), np.bool_) if least is None else least.is_never
    is_sent = (is_made & ~running.is_broken & ~never | is_overridden) & (value > 0) & (value <= LARGEST)
    say_why(running, sources, value, is_overridden=is_overridden, is_never=never, terms=terms)
    lowest = minimum if least is None else np.maximum(minimum, least.net)
    listed = find_list_price(sources.units(terms.list_price), value, is_sent)
    business = find_business(value, is_sent, terms)
    sale = find_sale(
        *(sources, facts.dates, lowest, value, is_sent),
        is_overridden=is_overridden,
        terms=terms,
        now=now,
        notes=running.notes,
    )
    priced = pa.table(
        [
            pa.array(value, pa.int64(), mask=~is_sent),
            _rule_ids(running, rules, is_made),
            running.notes.join(),
            _known(np.where(is_made, running.competitor, 0)),
            _known(minimum),
            _known(cost),
            listed,
            business,
            sale,
            pa.array(running.is_rivals & is_made),
        ],
        schema=PRICED,
    )
    if recorder is not None:
        tell_end(recorder, priced)
    return priced


def _apply(running: Running, rules: Sequence[PriceRule], holds: Sequence[Mask], ground: Ground) -> None:
    """Apply the rules of the day, in order, each to the rows that it holds for and that are still open (PR-02)."""
    for place, (rule, where) in enumerate(zip(rules, holds, strict=True)):
        rows = np.flatnonzero(where & running.is_open)
        if ground.recorder is not None and not len(rows):
            tell_idle(ground.recorder, rule, running, bool(where[0]))
        if not len(rows):
            continue
        if rule.is_intelligent:
            later = np.logical_or.reduce([*holds[place + 1 :], np.zeros(len(where), np.bool_)])
            has_later = np.zeros(len(where), np.bool_) if rule.discard else later
            apply_intelligent(running, rule, place, rows, has_later, ground)
        else:
            apply_standard(running, rule, place, rows, ground.terms, ground.recorder)
        if rule.discard:
            running.close(rows)


def _finish(
    running: Running, least: Least | None, minimum: Numbers, terms: PriceTerms, recorder: Recorder | None
) -> Numbers:
    """Return prices that are not below what cost asks for, nor below MAP, with tax where it is still to be added."""
    value = running.value
    if least is not None:
        lowest = np.where(running.is_rivals, least.gross, least.net)
        paid = np.where(lowest > 0, np.maximum(value, lowest), value)
        tell_guard(recorder, "cost", value, paid)
        value = paid
    allowed = np.where(minimum > 0, np.maximum(value, minimum), value)
    tell_guard(recorder, "minimum", value, allowed)
    if terms.vat is None:
        return allowed
    taxed = np.where(running.is_rivals, allowed, scale(allowed, ONE + share_of(terms.vat)))
    tell_guard(recorder, "vat", allowed, taxed, f"{terms.vat} % tax is added.")
    return taxed


def _rule_ids(running: Running, rules: Sequence[PriceRule], is_made: Mask) -> pa.Array:
    ids = pa.array([*(rule.id for rule in rules), ""], pa.string())
    return ids.take(pa.array(np.where(is_made & (running.last >= 0), running.last, len(rules))))


def _known(amounts: Numbers) -> pa.Array:
    return pa.array(amounts, pa.int64(), mask=amounts <= 0)
