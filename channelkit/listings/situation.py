"""What is the case with each subject: the facts of both sides as masks, for the decision tables to name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.held import tell_stock
from channelkit.listings.issues import read_issues
from channelkit.listings.sale_dates import first_moments, last_moments
from channelkit.listings.sharing import is_shared
from channelkit.listings.subjects import LISTABLE
from channelkit.listings.tabs import INELIGIBLE
from channelkit.listings.terms import Terms, is_gone
from channelkit.listings.wishes import A_PERSON, column, wish
from channelkit.model.changes import (
    CONDITION,
    FULFILLMENT,
    HANDLING,
    NOTES,
    OPEN,
    PATIENCE,
    PRICE,
    PUBLISH,
    PUBLISH_PATIENCE,
    QUANTITY,
)
from channelkit.model.columns import Mask, flag, mask, one
from channelkit.model.decisions import ASIN, BY_AMAZON, LISTED, MERCHANT, NO, YES
from channelkit.model.identifiers import asin
from channelkit.model.tables import SIGHTINGS_APART

_BESIDE = {
    **{name: pa.string() for name in ("lacking", "condition_choice", "elder_store", "elder_status", "elder_reason")},
    **{"wish_listed_by": pa.string(), "wish_listed_at": pa.int64()},
}
"""Facts that sentences name and that not every subject has."""


@dataclass(frozen=True)
class Situation:
    """One mask for each question; what is not known is answered with no.

    ``goes_by_product``: it is not on Amazon and could be, so the table for products decides: a product without a
    listing, or a listing that is gone and that a person wants back.
    """

    is_listed: Mask
    goes_by_product: Mask
    is_linked: Mask
    has_candidates: Mask
    is_gone: Mask
    is_ended: Mask
    is_asked: Mask
    is_moved: Mask
    is_barred_by_elder: Mask
    is_excluded: Mask
    is_composite: Mask
    is_product_gone: Mask
    is_elsewhere: Mask
    is_disabled: Mask
    is_out_of_stock: Mask
    is_held: Mask
    is_below_threshold: Mask
    is_not_yet_on_sale: Mask
    is_sale_over: Mask
    lacks_information: Mask
    names_missing: Mask
    is_inactive: Mask
    has_reason: Mask
    is_returning: Mask
    is_empty: Mask
    is_by_amazon: Mask
    is_by_merchant: Mask
    has_overrides: Mask
    lacks_condition: Mask
    has_asin: Mask
    has_several_asins: Mask
    is_parent: Mask
    is_sku_taken: Mask
    is_unproven: Mask
    lacks_attributes: Mask
    lacks_price: Mask
    lacks_quantity: Mask
    is_publishing: Mask
    was_refused: Mask


def look(
    subjects: pa.Table, terms: Terms, pending: pa.Table, now_ms: int, *, refused: pa.Table | None = None
) -> tuple[Situation, pa.Table]:
    """Return the situation of each subject, and the subjects with what their sentences name.

    Arguments:
        subjects: what `channelkit.listings.terms.decide_terms` gave.
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.
        refused: ``seller_sku, field, note`` of changes that Amazon refused lately.
    """
    issues = read_issues(subjects["issues"])
    for name in ("attributes", "reason", "words"):
        subjects = subjects.append_column(f"issue_{name}", issues[name])
    for name, kind in _BESIDE.items():
        if name not in subjects.column_names:
            subjects = subjects.append_column(name, pa.nulls(subjects.num_rows, kind))
    subjects = subjects.append_column("refusal", _refusals(subjects, refused))
    starts = first_moments(column(subjects, "sale_starts", pa.string()), terms.time_zone)
    ends = last_moments(column(subjects, "sale_ends", pa.string()), terms.time_zone)
    subjects = subjects.append_column("sale_starts_at", starts).append_column("sale_ends_at", ends)
    subjects = subjects.append_column("stock_words", tell_stock(subjects))
    who = pc.fill_null(one(subjects["wish_listed_by"]), A_PERSON)
    subjects = subjects.set_column(subjects.column_names.index("wish_listed_by"), "wish_listed_by", who)

    is_listed, gone = mask(subjects["listed"]), is_gone(subjects)
    is_linked, on_amazon = mask(pc.is_valid(subjects["product_sku"])), is_listed & ~gone
    said = wish(subjects, LISTED)
    is_ended, is_published = mask(pc.equal(said, NO)), mask(pc.equal(said, YES))
    is_elsewhere = mask(pc.not_equal(one(subjects["wanted_asin"]), one(subjects["asin"]))) & is_listed & ~is_ended
    # A wish from before it disappeared was granted then; what Amazon took away since is not put back by itself.
    is_later = mask(pc.greater(column(subjects, "wish_listed_at", pa.int64()), one(subjects["missing_since"])))
    is_wanted_back = is_listed & gone & is_linked & ((is_published & is_later) | is_elsewhere)
    goes_by_product = ~is_listed | is_wanted_back

    channel, quantity = one(subjects["fulfillment_channel"]), one(subjects["quantity"])
    is_empty = (mask(pc.equal(channel, "DEFAULT")) | ~is_listed) & mask(pc.less_equal(quantity, 0))
    buyable = subjects["buyable"]
    is_off = mask(pc.invert(buyable)) | (mask(pc.is_null(buyable)) & mask(pc.equal(subjects["status"], "Inactive")))
    is_blocked, may_be_off = mask(issues["is_blocked"]), ~mask(buyable)
    is_restored, is_overridden = _returning(subjects, pending, now_ms)
    # Without units nobody can buy it, and a change that is not visible yet leaves it so: neither is Amazon's will.
    is_amazons_will = is_blocked | ~(is_empty | (is_restored & is_listed))
    is_inactive = (is_off & is_amazons_will) | (mask(issues["is_suppressed"]) & may_be_off)

    of_elder = is_shared(subjects)
    own = ~of_elder
    product_type, salable = one(subjects["product_type"]), one(subjects["salable"])
    by_merchant = mask(pc.equal(subjects["fulfilled_by"], MERCHANT))
    is_counted = own & by_merchant & ~mask(pc.invert(subjects["managed"]))
    has_none = mask(pc.less_equal(salable, 0)) | mask(pc.invert(subjects["in_stock"]))
    is_known_type = mask(pc.is_valid(product_type))
    situation = Situation(
        is_listed=is_listed,
        goes_by_product=goes_by_product,
        is_linked=is_linked,
        has_candidates=mask(pc.greater(subjects["candidates"], 0)),
        is_gone=gone,
        is_ended=is_ended,
        is_asked=goes_by_product & (is_published | is_wanted_back | flag(subjects, "alias")),
        is_moved=on_amazon & is_elsewhere,
        is_barred_by_elder=of_elder & mask(pc.equal(column(subjects, "elder_tab", pa.string()), INELIGIBLE)),
        is_excluded=own & flag(subjects, "excluded"),
        is_composite=own & is_known_type & ~mask(pc.is_in(product_type, value_set=pa.array(LISTABLE))),
        is_product_gone=own & mask(pc.less_equal(subjects["product_gone_since"], now_ms - SIGHTINGS_APART)),
        is_elsewhere=own & mask(pc.invert(subjects["on_website"])),
        is_disabled=own & mask(pc.invert(subjects["product_enabled"])),
        is_out_of_stock=is_counted & has_none,
        is_held=is_counted & mask(pc.is_valid(subjects["stock_words"])),
        is_below_threshold=is_counted & mask(pc.less(salable, terms.threshold)),
        is_not_yet_on_sale=own & mask(pc.greater(starts, now_ms)),
        is_sale_over=own & mask(pc.less_equal(ends, now_ms)),
        # The report's word may be older than the search that saw people buy it.
        lacks_information=(mask(pc.equal(subjects["status"], "Incomplete")) & may_be_off) | mask(issues["is_missing"]),
        names_missing=mask(pc.is_valid(issues["attributes"])),
        is_inactive=is_inactive,
        has_reason=mask(pc.is_valid(issues["reason"])),
        is_returning=(is_restored | is_overridden) & on_amazon,
        is_empty=is_empty,
        is_by_merchant=by_merchant,
        is_by_amazon=mask(pc.equal(subjects["fulfilled_by"], BY_AMAZON)),
        has_overrides=flag(subjects, "overridden"),
        lacks_condition=goes_by_product & mask(pc.is_null(subjects["wanted_condition"])),
        has_asin=mask(pc.is_valid(asin(subjects["wanted_asin"]))),
        has_several_asins=flag(subjects, "several_asins") & ~mask(pc.is_valid(wish(subjects, ASIN))),
        is_parent=flag(subjects, "parent_asin") & ~mask(pc.is_valid(wish(subjects, ASIN))),
        is_sku_taken=flag(subjects, "sku_taken"),
        is_unproven=~is_listed & _is_unproven(subjects) & ~(is_published | flag(subjects, "alias")),
        lacks_attributes=mask(pc.is_valid(subjects["lacking"])),
        lacks_price=mask(pc.is_null(subjects["wanted_price"])),
        lacks_quantity=by_merchant & mask(pc.is_null(subjects["wanted_quantity"])),
        is_publishing=_awaits(subjects, _on_their_way(pending, (PUBLISH,), now_ms, patience=PUBLISH_PATIENCE)),
        was_refused=mask(pc.is_valid(one(subjects["refusal"]))),
    )
    return situation, subjects


def _is_unproven(subjects: pa.Table) -> Mask:
    """Tell whose ASIN nobody chose and Amazon's catalog was not asked for; everybody's is taken where it is not."""
    is_searched = mask(pc.is_valid(column(subjects, "several_asins", pa.bool_())))
    if not is_searched.any():
        return is_searched
    return is_searched & mask(pc.is_null(one(subjects["evidence"]))) & mask(pc.is_null(wish(subjects, ASIN)))


def _refusals(subjects: pa.Table, refused: pa.Table | None) -> pa.Array:
    """Return what Amazon said of each that it refused to list."""
    if refused is None or not refused.num_rows:
        return pa.nulls(subjects.num_rows, pa.string())
    new = refused.filter(pc.equal(refused["field"], PUBLISH)).combine_chunks()
    place = pc.index_in(one(subjects["seller_sku"]), value_set=one(new["seller_sku"]), skip_nulls=True)
    return pc.fill_null(one(new["note"]), "").take(place)


def _returning(subjects: pa.Table, pending: pa.Table, now_ms: int) -> tuple[Mask, Mask]:
    """Tell whose quantity was restored, and of whom an override was sent, and neither may be visible yet."""
    if not pending.num_rows:
        nowhere = np.zeros(subjects.num_rows, np.bool_)
        return nowhere, nowhere
    is_restored = _awaits(subjects, _on_their_way(pending, (QUANTITY,), now_ms))
    is_overridden = _awaits(subjects, _on_their_way(pending, (CONDITION, NOTES, HANDLING, FULFILLMENT), now_ms))
    # Most prices that are on their way follow Commerce's and bring nothing back.
    is_decided = mask(pc.is_valid(column(subjects, "wish_price", pa.int64()))) | flag(subjects, "dropped_price")
    if is_decided.any():
        is_overridden |= is_decided & _awaits(subjects, _on_their_way(pending, (PRICE,), now_ms))
    return is_restored, is_overridden


def _awaits(subjects: pa.Table, skus: pa.Array) -> Mask:
    if not len(skus):
        return np.zeros(subjects.num_rows, np.bool_)
    return mask(pc.is_in(one(subjects["seller_sku"]), value_set=skus))


def _on_their_way(pending: pa.Table, fields: Sequence[str], now_ms: int, *, patience: int = PATIENCE) -> pa.Array:
    """Return the seller SKUs of which such a change was sent and may not be visible yet.

    Of quantities and new listings only a change from nothing to something counts.
    """
    chosen = pending.filter(pc.is_in(pending["field"], value_set=pa.array(fields)))
    is_open = mask(pc.is_in(chosen["state"], value_set=pa.array(OPEN)))
    is_young = mask(pc.greater(chosen["sent_at"], now_ms - patience))
    is_return = mask(pc.and_(pc.equal(pc.fill_null(chosen["before"], 0), 0), pc.greater(chosen["after"], 0)))
    is_return |= ~mask(pc.is_in(chosen["field"], value_set=pa.array((QUANTITY, PUBLISH))))
    return one(chosen["seller_sku"]).filter(pa.array(is_open & is_young & is_return))
