"""What products lack by Amazon's definitions of what they would be listed as, given what people linked."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import attribute_map, definitions
from channelkit.database.products import load_texts
from channelkit.listings.requirements import find_lacking, needed_attributes
from channelkit.model.columns import one
from channelkit.model.marketplaces import Marketplace


def load_lacking(
    connection: Connection, store: str, marketplace: Marketplace, skus: pa.Array | pa.ChunkedArray
) -> pa.Array:
    """Return for each product what Amazon's definition asks for and it lacks, in words; null where that is nothing.

    Only products that wait to be listed as an item of Amazon's catalog are looked at, and of those only the ones whose
    type asks for more than every offer has: few, so that this costs little however many products there are.

    Arguments:
        skus: the products' SKUs, in the order of the answer.
    """
    known = definitions.load_definitions(connection, marketplace.id)
    required = {kind: definition.required for kind, definition in known.items()}
    needed = needed_attributes(required)
    asking = [kind for kind, names in required.items() if any(name in names for name in needed)]
    nothing: pa.Array = pa.nulls(len(skus), pa.string())
    if not asking:
        return nothing
    typed = definitions.typed_products(connection, store, marketplace.id, asking)
    if not typed.num_rows:
        return nothing
    codes = {
        each.amazon_attribute: each.attribute
        for each in attribute_map.load_mappings(connection, active=True)
        if each.country == marketplace.country and each.amazon_attribute in needed
    }
    own = one(typed["product_sku"])
    texts = load_texts(connection, list(codes.values()), skus=own.unique().to_pylist())
    place = pc.index_in(own, value_set=one(texts["sku"]))
    has = {
        name: own if code == "sku" else one(texts[code]).take(place)
        for name, code in codes.items()
        if code == "sku" or code in texts.column_names
    }
    lacking = find_lacking(typed["product_type"], required, has)
    return lacking.take(pc.index_in(one(skus), value_set=own, skip_nulls=True))
