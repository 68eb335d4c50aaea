"""Which product is each listing that no identifier links? By what both catalogs say, learning from answers.

Candidates first, then evidence on each pair, then a probability; what nothing contradicts and what is proven often
enough is accepted, everything else waits for a person. The same input gives the same outcome, in any order of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.acceptance import Standing, judge
from channelkit.matching.candidates import Pairs, find_candidates, unite
from channelkit.matching.comparison import Compared, compare_pairs
from channelkit.matching.probability import Chances, estimate, gather_features
from channelkit.matching.rivals import place_of
from channelkit.matching.sentences import object_to, rows_of, tell
from channelkit.matching.wording import Ints, Side, read_sides
from channelkit.model.columns import flag, mask, one

KEPT = 5
"""Candidates kept for each listing."""

LEAST = 0.05
"""Below this probability a candidate is none: the listing has no counterpart, as far as anybody can tell."""

AUDITED = 0.05
"""Share of accepted pairs that a person checks, drawn by chance."""

RUNNER_UP = 0.5
"""Where a second candidate is at least this likely, a person decides between them."""

CANDIDATES = pa.schema(
    [
        ("seller_sku", pa.string()),
        ("product_sku", pa.string()),
        ("rank", pa.int64()),
        ("probability", pa.float64()),
        ("verdict", pa.string()),
        ("evidence", pa.string()),
        ("veto", pa.string()),
        ("audit", pa.bool_()),
    ]
)
"""What `compare` returns of each candidate; verdict is ``accepted``, ``likely``, ``possible`` or ``vetoed``."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Comparison:
    """Listings compared with products.

    Arguments:
        candidates: the columns of `CANDIDATES`, sorted by seller SKU and rank.
        standing: how far the probabilities may be trusted.
    """

    candidates: pa.Table
    standing: Standing


def compare(
    listings: pa.Table,
    products: pa.Table,
    answers: pa.Table,
    *,
    target: float = 0.98,
    seed: int,
    found_before: pa.Table | None = None,
) -> Comparison:
    """Return the likeliest products of each listing, and whether any may be accepted without a person.

    Pairs that were refused are not offered again. Answers teach only where the listing and the product of the pair are
    among those given: hand in the answered listings, too.

    Arguments:
        listings: ``key`` (unique), ``title``, and as far as known ``brand``, ``model``, ``description``, ``price``,
            ``currency``. Prices are compared within a currency only.
        products: the same.
        answers: ``left`` (listing's key), ``right`` (product's key), ``same``, and may have ``audit``; one row a pair.
        target: share of accepted pairs that has to be right, proven with 95 % confidence.
        seed: of everything that is drawn.
        found_before: ``seller_sku``, ``product_sku`` of candidates that are to be looked at again.

    >>> goods = pa.table({"key": ["A"], "title": ["Canon PG-510 black ink"]})
    >>> others = pa.table({"key": ["1", "2"], "title": ["canon pg510 ink cartridge, black", "oak desk"]})
    >>> no_answers = pa.table({"left": pa.array([], pa.string()), "right": [], "same": pa.array([], pa.bool_())})
    >>> found = compare(goods, others, no_answers, seed=1)
    >>> found.candidates.select(["product_sku", "verdict", "evidence"]).to_pylist()[0]["product_sku"]
    '1'
    """
    # A database may hand rows over in another order each time; what is drawn must not depend on that.
    listings, products = listings.sort_by("key"), products.sort_by("key")
    answers = answers.sort_by([("left", "ascending"), ("right", "ascending")])
    left, right = read_sides(listings, products)
    keys = one(listings["key"]), one(products["key"])
    answered, same, audits = _place(answers, *keys)
    pairs = [find_candidates(left, right), answered]
    if found_before is not None:
        pairs.append(_positions(found_before["seller_sku"], found_before["product_sku"], *keys)[0])
    compared = compare_pairs(left, right, unite(pairs, len(right)))
    features = gather_features(compared)
    rows = _rows_in(compared.pairs, answered, len(right))
    found = estimate(features, rows, same, compared.pairs.left, seed)
    chances = found.everywhere.copy()
    # What is measured is what was not learned from: the answered pairs' own answers stay out of their probability.
    chances[rows] = found.unseen
    allowed = may_accept(compared, chances)
    standing = judge(found.unseen, same, allowed[rows], audits, target=target, stage=found.stage)
    shown = np.ones(len(chances), np.bool_)
    shown[rows[~same]] = False
    listed = _list(
        (left, right), compared, chances, allowed=allowed, shown=shown, standing=standing, keys=keys, seed=seed
    )
    return Comparison(listed, standing)


