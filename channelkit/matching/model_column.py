"""How much would it help to tell which attribute holds the model or part number?."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from channelkit.matching.wording import read_sides

HELPS = 0.1
"""Share of listings that have to name one product alone before an attribute is worth mapping."""


@dataclass(frozen=True)
class ModelColumn:
    """What an attribute is worth as model or part number.

    Arguments:
        filled: share of products that have a value.
        own: share of products whose value is like a part number and is no other product's.
        named: share of listings whose title or model names a value.
        decided: share of listings that name the value of one product and of no other.
        helps: whether it is worth mapping.
        words: all that in sentences.
    """

    filled: float
    own: float
    named: float
    decided: float
    helps: bool
    words: str


def judge_model_column(listings: pa.Table, values: pa.Array, name: str = "this attribute") -> ModelColumn:
    """Return how much an attribute would help if it were mapped as model or part number.

    Arguments:
        listings: ``title``, and as far as known ``model``.
        values: the attribute's value of each product; null or empty where there is none.
        name: of the attribute, as a person knows it.

    >>> listings = pa.table({"title": ["Canon PG-510 black ink", "Oak desk"]})
    >>> judge_model_column(listings, pa.array(["PG510", "CL511", None]), "mpn").decided
    0.5
    """
    products = pa.table({"title": pa.array(["" for _ in values], pa.string()), "model": values.cast(pa.string())})
    left, right = read_sides(listings, products)
    codes, named = right.codes.sign(), left.joined
    holders = np.bincount(codes.indices, minlength=codes.shape[1])
    is_own = codes.multiply((holders == 1)[None, :]).tocsr()
    is_own.eliminate_zeros()
    hits = named.multiply((holders > 0)[None, :]).tocsr()
    hits.eliminate_zeros()
    alone = np.zeros(len(left), np.bool_)
    if hits.nnz:
        fewest = np.full(len(left), np.iinfo(np.int64).max)
        np.minimum.at(fewest, np.repeat(np.arange(len(left)), np.diff(hits.indptr)), holders[hits.indices])
        alone = fewest == 1
    filled = _share(np.array([bool(model) for model in right.models.to_pylist()], np.bool_))
    own = _share(np.diff(is_own.indptr) > 0)
    share, decided = _share(np.diff(hits.indptr) > 0), _share(alone)
    helps = decided >= HELPS
    words = (
        f"{filled:.0%} of the products have {name}; it is like a part number, and one product's alone, on {own:.0%}. "
        f"{share:.0%} of the listings name such a number, {decided:.0%} that of exactly one product. "
    )
    words += f"Map {name} as the model." if helps else f"Mapping {name} as the model would change little."
    return ModelColumn(filled, own, share, decided, helps, words)


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else 0.0
