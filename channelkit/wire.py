"""What goes over the wire: addresses quoted, bodies written and read with exact decimals, numbers in headers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import requests

from channelkit.errors import RefusedError

_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


def quote_segment(text: str) -> str:
    """Return text as one segment of a path.

    Raises:
        RefusedError: for ``.``, ``..`` and nothing, which every HTTP library or server folds away: the call would
            reach another address, for instance the search instead of one listing.

    >>> quote_segment("A/B 50%")
    'A%2FB%2050%25'
    """
    if text in ("", ".", ".."):
        raise RefusedError(
            f"The SKU {text!r} cannot be addressed on its own: it would name another page of the server.",
            "Give the listing another seller SKU.",
            code="UnaddressableSku",
        )
    return quote(text, safe="")


def write_query(fields: Sequence[tuple[str, str]]) -> str:
    """Return a query with its question mark, or nothing where there are no fields.

    requests would write a space as "+", which OAuth signatures and some servers read differently.

    >>> write_query([("sku", "A B+C")])
    '?sku=A%20B%2BC'
    """
    return "?" + urlencode(fields, quote_via=quote, safe="") if fields else ""


def write_body(body: object) -> bytes:
    """Return a JSON body; decimals are written as exact numbers.

    >>> write_body({"amount": Decimal("19.90")})
    b'{"amount":19.90}'
    """
    return _encode(body)


def read_body(response: requests.Response) -> tuple[int, Any]:
    """Return status and JSON; anything else under a good status becomes a bad gateway, never an empty result."""
    if response.status_code == 204 or (response.status_code == 202 and not response.content):
        return response.status_code, None
    try:
        return response.status_code, _decode(response.content)
    except msgspec.DecodeError:
        status = response.status_code if response.status_code >= 300 else 502
        return status, response.text[:200]


def read_number(text: str) -> float | None:
    """Return a header's number, or None where it is absent, not a number, or not above zero."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def read_skew(date: str, asked: float, answered: float) -> float | None:
    """Return the seconds by which another clock is surely ahead of ours; 0 where it may be right, None unread.

    Arguments:
        date: a header such as ``Tue, 24 Nov 2026 12:00:00 GMT``; it tells whole seconds.
        asked, answered: Unix seconds of our clock; the header was written somewhere between them.

    >>> read_skew("Thu, 01 Jan 1970 00:10:00 GMT", 0.0, 2.0), read_skew("Thu, 01 Jan 1970 00:00:01 GMT", 0.0, 2.0)
    (598.0, 0.0)
    >>> read_skew("yesterday", 0.0, 2.0) is None
    True
    """
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return None
    if theirs > answered:
        return theirs - answered
    return min(0.0, theirs + 1 - asked)
