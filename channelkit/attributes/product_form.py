"""The form that all products of a batch share, when they are created from listings (MA-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

VISIBILITIES = {"Not Visible Individually": 1, "Catalog": 2, "Search": 3, "Catalog, Search": 4}
"""Where a product can be seen, in Commerce's words, with its number."""


@dataclass(frozen=True)
class ProductForm:
    """What all products of a batch share; the rest comes from each listing.

    Arguments:
        enabled: whether they can be sold at once.
        websites: codes of the websites that sell them; their base currency must be the listing's.
        attribute_set: its name.
        visibility: one of `VISIBILITIES`.
        tax_class: Commerce's number of it; None leaves it to Commerce.
        categories: Commerce's numbers of them.
        source: code of the source that gets the quantity; may be empty where the websites' stock has only one.
    """

    enabled: bool
    websites: Sequence[str]
    attribute_set: str = "Default"
    visibility: str = "Not Visible Individually"
    tax_class: int | None = None
    categories: Sequence[int] = ()
    source: str = ""
