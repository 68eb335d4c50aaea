"""A reading in steps: one that cannot be done leaves the old facts, is written down, and stops no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from channelkit.clock import Clock, milliseconds
from channelkit.database import failures
from channelkit.database.connection import Database
from channelkit.database.difference import Tally
from channelkit.errors import AuthError, ChannelkitError, DocumentError, RemoteError

MINUTE = 60_000
HOUR = 60 * MINUTE


@dataclass
class Reading:
    """What one reading brought.

    Arguments:
        tallies: rows by kind: report, search, look-up, products, scopes, stock.
        errors: what could not be read.
    """

    tallies: dict[str, Tally] = field(default_factory=dict)
    errors: list[ChannelkitError] = field(default_factory=list)

    def add(self, kind: str, tally: Tally) -> None:
        self.tallies[kind] = self.tallies.get(kind, Tally()) + tally

    def include(self, other: Reading) -> None:
        """Take in what another reading of the same store brought."""
        for kind, tally in other.tallies.items():
            self.add(kind, tally)
        self.errors += other.errors

    @property
    def is_complete(self) -> bool:
        return not self.errors

    @property
    def can_be_acted_on(self) -> bool:
        """Nothing failed on the way; a line of a report that cannot be read concerns only its own listing."""
        return not any(isinstance(error, RemoteError) for error in self.errors)


@dataclass(frozen=True)
class Puller:
    """What reading needs.

    Arguments:
        run: the run that reads.
        progress: is told, in words, what is being done.
    """

    database: Database
    clock: Clock
    run: str
    progress: Callable[[str], None]

    def now(self) -> int:
        return milliseconds(self.clock.now())

    def attempt(self, reading: Reading, store: str, step: Callable[[], None]) -> None:
        """Take one step; what the other side did not do is written down and does not stop the next step.

        Raises:
            AuthError: no further call to this side can work.
        """
        try:
            step()
        except (RemoteError, DocumentError) as error:
            reading.errors.append(error)
            with self.database.write() as connection:
                failures.record_failure(connection, error, store=store, run=self.run, at=self.now())
            if isinstance(error, AuthError):
                raise
