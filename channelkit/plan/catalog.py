"""Towards Commerce: the values that Amazon's catalog tells and that matched products have not.

Nothing flows back: what is decided here only ever changes Commerce (AT-05).
"""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.attributes import CATALOG_CHANGES, SET
from channelkit.model.columns import Mask, mask, one

SAME, KEPT, DIFFERS, UNUSABLE = "same", "kept", "differs", "unusable"

COMPARED = pa.schema(
    [(name, pa.string()) for name in ("store", "marketplace_id", "sku", "asin", "amazon_attribute", "attribute")]
    + [(name, pa.string()) for name in ("scope", "input", "before", "after", "verdict")]
    + [("mapping", pa.int64())]
)

_NUMBER = r"^\s*(?P<number>-?\d+(?:\.\d+)?)"
_TRUE, _FALSE = pa.array(["true", "yes", "1"]), pa.array(["false", "no", "0"])
_decode = msgspec.json.Decoder(list[list[str]]).decode


def plan_values(values: pa.Table, mappings: pa.Table, existing: pa.Table, links: pa.Table) -> pa.Table:
    """Return what would bring Amazon's values into matched products (AT-04, AT-05, AT-06).

    Arguments:
        values, mappings, existing, links: as `compare_values` takes them.

    Returns:
        The columns of `channelkit.model.attributes.CATALOG_CHANGES`, by SKU, attribute and scope.
    """
    return changes_of(compare_values(values, mappings, existing, links))


def changes_of(compared: pa.Table) -> pa.Table:
    """Return the changes among what `compare_values` gave: where Commerce differs and nothing forbids."""
    differing = compared.filter(pc.equal(compared["verdict"], DIFFERS)).combine_chunks()
    was_empty = pc.is_null(differing["before"])
    why = pc.if_else(was_empty, "Commerce had nothing.", "The catalogue says to overwrite.")
    tells = pc.binary_join_element_wise("Amazon tells ", differing["amazon_attribute"], " of ", differing["asin"], "")
    columns = {name: differing[name] for name in CATALOG_CHANGES.names if name in differing.column_names}
    columns |= {
        "action": pa.repeat(SET, differing.num_rows),
        "because": pc.binary_join_element_wise(tells, why, ". "),
    }
    return pa.table({name: columns[name] for name in CATALOG_CHANGES.names}, schema=CATALOG_CHANGES.schema())


def compare_values(values: pa.Table, mappings: pa.Table, existing: pa.Table, links: pa.Table) -> pa.Table:
    """Return every value that a mapping would bring into a matched product, beside what Commerce has.

    A product has one value in a scope: where several listings or several countries would bring one, the first link
    decides, and of one item's mappings the first.

    Arguments:
        values: ``marketplace_id, asin, amazon_attribute, value``; the value is a JSON list of texts.
        mappings: ``mapping, marketplace_id, amazon_attribute, attribute, overwrite, scope, input``, one row for each
            scope, in the order in which they decide; only active ones.
        existing: ``sku, attribute, scope, value`` in words, as `in_words` writes them; no row where it is empty.
        links: ``store, marketplace_id, sku, asin`` of matched listings, in the order in which they decide.

    Returns:
        The columns `COMPARED`, by SKU, attribute and scope; ``verdict`` is same, kept (Commerce has a value and the
        mapping does not overwrite), unusable (it is no value of this kind) or differs.
    """
    found = _brought(values, mappings, links)
    words = in_words(_chosen(found), found["input"])
    found = found.drop_columns(["value"]).append_column("after", words)
    place = pc.index_in(_keys(found), value_set=_keys(existing))
    before = _no_empty(one(existing["value"]).take(place))
    is_there, overwrites = mask(pc.is_valid(before)), mask(found["overwrite"])
    verdict = np.select(
        [mask(pc.is_null(words)), _same(before, words, found["input"]), is_there & ~overwrites],
        [UNUSABLE, SAME, KEPT],
        DIFFERS,
    )
    found = found.append_column("before", before).append_column("verdict", pa.array(verdict, pa.string()))
    order = [("sku", "ascending"), ("attribute", "ascending"), ("scope", "ascending")]
    return found.select(COMPARED.names).cast(COMPARED).sort_by(order).combine_chunks()


