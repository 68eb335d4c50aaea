"""A book of matches, small and known to the last row: what a review asks, kept in a SQLite file of its own."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from channelkit.errors import DatabaseError, UsageError
from channelkit.review.source import Answer

KETTLE = {
    "sku": "AMZ-1",
    "title": "Acme Kettle KX-200 stainless steel, 1.7 liter, pack of 2",
    "brand": "Acme",
    "price": "39.99 USD",
    "identifier": "",
    "image_url": "https://images.example.com/kettle.jpg",
    "description": "Boils fast. Cordless base, auto shut-off.",
}
WILD = {
    "sku": "AMZ-3",
    "title": "<img src=x onerror=alert(1)> Lamp <script>alert(2)</script>",
    "image_url": "javascript:alert(3)",
}
PRODUCTS: dict[str, dict[str, str]] = {
    "KETTLE": {
        "sku": "KETTLE",
        "title": "ACME kettle KX200, 1.7L, steel",
        "brand": "ACME",
        "model": "KX200",
        "price": "24.99 USD",
    },
    "KETTLE-2": {
        "sku": "KETTLE-2",
        "title": "Acme Kettle KX-200 steel 1.7 l, 2-pack",
        "brand": "Acme",
        "price": "38.00 USD",
    },
    "MUG": {"sku": "MUG", "title": "Blue mug, 12 oz", "price": "7.50 USD"},
    "LAMP": {"sku": "LAMP", "title": "Lamp & <b>shade</b>", "price": "15.00 USD"},
}


@dataclass(frozen=True)
class Asked:
    """A question of the book."""

    seller_sku: str
    product_sku: str
    asked: str
    probability: float | None
    evidence: str
    veto: str
    listing: Mapping[str, str]
    product: Mapping[str, str]


@dataclass(frozen=True)
class Figures:
    """How good matching has proved to be, as far as the book knows."""

    answers: int
    confirmed: int
    refused: int
    precision: float | None
    lower_bound: float | None
    target: float
    accepts: bool
    words: str


def asked(seller_sku: str, product_sku: str, listing: Mapping[str, str], probability: float, **more: str) -> Asked:
    return Asked(
        seller_sku,
        product_sku,
        more.get("asked", "uncertain"),
        probability,
        more.get("evidence", ""),
        more.get("veto", ""),
        {**listing, "sku": seller_sku},
        PRODUCTS[product_sku],
    )


FIRST = [
    asked(
        "AMZ-1",
        "KETTLE",
        KETTLE,
        0.62,
        evidence="Model KX-200 is on both sides. The brand is the same, Acme.",
        veto="The pack sizes differ: 2 on Amazon, 1 in Commerce.",
    ),
    asked("AMZ-1", "KETTLE-2", KETTLE, 0.41, evidence="Pack of 2 on both sides."),
    asked("AMZ-2", "MUG", {"title": "Mug blue 12oz", "price": "8.00 USD"}, 0.97, asked="likely"),
    asked("AMZ-3", "LAMP", WILD, 0.2),
]


@dataclass
class Book:
    """A store's matches; ``questions`` are those of no listing that has a yes, nor any answer of their own."""

    path: Path
    pairs: Sequence[Asked] = field(default_factory=lambda: list(FIRST))
    is_busy: bool = False
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with closing(self._open()) as open_book, open_book:
            open_book.execute(
                "create table if not exists answers"
                " (id integer primary key, seller_sku, product_sku, answer, asked, by)"
            )

    def questions(self, count: int = 25) -> list[Asked]:
        left = self._left(("yes", "skip"))
        return (left or self._left(("yes",)))[:count]

    def _left(self, settling: Sequence[str]) -> list[Asked]:
        answers = self.answers()
        settled = {seller for seller, _, answer, _, _ in answers if answer in settling}
        refused = {(seller, product) for seller, product, answer, *_ in answers if answer == "no"}
        return [
            pair
            for pair in self.pairs
            if pair.seller_sku not in settled and (pair.seller_sku, pair.product_sku) not in refused
        ]

    def candidates(self, seller_sku: str) -> list[Asked]:
        self._read()
        return [pair for pair in self.pairs if pair.seller_sku == seller_sku]

    def answer(self, seller_sku: str, product_sku: str, answer: Answer, by: str = "") -> None:
        self._write("answer", seller_sku, product_sku, answer, "asked", by)

    def answer_many(self, pairs: Sequence[tuple[str, str]], answer: Answer, by: str = "") -> None:
        for seller_sku, product_sku in pairs:
            self._write("answer", seller_sku, product_sku, answer, "asked", by)

    def assign(self, seller_sku: str, product_sku: str, by: str = "") -> None:
        if product_sku not in PRODUCTS:
            raise UsageError(f"Commerce has no product {product_sku!r}.", "Type the SKU as Commerce writes it.")
        self._write("assign", seller_sku, product_sku, "yes", "manual", by)

    def undo(self, by: str = "", count: int = 1) -> None:
        self._read()
        newest = "select id from answers where by = ? order by id desc limit ?"
        with closing(self._open()) as open_book, open_book:
            open_book.execute(f"delete from answers where id in ({newest})", (by, count))

    def standing(self) -> Figures:
        answers = [answer for _, _, answer, _, _ in self.answers()]
        confirmed, refused = answers.count("yes"), answers.count("no")
        words = "Not enough evidence: about 180 more answers are needed until the bound can reach the target."
        return Figures(confirmed + refused, confirmed, refused, 0.971, 0.914, 0.98, False, words)

    def progress(self) -> dict[str, int]:
        counts = Counter(answer for _, _, answer, *_ in self.answers())
        listings = len({pair.seller_sku for pair in self.pairs})
        waiting = len({pair.seller_sku for pair in self.questions(len(self.pairs))})
        told = {answer: counts[answer] for answer in ("yes", "no", "skip")}
        return {"listings": listings, "linked": counts["yes"], "open": waiting, **told}

    def answers(self) -> list[tuple[str, str, str, str, str]]:
        """Return what is kept: seller SKU, product SKU, answer, how it was asked, by whom."""
        self._read()
        with closing(self._open()) as open_book:
            found = open_book.execute("select seller_sku, product_sku, answer, asked, by from answers order by id")
            return [(row[0], row[1], row[2], row[3], row[4]) for row in found]

    def candidate_table(self) -> pa.Table:
        self._read()
        names = ("seller_sku", "product_sku", "probability", "evidence", "veto")
        said = {(seller, product): answer for seller, product, answer, *_ in self.answers()}
        columns = {name: [getattr(pair, name) for pair in self.pairs] for name in names}
        titles = {"listing_title": [pair.listing.get("title") for pair in self.pairs]}
        answer = pa.array([said.get((pair.seller_sku, pair.product_sku)) for pair in self.pairs], pa.string())
        return pa.table({**columns, **titles, "answer": answer})

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)

    def _read(self) -> None:
        if self.is_busy:
            raise DatabaseError(
                "The database was locked by another process for 10 s.", "Nothing was changed. Try again."
            )

    def _write(self, call: str, *values: str) -> None:
        self._read()
        self.calls.append(f"{call}({', '.join(values)})")
        with closing(self._open()) as open_book, open_book:
            open_book.execute(
                "insert into answers (seller_sku, product_sku, answer, asked, by) values (?, ?, ?, ?, ?)", values
            )
