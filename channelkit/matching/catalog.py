"""Which of Amazon's items is each product that has no listing? A person's word, its own ASIN, its codes; never words.

What a general search finds is offered and decides nothing (MA-03). Several items wait for a choice (MA-04), and so does
a parent, which nobody can sell: one of its variants is wanted (MA-05).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
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


Words = tuple[str | pa.Array, ...]
"""Parts of a sentence: texts, and columns of facts."""


@dataclass(frozen=True)
class _Step:
    """One row of the decision table: when it holds, the ASIN it gives, what is said of it, and the flag it raises."""

    when: Mask
    asin: pa.Array
    words: Words = ()
    flag: Literal["", "several", "parent"] = ""


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
    items = items.filter(pc.is_valid(items["place"])).sort_by("place")
    is_own = pc.equal(items["asin"], own.take(one(items["place"])))
    is_parent = one(items["parent"])

    def there(kind: str) -> pa.Array:
        return pc.equal(one(items["kind"]), kind)

    def hits(which: pa.Array) -> _Hits:
        return _group(items.filter(pc.fill_null(one(which), False)), len(skus))

    held, lost = hits(pc.and_(is_own, there(OWN))), hits(pc.and_(is_own, there(MISSING)))
    held_parent = hits(pc.and_(pc.and_not(is_own, there(MISSING)), is_parent))
    coded, families = (hits(pc.and_(there(IDENTIFIER), flags)) for flags in (pc.invert(is_parent), is_parent))
    worded = hits(there(KEYWORDS))

    has_own, nobody = mask(pc.is_valid(own)) & (lost.count == 0), pa.nulls(len(skus), pa.string())
    people = pc.if_else(pc.equal(chosen["by_whom"], ""), "A person", chosen["by_whom"])
    steps = [
        _Step(
            mask(pc.is_valid(by_person)),
            one(chosen["asin"]).take(by_person),
            (one(people).take(by_person), " chose it."),
        ),
        _Step(has_own & (held_parent.count > 0), own, ("The product holds the parent's ASIN.",), "parent"),
        _Step(has_own & (held.count > 0), own, ("The product holds this ASIN, and Amazon's catalog has it.",)),
        _Step(has_own, own),
        _Step(coded.count == 1, coded.first, (coded.found_by, " is ", coded.first, " in Amazon's catalog.")),
        _Step(coded.count > 1, nobody, (coded.found_by, " is that of several items: ", coded.names, "."), "several"),
        _Step(families.count == 1, families.first, (families.found_by, " is ", families.first, "."), "parent"),
        _Step(families.count > 1, nobody, (families.found_by, " is that of ", families.names, "."), "several"),
        _Step(
            worded.count > 1,
            nobody,
            ("Its words find several items, of which none is taken by itself: ", worded.names, "."),
            "several",
        ),
        _Step(
            worded.count == 1,
            nobody,
            ("Its words find ", worded.first, "; words alone decide nothing, so a person does."),
        ),
        _Step(np.ones(len(skus), np.bool_), nobody),
    ]
    choice = np.select([step.when for step in steps], range(len(steps)))
    flags = np.array([step.flag for step in steps])[choice]
    lacks = ("Amazon's catalog lacks ", own, ", which the product holds.")
    noted = _write((lost.count > 0).astype(np.int64) * (choice > 0), [(), lacks])
    told = _write(choice, [step.words for step in steps])
    return {
        "asin": pc.choose(pa.array(choice), *(step.asin for step in steps)),
        "several_asins": pa.array(flags == "several"),
        "parent_asin": pa.array(flags == "parent"),
        "evidence": pc.coalesce(pc.binary_join_element_wise(noted, told, " "), noted, told),
    }


def _group(items: pa.Table, count: int) -> _Hits:
    """Group items, which lie in the order of their products, by product.

    Arguments:
        items: ``place`` (of the product), ``asin``, ``found_by``.
        count: how many products there are.
    """
    asins, found_by = one(items["asin"]), one(items["found_by"])
    counts: Numbers = np.bincount(items["place"].to_numpy(), minlength=count).astype(np.int64)
    start = np.cumsum(counts) - counts
    first = pa.array(start, mask=counts == 0)
    # Only where there are several are they named.
    several = np.flatnonzero(counts > 1)
    ranks = [pa.array(start[several] + rank, mask=counts[several] <= rank) for rank in range(NAMED)]
    named = pc.binary_join_element_wise(*(asins.take(rank) for rank in ranks), ", ", null_handling="skip")
    named = pc.binary_join_element_wise(named, pc.if_else(pa.array(counts[several] > NAMED), ", …", ""), "")
    place = np.zeros(count, np.int64)
    place[several] = np.arange(len(several))
    names = named.take(pa.array(place, mask=counts <= 1))
    return _Hits(counts, asins.take(first), names, found_by.take(first))


def _write(choice: Numbers, sentences: Sequence[Words]) -> pa.Array:
    """Return for each row the sentence that was chosen for it; one without words is null."""
    texts, place, filled = [pa.array([], pa.string())], np.full(len(choice), -1), 0
    for number, words in enumerate(sentences):
        rows = np.flatnonzero(choice == number)
        if not words or not rows.size:
            continue
        parts = [part if isinstance(part, str) else part.take(pa.array(rows)) for part in words]
        texts.append(pc.binary_join_element_wise(*parts, "") if len(parts) > 1 else pa.repeat(parts[0], rows.size))
        place[rows] = np.arange(filled, filled + rows.size)
        filled += rows.size
    return pa.concat_arrays(texts).take(pa.array(place, mask=place < 0))
