"""What of a plan towards Commerce does not go by itself, its fingerprint, and how to take changes back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.attributes import CATALOG_CHANGES, CREATE, LONGEST_TEXT, LONGEST_TEXTAREA
from channelkit.model.columns import mask, one
from channelkit.plan import fingerprint as names
from channelkit.plan.guards import Guarded, Limits

MOST_CHOICES = 50
"""So many different new labels for one attribute of choices, most of them used once, are no choices but free text."""

_TAG = r"<[A-Za-z/!][^<>]*>"


def guard_values(
    changes: pa.Table,
    inputs: pa.Table,
    products_count: int,
    limits: Limits,
    *,
    identifiers: Sequence[str] = (),
    lacking: pa.Table | None = None,
) -> Guarded:
    """Sort a plan of values into what goes and what is held, and say whether it overwrites too much at once.

    Held: HTML, a text longer than Commerce keeps, a price of zero or less, an identifier that would be replaced (it
    links products to listings), and free text for an attribute of choices. Stopped: more products than the limit would
    lose a value that they have; filling empty values is no sweep.

    Arguments:
        changes: columns of `channelkit.model.attributes.CATALOG_CHANGES`.
        inputs: ``attribute, input``: the kind of each attribute.
        products_count: how many matched products the plan looked at.
        identifiers: codes of the attributes that hold identifiers.
        lacking: ``sku, attribute`` of products whose attribute set has no such attribute: Commerce drops such a value.
    """
    notes = _notes(changes, inputs, identifiers, lacking)
    is_held = pc.is_valid(notes)
    going = changes.filter(pc.invert(is_held)).combine_chunks()
    held = changes.append_column("note", notes).filter(is_held).combine_chunks()
    overwritten = going.filter(pc.is_valid(going["before"]))
    touched = pc.count_distinct(overwritten["sku"]).as_py() if overwritten.num_rows else 0
    if touched < limits.smallest_sweep or touched <= limits.largest_share * products_count:
        return Guarded(going, held, "", going)
    stopped = (
        f"{touched:,} of {products_count:,} matched products would lose a value that they have, "
        f"more than the {limits.largest_share:.0%} that may at once."
    )
    return Guarded(going, held, stopped, going.slice(0, 0))


def fingerprint(changes: pa.Table) -> str:
    """Return twelve letters and digits that other changes will not have; the reasons do not count.

    Arguments:
        changes: columns of `channelkit.model.attributes.CATALOG_CHANGES`.
    """
    field = pc.binary_join_element_wise(*(changes[name] for name in ("action", "attribute", "scope")), "\x1e")
    texts = {"seller_sku": changes["sku"], "field": field, "before": changes["before"], "after": changes["after"]}
    return names.fingerprint(pa.table(texts))


def plan_undo(done: pa.Table, existing: pa.Table) -> pa.Table:
    """Return the changes that take others back, with the reason where one cannot be (AT-04).

    Arguments:
        done: ``id`` and the columns of `channelkit.model.attributes.CATALOG_CHANGES`, of changes that were sent; where
            one value was changed several times, all of it is taken back at once.
        existing: ``sku, attribute, scope, value`` as it is now, in words; no row where it is empty.

    Returns:
        The columns of `CATALOG_CHANGES`, ``undoes``, and ``note``: why it is left as it is, or nothing.
    """
    done = done.sort_by("id").combine_chunks()
    keys = _keys(done)
    first, last = _ends(keys)
    newest, oldest = done.take(last), done.take(first)
    now = one(existing["value"]).take(pc.index_in(_keys(newest), value_set=_keys(existing)))
    before, after = one(newest["after"]), one(oldest["before"])
    same = mask(pc.equal(now, before)) | (mask(pc.is_null(now)) & mask(pc.is_null(before)))
    shown = pc.fill_null(now, "empty")
    no_note = pa.scalar(None, pa.string())
    changed = pc.binary_join_element_wise("Somebody changed it since; it is now ", shown, ".", "")
    note = pc.if_else(pa.array(same, pa.bool_()), no_note, changed)
    created = "A product that was created is not deleted here; disable or delete it in Commerce."
    note = pc.if_else(pc.equal(one(newest["action"]), CREATE), created, note)
    number = one(newest["id"]).cast(pa.string())
    columns = {name: one(newest[name]) for name in CATALOG_CHANGES.names}
    columns |= {"before": before, "after": after}
    columns["because"] = pc.binary_join_element_wise("It takes back change ", number, ".", "")
    undone = pa.table(columns, schema=CATALOG_CHANGES.schema())
    return undone.append_column("undoes", newest["id"]).append_column("note", note)


def _notes(changes: pa.Table, inputs: pa.Table, identifiers: Sequence[str], lacking: pa.Table | None) -> pa.Array:
    attribute, before, after = (one(changes[name]) for name in ("attribute", "before", "after"))
    kind = one(inputs["input"]).take(pc.index_in(attribute, value_set=one(inputs["attribute"])))
    is_long_text = pc.equal(kind, "textarea")
    length = pc.utf8_length(after)
    longest = pc.if_else(is_long_text, LONGEST_TEXTAREA, LONGEST_TEXT)
    told = pc.binary_join_element_wise(
        "It has ",
        length.cast(pa.string()),
        " characters, more than the ",
        longest.cast(pa.string()),
        " that an attribute of this kind keeps.",
        "",
    )
    replaces = pc.and_(pc.is_in(attribute, value_set=pa.array(identifiers, pa.string())), pc.is_valid(before))
    amount = pc.if_else(pc.equal(kind, "price"), after, pa.scalar(None, pa.string())).cast(pa.float64())
    notes = pa.nulls(changes.num_rows, pa.string())
    drops = pa.repeat(False, changes.num_rows)
    if lacking is not None:
        pairs = [pc.binary_join_element_wise(table["attribute"], table["sku"], "\x1f") for table in (changes, lacking)]
        drops = pc.is_in(one(pairs[0]), value_set=one(pairs[1]))
    for condition, words in (
        (drops, "The product's attribute set has no such attribute; add it to the set first."),
        (pc.match_substring_regex(after, _TAG), "The value holds HTML."),
        (pc.greater(length, longest), told),
        (pc.less_equal(amount, 0), "A price must be above zero."),
        (replaces, "It would replace an identifier, which links products to listings."),
        (
            _is_free_text(attribute, kind, after),
            "So many different values are free text; an attribute of choices is wrong.",
        ),
    ):
        notes = pc.coalesce(notes, pc.if_else(pc.fill_null(condition, False), words, pa.scalar(None, pa.string())))
    return one(notes)


def _is_free_text(attribute: pa.Array, kind: pa.Array, after: pa.Array) -> pa.Array:
    """Tell which changes bring a choice to an attribute that would get too many choices."""
    choices = pa.table({"attribute": attribute, "after": after}).filter(pc.equal(kind, "select"))
    counted = choices.group_by("attribute").aggregate([("after", "count_distinct"), ("after", "count")])
    distinct, count = counted["after_count_distinct"], counted["after_count"]
    wild = pc.and_(pc.greater(distinct, MOST_CHOICES), pc.greater(pc.multiply(distinct, 2), count))
    return pc.is_in(attribute, value_set=one(counted.filter(wild)["attribute"]))


def _ends(keys: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the positions of each key's first and last appearance."""
    place = np.arange(len(keys))
    first = pc.index_in(keys, value_set=keys).to_numpy(zero_copy_only=False)
    last = np.zeros(len(keys), np.int64)
    np.maximum.at(last, first.astype(np.int64), place)
    is_first = first == place
    return pa.array(place[is_first]), pa.array(last[is_first])


def _keys(table: pa.Table) -> pa.Array:
    return one(pc.binary_join_element_wise(*(one(table[name]) for name in ("scope", "attribute", "sku")), "\x1f"))
