"""How codes are written down: what spreadsheets and people add to them, and codes inside longer texts."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import one

_ADDED = (
    # An apostrophe, or a formula that only quotes: ="036000291452"
    r"^[\s\p{Z}\p{Cf}]*(?:=?[\s\p{Z}]*[\"“”'’`]+)|[\"“”'’]+[\s\p{Z}]*$"
    # Blanks, marks that cannot be seen, and every kind of dash
    r"|[\s\p{Z}\p{Cf}\p{Pd}−]+"
    # The decimals of a number that never was one
    r"|[.,]0+[\s\p{Z}]*$"
)
_INSIDE = (
    # From the text's beginning, after its one word, or after a sign; not the decimals of another number.
    r"^(?:|[A-Za-z]+|.*[^0-9A-Za-z.,]|.*[^0-9][.,])"
    r"(?P<code>[0-9]{12,14})"
    r"(?:[^0-9A-Za-z][^0-9]*)?$"
)
_SEVERAL = r"(?:^|[^0-9])[0-9]{12,14}[^0-9]+(?:.*[^0-9])?[0-9]{12,14}(?:[^0-9]|$)"


def clean(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Take away what spreadsheets and people add, and write letters as capitals.

    >>> clean(pa.array(["'0360-0029 1452", "36000291452.0", '="036000291452"', "０３６０００２９１４５２"])).to_pylist()
    ['036000291452', '36000291452', '036000291452', '036000291452']
    """
    texts = unify(codes)
    odd = pc.invert(pc.fill_null(pc.ascii_is_alnum(texts), True))
    if pc.any(odd).as_py():
        texts = pc.replace_with_mask(texts, odd, pc.replace_substring_regex(texts.filter(odd), _ADDED, ""))
    return pc.ascii_upper(texts)


def unify(codes: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Write full-width letters and digits as plain ones (NFKC), and leave the rest as it is."""
    texts = one(codes).cast(pa.string())
    is_plain = pc.all(pc.string_is_ascii(texts), skip_nulls=True).as_py()
    return texts if is_plain in (True, None) else pc.utf8_normalize(texts, form="NFKC")


def extract(texts: pa.Array) -> pa.Array:
    """Return the code of 12 to 14 digits inside each longer text, or null where there is none, or more than one.

    >>> extract(pa.array(["GTIN_321146_00606449003208", "II57PBHJOB1581", "036000291452, 4006381333931"])).to_pylist()
    ['00606449003208', None, None]
    """
    found = pc.struct_field(pc.extract_regex(pc.fill_null(texts, ""), _INSIDE), "code")
    return pc.if_else(hold_several(texts), pa.scalar(None, pa.string()), found)


def hold_several(texts: pa.Array) -> pa.Array:
    """Say which texts hold more than one code of 12 to 14 digits."""
    return pc.fill_null(pc.match_substring_regex(texts, _SEVERAL), False)
