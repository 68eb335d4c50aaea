"""Do an order's lines come to what Amazon says the buyer pays, to the minor unit, the tax in them or beside?"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import Amounts, Order


class Totals(NamedTuple):
    """What an order's lines come to, in minor units.

    Arguments:
        net: the lines without their tax, as Amazon's prices have it.
        tax: all tax.
        total: what Amazon says the buyer pays; None where it does not say.
        tax_included: the prices have the tax in them. Where there is no tax, or nothing adds up: False.
    """

    net: int
    tax: int
    total: int | None
    tax_included: bool

    @property
    def add_up(self) -> bool:
        """Whether the lines come to the total, one way or the other."""
        return self.total is not None and self.total in (self.net, self.net + self.tax)


def add_up(order: Order) -> Totals:
    """Return what an order's lines come to: nothing is guessed, and no difference is spread.

    >>> from channelkit.model.orders import Line
    >>> line = Line("1", "A", "B0", "", 2, amounts=Amounts(item=2000, shipping=500, tax=160))
    >>> add_up(Order("1", "ATVPDKIKX0DER", "UNSHIPPED", 0, 0, currency="USD", total=2660, lines=(line,)))
    Totals(net=2500, tax=160, total=2660, tax_included=False)
    """
    net = sum(price(line.amounts) for line in order.lines)
    tax = sum(line.amounts.tax for line in order.lines)
    return Totals(net, tax, order.total, tax_included=bool(tax) and order.total == net)


def price(amounts: Amounts) -> int:
    """Return what a line costs by Amazon's prices, in minor units; whether its tax is in it, the order's total says."""
    return amounts.item + amounts.shipping + amounts.gift_wrap + amounts.cod + amounts.other - amounts.discount


def explain_difference(totals: Totals, currency: str) -> str:
    """Say in a sentence by how much an order's lines miss its total.

    >>> explain_difference(Totals(2500, 160, 2700, False), "USD")
    'The lines come to 25.00 USD, with 1.60 of tax to 26.60; Amazon says 27.00: 0.40 more.'
    >>> explain_difference(Totals(1980, 0, 1900, False), "JPY")
    'The lines come to 1980 JPY; Amazon says 1900: 80 less.'
    """
    lines = f"The lines come to {write_amount(totals.net, currency)} {currency}"
    if totals.tax:
        with_tax = write_amount(totals.net + totals.tax, currency)
        lines += f", with {write_amount(totals.tax, currency)} of tax to {with_tax}"
    if totals.total is None:
        return f"{lines}; Amazon does not say what the buyer pays."
    missing = totals.total - totals.net - totals.tax
    apart = f"{write_amount(abs(missing), currency)} {'more' if missing > 0 else 'less'}"
    return f"{lines}; Amazon says {write_amount(totals.total, currency)}: {apart}."


def write_amount(minor: int, currency: str) -> str:
    """Return minor units as decimal text.

    >>> write_amount(5, "USD"), write_amount(-1250, "EUR"), write_amount(1980, "JPY")
    ('0.05', '-12.50', '1980')
    """
    return str(Decimal(minor).scaleb(-currency_digits(currency)))
