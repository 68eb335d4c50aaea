"""The tabs, and one row of a decision table that leads to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from channelkit.model.columns import Mask

ACTIVE, INACTIVE, INCOMPLETE, INELIGIBLE = "Active", "Inactive", "Incomplete", "Ineligible"
THIRD_PARTY, READY, ENDED, NO_TAB = "New Third Party", "Ready to List", "Ended", ""


@dataclass(frozen=True)
class Row:
    """One row of a decision table.

    Arguments:
        number: its number in the table that people read; rows with the same number differ in their words.
        condition: when it holds, in words.
        when: where it holds.
        tab, status: what follows.
        reason, next_step: templates for `channelkit.listings.sentences`.
        wants: ``terms`` (what `channelkit.listings.terms` found), ``zero`` (quantity 0, the listing stays: LR-05), or
            ``nothing``.
        lists: yes, it should be on Amazon; no, it should not; None leaves that as it is.
    """

    number: int
    condition: str
    when: Mask
    tab: str
    status: str
    reason: str
    next_step: str
    wants: Literal["terms", "zero", "nothing"] = "terms"
    lists: bool | None = None
