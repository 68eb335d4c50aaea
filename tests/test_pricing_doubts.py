"""Offers that may be mistyped count as before, or not at all, until they were seen for some hours, and that is told."""

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
BEFORE, PASSED = "is believed once it is still there at", "is doubted until it is still there at"
"""What is said of an offer that counts with what its seller asked before, and of one that counts as not there."""


def aged(amount: str, hours: float | None, was: str | None = None, **changed: Any) -> dict[str, Any]:
    """Return an offer whose seller asks about as little for so many hours as it was last read."""
    since = None if hours is None else ASKED - int(hours * HOUR)
    return offer(amount, since=since, was=minor(was), **changed)


def made(
    *offers: dict[str, Any], rule: PriceRule = UNDER, price: str = "20.00", **changed: Any
) -> tuple[str, str, str]:
    """Return the price, what it follows, and what is said of a doubted offer."""
    [found] = priced([row()], facts({"a": {"price": price}}, offers), [rule], terms(**changed))
    units = [found["price"], found["competitor"]]
    told = ["–" if each is None else f"{each / 100:.2f}" for each in units]
    return told[0], told[1], said(found)


def said(found: dict[str, Any]) -> str:
    [*words] = (words for words in (BEFORE, PASSED) if words in (found["note"] or ""))
    assert len(words) < 2
    return words[0] if words else ""


@pytest.mark.parametrize(
    ("offers", "price", "competitor", "words"),
    [
        ([aged("1.99", 0, "19.99")], "19.98", "19.99", BEFORE),
        ([aged("1.99", 5.9, "19.99")], "19.98", "19.99", BEFORE),
        ([aged("1.99", 6, "19.99")], "14.00", "1.99", ""),
        ([aged("1.99", None)], "14.00", "1.99", ""),
        ([aged("1.99", 0, "19.99"), aged("18.50", 90)], "18.49", "18.50", PASSED),
        ([aged("1.99", 0, "17.00"), aged("18.50", 90)], "16.99", "17.00", BEFORE),
        ([aged("1.99", 0, "19.00"), aged("2.99", 1, "18.00")], "17.99", "18.00", BEFORE),
        ([aged("1.99", 0), aged("2.99", 1, "18.00")], "17.99", "18.00", BEFORE),
        ([aged("1.99", 0, "99.00")], "98.99", "99.00", BEFORE),
        ([aged("1.99", 0, "99999999999.99")], "20.00", "–", PASSED),
        ([aged("10.00", 0, "19.99")], "14.00", "10.00", ""),
        ([aged("9.90", 0, "19.90")], "19.89", "19.90", BEFORE),
        ([aged("9.00", 0, "12.00")], "14.00", "9.00", ""),
        ([aged("9.00", 0)], "20.00", "–", PASSED),
        ([aged("9.00", 0), aged("9.50", 90)], "14.00", "9.00", ""),
        ([aged("9.00", 0), aged("19.00", 90)], "18.99", "19.00", PASSED),
        ([aged("9.00", 0), aged("9.10", 0)], "20.00", "–", PASSED),
        ([aged("1.99", 0, "19.99", ours=True), aged("15.00", 9)], "14.99", "15.00", ""),
        ([aged("19.00", 0, "199.00")], "18.99", "19.00", ""),
        ([aged("1.99", 0, "19.99", shipping=1800)], "19.98", "19.99", ""),
        ([aged("1.99", 0, "19.99", shipping=300)], "19.98", "19.99", BEFORE),
    ],
    ids=[
        *("fell just now", "almost long enough", "long enough", "for longer than is known", "the next one counts"),
        *(
            "he was the lowest",
            "two fell",
            "a stranger below one who fell",
            "he was far above us",
            "beyond every price",
        ),
        *("half is not more than half", "a cent more is", "near to what he asked", "a stranger, far below us"),
        *("a stranger among his like", "a stranger far below the others", "two strangers", "our own", "mended"),
        *("with his shipping", "with some shipping"),
    ],
)
def test_an_offer_that_fell_far_counts_as_before_until_it_was_seen_for_hours(
    offers: list[dict[str, Any]], price: str, competitor: str, words: str
) -> None:
    """PR-05: floor 14.00; without a competitor the price source counts."""
    assert made(*offers) == (price, competitor, words)


def test_a_price_that_is_mistyped_and_mended_moves_nothing() -> None:
    """PR-05."""
    fair, typed = aged("19.00", 90), aged("1.90", 0, "19.00")
    assert made(fair)[:2] == made(typed)[:2] == made(aged("19.00", 0, "1.90"))[:2] == ("18.99", "19.00")


def test_a_featured_offer_that_is_doubted_counts_as_before_or_is_none() -> None:
    """PR-04."""
    dearer = aged("19.00", 90)
    assert made(aged("1.99", 0, "19.99", featured=True), dearer, rule=MATCH) == ("19.99", "19.99", BEFORE)
    assert made(aged("1.99", 0, featured=True), dearer, rule=MATCH) == ("20.00", "–", PASSED)
    assert made(aged("1.99", 7, "19.99", featured=True), dearer, rule=MATCH) == ("14.00", "1.99", "")
    assert made(aged("1.99", 0, "19.99"), aged("19.00", 90, featured=True), rule=MATCH) == ("19.00", "19.00", "")


