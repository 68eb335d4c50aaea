"""Which of Amazon's items is a product without a listing?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelkit.matching.catalog import CHILD, CHOSEN, FLAGS, IDENTIFIER, KEYWORDS, MISSING, OWN, choose_items

Row = dict[str, Any]
ITEMS = pa.schema(
    [*((name, pa.string()) for name in ("product_sku", "asin", "kind", "found_by")), ("parent", pa.bool_())]
)
CHOICES = pa.schema([(name, pa.string()) for name in ("product_sku", "asin", "by_whom")])
A, B, C, D = "B00000000A", "B00000000B", "B00000000C", "B00000000D"
CODE = "UPC 036000291452"


def item(asin: str, kind: str = IDENTIFIER, found_by: str = CODE, *, parent: bool = False, sku: str = "MUG") -> Row:
    return {"product_sku": sku, "asin": asin, "kind": kind, "found_by": found_by, "parent": parent}


def decide(*items: Row, own: str | None = None, chosen: str = "", by: str = "Ada") -> Row:
    """Return what is decided about one product, between two of which nothing is known."""
    products = pa.table({"sku": ["FIRST", "MUG", "LAST"], "asin": pa.array([None, own, None], pa.string())})
    choices = [{"product_sku": "MUG", "asin": chosen, "by_whom": by}] if chosen else []
    decided = choose_items(
        products, pa.Table.from_pylist(list(items), ITEMS), pa.Table.from_pylist(choices, CHOICES)
    ).to_pylist()
    assert [row["product_sku"] for row in decided] == ["FIRST", "MUG", "LAST"]
    assert all(decided[place]["asin"] is None and decided[place]["evidence"] is None for place in (0, 2))
    row: Row = decided[1]
    return row


def test_the_one_item_that_an_identifier_finds_is_the_product() -> None:
    row = decide(item(A))
    assert (row["asin"], row["evidence"]) == (A, f"{CODE} is {A} in Amazon's catalog.")
    assert not any(row[name] for name in FLAGS)


def test_several_items_with_one_identifier_decide_nothing() -> None:
    """MA-04."""
    row = decide(item(A), item(B), item(C), item(D))
    assert (row["asin"], row["several_asins"], row["parent_asin"]) == (None, True, False)
    assert row["evidence"] == f"{CODE} is that of several items: {A}, {B}, {C}, …."


@pytest.mark.parametrize(("hits", "is_several"), [(1, False), (2, True), (5, True)])
def test_words_alone_never_decide(hits: int, is_several: bool) -> None:
    """MA-03."""
    row = decide(*(item(f"B00000000{number}", KEYWORDS, "blue mug") for number in range(hits)))
    assert (row["asin"], row["several_asins"]) == (None, is_several)
    assert "B000000000" in row["evidence"]


def test_an_identifier_is_firmer_than_words() -> None:
    assert decide(item(A, KEYWORDS), item(B), item(C, KEYWORDS))["asin"] == B


def test_a_parent_is_told_and_asks_for_its_child() -> None:
    """MA-05."""
    for row in (
        decide(item(A, OWN, f"ASIN {A}", parent=True), item(B, CHILD), own=A),
        decide(item(A, parent=True), item(B, CHILD)),
    ):
        assert (row["asin"], row["several_asins"], row["parent_asin"]) == (A, False, True)


def test_a_child_beside_its_parent_is_the_product() -> None:
    """MA-05: the parent cannot be sold, so it is no second candidate."""
    row = decide(item(A, parent=True), item(B))
    assert (row["asin"], row["parent_asin"]) == (B, False)


def test_several_parents_decide_nothing() -> None:
    assert decide(item(A, parent=True), item(B, parent=True))["several_asins"]


def test_the_products_own_asin_holds_until_amazon_does_not_have_it() -> None:
    assert decide(own=A)["asin"] == A
    assert decide(item(A, OWN), item(B), own=A)["asin"] == A
    lost = decide(item(A, MISSING), own=A)
    assert (lost["asin"], lost["evidence"]) == (None, f"Amazon's catalog lacks {A}, which the product holds.")
    found = decide(item(A, MISSING), item(B), own=A)
    assert found["asin"] == B and found["evidence"].startswith("Amazon's catalog lacks")
    # It holds another ASIN since then, of which nothing is known yet.
    assert decide(item(A, MISSING), item(B), own=C)["asin"] == C


@pytest.mark.parametrize("own", ["", "none", "B0", "0000000000"])
def test_what_is_no_asin_is_none(own: str) -> None:
    assert decide(own=own)["asin"] is None


def test_what_a_person_chose_wins_over_everything() -> None:
    """MA-04."""
    row = decide(item(A, OWN, parent=True), item(B), item(C), item(D, CHOSEN, "Ada"), own=A, chosen=D)
    assert (row["asin"], row["evidence"]) == (D, "Ada chose it.")
    assert not any(row[name] for name in FLAGS)
    assert decide(chosen=D, by="")["evidence"] == "A person chose it."


def test_items_of_products_that_are_gone_are_left_alone() -> None:
    assert decide(item(A, sku="GONE"))["asin"] is None


@given(st.lists(st.tuples(st.sampled_from("XYZ"), st.sampled_from("ABCDE"), st.integers(0, 4), st.booleans())))
def test_each_product_has_one_answer_and_no_parent_is_ever_sold(found: list[tuple[str, str, int, bool]]) -> None:
    """MA-03, MA-05: whatever was found."""
    kinds = (OWN, IDENTIFIER, KEYWORDS, CHILD, MISSING)
    once = {(sku, asin): (kind, parent) for sku, asin, kind, parent in found}
    rows = [
        item(f"B00000000{asin}", kinds[kind], parent=parent, sku=sku) for (sku, asin), (kind, parent) in once.items()
    ]
    products = pa.table({"sku": ["X", "Y", "Z"], "asin": pa.array([None, "B00000000A", None], pa.string())})
    nobody = pa.Table.from_pylist([], CHOICES)
    decided = choose_items(products, pa.Table.from_pylist(rows, ITEMS), nobody)
    assert decided.schema.names == ["product_sku", "asin", *FLAGS, "evidence"] and decided.num_rows == 3
    for answer in decided.to_pylist():
        assert not (answer["several_asins"] and answer["asin"])
        sold = answer["asin"] is not None and not answer["parent_asin"]
        of_it = [row for row in rows if (row["product_sku"], row["asin"]) == (answer["product_sku"], answer["asin"])]
        if sold and of_it and of_it[0]["kind"] in (OWN, IDENTIFIER):
            assert not of_it[0]["parent"]
        if sold and answer["product_sku"] != "Y":
            assert [row["kind"] for row in of_it] == [IDENTIFIER]


def test_products_of_which_nothing_more_is_known_keep_their_own_asin() -> None:
    count = 100_000
    skus = pa.array([f"P{number}" for number in range(count)])
    asins = pa.array([f"B{number:09d}" for number in range(count)])
    products = pa.table({"sku": skus, "asin": asins})
    rows = [item(A, sku="P77"), item("B000000078", OWN, sku="P78", parent=True)]
    decided = choose_items(products, pa.Table.from_pylist(rows, ITEMS), pa.Table.from_pylist([], CHOICES))
    assert decided["asin"].to_pylist()[76:80] == [f"B0000000{number}" for number in range(76, 80)]
    assert np.flatnonzero(decided["parent_asin"].to_numpy()).tolist() == [78]
