"""A name for exactly these changes, so that what was approved is what is sent."""

from __future__ import annotations

from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

_TEXTS = ("before_text", "after_text")


def fingerprint(changes: pa.Table) -> str:
    """Return twelve letters and digits that other changes will not have; the order of rows does not matter.

    Arguments:
        changes: ``seller_sku, field, before, after`` and, where a change is of text, ``before_text, after_text``; the
            reasons do not count.

    >>> change = {"seller_sku": ["A"], "field": ["price"], "before": [900], "after": [1000]}
    >>> fingerprint(pa.table(change)) == fingerprint(pa.table(change | {"after": [1001]}))
    False
    """
    parts = [changes[name].cast(pa.string()) for name in ("field", "before", "after")]
    # The length before a text keeps any text from looking like the end of one part and the start of the next.
    for name in ("seller_sku", *(name for name in _TEXTS if name in changes.column_names)):
        parts += [pc.binary_length(changes[name]).cast(pa.string()), changes[name]]
    rows = pc.binary_join_element_wise(*parts, "\x1f", null_handling="replace", null_replacement="none")
    ordered = rows.take(pc.sort_indices(rows))
    digest = blake2b(digest_size=6)
    for text in ordered.to_pylist():
        digest.update(text.encode() + b"\x1e")
    return digest.hexdigest()
