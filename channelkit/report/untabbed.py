"""Why something is in no tab at all, and what to do about it."""

from __future__ import annotations

from channelkit.database.products import SELLABLE
from channelkit.report.subject import Subject

Words = tuple[str, str]
"""The reason and the next step; both empty where it is in a tab."""


def explain_untabbed(
    subject: Subject, *, website_id: int | None, imports_third_party: bool, is_admitted: bool | None
) -> Words:
    """Return why a subject is in no tab.

    Arguments:
        website_id: Commerce's number of the store's website; None while it is not known.
        imports_third_party: listings without a product have a tab (LS-03).
        is_admitted: the listing rule admits the product; None where nobody asked.
    """
    if subject.tab is not None:
        return "", ""
    if subject.listed:
        return _of_listing(subject, imports_third_party=imports_third_party)
    product, name = subject.product, subject.product_sku or subject.sku
    if product is None:
        return f"Nothing is known of product {name} in Commerce.", "Read Commerce with: channelkit pull"
    is_here = website_id is None or f",{website_id}," in (product["websites"] or "")
    reasons: list[tuple[bool, str, str]] = [
        (
            bool(subject.others),
            f"Product {name} is on Amazon already, as listing {', '.join(subject.others)}, which is in a tab itself.",
            f"Look at it with: channelkit explain {' '.join(subject.others[:1])}",
        ),
        (
            product["missing_since"] is not None,
            f"Product {name} is no longer in Commerce, and it is not on Amazon.",
            "Nothing.",
        ),
        (
            product["type"] not in SELLABLE,
            f"Product {name} is of type {product['type'] or 'unknown'}. Amazon lists only products of type "
            f"{', '.join(SELLABLE[:-1])} or {SELLABLE[-1]}.",
            "The simple products that it consists of can be listed, each by itself.",
        ),
        (
            not is_here,
            f"Product {name} is not on the store's website {subject.website}.",
            "Assign it to the website in Commerce if it is to be sold on Amazon.",
        ),
        (
            is_admitted is False,
            f"The store's listing rule leaves product {name} out, and it is not on Amazon.",
            "Change the product or the rule if it is to be sold on Amazon.",
        ),
    ]
    undecided = f"No cycle has decided about product {name} yet.", "Decide with: channelkit sync"
    return next(((words, step) for holds, words, step in reasons if holds), undecided)


def _of_listing(subject: Subject, *, imports_third_party: bool) -> Words:
    if not imports_third_party and subject.product is None:
        return (
            "It is on Amazon, no product in Commerce is linked to it, and the store leaves such listings alone.",
            "Give a product its seller SKU or ASIN in Commerce, or let the store import third-party listings.",
        )
    return "No cycle has decided about it since it was read.", "Decide with: channelkit sync"
