"""All tests of the data that come with channelkit, by their names."""

from __future__ import annotations

from collections.abc import Iterable

from channelkit.errors import UsageError
from channelkit.quality import of_listings, of_products, of_work
from channelkit.quality.test import SEVERITIES, Severity, Test

__all__ = ["SEVERITIES", "TESTS", "Severity", "Test", "with_extra"]

TESTS: dict[str, Test] = {test.name: test for test in (*of_work.TESTS, *of_listings.TESTS, *of_products.TESTS)}


def with_extra(extra: Iterable[Test] = ()) -> tuple[Test, ...]:
    """Return all tests with somebody's own behind them.

    Raises:
        UsageError: a name stands for two tests.
    """
    chosen = dict(TESTS)
    for test in extra:
        if test.name in chosen:
            raise UsageError(f"There is a test {test.name!r} of the data already.", "Give yours another name.")
        chosen[test.name] = test
    return tuple(chosen.values())
