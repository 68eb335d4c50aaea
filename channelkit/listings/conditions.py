"""In which condition is it offered, and with which notes? A person's word, an attribute's, or the setting (LS-14)."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.wishes import column, wish
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import CONDITION, NOTES

BY_ATTRIBUTE = "attribute"
"""The setting that leaves it to an attribute of each product."""

_NOTHING = pa.scalar(None, pa.string())


def translate(labels: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Return Amazon's word for each label, however it is written; null where none is mapped.

    >>> translate(pa.array(["Used - Good", "used - good ", "Worn", None]), {"Used - Good": "used_good"}).to_pylist()
    ['used_good', 'used_good', None, None]
    """
    known = {label.strip().casefold(): word for label, word in words.items() if word}
    encoded = one(labels).dictionary_encode()
    found = [known.get(label.strip().casefold()) for label in encoded.dictionary.to_pylist()]
    return pa.array(found, pa.string()).take(encoded.indices)


def is_new(conditions: pa.Array) -> Mask:
    """Tell which conditions are New, which has no notes (AC-05)."""
    return mask(pc.starts_with(conditions, "new_"))


def find_conditions(
    subjects: pa.Table, setting: str, words: Mapping[str, str], on_amazon: Mask, by_amazon: Mask
) -> pa.Array:
    """Return the condition that each should have; null leaves it as it is, and on what is new none could be resolved.

    What is listed keeps its condition unless a person overrides it, or removed an override: then the settings hold
    again. What comes back under the same seller SKU comes back as what it was. Of what Amazon fulfils the condition is
    not ours to change (AC-05).

    Arguments:
        setting: Amazon's word, `BY_ATTRIBUTE`, or empty for none.
        words: what the attribute says -> Amazon's word.
        on_amazon: it is on Amazon now.
        by_amazon: Amazon fulfils it.
    """
    override = wish(subjects, CONDITION)
    if setting == BY_ATTRIBUTE:
        by_settings = translate(column(subjects, "condition_choice", pa.string()), words)
    else:
        by_settings = pa.repeat(pa.scalar(setting or None, pa.string()), subjects.num_rows)
    was = column(subjects, "condition", pa.string())
    new = pc.coalesce(override, was, by_settings)
    is_dropped = column(subjects, f"dropped_{CONDITION}", pa.bool_())
    standing = pc.coalesce(override, pc.if_else(pc.fill_null(is_dropped, False), by_settings, _NOTHING))
    standing = pc.if_else(pa.array(by_amazon), _NOTHING, standing)
    return pc.if_else(pa.array(on_amazon), standing, new)


def find_notes(subjects: pa.Table, wanted: pa.Array, notes: Mapping[str, str], on_amazon: Mask) -> pa.Array:
    """Return the notes on the condition that each should have: null leaves them, an empty text takes them away.

    Arguments:
        wanted: what `find_conditions` gave.
        notes: Amazon's word for a condition -> the note that the settings give it.
        on_amazon: it is on Amazon now.
    """
    override, was = wish(subjects, NOTES), column(subjects, "condition", pa.string())
    condition = pc.coalesce(wanted, was)
    by_settings = translate(condition, notes)
    is_dropped = mask(column(subjects, f"dropped_{NOTES}", pa.bool_()))
    # Another condition brings its own notes; what stays as it is keeps them.
    moves = mask(pc.and_(pc.is_valid(wanted), pc.not_equal(wanted, pc.fill_null(was, "")))) | ~on_amazon
    settled = pc.if_else(pa.array(moves), by_settings, _NOTHING)
    settled = pc.if_else(pa.array(is_dropped), pc.fill_null(by_settings, ""), settled)
    return pc.if_else(pa.array(is_new(condition)), _NOTHING, pc.coalesce(override, settled))
