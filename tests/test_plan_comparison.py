"""Both sides next to each other: what would change, exactly, and what looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from channelkit.model.tables import LISTINGS, TABS
from channelkit.plan.comparison import COMPARISON, WORDS, Compared, compare_sides, sum_up

NAMES = ("seller_sku", "title", "price", "currency", "quantity", "fulfillment_channel")
CHANGES = pa.schema([("seller_sku", pa.string()), ("field", pa.string()), ("after", pa.int64()), ("note", pa.string())])


def compare(
    rows: Sequence[dict[str, Any]], changes: Sequence[dict[str, Any]] = (), price_currency: str = "USD"
) -> Compared:
    """Compare listings; each row is both sides of one."""
    rows = [
        {"sku": f"S{number}", "product": f"P{number}", "price": 1000, "commerce": "10.00", "quantity": 5}
        | {"salable": 5, "channel": "DEFAULT", "currency": "USD", "tab": "Active"}
        | row
        for number, row in enumerate(rows)
    ]
    tabs = [{"listed": True, "sku": row["sku"], "product_sku": row["product"], "tab": row["tab"]} for row in rows]
    listed = [
        {"seller_sku": row["sku"], "title": "T", "price": row["price"], "currency": row["currency"]}
        | {"quantity": row["quantity"], "fulfillment_channel": row["channel"]}
        for row in rows
    ]
    prices = {row["product"]: row["commerce"] for row in rows if row["product"]}
    salable = {row["product"]: row["salable"] for row in rows if row["product"] and row["salable"] is not None}
    return compare_sides(
        pa.Table.from_pylist(tabs, TABS.schema(["listed", "sku", "product_sku", "tab"])),
        pa.Table.from_pylist(listed, LISTINGS.schema(NAMES)),
        pa.table({"sku": pa.array(list(prices), pa.string()), "price": pa.array(list(prices.values()), pa.string())}),
        pa.table(
            {"sku": pa.array(list(salable), pa.string()), "salable": pa.array(list(salable.values()), pa.int64())}
        ),
        pa.Table.from_pylist([{"note": None, **change} for change in changes], CHANGES),
        currency="USD",
        price_currency=price_currency,
    )


def price_to(after: int, sku: str = "S0", note: str | None = None) -> dict[str, Any]:
    return {"seller_sku": sku, "field": "price", "after": after, "note": note}


def quantity_to(after: int, sku: str = "S0") -> dict[str, Any]:
    return {"seller_sku": sku, "field": "quantity", "after": after}


def test_without_any_listing_there_is_nothing_to_compare() -> None:
    """SY-06."""
    compared = compare([])
    assert compared.rows.schema == COMPARISON and compared.rows.num_rows == 0
    assert compared.counts == {} and compared.unlinked == 0 and sum_up(compared.rows) == []


def test_only_linked_listings_are_compared_and_the_others_counted() -> None:
    compared = compare([{}, {"product": None}, {"tab": "Ended"}])
    assert compared.rows["sku"].to_pylist() == ["S0"] and compared.unlinked == 1


def test_both_sides_and_the_difference_stand_in_one_row() -> None:
    compared = compare([{"commerce": "12.50", "salable": 3}], [price_to(1250), quantity_to(3)])
    (row,) = compared.rows.to_pylist()
    assert (row["amazon_price"], row["commerce_price"], row["new_price"], row["price_difference"]) == (
        1000,
        1250,
        1250,
        250,
    )
    assert (row["amazon_quantity"], row["commerce_quantity"], row["new_quantity"]) == (5, 3, 3)
    assert row["quantity_difference"] == -2 and row["looks_wrong"] == ""


def test_each_thing_that_looks_wrong_has_a_name() -> None:
    compared = compare(
        [
            {"sku": "TEN", "commerce": "100.00"},
            {"sku": "TENTH", "commerce": "1.00"},
            {"sku": "DOUBLE", "commerce": "20.00"},
            {"sku": "EMPTY", "salable": 0},
            {"sku": "FREE", "commerce": "0.00"},
            {"sku": "NONE", "commerce": None},
            {"sku": "YEN", "currency": "JPY"},
            {"sku": "UNKNOWN", "salable": None},
            {"sku": "FBA", "channel": "AMAZON_NA", "quantity": None},
            {"sku": "ONE", "product": "SHARED"},
            {"sku": "TWO", "product": "SHARED"},
        ],
        [
            *(price_to(10000, "TEN", "too far"), price_to(100, "TENTH", "too far"), price_to(2000, "DOUBLE")),
            quantity_to(0, "EMPTY"),
        ],
    )
    found = {row["sku"]: row["looks_wrong"] for row in compared.rows.to_pylist()}
    assert found == {
        "TEN": "tenfold, held",
        "TENTH": "tenfold, held",
        "DOUBLE": "",
        "EMPTY": "off_sale",
        "FREE": "no_price",
        "NONE": "no_price",
        "YEN": "currency",
        "UNKNOWN": "no_stock",
        "FBA": "by_amazon",
        "ONE": "shared",
        "TWO": "shared",
    }
    assert compared.counts["shared"] == 2 and set(compared.counts) <= set(WORDS)
    serious = [row["sku"] for row in compared.rows.to_pylist()[:6]]
    assert set(serious) == {"TEN", "TENTH", "EMPTY", "FREE", "NONE", "YEN"}, "what looks wrong comes first"


def test_prices_in_another_currency_are_never_held_against_each_other() -> None:
    compared = compare([{"commerce": "1000.00"}], price_currency="EUR")
    assert compared.counts == {"currency": 1}


def test_a_listing_that_is_out_of_stock_already_does_not_go_off_sale() -> None:
    assert "off_sale" not in compare([{"quantity": 0, "salable": 0}]).counts


def test_units_and_money_are_summed_by_currency() -> None:
    compared = compare(
        [{"commerce": "12.00"}, {"commerce": "9.99", "salable": 0}, {"currency": "JPY", "price": 500, "quantity": 2}],
        [price_to(1200), price_to(999, "S1"), quantity_to(0, "S1")],
    )
    yen, dollars = sum_up(compared.rows)
    assert (yen["currency"], yen["on_offer_before"], yen["on_offer_after"]) == ("JPY", Decimal(1000), Decimal(1000))
    assert (dollars["prices_up"], dollars["prices_up_by"]) == (1, Decimal("2.00"))
    assert (dollars["prices_down"], dollars["prices_down_by"]) == (1, Decimal("0.01"))
    assert (dollars["quantities_down"], dollars["units_down"], dollars["units_up"]) == (1, 5, 0)
    assert (dollars["on_offer_before"], dollars["on_offer_after"]) == (Decimal("100.00"), Decimal("60.00"))


@given(st.lists(st.tuples(st.integers(0, 10**12), st.integers(0, 10**9)), max_size=20))
def test_money_is_exact_however_large(rows: list[tuple[int, int]]) -> None:
    compared = compare([{"price": price, "quantity": quantity} for price, quantity in rows])
    total = sum(price * quantity for price, quantity in rows)
    told = sum((row["on_offer_before"] for row in sum_up(compared.rows)), Decimal(0))
    assert told == Decimal(total).scaleb(-2)
