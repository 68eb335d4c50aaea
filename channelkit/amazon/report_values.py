"""What stands in a report's columns, as numbers: money exactly, and nothing guessed."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.money import minor_units

_PLAIN = r"^\d{1,12}(\.\d{1,2})?$"
_SPACES = " \u00a0\u202f'’"
# One mark with three digits behind it may be either, so neither of these takes it.
_WITH_MARK = r"^\d{1,12}[.,](\d{1,2}|\d{4,6})$"
_COMMA_DECIMAL = rf"^\d{{1,3}}([.{_SPACES}]\d{{3}})+,\d{{1,2}}$"
_POINT_DECIMAL = rf"^\d{{1,3}}([,{_SPACES}]\d{{3}})+\.\d{{1,2}}$"
_WHOLE = r"^\d{1,9}$"


class Numbers(NamedTuple):
    """A column of whole numbers, and where something stands that is none."""

    numbers: pa.Array
    wrong: pa.Array


def read_prices(texts: pa.Array, digits: int) -> Numbers:
    """Return prices in minor units; a price with more decimals than the currency has is none.

    A decimal comma is understood where it can be nothing else; ``1.234`` and ``1,234`` can be two prices and are taken
    for neither.

    Arguments:
        texts: as they stand in the report, null where nothing does.
        digits: decimals of the currency.

    >>> read_prices(pa.array(["19.99", "19,99", "1.234,50", "25", None]), 2).numbers.to_pylist()
    [1999, 1999, 123450, 2500, None]
    >>> read_prices(pa.array(["1,234", "19.995", "free", "1980"]), 2).wrong.to_pylist()
    [True, True, True, False]
    >>> read_prices(pa.array(["1980", "1980.00", "1980.5"]), 0).numbers.to_pylist()
    [1980, 1980, None]
    """
    plain = _matches(texts, _PLAIN)
    if not pc.all(pc.or_(plain, pc.is_null(texts))).as_py():
        texts = pc.utf8_trim_whitespace(texts)
        texts = pc.if_else(_matches(texts, _WITH_MARK), pc.replace_substring(texts, ",", "."), texts)
        by_comma = _matches(texts, _COMMA_DECIMAL)
        bare = pc.replace_substring_regex(texts, f"[.{_SPACES}]", "")
        texts = pc.if_else(by_comma, pc.replace_substring(bare, ",", "."), texts)
        by_point = _matches(texts, _POINT_DECIMAL)
        texts = pc.if_else(by_point, pc.replace_substring_regex(texts, f"[,{_SPACES}]", ""), texts)
        plain = pc.or_(_matches(texts, _PLAIN), _matches(texts, r"^\d{1,12}\.\d{4,6}$"))
    decimals = rf"\.\d{{1,{digits}}}0*" if digits else r"\.0*"
    fine = pc.and_(plain, _matches(texts, rf"^\d+({decimals})?$"))
    return Numbers(minor_units(pc.if_else(fine, texts, None), digits), pc.and_(pc.is_valid(texts), pc.invert(fine)))


def read_units(texts: pa.Array) -> Numbers:
    """Return quantities as whole numbers.

    >>> numbers, wrong = read_units(pa.array(["7", None, "-1", "3.5"]))
    >>> numbers.to_pylist(), wrong.to_pylist()
    ([7, None, None, None], [False, False, True, True])
    """
    fine = _matches(texts, _WHOLE)
    return Numbers(pc.if_else(fine, texts, None).cast(pa.int64()), pc.and_(pc.is_valid(texts), pc.invert(fine)))


def _matches(texts: pa.Array, pattern: str) -> pa.Array:
    return pc.fill_null(pc.match_substring_regex(texts, pattern), False)
