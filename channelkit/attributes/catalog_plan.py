"""A plan towards Commerce, for a person: what would be written, what is held, what stops it, and sending it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from channelkit.apply.catalog import CatalogApplied, CatalogSender
from channelkit.attributes.looks import SHOWN_ROWS, html_table
from channelkit.attributes.writing import hold_commerce
from channelkit.database import catalog_journal
from channelkit.errors import PlanError, UsageError
from channelkit.model.attributes import CATALOG_CHANGES, CREATE
from channelkit.parts import Parts
from channelkit.plan.catalog_guards import fingerprint
from channelkit.plan.guards import Guarded
from channelkit.report.frame_text import frame_text

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = ("sku", "attribute", "scope", "before", "after", "because", "store")


@dataclass(frozen=True)
class Decided:
    """What was decided from facts, anew each time it is asked for.

    Arguments:
        guarded: what goes, what is held, and what stops it all; columns of
            `channelkit.model.attributes.CATALOG_CHANGES`, and ``undoes``.
        left: what is left as it is, with ``note``, why; nobody can release it.
        inputs: code of each attribute to its kind.
        headline: what was looked at, in words.
        problems: what could not be looked at, in words.
    """

    guarded: Guarded
    left: pa.Table
    inputs: dict[str, str]
    headline: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class CatalogPlan:
    """What would be written to Commerce; nothing is written before `apply`, and nothing flows back to Amazon.

    Arguments:
        decide: decides anew, so that a plan whose facts have moved is told from one whose have not.
        afterwards: what is done once something was confirmed.
    """

    parts: Parts
    decided: Decided
    decide: Callable[[], Decided]
    afterwards: Callable[[CatalogApplied], None] = lambda _applied: None

    @property
    def fingerprint(self) -> str:
        """Names exactly these changes; an approval holds for them and no others."""
        return fingerprint(self.decided.guarded.going)

    @property
    def stopped(self) -> str:
        """Why nothing of this plan is written, or an empty text."""
        return self.decided.guarded.stopped

    @property
    def changes(self) -> pd.DataFrame:
        """What would be written."""
        return _frame(self.decided.guarded.going)

    @property
    def held(self) -> pd.DataFrame:
        """What is held for a person, with the reason; `apply` can release it."""
        return _frame(self.decided.guarded.held)

    @property
    def left(self) -> pd.DataFrame:
        """What is left as it is, with the reason."""
        return _frame(self.decided.left)

    def apply(
        self, by: str = "", *, release_held: Sequence[str] = (), although_stopped: bool = False
    ) -> CatalogApplied:
        """Write the plan to Commerce, and read back what became of it.

        Arguments:
            by: your name; it is kept with the run.
            release_held: SKUs whose held changes are written too, because you looked at them.
            although_stopped: write a plan that was stopped for its size, because you looked at it.

        Raises:
            PlanError: the facts have moved since the plan was made, or a guard has stopped it; nothing was written.
            LeaseError: another run is writing to Commerce.
        """
        parts = self.parts
        with hold_commerce(parts, "attributes", by) as (lease, account):
            with parts.database.write() as connection:
                catalog_journal.drop_planned(connection, parts.now())
            fresh = self.decide()
            if fingerprint(fresh.guarded.going) != self.fingerprint:
                raise PlanError(
                    "The facts have moved since this plan was made; nothing was written.",
                    "Make a new plan, look at it, and apply that.",
                )
            approved = _approve(fresh.guarded, release_held, although_stopped)
            plan = account["plan"] = fingerprint(approved)
            with parts.database.write() as connection:
                planned = catalog_journal.record_changes(
                    connection, approved, plan=plan, run=lease.holder, at=parts.now()
                )
            sender = CatalogSender(parts.database, parts.commerce, lease, parts.clock, fresh.inputs, parts.progress)
            applied = sender.send(planned)
            account.update(applied.row())
        if applied.confirmed:
            self.afterwards(applied)
        return applied

    def require(self, approved: str) -> None:
        """Make sure that this is the plan that a person saw.

        Raises:
            PlanError: it is another one.
        """
        if not approved or not self.fingerprint.startswith(approved):
            raise PlanError(
                f"The plan is now {self.fingerprint}, not {approved!r}.",
                "The facts have moved and nothing was written. Look at the new plan.",
            )

    def summary(self) -> dict[str, object]:
        """Return the plan as plain values for another program."""
        frames = {"changes": self.changes, "held": self.held, "left": self.left}
        rows = {name: json.loads(frame.to_json(orient="records")) for name, frame in frames.items()}
        return {
            "fingerprint": self.fingerprint,
            "stopped": self.stopped,
            "problems": list(self.decided.problems),
            **rows,
        }

    def __repr__(self) -> str:
        lines = [f"{self._headline()} Fingerprint {self.fingerprint}.", *self.decided.problems]
        if self.stopped:
            lines.append(f"Stopped: {self.stopped}")
        for title, frame in self._tables():
            lines += [f"{title}:", frame_text(frame.head(SHOWN_ROWS))]
            if len(frame) > SHOWN_ROWS:
                lines.append(f"{SHOWN_ROWS} of {len(frame):,} shown.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        parts = [f"<p><strong>Commerce</strong>: {escape(self._headline())}</p>"]
        parts += [f"<p>{escape(words)}</p>" for words in self.decided.problems]
        if self.stopped:
            parts.append(f"<p><strong>Stopped:</strong> {escape(self.stopped)}</p>")
        parts.append(f"<p>Fingerprint {self.fingerprint}. Nothing was written yet: .apply() does it.</p>")
        parts += [html_table(frame, title) for title, frame in self._tables()]
        return "".join(parts)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        named = [("Would be written", self.changes), ("Held for you", self.held), ("Left as it is", self.left)]
        return [(title, frame) for title, frame in named if len(frame)]

    def _headline(self) -> str:
        guarded = self.decided.guarded
        counts = f"{guarded.going.num_rows:,} changes would be written, {guarded.held.num_rows:,} are held for a person"
        rest = self.decided.left.num_rows
        return f"{self.decided.headline}: {counts}{f', {rest:,} are left as they are' if rest else ''}."


def nothing_undone(changes: pa.Table) -> pa.Table:
    """Return changes that take none back, as the journal takes them."""
    if "undoes" in changes.column_names:
        return changes
    return changes.append_column("undoes", pa.nulls(changes.num_rows, pa.int64()))


def _approve(guarded: Guarded, release_held: Sequence[str], although_stopped: bool) -> pa.Table:
    """Return the changes that a person approved, as the journal takes them.

    Raises:
        PlanError: a guard stopped the plan and nobody overruled it.
        UsageError: nothing is held for one of the SKUs.
    """
    if guarded.stopped and not although_stopped:
        raise PlanError(
            f"The plan is stopped: {guarded.stopped}",
            "Nothing was written. Look at plan.changes; if all of it is meant, apply it although it is stopped.",
        )
    unknown = sorted(set(release_held) - set(guarded.held["sku"].to_pylist()))
    if unknown:
        raise UsageError(f"Nothing is held for {', '.join(unknown)}.", "plan.held lists what is.")
    going = nothing_undone(guarded.going)
    held = nothing_undone(guarded.held).select(going.column_names)
    released = held.filter(pc.is_in(held["sku"], pa.array(list(release_held), pa.string())))
    return pa.concat_tables([going, released]).combine_chunks()


def _frame(changes: pa.Table) -> pd.DataFrame:
    """Return changes as a person reads them; a product that would be created is shown by what it gets."""
    import pandas as pd  # noqa: PLC0415 - loaded when a table is looked at

    chosen = [*_SHOWN, *(name for name in ("note",) if name in changes.column_names)]
    if changes.num_rows and set(changes["action"].to_pylist()) <= {CREATE}:
        rows = []
        for row in changes.to_pylist():
            new = json.loads(row["after"] or "{}")
            told = {name: new.get(name) for name in ("name", "price", "currency", "quantity", "source", "enabled")}
            rows.append({"sku": row["sku"], **told, **{name: row.get(name) for name in chosen[5:]}})
        return pd.DataFrame(rows)
    return pd.DataFrame(changes.select(chosen).to_pylist(), columns=chosen, dtype=object)


NOTHING = CATALOG_CHANGES.schema().empty_table().append_column("note", pa.array([], pa.string()))
"""No changes, as `Decided.left` takes them."""
