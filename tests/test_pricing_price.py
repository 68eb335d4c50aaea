"""One exact price: where it starts, who moves it, what bounds it, and what is answered where something is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from channelkit.errors import UsageError
from channelkit.model.offer_terms import read_business, read_sale, write_business, write_sale
from channelkit.pricing.arithmetic import LARGEST
from channelkit.pricing.price import price
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule
from channelkit.pricing.terms import PRICED, Amounts, PriceFacts
from tests.naive_prices import least_price
from tests.price_rows import (
    HOUR,
    MATCH,
    NOW,
    PRICE,
    facts,
    fixed,
    intelligent,
    minor,
    offer,
    percent,
    priced,
    row,
    rows_table,
    standard,
    terms,
    traced,
)

LOWEST = Competitor("lowest")
FEATURED = offer("10", featured=True)
TODAY = date(2026, 9, 21)


def one(
    values: dict[str, str | None], rules: Any = (), offers: Any = (), asked: Any = None, **of_row: Any
) -> dict[str, Any]:
    """Return what is made of one product's price."""
    return priced([row(**of_row)], facts({"a": values}, offers), rules, asked)[0]


@pytest.mark.parametrize(
    ("source", "expected"), [("12.50", 1250), ("12.505", 1251), (None, 1999), ("", 1999), ("0", 1999), ("free", 1999)]
)
def test_an_empty_price_source_falls_back_to_price(source: str | None, expected: int) -> None:
    """LS-04: any price attribute; nothing, or nothing above zero, in it falls back to Price."""
    assert one({"price": "19.99", "amazon": source}, asked=terms(source="amazon"))["price"] == expected


@pytest.mark.parametrize("nothing", [None, "", "0.00", "-5", "n/a"])
def test_without_a_price_above_zero_none_is_sent(nothing: str | None) -> None:
    found = one({"price": nothing}, [standard("a", fixed("5", "increase"))])
    assert (found["price"], found["note"]) == (None, "No price is sent: Commerce has none above zero.")


def test_a_product_that_is_not_known_has_no_price_and_a_listing_without_product_no_note() -> None:
    found = priced([row("gone"), row(None), row(None, override="7")], facts({"a": {"price": "5"}}))
    assert [each["price"] for each in found] == [None, None, 700]
    assert [each["note"] for each in found] == ["No price is sent: Commerce has none above zero.", None, None]


def test_money_is_converted_by_the_rate_that_is_kept() -> None:
    """LS-09, RG-03: exactly, and rounded half up once."""
    asked = terms("JPY", rates={"EUR": Decimal("162.345678901234")})
    found = priced([row()], facts({"a": {"price": "12.34"}}, currency="EUR"), asked=asked)[0]
    assert found["price"] == 2003
    finer = terms(rates={"EUR": Decimal("1.12345678901234567890")})
    assert priced([row()], facts({"a": {"price": "0.9945"}}, currency="EUR"), asked=finer)[0]["price"] == 112


@pytest.mark.parametrize(
    ("currency", "said"),
    [("EUR", "Commerce's prices are in EUR, the marketplace's in USD"), ("", "the currency of Commerce's prices")],
)
def test_without_a_rate_no_price_is_sent_and_a_note_says_what_to_do(currency: str, said: str) -> None:
    found = priced(
        [row()], facts({"a": {"price": "5", "amazon": None}}, currency=currency), asked=terms(source="amazon")
    )
    assert found[0]["price"] is None
    assert said in found[0]["note"]


def test_what_a_source_says_in_a_currency_without_a_rate_is_no_reason_to_send_another_price() -> None:
    currencies = pa.array(["EUR", "USD"]).dictionary_encode()
    amounts = {
        "amazon": Amounts(pa.array(["7"]), currencies.take(pa.array([0]))),
        "price": Amounts(pa.array(["5"]), currencies.take(pa.array([1]))),
    }
    found = price(rows_table([row()]), PriceFacts(pa.array(["a"]), amounts), (), (), terms(source="amazon"), now=NOW)
    assert "prices are in EUR" in found["note"][0].as_py()


