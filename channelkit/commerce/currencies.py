"""Commerce's base currency, and what it takes others for: the rates that its own totals are made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import READ_CURRENCIES
from channelkit.errors import RefusedError


@dataclass(frozen=True)
class Currencies:
    """The base currency, and how much of each other currency one unit of it is, exactly.

    Arguments:
        base: empty where Commerce does not tell, as Commerce as a Cloud Service does not.
    """

    base: str = ""
    rates: dict[str, Decimal] = field(default_factory=dict)


def read_currencies(commerce: Commerce) -> Currencies:
    """Return Commerce's base currency and its rates; empty where this Commerce does not tell them.

    ``GET /V1/directory/currency``; Commerce as a Cloud Service has no such address, and answers 404. A rate that is not
    above zero is none.
    """
    try:
        body = commerce.call(READ_CURRENCIES)
    except RefusedError as error:
        if error.status == 404:
            return Currencies()
        raise
    rates = {}
    for row in body.get("exchange_rates") or ():
        rate = Decimal(str(row["rate"]))
        if rate > 0:
            rates[str(row["currency_to"]).upper()] = rate
    return Currencies(str(body.get("base_currency_code") or "").upper(), rates)
