"""Identifiers by the column: UPC, EAN, ISBN and GTIN as one comparable number, and ASINs as Amazon writes them.

The rules are GS1's and the International ISBN Agency's. The key is a GTIN-14 as a whole number: leading zeros carry
no meaning, so a UPC that a spreadsheet has shortened is whole again.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, Numbers, mask, one

Source = Literal["upc", "ean", "gtin", "isbn", "asin", "upc_e"]
"""What a code is declared to be: ten digits are an ISBN only where an ISBN or an ASIN is expected, and eight digits a
UPC-E only where that is said, because no check digit can tell them apart from others."""

PROBLEMS = {
    "missing": "There is no code.",
    "placeholder": "It stands for no code: a word, one digit again and again, or digits in order.",
    "unrecoverable": "A spreadsheet has rounded it (8.87E+11); enter the code again, as text.",
    "not_a_book": "Only the ASIN of a book is a GTIN as well.",
    "not_a_number": "It holds something else than digits.",
    "bad_length": "A GTIN has 8, 12, 13 or 14 digits, an ISBN 10 or 13, a UPC-E 6 or 8.",
    "bad_check": "Its last digit does not fit the others; one of them is mistyped.",
    "case": "It is the code of a case or a pack, not of the unit that is sold.",
    "not_an_isbn": "An ISBN of 13 digits begins with 978 or 979.",
    "restricted": "Its prefix is for use inside one company, or for coupons; others use the same number.",
}
"""Status of a code that gives no key, and what it means for a person."""

_GOOD = ("isbn10", "ismn", "repaired_zero", "ok")
STATUSES = (*PROBLEMS, *_GOOD)

_WORDS = r"^(does ?not ?apply|not ?applicable|n/?a|none|null|nan|unknown|tbd|no ?(upc|ean|gtin|isbn|barcode))?$"
_COUNTS = range(7, 15)
_IN_ORDER = [int("12345678901234"[:count]) for count in _COUNTS]
_REPEATED = [int(str(digit) * count) for digit in range(1, 10) for count in _COUNTS]
_PLACEHOLDERS = pa.array([0, *_IN_ORDER, *_REPEATED], pa.int64())


def gtin14(codes: pa.Array | pa.ChunkedArray, source: Source = "gtin") -> pa.Array:
    """Return each code's GTIN-14 as a whole number, or null where it has none that two sellers could share.

    Arguments:
        codes: text, as it was found.
        source: what the codes are declared to be.

    >>> gtin14(pa.array(["036000291452", "36000291452.0", "'0036000291452", "Does not apply"])).to_pylist()
    [36000291452, 36000291452, 36000291452, None]
    >>> gtin14(pa.array(["0-306-40615-2"]), "isbn").to_pylist()
    [9780306406157]
    """
    return one(read_codes(codes, source)["gtin14"])


def read_codes(codes: pa.Array | pa.ChunkedArray, source: Source = "gtin") -> pa.Table:
    """Return each code's key and what was found about it (MA-10).

    Arguments:
        codes: text, as it was found.
        source: what the codes are declared to be.

    Returns:
        ``gtin14`` (int64, null where there is none) and ``status`` (dictionary-encoded, one of `STATUSES`).

    >>> read_codes(pa.array(["8.87E+11", "036000291453", "2012345678903"])).to_pydict()
    {'gtin14': [None, None, None], 'status': ['unrecoverable', 'bad_check', 'restricted']}
    """
    texts = _clean(codes)
    length = pc.fill_null(pc.binary_length(texts), 0).to_numpy().astype(np.int64)
    is_digits = mask(pc.ascii_is_decimal(texts))
    numbers = _whole(texts, is_digits & (length <= 14))
    of_books = source in ("isbn", "asin")
    is_short = of_books & np.isin(length, (9, 10))
    books, is_book = _read_short_isbns(texts, is_short)
    keys = np.where(is_book, books, _expand_upc_e(numbers, length) if source == "upc_e" else numbers)
    lengths = (6, 8) if source == "upc_e" else range(8, 15)
    group = keys // 10**10

    found: dict[str, Mask] = {
        "missing": mask(pc.fill_null(pc.equal(texts, ""), True)),
        "placeholder": _are_words(texts, is_digits) | (is_digits & (length <= 14) & _are_placeholders(numbers)),
        "unrecoverable": _match_others(texts, is_digits, r"^\d+([.,]\d+)?[eE]\+?\d+$"),
        "isbn10": is_book & (length == 10),
        "repaired_zero": is_book,
        "bad_check": _match_others(texts, ~is_short, r"^\d{8,9}[\dX]$"),
        "not_a_book": np.full(len(texts), source == "asin"),
        "not_a_number": ~is_digits,
        "bad_length": ~np.isin(length, list(lengths)),
    }
    later: dict[str, Mask] = {
        "bad_check": ~check_digit_fits(keys) | (keys < 0),
        "case": keys >= 10**13,
        "not_an_isbn": (source == "isbn") & ~np.isin(group, (978, 979)),
        "restricted": _are_restricted(keys, group),
        "ismn": (source == "isbn") & (keys // 10**9 == 9790),
        "repaired_zero": np.isin(length, (9, 10, 11)),
    }
    # The first finding that holds counts.
    names = [*found, *later]
    ranks = [STATUSES.index(name) for name in names]
    status = np.select([*found.values(), *later.values()], ranks, STATUSES.index("ok"))
    return pa.table(
        {
            "gtin14": pa.array(keys, pa.int64(), mask=status < len(PROBLEMS)),
            "status": pa.DictionaryArray.from_arrays(pa.array(status, pa.int8()), pa.array(STATUSES)),
        }
    )


def asin(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return each code as an ASIN, or null where it is none: ten letters or digits, in capitals.

    >>> asin(pa.array([" b000sdztm8 ", "0306406152", "B000", "0000000000", None])).to_pylist()
    ['B000SDZTM8', '0306406152', None, None, None]
    """
    texts = _clean(codes)
    is_asin = pc.and_(pc.equal(pc.binary_length(texts), 10), pc.ascii_is_alnum(texts))
    # Amazon's own begin with B, those of books are their ISBN-10; ten equal digits are neither.
    is_asin = pc.and_not(is_asin, pc.is_in(texts, value_set=pa.array([str(digit) * 10 for digit in range(10)])))
    return pc.if_else(pc.fill_null(is_asin, False), texts, pa.scalar(None, pa.string()))


