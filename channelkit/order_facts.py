"""What a decision about orders rests on: the orders, what Commerce has of them, and the goods they are of."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Connection

from channelkit.database import copies, order_journal, orders, returns, scopes, stands, stock_ledger
from channelkit.database.products import load_products
from channelkit.database.stock import load_stock
from channelkit.database.tabs import load_tabs
from channelkit.orders.book import Book, by_order
from channelkit.orders.goods import Goods
from channelkit.orders.terms import OrderTerms

_LINKED = ("listed", "sku", "product_sku", "seller_sku")
_PRODUCT = ("sku", "entity_id", "name", "type", "enabled", "websites", "missing_since")
_STOCK = ("sku", "salable", "managed")


def load_book(
    connection: Connection, terms: OrderTerms, store_view: str, websites: Sequence[str], order_ids: Sequence[str]
) -> Book:
    """Return all that is known of these orders.

    Arguments:
        store_view: code of the store view whose products are sold.
        websites: codes of the websites that sell the same units; what is held for their orders is held here, too.
    """
    store = terms.store
    held = stock_ledger.held_by_product(connection, *websites)
    found = orders.load_orders(connection, store, order_ids=order_ids)
    seller_skus = sorted({line.seller_sku for order in found for line in order.lines})
    return Book(
        orders={order.order_id: order for order in found},
        copies=by_order(copies.load_copies(connection, store, order_ids)),
        shipments=by_order(copies.load_shipments(connection, store, order_ids)),
        credit_memos=by_order(copies.load_credit_memos(connection, store, order_ids)),
        returns=by_order(returns.load_returns(connection, store, order_ids=order_ids)),
        changes=by_order(order_journal.load(connection, store, order_ids=order_ids)),
        goods=load_goods(connection, terms, store_view, seller_skus),
        stands={stand.order_id: stand for stand in stands.load_stands(connection, store, order_ids=order_ids)},
        held=dict(zip(held["product_sku"].to_pylist(), held["held"].to_pylist(), strict=True)),
        viewed=stock_ledger.find_viewed(connection, store, order_ids),
    )


def find_products(connection: Connection, store: str, seller_skus: Sequence[str]) -> dict[str, str]:
    """Return the SKU of the product that each of these seller SKUs is linked to, where there is one."""
    rows = load_tabs(connection, store, _LINKED, seller_skus).to_pylist()
    found: dict[str, str] = {}
    for row in rows:
        seller_sku = row["sku"] if row["listed"] else row["seller_sku"]
        if seller_sku and row["product_sku"] and (row["listed"] or seller_sku not in found):
            found[seller_sku] = row["product_sku"]
    return found


def load_goods(
    connection: Connection, terms: OrderTerms, store_view: str, seller_skus: Sequence[str]
) -> dict[str, Goods]:
    """Return what each of these seller SKUs is of, as Commerce was last read."""
    linked = find_products(connection, terms.store, seller_skus)
    skus = sorted(set(linked.values()))
    products = {row["sku"]: row for row in load_products(connection, _PRODUCT, gone=True, skus=skus).to_pylist()}
    views = {row["sku"]: row for row in scopes.load_scopes(connection, store_view, skus=skus).to_pylist()}
    stock = {row["sku"]: row for row in load_stock(connection, terms.website, _STOCK, skus).to_pylist()}
    goods = {}
    for seller_sku in seller_skus:
        sku = linked.get(seller_sku, "")
        product = products.get(sku)
        if product is None:
            goods[seller_sku] = Goods(seller_sku, sku)
            continue
        view, held = views.get(sku, {}), stock.get(sku, {})
        enabled = view.get("enabled")
        goods[seller_sku] = Goods(
            seller_sku,
            sku,
            product_id=product["entity_id"] or 0,
            type=product["type"] or "simple",
            name=view.get("name") or product["name"] or "",
            exists=product["missing_since"] is None,
            enabled=bool(product["enabled"] if enabled is None else enabled),
            on_website=f",{terms.website_id}," in (product["websites"] or ""),
            managed=held.get("managed") is not False,
            salable=held.get("salable"),
        )
    return goods
