"""What a view shows of a review, in words: the one question, how it came to be, and how far things are.

Everything here is plain values of a few kilobytes, the same for both views. Texts from outside stay texts: whoever
shows them writes them as text, never as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channelkit.review.differences import compare, is_same
from channelkit.review.model import ReviewModel
from channelkit.review.source import Question, Standing

ROWS = (
    ("title", "Title"),
    ("brand", "Brand"),
    ("model", "Model"),
    ("identifier", "Identifier"),
    ("price", "Price"),
    ("description", "Description"),
)
"""What is compared, from top to bottom."""

LONGEST = 600
"""Characters of a text that a person reads before deciding."""

OTHERS = 8
"""Candidates beside the one that is asked."""

WHY = {
    "uncertain": "Asked because it could be either; the answer teaches the most.",
    "likely": "Asked because it is likely; a yes settles the listing.",
    "audit": "Asked as a sample: matching accepted it by itself, and a person checks.",
    "manual": "Chosen by you among the candidates.",
}
KEYS = (
    ("y", "yes, the same product"),
    ("n", "no, not the same"),
    ("s", "skip, perhaps later"),
    ("u", "undo the last answer"),
    ("↑ ↓", "move among the other candidates, Enter to compare"),
    ("a", "assign another product by its SKU"),
    ("?", "show or hide these keys"),
)
_SAID = {"yes": "yes", "no": "no", "skip": "skipped"}
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+\Z")
_LINK = re.compile(r"https?://[^\s\"'<>]+\Z")


def screen(model: ReviewModel) -> dict[str, Any]:
    """Return all that a view shows now, as plain values."""
    asked = model.question if model.state == "asking" else None
    return {
        "serial": model.serial,
        "state": model.state,
        "question": None if asked is None else _question(asked, model.is_chosen),
        "skipped": model.skipped,
        "others": [_other(other) for other in model.others[:OTHERS]] if asked else [],
        "more_others": max(0, len(model.others) - OTHERS) if asked else 0,
        "progress": progress_words(model.progress),
        "share": _share(model.progress),
        "standing": None if model.standing is None else _standing(model.standing),
        "said": model.said,
        "trouble": model.trouble,
        "can_undo": model.can_undo,
        "keys": [list(key) for key in KEYS],
    }


def percent(share: float | None) -> str:
    """Return a share as people write it; what is not certain is never written as such.

    >>> percent(0.9731), percent(0.9999), percent(0.0002), percent(None)
    ('97.3 %', 'over 99.9 %', 'under 0.1 %', 'not known')
    """
    if share is None:
        return "not known"
    if 0.999 < share < 1:
        return "over 99.9 %"
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def progress_words(progress: Mapping[str, int]) -> str:
    """Return how far the answers are, and the links.

    Arguments:
        progress: listings, linked, open (listings that wait for an answer), yes, no, skip.

    >>> progress_words({"listings": 900, "linked": 854, "open": 6, "yes": 30, "no": 5, "skip": 2})
    '37 of 43 answered: 30 yes, 5 no, 2 skipped. 854 of 900 listings are linked.'
    """
    if not progress:
        return ""
    said = [f"{progress[answer]:,} {word}" for answer, word in _SAID.items() if progress[answer]]
    answered = _answered(progress)
    return (
        f"{answered:,} of {answered + progress['open']:,} answered{': ' if said else ''}{', '.join(said)}. "
        f"{progress['linked']:,} of {progress['listings']:,} listings are linked."
    )


def _answered(progress: Mapping[str, int]) -> int:
    return sum(progress[answer] for answer in _SAID)


def _share(progress: Mapping[str, int]) -> float:
    answered = _answered(progress) if progress else 0
    return answered / (answered + progress["open"]) if answered else 0.0


def _question(asked: Question, is_chosen: bool) -> dict[str, Any]:
    return {
        "seller_sku": asked.seller_sku,
        "product_sku": asked.product_sku,
        "why": WHY.get("manual" if is_chosen else asked.asked, ""),
        "probability": percent(asked.probability),
        "likely": asked.probability,
        "rows": [_row(key, label, asked) for key, label in ROWS if asked.listing.get(key) or asked.product.get(key)],
        "pictures": [_picture(side, "image of the") for side in (asked.listing, asked.product)],
        "evidence": sentences(asked.evidence),
        "veto": sentences(asked.veto),
    }


def _row(key: str, label: str, asked: Question) -> dict[str, Any]:
    left, right = (_short(side.get(key) or "") for side in (asked.listing, asked.product))
    compared = _amounts(left, right) if key == "price" else (left, right)
    verdict = _verdict(*compared)
    if verdict == "differs" and key == "identifier" and not _kinds(left) & _kinds(right):
        verdict = "not comparable"
    if verdict == "differs" and key == "price":
        # A price is a number like a model's, but another price is no other product.
        pieces = [[[text, "other"]] for text in (left, right)]
    elif verdict == "differs":
        pieces = [[[piece.text, piece.kind] for piece in side] for side in compare(left, right)]
    else:
        pieces = [[[text, "same"]] if text else [] for text in (left, right)]
    return {"label": label, "left": pieces[0], "right": pieces[1], "verdict": verdict}


def _kinds(codes: str) -> set[bool]:
    """Return which kinds of codes there are: an ASIN and a GTIN are no contradiction."""
    return {code.isdigit() for code in codes.split()}


def _amounts(left: str, right: str) -> tuple[str, str]:
    """Return two prices as they are compared: where one has no currency, by the amount alone."""
    bare = [text.partition(" ")[0] for text in (left, right)]
    return (left, right) if (" " in left) == (" " in right) else (bare[0], bare[1])


def _verdict(left: str, right: str) -> str:
    if not left or not right:
        return "only on Amazon" if left else "only in Commerce"
    return "same" if is_same(left, right) else "differs"


def _picture(side: Mapping[str, str], words: str) -> dict[str, str]:
    """Return a picture that is here already, or else a link: a review asks nothing of other machines."""
    address = (side.get("image_url") or "").strip()
    alt = f"{words} {side.get('title') or side.get('sku', '')}"
    if _PICTURE.match(address):
        return {"source": address, "link": "", "alt": alt}
    return {"source": "", "link": address if _LINK.match(address) else "", "alt": alt}


def _other(other: Question) -> dict[str, str]:
    words = [other.product.get(key, "") for key in ("title", "brand", "price")]
    return {
        "product_sku": other.product_sku,
        "words": " · ".join(word for word in words if word),
        "probability": percent(other.probability),
        "veto": other.veto,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "accepts": standing.accepts,
        "words": standing.words,
        "precision": percent(standing.precision),
        "lower_bound": percent(standing.lower_bound),
        "target": percent(standing.target),
        "measured": standing.precision is not None,
    }


def sentences(text: str) -> list[str]:
    """Return the sentences of an evidence, one each.

    >>> sentences("Same brand, Acme. Model KX-200 is on both sides. ")
    ['Same brand, Acme.', 'Model KX-200 is on both sides.']
    """
    return [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"“'])|\s*[;\n]\s*", text.strip()) if part]


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
