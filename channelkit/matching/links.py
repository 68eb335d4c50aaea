"""Which product is each listing? By identifiers alone: seller SKU, then ASIN, then the GTIN family (MA-02).

The first identifier that any product holds decides. One that several products hold decides nothing: a person does.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.evidence import Evidence
from channelkit.matching.holders import Found, Positions, find_holders
from channelkit.model.changes import LINKS
from channelkit.model.columns import Mask, mask, one
from channelkit.model.identifiers import Source, asin, gtin14

_ID_TYPES: dict[str, Source] = {"2": "isbn", "3": "upc", "4": "ean"}
"""Amazon's product-id-type in listings reports; 1 is an ASIN."""

_GTIN_COLUMNS: tuple[Source, ...] = ("upc", "ean", "isbn", "gtin")


def link(listings: pa.Table, products: pa.Table) -> pa.Table:
    """Return which product each listing is, and why.

    A seller SKU that differs from a product's only in case counts where it is the only one of its kind on both sides,
    and no other identifier says otherwise. A conflict with a weaker identifier is told in the evidence.

    Arguments:
        listings: ``seller_sku`` (unique), ``asin``, ``product_id``, ``product_id_type``.
        products: ``sku`` (unique), ``seller_sku``, ``asin``, ``upc``, ``ean``, ``isbn``, ``gtin``; may have
            ``missing_since``: a product that Commerce no longer has is linked only where no other holds an identifier,
            so that its listing is still known and can be taken off sale.

    Returns:
        The columns of `channelkit.model.changes.LINKS`, one row for each listing, in their order.

    >>> listings = pa.table({"seller_sku": ["A"], "asin": ["B000000001"], "product_id": [""], "product_id_type": [""]})
    >>> columns = {name: pa.array([None], pa.string()) for name in ("seller_sku", "upc", "ean", "isbn", "gtin")}
    >>> products = pa.table({"sku": ["MUG"], "asin": ["B000000001"], **columns})
    >>> link(listings, products).select(["product_sku", "evidence"]).to_pylist()
    [{'product_sku': 'MUG', 'evidence': 'ASIN B000000001 is the same in both catalogs.'}]
    """
    if "missing_since" not in products.column_names or not pc.any(pc.is_valid(products["missing_since"])).as_py():
        return _link(listings, products)
    links = _link(listings, products.filter(pc.is_null(products["missing_since"])))
    rest = pc.equal(links["candidates"], 0)
    late = _link(listings.filter(rest), products.filter(pc.is_valid(products["missing_since"])))
    columns = [
        pc.replace_with_mask(links[name].combine_chunks(), rest.combine_chunks(), late[name].combine_chunks())
        for name in links.column_names
    ]
    return pa.table(columns, schema=links.schema)


def _link(listings: pa.Table, products: pa.Table) -> pa.Table:
    skus, seller_skus = one(products["sku"]), one(listings["seller_sku"])
    every = np.arange(products.num_rows)
    asins = _listing_asins(listings)
    gtins = _listing_gtins(listings, asins)
    # Commerce says which attribute holds the seller SKU; where that is empty, it is the SKU.
    named = pc.coalesce(one(products["seller_sku"]), skus)
    # The three look-ups know nothing of each other, and sorting lets go of Python's lock.
    with ThreadPoolExecutor(2) as pool:
        looks = [
            pool.submit(find_holders, named, every, seller_skus),
            pool.submit(find_holders, asin(products["asin"]), every, asins),
            pool.submit(find_holders, *_product_gtins(products), gtins),
        ]
        by_sku, by_asin, by_gtin = (look.result() for look in looks)
    loose, is_vague = _ignore_case(seller_skus, named, by_sku.count == 0)

    weaker = np.where(by_asin.count > 0, by_asin.only, by_gtin.only)
    by_case = (loose.count > 0) & ~is_vague
    is_contradicted = by_case & (weaker >= 0) & (weaker != loose.only)
    steps = [by_sku.count > 0, by_case, by_asin.count > 0, by_gtin.count > 0, is_vague]
    step = np.select(steps, range(len(steps)), len(steps))
    nobody = np.full(len(seller_skus), -1)
    chosen = np.choose(step, [by_sku.only, loose.only, by_asin.only, by_gtin.only, nobody, nobody])
    chosen[is_contradicted & (step == 1)] = -1
    one_or_two = np.where(is_contradicted, 2, 1)
    counts = [by_sku.count, one_or_two, by_asin.count, by_gtin.count, loose.count, np.zeros(len(seller_skus), np.int64)]

    evidence = Evidence(skus, seller_skus, chosen)
    codes = {"seller SKU": seller_skus, "ASIN": asins, "GTIN": _gtin_text(gtins)}
    for place, (kind, found) in {0: ("seller SKU", by_sku), 2: ("ASIN", by_asin), 3: ("GTIN", by_gtin)}.items():
        evidence.agree((step == place) & (chosen >= 0), kind, codes[kind])
        evidence.doubt((step == place) & (chosen < 0), kind, codes[kind], found)
        # A stronger identifier has decided; what this one says otherwise is told.
        evidence.object(
            (step < place) & (chosen >= 0) & (found.only >= 0) & (found.only != chosen), kind, codes[kind], found
        )
    evidence.agree_loosely((step == 1) & ~is_contradicted)
    evidence.contradict((step == 1) & is_contradicted, loose.only, weaker)
    evidence.share(step == 4, loose)

    methods = pa.array(["seller_sku", "seller_sku", "asin", "gtin", None, None]).take(pa.array(step))
    columns = {
        "seller_sku": seller_skus,
        "product_sku": skus.take(_positions(chosen)),
        "method": pc.if_else(pa.array(chosen >= 0), methods, pa.scalar(None, pa.string())),
        "evidence": evidence.column(),
        "candidates": pa.array(np.choose(step, counts), pa.int64()),
    }
    return pa.table(columns, schema=LINKS.schema())


