"""What people decided, laid over what it is about: the newest decision of each kind beside each subject.

Kinds of which nobody decided anything make no columns: of a million listings a person has decided about few.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import mask, one
from channelkit.model.decisions import ALIAS, ASIN, CONDITION, FULFILLMENT, HANDLING, LISTED, NOTES, OVERRIDES, PRICE

_KINDS: dict[str, pa.DataType] = {
    **{LISTED: pa.string(), FULFILLMENT: pa.string(), ASIN: pa.string()},
    **{PRICE: pa.int64(), HANDLING: pa.int64(), CONDITION: pa.string(), NOTES: pa.string()},
}

ALIASES = pa.schema([("seller_sku", pa.string()), ("product_sku", pa.string()), ("asin", pa.string())])
"""Further listings of products that people want; a null ASIN is the product's own."""

A_PERSON = "A person"
"""Who decided, where nobody gave a name."""


def lay_wishes(subjects: pa.Table, decisions: pa.Table | None) -> pa.Table:
    """Return the subjects with what people decided about them.

    Arguments:
        subjects: with ``seller_sku``.
        decisions: the newest of each kind about each seller SKU, columns of `channelkit.model.decisions.DECISIONS`.

    Returns:
        The subjects, and for each kind that occurs ``wish_KIND`` (price in minor units and handling in days as whole
        numbers), and for overrides ``dropped_KIND`` (an override was removed); ``wish_listed`` comes with
        ``wish_listed_at`` and ``wish_listed_by``. ``overridden`` flags those with an override.
    """
    if decisions is None or not decisions.num_rows or not subjects.num_rows:
        return subjects
    skus = one(subjects["seller_sku"])
    overridden = np.zeros(subjects.num_rows, np.bool_)
    for kind, arrow in _KINDS.items():
        chosen = decisions.filter(pc.equal(decisions["kind"], kind)).combine_chunks()
        if not chosen.num_rows:
            continue
        place = pc.index_in(skus, value_set=one(chosen["seller_sku"]), skip_nulls=True)
        value = _whole(one(chosen["value"])) if arrow == pa.int64() else one(chosen["value"])
        subjects = subjects.append_column(f"wish_{kind}", value.take(place))
        if kind in OVERRIDES:
            is_removed = pc.is_null(one(chosen["value"])).take(place)
            subjects = subjects.append_column(f"dropped_{kind}", pc.fill_null(is_removed, False))
            overridden |= mask(pc.is_valid(subjects[f"wish_{kind}"]))
        if kind == LISTED:
            by = pc.if_else(pc.equal(one(chosen["by_whom"]), ""), A_PERSON, one(chosen["by_whom"]))
            subjects = subjects.append_column("wish_listed_at", one(chosen["at"]).take(place))
            subjects = subjects.append_column("wish_listed_by", pc.fill_null(by, A_PERSON).take(place))
    return subjects.append_column("overridden", pa.array(overridden))


def wish(subjects: pa.Table, kind: str) -> pa.Array:
    """Return what was decided of one kind about each subject; null where nothing was."""
    return column(subjects, f"wish_{kind}", _KINDS[kind])


def column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """Return a column in one piece; one that is not there knows nothing anywhere."""
    return one(table[name]) if name in table.column_names else pa.nulls(table.num_rows, kind)


def find_aliases(decisions: pa.Table, listed: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Return the further listings of products that people want and that are not on Amazon (AC-06).

    Arguments:
        decisions: as for `lay_wishes`.
        listed: seller SKUs of the listings that are or were on Amazon.

    Returns:
        The columns `ALIASES`.
    """
    wanted = decisions.filter(pc.and_(pc.equal(decisions["kind"], ALIAS), pc.is_valid(decisions["value"])))
    wanted = wanted.filter(pc.invert(pc.is_in(wanted["seller_sku"], value_set=one(listed)))).combine_chunks()
    chosen = decisions.filter(pc.equal(decisions["kind"], ASIN)).combine_chunks()
    skus = one(wanted["seller_sku"])
    asins = one(chosen["value"]).take(pc.index_in(skus, value_set=one(chosen["seller_sku"])))
    return pa.table([skus, one(wanted["value"]), asins], schema=ALIASES)


def _whole(texts: pa.Array) -> pa.Array:
    """Return texts as whole numbers; what is none becomes null.

    >>> _whole(pa.array(["12", "1.5", "", None])).to_pylist()
    [12, None, None, None]
    """
    is_whole = pc.fill_null(pc.match_substring_regex(texts, r"^[+-]?\d{1,18}$"), False)
    return pc.if_else(is_whole, texts, None).cast(pa.int64())


def note(notes: Sequence[tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], str | pa.Array]], rows: int) -> pa.Array:
    """Return for each row the words of all notes that hold for it, joined; null where none does.

    >>> note([(np.array([True, False]), "A."), (np.array([True, False]), "B.")], 2).to_pylist()
    ['A. B.', None]
    """
    joined = pa.nulls(rows, pa.string())
    for where, words in notes:
        # Most notes hold nowhere, and joining a million empty texts takes its time.
        if not where.any():
            continue
        place = pa.array(where)
        filled = words if isinstance(words, str) else pc.fill_null(words, "")
        longer = pc.binary_join_element_wise(pc.fill_null(joined, ""), filled, " ")
        joined = pc.if_else(place, pc.utf8_ltrim_whitespace(longer), joined)
    return joined
