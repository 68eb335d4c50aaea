"""Alerts: a trouble is one row while it lasts, told once, told again when it is worse or long, and told when over."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelkit.database import alerts
from channelkit.database.connection import Database
from channelkit.database.trend_schema import alerts as table
from channelkit.model.troubles import Trouble
from channelkit.watch.watching import choose

MINUTE = 60_000
PAUSE = 60 * MINUTE


def trouble(key: str = "late/sync", *, weight: int = 1, words: str = "It is late.", since: int = 0) -> Trouble:
    return Trouble(key, key.partition("/")[0], "", words, "Look.", since, weight)


@dataclass
class Watcher:
    """Looks again and again, and remembers what was told."""

    database: Database
    at: int = 1_000 * MINUTE
    reached: bool = True
    told: list[tuple[int, str, str]] = field(default_factory=list)

    def look(self, *troubles: Trouble, minutes: int = 5) -> list[tuple[str, str]]:
        """Look once, and return what was told: new, again or over, of which key."""
        self.at += minutes * MINUTE
        with self.database.write() as connection:
            kept = alerts.keep_troubles(connection, troubles, at=self.at, pause=PAUSE)
            message, tellings = choose(kept, self.at, PAUSE)
            alerts.note_telling(connection, tellings, at=self.at, reached=self.reached)
        groups = (("new", message.new), ("again", message.again), ("over", message.over))
        told = [(state, alert.key) for state, group in groups for alert in group]
        self.told += [(self.at, *each) for each in told]
        return told

    def rows(self) -> list[alerts.Alert]:
        with self.database.read() as connection:
            found = alerts.load_alerts(connection).to_pylist()
        return [alerts.Alert(**row) for row in found]


@pytest.fixture
def watcher(database: Database) -> Watcher:
    return Watcher(database)


def test_a_trouble_is_told_once_and_its_end_once(watcher: Watcher) -> None:
    told = [watcher.look(trouble()), watcher.look(trouble()), watcher.look(trouble()), watcher.look(), watcher.look()]
    assert told == [[("new", "late/sync")], [], [], [("over", "late/sync")], []]
    (row,) = watcher.rows()
    assert (row.times, row.closed_at) == (3, watcher.at - 5 * MINUTE)


def test_what_lasts_is_told_again_after_the_pause(watcher: Watcher) -> None:
    told = [watcher.look(trouble()) for _ in range(25)]
    assert [place for place, each in enumerate(told) if each] == [0, 12, 24]
    assert told[12] == [("again", "late/sync")]


def test_what_gets_worse_is_told_at_once_and_what_gets_better_is_not(watcher: Watcher) -> None:
    weights = [1, 2, 2, 1, 2, 3]
    told = [watcher.look(trouble(weight=weight)) for weight in weights]
    assert [bool(each) for each in told] == [True, True, False, False, False, True]


def test_the_words_are_always_the_newest(watcher: Watcher) -> None:
    watcher.look(trouble(words="4 orders."))
    watcher.look(trouble(words="5 orders."))
    assert [row.words for row in watcher.rows()] == ["5 orders."]


def test_what_comes_and_goes_with_every_cycle_is_told_once_in_a_pause(watcher: Watcher) -> None:
    told = [watcher.look(*([trouble()] if place % 2 == 0 else [])) for place in range(12)]
    assert [each for each in told if each] == [[("new", "late/sync")], [("over", "late/sync")]]
    assert len(watcher.rows()) == 1


def test_what_comes_back_after_its_pause_is_a_new_one(watcher: Watcher) -> None:
    watcher.look(trouble())
    watcher.look()
    assert watcher.look(trouble(), minutes=61) == [("new", "late/sync")]
    assert len(watcher.rows()) == 2


def test_what_nobody_could_be_told_of_is_told_by_the_next_look(watcher: Watcher) -> None:
    watcher.reached = False
    assert watcher.look(trouble()) == [("new", "late/sync")]
    assert watcher.look(trouble()) == [("new", "late/sync")]
    watcher.reached = True
    assert watcher.look(trouble()) == [("new", "late/sync")]
    assert watcher.look(trouble()) == []


def test_the_end_of_what_nobody_was_told_of_is_not_told(watcher: Watcher) -> None:
    watcher.reached = False
    watcher.look(trouble())
    watcher.reached = True
    assert watcher.look() == []


def test_an_alert_that_a_person_closed_comes_back_without_a_word_if_it_is_still_so(watcher: Watcher) -> None:
    watcher.look(trouble())
    with watcher.database.write() as connection:
        number = alerts.list_open(connection)[0].id
        assert alerts.close_alerts(connection, [number, number + 7], at=watcher.at) == 1
        assert alerts.list_open(connection) == []
    assert watcher.look(trouble()) == []
    assert [row.closed_at for row in watcher.rows()] == [None]


def test_since_when_is_the_troubles_own_time_and_never_in_the_future(watcher: Watcher) -> None:
    watcher.look(trouble(since=7), trouble("disk", since=10**15))
    assert {row.key: row.first_at for row in watcher.rows()} == {"late/sync": 7, "disk": watcher.at}


KEYS = ("late/sync", "read-only/us", "error/us/getOrders/X")
LOOKS = st.lists(
    st.tuples(st.dictionaries(st.sampled_from(KEYS), st.integers(1, 3)), st.sampled_from([5, 5, 5, 30])), max_size=30
)


@given(LOOKS)
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_over_many_cycles_there_is_one_row_for_a_trouble_and_nobody_is_told_the_same_twice(
    watcher: Watcher, looks: list[tuple[dict[str, int], int]]
) -> None:
    with watcher.database.write() as connection:
        connection.execute(table.delete())
    watcher.told.clear()
    heaviest: dict[str, list[tuple[int, int]]] = defaultdict(list)
    present: dict[str, int] = {}
    for present, minutes in looks:
        watcher.look(*(trouble(key, weight=weight) for key, weight in present.items()), minutes=minutes)
        for key, weight in present.items():
            heaviest[key].append((watcher.at, weight))
        # Open is exactly what is there now, each once.
        assert sorted(row.key for row in watcher.rows() if row.closed_at is None) == sorted(present)
    for key in KEYS:
        theirs = [(at, state) for at, state, told in watcher.told if told == key]
        opened = [(at, state) for at, state in theirs if state != "over"]
        weights = dict(heaviest[key])
        for (earlier, _), (later, _) in itertools.pairwise(opened):
            # Told again only after the pause, or since it is worse than when it was told.
            assert later - earlier >= PAUSE or weights[later] > weights[earlier]
        # Its end is told once for each time that it was told, and only after it.
        states = [state for _, state in theirs]
        assert states[:1] in ([], ["new"])
        assert all(not (a == "over" and b == "over") for a, b in itertools.pairwise(states))
        if key in present and not theirs:
            pytest.fail(f"{key} is there and was never told")
