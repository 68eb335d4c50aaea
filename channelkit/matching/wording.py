"""What two catalogs say of their goods, as sparse columns: words, letters, part numbers and plain numbers.

Both sides are read with one vocabulary, so that a word has one place and one rarity. Everything is decided over whole
columns; a row is never looked at alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.matching.amounts import Amounts, read_amounts

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Matrix = Any
"""A `scipy.sparse.csr_matrix`; scipy is loaded only when listings are compared."""

_CODE = r"^(?:\d*[a-z]+[a-z0-9]*\d[a-z0-9]*|\d{5,})$"
"""Looks like a model or part number: a letter with a digit behind it, or five digits and more."""

_STEM = r"^((?:\d+)?[a-z]+\d+).*$"
"""What comes before a variant's letters: ``sd1100`` of ``sd1100isb``."""

_SHORTEST = 4
"""Letters and digits of the shortest model or part number."""

_NUMBER = r"^\d+(?:_\d+)?$"

_LETTERS = np.full(256, 0, np.int64)
_LETTERS[np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)] = np.arange(1, 27)
_LETTERS[np.frombuffer(b"0123456789", np.uint8)] = np.arange(27, 37)
_LETTERS[128:] = 37 + np.arange(128) % 27


@dataclass(frozen=True)
class Side:
    """One catalog's wording: rows are its goods, columns are shared with the other side.

    Arguments:
        words: title, brand and model as words, weighted by rarity, each row of length one.
        weights: the same without the scaling: a word's weight is its rarity.
        letters: three letters at a time, weighted by rarity, each row of length one.
        said: title and description as words, weighted by rarity, each row of length one.
        codes: what looks like a model or part number, weighted by rarity.
        joined: what could be one, had it been written together: neighbouring words joined.
        code_stems, joined_stems: the same without the letters behind, that often name a colour or a region.
        numbers: plain numbers of the title, as ones.
        titles: the title as it is compared: lower case, words with one space between.
        brands: the brand, written together.
        models: the model, written together.
        longest: the longest code of the row, empty where there is none.
        spellings: what the columns of ``codes`` and ``joined`` are, the same on both sides.
        packs: pieces in a pack, 0 where the title does not say.
        measures: rows by kinds of measure by amounts, nan where the title does not say.
        prices: price, nan where unknown.
        currencies: currency, empty where unknown.
    """

    words: Matrix
    weights: Matrix
    letters: Matrix
    said: Matrix
    codes: Matrix
    joined: Matrix
    code_stems: Matrix
    joined_stems: Matrix
    numbers: Matrix
    titles: pa.Array
    brands: pa.Array
    models: pa.Array
    longest: pa.Array
    spellings: pa.Array
    packs: Amounts
    measures: Amounts
    prices: npt.NDArray[np.float64]
    currencies: pa.Array

    def __len__(self) -> int:
        return len(self.titles)


def read_sides(left: pa.Table, right: pa.Table) -> tuple[Side, Side]:
    """Return the wording of both sides in one vocabulary.

    Arguments:
        left: ``title``, and as far as known ``brand``, ``model``, ``description``, ``price``, ``currency``.
        right: the same of the other side.

    >>> one, other = (pa.table({"title": [title]}) for title in ("Sony STR-DG520", "sony strdg520 receiver"))
    >>> one, other = read_sides(one, other)
    >>> int((one.codes.multiply(other.joined)).nnz)
    1
    """
    counts = (left.num_rows, right.num_rows)
    title, brand, model, description = (
        pa.concat_arrays([simplify(_text(side, name)) for side in (left, right)])
        for name in ("title", "brand", "model", "description")
    )
    whole = pc.utf8_trim_whitespace(pc.binary_join_element_wise(title, brand, model, " "))
    rows, tokens = split_words(whole)
    words, weights = _weigh(rows, tokens, len(whole))
    said_rows, said_tokens = split_words(pc.binary_join_element_wise(title, description, " "))
    said, _ = _weigh(said_rows, said_tokens, len(whole))
    codes, spellings = _codes(left, right, rows, tokens, len(whole))
    amounts = read_amounts(pa.concat_arrays([_text(left, "title"), _text(right, "title")]))
    parts = {
        "words": words,
        "weights": weights,
        "letters": spell(whole),
        "said": said,
        **codes,
        "numbers": _numbers(title),
        "titles": title,
        "brands": pc.replace_substring(brand, " ", ""),
        "models": pc.replace_substring(model, " ", ""),
        "packs": amounts.packs,
        "measures": amounts.measures,
        "prices": np.concatenate([_prices(left), _prices(right)]),
        "currencies": pa.concat_arrays([_text(left, "currency"), _text(right, "currency")]),
    }
    first = {name: part[: counts[0]] for name, part in parts.items()}
    second = {name: part[counts[0] :] for name, part in parts.items()}
    return Side(**first, spellings=spellings), Side(**second, spellings=spellings)


