"""From facts to a decision: match, lay over it what people decided, classify, plan and guard. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.facts import Facts, Store
from channelkit.listings.classify import classify
from channelkit.listings.requirements import find_lacking
from channelkit.listings.subjects import gather
from channelkit.listings.terms import decide_terms
from channelkit.listings.wishes import find_aliases
from channelkit.matching.catalog import choose_items
from channelkit.matching.decision import decide_links
from channelkit.matching.links import link
from channelkit.model.changes import PUBLISH, QUANTITY
from channelkit.model.columns import one
from channelkit.outcome import Decision
from channelkit.plan.expected import expect
from channelkit.plan.fingerprint import fingerprint
from channelkit.plan.guards import guard
from channelkit.plan.listings import asked_of, plan_changes
from channelkit.plan.pauses import pause
from channelkit.plan.prices import PRICED_LISTINGS, PricePast, Wished, hold_against, temper
from channelkit.plan.raises import WAITING, Past, settle
from channelkit.pricing.wanted import LAID, find_followers, lay_prices


@dataclass(frozen=True)
class Draft:
    """A plan before it is known whether what it raises may be raised.

    Arguments:
        tabs: what was decided about each listing and product.
        changes: columns of `channelkit.model.changes.CHANGES`.
        asked: what people asked for of it.
        watched: ``seller_sku, quantity`` of listings that show what is wanted, and less than was wanted before.
        wished: what was decided about prices.
        followers: seller SKUs of listings whose price some rule makes from what others ask.
    """

    tabs: pa.Table
    changes: pa.Table
    asked: pa.Table
    watched: pa.Table
    wished: Wished
    followers: pa.Array

    @property
    def of_quantities(self) -> list[str]:
        """Seller SKUs whose quantity is to change, or may have to."""
        is_quantity = pc.equal(one(self.changes["field"]), QUANTITY)
        changing: list[str] = one(self.changes["seller_sku"]).filter(is_quantity).to_pylist()
        return [*changing, *self.watched["seller_sku"].to_pylist()]


def judge(facts: Facts, store: Store, now: int, past: Past | None = None) -> Decision:
    """Return the tab of each listing and product, and the plan that would bring Amazon there.

    Arguments:
        now: milliseconds since 1970.
        past: what tells whether quantities fell on Amazon by themselves; None where nobody looked.
    """
    return complete(draft(facts, store, now), facts, store, past, now=now)


def draft(facts: Facts, store: Store, now: int) -> Draft:
    """Return the tab of each listing and product, and what would have to change on Amazon.

    Arguments:
        now: milliseconds since 1970.
    """
    subjects = describe(facts, store, now)
    decided = classify(
        subjects,
        store.terms,
        facts.previous,
        facts.pending,
        now,
        freshness=facts.freshness,
        refused=facts.refused,
    )
    asked = asked_of(decided, facts.decisions)
    offered = _without_elders(decided, store)
    expected = expect(facts.listings, facts.pending, now)
    changes = plan_changes(offered, expected, asked)
    if not facts.is_whole:
        # A product that seems to have no listing may have one that was not read yet: it would be listed twice.
        changes = changes.filter(pc.not_equal(changes["field"], PUBLISH)).combine_chunks()
    rows = subjects.select(["seller_sku", "product_sku", "asin", "condition"])
    wished = Wished(offered, expected, _priced(subjects), rows, facts.pricing)
    return Draft(
        decided, changes, asked, _find_watched(offered, facts, changes), wished, find_followers(subjects, facts.pricing)
    )


def complete(
    drafted: Draft, facts: Facts, store: Store, past: Past | None, prices: PricePast | None = None, *, now: int
) -> Decision:
    """Return a drafted plan with its guards, and without what an order that nobody has read yet may have taken.

    Arguments:
        past: what tells whether quantities fell on Amazon by themselves; None where nobody looked.
        prices: what became of prices in the last days; None where nobody looked.
        now: milliseconds since 1970.
    """
    settled = None if past is None else settle(drafted.changes, past, now, drafted.watched)
    changes = drafted.changes if settled is None else settled.changes
    if past is not None and settled is not None:
        changes, paused = pause(changes, past, now)
        settled = replace(settled, changes=changes, waiting=pa.concat_tables([settled.waiting, paused]))
    damped = WAITING.empty_table()
    basis = None
    if prices is not None:
        tempered = temper(changes, drafted.wished, prices, store.limits.largest_price_jump, now)
        changes, damped = tempered.changes, tempered.waiting
        if store.price_limits is not None:
            basis = hold_against(facts.listings, drafted.wished.priced, prices, store.price_limits)
    guarded = guard(
        changes,
        facts.listings_count,
        store.limits,
        facts.refused,
        asked=drafted.asked,
        prices=basis,
        canary=None if prices is None else prices.canary,
    )
    types = _product_types(facts, drafted.tabs, changes)
    key = fingerprint(guarded.going)
    return Decision(drafted.tabs, guarded, types, key, facts.listings_count, settled, damped, drafted.followers)


def _priced(subjects: pa.Table) -> pa.Table:
    """Return what the pricing room made of each listing; nothing where it was not asked."""
    if f"{LAID}price" not in subjects.column_names:
        return PRICED_LISTINGS.empty_table()
    told = {name: one(subjects[f"{LAID}{name}"]) for name in PRICED_LISTINGS.names if name != "seller_sku"}
    return pa.table({"seller_sku": one(subjects["seller_sku"]), **told}, schema=PRICED_LISTINGS)


def _find_watched(offered: pa.Table, facts: Facts, changes: pa.Table) -> pa.Table:
    """Return listings with nothing planned that show what is wanted, and less than was wanted before."""
    listed = offered.filter(one(offered["listed"]))
    wanted, skus = one(listed["wanted_quantity"]), one(listed["seller_sku"])
    shown = one(facts.listings["quantity"]).take(pc.index_in(skus, value_set=one(facts.listings["seller_sku"])))
    was = facts.previous.filter(one(facts.previous["listed"]))
    before = one(was["wanted_quantity"]).take(pc.index_in(one(listed["sku"]), value_set=one(was["sku"])))
    is_quantity = pc.equal(one(changes["field"]), QUANTITY)
    planned = pc.is_in(skus, value_set=one(changes["seller_sku"]).filter(is_quantity))
    fell = pc.and_(pc.equal(shown, wanted), pc.less(shown, before))
    chosen = pc.and_(pc.fill_null(fell, False), pc.invert(planned))
    return pa.table({"seller_sku": skus.filter(chosen), "quantity": shown.filter(chosen)})


def describe(facts: Facts, store: Store, now: int) -> pa.Table:
    """Return what is decided about, and what each of it should be offered at: the subjects of the decision tables."""
    return decide_terms(gather_subjects(facts, store, now), store.terms, facts.decisions, facts.elders)


def gather_subjects(facts: Facts, store: Store, now: int) -> pa.Table:
    """Return what is decided about, with the facts of both sides and its price beside it.

    Arguments:
        now: milliseconds since 1970.
    """
    links = facts.links
    if links is None:
        by_identifier = link(facts.listings, facts.products)
        links = decide_links(by_identifier, facts.suggested, facts.answers, one(facts.products["sku"]))
    items = choose_items(facts.products, facts.items, facts.asins)
    gathered = gather(
        facts.listings,
        links,
        facts.products,
        facts.scopes,
        facts.stock,
        website_id=store.website_id,
        items=items,
        traits=_with_lacking(facts, items),
        aliases=find_aliases(facts.decisions, facts.listings["seller_sku"]),
    )
    return lay_prices(gathered, facts.pricing, store.terms, facts.decisions, now)


def _with_lacking(facts: Facts, items: pa.Table) -> pa.Table:
    """Return products' traits with what Amazon's definition of their item's type asks for and they lack (TB-02)."""
    if not facts.required:
        return facts.traits
    kinds = _types_of(facts, one(items["asin"]))
    offered = {name: facts.offered[name] for name in facts.offered.column_names}
    traits = {name: facts.traits[name] for name in facts.traits.column_names}
    return pa.table(traits | {"lacking": find_lacking(kinds, facts.required, offered)})


