"""What several stores of an account share per seller SKU, and who decides it: the oldest of them (RG-02).

Amazon keeps one quantity, one way of fulfilment and one handling time for a seller SKU in a whole region. Two stores
that each wanted their own would overwrite each other for ever, so the oldest that offers the SKU decides these, and
whether it may be sold at all; the others follow, and say whom.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import DECIDING, ELDERS

_BESIDE = ("store", "tab", "status", "reason", "wanted_quantity", "wanted_fulfillment", "wanted_handling")

SHARED = ("quantity", "eligibility", "fulfilment", "handling time")
"""What is shared, in words."""


def lay_elders(subjects: pa.Table, elders: pa.Table | None) -> pa.Table:
    """Return the subjects with what the older store decided about those seller SKUs that it decides.

    Arguments:
        subjects: with ``seller_sku``.
        elders: columns of `channelkit.model.decisions.ELDERS`, each seller SKU once.

    Returns:
        The subjects, and where any is shared ``elder_store``, ``elder_tab``, ``elder_status``, ``elder_reason``,
        ``elder_wanted_quantity``, ``elder_wanted_fulfillment``, ``elder_wanted_handling``.
    """
    if elders is None or not elders.num_rows or not subjects.num_rows:
        return subjects
    deciding = elders.filter(pc.is_in(elders["tab"], value_set=pa.array(DECIDING))).combine_chunks()
    place = pc.index_in(one(subjects["seller_sku"]), value_set=one(deciding["seller_sku"]), skip_nulls=True)
    if not pc.any(pc.is_valid(place)).as_py():
        return subjects
    for name in _BESIDE:
        value = one(deciding[name]).cast(ELDERS.field(name).type)
        subjects = subjects.append_column(f"elder_{name}", value.take(place))
    return subjects


def is_shared(subjects: pa.Table) -> Mask:
    """Tell which subjects' quantity, eligibility, fulfilment and handling an older store decides."""
    if "elder_store" not in subjects.column_names:
        return mask(pa.repeat(False, subjects.num_rows))
    return mask(pc.is_valid(one(subjects["elder_store"])))


def follow(subjects: pa.Table, name: str, own: pa.Array) -> pa.Array:
    """Return what the older store wants where it decides, else what the store itself wants.

    Arguments:
        name: ``wanted_quantity``, ``wanted_fulfillment`` or ``wanted_handling``.
    """
    if "elder_store" not in subjects.column_names:
        return own
    return pc.if_else(pc.is_valid(one(subjects["elder_store"])), one(subjects[f"elder_{name}"]), own)


def tell_elder(subjects: pa.Table) -> pa.Array:
    """Return the sentence that names the older store; null where the store decides itself."""
    if "elder_store" not in subjects.column_names:
        return pa.nulls(subjects.num_rows, pa.string())
    shared = f"{', '.join(SHARED[:-1])} and {SHARED[-1]}"
    return pc.binary_join_element_wise(
        "Store ", one(subjects["elder_store"]), f" decides its {shared}: it is the oldest with this seller SKU.", ""
    )
