"""Questions of a batch that were not answered, as errors to write down: once for each reason, with a few names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from channelkit.amazon.pricing import Refused
from channelkit.errors import RefusedError, RemoteError, TemporaryError
from channelkit.model.calls import Operation

NAMED = 3
"""Items that are named where several were not answered for the same reason."""


def tell_refused(operation: Operation, refused: Iterable[Refused]) -> Iterator[RemoteError]:
    """Yield an error for each reason why questions of a batch were not answered."""
    reasons: dict[tuple[int, str], list[Refused]] = {}
    for each in refused:
        reasons.setdefault((each.status, each.code), []).append(each)
    for (status, code), some in reasons.items():
        yield _error(operation, status, code, some)


def _error(operation: Operation, status: int, code: str, some: Sequence[Refused]) -> RemoteError:
    names = ", ".join(each.name for each in some[:NAMED]) + (", …" if len(some) > NAMED else "")
    kind = RefusedError if some[0].is_lasting else TemporaryError
    told = "1 question of a batch was" if len(some) == 1 else f"{len(some)} questions of a batch were"
    return kind(
        f"amazon, {operation.name}: {told} not answered ({names}): {some[0].message}.",
        "Look whether the listing is still on Amazon." if some[0].is_lasting else "A later cycle asks again.",
        system="amazon",
        operation=operation.name,
        status=status,
        code=code,
    )
