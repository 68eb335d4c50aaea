"""For which products each price rule holds, by its conditions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import products
from channelkit.database.reference import load_catalog_reference
from channelkit.listings.rules.admission import combine, condition_tester
from channelkit.listings.rules.attributes import rule_attributes
from channelkit.listings.rules.tree import codes_of
from channelkit.model.columns import Mask, mask, one
from channelkit.pricing.rules import PriceRule

AT_ONCE = 20_000
"""Up to so many products are looked up by name; of more, all are read in passes."""


def load_masks(
    connection: Connection, rules: Sequence[PriceRule], skus: pa.Array, store_view: str, time_zone: str
) -> list[Mask]:
    """Return for which products each rule's conditions hold, in the order of the rules and of the products (PR-01).

    All rules look at products in the same pass, some at a time, so that a million fit into memory; what several rules
    ask of an attribute is worked out once.

    Arguments:
        skus: the products; one that Commerce never had fulfils no condition.
        store_view: whose name, price and state count; empty for all.
        time_zone: the store's; dates are read in it.
    """
    skus = one(skus)
    asking = [place for place, rule in enumerate(rules) if rule.when.children]
    masks = [np.full(len(skus), place not in asking) for place in range(len(rules))]
    if not asking or not len(skus):
        return masks
    attributes = rule_attributes(load_catalog_reference(connection))
    codes = list(dict.fromkeys(code for place in asking for code in codes_of(rules[place].when)))
    named = skus.to_pylist() if len(skus) <= AT_ONCE else None
    read, held = list[pa.Array](), [list[Mask]() for _ in asking]
    for batch in products.iter_attributes(connection, codes, skus=named, store_view=store_view):
        test = condition_tester(batch, attributes, time_zone)
        read.append(one(batch["sku"]))
        for found, place in zip(held, asking, strict=True):
            found.append(combine(rules[place].when, test, batch.num_rows))
    place_of = pc.index_in(skus, value_set=pa.concat_arrays(read))
    is_here, rows = mask(pc.is_valid(place_of)), place_of.drop_null().to_numpy()
    for found, place in zip(held, asking, strict=True):
        masks[place][is_here] = np.concatenate(found)[rows]
    return masks
