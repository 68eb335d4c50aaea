"""What is wrong and wants a person: a trouble, as it is seen, told and kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """Something that is wrong now; it holds nobody's data and no secret.

    Arguments:
        key: names it, always the same while it lasts: ``late/sync``, ``read-only/us``.
        kind: what sort it is: late, dead, error, read-only, secret, ...
        store: empty where it is no single store's.
        words: what is wrong.
        fix: what to do.
        since: milliseconds since 1970.
        weight: how bad it is; told again at once when that grows.
    """

    key: str
    kind: str
    store: str
    words: str
    fix: str
    since: int
    weight: int = 1


def weigh(count: int) -> int:
    """Return the weight of a number of things: one more each time it doubles.

    >>> [weigh(count) for count in (1, 2, 3, 4, 100)]
    [1, 2, 2, 3, 7]
    """
    return max(1, count.bit_length())
