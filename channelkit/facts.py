"""Everything that a decision about a store's listings rests on: read once, and from then on only looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import (
    answers,
    candidates,
    catalog_items,
    decisions,
    elders,
    journal,
    listings,
    products,
    progress,
    reports,
    scopes,
    stock,
    stock_ledger,
    tabs,
)
from channelkit.database.definitions import load_definitions
from channelkit.database.unread_orders import add_unread
from channelkit.listings.freshness import Freshness
from channelkit.listings.held import lay_held
from channelkit.listings.rules.tree import Group
from channelkit.listings.subjects import LISTING_FACTS
from channelkit.listings.terms import Terms
from channelkit.model.changes import DECIDED_LINKS
from channelkit.model.columns import one
from channelkit.model.decisions import DECISIONS
from channelkit.model.marketplaces import Marketplace
from channelkit.offered import load_offered
from channelkit.plan.guards import Limits
from channelkit.plan.price_guards import PriceLimits
from channelkit.price_facts import KnownPrices, load_pricing
from channelkit.pricing.rules import PriceRule
from channelkit.pricing.terms import PriceTerms
from channelkit.pricing.wanted import Pricing
from channelkit.traits import load_traits

REFUSED_FOR = 24 * 3_600_000
"""Milliseconds for which a change that Amazon refused is not sent again unchanged."""

ON_AMAZON = tuple(
    dict.fromkeys(
        (
            *("seller_sku", "title", "product_id", "product_id_type", "product_type", *LISTING_FACTS),
            *("business", "sale", "list_price", "least_price", "largest_price"),
        )
    ),
)
IN_COMMERCE = (
    *("sku", "name", "type", "enabled", "price", "websites"),
    *("seller_sku", "asin", "upc", "ean", "isbn", "gtin", "gcid", "missing_since"),
)
CANDIDATES = ("product_sku", "asin", "kind", "found_by", "parent", "product_type")
DECIDED = (
    *("listed", "sku", "asin", "tab", "status", "since", "reason", "next_step", "actions", "stale"),
    *("product_sku", "method", "evidence", "confidence", "linked_by", "linked_at", "wanted_quantity"),
)
"""What decisions are made from; descriptions and all other attributes stay where they are."""

SEVERAL = "Multiple Matches Found"
"""The status that tells of several products that a listing could be."""


@dataclass(frozen=True)
class Store:
    """One Amazon store as a cycle sees it.

    Arguments:
        website_id: Commerce's number of the website; None while Commerce was never read.
        terms: how quantity, condition and the rest are found.
        prices: how prices are found.
        limits: what is held, and what stops a plan.
        read_only_because: why nothing is sent and what to do about it; empty where the store may send.
        catalog_calls: how many calls a cycle spends on searching Amazon's catalog for products without a listing.
        competition_calls: how many batches of twenty items a cycle asks about others' offers; 0 for none.
        fee_calls: how many batches of twenty listings a cycle asks about Amazon's fees, where cost is known.
        general: code of the attribute whose words a general search takes; empty for none.
        elders: the active stores that share seller SKUs with this one and are older, the oldest first (RG-02).
        sending_elders: those of them that may send; what they decide, they send themselves.
        stock_websites: codes of the websites that sell the same units; an order of any of them takes from all.
        sharing_sites: ids of the marketplaces in which a seller SKU of the account has one quantity with the store's.
        pauses_scarce: scarce goods are off offer while their quantity is corrected.
        asked: what is read of products' attributes beside the listing rule: the role to the attribute's code.
        price_limits: what prices are held against; None where nothing is known of it.
    """

    name: str
    marketplace: Marketplace
    website: str
    website_id: int | None
    store_view: str
    terms: Terms
    prices: PriceTerms
    limits: Limits
    read_only_because: str
    report_hours: int
    sweep_calls: int
    catalog_calls: int = 0
    competition_calls: int = 0
    fee_calls: int = 0
    general: str = ""
    elders: tuple[str, ...] = ()
    sending_elders: tuple[str, ...] = ()
    stock_websites: tuple[str, ...] = ()
    sharing_sites: tuple[str, ...] = ()
    pauses_scarce: bool = False
    asked: tuple[tuple[str, str], ...] = ()
    price_limits: PriceLimits | None = None


@dataclass(frozen=True)
class Facts:
    """The tables that a decision rests on; a decision about some listings has only what concerns them.

    Arguments:
        traits: what the rule and the settings say of each product, in the order of ``products``.
        pricing: what their prices are made from.
        required: what Amazon's definition asks of an offer, by product type: attributes and their titles.
        offered: what products have for these attributes, a column for each that is linked, in their order.
        links: the links that hold, where they were decided before; None where they are to be decided anew.
        listings_count: how many listings the store has in all.
        is_whole: a complete report of the store's listings was read once, so what is not among them is not there.
    """

    listings: pa.Table
    products: pa.Table
    traits: pa.Table
    pricing: Pricing
    required: Mapping[str, Mapping[str, str]]
    offered: pa.Table
    scopes: pa.Table
    stock: pa.Table
    previous: pa.Table
    pending: pa.Table
    refused: pa.Table
    freshness: Freshness
    items: pa.Table
    asins: pa.Table
    suggested: pa.Table
    answers: pa.Table
    decisions: pa.Table
    elders: pa.Table
    links: pa.Table | None
    listings_count: int
    is_whole: bool


def load_facts(
    connection: Connection,
    store: Store,
    now: int,
    *,
    rule: Group | None,
    price_rules: Sequence[PriceRule] = (),
    only: Sequence[str] | None = None,
    to_plan: bool = True,
) -> Facts:
    """Read what a decision rests on.

    Arguments:
        now: milliseconds since 1970.
        rule: the listing rule; None admits every product.
        price_rules: the store's price rules; those of the day are applied.
        only: seller SKUs, and SKUs of products: only these, with the links as they were decided last.
        to_plan: a plan is to be made; otherwise nothing is read of any listing that is not among them.
    """
    name, keys = store.name, None
    previous = tabs.load_tabs(connection, name, DECIDED, only)
    seller_skus = product_skus = None
    if only is not None:
        is_listed = one(previous["listed"])
        seller_skus = list({*only, *one(previous["sku"]).filter(is_listed).to_pylist()})
        product_skus = list({*only, *previous["product_sku"].drop_null().to_pylist()})
    on_amazon = listings.load(connection, name, ON_AMAZON, seller_skus)
    catalog = products.load_products(connection, IN_COMMERCE, gone=True, skus=product_skus)
    if only is not None and not to_plan:
        keys = sorted(
            {*only, *(seller_skus or ()), *(product_skus or ()), *one(catalog["seller_sku"]).to_pylist()} - {None}
        )
    own = scopes.load_scopes(connection, store.store_view, skus=product_skus)
    known = KnownPrices(one(catalog["price"]), own)
    required = {kind: each.required for kind, each in load_definitions(connection, store.marketplace.id).items()}
    return Facts(
        listings=on_amazon,
        products=catalog,
        traits=load_traits(
            connection,
            rule,
            dict(store.asked),
            store.terms.time_zone,
            product_skus,
            store_view=store.store_view,
        ),
        pricing=load_pricing(connection, store, price_rules, one(catalog["sku"]), now, only, known=known),
        required=required,
        offered=load_offered(connection, store.marketplace, required, one(catalog["sku"])),
        scopes=own,
        stock=lay_held(
            stock.load_stock(connection, store.website, skus=product_skus),
            _held(connection, store.stock_websites or (store.website,)),
        ),
        previous=previous,
        pending=journal.open_changes(connection, name, keys),
        refused=journal.recent_refusals(connection, name, now - REFUSED_FOR),
        freshness=_freshness(connection, store),
        items=catalog_items.load_items(connection, store.marketplace.id, CANDIDATES, product_skus),
        asins=catalog_items.load_asins(connection, name),
        suggested=candidates.load_suggested(connection, name) if only is None else _NOTHING_SUGGESTED,
        answers=answers.load_answers(connection, name, keys),
        decisions=decisions.drop_fulfilled(connection, name, decisions.load_decisions(connection, name, keys)),
        elders=elders.load_elders(connection, name, store.elders, seller_skus),
        links=None if only is None else _links(previous, on_amazon),
        listings_count=on_amazon.num_rows
        if only is None or keys is not None
        else listings.count_listings(connection, name),
        is_whole=reports.is_known_whole(connection, name),
    )


def overlay(decisions: pa.Table, proposed: pa.Table) -> pa.Table:
    """Return what would hold if these decisions were made as well: the newest of each kind about each seller SKU.

    Arguments:
        decisions, proposed: columns of `channelkit.model.decisions.DECISIONS`.
    """
    names = DECISIONS.names
    keys = [
        pc.binary_join_element_wise(one(table["kind"]), one(table["seller_sku"]), "\x1f")
        for table in (decisions, proposed)
    ]
    kept = decisions.filter(pc.invert(pc.is_in(keys[0], value_set=keys[1])))
    return pa.concat_tables([kept.select(names), proposed.select(names)]).combine_chunks()


def _held(connection: Connection, websites: Sequence[str]) -> pa.Table:
    """Return what is held for orders, those that are known from the report alone among them."""
    return add_unread(connection, stock_ledger.held_by_product(connection, *websites), websites)


_NOTHING_SUGGESTED = pa.schema(
    [(name, pa.string()) for name in ("seller_sku", "product_sku")]
    + [("probability", pa.float64()), ("evidence", pa.string()), ("verdict", pa.string())]
).empty_table()


def _links(previous: pa.Table, on_amazon: pa.Table) -> pa.Table:
    """Return the links that were decided last, one for each listing, in their order."""
    before = previous.filter(one(previous["listed"])).combine_chunks()
    place = pc.index_in(one(on_amazon["seller_sku"]), value_set=one(before["sku"]))
    links = {
        name: one(before[name]).take(place) for name in ("product_sku", "method", "evidence", "confidence", "linked_by")
    }
    is_several = pc.fill_null(pc.equal(one(before["status"]).take(place), SEVERAL), False)
    return pa.table(
        {"seller_sku": on_amazon["seller_sku"], **links, "candidates": is_several.cast(pa.int64())},
    ).select(DECIDED_LINKS.names)


def _freshness(connection: Connection, store: Store) -> Freshness:
    """Return when both sides were last read without a fault."""

    def read_at(name: str) -> int | None:
        return progress.moved_at(connection, name)

    return Freshness(
        listings_read=read_at(f"listings/{store.name}"),
        products_read=read_at("products"),
        stock_read=read_at(f"stock/{store.website}"),
    )
