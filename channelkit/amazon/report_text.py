"""From a report's bytes to plain lines of UTF-8: the declared encoding first, then what the bytes allow."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)

_PYTHON = {
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    # Amazon says ISO-8859-1 and means cp1252: as Latin-1, „ “ and € would become control characters.
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "windows-31j": "cp932",
    "shift_jis": "cp932",
    "ms932": "cp932",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
}
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
LOST = "\ufffd"
"""Stands where a character could not be read."""


@dataclass(frozen=True)
class Text:
    """A report as UTF-8.

    Arguments:
        content: without a byte order mark.
        problems: what is doubtful about its characters, in sentences; with any, a SKU may not be what it seems.
    """

    content: bytes
    problems: tuple[str, ...] = ()


def to_utf8(content: bytes, content_type: str, country: str) -> Text:
    """Return a report as UTF-8 without a byte order mark.

    Arguments:
        content_type: of the download; Cp1252 in Europe, Windows-31J in Japan.
        country: decides what to try where nothing is declared and the bytes are no UTF-8.

    >>> to_utf8("Größe".encode("cp1252"), "text/plain; charset=Cp1252", "DE").content.decode()
    'Größe'
    >>> to_utf8("Größe".encode(), "text/plain; charset=Cp1252", "DE").problems
    ('The report is declared as Cp1252 but is written in utf-8.',)
    """
    found = _CHARSET.search(content_type)
    name = found[1] if found else ""
    declared = _PYTHON.get(name.lower(), name.lower())
    if content.startswith(_UTF16_MARKS):
        declared = "utf-16"
    content = content.removeprefix(_UTF8_MARK)
    if content.isascii() and (not declared or declared in ("cp1252", "cp932", "utf-8")):
        return Text(content)
    regional = "cp932" if country == "JP" else "cp1252"
    # What holds together as UTF-8 is UTF-8, whatever is declared: text in another encoding hardly ever does.
    attempts = [declared, "utf-8", regional] if declared == "utf-16" else ["utf-8", declared, regional]
    for encoding in filter(None, attempts):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        problem = f"The report is declared as {name} but is written in {encoding}."
        problems = (problem,) if declared and encoding != declared else ()
        return Text(content if encoding == "utf-8" else text.encode(), problems)
    text = content.decode(regional, "replace")
    return Text(text.encode(), (f"{text.count(LOST):,} characters of the report could not be read.",))


def plain_lines(text: bytes) -> bytes:
    """Return the text with one kind of line end, without empty lines, and without NUL characters.

    >>> plain_lines(b"a\\tb\\r\\n\\r\\n1\\t2 and\\r3")
    b'a\\tb\\n1\\t2 and 3'
    >>> plain_lines(b"a\\r1\\r2")
    b'a\\n1\\n2'
    """
    text = end_lines(text)
    if b"\x00" in text:
        # No field of Amazon's has them, and databases refuse them.
        text = text.replace(b"\x00", b"")
    while b"\n\n" in text:
        text = text.replace(b"\n\n", b"\n")
    return text[1:] if text.startswith(b"\n") else text


def end_lines(text: bytes) -> bytes:
    """Return the text with one kind of line end, each line at its place."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
        # A carriage return alone ends a line only where nothing else does; else it is part of a description.
        text = text.replace(b"\r", b" " if b"\n" in text else b"\n")
    return text
