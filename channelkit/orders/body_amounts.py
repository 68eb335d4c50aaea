"""An order's amounts as Commerce has them: rows without and with tax, discounts apart, exact to the minor unit.

Amazon's item, gift wrap and other charges of a line are its row; shipping and the fee for cash on delivery are the
order's shipping. What Amazon takes off as another charge counts as a discount. The parts without
tax, the tax and the discount come to the grand total (commerce-rest, "Importing a marketplace order").
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from channelkit.model.orders import Amounts

_FINE = Decimal("0.0001")
"""Commerce keeps four decimals of prices and percentages."""


class Sums(NamedTuple):
    """What a line, or all lines of an order, come to in minor units; ``row`` and ``shipping`` are without tax.

    Arguments:
        discount: above zero.
    """

    row: int = 0
    row_tax: int = 0
    shipping: int = 0
    shipping_tax: int = 0
    discount: int = 0

    @property
    def tax(self) -> int:
        return self.row_tax + self.shipping_tax

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return self.row + self.shipping + self.tax - self.discount


def split_line(amounts: Amounts, *, tax_included: bool) -> Sums:
    """Return a line's amounts in Commerce's parts.

    Arguments:
        tax_included: Amazon's prices have the tax in them.

    >>> split_line(Amounts(item=2160, shipping=540, tax=200, tax_shipping=40), tax_included=True)
    Sums(row=2000, row_tax=160, shipping=500, shipping_tax=40, discount=0)
    """
    row = amounts.item + amounts.gift_wrap + max(amounts.other, 0)
    shipping = amounts.shipping + amounts.cod
    row_tax, shipping_tax = amounts.tax - amounts.tax_shipping, amounts.tax_shipping
    if tax_included:
        row, shipping = row - row_tax, shipping - shipping_tax
    return Sums(row, row_tax, shipping, shipping_tax, amounts.discount + max(-amounts.other, 0))


def add_sums(lines: Iterable[Sums]) -> Sums:
    """Return what lines come to together."""
    return Sums(*map(sum, zip(*lines, strict=True))) if (lines := list(lines)) else Sums()


def write_money(minor: int, digits: int) -> Decimal:
    """Return minor units as an exact decimal.

    >>> write_money(2660, 2), write_money(1980, 0)
    (Decimal('26.60'), Decimal('1980'))
    """
    return Decimal(minor).scaleb(-digits)


def write_price(minor: int, units: int, digits: int) -> Decimal:
    """Return the price of one of some units, as finely as Commerce keeps it; the row's total is what counts.

    >>> write_price(1000, 3, 2)
    Decimal('3.3333')
    """
    return (write_money(minor, digits) / max(units, 1)).quantize(_FINE, ROUND_HALF_UP)


def write_rate(tax: int, row: int) -> Decimal:
    """Return tax in percent of what it is on; nothing where that is nothing.

    >>> write_rate(160, 2000), write_rate(5, 0)
    (Decimal('8.0000'), Decimal('0'))
    """
    return (Decimal(tax) * 100 / row).quantize(_FINE, ROUND_HALF_UP) if row > 0 else Decimal(0)