def _listing_asins(listings: pa.Table) -> pa.Array:
    """Return each listing's ASIN; some reports give it only as the product's identifier."""
    is_asin = pc.fill_null(pc.equal(one(listings["product_id_type"]), "1"), False)
    given = pc.if_else(is_asin, one(listings["product_id"]), pa.scalar(None, pa.string()))
    return asin(pc.coalesce(one(listings["asin"]), given))


def _listing_gtins(listings: pa.Table, asins: pa.Array) -> pa.Array:
    """Return each listing's GTIN: the identifier that the seller gave, else a book's ASIN, which is its ISBN-10."""
    given, kinds = one(listings["product_id"]), one(listings["product_id_type"])
    gtins = np.zeros(len(asins), np.int64)
    for kind, source in _ID_TYPES.items():
        _fill(gtins, given, source, pc.equal(kinds, kind))
    is_book = pc.and_(pc.invert(pc.starts_with(asins, "B")), pa.array(gtins == 0))
    _fill(gtins, asins, "asin", is_book)
    return pa.array(gtins, mask=gtins == 0)


def _fill(gtins: Positions, codes: pa.Array, source: Source, where: pa.Array) -> None:
    place = np.flatnonzero(pc.fill_null(where, False).to_numpy(zero_copy_only=False))
    if place.size:
        gtins[place] = pc.fill_null(gtin14(codes.take(pa.array(place)), source), 0).to_numpy()


def _product_gtins(products: pa.Table) -> tuple[pa.Array, Positions]:
    """Return pairs of GTIN and product, from every column that holds one."""
    keys, owners = [pa.array([], pa.int64())], [np.zeros(0, np.int64)]
    for column in _GTIN_COLUMNS:
        place = np.flatnonzero(pc.is_valid(one(products[column])).to_numpy(zero_copy_only=False))
        keys.append(gtin14(one(products[column]).take(pa.array(place)), column))
        owners.append(place)
    return pa.concat_arrays(keys), np.concatenate(owners)


def _ignore_case(seller_skus: pa.Array, named: pa.Array, is_wanting: Mask) -> tuple[Found, Mask]:
    """Look up SKUs without regard to case, where the exact one was not found, and say which are not the only ones."""
    lower, lower_named = pc.utf8_lower(seller_skus), pc.utf8_lower(named)
    wanted = pc.if_else(pa.array(is_wanting), lower, pa.scalar(None, pa.string()))
    # Few SKUs differ in case alone, so only those that somebody asks for are counted.
    place = pc.indices_nonzero(pc.is_in(lower_named, value_set=wanted.drop_null()))
    loose = find_holders(lower_named.take(place), place.to_numpy().astype(np.int64), wanted)
    hits = pa.array(np.flatnonzero(loose.count > 0))
    is_vague = loose.count > 1
    if len(hits):
        counted = pc.value_counts(lower.filter(pc.is_in(lower, value_set=lower.take(hits))))
        twins = counted.field("values").filter(pc.greater(counted.field("counts"), 1))
        is_vague[hits.to_numpy()] |= mask(pc.is_in(lower.take(hits), value_set=twins))
    return loose, is_vague


def _gtin_text(gtins: pa.Array) -> pa.Array:
    """Write a GTIN with as many digits as people know it by: 13, or 14 for none that is sold."""
    return pc.utf8_lpad(gtins.cast(pa.string()), 13, "0")


def _positions(chosen: Positions) -> pa.Array:
    return pa.array(chosen, mask=chosen < 0)
