"""One listing's life as the rest of channelkit would leave it in the database: what the tests of its story look at.

Everything is written by the database's own functions, as cycles and people write it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.database import answers, decisions, history, journal, listings, products, rules, scopes, stock, stores
from channelkit.database import tabs as kept_tabs
from channelkit.database.connection import Database
from channelkit.model.changes import CHANGES
from channelkit.model.decisions import DECISIONS
from channelkit.model.tables import LISTINGS, PRODUCTS, SCOPES, STOCK, TABS
from channelkit.report.dated_facts import Fact, ReadAt, tell_facts
from channelkit.report.explanation import Explanation, Reasoning, RuleStep, Tried
from channelkit.report.subject import find_subject
from channelkit.report.timeline import read_timeline
from tests.database_fixtures import table_of

NOON = 1_790_000_000_000
"""2026-09-21 14:13:20 UTC."""

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
SKU, PRODUCT = "MUG-3/blue", "mug-blue"
TITLE = "Tasse „Guten Morgen“ 0,3 l <script>alert(1)</script>"

_OFFER = {
    "seller_sku": SKU,
    "asin": "B00MUG0001",
    "title": TITLE,
    "price": 1999,
    "currency": "USD",
    "quantity": 12,
    "fulfillment_channel": "DEFAULT",
    "condition": "new_new",
    "status": "Active",
}
_DECIDED = {
    "store": "us",
    "listed": True,
    "sku": SKU,
    "seller_sku": SKU,
    "asin": "B00MUG0001",
    "product_sku": PRODUCT,
    "method": "gtin",
    "evidence": "Both have the GTIN 04006381333931.",
    "confidence": 1.0,
    "linked_by": "",
    "tab": "Active",
    "status": "Active",
    "reason": "Amazon offers 12 at 19.99 USD; it is product mug-blue.",
    "next_step": "Nothing.",
    "actions": "View Details, Create Override, End Listing",
    "stale": False,
    "wanted_price": 1999,
    "wanted_quantity": 12,
}
OUT = {
    "tab": "Ineligible",
    "status": "Out of Stock",
    "reason": "Commerce can sell 0 of product mug-blue.",
    "next_step": "It is sold again once there is enough stock. Until then its quantity is 0; the listing stays.",
    "wanted_price": None,
    "wanted_quantity": 0,
}


def live(database: Database) -> None:
    """Let the listing be found, linked by a person, sold out, and its quantity be brought to Amazon."""
    with database.write() as connection:
        stores.register_store(
            connection, "us", account="acme", marketplace_id="ATVPDKIKX0DER", website="base", at=NOON - 30 * DAY
        )
        rules.store_rule(
            connection,
            store="us",
            name="No clearance",
            rule={"all": True, "match": True, "children": []},
            at=NOON - 20 * DAY,
            by="anna",
        )
    _see(database, NOON - 9 * DAY, {})
    with database.write() as connection:
        _know_product(connection, NOON - 9 * DAY)
        _count(connection, NOON - 9 * DAY, 40)
        _decide(connection, NOON - 9 * DAY, {"tab": "New Third Party", "status": "Multiple Matches Found"})
        answers.store_answer(
            connection,
            store="us",
            seller_sku=SKU,
            product_sku=PRODUCT,
            answer="yes",
            asked="uncertain",
            by="anna <admin>",
            at=NOON - 8 * DAY,
            probability=0.62,
        )
    with database.write() as connection:
        _decide(connection, NOON - 8 * DAY + MINUTE, {"method": "manual", "linked_by": "anna <admin>"})
        keep = {"store": "us", "seller_sku": SKU, "kind": "price", "value": "1799", "by_whom": "ben"}
        decisions.keep_decisions(connection, table_of(DECISIONS, [keep | {"at": NOON - 2 * DAY}], list(decisions.KEPT)))
    history.flush(database, at=NOON - 2 * DAY, everything=True)
    _change(database, "price", 1999, 1799, at=NOON - 2 * DAY + 5 * MINUTE)
    _see(database, NOON - 2 * DAY + 9 * MINUTE, {"price": 1799})
    with database.write() as connection:
        _count(connection, NOON - 21 * MINUTE, 0)
        scope = {"store_view": "us_en", "sku": PRODUCT, "name": None, "enabled": None, "price": "21.500000"}
        scopes.store_scopes(connection, table_of(SCOPES, [scope], _SCOPE), at=NOON - 25 * MINUTE, run="r9")
        _decide(connection, NOON - 20 * MINUTE, OUT | {"method": "manual", "linked_by": "anna <admin>"})
    _change(database, "quantity", 12, 0, at=NOON - 20 * MINUTE)
    _see(database, NOON - 17 * MINUTE, {"price": 1799, "quantity": 0})


_SCOPE = ("store_view", "sku", "name", "enabled", "price")


def _see(database: Database, at: int, offer: Mapping[str, object]) -> None:
    with database.write() as connection:
        report = table_of(LISTINGS, [{**_OFFER, **offer}], ("seller_sku", *listings.REPORTED))
        listings.store_report(connection, "us", report, asked_at=at, run=f"run{at}")


def _know_product(connection: Connection, at: int) -> None:
    product = {
        "sku": PRODUCT,
        "entity_id": 7,
        "name": "Tasse blau",
        "type": "simple",
        "enabled": True,
        "price": "19.990000",
        "websites": ",1,",
        "ean": "4006381333931",
    }
    products.store_products(connection, table_of(PRODUCTS, [product], products.READ), at=at, run="r1")


def _count(connection: Connection, at: int, salable: int) -> None:
    counted = {"website": "base", "sku": PRODUCT, "salable": salable, "in_stock": salable > 0, "managed": True}
    stock.store_stock(connection, table_of(STOCK, [counted], list(counted)), at=at, run="r1")


def _decide(connection: Connection, at: int, decided: Mapping[str, object]) -> None:
    names = [name for name in TABS.names if name != "digest"]
    row = {**_DECIDED, "since": at, "linked_at": at, **decided}
    kept_tabs.store_tabs(connection, "us", table_of(TABS, [row], names), at=at, run="r1")


def _change(database: Database, field: str, before: int, after: int, *, at: int) -> None:
    """Send a change: 2 s after it was planned, accepted a second later, confirmed after four minutes."""
    change = {"seller_sku": SKU, "field": field, "before": before, "after": after, "because": f"Commerce's {field}."}
    going = table_of(CHANGES, [change])
    with database.write() as connection:
        planned = journal.record_plan(
            connection,
            store="us",
            run="r1",
            fingerprint="f",
            going=going,
            held=going.slice(0, 0).append_column("note", pa.array([], pa.string())),
            listings=1,
            verdict="clear",
            note="",
            at=at,
        )
        ids = planned["id"].to_pylist()
        journal.mark_sent(connection, ids, at + 2_000)
        journal.mark_answered(connection, ids, "accepted", at + 3_000, request_id="r")
        settled = pa.table({"id": ids, "state": ["confirmed"], "note": [""]})
        journal.close_settled(connection, settled, at + 4 * MINUTE)


REASONING = Reasoning(
    rule="Products are listed whose price is above “5” and of which none of these hold: clearance is “Yes”.",
    rule_name="No clearance",
    steps=(
        RuleStep(0, "all of these hold", "", True),
        RuleStep(1, "price is more than “5”", "19.99", True),
        RuleStep(1, "none of these hold", "", True),
        RuleStep(2, "clearance is “Yes”", "No", False),
        RuleStep(2, "brand is one of “Acme”, “<b>Bolt</b>”", "Guten Tag", False),
    ),
    rows=(
        Tried(1, "no product is linked, and it is still on Amazon", False),
        Tried(2, "a person ended it, and Amazon still shows it", False),
        Tried(3, "it was looked for twice and not found", False),
        Tried(4, "the listing rules exclude its product", False),
        Tried(4, "its product is disabled", False),
        Tried(4, "the merchant fulfils it from counted stock, and there is none", True),
    ),
    row=4,
    moves=(
        "Active, once Commerce can sell at least 1 of product mug-blue.",
        "Ended, if a person ends it.",
    ),
    facts=(Fact("channelkit", "Threshold", "0"),),
    now={"tab": "Ineligible", "status": "Out of Stock"},
    is_decided=True,
)


def explained(database: Database, reasoning: Reasoning = REASONING, sku: str = SKU) -> Explanation:
    """Return the explanation of the listing, with a decision as it would come about."""
    subject = find_subject(database, "us", sku, "us_en")
    read = ReadAt(NOON - 3 * MINUTE, NOON - 2 * MINUTE, NOON - 2 * MINUTE)
    return Explanation(
        subject=subject,
        facts=tuple(tell_facts(subject, read)),
        history=read_timeline(database, subject, "us_en"),
        now_ms=NOON,
        reasoning=reasoning,
    )
