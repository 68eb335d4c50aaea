"""Small pictures of things that do not exist: the same name always looks the same."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from hashlib import blake2b

SIZE = 160
"""Width and height of a picture, in pixels."""

_CELLS, _MARGIN = 5, 10
_KEPT = 2_000
_PAPER = (246, 246, 244)


@lru_cache(maxsize=_KEPT)
def draw(name: str) -> bytes:
    """Return a PNG for a name: a mirrored pattern in a colour of its own.

    >>> draw("B000000001")[1:4], draw("B000000001") == draw("B000000002")
    (b'PNG', False)
    """
    digest = blake2b(name.encode(), digest_size=8).digest()
    colour = tuple(60 + part % 150 for part in digest[:3])
    bits = int.from_bytes(digest[3:], "big")
    half = (_CELLS + 1) // 2
    filled = [
        [bits >> (row * half + min(cell, _CELLS - 1 - cell)) & 1 for cell in range(_CELLS)] for row in range(_CELLS)
    ]
    side = (SIZE - 2 * _MARGIN) // _CELLS
    edge = b"\0" * _MARGIN
    lines = [b"\0" * SIZE] * _MARGIN
    for cells in filled:
        line = edge + b"".join(bytes([cell]) * side for cell in cells) + edge
        lines += [line] * side
    lines += [b"\0" * SIZE] * _MARGIN
    # Each line begins with the number of its filter; these have none.
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 9)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes([*_PAPER, *colour]))
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
