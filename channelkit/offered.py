"""What new listings tell beside their terms: what the definition of their product type asks for and the product has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.amazon.publishing import write_offer
from channelkit.apply.listing_calls import offer_of, read_calls, read_terms
from channelkit.database.attribute_map import load_mappings
from channelkit.database.catalog_items import list_typed
from channelkit.database.definitions import load_definitions, load_schema
from channelkit.database.products import load_texts
from channelkit.listings.requirements import SENT, needed_attributes, shape_values, validate_offer
from channelkit.model.changes import PUBLISH
from channelkit.model.columns import one
from channelkit.model.marketplaces import Marketplace


def load_offered(
    connection: Connection, marketplace: Marketplace, required: Mapping[str, Mapping[str, str]], products: pa.Array
) -> pa.Table:
    """Return what products have for what Amazon's definitions ask for, where people linked an attribute to it (TB-02).

    Only products that may be an item of an asking type are read: few, however many products there are.

    Arguments:
        required: what each product type's definition asks of an offer: attributes and their titles.
        products: SKUs, in the order of the answer.

    Returns:
        A column of texts for each attribute that is linked in the marketplace's country.
    """
    asking = [kind for kind, names in required.items() if any(name not in SENT for name in names)]
    linked = _linked(connection, marketplace, needed_attributes(required)) if asking else {}
    if not linked:
        return pa.table({})
    texts = load_texts(connection, list(linked.values()), skus=list_typed(connection, marketplace.id, asking))
    place = pc.index_in(products, value_set=one(texts["sku"]))
    return pa.table({name: one(texts[code]).take(place) for name, code in linked.items()})


def complete_offers(
    connection: Connection, marketplace: Marketplace, planned: pa.Table, products: pa.Array
) -> pa.Table:
    """Return changes whose new listings hold the attributes that Amazon asks for and people linked (TB-02).

    Arguments:
        planned: columns of `channelkit.model.changes.CHANGES`, and ``product_type``.
        products: the SKU of each change's product.
    """
    asked = {
        kind: [name for name in each.required if name not in SENT]
        for kind, each in load_definitions(connection, marketplace.id).items()
    }
    kinds, texts = one(planned["product_type"]).to_pylist(), one(planned["after_text"]).to_pylist()
    is_new = one(pc.equal(planned["field"], PUBLISH)).to_pylist()
    due = [place for place, kind in enumerate(kinds) if is_new[place] and asked.get(kind)]
    if not due:
        return planned
    names = sorted({name for place in due for name in asked[kinds[place]]})
    values = _values(connection, marketplace, names, products.take(pa.array(due)).to_pylist())
    schemas = {kind: load_schema(connection, marketplace.id, kind) for kind in {kinds[place] for place in due}}
    for place in due:
        schema, has = schemas[kinds[place]], values.get(products[place].as_py(), {})
        told = {name: has[name] for name in asked[kinds[place]] if has.get(name)}
        if schema is not None and told:
            terms = json.loads(texts[place]) | {"attributes": shape_values(schema, told, marketplace)}
            texts[place] = json.dumps(terms, ensure_ascii=False)
    return planned.set_column(planned.column_names.index("after_text"), "after_text", pa.array(texts, pa.string()))


def find_complaints(connection: Connection, marketplace: Marketplace, planned: pa.Table) -> dict[str, str]:
    """Return by seller SKU what the definition of its product type has against a new listing, in words.

    It is advice: Amazon's own vocabulary is larger than what is checked here, and Amazon's word counts.

    Arguments:
        planned: as `complete_offers` gave it.
    """
    found = {}
    for call in read_calls(planned):
        schema = load_schema(connection, marketplace.id, call.product_type) if call.kind == PUBLISH else None
        if schema is not None:
            offer = write_offer(marketplace, offer_of(call, read_terms(call), marketplace))
            # As it goes over the wire: an exact amount is a number there.
            complaints = validate_offer(schema, json.loads(json.dumps(offer["attributes"], default=float)))
            if complaints:
                found[call.seller_sku] = f"By its product type's definition: {'; '.join(complaints)}."
    return found


def _values(
    connection: Connection, marketplace: Marketplace, names: Sequence[str], skus: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Return by product what it has for Amazon's attributes, where one of Commerce's is linked to them."""
    linked = _linked(connection, marketplace, names)
    if not linked:
        return {}
    rows = load_texts(connection, list(linked.values()), skus=sorted(set(skus))).to_pylist()
    return {row["sku"]: {name: row[code] for name, code in linked.items()} for row in rows}


def _linked(connection: Connection, marketplace: Marketplace, names: Sequence[str]) -> dict[str, str]:
    """Return which of Commerce's attributes people linked to these of Amazon's in a marketplace's country."""
    return {
        mapping.amazon_attribute: mapping.attribute
        for mapping in load_mappings(connection, active=True)
        if mapping.country == marketplace.country and mapping.amazon_attribute in names
    }
