"""Whether Amazon's catalog has an item that can be sold under an ASIN that a person typed."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pyarrow as pa

from channelkit.amazon.catalog import read_items
from channelkit.cycle import Cycle
from channelkit.errors import UsageError
from channelkit.model.identifiers import asin as read_asins

NAMED = 10
"""Variants that are named to a person."""


@dataclass(frozen=True)
class Item:
    """An item of Amazon's catalog."""

    asin: str
    title: str


def find_item(cycle: Cycle, typed: str) -> Item:
    """Return the item of Amazon's catalog that a person means (AC-06, AC-07).

    Raises:
        UsageError: it is no ASIN, Amazon does not have it in this marketplace, or it is the parent of variants.
        RemoteError: Amazon does not answer.
    """
    known = read_asins(pa.array([typed], pa.string()))[0].as_py()
    if known is None:
        raise UsageError(f"{typed!r} is no ASIN.", "An ASIN has ten letters and digits, as in B000SDZTM8.")
    place = cycle.store.marketplace
    items = read_items(cycle.amazon, place, [known], with_attributes=False).to_pylist()
    if not items:
        raise UsageError(
            f"Amazon's catalog has no item {known} in marketplace {place.country}.",
            "Look the item up on Amazon's own pages; its address has the ASIN.",
        )
    item = items[0]
    if item["parent"]:
        children = json.loads(item["children"] or "[]")
        named = f"Choose the variant: {', '.join(children[:NAMED])}." if children else "Type the variant's ASIN."
        raise UsageError(f"{known} is the parent of several variants; a parent cannot be sold.", named)
    return Item(known, item["title"] or "")
