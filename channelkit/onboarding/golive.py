"""Going live: what would change the first time that something is sent, and the decision that it may be (SY-06)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.cycle import Cycle
from channelkit.database import listings, products, progress, reports, scopes, stock, stores
from channelkit.database.connection import Database
from channelkit.errors import PlanError, UsageError
from channelkit.listings.freshness import HOUR
from channelkit.model.changes import END, PUBLISH
from channelkit.model.columns import one
from channelkit.model.stores import StoreRecord
from channelkit.onboarding import golive_words
from channelkit.onboarding.footprints import Footprint, find_footprints
from channelkit.outcome import Decision
from channelkit.parts import Parts
from channelkit.plan.comparison import WORDS, Compared, compare_sides, sum_up
from channelkit.plan.fingerprint import fingerprint
from channelkit.pull.amazon import LISTINGS_REPORT
from channelkit.report.tables import comparison_frame
from channelkit.report.wording import counted
from channelkit.runner import hold_store

if TYPE_CHECKING:
    import pandas as pd

FRESH_FOR = 2 * HOUR
"""Milliseconds for which the facts of both sides are good enough to decide on: time to look at them, and no more."""

PLAN_FINDINGS = {
    "sweeping": "a guard stops the whole plan for its size",
    "integrations": "another program works on the same listings",
}
"""Findings about all of it; go-live needs somebody to name them."""

NEW_LISTINGS, ENDED_LISTINGS = "new_listings", "ended_listings"


@dataclass(frozen=True)
class GoLive:
    """Both sides next to each other, what would change, what looks wrong, and who else is at work.

    Arguments:
        compared: one row for each linked listing.
        stopped: why a guard stops the plan; empty where none does.
        footprints: traces of other programs.
        lacking: why the facts are not whole or not fresh, each with what to do; empty where they are.
        fingerprint: names exactly what would change and what looks wrong.
        planned: how many changes of each field would be sent or are held.
    """

    store: str
    parts: Parts
    record: StoreRecord
    compared: Compared
    stopped: str
    footprints: list[Footprint]
    lacking: list[str]
    silent: str
    fingerprint: str
    planned: dict[str, int] = field(default_factory=dict)

    @property
    def listings(self) -> pd.DataFrame:
        """Every linked listing: stock and price on both sides, what would change, what looks wrong."""
        return comparison_frame(self.compared.rows)

    @property
    def findings(self) -> dict[str, str]:
        """Return all that looks wrong or is worth knowing, in words, by name."""
        told = {code: f"{counted(count, 'listing')}: {WORDS[code][0]}" for code, count in self.compared.counts.items()}
        if self.stopped:
            told["sweeping"] = f"{PLAN_FINDINGS['sweeping']}: {self.stopped}"
        if any(footprint.is_serious for footprint in self.footprints):
            tools = dict.fromkeys(footprint.what for footprint in self.footprints if footprint.is_serious)
            told["integrations"] = f"{PLAN_FINDINGS['integrations']}: {', '.join(tools)}"
        new, ended = self.planned.get(PUBLISH, 0), self.planned.get(END, 0)
        if new:
            told[NEW_LISTINGS] = f"{counted(new, 'product')}: would be listed on Amazon anew; plan.changes names them"
        if ended:
            told[ENDED_LISTINGS] = f"{counted(ended, 'listing')}: a person ended it, and it would be taken off Amazon"
        return told

    @property
    def serious(self) -> list[str]:
        """Return the names of what somebody has to name before this is confirmed."""
        return [code for code in self.findings if code in PLAN_FINDINGS or (code in WORDS and WORDS[code][2])]

    def confirm(self, by: str, although: Sequence[str] = ()) -> str:
        """Let the store send from now on, and return what that means; the name and the time are kept.

        Arguments:
            by: who decides.
            although: names of the serious findings that you looked at and accept.

        Raises:
            UsageError: nobody is named, a finding is named that is not there, or a serious one is not named.
            PlanError: the facts are not whole or not fresh, or have moved since this was shown.
            LeaseError: another run works on the store.
        """
        if not by.strip():
            raise UsageError("Going live needs a name.", "Say who decides: by='...', or --by NAME.")
        unknown = [name for name in although if name not in self.findings]
        if unknown:
            known = ", ".join(self.findings) or "none"
            raise UsageError(f"There is no finding {unknown[0]!r} here.", f"The findings are: {known}.")
        unnamed = [code for code in self.serious if code not in although]
        if unnamed:
            told = "; ".join(f"{code} ({self.findings[code]})" for code in unnamed)
            raise UsageError(
                f"Store {self.store!r} does not go live yet: {told}.",
                f"Mend it, or if you looked at it and it is meant, name it: although={unnamed!r}, or --although for "
                "each.",
            )
        installation = self.parts.installation(self.store)
        if installation is None:
            raise UsageError(self.parts.why_silent(self.store))
        with hold_store(self.parts, self.store, "golive") as (cycle, _lease, outcome):
            now = _look(self.parts, cycle, self.footprints)
            if now.lacking:
                raise PlanError(f"Store {self.store!r} does not go live yet.", " ".join(now.lacking))
            now.require(self.fingerprint)
            with self.parts.database.write() as connection:
                stores.confirm_golive(
                    connection, self.store, by=by.strip(), at=self.parts.now(), installation=installation
                )
            outcome.verdict = f"confirmed by {by.strip()}"
            outcome.note = f"Although: {', '.join(although)}." if although else ""
        silent = self.parts.why_silent(self.store)
        then = f"It still sends nothing. {silent}" if silent else "From now on sync and apply send what no guard holds."
        when = golive_words.moment(self.parts.now())
        return f"{by.strip()} confirmed the go-live of store {self.store!r} {when}. {then}"

    def require(self, shown: str) -> None:
        """Make sure that this is what a person saw.

        Raises:
            PlanError: it is something else by now.
        """
        if not shown or not self.fingerprint.startswith(shown):
            raise PlanError(
                f"What would change for store {self.store!r} is now {self.fingerprint}, not {shown!r}.",
                f"Nothing was confirmed. Look again with: channelkit golive --store {self.store}",
            )

    def summary(self) -> dict[str, Any]:
        """Return counts, money, findings and footprints as plain values for another program."""
        money = [
            {name: str(value) if name.endswith(("_by", "_before", "_after")) else value for name, value in row.items()}
            for row in sum_up(self.compared.rows)
        ]
        return {
            "store": self.store,
            "fingerprint": self.fingerprint,
            "linked_listings": self.compared.rows.num_rows,
            "unlinked_listings": self.compared.unlinked,
            "changes": money,
            "findings": self.findings,
            "serious": self.serious,
            "footprints": [
                {"where": one.where, "what": one.what, "words": one.words, "serious": one.is_serious}
                for one in self.footprints
            ],
            "lacking": self.lacking,
            "silent": self.silent,
            "confirmed_at": self.record.golive_at,
            "confirmed_by": self.record.golive_by,
        }

    def __repr__(self) -> str:
        return golive_words.as_text(golive_words.tell(self))

    def _repr_html_(self) -> str:
        return golive_words.as_html(golive_words.tell(self))


def look(parts: Parts, store: str) -> GoLive:
    """Compare both sides as they were last read; nothing is sent and nothing is kept.

    Raises:
        UsageError: the store has no seller account yet.
    """
    return _look(parts, parts.cycle(store), find_footprints(parts, store))


def _look(parts: Parts, cycle: Cycle, footprints: list[Footprint]) -> GoLive:
    decision, name = cycle.decide(), cycle.store.name
    compared = _compare(parts.database, cycle, decision)
    golive = GoLive(
        name,
        parts,
        parts.record(name),
        compared,
        decision.guarded.stopped,
        footprints,
        _lacking(parts, cycle),
        cycle.store.read_only_because,
        "",
        dict(Counter(_changes(decision)["field"].to_pylist())),
    )
    digest = blake2b(digest_size=6)
    for part in (fingerprint(_changes(decision)), *sorted(golive.findings)):
        digest.update(part.encode() + b"\x1e")
    for code, count in sorted(compared.counts.items()):
        digest.update(f"{code} {count}\x1e".encode())
    return replace(golive, fingerprint=digest.hexdigest())


def _changes(decision: Decision) -> pa.Table:
    """Return what would be sent and what is held, with why."""
    guarded = decision.guarded
    going = guarded.going.append_column("note", pa.nulls(guarded.going.num_rows, pa.string()))
    return pa.concat_tables([going, guarded.held.select(going.column_names)])


def _compare(database: Database, cycle: Cycle, decision: Decision) -> Compared:
    store = cycle.store
    with database.read() as connection:
        names = ("seller_sku", "title", "price", "currency", "quantity", "fulfillment_channel")
        on_amazon = listings.load(connection, store.name, names)
        catalog = products.load_products(connection, ("sku", "price"), gone=True)
        views = scopes.load_scopes(connection, store.store_view, ("sku", "price"))
        salable = stock.load_stock(connection, store.website, ("sku", "salable"))
    own = one(views["price"]).take(pc.index_in(one(catalog["sku"]), value_set=one(views["sku"])))
    prices = pa.table({"sku": catalog["sku"], "price": pc.coalesce(own, one(catalog["price"]))})
    return compare_sides(
        decision.tabs,
        on_amazon,
        prices,
        salable,
        _changes(decision),
        currency=store.marketplace.currency,
        price_currency=store.terms.price_currency,
    )


def _lacking(parts: Parts, cycle: Cycle) -> list[str]:
    """Return in words why the facts are not whole, or not fresh enough to decide on."""
    now, store = parts.now(), cycle.store
    with parts.database.read() as connection:
        read = {
            "the listings on Amazon": progress.moved_at(connection, f"listings/{store.name}"),
            "Commerce's products": progress.moved_at(connection, "products"),
            f"the stock of website {store.website!r}": progress.moved_at(connection, f"stock/{store.website}"),
        }
        has_report = _has_report(connection, store.name)
    fix = f"Read both sides: channelkit pull --store {store.name}"
    if store.read_only_because and parts.why_idle(store.name):
        fix = store.read_only_because
    told = [f"It was never read: {what}." for what, at in read.items() if at is None]
    if not has_report:
        told.append("No complete listings report of Amazon has been read yet.")
    told += [
        f"Read too long ago ({datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC): {what}."
        for what, at in read.items()
        if at is not None and now - at > FRESH_FOR
    ]
    return [*told, fix] if told else []


def _has_report(connection: Connection, store: str) -> bool:
    return reports.last_read(connection, store, LISTINGS_REPORT) is not None
