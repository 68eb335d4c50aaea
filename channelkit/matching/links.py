"""Which product is each listing? By identifiers alone: seller SKU, ASIN, the GTIN family, at last the GCID (MA-02).

The first identifier that any product holds decides. One that several products hold decides nothing: a person does. A
GTIN that nothing else supports, and that brand or title contradict, is left to a person as well.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.codes import ListingCodes, ProductCodes, read_listing_codes, read_product_codes
from channelkit.matching.doubts import Doubts, find_doubts
from channelkit.matching.evidence import Evidence
from channelkit.matching.holders import Found, Positions, find_holders
from channelkit.model.changes import LINKS
from channelkit.model.columns import Mask, mask, one
from channelkit.model.identifiers import asin, gcid

CROWD = 10
"""A GTIN that stands at more products than this is a placeholder, whatever its check digit says."""

_METHODS = ("seller_sku", "seller_sku", "asin", "gtin", "gcid")
_BY_SKU, _BY_CASE, _BY_ASIN, _BY_GTIN, _BY_GCID, _VAGUE, _NOTHING = range(7)
"""The steps in their order; the first that finds a product decides."""


def link(listings: pa.Table, products: pa.Table, currency: str = "") -> pa.Table:
    """Return which product each listing is, and why.

    A seller SKU that differs from a product's only in case counts where it is the only one of its kind on both sides,
    and no other identifier says otherwise. A conflict with a weaker identifier is told in the evidence, and so are
    cases of a unit, which never match it.

    Arguments:
        listings: ``seller_sku`` (unique), ``asin``, ``product_id``, ``product_id_type``; where a link by GTIN is to be
            weighed, ``title``, ``brand``, and ``price`` with ``currency`` as well.
        products: ``sku`` (unique), ``seller_sku``, ``asin``, ``upc``, ``ean``, ``isbn``, ``gtin``; may have ``gcid``,
            and ``name``, ``brand`` and ``price`` to be weighed; may have
            ``missing_since``: a product that Commerce no longer has is linked only where no other holds an identifier,
            so that its listing is still known and can be taken off sale.
        currency: of the products' prices; prices are compared only where a listing has the same.

    Returns:
        The columns of `channelkit.model.changes.LINKS`, one row for each listing, in their order.

    >>> listings = pa.table({"seller_sku": ["A"], "asin": ["B000000001"], "product_id": [""], "product_id_type": [""]})
    >>> columns = {name: pa.array([None], pa.string()) for name in ("seller_sku", "upc", "ean", "isbn", "gtin")}
    >>> products = pa.table({"sku": ["MUG"], "asin": ["B000000001"], **columns})
    >>> link(listings, products).select(["product_sku", "evidence"]).to_pylist()
    [{'product_sku': 'MUG', 'evidence': 'ASIN B000000001 is the same in both catalogs.'}]
    """
    if "missing_since" not in products.column_names or not pc.any(pc.is_valid(products["missing_since"])).as_py():
        return _link(listings, products, currency)
    links = _link(listings, products.filter(pc.is_null(products["missing_since"])), currency)
    rest = pc.equal(links["candidates"], 0)
    late = _link(listings.filter(rest), products.filter(pc.is_valid(products["missing_since"])), currency)
    columns = [
        pc.replace_with_mask(links[name].combine_chunks(), rest.combine_chunks(), late[name].combine_chunks())
        for name in links.column_names
    ]
    return pa.table(columns, schema=links.schema)


def _link(listings: pa.Table, products: pa.Table, currency: str) -> pa.Table:
    skus, seller_skus = one(products["sku"]), one(listings["seller_sku"])
    every = np.arange(products.num_rows)
    ours, theirs = read_product_codes(products), read_listing_codes(listings)
    # Commerce says which attribute holds the seller SKU; where that is empty, it is the SKU.
    named = pc.coalesce(one(products["seller_sku"]), skus)
    gcids = gcid(products["gcid"]) if "gcid" in products.column_names else pa.nulls(len(skus), pa.string())
    # The look-ups know nothing of each other, and sorting lets go of Python's lock.
    with ThreadPoolExecutor(2) as pool:
        looks = [
            pool.submit(find_holders, named, every, seller_skus),
            pool.submit(find_holders, asin(products["asin"]), every, theirs.asins),
            pool.submit(find_holders, ours.gtins, ours.gtin_owners, theirs.gtins),
            pool.submit(find_holders, gcids, every, theirs.gcids),
        ]
        by_sku, by_asin, by_gtin, by_gcid = (look.result() for look in looks)
    loose, is_vague = _ignore_case(seller_skus, named, by_sku.count == 0)
    crowd, by_gtin = by_gtin, by_gtin.but(by_gtin.count > CROWD)

    weaker = np.select([by_asin.count > 0, by_gtin.count > 0], [by_asin.only, by_gtin.only], by_gcid.only)
    by_case = (loose.count > 0) & ~is_vague
    is_contradicted = by_case & (weaker >= 0) & (weaker != loose.only)
    steps = [by_sku.count > 0, by_case, by_asin.count > 0, by_gtin.count > 0, by_gcid.count > 0, is_vague]
    step = np.select(steps, range(len(steps)), _NOTHING)
    nobody = np.full(len(seller_skus), -1)
    chosen = np.choose(step, [by_sku.only, loose.only, by_asin.only, by_gtin.only, by_gcid.only, nobody, nobody])
    chosen[is_contradicted & (step == _BY_CASE)] = -1
    likely = chosen.copy()
    lone = np.flatnonzero((step == _BY_GTIN) & (chosen >= 0))
    doubts, is_doubted = _weigh(listings, products, lone, chosen, currency)
    chosen[is_doubted] = -1
    one_or_two = np.where(is_contradicted, 2, 1)
    counts = [by_sku.count, one_or_two, by_asin.count, by_gtin.count, by_gcid.count, loose.count, np.zeros_like(step)]

    evidence = Evidence(skus, seller_skus, chosen)
    gtins = _gtin_text(theirs.gtins)
    kinds = {
        _BY_SKU: ("seller SKU", seller_skus, by_sku),
        _BY_ASIN: ("ASIN", theirs.asins, by_asin),
        _BY_GTIN: ("GTIN", gtins, by_gtin),
        _BY_GCID: ("GCID", theirs.gcids, by_gcid),
    }
    for place, (kind, codes, found) in kinds.items():
        evidence.agree((step == place) & (chosen >= 0), kind, codes)
        evidence.doubt((step == place) & (chosen < 0) & ~is_doubted, kind, codes, found)
        # A stronger identifier has decided; what this one says otherwise is told.
        evidence.object((step < place) & (chosen >= 0) & (found.only >= 0) & (found.only != chosen), kind, codes, found)
    evidence.agree_loosely((step == _BY_CASE) & ~is_contradicted)
    evidence.contradict((step == _BY_CASE) & is_contradicted, loose.only, weaker)
    evidence.share(step == _VAGUE, loose)
    evidence.distrust(is_doubted, gtins, likely, doubts)
    evidence.warn((step == _BY_GTIN) & (chosen >= 0) & mask(pc.not_equal(doubts, "")), doubts)
    evidence.dismiss((crowd.count > CROWD) & ((step == _NOTHING) | (chosen >= 0)), gtins, crowd)
    _tell_relatives(evidence, theirs, ours, chosen)
    _tell_company(evidence, ours, chosen, step)

    methods = pa.array([*_METHODS, None, None]).take(pa.array(step))
    columns = {
        "seller_sku": seller_skus,
        "product_sku": skus.take(_positions(chosen)),
        "method": pc.if_else(pa.array(chosen >= 0), methods, pa.scalar(None, pa.string())),
        "evidence": evidence.column(),
        "candidates": pa.array(np.choose(step, counts), pa.int64()),
    }
    return pa.table(columns, schema=LINKS.schema())


def _weigh(
    listings: pa.Table, products: pa.Table, lone: Positions, chosen: Positions, currency: str
) -> tuple[pa.Array, Mask]:
    """Return what contradicts each link by GTIN alone, and which of them a person has to look at.

    A ten-fold price is told, but does not part what titles join: prices are mistyped, and are guarded by themselves.
    """
    reasons, is_doubted = pa.repeat("", listings.num_rows), np.zeros(listings.num_rows, np.bool_)
    told = [name for name in ("title", "brand", "price", "currency") if name in listings.column_names]
    held = [name for name in ("name", "brand", "price") if name in products.column_names]
    if not lone.size or not told or not held:
        return reasons, is_doubted
    pairs = listings.select(told).take(pa.array(lone)), products.select(held).take(pa.array(chosen[lone]))
    found: Doubts = find_doubts(*pairs, currency)
    is_doubted[lone] = found.by_words | (found.by_price & ~found.agree)
    is_lone = np.zeros(listings.num_rows, np.bool_)
    is_lone[lone] = True
    return pc.replace_with_mask(reasons, pa.array(is_lone), found.reasons), is_doubted


def _tell_relatives(evidence: Evidence, theirs: ListingCodes, ours: ProductCodes, chosen: Positions) -> None:
    """Tell of cases and their units: related, and never the same."""
    if theirs.units.null_count < len(theirs.units):
        keys = pa.concat_arrays([ours.gtins, ours.units])
        found = find_holders(keys, np.concatenate([ours.gtin_owners, ours.unit_owners]), theirs.units)
        evidence.relate(found.count > 0, theirs.cases, found)
    if len(ours.units):
        found = find_holders(ours.units, ours.unit_owners, theirs.gtins)
        evidence.relate_cases((found.count > 0) & (found.only != chosen), _gtin_text(theirs.gtins), found)


def _tell_company(evidence: Evidence, ours: ProductCodes, chosen: Positions, step: Positions) -> None:
    """Tell where a product holds several GTINs and one of them decided, and where it has several listings."""
    linked = np.flatnonzero(chosen >= 0)
    if not linked.size:
        return
    has_key = mask(pc.is_valid(ours.gtins))
    most = max(int(chosen.max()), int(ours.gtin_owners.max(initial=0))) + 1
    has_several = np.bincount(ours.gtin_owners[has_key], minlength=most) > 1
    where = (step == _BY_GTIN) & (chosen >= 0)
    where[where] = has_several[chosen[where]]
    if where.any():
        held = has_key & has_several[ours.gtin_owners]
        keys = ours.gtins.filter(pa.array(held)).dictionary_encode()
        places = keys.indices.to_numpy().astype(np.int64)
        holdings = find_holders(pa.array(ours.gtin_owners[held]), places, pa.array(chosen, mask=~where))
        evidence.differ(where & (holdings.count > 1), holdings, _gtin_text(keys.dictionary))
    is_shared = np.bincount(chosen[linked])[chosen[linked]] > 1
    rows = linked[is_shared]
    if rows.size:
        where = np.zeros(len(chosen), np.bool_)
        where[rows] = True
        asked = pa.array(chosen, mask=~where)
        evidence.accompany(where, find_holders(pa.array(chosen[rows]), rows, asked))


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
