"""The story behind a cause: of one SKU or one order that it concerns, everything that is known, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from channelkit.database.connection import Database
from channelkit.database.stories import asking_of
from channelkit.errors import UsageError
from channelkit.report.cause import Cause
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.section import Section
from channelkit.report.subject import Subject, find_subject
from channelkit.report.timeline import Timeline, in_words, read_timeline
from channelkit.report.wording import shareable

SHOWN = 40
"""Events that a page tells."""


def read_stories(database: Database, causes: Sequence[Cause]) -> dict[str, tuple[Section, ...]]:
    """Return by key what happened to the one that each cause names; nothing where there is no such one."""
    subjects: list[tuple[Cause, Subject]] = []
    for cause in causes:
        if cause.about and cause.store:
            with suppress(UsageError):
                subjects.append((cause, find_subject(database, cause.store, cause.about, "")))
    if not subjects:
        return {}
    skus = [sku for _, subject in subjects for sku in (subject.sku, subject.product_sku) if sku]
    with asking_of(database, skus) as ask:
        return {cause.key: _tell(cause, read_timeline(database, subject, ask=ask)) for cause, subject in subjects}


def _tell(cause: Cause, told: Timeline) -> tuple[Section, ...]:
    rows = [
        {"at": short_moment(event.at), "side": event.side, "what": shareable(in_words(event))}
        for event in told.events[:SHOWN]
    ]
    columns = (Column("When (UTC)", "at", "time"), Column("Where", "side"), Column("What happened", "what", "long"))
    grid = Grid(
        f"The story of {cause.about}",
        columns,
        rows,
        len(told.events),
        "Nothing is known to have happened to it.",
        f"channelkit timeline {cause.about} --store {cause.store}",
    )
    return (Section(f"story-{cause.key}", "", "", told.table(), grids=(grid,)),)
