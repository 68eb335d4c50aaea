"""Texts that lost something on their way: characters replaced, read in the wrong encoding, or escaped too often."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.model.columns import Mask, mask, one

LONGEST_TITLE = 200
"""Characters that Amazon takes of a title in most categories."""

# What a byte from 80 to BF becomes when Windows-1252 or Latin-1 is taken for its encoding.
_TAIL = "[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_REPLACED = "\ufffd|[\u0080-\u009f]|\\p{L}\\?+\\p{L}"
# Letters of the North and of German stand before a closing quote or a hard space now and then.
_EASTERN = "Å[\u0080-\u009f\u00a1-\u00ba\u00bc-\u00bf‚„…†‡ˆ‰Š‹Œ‘“•–›œžŸ]|Ä[\u0080-\u009f™‡…†‡›‘’ƒŒŽž™Ÿ]"
_MISREAD = f"{_EASTERN}|[ÃÐÑ]{_TAIL}|Â[\u0080-\u00bf]|â€|ðŸ|ï»¿|ã[\u0080-\u0083‚ƒ€]{_TAIL}"
_LETTERS = "[A-Za-z](?:uml|acute|grave|circ|tilde|cedil|ring|slash|lig|caron)"
_ENTITY = (
    f"&(?:#[0-9]{{2,6}}|#[xX][0-9A-Fa-f]{{2,5}}|amp|lt|gt|quot|apos|nbsp|copy|reg|trade|szlig|euro|pound|yen|deg|times|"
    f"frac[0-9]{{2}}|ndash|mdash|hellip|[lr][sda]quo|{_LETTERS});"
)


def find_replaced(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts lost characters: a replacement character, a control character, or ``?`` between letters.

    >>> find_replaced(pa.array(["K\ufffdln", "K?ln", "Köln?", "Who? Me", None])).tolist()
    [True, True, False, False, False]
    """
    return _match(texts, _REPLACED)


def find_misread(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts were read in the wrong encoding: UTF-8 as Windows-1252 or Latin-1.

    >>> find_misread(pa.array(["CafÃ©", "GrÃ¶ÃŸe", "Itâ€™s", "Café", "MAÇÃ", "ÂGE", None])).tolist()
    [True, True, True, False, False, False, False]
    """
    return _match(texts, _MISREAD)


def find_escaped(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts show HTML's entities.

    >>> find_escaped(pa.array(["Salt &amp; pepper", "5&#39; long", "R&D; B&O", "Salt & pepper", None])).tolist()
    [True, True, False, False, False]
    """
    return _match(texts, _ENTITY)


def find_blank(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts are not there, or are nothing but blanks.

    >>> find_blank(pa.array(["", " \u00a0", None, "x"])).tolist()
    [True, True, True, False]
    """
    return mask(pc.equal(pc.utf8_trim_whitespace(pc.fill_null(one(texts), "")), ""))


def find_padded(texts: pa.Array | pa.ChunkedArray) -> Mask:
    """Say which texts begin or end with a blank, or with another character that nobody sees.

    >>> find_padded(pa.array([" A", "A\u00a0", "A\u200b", "A B", None])).tolist()
    [True, True, True, False, False]
    """
    return mask(pc.not_equal(strip(texts), one(texts)))


def strip(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return texts without blanks and unseen characters at their ends."""
    unseen = " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    return pc.utf8_trim(one(texts), characters=f"{unseen}\u3000\u200b\u200c\u200d\u2060\ufeff\u0085\u2028\u2029")


def _match(texts: pa.Array | pa.ChunkedArray, pattern: str) -> Mask:
    return mask(pc.match_substring_regex(one(texts), pattern))
