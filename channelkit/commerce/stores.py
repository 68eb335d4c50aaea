"""Websites, store views, and what each store view is set to."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import LIST_STORE_CONFIGS, LIST_STORE_VIEWS, LIST_WEBSITES


@dataclass(frozen=True)
class Website:
    """One website: the scope of stock and of base currencies."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class StoreView:
    """One store view: the scope of names, prices and languages."""

    id: int
    code: str
    website_id: int


@dataclass(frozen=True)
class StoreConfig:
    """What one store view is set to; ``base_currency_code`` is the currency of the prices that it shows."""

    code: str
    website_id: int
    base_currency_code: str
    timezone: str


def read_websites(commerce: Commerce) -> list[Website]:
    """Return all websites but Commerce's own for its administrators."""
    rows = commerce.call(LIST_WEBSITES)
    return [Website(int(row["id"]), str(row["code"]), str(row["name"])) for row in rows if int(row["id"])]


def read_store_views(commerce: Commerce) -> list[StoreView]:
    """Return all store views but the one for administrators."""
    rows = commerce.call(LIST_STORE_VIEWS)
    return [StoreView(int(row["id"]), str(row["code"]), int(row["website_id"])) for row in rows if int(row["id"])]


def read_store_configs(commerce: Commerce) -> list[StoreConfig]:
    """Return what each store view is set to."""
    return [
        StoreConfig(str(row["code"]), int(row["website_id"]), str(row["base_currency_code"]), str(row["timezone"]))
        for row in commerce.call(LIST_STORE_CONFIGS)
    ]