def test_while_ours_is_featured_and_the_only_other_one_is_doubted_it_is_told_of_that_one() -> None:
    """PR-04: beside one who counts ours keeps its price; where nobody else counts, the price source does."""
    ours = aged("17.00", None, ours=True, featured=True)
    assert made(ours, aged("1.99", 0, "19.99"), rule=MATCH) == ("17.00", "17.00", "")
    [found] = priced([row()], facts(VALUES, [ours, aged("1.99", 0)]), [MATCH])
    assert found["price"] == 2000 and "an offer of 1.99 USD" in found["note"] and "2026-09-21 19:14" in found["note"]


def test_who_asks_for_ratings_is_not_told_of_a_doubted_offer_that_would_not_qualify() -> None:
    rule = intelligent(adjustment=fixed("0.01"), competitor=Competitor("lowest", 95))
    offers = (aged("1.99", 0, "19.99", feedback=60), aged("18.00", 90))
    assert made(*offers, rule=rule) == ("17.99", "18.00", "")


def test_settings_say_how_far_and_how_long() -> None:
    fell = aged("9.00", 3, "19.99")
    assert made(fell) == ("19.98", "19.99", BEFORE)
    assert made(fell, doubt_below=60) == ("14.00", "9.00", "")
    assert made(fell, doubt_for=3 * HOUR) == ("14.00", "9.00", "")
    assert made(aged("0.01", 0, "19.99"), doubt_below=0) == ("14.00", "0.01", "")


def test_listings_of_one_item_are_each_held_against_their_own_source() -> None:
    """To the dearer one 4.00 looks mistyped, to the cheaper one it does not."""
    both = {"a": {"price": "20.00"}, "b": {"price": "6.00"}}
    rows = [row("a"), row("b") | {"asin": "B0a"}, row("b") | {"asin": None}]
    found = priced(rows, facts(both, [aged("4.00", 0, "19.99")]), [UNDER])
    assert [each["price"] for each in found] == [1998, 420, 600]
    assert [said(each) for each in found] == [BEFORE, "", ""]


def test_the_steps_say_which_offer_is_doubted_what_counts_instead_and_until_when() -> None:
    """PR-05."""
    for was, price, words in (
        (
            "19.99",
            1998,
            "The price rule “RIVAL” doubts an offer and goes by the 19.99 USD that its seller asked before, since "
            "1.99 USD is far below what is usual; it is believed once it is still there at 2026-09-21 17:14 UTC.",
        ),
        (
            None,
            2000,
            "The price rule “RIVAL” passes over an offer of 1.99 USD, which is far below what is usual, and is doubted "
            "until it is still there at 2026-09-21 17:14 UTC.",
        ),
    ):
        made_from = facts(VALUES, [aged("1.99", 2, was)])
        steps = traced(row(), made_from, [UNDER])
        assert [step.words for step in steps if step.kind == "doubt"] == [words]
        assert steps[-1].after == price
        assert words in priced([row()], made_from, [UNDER])[0]["note"]


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
    if not said(doubting):
        assert doubting == trusting or any(each["featured"] and each["ours"] for each in offers)
    later = [each | {"since": None if each["since"] is None else each["since"] - 6 * HOUR} for each in offers]
    assert look(later, terms(doubt_below=below)) == look(later, terms(doubt_below=0)) == trusting


def counting(offers: list[dict[str, Any]], base: int, below: int) -> list[dict[str, Any]]:
    """Return the offers as they count, worked out one by one."""
    rivals = [each for each in offers if not each["ours"]]
    young = [each for each in rivals if each["since"] is not None and ASKED - each["since"] < 6 * HOUR]
    counted = []
    for each in offers:
        others = [other["price"] for other in rivals if other not in young and other["condition"] == each["condition"]]
        usual = each["was"] or min(others, default=10**9)
        if each in young and each["price"] * 100 < min(usual, base) * (100 - below):
            counted += [each | {"price": each["was"]}] if each["was"] else [each | {"price": 0}]
        else:
            counted.append(each)
    return [each | {"since": None} for each in counted]


@given(st.lists(wild, max_size=6), rules, st.sampled_from((10, 50, 90)))
def test_doubted_offers_count_as_if_their_sellers_asked_what_they_asked_before(
    offers: list[dict[str, Any]], rule: PriceRule, below: int
) -> None:
    doubting = priced([row()], facts(VALUES, offers), [rule], terms(doubt_below=below))[0]
    plain = priced([row()], facts(VALUES, counting(offers, 2000, below)), [rule], terms())[0]
    for name in ("price", "competitor", "rule", "intelligent"):
        assert doubting[name] == plain[name]
    if BEFORE in (doubting["note"] or ""):
        assert f"the {doubting['competitor'] / 100:.2f} USD that its seller asked before" in doubting["note"]