def test_yen_have_no_decimals() -> None:
    """JPY is rounded to whole yen after each rule."""
    rules = [standard("a", percent("10"), 1), standard("b", fixed("0.5", "increase"), 2)]
    assert priced([row()], facts({"a": {"price": "1985"}}, currency="JPY"), rules, terms("JPY"))[0]["price"] == 1788


def test_map_is_the_last_guard_before_tax() -> None:
    """LS-05: below MAP it becomes MAP, tax comes upon it; an empty MAP is none."""
    rules, asked = [standard("half", percent("50"))], terms(minimum="map", vat=Decimal(20))
    found = one({"price": "20", "map": "15"}, rules, asked=asked)
    assert (found["price"], found["minimum"]) == (1800, 1500)
    assert one({"price": "20", "map": None}, rules, asked=asked)["price"] == 1200
    ahead = one({"price": "20", "map": "15"}, [intelligent()], [FEATURED], asked)
    assert ahead["price"] == 1500, "A competitor's price has its tax in it, and MAP adds none."


def test_tax_is_added_last_and_not_to_what_competitors_ask() -> None:
    """LS-07: own prices get it after all rules; a competitor's price has it in it, unless a bound was hit."""
    asked = terms(vat=Decimal("19.00"))
    assert one({"price": "9.99"}, [standard("a", fixed("1"))], asked=asked)["price"] == 1070
    assert one({"price": "9"}, [intelligent()], [FEATURED], asked)["price"] == 1000
    assert one({"price": "11"}, [intelligent(floor=PRICE)], [FEATURED], asked)["price"] == 1309
    assert one({"price": "10"}, [intelligent(floor=PRICE)], [FEATURED], asked)["price"] == 1000, "Nothing was hit."
    assert one({"price": "9"}, [intelligent(competitor=LOWEST)], [offer(None)], asked)["price"] == 1071


def test_the_target_is_a_landed_price() -> None:
    """PR-05: price and shipping of theirs, less points and our own shipping."""
    theirs = offer("10", shipping=500, points=100)
    assert one({"price": "20"}, [intelligent(competitor=LOWEST)], [theirs], shipping="3")["price"] == 1100
    ours = offer("5", shipping=250, ours=True)
    assert one({"price": "20"}, [intelligent(competitor=LOWEST)], [theirs, ours])["price"] == 1150
    assert one({"price": "20"}, [intelligent(competitor=LOWEST)], [theirs])["price"] == 1400


def test_without_a_featured_offer_the_price_source_counts_within_the_bounds() -> None:
    """PR-04: missing data falls back safely."""
    rule = intelligent(adjustment=fixed("1"), ceiling=Bound("cap"))
    found = one({"price": "20", "cap": "18"}, [rule], [offer("10")])
    assert (found["price"], found["intelligent"], found["competitor"]) == (1800, False, None)
    assert found["note"] == "The price rule “RIVAL” found no featured offer of others: the price source counts."
    taxed = one({"price": "20", "cap": "18"}, [rule], [offer("10")], terms(vat=Decimal(10)))
    assert taxed["price"] == 1980, "It is our own price, so tax comes last, and once."


def test_a_featured_offer_of_our_own_keeps_its_price() -> None:
    """The rule does not go below itself; bounds still hold, and nothing that later rules did is done again."""
    ours, other = offer("12", featured=True, ours=True), offer("13")
    less = intelligent(adjustment=percent("1"), floor=PRICE)
    assert one({"price": "10"}, [less], [ours, other])["price"] == 1200
    assert one({"price": "15"}, [less], [ours, other])["price"] == 1500
    later = standard("later", fixed("5", "increase"), 2)
    assert one({"price": "10"}, [less, later], [ours, other])["price"] == 1200
    assert one({"price": "10"}, [less, later], [FEATURED])["price"] == 1500
    alone = one({"price": "10"}, [less], [ours])
    assert (alone["price"], alone["intelligent"]) == (1000, False), "Nobody else offers it."


def test_the_featured_offer_is_that_of_its_own_condition() -> None:
    offers = [offer("20", featured=True), offer("9", "Used", "Good", featured=True)]
    assert one({"price": "15"}, [intelligent()], offers, condition="used_very_good")["price"] == 900
    assert one({"price": "15"}, [intelligent()], offers, condition=None)["price"] == 2000


