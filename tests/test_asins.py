"""Products without a listing: what Amazon's catalog has for them, and what a person chooses."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from channelkit.errors import UsageError
from channelkit.sandbox.amazon.items import Item
from channelkit.sandbox.names import make_asin
from channelkit.sandbox.seed import RELATED
from tests.kit_fixtures import Practice, RunKit

READY, UNKNOWN, CODED, SHARED, FAMILY, WORDED = 14, 15, 31, 32, 33, 34
"""Places of products in the seeded world: with an ASIN; with nothing; found by a code, by one that two items share, as
a parent, by words."""

SEARCH = "searchCatalogItems"


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    """A kit that has read both sides and searched Amazon's catalog."""
    practice = run_kit(products=50)
    practice.kit.pull()
    return practice


def sku_of(practice: Practice, place: int) -> str:
    """Return the SKU of the product that the seed put at a place: it ends with the model's number."""
    ending = f"-{place + 1000}"
    (sku,) = [each.sku for each in practice.running.world.commerce.catalog.walk() if each.sku.endswith(ending)]
    return sku


def tab_of(practice: Practice, sku: str) -> dict[str, Any]:
    frame = practice.kit.stores["us"].listings()
    row: dict[str, Any]
    (row,) = frame[(frame["sku"] == sku) & ~frame["listed"]].to_dict("records")
    return row


def offered(practice: Practice, sku: str) -> dict[str, str]:
    """Return the ASINs that are on offer for a product, and how each was found."""
    frame = practice.kit.stores["us"].asins.candidates(sku)
    return dict(zip(frame["asin"], frame["how"], strict=True))


def test_a_code_that_one_item_has_makes_a_product_ready(practice: Practice) -> None:
    sku = sku_of(practice, CODED)
    tab = tab_of(practice, sku)
    assert (tab["tab"], tab["asin"]) == ("Ready to List", make_asin(CODED))
    assert tab["evidence"].startswith("UPC ") and tab["evidence"].endswith(
        f"is {make_asin(CODED)} in Amazon's catalog."
    )


def test_an_asin_that_the_product_holds_is_looked_for_on_amazon(practice: Practice) -> None:
    tab = tab_of(practice, sku_of(practice, READY))
    assert (tab["tab"], tab["evidence"]) == (
        "Ready to List",
        "The product holds this ASIN, and Amazon's catalog has it.",
    )


def test_an_asin_that_amazon_does_not_have_is_told_and_the_codes_decide(practice: Practice) -> None:
    sku = sku_of(practice, CODED)
    practice.wait(1)
    set_value(practice, sku, amazon_asin="B0NOTTHERE")
    practice.kit.pull()
    assert tab_of(practice, sku)["asin"] == make_asin(CODED)
    assert tab_of(practice, sku)["evidence"].startswith(
        "Amazon's catalog lacks B0NOTTHERE, which the product holds. UPC"
    )


def test_a_product_without_an_asin_is_never_created(practice: Practice) -> None:
    """ON-11."""
    frame = practice.kit.stores["us"].listings()
    products = frame[~frame["listed"]]
    assert products[products["tab"] == "Ready to List"]["asin"].notna().all()
    tab = tab_of(practice, sku_of(practice, UNKNOWN))
    assert (tab["tab"], tab["status"]) == ("Incomplete", "Unable to Assign to Amazon Listing")
    before = set(practice.shelf("us").listings)
    ready = set(products[products["tab"] == "Ready to List"]["seller_sku"])
    practice.kit.sync()
    practice.wait(60)
    practice.kit.sync()
    assert set(practice.shelf("us").listings) - before == ready, "what has an ASIN, and nothing else"


def test_what_words_find_is_offered_and_never_accepted(practice: Practice) -> None:
    """MA-03: not even a single hit."""
    sku = sku_of(practice, WORDED)
    tab = tab_of(practice, sku)
    assert tab["status"] == "Unable to Assign to Amazon Listing" and not isinstance(tab["asin"], str)
    assert f"Its words find {make_asin(WORDED)}; words alone decide nothing" in tab["reason"]
    (how,) = offered(practice, sku).values()
    assert how.startswith("words: ")


def test_several_items_that_words_find_wait_for_a_choice(practice: Practice) -> None:
    """MA-03: more than one is never accepted by itself."""
    sku, items = sku_of(practice, WORDED), practice.running.world.amazon.items
    items.add(msgspec.structs.replace(items.by_asin[make_asin(WORDED)], asin="B0TWINTWIN"))
    practice.kit.stores["us"].asins.retry([sku])
    practice.kit.pull()
    tab = tab_of(practice, sku)
    assert tab["status"] == "Multiple Matches Found" and "B0TWINTWIN" in tab["reason"]
    assert set(offered(practice, sku)) == {make_asin(WORDED), "B0TWINTWIN"}


