"""Listings and products compared by what both catalogs say of them, without an identifier (MA-06, MA-07, MA-08)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.matching.model_column import judge_model_column
from channelkit.matching.similarity import CANDIDATES, Comparison, compare

NO_ANSWERS = pa.table(
    {"left": pa.array([], pa.string()), "right": pa.array([], pa.string()), "same": pa.array([], pa.bool_())}
)
MAKES = ("Nordix", "Solano", "Kestrel", "Umbra", "Tavola", "Grevio")
THINGS = ("kettle", "toaster", "desk lamp", "blender", "fan heater", "coffee grinder", "hand mixer", "wall clock")
WORDS = ("compact", "steel", "black", "white", "quiet", "folding", "premium", "cordless", "glass", "retro")


def goods(*titles: str, **columns: list[object]) -> pa.Table:
    keys = [f"{number}" for number in range(len(titles))]
    return pa.table({"key": pa.array(keys, pa.string()), "title": pa.array(titles, pa.string()), **columns})


def shop(count: int, seed: int = 3) -> tuple[pa.Table, pa.Table]:
    """Return listings and products; those at the same place are the same, but each fifth listing has no counterpart."""
    draw = np.random.default_rng(seed)
    products, listings = [], []
    for number in range(count):
        make, thing = draw.choice(MAKES), draw.choice(THINGS)
        words = draw.permutation(WORDS)[:3]
        model = f"{make[:2].upper()}{draw.integers(100, 9999)}"
        products.append(f"{make} {thing} {model} {' '.join(words)}")
        other = f"{make[:2].upper()}-{draw.integers(100, 9999)}" if number % 5 == 0 else f"{model[:2]}-{model[2:]}"
        listings.append(f"{thing} by {make.lower()}, {words[0]}, {other}")
    return goods(*listings), goods(*products)


def answer(listings: pa.Table, products: pa.Table, count: int) -> pa.Table:
    """Answer truthfully about the likeliest pairs and the next ones, at most so many."""
    found = compare(listings, products, NO_ANSWERS, seed=1).candidates.sort_by([("rank", "ascending")])
    rows = found.slice(0, count)
    left, right = rows["seller_sku"].to_pylist(), rows["product_sku"].to_pylist()
    same = [one == other and int(one) % 5 != 0 for one, other in zip(left, right, strict=True)]
    return pa.table({"left": left, "right": right, "same": same})


@pytest.fixture(scope="module")
def taught() -> Comparison:
    listings, products = shop(700)
    return compare(listings, products, answer(listings, products, 500), seed=5)


def only(found: Comparison) -> dict[str, object]:
    rows: list[dict[str, object]] = found.candidates.to_pylist()
    assert len(rows) == 1
    return rows[0]


def test_a_part_number_is_found_in_the_other_title_however_it_is_written() -> None:
    row = only(
        compare(goods("Nordix kettle, NX-500/B"), goods("nx500b electric kettle", "oak desk"), NO_ANSWERS, seed=1)
    )
    assert row["product_sku"] == "0"
    assert "Model NX500B is on both." in str(row["evidence"])


def test_evidence_is_sentences_a_person_can_read() -> None:
    left = goods("Canon PG-510 black ink cartridge", brand=["Canon"], price=[11.64])
    right = goods("Canon ink cartridge PG510, black", brand=["canon"], price=[12.0])
    row = only(compare(left, right, NO_ANSWERS, seed=1))
    assert row["evidence"] == (
        "Model PG510 is on both. The brand is the same. Titles share 4 of 5 words. Its price is 3 % lower. "
        "The next candidate is far behind."
    )


def test_prices_in_different_currencies_are_not_compared() -> None:
    left = goods("Canon PG-510 black ink", price=[10.0], currency=["USD"])
    right = goods("Canon PG-510 black ink", price=[20.0], currency=["EUR"])
    assert "price" not in str(only(compare(left, right, NO_ANSWERS, seed=1))["evidence"])


@pytest.mark.parametrize(
    ("one", "other", "veto"),
    [
        ("Nordix toaster NX-500", "Nordix toaster NX-600", "Model NX500 here, NX600 there."),
        ("Spring water 12 x 500 ml", "Spring water 6 x 500 ml", "A pack of 12 here, of 6 there."),
        ("Spring water still 500 ml", "Spring water still 750 ml", "500 ml here, 750 ml there."),
        ("Card reader, 64 GB card", "Card reader, 128 GB card", "65536 MB here, 131072 MB there."),
    ],
    ids=["model", "pack", "volume", "memory"],
)
def test_a_contradiction_is_a_veto_and_says_so(one: str, other: str, veto: str) -> None:
    found = compare(goods(one), goods(other), NO_ANSWERS, seed=1, found_before=pair("0", "0"))
    rows = found.candidates.to_pylist()
    assert [row["veto"] for row in rows] == [veto] and rows[0]["verdict"] == "vetoed"


def test_the_same_amount_in_another_unit_is_no_veto() -> None:
    row = only(compare(goods("Olive oil 16.9 fl oz"), goods("Olive oil 500 ml"), NO_ANSWERS, seed=1))
    assert row["veto"] == ""


def test_without_answers_it_ranks_suggests_and_accepts_nothing() -> None:
    found = compare(*shop(200), NO_ANSWERS, seed=1)
    verdicts = set(found.candidates["verdict"].to_pylist())
    assert "likely" in verdicts and "accepted" not in verdicts
    assert found.standing.stage == "ranked" and not found.standing.accepts
    assert found.standing.words.startswith("Not enough evidence")


def test_a_few_answers_are_learned_from_but_accept_nothing() -> None:
    listings, products = shop(200)
    found = compare(listings, products, answer(listings, products, 60), seed=1)
    assert found.standing.stage == "learned" and found.standing.answers == 60
    assert not found.standing.accepts
    assert "Not enough evidence" in found.standing.words


def test_with_proof_it_accepts_and_nearly_all_of_that_is_right(taught: Comparison) -> None:
    assert taught.standing.stage == "averaged" and taught.standing.accepts
    accepted = [row for row in taught.candidates.to_pylist() if row["verdict"] == "accepted"]
    right = [row["seller_sku"] == row["product_sku"] and int(row["seller_sku"]) % 5 != 0 for row in accepted]
    assert len(accepted) > 400
    assert sum(right) / len(right) >= 0.98


def test_one_product_at_the_most_is_accepted_for_a_listing_and_never_a_vetoed_one(taught: Comparison) -> None:
    accepted = [row for row in taught.candidates.to_pylist() if row["verdict"] == "accepted"]
    assert len({row["seller_sku"] for row in accepted}) == len(accepted)
    assert not [row for row in accepted if row["veto"] or row["rank"] != 1]


def test_listings_without_a_counterpart_get_none(taught: Comparison) -> None:
    rows = taught.candidates.to_pylist()
    alone = [row for row in rows if int(row["seller_sku"]) % 5 == 0 and row["verdict"] in {"accepted", "likely"}]
    assert len(alone) < 0.05 * 700 / 5


def test_a_twentieth_of_what_is_accepted_is_kept_for_a_person_to_check(taught: Comparison) -> None:
    rows = taught.candidates.to_pylist()
    accepted = [row for row in rows if row["verdict"] == "accepted"]
    audits = [row for row in rows if row["audit"]]
    assert all(row["verdict"] == "accepted" for row in audits)
    assert 0.01 < len(audits) / len(accepted) < 0.12


def test_what_a_person_refused_is_not_offered_again() -> None:
    listings, products = goods("Canon PG-510 black ink"), goods("Canon PG510 ink black", "Canon PG510 black ink XL")
    refused = pa.table({"left": ["0"], "right": ["0"], "same": [False]})
    offered = compare(listings, products, refused, seed=1).candidates["product_sku"].to_pylist()
    assert offered == ["1"]


def test_answers_about_goods_that_are_not_there_are_passed_over() -> None:
    gone = pa.table({"left": ["0", "gone"], "right": ["gone", "0"], "same": [True, True]})
    assert compare(goods("Oak desk"), goods("Oak desk"), gone, seed=1).standing.answers == 0


def test_the_order_of_rows_changes_nothing() -> None:
    listings, products = shop(120)
    said = answer(listings, products, 60)
    turned = pa.array(np.arange(120)[::-1])
    one = compare(listings, products, said, seed=2)
    other = compare(listings.take(turned), products.take(turned), said.take(pa.array(np.arange(60)[::-1])), seed=2)
    assert other.candidates.equals(one.candidates) and other.standing == one.standing


def test_candidates_come_by_listing_and_rank_with_the_columns_that_are_promised(taught: Comparison) -> None:
    assert taught.candidates.schema.equals(CANDIDATES)
    frame = taught.candidates.to_pandas()
    assert (
        frame.groupby("seller_sku", sort=False)["rank"].transform(lambda ranks: range(1, len(ranks) + 1))
        == frame["rank"]
    ).all()
    assert frame.groupby("seller_sku")["probability"].apply(lambda chances: chances.is_monotonic_decreasing).all()
    assert frame["probability"].between(0, 1).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=6), st.lists(st.text(max_size=30), max_size=6))
def test_any_text_can_be_compared(left: list[str], right: list[str]) -> None:
    found = compare(goods(*left), goods(*right), NO_ANSWERS, seed=1)
    assert set(found.candidates["verdict"].to_pylist()) <= {"likely", "possible", "vetoed"}


def test_a_model_attribute_that_listings_name_is_worth_mapping() -> None:
    listings = goods("Canon PG-510 black ink", "Nordix kettle NX-500", "Oak desk")
    told = judge_model_column(listings, pa.array(["PG510", "NX500", None]), "mpn")
    assert (round(told.filled, 2), round(told.decided, 2), told.helps) == (0.67, 0.67, True)
    assert told.words.endswith("Map mpn as the model.")


def test_an_attribute_that_says_the_same_of_all_products_is_not() -> None:
    told = judge_model_column(goods("Canon A1000 ink"), pa.array(["A1000", "A1000"]), "series")
    assert not told.helps and told.named == 1.0 and told.decided == 0.0
    assert told.words.endswith("Mapping series as the model would change little.")


def pair(left: str, right: str) -> pa.Table:
    return pa.table({"seller_sku": [left], "product_sku": [right]})
