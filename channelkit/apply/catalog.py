"""Sending an approved plan of values, or of new products, to Commerce, and reading back what became of it.

Each effect is written down beside it: a change is ``sent`` before its request leaves, ``accepted`` or ``refused`` when
the answer is there, and ``confirmed`` only by a reading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.catalog_reading import CatalogReader
from channelkit.apply.new_products import product_body, quantity_of
from channelkit.apply.vocabulary import Vocabulary
from channelkit.clock import Clock, milliseconds
from channelkit.commerce.client import Commerce
from channelkit.commerce.sending import Written
from channelkit.commerce.source_items import write_quantities
from channelkit.commerce.writes import create_products, write_at_once, write_products
from channelkit.database import catalog_journal, failures
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import RefusedError, RemoteError, TemporaryError
from channelkit.model.attributes import CREATE

AT_ONCE = 200
"""Products in one request."""

FAILURES_IN_A_ROW = 3
"""After so many requests without an answer Commerce is down; the rest is not sent."""

Body = dict[str, Any]


class Sent(NamedTuple):
    """One product's body, what it does and where, and the journal's numbers of the changes in it."""

    action: str
    scope: str
    body: Body
    ids: list[int]


@dataclass
class CatalogApplied:
    """What became of a plan's changes, counted by state; nothing counts as done until it was read back."""

    confirmed: int = 0
    waiting: int = 0
    refused: int = 0
    expired: int = 0
    dropped: int = 0
    errors: list[RemoteError] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.waiting or self.refused or self.expired or self.dropped)

    def row(self) -> dict[str, int]:
        """Return the counts by state."""
        return {name: getattr(self, name) for name in ("confirmed", "waiting", "refused", "expired", "dropped")}

    def __str__(self) -> str:
        counts = [f"{count:,} {name}" for name, count in self.row().items() if count]
        return f"Changes in Commerce: {', '.join(counts) or 'none'}. Confirmed is what was read back."

    __repr__ = __str__


