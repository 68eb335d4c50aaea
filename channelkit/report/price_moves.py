"""How far prices move: what becomes of each, and its class by the share that it moves."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import mask, numbers, one

RISES, FALLS, NEW, HELD, RESTS, NONE, SAME = "rises", "falls", "new", "held", "rests", "none", "same"
PARTS = (HELD, FALLS, RISES, NEW, RESTS, NONE, SAME)
"""What becomes of a price, what a person should look at first."""

TITLES = {
    **{HELD: "Wait for a person", FALLS: "Fall", RISES: "Rise", NEW: "New listings", NONE: "No price"},
    **{RESTS: "Rest from a war", SAME: "Stay"},
}
MEANINGS = {
    HELD: "A guard would hold the price until a person lets it go.",
    FALLS: "The price would fall with the next cycle.",
    RISES: "The price would rise with the next cycle.",
    NEW: "Not on Amazon yet; it would be listed at this price.",
    RESTS: "Others and we undercut each other: it stays for some hours before it is lowered again.",
    NONE: "No price would be sent; Amazon keeps the one that it has.",
    SAME: "Amazon shows this price already.",
}

EDGES = (1, 5, 10, 20, 50)
"""Percent at which the next class begins."""

FALLING = (
    *("falls by up to 1 %", "falls by 1–5 %", "falls by 5–10 %", "falls by 10–20 %", "falls by 20–50 %"),
    "falls by over 50 %",
)
RISING = tuple(words.replace("falls", "rises") for words in FALLING)
STAYS, FIRST, WITHOUT = "stays", "is the first price", "no price is sent"
CLASSES = (*reversed(FALLING), STAYS, *RISING, FIRST, WITHOUT)
"""From the steepest fall to the steepest rise; then what cannot be compared."""


def classify_moves(before: pa.Array, after: pa.Array) -> pa.Array:
    """Return how far each price moves, by `CLASSES`; what lies on an edge belongs to the class nearer to nothing.

    Arguments:
        before, after: in minor units; null where there is none.

    >>> classify_moves(pa.array([1000, 1000, 1000, None, 1000]), pa.array([990, 1500, 1000, 5, None])).to_pylist()
    ['falls by up to 1 %', 'rises by 20–50 %', 'stays', 'is the first price', 'no price is sent']
    """
    was, will = numbers(before), numbers(after)
    moved = np.abs(will - was) * 100
    # Exactly in whole numbers: a share that is a binary fraction would fall on either side of an edge.
    step = sum(((moved > was * edge).astype(np.int8) for edge in EDGES), np.zeros(len(was), np.int8))
    place = np.where(will < was, len(EDGES) - step, len(FALLING) + 1 + step)
    place = np.where(will == was, len(FALLING), place)
    place = np.where(mask(pc.is_null(before)) | (was <= 0), CLASSES.index(FIRST), place)
    place = np.where(mask(pc.is_null(after)) | (will <= 0), CLASSES.index(WITHOUT), place)
    return one(pa.array(CLASSES, pa.string()).take(pa.array(place.astype(np.int64))))
