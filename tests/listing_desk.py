"""A desk of listings, small and known to the last row, or as large as wished: what a workbench asks of a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

import numpy as np
import pyarrow as pa

from channelkit.errors import DatabaseError, PlanError, UsageError
from channelkit.review.listing_columns import OVERRIDES, TABS

TIME = pa.timestamp("ms", "UTC")
SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            *("on_amazon", "sku", "seller_sku", "asin", "title", "condition", "currency", "status", "tab", "reason"),
            *("next_step", "actions", "product_sku", "method", "evidence", "linked_by", "fulfillment"),
            *("condition_note", "image_url", "inactive_reason", "buy_box", "condition_override", "notes_override"),
        )
    ]
    + [(name, pa.decimal128(24, 2)) for name in ("price", "margin", "wanted_price", "price_override")]
    + [("margin_percent", pa.decimal128(24, 1))]
    + [(name, pa.int64()) for name in ("quantity", "wanted_quantity", "handling_days", "handling_override")]
    + [(name, TIME) for name in ("since", "observed_at", "buy_box_at")]
    + [(name, pa.bool_()) for name in ("stale", "overridden")]
)
MANAGED = (
    "View Details, Create Override, Edit Listing Overrides, Edit Assigned ASIN, Create Alias Seller SKU, "
    "Switch to Fulfilled by Amazon, End Listing"
)
ALLOWED = {
    "Incomplete": "Update Required Info, Re-attempt Automatic Match, View Details",
    "New Third Party": "Assign Catalog Product, Create New Catalog Product, Attempt Automatic Match, View Details",
    "Ready to List": "Publish on Amazon, View Details",
    "Ended": "Publish on Amazon, Create Alias Seller SKU, View Details",
}
WILD = "<img src=x onerror=alert(1)> Lamp <script>alert(2)</script>"
PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def listing(sku: str, tab: str, **more: Any) -> dict[str, Any]:
    """Return a row; what is not given is as it mostly is."""
    return {
        "on_amazon": "yes",
        "sku": sku,
        "seller_sku": sku,
        "asin": f"B0{sku[-3:]:0>8}",
        "title": f"Item {sku}",
        "condition": "new_new",
        "currency": "USD",
        "status": tab,
        "tab": tab,
        "reason": f"It is in {tab}.",
        "next_step": "",
        "actions": ALLOWED.get(tab, MANAGED),
        "product_sku": sku,
        "method": "seller_sku",
        "fulfillment": "Merchant",
        "price": Decimal("19.99"),
        "quantity": 5,
        "since": 1_795_000_000_000,
        "observed_at": 1_795_100_000_000,
        "stale": False,
        "overridden": False,
        **more,
    }


ROWS = [
    *(
        listing(
            f"KET-{number:03}",
            "Active",
            price=Decimal(number),
            title=f"Kettle {number}",
            # Of every tenth one it is not known what it costs.
            margin=None if number % 10 == 0 else Decimal(number) / 4 - 1,
            margin_percent=None if number % 10 == 0 else Decimal(25) - Decimal(100) // number,
        )
        for number in range(1, 61)
    ),
    listing("MUG-001", "Active", title=WILD, condition="used_good", price=None, status="Relist in Progress"),
    listing(
        "MUG-002",
        "Active",
        overridden=True,
        price_override=Decimal("7.50"),
        condition_override="used_good",
        notes_override="=1+1",
        handling_override=3,
        fulfillment="Amazon",
        actions=MANAGED.replace("by Amazon", "by Merchant"),
        image_url=PICTURE,
    ),
    listing(
        "BAD-001",
        "Inactive",
        status="Search suppressed",
        inactive_reason="Search suppressed",
        image_url="javascript:1",
        margin=Decimal("-1234.50"),
        margin_percent=Decimal("-61.7"),
    ),
    listing("LOW-001", "Ineligible", quantity=0, reason="Commerce has 1 unit, fewer than 3."),
    listing("OLD-001", "Ended", status="Manually Ended", quantity=None),
    listing("NEW-001", "New Third Party", status="Awaiting Product Assignment", product_sku=None),
    listing(
        "LAMP",
        "Incomplete",
        on_amazon="no",
        asin=None,
        status="Missing Condition",
        price=None,
        quantity=None,
        reason="No condition is set for it.",
        next_step="Choose a condition.",
    ),
]


@dataclass(frozen=True)
class SmallView:
    """A saved view."""

    name: str
    by: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """Something that shows itself as HTML."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass
class SmallPlan:
    """What an action would do to a desk; it is carried out on the rows that were looked at, or not at all."""

    desk: SmallDesk
    action: str
    skus: tuple[str, ...]
    terms: Mapping[str, Any]
    by: str
    seen: int = 0
    stopped: str = ""

    @property
    def fingerprint(self) -> str:
        return f"{self.action}-{self.seen}"

    @property
    def held(self) -> Mapping[str, Sequence[str]]:
        return {"seller_sku": [sku for sku in self.skus if sku.startswith("MUG") and self.action == "override"]}

    def apply(self, *, release_held: Sequence[str] = (), although_stopped: bool = False) -> str:
        self.desk.require_calm()
        if self.desk.moves != self.seen:
            raise PlanError("The facts of store 'us' have moved since this plan was made; nothing was sent.", "")
        if self.stopped and not although_stopped:
            raise PlanError(f"The plan was stopped: {self.stopped}", "Look at it, and say so.")
        self.desk.released = tuple(release_held)
        self.desk.change(self.action, self.skus, self.by, self.terms)
        return "Sent."

    def validate(self) -> Told:
        return Told("<p>Amazon takes it.</p>")

    def inverse(self) -> SmallPlan:
        opposite = {"end": "publish", "publish": "end"}
        if self.action not in opposite:
            raise UsageError("Nothing can take that back.")
        return SmallPlan(self.desk, opposite[self.action], self.skus, {}, self.by, self.desk.moves)

    def _repr_html_(self) -> str:
        listed = "".join(f"<li>{escape(sku)}</li>" for sku in self.skus[:20])
        return f"<p>{self.action}: {len(self.skus)}</p><ul>{listed}</ul><script>alert(3)</script>"


