"""What a Commerce turned out to allow when it was written to; learnt once, kept to from then on."""

from __future__ import annotations

from dataclasses import dataclass, field

from channelkit.errors import RefusedError

BATCH = 200
"""Products in one bulk request."""

STALLED = 60.0
"""Seconds after which a bulk of which nothing is done means that nobody works on the queue."""


@dataclass
class WriteLimits:
    """What was learnt of writing to one Commerce; nothing before it has refused something.

    Arguments:
        rows: the most rows of a bulk request.
        items: the most entries of one list inside a request that is done at once.
        has_queue: bulk requests are answered at all.
        is_stalled: what is queued stays where it is, so everything is written at once.
        first_asked: Unix seconds when each open bulk was first asked about.
    """

    rows: int = BATCH
    items: int | None = None
    has_queue: bool = True
    is_stalled: bool = False
    first_asked: dict[str, float] = field(default_factory=dict)

    def learn_rows(self, refusal: RefusedError, asked: int) -> bool:
        """Remember how many rows a refused bulk request may have; False where fewer would not help."""
        fewer = fewer_items(refusal, asked)
        self.rows = fewer or self.rows
        return fewer is not None

    def learn_items(self, refusal: RefusedError, asked: int) -> bool:
        """Remember how many entries a list of a refused request may have; False where fewer would not help."""
        fewer = fewer_items(refusal, asked)
        self.items = fewer or self.items
        return fewer is not None

    def watch(self, bulk_id: str, now: float, *, is_open: bool, is_moving: bool) -> None:
        """Notice whether anybody works on the queue.

        Arguments:
            now: Unix seconds.
            is_open: something of the bulk still waits.
            is_moving: something of it is done.

        >>> limits = WriteLimits()
        >>> limits.watch("b", 100.0, is_open=True, is_moving=False)
        >>> limits.watch("b", 161.0, is_open=True, is_moving=False)
        >>> limits.is_stalled
        True
        """
        if is_moving or not is_open:
            self.first_asked.pop(bulk_id, None)
            self.is_stalled = False
            return
        self.is_stalled = self.is_stalled or now - self.first_asked.setdefault(bulk_id, now) >= STALLED


def fewer_items(refusal: RefusedError, asked: int) -> int | None:
    """Return how many items to send instead of those that were refused; None where their number is not the matter.

    >>> refusal = RefusedError('commerce, X, status 400: Maximum items of type "a[]" is 20.', code="TooManyItems")
    >>> fewer_items(refusal, 200), fewer_items(refusal, 20), fewer_items(RefusedError("No."), 200)
    (20, None, None)
    """
    if refusal.code != "TooManyItems" or asked <= 1:
        return None
    numbers = [int(word) for word in refusal.what.replace(".", " ").split() if word.isdecimal()]
    # A limit that was kept to is the limit of another list.
    fewer = numbers[-1] if numbers else asked // 2
    return fewer if 0 < fewer < asked else None
