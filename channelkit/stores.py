"""The stores of a kit, each found by its name, by an order or a return, or by a SKU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from channelkit.database.connection import Database
from channelkit.database.owners import stores_of_order, stores_of_sku
from channelkit.errors import UsageError
from channelkit.parts import Parts
from channelkit.settings.sections import Settings
from channelkit.store import Store


class Stores:
    """All stores of a settings file.

    Arguments:
        parts: what the settings describe, wired.
        stores: by their names.
    """

    def __init__(self, parts: Parts, settings: Settings) -> None:
        self.parts, self.settings = parts, settings
        self.stores: Mapping[str, Store] = {name: Store(name, parts) for name in settings.stores}

    @property
    def database(self) -> Database:
        return self.parts.database

    def one_store(self, name: str = "") -> Store:
        """Return a store by name, or the only one there is.

        Raises:
            UsageError: there is no such store, or there are several and none was named.
        """
        if not name and len(self.stores) > 1:
            raise UsageError("There are several stores; say which.", f"The stores are: {', '.join(self.stores)}.")
        return self.stores[self._known([name] if name else ())[0]]

    def store_of(self, number: str) -> Store:
        """Return the store that knows an order, however many stores there are (RG-01).

        Arguments:
            number: Amazon's number of the order, or Commerce's, or what a return is called.

        Raises:
            UsageError: no store knows it, or several do.
        """
        if len(self.stores) == 1:
            return self.one_store()
        with self.database.read() as connection:
            found = stores_of_order(connection, number.strip())
        return self._only(found, f"an order or a return {number!r}", "channelkit orders list")

    def store_with(self, sku: str) -> Store:
        """Return the store that has a listing or a product of this SKU, however many stores there are (RG-01).

        Arguments:
            sku: a seller SKU, or the SKU of a product.

        Raises:
            UsageError: no store has it, or several do.
        """
        if len(self.stores) == 1:
            return self.one_store()
        with self.database.read() as connection:
            found = stores_of_sku(connection, sku)
        return self._only(found, f"the SKU {sku!r}", "channelkit listings")

    def _only(self, found: Sequence[str], what: str, command: str) -> Store:
        names = [name for name in self.stores if name in found]
        if not names:
            raise UsageError(
                f"No store knows {what}.", f"See which there are: {command}. If it is new, read first: channelkit pull."
            )
        if len(names) > 1:
            raise UsageError(f"Several stores know {what}: {', '.join(names)}.", "Say which: --store NAME.")
        return self.stores[names[0]]

    def _known(self, names: Sequence[str]) -> list[str]:
        unknown = [name for name in names if name not in self.stores]
        if unknown:
            raise UsageError(f"There is no store {unknown[0]!r}.", f"The stores are: {', '.join(self.stores)}.")
        return list(names or self.stores)
