"""A report's bytes become plain UTF-8: what is declared, what the bytes say, and what is doubtful about it."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from channelkit.amazon.report_text import LOST, plain_lines, to_utf8


def is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "encoding", "content_type", "country"),
    [
        ("Größe „L“ – 12 €", "cp1252", "text/plain; charset=Cp1252", "DE"),
        ("Größe „L“ – 12 €", "cp1252", "text/plain;charset=ISO-8859-1", "FR"),
        ("Größe „L“ – 12 €", "cp1252", "text/plain", "UK"),
        ("①髙島屋 ～ﾊﾝｶｸ", "cp932", "text/plain; charset=Windows-31J", "JP"),
        ("髙島屋", "cp932", "text/plain; charset=Shift_JIS", "JP"),
        ("髙島屋", "cp932", "", "JP"),
        ("Größe 髙", "utf-8", 'text/plain; charset="UTF-8"', "US"),
        ("Größe 髙", "utf-8-sig", "text/plain", "DE"),
        ("Größe 髙", "utf-16", "text/plain", "DE"),
        ("naïve", "cp1252", "text/plain; charset=x-no-such-thing", "US"),
    ],
)
def test_what_is_declared_or_customary_is_read(text: str, encoding: str, content_type: str, country: str) -> None:
    assert to_utf8(text.encode(encoding), content_type, country).content.decode() == text


def test_what_is_read_as_declared_raises_no_doubt() -> None:
    assert to_utf8("Größe".encode("cp1252"), "text/plain; charset=Cp1252", "DE").problems == ()
    assert to_utf8(b"size", "text/plain; charset=Cp1252", "DE").problems == ()


@pytest.mark.parametrize(("written", "declared"), [("utf-8", "Cp1252"), ("cp1252", "UTF-8")])
def test_a_wrong_declaration_is_seen_through_and_said(written: str, declared: str) -> None:
    read = to_utf8("Müsli-Schüssel".encode(written), f"text/plain; charset={declared}", "DE")
    assert read.content.decode() == "Müsli-Schüssel"
    assert read.problems == (f"The report is declared as {declared} but is written in {written}.",)


def test_characters_that_no_encoding_has_are_marked_and_counted() -> None:
    read = to_utf8("Größe".encode("cp1252") + b"\x81\x8d", "text/plain; charset=Cp1252", "DE")
    assert read.content.decode() == f"Größe{LOST}{LOST}"
    assert read.problems == ("2 characters of the report could not be read.",)


@given(st.text(st.characters(codec="cp1252"), min_size=1))
def test_every_european_text_survives(text: str) -> None:
    content = text.encode("cp1252")
    assume(content.isascii() or not is_utf8(content))
    assert to_utf8(content, "text/plain; charset=Cp1252", "DE").content.decode() == text


@given(st.text(st.characters(codec="utf-8", exclude_characters="\ufeff\ufffe")))
def test_every_text_in_utf8_survives(text: str) -> None:
    assert to_utf8(text.encode(), "text/plain; charset=UTF-8", "US").content.decode() == text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (b"a\r\nb\r\n", b"a\nb\n"),
        (b"a\rb\r", b"a\nb\n"),
        (b"a\rb\nc\n", b"a b\nc\n"),
        (b"\n\n\na\n\n\n\nb", b"a\nb"),
        (b"a\x00b\n", b"ab\n"),
        (b"a\x0cb\x0bc\xc2\x85d\xe2\x80\xa8e\n", b"a\x0cb\x0bc\xc2\x85d\xe2\x80\xa8e\n"),
        (b"", b""),
    ],
)
def test_lines_end_in_one_way_and_nothing_else_ends_them(written: bytes, plain: bytes) -> None:
    assert plain_lines(written) == plain
