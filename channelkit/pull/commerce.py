"""Reading the one Commerce: websites, products, what differs per store view, and salable quantities."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

import pyarrow.compute as pc
from sqlalchemy.engine import Connection

from channelkit.commerce.attribute_sets import list_sets
from channelkit.commerce.attributes import read_promo_attributes
from channelkit.commerce.categories import list_categories
from channelkit.commerce.client import Commerce
from channelkit.commerce.currencies import Currencies, read_currencies
from channelkit.commerce.directory import Directory, read_directory
from channelkit.commerce.inventory import read_salable
from channelkit.commerce.products import read_products, read_scopes
from channelkit.commerce.source_items import read_stock
from channelkit.commerce.stores import read_store_configs, read_store_views, read_websites
from channelkit.database import failures, products, progress, reference, scopes, stock
from channelkit.errors import RemoteError, TemporaryError
from channelkit.model.scopes import Scopes
from channelkit.pull.reading import HOUR, Puller, Reading

REFERENCE_FOR = 24 * HOUR
"""Websites and store views are read again after this."""

SWEEP_EVERY = 24 * HOUR
"""Deleted products never show in a reading of what has changed: only a complete reading finds them."""

COMPLETE = "commerce"
"""The watermark of readings in which nothing was left out."""


@dataclass(frozen=True)
class CommerceReader:
    """Reads the Commerce that all stores share.

    Arguments:
        attributes: our column to Commerce's attribute code.
        store_views: codes of the store views that stores sell through.
        websites: codes of the websites whose stock is read.
        asked: codes of attributes with prices and their days that are read in a store view beside the price.
        walked: codes of those that every website is asked for; None where no store asks them all (PR-11).
    """

    puller: Puller
    commerce: Commerce
    attributes: dict[str, str]
    store_views: tuple[str, ...]
    websites: tuple[str, ...]
    page_size: int
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    walked: tuple[str, ...] | None = None

    def read(self) -> Reading:
        """Read all there is to know.

        Raises:
            AuthError: the credentials or permissions; a person must act.
        """
        reading, attempt = Reading(), self.puller.attempt
        attempt(reading, "", self._read_stores)
        attempt(reading, "", partial(self._read_products, reading))
        for store_view, codes in self._views().items():
            attempt(reading, "", partial(self._read_scope, reading, store_view, codes))
        for website in self.websites:
            attempt(reading, "", partial(self._read_stock, reading, website))
        if reading.is_complete:
            self._read_catalog_reference()
            with self.puller.database.write() as connection:
                progress.move_watermark(connection, COMPLETE, str(self.puller.now()), at=self.puller.now())
        return reading

    def _read_stores(self) -> None:
        now = self.puller.now()
        with self.puller.database.read() as connection:
            known = reference.load_reference(connection, "commerce", "store_configs")
        if known is not None and now < known.observed_at + REFERENCE_FOR:
            return
        bodies = {
            "websites": [asdict(website) for website in read_websites(self.commerce)],
            "store_views": [asdict(view) for view in read_store_views(self.commerce)],
            "store_configs": [asdict(config) for config in read_store_configs(self.commerce)],
        }
        with self.puller.database.write() as connection:
            for kind, body in bodies.items():
                reference.store_reference(connection, "commerce", kind, json.dumps(body), at=now)

    def _read_catalog_reference(self) -> None:
        """Read what rules and orders are about: attributes, attribute sets, categories, what websites sell from.

        Prices and quantities do not need them: what cannot be read (a right may be lacking) is written down, and what
        was known before stays; no cycle waits for it.
        """
        readers: dict[str, Callable[[], Any]] = {
            "attributes": partial(read_promo_attributes, self.commerce),
            "attribute_sets": lambda: [asdict(each) for each in list_sets(self.commerce)],
            "categories": lambda: [asdict(each) for each in list_categories(self.commerce)],
            "directory": lambda: write_directory(read_directory(self.commerce)),
            "currencies": lambda: write_currencies(read_currencies(self.commerce)),
            "stocks": lambda: [asdict(read_stock(self.commerce, website)) for website in self.websites],
        }
        for kind, read in readers.items():
            now = self.puller.now()
            with self.puller.database.read() as connection:
                known = reference.load_reference(connection, "commerce", kind)
            if known is not None and now < known.observed_at + REFERENCE_FOR:
                continue
            body = known.body if known else "[]"
            try:
                body = json.dumps(read())
            except RemoteError as error:
                with self.puller.database.write() as connection:
                    failures.record_failure(connection, error, store="", run=self.puller.run, at=now)
                if isinstance(error, TemporaryError):
                    continue
            with self.puller.database.write() as connection:
                reference.store_reference(connection, "commerce", kind, body, at=now)

    def _read_products(self, reading: Reading) -> None:
        """Read products that have changed, or once a day all of them."""
        since, whole, now = self._since("products")
        self.puller.progress("Commerce: reading all products" if whole else "Commerce: reading changed products")
        newest, seen = since, []
        for batch in read_products(self.commerce, self.attributes, since, self.page_size):
            with self.puller.database.write() as connection:
                reading.add("products", products.store_products(connection, batch, at=now, run=self.puller.run))
            seen.append(batch["entity_id"])
            newest = max(newest or 0, pc.max(batch["changed_at"]).as_py() or 0)
        with self.puller.database.write() as connection:
            if whole:
                reading.add("products", products.mark_absent(connection, seen, at=now, run=self.puller.run))
            self._moved(connection, "products", newest, whole, now)

    def _views(self) -> dict[str, tuple[str, ...]]:
        """Return the store views that are read, and which attributes are read there beside the price."""
        views = {view: self.asked.get(view, ()) for view in self.store_views}
        if self.walked is not None:
            with self.puller.database.read() as connection:
                first = read_known_first_views(connection)
            for view in first.values():
                views[view] = tuple(sorted({*views.get(view, ()), *self.asked.get(view, ()), *self.walked}))
        return views

    def _read_scope(self, reading: Reading, store_view: str, codes: tuple[str, ...]) -> None:
        """Read names, prices and states as one store view has them."""
        name = f"scope/{store_view}"
        since, whole, now = self._since(name)
        with self.puller.database.read() as connection:
            known = (progress.read_watermark(connection, f"{name}/asked") or "").split(",")
        if not whole and not set(codes) <= set(known):
            # What has not changed since must be read, too, for what was never asked of it.
            since, whole = None, True
        self.puller.progress(f"Commerce: reading store view {store_view}")
        newest = since
        for batch in read_scopes(self.commerce, store_view, since, self.page_size, codes):
            with self.puller.database.write() as connection:
                rows = batch.drop_columns(["changed_at"])
                reading.add("scopes", scopes.store_scopes(connection, rows, at=now, run=self.puller.run))
            newest = max(newest or 0, pc.max(batch["changed_at"]).as_py() or 0)
        with self.puller.database.write() as connection:
            self._moved(connection, name, newest, whole, now)
            progress.move_watermark(connection, f"{name}/asked", ",".join(codes), at=now)

    def _read_stock(self, reading: Reading, website: str) -> None:
        """Read the salable quantities of a website: no time of change tells of them, so all are read each time."""
        now = self.puller.now()
        with self.puller.database.read() as connection:
            website_id = read_known_scopes(connection).website_ids.get(website)
            skus = products.listable_skus(connection, website_id)
        self.puller.progress(f"Commerce: reading the stock of {len(skus)} products for website {website}")
        found = read_salable(self.commerce, website, skus)
        with self.puller.database.write() as connection:
            reading.add("stock", stock.store_stock(connection, found, at=now, run=self.puller.run))
            progress.move_watermark(connection, f"stock/{website}", str(now), at=now)

    def was_read_since(self, moment: int) -> bool:
        """Tell whether the last complete reading ended after a moment, in milliseconds since 1970."""
        with self.puller.database.read() as connection:
            last = progress.read_watermark(connection, COMPLETE)
        return last is not None and int(last) > moment

    def _since(self, name: str) -> tuple[int | None, bool, int]:
        """Return since when to read, whether all is to be read, and the time now."""
        now = self.puller.now()
        with self.puller.database.read() as connection:
            newest = progress.read_watermark(connection, name)
            swept = progress.read_watermark(connection, f"{name}/swept")
        whole = newest is None or swept is None or now >= int(swept) + SWEEP_EVERY
        return None if whole or newest is None else int(newest), whole, now

    def _moved(self, connection: Connection, name: str, newest: int | None, whole: bool, now: int) -> None:
        # What the rows themselves said, never our own clock: the two may differ.
        progress.move_watermark(connection, name, str(newest or 0), at=now)
        if whole:
            progress.move_watermark(connection, f"{name}/swept", str(now), at=now)


def write_directory(directory: Directory) -> dict[str, Any]:
    """Return countries and regions as JSON can hold them."""
    regions = [[*place, *known] for place, known in sorted(directory.regions.items())]
    return {"countries": sorted(directory.countries), "regions": regions}


def write_currencies(currencies: Currencies) -> dict[str, Any]:
    """Return the base currency and its rates as JSON can hold them, each rate exactly as Commerce wrote it."""
    return {"base": currencies.base, "rates": {name: str(rate) for name, rate in currencies.rates.items()}}


def read_known_directory(connection: Connection) -> Directory:
    """Return Commerce's countries and regions as they were last read; empty where they never were."""
    known = reference.load_reference(connection, "commerce", "directory")
    body = json.loads(known.body) if known and known.body != "[]" else {"countries": [], "regions": []}
    regions = {(country, name): (int(number), code) for country, name, number, code in body["regions"]}
    return Directory(frozenset(body["countries"]), regions)


