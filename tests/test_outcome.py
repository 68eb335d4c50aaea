"""What a run tells whoever started it: a state, an exit code, and every problem in words."""

from __future__ import annotations

import pytest

from channelkit.apply import Applied
from channelkit.database.difference import Tally
from channelkit.errors import ChannelkitError, DocumentError, LeaseError, TemporaryError
from channelkit.model.changes import CHANGES
from channelkit.outcome import Decision, Outcome, Run
from channelkit.plan.guards import Guarded
from channelkit.pull.reading import Reading

NOTHING = CHANGES.schema().empty_table()


def decided(stopped: str = "") -> Decision:
    return Decision(NOTHING, Guarded(NOTHING, NOTHING, stopped, NOTHING), NOTHING, "abc", 0)


def done(store: str = "us") -> Outcome:
    return Outcome(store, decision=decided(), applied=Applied(accepted=2), verdict="clear")


def busy(store: str = "us") -> Outcome:
    return Outcome(store, error=LeaseError("Another run holds it."))


def failed(store: str = "us") -> Outcome:
    return Outcome(store, decision=decided(), error=ChannelkitError("Amazon refused the account."))


def partial(store: str = "us") -> Outcome:
    return Outcome(store, decision=decided(), applied=Applied(refused=1), verdict="clear")


@pytest.mark.parametrize(
    ("outcomes", "state", "exit_code"),
    [
        ([done("us"), done("de")], "done", 0),
        ([done("us"), failed("de")], "failed", 1),
        ([done("us"), partial("de")], "partial", 3),
        ([done("us"), busy("de")], "partial", 3),
        ([busy("us"), busy("de")], "busy", 75),
        ([busy("us"), failed("de")], "failed", 1),
    ],
)
def test_a_runs_state_is_the_worst_of_its_stores_and_busy_only_if_all_were(
    outcomes: list[Outcome], state: str, exit_code: int
) -> None:
    run = Run("r", "sync", outcomes)
    assert (run.state, run.exit_code) == (state, exit_code)


def test_what_could_not_be_read_makes_a_run_partial_and_is_told() -> None:
    reading = Reading(errors=[TemporaryError("amazon, searchListingsItems, status 503: overloaded.")])
    run = Run("r", "sync", [Outcome("us", reading, decided(), None, "unread")])
    assert run.state == "partial"
    assert run.problems() == ["amazon, searchListingsItems, status 503: overloaded."]


def test_a_line_of_a_report_that_cannot_be_read_does_not_keep_the_rest_from_being_acted_on() -> None:
    assert Reading(errors=[DocumentError("Line 7 has 3 fields.")]).can_be_acted_on
    assert not Reading(errors=[TemporaryError("No answer.")]).can_be_acted_on


def test_a_stopped_plan_makes_a_run_partial() -> None:
    outcome = Outcome("us", decision=decided("Too much at once."), verdict="stopped")
    assert outcome.state == "partial"


def test_the_same_problem_of_two_stores_is_told_once() -> None:
    run = Run("r", "sync", [failed("us"), failed("de")])
    assert run.problems() == ["Amazon refused the account."]


def test_a_run_shown_in_a_notebook_escapes_what_came_from_outside() -> None:
    outcome = Outcome("us", error=ChannelkitError("<script>alert(1)</script>"))
    shown = Run("r", "sync", [outcome])._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_the_rows_read_are_those_that_were_new_or_changed() -> None:
    reading = Reading()
    reading.add("search", Tally(new=1, changed=2, unchanged=5))
    reading.add("search", Tally(changed=1))
    assert Outcome("us", reading, decided()).row()["facts_changed"] == 4


def test_a_failed_run_can_stop_a_notebook() -> None:
    with pytest.raises(ChannelkitError, match="Amazon refused the account"):
        Run("r", "sync", [failed()]).check()
    Run("r", "sync", [partial()]).check()