@dataclass(frozen=True)
class CatalogSender:
    """What sending needs.

    Arguments:
        lease: is checked in the transaction that says ``sent``; a run that lost its hold sends nothing more.
        inputs: code of each attribute to its kind.
        progress: is told, in words, what is being done.
    """

    database: Database
    commerce: Commerce
    lease: Lease
    clock: Clock
    inputs: Mapping[str, str]
    progress: Callable[[str], None]

    def send(self, changes: pa.Table) -> CatalogApplied:
        """Send a plan's changes, all of one product and scope in one body, and read them back.

        Arguments:
            changes: the journal's planned rows: ``id`` and the columns of
                `channelkit.model.attributes.CATALOG_CHANGES`.

        Raises:
            LeaseError: another run may have begun; what was not sent stays planned, and is dropped by the next.
            AuthError: a person must act.
        """
        rows, errors = changes.to_pylist(), list[RemoteError]()
        bodies = self._bodies(rows)
        reader = CatalogReader(self.database, self.commerce, self.clock, self.inputs, self.progress)
        silent = done = 0
        for _, group in groupby(bodies, key=lambda sent: (sent.action, sent.scope)):
            waiting = list(group)
            for start in range(0, len(waiting), AT_ONCE):
                batch = waiting[start : start + AT_ONCE]
                if silent >= FAILURES_IN_A_ROW:
                    self._drop([number for sent in batch for number in sent.ids], "Commerce did not answer any more.")
                    continue
                done += len(batch)
                self.progress(f"Commerce: writing product {done} of {len(bodies)}")
                silent = 0 if self._send_batch(batch, errors) else silent + 1
            # The queue keeps no order: a product is not written again before it is through with it.
            queued = reader.wait_for_queue()
            if queued and self.commerce.writing.is_stalled:
                self._send_again(waiting, queued, errors)
        self._stock(rows, errors)
        reader.confirm()
        return self._counted(changes["id"].to_pylist(), errors)

    def _bodies(self, rows: Sequence[Body]) -> list[Sent]:
        """Return what leaves, with the changes in it; options are added here, each label once."""
        with self.database.write() as connection:
            self.lease.check(connection)
        vocabulary, found = Vocabulary(self.commerce, self.inputs), []
        for (action, scope, sku), group in groupby(sorted(rows, key=_key), _key):
            body, ids = Body(sku=sku), []
            for row in group:
                try:
                    _put(body, row, vocabulary)
                except RefusedError as error:
                    self._drop([row["id"]], error.what)
                    self._record(error)
                else:
                    ids.append(row["id"])
            if ids:
                found.append(Sent(action, scope, body, ids))
        return found

    def _send_batch(self, batch: Sequence[Sent], errors: list[RemoteError]) -> bool:
        """Send one request, write down its answer, and tell whether there was one."""
        ids = [number for sent in batch for number in sent.ids]
        with self.database.write() as connection:
            self.lease.check(connection)
            catalog_journal.mark_sent(connection, ids, self._now())
        try:
            written = self._write(batch, at_once=False)
        except TemporaryError as error:
            # Nobody knows whether it arrived; reading back tells.
            errors.append(error)
            self._record(error)
            return False
        except RefusedError as error:
            self._answer(ids, "refused", error.what, code=error.code)
            self._record(error)
            return True
        with self.database.write() as connection:
            catalog_journal.name_bulk(connection, ids, written.bulk_id or "")
        for place in written.accepted:
            self._answer(batch[place].ids, "accepted")
        for place, code, message in written.refused:
            self._answer(batch[place].ids, "refused", message, code=code)
        return not written.unanswered

    def _send_again(self, waiting: Sequence[Sent], queued: set[str], errors: list[RemoteError]) -> None:
        """Write at once what lies in a queue that nobody works on; written twice, a value is the same as once."""
        with self.database.write() as connection:
            self.lease.check(connection)
            left = catalog_journal.load_open(connection)
        ids = set(left.filter(pc.is_in(left["bulk_id"], value_set=pa.array(sorted(queued))))["id"].to_pylist())
        batch = [sent for sent in waiting if ids & set(sent.ids)]
        self.progress(f"Commerce: its queue stands still, writing {len(batch)} products one by one")
        try:
            written = self._write(batch, at_once=True)
        except (TemporaryError, RefusedError) as error:
            errors.append(error)
            self._record(error)
            return
        for place, code, message in written.refused:
            if code != "Exists":
                self._answer(batch[place].ids, "refused", message, code=code)

    def _write(self, batch: Sequence[Sent], *, at_once: bool) -> Written:
        bodies = [sent.body for sent in batch]
        if batch[0].action == CREATE:
            return create_products(self.commerce, bodies)
        write = write_at_once if at_once else write_products
        return write(self.commerce, bodies, batch[0].scope)

    def _stock(self, rows: Sequence[Body], errors: list[RemoteError]) -> None:
        """Write the quantities of products that were created; Commerce takes them only once a product is there."""
        quantities = [
            quantity for row in rows if row["action"] == CREATE for quantity in [quantity_of(row)] if quantity
        ]
        for start in range(0, len(quantities), AT_ONCE):
            try:
                write_quantities(self.commerce, quantities[start : start + AT_ONCE])
            except (RefusedError, TemporaryError) as error:
                errors.append(error)
                self._record(error)

    def _counted(self, ids: Sequence[int], errors: list[RemoteError]) -> CatalogApplied:
        with self.database.read() as connection:
            states = catalog_journal.load_ids(connection, ids)["state"].to_pylist()
        counts = {name: states.count(name) for name in ("confirmed", "refused", "expired", "dropped")}
        return CatalogApplied(**counts, waiting=states.count("accepted") + states.count("sent"), errors=errors)

    def _drop(self, ids: Sequence[int], why: str) -> None:
        self._answer(ids, "dropped", f"Not sent: {why}")

    def _answer(self, ids: Sequence[int], state: str, note: str = "", *, code: str = "") -> None:
        with self.database.write() as connection:
            catalog_journal.mark_answered(connection, ids, state, self._now(), code=code, note=note)

    def _record(self, error: RemoteError) -> None:
        with self.database.write() as connection:
            failures.record_failure(connection, error, store="", run=self.lease.holder, at=self._now())

    def _now(self) -> int:
        return milliseconds(self.clock.now())


def _key(row: Body) -> tuple[str, str, str]:
    # Creations first: a value may go into what they make.
    return row["action"], row["scope"], row["sku"]


def _put(body: Body, row: Body, vocabulary: Vocabulary) -> None:
    """Put one change into a product's body."""
    if row["action"] == CREATE:
        body.update(product_body(row))
        return
    code, value = row["attribute"], vocabulary.wire(row["attribute"], row["after"])
    if code == "name":
        body["name"] = value
    else:
        body.setdefault("custom_attributes", []).append({"attribute_code": code, "value": value})
