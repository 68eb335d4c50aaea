"""The story behind a cause: of one SKU or one order that it concerns, everything that is known, the newest first."""

from __future__ import annotations

from channelkit.database.connection import Database
from channelkit.errors import UsageError
from channelkit.report.cause import Cause
from channelkit.report.grids import Column, Grid, short_moment
from channelkit.report.section import Section
from channelkit.report.subject import find_subject
from channelkit.report.timeline import in_words, read_timeline
from channelkit.report.wording import shareable

SHOWN = 40
"""Events that a page tells."""


def read_story(database: Database, cause: Cause) -> tuple[Section, ...]:
    """Return what happened to the one that a cause names; nothing where it names none, or one that is gone."""
    if not cause.about or not cause.store:
        return ()
    try:
        told = read_timeline(database, find_subject(database, cause.store, cause.about, ""))
    except UsageError:
        return ()
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
