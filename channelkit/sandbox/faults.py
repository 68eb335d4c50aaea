"""Bad weather on demand: which fault strikes which operation, how many times or how often."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

ANYTHING = "*"
"""In place of an operation's name: strikes whichever is called next."""

KINDS: dict[str, str] = {
    "throttle": "429 with the header that names the rate",
    "throttle_without_header": "429 without that header",
    "server_error": "500 in the system's own error envelope",
    "html_503": "503 with a page of HTML, as a gateway sends it",
    "reset": "the connection is reset before any answer",
    "lost_answer": "the work is done, then the connection is reset before the answer",
    "late_error": "the work is done, then 500 is answered in the system's own error envelope",
    "slow": "the answer waits for `amount` seconds of the wall",
    "not_json": "200 with a body that is no JSON",
    "truncated_document": "a report's file that stops in the middle",
    "repeated_token": "a page whose next token is the one that led to it",
    "lost_page": "a page that is empty although there are items for it",
    "short_page": "a page that holds half of what it could, and a token that goes on from there",
    "skewed_clock": "a Date header that is `amount` seconds off",
    "wrong_encoding": "a file whose declared character set is not its real one",
    "missing_status": "a listings report without its status column",
    "localised_headers": "a listings report whose headers are in the marketplace's language whatever was asked",
    "report_cancelled": "the next report ends CANCELLED",
    "report_fatal": "the next report ends FATAL",
    "feed_cancelled": "the next feed ends CANCELLED, before it began",
    "feed_fatal": "the next feed ends FATAL, with half of it done",
    "rejected_message": "the next message of a feed is refused, the others are not",
    "rejected_write": "the next write is answered 200 with status INVALID",
    "lost_write": "the next write, or message of a feed, is accepted and never takes effect",
    "rejected_row": "a row of the next bulk request is rejected on arrival, the others are queued",
    "failed_row": "a row of the queue fails for good",
    "deadlocked_row": "a row of the queue fails and might succeed another time",
    "failed_entry": "an entry of the next batch of questions fails, the others are answered",
    "token_expired": "the access token counts as expired",
    "token_revoked": "the refresh token counts as revoked",
    "forbidden": "403: a role is missing",
    "deadlock": "400 with the text of a database deadlock",
}
WEATHER = frozenset({"throttle", "throttle_without_header", "server_error", "html_503", "reset", "not_json", "slow"})
"""Kinds that can strike any call of either system."""


@dataclass
class Fault:
    """One fault that waits to strike.

    Arguments:
        kind: one of ``KINDS``.
        operation: the official name of the operation it strikes, or ``*``.
        count: how many calls it still strikes; None for as long as it is not cleared.
        rate: the share of calls it strikes, from 0 to 1.
        amount: seconds, for the kinds that need them.
    """

    kind: str
    operation: str = ANYTHING
    count: int | None = 1
    rate: float = 1.0
    amount: float = 0.0


class Faults:
    """The faults that wait, shared by the threads that serve and the thread that tests; repeatable for one seed.

    >>> faults = Faults()
    >>> _ = faults.add("server_error", "getReport", count=1)
    >>> faults.strike("getReports", "server_error") is None
    True
    >>> faults.strike("getReport", "server_error", "throttle").kind
    'server_error'
    >>> faults.strike("getReport", "server_error") is None
    True
    """

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(
        self, kind: str, operation: str = ANYTHING, count: int | None = 1, rate: float = 1.0, amount: float = 0.0
    ) -> Fault:
        """Let a fault wait for its operation and return it.

        Raises:
            ValueError: there is no such kind, or the count or rate makes no sense; the message says what does.
        """
        if kind not in KINDS:
            raise ValueError(f"There is no fault {kind!r}. Use one of: {', '.join(KINDS)}.")
        if count is not None and count < 1:
            raise ValueError(f"A fault strikes at least once, not {count} times. Leave count out for one strike.")
        if not 0 < rate <= 1:
            raise ValueError(f"A fault's rate is a share above 0 and up to 1, not {rate}.")
        fault = Fault(kind, operation, count, rate, amount)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def add_described(self, description: Mapping[str, Any]) -> Fault:
        """Let a fault wait that is described as JSON describes it, with the arguments of ``add`` by name.

        Raises:
            ValueError: the description names no kind, or something that a fault does not have.
        """
        unknown = set(description) - {"kind", "operation", "count", "rate", "amount"}
        if unknown or not isinstance(description.get("kind"), str):
            wrong = f"does not have {', '.join(sorted(unknown))}" if unknown else "needs a kind"
            raise ValueError(f"A fault {wrong}. It has: kind, operation, count, rate, amount.")
        return self.add(**description)

    def strike(self, operation: str, *kinds: str) -> Fault | None:
        """Return the first waiting fault of these kinds that strikes this call, used up by one; None if none does."""
        if not self._waiting:
            return None
        with self._lock:
            for fault in self._waiting:
                if fault.kind not in kinds or fault.operation not in (ANYTHING, operation):
                    continue
                if fault.rate < 1 and self._random.random() >= fault.rate:
                    continue
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count == 0:
                        self._waiting.remove(fault)
                return fault
        return None

    def clear(self, kinds: Iterable[str] | None = None) -> None:
        """Forget the waiting faults of these kinds, or all."""
        gone = set(KINDS if kinds is None else kinds)
        with self._lock:
            self._waiting = [fault for fault in self._waiting if fault.kind not in gone]

    def waiting(self) -> list[dict[str, Any]]:
        """Return the waiting faults as JSON shows them."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]
