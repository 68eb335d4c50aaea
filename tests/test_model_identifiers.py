"""MA-10: identifiers are read as people and spreadsheets leave them, and judged as python-stdnum judges them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean, isbn, ismn

from channelkit.model.check_digits import check_digit_fits
from channelkit.model.identifiers import NOTES, PROBLEMS, STATUSES, Source, asin, gcid, gtin14, read_codes

BROKEN = {"bad_check", "bad_length"}
UNSHARED = {"placeholder", "restricted", "case", "variable", "not_an_isbn"}


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
        '="036000291452"',
        '"036000291452"',
        "036000291452\u200e",
        "\ufeff036000291452",
        "0360\u00a00029\u20111452",
        "\t036000291452\r\n",
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
        ("90036000291455", "gtin", "variable"),
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


UPC_ES = [("04252614", 42100005264), ("01234531", 12300000451), ("01234543", 12340000053), ("01234565", 12345000065)]


@pytest.mark.parametrize(("short", "full"), UPC_ES)
def test_eight_digits_are_a_upc_e_where_that_is_said_or_where_a_upc_begins_with_a_zero(short: str, full: int) -> None:
    """MA-10."""
    assert key_of(short, "upc_e") == key_of(short, "upc") == full
    assert status_of(short, "upc") == "upc_e"
    for source in ("ean", "gtin"):
        assert status_of(short, source) in {"restricted", "bad_check"}


@pytest.mark.parametrize(("short", "full"), UPC_ES)
def test_a_upc_e_that_lost_its_zero_is_not_guessed_at(short: str, full: int) -> None:
    assert key_of(short.lstrip("0"), "upc") is None


def test_eight_digits_that_begin_with_another_digit_stay_an_ean_8_in_a_column_of_upcs() -> None:
    assert key_of("96385074", "upc") == 96385074
    assert read_codes(pa.array(["96385074"]), "upc")["kind"].to_pylist() == ["ean8"]


def test_six_digits_of_a_upc_e_get_their_check_digit() -> None:
    assert key_of("425261", "upc_e") == 42100005264


@given(st.lists(st.one_of(st.none(), st.text())))
def test_an_asin_is_ten_letters_or_digits_in_capitals_whatever_comes(codes: list[str | None]) -> None:
    for found in asin(pa.array(codes, pa.string())).to_pylist():
        assert found is None or (len(found) == 10 and found.isascii() and found.isalnum() and found == found.upper())


def test_columns_in_several_pieces_and_slices_are_read_like_any_other() -> None:
    codes = pa.chunked_array([["x", "036000291452"], ["036000291452"]]).slice(1)
    assert gtin14(codes).to_pylist() == [36000291452, 36000291452]


@given(st.lists(st.one_of(st.none(), st.text())))
def test_a_gcid_is_sixteen_letters_or_digits_in_capitals_whatever_comes(codes: list[str | None]) -> None:
    """MA-01."""
    for found in gcid(pa.array(codes, pa.string())).to_pylist():
        assert found is None or (len(found) == 16 and found.isascii() and found.isalnum() and found == found.upper())


def test_a_gcid_is_found_however_it_is_spaced_and_no_other_code_is_one() -> None:
    """MA-01."""
    codes = pa.array(["bfb1de9a 3c4d-5e6f", "4006381333931", "B000SDZTM8", "0" * 16, None])
    assert gcid(codes).to_pylist() == ["BFB1DE9A3C4D5E6F", None, None, None, None]


@pytest.mark.parametrize(
    "words",
    [
        *("Does not apply", "N/A", "#N/A", "n.a.", "-", "--", "?", "xxx", "null"),
        *("Nicht zutreffend", "entfällt", "keine Angabe", "ohne EAN", "kein GTIN", "Ne s'applique pas", "Sans objet"),
        *("Non applicable", "sans code", "No aplica", "sin código", "Non applicabile", "senza codice", "SEM GTIN"),
        *("Não aplicável", "não se aplica", "Niet van toepassing", "n.v.t.", "Nie dotyczy", "brak", "Ej tillämpligt"),
        *("Geçerli değil", "該当なし", "不适用", "لا ينطبق", "GTIN exempt", "no barcode", "UNKNOWN"),
    ],
)
@pytest.mark.parametrize("source", ["upc", "isbn"])
def test_words_for_no_code_are_known_in_many_languages(words: str, source: Source) -> None:
    """MA-10."""
    assert status_of(words, source) in {"placeholder", "missing"}


@pytest.mark.parametrize("words", ["MUG", "Kanne blau", "none2", "II57PBHJOB1581", "A-B-C"])
def test_other_words_are_no_placeholder(words: str) -> None:
    assert status_of(words) == "not_a_number"


@pytest.mark.parametrize("code", ["987654321098", "9876543210", "12345678", "0123456789012", "333333333", "00000000"])
def test_digits_in_order_or_all_alike_stand_for_no_code(code: str) -> None:
    """MA-10."""
    assert status_of(code) == "placeholder"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("GTIN_321146_00606449003208", 606449003208),
        ("GTIN 321146-00606449003208", 606449003208),
        ("UPC:036000291452", 36000291452),
        ("UPC036000291452", 36000291452),
        ("UPC: 0 36000 29145 2", 36000291452),
        ("(01)00606449003208", 606449003208),
        ("https://id.gs1.org/01/00606449003208", 606449003208),
        ("ISBN-13: 978-0-306-40615-7", 9780306406157),
        ("4006381333931 (EAN)", 4006381333931),
    ],
)
def test_a_code_inside_a_longer_text_is_taken_out_and_said_to_be(text: str, key: int) -> None:
    """MA-10."""
    assert key_of(text) == key
    assert status_of(text) == "extracted"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GTIN_321146_00606449003209", "not_a_number"),
        ("II57PBHJOB1581", "not_a_number"),
        ("II57PB036000291452", "not_a_number"),
        ("1.036000291452", "not_a_number"),
        ("036000291452A", "not_a_number"),
        ("GTIN_10036000291459", "case"),
        ("UPC:212345678909", "restricted"),
        ("UPC:000000000000", "placeholder"),
        ("036000291452, 4006381333931", "several"),
        ("036000291452 / 4006381333931 / 1", "several"),
    ],
)
def test_what_only_looks_like_a_code_inside_a_text_gives_no_key(text: str, status: str) -> None:
    """MA-10."""
    assert (key_of(text), status_of(text)) == (None, status)


@given(st.from_regex(r"[A-Za-z_]{0,9}[0-9]{0,6}_", fullmatch=True), st.text("0123456789", min_size=12, max_size=14))
def test_what_is_taken_out_of_a_text_is_what_the_code_alone_gives(before: str, code: str) -> None:
    """MA-10."""
    key = key_of(code)
    assert key_of(before + code) == key
    assert key is None or status_of(before + code) == "extracted"


@given(st.text("0123456789", min_size=8, max_size=8))
def test_an_ismn_in_its_older_form_agrees_with_stdnum(body: str) -> None:
    """MA-10."""
    code = f"M-{body[:4]}-{body[4:]}-{ean.calc_check_digit('9790' + body)}"
    assert key_of(code, "isbn") == int(ismn.to_ismn13(code).replace("-", ""))
    assert status_of(code, "isbn") == "ismn"


@given(st.integers(1, 8), st.integers(10**9, 10**11 - 1))
def test_a_case_is_never_its_unit_and_says_which_unit_it_holds(indicator: int, stem: int) -> None:
    """MA-10."""
    unit = int(f"{stem}{ean.calc_check_digit(str(stem))}")
    body = f"{indicator}{stem:012d}"
    case = body + ean.calc_check_digit(body)
    found = read_codes(pa.array([case, str(unit).zfill(13)])).to_pylist()
    assert (found[0]["gtin14"], found[0]["status"]) == (None, "case")
    # A unit that gives no key itself is told of no case either.
    assert found[0]["unit"] == found[1]["gtin14"]


def test_the_whole_story_of_a_code_is_in_its_row() -> None:
    """MA-10."""
    row = read_codes(pa.array(["'36000291452.0"]), "upc").to_pylist()[0]
    assert row == {
        "gtin14": 36000291452,
        "kind": "upc",
        "status": "repaired_zero",
        "reason": "Zeros in front had been lost; they are put back.",
        "unit": None,
        "raw": "'36000291452.0",
    }


def test_every_status_says_in_a_sentence_what_it_means() -> None:
    """MA-10."""
    for status, words in (PROBLEMS | NOTES).items():
        assert status == "ok" or (words[0].isupper() and words.endswith(".")), status
