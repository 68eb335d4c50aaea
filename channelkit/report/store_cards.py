"""A card for each store of a dashboard: its sales with their trend, its listings, and what needs a look (RP-05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channelkit.database.schema import changes
from channelkit.database.schema import stores as books
from channelkit.database.trend_schema import alerts
from channelkit.model.marketplaces import MARKETPLACES
from channelkit.report import counts, order_excerpts
from channelkit.report.dashboard_scope import Scope
from channelkit.report.wording import counted, moment, money
from channelkit.trends.sales import Figure, StoreSales, read_store_sales

_SITES = {site.id: site for site in MARKETPLACES}


@dataclass(frozen=True)
class StoreCard:
    """What a store's card says.

    Arguments:
        place: Amazon's country, currency, clock and Commerce's website.
        state: whether it sends, and why not.
        since: when it was added, in milliseconds since 1970.
        active, inactive, incomplete: listings in these tabs.
        under_way: changes that were sent and not seen yet.
        alerts: what needs a look, each with what to do.
    """

    store: str
    label: str
    place: str
    state: str
    since: int
    sales: StoreSales
    active: int
    inactive: int
    incomplete: int
    under_way: int
    alerts: tuple[str, ...]

    @property
    def currency(self) -> str:
        return self.sales.site.currency

    @property
    def headline(self) -> str:
        """The store in one sentence."""
        sold = f"{money(self.sales.month.amount, self.currency)} in 30 days{trend_words(self.sales.month)}"
        return f"{sold}; {counted(self.active, 'listing')} active, {self.inactive:,} inactive."


def trend_words(figure: Figure) -> str:
    """Return the trend of a figure for the middle of a sentence; nothing where there is nothing to compare with.

    >>> trend_words(Figure(amount=120, before=100)), trend_words(Figure(amount=120))
    (', 20 % more than before', '')
    """
    if figure.trend is None:
        return ""
    if not figure.trend:
        return ", as much as before"
    return f", {abs(figure.trend):,} % {'more' if figure.trend > 0 else 'less'} than before"


def read_cards(scope: Scope, *, placed: pa.Table | None = None) -> tuple[StoreCard, ...]:
    """Return the card of each store, in the order of their names in the settings.

    Arguments:
        placed: as `channelkit.report.counts.count_tabs` has it, where it is read already.
    """
    sales = read_store_sales(scope.database, scope.stores, scope.now_ms)
    with scope.database.read() as connection:
        in_tabs = _add_up_tabs(counts.count_tabs(connection) if placed is None else placed)
        late = order_excerpts.count_due(connection, scope.now_ms)
        stages = _count_blocked(connection)
        held, under_way = _count_changes(connection, ("held",)), _count_changes(connection, counts.ON_THE_WAY)
        told = _read_alerts(connection)
        known = {row.name: row for row in connection.execute(sa.select(books))}
    cards = []
    for store in scope.stores:
        row, tabs = known[store], in_tabs.get(store, {})
        site = _SITES.get(row.marketplace_id)
        place = " · ".join(
            filter(None, (f"Amazon {site.country}" if site else "", site.currency if site else "", row.website))
        )
        look = [
            *told.get(store, ()),
            *_look(store, "order is late to ship", "orders are late to ship", late.get(store, 0), "orders due"),
            *_look(store, "order is blocked", "orders are blocked", stages.get(store, 0), "orders blocked"),
            *_look(store, "change is held", "changes are held", held.get(store, 0), "plan"),
            *_look(
                store,
                "listing is incomplete",
                "listings are incomplete",
                tabs.get("Incomplete", 0),
                'listings --tab "Incomplete"',
            ),
        ]
        cards.append(
            StoreCard(
                store,
                row.label or store,
                place,
                _state(row),
                row.created_at,
                sales[store],
                tabs.get(counts.LIVE, 0),
                tabs.get("Inactive", 0),
                tabs.get("Incomplete", 0),
                under_way.get(store, 0),
                tuple(look),
            )
        )
    return tuple(cards)


def _look(store: str, one: str, many: str, number: int, command: str) -> list[str]:
    if not number:
        return []
    return [f"{counted(number, one, many)}: channelkit {command} --store {store}"]


def _state(row: sa.Row[tuple[object, ...]]) -> str:
    if row.state != "active":
        return "inactive: cycles leave it alone"
    if row.golive_at is None:
        return "read-only: nothing is sent before its go-live is confirmed"
    return f"active, sends since {moment(row.golive_at)}"


def _add_up_tabs(placed: pa.Table) -> dict[str, dict[str, int]]:
    listed = placed.filter(pc.fill_null(placed["listed"], False))
    told: dict[str, dict[str, int]] = {}
    for row in listed.to_pylist():
        tabs = told.setdefault(row["store"], {})
        tabs[row["tab"]] = tabs.get(row["tab"], 0) + row["rows"]
    return told


def _count_blocked(connection: Connection) -> dict[str, int]:
    found = order_excerpts.count_stages(connection).to_pylist()
    return {row["store"]: row["rows"] for row in found if row["stage"] == "blocked"}


def _count_changes(connection: Connection, states: tuple[str, ...]) -> dict[str, int]:
    query = sa.select(changes.c.store, sa.func.count()).where(changes.c.state.in_(states)).group_by(changes.c.store)
    return {store: int(number) for store, number in connection.execute(query)}


def _read_alerts(connection: Connection) -> Mapping[str, list[str]]:
    query = sa.select(alerts.c.store, alerts.c.words, alerts.c.fix).where(alerts.c.closed_at.is_(None))
    found: dict[str, list[str]] = {}
    for store, words, fix in connection.execute(query.order_by(alerts.c.first_at)):
        found.setdefault(store, []).append(f"{words} {fix}".strip())
    return found
