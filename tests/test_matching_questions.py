"""Which pair a person is asked about next."""

from __future__ import annotations

import pyarrow as pa

from channelkit.matching.questions import choose_questions

NOTHING_ASKED = pa.table({"seller_sku": pa.array([], pa.string()), "product_sku": pa.array([], pa.string())})


def candidates(*rows: tuple[str, str, float, str, bool]) -> pa.Table:
    names = ("seller_sku", "product_sku", "probability", "verdict", "audit")
    return pa.table({name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


MANY = candidates(
    *(
        (f"L{number}", f"P{number}", number / 100, "possible" if number < 50 else "likely", False)
        for number in range(100)
    )
)


def test_uncertain_pairs_and_likely_ones_are_mixed_three_to_two() -> None:
    asked = choose_questions(MANY, NOTHING_ASKED, 25, seed=1)
    kinds = asked["asked"].to_pylist()
    assert (kinds.count("uncertain"), kinds.count("likely")) == (15, 10)
    assert kinds[:5].count("uncertain") == 3
    chances = dict(zip(MANY["seller_sku"].to_pylist(), MANY["probability"].to_pylist(), strict=True))
    uncertain = [chances[row["seller_sku"]] for row in asked.to_pylist() if row["asked"] == "uncertain"]
    likely = [chances[row["seller_sku"]] for row in asked.to_pylist() if row["asked"] == "likely"]
    assert min(uncertain) > 0.1 and max(uncertain) < 0.9
    assert min(likely) > 0.6


def test_what_was_asked_is_not_asked_again() -> None:
    first = choose_questions(MANY, NOTHING_ASKED, 25, seed=1)
    second = choose_questions(MANY, first, 25, seed=1)
    assert second.num_rows == 25
    assert not set(first["seller_sku"].to_pylist()) & set(second["seller_sku"].to_pylist())


def test_accepted_pairs_are_asked_about_only_to_check_them_and_then_first() -> None:
    some = candidates(
        ("A", "1", 0.99, "accepted", False), ("B", "2", 0.99, "accepted", True), ("C", "3", 0.5, "possible", False)
    )
    asked = choose_questions(some, NOTHING_ASKED, 5, seed=1)
    assert asked.to_pylist() == [
        {"seller_sku": "B", "product_sku": "2", "asked": "audit"},
        {"seller_sku": "C", "product_sku": "3", "asked": "uncertain"},
    ]


def test_one_listing_is_asked_about_once_in_a_batch() -> None:
    some = candidates(*(("A", str(number), 0.5, "possible", False) for number in range(9)))
    assert choose_questions(some, NOTHING_ASKED, 5, seed=1).num_rows == 1


def test_the_same_seed_asks_the_same_and_no_candidates_ask_nothing() -> None:
    assert choose_questions(MANY, NOTHING_ASKED, 9, seed=4).equals(choose_questions(MANY, NOTHING_ASKED, 9, seed=4))
    assert choose_questions(MANY.slice(0, 0), NOTHING_ASKED, 9, seed=4).num_rows == 0
