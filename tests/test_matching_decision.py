"""Which link holds: identifiers, then similarity, and a person's word last."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from channelkit.matching.decision import decide_links
from channelkit.model.changes import DECIDED_LINKS, LINKS

SKUS = pa.array(["MUG", "CUP", "JAR"])


def links(**found: str | None) -> pa.Table:
    """Return what identifiers say: listing to product, or to nothing."""
    rows = [
        {
            "seller_sku": sku,
            "product_sku": product,
            "method": "asin" if product else None,
            "evidence": "The ASIN is the same." if product else None,
            "candidates": 1 if product else 0,
        }
        for sku, product in found.items()
    ]
    return pa.Table.from_pylist(rows, schema=LINKS.schema())


def suggested(*rows: tuple[str, str, float, str]) -> pa.Table:
    names = ("seller_sku", "product_sku", "probability", "verdict")
    kinds = (pa.string(), pa.string(), pa.float64(), pa.string())
    columns = list(zip(*rows, strict=True)) or [()] * 4
    table = pa.table({name: pa.array(values, kind) for name, values, kind in zip(names, columns, kinds, strict=True)})
    return table.append_column("evidence", pa.repeat("Titles are the same.", table.num_rows))


def said(*rows: tuple[str, str, str]) -> pa.Table:
    names = ("seller_sku", "product_sku", "answer")
    columns = list(zip(*rows, strict=True)) or [()] * 3
    table = pa.table({name: pa.array(values, pa.string()) for name, values in zip(names, columns, strict=True)})
    return table.append_column("by_whom", pa.repeat(pa.scalar("Ada"), table.num_rows))


def decide(found: pa.Table, thought: pa.Table | None = None, answers: pa.Table | None = None) -> list[dict[str, Any]]:
    decided = decide_links(found, thought or suggested(), answers or said(), SKUS)
    assert decided.schema == DECIDED_LINKS.schema()
    rows: list[dict[str, Any]] = decided.to_pylist()
    return rows


def test_identifiers_are_certain_and_say_that_no_person_linked() -> None:
    (row,) = decide(links(A="MUG"))
    assert (row["product_sku"], row["method"], row["confidence"], row["linked_by"]) == ("MUG", "asin", 1.0, "")


def test_similarity_links_only_what_identifiers_leave_open_and_what_it_accepts() -> None:
    thought = suggested(("A", "CUP", 0.99, "accepted"), ("B", "CUP", 0.99, "accepted"), ("C", "JAR", 0.6, "likely"))
    first, second, third = decide(links(A="MUG", B=None, C=None), thought)
    assert (first["product_sku"], first["method"]) == ("MUG", "asin")
    assert (second["product_sku"], second["method"], second["confidence"]) == ("CUP", "similarity", 0.99)
    assert third["product_sku"] is None and third["candidates"] == 1
    assert third["evidence"] == "It may be JAR (60 %): Titles are the same."


def test_a_manual_link_is_marked_and_stands_above_everything() -> None:
    """MA-07, MA-09: an assigned product wins over identifiers, and says who assigned it."""
    (row,) = decide(links(A="MUG"), answers=said(("A", "CUP", "yes")))
    assert (row["product_sku"], row["method"], row["linked_by"]) == ("CUP", "manual", "Ada")
    assert row["evidence"].startswith("Ada said so.")


def test_a_manual_link_that_identifiers_contradict_asks_for_a_correction_on_both_sides() -> None:
    """MA-09."""
    contradicted, fine = decide(links(A="MUG", B="CUP"), answers=said(("A", "CUP", "yes"), ("B", "CUP", "yes")))
    assert contradicted["evidence"] == (
        "Ada said so. But The ASIN is the same. "
        "Identifiers of a pair that was linked by hand are corrected by hand, in both catalogs."
    )
    assert fine["evidence"] == "Ada said so."


def test_a_manual_link_can_be_changed_by_a_newer_one() -> None:
    (row,) = decide(links(A=None), answers=said(("A", "CUP", "yes"), ("A", "JAR", "yes")))
    assert row["product_sku"] == "JAR"


def test_a_no_is_remembered_against_identifiers_and_against_similarity() -> None:
    thought = suggested(("A", "MUG", 0.99, "accepted"), ("B", "CUP", 0.99, "accepted"))
    first, second = decide(links(A="MUG", B=None), thought, said(("A", "MUG", "no"), ("B", "CUP", "no")))
    assert first["product_sku"] is None and second["product_sku"] is None
    assert first["evidence"] == "Ada said that it is not MUG, although: The ASIN is the same."


def test_the_newest_answer_about_a_pair_counts() -> None:
    (row,) = decide(links(A=None), answers=said(("A", "MUG", "yes"), ("A", "MUG", "no")))
    assert row["product_sku"] is None
    (row,) = decide(links(A=None), answers=said(("A", "MUG", "no"), ("A", "MUG", "yes")))
    assert row["product_sku"] == "MUG"


def test_an_answer_about_a_product_that_commerce_never_had_changes_nothing() -> None:
    (row,) = decide(links(A="MUG"), answers=said(("A", "GHOST", "yes"), ("Z", "MUG", "yes"), ("A", "MUG", "skip")))
    assert (row["product_sku"], row["method"]) == ("MUG", "asin")


pairs = st.tuples(st.sampled_from("ABC"), st.sampled_from(["MUG", "CUP", "GHOST"]), st.sampled_from(["yes", "no"]))


@given(st.lists(pairs, max_size=8), st.lists(st.sampled_from(["MUG", "CUP", None]), min_size=3, max_size=3))
def test_no_link_ever_stands_against_a_persons_last_word(answers: list[Any], found: list[str | None]) -> None:
    last = {(sku, product): answer for sku, product, answer in answers}
    rows = decide(links(**dict(zip("ABC", found, strict=True))), answers=said(*answers))
    for row in rows:
        assert last.get((row["seller_sku"], row["product_sku"])) != "no"
        assert (row["product_sku"] is None) == (row["method"] is None)
