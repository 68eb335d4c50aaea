"""A token bucket as a value: how long to wait before a call, decided without a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Bucket:
    """What is left of an operation's quota.

    Arguments:
        rate: tokens gained per second.
        burst: the most tokens it can hold.
        tokens: tokens it held at ``filled_at``; below zero when calls have been promised in advance.
        filled_at: Unix seconds.
    """

    rate: float
    burst: float
    tokens: float
    filled_at: float

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> Bucket:
        return cls(rate, burst, burst, now)

    def filled(self, now: float) -> Bucket:
        """Return the bucket as it stands at ``now``; a clock that went back gains nothing."""
        gained = max(0.0, now - self.filled_at) * self.rate
        return replace(self, tokens=min(self.burst, self.tokens + gained), filled_at=now)

    def taken(self, now: float) -> tuple[Bucket, float]:
        """Promise one call: the bucket afterwards, and the seconds to wait before making it.

        >>> bucket, wait = Bucket.full(rate=0.5, burst=1, now=0).taken(now=0)
        >>> wait, bucket.taken(now=0)[1]
        (0.0, 2.0)
        """
        bucket = self.filled(now)
        left = bucket.tokens - 1
        wait = max(0.0, -left / bucket.rate)
        return replace(bucket, tokens=left), wait

    def emptied(self, now: float) -> Bucket:
        """Return the bucket after the other side said it is empty."""
        bucket = self.filled(now)
        return replace(bucket, tokens=min(bucket.tokens, 0.0))

    def taught(self, rate: float) -> Bucket:
        """Return the bucket with the rate that the other side's answer named."""
        return replace(self, rate=rate)
