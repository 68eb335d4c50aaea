"""Amazon's values beside what Commerce has: which are imported, and why the others are not (AT-07)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.attributes.facts import gather_facts
from channelkit.attributes.importing import guard_import
from channelkit.database import catalog_journal
from channelkit.model.columns import one
from channelkit.model.marketplaces import marketplace
from channelkit.parts import Parts
from channelkit.plan.catalog import KEPT, SAME, UNUSABLE, changes_of, compare_values

if TYPE_CHECKING:
    import pandas as pd

IMPORTED, NOT_IMPORTED = "Imported", "Not imported"

_COLUMNS = {
    "region": "region",
    "sku": "sku",
    "asin": "asin",
    "amazon_attribute": "amazon_attribute",
    "attribute": "attribute",
    "scope": "scope",
    "amazon_value": "after",
    "commerce_value": "before",
    "state": "state",
    "reason": "reason",
    "mapping": "mapping",
    "store": "store",
}


def review_values(parts: Parts, imported: bool | None = None, skus: Sequence[str] = ()) -> pd.DataFrame:
    """Return every value that the catalogue's active rows would import, and whether Commerce has it.

    Arguments:
        imported: only those that are, or only those that are not; None returns both.
        skus: only these products; all that are matched when empty.

    Returns:
        ``region, sku, asin, amazon_attribute, attribute, scope, amazon_value, commerce_value, state, reason, mapping,
        store``; the state is Imported or Not imported.
    """
    facts = gather_facts(parts, skus)
    compared = compare_values(facts.values, facts.mappings, facts.existing, facts.links)
    guarded = guard_import(parts, facts, changes_of(compared))
    with parts.database.read() as connection:
        sent = catalog_journal.load_changes(connection)
    verdict = compared["verdict"]
    reason = _reasons(compared, guarded.held, sent)
    if guarded.stopped:
        reason = pc.if_else(pc.equal(reason, _PLANNED), f"The plan is stopped: {guarded.stopped}", reason)
    countries = {number: marketplace(number).country for number in pc.unique(compared["marketplace_id"]).to_pylist()}
    regions = [countries[number] for number in compared["marketplace_id"].to_pylist()]
    told = compared.append_column("region", pa.array(regions, pa.string()))
    told = told.append_column("state", pc.if_else(pc.equal(verdict, SAME), IMPORTED, NOT_IMPORTED))
    told = told.append_column("reason", reason)
    if imported is not None:
        told = told.filter(pc.equal(told["state"], IMPORTED if imported else NOT_IMPORTED))
    return told.select(list(_COLUMNS.values())).rename_columns(list(_COLUMNS)).to_pandas()


_PLANNED = "The next plan brings it: kit.attributes.plan()."


def _reasons(compared: pa.Table, held: pa.Table, sent: pa.Table) -> pa.Array:
    """Return for each value why it is not imported; nothing where it is."""
    verdict = one(compared["verdict"])
    no_word = pa.scalar(None, pa.string())
    refused = sent.filter(pc.is_in(sent["state"], value_set=pa.array(["refused", "expired"])))
    # The newest answer counts; index_in finds the first.
    refused = refused.sort_by([("id", "descending")]).combine_chunks()
    keys = _keys(compared)
    place = pc.index_in(keys, value_set=_keys(refused))
    answer = pc.binary_join_element_wise("Commerce, the last time: ", one(refused["note"]).take(place), "")
    answer = pc.if_else(pc.equal(one(refused["after"]).take(place), one(compared["after"])), answer, no_word)
    notes = one(held["note"]).take(pc.index_in(keys, value_set=_keys(held)))
    waits = pc.binary_join_element_wise("Held for you: ", notes, "")
    why = pc.coalesce(waits, answer, pa.scalar(_PLANNED))
    why = pc.if_else(pc.equal(verdict, KEPT), "Commerce has a value, and the catalogue does not overwrite.", why)
    why = pc.if_else(pc.equal(verdict, UNUSABLE), "It is no value of the attribute's kind.", why)
    return one(pc.if_else(pc.equal(verdict, SAME), "", why))


def _keys(table: pa.Table) -> pa.Array:
    return one(pc.binary_join_element_wise(*(one(table[name]) for name in ("scope", "attribute", "sku")), "\x1f"))
