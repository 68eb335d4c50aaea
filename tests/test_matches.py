"""A store's matches on the sandbox: links, candidates, questions, answers, and what becomes of the listing's tab."""

from __future__ import annotations

import pytest

from channelkit.errors import UsageError
from channelkit.matches import Matches
from tests.kit_fixtures import Practice, RunKit

BY = "Ada"


def tab_of(practice: Practice, sku: str) -> str:
    frame = practice.kit.stores["us"].listings()
    return str(frame[(frame["sku"] == sku) & frame["listed"]]["tab"].iloc[0])


@pytest.fixture
def practice(run_kit: RunKit) -> Practice:
    practice = run_kit(products=100)
    practice.kit.pull(["us"])
    return practice


@pytest.fixture
def matches(practice: Practice) -> Matches:
    return practice.kit.stores["us"].matches


def test_an_import_links_by_identifiers_and_leaves_the_rest_with_candidates(
    practice: Practice, matches: Matches
) -> None:
    """MA-02, MA-04: what no identifier links waits in New Third Party, with candidates in the order of likelihood."""
    links = matches.links()
    assert {"seller_sku", "asin", "gtin"} <= set(links["method"].dropna())
    left = links[links["product_sku"].isna()]["seller_sku"]
    assert {tab_of(practice, sku) for sku in left} == {"New Third Party"}
    offered = [matches.candidates(sku) for sku in left]
    assert any(offered)
    for candidates in offered:
        chances = [candidate.probability or 0 for candidate in candidates]
        assert chances == sorted(chances, reverse=True)


def test_a_yes_links_at_once_and_the_listing_leaves_new_third_party(practice: Practice, matches: Matches) -> None:
    """MA-07: who said it and when stands beside the link."""
    question = matches.questions(1)[0]
    assert tab_of(practice, question.seller_sku) == "New Third Party"
    matches.answer(question.seller_sku, question.product_sku, "yes", BY)
    link = matches.links().set_index("seller_sku").loc[question.seller_sku]
    assert (link["product_sku"], link["method"], link["linked_by"]) == (question.product_sku, "manual", BY)
    assert link["linked_at"].timestamp() == pytest.approx(practice.kit.clock.now(), abs=60)
    assert tab_of(practice, question.seller_sku) != "New Third Party"
    assert question.seller_sku not in {asked.seller_sku for asked in matches.questions(100)}


def test_a_manual_link_survives_every_import_and_can_be_changed(practice: Practice, matches: Matches) -> None:
    """MA-07, MA-09."""
    linked = matches.links().dropna(subset=["product_sku"])
    sku, first, second = linked["seller_sku"].iloc[0], linked["product_sku"].iloc[1], linked["product_sku"].iloc[2]
    for product in (first, second):
        matches.assign(sku, product, BY)
        practice.wait(24 * 60)
        practice.kit.pull(["us"])
        link = matches.links().set_index("seller_sku").loc[sku]
        assert (link["product_sku"], link["method"]) == (product, "manual")


def test_a_no_is_remembered_and_never_asked_again(practice: Practice, matches: Matches) -> None:
    question = matches.questions(1)[0]
    matches.answer(question.seller_sku, question.product_sku, "no", BY)
    practice.wait(120)
    practice.kit.pull(["us"])
    matches.look()
    pairs = {(asked.seller_sku, asked.product_sku) for asked in matches.questions(1000)}
    assert (question.seller_sku, question.product_sku) not in pairs
    links = matches.links().set_index("seller_sku")
    assert links.loc[question.seller_sku]["product_sku"] != question.product_sku


def test_an_answer_can_be_taken_back_and_is_asked_again(practice: Practice, matches: Matches) -> None:
    question = matches.questions(1)[0]
    matches.answer(question.seller_sku, question.product_sku, "yes", BY)
    assert matches.undo("Bob") is None
    taken = matches.undo(BY)
    assert taken is not None and taken["seller_sku"] == question.seller_sku
    assert tab_of(practice, question.seller_sku) == "New Third Party"
    assert question.seller_sku in {asked.seller_sku for asked in matches.questions(1000)}


def test_what_was_skipped_comes_again_when_nothing_else_is_left(matches: Matches) -> None:
    seen: list[tuple[str, str]] = []
    while matches.progress()["open"]:
        question = matches.questions(1)[0]
        assert (question.seller_sku, question.product_sku) not in seen
        seen.append((question.seller_sku, question.product_sku))
        matches.answer(*seen[-1], "skip", BY)
    assert (matches.questions(1)[0].seller_sku, matches.questions(1)[0].product_sku) in seen


def test_a_re_attempt_runs_with_the_settings_and_products_as_they_are_now(practice: Practice, matches: Matches) -> None:
    """MA-06: a product that came to the catalog after the last comparison is found by the next."""
    links = matches.links()
    listing = links[links["product_sku"].isna()].iloc[0]
    title = listing["title"]
    practice.running.world.commerce.add_product("NEW-1", name=title, price="9.99", websites=("us",))
    practice.wait(5)
    practice.kit.pull(["us"])
    matches.look()
    assert matches.candidates(listing["seller_sku"])[0].product_sku == "NEW-1"


@pytest.mark.parametrize(("listing", "product", "kind"), [("nobody", "", "listing"), ("", "nobody", "product")])
def test_what_is_not_known_cannot_be_answered(matches: Matches, listing: str, product: str, kind: str) -> None:
    question = matches.questions(1)[0]
    with pytest.raises(UsageError, match=f"knows no {kind} 'nobody'"):
        matches.answer(listing or question.seller_sku, product or question.product_sku, "yes", BY)
    assert matches.progress()["yes"] == 0


def test_many_answers_are_kept_in_one_go(matches: Matches) -> None:
    questions = matches.questions(5)
    pairs = [(question.seller_sku, question.product_sku) for question in questions]
    assert matches.answer_many(pairs, "no", BY) == len(pairs) == matches.progress()["no"]


def test_nothing_is_accepted_without_evidence(matches: Matches) -> None:
    """With no answers similarity ranks and suggests, and says that it has not enough evidence."""
    standing = matches.standing()
    assert standing is not None and not standing.accepts
    assert "not enough evidence" in standing.words.lower()
    assert "similarity" not in set(matches.links()["method"])


def test_answers_teach_ten_at_a_time_and_until_then_it_says_so(matches: Matches) -> None:
    listing = matches.questions(1)[0].seller_sku
    pairs = [(listing, product) for product in matches.links()["product_sku"].dropna().unique()[:10]]
    for pair in pairs[:9]:
        matches.answer(*pair, "no", BY)
    standing = matches.standing()
    assert standing is not None and standing.answers == 0
    assert standing.words.endswith("Not counted yet: 9 newer answers.")
    matches.answer(*pairs[9], "no", BY)
    matches.questions(1)
    standing = matches.standing()
    assert standing is not None and standing.refused == standing.answers == 10
    assert "Not counted yet" not in standing.words


def test_both_sides_of_a_question_show_their_price_with_its_currency(matches: Matches) -> None:
    question = matches.questions(1)[0]
    assert question.listing["price"].endswith(" USD") and question.product["price"].endswith(" USD")


def test_it_is_told_how_much_a_part_number_attribute_would_help(matches: Matches) -> None:
    told = matches.weigh_attributes()
    model = next(words for words in told if "have model;" in words)
    assert model.endswith("as the model.") or model.endswith("would change little.")
    assert "of the listings name such a number" in model
