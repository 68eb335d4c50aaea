"""What speaks for a pair and what against it, as columns of numbers, for very many pairs at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from channelkit.matching.amounts import KINDS, Amounted, contradict
from channelkit.matching.candidates import Pairs
from channelkit.matching.wording import Floats, Ints, Matrix, Side

CHUNK = 100_000
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Compared:
    """Pairs and what was found on them.

    Arguments:
        pairs: which goods.
        columns: one array of numbers for each kind of evidence; nan where a side does not say.
        vetoes: contradictions: ``model``, ``pack``, and ``amounts`` with a column for each kind of measure.
    """

    pairs: Pairs
    columns: dict[str, Floats]
    vetoes: dict[str, Mask]

    @property
    def vetoed(self) -> Mask:
        """Pairs that anything contradicts."""
        found: Mask = self.vetoes["model"] | self.vetoes["pack"] | self.vetoes["amounts"].any(1)
        return found

    @property
    def doubted(self) -> Mask:
        """Pairs that a person should look at: only one side speaks of a pack, or no model number is on both."""
        found: Mask = (self.columns["pack_one_side"] > 0) | (self.columns["code_conflict"] > 0)
        return found


def compare_pairs(left: Side, right: Side, pairs: Pairs) -> Compared:
    """Return the evidence on each pair.

    Arguments:
        left, right: the wording of both sides, read together.
        pairs: positions in them.
    """
    chunks = [
        _compare(left, right, pairs.left[start : start + CHUNK], pairs.right[start : start + CHUNK])
        for start in range(0, max(1, len(pairs)), CHUNK)
    ]
    columns = {name: np.concatenate([chunk[0][name] for chunk in chunks]) for name in chunks[0][0]}
    vetoes = {name: np.concatenate([chunk[1][name] for chunk in chunks]) for name in chunks[0][1]}
    return Compared(pairs, columns, vetoes)


def _compare(left: Side, right: Side, one: Ints, other: Ints) -> tuple[dict[str, Floats], dict[str, Mask]]:
    found: dict[str, Numbers] = {}
    found["words"] = _dot(left.words[one], right.words[other])
    found["letters"] = _dot(left.letters[one], right.letters[other])
    found["said"] = _dot(left.said[one], right.said[other])
    found["alike"] = (found["words"] + found["letters"]) / 2
    _compare_words(found, left, right, one, other)
    _compare_spelling(found, left, right, one, other)
    _compare_codes(found, left, right, one, other)
    _compare_numbers(found, left, right, one, other)
    _compare_prices(found, left, right, one, other)
    vetoes = _compare_amounts(found, left, right, one, other)
    vetoes["model"] = found["code_sibling"] > 0
    return {name: np.asarray(column, np.float32) for name, column in found.items()}, vetoes


def _compare_words(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> None:
    """How much of each title, weighted by rarity, is in the other, and the rarest word that is not."""
    mine, theirs = left.weights[one], right.weights[other]
    shared = mine.multiply(theirs.sign())
    total, own, their = _sum(shared), _sum(mine), _sum(theirs)
    found["overlap"] = total / np.maximum(own + their - total, 1e-6)
    found["left_in_right"] = total / np.maximum(own, 1e-6)
    found["right_in_left"] = total / np.maximum(their, 1e-6)
    found["rarest_shared"] = _max(shared)
    found["rarest_left"] = _max(mine - shared)
    found["rarest_right"] = _max(theirs - theirs.multiply(mine.sign()))
    found["shared_words"] = _count(shared)
    found["left_words"], found["right_words"] = _count(mine), _count(theirs)


def _compare_spelling(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> None:
    from rapidfuzz import fuzz  # noqa: PLC0415
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415
    from rapidfuzz.process import cpdist  # noqa: PLC0415

    titles = _texts(left.titles, one), _texts(right.titles, other)
    found["token_set"] = cpdist(*titles, scorer=fuzz.token_set_ratio, dtype=np.float32) / 100
    found["token_sort"] = cpdist(*titles, scorer=fuzz.token_sort_ratio, dtype=np.float32) / 100
    brands = _texts(left.brands, one), _texts(right.brands, other)
    found["brand"] = _liken(brands, JaroWinkler.similarity)
    inside = np.full(len(one), np.nan, np.float32)
    if any(brands[0]) or any(brands[1]):
        squeezed = ([text.replace(" ", "") for text in side] for side in titles)
        inside[:] = [
            np.nan if not a and not b else (bool(a) and a in u) or (bool(b) and b in t)
            for a, b, t, u in zip(*brands, *squeezed, strict=True)
        ]
    found["brand_inside"] = inside
    found["model"] = _liken((_texts(left.models, one), _texts(right.models, other)), JaroWinkler.similarity)
    longest = _texts(left.longest, one), _texts(right.longest, other)
    found["longest"] = _liken(longest, fuzz.ratio) / 100
    found["longest_partial"] = _liken(longest, fuzz.partial_ratio) / 100


def _liken(texts: tuple[list[str], list[str]], scorer: Callable[..., float]) -> Floats:
    """Return how alike two texts are where both are told, nan elsewhere."""
    from rapidfuzz.process import cpdist  # noqa: PLC0415

    told = np.flatnonzero([bool(a) and bool(b) for a, b in zip(*texts, strict=True)])
    alike = np.full(len(texts[0]), np.nan, np.float32)
    if told.size:
        alike[told] = cpdist(*([side[row] for row in told.tolist()] for side in texts), scorer=scorer, dtype=np.float32)
    return alike


def _compare_codes(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> None:
    """Part numbers on both sides, also where one side writes them with gaps; and those that only one side has."""
    mine, theirs = left.codes[one], right.codes[other]
    there, here = mine.multiply(right.joined[other]), theirs.multiply(left.joined[one])
    found["code_shared"] = np.maximum(_max(there), _max(here))
    stems = left.code_stems[one], right.code_stems[other]
    there_too = stems[0].multiply(right.joined_stems[other]), stems[1].multiply(left.joined_stems[one])
    found["stem_shared"] = np.maximum(_max(there_too[0]), _max(there_too[1]))
    count_mine, count_theirs = _count(mine), _count(theirs)
    found["code_both"] = ((count_mine > 0) & (count_theirs > 0)).astype(np.float32)
    found["code_left_only"] = count_mine - _count(there)
    found["code_right_only"] = count_theirs - _count(here)
    conflict = (found["code_both"] > 0) & (found["code_shared"] <= 0)
    found["code_conflict"] = conflict.astype(np.float32)
    # Of one make and yet another number: RX-100 and RX-200. A number that goes on after the other's end is a variant.
    sibling = conflict & (found["longest"] >= 0.5) & (found["longest_partial"] < 0.999)
    found["code_sibling"] = sibling.astype(np.float32)


def _compare_numbers(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> None:
    mine, theirs = left.numbers[one], right.numbers[other]
    shared = _sum(mine.multiply(theirs))
    found["number_shared"] = shared
    found["number_left_only"] = _sum(mine) - shared
    found["number_right_only"] = _sum(theirs) - shared
    both = (_sum(mine) > 0) & (_sum(theirs) > 0)
    found["number_conflict"] = (both & (shared == 0)).astype(np.float32)


def _compare_prices(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> None:
    mine, theirs = left.prices[one], right.prices[other]
    same = np.array(_texts(left.currencies, one), object) == np.array(_texts(right.currencies, other), object)
    ratio = np.where(same, np.log(np.maximum(mine, 1e-6) / np.maximum(theirs, 1e-6)), np.nan)
    found["price_ratio"] = np.clip(ratio, -3, 3)
    found["price_gap"] = np.abs(found["price_ratio"])


def _compare_amounts(found: dict[str, Numbers], left: Side, right: Side, one: Ints, other: Ints) -> dict[str, Mask]:
    mine, theirs = Amounted(left.packs[one], left.measures[one]), Amounted(right.packs[other], right.measures[other])
    told = (mine.packs > 0) & (theirs.packs > 0)
    pack = told & (mine.packs != theirs.packs)
    single = np.minimum(mine.packs, theirs.packs) <= 1
    found["pack_conflict"] = pack.astype(np.float32)
    found["pack_one_side"] = (single & (np.maximum(mine.packs, theirs.packs) > 1) & ~told).astype(np.float32)
    kinds = contradict(mine.measures, theirs.measures)
    for kind, name in enumerate(KINDS):
        found[f"{name}_conflict"] = kinds[:, kind].astype(np.float32)
    found["amount_conflicts"] = kinds.sum(1).astype(np.float32)
    return {"pack": pack, "amounts": kinds}


def _dot(one: Matrix, other: Matrix) -> Floats:
    return _sum(one.multiply(other))


def _sum(matrix: Matrix) -> Floats:
    return np.asarray(matrix.sum(1), np.float32).ravel()


def _max(matrix: Matrix) -> Floats:
    return np.asarray(matrix.max(1).todense(), np.float32).ravel()


def _count(matrix: Matrix) -> Floats:
    matrix.eliminate_zeros()
    counts: Floats = np.diff(matrix.indptr).astype(np.float32)
    return counts


def _texts(column: pa.Array, rows: Ints) -> list[str]:
    texts: list[str] = column.take(pa.array(rows)).to_pylist()
    return texts
