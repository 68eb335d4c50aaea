"""What is kept of an Amazon store, and where it is at home: the installation on which its go-live was confirmed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Literal
from urllib.parse import urlsplit

State = Literal["active", "inactive"]


@dataclass(frozen=True)
class StoreRecord:
    """One store as the database knows it.

    Arguments:
        marketplace_id, website: what it was made for; neither ever changes (ON-05).
        created_at, connected_at, golive_at: milliseconds since 1970; None where it has not happened.
        state: active, or inactive: everything is kept and nothing is synced (ON-09).
        golive_by: who confirmed that it may send.
        golive_fingerprint: the `Installation` on which that was confirmed, as text.
    """

    name: str
    account: str
    marketplace_id: str
    website: str
    created_at: int
    state: State = "active"
    email: str = ""
    label: str = ""
    connected_at: int | None = None
    golive_at: int | None = None
    golive_by: str = ""
    golive_fingerprint: str = ""


@dataclass(frozen=True)
class Installation:
    """Where a store is at home, each part as a digest, so that a copy can be told from the original (SY-03).

    As text, it is what the database keeps; nothing in it can be read back.

    Arguments:
        host: the machine; empty where the database is a server's, which many machines may share.
        database: the database: a file's place, or a server and a name.
        commerce: the address of Commerce.
        account: Amazon's id of the seller.

    >>> at_home = Installation.of(host="m1", database="/srv/kit.db", commerce="https://Shop.example/", seller="A1")
    >>> again = Installation.of(host="m1", database="/srv/kit.db", commerce="https://shop.example", seller="A1")
    >>> at_home == again
    True
    >>> elsewhere = Installation.of(host="m2", database="/srv/kit.db", commerce="https://dev.example", seller="A1")
    >>> elsewhere.differences(str(at_home))
    ['the machine', "Commerce's address"]
    """

    host: str
    database: str
    commerce: str
    account: str

    @classmethod
    def of(cls, *, host: str, database: str, commerce: str, seller: str) -> Installation:
        """Return the installation of these; the words themselves are not kept."""
        address = urlsplit(commerce)
        shop = f"{address.scheme}://{address.netloc.lower()}{address.path.rstrip('/')}"
        return cls(_digest(host), _digest(database), _digest(shop), _digest(seller))

    def __str__(self) -> str:
        return " ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))

    def differences(self, confirmed: str) -> list[str]:
        """Return in words what is another than on the installation that was written down.

        Arguments:
            confirmed: an installation as text. What it does not tell counts as another.
        """
        known = dict(part.partition("=")[::2] for part in confirmed.split())
        return [words for name, words in _WORDS.items() if known.get(name) != getattr(self, name)]


_WORDS = {
    "host": "the machine",
    "database": "the place of the database",
    "commerce": "Commerce's address",
    "account": "the seller account",
}


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest() if text else ""
