"""A canary: new prices that go to a few listings first, and to the others once Amazon shows them as they were sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

RUNNING, PASSED, STOPPED, CLOSED = "running", "passed", "stopped", "closed"
"""Waits to be read back; read back as it was sent; was not, and waits for a person; a person has seen to it."""

Value = int | str | None


class Probe(msgspec.Struct, frozen=True):
    """One field of a listing that goes first.

    Arguments:
        id: of the change in the journal.
        before, after: minor units, or a text of `channelkit.model.offer_terms`.
    """

    id: int
    before: Value
    after: Value


class Bird(msgspec.Struct, frozen=True):
    """A listing whose price goes first.

    Arguments:
        buyable: it could be bought before.
        fields: what changes of it, by the field.
    """

    buyable: bool
    fields: dict[str, Probe]


@dataclass(frozen=True)
class Canary:
    """One try; times in milliseconds since 1970.

    Arguments:
        share: of the price changes that go first, as a decimal.
        birds: by seller SKU.
        rest: fingerprint of all other price changes of the plan that a person saw.
        note: why it was stopped.
    """

    id: int
    store: str
    state: str
    share: str
    birds: Mapping[str, Bird] = field(repr=False)
    rest: str
    started_at: int
    started_by: str
    ended_at: int | None = None
    note: str = ""

    @property
    def holds(self) -> bool:
        """Other prices wait: it is under way, or it was stopped and nobody has seen to it yet."""
        return self.state in (RUNNING, STOPPED)

    @property
    def ids(self) -> list[int]:
        """The journal's numbers of what went first."""
        return [probe.id for bird in self.birds.values() for probe in bird.fields.values()]


def write_birds(birds: Mapping[str, Bird]) -> str:
    """Return the listings of a canary as JSON."""
    return msgspec.json.encode(birds).decode()


def read_birds(text: str) -> dict[str, Bird]:
    """Return the listings of a canary from their JSON.

    >>> read_birds(write_birds({"A": Bird(True, {"price": Probe(1, 1000, 1100)})}))["A"].fields["price"].after
    1100
    """
    return msgspec.json.decode(text, type=dict[str, Bird])
