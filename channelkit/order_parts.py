"""What a run needs for orders, wired from the parts: the terms of each store, what reads both sides, and its cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channelkit.database import backfills
from channelkit.model.orders import Person
from channelkit.order_cycle import OrderCycle
from channelkit.order_facts import find_products
from channelkit.orders.addresses import lacking_of
from channelkit.orders.terms import OrderTerms
from channelkit.parts import Parts
from channelkit.pull.backfill import BackfillReader
from channelkit.pull.commerce import read_known_directory, read_known_scopes, read_known_stocks, read_known_views
from channelkit.pull.completeness import CompletenessCheck
from channelkit.pull.order_keeping import OrderKeeper, StoreShare
from channelkit.pull.orders import OrderReader
from channelkit.pull.orders_report import OrdersReportReader
from channelkit.pull.reading import Puller
from channelkit.pull.returns import ReturnsReader
from channelkit.pull.sales import LedgerKeeper, SalesReader
from channelkit.pull.stock_check import StockChecker


def order_terms(parts: Parts, store: str) -> OrderTerms:
    """Return the terms on which a store's orders are decided."""
    section, record = parts.settings.stores[store], parts.record(store)
    chosen, account = section.orders, parts.settings.accounts.get(section.account)
    with parts.database.read() as connection:
        views, scopes = read_known_views(connection), read_known_scopes(connection)
        directory, stocks = read_known_directory(connection), read_known_stocks(connection)
        windows = tuple(backfills.load_windows(connection, store))
    view_id, website_id = views.get(chosen.store_view or section.store_view, (0, 0))
    _, sources = stocks.get(section.website, (0, ()))
    return OrderTerms(
        store=store,
        seller_id=account.seller_id if account else "",
        site=section.site,
        import_orders=section.import_orders,
        connected_at=record.connected_at or record.created_at,
        windows=windows,
        store_view_id=view_id,
        website=section.website,
        website_id=scopes.website_ids.get(section.website, website_id),
        customers=chosen.customers,
        number_source=chosen.number_source,
        prefix=chosen.prefix,
        status=chosen.status,
        reserve_pending=chosen.reserve_pending,
        payment_method=chosen.payment_method,
        shipping_method=chosen.shipping_method,
        phone=chosen.phone,
        ship_source=chosen.ship_source,
        sources=sources,
        carriers=chosen.carriers,
        cancel_call=chosen.cancel_call,
        cancelled_as=chosen.cancelled_as,
        regions=directory.regions,
        countries=directory.countries,
        currency=scopes.currencies.get(section.store_view, ""),
    )


def ledger_keeper(parts: Parts) -> LedgerKeeper:
    """Return what writes down what orders do to stock, for all stores."""
    terms = {name: order_terms(parts, name) for name, store in parts.settings.stores.items() if store.account}
    return LedgerKeeper(terms, find_products, parts.now)


def sales_reader(parts: Parts, run: str, ledger: LedgerKeeper) -> SalesReader:
    """Return what reads what Commerce has of the orders of all stores."""
    connected = [terms.connected_at for terms in ledger.terms.values()]
    return SalesReader(_puller(parts, run), parts.commerce, ledger, min(connected, default=0))


def order_keeper(parts: Parts, account: str, ledger: LedgerKeeper) -> OrderKeeper:
    """Return what keeps the orders of a seller account; of several stores in one marketplace the oldest has them."""
    names = [name for name, store in parts.settings.stores.items() if store.account == account]
    shares: dict[str, StoreShare] = {}
    for record in sorted(map(parts.record, names), key=lambda record: (record.created_at, record.name)):
        terms = ledger.terms[record.name]
        share = StoreShare(record.name, terms.connected_at, terms.website, terms.windows)
        shares.setdefault(terms.site.id, share)
    seller_id = parts.settings.accounts[account].seller_id

    def find_lacking(store: str, person: Person) -> tuple[str, ...]:
        return lacking_of(person, ledger.terms[store])

    return OrderKeeper(seller_id, shares, parts.vault, ledger.note, find_products, find_lacking)


def order_reader(parts: Parts, account: str, run: str, keeper: OrderKeeper) -> OrderReader:
    """Return what reads the orders of a seller account, all its marketplaces at once."""
    return OrderReader(_puller(parts, run), parts.amazon(account), keeper)


def orders_report_reader(parts: Parts, store: str, run: str, ledger: LedgerKeeper) -> OrdersReportReader:
    """Return what reads the report on a store's orders where searching does not keep up."""
    section, terms = parts.settings.stores[store], ledger.terms[store]
    return OrdersReportReader(
        _puller(parts, run), parts.amazon(section.account), section.site, store, terms.connected_at
    )


def backfill_reader(parts: Parts, account: str, run: str, keeper: OrderKeeper) -> BackfillReader:
    """Return what reads earlier orders that a person asked for."""
    return BackfillReader(_puller(parts, run), parts.amazon(account), keeper)


def completeness_check(parts: Parts, account: str, run: str, keeper: OrderKeeper) -> CompletenessCheck:
    """Return what holds our orders against Amazon's own count of them."""
    return CompletenessCheck(_puller(parts, run), parts.amazon(account), keeper)


def returns_reader(parts: Parts, store: str, run: str) -> ReturnsReader:
    """Return what reads what buyers send back."""
    section = parts.settings.stores[store]
    amazon, hours = parts.amazon(section.account), section.orders.returns_hours
    return ReturnsReader(_puller(parts, run), amazon, section.site, store, hours)


def stock_checker(parts: Parts, store: str, run: str) -> StockChecker | None:
    """Return what checks the ledger against the stock that a store sells from; None while its sources are not known."""
    website = parts.settings.stores[store].website
    with parts.database.read() as connection:
        _, sources = read_known_stocks(connection).get(website, (0, ()))
        views, ids = read_known_views(connection), read_known_scopes(connection).website_ids
    websites = parts.stock_websites(website)
    chosen = {ids[each] for each in websites if each in ids}
    store_ids = frozenset(view for view, of_website in views.values() if of_website in chosen)
    if not sources:
        return None
    return StockChecker(_puller(parts, run), parts.commerce, websites, sources, store_ids)


def order_cycle(parts: Parts, store: str, run: str = "", ledger: LedgerKeeper | None = None) -> OrderCycle:
    """Return the cycle of one store's orders, wired.

    Arguments:
        ledger: the run's own, which knows the terms of all stores; None to make one.
    """
    section, ledger = parts.settings.stores[store], ledger or ledger_keeper(parts)
    return OrderCycle(
        database=parts.database,
        amazon=parts.amazon(section.account),
        commerce=parts.commerce,
        terms=ledger.terms[store],
        store_view=section.orders.store_view or section.store_view,
        websites=parts.stock_websites(section.website),
        sales=sales_reader(parts, run, ledger),
        vault=parts.vault,
        read_only_because=parts.why_silent(store),
        run=run,
        clock=parts.clock,
        progress=parts.progress,
    )


def by_account(parts: Parts, names: Sequence[str]) -> Mapping[str, list[str]]:
    """Return these stores by their seller account."""
    grouped: dict[str, list[str]] = {}
    for name in names:
        grouped.setdefault(parts.settings.stores[name].account, []).append(name)
    return grouped


def _puller(parts: Parts, run: str) -> Puller:
    return Puller(parts.database, parts.clock, run, parts.progress)
