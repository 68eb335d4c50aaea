"""What an offer's attributes say of its prices: business and sale terms, bounds, and what is not there or not ours."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from channelkit.amazon.price_rows import read_prices, without_sale
from channelkit.model.marketplaces import Marketplace, marketplace
from channelkit.model.offer_terms import write_business, write_sale

US, DE, JP = marketplace("US"), marketplace("DE"), marketplace("JP")
NOTHING: dict[str, Any] = {"business": "", "sale": "", "list_price": None, "least_price": None, "largest_price": None}


def money(amount: object, **more: object) -> list[dict[str, Any]]:
    return [{"schedule": [{"value_with_tax": amount, **more}]}]


def read(place: Marketplace = US, **attributes: Any) -> dict[str, Any]:
    return read_prices(attributes, place)


def offer(**parts: Any) -> list[dict[str, Any]]:
    return [parts]


def test_an_offer_without_any_of_them_has_none() -> None:
    assert read() == NOTHING
    assert read(purchasable_offer=offer(our_price=money(9)), list_price=[]) == NOTHING


def test_where_the_audience_is_not_told_it_is_everybody() -> None:
    bounds = {"minimum_seller_allowed_price": money(Decimal("1.50")), "maximum_seller_allowed_price": money(20)}
    found = read(purchasable_offer=offer(our_price=money(9), **bounds))
    assert (found["least_price"], found["largest_price"]) == (150, 2000)


def test_what_is_offered_elsewhere_to_others_or_in_another_currency_is_not_ours() -> None:
    entries = [
        {"marketplace_id": DE.id, "audience": "B2B", "our_price": money(5)},
        {"marketplace_id": US.id, "audience": "B2B", "currency": "CAD", "our_price": money(6)},
        {"marketplace_id": US.id, "audience": "BZR", "discounted_price": money(3)},
    ]
    elsewhere = [{"marketplace_id": DE.id, "currency": "EUR", "value_with_tax": 9}]
    assert read(purchasable_offer=entries, list_price=elsewhere) == NOTHING


@pytest.mark.parametrize(
    ("place", "start", "end", "days"),
    [
        pytest.param(US, "2026-12-01", "2026-12-24", ("2026-12-01", "2026-12-24"), id="days"),
        pytest.param(
            US, "2026-12-01T08:00:00.000Z", "2026-12-25T07:59:59.000Z", ("2026-12-01", "2026-12-24"), id="whole-days"
        ),
        pytest.param(
            US, "2026-12-01T08:00:00Z", "2026-12-25T08:00:00Z", ("2026-12-01", "2026-12-24"), id="until-midnight"
        ),
        pytest.param(
            DE, "2026-12-01T09:30:00+01:00", "2026-12-24T18:00:00+01:00", ("2026-12-01", "2026-12-24"), id="hours"
        ),
        pytest.param(DE, "2026-12-01T00:00:00", "2026-12-24T23:59:59", ("2026-12-01", "2026-12-24"), id="without-zone"),
        pytest.param(JP, "2026-11-30T15:00:00Z", "2026-12-24T14:59:59Z", ("2026-12-01", "2026-12-24"), id="japan"),
        pytest.param(US, None, None, ("", ""), id="open"),
    ],
)
def test_the_days_of_a_sale_are_the_marketplaces(
    place: Marketplace, start: str | None, end: str | None, days: tuple[str, str]
) -> None:
    schedule = {name: moment for name, moment in (("start_at", start), ("end_at", end)) if moment is not None}
    found = read(place, purchasable_offer=offer(discounted_price=money(8, **schedule)))
    assert found["sale"] == write_sale(8 * 10**place.digits, *days)


@pytest.mark.parametrize("price", [None, [], [{}], [{"schedule": []}], [{"schedule": [{"start_at": "2026-12-01"}]}]])
def test_a_sale_without_a_price_is_none(price: Any) -> None:
    assert read(purchasable_offer=offer(discounted_price=price))["sale"] == ""


def test_tiers_come_in_their_order_in_percent_or_in_money() -> None:
    def tiers(kind: str, *levels: tuple[int, object]) -> Any:
        told = [{"lower_bound": count, "value": value} for count, value in levels]
        plan = [{"schedule": [{"discount_type": kind, "levels": told}]}]
        return offer(audience="B2B", our_price=money(9), quantity_discount_plan=plan)

    percent = read(purchasable_offer=tiers("percent", (10, Decimal("8.50")), (5, 5)))["business"]
    assert percent == write_business(900, [(5, "5%"), (10, "8.5%")])
    fixed = read(purchasable_offer=tiers("fixed", (5, Decimal("8.8"))))["business"]
    assert fixed == write_business(900, [(5, "880")])
    large = read(purchasable_offer=tiers("percent", (5, Decimal("1E+1"))))["business"]
    assert large == write_business(900, [(5, "10%")])


@pytest.mark.parametrize("part", ["value", "value_with_tax"])
def test_the_list_price_is_read_with_tax_or_without(part: str) -> None:
    entry = {"marketplace_id": US.id, "currency": "USD", part: Decimal("29.90")}
    assert read(list_price=[entry])["list_price"] == 2990


def test_a_price_that_a_sale_makes_is_not_the_offers_price() -> None:
    """Amazon shows what a buyer pays; compared with the wanted price it would be sent again and again."""
    attributes = {"purchasable_offer": offer(our_price=money(50), discounted_price=money(45))}
    assert without_sale(4500, attributes, US) == 5000
    assert without_sale(5000, attributes, US) == 5000
    assert without_sale(4400, attributes, US) == 4400, "what else it may be, Amazon shows it"
    assert without_sale(None, attributes, US) is None
    assert without_sale(4500, {"purchasable_offer": offer(discounted_price=money(45))}, US) == 4500
