"""Reading Amazon's definitions of the product types that a store is about to list, a few a cycle, each once a day."""

from __future__ import annotations

from dataclasses import dataclass

from channelkit.amazon.client import Amazon
from channelkit.amazon.definitions import fetch_schema, find_definition, read_required
from channelkit.database import definitions, failures
from channelkit.database.definitions import Definition
from channelkit.database.difference import Tally
from channelkit.errors import DocumentError, RefusedError, TemporaryError
from channelkit.model.marketplaces import Marketplace
from channelkit.pull.reading import HOUR, Puller, Reading

CHECK_EVERY = 24 * HOUR
"""A definition is asked for again after this; only its digest comes where it has not changed."""

CALLS = 5
"""Definitions that a cycle asks for at the most."""


@dataclass(frozen=True)
class DefinitionReader:
    """Reads what Amazon asks of offers of the product types that a store needs next.

    Arguments:
        calls: how many definitions a cycle asks for.
    """

    puller: Puller
    amazon: Amazon
    marketplace: Marketplace
    store: str
    calls: int = CALLS

    def read(self) -> Reading:
        """Read the definitions that are needed and were not asked for lately.

        Nothing waits for them: what cannot be read is written down, what was known before stays, and Amazon itself
        says what an offer lacks.

        Raises:
            AuthError: the account's credentials or permissions; a person must act.
        """
        reading, database = Reading(), self.puller.database
        with database.read() as connection:
            needed = definitions.needed_types(connection, self.store, self.marketplace.id)
            known = definitions.load_definitions(connection, self.marketplace.id)
        now = self.puller.now()
        due = [kind for kind in needed if kind not in known or known[kind].checked_at + CHECK_EVERY <= now]
        for kind in due[: self.calls]:
            self.puller.progress(f"{self.store}: reading what Amazon asks of {kind}")
            try:
                reading.add("definitions", self._read_one(kind, known.get(kind), now))
            except (RefusedError, TemporaryError, DocumentError) as error:
                with database.write() as connection:
                    failures.record_failure(connection, error, store=self.store, run=self.puller.run, at=now)
                if isinstance(error, RefusedError):
                    # It will be refused again: what was known, or that nothing is, holds for another day.
                    before = known.get(kind) or Definition(kind, "", "", {}, now)
                    self._keep(before._replace(checked_at=now), None)
        return reading

    def _read_one(self, kind: str, before: Definition | None, now: int) -> Tally:
        link = find_definition(self.amazon, self.marketplace, kind)
        if before is not None and before.checksum == link.checksum:
            self._keep(before._replace(version=link.version, checked_at=now), None)
            return Tally(unchanged=1)
        content = fetch_schema(self.amazon, link)
        self._keep(Definition(kind, link.checksum, link.version, read_required(content), now), content)
        return Tally(changed=1) if before else Tally(new=1)

    def _keep(self, definition: Definition, schema: bytes | None) -> None:
        with self.puller.database.write() as connection:
            definitions.store_definition(connection, self.marketplace.id, definition, schema)
