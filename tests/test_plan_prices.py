"""Prices from rule to plan for a week: rivals undercut, vanish and mistype, and nothing outside the bounds is sent."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from channelkit.model.changes import CHANGES, OPEN_CHANGES
from channelkit.model.tables import LISTINGS, TABS
from channelkit.plan.expected import expect
from channelkit.plan.guards import Limits, guard
from channelkit.plan.offers import plan_offers
from channelkit.plan.oscillation import DAY, HOUR, SENT_PRICES, WINDOW, find_rallies
from channelkit.plan.price_guards import DAY_AGO, PriceLimits
from channelkit.plan.prices import PRICED_LISTINGS, PricePast, Wished, find_targets, hold_against, temper
from channelkit.pricing.price import price
from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule
from channelkit.pricing.terms import OFFERS, PRICE_ROWS, Amounts, PriceFacts, PriceTerms
from channelkit.pricing.wanted import Pricing
from tests.decision_tables import LISTING, NOW, table

CENT = Adjustment("decrease", "fixed", Decimal("0.01"))
UNDERCUT = PriceRule(
    "undercut",
    "A cent below the lowest",
    adjustment=CENT,
    competitor=Competitor("lowest"),
    floor=Bound("cost", Adjustment("increase", "percent", Decimal(50))),
    ceiling=Bound("msrp"),
)
FLOOR, SOURCE, CEILING = 1500, 2000, 2500
TERMS = PriceTerms("USD", 2, cost="cost")
TAB = {"sku": "A", "seller_sku": "A", "product_sku": "P", "tab": "Active", "status": "Active", "listed": True}
ROWS = pa.table({"seller_sku": ["A"], "product_sku": ["P"], "asin": ["B0"], "condition": ["new_new"]})


def pricing(offers: pa.Table) -> Pricing:
    amounts = {
        code: Amounts(pa.array([text]), pa.array(["USD"]))
        for code, text in (("price", "20.00"), ("cost", "10.00"), ("msrp", "25.00"))
    }
    return Pricing(PriceFacts(pa.array(["P"]), amounts, offers=offers), (UNDERCUT,), (np.array([True]),), TERMS)


@dataclass
class Week:
    """One listing, its rival, and what is sent of its price; a step is two hours.

    Arguments:
        rival: what the rival asks, None where it is not there; it is told our price.
    """

    rival: Callable[[int], int | None]
    price: int = SOURCE
    sent: list[dict[str, Any]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def run(self, days: int) -> None:
        for step in range(days * 12):
            self.step(NOW + step * 2 * HOUR, self.rival(self.price))

    def step(self, now: int, rival: int | None) -> None:
        told = {"asin": "B0", "condition": "new", "subcondition": "new", "shipping": 0, "points": 0, "asked_at": now}
        ours = {"price": self.price, "ours": True, "featured": False}
        others = [] if rival is None else [{"price": rival, "ours": False, "featured": True}]
        offers = pa.Table.from_pylist([told | each for each in (ours, *others)], schema=OFFERS)
        made = pricing(offers)
        rows = pa.table([_column(name) for name in PRICE_ROWS.names], schema=PRICE_ROWS)
        priced = price(rows, made.facts, made.rules, made.applies, TERMS, now=now)
        laid = pa.table([pa.array(["A"]), *priced.columns], schema=PRICED_LISTINGS)
        tabs = table(TABS, [TAB | {"stale": False, "reason": "", "wanted_price": priced["price"][0].as_py()}])
        shown = table(LISTINGS, [{**LISTING, "price": self.price}])
        expected = expect(shown, table(OPEN_CHANGES, []), now)
        past = self.past(now)
        tempered = temper(plan_offers(tabs, expected), Wished(tabs, expected, laid, ROWS, made), past, 0.5, now)
        basis = hold_against(shown, laid, past, PriceLimits("USD"))
        guarded = guard(tempered.changes, 1, Limits(), prices=basis)
        self.held += guarded.held["note"].to_pylist()
        for row in guarded.going.to_pylist():
            self.sent.append({"seller_sku": "A", "before": row["before"], "after": row["after"], "at": now})
            self.price = row["after"]

    def past(self, now: int) -> PricePast:
        lately = [row for row in self.sent if row["at"] > now - WINDOW]
        today = [row["before"] for row in lately if row["at"] > now - DAY]
        day_ago = [{"seller_sku": "A", "price": today[0]}] if today else []
        rallies = find_rallies(pa.Table.from_pylist(lately, schema=SENT_PRICES), now)
        return PricePast(pa.Table.from_pylist(day_ago, schema=DAY_AGO), rallies)

    def moves_of(self, day: int) -> int:
        return sum(day * DAY <= row["at"] - NOW < (day + 1) * DAY for row in self.sent)


def _column(name: str) -> pa.Array:
    return ROWS[name] if name in ROWS.column_names else pa.nulls(1, PRICE_ROWS.field(name).type)


def wild(seed: int) -> Callable[[int], int | None]:
    """Return a rival who undercuts us by a little, is now and then not there, and now and then mistypes."""
    drawn = random.Random(seed)

    def rival(ours: int) -> int | None:
        weather = drawn.random()
        if weather < 0.1:
            return None
        if weather < 0.15:
            return drawn.choice([ours // 10, ours * 10, 1])
        return max(ours - drawn.randint(1, 5), 950)

    return rival


def test_in_a_week_of_rivals_who_undercut_vanish_and_mistype_no_price_leaves_the_bounds() -> None:
    week = Week(wild(1))
    week.run(7)
    assert week.sent
    assert all(FLOOR <= row["after"] <= CEILING for row in week.sent)
    # Up and down may alternate, yet it comes to rest after every move.
    assert all(week.moves_of(day) <= 10 for day in range(7))


def test_against_a_steady_rival_the_sequence_of_prices_settles() -> None:
    week = Week(lambda _ours: 1700)
    week.run(2)
    assert week.price == 1699
    assert [row["after"] for row in week.sent] == [1699]


def test_in_a_cent_war_the_price_stays_near_where_it_began() -> None:
    week = Week(lambda ours: max(ours - 1, 950))
    week.run(3)
    assert all(week.moves_of(day) <= 12 for day in range(3))
    assert week.price > 1950
    assert max(row["after"] for row in week.sent) <= SOURCE


def test_what_a_listing_would_cost_without_others_is_within_the_bounds_of_its_rule() -> None:
    [target] = find_targets(ROWS, pricing(OFFERS.empty_table()), NOW)["price"].to_pylist()
    assert target == SOURCE


def restocked(shown: int) -> list[tuple[str, int]]:
    """Return what is planned of a listing without stock whose goods came back, where a rule wants more for them."""
    dearer = PriceRule("dearer", "Ten percent more", adjustment=Adjustment("increase", "percent", Decimal(10)))
    rows = pa.table([_column(name) for name in PRICE_ROWS.names], schema=PRICE_ROWS)
    made = pricing(OFFERS.empty_table())
    wanted = price(rows, made.facts, (dearer,), made.applies, TERMS, now=NOW)["price"][0].as_py()
    tabs = table(TABS, [TAB | {"stale": False, "reason": "", "wanted_price": wanted, "wanted_quantity": 7}])
    expected = expect(table(LISTINGS, [{**LISTING, "price": shown, "quantity": 0}]), table(OPEN_CHANGES, []), NOW)
    planned = guard(plan_offers(tabs, expected), 1, Limits()).going
    return list(zip(planned["field"].to_pylist(), planned["after"].to_pylist(), strict=True))


def test_on_a_restock_a_rule_s_higher_price_goes_first_and_the_quantity_once_amazon_shows_it() -> None:
    assert restocked(SOURCE) == [("price", 2200)]
    assert restocked(2200) == [("quantity", 7)]
    assert restocked(2300) == [("quantity", 7), ("price", 2200)]


def test_where_nothing_is_at_war_a_plan_stays_as_it_is() -> None:
    empty = table(CHANGES, [])
    nobody = Wished(table(TABS, []), table(LISTINGS, []), PRICED_LISTINGS.empty_table(), ROWS.slice(0, 0))
    assert temper(empty, nobody, PricePast(), 0.5, NOW).changes is empty