@pytest.mark.parametrize(
    ("ours", "offers", "expected"),
    [
        ("refurbished_refurbished", [("9", "Used", "Mint"), ("12", "New", "New")], 1200),
        ("new_new", [("9", "Used", "Mint"), ("12", "Refurbished", "Refurbished")], 1200),
        ("new_new", [("8", "Collectible", "Mint"), ("9", "Used", "Acceptable"), ("10", "Used", "Mint")], 1000),
        ("new_new", [("8", "Collectible", "Mint"), ("9", "Used", "Other")], 900),
        ("collectible_good", [("8", "Collectible", "Acceptable"), ("7", "New", "New")], 800),
    ],
)
def test_conditions_are_looked_through_from_the_nearest(ours: str, offers: Any, expected: int) -> None:
    """PR-07: same, family, New, Refurbished, Used from the best to the worst, Collectible."""
    found = [offer(*each) for each in offers]
    assert one({"price": "15"}, [intelligent(competitor=LOWEST)], found, condition=ours)["price"] == expected
    only = intelligent(competitor=Competitor("lowest", conditions="matching"))
    assert one({"price": "15"}, [only], found, condition=ours)["price"] == 1500


def test_where_a_floor_is_above_the_ceiling_the_floor_holds() -> None:
    rule = intelligent(floor=Bound("low"), ceiling=Bound("high"))
    found = one({"price": "10", "low": "16", "high": "12"}, [rule], [offer("14", featured=True)])
    assert (found["price"], found["note"]) == (
        1600,
        "The price rule “RIVAL” has its floor above its ceiling here: the floor holds.",
    )


def test_an_empty_floor_is_the_catalogs_price_and_an_empty_ceiling_none() -> None:
    """PR-09, PR-10: P14's empty attribute uses the catalog's price."""
    rule = intelligent(floor=Bound("low", percent("10")), ceiling=Bound("high"))
    values: dict[str, str | None] = {"price": "15", "amazon": "30", "low": None, "high": None}
    assert one(values, [rule], [FEATURED], terms(source="amazon"))["price"] == 1350
    assert one(values, [rule], [offer("500", featured=True)], terms(source="amazon"))["price"] == 50000


def test_on_data_that_are_too_old_a_rule_does_nothing_and_says_so() -> None:
    """What has a price on Amazon keeps it; what has none starts from the running price."""
    old = offer("10", featured=True, asked_at=NOW - 5 * HOUR)
    rules = [intelligent(), standard("later", fixed("1"), 2)]
    new = one({"price": "20"}, rules, [old])
    assert (new["price"], new["rule"]) == (1900, "later")
    words = (
        "The price rule “RIVAL” did nothing: what others ask was read 5 hours ago, and it acts on 4 hours at the most."
    )
    assert new["note"] == words
    standing = one({"price": "20"}, rules, [old], listed=True)
    assert (standing["price"], standing["rule"]) == (None, "")
    assert standing["note"] == f"{words} The price stays as Amazon shows it."
    nearly = one({"price": "20"}, rules, [{**old, "asked_at": NOW - 4 * HOUR - 1}])
    assert nearly["note"] == words
    patient = one({"price": "20"}, rules, [old], terms(offers_for=6 * HOUR), listed=True)
    assert patient["price"] == 900


def test_of_an_item_that_was_never_asked_about_the_running_price_counts() -> None:
    found = one({"price": "20"}, [intelligent()], listed=True)
    assert (found["price"], found["intelligent"]) == (2000, False)
    assert found["note"] == "The price rule “RIVAL” did nothing: what others ask for the item is not known."


def test_while_the_region_is_paused_intelligent_rules_rest() -> None:
    """PR-12: with a notice; an override wins all the same."""
    asked = terms(paused="The seller account is on holiday.")
    rules = [intelligent(), standard("later", fixed("1"), 2)]
    new, standing, final = (
        one({"price": "20"}, rules, [FEATURED], asked, listed=listed, override=override)
        for listed, override in ((False, None), (True, None), (True, "55"))
    )
    assert (new["price"], new["note"]) == (1900, "The price rule “RIVAL” rests: The seller account is on holiday.")
    assert (standing["price"], "The price stays as Amazon shows it." in standing["note"]) == (None, True)
    assert (final["price"], final["note"]) == (5500, None)


