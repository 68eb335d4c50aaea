"""The all-listings report as a file: a line for each listing, as each marketplace writes it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from channelkit.model.marketplaces import Marketplace
from channelkit.sandbox.amazon.listings import MERCHANT, Listing, Shelf
from channelkit.sandbox.amazon.report_words import charset, headers

_LINES_AT_ONCE = 5_000
_ZONE_WORDS = {"Europe/Berlin": ("MET", "MEST"), "Europe/London": ("GMT", "BST")}


def write_report(shelf: Shelf, *, language: str, status_column: bool = True) -> bytes:
    """Return the gzipped report on a shelf, as it stands.

    Arguments:
        language: two letters; the headers come in it where Amazon has them.
        status_column: some accounts lack it.
    """
    place = shelf.marketplace
    words = headers(place, language)
    _, encoding = charset(place)
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    head = "\t".join(words if status_column else words[:-1]) + "\r\n"
    parts = [squeeze.compress(head.encode(encoding, "replace"))]
    parts += [
        squeeze.compress("".join(lines).encode(encoding, "replace"))
        for lines in _chunks(shelf, status_column=status_column)
    ]
    return b"".join([*parts, squeeze.flush()])


def _chunks(shelf: Shelf, *, status_column: bool) -> Iterator[list[str]]:
    place = shelf.marketplace
    middle = "\t\t\t" if place.region == "eu" else ""
    local = _LocalTimes(place.time_zone)
    lines: list[str] = []
    for listing in shelf.listings.values():
        end = f"{middle}\t{listing.report_status}\r\n" if status_column else f"{middle}\r\n"
        lines.append(_line(listing, place, local) + end)
        if len(lines) >= _LINES_AT_ONCE:
            yield lines
            lines = []
    if lines:
        yield lines


def _line(listing: Listing, place: Marketplace, local: _LocalTimes) -> str:
    item = listing.item
    asin, title, text = (item.asin, item.title, item.description) if item else ("", "", "")
    price = "" if listing.price is None else _money(listing.price, place.digits)
    quantity = listing.quantity if listing.channel == MERCHANT else ""
    return (
        f"{_flat(listing.title or title)}\t{_flat(text)}\t{listing_id(listing, place)}\t{listing.sku}\t{price}\t"
        f"{quantity}\t{local.text(listing.created)}\t\ty\t{product_id_type(listing.product_id)}\t\t"
        f"{_flat(listing.note)}\t{listing.condition}\t\t\t\t{asin}\t\t\t\t\t\t{listing.product_id}\t\t\t"
        f"{listing.pending}\t{listing.channel}\t{listing.group}"
    )


def listing_id(listing: Listing, place: Marketplace) -> str:
    """Return Amazon's own id of a listing: month and day of its creation, then a number in base 36."""
    born = datetime.fromtimestamp(listing.created / 1000, UTC)
    return f"{born.month:02d}{born.day:02d}{place.country[0]}{listing.number:07d}"


def product_id_type(product_id: str) -> str:
    """Return the report's number for the kind of an identifier: 1 ASIN, 2 ISBN, 3 UPC, 4 EAN.

    >>> [product_id_type(code) for code in ("B000FQ9QVI", "9780306406157", "036000291452", "4006381333931")]
    ['1', '2', '3', '4']
    """
    if not product_id:
        return ""
    if not product_id[:-1].isdigit():
        return "1"
    if len(product_id) == 12:
        return "3"
    return "2" if len(product_id) == 10 or product_id.startswith(("978", "979")) else "4"


def _money(amount: int, digits: int) -> str:
    if digits == 0:
        return str(amount)
    return f"{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def _flat(text: str) -> str:
    if "\t" in text or "\n" in text or "\r" in text:
        return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
    return text


class _LocalTimes:
    """Times as the report writes them: local, with the zone's word; remembered by the hour."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._words = _ZONE_WORDS.get(zone)
        self._hours: dict[int, tuple[str, str]] = {}

    def text(self, at: int) -> str:
        """Return a time in milliseconds as the report's text."""
        hour, rest = divmod(at // 1000, 3600)
        known = self._hours.get(hour)
        if known is None:
            local = datetime.fromtimestamp(hour * 3600, UTC).astimezone(self._zone)
            word = self._words[bool(local.dst())] if self._words else str(local.tzname())
            # Zones half an hour off would need the minutes too; no marketplace's listings report is read there.
            known = self._hours[hour] = (
                f"{local:%Y-%m-%d %H:}" if self._words is None else f"{local:%d/%m/%Y %H:}",
                word,
            )
        return f"{known[0]}{rest // 60:02d}:{rest % 60:02d} {known[1]}"
