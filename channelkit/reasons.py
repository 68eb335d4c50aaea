"""Why a listing is where it is: the facts, the rule and the decision of one SKU, read by its keys and decided anew.

It reads what concerns the one SKU, so it answers at once however many listings there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.clock import milliseconds
from channelkit.cycle import Cycle, read_price_rules
from channelkit.database import products, progress, rules
from channelkit.database.connection import Database
from channelkit.database.reference import load_catalog_reference
from channelkit.facts import Facts, Store, load_facts
from channelkit.listings.classify import classify
from channelkit.listings.dated_facts import DatedFact
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.description import describe as describe_rule
from channelkit.listings.rules.trace import smallest_change, trace_rule
from channelkit.listings.rules.tree import Group, codes_of, parse_rule
from channelkit.listings.trace import trace
from channelkit.model.columns import one
from channelkit.report.dated_facts import Fact, ReadAt, tell_facts
from channelkit.report.explanation import Explanation, Reasoning, RuleStep, Tried
from channelkit.report.sightings import CHANNELKIT, COMMERCE
from channelkit.report.subject import Subject, find_subject
from channelkit.report.timeline import read_timeline
from channelkit.report.untabbed import explain_untabbed
from channelkit.verdict import describe, gather_subjects

EVENTS = 200
"""Rows of each source that an explanation's history is made from; the timeline reads more."""


def explain(cycle: Cycle, sku: str) -> Explanation:
    """Return why a listing or product is in its tab, from which facts, and what would move it (AC-09, TB-01).

    Arguments:
        sku: a seller SKU, or the SKU of a product.

    Raises:
        UsageError: neither side has it.
    """
    return find_reasons(cycle.database, cycle.store, sku, milliseconds(cycle.clock.now()))


def find_reasons(database: Database, store: Store, sku: str, now: int) -> Explanation:
    """Return the explanation of one SKU; nothing of any other is read.

    Arguments:
        now: milliseconds since 1970.

    Raises:
        UsageError: neither side has it.
    """
    subject = find_subject(database, store.name, sku, store.store_view)
    keys = sorted({subject.sku, *([subject.product_sku] if subject.product_sku else [])})
    with database.read() as connection:
        kept = next(iter(rules.list_rules(connection, store.name)), None)
        rule = None if kept is None else parse_rule(kept.rule)
        priced = read_price_rules(connection, store.name)
        facts = load_facts(connection, store, now, rule=rule, price_rules=priced, only=keys, to_plan=False)
        read = _read_at(connection, store)
        steps = _trace_rule(connection, rule, subject, store)
    reasoning = _decide_anew(facts, store, subject, now)
    words, ticks, change = steps
    moves = (*([change] if change else []), *reasoning.moves)
    reasoning = Reasoning(
        rule=words,
        rule_name=kept.name if kept and words else "",
        steps=ticks,
        rows=reasoning.rows,
        row=reasoning.row,
        moves=tuple(dict.fromkeys(moves)),
        facts=reasoning.facts,
        now=reasoning.now,
        is_decided=True,
    )
    return Explanation(
        subject=subject,
        facts=tuple(tell_facts(subject, read)),
        history=read_timeline(database, subject, store.store_view, EVENTS),
        now_ms=now,
        reasoning=reasoning,
        untabbed=explain_untabbed(
            subject,
            website_id=store.website_id,
            imports_third_party=store.terms.import_third_party,
            is_admitted=ticks[0].holds if ticks else None,
        ),
    )


def _read_at(connection: Connection, store: Store) -> ReadAt:
    """Return when both sides were last read without a fault."""
    names = (f"listings/{store.name}", "products", f"stock/{store.website}")
    return ReadAt(*(progress.moved_at(connection, name) for name in names))


def _trace_rule(
    connection: Connection, rule: Group | None, subject: Subject, store: Store
) -> tuple[str, tuple[RuleStep, ...], str]:
    """Return the rule in a sentence, each of its steps for the product, and what would turn it."""
    if rule is None or not rule.children:
        return "", (), ""
    attributes = rule_attributes(load_catalog_reference(connection))
    sentence = describe_rule(rule, attributes)
    skus = [subject.product_sku] if subject.product_sku else []
    batches = list(products.iter_attributes(connection, codes_of(rule), skus=skus, store_view=store.store_view))
    batch = batches[0] if batches else None
    if batch is None or batch.num_rows != 1:
        return sentence, (), ""
    zone = store.terms.time_zone
    ticks = trace_rule(rule, batch, attributes, zone)
    told = tuple(RuleStep(tick.depth, tick.words, tick.value, tick.holds) for tick in ticks)
    return sentence, told, smallest_change(rule, batch, attributes, zone)


def _decide_anew(facts: Facts, store: Store, subject: Subject, now: int) -> Reasoning:
    """Decide about the subject from the facts as they are now, and tell which rows were tried."""
    told = classify(
        describe(facts, store, now), store.terms, facts.previous, facts.pending, now, freshness=facts.freshness
    )
    decided = _own(told, subject)
    row: Mapping[str, Any] | None = decided.to_pylist()[0] if decided.num_rows else None
    gathered = _own(gather_subjects(facts, store, now), subject)
    if not gathered.num_rows:
        return Reasoning(now=dict(row) if row else None)
    traced = trace(
        gathered,
        store.terms,
        facts.pending,
        now,
        decisions=facts.decisions,
        elders=facts.elders,
        freshness=facts.freshness,
        refused=facts.refused,
    )
    return Reasoning(
        rows=tuple(Tried(number, words, holds) for number, words, holds in traced.rows),
        row=traced.row[0],
        moves=tuple(traced.moves),
        facts=tuple(_further(traced.facts, subject)),
        now=dict(row) if row else None,
    )


_TOLD = frozenset(
    (
        *("On Amazon", "ASIN", "Amazon's report says", "People can buy it", "Amazon's complaints", "Price on Amazon"),
        *("Units on Amazon", "Fulfilled by", "Condition", "Handling days", "Product", "Product type"),
        *("Product is in Commerce", "Product is enabled", "Price in Commerce", "Commerce can sell"),
        *("Commerce counts its stock", "In stock"),
    )
)
"""Facts that `channelkit.report.dated_facts` tells in more words."""

_BETWEEN = (
    "Held for orders",
    "Left to offer",
    "A person decided",
    "On its way",
    "The older store",
    "Seller SKU it would have",
)


def _further(facts: Sequence[DatedFact], subject: Subject) -> Iterator[Fact]:
    """Return the facts of a decision that neither side tells by itself, but for those that go without saying."""
    usual = {("On the store's website", "yes"), ("Seller SKU it would have", subject.sku)}
    for label, value, at in facts:
        if label not in _TOLD and (label, value) not in usual:
            yield Fact(CHANNELKIT if label.startswith(_BETWEEN) else COMMERCE, label, value, at)


def _own(table: pa.Table, subject: Subject) -> pa.Table:
    """Return the row of a table that is the subject's own."""
    return table.filter(
        pc.and_(pc.equal(one(table["listed"]), subject.listed), pc.equal(one(table["sku"]), subject.sku))
    )