def in_words(values: pa.Array | pa.ChunkedArray, inputs: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return values as they are compared and shown: trimmed, numbers without idle zeros, yes and no as words.

    Arguments:
        inputs: the kind of attribute, in Commerce's words: text, textarea, select, multiselect, boolean, price.

    Returns:
        Texts; nothing where a value is empty or is none of its kind.

    >>> in_words(pa.array([" 19.900000 USD", "true", " Blue ", "cheap"]), pa.array(["price", "boolean", "select",
    ... "price"])).to_pylist()
    ['19.9', 'Yes', 'Blue', None]
    """
    text = _no_empty(pc.utf8_trim_whitespace(one(values)))
    number = pc.struct_field(pc.extract_regex(text, _NUMBER), "number")
    has_point = pc.match_substring(number, ".")
    plain = pc.if_else(has_point, pc.replace_substring_regex(number, r"\.?0+$", ""), number)
    lower = pc.utf8_lower(text)
    no_word = pa.scalar(None, pa.string())
    answer = pc.if_else(
        pc.is_in(lower, value_set=_TRUE), "Yes", pc.if_else(pc.is_in(lower, value_set=_FALSE), "No", no_word)
    )
    kind = one(inputs)
    words = pc.if_else(pc.equal(kind, "boolean"), answer, text)
    return one(pc.if_else(pc.equal(kind, "price"), plain, words))


def _brought(values: pa.Table, mappings: pa.Table, links: pa.Table) -> pa.Table:
    """Return the values that mappings bring to linked products, one for each product, attribute and scope."""
    links = links.append_column("turn", pa.array(np.arange(links.num_rows)))
    mappings = mappings.append_column("step", pa.array(np.arange(mappings.num_rows)))
    kept = values.select(["marketplace_id", "asin", "amazon_attribute", "value"])
    found = kept.join(links, ["marketplace_id", "asin"], join_type="inner")
    found = found.join(mappings, ["marketplace_id", "amazon_attribute"], join_type="inner")
    found = found.sort_by([("turn", "ascending"), ("step", "ascending")]).combine_chunks()
    keys = _keys(found)
    # The first appearance of each is the one that decides.
    is_first = pc.index_in(keys, value_set=keys).to_numpy(zero_copy_only=False) == np.arange(len(keys))
    return found.filter(pa.array(is_first, pa.bool_())).combine_chunks()


def _chosen(found: pa.Table) -> pa.Array:
    """Return each value as one text: all of them where a text may hold several, else the first."""
    told = one(found["value"]).to_pylist()
    lists = pa.array(_decode(f"[{','.join(told)}]"), pa.list_(pa.string()))
    first = pc.list_element(pc.if_else(pc.greater(pc.list_value_length(lists), 0), lists, pa.scalar([""])), 0)
    kind = one(found["input"])
    lines, words = pc.binary_join(lists, "\n"), pc.binary_join(lists, ", ")
    has_lines = pc.is_in(kind, value_set=pa.array(["textarea", "multiselect"]))
    return one(pc.if_else(has_lines, lines, pc.if_else(pc.equal(kind, "text"), words, first)))


def _same(before: pa.Array, after: pa.Array, inputs: pa.ChunkedArray) -> Mask:
    """Tell where both are the same; two labels that differ only in case are one choice."""
    is_choice = mask(pc.is_in(one(inputs), value_set=pa.array(["select", "multiselect"])))
    return mask(pc.equal(before, after)) | (is_choice & mask(pc.equal(pc.utf8_lower(before), pc.utf8_lower(after))))


def _no_empty(texts: pa.Array) -> pa.Array:
    return one(pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts))


def _keys(table: pa.Table) -> pa.Array:
    # A SKU stands last, since it alone may hold any character.
    return one(pc.binary_join_element_wise(*(one(table[name]) for name in ("scope", "attribute", "sku")), "\x1f"))
