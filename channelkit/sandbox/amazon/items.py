"""Amazon's catalog: items by ASIN, by identifier and by the words of their titles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

ISBN_PREFIXES = ("978", "979")
_WORD = re.compile(r"\w+")


class Item(msgspec.Struct, gc=False):
    """One catalog item. ``code`` is its UPC, EAN, ISBN or GTIN, or empty; ``parent`` marks a variation parent.

    ``family`` is the ASIN of the parent whose variant it is, or empty.
    """

    asin: str
    title: str
    brand: str = ""
    model: str = ""
    product_type: str = "PRODUCT"
    code: str = ""
    description: str = ""
    manufacturer: str = ""
    parent: bool = False
    family: str = ""


def fourteen_digits(code: str) -> str:
    """Return the one 14-digit key of a UPC, EAN, ISBN or GTIN; empty where it is none of them.

    >>> fourteen_digits("036000291452"), fourteen_digits("0-306-40615-2"), fourteen_digits("B00X")
    ('00036000291452', '09780306406157', '')
    """
    plain = code.replace("-", "").replace(" ", "")
    if len(plain) == 10 and plain[:9].isdigit() and (plain[9].isdigit() or plain[9] in "Xx"):
        body = "978" + plain[:9]
        plain = body + check_digit(body)
    return plain.zfill(14) if plain.isdigit() and len(plain) in {8, 12, 13, 14} else ""


def check_digit(body: str) -> str:
    """Return the check digit that GS1 puts behind a code.

    >>> check_digit("03600029145")
    '2'
    """
    total = 3 * sum(map(int, body[::-2])) + sum(map(int, body[-2::-2]))
    return str(-total % 10)


def identifiers(code: str) -> list[tuple[str, str]]:
    """Return the identifiers that Amazon shows for a code, kind and value.

    >>> identifiers("036000291452")
    [('EAN', '0036000291452'), ('GTIN', '00036000291452'), ('UPC', '036000291452')]
    """
    key = fourteen_digits(code)
    if not key:
        return []
    shown = [("EAN", key[1:]), ("GTIN", key)] if key[0] == "0" else [("GTIN", key)]
    if key.startswith("00"):
        shown.append(("UPC", key[2:]))
    elif key[1:4] in ISBN_PREFIXES:
        shown.append(("ISBN", key[1:]))
    return shown


class Items:
    """Every catalog item; the indexes by identifier and by word are made when they are first asked for."""

    def __init__(self) -> None:
        self.by_asin: dict[str, Item] = {}
        self._by_code: dict[str, tuple[Item, ...]] | None = None
        self._by_word: dict[str, list[Item]] | None = None
        self._by_family: dict[str, list[str]] | None = None

    def __len__(self) -> int:
        return len(self.by_asin)

    def add(self, item: Item) -> Item:
        """Add an item, or return the one that has its ASIN already."""
        known = self.by_asin.setdefault(item.asin, item)
        if known is item:
            self._by_code = self._by_word = self._by_family = None
        return known

    def find(self, asin: str) -> Item | None:
        return self.by_asin.get(asin)

    def children(self, asin: str) -> list[str]:
        """Return the ASINs of a parent's variants."""
        if self._by_family is None:
            self._by_family = {}
            for item in self.by_asin.values():
                if item.family:
                    self._by_family.setdefault(item.family, []).append(item.asin)
        return self._by_family.get(asin, [])

    def with_codes(self, codes: Iterable[str]) -> list[Item]:
        """Return the items that have one of these UPCs, EANs, ISBNs or GTINs; one code may have several items."""
        if self._by_code is None:
            index: dict[str, tuple[Item, ...]] = {}
            for item in self.by_asin.values():
                key = fourteen_digits(item.code)
                if key:
                    index[key] = (*index.get(key, ()), item)
            self._by_code = index
        found: dict[str, Item] = {}
        for code in codes:
            for item in self._by_code.get(fourteen_digits(code), ()):
                found[item.asin] = item
        return list(found.values())

    def with_words(self, text: str) -> list[Item]:
        """Return the items whose titles or brands hold all of these words."""
        if self._by_word is None:
            index: dict[str, list[Item]] = {}
            for item in self.by_asin.values():
                for word in set(words(f"{item.title} {item.brand} {item.model}")):
                    index.setdefault(word, []).append(item)
            self._by_word = index
        wanted = list(words(text))
        if not wanted:
            return []
        rarest = min((self._by_word.get(word, []) for word in wanted), key=len)
        return [item for item in rarest if set(wanted) <= set(words(f"{item.title} {item.brand} {item.model}"))]


def words(text: str) -> Iterator[str]:
    """Yield the words of a text, in small letters."""
    return (match.group().lower() for match in _WORD.finditer(text))
