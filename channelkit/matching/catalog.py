"""Which of Amazon's items is each product that has no listing? A person's word, its own ASIN, its codes; never words.

What a general search finds is offered and decides nothing (MA-03). Several items wait for a choice (MA-04), and so does
a parent, which nobody can sell: one of its variants is wanted (MA-05).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, one
from channelkit.model.identifiers import asin

OWN, MISSING, IDENTIFIER, KEYWORDS, CHILD, CHOSEN = "asin", "missing", "identifier", "keywords", "child", "chosen"
"""How an item was found: as the ASIN that the product holds (or Amazon does not have that one), by an identifier, by
words, as the variant of a parent that was found, or a person typed it."""

FLAGS = ("several_asins", "parent_asin")

NAMED = 3
"""How many items are named to a person."""

_NO_TEXT = pa.scalar(None, pa.string())


@dataclass(frozen=True)
class _Hits:
    """What was found for each product in one way: how many, the first, some by name, and by what."""

    count: Numbers
    first: pa.Array
    names: pa.Array
    found_by: pa.Array


def choose_items(products: pa.Table, items: pa.Table, chosen: pa.Table) -> pa.Table:
    """Return the ASIN of each product, where there is exactly one that something firm speaks for.

    Arguments:
        products: ``sku`` (unique), ``asin`` (the attribute that holds it).
        items: candidates: ``product_sku, asin, kind`` (`IDENTIFIER` and its like), ``found_by, parent``.
        chosen: what persons decided: ``product_sku, asin, by_whom``.

    Returns:
        ``product_sku, asin, several_asins, parent_asin`` (flags), ``evidence``, a row for each product, in their order.

    >>> products = pa.table({"sku": ["MUG"], "asin": pa.array([None], pa.string())})
    >>> item = {"product_sku": ["MUG"], "asin": ["B000000001"], "kind": ["identifier"], "parent": [False]}
    >>> nobody = pa.table({name: pa.array([], pa.string()) for name in ("product_sku", "asin", "by_whom")})
    >>> items = choose_items(products, pa.table(item | {"found_by": ["UPC 036000291452"]}), nobody)
    >>> items.select(["asin", "evidence"]).to_pylist()
    [{'asin': 'B000000001', 'evidence': "UPC 036000291452 is B000000001 in Amazon's catalog."}]
    """
    skus, own = one(products["sku"]), asin(products["asin"])
    known = pa.concat_arrays([one(items["product_sku"]), one(chosen["product_sku"])])
    is_touched = pc.is_in(skus, value_set=known)
    plain = {
        "asin": own,
        **{name: pa.repeat(False, len(skus)) for name in FLAGS},
        "evidence": pa.nulls(len(skus), pa.string()),
    }
    if not pc.any(is_touched).as_py():
        return pa.table({"product_sku": skus, **plain})
    # Of most products nothing more is known than what they hold.
    found = _choose(skus.filter(is_touched), own.filter(is_touched), items, chosen)
    merged = {name: pc.replace_with_mask(plain[name], is_touched, found[name]) for name in plain}
    return pa.table({"product_sku": skus, **merged})


def _choose(skus: pa.Array, own: pa.Array, items: pa.Table, chosen: pa.Table) -> dict[str, pa.Array]:
    by_person = pc.index_in(skus, value_set=one(chosen["product_sku"]))
    items = items.append_column("place", pc.index_in(one(items["product_sku"]), value_set=skus))
    items = items.filter(pc.is_valid(items["place"]))
    is_own = pc.equal(items["asin"], own.take(one(items["place"])))
    is_parent = one(items["parent"])

    def there(kind: str) -> pa.Array:
        return pc.equal(one(items["kind"]), kind)

    def hits(which: pa.Array) -> _Hits:
        return _group(items.filter(pc.fill_null(one(which), False)), len(skus))

    held, lost = hits(pc.and_(is_own, there(OWN))), hits(pc.and_(is_own, there(MISSING)))
    held_parent = hits(pc.and_(pc.and_(is_own, there(OWN)), is_parent))
    coded, families = (hits(pc.and_(there(IDENTIFIER), flags)) for flags in (pc.invert(is_parent), is_parent))
    worded = hits(there(KEYWORDS))

    has_own = mask(pc.is_valid(own)) & (lost.count == 0)
    steps: list[tuple[Mask, pa.Array, str, pa.Array]] = [
        (mask(pc.is_valid(by_person)), one(chosen["asin"]).take(by_person), "", _say_chosen(chosen, by_person)),
        (has_own & (held_parent.count > 0), own, "parent", _say("The product holds the parent's ASIN.")),
        (has_own & (held.count > 0), own, "", _say("The product holds this ASIN, and Amazon's catalog has it.")),
        (has_own, own, "", _NO_TEXT),
        (coded.count == 1, coded.first, "", _say(coded.found_by, " is ", coded.first, " in Amazon's catalog.")),
        (coded.count > 1, _NO_TEXT, "several", _say(coded.found_by, " is that of several items: ", coded.names, ".")),
        (families.count == 1, families.first, "parent", _say(families.found_by, " is ", families.first, ".")),
        (families.count > 1, _NO_TEXT, "several", _say(families.found_by, " is that of ", families.names, ".")),
        (
            worded.count > 1,
            *(_NO_TEXT, "several"),
            _say("Its words find several items, of which none is taken by itself: ", worded.names, "."),
        ),
        (
            worded.count == 1,
            *(_NO_TEXT, ""),
            _say("Its words find ", worded.first, "; words alone decide nothing, so a person does."),
        ),
        (np.ones(len(skus), np.bool_), _NO_TEXT, "", _NO_TEXT),
    ]
    step = np.select([when for when, *_ in steps], range(len(steps)))
    flags = np.array([flag for _, _, flag, _ in steps])[step]
    is_lost = pa.array((lost.count > 0) & (step > 0))
    noted = pc.if_else(is_lost, _say("Amazon's catalog lacks ", own, ", which the product holds."), _NO_TEXT)
    evidence = _pick(step, [words for *_, words in steps])
    told = pc.coalesce(pc.binary_join_element_wise(noted, evidence, " "), noted, evidence)
    return {
        "asin": _pick(step, [found for _, found, *_ in steps]),
        "several_asins": pa.array(flags == "several"),
        "parent_asin": pa.array(flags == "parent"),
        "evidence": told,
    }


def _group(items: pa.Table, count: int) -> _Hits:
    grouped = items.group_by("place", use_threads=False).aggregate([("asin", "list"), ("found_by", "first")])
    place = pc.index_in(pa.array(np.arange(count), grouped["place"].type), value_set=one(grouped["place"]))
    asins = one(grouped["asin_list"])
    named = pc.binary_join(pc.list_slice(asins, 0, NAMED), ", ")
    has_more = pc.greater(pc.list_value_length(asins), NAMED)
    named = pc.binary_join_element_wise(named, pc.if_else(has_more, ", …", ""), "")
    counts: Numbers = pc.fill_null(pc.list_value_length(asins).take(place), 0).to_numpy().astype(np.int64)
    first = pc.list_element(asins, 0) if len(asins) else pa.array([], pa.string())
    return _Hits(counts, first.take(place), named.take(place), one(grouped["found_by_first"]).take(place))


def _say(*parts: str | pa.Array) -> pa.Array | pa.Scalar:
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], str) else pc.binary_join_element_wise(*parts, "")


def _say_chosen(chosen: pa.Table, place: pa.Array) -> pa.Array:
    names = one(chosen["by_whom"])
    names = pc.if_else(pc.equal(names, ""), "A person", names)
    return pc.binary_join_element_wise(names, " chose it.", "").take(place)


def _pick(step: npt.NDArray[np.int64], columns: list[pa.Array | pa.Scalar]) -> pa.Array:
    return pc.choose(pa.array(step), *columns)
