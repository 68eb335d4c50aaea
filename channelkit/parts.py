"""The parts, wired once from the settings: database, clients, and what a cycle of a store needs."""

from __future__ import annotations

import getpass
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from channelkit.amazon.client import Amazon, open_amazon
from channelkit.clock import Clock, milliseconds
from channelkit.commerce.client import Commerce, open_commerce
from channelkit.cycle import Cycle
from channelkit.database import elders, stores
from channelkit.database.connection import Database, open_database
from channelkit.database.installation import identify_database, identify_host
from channelkit.database.quota import Quota
from channelkit.errors import UsageError
from channelkit.facts import Store
from channelkit.listings.terms import Terms
from channelkit.logbook import Logbook
from channelkit.lookalikes import Lookalikes, Roles
from channelkit.model.marketplaces import list_region
from channelkit.model.stores import Installation, StoreRecord
from channelkit.people.vault import Vault
from channelkit.plan import silence
from channelkit.plan.guards import Limits
from channelkit.plan.price_guards import PriceLimits
from channelkit.price_asking import find_asking
from channelkit.price_terms import load_price_terms
from channelkit.pull.commerce import CommerceReader, read_known_scopes, read_known_stocks
from channelkit.pull.participations import why_paused
from channelkit.pull.reading import Puller
from channelkit.settings.price_section import percent
from channelkit.settings.sections import Settings, StoreSettings
from channelkit.transport import open_session

Progress = Callable[[str], None]


