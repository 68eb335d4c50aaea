"""What a plan towards Commerce is decided from: links, Amazon's values, the catalogue, and what Commerce has now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.vocabulary import Vocabulary, read_existing
from channelkit.commerce.attribute_sets import list_set_attributes
from channelkit.commerce.attributes import Attribute, read_attribute
from channelkit.database import attribute_map, attribute_values, products, stores, tabs
from channelkit.model.attributes import Mapping
from channelkit.model.columns import one
from channelkit.model.marketplaces import marketplace
from channelkit.parts import Parts

LINKS = pa.schema([(name, pa.string()) for name in ("store", "marketplace_id", "sku", "asin")])
MAPPINGS = pa.schema(
    [("mapping", pa.int64())]
    + [(name, pa.string()) for name in ("marketplace_id", "amazon_attribute", "attribute", "scope", "input")]
    + [("overwrite", pa.bool_())]
)


@dataclass(frozen=True)
class Facts:
    """What was known when a plan was made.

    Arguments:
        links, values, mappings, existing: as `channelkit.plan.catalog.compare_values` takes them.
        inputs: code of each mapped attribute to its kind.
        lacking: ``sku, attribute``: products whose attribute set has no such attribute.
        problems: what cannot be imported at all, in words.
    """

    links: pa.Table
    values: pa.Table
    mappings: pa.Table
    existing: pa.Table
    inputs: dict[str, str]
    lacking: pa.Table
    problems: tuple[str, ...]


def gather_facts(parts: Parts, skus: Sequence[str] = (), mapping_ids: Sequence[int] = ()) -> Facts:
    """Read what a plan is decided from; what Commerce has is read from Commerce itself, now.

    Arguments:
        skus: only these products; all that are matched when empty.
        mapping_ids: only these rows of the catalogue; all active ones when empty.

    Raises:
        RemoteError: Commerce does not answer.
    """
    with parts.database.read() as connection:
        chosen = [
            each
            for each in attribute_map.load_mappings(connection, active=True)
            if not mapping_ids or each.id in mapping_ids
        ]
        values = attribute_values.load_values(connection)
        sets = products.load_products(connection, ("sku", "attribute_set"))
    links = read_links(parts)
    if skus:
        links = links.filter(pc.is_in(links["sku"], value_set=pa.array(list(skus), pa.string())))
    known, problems = _known(parts, chosen)
    usable = [each for each in chosen if each.attribute in known]
    inputs = {code: attribute.input for code, attribute in known.items()}
    matched = one(pc.unique(links["sku"])).to_pylist()
    wanted = {(scope, each.attribute) for each in usable for scope in each.scopes}
    existing = read_existing(Vocabulary(parts.commerce, inputs), matched, wanted, parts.progress)
    lacking = _lacking(parts, sets, matched, sorted(known))
    return Facts(links, values, _table(usable, inputs), existing, inputs, lacking, tuple(problems))


def read_links(parts: Parts, names: Sequence[str] = ()) -> pa.Table:
    """Return the matched listings that have an ASIN, those of the oldest store first: it decides what several share.

    Arguments:
        names: only these stores; all of the settings' when empty.
    """
    sites = {name: store.site.id for name, store in parts.settings.stores.items() if not names or name in names}
    found = [LINKS.empty_table()]
    with parts.database.read() as connection:
        for store in stores.load_stores(connection)["name"].to_pylist():
            if store not in sites or parts.why_idle(store):
                continue
            decided = tabs.load_tabs(connection, store, ("listed", "sku", "asin", "product_sku"))
            linked = decided.filter(
                pc.and_(decided["listed"], pc.and_(pc.is_valid(decided["product_sku"]), pc.is_valid(decided["asin"])))
            )
            count = linked.num_rows
            columns = [pa.repeat(store, count), pa.repeat(sites[store], count), linked["product_sku"], linked["asin"]]
            found.append(pa.table(columns, schema=LINKS))
    return pa.concat_tables(found).combine_chunks()


def _known(parts: Parts, mappings: Sequence[Mapping]) -> tuple[dict[str, Attribute], list[str]]:
    known, problems = {}, []
    for code in dict.fromkeys(each.attribute for each in mappings):
        found = read_attribute(parts.commerce, code)
        if found is None:
            problems.append(f"Commerce no longer has the attribute {code!r}; what is mapped to it is not imported.")
        else:
            known[code] = found
    return known, problems


def _table(mappings: Sequence[Mapping], inputs: dict[str, str]) -> pa.Table:
    """Return the catalogue as columns, one row for each scope."""
    rows = [
        {
            "mapping": each.id,
            "marketplace_id": marketplace(each.country).id,
            "amazon_attribute": each.amazon_attribute,
            "attribute": each.attribute,
            "scope": scope,
            "input": inputs[each.attribute],
            "overwrite": each.overwrite,
        }
        for each in mappings
        for scope in each.scopes
    ]
    return pa.Table.from_pylist(rows, schema=MAPPINGS)


def _lacking(parts: Parts, sets: pa.Table, skus: Sequence[str], codes: Sequence[str]) -> pa.Table:
    """Return the matched products whose attribute set has not got an attribute: its values would be dropped."""
    matched = sets.filter(pc.is_in(sets["sku"], value_set=pa.array(skus, pa.string())))
    lacking = [pa.table({"sku": pa.array([], pa.string()), "attribute": pa.array([], pa.string())})]
    for number in pc.unique(matched["attribute_set"].drop_null()).to_pylist() if codes else ():
        held = {attribute.code for attribute in list_set_attributes(parts.commerce, number)}
        inside = matched.filter(pc.equal(matched["attribute_set"], number))["sku"]
        for code in codes:
            if code not in held:
                lacking.append(pa.table({"sku": inside, "attribute": pa.repeat(code, len(inside))}))
    return pa.concat_tables(lacking).combine_chunks()
