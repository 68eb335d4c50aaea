"""One call to a remote system as values: what is asked, what came back, what that means, whether to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

ATTEMPTS = 5
LONGEST_DELAY = 30.0


@dataclass(frozen=True)
class Operation:
    """A row of an operation table; the table is data, not classes.

    Arguments:
        name: the official name.
        method, path: as in the official definition; ``{sku}`` stands for a path parameter.
        rate, burst: the published quota, calls per second and calls at once; rate 0 means none is published.
        repeatable: sending it twice has the effect of sending it once.
        waits: a call for which the quota is used up is waited for; else it is left to a later cycle at once.
        is_read: what it answers is JSON that somebody reads; else its status alone counts.
    """

    name: str
    method: str
    path: str
    rate: float = 0.0
    burst: float = 1.0
    repeatable: bool = True
    waits: bool = True
    is_read: bool = True


@dataclass(frozen=True)
class Answer:
    """One answer: ``body`` is decoded JSON with exact decimals, or None where there was none (204)."""

    status: int | None
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""


class Verdict(Enum):
    """What an answer means for the caller, by recovery."""

    FINE = "fine"
    THROTTLED = "throttled"
    TEMPORARY = "temporary"
    EXPIRED = "the token has expired"
    REFUSED = "refused"
    FORBIDDEN = "not allowed"


@dataclass(frozen=True)
class Judgement:
    """A verdict with the words for a person."""

    verdict: Verdict
    code: str = ""
    message: str = ""
    fix: str = ""


def judge_status(status: int | None) -> Verdict:
    """Return what a status alone says; gateways answer without the envelope that the documentation promises.

    >>> judge_status(503), judge_status(None), judge_status(404)
    (<Verdict.TEMPORARY: 'temporary'>, <Verdict.TEMPORARY: 'temporary'>, <Verdict.REFUSED: 'refused'>)
    """
    if status is None or status >= 500 or status == 408:
        return Verdict.TEMPORARY
    if status == 429:
        return Verdict.THROTTLED
    if status in (401, 403):
        return Verdict.FORBIDDEN
    return Verdict.REFUSED if status >= 400 else Verdict.FINE


def retry_delay(
    operation: Operation, verdict: Verdict, attempt: int, retry_after: float | None, jitter: float
) -> float | None:
    """Return the seconds to wait before trying again, or None to give up.

    Arguments:
        attempt: 1 for the first try.
        retry_after: what the answer asked for, in seconds.
        jitter: a random number from 0 to 1, so that many processes do not return together.

    >>> create = Operation("createReport", "POST", "/reports", repeatable=False)
    >>> retry_delay(create, Verdict.TEMPORARY, 1, None, 0.5) is None     # it may have been done
    True
    >>> retry_delay(create, Verdict.THROTTLED, 1, 7.0, 0.5)              # it was turned away unread
    7.0
    """
    if verdict not in (Verdict.THROTTLED, Verdict.TEMPORARY) or attempt >= ATTEMPTS:
        return None
    if verdict is Verdict.TEMPORARY and not operation.repeatable:
        return None
    if retry_after is not None:
        return retry_after
    doubling = min(LONGEST_DELAY, 0.5 * 2.0**attempt) * (0.5 + jitter / 2)
    quota = 1 / operation.rate if verdict is Verdict.THROTTLED and operation.rate else 0.0
    return max(doubling, quota)