def check_digit_fits(numbers: Numbers) -> Mask:
    """Return whether each number's last digit is GS1's check digit of the others; weights count from the right.

    >>> check_digit_fits(np.array([36000291452, 36000291453])).tolist()
    [True, False]
    """
    fits: Mask = _weigh(numbers) % 10 == 0
    return fits


def _weigh(numbers: Numbers) -> Numbers:
    total, rest, weight = np.zeros(len(numbers), np.int64), numbers, 1
    for _ in range(14):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
        weight = 4 - weight
    return total


def _clean(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Take away what spreadsheets and people add: apostrophes, spaces, hyphens, ``.0``, full-width digits."""
    texts = one(codes).cast(pa.string())
    if not pc.all(pc.string_is_ascii(texts), skip_nulls=True).as_py():
        texts = pc.utf8_normalize(texts, form="NFKC")
    odd = pc.invert(pc.fill_null(pc.ascii_is_alnum(texts), True))
    if pc.any(odd).as_py():
        tidied = pc.replace_substring_regex(texts.filter(odd), r"^\s*['’`]|[\s\-‐‑–—]+|[.,]0+\s*$", "")
        texts = pc.replace_with_mask(texts, odd, tidied)
    return pc.ascii_upper(texts)


def _read_short_isbns(texts: pa.Array, is_short: Mask) -> tuple[Numbers, Mask]:
    """Return the ISBN-13 of codes of nine or ten characters, and which of them are ISBN-10 (nine: a zero was lost)."""
    keys, is_book = np.zeros(len(texts), np.int64), np.zeros(len(texts), np.bool_)
    place = np.flatnonzero(is_short)
    padded = pc.utf8_lpad(texts.take(pa.array(place)), 10, "0")
    is_written = mask(pc.match_substring_regex(padded, r"^\d{9}[\dX]$"))
    place, padded = place[is_written], padded.filter(pa.array(is_written))
    body = pc.utf8_slice_codeunits(padded, 0, 9).cast(pa.int64()).to_numpy()
    last = pc.index_in(pc.utf8_slice_codeunits(padded, 9), value_set=pa.array(list("0123456789X")))
    total, rest = last.to_numpy(zero_copy_only=False).astype(np.int64), body
    for weight in range(2, 11):
        rest, digit = np.divmod(rest, 10)
        total = total + digit * weight
    stem = (978 * 10**9 + body) * 10
    is_book[place] = (total % 11 == 0) & ~_are_placeholders(body)
    keys[place] = stem + -_weigh(stem) % 10
    return keys, is_book


def _expand_upc_e(numbers: Numbers, length: Numbers) -> Numbers:
    """Return the UPC-A of each UPC-E, or -1 where it is none; six digits lack number system and check digit."""
    system = np.where(length == 8, numbers // 10**7, 0)
    six = np.where(length == 8, numbers // 10 % 10**6, numbers)
    digits = [six // 10 ** (5 - place) % 10 for place in range(6)]
    last = digits[5]
    first_two, first_three = six // 10**4, six // 10**3
    body = np.select(
        [last <= 2, last == 3, last == 4],
        [
            first_two * 10**8 + last * 10**7 + six // 10 % 10**3,
            first_three * 10**7 + six // 10 % 100,
            six // 100 * 10**6 + digits[4],
        ],
        six // 10 * 10**5 + last,
    )
    stem = (system * 10**10 + body) * 10
    check = np.where(length == 8, numbers % 10, -_weigh(stem) % 10)
    return np.where(system <= 1, stem + check, -1)


def _are_placeholders(numbers: Numbers) -> Mask:
    """Say which numbers are zero, one digit again and again, or digits in order, with or without a check digit."""
    whole = pc.is_in(pa.array(numbers), value_set=_PLACEHOLDERS)
    return mask(pc.or_(whole, pc.is_in(pa.array(numbers // 10), value_set=_PLACEHOLDERS)))


def _are_restricted(keys: Numbers, group: Numbers) -> Mask:
    """Say which have a prefix that many may use: GS1 02x, 04x, 05x, 20-29, 98x, 99x; of eight digits 0x and 2x."""
    two = group // 10
    first_of_eight = keys // 10**7
    of_thirteen = np.isin(two, (2, 4, 5, 98, 99)) | (two // 10 == 2)
    restricted: Mask = of_thirteen | ((keys < 10**8) & np.isin(first_of_eight, (0, 2)))
    return restricted


def _are_words(texts: pa.Array, is_digits: Mask) -> Mask:
    return _match_others(texts, is_digits, "(?i)" + _WORDS)


def _match_others(texts: pa.Array, but: Mask, pattern: str) -> Mask:
    """Match the texts but for these, which are most of them, because patterns are slow."""
    found = np.zeros(len(texts), np.bool_)
    place = np.flatnonzero(~but)
    found[place] = mask(pc.match_substring_regex(texts.take(pa.array(place)), pattern))
    return found


def _whole(texts: pa.Array, are_whole: Mask) -> Numbers:
    numbers = pc.if_else(pa.array(are_whole), texts, pa.scalar("0"))
    whole: Numbers = numbers.cast(pa.int64()).to_numpy()
    return whole
