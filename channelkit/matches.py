"""A store's matches as a person works with them: links, candidates, questions and answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.attributes.catalog_plan import CatalogPlan
from channelkit.attributes.importing import read_values
from channelkit.attributes.new_products import ProductForm, plan_products
from channelkit.database import answers, candidates, tabs
from channelkit.database.answers import Answer, Asked
from channelkit.errors import UsageError
from channelkit.lookalikes import Lookalikes
from channelkit.model.columns import one
from channelkit.parts import Parts
from channelkit.questions import Question, Questions
from channelkit.report.matches import describe_listings, describe_products, links_frame
from channelkit.runner import decide_soon, decide_store, is_small

if TYPE_CHECKING:
    import pandas as pd

    from channelkit.matching.acceptance import Standing

ITEMS = 4_000
"""Items of Amazon's catalog that one look reads: 200 calls, two minutes of Amazon's quota."""

LEARNED_AT_ONCE = 10
"""Answers after which candidates are compared anew."""


@dataclass(frozen=True)
class Matches:
    """Which product each listing of a store is, and how to decide what is open.

    Arguments:
        store: its name in the settings.
        parts: what it works with.
    """

    store: str
    parts: Parts

    def links(self) -> pd.DataFrame:
        """Return every listing with its product, the method, the evidence, the confidence, and who linked it when.

        A listing that a person has linked says ``manual`` (MA-09): where an identifier of such a pair changes, both
        catalogs have to be corrected by hand.
        """
        return links_frame(self.parts.database, self.store)

    def look(self) -> Standing | None:
        """Compare all unmatched listings with the products now, keep the candidates, and decide anew (MA-06).

        Brand and model are worth most, and only Amazon's catalog tells them: they are read first, of `ITEMS` listings
        at the most, so that a large store is read in several goes.

        Raises:
            RemoteError: Amazon's catalog does not answer; nothing was changed.
        """
        self._read_items()
        standing = self._lookalikes().refresh(asked=True)
        decide_store(self.parts, self.store)
        return standing

    def standing(self) -> Standing | None:
        """Return how good matching has proved to be, or None while nothing was compared."""
        standing, newer = self._lookalikes().standing(), self._newer_answers()
        if standing is None or not newer:
            return standing
        return replace(standing, words=f"{standing.words} Not counted yet: {newer} newer answers.")

    def weigh_attributes(self) -> list[str]:
        """Return in a sentence for each attribute what it would be worth as ``commerce.attributes.model``.

        A model or part number that both sides name is worth more than any other evidence; the most helpful comes first.
        """
        return [column.words for column in self._lookalikes().weigh_attributes().values() if column.own > 0]

    def questions(self, count: int = 25) -> list[Question]:
        """Return what is most useful to ask a person next.

        What was answered meanwhile is learned from first, ten answers at a time.

        Arguments:
            count: how many, at most.
        """
        if self._newer_answers() >= LEARNED_AT_ONCE and is_small(self.parts, self.store):
            self._lookalikes().refresh(asked=True)
        return self._questions().choose(count)

    def candidates(self, seller_sku: str) -> list[Question]:
        """Return every product that a listing could be, the likeliest first (MA-04)."""
        return self._questions().of(seller_sku)

    def candidate_table(self) -> pa.Table:
        """Return all candidates of listings that nobody has decided, as columns, with the titles of both sides.

        ``answer`` is what a person said of the pair last, where one did.
        """
        return self._questions().table()

    def answer(self, seller_sku: str, product_sku: str, answer: Answer, by: str = "") -> int:
        """Keep what a person says of a listing and a product, and return the answer's number.

        A "yes" links at once and survives every import; a "no" is remembered; "skip" asks later.

        Arguments:
            by: the person's name; else their login.

        Raises:
            UsageError: the answer is none of the three, or one of the two is not known.
        """
        return self._answer([(seller_sku, product_sku)], answer, by)[0]

    def answer_many(self, pairs: Sequence[tuple[str, str]], answer: Answer, by: str = "") -> int:
        """Keep the same answer for many pairs of seller SKU and product SKU, and return how many they are."""
        return len(self._answer(pairs, answer, by))

    def assign(self, seller_sku: str, product_sku: str, by: str = "") -> int:
        """Link a listing to a product that a person names; it can be changed by assigning another (MA-07, MA-09)."""
        return self._answer([(seller_sku, product_sku)], "yes", by, asked="manual")[0]

    def undo(self, by: str = "", count: int = 1) -> Mapping[str, Any] | None:
        """Take a person's newest answer back and return it; nothing where there is none.

        Arguments:
            count: how many, where several were given together; the newest of them is returned.
        """
        with self.parts.database.write() as connection:
            taken = answers.withdraw_last(connection, self.store, by or self.parts.person, self.parts.now(), count)
        if taken is not None:
            decide_soon(self.parts, self.store)
        return taken

    def create_products(self, seller_skus: Sequence[str], form: ProductForm) -> CatalogPlan:
        """Return the plan that creates a product of each listing, matched to it at once (MA-08).

        Arguments:
            seller_skus: listings that no product matches.
            form: what all the new products share.

        Raises:
            UsageError: the form is not possible, a listing is not known, or its currency is not the websites' own.
        """
        return plan_products(self.parts, self.store, seller_skus, form)

    def progress(self) -> dict[str, int]:
        """Return how many listings are linked and open, and how many questions were answered in which way."""
        with self.parts.database.read() as connection:
            listed, linked = tabs.count_links(connection, self.store)
            said = Counter(answers.load_answers(connection, self.store)["answer"].to_pylist())
            unasked = candidates.count_unasked(connection, self.store)
        figures = {"listings": listed, "linked": linked, "open": unasked}
        return figures | {answer: said[answer] for answer in ("yes", "no", "skip")}

    def _answer(
        self, pairs: Sequence[tuple[str, str]], answer: Answer, by: str, asked: Asked | None = None
    ) -> list[int]:
        if answer not in ("yes", "no", "skip"):
            raise UsageError(f"{answer!r} is no answer.", "Say yes, no or skip.")
        with self.parts.database.write() as connection:
            self._check(connection, pairs)
            skus = list(dict.fromkeys(sku for sku, _ in pairs))
            found = candidates.load_candidates(connection, self.store, skus).to_pylist()
            thought = {(row["seller_sku"], row["product_sku"]): row for row in found}
            numbers = []
            for seller_sku, product_sku in pairs:
                row = thought.get((seller_sku, product_sku))
                number = answers.store_answer(
                    connection,
                    store=self.store,
                    seller_sku=seller_sku,
                    product_sku=product_sku,
                    answer=answer,
                    asked=asked or _why(row),
                    by=by or self.parts.person,
                    at=self.parts.now(),
                    probability=row["probability"] if row else None,
                )
                numbers.append(number)
        if answer != "skip":
            decide_soon(self.parts, self.store)
        return numbers

    def _check(self, connection: Connection, pairs: Sequence[tuple[str, str]]) -> None:
        listed = pa.array([sku for sku, _ in pairs], pa.string())
        made = pa.array([sku for _, sku in pairs], pa.string())
        sides = {
            "listing": (listed, describe_listings(connection, self.store, listed)),
            "product": (made, describe_products(connection, made)),
        }
        for kind, (skus, found) in sides.items():
            unknown = skus.filter(pc.invert(one(found["known"])))
            if len(unknown):
                raise UsageError(
                    f"Store {self.store!r} knows no {kind} {unknown[0].as_py()!r}.",
                    "SKUs are exact, upper and lower case too. If it is new, read first: channelkit pull.",
                )

    def _read_items(self) -> None:
        section = self.parts.settings.stores[self.store]
        with self.parts.database.read() as connection:
            known = tabs.load_tabs(connection, self.store, ("listed", "asin", "product_sku"))
        is_left = pc.and_(pc.is_null(known["product_sku"]), pc.is_valid(known["asin"]))
        asins = known["asin"].filter(pc.and_(known["listed"], is_left)).to_pylist()
        if section.account:
            read_values(self.parts, section.site, section.account, asins, most=ITEMS)

    def _lookalikes(self) -> Lookalikes:
        return self.parts.lookalikes(self.store)

    def _questions(self) -> Questions:
        return Questions(self.parts.database, self._lookalikes())

    def _newer_answers(self) -> int:
        """Return how many answers the last comparison has not learned from."""
        last = self._lookalikes().learned_to()
        with self.parts.database.read() as connection:
            return 0 if last is None else answers.count_answers(connection, self.store, last)


def _why(row: Mapping[str, Any] | None) -> Asked:
    if row is None:
        return "manual"
    return "audit" if row["audit"] else "likely" if row["verdict"] in ("accepted", "likely") else "uncertain"