def test_a_discard_holds_also_where_its_rule_did_nothing() -> None:
    rules = [intelligent(discard=True), standard("later", fixed("1"), 2)]
    assert one({"price": "20"}, rules)["price"] == 2000


@pytest.mark.parametrize("override", ["0", "-1"])
def test_zero_or_less_is_never_sent(override: str) -> None:
    low = one({"price": "2"}, [standard("a", fixed("3.5"))])
    assert (low["price"], low["note"]) == (
        None,
        "No price is sent: the rules make it -1.50 USD. Mend the rules, or exempt it from them.",
    )
    assert one({"price": "2"}, [standard("a", percent("100"))])["price"] is None
    rescued = one({"price": "2", "map": "1"}, [standard("a", fixed("3.5"))], asked=terms(minimum="map"))
    assert rescued["price"] == 100
    found = one({"price": "2"}, override=override)
    assert (found["price"], found["note"]) == (None, "No price is sent: the price override is not above zero.")


def test_what_grows_beyond_every_price_is_refused_and_never_wraps_around() -> None:
    more = [standard(f"r{place}", percent("1000", "increase"), place + 1) for place in range(20)]
    found = priced([row("a"), row("b")], facts({"a": {"price": "99999999.99"}, "b": {"price": "0.01"}}), more[:5])
    assert found[0]["price"] is None
    assert found[0]["note"].startswith("No price is sent: it would be more than 1,000,000,000 USD.")
    assert found[1]["price"] == 11**5
    back = [*more, standard("z", percent("99.9999"), 99)]
    assert one({"price": "1"}, back)["price"] is None, "Lowering it again mends nothing."
    for text in ("99999999999999999999999999", "1e30", "9999999999.99"):
        assert one({"price": text}, back[-1:])["price"] is None
    assert one({"price": "5"}, override="2000000000")["price"] is None


def test_a_rule_whose_number_cannot_be_reckoned_with_is_refused() -> None:
    for amount in ("0.00001", "NaN", "1E+30"):
        with pytest.raises(UsageError, match="cannot be reckoned with"):
            one({"price": "5"}, [standard("a", Adjustment("increase", "percent", Decimal(amount)))])
    with pytest.raises(UsageError, match="a mask for each rule"):
        price(rows_table([row()]), facts({"a": {"price": "5"}}), [standard("a", MATCH)], [], terms(), now=NOW)


def test_offers_beyond_every_price_and_of_no_known_condition_are_nobody_s_competitors() -> None:
    offers = [offer("5", price=LARGEST + 1), offer("5", points=600), offer("5", "Odd", "Odd"), offer("17")]
    assert one({"price": "15"}, [intelligent(competitor=LOWEST)], offers)["price"] == 1700


def test_a_cost_floor_pays_for_cost_fees_and_tax() -> None:
    """The least price before tax that leaves 10 % upon cost and fees, to the cent, rounded up."""
    asked = terms("EUR", cost="cost", floor_margin=Decimal(10), vat=Decimal(19))
    fees = [{"seller_sku": "a", "price": 2000, "referral": 300, "fulfillment": 350, "other": 0}]
    values: dict[str, dict[str, str | None]] = {
        "a": {"price": "12", "cost": "10.00"},
        "b": {"price": "12", "cost": "10.00"},
        "c": {"price": "12", "cost": None},
    }
    found = priced([row("a"), row("b"), row("c")], facts(values, currency="EUR", fees=fees), asked=asked)
    least = least_price(
        *(Decimal(10), Decimal(10)),
        vat=Decimal(19),
        asked=Decimal(20),
        referral=Decimal(3),
        other=Decimal("3.50"),
        digits=2,
    )
    taxed = (least * Decimal("1.19")).quantize(Decimal("0.01"))
    assert found[0]["price"] == minor(str(taxed))
    assert [each["price"] for each in found[1:]] == [1428, 1428], "12 is above 11; of the last nothing is known."
    assert [each["cost"] for each in found] == [1000, 1000, None]


