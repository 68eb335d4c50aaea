"""Towards Amazon: which listings should be there, and what else than price and quantity should be told of them."""

from __future__ import annotations

import json
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import (
    BUSINESS,
    CONDITION,
    END,
    FULFILLMENT,
    HANDLING,
    LIST_PRICE,
    NOTES,
    PRICE,
    PUBLISH,
    SALE,
)
from channelkit.model.columns import Mask, mask, one
from channelkit.model.decisions import BY_AMAZON, MERCHANT, WANTED
from channelkit.plan.offers import Moves, change_rows, in_order, is_managed, plan_offers, with_seller_sku

NEW = "new_new"
"""A new article has no condition to write notes on (AC-05)."""

QUOTED = ("asin", "condition", "notes", "price", "quantity", "handling", "fulfillment", "tax_code")
"""What a new listing is told to Amazon with, in the words of its change's JSON; the price in minor units."""

_WORDS = {
    CONDITION: "Another condition was chosen.",
    NOTES: "Other notes on the condition were chosen.",
    HANDLING: "Another handling time was chosen.",
    FULFILLMENT: "Another way of fulfilment was chosen.",
    BUSINESS: "What businesses are to pay differs.",
    SALE: "Its sale in Commerce differs.",
    LIST_PRICE: "The price that Amazon strikes through differs.",
}
_ASKED, _BY_ITSELF = "A person asked for it.", "The store lists by itself what can be listed."
_OVERRIDDEN = "A person overrode its price."
_ELSEWHERE = "Another ASIN was assigned; it is listed anew under the same seller SKU once Amazon has ended it."

ASKED = pa.schema([("seller_sku", pa.string()), ("field", pa.string())])


def plan_changes(decided: pa.Table, expected: pa.Table, asked: pa.Table | None = None) -> pa.Table:
    """Return all changes that would bring Amazon to what is wanted, in the order in which they leave.

    Arguments:
        decided, expected: as for `plan_listings` and `channelkit.plan.offers.plan_offers`.
        asked: what `asked_of` gave; a price that a person asked for says so.
    """
    changes = in_order(pa.concat_tables([plan_offers(decided, expected), plan_listings(decided, expected)]))
    if asked is None or not asked.num_rows:
        return changes
    priced = asked.filter(pc.equal(asked["field"], PRICE))
    is_asked = pc.and_(pc.equal(changes["field"], PRICE), pc.is_in(changes["seller_sku"], one(priced["seller_sku"])))
    because = pc.if_else(is_asked, _OVERRIDDEN, changes["because"])
    return changes.set_column(changes.column_names.index("because"), "because", because)


def plan_listings(decided: pa.Table, expected: pa.Table) -> pa.Table:
    """Return what would publish and end listings, and set whatever else than price and quantity is told of them.

    Ended is what a person ended and Amazon still shows; a listing whose ASIN is to be another is ended, too, and
    published anew once it is gone (AC-07). Nothing is published without ASIN, condition, a price above zero and, where
    the merchant ships, a quantity (AC-01). Handling time and condition of what Amazon fulfils are Amazon's (AC-05).

    Arguments:
        decided: columns of `channelkit.model.tables.TABS` and `channelkit.model.decisions.WANTED`; stale rows and rows
            without a product are left alone.
        expected: what `channelkit.plan.expected.expect` gave.

    Returns:
        The columns of `channelkit.model.changes.CHANGES`.
    """
    decided = _wanting(_whole(decided))
    place = pc.index_in(one(decided["seller_sku"]), value_set=one(expected["seller_sku"]))
    there = {name: one(expected[name]).take(place) for name in expected.column_names}
    is_shown, is_coming = mask(there["shown"]), mask(there["publishing"])
    is_ours = mask(pc.is_valid(decided["product_sku"])) & mask(pc.invert(decided["stale"]))
    is_absent = mask(pc.is_null(place)) | mask(there["gone"])
    is_asked_for, is_ended = mask(decided["wanted_listed"]), mask(pc.invert(decided["wanted_listed"]))

    publishes = is_ours & is_asked_for & is_absent & ~is_coming & _can_be_listed(decided)
    moves = is_ours & is_managed(decided) & is_shown & ~is_ended & _is_elsewhere(decided, there)
    ends = is_ours & is_shown & ~mask(there["ending"]) & (is_ended | moves)
    stays = is_ours & is_managed(decided) & is_shown & ~ends & ~mask(there["ending"])
    no, yes = (pa.repeat(pa.scalar(number, pa.int64()), decided.num_rows) for number in (0, 1))

    def why_ended(rows: pa.Array) -> pa.Array:
        # The tab's own reason tells who ended it.
        return pc.if_else(pa.array(moves, pa.bool_()).take(rows), _ELSEWHERE, one(decided["reason"]).take(rows))

    def why_new(rows: pa.Array) -> pa.Array:
        return pc.if_else(pa.array(mask(decided["asked"]), pa.bool_()).take(rows), _ASKED, _BY_ITSELF)

    parts = [change_rows(decided, ends, END, Moves(yes, no), why_ended), _terms(decided, there, stays)]
    new = change_rows(decided, publishes, PUBLISH, Moves(no, yes), why_new)
    told = _quoted(decided.filter(pa.array(publishes, pa.bool_())).combine_chunks())
    parts.append(new.set_column(new.column_names.index("after_text"), "after_text", told))
    return in_order(pa.concat_tables(parts))


