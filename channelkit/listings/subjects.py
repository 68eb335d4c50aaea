"""What is decided about: every listing, and every product that could be one, with the facts of both sides beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one

LISTABLE = ("simple", "virtual", "downloadable")
"""Types that can be on Amazon by themselves (ON-11); a configurable product is there as its children."""

LISTING_FACTS = (
    *("asin", "price", "currency", "quantity", "fulfillment_channel", "status", "buyable", "issues"),
    *("observed_at", "missing_since", "missing_last"),
)

LINK_FACTS = pa.schema(
    [
        ("product_sku", pa.string()),
        ("method", pa.string()),
        ("evidence", pa.string()),
        ("candidates", pa.int64()),
        ("confidence", pa.float64()),
        ("linked_by", pa.string()),
    ]
)

ITEM_FACTS = ("several_asins", "parent_asin")
"""Flags of a product: several items in Amazon's catalog could be it, or what it is there is a parent of variants."""

PRODUCT_FACTS = pa.schema(
    [
        ("product_type", pa.string()),
        ("product_enabled", pa.bool_()),
        ("product_price", pa.string()),
        ("product_gone_since", pa.int64()),
        ("on_website", pa.bool_()),
        ("salable", pa.int64()),
        ("in_stock", pa.bool_()),
        ("managed", pa.bool_()),
    ]
)


def gather(
    listings: pa.Table,
    links: pa.Table,
    products: pa.Table,
    scopes: pa.Table,
    stock: pa.Table,
    *,
    website_id: int | None = None,
    items: pa.Table | None = None,
) -> pa.Table:
    """Return one row for each listing, and one for each product without a listing that could have one.

    Arguments:
        listings: one store's, columns of `channelkit.model.tables.LISTINGS`.
        links: what `channelkit.matching.decision.decide_links` said of them, in the same order; what
            `channelkit.matching.links.link` said has no ``confidence`` and ``linked_by``, which are then not known.
        products: columns of `channelkit.model.tables.PRODUCTS`; those with ``missing_since`` are facts for their
            listings and become no row of their own.
        scopes: the store view's own values, columns of `channelkit.model.tables.SCOPES`.
        stock: the website's, columns of `channelkit.model.tables.STOCK`.
        website_id: Commerce's number of the store's website; None where ``products`` holds only that website's.
        items: which item of Amazon's catalog each product is, in the order of ``products``, as
            `channelkit.matching.catalog.choose_items` says; None where the products' own ASINs are all there is.

    Returns:
        ``listed`` (on Amazon or not), ``sku`` (the seller SKU, else the product's), the `LINK_FACTS`, the
        `LISTING_FACTS`, the `PRODUCT_FACTS`, and with ``items`` the `ITEM_FACTS`; listings first.
    """
    facts = _product_facts(products, scopes, stock, website_id)
    skus = one(products["sku"])
    place = pc.index_in(one(links["product_sku"]), value_set=skus, skip_nulls=True)
    linked = _rows(facts, place)
    on_amazon = pa.table(
        {
            "listed": pa.repeat(True, listings.num_rows),
            "sku": one(listings["seller_sku"]),
            **{field.name: _link_fact(links, field) for field in LINK_FACTS},
            **{name: one(listings[name]) for name in LISTING_FACTS},
            **linked,
        }
    )
    if items is not None:
        for name in ITEM_FACTS:
            on_amazon = on_amazon.append_column(name, pa.repeat(False, listings.num_rows))
    is_listable = pc.is_in(one(products["type"]), value_set=pa.array(LISTABLE))
    is_free = np.ones(len(skus), np.bool_)
    is_free[place.drop_null().to_numpy()] = False
    is_here = pc.and_(facts["on_website"], pc.is_null(facts["product_gone_since"]))
    chosen = pc.indices_nonzero(pc.and_(pc.and_(is_listable, pa.array(is_free)), is_here))
    if not len(chosen):
        return on_amazon
    free = skus.take(chosen)
    not_there = {name: pa.nulls(len(chosen), on_amazon.schema.field(name).type) for name in on_amazon.column_names}
    could_be = not_there | {
        "listed": pa.repeat(False, len(chosen)),
        "sku": free,
        "product_sku": free,
        "candidates": pa.repeat(pa.scalar(0, pa.int64()), len(chosen)),
        "asin": one(products["asin"]).take(chosen),
        **_rows(facts, chosen),
    }
    if items is not None:
        could_be |= {name: one(items[name]).take(chosen) for name in ("asin", "evidence", *ITEM_FACTS)}
    return pa.concat_tables([on_amazon, pa.table(could_be, schema=on_amazon.schema)]).combine_chunks()


def _product_facts(
    products: pa.Table, scopes: pa.Table, stock: pa.Table, website_id: int | None
) -> dict[str, pa.Array]:
    skus = one(products["sku"])
    here = pc.index_in(skus, value_set=one(scopes["sku"]))
    stocked = pc.index_in(skus, value_set=one(stock["sku"]))
    is_here = pa.repeat(True, len(skus))
    if website_id is not None:
        is_here = pc.fill_null(pc.match_substring(one(products["websites"]), f",{website_id},"), False)
    gone = (
        one(products["missing_since"]) if "missing_since" in products.column_names else pa.nulls(len(skus), pa.int64())
    )
    return {
        "product_type": one(products["type"]),
        "product_enabled": pc.coalesce(one(scopes["enabled"]).take(here), one(products["enabled"])),
        "product_price": pc.coalesce(one(scopes["price"]).take(here), one(products["price"])),
        "product_gone_since": gone,
        "on_website": is_here,
        **{name: one(stock[name]).take(stocked) for name in ("salable", "in_stock", "managed")},
    }


def _link_fact(links: pa.Table, field: pa.Field) -> pa.Array:
    return one(links[field.name]) if field.name in links.column_names else pa.nulls(links.num_rows, field.type)


def _rows(facts: dict[str, pa.Array], rows: pa.Array) -> dict[str, pa.Array]:
    return {name: column.take(rows) for name, column in facts.items()}
