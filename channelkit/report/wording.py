"""Numbers, money, times and other people's sentences, as a person reads them.

Nothing here depends on the machine's language or time zone: a page reads the same wherever it was made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import PurePosixPath, PureWindowsPath
from zoneinfo import ZoneInfo

from channelkit.model.marketplaces import currency_digits

LONGEST = 400
"""Characters of a sentence that others wrote; more than that is not read."""

_URL = r"(?:https?|postgresql|sqlite)\S*://"
_PATH = re.compile(rf"{_URL}\S+|(?<![\w/.…])(?:/[^\s/'\",:;()<>]+){{2,}}/?|(?<!\w)[A-Za-z]:\\[^\s'\",;()<>]+")
_SECRETS = (
    # Not from the middle of a word: long unbroken text would be looked through again from each of its letters.
    re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"Atz[a-z]\|\S+|amzn1\.(?:oa2-cs|application-oa2-client)\.\S+"),
    re.compile(r"(?i)(?<=bearer )\S+|(?<=password=)\S+|(?<=token=)\S+|(?<=secret=)\S+"),
)


def count(number: int | None) -> str:
    """Return a whole number with thousands separators, or a dash where it is not known.

    >>> count(1234567), count(None)
    ('1,234,567', '–')
    """
    return "–" if number is None else f"{number:,}"


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "listing"), counted(2000, "reply", "replies")
    ('1 listing', '2,000 replies')
    """
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"


def money(minor: int | None, currency: str) -> str:
    """Return an amount with its currency's code, from whole minor units.

    >>> money(123456, "USD"), money(1980, "JPY"), money(-5, "EUR")
    ('1,234.56 USD', '1,980 JPY', '-0.05 EUR')
    """
    if minor is None:
        return "–"
    digits = currency_digits(currency)
    return f"{Decimal(minor).scaleb(-digits):,.{digits}f} {currency}".strip()


def value(number: int | None, field: str, currency: str) -> str:
    """Return a change's before or after: money for a price, units for anything else.

    >>> value(1999, "price", "EUR"), value(1999, "quantity", "EUR")
    ('19.99 EUR', '1,999')
    """
    return money(number, currency) if field == "price" else count(number)


def condition_words(condition: str | None) -> str:
    """Return one of Amazon's words for a condition as a person reads it.

    >>> condition_words("new_new"), condition_words("collectible_like_new"), condition_words(None)
    ('New', 'Collectible; Like New', '–')
    """
    if not condition:
        return "–"
    kind, _, grade = condition.partition("_")
    if grade in (kind, ""):
        return kind.title()
    return f"{kind.title()}; {grade.replace('_', ' ').title()}"


def moment(ms: int | None, zone: str = "UTC") -> str:
    """Return a time to the minute, with the zone's own short name.

    Arguments:
        ms: milliseconds since 1970.
        zone: IANA name of the time zone.

    >>> moment(1_790_000_000_000), moment(1_790_000_000_000, "Europe/Berlin")
    ('2026-09-21 14:13 UTC', '2026-09-21 16:13 CEST')
    """
    if ms is None:
        return "–"
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M %Z")


def clock_time(ms: int, zone: str) -> str:
    """Return a time as the clock on that zone's wall shows it, with the date only where it is not UTC's.

    >>> clock_time(1_790_000_000_000, "Europe/Berlin"), clock_time(1_790_000_000_000, "Pacific/Auckland")
    ('16:13 CEST', '2026-09-22 02:13 NZST')
    """
    there = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone))
    is_same_day = there.date() == datetime.fromtimestamp(ms / 1000, UTC).date()
    return there.strftime("%H:%M %Z" if is_same_day else "%Y-%m-%d %H:%M %Z")


def iso(ms: int | None) -> str | None:
    """Return a time as ISO 8601 in UTC, for programs.

    >>> iso(1_790_000_000_500)
    '2026-09-21T14:13:20.500Z'
    """
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def duration(seconds: float | None) -> str:
    """Return a length of time in the unit that fits it.

    >>> [duration(value) for value in (0.04, 1.25, 75, 5400, 200_000)]
    ['40 ms', '1.2 s', '1 min 15 s', '1 h 30 min', '2 d 7 h']
    """
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    for unit, smaller, size, part in (("min", "s", 60, 1), ("h", "min", 3600, 60), ("d", "h", 86_400, 3600)):
        if seconds < size * (60 if unit == "min" else 24) or unit == "d":
            whole, rest = divmod(int(seconds), size)
            return f"{whole:,} {unit} {rest // part} {smaller}" if rest // part else f"{whole:,} {unit}"
    raise AssertionError(seconds)


def listed(words: Sequence[str]) -> str:
    """Return words as English lists them.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def shareable(text: str) -> str:
    """Return a sentence that others wrote, fit to leave the house.

    Folders of this machine, mail addresses and what looks like a token are taken out: an error's words may quote
    anything, and the page is made to be mailed.

    >>> shareable("Cannot read /home/anna/shop/channelkit.toml: ask anna@example.com")
    'Cannot read …/channelkit.toml: ask …'
    >>> shareable("GET https://api.example.com/a/b?token=x failed")
    'GET https://api.example.com/… failed'
    """
    # Addresses first: a password in one would else look like the name of a mailbox.
    text = _PATH.sub(_without_folder, text)
    for secret in _SECRETS:
        text = secret.sub("…", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def shortened(text: str, longest: int = 48) -> str:
    """Return a text, or its first words where it is long.

    >>> shortened("Out of Stock"), shortened("This product needs approval before it can be sold.", 24)
    ('Out of Stock', 'This product needs…')
    """
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def file_name(path: str) -> str:
    """Return the last part of a path of any system.

    >>> file_name("/srv/runs/sync-0930.ipynb"), file_name(r"C:\\\\runs\\\\sync.ipynb")
    ('sync-0930.ipynb', 'sync.ipynb')
    """
    return PurePosixPath(PureWindowsPath(path).name).name


def _without_folder(match: re.Match[str]) -> str:
    found = match[0]
    scheme, mark, rest = found.partition("://")
    if mark:
        host = rest.partition("/")[0].rpartition("@")[2]
        return f"{scheme}://{host}/…" if "/" in rest else f"{scheme}://{host}"
    return f"…/{file_name(found)}"
