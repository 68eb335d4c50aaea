"""MA-02: seller SKU, ASIN, GTIN, at last GCID; what is not certain is left to a person, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.ean import calc_check_digit as check_digit

from channelkit.matching.links import CROWD, link
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
CODES = st.sampled_from([None, "036000291452", "36000291452", "9780306406157", "000000000000", "10036000291459", "x"])
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
        # What is only related, or stands at too many products, is told and is no candidate.
        assert row["candidates"] == 0 or row["evidence"]
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


def test_a_gcid_is_a_link_whatever_type_the_report_gives_it() -> None:
    """MA-01, MA-02."""
    for kind in ("8", "1", "", None):
        listing = {"seller_sku": "X", "product_id": "bfb1de9a3c4d5e6f", "product_id_type": kind}
        found = link_one(listing, {"sku": "M", "gcid": "BFB1DE9A3C4D5E6F"}, {"sku": "N", "gcid": "n/a"})
        assert (found["product_sku"], found["method"]) == ("M", "gcid")
        assert found["evidence"] == "GCID BFB1DE9A3C4D5E6F is the same in both catalogs."


def test_a_gcid_is_the_weakest_identifier_and_its_objection_is_told() -> None:
    """MA-02."""
    listing = {"seller_sku": "X", "asin": "B000000001", "product_id": "BFB1DE9A3C4D5E6F"}
    found = link_one(listing, {"sku": "A", "asin": "B000000001"}, {"sku": "G", "gcid": "BFB1DE9A3C4D5E6F"})
    assert (found["product_sku"], found["method"]) == ("A", "asin")
    assert found["evidence"].endswith("But GCID BFB1DE9A3C4D5E6F belongs to G.")


UNIT, CASE = "0036000291452", "10036000291459"


@pytest.mark.parametrize(
    ("listed", "held", "words"),
    [
        (CASE, UNIT, f"GTIN {CASE} is the code of a case, a relative of P; a case is never its unit."),
        (UNIT, CASE, f"GTIN {UNIT} is the unit in a case that is P; a case is never its unit."),
        (CASE, CASE, f"GTIN {CASE} is the code of a case, a relative of P; a case is never its unit."),
    ],
)
def test_a_case_is_told_to_be_related_to_its_unit_and_is_never_linked_to_it(listed: str, held: str, words: str) -> None:
    """MA-02, MA-10."""
    listing = {"seller_sku": "X", "product_id": listed, "product_id_type": "4"}
    found = link_one(listing, {"sku": "P", "gtin": held})
    assert found == {"seller_sku": "X", "product_sku": None, "method": None, "evidence": words, "candidates": 0}


def test_a_listing_linked_by_its_sku_is_told_that_it_carries_the_code_of_a_case() -> None:
    listing = {"seller_sku": "P", "product_id": CASE, "product_id_type": "4"}
    found = link_one(listing, {"sku": "P", "ean": UNIT})
    assert (found["product_sku"], found["candidates"]) == ("P", 1)
    assert f"GTIN {CASE} is the code of a case" in found["evidence"]


def test_a_gtin_that_very_many_products_hold_is_a_placeholder() -> None:
    """MA-10."""
    listing = {"seller_sku": "X", "product_id": UNIT, "product_id_type": "4"}
    products: list[Row] = [{"sku": f"P{number:02d}", "ean": UNIT} for number in range(CROWD + 1)]
    assert link_one(listing, *products[:CROWD])["candidates"] == CROWD
    found = link_one(listing, *products)
    assert (found["product_sku"], found["candidates"]) == (None, 0)
    assert found["evidence"] == f"GTIN {UNIT} stands at {CROWD + 1} products, so it says nothing."


def test_a_placeholder_of_many_products_leaves_the_word_to_the_other_identifiers() -> None:
    products: list[Row] = [{"sku": f"P{number:02d}", "ean": UNIT} for number in range(CROWD + 1)]
    listing = {"seller_sku": "P03", "product_id": UNIT, "product_id_type": "4"}
    found = link_one(listing, *products)
    assert (found["product_sku"], found["method"]) == ("P03", "seller_sku")
    assert "so it says nothing" in found["evidence"]


def test_two_listings_with_one_asin_are_both_linked_and_the_evidence_names_both() -> None:
    """MA-02."""
    listings: list[Row] = [
        {"seller_sku": "MUG-FBA", "asin": "B000000001", "fulfillment_channel": "AMAZON_NA"},
        {"seller_sku": "MUG", "asin": "B000000001", "fulfillment_channel": "DEFAULT"},
        {"seller_sku": "CUP"},
    ]
    found = links_of(listings, [{"sku": "P", "asin": "B000000001"}, {"sku": "CUP"}])
    assert [row["product_sku"] for row in found] == ["P", "P", "CUP"]
    for row in found[:2]:
        assert row["evidence"] == ("ASIN B000000001 is the same in both catalogs. It has 2 listings: MUG, MUG-FBA.")
    assert "listings" not in found[2]["evidence"]


def test_a_product_whose_own_gtins_contradict_each_other_is_linked_and_that_is_told() -> None:
    """MA-02, MA-10."""
    listing = {"seller_sku": "X", "product_id": UNIT, "product_id_type": "4"}
    found = link_one(listing, {"sku": "P", "upc": "036000291452", "ean": "4006381333931", "gtin": UNIT})
    assert (found["product_sku"], found["candidates"]) == ("P", 1)
    assert found["evidence"].endswith("But P has several GTINs: 0036000291452, 4006381333931.")


def test_a_code_inside_a_longer_text_links() -> None:
    """MA-10."""
    listing = {"seller_sku": "X", "product_id": "00606449003208", "product_id_type": "4"}
    assert link_one(listing, {"sku": "P", "gtin": "GTIN_321146_00606449003208"})["product_sku"] == "P"


def weigh(
    listing: Row,
    product: Row,
    currency: str = "",
    *,
    code: str = UNIT,
    brands: tuple[str | None, str | None] = (None, None),
) -> dict[str, Any]:
    """Link one listing and one product that have nothing but a GTIN in common."""
    listings = table(LISTINGS, [{"seller_sku": "X", "product_id": code, "product_id_type": "4", **listing}])
    products = table(PRODUCTS, [{"sku": "P", "ean": code, **product}])
    listings = listings.append_column("brand", pa.array([brands[0]], pa.string()))
    products = products.append_column("brand", pa.array([brands[1]], pa.string()))
    found: dict[str, Any] = link(listings, products, currency).to_pylist()[0]
    return found


@pytest.mark.parametrize(
    ("title", "name", "brands"),
    [
        ("Trail shoes, men, size 44", "Steel kettle 1.7 l", (None, None)),
        ("Trail shoes", "Kettle", ("Evertrail", "Caldera")),
        ("Kettle, steel", "Espresso machine", ("Iskra", None)),
    ],
)
def test_a_lone_gtin_that_brand_and_title_contradict_is_left_to_a_person(
    title: str, name: str, brands: tuple[str | None, str | None]
) -> None:
    """MA-02: an internal number has a check digit that fits one time in ten."""
    found = weigh({"title": title}, {"name": name}, brands=brands)
    assert (found["product_sku"], found["method"], found["candidates"]) == (None, None, 1)
    assert found["evidence"].startswith(f"GTIN {UNIT} is that of P, but the titles have no word in common")
    assert ("the brand is Evertrail there and Caldera here" in found["evidence"]) == (brands[1] == "Caldera")


@pytest.mark.parametrize(
    ("title", "name", "brands"),
    [
        ("KETTLE (steel), 1.7 l", "Steel kettle", (None, None)),
        ("Écran plat", "ecran neuf", (None, None)),
        ("Edelstahlkanne", "Kanne, blau", (None, None)),
        ("Caldera Wasserkocher aus Edelstahl", "Steel kettle", (None, "Caldera")),
        ("Wasserkocher aus Edelstahl", "Steel kettle, grey", ("CALDERA", "Caldera")),
        ("Steel kettle", "Kettle, red", ("Evertrail", "Caldera")),
        ("ステンレスケトル", "電気ケトル", (None, None)),
        ("Shoes", "Kettle", (None, None)),
        (None, "Steel kettle", ("Evertrail", "Caldera")),
        ("", "", (None, None)),
    ],
)
def test_a_lone_gtin_links_where_anything_agrees_or_too_little_is_known(
    title: str | None, name: str, brands: tuple[str | None, str | None]
) -> None:
    """MA-02."""
    assert weigh({"title": title}, {"name": name}, brands=brands)["product_sku"] == "P"


def test_a_ten_fold_price_is_told_and_parts_only_what_no_title_joins() -> None:
    """MA-02."""
    price = {"price": 19900, "currency": "USD"}
    apart = weigh(price, {"price": "19.90"}, "USD")
    assert (apart["product_sku"], apart["candidates"]) == (None, 1)
    assert "one price is 10 times the other" in apart["evidence"]
    joined = weigh({**price, "title": "Steel kettle"}, {"price": "19.90", "name": "Kettle, steel"}, "USD")
    assert joined["product_sku"] == "P"
    assert joined["evidence"].endswith("But one price is 10 times the other.")


@pytest.mark.parametrize(
    ("price", "currency", "ours", "theirs"),
    [
        (19900, "USD", "19.91", "USD"),
        (19900, "USD", "19.90", "EUR"),
        (19900, "USD", "19.90", ""),
        (1990, "JPY", "1990", "JPY"),
        (0, "USD", "19.90", "USD"),
        (None, "USD", "19.90", "USD"),
        (19900, None, "19.90", "USD"),
        (19900, "USD", None, "USD"),
    ],
)
def test_prices_are_compared_only_where_both_are_known_in_one_currency(
    price: int | None, currency: str | None, ours: str | None, theirs: str
) -> None:
    found = weigh({"price": price, "currency": currency}, {"price": ours}, theirs)
    assert (found["product_sku"], "times" in found["evidence"]) == ("P", False)


def test_what_contradicts_a_link_by_sku_or_asin_is_no_reason_to_doubt_it() -> None:
    listing: Row = {"seller_sku": "P", "title": "Trail shoes, red", "price": 19900, "currency": "USD"}
    found = weigh(listing, {"name": "Steel kettle", "price": "1.00"}, "USD")
    assert (found["product_sku"], found["method"]) == ("P", "seller_sku")


TITLES = st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["Steel kettle", "Trail shoes red", "電気ケトル"]))


@given(st.lists(st.tuples(TITLES, TITLES), max_size=5))
def test_any_titles_at_all_are_weighed_and_a_doubt_keeps_its_candidate(
    rows: list[tuple[str | None, str | None]],
) -> None:
    codes = [f"{stem}{check_digit(stem)}" for stem in (f"40063813{number:04d}" for number in range(len(rows)))]
    listings = [
        {"seller_sku": f"L{place}", "product_id": codes[place], "product_id_type": "4", "title": title}
        for place, (title, _) in enumerate(rows)
    ]
    products = [{"sku": f"P{place}", "ean": codes[place], "name": name} for place, (_, name) in enumerate(rows)]
    for place, found in enumerate(links_of(listings, products)):
        assert found["candidates"] == 1
        assert found["product_sku"] in (None, f"P{place}")
        assert f"P{place}" in found["evidence"] or found["product_sku"]


def test_a_code_that_is_none_at_the_last_product_does_not_hinder_the_others() -> None:
    listing = {"seller_sku": "X", "product_id": UNIT, "product_id_type": "4"}
    found = link_one(listing, {"sku": "A", "ean": UNIT, "upc": "4006381333931"}, {"sku": "B", "ean": "nonsense"})
    assert found["product_sku"] == "A"