def test_where_amazon_would_keep_everything_no_price_is_sent() -> None:
    asked = terms(cost="cost", floor_margin=Decimal(900))
    fees = [{"seller_sku": "a", "price": 2000, "referral": 300, "fulfillment": None, "other": None}]
    (found,) = priced([row()], facts({"a": {"price": "12", "cost": "1"}}, fees=fees), asked=asked)
    assert found["price"] is None
    assert "none pays its cost" in found["note"]


def test_a_competitor_s_price_stays_above_the_cost_floor_with_its_tax() -> None:
    asked = terms(cost="cost", floor_margin=Decimal(0), vat=Decimal(20))
    found = one({"price": "30", "cost": "12"}, [intelligent()], [FEATURED], asked)
    assert (found["price"], found["intelligent"]) == (1440, True)


def test_the_msrp_is_struck_through_where_it_is_above_the_price() -> None:
    """LS-06: above the price only; saved amount and percent are told."""
    asked = terms(list_price="msrp", vat=Decimal(10))
    assert one({"price": "20", "msrp": "22"}, asked=asked)["list_price"] is None
    assert one({"price": "20", "msrp": "22.01"}, asked=asked)["list_price"] == 2201
    assert one({"price": "20", "msrp": "60"}, asked=asked, override="55")["list_price"] == 6000
    steps = traced(row(), facts({"a": {"price": "20", "msrp": "27.5"}}), asked=asked)
    (told,) = [step.words for step in steps if step.kind == "list_price"]
    assert told == "Struck through beside it: 27.50 USD. Buyers save 5.50 USD (20 %)."


def test_business_prices_follow_the_final_price() -> None:
    """LS-10: the override's and the taxed one too; below one unit of the currency there is none."""
    asked = terms(business=True, tiers=((10, Decimal("8.50")), (5, Decimal(5))), vat=Decimal(20))
    found = one({"price": "20"}, asked=asked)["business"]
    assert found == write_business(2400, [(5, "5%"), (10, "8.5%")])
    assert read_business(one({"price": "20"}, asked=asked, override="9")["business"]).price == 900
    assert one({"price": "0.80"}, asked=asked)["business"] == ""
    assert one({"price": None}, asked=asked)["business"] is None
    assert one({"price": "20"})["business"] is None
    yen = priced([row()], facts({"a": {"price": "1"}}, currency="JPY"), asked=terms("JPY", business=True))
    assert yen[0]["business"] == write_business(1)


SALE = terms(sale="special", sale_from="from", sale_to="to", minimum="map", time_zone="America/Los_Angeles")


def sale(special: str | None, first: str | None = None, last: str | None = None, **changed: Any) -> str | None:
    """Return the text of a special price beside a price of 20 and a MAP of 8."""
    asked, rules = changed.pop("asked", SALE), changed.pop("rules", ())
    found = facts({"a": {"price": "20", "special": special, "map": "8"}}, dates={"a": {"from": first, "to": last}})
    told: str | None = priced([row(**changed)], found, rules, asked)[0]["sale"]
    return told


def test_a_special_price_is_sent_with_its_days() -> None:
    ahead = "2026-09-30 00:00:00"
    assert sale("15.00", "2026-09-01 00:00:00", ahead) == write_sale(1500, "2026-09-01", "2026-09-30")
    assert sale("15") == write_sale(1500)
    assert sale("15", None, f"{TODAY}") == write_sale(1500, "", f"{TODAY}"), "Its last day is a day of sale."
    assert sale("7", None, ahead) == write_sale(800, "", "2026-09-30"), "Not below MAP."
    taxed = read_sale(sale("15", asked=terms(sale="special", vat=Decimal(20))) or "")
    assert taxed.price == 1800


@pytest.mark.parametrize(
    ("special", "first", "last"),
    [
        (None, None, None),
        ("20", None, None),
        ("15", None, "2026-09-20"),
        ("15", "soon", None),
        ("15", "2026-10-02", "2026-10-01"),
    ],
)
def test_there_is_no_sale_that_is_none(special: str | None, first: str | None, last: str | None) -> None:
    """Nothing, not below the price, ended, a day that is none, or an end before the beginning."""
    assert sale(special, first, last) == ""


