"""Importing Amazon's values: read for the items of matched listings, compared with Commerce, planned, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.amazon.catalog import AT_ONCE, read_items
from channelkit.apply.vocabulary import Vocabulary, read_existing
from channelkit.attributes.catalog_plan import NOTHING, CatalogPlan, Decided
from channelkit.attributes.facts import Facts, gather_facts, read_links
from channelkit.attributes.item_values import flatten_items
from channelkit.commerce.attributes import read_attribute
from channelkit.database import attribute_values, catalog_journal
from channelkit.errors import UsageError
from channelkit.model.attributes import CREATE
from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.parts import Parts
from channelkit.plan.catalog import changes_of, compare_values
from channelkit.plan.catalog_guards import guard_values, plan_undo
from channelkit.plan.guards import Guarded, Limits

HOUR = 3_600_000
CHUNK = 10 * AT_ONCE
"""Items that are kept at a time, so that a reading that is cut off has not been for nothing."""

_ACTED = ("sent", "accepted", "confirmed", "expired")


def read_amazon(parts: Parts, stores: Sequence[str] = (), asins: Sequence[str] = (), hours: float = 24.0) -> int:
    """Read what Amazon's catalog tells of the items of matched listings, and return how many items were asked for.

    Arguments:
        stores: names of stores; all when empty.
        asins: only these items; all when empty.
        hours: items that were read within so many hours are not asked for again.

    Raises:
        RemoteError: Amazon does not answer; what was read before stays, and is not read again within those hours.
    """
    links, count = read_links(parts, stores), 0
    for marketplace_id in pc.unique(links["marketplace_id"]).to_pylist():
        site = marketplace(marketplace_id)
        here = links.filter(pc.equal(links["marketplace_id"], marketplace_id))
        account = parts.settings.stores[here["store"][0].as_py()].account
        wanted = here["asin"]
        if asins:
            wanted = wanted.filter(pc.is_in(wanted, value_set=pa.array(list(asins), pa.string())))
        count += read_values(parts, site, account, pc.unique(wanted).to_pylist(), hours=hours)
    return count


def read_values(
    parts: Parts,
    site: Marketplace,
    account: str,
    asins: Sequence[str],
    *,
    hours: float = float("inf"),
    most: int | None = None,
) -> int:
    """Read what Amazon's catalog tells of these items and keep it; return how many were asked for.

    Arguments:
        account: the seller account that asks.
        hours: items that were read within so many hours are not asked for again; by default those ever read are not.
        most: how many items are asked for, at most.
    """
    with parts.database.read() as connection:
        known = attribute_values.load_values(connection, [site.id])
    fresh = known.filter(pc.greater(known["observed_at"], parts.now() - hours * HOUR))
    recent = set(pc.unique(fresh["asin"]).to_pylist())
    items = [asin for asin in dict.fromkeys(asins) if asin not in recent][:most]
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        parts.progress(f"Amazon {site.country}: reading item {start + len(chunk):,} of {len(items):,}")
        found = flatten_items(read_items(parts.amazon(account), site, chunk), site)
        with parts.database.write() as connection:
            attribute_values.store_values(connection, site.id, chunk, found, at=parts.now())
    return len(items)


def plan_import(
    parts: Parts, skus: Sequence[str] = (), mapping_ids: Sequence[int] = (), overwrite: bool | None = None
) -> CatalogPlan:
    """Return the plan that brings Amazon's values into matched products (AT-04).

    Arguments:
        skus: only these products; all when empty.
        mapping_ids: only these rows of the catalogue; all active ones when empty.
        overwrite: instead of what the catalogue says; None keeps to it.
    """
    decide = partial(_decide_import, parts, tuple(skus), tuple(mapping_ids), overwrite)
    return CatalogPlan(parts, decide(), decide)


def plan_taking_back(parts: Parts, plan: str = "", ids: Sequence[int] = ()) -> CatalogPlan:
    """Return the plan that takes changes back, to what stood there before them.

    What somebody has changed since is left as it is.

    Arguments:
        plan: the fingerprint of an applied plan.
        ids: or numbers of changes.

    Raises:
        UsageError: there is no such plan or change, or none of it was ever sent.
    """
    decide = partial(_decide_undo, parts, plan, tuple(ids))
    return CatalogPlan(parts, decide(), decide)


def guard_import(parts: Parts, facts: Facts, changes: pa.Table) -> Guarded:
    """Sort a plan of values into what goes and what is held; see `channelkit.plan.catalog_guards.guard_values`."""
    columns = [pa.array(list(values), pa.string()) for values in (facts.inputs.keys(), facts.inputs.values())]
    return guard_values(
        changes,
        pa.table(columns, names=["attribute", "input"]),
        pc.count_distinct(facts.links["sku"]).as_py(),
        guard_limits(parts),
        identifiers=identifier_codes(parts),
        lacking=facts.lacking,
    )


def guard_limits(parts: Parts) -> Limits:
    """Return the strictest limits of all stores: a product in Commerce is everybody's."""
    guards = [store.guards for store in parts.settings.stores.values()]
    return Limits(largest_share=min((each.largest_share for each in guards), default=Limits().largest_share))


