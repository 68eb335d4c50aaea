"""Taking a person's data out of what somebody else says: Commerce and Amazon quote what they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from channelkit.errors import RemoteError
from channelkit.model.orders import Person

HIDDEN = "…"
SHORTEST = 3
"""Shorter texts, such as a country's code, are everybody's and would blot out half of a sentence."""

_IDEOGRAPHS = "\u2e80"
FIELDS = {
    *("address", "city", "code", "company", "country", "customer", "email", "fax", "firstname", "lastname", "name"),
    *("number", "order", "phone", "postal", "postcode", "region", "state", "street", "telephone", "value"),
    *("the", "and", "for", "not"),
}
"""Words that messages are made of; seen alone they say nothing of anybody."""


def hide(words: str, person: Person | None) -> str:
    """Return words without a person's name, e-mail, phone, company and address, for a note, a log or an error.

    >>> ada = Person(name="Ada Quill", email="ada@example.com")
    >>> hide('"Quill" is no last name; ADA@example.com is taken.', ada)
    '"…" is no last name; … is taken.'
    """
    if person is None:
        return words
    texts = sorted(set(_texts(person)), key=len, reverse=True)
    patterns = [pattern for text in texts if (pattern := _pattern(text))]
    return re.sub("|".join(patterns), HIDDEN, words, flags=re.IGNORECASE) if patterns else words


@contextmanager
def hiding(person: Person | None) -> Iterator[None]:
    """Let no error of the other side leave the block with a person's data in its words.

    Raises:
        RemoteError: the one that was raised, of the same kind and code, its words without the person.
    """
    try:
        yield
    except RemoteError as error:
        # The error itself is changed: a new one would carry the old one along, and a traceback shows both.
        error.what, error.fix = hide(error.what, person), hide(error.fix, person)
        error.args = (f"{error.what} {error.fix}".strip(),)
        raise


def _pattern(text: str) -> str:
    """Return what finds a text; an empty one for texts that are too short to say anything."""
    if text > _IDEOGRAPHS:
        # Chinese, Japanese and Korean: two signs are a name, and no blanks stand around it.
        return re.escape(text) if len(text) >= SHORTEST - 1 else ""
    return rf"(?<!\w){re.escape(text)}(?!\w)" if len(text) >= SHORTEST else ""


def _texts(person: Person) -> Iterator[str]:
    """Yield what must not be seen: each text whole, as it is and without signs, and all words of it."""
    address = person.address
    spoken = [person.name, person.email, person.company, person.purchase_order]
    if address is not None:
        spoken += [address.name, address.company, *address.lines, address.city, address.region]
        spoken += [address.postcode, address.phone, re.sub(r"\D", "", address.phone)]
    for text in spoken:
        yield text.strip()
        # What is sent is tidied first, so that whole texts come back changed: their words have to be known as well.
        yield from (word for word in re.findall(r"\w+", text) if word.casefold() not in FIELDS)
