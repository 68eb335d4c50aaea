"""Making attributes in Commerce, and adding them to attribute sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from channelkit.commerce.attribute_sets import AttributeSet, attach_attribute, list_groups
from channelkit.commerce.attributes import Attribute, create_attribute
from channelkit.commerce.client import Commerce
from channelkit.database.connection import Database
from channelkit.database.lease import Lease
from channelkit.errors import RefusedError

GROUPS = ("Product Details", "General")
"""Where an attribute goes in a set: the first of these groups that the set has, else the set's first group."""


@dataclass
class Made:
    """What was made: codes of new attributes, and how many additions to sets; and what Commerce refused, in words."""

    created: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    attached: int = 0
    problems: list[str] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Return it as plain values."""
        kept = {"created": self.created, "reused": self.reused, "attached": self.attached}
        return {**kept, "problems": self.problems}

    def __str__(self) -> str:
        words = f"{len(self.created)} attributes created, {len(self.reused)} reused, {self.attached} additions to sets."
        return "\n".join([words, *self.problems])

    __repr__ = __str__


@dataclass(frozen=True)
class AttributeMaker:
    """Makes attributes; what exists already is neither made again nor changed.

    Arguments:
        lease: is checked before every attribute; a run that lost its hold makes nothing more.
        progress: is told, in words, what is being done.
    """

    database: Database
    commerce: Commerce
    lease: Lease
    progress: Callable[[str], None]

    def make(self, wanted: Sequence[tuple[Attribute, bool, Sequence[AttributeSet]]]) -> Made:
        """Create attributes and add them to sets (AT-01, AT-03); one that Commerce refuses stops no other.

        Arguments:
            wanted: for each the attribute, whether it was there already, and the sets that get it.

        Raises:
            TemporaryError: no answer came; doing it again is safe.
        """
        made = Made()
        for attribute, existed, sets in wanted:
            self.progress(f"Commerce: attribute {attribute.code}")
            with self.database.write() as connection:
                self.lease.check(connection)
            try:
                if not existed:
                    create_attribute(self.commerce, attribute)
                (made.reused if existed else made.created).append(attribute.code)
                for each in sets:
                    attach_attribute(self.commerce, each.id, self._group(each), attribute.code)
                    made.attached += 1
            except RefusedError as error:
                made.problems.append(str(error))
        return made

    def _group(self, into: AttributeSet) -> int:
        groups = list_groups(self.commerce, into.id)
        if not groups:
            raise RefusedError(f"The attribute set {into.name!r} has no group.", "Add one in Commerce, under Stores.")
        named = {group.name: group for group in groups}
        return next((named[name] for name in GROUPS if name in named), groups[0]).id
