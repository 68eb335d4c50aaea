"""Each documented blocker maps to a named reason with a fix."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from channelkit.model.decisions import BY_AMAZON
from channelkit.model.orders import Order
from channelkit.orders.blockers import FIXES
from channelkit.orders.decide import decide
from channelkit.orders.goods import Goods
from tests.order_cases import NOW, TERMS, book, goods, line, order

UNLINKED, GONE = Goods("SKU-1"), goods(exists=False)
BLOCKED: dict[str, tuple[Order, Goods, str, str]] = {
    "no product": (order(), UNLINKED, "product_missing", "Seller SKU SKU-1 is linked to no product."),
    "product gone": (order(), GONE, "product_missing", "Product product-1 is not in Commerce any more."),
    "configurable": (
        order(), goods(type="configurable"), "product_type",
        "Product product-1 is configurable, which has no stock of its own.",
    ),
    "disabled": (order(), goods(enabled=False), "product_disabled", "Product product-1 is disabled."),
    "elsewhere": (order(), goods(on_website=False), "not_on_website", "Product product-1 is not on the website base."),
    "out of stock": (order(), goods(salable=0), "out_of_stock", "Product product-1 is not salable: 2 too few."),
    "too few": (order(), goods(salable=1), "out_of_stock", "Product product-1 is not salable: 1 too few."),
    "currency": (order(currency="EUR"), goods(), "currency", "It is in EUR, and its copy would be in USD."),
    "totals": (
        order(total=2100), goods(), "totals",
        "The lines come to 20.00 USD, with 1.60 of tax to 21.60; Amazon says 21.00: 0.60 less.",
    ),
    "no total": (
        order(total=None), goods(), "totals",
        "The lines come to 20.00 USD, with 1.60 of tax to 21.60; Amazon does not say what the buyer pays.",
    ),
    "no address": (
        order(lacking=("name", "street", "phone"), country=""), goods(), "address_missing",
        "Amazon does not give where it goes: name, street, country.",
    ),
    "no postcode": (
        order(lacking=("postcode",)), goods(), "address_missing", "Amazon does not give where it goes: postcode.",
    ),
    "a country unknown": (order(country="XK"), goods(), "unknown_country", "Commerce does not know the country XK."),
    "no lines": (
        order("UNSHIPPED", line(cancelled=2)), goods(), "lines_missing",
        "Amazon shows the order without a single item.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("blocked", "of", "name", "note"), list(BLOCKED.values()), ids=list(BLOCKED))
def test_or_06_every_blocker_has_a_name_a_sentence_and_a_fix(blocked: Order, of: Goods, name: str, note: str) -> None:
    """OR-06: error note per blocker."""
    decision = decide(book(blocked, linked=[of]), TERMS, NOW)
    (stand,) = decision.stands
    assert (decision.changes, stand.stage, stand.blocker, stand.note) == ((), "blocked", name, note)
    assert stand.next_step == FIXES[name]


@pytest.mark.parametrize(
    ("changes", "terms"),
    [
        ({"lacking": ("phone", "email")}, {}),
        ({"lacking": ("postcode",), "country": "AE"}, {"countries": frozenset({"AE"})}),
        ({"country": "XK"}, {"countries": frozenset()}),
        ({"country": "UK"}, {"countries": frozenset({"GB"})}),
        ({"country": "PR"}, {}),
        ({"currency": "EUR"}, {"currency": "EUR"}),
    ],
    ids=["no phone", "no postcodes there", "countries never read", "UK and GB", "PR as a state", "another currency"],
)
def test_what_is_no_blocker_holds_nothing_up(changes: dict[str, Any], terms: dict[str, Any]) -> None:
    decision = decide(book(order(**changes)), replace(TERMS, **terms), NOW)
    assert [change.kind for change in decision.changes] == ["create"]


@pytest.mark.parametrize(
    "of", [goods(salable=None), goods(managed=False, salable=0)], ids=["nobody knows the stock", "stock is not managed"]
)
def test_stock_blocks_only_where_commerce_counts_it(of: Goods) -> None:
    assert len(decide(book(order(), linked=[of]), TERMS, NOW).changes) == 1


def test_stock_of_one_product_in_two_lines_is_counted_together() -> None:
    both = order("UNSHIPPED", line(1), line(2))
    linked = [goods(1, salable=3), replace(goods(1, salable=3), seller_sku="SKU-2")]
    assert decide(book(both, linked=linked), TERMS, NOW).stands[0].blocker == "out_of_stock"


def test_orders_that_amazon_fulfils_need_a_product_and_no_stock() -> None:
    shipped = order("SHIPPED", fulfilled_by=BY_AMAZON)
    assert decide(book(shipped, linked=[UNLINKED]), TERMS, NOW).stands[0].blocker == "product_missing"
    assert len(decide(book(shipped, linked=[goods(salable=0)]), TERMS, NOW).changes) == 1


def test_every_fix_is_a_sentence() -> None:
    assert all(fix[0].isupper() and fix.endswith(".") for fix in FIXES.values())
