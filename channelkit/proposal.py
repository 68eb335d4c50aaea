"""A plan as a person works with it: it is shown, and then sent as it was shown or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

import pyarrow as pa

from channelkit.apply import Applied
from channelkit.canary_sending import send_first
from channelkit.errors import PlanError
from channelkit.outcome import Decision
from channelkit.parts import Parts
from channelkit.plan.raises import WAITING
from channelkit.report.change_words import tell_changes
from channelkit.report.frame_text import frame_text
from channelkit.report.tables import plan_frame
from channelkit.runner import hold_store

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 50


@dataclass(frozen=True)
class Plan:
    """What would be sent to Amazon, what is held for a person, and what stops it all.

    Arguments:
        silent: why the store sends nothing at all and what to do about it; empty where it may send.
    """

    store: str
    currency: str
    parts: Parts
    decision: Decision
    silent: str = ""

    @property
    def fingerprint(self) -> str:
        """Names exactly these changes; an approval holds for them and no others."""
        return self.decision.fingerprint

    @property
    def stopped(self) -> str:
        """Why nothing of this plan is sent, or an empty text."""
        return self.decision.guarded.stopped

    @property
    def changes(self) -> pd.DataFrame:
        """What would be sent, in the order in which it leaves."""
        return plan_frame(self.decision.guarded.going, self.currency)

    @property
    def held(self) -> pd.DataFrame:
        """What is held for a person, with the reason."""
        return plan_frame(self.decision.guarded.held, self.currency)

    @property
    def waiting(self) -> pd.DataFrame:
        """What does not go yet, with the reason: quantities of which an order that was not read may have taken, and
        prices that others and we would only undercut.
        """
        frame: pd.DataFrame = self._waiting().to_pandas()
        return frame.rename(columns={"seller_sku": "sku"})

    def apply(self, *, release_held: Sequence[str] = (), although_stopped: bool = False) -> Applied:
        """Send the plan.

        Arguments:
            release_held: seller SKUs whose held changes are sent too, because you looked at them.
            although_stopped: send a plan that was stopped for its size, because you looked at it.

        Raises:
            PlanError: the facts have moved since the plan was made, or a guard has stopped it; nothing was sent.
            LeaseError: another run works on the store.
        """
        with hold_store(self.parts, self.store, "apply") as (cycle, lease, outcome):
            decision = cycle.decide()
            if decision.fingerprint != self.fingerprint:
                raise PlanError(
                    f"The facts of store {self.store!r} have moved since this plan was made; nothing was sent.",
                    "Make a new plan, look at it, and apply that.",
                )
            approved = cycle.approve(decision, release_held, although_stopped)
            outcome.decision, outcome.verdict = approved, "approved by a person"
            planned = cycle.record(approved, outcome.verdict)
            # What a person has approved goes as a whole; the rest of it could not be approved again as it was.
            outcome.applied = cycle.sender.send(planned, approved, lease, seconds=float("inf"))
            return outcome.applied

    def canary(self, share: str | Decimal = "1%", by: str = "") -> Applied:
        """Send a share of the plan's prices first; all others wait until Amazon shows these as they were sent.

        Then they go with the next cycle. If one is refused, not shown, shown otherwise, or takes its listing off sale,
        all of them wait, and `channelkit.canaries.Canaries` has the way back. Nothing but prices is sent now.

        Arguments:
            share: of the listings whose price changes, such as ``1%``; one at the least.
            by: your name; by default the login.

        Raises:
            PlanError: the facts have moved since the plan was made, or another canary is not over; nothing was sent.
            UsageError: it is no share, or no price would change.
            LeaseError: another run works on the store.
        """
        return send_first(self.parts, self.store, self.fingerprint, share, by)

    def require(self, fingerprint: str) -> None:
        """Make sure that this is the plan that a person saw.

        Raises:
            PlanError: it is another one.
        """
        if not fingerprint or not self.fingerprint.startswith(fingerprint):
            raise PlanError(
                f"The plan for store {self.store!r} is now {self.fingerprint}, not {fingerprint!r}.",
                "The facts have moved and nothing was sent. Look at the new plan with: channelkit plan",
            )

    def summary(self) -> dict[str, object]:
        """Return the plan as plain values for another program."""
        return {
            "store": self.store,
            "fingerprint": self.fingerprint,
            "stopped": self.stopped,
            "silent": self.silent,
            "changes": json.loads(self.changes.to_json(orient="records")),
            "held": json.loads(self.held.to_json(orient="records")),
            "waiting": json.loads(self.waiting.to_json(orient="records")),
        }

    def __repr__(self) -> str:
        lines = [f"{self.store}: {self._headline()} Fingerprint {self.fingerprint}."]
        if self.silent:
            lines.append(f"Nothing is sent: {self.silent}")
        if self.stopped:
            lines.append(f"Stopped: {self.stopped}")
        for title, planned in self._tables():
            if planned.num_rows:
                told = tell_changes(planned, self.currency, SHOWN_ROWS)
                lines += [f"{title}:", frame_text(told)]
            if planned.num_rows > SHOWN_ROWS:
                lines.append(f"{SHOWN_ROWS} of {planned.num_rows:,} shown.")
        lines += [f"Waits: {row['seller_sku']}. {row['because']}" for row in self._waiting().to_pylist()[:SHOWN_ROWS]]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>{escape(self.store)}</strong>: {escape(self._headline())}</p>"]
        if self.silent:
            parts.append(f"<p><strong>Nothing is sent:</strong> {escape(self.silent)}</p>")
        if self.stopped:
            parts.append(f"<p><strong>Stopped:</strong> {escape(self.stopped)}</p>")
        for title, planned in self._tables():
            if planned.num_rows:
                shown = f"{min(planned.num_rows, SHOWN_ROWS):,} of {planned.num_rows:,} shown"
                told = tell_changes(planned, self.currency, SHOWN_ROWS)
                parts.append(f"<p>{title} ({shown})</p>{told.to_html(index=False, border=0, escape=True)}")
        waiting = self._waiting().to_pylist()
        if waiting:
            told = "".join(
                f"<li><code>{escape(row['seller_sku'])}</code>: {escape(row['because'])}</li>"
                for row in waiting[:SHOWN_ROWS]
            )
            parts.append(f"<p>Waits ({len(waiting):,})</p><ul>{told}</ul>")
        return "".join(parts)

    def _waiting(self) -> pa.Table:
        settled = self.decision.settled
        waiting = WAITING.empty_table() if settled is None else settled.waiting
        return pa.concat_tables([waiting, self.decision.damped])

    def _tables(self) -> list[tuple[str, pa.Table]]:
        guarded = self.decision.guarded
        return [("Would be sent", guarded.going), ("Held for you", guarded.held)]

    def _headline(self) -> str:
        listings = f"{self.decision.listings:,} listings looked at"
        going, held = (planned.num_rows for _, planned in self._tables())
        return f"{listings}, {going:,} changes would be sent, {held:,} are held for a person."
