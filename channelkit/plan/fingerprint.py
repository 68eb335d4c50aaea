"""A name for exactly these changes, so that what was approved is what is sent."""

from __future__ import annotations

from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc


def fingerprint(changes: pa.Table) -> str:
    """Return twelve letters and digits that other changes will not have; the order of rows does not matter.

    Arguments:
        changes: ``seller_sku, field, before, after``; the reasons do not count.

    >>> change = {"seller_sku": ["A"], "field": ["price"], "before": [900], "after": [1000]}
    >>> fingerprint(pa.table(change)) == fingerprint(pa.table(change | {"after": [1001]}))
    False
    """
    texts = [changes[name].cast(pa.string()) for name in ("field", "before", "after", "seller_sku")]
    # The length before the SKU keeps any SKU from looking like the end of one row and the start of the next.
    length = pc.binary_length(changes["seller_sku"]).cast(pa.string())
    rows = pc.binary_join_element_wise(
        *texts[:3], length, texts[3], "\x1f", null_handling="replace", null_replacement="none"
    )
    ordered = rows.take(pc.sort_indices(rows))
    digest = blake2b(digest_size=6)
    for text in ordered.to_pylist():
        digest.update(text.encode() + b"\x1e")
    return digest.hexdigest()
