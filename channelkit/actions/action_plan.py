"""An action as a person confirms it: shown with all it leads to, then kept and sent as it was shown or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.actions.doing import Done, carry_out
from channelkit.actions.effect import Effect, tell_moves, weigh
from channelkit.actions.intent import Intent
from channelkit.actions.possible import ending
from channelkit.actions.standing import look
from channelkit.errors import PlanError, UsageError
from channelkit.model.decisions import LISTED, YES
from channelkit.parts import Parts
from channelkit.report.change_words import tell_changes
from channelkit.report.frame_text import frame_text
from channelkit.report.tables import plan_frame
from channelkit.report.wording import counted

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 50


@dataclass(frozen=True)
class ActionPlan:
    """What an action would do: its decisions, the changes they lead to, what is held, stopped and refused.

    Arguments:
        silent: why the store sends nothing now and what to do about it; the decisions are kept all the same.
    """

    store: str
    currency: str
    parts: Parts
    intent: Intent
    effect: Effect
    silent: str = ""

    @property
    def fingerprint(self) -> str:
        """Names exactly this action upon exactly these facts; an approval holds for it and no other."""
        return self.effect.fingerprint

    @property
    def stopped(self) -> str:
        """Why nothing of it is done without another word of yours, or an empty text."""
        return self.effect.stopped

    @property
    def changes(self) -> pd.DataFrame:
        """What is sent to Amazon because of it, in the order in which it leaves."""
        return plan_frame(self.effect.due, self.currency)

    @property
    def held(self) -> pd.DataFrame:
        """What waits for you, with the reason; name its seller SKUs to let it go."""
        return plan_frame(self.effect.held, self.currency)

    @property
    def becomes(self) -> pd.DataFrame:
        """Which listings move at once, from where and where to: tab, status and the reason."""
        return _frame(self.effect.becomes)

    @property
    def refused(self) -> pd.DataFrame:
        """For which SKUs it is not possible, or not all of it, and why."""
        rows = [refusal._asdict() for refusal in self.intent.refused]
        return _frame(pa.Table.from_pylist(rows, schema=pa.schema([("sku", pa.string()), ("reason", pa.string())])))

    def apply(self, *, release_held: Sequence[str] = (), although_stopped: bool = False) -> Done:
        """Keep the decisions, and send what follows from them if the store may send.

        Arguments:
            release_held: seller SKUs whose held changes go too, because you looked at them.
            although_stopped: do it although it was stopped for its size, because you looked at it.

        Raises:
            PlanError: the facts or the decisions have moved since the plan was made, a guard has stopped it, or nothing
                of it can be done; nothing was kept and nothing was sent.
            LeaseError: another run works on the store; nothing was kept.
            UsageError: nothing is held for one of the SKUs.
        """
        self._demand_something()
        return carry_out(
            *(self.parts, self.store, self.intent, self.effect),
            release_held=release_held,
            although_stopped=although_stopped,
        )

    def validate(self) -> pd.DataFrame:
        """Ask Amazon what it would say to each change, without changing anything: seller SKU, field, verdict, words."""
        cycle = self.parts.cycle(self.store)
        return _frame(cycle.sender.validate(self.effect.due, self.effect.after))

    def inverse(self) -> ActionPlan:
        """Return the plan that takes the action back, as things stand now.

        Raises:
            UsageError: nothing can take it back; the message says why.
        """
        back = self.intent.reversed()
        if self.intent.final or not back.does_anything:
            raise UsageError(
                f"Nothing takes back: {self.intent.verb}.", self.intent.final or "It decided nothing that would stay."
            )
        return plan_return(self.parts, self.store, back)

    def require(self, fingerprint: str) -> None:
        """Make sure that this is the plan that a person saw.

        Raises:
            PlanError: it is another one.
        """
        if not fingerprint or not self.fingerprint.startswith(fingerprint):
            raise PlanError(
                f"The plan is now {self.fingerprint}, not {fingerprint!r}.",
                "The facts have moved; nothing was kept and nothing was sent. Look at the new plan, and apply that.",
            )

    def summary(self) -> dict[str, object]:
        """Return the plan as plain values for another program."""
        frames = {name: getattr(self, name) for name in ("changes", "held", "becomes", "refused")}
        return {
            "store": self.store,
            "action": self.intent.verb,
            "by": self.intent.by,
            "fingerprint": self.fingerprint,
            "stopped": self.stopped,
            "silent": self.silent,
            "words": self.intent.words,
            "decisions": [wish._asdict() for wish in self.intent.wishes],
            **{name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()},
        }

    def __repr__(self) -> str:
        lines = [self._headline(), *self._notes()]
        for title, count, frame in self._tables():
            lines += [f"{title}:", frame_text(frame)]
            if count > SHOWN_ROWS:
                lines.append(f"{SHOWN_ROWS} of {count:,} shown.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self._headline())}</strong></p>"]
        parts += [f"<p>{escape(note)}</p>" for note in self._notes()]
        for title, count, frame in self._tables():
            shown = f"{min(count, SHOWN_ROWS):,} of {count:,} shown"
            parts.append(f"<p>{title} ({shown})</p>{frame.to_html(index=False, border=0, escape=True, na_rep='')}")
        return "".join(parts)

    def _headline(self) -> str:
        counts = f"{counted(self.effect.due.num_rows, 'change')} would be sent, {self.effect.held.num_rows:,} held"
        refused = f", {len(self.intent.refused):,} refused" if self.intent.refused else ""
        return f"{self.store}: {self.intent.verb}. {counts}{refused}. Fingerprint {self.fingerprint}."

    def _notes(self) -> list[str]:
        notes = [self.intent.words]
        if self.silent:
            notes.append(f"It is kept, and nothing is sent yet: {self.silent}")
        if self.stopped:
            notes.append(f"Stopped: {self.stopped}")
        if pc.any(self.effect.after.tabs["stale"]).as_py():
            notes.append(
                "Some facts are older than promised, and nothing is sent on their ground. Read both sides first: "
                f"channelkit pull --store {self.store}"
            )
        return [note for note in notes if note]

    def _tables(self) -> Iterator[tuple[str, int, pd.DataFrame]]:
        """Yield what is shown: a title, how many rows there are, and the first of them in words."""
        for title, planned in (("Would be sent", self.effect.due), ("Held for you", self.effect.held)):
            if planned.num_rows:
                yield title, planned.num_rows, tell_changes(planned, self.currency, SHOWN_ROWS)
        moves, refused = tell_moves(self.effect.becomes.slice(0, SHOWN_ROWS)), self.refused
        if len(moves):
            yield "Where it goes", self.effect.becomes.num_rows, moves
        if len(refused):
            yield "Not possible", len(refused), refused.head(SHOWN_ROWS)

    def _demand_something(self) -> None:
        if self.intent.does_anything:
            return
        told = [f"{refusal.sku}: {refusal.reason}" for refusal in self.intent.refused[:3]]
        raise PlanError(
            f"Nothing of it can be done: {self.intent.verb}. {' '.join(told)}".rstrip(),
            "The column actions of channelkit listings --json tells what each listing allows." if told else "",
        )


def make_plan(parts: Parts, store: str, intent: Intent) -> ActionPlan:
    """Return the plan of an action, decided from the facts as they were last read; nothing is written."""
    cycle = parts.cycle(store)
    silent = cycle.store.read_only_because
    return ActionPlan(store, cycle.store.marketplace.currency, parts, intent, weigh(cycle, intent), silent)


def plan_return(parts: Parts, store: str, back: Intent) -> ActionPlan:
    """Return the plan of an action that takes another one back; what Amazon is ending this moment stays out of it."""
    returning = [wish.seller_sku for wish in back.wishes if wish.kind == LISTED and wish.value == YES]
    subjects = look(parts.cycle(store), returning).by_sku if returning else {}
    early = ending(subjects[sku] for sku in returning if sku in subjects)
    return make_plan(parts, store, back.refusing(early))


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - half a second that a plan need not spend

    return table.to_pandas(types_mapper=pd.ArrowDtype)
