"""Prices that go to a few listings first: sent from a plan, looked at, taken back, seen to by a person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from sqlalchemy.engine import Connection

from channelkit.apply import Applied
from channelkit.canary_sending import going_only, send_chosen
from channelkit.database import journal, listings
from channelkit.database.canaries import end_canary, list_canaries, load_canary, load_probes
from channelkit.errors import PlanError, UsageError
from channelkit.facts import ON_AMAZON
from channelkit.model.canaries import CLOSED, PASSED, RUNNING, STOPPED, Canary
from channelkit.parts import Parts
from channelkit.plan.canary import invert
from channelkit.plan.expected import expect
from channelkit.report.change_words import tell_changes
from channelkit.report.frame_text import frame_text
from channelkit.report.tables import plan_frame
from channelkit.runner import hold_store

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 50

_NEXT = {
    RUNNING: "Its prices are read back by the next cycles; all other prices wait for that.",
    PASSED: "Amazon shows its prices as they were sent; the others go with the next cycle.",
    STOPPED: "All prices wait. Take it back with: channelkit canary back. Then let prices go with: canary close",
    CLOSED: "A person has seen to it; no price waits for it.",
}


@dataclass(frozen=True)
class Standing:
    """A canary as it stands.

    Arguments:
        states: how many of its changes are in which state.
        back: the changes that would bring back what stood there, columns of `channelkit.model.changes.CHANGES`.
    """

    canary: Canary
    states: dict[str, int]
    back: pa.Table
    currency: str

    @property
    def inverse(self) -> pd.DataFrame:
        """What would bring back what stood there before."""
        return plan_frame(self.back, self.currency)

    def summary(self) -> dict[str, Any]:
        """Return it as plain values for another program."""
        canary = self.canary
        return {
            "id": canary.id,
            "store": canary.store,
            "state": canary.state,
            "share": canary.share,
            "listings": len(canary.birds),
            "changes": self.states,
            "started_at": canary.started_at,
            "started_by": canary.started_by,
            "ended_at": canary.ended_at,
            "note": canary.note,
            "next": _NEXT[canary.state],
            "inverse": json.loads(self.inverse.to_json(orient="records")),
        }

    def __repr__(self) -> str:
        lines = [self._headline()]
        if self._shows_back:
            told = tell_changes(self.back, self.currency, SHOWN_ROWS)
            lines += ["The way back:", frame_text(told)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p>{escape(self._headline())}</p>"]
        if self._shows_back:
            told = tell_changes(self.back, self.currency, SHOWN_ROWS)
            parts.append(f"<p>The way back</p>{told.to_html(index=False, border=0, escape=True)}")
        return "".join(parts)

    @property
    def _shows_back(self) -> bool:
        return self.canary.state == STOPPED and bool(self.back.num_rows)

    def _headline(self) -> str:
        canary = self.canary
        told = ", ".join(f"{count:,} {state}" for state, count in sorted(self.states.items()))
        began = f"Canary {canary.id} of {canary.store}, started by {canary.started_by}: {canary.state}."
        counts = f"Listings: {len(canary.birds):,}; changes: {told or 'none'}."
        return " ".join(filter(None, (began, canary.note, counts, _NEXT[canary.state])))


@dataclass(frozen=True)
class Canaries:
    """A store's prices that go first, for a person.

    Arguments:
        store: its name in the settings.
    """

    store: str
    parts: Parts

    def newest(self) -> Standing | None:
        """Return how the newest canary stands, with the way back from it; None where there never was one."""
        currency = self.parts.settings.stores[self.store].site.currency
        with self.parts.database.read() as connection:
            canary = load_canary(connection, self.store)
            if canary is None:
                return None
            states: dict[str, int] = {}
            for state in load_probes(connection, canary)["state"].to_pylist():
                states[state] = states.get(state, 0) + 1
            return Standing(canary, states, _way_back(connection, canary, self.parts.now()), currency)

    def past(self) -> pd.DataFrame:
        """Return every canary of the store, the newest first; times in UTC."""
        import pandas as pd  # noqa: PLC0415 - half a second that a cycle need not spend

        with self.parts.database.read() as connection:
            found = list_canaries(connection, self.store)
        names = ("id", "state", "share", "started_at", "started_by", "ended_at", "note")
        frame = pd.DataFrame([{name: getattr(each, name) for name in names} for each in found], columns=list(names))
        for name in ("started_at", "ended_at"):
            frame[name] = pd.to_datetime(frame[name].astype("Int64"), unit="ms", utc=True)
        return frame.assign(listings=[len(each.birds) for each in found])

    def take_back(self, by: str = "") -> Applied:
        """Send what brings back the prices that stood there before; all other prices go on waiting.

        Arguments:
            by: your name; by default the login.

        Raises:
            UsageError: there is no canary to take back, or nothing of it stands there.
            PlanError: the store sends nothing.
            LeaseError: another run works on the store.
        """
        by = by or self.parts.person
        with hold_store(self.parts, self.store, "apply") as (cycle, lease, outcome):
            with self.parts.database.read() as connection:
                canary = _waiting(connection, self.store)
                back = _way_back(connection, canary, self.parts.now())
            if cycle.store.read_only_because:
                raise PlanError("Nothing was sent.", cycle.store.read_only_because)
            if canary.state == RUNNING:
                with self.parts.database.write() as connection:
                    end_canary(connection, canary.id, STOPPED, at=self.parts.now(), note=f"{by} stopped it.")
            if not back.num_rows:
                raise UsageError("Nothing is to be taken back.", "What stood there before stands there now.")
            outcome.decision = going_only(cycle.decide(only=list(canary.birds)), back)
            return send_chosen(cycle, lease, outcome, by)

    def close(self, by: str = "") -> str:
        """Let prices go again: a person has seen to the canary that is stopped, or wants to wait no longer.

        Arguments:
            by: your name; by default the login.

        Raises:
            UsageError: no price waits for a canary.
        """
        with self.parts.database.write() as connection:
            canary = _waiting(connection, self.store)
            note = f"{canary.note} {by or self.parts.person} has seen to it.".strip()
            end_canary(connection, canary.id, CLOSED, at=self.parts.now(), note=note)
        return f"No price of store {self.store!r} waits for a canary any more; what is wanted goes with the next cycle."


def _waiting(connection: Connection, store: str) -> Canary:
    """Return the canary for which prices wait.

    Raises:
        UsageError: they wait for none.
    """
    canary = load_canary(connection, store)
    if canary is None or not canary.holds:
        raise UsageError(f"No price of store {store!r} waits for a canary.", "See the last one: channelkit canary show")
    return canary


def _way_back(connection: Connection, canary: Canary, now: int) -> pa.Table:
    skus = list(canary.birds)
    there = listings.load(connection, canary.store, ON_AMAZON, skus)
    return invert(canary, expect(there, journal.open_changes(connection, canary.store, skus), now))
