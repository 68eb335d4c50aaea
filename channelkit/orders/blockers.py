"""What can stand in an order's way: each with a name, a sentence about this order, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from channelkit.model.decisions import MERCHANT
from channelkit.model.orders import Line, Order
from channelkit.orders.addresses import NEEDED
from channelkit.orders.book import Case
from channelkit.orders.goods import Goods
from channelkit.orders.regions import WITHOUT_POSTCODE, spell_country
from channelkit.orders.terms import OrderTerms
from channelkit.orders.totals import add_up, explain_difference

OUT_OF_STOCK = "out_of_stock"
"""The blocker of orders that want more than Commerce can sell."""

SELLABLE_TYPES = ("simple", "virtual", "downloadable")
"""Commerce's product types that an order's line can be of by themselves."""

FIXES = MappingProxyType(
    {
        "lines_missing": "Wait for the next reading; if it stays so, look at the order in Seller Central.",
        "product_missing": "Link the listing to a product (channelkit match), or put the product back in Commerce.",
        "product_type": "Link the listing to the variation itself, a simple product.",
        "product_disabled": "Enable the product in Commerce.",
        "not_on_website": "Assign the product to the website in Commerce.",
        OUT_OF_STOCK: "Put stock into the website's sources in Commerce, or cancel the order on Amazon.",
        "currency": "Set a store view for these orders whose website has this base currency.",
        "totals": "Compare the order in Seller Central; it is read again when Amazon changes it. Nothing is guessed.",
        "address_missing": "Give the Amazon app the role Direct-to-Consumer Delivery (Restricted), or write the "
        "address yourself: channelkit orders address.",
        "unknown_country": "Allow the country in Commerce, or correct the address: channelkit orders address.",
        "doubled": "Cancel the copy in Commerce that nobody works with; the other one goes on.",
        "copy_differs": "Compare both orders; correct or cancel the one in Commerce.",
        "copy_missing": "Look for the order in Commerce by its number; if it was deleted there, enter it by hand.",
        "refused": "Do what the answer asks for; it is tried again by itself.",
        "refused_once": "Read the answer; ask for it again if it is still wanted.",
        "tracking_missing": "Write the tracking number into the shipment in Commerce.",
        "items_unknown": "Confirm the shipment in Seller Central.",
        "source_unknown": "Name the source that such parcels leave from: ship_source in the store's [orders] settings.",
        "on_hold": "Release the order in Commerce.",
        "sent_without_copy": "The buyer has it. If your books need an order in Commerce, make one by hand.",
        "cancelled_in_commerce": "Cancel it on Amazon as well (channelkit orders cancel), or send it without Commerce.",
        "shipped_cancelled": "Get the parcel back or write to Amazon; then refund the order in Commerce.",
        "cancellation_wanted": "Cancel it (channelkit orders cancel --reason BuyerCanceled), or send it.",
        "unknown_status": "Update channelkit; until then see to the order in Seller Central.",
    }
)
"""What a person does, by the blocker's name."""


class Blocker(NamedTuple):
    """Something in an order's way."""

    name: str
    note: str

    @property
    def fix(self) -> str:
        """What a person does about it."""
        return FIXES[self.name]


def find_blocker(case: Case, terms: OrderTerms, lacking_stock: Mapping[str, int]) -> Blocker | None:
    """Return what stands in the way of an order's copy: the first that a person has to see to. (OR-06)

    Arguments:
        lacking_stock: units of this order that cannot be had, by product SKU.
    """
    order = case.order
    wanted = [line for line in order.lines if line.ordered > line.cancelled]
    if not wanted:
        return Blocker("lines_missing", "Amazon shows the order without a single item.")
    for line in wanted:
        goods = case.goods.get(line.seller_sku, Goods(line.seller_sku))
        found = _of_goods(line, goods, terms)
        if found is None and goods.product_sku in lacking_stock:
            units = lacking_stock[goods.product_sku]
            found = Blocker(OUT_OF_STOCK, f"Product {goods.product_sku} is not salable: {units} too few.")
        if found is not None:
            return found
    return next((found for check in _OF_ORDERS if (found := check(order, terms)) is not None), None)


def _of_goods(line: Line, goods: Goods, terms: OrderTerms) -> Blocker | None:
    if not goods.product_sku:
        return Blocker("product_missing", f"Seller SKU {line.seller_sku} is linked to no product.")
    if not goods.exists:
        return Blocker("product_missing", f"Product {goods.product_sku} is not in Commerce any more.")
    if goods.type not in SELLABLE_TYPES:
        return Blocker("product_type", f"Product {goods.product_sku} is {goods.type}, which has no stock of its own.")
    if not goods.enabled:
        return Blocker("product_disabled", f"Product {goods.product_sku} is disabled.")
    if not goods.on_website:
        return Blocker("not_on_website", f"Product {goods.product_sku} is not on the website {terms.website}.")
    return None


def _of_money(order: Order, terms: OrderTerms) -> Blocker | None:
    wanted = terms.currency or terms.site.currency
    if order.currency != wanted:
        return Blocker("currency", f"It is in {order.currency or 'no currency'}, and its copy would be in {wanted}.")
    totals = add_up(order)
    return None if totals.add_up else Blocker("totals", explain_difference(totals, order.currency))


def _of_addresses(order: Order, terms: OrderTerms) -> Blocker | None:
    if order.fulfilled_by != MERCHANT:
        return None
    country = spell_country(order.country)
    needed = [part for part in NEEDED if part != "postcode" or country not in WITHOUT_POSTCODE]
    lacking = [part for part in needed if part in order.lacking]
    if not country and "country" not in lacking:
        lacking.append("country")
    if lacking:
        return Blocker("address_missing", f"Amazon does not give where it goes: {', '.join(lacking)}.")
    if terms.countries and country not in terms.countries and not (country == "PR" and "US" in terms.countries):
        return Blocker("unknown_country", f"Commerce does not know the country {country}.")
    return None


_OF_ORDERS: tuple[Callable[[Order, OrderTerms], Blocker | None], ...] = (_of_money, _of_addresses)
