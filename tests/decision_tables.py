"""Small tables of facts for the tests of deciding: name the columns that matter, the rest is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.classify import classify
from channelkit.listings.freshness import Freshness
from channelkit.listings.subjects import TRAITS, gather
from channelkit.listings.terms import Terms, decide_terms
from channelkit.listings.wishes import ALIASES
from channelkit.matching.links import link
from channelkit.model.changes import OPEN_CHANGES
from channelkit.model.columns import one
from channelkit.model.decisions import DECISIONS, ELDERS
from channelkit.model.tables import LISTINGS, PRODUCTS, SCOPES, STOCK, TABS, Table
from channelkit.pricing.terms import Amounts, PriceFacts, PriceTerms
from channelkit.pricing.wanted import Pricing, lay_prices

Row = Mapping[str, Any]

NOW = 1_700_000_000_000
MINUTE = 60_000
TERMS = Terms(store="us", currency="USD", digits=2, price_currency="USD")

LISTING: Row = {
    "seller_sku": "A",
    "asin": "B000000001",
    "price": 1000,
    "currency": "USD",
    "quantity": 5,
    "fulfillment_channel": "DEFAULT",
    "status": "Active",
    "buyable": True,
    "product_type": "MUG",
    "observed_at": NOW - MINUTE,
}
PRODUCT: Row = {"sku": "A", "type": "simple", "enabled": True, "price": "10.000000", "websites": ",1,", "name": "Mug"}
IN_STOCK: Row = {"sku": "A", "website": "us", "salable": 5, "in_stock": True, "managed": True}


def table(declared: Table, rows: Sequence[Row]) -> pa.Table:
    """Return rows as a declared table; columns that a row does not name are not known."""
    full = [{name: row.get(name) for name in declared.names} for row in rows]
    return pa.Table.from_pylist(full, schema=declared.schema())


def decision(kind: str, value: str | None, *, sku: str = "A", at: int = NOW - MINUTE, by: str = "Ann") -> Row:
    """Return what a person decided about a listing."""
    return {"store": "us", "seller_sku": sku, "kind": kind, "value": value, "by_whom": by, "at": at, "id": at}


def gathered(
    listings: Sequence[Row] = (),
    products: Sequence[Row] = (),
    stock: Sequence[Row] = (),
    scopes: Sequence[Row] = (),
    *,
    traits: Mapping[str, Sequence[Any]] | None = None,
    aliases: Sequence[Row] = (),
    more: Mapping[str, Sequence[Any]] | None = None,
) -> pa.Table:
    """Match and gather, as a cycle does.

    Arguments:
        traits: columns about the products, in their order.
        more: further columns of the subjects.
    """
    on_amazon, catalog = table(LISTINGS, listings), table(PRODUCTS, products)
    found = gather(
        on_amazon,
        link(on_amazon, catalog),
        catalog,
        table(SCOPES, scopes),
        table(STOCK, stock),
        website_id=1,
        traits=traits and pa.table({name: pa.array(traits[name], TRAITS.field(name).type) for name in traits}),
        aliases=pa.Table.from_pylist([{"asin": None, **row} for row in aliases], schema=ALIASES),
    )
    for name, values in (more or {}).items():
        found = found.append_column(name, pa.array(values))
    return found


def subjects_of(
    listings: Sequence[Row] = (),
    products: Sequence[Row] = (),
    stock: Sequence[Row] = (),
    scopes: Sequence[Row] = (),
    terms: Terms = TERMS,
    *,
    decisions: Sequence[Row] = (),
    elders: Sequence[Row] = (),
    **facts: Any,
) -> pa.Table:
    """Match, gather and find terms, as a cycle does.

    Arguments:
        facts: as for `gathered`.
    """
    older = pa.Table.from_pylist([{name: row.get(name) for name in ELDERS.names} for row in elders], schema=ELDERS)
    decided, found = table(DECISIONS, decisions), gathered(listings, products, stock, scopes, **facts)
    return decide_terms(priced(found, terms, decided), terms, decided, older)


def priced(subjects: pa.Table, terms: Terms = TERMS, decisions: pa.Table | None = None) -> pa.Table:
    """Lay prices beside subjects as a cycle does where no price rule holds: the price of each one's product."""
    linked = subjects.filter(pc.is_valid(subjects["product_sku"])).combine_chunks()
    skus, values = one(linked["product_sku"]), one(linked["product_price"])
    amounts = Amounts(values, pa.repeat(terms.price_currency, len(values)))
    facts = PriceFacts(skus, {"price": amounts})
    pricing = Pricing(facts, (), (), PriceTerms(terms.currency, terms.digits))
    return lay_prices(subjects, pricing, terms, decisions, NOW)


def decide(
    listings: Sequence[Row] = (),
    products: Sequence[Row] = (),
    stock: Sequence[Row] = (),
    *,
    scopes: Sequence[Row] = (),
    terms: Terms = TERMS,
    previous: pa.Table | None = None,
    pending: Sequence[Row] = (),
    now: int = NOW,
    freshness: Freshness | None = None,
    refused: pa.Table | None = None,
    **facts: Any,
) -> list[dict[str, Any]]:
    """Match, gather, find terms and classify; return the decisions as rows.

    Arguments:
        facts: as for `subjects_of`.
    """
    found = subjects_of(listings, products, stock, scopes, terms, **facts)
    before = table(TABS, []) if previous is None else previous
    rows: list[dict[str, Any]] = classify(
        found, terms, before, table(OPEN_CHANGES, pending), now, freshness=freshness, refused=refused
    ).to_pylist()
    return rows


def decide_one(
    listing: Row | None = None, product: Row | None = None, stock: Row | None = None, **options: Any
) -> dict[str, Any]:
    """Decide about one ordinary listing with some facts changed; its product and stock are ordinary as well."""
    found = decide(
        [{**LISTING, **(listing or {})}], [{**PRODUCT, **(product or {})}], [{**IN_STOCK, **(stock or {})}], **options
    )
    assert len(found) == 1
    return found[0]


def decide_product(product: Row | None = None, stock: Row | None = None, **options: Any) -> list[dict[str, Any]]:
    """Decide about one product that is not on Amazon and has an ASIN."""
    known = {**PRODUCT, "asin": "B000000001", **(product or {})}
    return decide([], [known], [{**IN_STOCK, **(stock or {})}], **options)