def read_known_views(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return Commerce's number of each store view, and of its website, as they were last read."""
    known = reference.load_reference(connection, "commerce", "store_views")
    rows = json.loads(known.body) if known else []
    return {row["code"]: (row["id"], row["website_id"]) for row in rows}


def read_known_first_views(connection: Connection) -> dict[str, str]:
    """Return the first store view of each website, by the website's code, in the order of the websites' numbers."""
    websites = {number: code for code, number in read_known_scopes(connection).website_ids.items()}
    views = sorted(read_known_views(connection).items(), key=lambda view: view[1])
    first: dict[int, str] = {}
    for code, (_, website) in views:
        first.setdefault(website, code)
    return {websites[number]: first[number] for number in sorted(first) if number in websites}


def read_known_stocks(connection: Connection) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return the number of the stock that each website sells from, and its sources, as they were last read."""
    known = reference.load_reference(connection, "commerce", "stocks")
    rows = json.loads(known.body) if known else []
    return {row["website"]: (row["stock_id"], tuple(row["sources"])) for row in rows}


def read_known_scopes(connection: Connection) -> Scopes:
    """Return Commerce's websites and store views as they were last read; empty where they never were."""
    bodies = {}
    for kind in ("websites", "store_configs"):
        known = reference.load_reference(connection, "commerce", kind)
        bodies[kind] = json.loads(known.body) if known else []
    return Scopes.of(bodies["websites"], bodies["store_configs"])
