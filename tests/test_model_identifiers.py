"""MA-10: identifiers are read as people and spreadsheets leave them, and judged as python-stdnum judges them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, isbn

from channelkit.model.identifiers import PROBLEMS, STATUSES, Source, asin, check_digit_fits, gtin14, read_codes

BROKEN = {"bad_check", "bad_length"}
UNSHARED = {"placeholder", "restricted", "case", "not_an_isbn"}


def status_of(code: str, source: Source = "gtin") -> str:
    return str(read_codes(pa.array([code]), source)["status"][0].as_py())


def key_of(code: str, source: Source = "gtin") -> int | None:
    key: int | None = gtin14(pa.array([code]), source)[0].as_py()
    return key


@given(st.lists(st.one_of(*(st.text("0123456789", min_size=size, max_size=size) for size in (8, 12, 13, 14)))))
def test_check_digits_agree_with_stdnum_on_8_12_13_and_14_digits(codes: list[str]) -> None:
    """MA-10."""
    found = read_codes(pa.array(codes, pa.string())).to_pydict()
    for code, key, status in zip(codes, found["gtin14"], found["status"], strict=True):
        if status == "placeholder":
            continue
        assert (status not in BROKEN) == ean.is_valid(code)
        assert key == (None if status in BROKEN | UNSHARED else int(code))


@given(st.lists(st.integers(0, 10**13 - 1)))
def test_every_number_with_its_own_check_digit_fits_and_with_another_does_not(stems: list[int]) -> None:
    right = [stem * 10 + int(ean.calc_check_digit(str(stem).zfill(13))) for stem in stems]
    wrong = [number - number % 10 + (number + 1) % 10 for number in right]
    assert check_digit_fits(np.array(right, np.int64)).all()
    assert not check_digit_fits(np.array(wrong, np.int64)).any()


@given(st.text("0123456789", min_size=9, max_size=9), st.sampled_from("0123456789Xx"))
def test_isbn_10_agrees_with_stdnum(body: str, last: str) -> None:
    """MA-10."""
    code = body + last
    status = status_of(code, "isbn")
    if status == "placeholder":
        return
    # stdnum takes a lower-case x as well; a body of one repeated digit is what people type who have no ISBN.
    is_placeholder_body = len(set(body)) == 1 or body == "123456789"
    if isbn.is_valid(code) and not is_placeholder_body:
        assert status == "isbn10"
        assert key_of(code, "isbn") == int(isbn.to_isbn13(code))
    else:
        assert key_of(code, "isbn") is None


@given(st.sampled_from(["978", "979", "400", "036"]), st.text("0123456789", min_size=10, max_size=10))
def test_isbn_13_agrees_with_stdnum(prefix: str, rest: str) -> None:
    """MA-10."""
    code = prefix + rest
    status = status_of(code, "isbn")
    if status != "placeholder":
        assert (status in {"ok", "ismn"}) == isbn.is_valid(code)


@given(st.integers(10**7, 10**11 - 1))
def test_a_upc_that_lost_its_leading_zeros_has_the_same_key(stem: int) -> None:
    code = f"{stem:011d}"
    code += ean.calc_check_digit(code)
    shortened = code.lstrip("0")
    assert key_of(shortened, "upc") == key_of(code, "upc")


@given(st.lists(st.one_of(st.none(), st.text())), st.sampled_from(["upc", "ean", "gtin", "isbn", "asin", "upc_e"]))
def test_any_text_at_all_gets_a_status_and_a_key_only_where_it_is_good(codes: list[str | None], source: Source) -> None:
    found = read_codes(pa.array(codes, pa.string()), source).to_pydict()
    assert len(found["status"]) == len(codes)
    for key, status in zip(found["gtin14"], found["status"], strict=True):
        assert status in STATUSES
        assert (key is None) == (status in PROBLEMS)


@pytest.mark.parametrize(
    "code",
    [
        "036000291452",
        "36000291452",
        "36000291452.0",
        "36000291452.00",
        "'036000291452",
        "’036000291452",
        " 0360-0029 1452 ",
        "0036000291452",
        "00036000291452",
        "０３６０００２９１４５２",
    ],
)
def test_what_spreadsheets_and_people_add_does_not_matter(code: str) -> None:
    """MA-10."""
    assert key_of(code) == 36000291452


@pytest.mark.parametrize(
    ("code", "source", "status"),
    [
        ("8.87277E+11", "upc", "unrecoverable"),
        ("8,87277E+11", "upc", "unrecoverable"),
        ("8.87277e11", "upc", "unrecoverable"),
        ("Does not apply", "upc", "placeholder"),
        ("DOES NOT APPLY", "ean", "placeholder"),
        ("n/a", "gtin", "placeholder"),
        ("none", "gtin", "placeholder"),
        ("000000000000", "upc", "placeholder"),
        ("111111111117", "upc", "placeholder"),
        ("5555555555555", "ean", "placeholder"),
        ("123456789012", "upc", "placeholder"),
        ("1234567890128", "ean", "placeholder"),
        ("212345678909", "upc", "restricted"),
        ("412345678903", "upc", "restricted"),
        ("512345678900", "upc", "restricted"),
        ("2912345678906", "ean", "restricted"),
        ("9812345678902", "ean", "restricted"),
        ("9912345678909", "ean", "restricted"),
        ("01234565", "ean", "restricted"),
        ("10036000291459", "gtin", "case"),
        ("90036000291455", "gtin", "case"),
        ("036000291453", "upc", "bad_check"),
        ("12345", "upc", "bad_length"),
        ("123456789012345", "gtin", "bad_length"),
        ("036000A91452", "upc", "not_a_number"),
        ("4006381333931", "isbn", "not_an_isbn"),
        ("9790060115615", "isbn", "ismn"),
        ("B000SDZTM8", "asin", "not_a_book"),
        ("", "upc", "missing"),
        ("   ", "upc", "missing"),
    ],
)
def test_each_defect_has_its_own_readable_status(code: str, source: Source, status: str) -> None:
    """MA-10."""
    assert status_of(code, source) == status


def test_a_missing_code_is_missing_and_nothing_else() -> None:
    assert read_codes(pa.array([None], pa.string()))["status"].to_pylist() == ["missing"]


@pytest.mark.parametrize("code", ["0-306-40615-2", "0306406152", "306406152", "978-0-306-40615-7"])
def test_an_isbn_of_ten_digits_and_one_of_thirteen_are_one_key(code: str) -> None:
    assert key_of(code, "isbn") == 9780306406157


@pytest.mark.parametrize("code", ["080442957X", "080442957x"])
def test_the_x_of_an_isbn_may_be_small(code: str) -> None:
    assert key_of(code, "isbn") == key_of(code, "asin") == 9780804429573


def test_ten_digits_are_an_isbn_only_where_one_is_expected() -> None:
    # 0306406152 is a valid ISBN-10; as a UPC that lost two zeros its check digit does not fit.
    assert key_of("0306406152", "isbn") == 9780306406157
    assert key_of("0306406152", "upc") is None


@pytest.mark.parametrize(
    ("short", "full"),
    [("04252614", 42100005264), ("01234531", 12300000451), ("01234543", 12340000053), ("01234565", 12345000065)],
)
def test_eight_digits_are_a_upc_e_only_where_that_is_said(short: str, full: int) -> None:
    assert key_of(short, "upc_e") == full
    assert key_of(short, "upc") != full


def test_six_digits_of_a_upc_e_get_their_check_digit() -> None:
    assert key_of("425261", "upc_e") == 42100005264


@given(st.lists(st.one_of(st.none(), st.text())))
def test_an_asin_is_ten_letters_or_digits_in_capitals_whatever_comes(codes: list[str | None]) -> None:
    for found in asin(pa.array(codes, pa.string())).to_pylist():
        assert found is None or (len(found) == 10 and found.isascii() and found.isalnum() and found == found.upper())


def test_columns_in_several_pieces_and_slices_are_read_like_any_other() -> None:
    codes = pa.chunked_array([["x", "036000291452"], ["036000291452"]]).slice(1)
    assert gtin14(codes).to_pylist() == [36000291452, 36000291452]
