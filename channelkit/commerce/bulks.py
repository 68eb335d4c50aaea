"""Names for what was queued: one or several bulks, and which of the bodies went into each."""

from __future__ import annotations

from collections.abc import Sequence


def write_bulks(bulks: Sequence[tuple[str, Sequence[int]]], *, is_whole: bool = True) -> str | None:
    """Return one name for some bulks and the places of their rows; a single one with all rows keeps its own.

    Arguments:
        is_whole: nothing of them was rejected on arrival, so that the number of their rows tells their places.

    >>> write_bulks([("a", [0, 1, 2])]), write_bulks([("a", [0, 1, 4]), ("b", [5])])
    ('a', 'a:0-1.4-4,b:5-5')
    """
    if not bulks:
        return None
    if is_whole and len(bulks) == 1 and list(bulks[0][1]) == list(range(len(bulks[0][1]))):
        return bulks[0][0]
    return ",".join(f"{number}:{_write_places(places)}" for number, places in bulks)


def parse_bulks(name: str) -> list[tuple[str, list[int]]]:
    """Return the bulks of a name that `write_bulks` gave, each with its rows' places; none where they are in order.

    >>> parse_bulks("a:0-1.4-4,b:5-5"), parse_bulks("a")
    ([('a', [0, 1, 4]), ('b', [5])], [('a', [])])
    """
    found = []
    for part in name.split(","):
        number, _, ranges = part.partition(":")
        ends = [each.split("-") for each in ranges.split(".") if each]
        found.append((number, [place for first, last in ends for place in range(int(first), int(last) + 1)]))
    return found


def _write_places(places: Sequence[int]) -> str:
    ranges: list[list[int]] = []
    for place in places:
        if ranges and place == ranges[-1][1] + 1:
            ranges[-1][1] = place
        else:
            ranges.append([place, place])
    return ".".join(f"{first}-{last}" for first, last in ranges)
