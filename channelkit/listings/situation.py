"""What is the case with each subject: the facts of both sides as masks, for the decision tables to name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.issues import read_issues
from channelkit.listings.subjects import LISTABLE
from channelkit.listings.terms import Terms
from channelkit.model.changes import OPEN, PATIENCE, QUANTITY
from channelkit.model.columns import Mask, flag, mask, one
from channelkit.model.identifiers import asin
from channelkit.model.tables import SIGHTINGS_APART

PUBLISH = "publish"
"""The field of a change that creates a listing."""


@dataclass(frozen=True)
class Situation:
    """One mask for each question; what is not known is answered with no."""

    is_listed: Mask
    is_linked: Mask
    has_candidates: Mask
    is_gone: Mask
    is_ended: Mask
    is_excluded: Mask
    is_composite: Mask
    is_product_gone: Mask
    is_elsewhere: Mask
    is_disabled: Mask
    is_out_of_stock: Mask
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
    has_asin: Mask
    has_several_asins: Mask
    is_parent: Mask
    lacks_attributes: Mask
    is_publishing: Mask


def look(subjects: pa.Table, terms: Terms, pending: pa.Table, now_ms: int) -> tuple[Situation, pa.Table]:
    """Return the situation of each subject, and the subjects with what Amazon's issues say in words.

    Arguments:
        subjects: what `channelkit.listings.terms.decide_terms` gave; it may have ``ended`` (a person ended it),
            ``excluded`` (by listing rules), ``sale_starts`` and ``sale_ends`` (milliseconds), ``several_asins``,
            ``parent_asin`` (flags of a catalog search) and ``lacking`` (attributes that Amazon's definition asks for).
        pending: changes that are on their way, columns of `channelkit.model.changes.OPEN_CHANGES`.
    """
    issues = read_issues(subjects["issues"])
    for name in ("attributes", "reason", "words"):
        subjects = subjects.append_column(f"issue_{name}", issues[name])
    for name, kind in (("lacking", pa.string()), ("sale_starts", pa.int64()), ("sale_ends", pa.int64())):
        if name not in subjects.column_names:
            subjects = subjects.append_column(name, pa.nulls(subjects.num_rows, kind))
    is_listed = mask(subjects["listed"])
    channel, quantity = one(subjects["fulfillment_channel"]), one(subjects["quantity"])
    is_merchant = mask(pc.equal(channel, "DEFAULT")) | ~is_listed
    is_empty = is_merchant & mask(pc.less_equal(quantity, 0))

    buyable = subjects["buyable"]
    is_off = mask(pc.invert(buyable)) | (mask(pc.is_null(buyable)) & mask(pc.equal(subjects["status"], "Inactive")))
    is_blocked, may_be_off = mask(issues["is_blocked"]), ~mask(buyable)
    is_returning = mask(pc.is_in(one(subjects["sku"]), value_set=_on_their_way(pending, QUANTITY, now_ms))) & is_listed
    # Without units nobody can buy it, and a change that is not visible yet leaves it so: neither is Amazon's will.
    is_amazons_will = is_blocked | ~(is_empty | is_returning)
    is_inactive = (is_off & is_amazons_will) | (mask(issues["is_suppressed"]) & may_be_off)

    product_type, salable = one(subjects["product_type"]), one(subjects["salable"])
    is_counted = is_merchant & ~mask(pc.invert(subjects["managed"]))
    has_none = mask(pc.less_equal(salable, 0)) | mask(pc.invert(subjects["in_stock"]))
    situation = Situation(
        is_listed=is_listed,
        is_linked=mask(pc.is_valid(subjects["product_sku"])),
        has_candidates=mask(pc.greater(subjects["candidates"], 0)),
        is_gone=mask(
            pc.greater_equal(pc.subtract(subjects["missing_last"], subjects["missing_since"]), SIGHTINGS_APART)
        ),
        is_ended=flag(subjects, "ended"),
        is_excluded=flag(subjects, "excluded"),
        is_composite=mask(pc.is_valid(product_type)) & ~mask(pc.is_in(product_type, value_set=pa.array(LISTABLE))),
        is_product_gone=mask(pc.less_equal(subjects["product_gone_since"], now_ms - SIGHTINGS_APART)),
        is_elsewhere=mask(pc.invert(subjects["on_website"])),
        is_disabled=mask(pc.invert(subjects["product_enabled"])),
        is_out_of_stock=is_counted & has_none,
        is_below_threshold=is_counted & mask(pc.less(salable, terms.threshold)),
        is_not_yet_on_sale=mask(pc.greater(subjects["sale_starts"], now_ms)),
        is_sale_over=mask(pc.less_equal(subjects["sale_ends"], now_ms)),
        # The report's word may be older than the search that saw people buy it.
        lacks_information=(mask(pc.equal(subjects["status"], "Incomplete")) & may_be_off) | mask(issues["is_missing"]),
        names_missing=mask(pc.is_valid(issues["attributes"])),
        is_inactive=is_inactive,
        has_reason=mask(pc.is_valid(issues["reason"])),
        is_returning=is_returning,
        is_empty=is_empty,
        is_by_merchant=is_merchant,
        is_by_amazon=mask(pc.starts_with(channel, "AMAZON")),
        has_asin=mask(pc.is_valid(asin(subjects["asin"]))),
        has_several_asins=flag(subjects, "several_asins"),
        is_parent=flag(subjects, "parent_asin"),
        lacks_attributes=mask(pc.is_valid(subjects["lacking"])),
        is_publishing=mask(pc.is_in(one(subjects["sku"]), value_set=_on_their_way(pending, PUBLISH, now_ms))),
    )
    return situation, subjects


def _on_their_way(pending: pa.Table, field: str, now_ms: int) -> pa.Array:
    """Return the SKUs of which a change from nothing to something was sent and may not be visible yet."""
    is_open = mask(pc.is_in(pending["state"], value_set=pa.array(OPEN)))
    is_young = mask(pc.greater(pending["sent_at"], now_ms - PATIENCE))
    is_return = mask(pc.and_(pc.equal(pc.fill_null(pending["before"], 0), 0), pc.greater(pending["after"], 0)))
    chosen: np.ndarray[tuple[int], np.dtype[np.bool_]] = is_open & is_young & is_return
    return one(pending["seller_sku"]).filter(pa.array(chosen & mask(pc.equal(pending["field"], field))))
