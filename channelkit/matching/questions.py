"""Which pair should a person look at next? The one whose answer teaches most."""

from __future__ import annotations

from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

UNCERTAIN_SHARE = 0.6
"""Of the questions, how many are on pairs that could go either way; the others are on likely ones."""

_SPREAD = 1.0
"""How much chance mixes the order, so that the questions of one batch are not all alike."""


def choose_questions(candidates: pa.Table, asked: pa.Table, count: int, seed: int) -> pa.Table:
    """Return the most useful questions, the most useful first, at most one for each listing.

    Audits come first; then two kinds are mixed: uncertain pairs, which teach most, and likely ones, which prove how
    often likely ones are right, and are done with at once.

    Arguments:
        candidates: ``seller_sku``, ``product_sku``, ``probability``, ``verdict``, ``audit``.
        asked: ``seller_sku``, ``product_sku`` of what has been answered or skipped already.
        count: how many questions at most.
        seed: of what is drawn.

    Returns:
        ``seller_sku``, ``product_sku``, ``asked``: ``audit``, ``uncertain`` or ``likely``.
    """
    new = candidates.append_column("row", pa.array(np.arange(candidates.num_rows)))
    keys = ["seller_sku", "product_sku"]
    new = new.join(asked.select(keys).group_by(keys).aggregate([]), keys, join_type="left anti").sort_by("row")
    chances = new["probability"].to_numpy()
    audit = new["audit"].to_numpy().astype(np.bool_)
    open_ = ~audit & pc.not_equal(new["verdict"], "accepted").to_numpy()
    listing = new["seller_sku"].combine_chunks().dictionary_encode().indices.to_numpy()
    draw = np.random.default_rng(seed)
    entropy = -(chances * np.log(chances + 1e-9) + (1 - chances) * np.log(1 - chances + 1e-9))
    taken: set[int] = set()
    audits = _take(np.flatnonzero(audit), draw.random(chances.size), listing, count, taken)
    left = count - len(audits)
    doubtful = entropy * (1 - _SPREAD * 0.25 * draw.random(chances.size))
    uncertain = _take(np.flatnonzero(open_), doubtful, listing, ceil(left * UNCERTAIN_SHARE), taken)
    best = chances * (1 - _SPREAD * 0.25 * draw.random(chances.size))
    likely = _take(np.flatnonzero(open_), best, listing, left - len(uncertain), taken)
    order, kinds = list(audits), ["audit"] * len(audits)
    # Three uncertain ones, then two likely ones, and so on.
    places = [(place / UNCERTAIN_SHARE, "uncertain", row) for place, row in enumerate(uncertain)]
    places += [((place + 0.5) / (1 - UNCERTAIN_SHARE), "likely", row) for place, row in enumerate(likely)]
    for _, kind, row in sorted(places):
        order.append(row)
        kinds.append(kind)
    chosen = new.take(pa.array(order, pa.int64())).select(keys)
    return chosen.append_column("asked", pa.array(kinds, pa.string()))


def _take(
    rows: npt.NDArray[np.int64],
    value: npt.NDArray[np.float64],
    listing: npt.NDArray[np.int32],
    count: int,
    taken: set[int],
) -> list[int]:
    """Return the rows of most value, at most one for each listing."""
    chosen: list[int] = []
    for row in rows[np.argsort(-value[rows], kind="stable")].tolist():
        if len(chosen) >= count:
            break
        if int(listing[row]) not in taken:
            taken.add(int(listing[row]))
            chosen.append(row)
    return chosen