@dataclass
class SmallDesk:
    """A store's listings; two workbenches on the same desk are two people at work."""

    rows: list[dict[str, Any]] = field(default_factory=lambda: [dict(row) for row in ROWS])
    name: str = "us"
    currency: str = "USD"
    auto_list: bool = True
    is_busy: bool = False
    moves: int = 0
    done: list[tuple[str, tuple[str, ...], str, Mapping[str, Any]]] = field(default_factory=list)
    saved: dict[str, SmallView] = field(default_factory=dict)
    table: pa.Table | None = None
    released: tuple[str, ...] = ()

    def require_calm(self) -> None:
        if self.is_busy:
            raise DatabaseError("The database is locked.", "Try again in a moment.")

    def listing_table(self) -> pa.Table:
        self.require_calm()
        return self.table if self.table is not None else pa.Table.from_pylist(self.rows, SCHEMA)

    def first_rows(self, count: int) -> tuple[dict[str, int], pa.Table]:
        table = self.listing_table()
        tabs = table["tab"].to_pylist()
        counts = {tab: tabs.count(tab) for tab in TABS}
        counts[OVERRIDES] = sum(table["overridden"].to_pylist())
        places = (
            [place for place, tab in enumerate(tabs) if tabs[:place].count(tab) < count] if len(tabs) < 1000 else []
        )
        return counts, table.take(pa.array(places or range(min(count, len(tabs))), pa.int64()))

    def mark(self) -> int:
        self.require_calm()
        return self.moves

    def explain(self, sku: str) -> Told:
        self.require_calm()
        return Told(f"<table><tr><th>Listing</th><td>{escape(sku)}</td></tr></table><img src='https://x.example/y'>")

    def timeline(self, sku: str) -> pa.Table:
        event = {
            **{"at": 1_795_000_000_000, "side": "channelkit", "what": "price", "before": "12.00", "after": "19.99"},
            **{"because": f"The rule for {sku}.", "by": "anna"},
        }
        return pa.Table.from_pylist([event])

    def propose(self, action: str, skus: Sequence[str], by: str, terms: Mapping[str, str | bool | None]) -> SmallPlan:
        if terms.get("product_sku") == "NO-SUCH":
            raise UsageError("Commerce has no product 'NO-SUCH'.", "Look for its SKU in Commerce.")
        stopped = "It ends more than half of the listings." if action == "end" and len(skus) > 40 else ""
        return SmallPlan(self, action, tuple(skus), terms, by, self.moves, stopped)

    def views(self) -> list[SmallView]:
        self.require_calm()
        return [self.saved[name] for name in sorted(self.saved)]

    def save_view(self, name: str, body: Mapping[str, Any], by: str) -> None:
        self.require_calm()
        self.saved[name] = SmallView(name, by, body)

    def delete_view(self, name: str) -> None:
        del self.saved[name]

    def change(self, action: str, skus: Sequence[str], by: str, terms: Mapping[str, Any]) -> None:
        self.moves += 1
        self.done.append((action, tuple(skus), by, terms))
        tab = {"end": "Ended", "publish": "Active"}.get(action)
        for row in self.rows:
            if row["sku"] in skus and tab:
                row["tab"], row["actions"] = tab, ALLOWED.get(tab, MANAGED)
                row["status"] = "Ending In Progress" if tab == "Ended" else "Active"


def large_desk(count: int) -> SmallDesk:
    """Return a desk with so many active listings."""
    numbers = np.arange(count)
    columns: dict[str, Any] = {name: pa.nulls(count, SCHEMA.field(name).type) for name in SCHEMA.names}
    skus = pa.array([f"SKU-{number:06}" for number in range(count)])
    columns |= dict.fromkeys(("sku", "seller_sku", "product_sku"), skus)
    for name, value in (
        *(("on_amazon", "yes"), ("tab", "Active"), ("actions", MANAGED), ("currency", "USD"), ("condition", "new_new")),
        *(("fulfillment", "Merchant"), ("reason", "It is sold with the price and the quantity of its product.")),
    ):
        columns[name] = pa.repeat(pa.scalar(value), count)
    columns["asin"] = pa.array([f"B0{number:08}" for number in range(count)])
    columns["title"] = pa.array([f"Acme kettle number {number}, steel, 1.7 litre" for number in range(count)])
    columns["status"] = pa.array(np.where(numbers % 100 == 7, "Relist in Progress", "Active"))
    columns["price"] = pa.array(numbers % 5000 + 1).cast(pa.decimal128(19, 0)).cast(pa.decimal128(24, 2))
    columns["quantity"] = pa.array(numbers % 50)
    columns["since"] = pa.array(1_795_000_000_000 + numbers).cast(TIME)
    columns["overridden"] = pa.array(numbers % 1000 == 0)
    return SmallDesk(table=pa.table(columns, schema=SCHEMA))