def test_nothing_is_on_sale_beside_an_override_and_nothing_is_said_where_sales_are_not_ours() -> None:
    assert sale("15", override="30") == ""
    assert sale("15", asked=terms()) is None
    assert sale("15", rules=[intelligent()], listed=True) == write_sale(1500)
    assert sale("15", asked=terms(sale="special", paused="It rests."), rules=[intelligent()], listed=True) is None


def test_no_rows_and_no_products_are_no_trouble() -> None:
    asked = terms(cost="cost", floor_margin=Decimal(1), sale="special", business=True, minimum="map", list_price="msrp")
    rules = [intelligent(competitor=LOWEST), intelligent("b"), standard("c", percent("1"))]
    nobody = [np.zeros(0, np.bool_)] * 3
    empty = price(rows_table([]), facts({}), rules, nobody, asked, now=NOW)
    assert (empty.num_rows, empty.schema) == (0, PRICED)
    found = price(rows_table([row()]), facts({}), rules, nobody, asked, now=NOW)
    assert found["price"].to_pylist() == [None]


def test_rows_may_share_a_product_and_come_in_any_order() -> None:
    found = priced([row("b"), row("a"), row("b", override="3")], facts({"a": {"price": "1"}, "b": {"price": "2"}}))
    assert [each["price"] for each in found] == [200, 100, 300]


def test_every_step_is_told_in_words() -> None:
    """From the source to what is sent, with rule and numbers; P12 with shipping, MAP and tiers."""
    rules: list[PriceRule] = [
        standard("a", percent("5"), 1),
        intelligent("b", fixed("0.01"), priority=2, competitor=LOWEST, floor=PRICE, ceiling=Bound("cap")),
        standard("c", fixed("5", "increase"), 3),
    ]
    asked = terms(
        rates={"EUR": Decimal("1.25")}, vat=Decimal(10), minimum="map", business=True, tiers=((5, Decimal(5)),)
    )
    values = {"a": {"price": "8", "cap": "10", "map": "17"}}
    steps = traced(row(shipping="2"), facts(values, [offer("20", shipping=100)], currency="EUR"), rules, asked)
    assert [(step.kind, step.before, step.after, step.words) for step in steps] == [
        ("source", None, 1000, "8 EUR in price; 1 EUR is 1.25 USD."),
        ("rule", 1000, 950, "10.00 USD lowered by 5 %."),
        (
            *("competitor", 950, 2100),
            "21.00 USD with shipping is the lowest offer of its own condition, or else of the nearest (new new).",
        ),
        ("adjustment", 2100, 1899, "21.00 USD: lowered by 0.01 USD, less 2.00 USD that we ask for shipping."),
        ("ceiling", 1899, 1250, "Not above cap: 12.50 USD."),
        ("vat", 1250, 1375, "10 % tax, since a bound was hit."),
        ("rule", 1375, 1875, "13.75 USD raised by 5 USD."),
        ("minimum", 1875, 2125, "Not below the minimum advertised price."),
        ("price", 2125, 2125, "This is what is asked for."),
        ("business", None, 2125, "Businesses pay 21.25 USD; 5% off from 5 units on."),
    ]
    assert [step.rule for step in steps] == ["", "a", "b", "b", "b", "b", "c", "", "", ""]


def test_steps_say_what_was_not_done_and_why() -> None:
    rules = [intelligent("a", priority=1, discard=True), standard("b", percent("5"), 2)]
    told = [(step.kind, step.words) for step in traced(row(listed=True), facts({"a": {"price": "8"}}), rules)]
    assert told == [
        ("source", "8 USD in price."),
        ("idle", "The price rule “A” did nothing: what others ask for the item is not known."),
        ("idle", "An earlier rule lets no later one change the price."),
        ("price", "The price rule “A” did nothing: what others ask for the item is not known."),
    ]
    final = traced(row(override="55"), facts({"a": {"price": "8"}}), rules)
    assert [(step.kind, step.after) for step in final] == [("override", 5500), ("price", 5500)]