def identifier_codes(parts: Parts) -> list[str]:
    """Return the codes of the attributes that hold identifiers."""
    return [code for code in parts.settings.commerce.attributes.codes.values() if code]


def _decide_import(parts: Parts, skus: Sequence[str], mapping_ids: Sequence[int], overwrite: bool | None) -> Decided:
    facts = gather_facts(parts, skus, mapping_ids)
    mappings = facts.mappings
    if overwrite is not None:
        place = mappings.column_names.index("overwrite")
        mappings = mappings.set_column(place, "overwrite", pa.array([overwrite] * mappings.num_rows, pa.bool_()))
    compared = compare_values(facts.values, mappings, facts.existing, facts.links)
    guarded = guard_import(parts, facts, changes_of(compared))
    products_count = pc.count_distinct(facts.links["sku"]).as_py()
    problems = list(facts.problems)
    if not facts.mappings.num_rows:
        problems.append("The attribute catalogue has no active row: kit.attributes.map(…) adds one.")
    elif not facts.values.num_rows:
        problems.append("Nothing was read of Amazon's catalog yet: kit.attributes.pull() does.")
    headline = f"{products_count:,} matched products looked at"
    return Decided(guarded, NOTHING, facts.inputs, headline, tuple(problems))


def _decide_undo(parts: Parts, plan: str, ids: Sequence[int]) -> Decided:
    with parts.database.read() as connection:
        done = catalog_journal.load_plan(connection, plan) if plan else catalog_journal.load_ids(connection, ids)
    acted = done.filter(pc.is_in(done["state"], value_set=pa.array(_ACTED)))
    if not acted.num_rows:
        raise UsageError(
            f"Nothing was written that {plan or 'these numbers'} could take back.",
            "kit.attributes.changes() lists what was written, with its plan.",
        )
    inputs = {}
    for code in pc.unique(acted.filter(pc.not_equal(acted["action"], CREATE))["attribute"]).to_pylist():
        found = read_attribute(parts.commerce, code)
        inputs[code] = found.input if found else "text"
    wanted = {(row["scope"], row["attribute"]) for row in acted.to_pylist() if row["action"] != CREATE}
    vocabulary = Vocabulary(parts.commerce, inputs)
    existing = read_existing(vocabulary, pc.unique(acted["sku"]).to_pylist(), wanted, parts.progress)
    undone = plan_undo(acted, existing)
    is_left = pc.is_valid(undone["note"])
    going = undone.filter(pc.invert(is_left)).drop_columns(["note"]).combine_chunks()
    # What a person wrote an hour ago and takes back now needs no guard: it stood there before.
    guarded = Guarded(going, undone.slice(0, 0), "", going)
    return Decided(guarded, undone.filter(is_left), inputs, f"{acted.num_rows:,} changes looked at")
