"""For which listings an action is possible, why not for the others, and what stood before a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from channelkit.actions.intent import Refusal, Wish
from channelkit.actions.standing import Standing, Subject
from channelkit.model.decisions import BY_AMAZON, FULFILLMENT, LISTED, MERCHANT, NO, YES


def as_list(skus: Sequence[str] | str) -> list[str]:
    """Return one SKU or several as a list, each once.

    >>> as_list("A"), as_list(("B", "A", "B"))
    (['A'], ['B', 'A'])
    """
    return [skus] if isinstance(skus, str) else list(dict.fromkeys(skus))


def allowed(standing: Standing, skus: Iterable[str], words: Sequence[str]) -> tuple[list[Subject], list[Refusal]]:
    """Return the listings whose tab allows an action, each once, and why the others do not (AC-09)."""
    subjects: dict[tuple[bool, str], Subject] = {}
    refused = []
    for sku in skus:
        subject = standing.by_sku.get(sku)
        if subject is None:
            reason = (
                "The store knows no listing and no product with this SKU; SKUs are exact. If it is new, read first."
            )
            refused.append(Refusal(sku, reason))
        elif subject.allows(words):
            subjects[subject.listed, subject.sku] = subject
        else:
            where = f"{subject.tab}: {subject.status}" if subject.tab else "in no tab"
            allowed = ", ".join(sorted(subject.actions)) or "nothing"
            refused.append(Refusal(sku, f"{words[0]} is not possible, since it is {where}; this allows: {allowed}."))
    return list(subjects.values()), refused


def conflicts(subjects: Sequence[Subject]) -> list[Refusal]:
    """Return why some would overwrite each other: several that are to have the same seller SKU (RG-02)."""
    holders: dict[str, list[Subject]] = {}
    for subject in subjects:
        holders.setdefault(subject.seller_sku, []).append(subject)
    return [
        Refusal(
            subject.sku,
            f"{' and '.join(other.sku for other in several)} would all be listed as {seller_sku}; give each its own "
            "seller SKU first.",
        )
        for seller_sku, several in holders.items()
        if len(several) > 1
        for subject in several
    ]


def ending(subjects: Iterable[Subject]) -> list[Refusal]:
    """Return which listings Amazon is about to end: until they are gone, nothing brings them back."""
    reason = "Amazon was told to end it and still shows it; bring it back once it is gone, in half an hour or so."
    return [Refusal(subject.seller_sku, reason) for subject in subjects if subject.is_ending]


def as_before(wish: Wish, subject: Subject) -> list[Wish]:
    """Return what held before a decision; of publishing and ending it is the other of the two."""
    if wish.kind == LISTED:
        return [wish._replace(value=NO if wish.value == YES else YES)]
    return [wish._replace(value=subject.said.get(wish.kind))]


def as_fulfilled(wish: Wish, subject: Subject) -> list[Wish]:
    """Return the way of fulfilment that was decided before, or that Amazon shows."""
    return [wish._replace(value=subject.said.get(FULFILLMENT) or (BY_AMAZON if subject.by_amazon else MERCHANT))]


def as_assigned(wish: Wish, subject: Subject) -> list[Wish]:
    """Return that the listing has the ASIN it has, and is there: it may have been ended on the way to another."""
    return [wish._replace(value=subject.asin or None), Wish(subject.seller_sku, LISTED, YES)]
