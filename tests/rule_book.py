"""A small store whose every product and listing is known, and its rules as an editor works with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database import listings, products, stores, tabs
from channelkit.database.connection import Database
from channelkit.database.reference import store_reference
from channelkit.database.rules import list_rules, store_rule
from channelkit.errors import DatabaseError
from channelkit.listings.rules.attributes import Attributes, rule_attributes
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.lint import Finding, lint_rule
from channelkit.listings.rules.tree import parse_rule
from channelkit.model.tables import LISTINGS, PRODUCTS, TABS
from channelkit.rules.choices import Choice, fitting, make_choice
from channelkit.rules.preview import Preview, preview_rule
from channelkit.rules.versions import RuleVersion, show_version

NOW = 1_790_000_000_000
SETS = [{"id": 4, "name": "Default"}, {"id": 9, "name": "Bags & <i>more</i>"}]

PRODUCTS_OF: tuple[tuple[str, str, str, str], ...] = (
    # sku, name, type, price
    ("mug", "Blue mug", "simple", "8"),
    ("bag", "Bag <b>big</b>", "simple", "80"),
    ("lamp", "Desk lamp", "simple", "20"),
    ("set", "Mug set", "bundle", "20"),
    ("cup", "Cup", "simple", "9"),
    ("pot", "Pot", "simple", "10"),
    ("pan", "Pan", "simple", "90"),
    ("jar", "Jar", "simple", "12"),
)
PLACES: tuple[tuple[bool, str, str | None, str, str], ...] = (
    # listed, sku, product, tab, status
    (True, "A-mug", "mug", "Active", "Active"),
    (True, "A-bag", "bag", "Active", "Active"),
    (True, "A-lamp", "lamp", "Inactive", "Listing Suppressed"),
    (True, "A-set", "set", "Active", "Active"),
    (True, "A-cup", "cup", "Ineligible", "Excluded by Rule"),
    (True, "A-free", None, "New Third Party", "Awaiting Product Assignment"),
    (True, "A-gone", "jar", "Ended", "Removed on Amazon"),
    (False, "pot", "pot", "", ""),
    (False, "pan", "pan", "Ready to List", "Ready to List"),
)


def columns(schema: pa.Schema, told: dict[str, list[Any]], count: int) -> pa.Table:
    return pa.table({field.name: pa.array(told.get(field.name, [None] * count), field.type) for field in schema})


def fill(database: Database) -> None:
    """Keep the products, the listings and the tabs of the store de."""
    count = len(PRODUCTS_OF)
    told: dict[str, list[Any]] = {
        name: [row[place] for row in PRODUCTS_OF] for place, name in enumerate(("sku", "name", "type", "price"))
    }
    told |= {"entity_id": list(range(count)), "attribute_set": [9] * count, "visibility": [4] * count}
    told |= {"enabled": [True] * count, "attributes": ["{}"] * count}
    listed = [row for row in PLACES if row[0]]
    offers: dict[str, list[Any]] = {"seller_sku": [row[1] for row in listed], "currency": ["EUR"] * len(listed)}
    offers |= {"price": [1000] * len(listed), "quantity": [3] * len(listed)}
    placed: dict[str, list[Any]] = {
        name: [row[place] for row in PLACES]
        for place, name in enumerate(("listed", "sku", "product_sku", "tab", "status"))
    }
    placed |= {"stale": [False] * len(PLACES), "seller_sku": placed["sku"], "actions": [""] * len(PLACES)}
    with database.write() as connection:
        stores.register_store(connection, "de", account="a", marketplace_id="A1PA6795UKMFR9", website="eu", at=NOW)
        products.store_products(connection, columns(PRODUCTS.schema(products.READ), told, count), at=NOW, run="r")
        report = columns(LISTINGS.schema(["seller_sku", *listings.REPORTED]), offers, len(listed))
        listings.store_report(connection, "de", report, asked_at=NOW, run="r")
        names = [name for name in TABS.names if name != "digest"]
        tabs.store_tabs(connection, "de", columns(TABS.schema(names), placed, len(PLACES)), at=NOW, run="r")
        store_reference(connection, "commerce", "attribute_sets", json.dumps(SETS), at=NOW)


MAKERS = {str(number): f"Maker {number}" for number in range(90)}
ATTRIBUTES: list[dict[str, Any]] = [
    {"code": "price", "label": "Price", "input": "price", "promo": True},
    {"code": "name", "label": "Product <b>Name</b>", "input": "text", "promo": True},
    {"code": "sku", "label": "SKU", "input": "text", "promo": True},
    {"code": "news_from_date", "label": "New from", "input": "date", "promo": True},
    {"code": "color", "label": "Color", "input": "select", "promo": True, "options": {"1": "Red", "2": "Blue"}},
    {
        "code": "maker",
        "label": "Maker",
        "input": "select",
        "promo": True,
        "options": MAKERS,
    },
]
CATEGORIES = [{"id": 3, "path": "Shop / Kitchen"}, {"id": 7, "path": "Shop / <i>Bags</i>"}]


def sell(database: Database, seller_sku: str, left: int, at: int) -> None:
    """Let Amazon show a smaller quantity of one listing, as after a sale."""
    with database.write() as connection:
        names = ["seller_sku", *listings.REPORTED]
        report = listings.load(connection, "de", names)
        is_it = pc.equal(report["seller_sku"], seller_sku)
        place = report.column_names.index("quantity")
        report = report.set_column(place, "quantity", pc.if_else(is_it, left, report["quantity"]))
        listings.store_report(connection, "de", report, asked_at=at, run="r")


def place(database: Database, seller_sku: str, tab: str, status: str, at: int) -> None:
    """Put one listing into another tab."""
    with database.write() as connection:
        names = [name for name in TABS.names if name != "digest"]
        placed = tabs.load_tabs(connection, "de", names)
        is_it = pc.equal(placed["sku"], seller_sku)
        for name, value in (("tab", tab), ("status", status)):
            column = pc.if_else(is_it, value, placed[name])
            placed = placed.set_column(placed.column_names.index(name), name, column)
        tabs.store_tabs(connection, "de", placed, at=at, run="r")


@dataclass
class RuleBook:
    """A store's rules on a database of their own; what a model asks of them, and no more.

    Arguments:
        broken: nothing can be read or kept, as when the database is away.
    """

    database: Database
    broken: bool = False
    counts_at_once: bool = True
    asked: list[str] = field(default_factory=list)

    @property
    def known(self) -> Attributes:
        return rule_attributes({"attributes": ATTRIBUTES, "attribute_sets": SETS, "categories": CATEGORIES})

    def choices(self) -> Sequence[Choice]:
        self._ask("choices")
        return [make_choice(attribute) for attribute in self.known.values()]

    def suggest(self, code: str, typed: str = "", count: int = 12) -> Sequence[tuple[str, str]]:
        self._ask("suggest")
        return fitting(list(make_choice(self.known[code]).options.items()), typed, count)

    def history(self) -> Sequence[RuleVersion]:
        with self.database.read() as connection:
            return [show_version(kept, self.known) for kept in list_rules(connection, "de")]

    def describe(self, rule: Mapping[str, Any]) -> str:
        return describe(parse_rule(rule), self.known)

    def findings(self, rule: Mapping[str, Any], *, counted: bool = False) -> Sequence[Finding]:
        return lint_rule(parse_rule(rule), self.known)

    def preview(self, rule: Mapping[str, Any]) -> Preview:
        self._ask("preview")
        return preview_rule(self.database, "de", parse_rule(rule), self.known, "UTC")

    def commit(self, rule: Mapping[str, Any], name: str, by: str = "") -> RuleVersion:
        self._ask("commit")
        with self.database.write() as connection:
            kept = store_rule(connection, store="de", name=name, rule=rule, at=NOW, by=by)
        return show_version(kept, self.known)

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.broken:
            raise DatabaseError("The database cannot be reached.", "Try again.")
