"""Exactly one tab for each listing, and for each product that could be one; deterministic, with reasons (TB-01)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.actions import allowed_actions
from channelkit.listings.decision import WANTS_ASIN, listing_rows, product_rows
from channelkit.listings.freshness import Freshness
from channelkit.listings.sentences import write_chosen
from channelkit.listings.situation import Situation, look
from channelkit.listings.tabs import NO_TAB, Row
from channelkit.listings.terms import Terms
from channelkit.model.columns import Mask, Numbers, one
from channelkit.model.decisions import WANTED
from channelkit.model.tables import TABS

DECIDED = pa.schema([*TABS.schema([name for name in TABS.names if name != "digest"]), *WANTED])
"""What is decided about each listing: what is kept of it, and what is wanted of it."""

_OLD_FACTS = "The facts are older than promised, so this is how it stood: "


def classify(
    subjects: pa.Table,
    terms: Terms,
    previous: pa.Table,
    pending: pa.Table,
    now_ms: int,
    *,
    freshness: Freshness | None = None,
    refused: pa.Table | None = None,
) -> pa.Table:
    """Return the tab of each subject that has one, by the first row of the decision table that holds.

    Arguments:
        subjects: what `channelkit.listings.terms.decide_terms` gave.
        previous: what was decided last, columns of `channelkit.model.tables.TABS`.
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.
        freshness: when both sides were read; by default the age of facts is not judged.
        refused: ``seller_sku, field, note`` of changes that Amazon refused lately.

    Returns:
        The columns of `channelkit.model.tables.TABS` but ``digest``, and those of `channelkit.model.decisions.WANTED`.
        Listings without a product are left out where third-party listings are not imported (LS-03), and so are
        products that rules exclude.
    """
    see, subjects = look(subjects, terms, pending, now_ms, refused=refused)
    rows, choice = choose(see, terms)

    def write(name: str) -> pa.Array:
        return write_chosen([getattr(row, name) for row in rows], choice, subjects, terms.digits)

    on_amazon = see.is_listed & ~see.is_gone
    wants = np.array([row.wants for row in rows])[choice]
    has_terms, is_told = wants == "terms", _tells_items(see, rows, choice)
    noted = pc.if_else(pa.array(has_terms), one(subjects["unwanted"]), _NO_TEXT)
    # What was found of a product in Amazon's catalog says why it has no ASIN, or which there are to choose from.
    told = pc.if_else(pa.array(is_told), one(subjects["evidence"]), _NO_TEXT)
    tabs = pa.array([row.tab for row in rows]).take(pa.array(choice))
    shown_asin = pc.if_else(pa.array(see.goes_by_product), one(subjects["wanted_asin"]), one(subjects["asin"]))
    decided = pa.table(
        {
            "store": pa.repeat(terms.store, subjects.num_rows),
            **{name: one(subjects[name]) for name in ("listed", "sku")},
            "asin": shown_asin,
            **{name: one(subjects[name]) for name in ("product_sku", "method", "evidence")},
            "tab": tabs,
            "status": write("status"),
            "reason": _joined(write("reason"), noted, told),
            "next_step": write("next_step"),
            "actions": allowed_actions(
                [row.tab for row in rows], choice, on_amazon, see.is_by_amazon, see.has_overrides
            ),
            "since": pa.repeat(now_ms, subjects.num_rows),
            "stale": (freshness or Freshness()).find_stale(subjects, now_ms),
            "wanted_price": pc.if_else(pa.array(has_terms), one(subjects["wanted_price"]), _NO_NUMBER),
            "wanted_quantity": pc.if_else(
                pa.array((wants == "zero") & see.is_by_merchant & on_amazon),
                0,
                pc.if_else(pa.array(has_terms), one(subjects["wanted_quantity"]), _NO_NUMBER),
            ),
            **{name: one(subjects[name]) for name in ("confidence", "linked_by")},
            "linked_at": pc.if_else(pc.is_valid(one(subjects["method"])), now_ms, _NO_NUMBER),
            "seller_sku": one(subjects["seller_sku"]),
            **_wanted(see, subjects, rows, choice),
        },
        schema=DECIDED,
    )
    kept = _keep(decided, previous)
    has_tab = pc.not_equal(kept["tab"], NO_TAB)
    return kept if pc.all(has_tab).as_py() else kept.filter(has_tab).combine_chunks()


def choose(see: Situation, terms: Terms) -> tuple[list[Row], Numbers]:
    """Return the rows of both decision tables, and for each subject the position of the first that holds."""
    for_listings, for_products = listing_rows(see, terms), product_rows(see, terms)
    by_product = len(for_listings) + _first(for_products)
    return [*for_listings, *for_products], np.where(see.goes_by_product, by_product, _first(for_listings))


def _joined(reasons: pa.Array, *more: pa.Array) -> pa.Array:
    """Return the reasons with what else is told; to join a million with nothing takes its time."""
    told = [words for words in more if words.null_count < len(words)]
    return pc.binary_join_element_wise(reasons, *told, " ", null_handling="skip") if told else reasons


def _tells_items(see: Situation, rows: Sequence[Row], choice: Numbers) -> Mask:
    is_told: Mask = ~see.is_listed & np.array([row.status in WANTS_ASIN for row in rows])[choice]
    return is_told


def _wanted(see: Situation, subjects: pa.Table, rows: Sequence[Row], choice: Numbers) -> dict[str, pa.Array]:
    """Return what is wanted besides price and quantity; also of what may not be sold, which may be sold again."""
    wants = np.array([row.wants for row in rows])[choice]
    is_ours = pa.array(wants != "nothing")
    names = [name for name in _WISHED if name != "wanted_listed"]
    wanted = {
        name: pc.if_else(is_ours, one(subjects[name]), pa.scalar(None, WANTED.field(name).type)) for name in names
    }
    lists = pa.array([row.lists for row in rows], pa.bool_()).take(pa.array(choice))
    return {
        "wanted_listed": lists,
        **wanted,
        **{name: one(subjects[name]) for name in ("priced_by", "decided_by")},
        "asked": pa.array(see.is_asked),
    }


_NO_TEXT, _NO_NUMBER = pa.scalar(None, pa.string()), pa.scalar(None, pa.int64())
_WISHED = tuple(name for name in WANTED.names if name.startswith("wanted_"))


def _first(rows: Sequence[Row]) -> Numbers:
    """Return for each subject the position of the first row that holds; the last row always does."""
    choice = np.full(len(rows[-1].when), len(rows) - 1)
    for position in reversed(range(len(rows))):
        choice[rows[position].when] = position
    return choice


def _keep(decided: pa.Table, previous: pa.Table) -> pa.Table:
    """Keep since when a tab and status hold, and whole decisions where the facts are older than promised."""
    known = _find_previous(decided, previous)
    columns = {name: one(decided[name]) for name in decided.column_names}
    before = {name: one(previous[name]).take(known) for name in ("tab", "status", "since")}
    is_same = pc.and_(pc.equal(columns["tab"], before["tab"]), pc.equal(columns["status"], before["status"]))
    columns["since"] = pc.if_else(pc.fill_null(is_same, False), before["since"], columns["since"])
    columns["linked_at"] = _linked_at(columns, previous, known)
    if not pc.any(columns["stale"]).as_py():
        return pa.table(columns, schema=decided.schema)
    # Nothing is wanted on the ground of facts that may have passed.
    for name in ("wanted_price", "wanted_quantity", *_WISHED):
        columns[name] = pc.if_else(columns["stale"], pa.scalar(None, columns[name].type), columns[name])
    is_kept = pc.and_(columns["stale"], pc.is_valid(known))
    before |= {name: one(previous[name]).take(known) for name in ("reason", "next_step", "actions", "stale")}
    told = pc.binary_join_element_wise(_OLD_FACTS, before["reason"], "")
    before["reason"] = pc.if_else(pc.fill_null(before["stale"], False), before["reason"], told)
    for name in ("tab", "status", "reason", "next_step", "actions", "since"):
        columns[name] = pc.if_else(is_kept, before[name], columns[name])
    return pa.table(columns, schema=decided.schema)


def _linked_at(columns: dict[str, pa.Array], previous: pa.Table, known: pa.Array) -> pa.Array:
    """Keep since when a listing has been linked to its product in its way."""
    if "linked_at" not in previous.column_names:
        return columns["linked_at"]
    same = [pc.equal(columns[name], one(previous[name]).take(known)) for name in ("product_sku", "method")]
    before = one(previous["linked_at"]).take(known)
    is_kept = pc.and_(pc.fill_null(pc.and_(*same), False), pc.is_valid(before))
    return pc.if_else(is_kept, before, columns["linked_at"])


def _find_previous(decided: pa.Table, previous: pa.Table) -> pa.Array:
    """Return each decision's position in ``previous``; a listing and a product may have the same SKU."""
    known = pa.nulls(decided.num_rows, pa.int32())
    for is_listed in (True, False):
        place = pc.indices_nonzero(pc.equal(one(previous["listed"]), is_listed))
        found = pc.index_in(one(decided["sku"]), value_set=one(previous["sku"]).take(place), skip_nulls=True)
        mine = pc.equal(one(decided["listed"]), is_listed)
        known = pc.if_else(mine, place.take(found).cast(pa.int32()), known)
    return known