def may_accept(compared: Compared, chances: Chances) -> Mask:
    """Tell which pairs could be accepted at all: the best of their listing, no other near, nothing contradicts."""
    place, _ = place_of(compared.pairs.left, chances.astype(np.float32))
    strong = compared.pairs.left[chances >= RUNNER_UP]
    several = np.bincount(strong, minlength=int(compared.pairs.left.max(initial=0)) + 1) > 1
    allowed: Mask = ~compared.vetoed & ~compared.doubted & (place == 1) & ~several[compared.pairs.left]
    return allowed


def _list(
    sides: tuple[Side, Side],
    compared: Compared,
    chances: Chances,
    *,
    allowed: Mask,
    shown: Mask,
    standing: Standing,
    keys: tuple[pa.Array, pa.Array],
    seed: int,
) -> pa.Table:
    kept = np.flatnonzero(shown & (chances >= LEAST))
    order = kept[np.lexsort((compared.pairs.right[kept], -chances[kept], compared.pairs.left[kept]))]
    listing = compared.pairs.left[order]
    begins = np.flatnonzero(np.r_[True, listing[1:] != listing[:-1]]) if order.size else np.empty(0, np.int64)
    ranks = np.arange(order.size) - np.repeat(begins, np.diff(np.r_[begins, order.size])) + 1
    order, ranks = order[ranks <= KEPT], ranks[ranks <= KEPT]
    pairs = rows_of(compared.pairs, order)
    skus = [column.take(pa.array(rows)) for column, rows in zip(keys, (pairs.left, pairs.right), strict=True)]
    vetoes = {name: flags[order] for name, flags in compared.vetoes.items()}
    gap = place_of(compared.pairs.left, chances.astype(np.float32))[1][order]
    accepted = allowed[order] & (chances[order] >= (standing.threshold or 0)) & standing.accepts
    vetoed = compared.vetoed[order]
    likely = ~vetoed & (ranks == 1) & (chances[order] >= 0.5)
    verdict = np.select([accepted, vetoed, likely], ["accepted", "vetoed", "likely"], "possible")
    columns = {
        "seller_sku": skus[0],
        "product_sku": skus[1],
        "rank": ranks,
        "probability": chances[order],
        "verdict": pa.array(verdict.tolist(), pa.string()),
        "evidence": tell(*sides, pairs, {name: column[order] for name, column in compared.columns.items()}, gap),
        "veto": object_to(*sides, pairs, vetoes),
        "audit": accepted & _draw_audits(skus[0], skus[1], seed),
    }
    return pa.table(columns, schema=CANDIDATES)


def _draw_audits(seller_skus: pa.Array, product_skus: pa.Array, seed: int) -> Mask:
    """Draw the pairs that a person checks: the same ones every time, whatever else there is."""
    pairs = pc.binary_join_element_wise(seller_skus, product_skus, "\x1f").to_pylist()
    return np.array([crc32(f"{seed}\x1f{pair}".encode()) / 2**32 < AUDITED for pair in pairs], np.bool_)


def _place(answers: pa.Table, listings: pa.Array, products: pa.Array) -> tuple[Pairs, Mask, Mask]:
    """Return answered pairs by position, whether they are the same, and whether that was an audit."""
    pairs, known = _positions(answers["left"], answers["right"], listings, products)
    return pairs, mask(answers["same"])[known], flag(answers, "audit")[known]


def _positions(
    left: pa.ChunkedArray, right: pa.ChunkedArray, listings: pa.Array, products: pa.Array
) -> tuple[Pairs, Mask]:
    """Return pairs by position, of those whose goods are known, and which these are."""
    places = [
        pc.fill_null(pc.index_in(one(names).cast(pa.string()), value_set=keys), -1).to_numpy().astype(np.int64)
        for names, keys in ((left, listings), (right, products))
    ]
    known = (places[0] >= 0) & (places[1] >= 0)
    return Pairs(places[0][known], places[1][known]), known


def _rows_in(pairs: Pairs, wanted: Pairs, width: int) -> Ints:
    """Return where the wanted pairs stand among all; they are among them."""
    return np.searchsorted(pairs.left * width + pairs.right, wanted.left * width + wanted.right)
