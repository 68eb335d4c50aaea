"""Which products do the unmatched listings look like? Facts in, candidates out, both from and into the database.

Comparing costs more than deciding, so a cycle does it last, after what is urgent has left, and only where something
has changed that could change the outcome.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.clock import Clock, milliseconds
from channelkit.database import answers, candidates, listings, products, progress, reference, tabs
from channelkit.database.attribute_values import load_values
from channelkit.database.connection import Database
from channelkit.listings.subjects import LISTABLE
from channelkit.matching.acceptance import Standing
from channelkit.matching.model_column import ModelColumn, judge_model_column
from channelkit.matching.similarity import Comparison, compare
from channelkit.model.changes import SIMILARITY
from channelkit.model.columns import one
from channelkit.model.marketplaces import Marketplace

EVERY = 60 * 60_000
"""Milliseconds between two comparisons that nobody asked for."""

TEXTS = ("key", "title", "brand", "model", "description")
COMPARED = pa.schema([(name, pa.string()) for name in TEXTS] + [("price", pa.float64())])
"""What is compared; the price only as a ratio, so a binary float will do."""


@dataclass(frozen=True)
class Roles:
    """Codes of the Commerce attributes that describe a product; empty where none does."""

    brand: str = ""
    model: str = ""
    description: str = ""


@dataclass(frozen=True)
class Lookalikes:
    """Compares one store's unmatched listings with the products of its website.

    Arguments:
        website_id: Commerce's number of the website; None while it is unknown.
        price_currency: currency of Commerce's prices; prices in another than the marketplace's are not compared.
        by_itself: what is certain enough is accepted; otherwise it is only suggested.
        precision: the share of accepted links that must be right.
    """

    database: Database
    store: str
    marketplace: Marketplace
    website_id: int | None
    price_currency: str
    roles: Roles
    by_itself: bool
    precision: float
    clock: Clock
    progress: Callable[[str], None]

    def refresh(self, *, asked: bool = False) -> Standing | None:
        """Compare what is left, if that could bring something new, and keep the candidates.

        Arguments:
            asked: a person asked for it, so it does not matter how long ago the last comparison was.

        Returns:
            How good matching has proved to be; nothing where nothing was compared.
        """
        now = milliseconds(self.clock.now())
        name = f"lookalikes/{self.store}"
        with self.database.read() as connection:
            last = progress.moved_at(connection, name)
            if not asked and last is not None and now < last + EVERY:
                return None
            ours, theirs, said = self._read(connection)
            seen = progress.read_watermark(connection, name)
            newest = answers.newest_answer(connection, self.store)
        mark = _digest(ours, theirs, said)
        if mark == seen and not asked:
            return None
        self.progress(f"{self.store}: comparing {ours.num_rows:,} listings with {theirs.num_rows:,} products")
        found = self._compare(ours, theirs, said)
        with self.database.write() as connection:
            candidates.store_candidates(connection, self.store, found.candidates, now)
            reference.store_reference(
                connection, "matching", self.store, msgspec.json.encode(found.standing).decode(), at=now
            )
            progress.move_watermark(connection, name, mark, at=now)
            progress.move_watermark(connection, f"{name}/answers", str(newest), at=now)
        return found.standing

    def standing(self) -> Standing | None:
        """Return how good matching had proved to be when it last compared."""
        with self.database.read() as connection:
            known = reference.load_reference(connection, "matching", self.store)
        return None if known is None else msgspec.json.decode(known.body, type=Standing)

    def weigh_attributes(self) -> dict[str, ModelColumn]:
        """Return what each attribute of the products would be worth as model or part number, the most helpful first."""
        with self.database.read() as connection:
            ours, _, _ = self._read(connection)
            found = products.load_products(connection, ("type", "attributes"))
        found = found.filter(pc.is_in(found["type"], value_set=pa.array(LISTABLE)))
        bodies = [msgspec.json.decode(body) if body else {} for body in found["attributes"].to_pylist()]
        codes = sorted({code for body in bodies for code in body})
        weighed = {
            code: judge_model_column(ours, pa.array([_text(body.get(code)) for body in bodies], pa.string()), code)
            for code in codes
        }
        return dict(sorted(weighed.items(), key=lambda item: (-item[1].decided, -item[1].own, item[0])))

    def learned_to(self) -> int | None:
        """Return the number of the last answer that a comparison has learned from, or None where there was none."""
        with self.database.read() as connection:
            number = progress.read_watermark(connection, f"lookalikes/{self.store}/answers")
        return None if number is None else int(number)

    def _compare(self, ours: pa.Table, theirs: pa.Table, said: pa.Table) -> Comparison:
        found = compare(ours, theirs, said, target=self.precision, seed=_seed(self.store))
        # What a person has answered is decided; only its words have taught something.
        decided = said.filter(pc.equal(said["same"], True))
        rows = found.candidates.filter(pc.invert(pc.is_in(found.candidates["seller_sku"], one(decided["left"]))))
        if not self.by_itself:
            verdict = one(rows["verdict"])
            verdict = pc.if_else(pc.equal(verdict, "accepted"), "likely", verdict)
            rows = rows.set_column(rows.column_names.index("verdict"), "verdict", verdict)
        return Comparison(rows, found.standing)

    def _read(self, connection: Connection) -> tuple[pa.Table, pa.Table, pa.Table]:
        """Return what is compared of both sides, and what people said."""
        said = answers.load_answers(connection, self.store)
        said = said.filter(pc.is_in(said["answer"], value_set=pa.array(["yes", "no"]))).combine_chunks()
        known = tabs.load_tabs(connection, self.store, ("listed", "sku", "product_sku", "method"))
        is_left = pc.or_(pc.is_null(known["product_sku"]), pc.equal(known["method"], SIMILARITY))
        left = one(known.filter(pc.and_(known["listed"], pc.fill_null(is_left, True)))["sku"])
        wanted = pc.unique(pa.concat_arrays([left, one(said["seller_sku"])]))
        names = ("seller_sku", "asin", "title", "description", "price", "missing_since")
        found = listings.load(connection, self.store, names)
        found = found.filter(pc.and_(pc.is_in(found["seller_sku"], wanted), pc.is_null(found["missing_since"])))
        return self._ours(connection, found.combine_chunks()), self._theirs(connection), _labels(said)

    def _ours(self, connection: Connection, found: pa.Table) -> pa.Table:
        told = self.read_values(connection, found["asin"])
        price = pc.divide(one(found["price"]).cast(pa.float64()), float(10**self.marketplace.digits))
        columns = {
            "key": one(found["seller_sku"]),
            "title": one(found["title"]),
            **told,
            "description": one(found["description"]),
            "price": price if self.price_currency == self.marketplace.currency else pa.nulls(len(price), pa.float64()),
        }
        return pa.table(columns, schema=COMPARED)

    def read_values(self, connection: Connection, asins: pa.ChunkedArray) -> dict[str, pa.Array]:
        """Return brand and model as Amazon's catalog has them, where they were read."""
        values = load_values(connection, [self.marketplace.id])
        names = ("brand", "model_number", "part_number")
        brand, model, part = (_values_of(values, name, asins) for name in names)
        return {"brand": brand, "model": pc.coalesce(model, part)}

    def _theirs(self, connection: Connection) -> pa.Table:
        found = products.load_products(connection, ("sku", "name", "type", "price", "websites", "attributes"))
        is_here = pc.is_in(found["type"], value_set=pa.array(LISTABLE))
        if self.website_id is not None:
            is_here = pc.and_(
                is_here, pc.fill_null(pc.match_substring(found["websites"], f",{self.website_id},"), False)
            )
        found = found.filter(is_here).combine_chunks()
        columns = {
            "key": one(found["sku"]),
            "title": one(found["name"]),
            **read_roles(found["attributes"], self.roles),
            "price": pc.cast(one(found["price"]), pa.float64()),
        }
        return pa.table(columns, schema=COMPARED)


