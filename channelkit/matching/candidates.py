"""Which goods of the other catalog are worth comparing at all: the few that share the rarest words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from channelkit.matching.wording import Floats, Ints, Matrix, Side

SPELLED = 20_000**2
"""Up to this many pairs in all, letters are looked at, too: they find what is spelled differently, but cost 30-fold."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of goods by position.

    Arguments:
        left: position in the left catalog.
        right: position in the right catalog.
    """

    left: Ints
    right: Ints

    def __len__(self) -> int:
        return len(self.left)


def find_candidates(left: Side, right: Side, count: int = 10, *, both: bool | None = None, threads: int = 2) -> Pairs:
    """Return for each good of one catalog the most alike of the other, each pair once, ordered by left, then right.

    Arguments:
        count: how many for each good, from words; as many again from letters where the catalogs are small.
        both: also look from the right side to the left; if not said, where the catalogs are small.
        threads: how many processor cores may be used.

    >>> import pyarrow as pa
    >>> from channelkit.matching.wording import read_sides
    >>> one, other = read_sides(pa.table({"title": ["red mug", "oak desk"]}), pa.table({"title": ["desk, oak"]}))
    >>> find_candidates(one, other).left.tolist()
    [1]
    """
    small = len(left) * len(right) <= SPELLED
    both = small if both is None else both
    found = []
    for name in ("words", "letters") if small else ("words",):
        one, other = getattr(left, name), getattr(right, name)
        found.append(nearest(one, other, count, threads)[:2])
        if both:
            found.append(nearest(other, one, count, threads)[1::-1])
    return unite([Pairs(*each) for each in found], len(right))


def nearest(one: Matrix, other: Matrix, count: int, threads: int = 2) -> tuple[Ints, Ints, Floats]:
    """Return for each row its most alike rows of the other matrix: rows, theirs, and the cosines; best first."""
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

    if not one.shape[0] or not other.shape[0]:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32)
    best = sp_matmul_topn(one, other.T.tocsr(), top_n=count, threshold=0.0, sort=True, n_threads=threads)
    rows = np.repeat(np.arange(best.shape[0]), np.diff(best.indptr))
    return rows, best.indices.astype(np.int64), best.data


def unite(several: list[Pairs], width: int) -> Pairs:
    """Return all pairs, each once.

    Arguments:
        width: how many goods the right catalog has.
    """
    width = max(1, width)
    keys = np.unique(np.concatenate([pairs.left * width + pairs.right for pairs in several]))
    return Pairs(keys // width, keys % width)
