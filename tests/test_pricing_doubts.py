"""Offers that may be mistyped: passed over until they were seen for some hours, and told; nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.pricing.rules import Adjustment, Bound, Competitor, PriceRule
from channelkit.pricing.terms import PriceTerms
from tests.price_rows import (
    HOUR,
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
    terms,
    traced,
)

ASKED = NOW - HOUR
UNDER = intelligent(adjustment=fixed("0.01"), competitor=Competitor("lowest"), floor=Bound("price", percent("30")))
MATCH = intelligent(competitor=Competitor("featured"), floor=Bound("price", percent("30")))
VALUES = {"a": {"price": "20.00"}}
DOUBT = "is doubted until it is still there at"


def aged(amount: str, hours: float | None, was: str | None = None, **changed: Any) -> dict[str, Any]:
    """Return an offer whose seller asks about as little for so many hours as it was last read."""
    since = None if hours is None else ASKED - int(hours * HOUR)
    return offer(amount, since=since, was=minor(was), **changed)


def made(
    *offers: dict[str, Any], rule: PriceRule = UNDER, price: str = "20.00", **changed: Any
) -> tuple[str, str, bool]:
    """Return the price, what it follows, and whether an offer is said to be doubted."""
    [found] = priced([row()], facts({"a": {"price": price}}, offers), [rule], terms(**changed))
    units = [found["price"], found["competitor"]]
    told = ["–" if each is None else f"{each / 100:.2f}" for each in units]
    return told[0], told[1], DOUBT in (found["note"] or "")


@pytest.mark.parametrize(
    ("offers", "price", "competitor", "is_doubted"),
    [
        ([aged("1.99", 0, "19.99")], "20.00", "–", True),
        ([aged("1.99", 5.9, "19.99")], "20.00", "–", True),
        ([aged("1.99", 6, "19.99")], "14.00", "1.99", False),
        ([aged("1.99", None)], "14.00", "1.99", False),
        ([aged("1.99", 0, "19.99"), aged("18.50", 90)], "18.49", "18.50", True),
        ([aged("10.00", 0, "19.99")], "14.00", "10.00", False),
        ([aged("9.90", 0, "19.90")], "20.00", "–", True),
        ([aged("9.00", 0, "12.00")], "14.00", "9.00", False),
        ([aged("9.00", 0)], "20.00", "–", True),
        ([aged("9.00", 0), aged("9.50", 90)], "14.00", "9.00", False),
        ([aged("9.00", 0), aged("19.00", 90)], "18.99", "19.00", True),
        ([aged("9.00", 0), aged("9.10", 0)], "20.00", "–", True),
        ([aged("1.99", 0, "19.99", ours=True), aged("15.00", 9)], "14.99", "15.00", False),
        ([aged("19.00", 0, "199.00")], "18.99", "19.00", False),
        ([aged("1.99", 0, "19.99", shipping=1800)], "19.98", "19.99", False),
    ],
    ids=[
        *("fell just now", "almost long enough", "long enough", "for longer than is known", "the next one counts"),
        *("half is not more than half", "a cent more is", "near to what he asked", "a stranger, far below us"),
        *("a stranger among his like", "a stranger far below the others", "two strangers", "our own", "mended"),
        "with his shipping",
    ],
)
def test_an_offer_that_fell_far_is_passed_over_until_it_was_seen_for_hours(
    offers: list[dict[str, Any]], price: str, competitor: str, is_doubted: bool
) -> None:
    """PR-05: floor 14.00; without a competitor the price source counts."""
    assert made(*offers) == (price, competitor, is_doubted)


def test_a_featured_offer_that_is_doubted_is_none() -> None:
    """PR-04."""
    assert made(aged("1.99", 0, "19.99", featured=True), aged("19.00", 90), rule=MATCH) == ("20.00", "–", True)
    assert made(aged("1.99", 7, "19.99", featured=True), aged("19.00", 90), rule=MATCH) == ("14.00", "1.99", False)
    assert made(aged("1.99", 0, "19.99"), aged("19.00", 90, featured=True), rule=MATCH) == ("19.00", "19.00", False)


def test_who_asks_for_ratings_is_not_told_of_a_doubted_offer_that_would_not_qualify() -> None:
    rule = intelligent(adjustment=fixed("0.01"), competitor=Competitor("lowest", 95))
    offers = (aged("1.99", 0, "19.99", feedback=60), aged("18.00", 90))
    assert made(*offers, rule=rule) == ("17.99", "18.00", False)


def test_settings_say_how_far_and_how_long() -> None:
    fell = aged("9.00", 3, "19.99")
    assert made(fell) == ("20.00", "–", True)
    assert made(fell, doubt_below=60) == ("14.00", "9.00", False)
    assert made(fell, doubt_for=3 * HOUR) == ("14.00", "9.00", False)
    assert made(aged("0.01", 0, "19.99"), doubt_below=0) == ("14.00", "0.01", False)


def test_listings_of_one_item_are_each_held_against_their_own_source() -> None:
    """To the dearer one 4.00 looks mistyped, to the cheaper one it does not."""
    both = {"a": {"price": "20.00"}, "b": {"price": "6.00"}}
    rows = [row("a"), row("b") | {"asin": "B0a"}, row("b") | {"asin": None}]
    found = priced(rows, facts(both, [aged("4.00", 0, "19.99")]), [UNDER])
    assert [each["price"] for each in found] == [2000, 420, 600]
    assert [DOUBT in (each["note"] or "") for each in found] == [True, False, False]


def test_the_steps_say_which_offer_is_doubted_and_until_when() -> None:
    steps = traced(row(), facts(VALUES, [aged("1.99", 2, "19.99")]), [UNDER])
    [told] = [step for step in steps if step.kind == "doubt"]
    assert told.words == (
        "The price rule “RIVAL” passes over an offer that is far below what is usual, and is doubted until it is still "
        "there at 2026-09-21 17:14 UTC. It asks 1.99 USD."
    )
    assert steps[-1].after == 2000


wild = st.builds(
    aged,
    st.decimals("0.01", 60, places=2).map(str),
    st.none() | st.floats(0, 12),
    st.none() | st.decimals("0.01", 60, places=2).map(str),
    featured=st.booleans(),
    ours=st.sampled_from((False, False, False, True)),
    condition=st.sampled_from(("New", "New", "Used")),
)
rules = st.builds(
    lambda source, adjustment: intelligent(
        adjustment=adjustment,
        competitor=Competitor(source),
        floor=Bound("price", percent("30")),
        ceiling=Bound("price", Adjustment("increase", "percent", PRICE.adjustment.amount + 10)),
    ),
    st.sampled_from(("lowest", "featured")),
    st.sampled_from((fixed("0.01"), percent("5"), Adjustment())),
)


@given(st.lists(wild, max_size=6), rules, st.sampled_from((10, 50, 90)))
def test_a_doubt_never_leads_out_of_the_bounds_and_ends(
    offers: list[dict[str, Any]], rule: PriceRule, below: int
) -> None:
    """And a second look at the same facts comes to the same."""

    def look(seen: list[dict[str, Any]], asked: PriceTerms) -> dict[str, Any]:
        return priced([row()], facts(VALUES, seen), [rule], asked)[0]

    doubting = look(offers, terms(doubt_below=below))
    assert doubting == look(offers, terms(doubt_below=below))
    trusting = look(offers, terms(doubt_below=0))
    assert 1400 <= doubting["price"] <= 2200 and 1400 <= trusting["price"] <= 2200
    if DOUBT not in (doubting["note"] or ""):
        assert doubting == trusting or any(each["featured"] and each["ours"] for each in offers)
    later = [each | {"since": None if each["since"] is None else each["since"] - 6 * HOUR} for each in offers]
    assert look(later, terms(doubt_below=below)) == look(later, terms(doubt_below=0)) == trusting