def simplify(text: pa.Array) -> pa.Array:
    """Return text as it is compared: lower case, no accents, ``v8.0`` and ``8`` alike, one space between words.

    >>> simplify(pa.array(["Adobe® Acrobat v8.0 (Écran 10.2in), 1,000 pcs"])).to_pylist()
    ['adobe acrobat 8 ecran 10_2in 1000 pcs']
    """
    text = pc.utf8_lower(pc.utf8_normalize(text, form="NFKD"))
    for pattern, becomes in (
        (r"\p{Mn}", ""),
        (r"(\d),(\d\d\d)", r"\1\2"),
        (r"(\d) ?\.0+($|[^0-9.])", r"\1\2"),
        (r"(^|[^a-z0-9])v(?:er|ersion)?[. ]*(\d)", r"\1\2"),
        (r"(\d)\.(\d)", r"\1_\2"),
        (r"(\p{L})['’`](s($|[^\p{L}]))", r"\1\2"),
        (r"[^\p{L}\p{N}_]+", " "),
    ):
        text = pc.replace_substring_regex(text, pattern, becomes)
    return pc.utf8_trim_whitespace(text)


def split_words(text: pa.Array) -> tuple[Ints, pa.Array]:
    """Return the words of all rows in one column, and the row of each."""
    lists = pc.split_pattern(text, " ")
    rows, tokens = pc.list_parent_indices(lists).to_numpy(), pc.list_flatten(lists)
    filled = pc.greater(pc.binary_length(tokens), 0)
    return rows[filled.to_numpy(zero_copy_only=False)], tokens.filter(filled)


def spell(text: pa.Array) -> Matrix:
    """Return three letters at a time of each row, weighted by rarity, each row of length one."""
    padded = pc.binary_join_element_wise("", text, "", " ")
    data = np.frombuffer(pa.concat_arrays([padded]).buffers()[2] or b"", np.uint8)
    offsets = np.frombuffer(padded.buffers()[1], np.int32)[padded.offset : padded.offset + len(padded) + 1]
    letters = _LETTERS[data[offsets[0] : offsets[-1]]] if len(padded) else np.empty(0, np.int64)
    grams = letters[:-2] * 4096 + letters[1:-1] * 64 + letters[2:]
    rows = np.repeat(np.arange(len(padded)), np.diff(offsets))[: grams.size]
    inside = np.arange(grams.size) + 3 <= (offsets[1:] - offsets[0])[rows] if grams.size else np.empty(0, np.bool_)
    return _scale(_rarity(_matrix(rows[inside], grams[inside], len(padded), 64**3)))


def _codes(
    left: pa.Table, right: pa.Table, rows: Ints, tokens: pa.Array, count: int
) -> tuple[dict[str, Matrix | pa.Array], pa.Array]:
    """Return codes, what could be written together to one, their stems, the longest code, and how codes are spelled."""
    texts = []
    for side in (left, right):
        text = pc.binary_join_element_wise(
            pc.utf8_lower(_text(side, "title")), pc.utf8_lower(_text(side, "model")), " "
        )
        for _ in range(2):
            text = pc.replace_substring_regex(text, r"([a-z0-9])(?:[-./]| / )([a-z0-9])", r"\1\2")
        texts.append(simplify(text))
    code_rows, code_tokens = split_words(pa.concat_arrays(texts))
    is_code = _matches(code_tokens, _CODE) & (pc.binary_length(code_tokens).to_numpy() >= _SHORTEST)
    code_rows, code_tokens = code_rows[is_code], code_tokens.filter(pa.array(is_code))
    digits = _matches(tokens, r"\d")
    joined_rows, joined = [code_rows, rows[digits]], [code_tokens, tokens.filter(pa.array(digits))]
    for length in (2, 3):
        if len(tokens) < length:
            break
        last = len(tokens) - length + 1
        near = rows[:last] == rows[length - 1 :]
        near &= np.any([digits[start : start + last] for start in range(length)], axis=0)
        starts = np.flatnonzero(near)
        pieces = [tokens.take(pa.array(starts + step)) for step in range(length)]
        joined_rows.append(rows[starts])
        joined.append(pc.binary_join_element_wise(*pieces, "") if starts.size else pa.array([], pa.string()))
    spelled = pa.concat_arrays([code_tokens, *joined]).dictionary_encode()
    stemmed = pc.replace_substring_regex(spelled.dictionary, _STEM, r"\1").dictionary_encode()
    places = spelled.indices.to_numpy().astype(np.int64)
    stems = stemmed.indices.to_numpy().astype(np.int64)[places]
    widths = [max(1, len(each.dictionary)) for each in (spelled, stemmed)]
    own, others = len(code_tokens), np.concatenate(joined_rows)
    found = {
        "codes": _rarity(_matrix(code_rows, places[:own], count, widths[0])),
        "joined": _matrix(others, places[own:], count, widths[0]),
        "code_stems": _rarity(_matrix(code_rows, stems[:own], count, widths[1])),
        "joined_stems": _matrix(others, stems[own:], count, widths[1]),
        "longest": _longest(code_rows, code_tokens, count),
    }
    return found, spelled.dictionary


