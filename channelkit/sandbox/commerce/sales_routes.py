"""The addresses of what is sold: operation, method, path, ACL resource, answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channelkit.sandbox.commerce import customer_answers, directory_answers, fulfilment_answers, order_answers
from channelkit.sandbox.commerce.call import Call

_VIEW = "Magento_Sales::actions_view"
_SALES = "Magento_Sales::sales"
_SHIPMENT = "Magento_Sales::shipment"
_MEMO = "Magento_Sales::sales_creditmemo"
_CUSTOMER = "Magento_Customer::customer"
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
    ("PostV1OrdersIdCancel", "POST", "orders/{id}/cancel", "Magento_Sales::cancel", fulfilment_answers.cancel_order),
    ("PostV1OrderOrderIdInvoice", "POST", "order/{orderId}/invoice", _SALES, fulfilment_answers.make_invoice),
    ("PostV1OrderOrderIdShip", "POST", "order/{orderId}/ship", "Magento_Sales::ship", fulfilment_answers.make_shipment),
    ("PostV1OrderOrderIdRefund", "POST", "order/{orderId}/refund", _MEMO, fulfilment_answers.make_credit_memo),
    ("GetV1Invoices", "GET", "invoices", _SALES, fulfilment_answers.list_invoices),
    ("GetV1InvoicesId", "GET", "invoices/{id}", _SALES, fulfilment_answers.show_invoice),
    ("GetV1Shipments", "GET", "shipments", _SHIPMENT, fulfilment_answers.list_shipments),
    ("GetV1ShipmentId", "GET", "shipment/{id}", _SHIPMENT, fulfilment_answers.show_shipment),
    ("PostV1ShipmentTrack", "POST", "shipment/track", _SHIPMENT, fulfilment_answers.make_track),
    ("GetV1Creditmemos", "GET", "creditmemos", _MEMO, fulfilment_answers.list_credit_memos),
    ("GetV1CreditmemoId", "GET", "creditmemo/{id}", _MEMO, fulfilment_answers.show_credit_memo),
    ("GetV1CustomersSearch", "GET", "customers/search", _CUSTOMER, customer_answers.search_customers),
    ("GetV1CustomersCustomerId", "GET", "customers/{customerId}", _CUSTOMER, customer_answers.show_customer),
    ("PostV1Customers", "POST", "customers", _CUSTOMER, customer_answers.create_customer),
    ("GetV1DirectoryCountries", "GET", "directory/countries", _ANYBODY, directory_answers.list_countries),
    ("GetV1DirectoryCurrency", "GET", "directory/currency", _ANYBODY, directory_answers.show_currencies),
    (
        "GetV1DirectoryCountriesCountryId",
        "GET",
        "directory/countries/{countryId}",
        _ANYBODY,
        directory_answers.show_country,
    ),
)
