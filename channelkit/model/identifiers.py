"""Identifiers by the column: UPC, EAN, ISBN and GTIN as one comparable number, ASINs and GCIDs as Amazon writes them.

The rules are GS1's and the International ISBN Agency's. The key is a GTIN-14 as a whole number: leading zeros carry
no meaning, so a UPC that a spreadsheet has shortened is whole again.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.check_digits import check_digit_fits, expand_upc_e, read_short_isbns, unit_of
from channelkit.model.columns import Mask, Numbers, mask, one
from channelkit.model.placeholders import are_placeholders, are_words
from channelkit.model.spellings import clean, extract, hold_several, unify

Source = Literal["upc", "ean", "gtin", "isbn", "asin", "upc_e"]
"""What a code is declared to be: ten digits are an ISBN only where an ISBN or an ASIN is expected, and eight digits a
UPC-E only where that is said, or where a UPC begins with a zero; no check digit can tell them apart from others."""

PROBLEMS = {
    "missing": "There is no code.",
    "placeholder": "It stands for no code: a word, one digit again and again, or digits in order.",
    "unrecoverable": "A spreadsheet has rounded it (8.87E+11); enter the code again, as text.",
    "not_a_book": "Only the ASIN of a book is a GTIN as well.",
    "several": "It holds several codes; keep the one of the unit that is sold.",
    "not_a_number": "It holds something else than digits.",
    "bad_length": "A GTIN has 8, 12, 13 or 14 digits, an ISBN 10 or 13, a UPC-E 6 or 8.",
    "bad_check": "Its last digit does not fit the others; one of them is mistyped.",
    "case": "It is the code of a case or a pack, not of the unit that is sold.",
    "variable": "It is the code of goods sold by weight or length, not of a unit.",
    "not_an_isbn": "An ISBN of 13 digits begins with 978 or 979.",
    "restricted": "Its prefix is for use inside one company, or for coupons; others use the same number.",
}
"""Status of a code that gives no key, and what it means for a person."""

NOTES = {
    "isbn10": "It is an ISBN of ten digits, and is compared by its thirteen.",
    "upc_e": "It is a shortened UPC, and is compared by its twelve digits.",
    "ismn": "It is the number of printed music.",
    "extracted": "It was taken out of a longer text, and its check digit fits.",
    "repaired_zero": "Zeros in front had been lost; they are put back.",
    "ok": "",
}
"""Status of a code that gives a key, and what is to be known about it."""

STATUSES = (*PROBLEMS, *NOTES)

KINDS = ("ean8", "upc", "isbn", "ismn", "ean")
"""What a key is: a GTIN of 8 or 12 digits, a book's, printed music's, another one of 13."""


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
    keys, status = _judge(one(codes), source)
    return pa.array(keys, pa.int64(), mask=status < len(PROBLEMS))


def read_codes(codes: pa.Array | pa.ChunkedArray, source: Source = "gtin") -> pa.Table:
    """Return each code's key and what was found about it (MA-10).

    Arguments:
        codes: text, as it was found.
        source: what the codes are declared to be.

    Returns:
        ``gtin14`` (int64, null where there is none), ``kind`` (of `KINDS`, null as well), ``status`` (of `STATUSES`),
        ``reason`` (what the status means, for a person), ``unit`` (the GTIN-14 of what is in a case, null for all that
        is none) and ``raw`` (the code as it was found).

    >>> found = read_codes(pa.array(["8.87E+11", "036000291453", "10036000291459", "GTIN_4006381333931"]))
    >>> found.select(["gtin14", "kind", "status", "unit"]).to_pylist()[2]
    {'gtin14': None, 'kind': None, 'status': 'case', 'unit': 36000291452}
    >>> found["status"].to_pylist()
    ['unrecoverable', 'bad_check', 'case', 'extracted']
    """
    raw = one(codes).cast(pa.string())
    keys, status = _judge(raw, source)
    is_bad = status < len(PROBLEMS)
    group = keys // 10**10
    is_music = keys // 10**9 == 9790
    kinds = np.select([keys < 10**8, keys < 10**12, is_music, np.isin(group, (978, 979))], [0, 1, 3, 2], 4)
    units, is_unit = np.zeros_like(keys), status == STATUSES.index("case")
    units[is_unit] = unit_of(keys[is_unit])
    is_unit[is_unit] = ~_are_restricted(units[is_unit]) & ~are_placeholders(units[is_unit])
    reasons = pa.array([*PROBLEMS.values(), *NOTES.values()])
    return pa.table(
        {
            "gtin14": pa.array(keys, pa.int64(), mask=is_bad),
            "kind": pa.DictionaryArray.from_arrays(pa.array(kinds, pa.int8(), mask=is_bad), pa.array(KINDS)),
            "status": pa.DictionaryArray.from_arrays(pa.array(status, pa.int8()), pa.array(STATUSES)),
            "reason": pa.DictionaryArray.from_arrays(pa.array(status, pa.int8()), reasons),
            "unit": pa.array(units, pa.int64(), mask=~is_unit),
            "raw": raw,
        }
    )


def asin(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return each code as an ASIN, or null where it is none: ten letters or digits, in capitals.

    >>> asin(pa.array([" b000sdztm8 ", "0306406152", "B000", "0000000000", None])).to_pylist()
    ['B000SDZTM8', '0306406152', None, None, None]
    """
    # Amazon's own begin with B, those of books are their ISBN-10; ten equal digits are neither.
    return _of_length(codes, 10)


