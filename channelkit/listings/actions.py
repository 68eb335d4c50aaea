"""What may be done with a listing in each tab (Adobe's guide to managing listings by tab; AC-09)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from channelkit.listings.tabs import ACTIVE, ENDED, INACTIVE, INCOMPLETE, INELIGIBLE, READY, THIRD_PARTY
from channelkit.model.columns import Mask, Numbers

EDIT_OVERRIDES = "Edit Listing Overrides"
"""Offered where there are overrides to edit."""

_MANAGED = (
    *("View Details", "Create Override", EDIT_OVERRIDES, "Edit Assigned ASIN", "Create Alias Seller SKU"),
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


def allowed_actions(
    tabs: Sequence[str], choice: Numbers, on_amazon: Mask, is_by_amazon: Mask, has_overrides: Mask
) -> pa.Array:
    """Return the actions that each row allows, comma separated.

    Arguments:
        tabs: tab of each row of the decision tables; a row without a tab allows nothing.
        choice: for each subject, its row of the decision tables.
        on_amazon: it is on Amazon now.
    """
    texts: list[str] = []
    for tab in tabs:
        for overrides in (False, True):
            actions = [name for name in ACTIONS.get(tab, ()) if overrides or name != EDIT_OVERRIDES]
            text = ", ".join(actions)
            unlisted = ", ".join(UNLISTED_INELIGIBLE) if tab == INELIGIBLE else text.format(other="Amazon")
            texts += [text.format(other="Amazon"), text.format(other="Merchant"), unlisted]
    variant = np.where(on_amazon, np.where(is_by_amazon, 1, 0), 2) + np.where(has_overrides, 3, 0)
    return pa.array(texts).take(pa.array(choice * 6 + variant))