def _longest(rows: Ints, codes: pa.Array, count: int) -> pa.Array:
    lengths = pc.binary_length(codes).to_numpy(zero_copy_only=False)
    order = np.lexsort((-lengths, rows))
    found, first = np.unique(rows[order], return_index=True)
    place = np.full(count, -1)
    place[found] = order[first]
    return codes.take(pa.array(place, mask=place < 0)).fill_null("")


def _numbers(title: pa.Array) -> Matrix:
    rows, tokens = split_words(title)
    numbers = _matches(tokens, _NUMBER)
    return _encode(rows[numbers], tokens.filter(pa.array(numbers)), len(title))


def _weigh(rows: Ints, tokens: pa.Array, count: int) -> tuple[Matrix, Matrix]:
    weights = _rarity(_encode(rows, tokens, count))
    return _scale(weights), weights


def _encode(rows: Ints, tokens: pa.Array, count: int) -> Matrix:
    encoded = tokens.dictionary_encode()
    return _matrix(rows, encoded.indices.to_numpy().astype(np.int64), count, max(1, len(encoded.dictionary)))


def _matrix(rows: Ints, places: Ints, count: int, width: int) -> Matrix:
    """Return ones where a row has something, each thing once."""
    from scipy.sparse import coo_matrix  # noqa: PLC0415

    ones = np.ones(rows.size, np.float32)
    # Going over from places to rows adds up what a row has several times, without sorting it all.
    matrix = coo_matrix((ones, (rows.astype(np.int32), places.astype(np.int32))), (count, width)).tocsr()
    matrix.data[:] = 1
    return matrix


def _rarity(matrix: Matrix) -> Matrix:
    """Weigh each column by how rare it is: the logarithm of all rows by rows that have it."""
    count, width = matrix.shape
    held = np.bincount(matrix.indices, minlength=width)
    rarity = np.log((1 + count) / (1 + held)).astype(np.float32) + 1
    weighed = matrix.copy()
    weighed.data = matrix.data * rarity[matrix.indices]
    return weighed


def _scale(matrix: Matrix) -> Matrix:
    """Scale each row to length one."""
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    lengths = np.sqrt(np.bincount(rows, matrix.data.astype(np.float64) ** 2, minlength=matrix.shape[0]))
    scaled = matrix.copy()
    scaled.data = matrix.data / lengths[rows].astype(np.float32)
    return scaled


def _matches(tokens: pa.Array, pattern: str) -> npt.NDArray[np.bool_]:
    """Tell which words match, asking once for each different word."""
    encoded = tokens.dictionary_encode()
    known = pc.match_substring_regex(encoded.dictionary, pattern).to_numpy(zero_copy_only=False)
    return known.astype(np.bool_)[encoded.indices.to_numpy()] if len(tokens) else np.empty(0, np.bool_)


def _text(table: pa.Table, name: str) -> pa.Array:
    if name not in table.column_names:
        return pa.array([""] * table.num_rows, pa.string())
    column: pa.Array = table[name].combine_chunks().cast(pa.string()).fill_null("")
    return column


def _prices(table: pa.Table) -> npt.NDArray[np.float64]:
    if "price" not in table.column_names:
        return np.full(table.num_rows, np.nan)
    prices = table["price"].cast(pa.float64()).to_numpy().astype(np.float64)
    return np.where(prices > 0, prices, np.nan)