def _types_of(facts: Facts, asins: pa.Array) -> pa.Array:
    """Return the product type of items in Amazon's catalog; null where it was not read."""
    return one(facts.items["product_type"]).take(pc.index_in(asins, value_set=one(facts.items["asin"])))


def _without_elders(decided: pa.Table, store: Store) -> pa.Table:
    """Return decisions without what an older store decides and sends: one call for a seller SKU, not one a country."""
    if not store.sending_elders:
        return decided
    is_new = pc.fill_null(one(decided["wanted_listed"]), False)
    is_elders = pc.is_in(one(decided["decided_by"]), value_set=pa.array(store.sending_elders))
    is_sent = pc.and_not(is_elders, is_new)
    for name in ("wanted_quantity", "wanted_handling", "wanted_fulfillment"):
        column = one(decided[name])
        kept = pc.if_else(is_sent, pa.scalar(None, column.type), column)
        decided = decided.set_column(decided.column_names.index(name), name, kept)
    return decided


def _product_types(facts: Facts, decided: pa.Table, changes: pa.Table) -> pa.Table:
    """Return Amazon's product type of each listing, and of each that is to be published as an item of its catalog."""
    known = facts.listings.select(["seller_sku", "product_type"])
    new = one(changes["seller_sku"]).filter(pc.equal(one(changes["field"]), PUBLISH))
    if not len(new):
        return known
    place = pc.index_in(new, value_set=one(decided["seller_sku"]))
    asin = pc.coalesce(one(decided["wanted_asin"]), one(decided["asin"])).take(place)
    is_new = pc.invert(pc.is_in(one(known["seller_sku"]), value_set=new))
    published = pa.table({"seller_sku": new, "product_type": _types_of(facts, asin)})
    return pa.concat_tables([known.filter(is_new), published])
