"""How many bodies leave: by Commerce's queue, while there is one, else one by one; and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from channelkit.commerce.bulks import write_bulks
from channelkit.commerce.client import Commerce
from channelkit.commerce.refusals import explain
from channelkit.commerce.saves import Body
from channelkit.errors import RefusedError, RemoteError, TemporaryError
from channelkit.model.calls import Operation

FAILURES_IN_A_ROW = 3
"""After so many products without an answer Commerce is down; the rest is left."""

Failure = tuple[int, str, str]
"""The place of a body among those that were given, Commerce's code, and its words."""

Placed = tuple[int, Body]


@dataclass
class Written:
    """What became of each body, by its place among those that were given.

    Arguments:
        bulk_id: names what was queued, for `read_bulk`; None where everything was done at once.
        accepted: queued, or done at once.
        refused: Commerce said no; none of it was written.
        unanswered: nobody knows; a reading tells, and writing again is safe.
    """

    bulk_id: str | None = None
    accepted: list[int] = field(default_factory=list)
    refused: list[Failure] = field(default_factory=list)
    unanswered: list[Failure] = field(default_factory=list)


@dataclass
class Way:
    """How bodies leave: by a queue, while there is one, and by a call for each."""

    commerce: Commerce
    queue: Operation | None
    scope: str
    save: Callable[[Body], None]
    written: Written = field(default_factory=Written)
    bulks: list[tuple[str, list[int]]] = field(default_factory=list)
    is_whole: bool = True
    down: TemporaryError | None = None

    def send(self, waiting: Sequence[Placed]) -> Written:
        """Send all bodies, and return what became of each.

        Raises:
            TemporaryError: there was no answer to any of them.
            AuthError: a person must act.
        """
        limits, written = self.commerce.writing, self.written
        while waiting and not self.down:
            if self.queue is None or not limits.has_queue or limits.is_stalled:
                self._save_each(waiting)
                waiting = ()
            elif self._enqueue(self.queue, batch := waiting[: limits.rows]):
                waiting = waiting[len(batch) :]
        if self.down:
            self._leave(waiting, self.down)
        if written.unanswered and not written.accepted and not written.refused and self.down:
            raise self.down
        written.bulk_id = write_bulks(self.bulks, is_whole=self.is_whole)
        for outcome in (written.refused, written.unanswered):
            outcome.sort()
        written.accepted.sort()
        return written

    def _enqueue(self, queue: Operation, batch: Sequence[Placed]) -> bool:
        """Send one bulk request; False where it has to be cut or sent otherwise, now that more is known."""
        limits = self.commerce.writing
        try:
            answer = self.commerce.call(queue, scope=self.scope, body=[{"product": body} for _, body in batch])
        except RefusedError as error:
            if limits.learn_rows(error, len(batch)):
                return False
            if error.status in (404, 405):
                limits.has_queue = False
                return False
            # A request is refused as a whole for one row; one by one, each row hears its own reason.
            self._save_each(batch)
            return True
        except TemporaryError as error:
            if queue.repeatable:
                self.down = error
                self._leave(batch, error)
            else:
                # It may have arrived: one by one, each is looked for before it is made.
                self._save_each(batch)
            return True
        self._note(batch, answer)
        return True

    def _note(self, batch: Sequence[Placed], answer: Mapping[str, Any]) -> None:
        rejected = {
            int(item["id"]): item for item in answer.get("request_items") or () if item.get("status") == "rejected"
        }
        self.is_whole = self.is_whole and not rejected
        for index, (place, _) in enumerate(batch):
            item = rejected.get(index)
            if item is None:
                self.written.accepted.append(place)
            else:
                words = explain({"message": str(item.get("error_message") or "rejected")})
                self.written.refused.append((place, str(item.get("error_code") or ""), words))
        self.bulks.append((str(answer["bulk_uuid"]), [place for place, _ in batch]))

    def _save_each(self, batch: Sequence[Placed]) -> None:
        silent = 0
        for number, (place, body) in enumerate(batch):
            try:
                self.save(body)
            except RefusedError as error:
                silent = 0
                self.written.refused.append(_failure(place, error))
            except TemporaryError as error:
                silent += 1
                self.written.unanswered.append(_failure(place, error))
                if silent >= FAILURES_IN_A_ROW or len(batch) == silent:
                    self.down = error
                    self._leave(batch[number + 1 :], error)
                    return
            else:
                silent = 0
                self.written.accepted.append(place)

    def _leave(self, batch: Sequence[Placed], error: TemporaryError) -> None:
        self.written.unanswered += [_failure(place, error) for place, _ in batch]


def _failure(place: int, error: RemoteError) -> Failure:
    return place, error.code, error.what
