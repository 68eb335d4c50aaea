"""Tests of the catalog in Commerce: identifiers, names, brands, SKUs; and of its stock."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, mask, one
from channelkit.model.identifiers import PROBLEMS, Source, asin, gcid, gtin14, read_codes
from channelkit.model.spellings import clean
from channelkit.quality.groups import find_shared, number
from channelkit.quality.test import Test
from channelkit.quality.texts import find_blank, find_escaped, find_misread, find_padded, find_replaced

GTINS: tuple[Source, ...] = ("upc", "ean", "isbn", "gtin")

SELLABLE = pa.array(["simple", "virtual", "downloadable"])
"""Types that can be on Amazon by themselves."""

_MISTYPED = "bad_check"
_SHAPES = [status for status in PROBLEMS if status not in ("missing", _MISTYPED)]


def _find_mistyped(rows: pa.Table) -> Mask:
    return _have_status(rows, [_MISTYPED])


def _find_unusable(rows: pa.Table) -> Mask:
    found = _have_status(rows, _SHAPES)
    for name, read in (("asin", asin), ("gcid", gcid)):
        is_given = mask(pc.not_equal(clean(rows[name]), ""))
        found |= is_given & mask(pc.is_null(read(rows[name])))
    return found


def _have_status(rows: pa.Table, statuses: list[str]) -> Mask:
    found = np.zeros(rows.num_rows, np.bool_)
    for name in GTINS:
        place = np.flatnonzero(mask(pc.is_valid(one(rows[name]))))
        if place.size:
            status = one(read_codes(one(rows[name]).take(pa.array(place)), name)["status"])
            wanted = pc.index_in(pa.array(statuses), value_set=status.dictionary)
            found[place[np.isin(status.indices.to_numpy(), wanted.drop_null().to_numpy())]] = True
    return found


def _find_shared_codes(rows: pa.Table) -> Mask:
    keys, owners = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for name in GTINS:
        place = np.flatnonzero(mask(pc.is_valid(one(rows[name]))))
        column = gtin14(one(rows[name]).take(pa.array(place)), name)
        keys.append(column.drop_null().to_numpy())
        owners.append(place[mask(pc.is_valid(column))])
    # One product may say the same code in two columns; that is one claim. Codes are numbered, so that a code and its
    # product fit one number.
    claims = np.unique(number(pa.array(np.concatenate(keys))) * rows.num_rows + np.concatenate(owners))
    codes, products = np.divmod(claims, rows.num_rows)
    found = np.zeros(rows.num_rows, np.bool_)
    found[products[np.bincount(codes)[codes] > 1]] = True
    return found


def _are_offered(rows: pa.Table) -> Mask:
    return mask(rows["enabled"]) & mask(pc.is_in(one(rows["type"]), value_set=SELLABLE))


def _find_lossy(rows: pa.Table) -> Mask:
    names = rows["name"]
    return find_replaced(names) | find_misread(names) | find_escaped(names)


TESTS = (
    Test(
        "product-check-digit",
        "The last digit of each UPC, EAN, ISBN and GTIN fits the others, since a mistyped one finds no item on Amazon.",
        "products",
        GTINS,
        _find_mistyped,
        "Compare the code with the one on the packaging, and correct it in Commerce; kit.identifier_problems() has it.",
    ),
    Test(
        "product-identifier",
        "Each identifier is one, and not a placeholder, a rounded number or a case's code, as such match nothing.",
        "products",
        (*GTINS, "asin", "gcid"),
        _find_unusable,
        "Enter the code again as text, or leave it empty; kit.identifier_problems() tells what is wrong with each.",
    ),
    Test(
        "product-identifier-shared",
        "No two products have the same UPC, EAN, ISBN or GTIN, since nobody can tell then which of them is listed.",
        "products",
        GTINS,
        _find_shared_codes,
        "Find out whose code it is, and take it away from the others; a pack has a code of its own.",
    ),
    Test(
        "product-seller-sku-shared",
        "No two products name the same seller SKU, since only one of them can be the listing.",
        "products",
        ("seller_sku",),
        lambda rows: find_shared(rows["seller_sku"]) & ~find_blank(rows["seller_sku"]),
        "Correct the attribute that holds the seller SKU in all products but one.",
    ),
    Test(
        "product-name",
        "Each product that can be listed has a name, since people and similarity tell products by it.",
        "products",
        ("name", "type", "enabled"),
        lambda rows: _are_offered(rows) & find_blank(rows["name"]),
        "Give it a name in Commerce.",
    ),
    Test(
        "product-brand",
        "Each product that can be listed has a brand, which tells lookalikes apart, and which Amazon asks for.",
        "products",
        ("brand", "type", "enabled"),
        lambda rows: _are_offered(rows) & find_blank(rows["brand"]),
        "Fill the attribute that the settings name as brand.",
        "note",
    ),
    Test(
        "product-name-lossy",
        "No product's name has lost characters or shows code, since it goes to Amazon as it is.",
        "products",
        ("name",),
        _find_lossy,
        "Write the name anew in Commerce, and look at the import that it came from: its encoding is wrong.",
    ),
    Test(
        "product-sku-blanks",
        "No SKU of Commerce begins or ends with a blank, since nobody sees it and no other SKU equals it.",
        "products",
        ("sku",),
        lambda rows: find_padded(rows["sku"]),
        "Correct the SKU in Commerce.",
    ),
    Test(
        "stock-negative",
        "No product has less than nothing to sell, since its orders cannot all be filled.",
        "stock",
        ("salable",),
        lambda rows: pc.less(rows["salable"], 0),
        "Count it, correct its stock in Commerce, and look at its orders: some wait for goods that are not there.",
    ),
)
