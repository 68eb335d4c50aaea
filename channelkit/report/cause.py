"""Something that waits for a person, and what its page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from channelkit.report.section import Section
from channelkit.report.wording import duration

TONES = ("bad", "warn", "calm")


@dataclass(frozen=True)
class Cause:
    """Something that waits for a person.

    Arguments:
        key: names its page.
        store: whose it is; empty where it concerns all.
        count: how many it concerns, in words.
        what: what is wrong, in a sentence.
        next_step: what to do; commands stand between backticks.
        tone: bad, warn or calm.
        sections: what is known of it, for its page; none where ``href`` leads elsewhere.
        href: where it is told; empty: its own page.
        about: a SKU whose story explains it.
    """

    key: str
    store: str
    count: str
    what: str
    next_step: str
    tone: str = "warn"
    sections: tuple[Section, ...] = ()
    href: str = ""
    about: str = ""


def group_rows(rows: pa.Table, *keys: str) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """Return rows by what they have in these columns, each group where its first row stood."""
    found: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(tuple(row[key] or "" for key in keys), []).append(row)
    return list(found.items())


def to_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return rows as a table."""
    return pa.Table.from_pylist([dict(row) for row in rows])


def ago(ms: int, now_ms: int) -> str:
    """Return how long ago a moment was, without seconds where there are minutes."""
    seconds = max(0, now_ms - ms) // 1000
    return f"{duration(seconds if seconds < 60 else seconds - seconds % 60)} ago"
