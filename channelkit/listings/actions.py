"""What may be done with a listing in each tab (Adobe's guide to managing listings by tab)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from channelkit.listings.decision import ACTIVE, ENDED, INACTIVE, INCOMPLETE, INELIGIBLE, READY, THIRD_PARTY
from channelkit.model.columns import Mask, Numbers

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


def allowed_actions(tabs: Sequence[str], choice: Numbers, is_listed: Mask, is_by_amazon: Mask) -> pa.Array:
    """Return the actions that each row allows, comma separated.

    Arguments:
        tabs: tab of each row of the decision tables; a row without a tab allows nothing.
        choice: for each subject, its row of the decision tables.
    """
    texts: list[str] = []
    for tab in tabs:
        actions = ", ".join(ACTIONS.get(tab, ()))
        unlisted = ", ".join(UNLISTED_INELIGIBLE) if tab == INELIGIBLE else actions.format(other="Amazon")
        texts += [actions.format(other="Amazon"), actions.format(other="Merchant"), unlisted]
    variant = np.where(is_listed, np.where(is_by_amazon, 1, 0), 2)
    return pa.array(texts).take(pa.array(choice * 3 + variant))
