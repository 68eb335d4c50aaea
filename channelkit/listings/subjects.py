"""What is decided about: every listing, and every product that could be one, with the facts of both sides beside it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.held import HELD_FACTS
from channelkit.listings.wishes import ALIASES, column
from channelkit.model.columns import one
from channelkit.model.tables import LISTINGS

LISTABLE = ("simple", "virtual", "downloadable")
"""Types that can be on Amazon by themselves (ON-11); a configurable product is there as its children."""

LISTING_FACTS = (
    *("asin", "price", "currency", "quantity", "fulfillment_channel", "status", "buyable", "issues"),
    *("observed_at", "missing_since", "missing_last", "condition", "condition_note", "handling_days"),
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
        *HELD_FACTS,
    ]
)


TRAITS = pa.schema(
    [
        ("admitted", pa.bool_()),
        ("lacking", pa.string()),
        ("condition_choice", pa.string()),
        ("fulfillment_choice", pa.string()),
        ("sale_starts", pa.string()),
        ("sale_ends", pa.string()),
    ]
)
"""What rules, definitions and attributes say of a product: the listing rules admit it; attributes that Amazon's
definition asks for and it lacks; what its attributes say of condition and fulfilment; its first and last day of sale.
"""


def gather(
    listings: pa.Table,
    links: pa.Table,
    products: pa.Table,
    scopes: pa.Table,
    stock: pa.Table,
    *,
    website_id: int | None = None,
    items: pa.Table | None = None,
    traits: pa.Table | None = None,
    aliases: pa.Table | None = None,
) -> pa.Table:
    """Return one row for each listing, for each product without one that could have one, and for each alias.

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
        traits: any of the columns `TRAITS`, in the order of ``products``.
        aliases: listings that people want beside a product's own and that are not on Amazon, columns of
            `channelkit.listings.wishes.ALIASES` (AC-06).

    Returns:
        ``listed`` (on Amazon or not), ``sku`` (the seller SKU, else the product's), ``seller_sku`` (which it has or
        would have), ``sku_taken`` (flag: that is another's), ``alias`` (flag), the `LINK_FACTS`, the `LISTING_FACTS`,
        the `PRODUCT_FACTS`, with ``items`` the `ITEM_FACTS`, and the `TRAITS` that are known, ``admitted`` turned
        round as ``excluded``; listings first.
    """
    facts = _product_facts(products, scopes, stock, website_id) | _traits(traits)
    skus = one(products["sku"])
    place = pc.index_in(one(links["product_sku"]), value_set=skus, skip_nulls=True)
    no = pa.repeat(False, listings.num_rows)
    on_amazon = pa.table(
        {
            "listed": pa.repeat(True, listings.num_rows),
            "sku": one(listings["seller_sku"]),
            "seller_sku": one(listings["seller_sku"]),
            "sku_taken": no,
            "alias": no,
            **{field.name: column(links, field.name, field.type) for field in LINK_FACTS},
            **{name: column(listings, name, LISTINGS.schema([name]).field(0).type) for name in LISTING_FACTS},
            **_rows(facts, place),
            **({} if items is None else dict.fromkeys(ITEM_FACTS, no)),
        }
    )
    is_listable = pc.is_in(one(products["type"]), value_set=pa.array(LISTABLE))
    is_free = np.ones(len(skus), np.bool_)
    is_free[place.drop_null().to_numpy()] = False
    is_here = pc.and_(facts["on_website"], pc.is_null(facts["product_gone_since"]))
    chosen = pc.indices_nonzero(pc.and_(pc.and_(is_listable, pa.array(is_free)), is_here))
    own, prospective = skus.take(chosen), _prospective(products).take(chosen)
    further, of_product = _further(aliases, own, on_amazon["sku"], skus)
    unlisted = pa.concat_arrays([prospective, one(further["seller_sku"])])
    if not len(unlisted):
        return on_amazon
    product_rows = pa.concat_arrays([chosen.cast(pa.int64()), of_product])
    count = len(unlisted)
    could_be = {name: pa.nulls(count, on_amazon.schema.field(name).type) for name in on_amazon.column_names}
    could_be |= {
        "listed": pa.repeat(False, count),
        "sku": pa.concat_arrays([own, one(further["seller_sku"])]),
        "seller_sku": unlisted,
        "sku_taken": _is_taken(unlisted, one(on_amazon["sku"])),
        "alias": pa.array(np.arange(count) >= len(chosen)),
        "product_sku": skus.take(product_rows),
        "candidates": pa.repeat(pa.scalar(0, pa.int64()), count),
        "asin": one(products["asin"]).take(product_rows),
        **_rows(facts, product_rows),
    }
    if items is not None:
        could_be |= {name: one(items[name]).take(product_rows) for name in ("asin", "evidence", *ITEM_FACTS)}
    if further.num_rows:
        could_be |= _with_own_asin(could_be, pa.concat_arrays([pa.nulls(len(own), pa.string()), one(further["asin"])]))
    return pa.concat_tables([on_amazon, pa.table(could_be, schema=on_amazon.schema)]).combine_chunks()


def _further(
    aliases: pa.Table | None, own: pa.Array, listed: pa.ChunkedArray, skus: pa.Array
) -> tuple[pa.Table, pa.Array]:
    """Return the aliases that become rows, and the place of each one's product.

    What is on Amazon is a row already, and a product's own SKU stays the product's.
    """
    if aliases is None or not aliases.num_rows:
        return ALIASES.empty_table(), pa.array([], pa.int64())
    place = pc.index_in(one(aliases["product_sku"]), value_set=skus, skip_nulls=True)
    known = pc.or_(
        pc.is_in(one(aliases["seller_sku"]), value_set=one(listed)), pc.is_in(one(aliases["seller_sku"]), value_set=own)
    )
    is_row = pc.and_(pc.is_valid(place), pc.invert(known))
    return aliases.filter(is_row).combine_chunks(), place.filter(is_row).cast(pa.int64())


def _prospective(products: pa.Table) -> pa.Array:
    """Return the seller SKU under which each product would be listed: its attribute's, else its own SKU."""
    skus = one(products["sku"])
    if "seller_sku" not in products.column_names:
        return skus
    chosen = one(products["seller_sku"])
    return pc.coalesce(pc.if_else(pc.equal(chosen, ""), None, chosen), skus)


def _is_taken(unlisted: pa.Array, listed: pa.Array) -> pa.Array:
    """Tell which seller SKUs are those of another listing, or wanted for several: to publish would overwrite it."""
    encoded = unlisted.dictionary_encode()
    counts = np.bincount(encoded.indices.to_numpy(), minlength=len(encoded.dictionary))
    several = pa.array(counts[encoded.indices.to_numpy()] > 1)
    return pc.or_(several, pc.is_in(unlisted, value_set=listed))


def _with_own_asin(rows: dict[str, pa.Array], asins: pa.Array) -> dict[str, pa.Array]:
    """Return the columns in which an ASIN that a person gave an alias counts instead of the product's."""
    is_given = pc.is_valid(asins)
    changed = {"asin": pc.coalesce(asins, rows["asin"])}
    for name in ITEM_FACTS:
        if name in rows:
            changed[name] = pc.if_else(is_given, False, rows[name])
    return changed


def _traits(traits: pa.Table | None) -> dict[str, pa.Array]:
    if traits is None:
        return {}
    known = {field.name: one(traits[field.name]) for field in TRAITS if field.name in traits.column_names}
    admitted = known.pop("admitted", None)
    return known if admitted is None else {"excluded": pc.invert(admitted), **known}


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
        **{field.name: column(stock, field.name, field.type).take(stocked) for field in HELD_FACTS},
    }


def _rows(facts: dict[str, pa.Array], rows: pa.Array) -> dict[str, pa.Array]:
    return {name: column.take(rows) for name, column in facts.items()}
