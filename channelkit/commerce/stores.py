"""Commerce's websites and store views, and what is set for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from channelkit.commerce.client import Commerce
from channelkit.commerce.operations import LIST_STORE_CONFIGS, LIST_STORE_VIEWS, LIST_WEBSITES
from channelkit.errors import DocumentError
from channelkit.model.calls import Operation

ADMIN = 0
"""The number of the website and the store view that stand for all others."""


@dataclass(frozen=True)
class Website:
    """A website: products and stocks belong to it."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class StoreView:
    """A store view: names, prices and states may differ in it."""

    id: int
    code: str
    name: str
    website_id: int


@dataclass(frozen=True)
class StoreConfig:
    """What is set for a store view.

    Arguments:
        base_currency_code: the currency of its website's prices.
        timezone: the shop's own; times over REST are UTC all the same.
    """

    id: int
    code: str
    website_id: int
    base_currency_code: str
    timezone: str
    locale: str
    weight_unit: str


def read_websites(commerce: Commerce) -> list[Website]:
    """Return the websites, without the one that stands for all (``GET /V1/store/websites``)."""
    return [
        Website(int(each["id"]), str(each["code"]), str(each.get("name") or each["code"]))
        for each in _rows(commerce, LIST_WEBSITES)
        if int(each["id"]) != ADMIN
    ]


def read_store_views(commerce: Commerce) -> list[StoreView]:
    """Return the store views, without the one that stands for all (``GET /V1/store/storeViews``)."""
    return [
        StoreView(int(each["id"]), str(each["code"]), str(each.get("name") or each["code"]), int(each["website_id"]))
        for each in _rows(commerce, LIST_STORE_VIEWS)
        if int(each["id"]) != ADMIN
    ]


def read_store_configs(commerce: Commerce) -> list[StoreConfig]:
    """Return what is set for each store view (``GET /V1/store/storeConfigs``)."""
    return [
        StoreConfig(
            int(each["id"]),
            str(each["code"]),
            int(each["website_id"]),
            str(each["base_currency_code"]),
            str(each.get("timezone") or "UTC"),
            str(each.get("locale") or ""),
            str(each.get("weight_unit") or ""),
        )
        for each in _rows(commerce, LIST_STORE_CONFIGS)
    ]


def _rows(commerce: Commerce, operation: Operation) -> Iterator[dict[str, Any]]:
    rows = commerce.call(operation).body
    if not isinstance(rows, list):
        raise DocumentError(
            f"Commerce's answer to {operation.name} is no list.", "The old facts stay; is commerce.url right?"
        )
    yield from rows