def asked_of(decided: pa.Table, overridden: pa.Table) -> pa.Table:
    """Return ``seller_sku, field`` of what a person asked for by name, which guards let go (`guard`).

    Arguments:
        decided: as for `plan_listings`.
        overridden: decisions that hold, columns of `channelkit.model.decisions.DECISIONS`.
    """
    decided = _whole(decided)
    published = one(decided["seller_sku"]).filter(pa.array(mask(decided["asked"]), pa.bool_()))
    has_price = pc.and_(pc.equal(overridden["kind"], PRICE), pc.is_valid(overridden["value"]))
    priced = one(overridden["seller_sku"].filter(has_price))
    fields = [pa.repeat(PUBLISH, len(published)), pa.repeat(PRICE, len(priced))]
    return pa.table([pa.concat_arrays([published, priced]), pa.concat_arrays(fields)], schema=ASKED)


def _whole(decided: pa.Table) -> pa.Table:
    """Return decisions with every wanted column; what is not there is wanted by nobody."""
    for field in WANTED:
        if field.name not in decided.column_names:
            decided = decided.append_column(field, pa.nulls(decided.num_rows, field.type))
    return with_seller_sku(decided)


def _wanting(decided: pa.Table) -> pa.Table:
    """Return the rows of which anything is wanted besides price and quantity: few, where nobody decides anything."""
    wanting = [pc.is_valid(decided[field.name]) for field in WANTED if field.name.startswith("wanted_")]
    return decided.filter(reduce(pc.or_, wanting)).combine_chunks()


def _can_be_listed(decided: pa.Table) -> Mask:
    has_quantity = pc.or_(pc.is_valid(decided["wanted_quantity"]), pc.equal(decided["wanted_fulfillment"], BY_AMAZON))
    return (
        mask(pc.is_valid(_asin(decided)))
        & mask(pc.is_valid(decided["wanted_condition"]))
        & mask(pc.greater(decided["wanted_price"], 0))
        & mask(has_quantity)
    )


def _asin(decided: pa.Table) -> pa.Array:
    return pc.coalesce(one(decided["wanted_asin"]), one(decided["asin"]))


def _is_elsewhere(decided: pa.Table, there: dict[str, pa.Array]) -> Mask:
    """Tell whose ASIN is known and is to be another."""
    return mask(pc.not_equal(decided["wanted_asin"], there["asin"]))


def _terms(decided: pa.Table, there: dict[str, pa.Array], where: Mask) -> pa.Table:
    """Return changes of condition, notes, handling time, fulfilment, business and sale prices and the list price."""
    by_amazon = mask(pc.equal(there["fulfillment"], BY_AMAZON))
    stays_merchant = where & ~by_amazon & ~mask(pc.equal(decided["wanted_fulfillment"], BY_AMAZON))
    condition, notes = one(decided["wanted_condition"]), one(decided["wanted_notes"])
    is_used = ~mask(pc.equal(pc.coalesce(condition, there["condition"]), NEW))
    # Only who has read a listing's attributes knows of its prices besides the price; until then it may have them all.
    is_known = where & mask(pc.is_valid(there["sale"])) & mask(pc.is_valid(there["business"]))
    moves = {
        # A condition that was never read may be the one that is wanted.
        CONDITION: (stays_merchant & mask(pc.is_valid(there["condition"])), there["condition"], condition),
        NOTES: (where & is_used, pc.fill_null(there["condition_note"], ""), notes),
        HANDLING: (stays_merchant, there["handling_days"], one(decided["wanted_handling"])),
        FULFILLMENT: (where, there["fulfillment"], one(decided["wanted_fulfillment"])),
        BUSINESS: (is_known, there["business"], one(decided["wanted_business"])),
        SALE: (is_known, there["sale"], one(decided["wanted_sale"])),
        LIST_PRICE: (is_known, pc.fill_null(there["list_price"], 0), one(decided["wanted_list_price"])),
    }
    parts = []
    for field, (may, before, after) in moves.items():
        differs = may & mask(pc.is_valid(after)) & ~mask(pc.equal(before, after))
        parts.append(change_rows(decided, differs, field, Moves(before, after), _WORDS[field]))
    return pa.concat_tables(parts)


def _quoted(chosen: pa.Table) -> pa.Array:
    """Return what each new listing is told to Amazon with, as JSON."""
    fulfillment = pc.fill_null(chosen["wanted_fulfillment"], MERCHANT)
    by_merchant = pc.equal(fulfillment, MERCHANT)
    no_number = pa.scalar(None, pa.int64())
    quoted = {
        "asin": _asin(chosen),
        "condition": chosen["wanted_condition"],
        "notes": chosen["wanted_notes"],
        "price": chosen["wanted_price"],
        "quantity": pc.if_else(by_merchant, chosen["wanted_quantity"], no_number),
        "handling": pc.if_else(by_merchant, chosen["wanted_handling"], no_number),
        "fulfillment": fulfillment,
        "tax_code": chosen["wanted_tax_code"],
    }
    rows = pa.table(quoted).select(list(QUOTED)).to_pylist()
    for row in rows:
        if row["tax_code"] is None:
            # Without one Amazon keeps its own; there is nothing to tell.
            del row["tax_code"]
    return pa.array([json.dumps(row, ensure_ascii=False) for row in rows], pa.string())