def test_several_items_with_one_code_are_kept_and_offered_and_a_person_chooses(practice: Practice) -> None:
    """MA-04: candidates are stored with how they were found; a choice survives every later reading."""
    sku, asins = sku_of(practice, SHARED), practice.kit.stores["us"].asins
    pair = {make_asin(SHARED), make_asin(SHARED + RELATED)}
    assert tab_of(practice, sku)["status"] == "Multiple Matches Found"
    assert set(offered(practice, sku)) == pair
    assert all(how.startswith(("UPC ", "EAN ", "ISBN ")) for how in offered(practice, sku).values())
    chosen = asins.choose(sku, make_asin(SHARED + RELATED).lower(), by="Ada")
    assert (chosen.asin, chosen.by) == (make_asin(SHARED + RELATED), "Ada")
    asins.retry([sku])
    practice.kit.pull()
    tab = tab_of(practice, sku)
    assert (tab["tab"], tab["asin"], tab["evidence"]) == ("Ready to List", chosen.asin, "Ada chose it.")
    frame = asins.candidates(sku)
    assert frame[frame["chosen"]]["asin"].tolist() == [chosen.asin]


def test_a_choice_can_be_taken_back(practice: Practice) -> None:
    sku, asins = sku_of(practice, SHARED), practice.kit.stores["us"].asins
    asins.choose(sku, make_asin(SHARED))
    assert tab_of(practice, sku)["tab"] == "Ready to List"
    assert asins.withdraw(sku) and not asins.withdraw(sku)
    assert tab_of(practice, sku)["status"] == "Multiple Matches Found"


def test_any_asin_that_amazon_has_may_be_typed(practice: Practice) -> None:
    """MA-04: one that no search found, too."""
    practice.running.world.amazon.items.add(Item("B0BYHAND01", "Something else entirely"))
    sku = sku_of(practice, UNKNOWN)
    practice.kit.stores["us"].asins.choose(sku, "B0BYHAND01", by="Ada")
    assert offered(practice, sku) == {"B0BYHAND01": "Ada typed it"}
    assert tab_of(practice, sku)["tab"] == "Ready to List"


def test_a_parent_demands_one_of_its_children(practice: Practice) -> None:
    """MA-05."""
    sku, asins = sku_of(practice, FAMILY), practice.kit.stores["us"].asins
    parent = make_asin(FAMILY + RELATED)
    tab = tab_of(practice, sku)
    assert (tab["tab"], tab["status"], tab["asin"]) == ("Incomplete", "Has Variants", parent)
    children = {make_asin(FAMILY), make_asin(FAMILY + RELATED + 1), make_asin(FAMILY + RELATED + 2)}
    assert {asin for asin, how in offered(practice, sku).items() if how == f"variant of {parent}"} == children
    with pytest.raises(UsageError, match="parent of several variants") as refused:
        asins.choose(sku, parent)
    assert all(child in refused.value.fix for child in children)
    asins.choose(sku, make_asin(FAMILY), by="Ada")
    assert (tab_of(practice, sku)["tab"], tab_of(practice, sku)["asin"]) == ("Ready to List", make_asin(FAMILY))


def test_the_children_of_a_parent_that_was_typed_are_offered(practice: Practice) -> None:
    """MA-05: for a product that no search brought there."""
    sku, asins = sku_of(practice, UNKNOWN), practice.kit.stores["us"].asins
    with pytest.raises(UsageError, match="cannot be sold"):
        asins.choose(sku, make_asin(FAMILY + RELATED))
    assert make_asin(FAMILY) in offered(practice, sku)
    assert tab_of(practice, sku)["tab"] == "Incomplete"


