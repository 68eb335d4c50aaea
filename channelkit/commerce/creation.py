"""Making something once: it is looked for before it is made, and again where the answer was lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from channelkit.commerce.client import Commerce
from channelkit.errors import RefusedError, TemporaryError
from channelkit.model.calls import Operation, Verdict, retry_delay

Made = TypeVar("Made")
_LOOKED_AFTER = Operation("", "POST", "")
"""Stands for a call that may be repeated, because it is looked after in between."""


def make_once(commerce: Commerce, what: str, find: Callable[[], Made | None], make: Callable[[], object]) -> Made:
    """Return what ``find`` finds, made by ``make`` where it is not there; calling this twice makes one.

    Arguments:
        what: what is made, for messages: ``the attribute 'ean'``.

    Raises:
        TemporaryError: no answer came, and it is not there; or it was made and does not show yet.
        RefusedError: Commerce refused to make it, and nobody else has made it meanwhile.
    """
    found = find()
    attempt = 0
    while found is None:
        attempt += 1
        lost: TemporaryError | None = None
        try:
            make()
        except TemporaryError as error:
            lost = error
        except RefusedError:
            # Somebody else may have made it between the look and the call.
            found = find()
            if found is None:
                raise
            return found
        found = find()
        if found is not None:
            return found
        if lost is None:
            raise TemporaryError(
                f"Commerce took {what} and does not show it.",
                "Its caches may be behind: the next cycle looks again before it makes anything.",
                system="commerce",
                code="NotShown",
            )
        delay = retry_delay(_LOOKED_AFTER, Verdict.TEMPORARY, attempt, None, commerce.transport.random())
        if delay is None:
            raise lost
        commerce.transport.clock.sleep(delay)
    return found
