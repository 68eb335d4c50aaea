"""From a report's bytes to UTF-8 without losing a letter: the declared encoding first, then what the bytes allow."""

from __future__ import annotations

import re

from channelkit.errors import DocumentError

_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)

_PYTHON = {
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    # Amazon says ISO-8859-1 and means cp1252: as Latin-1, „ “ and € would become control characters.
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "windows-31j": "cp932",
    "shift_jis": "cp932",
    "ms932": "cp932",
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
}
_BOM = b"\xef\xbb\xbf"


def to_utf8(content: bytes, content_type: str, country: str) -> bytes:
    """Return a report as UTF-8 without a byte order mark.

    Arguments:
        content_type: of the download; Cp1252 in Europe, Windows-31J in Japan.
        country: decides what to try where nothing is declared and the bytes are no UTF-8.

    Raises:
        DocumentError: no encoding reads it without losing characters.

    >>> to_utf8("Größe".encode("cp1252"), "text/plain; charset=Cp1252", "DE").decode()
    'Größe'
    """
    content = content.removeprefix(_BOM)
    if content.isascii():
        return content
    found = _CHARSET.search(content_type)
    declared = _PYTHON.get(found[1].lower(), found[1]) if found else ""
    attempts = [declared] if declared else []
    attempts += ["utf-8", "cp932" if country == "JP" else "cp1252"]
    for encoding in dict.fromkeys(attempts):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return content if encoding == "utf-8" else text.encode()
    raise DocumentError(
        f"The report's characters cannot be read as {' or '.join(dict.fromkeys(attempts))}.",
        "Nothing of it was kept and the old facts stay. The next report is asked for in due time.",
    )
