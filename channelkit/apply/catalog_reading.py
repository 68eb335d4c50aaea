"""Reading back what was sent to Commerce: only what it shows is confirmed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.vocabulary import Vocabulary, read_existing
from channelkit.clock import Clock, milliseconds
from channelkit.commerce.attributes import read_attribute
from channelkit.commerce.client import Commerce
from channelkit.commerce.writes import read_bulk
from channelkit.database import catalog_journal
from channelkit.database.connection import Database
from channelkit.errors import RefusedError
from channelkit.model.attributes import CREATE
from channelkit.model.changes import PATIENCE
from channelkit.plan.catalog_settle import settle_values

WAITING = 120.0
"""Seconds to wait for Commerce's queue; what is not done by then is read back the next time."""

BETWEEN_LOOKS = 2.0


@dataclass(frozen=True)
class CatalogReader:
    """Closes the journal's changes that Commerce shows, and those that it ought to show by now and does not.

    Arguments:
        inputs: code of each attribute to its kind, as far as it is known; the others are looked up.
        progress: is told, in words, what is being done.
    """

    database: Database
    commerce: Commerce
    clock: Clock
    inputs: Mapping[str, str]
    progress: Callable[[str], None]

    def wait_for_queue(self, seconds: float = WAITING) -> set[str]:
        """Wait until Commerce's queue is through with what was sent, for some seconds at the most.

        Returns:
            The bulks that it has not begun or not finished by then.
        """
        ends = self.clock.now() + seconds
        while (queued := self._ask_queue(self._waiting())) and self.clock.now() < ends:
            if self.commerce.writing.is_stalled:
                return queued
            self.progress("Commerce: waiting for its queue")
            self.clock.sleep(BETWEEN_LOOKS)
        return queued

    def confirm(self) -> int:
        """Read back what was sent and not seen yet, and return how many changes that closed."""
        queued = self._ask_queue(self._waiting())
        waiting = _as_values(self._waiting())
        if not waiting.num_rows:
            return 0
        wanted = set(zip(waiting["scope"].to_pylist(), waiting["attribute"].to_pylist(), strict=True))
        vocabulary = Vocabulary(self.commerce, self._kinds({code for _, code in wanted}))
        existing = read_existing(vocabulary, pc.unique(waiting["sku"]).to_pylist(), wanted, self.progress)
        is_queued = pc.is_in(waiting["bulk_id"], value_set=pa.array(sorted(queued), pa.string()))
        settled = settle_values(waiting, existing, self._now(), is_queued.combine_chunks())
        with self.database.write() as connection:
            groups = settled.group_by(["state", "note"]).aggregate([("id", "list")])
            for group in groups.to_pylist():
                catalog_journal.mark_answered(
                    connection, group["id_list"], group["state"], self._now(), note=group["note"]
                )
        return int(settled.num_rows)

    def _kinds(self, codes: set[str]) -> dict[str, str]:
        """Return the kind of each attribute; what is open may be of another plan than the one that was just sent."""
        kinds = dict(self.inputs)
        for code in codes - set(kinds):
            found = read_attribute(self.commerce, code)
            kinds[code] = found.input if found else "text"
        return kinds

    def _waiting(self) -> pa.Table:
        with self.database.read() as connection:
            return catalog_journal.load_open(connection)

    def _ask_queue(self, waiting: pa.Table) -> set[str]:
        """Write down what the queue has refused, and return the bulks that it still works on."""
        queued = set()
        young = waiting.filter(pc.greater(waiting["sent_at"], self._now() - PATIENCE))
        for bulk_id in pc.unique(young["bulk_id"]).to_pylist():
            if not bulk_id:
                continue
            try:
                bulk = read_bulk(self.commerce, bulk_id)
            except RefusedError:
                # Commerce forgets its bulks after a while; reading the products tells.
                continue
            if bulk.open:
                queued.add(bulk_id)
            with self.database.write() as connection:
                # A bulk has one body for each product, in the order of their SKUs.
                inside = catalog_journal.load_bulk(connection, bulk_id)
                bodies = sorted(set(inside["sku"].to_pylist()))
                for place, code, message in bulk.failed:
                    ids = inside.filter(pc.equal(inside["sku"], bodies[place]))["id"].to_pylist()
                    catalog_journal.mark_answered(connection, ids, "refused", self._now(), code=code, note=message)
        return queued

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _as_values(waiting: pa.Table) -> pa.Table:
    """Return changes with creations as what shows them: a product that was created has its name."""
    rows = waiting.to_pylist()
    for row in rows:
        if row["action"] == CREATE:
            row["attribute"], row["after"] = "name", json.loads(row["after"])["name"]
    return pa.Table.from_pylist(rows, schema=waiting.schema)
