"""What may be done with a listing in each tab (Adobe's guide to managing listings by tab)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.columns import Mask, mask
from channelkit.listings.decision import ACTIVE, ENDED, INACTIVE, INCOMPLETE, INELIGIBLE, READY, THIRD_PARTY

_MANAGED = (
    *("View Details", "Create Override", "Edit Listing Overrides", "Edit Assigned ASIN", "Create Alias Seller SKU"),
    *("Switch to Fulfilled by {other}", "End Listing"),
)
ACTIONS: dict[str, tuple[str, ...]] = {
    INCOMPLETE: ("Update Required Info", "Re-attempt Automatic Match", "View Details"),
    THIRD_PARTY: (
        *("Assign Catalog Product", "Create New Catalog Product", "Attempt Automatic Match", "View Details"),
    ),
    READY: ("Publish on Amazon", "View Details"),
    INACTIVE: _MANAGED,
    ACTIVE: _MANAGED,
    INELIGIBLE: _MANAGED,
    ENDED: ("Publish on Amazon", "Create Alias Seller SKU", "View Details"),
}
UNLISTED_INELIGIBLE = ("View Details",)
"""A product that is not on Amazon has no listing to manage."""


def allowed_actions(tabs: pa.Array, is_listed: Mask, is_by_amazon: Mask) -> pa.Array:
    """Return the actions that each row's tab allows, comma separated."""
    texts: list[str] = []
    choice = np.zeros(len(tabs), np.int64)
    for tab, actions in ACTIONS.items():
        is_in = mask(pc.equal(tabs, tab))
        for where, other in ((is_in & ~is_by_amazon, "Amazon"), (is_in & is_by_amazon, "Merchant")):
            choice[where] = len(texts)
            texts.append(", ".join(actions).format(other=other))
    choice[mask(pc.equal(tabs, INELIGIBLE)) & ~is_listed] = len(texts)
    texts.append(", ".join(UNLISTED_INELIGIBLE))
    return pa.array(texts).take(pa.array(choice))
