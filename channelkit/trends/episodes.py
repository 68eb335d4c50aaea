"""How long trouble lasts: each affected thing from its first error until it was over it, and half of them.

The half-life of a group of errors is the time within which half of the things that it affected were over it, each
counted from its own first error in the stretch that is looked at. What is not over it yet counts as lasting for ever;
so there is no half-life while more than half of them still have it.

* A change (of one field of a listing, of one kind for an order) is over it when a reading confirmed a later one.
* A call is over it when a run of the same job and store that began later came to its end without that error.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Episode(NamedTuple):
    """One thing that had an error; ``ended`` is None while it has it still. In milliseconds since 1970."""

    began: int
    ended: int | None


class Ran(NamedTuple):
    """A run that came to an end, as the book of runs has it."""

    id: str
    job: str
    started_at: int
    finished_at: int
    state: str = "done"
    summary: str = ""

    def shows(self, store: str) -> bool:
        """Tell whether what did not fail in it went well in it, for a store or for what all stores share."""
        return self.state in ("done", "partial") and (not store or f'"store": "{store}"' in self.summary)


def half_life(episodes: Iterable[Episode]) -> int | None:
    """Return the milliseconds within which half of the things were over it; None where half of them are not.

    >>> half_life([Episode(0, 10), Episode(0, 30), Episode(5, None)])
    30
    >>> half_life([Episode(0, 10), Episode(0, None), Episode(0, None)]) is None
    True
    """
    found = list(episodes)
    lasted = sorted(each.ended - each.began for each in found if each.ended is not None)
    needed = (len(found) + 1) // 2
    return lasted[needed - 1] if needed and len(lasted) >= needed else None


def of_changes(
    firsts: Mapping[tuple[str, ...], int], confirmed: Mapping[tuple[str, ...], Sequence[int]]
) -> list[Episode]:
    """Return the episode of each changed thing.

    Arguments:
        firsts: thing to its first error.
        confirmed: thing to when readings confirmed a change of it, in order.
    """
    episodes = []
    for thing, began in firsts.items():
        times = confirmed.get(thing, ())
        place = bisect_right(times, began)
        episodes.append(Episode(began, times[place] if place < len(times) else None))
    return episodes


def of_calls(failed: Mapping[str, int], runs: Sequence[Ran], store: str) -> list[Episode]:
    """Return the episodes of a call that failed in some runs.

    Arguments:
        failed: the failing runs' names to the moment of their first error, in milliseconds since 1970.
        runs: the runs that ended, of all jobs.
        store: whose call it was; empty for Commerce's.
    """
    jobs = {run.job for run in runs if run.id in failed}
    known = {run.id for run in runs}
    # What failed outside of a run is over when any run has gone well.
    shown = [run for run in runs if run.id in failed or ((not jobs or run.job in jobs) and run.shows(store))]
    moments = [(run.started_at, failed.get(run.id), run.finished_at) for run in shown]
    moments += [(at, at, at) for run, at in failed.items() if run not in known]
    episodes: list[Episode] = []
    began: int | None = None
    for started, error, finished in sorted(moments, key=lambda each: each[0]):
        if error is not None:
            began = error if began is None else began
        elif began is not None and started >= began:
            episodes.append(Episode(began, finished))
            began = None
    return [*episodes, Episode(began, None)] if began is not None else episodes
