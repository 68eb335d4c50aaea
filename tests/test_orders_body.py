"""The body that makes a copy: what is written adds up to what Amazon's buyer pays, to the minor unit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.errors import PlanError
from channelkit.model.decisions import BY_AMAZON
from channelkit.model.marketplaces import currency_digits, marketplace
from channelkit.model.orders import Address, Amounts, Line, Order, Person
from channelkit.orders.body import write_order
from channelkit.orders.goods import Goods
from channelkit.orders.terms import OrderTerms

TERMS = OrderTerms("us", "A1", marketplace("US"), store_view_id=3)
GOODS = {"A": Goods("A", "kettle", 7, "simple", "Kettle", exists=True), "B": Goods("B", "pan/24", 8, name="Pan")}
PERSON = Person(
    "Ada Example",
    "x1@marketplace.example",
    address=Address("Ada Example", lines=("1 Sample Way",), city="Testville", postcode="90001", country="US"),
)
MINOR = st.integers(0, 10**6)
COUNTRIES = {"JPY": "JP", "EUR": "DE", "USD": "US"}


def order(*lines: Line, included: bool = False, currency: str = "USD", **more: Any) -> Order:
    net = sum(
        a.item + a.shipping + a.gift_wrap + a.cod + a.other - a.discount for a in (line.amounts for line in lines)
    )
    total = net if included else net + sum(line.amounts.tax for line in lines)
    site = marketplace(COUNTRIES[currency])
    return Order("111-1", site.id, "UNSHIPPED", 5, 5, **{"currency": currency, "total": total, "lines": lines, **more})


@st.composite
def lines(draw: st.DrawFn) -> Line:
    tax = draw(MINOR)
    parts = {name: draw(MINOR) for name in ("item", "shipping", "gift_wrap", "cod", "other", "discount")}
    amounts = Amounts(**parts, tax=tax, tax_shipping=draw(st.integers(0, tax)))
    return Line(draw(st.uuids()).hex, draw(st.sampled_from("AB")), "B0", "", draw(st.integers(1, 9)), amounts=amounts)


@given(st.lists(lines(), min_size=1, max_size=4), st.booleans(), st.sampled_from(sorted(COUNTRIES)))
def test_what_is_written_comes_to_amazons_total(found: list[Line], included: bool, currency: str) -> None:
    asked = order(*found, included=included, currency=currency)
    entity = write_order(asked, PERSON, GOODS, TERMS)["entity"]
    digits, total = currency_digits(currency), Decimal(asked.total or 0)
    assert entity["grand_total"] == entity["base_grand_total"] == total.scaleb(-digits)
    parts = ("subtotal", "shipping_amount", "tax_amount", "discount_amount")
    assert sum(entity[part] for part in parts) == entity["grand_total"]
    items = entity["items"]
    assert sum(item["row_total"] for item in items) == entity["subtotal"]
    assert sum(item["row_total_incl_tax"] for item in items) == entity["subtotal_incl_tax"]
    assert sum(item["tax_amount"] for item in items) + entity["shipping_tax_amount"] == entity["tax_amount"]
    assert sum(item["discount_amount"] for item in items) == -entity["discount_amount"]
    for item in items:
        assert abs(item["price"] * item["qty_ordered"] - item["row_total"]) <= Decimal("0.00005") * item["qty_ordered"]
    money = [value for value in (*entity.values(), *items[0].values()) if isinstance(value, Decimal)]
    assert money
    assert not any(isinstance(value, float) for value in entity.values())


def test_a_usual_order_looks_as_commerces_own_would() -> None:
    """OR-02, OR-03: the store view, the guest, the number and the status are those of the settings."""
    amounts = Amounts(item=2000, shipping=500, tax=160, discount=100)
    asked = order(Line("i1", "A", "B0", "", 2, amounts=amounts), service_level="STANDARD")
    entity = write_order(asked, PERSON, GOODS, TERMS)["entity"]
    assert "increment_id" not in entity
    told = ("store_id", "ext_order_id", "state", "status", "customer_is_guest", "customer_email", "total_qty_ordered")
    usual = [3, "111-1", "processing", "processing", 1, "x1@marketplace.example", 2]
    assert [entity[name] for name in told] == usual
    assert (entity["discount_amount"], entity["total_due"]) == (Decimal("-1.00"), Decimal("25.60"))
    (item,) = entity["items"]
    assert (item["sku"], item["product_id"], item["ext_order_item_id"]) == ("kettle", 7, "i1")
    assert (item["price"], item["price_incl_tax"], item["tax_percent"]) == (10, Decimal("10.8"), 8)
    terms = replace(TERMS, number_source="amazon", status="amazon_new")
    entity = write_order(asked, PERSON, GOODS, terms, customer_id=9)["entity"]
    assert (entity["increment_id"], entity["status"]) == ("AMZ-111-1", "amazon_new")
    assert (entity["customer_id"], entity["customer_is_guest"]) == (9, 0)


def test_what_amazon_ships_is_complete_and_its_address_has_placeholders() -> None:
    """OR-11: nothing is left to invoice or to ship, so that no stock moves."""
    line = Line("i1", "A", "B0", "", 2, 2, amounts=Amounts(item=2000, tax=160))
    asked = replace(order(line), fulfilled_by=BY_AMAZON, status="SHIPPED")
    entity = write_order(asked, Person(), GOODS, TERMS)["entity"]
    assert (entity["state"], entity["status"], entity["total_due"]) == ("complete", "complete", 0)
    assert entity["total_paid"] == entity["total_invoiced"] == entity["grand_total"] == Decimal("21.60")
    (item,) = entity["items"]
    assert (item["qty_invoiced"], item["qty_shipped"], item["row_invoiced"]) == (2, 2, Decimal("20.00"))
    assert entity["billing_address"]["city"] == "Not given by Amazon"
    assert entity["customer_email"] == "111-1@amazon.example.com"


def test_units_that_amazon_cancelled_before_are_not_in_the_copy() -> None:
    some = Line("i1", "A", "B0", "", 3, cancelled=1, amounts=Amounts(item=2000))
    none = Line("i2", "B", "B1", "", 1, cancelled=1)
    entity = write_order(order(some, none), PERSON, GOODS, TERMS)["entity"]
    assert [(item["sku"], item["qty_ordered"]) for item in entity["items"]] == [("kettle", 2)]


@pytest.mark.parametrize(
    ("asked", "person", "words"),
    [
        (order(Line("i1", "A", "B0", "", 1), total=5), PERSON, "5 more"),
        (order(Line("i1", "Z", "B0", "", 1)), PERSON, "'Z' is linked to no product"),
        (order(Line("i1", "A", "B0", "", 1)), Person(name="Ada Example"), "lacks street, city"),
    ],
    ids=["does not add up", "no product", "no address"],
)
def test_what_cannot_be_made_is_told_without_anybodys_data(asked: Order, person: Person, words: str) -> None:
    with pytest.raises(PlanError, match=words) as caught:
        write_order(asked, person, GOODS, TERMS)
    assert "Ada" not in str(caught.value)
