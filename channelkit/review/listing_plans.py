"""Plans of actions as a person works through them: shown, checked, confirmed as they were shown, taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from channelkit.errors import PlanError, UsageError
from channelkit.review.listing_source import ActionPlan


@dataclass
class Pending:
    """A plan that waits for a person, how it is made anew, and what Amazon said of it."""

    words: str
    plan: ActionPlan
    make: Callable[[], ActionPlan]
    serial: int
    is_undo: bool = False
    checked: str = ""


@dataclass(frozen=True)
class Done:
    """What was confirmed, and what became of it, in words."""

    words: str
    told: str
    is_undo: bool


class Plans:
    """The plan that waits, and those that were carried out in this sitting."""

    def __init__(self) -> None:
        self.pending: Pending | None = None
        self._serial = 0
        self._done: list[tuple[str, ActionPlan]] = []

    @property
    def can_undo(self) -> bool:
        """Whether something that was done in this sitting can be taken back."""
        return bool(self._done)

    def show(self, words: str, make: Callable[[], ActionPlan], *, is_undo: bool = False) -> None:
        """Make a plan and let it wait; nothing is kept or sent.

        Arguments:
            make: makes the plan, and makes it anew where the facts have moved.
        """
        plan = make()
        self._serial += 1
        self.pending = Pending(words, plan, make, self._serial, is_undo)

    def check(self, serial: int) -> None:
        """Ask Amazon what it would say of the plan.

        Raises:
            UsageError: it is no longer the one that is shown.
        """
        waiting = self._waiting(serial)
        found = waiting.plan.validate()
        show = getattr(found, "_repr_html_", None)
        waiting.checked = show() if show else f"<p>{escape(str(found))}</p>"

    def confirm(self, serial: int, *, although_stopped: bool, release_held: bool) -> Done:
        """Carry out the plan that was looked at.

        Raises:
            PlanError: the facts have moved since, or it was stopped; the plan as it is now waits instead.
            UsageError: it is no longer the one that is shown.
        """
        waiting = self._waiting(serial)
        held = tuple(dict.fromkeys(waiting.plan.held["seller_sku"])) if release_held else ()
        try:
            told = waiting.plan.apply(release_held=held, although_stopped=although_stopped)
        except PlanError as error:
            # Somebody or something was quicker: what it would do now is shown, and confirmed or not.
            self.show(waiting.words, waiting.make, is_undo=waiting.is_undo)
            if self.pending is None or self.pending.plan.fingerprint == waiting.plan.fingerprint:
                raise
            raise PlanError(f"{error} Below is the plan as it is now.") from error
        self.pending = None
        if waiting.is_undo:
            self._done.pop()
        else:
            self._done.append((waiting.words, waiting.plan))
        return Done(waiting.words, str(told), waiting.is_undo)

    def cancel(self) -> None:
        """Give up the plan that waits."""
        self.pending = None

    def undo(self) -> None:
        """Let the plan wait that takes back what was done last in this sitting.

        Raises:
            UsageError: nothing was done, or nothing can take it back.
        """
        if not self._done:
            raise UsageError("Nothing was done in this sitting, so nothing is taken back.")
        words, plan = self._done[-1]
        self.show(f"take back: {words}", plan.inverse, is_undo=True)

    def _waiting(self, serial: int) -> Pending:
        if self.pending is None or self.pending.serial != serial:
            raise UsageError("That plan is no longer the one that is shown; nothing was done.", "Look at it again.")
        return self.pending
