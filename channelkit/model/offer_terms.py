"""Business prices and sale prices as one text each, written in one way only, so that equal terms are equal texts."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Business(msgspec.Struct, frozen=True):
    """What businesses pay. Money is in minor units of the marketplace's currency.

    Arguments:
        price: of one unit.
        tiers: at least so many units, and what one of them costs then (or percent, written as ``5%``).
    """

    price: int
    tiers: tuple[tuple[int, str], ...] = ()


class Sale(msgspec.Struct, frozen=True):
    """A price for some days.

    Arguments:
        price: in minor units.
        first_day, last_day: both included, as ISO dates in the marketplace's time zone; empty where it is open.
    """

    price: int
    first_day: str = ""
    last_day: str = ""


NONE = ""
"""The text that stands for: there is none, and there should be none."""


def write_business(price: int, tiers: Sequence[tuple[int, str]] = ()) -> str:
    """Return the canonical text of business terms.

    >>> write_business(990, [(10, "8.50%"), (5, "5.0%")])
    '{"price":990,"tiers":[[5,"5%"],[10,"8.5%"]]}'
    """
    return msgspec.json.encode(Business(price, tuple(sorted((count, _plain(off)) for count, off in tiers)))).decode()


def read_business(text: str) -> Business:
    """Return business terms from their text."""
    return msgspec.json.decode(text, type=Business)


def write_sale(price: int, first_day: str = "", last_day: str = "") -> str:
    """Return the canonical text of a sale.

    >>> write_sale(990, "2026-12-01", "2026-12-24")
    '{"price":990,"first_day":"2026-12-01","last_day":"2026-12-24"}'
    """
    return msgspec.json.encode(Sale(price, first_day, last_day)).decode()


def read_sale(text: str) -> Sale:
    """Return a sale from its text."""
    return msgspec.json.decode(text, type=Sale)


def _plain(off: str) -> str:
    """Return a percentage without noughts at its end."""
    if not off.endswith("%") or "." not in off:
        return off
    return off[:-1].rstrip("0").rstrip(".") + "%"
