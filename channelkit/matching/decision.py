"""Which link holds, where identifiers, similarity and people each have a word: a person's word is the last."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import DECIDED_LINKS, MANUAL, SIMILARITY
from channelkit.model.columns import Mask, Numbers, mask, one

_BOTH_SIDES = " Identifiers of a pair that was linked by hand are corrected by hand, in both catalogs."


def decide_links(links: pa.Table, suggested: pa.Table, answers: pa.Table, skus: pa.Array) -> pa.Table:
    """Return the links that hold (MA-07, MA-09).

    Identifiers come first; similarity speaks only of listings for which they say nothing at all, and what it only
    thinks likely becomes a candidate and no link. A person's "no" takes
    a link away, and a person's "yes" stands above everything, as long as the product is known; so it survives every
    new import. Answers and similarity about products that Commerce never had are passed over.

    Arguments:
        links: what `channelkit.matching.links.link` gave.
        suggested: ``seller_sku, product_sku, probability, evidence, verdict`` of what similarity accepts by itself or
            thinks likely, one row for a listing.
        answers: ``seller_sku, product_sku, answer, by_whom`` that were not withdrawn, the oldest first; yes and no
            count, and of several about one pair, or of several "yes" for one listing, the newest.
        skus: every product's SKU.

    Returns:
        The columns of `channelkit.model.changes.DECIDED_LINKS`, one row for each listing, in their order.

    >>> links = pa.table({"seller_sku": ["A"], "product_sku": pa.array([None], pa.string()),
    ...     "method": pa.array([None], pa.string()), "evidence": pa.array([None], pa.string()), "candidates": [0]})
    >>> said = {"seller_sku": ["A"], "product_sku": ["MUG"], "answer": ["yes"], "by_whom": ["Ada"]}
    >>> thought = {"seller_sku": ["A"], "product_sku": ["CUP"], "probability": [0.7], "evidence": [""]}
    >>> suggested = pa.table(thought | {"verdict": ["likely"]})
    >>> held = decide_links(links, suggested, pa.table(said), pa.array(["MUG", "CUP"]))
    >>> held.select(["product_sku", "method"]).to_pylist()
    [{'product_sku': 'MUG', 'method': 'manual'}]
    """
    listings = one(links["seller_sku"])
    columns = {name: one(links[name]) for name in links.column_names}
    is_linked = pc.is_valid(columns["product_sku"])
    columns["confidence"] = pc.if_else(is_linked, 1.0, pa.scalar(None, pa.float64()))
    columns["linked_by"] = pc.if_else(is_linked, "", pa.scalar(None, pa.string()))

    said = _newest(answers.filter(pc.is_in(answers["answer"], value_set=pa.array(["yes", "no"]))))
    refused = said.filter(pc.equal(said["answer"], "no")).combine_chunks()
    is_refused = mask(pc.is_in(_pairs(links), value_set=_pairs(refused)))
    _set(columns, is_refused, _refusals(links, refused, is_refused))

    free = mask(pc.is_null(columns["product_sku"])) & (mask(pc.equal(columns["candidates"], 0)) | is_refused)
    suggested = _known(suggested, skus)
    suggested = suggested.filter(pc.invert(pc.is_in(_pairs(suggested), value_set=_pairs(refused)))).combine_chunks()
    place = pc.index_in(listings, value_set=one(suggested["seller_sku"]))
    is_accepted = mask(pc.equal(one(suggested["verdict"]).take(place), "accepted"))
    for found, verdict in (
        (free & is_accepted, "accepted"),
        (free & mask(pc.is_valid(place)) & ~is_accepted, "likely"),
    ):
        rows = place.filter(pa.array(found))
        told = {name: one(suggested[name]).take(rows) for name in ("product_sku", "probability", "evidence")}
        if verdict == "accepted":
            link = {"product_sku": told["product_sku"], "method": SIMILARITY, "confidence": told["probability"]}
            _set(columns, found, link | {"evidence": told["evidence"], "linked_by": "", "candidates": 1})
        else:
            _set(columns, found, {"evidence": _maybe(told), "candidates": 1})

    confirmed = _known(said.filter(pc.equal(said["answer"], "yes")).combine_chunks(), skus)
    confirmed = _last_of(confirmed, one(confirmed["seller_sku"]))
    place = pc.index_in(listings, value_set=one(confirmed["seller_sku"]))
    found = mask(pc.is_valid(place))
    rows = place.filter(pa.array(found))
    by_whom = one(confirmed["by_whom"]).take(rows)
    product = one(confirmed["product_sku"]).take(rows)
    otherwise = one(links["product_sku"]).filter(pa.array(found))
    is_other = pc.fill_null(pc.not_equal(otherwise, product), False)
    told = one(links["evidence"]).filter(pa.array(found))
    evidence = pc.binary_join_element_wise(
        _person(by_whom),
        " said so.",
        pc.if_else(is_other, pc.binary_join_element_wise(" But ", told, _BOTH_SIDES, ""), ""),
        "",
        null_handling="replace",
    )
    manual = {"product_sku": product, "method": MANUAL, "confidence": 1.0}
    _set(columns, found, manual | {"evidence": evidence, "linked_by": by_whom, "candidates": 1})
    return pa.table(columns, schema=DECIDED_LINKS.schema())


def _maybe(told: pa.Table) -> pa.Array:
    share = pc.round(pc.multiply(one(told["probability"]), 100)).cast(pa.int64()).cast(pa.string())
    words = ("It may be ", one(told["product_sku"]), " (", share, " %): ", one(told["evidence"]), "")
    return pc.binary_join_element_wise(*words)


def _refusals(links: pa.Table, refused: pa.Table, where: Mask) -> dict[str, object]:
    """Return what stands in place of links that a person has refused."""
    place = pc.index_in(_pairs(links).filter(pa.array(where)), value_set=_pairs(refused))
    product = one(links["product_sku"]).filter(pa.array(where))
    person = _person(one(refused["by_whom"]).take(place))
    was = pc.fill_null(one(links["evidence"]).filter(pa.array(where)), "")
    words = pc.binary_join_element_wise(person, " said that it is not ", product, ", although: ", was, "")
    nothing = pa.nulls(len(product), pa.string())
    return {
        "product_sku": nothing,
        "method": nothing,
        "evidence": words,
        "candidates": 0,
        "confidence": pa.nulls(len(product), pa.float64()),
        "linked_by": nothing,
    }


def _set(columns: dict[str, pa.Array], where: Mask, values: dict[str, object]) -> None:
    """Replace values where a mask says so; a single value is meant for all of them."""
    if not where.any():
        return
    for name, value in values.items():
        column = columns[name]
        given = value if isinstance(value, pa.Array) else pa.repeat(pa.scalar(value, column.type), int(where.sum()))
        columns[name] = pc.replace_with_mask(column, pa.array(where), given.cast(column.type))


def _newest(answers: pa.Table) -> pa.Table:
    return _last_of(answers.combine_chunks(), _pairs(answers))


def _last_of(table: pa.Table, keys: pa.Array) -> pa.Table:
    """Return the last row of each key, in the order of those rows."""
    if not table.num_rows:
        return table
    last = pa.table({"key": keys, "place": np.arange(table.num_rows)}).group_by("key").aggregate([("place", "max")])
    rows: Numbers = np.sort(last["place_max"].to_numpy())
    return table.take(pa.array(rows)).combine_chunks()


def _known(table: pa.Table, skus: pa.Array) -> pa.Table:
    """Return the rows whose product is known."""
    return table.filter(pc.is_in(one(table["product_sku"]), value_set=skus)).combine_chunks()


def _pairs(table: pa.Table) -> pa.Array:
    return pc.binary_join_element_wise(one(table["seller_sku"]), one(table["product_sku"]), "\x1f")


def _person(names: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(names, ""), "A person", names)
