"""Products' values as conditions compare them: text in lower case, numbers, moments, worked out once a batch."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.listings.rules.attributes import BOOLEAN_WORDS, RuleAttribute
from channelkit.model.columns import Mask, one

NUMERIC = r"[ \t\n\r\v\f]*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\r\v\f]*"
"""What PHP takes for a number that is written as text."""

PADDED = r"[ \t\n\r\v\f]*[+-]?0[0-9]"
"""How a text begins that is a code and no number."""

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")

Moments = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Values:
    """One attribute of one batch of products.

    Each distinct value is looked at once: a batch has few brands and many products. A product has the values whose
    rows it owns; ``spread`` gives to each product what holds of any of its values.

    Arguments:
        column: texts, or lists of texts; null for none.
    """

    def __init__(self, column: pa.Array | pa.ChunkedArray, attribute: RuleAttribute, time_zone: str) -> None:
        column = one(column)
        self.rows, self.attribute, self.zone = len(column), attribute, time_zone
        if pa.types.is_list(column.type):
            self._owners = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
            flat = column.flatten()
            self.is_null = pc.is_null(column).to_numpy(zero_copy_only=False)
        else:
            is_there = pc.is_valid(column).to_numpy(zero_copy_only=False)
            self._owners, flat, self.is_null = np.flatnonzero(is_there), column.drop_null(), ~is_there
        encoded = flat.dictionary_encode()
        self._places = encoded.indices.to_numpy(zero_copy_only=False)
        self.distinct: pa.Array = encoded.dictionary
        if attribute.kind == "boolean":
            self.distinct = _as_words(self.distinct)

    def spread(self, holds: pa.Array | Mask) -> Mask:
        """Return for each product whether it holds of any of its values; of none where there is none."""
        flags = holds if isinstance(holds, np.ndarray) else pc.fill_null(holds, False).to_numpy(zero_copy_only=False)
        found = np.zeros(self.rows, np.bool_)
        found[self._owners[flags[self._places]]] = True
        return found

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many values each product has."""
        return np.bincount(self._owners, minlength=self.rows)

    @cached_property
    def lower(self) -> pa.Array:
        return pc.utf8_lower(self.distinct)

    @cached_property
    def numbers(self) -> tuple[Floats, Mask]:
        """Distinct values as numbers, and which of them are numbers."""
        is_number = pc.match_substring_regex(self.distinct, f"^{NUMERIC}$").to_numpy(zero_copy_only=False)
        texts = pc.utf8_trim_whitespace(self.distinct.filter(pa.array(is_number)))
        found = np.full(len(self.distinct), np.nan)
        # Not Arrow's own cast: it refuses a plus sign, and what is too great for it.
        found[is_number] = np.array([float(text) for text in texts.to_pylist()], np.float64)
        return found, is_number

    @cached_property
    def is_padded(self) -> Mask:
        """Which distinct values begin with a zero before another digit: codes, not numbers."""
        found: Mask = pc.match_substring_regex(self.distinct, f"^{PADDED}").to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def moments(self) -> tuple[Moments, Mask]:
        """Distinct values as seconds since 1970, and which of them are dates."""
        read = [moment_of(text, self.zone) for text in self.distinct.to_pylist()]
        is_date = np.array([each is not None for each in read], np.bool_)
        return np.array([each or 0 for each in read], np.int64), is_date


def is_number(text: str) -> bool:
    """Tell whether PHP takes a text for a number.

    >>> is_number("1e3"), is_number(" 7"), is_number("7 kg"), is_number("")
    (True, True, False, False)
    """
    return re.fullmatch(NUMERIC, text) is not None


def is_padded(text: str) -> bool:
    """Tell whether a text begins with a zero that makes it a code: such texts compare as text.

    >>> is_padded("007"), is_padded("0.5"), is_padded("0")
    (True, False, False)
    """
    return re.match(PADDED, text) is not None


def moment_of(text: str, time_zone: str) -> int | None:
    """Return a date of Commerce's as seconds since 1970, or None where it is none; a date alone is its midnight.

    Arguments:
        time_zone: the store's, in which both sides of a comparison are read.

    >>> moment_of("2026-07-01", "Europe/Berlin"), moment_of("2026-07-01 02:00:00", "UTC"), moment_of("soon", "UTC")
    (1782856800, 1782871200, None)
    """
    text = text.strip()
    if _MOMENT.fullmatch(text) is None:
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone)).timestamp())
    except ValueError:
        return None


def _as_words(texts: pa.Array) -> pa.Array:
    labels = pa.array(BOOLEAN_WORDS.values(), pa.string())
    return pc.coalesce(labels.take(pc.index_in(texts, value_set=pa.array(BOOLEAN_WORDS, pa.string()))), texts)
