"""The addresses of what is sold: operation, method, path, ACL resource, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channelkit.sandbox.commerce import directory_answers, order_answers
from channelkit.sandbox.commerce.call import Call

_VIEW = "Magento_Sales::actions_view"
_ANYBODY = "anonymous"

SALES_ROWS: tuple[tuple[str, str, str, str, Callable[[Call], Any]], ...] = (
    ("GetV1Orders", "GET", "orders", _VIEW, order_answers.list_orders),
    ("PostV1Orders", "POST", "orders", "Magento_Sales::api_actions", order_answers.save_order),
    ("PutV1OrdersCreate", "PUT", "orders/create", "Magento_Sales::create", order_answers.save_order),
    ("GetV1OrdersId", "GET", "orders/{id}", _VIEW, order_answers.show_order),
    ("PutV1OrdersParent_id", "PUT", "orders/{parent_id}", "Magento_Sales::create", order_answers.save_address),
    ("GetV1OrdersIdStatuses", "GET", "orders/{id}/statuses", _VIEW, order_answers.show_status),
    ("PostV1OrdersIdComments", "POST", "orders/{id}/comments", "Magento_Sales::comment", order_answers.comment),
    ("GetV1OrdersIdComments", "GET", "orders/{id}/comments", _VIEW, order_answers.list_comments),
    ("PostV1OrdersIdHold", "POST", "orders/{id}/hold", "Magento_Sales::hold", order_answers.hold),
    ("PostV1OrdersIdUnhold", "POST", "orders/{id}/unhold", "Magento_Sales::unhold", order_answers.unhold),
    ("GetV1DirectoryCountries", "GET", "directory/countries", _ANYBODY, directory_answers.list_countries),
    (
        "GetV1DirectoryCountriesCountryId",
        "GET",
        "directory/countries/{countryId}",
        _ANYBODY,
        directory_answers.show_country,
    ),
)
