"""What would be made in Commerce, for a person to look at before it is made.

Whatever is there is used as it is. Nothing that exists is ever changed; where it differs from what is wanted, the
proposal says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from channelkit.apply.attributes import AttributeMaker, Made
from channelkit.attributes.looks import html_table
from channelkit.attributes.writing import hold_commerce
from channelkit.commerce.attribute_sets import AttributeSet
from channelkit.commerce.attributes import Attribute
from channelkit.parts import Parts
from channelkit.report.frame_text import frame_text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Wanted:
    """One attribute that is wanted, and what Commerce has of it.

    Arguments:
        holds: what it is for: asin, upc, …; empty where a person named it.
        attribute: as it is, or as it would be made.
        exists: Commerce has it; it is used as it is.
        attach: the sets that would get it.
        note: how it differs from what is recommended, and what is left for a person to do.
    """

    holds: str
    attribute: Attribute
    exists: bool
    attach: tuple[AttributeSet, ...]
    note: str

    def row(self) -> dict[str, object]:
        """Return it as a row for a person."""
        attribute = self.attribute
        flags = {
            "required": attribute.required,
            "unique": attribute.unique,
            "grid column": attribute.used_in_grid,
            "grid filter": attribute.filterable_in_grid,
            "search": attribute.searchable,
            "comparable": attribute.comparable,
            "price rules": attribute.used_for_promo_rules,
            "navigation": attribute.filterable,
        }
        return {
            "attribute": attribute.code,
            "label": attribute.label,
            "what": "reused" if self.exists else "created",
            "input": attribute.input,
            "scope": attribute.scope,
            "options": len(attribute.options),
            "flags": ", ".join(name for name, is_set in flags.items() if is_set),
            "added to sets": ", ".join(each.name for each in self.attach),
            "note": self.note,
        }


@dataclass(frozen=True)
class Proposal:
    """What would be made in Commerce; `apply` makes it."""

    parts: Parts
    wanted: tuple[Wanted, ...]

    @property
    def is_done(self) -> bool:
        """Nothing is left to make."""
        return all(each.exists and not each.attach for each in self.wanted)

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each attribute: what would be created, reused, and added to which sets."""
        import pandas as pd  # noqa: PLC0415 - loaded when a table is looked at

        return pd.DataFrame([each.row() for each in self.wanted])

    def apply(self, by: str = "") -> Made:
        """Create what is missing, and add it to the sets; see `channelkit.apply.attributes.AttributeMaker.make`.

        Arguments:
            by: your name; it is kept in the book of runs.

        Raises:
            LeaseError: another run is writing to Commerce.
        """
        with hold_commerce(self.parts, "attributes", by) as (lease, account):
            maker = AttributeMaker(self.parts.database, self.parts.commerce, lease, self.parts.progress)
            made = maker.make([(each.attribute, each.exists, each.attach) for each in self.wanted])
            account.update(made.row())
            return made

    def summary(self) -> dict[str, object]:
        """Return the proposal as plain values for another program."""
        return {"done": self.is_done, "attributes": [each.row() for each in self.wanted]}

    def __repr__(self) -> str:
        return f"{self._headline()}\n{frame_text(self.frame)}"

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._headline())}</p>{html_table(self.frame)}"

    def _headline(self) -> str:
        new = sum(not each.exists for each in self.wanted)
        attached = sum(len(each.attach) for each in self.wanted)
        if self.is_done:
            return f"All {len(self.wanted)} attributes are there; nothing would be changed."
        return (
            f"{new} of {len(self.wanted)} attributes would be created, {len(self.wanted) - new} are there and reused; "
            f"{attached} additions to attribute sets. Nothing was changed yet: .apply() does it."
        )
