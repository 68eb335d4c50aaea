"""An order's lines as the items of its copy in Commerce."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from channelkit.errors import PlanError
from channelkit.model.marketplaces import currency_digits
from channelkit.model.orders import Line, Order
from channelkit.orders.body_amounts import Sums, add_sums, split_line, write_money, write_price, write_rate
from channelkit.orders.creation import rule_of
from channelkit.orders.goods import Goods
from channelkit.orders.terms import OrderTerms
from channelkit.orders.totals import add_up, explain_difference

Body = dict[str, Any]


def write_items(order: Order, goods: Mapping[str, Goods], terms: OrderTerms) -> tuple[Sums, list[Body]]:
    """Return what an order's lines come to, and each as an item of its copy.

    What Amazon cancelled before there was a copy is not in it.

    Arguments:
        goods: what the lines are of, by seller SKU.

    Raises:
        PlanError: the lines do not come to Amazon's total, or one is linked to no product.
    """
    totals = add_up(order)
    if not totals.add_up:
        raise PlanError(
            f"Order {order.order_id} cannot be made in Commerce. {explain_difference(totals, order.currency)}",
            "Nothing is guessed: a later reading of the order may tell the rest.",
        )
    complete = rule_of(order, terms).complete
    sums, items = [], []
    for line in order.lines:
        split = split_line(line.amounts, tax_included=totals.tax_included)
        if line.ordered <= line.cancelled and not any(split):
            continue
        sums.append(split)
        items.append(_item(line, split, goods.get(line.seller_sku), order, terms) | _done(line, split, order, complete))
    return add_sums(sums), items


def write_twice(money: Mapping[str, Decimal]) -> Body:
    """Return amounts in the order's currency and in the base currency, which is the same."""
    return {f"{base}{name}": value for name, value in money.items() for base in ("", "base_")}


def _item(line: Line, split: Sums, goods: Goods | None, order: Order, terms: OrderTerms) -> Body:
    if goods is None or not goods.product_sku:
        raise PlanError(
            f"Order {order.order_id} cannot be made in Commerce: {line.seller_sku!r} is linked to no product.",
            "Link the listing to a product; the next cycle makes the order.",
        )
    digits = currency_digits(order.currency)
    units, incl = _units(line), split.row + split.row_tax
    price, price_incl = write_price(split.row, units, digits), write_price(incl, units, digits)
    money = {
        "price": price,
        "original_price": price,
        "price_incl_tax": price_incl,
        "row_total": write_money(split.row, digits),
        "row_total_incl_tax": write_money(incl, digits),
        "tax_amount": write_money(split.row_tax, digits),
        "discount_amount": write_money(split.discount, digits),
    }
    item: Body = {
        "sku": goods.product_sku,
        "product_type": goods.type or "simple",
        "name": goods.name or line.title or goods.product_sku,
        "qty_ordered": units,
        "store_id": terms.store_view_id,
        "ext_order_item_id": line.item_id,
        "tax_percent": write_rate(split.row_tax, split.row),
        **write_twice(money),
    }
    if goods.product_id:
        item["product_id"] = goods.product_id
    if line.ordered <= line.cancelled:
        item["qty_canceled"] = units
    return item


def _units(line: Line) -> int:
    """Return the units that a copy has of a line: what Amazon cancelled before is not in it."""
    return line.ordered - line.cancelled if line.ordered > line.cancelled else line.ordered


def _done(line: Line, split: Sums, order: Order, complete: bool) -> Body:
    """Return what says that nothing of an item is left to do."""
    if not complete or line.ordered <= line.cancelled:
        return {}
    digits, units = currency_digits(order.currency), _units(line)
    money = {
        "row_invoiced": write_money(split.row, digits),
        "tax_invoiced": write_money(split.row_tax, digits),
        "discount_invoiced": write_money(split.discount, digits),
    }
    return {"qty_invoiced": units, "qty_shipped": units, **write_twice(money)}
