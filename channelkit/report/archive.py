"""Earlier reports: a folder has the newest at its top, one of each earlier day below, and a list of all of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from channelkit.report.writing import write_whole

LIST = "reports.json"
ARCHIVE = "archive"

MARK = "<!-- an earlier report says so here -->"
"""What a page has where it says, once it is an earlier one, that there is a newer one."""

EARLIER = (
    '<p class="archived">This is an earlier report of {day}. <a href="../../index.html">To the newest report</a></p>'
)
ASSETS = "assets/"
"""What all reports of a folder share; it stays where it is."""

_FILE = re.compile(r"(?:(?:figures|charts)/)?[a-z0-9][a-z0-9-]*\.(?:html|csv|parquet|svg|png)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Entry:
    """A report: when it was made and of what, and where its files are.

    Arguments:
        day: the UTC day on which it was made: 2026-11-30.
        made: when, in words.
        headline: what it found.
        asked: its stores, period and comparison, in words.
        folder: below the report's folder; empty for the newest.
        files: its files, below ``folder``.
    """

    day: str
    made: str
    headline: str
    asked: str
    folder: str
    files: tuple[str, ...]


def read_entries(folder: Path) -> list[Entry]:
    """Return the reports of a folder, the newest first; one whose list cannot be read is taken for having none."""
    path = folder / LIST
    if not path.is_file():
        return []
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        found = [Entry(**{**each, "files": tuple(each["files"])}) for each in body["reports"]]
    except (ValueError, KeyError, TypeError):
        return []
    # What a file says is not let out of its folder.
    return [each for each in found if _is_inside(each)]


def keep_earlier(folder: Path, day: str) -> list[Entry]:
    """Move the report of an earlier day out of the way, and return all earlier ones, the newest first.

    A report of the same day is replaced where it is, by `close`.

    Arguments:
        day: today, in UTC.
    """
    entries = read_entries(folder)
    newest = next((each for each in entries if not each.folder), None)
    earlier = [each for each in entries if each.folder]
    if newest is None or newest.day == day:
        return earlier
    there = f"{ARCHIVE}/{newest.day}"
    shutil.rmtree(folder / there, ignore_errors=True)
    for name in newest.files:
        source, target = folder / name, folder / there / name
        if not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        if target.suffix == ".html":
            write_whole(target, _as_earlier(target.read_text(encoding="utf-8"), newest.day))
    kept = [replace(newest, folder=there), *(each for each in earlier if each.folder != there)]
    _write_list(folder, kept)
    return kept


def close(folder: Path, newest: Entry, earlier: Sequence[Entry]) -> None:
    """Write the list with a report that is complete, and take away what only its predecessor had."""
    before = next((each.files for each in read_entries(folder) if not each.folder), ())
    _write_list(folder, [newest, *earlier])
    _remove(folder, set(before) - set(newest.files))


def _write_list(folder: Path, entries: Sequence[Entry]) -> None:
    body = {"reports": [asdict(each) for each in entries]}
    # No text of it can be taken for an element, wherever it is opened.
    text = json.dumps(body, indent=1, ensure_ascii=False).replace("<", "\\u003c")
    write_whole(folder / LIST, text + "\n")


def _remove(folder: Path, names: Collection[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)


def _as_earlier(page: str, day: str) -> str:
    return page.replace(f'"{ASSETS}', f'"../../{ASSETS}').replace(MARK, EARLIER.format(day=day))


def _is_inside(entry: Entry) -> bool:
    is_place = entry.folder in ("", f"{ARCHIVE}/{entry.day}")
    return bool(is_place and _DAY.fullmatch(entry.day) and all(_FILE.fullmatch(name) for name in entry.files))
