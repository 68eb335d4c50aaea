"""Tests of what is under way: changes, orders, and the readings that all else rests on."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.changes import QUANTITY
from channelkit.model.columns import Mask, mask
from channelkit.quality.test import Test

HOUR = 3_600_000

DUE = pa.array(["planned", "blocked"])
"""Stages of orders that Commerce should have by now."""


def _find_mixed(rows: pa.Table) -> Mask:
    is_by_amazon = mask(pc.starts_with(rows["fulfillment_channel"], "AMAZON"))
    return is_by_amazon & mask(pc.equal(rows["field"], QUANTITY))


def _find_unequal(rows: pa.Table) -> Mask:
    is_told = mask(pc.is_valid(rows["total"])) & mask(pc.greater(rows["lines"], 0))
    # Once units are cancelled, Amazon's total and its lines change at different times.
    is_whole = mask(pc.equal(rows["cancelled"], 0)) & mask(pc.not_equal(rows["order_status"], "CANCELLED"))
    beside, within = pc.equal(rows["total"], pc.add(rows["net"], rows["tax"])), pc.equal(rows["total"], rows["net"])
    return is_told & is_whole & ~mask(beside) & ~mask(within)


def _find_uncopied(rows: pa.Table) -> Mask:
    is_due = mask(pc.is_in(rows["stage"], value_set=DUE)) | mask(pc.is_null(rows["stage"]))
    has_none = mask(pc.equal(rows["copies"], 0)) & mask(pc.not_equal(rows["order_status"], "CANCELLED"))
    return is_due & has_none & mask(pc.greater(rows["age"], HOUR))


TESTS = (
    Test(
        "change-fba-quantity",
        "No quantity of the merchant's is sent to a listing that Amazon fulfils, as that makes it another offer.",
        "changes",
        ("field", "fulfillment_channel"),
        _find_mixed,
        "Take the change back before it leaves, and set the store read-only until it is known what planned it.",
        "error",
    ),
    Test(
        "order-lines",
        "The lines of each order come to its total, or its copy in Commerce is wrong for buyer and books.",
        "orders",
        ("total", "net", "tax", "cancelled", "lines", "order_status"),
        _find_unequal,
        "Open the order: channelkit orders show NUMBER tells by how much; Commerce gets it once they agree.",
        "error",
    ),
    Test(
        "order-without-copy",
        "Each order that is due has its copy in Commerce within an hour, since the warehouse sees no other.",
        "orders",
        ("stage", "copies", "age", "order_status"),
        _find_uncopied,
        "See what stands in its way: channelkit orders blocked.",
        "error",
    ),
    Test(
        "reading-stale",
        "Both sides were read as recently as promised, since all that is decided rests on it.",
        "readings",
        ("age", "promise"),
        lambda rows: pc.greater(rows["age"], rows["promise"]),
        "See whether cycles run, and what fails in them: channelkit doctor.",
        "error",
    ),
)
