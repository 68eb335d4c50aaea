"""The queue behind bulk requests: what waits in it, and whoever works it off."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

COMPLETE, RETRIABLE, FAILED, OPEN = 1, 2, 3, 4
"""States of an operation, by Magento's numbers."""


@dataclass
class Operation:
    """One row of a bulk: what is to be done, for whom, and how it went.

    Arguments:
        id: its place in the request.
        operation: the official name of the call that it stands for.
        sent: the row as it came.
    """

    id: int
    operation: str
    store_id: int
    sent: Any
    status: int = OPEN
    message: str = ""
    code: int = 0
    result: Any = None


@dataclass
class Bulk:
    """One request with many rows."""

    id: str
    topic: str
    queued_at: int
    operations: list[Operation] = field(default_factory=list)


class Queue:
    """Every bulk that was ever queued, by its number.

    >>> queue = Queue()
    >>> bulk = queue.add("async.save", 0)
    >>> bulk.operations.append(Operation(0, "PutV1ProductsSku", 0, {}))
    >>> [operation.id for operation in queue.take(10)], [operation.id for operation in queue.take(10)]
    ([0], [])
    """

    def __init__(self) -> None:
        self.bulks: dict[str, Bulk] = {}
        self._waiting: list[Bulk] = []

    def add(self, topic: str, at: int) -> Bulk:
        """Add an empty bulk."""
        bulk = Bulk(str(uuid.UUID(int=len(self.bulks) + 1, version=4)), topic, at)
        self.bulks[bulk.id] = bulk
        self._waiting.append(bulk)
        return bulk

    def take(self, until: int) -> Iterator[Operation]:
        """Yield what waits and was queued by a time, the last first: nobody promises an order."""
        ready = [bulk for bulk in self._waiting if bulk.queued_at <= until]
        self._waiting = [bulk for bulk in self._waiting if bulk.queued_at > until]
        for bulk in reversed(ready):
            yield from reversed(bulk.operations)


def work_off(queue: Queue, until: int, do: Callable[[Operation], None]) -> None:
    """Do what was queued by a time."""
    for operation in queue.take(until):
        do(operation)