@pytest.mark.parametrize(
    ("place", "asin", "words"),
    [
        pytest.param(UNKNOWN, "B00", "is no ASIN", id="no ASIN"),
        pytest.param(UNKNOWN, "B0NOTTHERE", "has no item B0NOTTHERE in marketplace US", id="not on Amazon"),
        pytest.param(0, make_asin(0), "has a listing already", id="listed"),
        pytest.param(22, make_asin(0), "of type configurable", id="composite"),
        pytest.param(-1000, make_asin(0), "Commerce has no product", id="unknown"),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(practice: Practice, place: int, asin: str, words: str) -> None:
    sku = "nothing" if place < 0 else sku_of(practice, place)
    with pytest.raises(UsageError, match=words):
        practice.kit.stores["us"].asins.choose(sku, asin)


def test_each_product_is_searched_for_once_until_it_has_other_identifiers(practice: Practice) -> None:
    calls = practice.calls(SEARCH)
    practice.wait(5)
    sku = sku_of(practice, WORDED)
    set_value(practice, sku, description="The same thing in other words.")
    practice.kit.pull()
    assert practice.calls(SEARCH) == calls
    practice.wait(5)
    set_value(practice, sku, upc=practice.running.world.amazon.items.by_asin[make_asin(CODED)].code)
    practice.kit.pull()
    assert practice.calls(SEARCH) > calls
    assert tab_of(practice, sku)["asin"] == make_asin(CODED)


def test_a_new_search_is_made_when_a_person_asks_for_it(practice: Practice) -> None:
    """MA-06: with the settings and the catalog as they are then."""
    asins, sku = practice.kit.stores["us"].asins, sku_of(practice, UNKNOWN)
    product = practice.running.world.commerce.catalog.get(sku)
    practice.running.world.amazon.items.add(Item("B0NEWBORN1", str(product.values["name"])))
    practice.kit.pull()
    assert offered(practice, sku) == {}
    asins.retry([sku])
    waiting = asins.waiting().set_index("product_sku")
    assert waiting["searched_at"].isna()[sku] and waiting["searched_at"].notna().sum() == len(waiting) - 1
    practice.kit.pull()
    assert list(offered(practice, sku)) == ["B0NEWBORN1"]


def test_all_searches_can_be_made_anew_at_once(practice: Practice) -> None:
    """MA-06."""
    asins, calls = practice.kit.stores["us"].asins, practice.calls(SEARCH)
    asins.retry()
    waiting = asins.search()
    assert practice.calls(SEARCH) - calls >= 4
    assert set(waiting["product_sku"]) >= {sku_of(practice, place) for place in (UNKNOWN, SHARED, FAMILY, WORDED)}
    with pytest.raises(UsageError, match="Commerce has no product 'nothing'"):
        asins.retry(["nothing"])


def test_what_waits_says_why_and_what_to_do(practice: Practice) -> None:
    waiting = practice.kit.stores["us"].asins.waiting().set_index("product_sku")
    assert waiting["candidates"][sku_of(practice, SHARED)] == 2
    assert waiting["candidates"][sku_of(practice, UNKNOWN)] == 0
    assert practice.kit.stores["us"].explain(sku_of(practice, SHARED)).next_step.startswith("Choose the right ASIN")


def test_a_limit_of_calls_makes_a_search_take_several_cycles(run_kit: RunKit) -> None:
    practice = run_kit(products=50)
    with practice.reopened(catalog_calls=2) as small:
        spent = []
        for _ in range(7):
            before = practice.calls(SEARCH)
            small.pull(["us"])
            spent.append(practice.calls(SEARCH) - before)
        assert sum(spent) >= 4 and spent[-1] == 0
        assert len(small.stores["us"].asins.candidates()) >= 9


def test_without_calls_nothing_is_searched(run_kit: RunKit) -> None:
    practice = run_kit(products=50)
    with practice.reopened(catalog_calls=0) as silent:
        silent.pull()
        silent.pull()
        assert practice.calls(SEARCH) == 0


@pytest.mark.parametrize("kind", ["forbidden", "server_error"])
def test_a_catalog_that_cannot_be_searched_keeps_no_price_from_being_sent(run_kit: RunKit, kind: str) -> None:
    practice = run_kit(products=50)
    practice.running.faults.add(kind, SEARCH, count=None)
    practice.kit.pull()
    run = practice.kit.sync(["us"])
    assert run.outcomes[0].verdict == "clear" and run.rows()[0]["accepted"] > 0
    assert run.state == "partial" and "Amazon's catalog was not searched to the end" in run.problems()[0]


def test_the_choices_work_on_either_database(run_kit: RunKit, empty_url: str) -> None:
    practice = run_kit(products=50, database=empty_url)
    practice.kit.pull()
    sku, asins = sku_of(practice, SHARED), practice.kit.stores["us"].asins
    asins.choose(sku, make_asin(SHARED))
    asins.retry([sku])
    practice.kit.pull()
    assert tab_of(practice, sku)["asin"] == make_asin(SHARED)
    assert len(asins.waiting()) == 5 and asins.withdraw(sku)


def set_value(practice: Practice, sku: str, **values: str) -> None:
    """Write a product's values in Commerce, in all store views."""
    for code, value in values.items():
        practice.running.world.commerce.set_value(sku, code, value)
