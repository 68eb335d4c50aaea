"""MA-02: seller SKU, then ASIN, then the GTIN family; what is not certain is left to a person, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelkit.matching.links import link
from channelkit.model.changes import LINKS
from channelkit.model.tables import LISTINGS, PRODUCTS
from tests.decision_tables import Row, table


def links_of(listings: Sequence[Row], products: Sequence[Row]) -> list[dict[str, Any]]:
    found = link(table(LISTINGS, listings), table(PRODUCTS, products))
    assert found.schema == LINKS.schema()
    rows: list[dict[str, Any]] = found.to_pylist()
    return rows


def link_one(listing: Row, *products: Row) -> dict[str, Any]:
    return links_of([listing], list(products))[0]


def test_the_same_seller_sku_is_a_link() -> None:
    """MA-02."""
    found = link_one({"seller_sku": "MUG-1"}, {"sku": "24-MB01", "seller_sku": "MUG-1"})
    assert found == {
        "seller_sku": "MUG-1",
        "product_sku": "24-MB01",
        "method": "seller_sku",
        "evidence": "Seller SKU MUG-1 is the same in both catalogs.",
        "candidates": 1,
    }


def test_a_product_without_a_seller_sku_of_its_own_goes_by_its_sku() -> None:
    assert link_one({"seller_sku": "MUG-1"}, {"sku": "MUG-1"})["product_sku"] == "MUG-1"


def test_the_same_asin_is_a_link_whatever_its_case() -> None:
    """MA-02."""
    found = link_one({"seller_sku": "X", "asin": "B000SDZTM8"}, {"sku": "MUG", "asin": " b000sdztm8"})
    assert (found["product_sku"], found["method"]) == ("MUG", "asin")
    assert found["evidence"] == "ASIN B000SDZTM8 is the same in both catalogs."


def test_an_asin_given_only_as_product_id_counts() -> None:
    found = link_one(
        {"seller_sku": "X", "product_id": "B000SDZTM8", "product_id_type": "1"}, {"sku": "M", "asin": "B000SDZTM8"}
    )
    assert (found["product_sku"], found["method"]) == ("M", "asin")


@pytest.mark.parametrize(
    ("code", "kind", "column", "value"),
    [
        ("036000291452", "3", "upc", "36000291452"),
        ("036000291452", "3", "ean", "0036000291452"),
        ("0036000291452", "4", "gtin", "00036000291452"),
        ("9780306406157", "4", "isbn", "0-306-40615-2"),
        ("0306406152", "2", "isbn", "978-0306406157"),
        ("0306406152", "2", "ean", "9780306406157"),
    ],
)
def test_upc_ean_isbn_and_gtin_are_one_key(code: str, kind: str, column: str, value: str) -> None:
    """MA-02."""
    found = link_one({"seller_sku": "X", "product_id": code, "product_id_type": kind}, {"sku": "M", column: value})
    assert (found["product_sku"], found["method"]) == ("M", "gtin")


def test_the_asin_of_a_book_is_its_isbn() -> None:
    found = link_one({"seller_sku": "X", "asin": "080442957X"}, {"sku": "BOOK", "isbn": "9780804429573"})
    assert (found["product_sku"], found["method"]) == ("BOOK", "gtin")


@pytest.mark.parametrize("kind", ["1", "5", "", None])
def test_a_product_id_of_another_type_is_no_gtin(kind: str | None) -> None:
    found = link_one(
        {"seller_sku": "X", "product_id": "036000291452", "product_id_type": kind}, {"sku": "M", "upc": "036000291452"}
    )
    assert found["product_sku"] is None


@pytest.mark.parametrize("code", ["000000000000", "212345678909", "Does not apply", "10036000291459", "036000291453"])
def test_a_code_that_others_may_use_links_nothing(code: str) -> None:
    """MA-10."""
    found = link_one(
        {"seller_sku": "X", "product_id": code, "product_id_type": "3"}, {"sku": "M", "upc": code, "gtin": code}
    )
    assert (found["product_sku"], found["candidates"]) == (None, 0)


def test_the_stronger_identifier_decides_and_the_conflict_is_told() -> None:
    """MA-02."""
    listing = {"seller_sku": "A", "asin": "B000000002", "product_id": "036000291452", "product_id_type": "3"}
    found = link_one(listing, {"sku": "A"}, {"sku": "B", "asin": "B000000002"}, {"sku": "C", "upc": "036000291452"})
    assert (found["product_sku"], found["method"], found["candidates"]) == ("A", "seller_sku", 1)
    assert "But ASIN B000000002 belongs to B." in found["evidence"]
    assert "But GTIN 0036000291452 belongs to C." in found["evidence"]


def test_an_asin_link_tells_that_the_gtin_says_otherwise() -> None:
    listing = {"seller_sku": "X", "asin": "B000000002", "product_id": "036000291452", "product_id_type": "3"}
    found = link_one(listing, {"sku": "B", "asin": "B000000002"}, {"sku": "C", "upc": "036000291452"})
    assert (found["product_sku"], found["method"]) == ("B", "asin")
    assert found["evidence"].endswith("But GTIN 0036000291452 belongs to C.")


@pytest.mark.parametrize(("column", "code"), [("asin", "B000000009"), ("upc", "036000291452")])
def test_what_several_products_hold_links_none_and_names_up_to_three(column: str, code: str) -> None:
    listing = {"seller_sku": "X", "asin": "B000000009", "product_id": "036000291452", "product_id_type": "3"}
    products: list[Row] = [{"sku": sku, column: code} for sku in ("P4", "P2", "P1", "P3")]
    found = links_of([listing], products)[0]
    assert (found["product_sku"], found["method"], found["candidates"]) == (None, None, 4)
    assert "belongs to 4 products: P1, P2, P3, …" in found["evidence"]


def test_two_products_that_hold_an_asin_are_both_named() -> None:
    found = link_one(
        {"seller_sku": "X", "asin": "B000000009"},
        {"sku": "P2", "asin": "B000000009"},
        {"sku": "P1", "asin": "B000000009"},
    )
    assert found["evidence"] == "ASIN B000000009 belongs to 2 products: P1, P2."


def test_a_gtin_in_two_columns_of_one_product_is_one_candidate() -> None:
    listing = {"seller_sku": "X", "product_id": "036000291452", "product_id_type": "3"}
    found = link_one(listing, {"sku": "P", "upc": "036000291452", "gtin": "00036000291452", "ean": "0036000291452"})
    assert (found["product_sku"], found["candidates"]) == ("P", 1)


def test_a_product_may_have_several_listings() -> None:
    listings: list[Row] = [{"seller_sku": sku, "asin": "B000000001"} for sku in ("NEW", "USED")]
    assert [row["product_sku"] for row in links_of(listings, [{"sku": "P", "asin": "B000000001"}])] == ["P", "P"]


def test_a_sku_that_differs_in_case_is_a_link_where_no_other_is_like_it() -> None:
    found = link_one({"seller_sku": "mug-1"}, {"sku": "MUG-1"})
    assert (found["product_sku"], found["method"]) == ("MUG-1", "seller_sku")
    assert "differ only in upper and lower case" in found["evidence"]


def test_two_listings_that_differ_only_in_case_are_not_guessed_at() -> None:
    found = links_of([{"seller_sku": "mug"}, {"seller_sku": "MUG"}], [{"sku": "Mug"}])
    assert [(row["product_sku"], row["candidates"]) for row in found] == [(None, 1), (None, 1)]
    assert "not the only one" in found[0]["evidence"]


def test_a_listing_whose_twin_has_the_exact_sku_is_left_to_its_other_identifiers() -> None:
    found = links_of(
        [{"seller_sku": "MUG"}, {"seller_sku": "mug", "asin": "B000000002"}],
        [{"sku": "MUG"}, {"sku": "P2", "asin": "B000000002"}],
    )
    assert [row["product_sku"] for row in found] == ["MUG", "P2"]
    assert found[1]["method"] == "asin"


def test_two_products_whose_seller_skus_differ_only_in_case_are_not_guessed_at() -> None:
    found = link_one({"seller_sku": "mug"}, {"sku": "P1", "seller_sku": "MUG"}, {"sku": "P2", "seller_sku": "Mug"})
    assert (found["product_sku"], found["candidates"]) == (None, 2)


def test_a_sku_that_differs_in_case_and_another_identifier_that_disagrees_are_for_a_person() -> None:
    found = link_one({"seller_sku": "mug", "asin": "B000000002"}, {"sku": "MUG"}, {"sku": "P2", "asin": "B000000002"})
    assert (found["product_sku"], found["candidates"]) == (None, 2)
    assert "MUG" in found["evidence"]
    assert "P2" in found["evidence"]


@pytest.mark.parametrize("sku", ["0012", "A/B", "A,B", "Ä ß", "100%", '"q"', ".", " A "])
def test_skus_are_compared_as_they_stand(sku: str) -> None:
    found = links_of([{"seller_sku": sku}, {"seller_sku": "12"}], [{"sku": sku}])
    assert [row["product_sku"] for row in found] == [sku, None]


def test_a_product_that_commerce_no_longer_has_is_known_only_where_no_other_is() -> None:
    products: list[Row] = [
        {"sku": "OLD", "asin": "B000000001", "missing_since": 1},
        {"sku": "NEW", "asin": "B000000001"},
    ]
    listing: Row = {"seller_sku": "X", "asin": "B000000001"}
    assert link_one(listing, *products)["product_sku"] == "NEW"
    assert link_one(listing, products[0])["product_sku"] == "OLD"


def test_nothing_on_either_side_is_no_error() -> None:
    assert links_of([], [{"sku": "A"}]) == []
    assert link_one({"seller_sku": "A"}) == {
        "seller_sku": "A",
        "product_sku": None,
        "method": None,
        "evidence": None,
        "candidates": 0,
    }


SKUS = st.sampled_from(["a", "A", "b", "B", "c", "ä", "Ä"])
ASINS = st.sampled_from([None, "B000000001", "B000000002", "0306406152", "nonsense"])
CODES = st.sampled_from([None, "036000291452", "36000291452", "9780306406157", "000000000000", "x"])
LISTING_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "seller_sku": SKUS,
            "asin": ASINS,
            "product_id": CODES,
            "product_id_type": st.sampled_from([None, "1", "2", "3", "4"]),
        }
    ),
    unique_by=lambda row: row["seller_sku"],
)
PRODUCT_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sku": SKUS,
            "seller_sku": st.one_of(st.none(), SKUS),
            "asin": ASINS,
            "upc": CODES,
            "ean": CODES,
            "isbn": CODES,
            "gtin": CODES,
        }
    ),
    unique_by=lambda row: row["sku"],
)


@settings(max_examples=100)
@given(LISTING_ROWS, PRODUCT_ROWS, st.randoms(use_true_random=False))
def test_links_do_not_depend_on_the_order_of_rows_and_always_say_why(
    listings: list[dict[str, Any]], products: list[dict[str, Any]], random: Any
) -> None:
    found = links_of(listings, products)
    assert [row["seller_sku"] for row in found] == [row["seller_sku"] for row in listings]
    skus = {row["sku"] for row in products}
    for row in found:
        assert row["product_sku"] is None or row["product_sku"] in skus
        assert (row["product_sku"] is None) == (row["method"] is None)
        assert (row["candidates"] == 0) == (row["evidence"] is None)
        assert row["product_sku"] is None or row["candidates"] == 1

    other_listings, other_products = list(listings), list(products)
    random.shuffle(other_listings)
    random.shuffle(other_products)
    again = links_of(other_listings, other_products)

    def by_sku(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(rows, key=lambda row: str(row["seller_sku"]))

    assert by_sku(found) == by_sku(again)


@given(LISTING_ROWS, PRODUCT_ROWS)
def test_an_exact_seller_sku_held_by_one_product_always_wins(
    listings: list[dict[str, Any]], products: list[dict[str, Any]]
) -> None:
    holders: dict[str, list[str]] = {}
    for product in products:
        holders.setdefault(product["seller_sku"] or product["sku"], []).append(product["sku"])
    for row in links_of(listings, products):
        holding = holders.get(row["seller_sku"], [])
        if len(holding) == 1:
            assert (row["product_sku"], row["method"]) == (holding[0], "seller_sku")
        elif holding:
            assert (row["product_sku"], row["candidates"]) == (None, len(holding))


def test_columns_in_several_pieces_are_matched_like_any_other() -> None:
    listings = table(LISTINGS, [{"seller_sku": "A"}])
    listings = pa.concat_tables([listings, table(LISTINGS, [{"seller_sku": "B"}])])
    products = pa.concat_tables([table(PRODUCTS, [{"sku": "B"}]), table(PRODUCTS, [{"sku": "A"}])])
    assert link(listings, products)["product_sku"].to_pylist() == ["A", "B"]
