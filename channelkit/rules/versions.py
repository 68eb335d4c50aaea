"""Versions of a store's rule as people see them: who put which rule in force when, and what moved by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.database.rules import Kept
from channelkit.listings.rules.attributes import Attributes
from channelkit.listings.rules.description import describe
from channelkit.listings.rules.tree import Group, parse_rule, to_document
from channelkit.model.columns import one
from channelkit.report.wording import moment

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RuleVersion:
    """One version of a store's listing rule.

    Arguments:
        id: its number; 0 where no rule was ever committed.
        words: the rule in a sentence.
        made_at: milliseconds since 1970; None where no rule was ever committed.
        restores: the earlier version that it brought back.
        moves: how many listings and products went from which tab to which: ``before``, ``after``, ``rows``.
    """

    id: int
    store: str
    name: str
    rule: Group
    words: str
    made_at: int | None
    made_by: str
    restores: int | None
    moves: Sequence[Mapping[str, Any]]

    @property
    def document(self) -> dict[str, Any]:
        """The rule as plain values."""
        return to_document(self.rule)

    @property
    def made(self) -> str:
        """When it was put in force, in words."""
        return moment(self.made_at) if self.made_at is not None else ""

    @property
    def moved(self) -> str:
        """What moved by it, in words."""
        return moved_words(self.moves)

    def __repr__(self) -> str:
        if not self.id:
            return f"{self.store}: no rule was put in force yet. {self.words}"
        again = f", which brings back version {self.restores}" if self.restores else ""
        lines = [f"{self.store}: {self.name}, version {self.id}{again}, by {self.made_by}, {self.made}", self.words]
        return "\n".join([*lines, *([f"Moved: {self.moved}"] if self.moved else [])])

    def _repr_html_(self) -> str:
        return "".join(f"<p>{escape(line)}</p>" for line in repr(self).splitlines())

    def summary(self) -> dict[str, Any]:
        """Return it as plain values for another program."""
        return {
            "id": self.id,
            "store": self.store,
            "name": self.name,
            "rule": self.document,
            "words": self.words,
            "made_at": self.made,
            "made_by": self.made_by,
            "restores": self.restores,
            "moves": [dict(move) for move in self.moves],
        }


def show_version(kept: Kept, attributes: Attributes) -> RuleVersion:
    """Return a kept version with its rule in words."""
    rule = parse_rule(kept.rule)
    return RuleVersion(
        id=kept.id,
        store=kept.store,
        name=kept.name,
        rule=rule,
        words=describe(rule, attributes),
        made_at=kept.made_at,
        made_by=kept.made_by,
        restores=kept.restores,
        moves=kept.moves,
    )


def no_version(store: str) -> RuleVersion:
    """Return what holds while no rule was put in force: everything may be sold (LR-01)."""
    return RuleVersion(0, store, "", Group(), describe(Group(), {}), None, "", None, ())


def versions_frame(versions: Sequence[RuleVersion]) -> pd.DataFrame:
    """Return versions as analysts see them, the one that holds first."""
    import pandas as pd  # noqa: PLC0415 - half a second

    rows = [
        {
            "id": version.id,
            "name": version.name,
            "made_at": pd.Timestamp(version.made_at, unit="ms", tz="UTC"),
            "made_by": version.made_by,
            "rule": version.words,
            "moved": version.moved,
            "restores": version.restores,
        }
        for version in versions
    ]
    frame = pd.DataFrame(rows, columns=["id", "name", "made_at", "made_by", "rule", "moved", "restores"])
    return frame.astype({"restores": "Int64"})


def count_moves(before: pa.Table, after: pa.Table) -> list[dict[str, Any]]:
    """Return how many rows went from which tab to which, most first; those that stayed are not told.

    Arguments:
        before, after: ``listed, sku, tab``.
    """
    names = ("listed", "sku", "tab")
    old, new = (table.select(names).combine_chunks() for table in (before, after))
    joined = old.join(new, keys=["listed", "sku"], join_type="full outer", right_suffix="_after")
    was, now = (pc.fill_null(one(joined[name]), "") for name in ("tab", "tab_after"))
    moved = pa.table({"before": was, "after": now}).filter(pc.not_equal(was, now))
    counted = moved.group_by(["before", "after"]).aggregate([([], "count_all")])
    counted = counted.sort_by([("count_all", "descending"), ("before", "ascending"), ("after", "ascending")])
    return [{"before": row["before"], "after": row["after"], "rows": row["count_all"]} for row in counted.to_pylist()]


def moved_words(moves: Sequence[Mapping[str, Any]]) -> str:
    """Return what moved, in words.

    >>> moved_words([{"before": "Active", "after": "Ineligible", "rows": 12}, {"before": "", "after": "", "rows": 1}])
    '12 from Active to Ineligible, 1 from no tab to no tab.'
    """
    told = [f"{move['rows']:,} from {move['before'] or 'no tab'} to {move['after'] or 'no tab'}" for move in moves]
    return f"{', '.join(told)}." if told else ""
