"""Amounts of several currencies in one: Commerce's base currency, by Commerce's own rates, with the day they are of.

A currency without a rate is left out of a total, and the total says which stores it lacks: a guessed rate would be a
wrong number that looks right.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.engine import Connection

from channelkit.database.reference import load_reference
from channelkit.model.marketplaces import currency_digits

KIND = "currencies"
"""Under what the references hold Commerce's rates."""


@dataclass(frozen=True)
class Rates:
    """What Commerce takes each currency for.

    Arguments:
        base: the currency that everything is converted into; empty where Commerce never told.
        rates: how much of each currency one unit of the base is.
        at: when they were read, in milliseconds since 1970; Commerce does not tell when they were set.
    """

    base: str = ""
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    at: int | None = None

    def convert(self, amount: int, currency: str) -> int | None:
        """Return an amount in minor units of the base currency, rounded half up; None where there is no rate.

        >>> Rates("USD", {"EUR": Decimal("0.8"), "JPY": Decimal(150)}).convert(1000, "EUR")
        1250
        >>> Rates("USD", {"JPY": Decimal(150)}).convert(300, "JPY")
        200
        >>> Rates("USD").convert(1000, "EUR") is None
        True
        """
        if currency == self.base and currency:
            return amount
        rate = self.rates.get(currency)
        if not self.base or rate is None or rate <= 0:
            return None
        whole = Decimal(amount).scaleb(-currency_digits(currency)) / rate
        return int(whole.scaleb(currency_digits(self.base)).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True)
class Total:
    """Several stores' amounts in one currency.

    Arguments:
        amount: in minor units; None where no store could be added.
        at: of when the rates are, in milliseconds since 1970; None where none was needed.
        left_out: stores whose currency has no rate, with that currency.
    """

    amount: int | None
    currency: str
    at: int | None = None
    left_out: tuple[tuple[str, str], ...] = ()


def read_rates(connection: Connection) -> Rates:
    """Return Commerce's rates as they were last read; without a base where they never were."""
    known = load_reference(connection, "commerce", KIND)
    body = json.loads(known.body) if known else None
    if known is None or not body or not body["base"]:
        return Rates()
    return Rates(body["base"], {name: Decimal(rate) for name, rate in body["rates"].items()}, known.observed_at)


def choose_currency(currencies: Mapping[str, str], rates: Rates) -> str:
    """Return the currency to add up in: that of all stores, where they have but one, else Commerce's base currency.

    Arguments:
        currencies: each store's.

    >>> choose_currency({"us": "USD", "ca": "CAD"}, Rates("USD")), choose_currency({"de": "EUR"}, Rates("USD"))
    ('USD', 'EUR')
    """
    several = {currency for currency in currencies.values() if currency}
    return next(iter(several)) if len(several) == 1 else rates.base


def add_up(amounts: Mapping[str, tuple[int, str]], rates: Rates) -> Total:
    """Return the stores' amounts as one; where all are of one currency, no rate is needed.

    Arguments:
        amounts: each store's, in minor units, and its currency.

    >>> add_up({"us": (1000, "USD"), "de": (800, "EUR")}, Rates("USD", {"EUR": Decimal("0.8")}, at=5))
    Total(amount=2000, currency='USD', at=5, left_out=())
    >>> add_up({"us": (1000, "USD"), "jp": (800, "JPY")}, Rates("USD", at=5)).left_out
    (('jp', 'JPY'),)
    """
    currency = choose_currency({store: each for store, (_, each) in amounts.items()}, rates)
    total, left_out, at, is_any = 0, [], None, False
    for store, (amount, each) in amounts.items():
        same = amount if each == currency else rates.convert(amount, each)
        if same is None or not currency:
            left_out.append((store, each))
            continue
        total, is_any = total + same, True
        if each != currency:
            at = rates.at
    return Total(total if is_any else None, currency, at, tuple(left_out))