class Parts:
    """What the settings describe, opened when it is first needed.

    Arguments:
        progress: is told, in words, what is being done.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self.settings, self.progress = settings, progress
        self.clock: Clock = settings.clock
        self._accounts: dict[str, Amazon] = {}
        self._session = open_session()

    def _seconds(self) -> float:
        # The clock is looked up anew each time: a sandbox's may take its place.
        return self.clock.now()

    def now(self) -> int:
        """Return the time in milliseconds since 1970."""
        return milliseconds(self.clock.now())

    @cached_property
    def database(self) -> Database:
        settings = self.settings
        database = open_database(settings.database_url, settings.history, settings.database_password)
        with database.write() as connection:
            for name, store in self.settings.stores.items():
                stores.register_store(
                    connection,
                    name,
                    account=store.account,
                    marketplace_id=store.site.id,
                    website=store.website,
                    at=self.now(),
                )
                stores.name_store(connection, name, email=store.email, label=store.label)
        return database

    @cached_property
    def person(self) -> str:
        """Who works here, by their login; what a decision is signed with where no other name is given."""
        try:
            return getpass.getuser()
        except (OSError, KeyError, ImportError):
            return "somebody"

    @cached_property
    def vault(self) -> Vault:
        """Where what identifies buyers is kept; its key is not looked up before it is needed."""
        section = self.settings.people
        return Vault(self.database, section.key.reveal, self.now, section.keep_days)

    @cached_property
    def logbook(self) -> Logbook | None:
        """Where runs write what happens (SY-04); None where the settings want no log."""
        path, section = self.settings.log_file, self.settings.logs
        if path is None:
            return None
        return Logbook(path, section.level, section.megabytes, section.files, self._seconds)

    @cached_property
    def host(self) -> str:
        """What tells this machine from others."""
        return identify_host()

    def record(self, store: str) -> StoreRecord:
        """Return what the database keeps of a store.

        Raises:
            UsageError: it was deleted meanwhile.
        """
        with self.database.read() as connection:
            found = stores.load_store(connection, store)
        if found is None:
            raise UsageError(f"Store {store!r} was deleted.", "Open the kit anew to see the stores that are left.")
        return found

    def installation(self, store: str) -> Installation | None:
        """Return where this program works for a store; None while the store has no seller account."""
        account = self.settings.accounts.get(self.settings.stores[store].account)
        if account is None:
            return None
        return Installation.of(
            # A server's database may be shared by many machines.
            host=self.host if self.database.is_sqlite else "",
            database=self._database_identity,
            commerce=self.settings.commerce.url,
            seller=account.seller_id,
        )

    def why_refused(self, store: str) -> str:
        """Return why a store's settings cannot be meant for it, or an empty text."""
        section = self.settings.stores[store]
        return silence.why_refused(self.record(store), section.site, section.website)

    def why_idle(self, store: str) -> str:
        """Return why a cycle leaves a store alone altogether, or an empty text."""
        return silence.why_idle(self.record(store), is_connected=bool(self.settings.stores[store].account))

    def why_silent(self, store: str) -> str:
        """Return why a store sends nothing and what to do about it; an empty text where it may send."""
        section = self.settings.stores[store]
        return silence.why_silent(
            self.record(store), section.site, section.website, self.installation(store), section.read_only
        )

    def may_send(self, store: str) -> bool:
        """Tell whether nothing keeps a store from sending."""
        return not self.why_silent(store)

    @cached_property
    def _database_identity(self) -> str:
        return identify_database(self.database)

    @cached_property
    def commerce(self) -> Commerce:
        section = self.settings.commerce
        return open_commerce(
            url=section.url,
            flavour=section.flavour,
            auth=section.auth,
            consumer_key=section.consumer_key,
            consumer_secret=section.consumer_secret.reveal,
            access_token=section.access_token.reveal,
            access_token_secret=section.access_token_secret.reveal,
            client_id=section.client_id,
            client_secret=section.client_secret.reveal,
            organization=section.organization,
            token_url=section.token_url,
            clock=self.clock,
            random=random.random,
            session=self._session,
            throttle=Quota(self.database, "commerce", self.clock),
        )

    def amazon(self, account: str) -> Amazon:
        """Return the client of a seller account; its quotas are shared by all processes."""
        if account not in self._accounts:
            section = self.settings.accounts[account]
            self._accounts[account] = open_amazon(
                seller_id=section.seller_id,
                base_url=section.endpoint,
                token_url=section.token_url,
                client_id=section.client_id,
                client_secret=section.client_secret.reveal,
                refresh_token=section.refresh_token.reveal,
                throttle=Quota(self.database, f"amazon/{section.region}/{section.seller_id}", self.clock),
                clock=self.clock,
                random=random.random,
                session=self._session,
            )
        return self._accounts[account]

    def cycle(self, store: str, run: str = "") -> Cycle:
        """Return one store's cycle, wired.

        Raises:
            UsageError: the store has no seller account yet, or was deleted.
        """
        section = self.settings.stores[store]
        if not section.account:
            raise UsageError(self.why_silent(store))
        with self.database.read() as connection:
            scopes = read_known_scopes(connection)
        site = section.site
        terms = Terms(
            store=store,
            currency=site.currency,
            digits=site.digits,
            price_currency=scopes.currencies.get(section.store_view, ""),
            threshold=section.out_of_stock_threshold,
            largest_quantity=section.largest_quantity,
            unmanaged_quantity=section.unmanaged_quantity,
            import_third_party=section.import_third_party,
            auto_list=section.auto_list,
            condition=section.condition,
            conditions=section.conditions,
            condition_notes={str(word): note for word, note in section.condition_notes.items()},
            handling_days=section.handling_days,
            fulfilled_by=section.fulfilled_by,
            time_zone=site.time_zone,
            tax_code=section.prices.product_tax_code,
        )
        limits = Limits(section.guards.largest_price_jump, section.guards.largest_share)
        account = self.settings.accounts[section.account]
        with self.database.read() as connection:
            paused = why_paused(connection, account.seller_id, site)
            priced = load_price_terms(connection, section.prices, site, paused=paused)
            country = site.id if account.sharing == "country" else ""
            older = elders.list_elders(connection, store, section.account, country)
        described = Store(
            name=store,
            marketplace=site,
            website=section.website,
            website_id=scopes.website_ids.get(section.website),
            store_view=section.store_view,
            terms=terms,
            prices=priced,
            limits=limits,
            read_only_because=self.why_silent(store),
            report_hours=section.report_hours,
            sweep_calls=section.sweep_calls,
            catalog_calls=section.catalog_calls,
            competition_calls=section.competition_calls,
            fee_calls=section.prices.fee_calls,
            general=self.settings.commerce.attributes.general,
            elders=older,
            sending_elders=tuple(elder for elder in older if elder in self.settings.stores and self.may_send(elder)),
            stock_websites=self.stock_websites(section.website),
            sharing_sites=(site.id,) if country else list_region(site.region),
            pauses_scarce=section.orders.pause_scarce,
            asked=tuple(_asked(section)),
            price_limits=_price_limits(section),
        )
        amazon = self.amazon(section.account)
        return Cycle(self.database, amazon, described, run, self.clock, self.progress, self.lookalikes(store))

    def stock_websites(self, website: str) -> tuple[str, ...]:
        """Return the websites of all stores that sell the same units as this one.

        While it was not read what a website sells from, it may be the same as any other: what is held for an order is
        then kept off both, which sells too little rather than too much.
        """
        websites = tuple(dict.fromkeys(store.website for store in self.settings.stores.values()))
        with self.database.read() as connection:
            known = read_known_stocks(connection)
        mine = known.get(website)
        return tuple(
            other
            for other in websites
            if other == website or mine is None or other not in known or known[other][0] == mine[0]
        )

    def lookalikes(self, store: str) -> Lookalikes:
        """Return what compares a store's unmatched listings with the products of its website."""
        section, codes = self.settings.stores[store], self.settings.commerce.attributes
        with self.database.read() as connection:
            scopes = read_known_scopes(connection)
        return Lookalikes(
            database=self.database,
            store=store,
            marketplace=section.site,
            website_id=scopes.website_ids.get(section.website),
            price_currency=scopes.currencies.get(section.store_view, ""),
            roles=Roles(brand=codes.brand, model=codes.model, description=codes.description),
            by_itself=section.matching.by_itself,
            precision=section.matching.precision,
            clock=self.clock,
            progress=self.progress,
        )

    def commerce_reader(self, names: Sequence[str], run: str) -> CommerceReader:
        """Return what reads Commerce for these stores."""
        chosen = [self.settings.stores[name] for name in names]
        with self.database.read() as connection:
            asking = find_asking(connection, self.settings.stores, names)
        return CommerceReader(
            Puller(self.database, self.clock, run, self.progress),
            self.commerce,
            self.settings.commerce.attributes.codes,
            tuple(dict.fromkeys(store.store_view for store in chosen if store.store_view)),
            tuple(dict.fromkeys(store.website for store in chosen)),
            self.settings.commerce.page_size,
            asked=asking.by_view,
            walked=asking.everywhere,
        )

    def close(self) -> None:
        """Give back connections; what is needed again is opened anew."""
        self._session.close()
        for name in ("_database_identity", "vault"):
            self.__dict__.pop(name, None)
        database = self.__dict__.pop("database", None)
        if database is not None:
            database.close()


def _price_limits(section: StoreSettings) -> PriceLimits:
    """Return what the settings say of prices that wait for a person."""
    prices = section.prices
    return PriceLimits(section.site.currency, prices.largest_daily_move, prices.below_cost, percent(prices.vat))


def _asked(section: StoreSettings) -> Iterator[tuple[str, str]]:
    """Yield what the settings ask of products' attributes, and the code of the attribute that says it."""
    if section.condition == "attribute":
        yield "condition_choice", section.condition_attribute
    if section.fulfilled_by == "attribute":
        yield "fulfillment_choice", section.fulfilled_by_attribute
    for name, code in (("sale_starts", section.sale_starts), ("sale_ends", section.sale_ends)):
        if code:
            yield name, code