def read_roles(attributes: pa.ChunkedArray, roles: Roles) -> dict[str, pa.Array]:
    """Return brand, model and description out of products' attributes.

    >>> one = read_roles(pa.chunked_array([['{"manufacturer": "Acme"}']]), Roles(brand="manufacturer"))
    >>> one["brand"].to_pylist(), one["model"].to_pylist()
    (['Acme'], [None])
    """
    codes = {"brand": roles.brand, "model": roles.model, "description": roles.description}
    decode = msgspec.json.Decoder(dict[str, object]).decode
    bodies = [decode(body) if body else {} for body in attributes.to_pylist()]
    return {
        name: pa.array([_text(body.get(code)) if code else None for body in bodies], pa.string())
        for name, code in codes.items()
    }


def _text(value: object) -> str | None:
    words = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return words.strip() or None


def _labels(said: pa.Table) -> pa.Table:
    return pa.table(
        {
            "left": one(said["seller_sku"]),
            "right": one(said["product_sku"]),
            "same": pc.equal(one(said["answer"]), "yes"),
            "audit": pc.equal(one(said["asked"]), "audit"),
        }
    )


def _values_of(values: pa.Table, name: str, asins: pa.ChunkedArray) -> pa.Array:
    """Return each listing's value of one of Amazon's attributes, as plain text."""
    chosen = values.filter(pc.equal(values["amazon_attribute"], name)).combine_chunks()
    texts = pa.array([_text(json.loads(value)) for value in chosen["value"].to_pylist()], pa.string())
    return texts.take(pc.index_in(one(asins), value_set=one(chosen["asin"]), skip_nulls=True))


def _digest(*tables: pa.Table) -> str:
    """Return what tells two states of the facts apart."""
    digest = hashlib.blake2b(digest_size=16)
    for table in tables:
        digest.update(str(table.num_rows).encode())
        for column in table.combine_chunks().columns:
            for buffer in one(column).buffers():
                digest.update(b"\0" if buffer is None else buffer)
    return digest.hexdigest()


def _seed(store: str) -> int:
    """Return a number that is always the same for a store, so that its sample for auditing stays."""
    return int(np.frombuffer(hashlib.blake2b(store.encode(), digest_size=4).digest(), np.uint32)[0])
