"""Commerce's websites and store views: which number a website has, and in which currency a store view's prices are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scopes:
    """What the rest needs to know of websites and store views.

    Arguments:
        website_ids: website code to Commerce's number of it.
        currencies: store view code to the currency of its prices.

    >>> scopes = Scopes.of([{"id": 2, "code": "eu"}], [{"code": "de", "base_currency_code": "EUR"}])
    >>> scopes.website_ids, scopes.currencies
    ({'eu': 2}, {'de': 'EUR'})
    """

    website_ids: Mapping[str, int] = field(default_factory=dict)
    currencies: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, websites: Iterable[Mapping[str, Any]], store_configs: Iterable[Mapping[str, Any]]) -> Scopes:
        """Read them from Commerce's own answers (``/V1/store/websites`` and ``/V1/store/storeConfigs``)."""
        return cls(
            {str(website["code"]): int(website["id"]) for website in websites},
            {str(config["code"]): str(config["base_currency_code"]) for config in store_configs},
        )