def gcid(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return each code as a GCID, or null where it is none: sixteen letters or digits, in capitals (MA-01).

    Amazon gives them to brands that have no barcodes; they carry no check digit.

    >>> gcid(pa.array(["bfb1de9a 3c4d5e6f", "036000291452", "0000000000000000"])).to_pylist()
    ['BFB1DE9A3C4D5E6F', None, None]
    """
    return _of_length(codes, 16)


def _of_length(codes: pa.Array | pa.ChunkedArray, length: int) -> pa.Array:
    texts = clean(codes)
    fits = pc.and_(pc.equal(pc.binary_length(texts), length), pc.ascii_is_alnum(texts))
    fits = pc.and_not(fits, pc.is_in(texts, value_set=pa.array([str(digit) * length for digit in range(10)])))
    return pc.if_else(pc.fill_null(fits, False), texts, pa.scalar(None, pa.string()))


def _judge(codes: pa.Array, source: Source) -> tuple[Numbers, Numbers]:
    """Return each code's number, and its status as a place in `STATUSES`; only good ones have a number that counts."""
    texts = clean(codes)
    is_digits = mask(pc.ascii_is_decimal(texts))
    is_rounded = _match_others(texts, is_digits, r"^\d+([.,]\d+)?E\+?\d+$")
    texts, is_music = _spell_music(texts, is_digits, source)
    texts, is_inside, are_several = _take_out(codes, texts, is_digits | is_music | is_rounded | (source == "asin"))
    is_digits = is_digits | is_inside | is_music
    length = pc.fill_null(pc.binary_length(texts), 0).to_numpy().astype(np.int64)
    numbers = _whole(texts, is_digits & (length <= 14))
    is_short = np.isin(length, (9, 10)) & (source in ("isbn", "asin"))
    books, is_book = read_short_isbns(texts, is_short)
    keys, is_upc_e = _read_upc_e(texts, numbers, length, source)
    keys = np.where(is_book, books, keys)
    fits = check_digit_fits(keys) & (keys >= 0)
    lengths = (6, 8) if source == "upc_e" else range(8, 15)

    found: dict[str, Mask] = {
        "missing": mask(pc.fill_null(pc.equal(texts, ""), True)),
        "placeholder": _are_words(texts, is_digits) | (is_digits & (length <= 14) & are_placeholders(numbers)),
        "unrecoverable": is_rounded,
        "isbn10": is_book & (length == 10),
        "repaired_zero": is_book,
        "bad_check": _match_others(texts, ~is_short, r"^\d{8,9}[\dX]$"),
        "not_a_book": np.full(len(texts), source == "asin"),
        "several": are_several,
        "not_a_number": ~is_digits | (is_inside & ~fits),
        "bad_length": ~np.isin(length, list(lengths)),
    }
    later: dict[str, Mask] = {
        "bad_check": ~fits,
        "variable": keys >= 9 * 10**13,
        "case": keys >= 10**13,
        "not_an_isbn": (source == "isbn") & ~np.isin(keys // 10**10, (978, 979)),
        "restricted": _are_restricted(keys),
        "extracted": is_inside,
        "upc_e": is_upc_e,
        "ismn": is_music | ((source == "isbn") & (keys // 10**9 == 9790)),
        "repaired_zero": np.isin(length, (9, 10, 11)),
    }
    # The first finding that holds counts.
    names = [*found, *later]
    ranks = [STATUSES.index(name) for name in names]
    return keys, np.select([*found.values(), *later.values()], ranks, STATUSES.index("ok"))


def _take_out(codes: pa.Array, texts: pa.Array, but: Mask) -> tuple[pa.Array, Mask, Mask]:
    """Put the codes that stand inside longer texts in their place; say which those are, and which hold several."""
    is_inside, are_several = np.zeros(len(texts), np.bool_), np.zeros(len(texts), np.bool_)
    place = np.flatnonzero(~but & mask(pc.greater(pc.binary_length(texts), 12)))
    if not place.size:
        return texts, is_inside, are_several
    # Blanks and hyphens part one number from the next, or the digits of one: the text as it stands comes first.
    written = unify(codes.take(pa.array(place)))
    inside = pc.coalesce(extract(written), extract(texts.take(pa.array(place))))
    are_several[place] = mask(hold_several(written))
    inside = pc.if_else(pa.array(are_several[place]), pa.scalar(None, pa.string()), inside)
    is_inside[place] = mask(pc.is_valid(inside))
    return pc.replace_with_mask(texts, pa.array(is_inside), inside.drop_null()), is_inside, are_several


def _spell_music(texts: pa.Array, is_digits: Mask, source: Source) -> tuple[pa.Array, Mask]:
    """Write the older ISMN (M-2306-7118-7) with the digits that have taken the place of its M."""
    is_music = _match_others(texts, is_digits | (source in ("upc", "upc_e", "asin")), r"^M\d{9}$")
    if is_music.any():
        newer = pc.binary_join_element_wise("9790", pc.utf8_slice_codeunits(texts.filter(pa.array(is_music)), 1), "")
        texts = pc.replace_with_mask(texts, pa.array(is_music), newer)
    return texts, is_music


def _read_upc_e(texts: pa.Array, numbers: Numbers, length: Numbers, source: Source) -> tuple[Numbers, Mask]:
    """Return the numbers with each UPC-E in full, and which those are."""
    if source == "upc_e":
        return expand_upc_e(numbers, length), np.ones(len(numbers), np.bool_)
    is_upc_e = np.zeros(len(numbers), np.bool_)
    if source != "upc":
        return numbers, is_upc_e
    # Of eight digits with a zero in front no EAN-8 is anybody's, and a UPC that lost zeros has none in front.
    place = np.flatnonzero((length == 8) & (numbers < 10**7) & mask(pc.starts_with(texts, "0")))
    full = expand_upc_e(numbers[place], length[place])
    place, full = place[check_digit_fits(full)], full[check_digit_fits(full)]
    is_upc_e[place] = True
    expanded = numbers.copy()
    expanded[place] = full
    return expanded, is_upc_e


def _are_restricted(keys: Numbers) -> Mask:
    """Say which have a prefix that many may use: GS1 02x, 04x, 05x, 20-29, 98x, 99x; of eight digits 0x and 2x."""
    two = keys // 10**11
    first_of_eight = keys // 10**7
    of_thirteen = np.isin(two, (2, 4, 5, 98, 99)) | (two // 10 == 2)
    restricted: Mask = of_thirteen | ((keys < 10**8) & np.isin(first_of_eight, (0, 2)))
    return restricted


def _are_words(texts: pa.Array, is_digits: Mask) -> Mask:
    found = np.zeros(len(texts), np.bool_)
    place = np.flatnonzero(~is_digits)
    found[place] = are_words(texts.take(pa.array(place)))
    return found


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
