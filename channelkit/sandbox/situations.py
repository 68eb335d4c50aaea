"""Every situation that a seller meets, and which place of a block of products has it."""

from __future__ import annotations

from channelkit.sandbox.amazon.listings import Issue

BLOCK = 50

SITUATIONS = {
    3: "by asin",
    4: "by gtin",
    5: "fba",
    6: "fba empty",
    7: "suppressed",
    8: "incomplete",
    9: "out of stock",
    10: "disabled",
    11: "wrong price",
    12: "wrong quantity",
    13: "closed",
    14: "ready",
    15: "no asin",
    16: "not listed, disabled",
    17: "twins",
    18: "twins",
    19: "used",
    20: "grouped",
    21: "bundle",
    22: "configurable",
    23: "by asin",
    24: "by gtin",
    25: "third party",
    26: "third party",
    27: "no asin matched",
    28: "not listed, out of stock",
    29: "price missing",
    30: "unmanaged",
    31: "by code",
    32: "several items",
    33: "variants",
    34: "by words",
}
"""The place of a product in its block, and what is the case with it; elsewhere it is listed under its own SKU."""

ODD_SKUS = (
    "KETTLE/1.7",
    "LAMP,LED",
    "MUG BLUE 12oz",
    '24" ARM',
    "100% COTTON",
    "MÜSLI-SCHÜSSEL",
    "00012345",
    "A+B=C",
    "HASH#1?x=1&y=2",
    "it's",
    "Tab-Test_(v2)",
    "abc.def~1",
)
"""SKUs that break whoever quotes, parts or counts them wrongly; the first places of a block take them."""

MISSING = Issue(
    "90220",
    "'item_weight' is required but missing.",
    "ERROR",
    ("MISSING_ATTRIBUTE",),
    ("item_weight",),
)
SUPPRESSED = Issue(
    "18447",
    "This product needs approval before it can be sold. Send the documents that Seller Central asks for.",
    "ERROR",
    ("QUALIFICATION_REQUIRED",),
    (),
    ("LISTING_SUPPRESSED",),
)
FOUND = frozenset({"by code", "several items", "variants", "by words"})
"""Not listed and without an ASIN of their own: found in Amazon's catalog by a code, by one that several items share, as
a parent of variants, and by the words of the title."""

UNLISTED = frozenset({"ready", "no asin", "not listed, disabled", "not listed, out of stock", *FOUND})
COMPOSITE = frozenset({"grouped", "bundle", "configurable"})
