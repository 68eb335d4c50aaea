"""What a person is asked about matches: pairs of a listing and a product, both sides in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.database import answers, candidates
from channelkit.database.answers import Asked
from channelkit.database.connection import Database
from channelkit.lookalikes import Lookalikes, read_roles
from channelkit.matching.questions import choose_questions
from channelkit.model.columns import one
from channelkit.report.matches import describe_listings, describe_products

WEIGHED = ("seller_sku", "product_sku", "probability", "verdict", "audit")
"""What the choice of questions looks at."""


@dataclass(frozen=True)
class Question:
    """Is this listing that product?

    Arguments:
        asked: why it is asked: uncertain, likely, audit, or manual where a person named the pair.
        probability: that it is, from 0 to 1; None where nothing was compared.
        evidence, veto: sentences that speak for it and against it.
        listing, product: texts by name: sku, title, brand, model, price (with its currency), identifier, image_url,
            description.
    """

    seller_sku: str
    product_sku: str
    asked: Asked
    probability: float | None
    evidence: str
    veto: str
    listing: Mapping[str, str]
    product: Mapping[str, str]


@dataclass(frozen=True)
class Questions:
    """Chooses and writes out what is asked about one store.

    Arguments:
        looks: tells which attributes describe a product, and what Amazon's catalog told of an item.
    """

    database: Database
    looks: Lookalikes

    def choose(self, count: int) -> list[Question]:
        """Return the most useful questions, the most useful first."""
        store = self.looks.store
        with self.database.read() as connection:
            said = answers.load_answers(connection, store)
            found = candidates.load_open(connection, store, WEIGHED)
            chosen = choose_questions(found, said, count, seed=said.num_rows)
            if not chosen.num_rows:
                # What was skipped comes again once nothing else is left.
                said = said.filter(pc.not_equal(said["answer"], "skip"))
                chosen = choose_questions(found, said, count, seed=said.num_rows)
            found = candidates.load_candidates(connection, store, chosen["seller_sku"].unique().to_pylist())
            return self._write_out(connection, chosen, found)

    def of(self, seller_sku: str) -> list[Question]:
        """Return all candidates of one listing, the likeliest first."""
        with self.database.read() as connection:
            found = candidates.load_candidates(connection, self.looks.store, [seller_sku])
            chosen = found.append_column("asked", pa.repeat("likely", found.num_rows))
            return self._write_out(connection, chosen, found)

    def table(self) -> pa.Table:
        """Return all open candidates as columns, with titles, prices and the last answer."""
        store = self.looks.store
        with self.database.read() as connection:
            said = answers.load_answers(connection, store)
            found = candidates.load_open(connection, store, candidates.FOUND)
            listed = describe_listings(connection, store, one(found["seller_sku"]))
            made = describe_products(connection, one(found["product_sku"]), self.looks.price_currency)
        for side, described in (("listing", listed), ("product", made)):
            for name in ("title", "price"):
                found = found.append_column(f"{side}_{name}", described[name])
        # Of a pair that was asked twice, the last word is the first from the end.
        last = said.take(pa.array(range(said.num_rows - 1, -1, -1), pa.int64()))
        answer = one(last["answer"]).take(pc.index_in(pairs_of(found), value_set=pairs_of(last)))
        return found.append_column("answer", answer)

    def _write_out(self, connection: Connection, chosen: pa.Table, found: pa.Table) -> list[Question]:
        place = pc.index_in(pairs_of(chosen), value_set=pairs_of(found))
        listed = describe_listings(connection, self.looks.store, one(chosen["seller_sku"]))
        made = describe_products(connection, one(chosen["product_sku"]), self.looks.price_currency)
        listed = _extended(listed.drop_columns(["asin"]), self.looks.read_values(connection, listed["asin"]))
        made = _extended(made.drop_columns(["attributes"]), read_roles(made["attributes"], self.looks.roles))
        sides = zip(listed.to_pylist(), made.to_pylist(), strict=True)
        rows = found.take(place).to_pylist()
        return [
            Question(
                seller_sku=row["seller_sku"],
                product_sku=row["product_sku"],
                asked=asked,
                probability=row["probability"],
                evidence=row["evidence"],
                veto=row["veto"],
                listing=_texts(listing),
                product=_texts(product),
            )
            for row, asked, (listing, product) in zip(rows, chosen["asked"].to_pylist(), sides, strict=True)
        ]


def pairs_of(table: pa.Table) -> pa.Array:
    """Return one text for each pair of a listing and a product."""
    return pc.binary_join_element_wise(one(table["seller_sku"]), one(table["product_sku"]), "\x1f")


def _extended(table: pa.Table, columns: Mapping[str, pa.Array]) -> pa.Table:
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def _texts(row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if name != "known" and value not in (None, "")}
